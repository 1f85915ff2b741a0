/* Run a command with its output thrown away and print its peak resident memory in KiB and its exit
 * code: "5824 0". A small parent matters: until it calls exec(), the child counts as large as we.
 *
 * usage: rss COMMAND [ARGUMENT]... */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void rss_run(char *argv[]) {
	int sink = open("/dev/null", O_RDWR);
	if (sink >= 0 && dup2(sink, STDIN_FILENO) >= 0 && dup2(sink, STDOUT_FILENO) >= 0 &&
		dup2(sink, STDERR_FILENO) >= 0) {
		execvp(argv[0], argv);
	}
	_exit(127);
}

int main(int argc, char *argv[]) {
	if (argc < 2) {
		fputs("usage: rss COMMAND [ARGUMENT]...\n", stderr);
		return EXIT_FAILURE;
	}
	pid_t child = fork();
	if (child < 0) {
		perror("rss: fork");
		return EXIT_FAILURE;
	}
	if (child == 0) {
		rss_run(argv + 1);
	}
	int status = 0;
	struct rusage used = {0};
	if (wait4(child, &status, 0, &used) != child) {
		perror("rss: wait4");
		return EXIT_FAILURE;
	}
	printf("%ld %d\n", used.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return EXIT_SUCCESS;
}
