/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_NETNS_H
#define TESTS_SCENARIO_NETNS_H
/* A network of this process alone, without root: loopback up, with more addresses. */
#include <stdbool.h>

/* Enters a new user and network namespace and brings lo up. False when that is not allowed. Only
 * while the process has one thread. */
bool netns_enter(void);
/* Gives lo one more IPv4 or IPv6 address. */
bool netns_add_address(const char *address);

#endif
