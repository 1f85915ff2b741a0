/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are none, that cannot be had, and that are not as long as they were said to be. */
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "unit.h"

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))
#define MAX 2048U

/* A folder with one of everything; it is where we are from now on. */
static const char *lay_out(void) {
	static char folder[] = "/tmp/test_file.XXXXXX";
	static const struct sockaddr_un socket_name = {.sun_family = AF_UNIX, .sun_path = "socket"};
	ck_assert(mkdtemp(folder) != NULL && chdir(folder) == 0);
	ck_assert_int_eq(mkdir("folder", 0700), 0);
	ck_assert_int_eq(mkfifo("pipe", 0600), 0);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&socket_name, sizeof socket_name), 0);
	close(fd);
	ck_assert_int_eq(symlink("loop", "loop"), 0);
	ck_assert_int_eq(symlink("file", "link"), 0);
	close(open("file", O_WRONLY | O_CREAT, 0600));
	close(open("locked", O_WRONLY | O_CREAT, 0));
	return folder;
}

static void clear_away(const char *folder) {
	static const char *const files[] = {"pipe", "socket", "loop", "link", "file", "locked", "new"};
	for (int i = 0; i < COUNT(files); i++) {
		(void)unlink(files[i]);
	}
	ck_assert(rmdir("folder") == 0 && chdir("/") == 0 && rmdir(folder) == 0);
}

static const struct {
	const char *path;
	const char *words[4]; /* by kind; NULL: it is opened */
	int error;            /* 0: the words say it */
} paths[] = {
	{"file", {NULL, NULL, NULL, NULL}, 0},
	{"link", {NULL, NULL, NULL, NULL}, 0},
	{"folder", {"is a directory", NULL, NULL, NULL}, 0},
	{"/dev/null", {"not a regular file", NULL, NULL, NULL}, 0},
	{"/dev/zero", {"not a regular file", NULL, NULL, NULL}, 0},
	/* nobody writes: the one that is patient would wait */
	{"pipe", {"not a regular file", "is a pipe", NULL, ""}, 0},
	{"socket",
		{"not a regular file", "not a regular file", "not a regular file", "not a regular file"},
		0},
	{"", {"No such file", "No such file", "No such file", "No such file"}, ENOENT},
	{"missing", {"No such file", "No such file", "No such file", "No such file"}, ENOENT},
	{"file/x", {"Not a dir", "Not a dir", "Not a dir", "Not a dir"}, ENOTDIR},
	{"loop", {"Too many levels", "Too many levels", "Too many levels", "Too many levels"}, ELOOP},
};

START_TEST(what_is_opened_is_what_was_asked_for) {
	const char *folder = lay_out();
	for (int kind = FILE_REGULAR; kind <= FILE_PATIENTLY; kind++) {
		const char *words = paths[_i].words[kind];
		if (words != NULL && *words == '\0') {
			continue;
		}
		struct file_fault fault;
		int fd = file_open(paths[_i].path, (enum file_kind)kind, &fault);
		ck_assert_int_eq(file_is_readable(paths[_i].path, (enum file_kind)kind, &fault), fd >= 0);
		ck_assert_msg((fd >= 0) == (words == NULL), "%s: %s", paths[_i].path, fault.words);
		if (words != NULL) {
			ck_assert_msg(strncmp(fault.words, words, strlen(words)) == 0, "%s", fault.words);
			ck_assert_int_eq(fault.error, paths[_i].error);
			ck_assert(!fault.reading);
			ck_assert_int_eq(file_fault_kind(&fault, ERR_USAGE), ERR_USAGE);
			continue;
		}
		ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
		ck_assert_int_eq(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDONLY);
		ck_assert_int_eq((fcntl(fd, F_GETFL) & O_NONBLOCK) == 0, kind == FILE_PATIENTLY);
		close(fd);
	}
	clear_away(folder);
}
END_TEST

START_TEST(a_directory_alone_is_a_folder) {
	const char *folder = lay_out();
	struct file_fault fault;
	DIR *opened = file_open_folder("folder", &fault);
	ck_assert(opened != NULL && readdir(opened) != NULL);
	ck_assert_int_ne(fcntl(dirfd(opened), F_GETFD) & FD_CLOEXEC, 0);
	closedir(opened);
	ck_assert_ptr_null(file_open_folder("pipe", &fault));
	ck_assert_str_eq(fault.words, "not a directory");
	ck_assert_ptr_null(file_open_folder("missing", &fault));
	ck_assert_int_eq(fault.error, ENOENT);
	clear_away(folder);
}
END_TEST

START_TEST(who_may_not_read_is_told) {
	const char *folder = lay_out();
	struct file_fault fault;
	ck_assert(geteuid() != 0 || (chmod(folder, 0755) == 0 && seteuid(65534) == 0));
	ck_assert_int_eq(file_open("locked", FILE_REGULAR, &fault), -1);
	ck_assert_int_eq(fault.error, EACCES);
	ck_assert_str_eq(fault.words, "Permission denied");
	ck_assert_int_eq(file_fault_kind(&fault, ERR_USAGE), ERR_USAGE);
	ck_assert(geteuid() != 65534 || getuid() != 0 || seteuid(0) == 0);
	clear_away(folder);
}
END_TEST

/* It is this machine that has run out of something, whoever named the file. */
START_TEST(no_descriptor_left_is_no_fault_of_the_file) {
	const char *folder = lay_out();
	struct arena *arena = unit_arena();
	struct rlimit limit;
	struct file_fault fault;
	struct span bytes;
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	rlim_t usual = limit.rlim_cur;
	int next = dup(STDIN_FILENO);
	close(next);
	limit.rlim_cur = (rlim_t)next;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	struct file_wish wish = {"file", FILE_REGULAR, MAX};
	ck_assert(!file_read(arena, &wish, &bytes, &fault));
	ck_assert_int_eq(fault.error, EMFILE);
	ck_assert_int_eq(file_fault_kind(&fault, ERR_USAGE), ERR_LOCAL);
	ck_assert_ptr_null(file_open_folder("folder", &fault));
	ck_assert_int_eq(file_fault_kind(&fault, ERR_USAGE), ERR_LOCAL);
	ck_assert_int_eq(file_create_unnamed(arena, "."), -1);
	ck_assert_int_eq(errno, EMFILE);
	ck_assert_int_eq(file_create("new"), -1);
	limit.rlim_cur = usual;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert(file_read(arena, &wish, &bytes, &fault));
	arena_free(arena);
	clear_away(folder);
}
END_TEST

/* What is printed would end up in it. */
START_TEST(a_closed_standard_descriptor_is_not_taken) {
	const char *folder = lay_out();
	struct file_fault fault;
	struct arena *arena = unit_arena();
	int input = dup(STDIN_FILENO);
	close(STDIN_FILENO);
	int fd = file_open("file", FILE_REGULAR, &fault);
	int created = file_create("new");
	int unnamed = file_create_unnamed(arena, ".");
	DIR *opened = file_open_folder("folder", &fault);
	ck_assert(fd > STDERR_FILENO && created > STDERR_FILENO && unnamed > STDERR_FILENO);
	ck_assert(opened != NULL && dirfd(opened) > STDERR_FILENO);
	ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_eq(fcntl(STDIN_FILENO, F_GETFD), -1);
	/* but by who is there to take it */
	ck_assert_int_eq(file_occupy(), STDIN_FILENO);
	ck_assert_int_eq(fcntl(STDIN_FILENO, F_GETFD) & FD_CLOEXEC, 0);
	ck_assert_int_eq(write(STDIN_FILENO, "x", 1), -1);
	closedir(opened);
	close(fd);
	close(created);
	close(unnamed);
	ck_assert_int_eq(dup2(input, STDIN_FILENO), STDIN_FILENO);
	close(input);
	arena_free(arena);
	clear_away(folder);
}
END_TEST

static const struct {
	size_t len;
	size_t max;
	const char *words; /* NULL: it is read */
} lengths[] = {
	{0, 0, NULL},
	{0, MAX, NULL},
	{1, 0, "longer than 0 octets"},
	{1, 1, NULL},
	{511, 511, NULL},
	{512, 511, "longer than 511 octets"},
	{MAX - 1, MAX, NULL},
	{MAX, MAX, NULL},
	{MAX + 1, MAX, "longer than 2 KiB"},
	{5 * MAX, MAX, "longer than 2 KiB"},
	{1048576, 1048576, NULL},
	{1048577, 1048576, "longer than 1 MiB"},
};

/* With NULs, as all octets. */
static struct span octets(struct arena *arena, size_t n) {
	uint8_t *at = arena_alloc(arena, n);
	for (size_t i = 0; i < n; i++) {
		at[i] = (uint8_t)(i * 7);
	}
	return (struct span){at, n};
}

static void write_file(struct span content) {
	int fd = open("file", O_WRONLY | O_TRUNC);
	ck_assert_int_eq(write(fd, content.at, content.len), (ssize_t)content.len);
	close(fd);
}

/* Said to have: what it has, nothing, half of it, much more. */
START_TEST(a_file_is_read_up_to_its_limit_whatever_it_was_said_to_have) {
	const char *folder = lay_out();
	struct arena *arena = unit_arena();
	struct file_fault fault;
	struct span content = octets(arena, lengths[_i].len);
	size_t max = lengths[_i].max;
	const size_t expected[] = {content.len, 0, content.len / 2, max};
	write_file(content);
	for (int i = -1; i < COUNT(expected); i++) {
		struct span bytes = {0};
		bool good = false;
		if (i < 0) {
			struct file_wish wish = {"file", FILE_REGULAR, max};
			good = file_read(arena, &wish, &bytes, &fault);
		} else {
			int fd = open("file", O_RDONLY);
			good = file_read_open(arena, fd, (struct file_size){expected[i], max}, &bytes, &fault);
			ck_assert_int_eq(close(fd), 0);
		}
		ck_assert_msg(good == (lengths[_i].words == NULL), "%d: %s", i, fault.words);
		ck_assert_str_eq(fault.words, good ? "" : lengths[_i].words);
		ck_assert_int_eq(fault.error, 0);
		ck_assert(span_equal(bytes, good ? content : (struct span){0}));
		ck_assert(!good || bytes.at[bytes.len] == '\0');
	}
	arena_free(arena);
	clear_away(folder);
}
END_TEST

/* As files of the kernel, which have a size only when they are read. */
START_TEST(a_file_that_says_it_is_empty_is_read) {
	struct arena *arena = unit_arena();
	struct file_fault fault;
	struct span bytes;
	struct file_wish wish = {"/proc/self/status", FILE_REGULAR, 65536};
	ck_assert(access(wish.path, R_OK) != 0 ||
			  (file_read(arena, &wish, &bytes, &fault) && bytes.len > 100));
	arena_free(arena);
}
END_TEST

START_TEST(what_has_no_end_is_read_up_to_its_limit) {
	struct arena *arena = unit_arena();
	struct file_fault fault;
	struct span bytes = {0};
	struct file_wish wish = {"/dev/zero", FILE_UNPIPED, MAX};
	size_t used = arena_used(arena);
	ck_assert(!file_read(arena, &wish, &bytes, &fault));
	ck_assert_str_eq(fault.words, "longer than 2 KiB");
	ck_assert_uint_lt(arena_used(arena) - used, 4 * MAX + 1024);
	wish.path = "/dev/null";
	ck_assert(file_read(arena, &wish, &bytes, &fault) && bytes.len == 0);
	arena_free(arena);
}
END_TEST

START_TEST(what_cannot_be_read_is_told_as_such) {
	const char *folder = lay_out();
	struct arena *arena = unit_arena();
	struct file_fault fault;
	struct span bytes;
	struct file_wish wish = {"folder", FILE_UNPIPED, MAX};
	ck_assert(!file_read(arena, &wish, &bytes, &fault));
	ck_assert_int_eq(fault.error, EISDIR);
	ck_assert(fault.reading);
	arena_free(arena);
	clear_away(folder);
}
END_TEST

/* The pipe of a shell's <(command): there is a writer, and it takes its time. */
START_TEST(who_is_patient_reads_a_pipe) {
	const char *folder = lay_out();
	struct arena *arena = unit_arena();
	struct file_fault fault;
	struct span bytes;
	pid_t child = fork();
	if (child == 0) {
		int fd = open("pipe", O_WRONLY);
		_exit(write(fd, "ab\0c", 4) == 4 ? 0 : 1);
	}
	struct file_wish wish = {"pipe", FILE_PATIENTLY, 4};
	ck_assert(file_read(arena, &wish, &bytes, &fault));
	ck_assert(span_equal(bytes, (struct span){(const uint8_t *)"ab\0c", 4}));
	int status = 1;
	ck_assert(waitpid(child, &status, 0) == child && status == 0);
	arena_free(arena);
	clear_away(folder);
}
END_TEST

START_TEST(a_stream_that_has_nothing_yet_says_so) {
	const char *folder = lay_out();
	struct file_fault fault;
	char octet = 0;
	int fd = file_open("pipe", FILE_STREAM, &fault);
	int writer = open("pipe", O_WRONLY);
	ck_assert_int_eq(file_read_piece(fd, &octet, 1), -1);
	ck_assert_int_eq(errno, EAGAIN);
	ck_assert_int_eq(write(writer, "x", 1), 1);
	ck_assert_int_eq(file_read_piece(fd, &octet, 1), 1);
	close(writer);
	ck_assert_int_eq(file_read_piece(fd, &octet, 1), 0);
	close(fd);
	clear_away(folder);
}
END_TEST

START_TEST(a_new_file_is_new_and_its_owners_alone) {
	const char *folder = lay_out();
	struct arena *arena = unit_arena();
	struct stat status;
	(void)umask(0);
	ck_assert_int_eq(file_create("file"), -1);
	ck_assert_int_eq(errno, EEXIST);
	ck_assert_int_eq(file_create("loop"), -1);
	ck_assert_int_eq(errno, EEXIST);
	int fd = file_create("new");
	ck_assert(fstat(fd, &status) == 0 && (status.st_mode & 0777) == 0600);
	close(fd);
	fd = file_create_unnamed(arena, ".");
	ck_assert(fstat(fd, &status) == 0 && (status.st_mode & 0777) == 0600 && status.st_nlink == 0);
	ck_assert_int_ne(fcntl(fd, F_GETFD) & FD_CLOEXEC, 0);
	close(fd);
	ck_assert_int_eq(file_create_unnamed(arena, "missing"), -1);
	arena_free(arena);
	clear_away(folder);
}
END_TEST

static void add_tests(TCase *tc) {
	tcase_add_loop_test(tc, what_is_opened_is_what_was_asked_for, 0, COUNT(paths));
	tcase_add_test(tc, a_directory_alone_is_a_folder);
	tcase_add_test(tc, who_may_not_read_is_told);
	tcase_add_test(tc, no_descriptor_left_is_no_fault_of_the_file);
	tcase_add_test(tc, a_closed_standard_descriptor_is_not_taken);
	tcase_add_loop_test(
		tc, a_file_is_read_up_to_its_limit_whatever_it_was_said_to_have, 0, COUNT(lengths));
	tcase_add_test(tc, a_file_that_says_it_is_empty_is_read);
	tcase_add_test(tc, what_has_no_end_is_read_up_to_its_limit);
	tcase_add_test(tc, what_cannot_be_read_is_told_as_such);
	tcase_add_test(tc, who_is_patient_reads_a_pipe);
	tcase_add_test(tc, a_stream_that_has_nothing_yet_says_so);
	tcase_add_test(tc, a_new_file_is_new_and_its_owners_alone);
}

int main(void) {
	return unit_play("file", 60, add_tests);
}
