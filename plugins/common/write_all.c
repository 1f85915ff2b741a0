/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing until all is out. */
#include "common/write_all.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

bool write_all(int fd, struct span bytes) {
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);
		if (n >= 0) {
			bytes.at += n;
			bytes.len -= (size_t)n;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			struct pollfd full = {.fd = fd, .events = POLLOUT};
			(void)poll(&full, 1, -1);
		} else if (errno != EINTR) {
			return false;
		}
	}
	return true;
}
