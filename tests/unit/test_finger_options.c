/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The letters of posttls-finger: what is read, and what is wrong with them together. */
#include "finger_desk.h"
#include "render/render_finger.h"
#include "smtp-tls-finger.d/start_up.h"
#include "smtp-tls-finger.d/tls_setup.h"

START_TEST(without_options_the_defaults_are_those_of_posttls_finger) {
	struct finger_desk desk = finger_desk_new();
	ck_assert_int_eq(finger_desk_read(&desk, "example.org"), COMMAND_READ);
	const struct command_line *line = &desk.line;
	ck_assert_str_eq(line->family, "any");
	ck_assert_str_eq(line->grade, "medium");
	ck_assert_str_eq(line->host_lookup, "dns");
	ck_assert_str_eq(line->level, "dane");
	ck_assert_str_eq(line->log, "routine,certmatch");
	ck_assert_str_eq(line->protocols, ">=TLSv1");
	ck_assert_ptr_null(line->digest);
	ck_assert_ptr_null(line->sni);
	ck_assert_int_eq(line->max_reconnects, 5);
	ck_assert_int_eq(line->delay, -1);
	ck_assert_int_eq(line->insecure_mx, INSECURE_MX_DANE);
	ck_assert_str_eq(line->destination, "example.org");
	ck_assert_uint_eq(line->match.n, 0);
	struct choices choices;
	ck_assert(choices_make(&choices, line, &desk.log, &desk.err));
	ck_assert_int_eq(choices.connect_timeout, 30 * USEC_PER_SEC);
	ck_assert_int_eq(choices.command_timeout, 30 * USEC_PER_SEC);
	ck_assert_int_eq(choices.level, TLS_LEVEL_DANE);
	ck_assert_uint_eq(choices.show, FINGER_CHAT | FINGER_SUMMARY | FINGER_CERTMATCH);
	ck_assert_str_eq(finger_desk_logged(&desk), "");
	finger_desk_end(&desk);
}
END_TEST

START_TEST(options_end_at_the_first_operand) {
	struct finger_desk desk = finger_desk_new();
	ck_assert_int_eq(finger_desk_read(&desk, "-cC host -c -l may"), COMMAND_READ);
	ck_assert(desk.line.quiet && desk.line.print_chain);
	ck_assert_str_eq(desk.line.destination, "host");
	ck_assert_uint_eq(desk.line.match.n, 3);
	ck_assert_str_eq(desk.line.match.value[0], "-c");
	ck_assert_str_eq(desk.line.match.value[2], "may");
	ck_assert_str_eq(desk.line.level, "dane");
	ck_assert_int_eq(finger_desk_read(&desk, "-c -- -l"), COMMAND_READ);
	ck_assert_str_eq(desk.line.destination, "-l");
	ck_assert_int_eq(finger_desk_read(&desk, "-c"), COMMAND_READ);
	ck_assert_ptr_null(desk.line.destination);
	finger_desk_end(&desk);
}
END_TEST

START_TEST(every_letter_is_known) {
	struct finger_desk desk = finger_desk_new();
	ck_assert_int_eq(finger_desk_read(&desk,
						 "-acany -A 1 -A 2 -cCfRSvvwxX -d sha1 -F ca -g high -h native -H c1 -H c2 "
						 "-l may -L none"),
		COMMAND_READ);
	ck_assert_int_eq(finger_desk_read(&desk,
						 "-m 3x -M may -o a=b -p TLSv1 -P dir -r 7 -s name -t 5 -T 6 -A 1 -A 2 -H "
						 "c1 -H c2 -vv -vR x"),
		COMMAND_READ);
	const struct command_line *line = &desk.line;
	ck_assert_int_eq(line->max_reconnects, 3);
	ck_assert_int_eq(line->insecure_mx, INSECURE_MX_MAY);
	ck_assert_str_eq(line->protocols, "TLSv1");
	ck_assert_str_eq(line->ca_path, "dir");
	ck_assert_int_eq(line->delay, 7);
	ck_assert_str_eq(line->sni, "name");
	ck_assert_uint_eq(line->anchors.n, 2);
	ck_assert_str_eq(line->anchors.value[1], "2");
	ck_assert_uint_eq(line->chain_files.n, 2);
	ck_assert_int_eq(line->verbosity, 3);
	ck_assert(line->srv && !line->quiet);
	finger_desk_end(&desk);
}
END_TEST

static const struct {
	const char *words;
	const char *cert;
	const char *key;
} pairs[] = {
	{"-k a", "a", "a"},
	{"-K a", "a", "a"},
	{"-k a -K b", "a", "b"},
	{"-K b -k a", "a", "b"},
	{"-k a -k b", "b", "a"},
	{"-k a -K b -k c -K d", "c", "d"},
};

START_TEST(certificate_and_key_stand_for_each_other) {
	struct finger_desk desk = finger_desk_new();
	ck_assert_int_eq(finger_desk_read(&desk, pairs[_i].words), COMMAND_READ);
	ck_assert_str_eq(desk.line.cert_file, pairs[_i].cert);
	ck_assert_str_eq(desk.line.key_file, pairs[_i].key);
	finger_desk_end(&desk);
}
END_TEST

START_TEST(numbers_are_read_as_posttls_finger_reads_them) {
	static const struct {
		const char *text;
		int number;
	} numbers[] = {{"5", 5}, {"", 0}, {"abc", 0}, {"3x", 3}, {" 4", 4}, {"-7", -7}, {"+2", 2},
		{"99999999999999999999", INT32_MAX}, {"-99999999999999999999", INT32_MIN}};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		ck_assert_int_eq(command_line_number(numbers[i].text), numbers[i].number);
	}
}
END_TEST

#define FATAL COMMAND_FATAL, ""
#define MISUSED COMMAND_MISUSED, "", NULL
#define FOO_UNKNOWN "finger: warning: unknown -L option value \"foo\" in \""

static const struct {
	const char *words;
	enum command_outcome outcome;
	const char *logged;
	const char *err; /* NULL: none */
} wrong[] = {
	{"-o foo", MISUSED},
	{"-o =x", MISUSED},
	{"-M foo", FATAL, "bad '-M' option value: foo"},
	{"-M foo -o x", FATAL, "bad '-M' option value: foo"},
	{"-o x -M foo", MISUSED},
	{"-a x", FATAL, "bad '-a' option value: x"},
	{"-l bad -a x", FATAL, "bad '-a' option value: x"},
	{"-a ''", FATAL, "bad '-a' option value: "},
	{"-X -r 0 -h x", FATAL, "The -X and -r options are mutually exclusive"},
	{"-X -r 5", FATAL, "The -X and -r options are mutually exclusive"},
	{"-X -r -1", FATAL, "tlsproxy mode needs Postfix"},
	{"-X", FATAL, "tlsproxy mode needs Postfix"},
	{"-h DNS", FATAL, "unknown -h option value \"DNS\" in \"DNS\""},
	{"-h dns,nativ", FATAL, "unknown -h option value \"nativ\" in \"dns,nativ\""},
	{"-H a -k b", FATAL,
		"When the '-H' option is used, neither the '-k', nor the '-K' options may be used"},
	{"-H a -K b -L foo", FATAL,
		"When the '-H' option is used, neither the '-k', nor the '-K' options may be used"},
	{"-L foo -l bad", COMMAND_FATAL, FOO_UNKNOWN "foo\"\n" FOO_UNKNOWN "foo\"\n",
		"Invalid TLS level \"bad\""},
	{"-L none,foo", COMMAND_READ, FOO_UNKNOWN "none,foo\"\n" FOO_UNKNOWN "none,foo\"\n", NULL},
	{"-l halfdane", FATAL, "Invalid TLS level \"halfdane\""},
	{"-l half-dane", FATAL, "Invalid TLS level \"half-dane\""},
	{"-l 25", FATAL, "Invalid TLS level \"25\""},
	{"-l ''", FATAL, "Invalid TLS level \"\""},
	{"-l none -w", FATAL, "SSL wrapper mode requires that TLS not be disabled"},
	{"-t 0", FATAL, "bad '-t' option value: 0"},
	{"-t -5", FATAL, "bad '-t' option value: -5"},
	{"-T abc -t 5", FATAL, "bad '-T' option value: abc"},
	{"-T x -l bad", FATAL, "Invalid TLS level \"bad\""},
};

START_TEST(what_is_wrong_is_told_in_posttls_fingers_order) {
	struct finger_desk desk = finger_desk_new();
	struct choices choices;
	enum command_outcome outcome = finger_desk_read(&desk, wrong[_i].words);
	if (outcome == COMMAND_READ && !choices_make(&choices, &desk.line, &desk.log, &desk.err)) {
		outcome = COMMAND_FATAL;
	}
	ck_assert_int_eq(outcome, wrong[_i].outcome);
	ck_assert_str_eq(desk.err.text, wrong[_i].err == NULL ? "" : wrong[_i].err);
	ck_assert_str_eq(finger_desk_logged(&desk), wrong[_i].logged);
	finger_desk_end(&desk);
}
END_TEST

static const struct {
	const char *words;
	enum resolver_hosts hosts;
	enum family_preference prefer;
	enum tls_level level;
} right[] = {
	{"-h dns", RESOLVER_HOSTS_DNS, FAMILY_ANY, TLS_LEVEL_DANE},
	{"-h native", RESOLVER_HOSTS_NATIVE, FAMILY_ANY, TLS_LEVEL_DANE},
	{"-h native,dns -a IPV4", RESOLVER_HOSTS_DNS_NATIVE, FAMILY_IPV4, TLS_LEVEL_DANE},
	{"-h dns~native -a ipv6", RESOLVER_HOSTS_DNS_NATIVE, FAMILY_IPV6, TLS_LEVEL_DANE},
	{"-l may -l Encrypt", RESOLVER_HOSTS_DNS, FAMILY_ANY, TLS_LEVEL_ENCRYPT},
	{"-l DANE-only", RESOLVER_HOSTS_DNS, FAMILY_ANY, TLS_LEVEL_DANE_ONLY},
	{"-l none", RESOLVER_HOSTS_DNS, FAMILY_ANY, TLS_LEVEL_NONE},
	{"-l may -w", RESOLVER_HOSTS_DNS, FAMILY_ANY, TLS_LEVEL_MAY},
	{"-l fingerprint -T 25", RESOLVER_HOSTS_DNS, FAMILY_ANY, TLS_LEVEL_FINGERPRINT},
};

START_TEST(words_are_chosen_from_lists) {
	struct finger_desk desk = finger_desk_new();
	struct choices choices;
	ck_assert_int_eq(finger_desk_read(&desk, right[_i].words), COMMAND_READ);
	ck_assert(choices_make(&choices, &desk.line, &desk.log, &desk.err));
	ck_assert_int_eq(choices.hosts, right[_i].hosts);
	ck_assert_int_eq(choices.prefer, right[_i].prefer);
	ck_assert_int_eq(choices.level, right[_i].level);
	ck_assert(!choices.no_host_lookup);
	finger_desk_end(&desk);
}
END_TEST

START_TEST(no_word_for_host_lookup_means_no_lookup) {
	struct finger_desk desk = finger_desk_new();
	struct choices choices;
	ck_assert_int_eq(finger_desk_read(&desk, "-h ''"), COMMAND_READ);
	ck_assert(choices_make(&choices, &desk.line, &desk.log, &desk.err));
	ck_assert(choices.no_host_lookup);
	finger_desk_end(&desk);
}
END_TEST

START_TEST(letters_choose_lines_too) {
	struct finger_desk desk = finger_desk_new();
	struct choices choices;
	ck_assert_int_eq(finger_desk_read(&desk, "-c -C -v -L none"), COMMAND_READ);
	ck_assert(choices_make(&choices, &desk.line, &desk.log, &desk.err));
	ck_assert_uint_eq(choices.show, FINGER_CHAIN | FINGER_LIBRARY);
	finger_desk_end(&desk);
}
END_TEST

START_TEST(the_usage_has_five_lines_and_the_programs_name) {
	struct arena *arena = unit_arena();
	const char *usage = command_line_usage(arena, "prog");
	int lines = 0;
	for (const char *at = usage; (at = strchr(at, '\n')) != NULL; at++) {
		lines++;
	}
	ck_assert_int_eq(lines, 5);
	ck_assert_int_eq(strncmp(usage, "usage: prog [-acCfRSvwx] ", 25), 0);
	ck_assert_ptr_null(strstr(usage, "-M"));
	ck_assert_ptr_null(strstr(usage, "-X"));
	arena_free(arena);
}
END_TEST

/* A second connection shows whether a session is resumed: only then is one kept. */
START_TEST(what_options_come_to_in_tls) {
	static const struct {
		const char *words;
		bool keeps;
		enum tls_raw_keys raw_keys;
		enum sni_choice sni;
	} table[] = {
		{"a.test", false, TLS_RAW_KEYS_DANE, SNI_NONE},
		{"-r 0 a.test", true, TLS_RAW_KEYS_DANE, SNI_NONE},
		{"-r 1 a.test", true, TLS_RAW_KEYS_DANE, SNI_NONE},
		{"-x a.test", false, TLS_RAW_KEYS_ALWAYS, SNI_NONE},
		{"-s hostname a.test", false, TLS_RAW_KEYS_DANE, SNI_HOSTNAME},
		{"-s nexthop a.test", false, TLS_RAW_KEYS_DANE, SNI_NEXTHOP},
		{"-s b.test a.test", false, TLS_RAW_KEYS_DANE, SNI_NAME},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct finger_desk desk = finger_desk_new();
		struct choices choices;
		struct postfix_params params = {.ipv4 = true};
		ck_assert_int_eq(finger_desk_read(&desk, table[i].words), COMMAND_READ);
		ck_assert(choices_make(&choices, &desk.line, &desk.log, &desk.err));
		struct tls_settings settings = tls_setup_settings(&desk.line, &choices, &params);
		struct tls_wish wish = tls_setup_wish(&desk.line, &choices);
		ck_assert_msg(settings.keep_sessions == table[i].keeps, "%s", table[i].words);
		ck_assert_msg(settings.raw_keys == table[i].raw_keys, "%s", table[i].words);
		ck_assert_msg(wish.sni == table[i].sni, "%s", table[i].words);
		finger_desk_end(&desk);
	}
}
END_TEST

/* What is imported stands in the environment; a name alone says what Postfix would let through. */
START_TEST(main_cf_sets_the_environment) {
	char folder[] = "/tmp/test_finger_options.XXXXXX";
	ck_assert_ptr_nonnull(mkdtemp(folder));
	struct arena *arena = unit_arena();
	const char *path = arena_printf(arena, "%s/main.cf", folder);
	FILE *file = fopen(path, "we");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs("myhostname = a.test\nmydomain = test\nimport_environment = "
						   "ONE_OF_OURS=one TWO_OF_OURS THREE_OF_OURS=a=b FOUR_OF_OURS=\n",
						 file),
		0);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(setenv("MAIL_CONFIG", folder, 1), 0);
	ck_assert_int_eq(setenv("ONE_OF_OURS", "before", 1), 0);
	ck_assert_int_eq(setenv("TWO_OF_OURS", "two", 1), 0);
	struct start_up start = {.arena = arena,
		.log = log_new(arena, memfd_create("log", 0), "finger"),
		.program = "finger"};
	char *argv[] = {"finger", "-l", "none", "a.test"};
	struct err err = {0};
	ck_assert_int_eq(start_up(&start, (struct argument_vector){4, argv}, &err), COMMAND_READ);
	ck_assert_str_eq(getenv("ONE_OF_OURS"), "one");
	ck_assert_str_eq(getenv("TWO_OF_OURS"), "two");
	ck_assert_str_eq(getenv("THREE_OF_OURS"), "a=b");
	ck_assert_str_eq(getenv("FOUR_OF_OURS"), "");
	start_up_end(&start);
	close(start.log.fd);
	arena_free(arena);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof *(table))

UNIT_MAIN(
	"finger_options", tcase_add_test(tc, without_options_the_defaults_are_those_of_posttls_finger);
	tcase_add_test(tc, options_end_at_the_first_operand); tcase_add_test(tc, every_letter_is_known);
	tcase_add_loop_test(tc, certificate_and_key_stand_for_each_other, 0, ROWS(pairs));
	tcase_add_test(tc, numbers_are_read_as_posttls_finger_reads_them);
	tcase_add_loop_test(tc, what_is_wrong_is_told_in_posttls_fingers_order, 0, ROWS(wrong));
	tcase_add_loop_test(tc, words_are_chosen_from_lists, 0, ROWS(right));
	tcase_add_test(tc, what_options_come_to_in_tls);
	tcase_add_test(tc, main_cf_sets_the_environment);
	tcase_add_test(tc, no_word_for_host_lookup_means_no_lookup);
	tcase_add_test(tc, letters_choose_lines_too);
	tcase_add_test(tc, the_usage_has_five_lines_and_the_programs_name);)
