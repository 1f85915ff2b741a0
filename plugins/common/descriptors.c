/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Occupying closed standard descriptors. */
#include "common/descriptors.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

/* Takes the lowest free number. Where there is no /dev, the root of the file system does as well:
 * it can be opened always, and neither be read nor be written. */
static int occupy(void) {
	int fd = open("/dev/null", O_RDONLY);
	return fd >= 0 ? fd : open("/", O_RDONLY);
}

bool descriptors_guard(void) {
	bool guarded = true;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0) {
			guarded = occupy() >= 0 && guarded;
		}
	}
	return guarded;
}

int descriptors_own_terminal(int fd) {
	char path[PATH_MAX];
	if (ttyname_r(fd, path, sizeof path) != 0) {
		return fd;
	}
	int own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return own >= 0 ? own : fd;
}
