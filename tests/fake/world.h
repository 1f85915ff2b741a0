/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_WORLD_H
#define TESTS_FAKE_WORLD_H
/* The servers of one scenario: a resolver, SMTP servers, certificates and a temporary folder.
 *
 *   resolver validates|insecure|dead|silent|servfail|refused|no-edns|no-tcp
 *   resolver-address ADDRESS[:PORT]  instead of 127.0.0.1 and a free port
 *   second-resolver MODE             another one on a port of its own ($DNS2), with the same zone:
 *     lines with zone1 instead of zone are for the first alone, those with zone2 for the second
 *   authority ADDRESS [MODE]         a name server of the zones, on port 53: lines with zone-of
 *     ADDRESS instead of zone are for it alone, those with zone1 or zone2 are not
 *   port PORT                        of all TCP servers, instead of a free one
 *   zone-default AD|insecure         zone ...  (zone.h)         cert ...  (pki.h)
 *   smtpd ADDRESS [optional|never|refuse|blackhole]             indented: verbs (smtp_script.h)
 *   httpsd ADDRESS ...               the same on port 443
 *     accept N|forever               starts the script of the next N connections
 *
 * Macros in every line: $PORT $DNS $DNS2 (ports) $TMP (the folder) $UNIX(NAME) (a socket there)
 * @pem(CERT) @pempub(CERT) @key(CERT) (files) @fpcert(CERT) @fpspki(CERT) (SHA-256, hex; with 512
 * behind the word SHA-512). All TCP servers share $PORT. */
#include "fake_dnsd.h"
#include "fake_smtpd.h"
#include "scenario.h"

enum { WORLD_SERVERS_MAX = 160, WORLD_AUTHORITIES_MAX = 8 };

struct authority {
	struct dnsd dnsd;
	struct zone zone;
	enum dnsd_mode mode;
};

struct world {
	struct pool pool;
	struct pki *pki;
	struct zone zone, second_zone;
	struct dnsd dnsd, second;
	enum dnsd_mode mode, second_mode;
	bool has_second;
	struct authority authority[WORLD_AUTHORITIES_MAX];
	size_t authorities;
	struct smtpd *smtpd[WORLD_SERVERS_MAX];
	size_t servers;
	uint16_t port;
	char tmp[128];
	char why[512]; /* the reason of the first failure */
};

/* Builds and starts everything; false when that fails, then why tells. Free it in both cases. */
bool world_start(struct world *world, const struct scenario *scenario);
/* Ends all threads, then looks for servers that saw something else than planned: false, and why. */
bool world_stop(struct world *world);
void world_free(struct world *world);
/* Text with the macros replaced, or NULL, and why. */
const char *world_expand(struct world *world, const char *text);

#endif
