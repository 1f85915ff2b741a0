/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Loaded in front of the C library: lets one call of a program fail, the n-th of its kind.
 *
 *   LD_PRELOAD=.../shim.so FAULT=KIND FAULT_AT=N program     the N-th fails, as if this machine had
 *   LD_PRELOAD=.../shim.so FAULT=KIND FAULT_COUNT=FILE program     none fails; how many there were
 *
 * KIND is one of the words below. FAULT_AT=-N lets the N-th and all behind it fail. Some kinds are
 * no failures, and nothing may come of them: "stop" stops the process before the N-th call that
 * talks to somebody and lets it go on, "interrupt" interrupts every third of them, "short" lets
 * each move one octet only, "ahead" and "back" set the clock of the day by two hours from the N-th
 * look at it on. "leap" does so with the clock that deadlines are told by, as no system does. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum kind {
	MALLOC,
	SOCKET,
	CONNECT,
	POLL,
	READ,
	WRITE,
	OPEN,
	RANDOM,
	CLOCK,
	FORK,
	STOP,
	INTERRUPT,
	SHORT,
	AHEAD,
	BACK,
	LEAP,
	KINDS
};

static const struct {
	const char *word;
	int error;
} kinds[KINDS] = {
	[MALLOC] = {"malloc", ENOMEM},
	[SOCKET] = {"socket", EMFILE},
	[CONNECT] = {"connect", ENOBUFS},
	[POLL] = {"poll", ENOMEM},
	[READ] = {"read", ENOMEM},
	[WRITE] = {"write", ENOBUFS},
	[OPEN] = {"open", EMFILE},
	[RANDOM] = {"getrandom", ENOSYS},
	[CLOCK] = {"clock", EINVAL},
	[FORK] = {"fork", EAGAIN},
	[STOP] = {"stop", 0},
	[INTERRUPT] = {"interrupt", EINTR},
	[SHORT] = {"short", 0},
	[AHEAD] = {"ahead", 0},
	[BACK] = {"back", 0},
	[LEAP] = {"leap", 0},
};

#define SHIFT_SECONDS 7200

static enum kind wanted = KINDS;
static long at;
static long count;
static const char *count_file;

__attribute__((constructor)) static void begin(void) {
	const char *word = getenv("FAULT");
	const char *number = getenv("FAULT_AT");
	for (int i = 0; i < KINDS && word != NULL; i++) {
		if (strcmp(word, kinds[i].word) == 0) {
			wanted = (enum kind)i;
		}
	}
	at = number != NULL ? strtol(number, NULL, 10) : 0;
	count_file = getenv("FAULT_COUNT");
}

__attribute__((destructor)) static void end(void) {
	long n = count;
	wanted = KINDS;
	FILE *file = count_file != NULL ? fopen(count_file, "w") : NULL;
	if (file != NULL) {
		fprintf(file, "%ld\n", n);
		fclose(file);
	}
}

/* Is this the one? Sets errno. */
static bool fails(enum kind kind) {
	if (kind != wanted) {
		return false;
	}
	count++;
	if (count == at || (at < 0 && count >= -at)) {
		errno = kinds[kind].error;
		return true;
	}
	return false;
}

/* Somebody else has to say when to go on, and again as long as it was said too early: on a busy
 * machine the one that stops may be late. */
static void stop_for_a_while(void) {
	struct timespec while_stopped = {0, 3000000};
	pid_t stopped = getpid();
	volatile int *went_on =
		mmap(NULL, sizeof *went_on, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (went_on == MAP_FAILED) {
		return;
	}
	if (syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL) == 0) {
		for (int tries = 0; *went_on == 0 && tries < 3000; tries++) {
			nanosleep(&while_stopped, NULL);
			kill(stopped, SIGCONT);
		}
		_exit(0);
	}
	raise(SIGSTOP);
	*went_on = 1;
}

/* Datagrams, and what little goes through a pipe at once, are whole or not there. */
static bool is_stream(int fd) {
	int type = 0;
	socklen_t len = sizeof type;
	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 && type == SOCK_STREAM;
}

/* Before a call that talks to somebody: may it go on, and with how much? Sets errno. */
static bool talks(enum kind kind, int fd, size_t *n) {
	if (wanted == STOP && ++count == at) {
		stop_for_a_while();
	} else if (wanted == INTERRUPT && (fd < 0 || is_stream(fd)) && ++count % 3 == 0) {
		errno = EINTR;
		return false;
	} else if (wanted == SHORT && n != NULL && *n > 1 && is_stream(fd)) {
		count++;
		*n = 1;
	}
	return !fails(kind);
}

/* The names and arguments are glibc's. */
/* NOLINTBEGIN(bugprone-reserved-identifier,readability-function-size) */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t n);
void *__libc_realloc(void *old, size_t n);

void *malloc(size_t n) {
	return fails(MALLOC) ? NULL : __libc_malloc(n);
}

void *calloc(size_t items, size_t n) {
	return fails(MALLOC) ? NULL : __libc_calloc(items, n);
}

void *realloc(void *old, size_t n) {
	return fails(MALLOC) ? NULL : __libc_realloc(old, n);
}

int socket(int family, int type, int protocol) {
	return fails(SOCKET) ? -1 : (int)syscall(SYS_socket, family, type, protocol);
}

int connect(int fd, const struct sockaddr *address, socklen_t len) {
	return fails(CONNECT) ? -1 : (int)syscall(SYS_connect, fd, address, len);
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *patience, const sigset_t *mask) {
	struct timespec copy = patience != NULL ? *patience : (struct timespec){0, 0};
	return talks(POLL, -1, NULL)
			   ? (int)syscall(SYS_ppoll, fds, n, patience != NULL ? &copy : NULL, mask, 8)
			   : -1;
}

int __ppoll_chk(struct pollfd *fds, nfds_t n, const struct timespec *patience, const sigset_t *mask,
	size_t size) {
	(void)size;
	return ppoll(fds, n, patience, mask);
}

int poll(struct pollfd *fds, nfds_t n, int ms) {
	struct timespec patience = {ms / 1000, (long)(ms % 1000) * 1000000};
	return ppoll(fds, n, ms < 0 ? NULL : &patience, NULL);
}

int __poll_chk(struct pollfd *fds, nfds_t n, int ms, size_t size) {
	(void)size;
	return poll(fds, n, ms);
}

ssize_t read(int fd, void *bytes, size_t n) {
	return talks(READ, fd, &n) ? syscall(SYS_read, fd, bytes, n) : -1;
}

ssize_t __read_chk(int fd, void *bytes, size_t n, size_t size) {
	(void)size;
	return read(fd, bytes, n);
}

ssize_t recvfrom(
	int fd, void *bytes, size_t n, int flags, struct sockaddr *address, socklen_t *len) {
	return talks(READ, fd, &n) ? syscall(SYS_recvfrom, fd, bytes, n, flags, address, len) : -1;
}

ssize_t __recvfrom_chk(int fd, void *bytes, size_t n, size_t size, int flags,
	struct sockaddr *address, socklen_t *len) {
	(void)size;
	return recvfrom(fd, bytes, n, flags, address, len);
}

ssize_t recv(int fd, void *bytes, size_t n, int flags) {
	return recvfrom(fd, bytes, n, flags, NULL, NULL);
}

ssize_t __recv_chk(int fd, void *bytes, size_t n, size_t size, int flags) {
	(void)size;
	return recv(fd, bytes, n, flags);
}

ssize_t write(int fd, const void *bytes, size_t n) {
	return talks(WRITE, fd, &n) ? syscall(SYS_write, fd, bytes, n) : -1;
}

ssize_t sendto(
	int fd, const void *bytes, size_t n, int flags, const struct sockaddr *address, socklen_t len) {
	return talks(WRITE, fd, &n) ? syscall(SYS_sendto, fd, bytes, n, flags, address, len) : -1;
}

ssize_t send(int fd, const void *bytes, size_t n, int flags) {
	return sendto(fd, bytes, n, flags, NULL, 0);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
	return fails(WRITE) ? -1 : syscall(SYS_sendmsg, fd, message, flags);
}

static int open_at(int folder, const char *path, int flags, mode_t mode) {
	return fails(OPEN) ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
}

int open(const char *path, int flags, ...) {
	va_list arguments;
	va_start(arguments, flags);
	mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	return open_at(AT_FDCWD, path, flags, mode);
}

#ifdef __GLIBC__ /* elsewhere it is another word for the same */
int open64(const char *path, int flags, ...) __attribute__((alias("open"), copy(open)));
#endif

int __open_2(const char *path, int flags) {
	return open_at(AT_FDCWD, path, flags, 0);
}

/* Reading is all that libraries open files for. */
FILE *fopen(const char *path, const char *mode) {
	bool reads = *mode == 'r';
	int fd =
		open_at(AT_FDCWD, path, reads ? O_RDONLY | O_CLOEXEC : O_WRONLY | O_CREAT | O_TRUNC, 0644);
	return fd < 0 ? NULL : fdopen(fd, mode);
}

#ifdef __GLIBC__ /* elsewhere it is another word for the same */
FILE *fopen64(const char *path, const char *mode) __attribute__((alias("fopen"), copy(fopen)));
#endif

ssize_t getrandom(void *bytes, size_t n, unsigned flags) {
	return fails(RANDOM) ? -1 : syscall(SYS_getrandom, bytes, n, flags);
}

/* How much later, or earlier, this clock is now than it would be. */
static time_t shifted(clockid_t clock) {
	bool of_day = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
	if (of_day ? wanted != AHEAD && wanted != BACK : wanted != LEAP) {
		return 0;
	}
	bool shifts = ++count >= labs(at) && at != 0;
	return !shifts ? 0 : wanted == BACK ? -SHIFT_SECONDS : SHIFT_SECONDS;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
	if (fails(CLOCK)) {
		return -1;
	}
	int result = (int)syscall(SYS_clock_gettime, clock, now);
	now->tv_sec += shifted(clock);
	return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
	int result = (int)syscall(SYS_gettimeofday, now, zone);
	now->tv_sec += shifted(CLOCK_REALTIME);
	return result;
}

time_t time(time_t *now) {
	struct timespec exact;
	(void)syscall(SYS_clock_gettime, CLOCK_REALTIME, &exact);
	exact.tv_sec += shifted(CLOCK_REALTIME);
	if (now != NULL) {
		*now = exact.tv_sec;
	}
	return exact.tv_sec;
}

pid_t fork(void) {
	return fails(FORK) ? -1 : (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}
/* NOLINTEND(bugprone-reserved-identifier,readability-function-size) */
