/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Occupying closed standard descriptors. */
#include "common/descriptors.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "io/file.h"

bool descriptors_guard(void) {
	bool guarded = true;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0) {
			guarded = file_occupy() >= 0 && guarded;
		}
	}
	return guarded;
}

int descriptors_own_terminal(int fd) {
	char path[PATH_MAX];
	if (ttyname_r(fd, path, sizeof path) != 0) {
		return fd;
	}
	int own = file_open_terminal(path);
	return own >= 0 ? own : fd;
}
