/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter itself, asked about calls that nobody makes here: what other C libraries and
 * processors do in place of what is done on this one has to get through as well. */
#include "unit.h"
/* What it builds is nobody's business but its own. NOLINTNEXTLINE(bugprone-suspicious-include) */
#include "../../plugins/common/least_power.c"

#ifdef OUR_ARCH

/* The answer of the filter, as the kernel would compute it. */
static uint32_t ask(const struct filter *filter, const struct seccomp_data *call) {
	uint32_t accumulator = 0;
	for (unsigned at = 0; at < filter->n; at++) {
		const struct sock_filter *step = &filter->steps[at];
		bool jump = false;
		switch (step->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			ck_assert_uint_le(step->k + sizeof accumulator, sizeof *call);
			memcpy(&accumulator, (const uint8_t *)call + step->k, sizeof accumulator);
			continue;
		case BPF_RET | BPF_K:
			return step->k;
		case BPF_JMP | BPF_JEQ | BPF_K:
			jump = accumulator == step->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			jump = accumulator >= step->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			jump = (accumulator & step->k) != 0;
			break;
		default:
			ck_abort_msg("step %u has code %u", at, step->code);
		}
		at += jump ? step->jt : step->jf;
	}
	ck_abort_msg("the filter has no end");
	return 0;
}

#define CALL(name)                                                                                 \
	{                                                                                              \
#name, SYS_##name, {                                                                       \
			0, 0, 0                                                                                \
		}                                                                                          \
	}
#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD)

/* What strace shows of all programs, and what stands for it elsewhere. */
static const struct {
	const char *name;
	long number;
	uint64_t argument[3];
} needed[] = {
	CALL(read),
	CALL(write),
	CALL(readv),
	CALL(writev),
	CALL(pread64),
	CALL(lseek),
	CALL(close),
	CALL(fstat),
	CALL(statx),
	CALL(readlinkat),
	CALL(faccessat),
	CALL(openat),
	{"openat of a directory", SYS_openat, {0, 0, O_RDONLY | O_DIRECTORY | O_CLOEXEC}},
	CALL(mmap),
	CALL(munmap),
	CALL(mprotect),
	CALL(madvise),
	CALL(mremap),
	CALL(brk),
	CALL(futex),
	CALL(getpid),
	CALL(gettid),
	CALL(rt_sigaction),
	CALL(rt_sigprocmask),
	CALL(rt_sigreturn),
	CALL(sigaltstack),
	CALL(ppoll),
	CALL(pselect6),
	CALL(epoll_create1),
	CALL(epoll_ctl),
	CALL(epoll_pwait),
	{"socket, IPv4", SYS_socket, {AF_INET, 0, 0}},
	{"socket, IPv6", SYS_socket, {AF_INET6, 0, 0}},
	{"socket, UNIX", SYS_socket, {AF_UNIX, 0, 0}},
	{"socket, netlink", SYS_socket, {AF_NETLINK, 0, 0}},
	CALL(connect),
	CALL(bind),
	CALL(sendto),
	CALL(recvfrom),
	CALL(sendmsg),
	CALL(recvmsg),
	CALL(sendmmsg),
	CALL(setsockopt),
	CALL(getsockopt),
	CALL(getsockname),
	CALL(getpeername),
	CALL(shutdown),
	CALL(socketpair),
	CALL(fcntl),
	CALL(ioctl),
	CALL(dup),
	CALL(dup3),
	CALL(pipe2),
	CALL(eventfd2),
	CALL(clock_gettime),
	CALL(clock_nanosleep),
	CALL(nanosleep),
	CALL(getrandom),
	CALL(uname),
	CALL(sysinfo),
	CALL(getdents64),
	CALL(getcwd),
	CALL(prlimit64),
	CALL(setitimer),
	CALL(timer_create),
	CALL(timer_settime),
	CALL(timer_delete),
	CALL(exit),
	CALL(exit_group),
	CALL(set_robust_list),
	CALL(set_tid_address),
	CALL(sched_getaffinity),
	CALL(sched_yield),
	CALL(membarrier),
	CALL(getuid),
	CALL(geteuid),
	CALL(getgid),
	CALL(getegid),
	CALL(wait4),
	CALL(restart_syscall),
	{"clone of a thread", SYS_clone, {THREAD, 0, 0}},
#ifdef SYS_newfstatat
	CALL(newfstatat),
#endif
#ifdef SYS_open /* what processors that came later do not have */
	CALL(open),
	CALL(stat),
	CALL(lstat),
	CALL(access),
	CALL(readlink),
	CALL(poll),
	CALL(select),
	CALL(epoll_wait),
	CALL(epoll_create),
	CALL(dup2),
	CALL(pipe),
	CALL(alarm),
	CALL(time),
	CALL(gettimeofday),
#endif
#ifdef SYS_rseq
	CALL(rseq),
#endif
#ifdef SYS_faccessat2
	CALL(faccessat2),
#endif
#ifdef SYS_close_range
	CALL(close_range),
#endif
#ifdef SYS_epoll_pwait2
	CALL(epoll_pwait2),
#endif
};

static uint32_t ask_about(unsigned needs, long number, const uint64_t argument[3]) {
	struct filter filter = {.n = 0};
	struct seccomp_data call = {.nr = (int)number, .arch = OUR_ARCH};
	build(&filter, needs);
	ck_assert_uint_le(filter.n, FILTER_MAX);
	ck_assert_uint_lt(filter.n_refused, REFUSED_MAX);
	memcpy(call.args, argument, 3 * sizeof *argument);
	return ask(&filter, &call);
}

START_TEST(what_runs_need_gets_through) {
	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
		uint32_t answer = ask_about((unsigned)_i, needed[i].number, needed[i].argument);
		ck_assert_msg(answer == SECCOMP_RET_ALLOW, "%s: %x", needed[i].name, (unsigned)answer);
	}
}
END_TEST

START_TEST(all_that_is_listed_is_refused) {
	static const uint64_t none[3] = {0};
	for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
		ck_assert_uint_eq(ask_about((unsigned)_i, never[i], none), SECCOMP_RET_ERRNO | EPERM);
	}
	for (size_t i = 0; i < sizeof never_files / sizeof *never_files; i++) {
		bool files = ((unsigned)_i & LEAST_POWER_FILES) != 0;
		ck_assert_uint_eq(ask_about((unsigned)_i, never_files[i], none),
			files ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | EPERM);
	}
}
END_TEST

/* The C library goes on with the older call. */
START_TEST(calls_whose_arguments_cannot_be_seen_are_not_there) {
	static const uint64_t none[3] = {0};
#ifdef SYS_clone3
	ck_assert_uint_eq(
		ask_about(LEAST_POWER_CHILDREN, SYS_clone3, none), SECCOMP_RET_ERRNO | ENOSYS);
#endif
#ifdef SYS_openat2
	ck_assert_uint_eq(ask_about(0, SYS_openat2, none), SECCOMP_RET_ERRNO | ENOSYS);
#endif
}
END_TEST

/* The numbers would mean other calls. */
START_TEST(another_processors_calls_are_refused) {
	struct filter filter = {.n = 0};
	struct seccomp_data call = {.nr = SYS_read, .arch = OUR_ARCH ^ 1};
	build(&filter, 0);
	ck_assert_uint_eq(ask(&filter, &call), SECCOMP_RET_ERRNO | EPERM);
}
END_TEST

static void add_tests(TCase *tc) {
	tcase_add_loop_test(tc, what_runs_need_gets_through, 0, 4);
	tcase_add_loop_test(tc, all_that_is_listed_is_refused, 0, 4);
	tcase_add_test(tc, calls_whose_arguments_cannot_be_seen_are_not_there);
	tcase_add_test(tc, another_processors_calls_are_refused);
}

int main(void) {
	return unit_play("least power, call by call", 20, add_tests);
}

#else
int main(void) {
	puts("1..0 # SKIP no seccomp filter in this build");
	return EXIT_SUCCESS;
}
#endif
