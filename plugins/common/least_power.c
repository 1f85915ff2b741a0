/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a probe may not do, told to the kernel. */
#include "common/least_power.h"

#include "build_config.h"

#include <stddef.h>

#ifdef __OpenBSD__
#include <unistd.h>

const char *least_power(unsigned needs) {
	const char *promises[] = {"stdio rpath inet unix dns prot_exec",
		"stdio rpath inet unix dns prot_exec proc",
		"stdio rpath wpath cpath inet unix dns prot_exec",
		"stdio rpath wpath cpath inet unix dns prot_exec proc"};
	if ((needs & LEAST_POWER_FILES) == 0 && (unveil("/", "r") != 0 || unveil(NULL, NULL) != 0)) {
		return "unveil() fails";
	}
	return pledge(promises[needs % 4], NULL) == 0 ? NULL : "pledge() fails";
}

#elif defined LEAST_POWER && defined HAVE_LINUX_SECCOMP_H
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __x86_64__ && !defined __ILP32__
#define OUR_ARCH AUDIT_ARCH_X86_64
#define OTHER_ABI 0x40000000U /* x32: the same calls by other numbers */
#elif defined __aarch64__ && !defined __ILP32__
#define OUR_ARCH AUDIT_ARCH_AARCH64
#elif defined __riscv && __riscv_xlen == 64
#define OUR_ARCH AUDIT_ARCH_RISCV64
#elif defined __powerpc64__ && defined __LITTLE_ENDIAN__
#define OUR_ARCH AUDIT_ARCH_PPC64LE
#endif

#ifdef OUR_ARCH

#define FILTER_MAX 256U
#define REFUSED_MAX 128U
#define GROUP_MAX 8U

/* The program that the kernel runs for each call: all of it jumps forward. When it is set, the
 * kernel tries it with each call that there is, so what is on the way to "allow" costs time: calls
 * that are refused whatever their arguments stand in groups, and most of these are jumped over. */
struct filter {
	struct sock_filter steps[FILTER_MAX];
	unsigned short n;
	uint32_t refused[REFUSED_MAX];
	size_t n_refused;
};

static void add(struct filter *filter, struct sock_filter step) {
	if (filter->n < FILTER_MAX) {
		filter->steps[filter->n] = step;
	}
	filter->n++;
}

static void add_load(struct filter *filter, size_t offset) {
	add(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* The lower half of an argument: all there is of those that are looked at. */
static void add_load_argument(struct filter *filter, unsigned i) {
	add_load(filter, offsetof(struct seccomp_data, args) + i * sizeof(uint64_t));
}

static void add_refuse(struct filter *filter, unsigned error) {
	add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error));
}

static void add_allow(struct filter *filter) {
	add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

/* Go on behind the next `skip` steps unless it is this number. */
static void add_unless(struct filter *filter, uint32_t number, uint8_t skip) {
	add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, skip));
}

static void add_refuse_call(struct filter *filter, long number, unsigned error) {
	add_unless(filter, (uint32_t)number, 1);
	add_refuse(filter, error);
}

/* A call of which an argument with any of the bits is refused, or one without them. */
enum with_bits { REFUSE_WITH, REFUSE_WITHOUT };
struct bits {
	long number;
	unsigned argument;
	uint32_t bits;
	enum with_bits refuse;
};

static void add_refuse_bits(struct filter *filter, struct bits call) {
	bool with = call.refuse == REFUSE_WITH;
	add_unless(filter, (uint32_t)call.number, 4);
	add_load_argument(filter, call.argument);
	add(filter, (struct sock_filter)BPF_JUMP(
					BPF_JMP | BPF_JSET | BPF_K, call.bits, with ? 0 : 1, with ? 1 : 0));
	add_refuse(filter, EPERM);
	add_allow(filter);
}

/* A call of which an argument must be one of these. */
static void add_allow_only(struct filter *filter, long number, const uint32_t *values, uint8_t n) {
	add_unless(filter, (uint32_t)number, (uint8_t)(3 + n));
	add_load_argument(filter, 0);
	for (uint8_t i = 0; i < n; i++) {
		add(filter, (struct sock_filter)BPF_JUMP(
						BPF_JMP | BPF_JEQ | BPF_K, values[i], (uint8_t)(n - i), 0));
	}
	add_refuse(filter, EPERM);
	add_allow(filter);
}

/* In no run. */
static const long never[] = {SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv,
	SYS_process_vm_writev, SYS_listen, SYS_accept, SYS_accept4, SYS_tkill, SYS_rt_sigqueueinfo,
	SYS_rt_tgsigqueueinfo, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_unshare,
	SYS_setns, SYS_bpf, SYS_perf_event_open, SYS_keyctl, SYS_add_key, SYS_request_key,
	SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_reboot, SYS_swapon,
	SYS_acct, SYS_quotactl, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_setuid,
	SYS_setgid, SYS_setresuid, SYS_setresgid, SYS_setgroups, SYS_personality, SYS_shmget,
	SYS_msgget, SYS_semget, SYS_setreuid, SYS_setregid, SYS_setfsuid, SYS_setfsgid, SYS_swapoff,
	SYS_clock_adjtime, SYS_syslog,
#ifdef SYS_kexec_file_load
	SYS_kexec_file_load,
#endif
#ifdef SYS_fsopen /* what replaces mount() */
	SYS_fsopen, SYS_fsmount, SYS_fspick, SYS_move_mount, SYS_open_tree,
#endif
#ifdef SYS_mount_setattr
	SYS_mount_setattr,
#endif
#ifdef SYS_userfaultfd
	SYS_userfaultfd,
#endif
#ifdef SYS_io_uring_setup
	SYS_io_uring_setup,
#endif
#ifdef SYS_pidfd_send_signal
	SYS_pidfd_send_signal,
#endif
#ifdef SYS_pidfd_getfd
	SYS_pidfd_getfd,
#endif
	SYS_name_to_handle_at, SYS_open_by_handle_at};

/* Newer than many headers: one number on all processors. */
#define CALL_FCHMODAT2 452
#define CALL_SETXATTRAT 463
#define CALL_REMOVEXATTRAT 466
#define CALL_FILE_SETATTR 469

/* Without files that are written. */
static const long never_files[] = {CALL_FCHMODAT2, CALL_SETXATTRAT, CALL_REMOVEXATTRAT,
	CALL_FILE_SETATTR,
#ifdef SYS_creat /* what the newer calls replaced, where it still is */
	SYS_creat, SYS_mkdir, SYS_rmdir, SYS_unlink, SYS_rename, SYS_link, SYS_symlink, SYS_chmod,
	SYS_chown, SYS_lchown, SYS_mknod, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
#ifdef SYS_renameat
	SYS_renameat,
#endif
	SYS_mkdirat, SYS_unlinkat, SYS_renameat2, SYS_linkat, SYS_symlinkat, SYS_fchmod, SYS_fchmodat,
	SYS_fchown, SYS_fchownat, SYS_mknodat, SYS_utimensat, SYS_truncate, SYS_setxattr, SYS_lsetxattr,
	SYS_fsetxattr, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr};

static void refuse(struct filter *filter, const long *numbers, size_t n) {
	for (size_t i = 0; i < n && filter->n_refused < REFUSED_MAX; i++) {
		filter->refused[filter->n_refused++] = (uint32_t)numbers[i];
	}
}

static int by_number(const void *a, const void *b) {
	uint32_t one = *(const uint32_t *)a;
	uint32_t other = *(const uint32_t *)b;
	return (one > other) - (one < other);
}

/* The end of the filter. */
static void add_groups(struct filter *filter) {
	qsort(filter->refused, filter->n_refused, sizeof *filter->refused, by_number);
	for (size_t i = 0; i < filter->n_refused; i += GROUP_MAX) {
		size_t left = filter->n_refused - i;
		size_t n = left < GROUP_MAX ? left : GROUP_MAX;
		if (n < left) {
			add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K,
							filter->refused[i + n], (uint8_t)(n + 2), 0));
		}
		for (size_t j = 0; j < n; j++) {
			add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							filter->refused[i + j], (uint8_t)(n - j), 0));
		}
		add_allow(filter);
		add_refuse(filter, EPERM);
	}
}

/* The C library goes on with the older call, whose flags can be seen, when there is no newer one.
 */
static void add_files(struct filter *filter) {
	static const uint32_t writes = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
	add_refuse_bits(filter, (struct bits){SYS_openat, 2, writes, REFUSE_WITH});
#ifdef SYS_open
	add_refuse_bits(filter, (struct bits){SYS_open, 1, writes, REFUSE_WITH});
#endif
#ifdef SYS_openat2
	add_refuse_call(filter, SYS_openat2, ENOSYS);
#endif
	refuse(filter, never_files, sizeof never_files / sizeof *never_files);
}

static void add_children(struct filter *filter) {
	static const long calls[] = {
#ifdef SYS_fork
		SYS_fork, SYS_vfork,
#endif
		SYS_kill};
	refuse(filter, calls, sizeof calls / sizeof *calls);
	add_refuse_bits(filter, (struct bits){SYS_clone, 0, CLONE_THREAD, REFUSE_WITHOUT});
	const uint32_t ourselves = (uint32_t)getpid(); /* raise() and abort() */
	add_allow_only(filter, SYS_tgkill, &ourselves, 1);
}

static void build(struct filter *filter, unsigned needs) {
	static const uint32_t families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};
	add_load(filter, offsetof(struct seccomp_data, arch));
	add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0));
	add_refuse(filter, EPERM);
	add_load(filter, offsetof(struct seccomp_data, nr));
#ifdef OTHER_ABI
	add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, OTHER_ABI, 0, 1));
	add_refuse(filter, EPERM);
#endif
	if ((needs & LEAST_POWER_FILES) == 0) {
		add_files(filter);
	}
	if ((needs & LEAST_POWER_CHILDREN) == 0) {
		add_children(filter);
	}
#ifdef SYS_clone3
	add_refuse_call(filter, SYS_clone3, ENOSYS);
#endif
	add_allow_only(filter, SYS_socket, families, sizeof families / sizeof *families);
	refuse(filter, never, sizeof never / sizeof *never);
	add_groups(filter);
}

/* The kernel's defence against speculation, which costs time, was only ever for filters that
 * confine code they do not know. */
static bool set_filter(struct filter *filter) {
	struct sock_fprog program = {filter->n, filter->steps};
	unsigned flags = 0;
#ifdef SECCOMP_FILTER_FLAG_SPEC_ALLOW
	flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
#endif
	return filter->n <= FILTER_MAX &&
		   (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program) == 0 ||
			   syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0);
}

/* --- Landlock: the same about files once more, by what they are and not by which call --- */

#if defined HAVE_LINUX_LANDLOCK_H && defined SYS_landlock_create_ruleset
#include <linux/landlock.h>

/* Everything that changes anything, and starting programs, nowhere. What a kernel knows grew. */
static uint64_t landlock_files(long version) {
	uint64_t all =
		LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
		LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR |
		LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
		LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
	const uint64_t refer = UINT64_C(1) << 13;
	const uint64_t truncate = UINT64_C(1) << 14;
	return all | (version >= 2 ? refer : 0) | (version >= 3 ? truncate : 0);
}

static void lock_files(unsigned needs) {
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr rules = {0};
	rules.handled_access_fs =
		(needs & LEAST_POWER_FILES) != 0 ? LANDLOCK_ACCESS_FS_EXECUTE : landlock_files(version);
	long fd = version < 1
				  ? -1
				  : syscall(SYS_landlock_create_ruleset, &rules, sizeof rules.handled_access_fs, 0);
	if (fd >= 0) {
		(void)syscall(SYS_landlock_restrict_self, (int)fd, 0);
		(void)close((int)fd);
	}
}
#else
static void lock_files(unsigned needs) {
	(void)needs;
}
#endif

/* Who loads a library of his own into the process, as valgrind and test shims do, wants more than a
 * probe needs. */
const char *least_power(unsigned needs) {
	struct filter filter = {.n = 0};
	if (getenv("LD_PRELOAD") != NULL) {
		return "no seccomp filter: LD_PRELOAD is set";
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		return "no seccomp filter: this system has no PR_SET_NO_NEW_PRIVS";
	}
	lock_files(needs);
	build(&filter, needs);
	return set_filter(&filter) ? NULL : "no seccomp filter: this system takes none";
}

#else
const char *least_power(unsigned needs) {
	(void)needs;
	return "no seccomp filter: not written for this processor";
}
#endif

#else
const char *least_power(unsigned needs) {
	(void)needs;
	return NULL;
}
#endif
