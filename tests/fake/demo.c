/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A small world to try the programs on: domains that are well and domains that are not.
 *
 *   smtp-tls-demo [SECONDS [FILE [WORD...]]]
 *
 * When everything is ready it prints shell assignments (DEMO_DNS, DEMO_PORT, DEMO_ROOT, and one
 * DEMO_DOMAIN_... for each domain) and then "DEMO_READY=1". With a FILE its lines (world.h) are the
 * world instead, and there are no domains to tell; each WORD ("@pem(good)") is told as it is
 * replaced in scenarios, as DEMO_WORD_1 and so on. It ends after SECONDS (300 without), at SIGTERM
 * or SIGINT, or when its standard input, if that is a pipe, is closed. */
#include "words.h"
#include "world.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char demo[] = "cert good san=mx1.good.demo.test,good.demo.test from=-20d to=+70d\n"
						   "cert renewed san=mx1.broken.demo.test from=-1d to=+89d\n"
						   "cert before san=mx1.broken.demo.test from=-91d to=-1d\n"
						   "cert old san=mx1.expiring.demo.test from=-86d to=+4d\n"
						   "cert plain san=mx1.plain.demo.test\n"
						   "zone good.demo.test. MX 10 mx1.good.demo.test. AD\n"
						   "zone mx1.good.demo.test. A 127.0.0.11 AD\n"
						   "zone _$PORT._tcp.mx1.good.demo.test. TLSA 3 1 1 @spki(good) AD\n"
						   "zone broken.demo.test. MX 10 mx1.broken.demo.test. AD\n"
						   "zone mx1.broken.demo.test. A 127.0.0.12 AD\n"
						   "zone _$PORT._tcp.mx1.broken.demo.test. TLSA 3 1 1 @spki(before) AD\n"
						   "zone expiring.demo.test. MX 10 mx1.expiring.demo.test. AD\n"
						   "zone mx1.expiring.demo.test. A 127.0.0.13 AD\n"
						   "zone _$PORT._tcp.mx1.expiring.demo.test. TLSA 2 0 1 @cert(inter) AD\n"
						   "zone plain.demo.test. MX 10 mx1.plain.demo.test. AD\n"
						   "zone mx1.plain.demo.test. A 127.0.0.14 AD\n"
						   "cert spare san=mx1.spare.demo.test from=-40d to=+50d\n"
						   "zone spare.demo.test. MX 10 mx1.spare.demo.test. AD\n"
						   "zone spare.demo.test. MX 20 mx2.spare.demo.test. AD\n"
						   "zone mx1.spare.demo.test. A 127.0.0.16 AD\n"
						   "zone mx2.spare.demo.test. A 127.0.0.17 AD\n"
						   "zone _$PORT._tcp.mx1.spare.demo.test. TLSA 3 1 1 @spki(spare) AD\n"
						   "zone _$PORT._tcp.mx2.spare.demo.test. TLSA 3 1 1 @spki(spare) AD\n"
						   "zone clear.demo.test. MX 10 mx1.clear.demo.test. AD\n"
						   "zone mx1.clear.demo.test. A 127.0.0.15 AD\n"
						   "smtpd 127.0.0.11\n accept forever\n ready\n tls good\n polite\n"
						   "smtpd 127.0.0.12\n accept forever\n ready\n tls renewed\n polite\n"
						   "smtpd 127.0.0.13\n accept forever\n ready\n tls old\n polite\n"
						   "smtpd 127.0.0.14\n accept forever\n ready\n tls plain\n polite\n"
						   "smtpd 127.0.0.15\n accept forever\n greet\n polite\n"
						   "smtpd 127.0.0.16\n accept forever\n ready\n tls spare\n polite\n"
						   "smtpd 127.0.0.17 refuse\n";

static void announce(struct world *world, const char *file, char *const *words) {
	static const char *const domains[] = {"good", "broken", "expiring", "plain", "clear", "spare"};
	size_t n = file == NULL ? sizeof domains / sizeof domains[0] : 0;
	printf("DEMO_DNS=127.0.0.1:%u\n", (unsigned int)world->dnsd.port);
	printf("DEMO_PORT=%u\n", (unsigned int)world->port);
	printf("DEMO_ROOT=%s\n", world_expand(world, "@pem(root)"));
	for (size_t i = 0; i < n; i++) {
		printf("DEMO_DOMAIN_%s=%s.demo.test\n", domains[i], domains[i]);
	}
	for (int i = 0; words[i] != NULL; i++) {
		printf("DEMO_WORD_%d='%s'\n", i + 1, world_expand(world, words[i]));
	}
	printf("DEMO_READY=1\n");
	fflush(stdout);
}

/* A closed pipe on standard input means that whoever started the demo is gone. */
static bool starter_is_gone(void) {
	struct stat about;
	struct pollfd fd = {.fd = 0, .events = POLLIN};
	if (fstat(0, &about) != 0 || !S_ISFIFO(about.st_mode)) {
		return false;
	}
	return poll(&fd, 1, 0) > 0 && (fd.revents & POLLHUP) != 0;
}

static void wait_for_the_end(long seconds, const sigset_t *signals) {
	for (long left = seconds * 5; left > 0 && !starter_is_gone(); left--) {
		struct timespec round = {.tv_nsec = 200000000};
		if (sigtimedwait(signals, NULL, &round) > 0) {
			return;
		}
	}
}

int main(int argc, char **argv) {
	struct pool pool = {0};
	struct scenario scenario;
	struct world world;
	sigset_t signals;
	long seconds = 300;
	if (argc >= 2 && !words_number(argv[1], 86400, &seconds)) {
		printf("usage: smtp-tls-demo [SECONDS [FILE [WORD...]]]\n");
		return EXIT_FAILURE;
	}
	const char *file = argc >= 3 ? argv[2] : NULL;
	const char *text = file == NULL ? demo : scenario_load(&pool, file);
	if (text == NULL) {
		printf("smtp-tls-demo: %s cannot be read\n", file);
		return EXIT_FAILURE;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	/* Before the threads start, which inherit it. */
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	scenario_read(&scenario, &pool, text);
	bool started = world_start(&world, &scenario);
	if (started) {
		announce(&world, file, argv + (argc >= 3 ? 3 : argc));
		wait_for_the_end(seconds, &signals);
		world_stop(&world);
	} else {
		printf("DEMO_ERROR='%s'\n", world.why);
		fflush(stdout);
	}
	world_free(&world);
	pool_free(&pool);
	return started ? EXIT_SUCCESS : EXIT_FAILURE;
}
