/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The scripted SMTP server: listening, its thread and its log. */
#include "fake_smtpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

static bool set_address(struct smtpd *smtpd, const char *address) {
	struct sockaddr_in *v4 = (struct sockaddr_in *)&smtpd->address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&smtpd->address;
	struct sockaddr_un *local = (struct sockaddr_un *)&smtpd->address;
	if (strncmp(address, "unix:", 5) == 0) {
		size_t len = strlen(address + 5);
		if (len >= sizeof local->sun_path) {
			return false;
		}
		local->sun_family = AF_UNIX;
		memcpy(local->sun_path, address + 5, len);
		smtpd->address_len = sizeof *local;
	} else if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		smtpd->address_len = sizeof *v4;
	} else if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		smtpd->address_len = sizeof *v6;
	} else {
		return false;
	}
	return true;
}

bool smtpd_init(struct smtpd *smtpd, const char *address) {
	memset(smtpd, 0, sizeof *smtpd);
	notes_init(&smtpd->notes);
	smtpd->name = address;
	smtpd->listener = smtpd->stop[0] = smtpd->stop[1] = -1;
	for (int i = 0; i < SMTPD_FILLERS; i++) {
		smtpd->fillers[i] = -1;
	}
	return set_address(smtpd, address);
}

struct smtp_script *smtpd_add_script(struct smtpd *smtpd, struct pool *pool, long sessions) {
	if (smtpd->scripts == SMTPD_SCRIPTS_MAX) {
		return NULL;
	}
	struct smtp_script *script = pool_new(pool, sizeof *script);
	script->sessions = sessions;
	smtpd->script[smtpd->scripts++] = script;
	return script;
}

/* Port numbers stand at the same place in both families. */
static in_port_t *port_of(struct smtpd *smtpd) {
	return smtpd->address.ss_family == AF_INET
			   ? &((struct sockaddr_in *)&smtpd->address)->sin_port
			   : &((struct sockaddr_in6 *)&smtpd->address)->sin6_port;
}

bool smtpd_bind(struct smtpd *smtpd, uint16_t *port) {
	int family = smtpd->address.ss_family;
	int on = 1;
	if (smtpd->listener >= 0) {
		close(smtpd->listener);
	}
	smtpd->listener = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (smtpd->listener < 0) {
		return false;
	}
	/* Only where the port is always the same, in a network of our own: another one, which some
	 * other runner only keeps, is not to be shared. */
	if (smtpd->port != 0) {
		setsockopt(smtpd->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	}
	if (family != AF_UNIX) {
		*port_of(smtpd) = htons(*port);
	}
	if (family == AF_INET6) {
		setsockopt(smtpd->listener, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	}
	socklen_t len = smtpd->address_len;
	if (bind(smtpd->listener, (struct sockaddr *)&smtpd->address, len) != 0 ||
		getsockname(smtpd->listener, (struct sockaddr *)&smtpd->address, &len) != 0) {
		return false;
	}
	if (family != AF_UNIX) {
		*port = ntohs(*port_of(smtpd));
	}
	return true;
}

/* Linux drops the first packet of a connection when the queue of the listener is full. */
static bool fill_queue(struct smtpd *smtpd) {
	if (listen(smtpd->listener, 0) != 0) {
		return false;
	}
	for (int i = 0; i < SMTPD_FILLERS; i++) {
		int fd = socket(smtpd->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (fd < 0) {
			return false;
		}
		smtpd->fillers[i] = fd;
		if (connect(fd, (struct sockaddr *)&smtpd->address, smtpd->address_len) != 0 &&
			errno != EINPROGRESS) {
			return false;
		}
	}
	return true;
}

/* The script for connection number n (from 0), NULL when it is one too many. */
static const struct smtp_script *script_for(const struct smtpd *smtpd, long n) {
	for (size_t i = 0; i < smtpd->scripts; i++) {
		if (n < smtpd->script[i]->sessions) {
			return smtpd->script[i];
		}
		n -= smtpd->script[i]->sessions;
	}
	return NULL;
}

static void take_connection(struct smtpd *smtpd, int fd) {
	int on = 1;
	const struct smtp_script *script = script_for(smtpd, smtpd->connections++);
	notes_add(&smtpd->notes, "%s: connection %ld", smtpd->name, smtpd->connections);
	if (smtpd->address.ss_family != AF_UNIX) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	}
	if (script != NULL && smtpd->need != SMTPD_NEVER) {
		smtpd_play(smtpd, script, fd);
		return;
	}
	notes_fail(&smtpd->notes, "%s: connection %ld was not to be", smtpd->name, smtpd->connections);
	close(fd);
}

static void *serve(void *argument) {
	struct smtpd *smtpd = argument;
	struct pollfd fds[2] = {
		{.fd = smtpd->stop[0], .events = POLLIN}, {.fd = smtpd->listener, .events = POLLIN}};
	for (;;) {
		poll(fds, 2, -1);
		/* Connections first: one that waits when the run ends is to be counted. */
		int fd = accept4(smtpd->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			take_connection(smtpd, fd);
		} else if (fds[0].revents != 0) {
			return NULL;
		}
	}
}

bool smtpd_start(struct smtpd *smtpd) {
	if (pipe2(smtpd->stop, O_CLOEXEC) != 0) {
		return false;
	}
	if (smtpd->kind == SMTPD_REFUSES) {
		return true;
	}
	if (smtpd->kind == SMTPD_BLACKHOLE) {
		return fill_queue(smtpd);
	}
	if (listen(smtpd->listener, 64) != 0) {
		return false;
	}
	smtpd->running = pthread_create(&smtpd->thread, NULL, serve, smtpd) == 0;
	return smtpd->running;
}

static long planned(const struct smtpd *smtpd) {
	long sum = 0;
	for (size_t i = 0; i < smtpd->scripts; i++) {
		long sessions = smtpd->script[i]->sessions;
		sum += sessions == SMTPD_FOREVER ? 1 : sessions;
	}
	return sum;
}

void smtpd_stop(struct smtpd *smtpd) {
	if (!smtpd->running) {
		return;
	}
	ssize_t n = write(smtpd->stop[1], "", 1);
	(void)n;
	pthread_join(smtpd->thread, NULL);
	smtpd->running = false;
	if (smtpd->need == SMTPD_MUST && smtpd->connections < planned(smtpd)) {
		notes_fail(&smtpd->notes, "%s: %ld connections, but %ld were to come", smtpd->name,
			smtpd->connections, planned(smtpd));
	}
}

void smtpd_free(struct smtpd *smtpd) {
	const int fds[] = {smtpd->listener, smtpd->stop[0], smtpd->stop[1]};
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		if (fds[i] >= 0) {
			close(fds[i]);
		}
	}
	for (int i = 0; i < SMTPD_FILLERS; i++) {
		if (smtpd->fillers[i] >= 0) {
			close(smtpd->fillers[i]);
		}
	}
	for (size_t i = 0; i < smtpd->scripts; i++) {
		smtp_script_free(smtpd->script[i]);
	}
	notes_free(&smtpd->notes);
}
