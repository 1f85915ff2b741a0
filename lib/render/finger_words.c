/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of -L words, and reading a list of them. */
#include "render/finger_words.h"

#include <string.h>
#include <strings.h>

#include "render/render_finger.h"

#define SSL_DEBUG (FINGER_SSL_DEBUG | FINGER_SNI)
#define DEBUG (FINGER_SUMMARY | FINGER_VERBOSE | FINGER_CACHE | SSL_DEBUG)
#define EXPERT (DEBUG | FINGER_HANDSHAKE_DUMP)
#define DEVELOPER (EXPERT | FINGER_SESSION_DUMP)

const struct keyword finger_words[] = {
	{"none", 0},
	{"0", 0},
	{"routine", FINGER_SUMMARY},
	{"1", FINGER_SUMMARY},
	{"summary", FINGER_SUMMARY},
	{"debug", DEBUG},
	{"2", DEBUG},
	{"ssl-expert", EXPERT},
	{"3", EXPERT},
	{"ssl-developer", DEVELOPER},
	{"4", DEVELOPER},
	{"5", DEVELOPER},
	{"6", DEVELOPER},
	{"7", DEVELOPER},
	{"8", DEVELOPER},
	{"9", DEVELOPER},
	{"untrusted", FINGER_UNTRUSTED},
	{"peercert", FINGER_CERTMATCH},
	{"certmatch", FINGER_CERTMATCH},
	{"verbose", FINGER_VERBOSE},
	{"cache", FINGER_CACHE},
	{"dane", FINGER_DANE},
	{"ssl-debug", SSL_DEBUG},
	{"ssl-handshake-packet-dump", FINGER_HANDSHAKE_DUMP},
	{"ssl-session-packet-dump", FINGER_HANDSHAKE_DUMP | FINGER_SESSION_DUMP},
	{"trace", FINGER_MESSAGES},
	{NULL, 0},
};

static const struct keyword *find(const char *word, size_t len) {
	for (const struct keyword *known = finger_words; known->word != NULL; known++) {
		if (strlen(known->word) == len && strncasecmp(known->word, word, len) == 0) {
			return known;
		}
	}
	return NULL;
}

bool finger_words_parse(unsigned *show, const char *list, struct span *unknown) {
	static const char separators[] = ", \t\r\n";
	*show = 0;
	for (list += strspn(list, separators); *list != '\0'; list += strspn(list, separators)) {
		size_t len = strcspn(list, separators);
		const struct keyword *known = find(list, len);
		if (known == NULL) {
			*show = 0;
			*unknown = (struct span){(const uint8_t *)list, len};
			return false;
		}
		*show |= (unsigned)known->value;
		list += len;
	}
	return true;
}
