/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A load balancer: hands connections to its back-ends in turn, the first one first again after
 * SIGHUP.
 *
 * usage: balancer LISTEN TARGET..., each as a.b.c.d:port. Runs until SIGTERM.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t start_over;

static void hear(int signal_number) {
	(void)signal_number;
	start_over = 1;
}

static void die(const char *what) {
	perror(what);
	exit(1);
}

static struct sockaddr_in address_parse(const char *text) {
	struct sockaddr_in addr = {.sin_family = AF_INET};
	char host[INET_ADDRSTRLEN] = "";
	const char *colon = strchr(text, ':');

	if (colon == NULL || colon - text >= (int)sizeof(host)) {
		die(text);
	}
	memcpy(host, text, (size_t)(colon - text));
	addr.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (inet_pton(AF_INET, host, &addr.sin_addr) != 1) {
		die(text);
	}
	return addr;
}

/* Bytes from one to the other; 0 when the former has no more. */
static int pass_on(int from, int to) {
	char bytes[16384];
	ssize_t got = recv(from, bytes, sizeof(bytes), 0);

	return got > 0 && send(to, bytes, (size_t)got, MSG_NOSIGNAL) == got;
}

static void serve(int client, const char *target) {
	struct sockaddr_in addr = address_parse(target);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	struct pollfd fds[2] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};

	if (server < 0 || connect(server, (const struct sockaddr *)&addr, sizeof(addr)) != 0) {
		die(target);
	}
	while (poll(fds, 2, -1) > 0) {
		if ((fds[0].revents != 0 && !pass_on(client, server)) ||
			(fds[1].revents != 0 && !pass_on(server, client))) {
			break;
		}
	}
}

int main(int argc, char **argv) {
	struct sigaction on_hup = {.sa_handler = hear};
	struct sockaddr_in addr;
	int on = 1, listener, turn = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: balancer LISTEN TARGET...\n");
		return 1;
	}
	addr = address_parse(argv[1]);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
		bind(listener, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
		listen(listener, 8) != 0) {
		die(argv[1]);
	}
	signal(SIGCHLD, SIG_IGN);
	sigaction(SIGHUP, &on_hup, NULL);
	for (;;) {
		int client = accept(listener, NULL, NULL);

		turn = start_over != 0 ? 0 : turn;
		start_over = 0;
		if (client < 0) {
			continue;
		}
		if (fork() == 0) {
			serve(client, argv[2 + turn]);
			_exit(0);
		}
		close(client);
		turn = (turn + 1) % (argc - 2);
	}
}
