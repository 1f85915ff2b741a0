/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Time thresholds. */
#include "verdict/limits.h"

#include "unit.h"

#define COUNT(table) (int)(sizeof(table) / sizeof *(table))
#define DAY INT64_C(86400)
#define HOUR INT64_C(3600)

static const struct {
	const char *text;
	struct remaining_limits limits;
} good[] = {
	{"14", {{14 * DAY, -1}, {0, -1}}},
	{"14,7", {{14 * DAY, -1}, {7 * DAY, -1}}},
	{"14d,12h", {{14 * DAY, -1}, {12 * HOUR, -1}}},
	{"25%,10%", {{-1, 25}, {-1, 10}}},
	{"25%", {{-1, 25}, {0, -1}}},
	{"100%,0%", {{-1, 100}, {-1, 0}}},
	{"10%,30", {{-1, 10}, {30 * DAY, -1}}},
	{"7,7", {{7 * DAY, -1}, {7 * DAY, -1}}},
	{"0", {{0, -1}, {0, -1}}},
	{"007d", {{7 * DAY, -1}, {0, -1}}},
	{"999999,0h", {{999999 * DAY, -1}, {0, -1}}},
};

START_TEST(remaining_times_are_read) {
	struct remaining_limits limits;
	struct err err = {0};
	ck_assert_msg(
		remaining_limits_parse(&limits, "--certificate", good[_i].text, &err), "%s", err.text);
	ck_assert_int_eq(limits.warning.seconds, good[_i].limits.warning.seconds);
	ck_assert_int_eq(limits.warning.percent, good[_i].limits.warning.percent);
	ck_assert_int_eq(limits.critical.seconds, good[_i].limits.critical.seconds);
	ck_assert_int_eq(limits.critical.percent, good[_i].limits.critical.percent);
}
END_TEST

static const char *const bad[] = {"", ",", "14,", ",7", "7,14", "10%,25%", "12h,1d", "x", "14x",
	"1.5", "-3", "+3", "14 ", " 14", "14dd", "d", "%", "101%", "14,7,1", "1234567", "0x10", "1e3"};

START_TEST(what_is_no_remaining_time_is_refused) {
	struct remaining_limits limits = {{1, 2}, {3, 4}};
	struct err err = {0};
	ck_assert(!remaining_limits_parse(&limits, "--rrsig", bad[_i], &err));
	ck_assert_int_eq(err.kind, ERR_USAGE);
	ck_assert_ptr_nonnull(strstr(err.text, "--rrsig: \""));
	ck_assert_ptr_nonnull(strstr(err.text, "allowed is W[,C]"));
	ck_assert_int_eq(limits.warning.seconds, 1);
}
END_TEST

START_TEST(every_prefix_stays_within_its_text) {
	static const char whole[] = "25%,12h";
	for (size_t n = 0; n < sizeof whole; n++) {
		char copy[sizeof whole] = "";
		memcpy(copy, whole, n);
		struct span guarded = unit_guarded((struct span){(const uint8_t *)copy, n + 1});
		struct remaining_limits limits;
		ck_assert_int_eq(remaining_limits_parse(&limits, "-D", (const char *)guarded.at, NULL),
			remaining_limits_parse(&limits, "-D", copy, NULL));
	}
}
END_TEST

static const struct {
	struct remaining remaining;
	int64_t lifetime;
	int64_t seconds;
} amounts[] = {
	{{14 * DAY, 25}, 365 * DAY, 14 * DAY},
	{{14 * DAY, 25}, 8 * DAY, 2 * DAY},
	{{14 * DAY, -1}, 8 * DAY, 14 * DAY},
	{{-1, 10}, 90 * DAY, 9 * DAY},
	{{0, -1}, 90 * DAY, 0},
};

START_TEST(the_smaller_of_amount_and_share_counts) {
	ck_assert_int_eq(
		remaining_seconds(amounts[_i].remaining, amounts[_i].lifetime), amounts[_i].seconds);
}
END_TEST

START_TEST(the_defaults_are_those_of_the_manual) {
	struct limits limits = limits_default();
	ck_assert(!limits.warning.set && !limits.critical.set);
	ck_assert_int_eq(limits.certificate.warning.seconds, 14 * DAY);
	ck_assert_int_eq(limits.certificate.critical.percent, 10);
	ck_assert_int_eq(limits.rrsig.critical.seconds, 12 * HOUR);
	ck_assert_int_eq(limits.rrsig.warning.percent, 25);
	ck_assert_int_eq(limits.min_protocol, 0x0303);
	ck_assert_int_eq(limits.min_key.rsa, 2048);
	ck_assert_int_eq(limits.min_key.ec, 224);
	ck_assert(key_limits_parse(&limits.min_key, "ec:256"));
	ck_assert_int_eq(limits.min_key.rsa, 2048);
	ck_assert_int_eq(limits.min_key.ec, 256);
	ck_assert(key_limits_parse(&limits.min_key, "ec:384,rsa:3072"));
	ck_assert_int_eq(limits.min_key.rsa, 3072);
	ck_assert_int_eq(limits.min_key.ec, 384);
	ck_assert(!key_limits_parse(&limits.min_key, "rsa:2048,rsa:4096"));
	ck_assert(!key_limits_parse(&limits.min_key, "ec:256,ec:384"));
	ck_assert_int_eq(limits.min_key.rsa, 3072);
	limits = limits_default();
	ck_assert_int_eq(limits.timeout_result, STATE_CRITICAL);
	ck_assert_int_eq(limits.security, SECURITY_NONE);
	ck_assert_ptr_null(limits.expect);
	for (int i = 0; i < FINDING_COUNT; i++) {
		ck_assert(!limits.overridden[i]);
	}
}
END_TEST

START_TEST(states_have_an_order_and_names) {
	static const enum state order[] = {STATE_OK, STATE_UNKNOWN, STATE_WARNING, STATE_CRITICAL};
	for (size_t i = 0; i < 4; i++) {
		for (size_t j = 0; j < 4; j++) {
			ck_assert_int_eq(state_worse(order[i], order[j]), order[i > j ? i : j]);
		}
	}
	ck_assert_str_eq(state_name(STATE_OK), "OK");
	ck_assert_str_eq(state_name(STATE_WARNING), "WARNING");
	ck_assert_str_eq(state_name(STATE_CRITICAL), "CRITICAL");
	ck_assert_str_eq(state_name(STATE_UNKNOWN), "UNKNOWN");
}
END_TEST

START_TEST(every_finding_is_in_the_catalogue_and_can_be_found) {
	for (int i = 0; i < FINDING_COUNT; i++) {
		const struct finding_info *info = finding_info((enum finding_id)i);
		ck_assert_msg(info->name != NULL && info->summary != NULL, "finding %d has no row", i);
		ck_assert_uint_eq(
			strspn(info->name, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(info->name));
		enum finding_id id = FINDING_COUNT;
		ck_assert(finding_find(info->name, &id));
		ck_assert_int_eq((int)id, i);
	}
	enum finding_id id = FINDING_COUNT;
	ck_assert(!finding_find("no-such-finding", &id));
	ck_assert_str_eq(finding_near("tlsa-mismatches"), "tlsa-mismatch");
	ck_assert_ptr_null(finding_near("no-such-finding"));
}
END_TEST

UNIT_MAIN("limits", tcase_add_loop_test(tc, remaining_times_are_read, 0, COUNT(good));
		  tcase_add_loop_test(tc, what_is_no_remaining_time_is_refused, 0, COUNT(bad));
		  tcase_add_test(tc, every_prefix_stays_within_its_text);
		  tcase_add_loop_test(tc, the_smaller_of_amount_and_share_counts, 0, COUNT(amounts));
		  tcase_add_test(tc, the_defaults_are_those_of_the_manual);
		  tcase_add_test(tc, states_have_an_order_and_names);
		  tcase_add_test(tc, every_finding_is_in_the_catalogue_and_can_be_found);)
