/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Destinations: whatever is accepted keeps the promises of destination.h. */
#include <string.h>

#include "fuzz.h"
#include "smtp/destination.h"

static void parse(const char *value, enum mail_protocol protocol) {
	struct destination destination;
	struct err err = {0};
	if (!destination_parse(&destination, value, protocol, &err)) {
		FUZZ_REQUIRE(err.kind == ERR_USAGE);
		FUZZ_REQUIRE(err.text[0] != '\0');
		return;
	}
	FUZZ_REQUIRE(err.kind == ERR_NONE);
	FUZZ_REQUIRE(strcmp(destination.text, value) == 0);
	switch (destination.kind) {
	case DESTINATION_DOMAIN:
	case DESTINATION_HOST:
		FUZZ_REQUIRE(hostname_is_valid(destination.name));
		FUZZ_REQUIRE(destination.protocol == protocol);
		break;
	case DESTINATION_ADDRESS:
		FUZZ_REQUIRE(address_family_of(destination.name) != 0);
		break;
	case DESTINATION_UNIX:
		FUZZ_REQUIRE(destination.path[0] == '/');
		FUZZ_REQUIRE(destination.protocol == MAIL_LMTP);
		break;
	}
	FUZZ_REQUIRE((destination.kind == DESTINATION_UNIX) == (destination.name[0] == '\0'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *value = malloc(size + 1);
	FUZZ_REQUIRE(value != NULL);
	if (size > 0) {
		memcpy(value, data, size);
	}
	value[size] = '\0';
	parse(value, MAIL_SMTP);
	parse(value, MAIL_LMTP);
	free(value);
	return 0;
}
