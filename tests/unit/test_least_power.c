/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What programs give up: no other program, no process, no file written; and what goes on working.
 */
#include "build_config.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/least_power.h"
#include "program_run.h"

static char folder[] = "/tmp/least_power.XXXXXX";

/* Each returns 0 when it could be done, else errno. */
static int outcome(long result) {
	return result >= 0 ? 0 : errno;
}

static int run_program(void) {
	char *const arguments[] = {"true", NULL};
	char *const environment[] = {NULL};
	return outcome(execve("/bin/true", arguments, environment));
}

static int run_program_of_descriptor(void) {
	char *const arguments[] = {"true", NULL};
	char *const environment[] = {NULL};
	int fd = open("/bin/true", O_RDONLY);
	return outcome(
		syscall(SYS_execveat, fd, "", arguments, environment, 0x1000 /* AT_EMPTY_PATH */));
}

static int make_process(void) {
	pid_t pid = fork();
	if (pid == 0) {
		_exit(0);
	}
	return outcome(pid);
}

static int make_file(void) {
	return outcome(open("made", O_WRONLY | O_CREAT, 0600));
}

static int write_file(void) {
	return outcome(open("old", O_WRONLY));
}

static int append_to_file(void) {
	return outcome(openat(AT_FDCWD, "old", O_RDWR | O_APPEND));
}

static int write_device(void) {
	return outcome(open("/dev/null", O_WRONLY));
}

static int cut_file(void) {
	return outcome(truncate("old", 0));
}

static int remove_file(void) {
	return outcome(unlink("old"));
}

static int rename_file(void) {
	return outcome(rename("old", "new"));
}

static int make_folder(void) {
	return outcome(mkdir("made", 0700));
}

static int make_link(void) {
	return outcome(symlink("old", "made"));
}

static int change_mode(void) {
	return outcome(chmod("old", 0777));
}

/* fchmodat2(), which the C library may not know yet; nor may the kernel. */
static int change_mode_newly(void) {
	int error = outcome(syscall(452, AT_FDCWD, "old", 0777, 0));
	return error == ENOSYS ? 0 : error;
}

static int become_another(void) {
	return outcome(setreuid(getuid(), getuid()));
}

static int read_null_device(void) {
	return outcome(open("/dev/null", O_RDONLY));
}

static int signal_others(void) {
	return outcome(kill(getppid(), 0));
}

static int open_port(void) {
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return outcome(listen(fd, 1));
}

static int open_raw_packets(void) {
	return outcome(socket(AF_PACKET, SOCK_RAW, 0));
}

static int read_file(void) {
	char octet = 0;
	int fd = open("old", O_RDONLY);
	return outcome(read(fd, &octet, 1) == 1 && octet == 'x' ? 0 : -1);
}

static int read_folder(void) {
	return outcome(open("/etc", O_RDONLY | O_DIRECTORY));
}

static int connect_udp(void) {
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	return outcome(connect(fd, (struct sockaddr *)&to, sizeof to));
}

static void *nothing(void *given) {
	return given;
}

static int make_thread(void) {
	pthread_t thread;
	int error = pthread_create(&thread, NULL, nothing, NULL);
	return error != 0 ? error : pthread_join(thread, NULL);
}

static int open_library(void) {
	return dlopen("libresolv.so.2", RTLD_NOW) != NULL ? 0 : ENOENT;
}

static int signal_itself(void) {
	(void)signal(SIGUSR1, SIG_IGN);
	return outcome(raise(SIGUSR1) == 0 ? 0 : -1);
}

static int write_descriptor(void) {
	return outcome(write(STDERR_FILENO, "", 0));
}

#define FILES LEAST_POWER_FILES
#define CHILDREN LEAST_POWER_CHILDREN
#define NOBODY 4U /* no need allows it */
#define ALWAYS 8U

static const struct {
	const char *what;
	int (*attempt)(void);
	unsigned allowed; /* by which need */
} attempts[] = {{"a program", run_program, NOBODY},
	{"a program, by its descriptor", run_program_of_descriptor, NOBODY},
	{"a process", make_process, CHILDREN}, {"a new file", make_file, FILES},
	{"a file, to write", write_file, FILES}, {"a file, to append", append_to_file, FILES},
	{"a device, to write", write_device, FILES}, {"a file, to cut", cut_file, FILES},
	{"a file, to remove", remove_file, FILES}, {"a file, to rename", rename_file, FILES},
	{"a folder", make_folder, FILES}, {"a link", make_link, FILES}, {"a mode", change_mode, FILES},
	{"a mode, newly", change_mode_newly, FILES}, {"another user", become_another, NOBODY},
	{"what a lookup needs", read_null_device, ALWAYS},
	{"a signal for another", signal_others, CHILDREN}, {"a port", open_port, NOBODY},
	{"raw packets", open_raw_packets, NOBODY}, {"a file, to read", read_file, ALWAYS},
	{"a folder, to read", read_folder, ALWAYS}, {"a connection", connect_udp, ALWAYS},
	{"a thread", make_thread, ALWAYS}, {"a library", open_library, ALWAYS},
	{"a signal for itself", signal_itself, ALWAYS},
	{"what is open already", write_descriptor, ALWAYS}};
#define ATTEMPTS (sizeof attempts / sizeof *attempts)

static void make_lab(void) {
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
	FILE *file = fopen("old", "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fputc('x', file), 'x');
	ck_assert_int_eq(fclose(file), 0);
}

static void drop_lab(void) {
	(void)unlink("old");
	(void)unlink("new");
	(void)unlink("made");
	(void)rmdir("made");
	ck_assert_int_eq(chdir("/"), 0);
	(void)rmdir(folder);
}

/* In a process of its own. */
static int attempt(size_t i, unsigned needs) {
	int status = 0;
	pid_t pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		_exit(least_power(needs) != NULL ? 255 : attempts[i].attempt());
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_msg(WIFEXITED(status), "%s: signal %d", attempts[i].what, WTERMSIG(status));
	return WEXITSTATUS(status);
}

START_TEST(what_is_given_up_fails_and_all_else_works) {
	unsigned needs = (unsigned)_i;
	for (size_t i = 0; i < ATTEMPTS; i++) {
		make_lab();
		int error = attempt(i, needs);
		bool allowed = (attempts[i].allowed & (needs | ALWAYS)) != 0;
		ck_assert_msg(allowed ? error == 0 : error == EPERM || error == EACCES,
			"%s, with needs %u: %s", attempts[i].what, needs, strerror(error));
		drop_lab();
		(void)snprintf(folder, sizeof folder, "/tmp/least_power.XXXXXX");
	}
}
END_TEST

/* The number in a line of /proc/PID/status; -1: no such line. */
static long status_of(pid_t pid, const char *label) {
	char path[64];
	char line[256];
	long value = -1;
	(void)snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "r");
	if (file == NULL) {
		return -1;
	}
	while (fgets(line, sizeof line, file) != NULL) {
		if (strncmp(line, label, strlen(label)) == 0) {
			value = strtol(line + strlen(label), NULL, 10);
		}
	}
	(void)fclose(file);
	return value;
}

/* Waiting for a server, which is after the first packet. */
static const char *const programs[][6] = {
	{"plugins/check_smtp_tls", "-lmay", "-t", "20", "-H", NULL},
	{"plugins/check_smtp_tls", "-lmay", "--host-lookup=native", "-t20", "-H", NULL},
	{"plugins/smtp-tls-finger", "-lmay", NULL}, {"plugins/smtp-tls-fleet", "-lmay", NULL}};

/* smtp-tls-fleet has its destinations from a list. */
static const char *listed(const char *where) {
	static char path[] = "/tmp/least_power_list.XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_gt(fprintf(file, "%s\n", where), 0);
	ck_assert_int_eq(fclose(file), 0);
	return path;
}

START_TEST(the_programs_do_so_before_a_server_has_said_a_word) {
	struct run run = {.output = RUN_STDOUT_PIPE};
	char where[64];
	run_place(where, sizeof where);
	while (programs[_i][run.argc] != NULL) {
		run.argv[run.argc] = programs[_i][run.argc];
		run.argc++;
	}
	bool fleet = strstr(programs[_i][0], "fleet") != NULL;
	const char *operand = fleet ? listed(where) : where;
	run.argv[run.argc++] = operand;
	run_start(&run);
	run_wait_until_asleep(&run);
	long mode = status_of(run.pid, "Seccomp:");
	long privileges = status_of(run.pid, "NoNewPrivs:");
	run_signal(&run, SIGTERM);
	(void)run_end(&run);
	ck_assert(!fleet || unlink(operand) == 0);
	ck_assert_int_eq(mode, 2);
	ck_assert_int_eq(privileges, 1);
}
END_TEST

/* Whether this build and this system have it at all. */
static bool is_there(void) {
	int status = 0;
	pid_t pid = fork();
	if (pid == 0) {
		_exit(least_power(0) != NULL || status_of(getpid(), "Seccomp:") != 2);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

static void add_tests(TCase *tc) {
	tcase_add_loop_test(tc, what_is_given_up_fails_and_all_else_works, 0, 4);
	tcase_add_loop_test(tc, the_programs_do_so_before_a_server_has_said_a_word, 0,
		sizeof programs / sizeof *programs);
}

int main(void) {
	if (!is_there()) {
		puts("1..0 # SKIP no seccomp filter in this build, or on this system");
		return EXIT_SUCCESS;
	}
	run_folder_make();
	return unit_play("least power", 60, add_tests);
}
