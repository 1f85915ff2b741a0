/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where verdicts are submitted to, as whom, and in which words. */
#include <fcntl.h>
#include <sys/stat.h>

#include "smtp-tls-fleet.d/submit_answer.h"
#include "smtp-tls-fleet.d/submit_body.h"
#include "unit.h"

START_TEST(a_url_has_a_host_and_no_secrets) {
	static const struct {
		const char *value;
		const char *host; /* NULL: refused */
		unsigned port;
		const char *prefix; /* or part of the err */
	} table[] = {
		{"icinga2=https://master.example.org", "master.example.org", 5665, ""},
		{"icinga2=https://master:1234/", "master", 1234, ""},
		{"icinga2=https://192.0.2.1:443/icinga/api/", "192.0.2.1", 443, "/icinga/api"},
		{"icinga2=https://master:5665/v1", "master", 5665, ""},
		{"icinga2=https://master/icinga/v1/", "master", 5665, "/icinga"},
		{"icinga2=https://master/icinga-v1", "master", 5665, "/icinga-v1"},
		{"icinga2=https://[2001:db8::1]", "2001:db8::1", 5665, ""},
		{"icinga2=https://[2001:db8::1]:443", "2001:db8::1", 443, ""},
		{"icinga2=http://master", NULL, 0, "icinga2=https://"},
		{"https://master", NULL, 0, "icinga2=https://"},
		{"icinga2=https://", NULL, 0, "is no https://HOST"},
		{"icinga2=https://:5665", NULL, 0, "is no https://HOST"},
		{"icinga2=https://a..b", NULL, 0, "is no https://HOST"},
		{"icinga2=https://[192.0.2.1]", NULL, 0, "is no https://HOST"},
		{"icinga2=https://[2001:db8::1", NULL, 0, "is no https://HOST"},
		{"icinga2=https://2001:db8::1", NULL, 0, "is no https://HOST"},
		{"icinga2=https://master:", NULL, 0, "is no https://HOST"},
		{"icinga2=https://master:0", NULL, 0, "is no https://HOST"},
		{"icinga2=https://master:65536", NULL, 0, "is no https://HOST"},
		{"icinga2=https://master:5665x", NULL, 0, "is no https://HOST"},
		{"icinga2=https://master/a?b", NULL, 0, "is no https://HOST"},
		{"icinga2=https://user:hunter2@master", NULL, 0, "--submit-config"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct submit_target target = {.port = 0};
		struct err err = {0};
		bool good = submit_target_parse(&target, arena, table[i].value, &err);
		ck_assert_msg(good == (table[i].host != NULL), "%s: %s", table[i].value, err.text);
		ck_assert_ptr_null(strstr(err.text, "hunter2"));
		if (good) {
			ck_assert_str_eq(target.host, table[i].host);
			ck_assert_uint_eq(target.port, table[i].port);
			ck_assert_str_eq(target.prefix, table[i].prefix);
		} else {
			ck_assert_msg(
				strstr(err.text, table[i].prefix) != NULL, "%s: %s", table[i].value, err.text);
		}
		arena_free(arena);
	}
}
END_TEST

static bool parse(
	struct submit_config *config, struct arena *arena, const char *text, struct err *err) {
	*err = (struct err){0};
	return submit_config_parse(config, arena, unit_guarded(span_of(text)), err);
}

START_TEST(the_file_is_lines_of_name_and_value) {
	static const char text[] = "# as whom\r\n\n user=fleet\t\npassword = a = b # c \nca=/ca\n"
							   "host = mail <domain>\nservice=tls-<port>\nttl = 2d\npatience=90s";
	struct arena *arena = unit_arena();
	struct submit_config config;
	struct err err;
	ck_assert_msg(parse(&config, arena, text, &err), "%s", err.text);
	ck_assert_str_eq(config.user, "fleet");
	ck_assert_str_eq(config.password, "a = b # c");
	ck_assert_int_eq(config.ttl, 172800);
	ck_assert_int_eq(config.patience, 90 * USEC_PER_SEC);
	struct destination destination = {.name = "example.org"};
	ck_assert_str_eq(submit_name(arena, config.host, &destination, 25), "mail example.org");
	ck_assert_str_eq(submit_name(arena, config.service, &destination, 25), "tls-25");
	ck_assert_str_eq(submit_name(arena, "<x><domain", &destination, 25), "<x><domain");
	ck_assert_str_eq(submit_service(arena, &config, &destination, 587), "mail example.org!tls-587");
	ck_assert(parse(&config, arena, "ca=/ca\ncert=/c\nkey=/k\nhost=mail\nservice=<port>\n", &err));
	ck_assert(parse(&config, arena, "ca=/ca\ncert=/c\nkey=/k\n", &err));
	ck_assert_str_eq(config.host, "<domain>");
	ck_assert_str_eq(config.service, "smtp-tls");
	ck_assert_int_eq(config.ttl, 93600);
	for (size_t len = 0; len < sizeof text; len++) {
		(void)submit_config_parse(
			&config, arena, unit_guarded((struct span){(const uint8_t *)text, len}), &err);
	}
	arena_free(arena);
}
END_TEST

START_TEST(what_is_wrong_in_it_is_told_and_no_value_of_it) {
	static const struct {
		const char *text;
		const char *why;
	} table[] = {
		{"", "ca is missing"},
		{"user=a\npassword=b\n", "ca is missing"},
		{"ca=/ca\n", "user and password are missing"},
		{"ca=/ca\nuser=a\n", "belong together"},
		{"ca=/ca\npassword=hunter2\n", "belong together"},
		{"ca=/ca\ncert=a\n", "belong together"},
		{"ca=/ca\nuser=\n", "line 2: user has no value"},
		{"\nhunter2\n", "line 2: it is not NAME = VALUE"},
		{"pass=hunter2\n", "line 1: unknown name \"pass\": allowed are user"},
		{"ttl=5\n", "line 1: ttl is no duration"},
		{"ttl=0h\n", "ttl is no duration"},
		{"ttl=999999999999d\n", "ttl is no duration"},
		{"patience=1w\n", "patience is no duration"},
		{"ca=/ca\nuser=a\npassword=b\nhost=<Domain>\n", "host has \"<Domain>\": what is replaced"},
		{"ca=/ca\nuser=a\npassword=b\nservice=<domain> <x\n", "service has \"<x\""},
		{"ca=/ca\nuser=a\npassword=b\nhost=mail\n", "the same for all"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct submit_config config;
		struct err err;
		ck_assert_msg(!parse(&config, arena, table[i].text, &err), "%s", table[i].text);
		ck_assert_msg(strstr(err.text, table[i].why) != NULL, "%s: %s", table[i].text, err.text);
		ck_assert_ptr_null(strstr(err.text, "hunter2"));
		arena_free(arena);
	}
}
END_TEST

/* A PEM file as far as anybody looks into it here, and a file of submissions that names it. */
static void write_pem(const char *path, const char *what) {
	FILE *file = fopen(path, "we");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_gt(fprintf(file, "text\n-----BEGIN %s-----\n", what), 0);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(files_that_are_no_pem_are_told_before_the_run) {
	static const struct {
		const char *ca;
		const char *key;
		const char *why; /* NULL: fine */
	} table[] = {
		{"CERTIFICATE", "PRIVATE KEY", NULL},
		{"TRUSTED CERTIFICATE", "EC PRIVATE KEY", NULL},
		{"CERTIFICATE REQUEST", "PRIVATE KEY", "ca: \""},
		{"PRIVATE KEY", "PRIVATE KEY", "ca: \""},
		{"CERTIFICATE", "PUBLIC KEY", "key: \""},
	};
	char folder[] = "/tmp/test_fleet_submit.XXXXXX";
	ck_assert_ptr_nonnull(mkdtemp(folder));
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		const char *ca = arena_printf(arena, "%s/ca", folder);
		const char *key = arena_printf(arena, "%s/key", folder);
		const char *path = arena_printf(arena, "%s/conf", folder);
		write_pem(ca, table[i].ca);
		write_pem(key, table[i].key);
		FILE *file = fopen(path, "we");
		ck_assert_ptr_nonnull(file);
		ck_assert_int_gt(fprintf(file, "ca=%s\ncert=%s\nkey=%s\n", ca, ca, key), 0);
		ck_assert_int_eq(fclose(file), 0);
		ck_assert_int_eq(chmod(path, 0600), 0);
		struct submit_config config;
		struct err err = {0};
		ck_assert_int_eq(submit_config_read(&config, arena, path, &err), table[i].why == NULL);
		ck_assert(table[i].why == NULL || strstr(err.text, table[i].why) != NULL);
		ck_assert(table[i].why == NULL || strstr(err.text, "PEM") != NULL);
		(void)unlink(ca);
		(void)unlink(key);
		(void)unlink(path);
		arena_free(arena);
	}
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(a_file_that_anybody_may_read_is_refused) {
	char path[] = "/tmp/test_fleet_submit.XXXXXX";
	struct arena *arena = unit_arena();
	struct submit_config config;
	struct err err = {0};
	char pem[] = "/tmp/test_fleet_submit_pem.XXXXXX";
	close(mkstemp(pem));
	write_pem(pem, "CERTIFICATE");
	int fd = mkstemp(path);
	const char *good = arena_printf(arena, "ca=%s\nuser=a\npassword=b\n", pem);
	ck_assert_int_eq(write(fd, good, strlen(good)), (ssize_t)strlen(good));
	ck_assert_msg(submit_config_read(&config, arena, path, &err), "%s", err.text);
	ck_assert_int_eq(fchmod(fd, 0640), 0);
	ck_assert(submit_config_read(&config, arena, path, &err));
	ck_assert_int_eq(fchmod(fd, 0604), 0);
	ck_assert(!submit_config_read(&config, arena, path, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "anybody may read it"));
	ck_assert_int_eq(fchmod(fd, 0600), 0);
	const char *missing = arena_printf(arena, "ca=%s\ncert=%s\nkey=/tmp/there/is/none\n", pem, pem);
	ck_assert_int_eq(pwrite(fd, missing, strlen(missing), 0), (ssize_t)strlen(missing));
	err = (struct err){0};
	ck_assert(!submit_config_read(&config, arena, path, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "key: \"/tmp/there/is/none\": No such file"));
	ck_assert_int_eq(ftruncate(fd, 65537), 0);
	err = (struct err){0};
	ck_assert(!submit_config_read(&config, arena, path, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "longer than 64 KiB"));
	close(fd);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(unlink(pem), 0);
	err = (struct err){0};
	ck_assert(!submit_config_read(&config, arena, path, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "No such file"));
	err = (struct err){0};
	ck_assert(!submit_config_read(&config, arena, "/", &err));
	arena_free(arena);
}
END_TEST

START_TEST(a_verdict_is_a_check_result) {
	struct arena *arena = unit_arena();
	struct destination destination = {.name = "example.org", .text = "example.org"};
	struct survey_spec spec = {.destination = &destination};
	struct report report = {.spec = &spec};
	struct finding finding = {.id = FINDING_DOMAIN_NOT_FOUND, .state = STATE_CRITICAL, .depth = -1};
	finding.text = phrase_new(arena, "it says \"no\"");
	struct verdict verdict = {
		.report = &report, .state = STATE_CRITICAL, .findings = &finding, .n_findings = 1};
	struct submit_config config;
	struct err err;
	ck_assert(parse(&config, arena, "ca=/ca\nuser=a\npassword=b\n", &err));
	struct submit_result result = submit_result_of(arena, &verdict, 25);
	result.executed = INT64_C(1700000000000042);
	result.source = "fleet.example.org";
	struct span body = submit_body(arena, &config, &result);
	ck_assert_str_eq(arena_copy_text(arena, (const char *)body.at, body.len),
		"{\"type\":\"Service\",\"service\":\"example.org!smtp-tls\",\"exit_status\":2,"
		"\"plugin_output\":\"SMTP_TLS CRITICAL - it says \\u0022no\\u0022\\u000a"
		"[CRITICAL] domain-not-found: it says \\u0022no\\u0022\",\"performance_data\":\"\","
		"\"check_source\":\"fleet.example.org\",\"execution_start\":1700000000.000042,"
		"\"execution_end\":1700000000.000042,\"ttl\":93600}");
	arena_free(arena);
}
END_TEST

START_TEST(a_line_that_cannot_be_read_is_unknown) {
	struct arena *arena = unit_arena();
	struct destination destination = {.name = "example.org", .text = "example.org:587"};
	struct submit_config config;
	struct err err;
	ck_assert(parse(&config, arena, "ca=/ca\nuser=a\npassword=b\nhost=<domain> <port>\n", &err));
	struct submit_result result =
		submit_result_refused(arena, &destination, 587, "line 7 of list: no | such option");
	result.source = "m";
	struct span body = submit_body(arena, &config, &result);
	ck_assert_str_eq(arena_copy_text(arena, (const char *)body.at, body.len),
		"{\"type\":\"Service\",\"service\":\"example.org 587!smtp-tls\",\"exit_status\":3,"
		"\"plugin_output\":\"SMTP_TLS UNKNOWN - line 7 of list: no ! such option\","
		"\"performance_data\":\"\",\"check_source\":\"m\",\"execution_start\":0.000000,"
		"\"execution_end\":0.000000,\"ttl\":93600}");
	arena_free(arena);
}
END_TEST

START_TEST(what_the_api_says_is_found) {
	static const struct {
		const char *answer;
		const char *status;
	} table[] = {
		{"{\"error\":404,\"status\":\"No objects found.\"}", "No objects found."},
		{"{\"results\":[{\"code\":200,\"status\":\"x\"}]}", "x"},
		{"{\"status\":\"", ""},
		{"{\"status\":\"abc", ""},
		{"Unauthorized", ""},
		{"", ""},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct span status = submit_status(unit_guarded(span_of(table[i].answer)));
		ck_assert_msg(span_equal(status, span_of(table[i].status)), "%s", table[i].answer);
	}
}
END_TEST

/* What an answer comes to, and the words for one that is no success. */
START_TEST(only_the_api_itself_takes_a_result) {
	static const struct {
		enum http_outcome outcome;
		int status;
		const char *body;
		enum submit_fate fate;
		const char *words;
	} table[] = {
		{HTTP_ANSWERED, 200, "{\"results\":[{\"code\":200.0,\"status\":\"x\"}]}", SUBMIT_TAKEN, ""},
		{HTTP_ANSWERED, 202, "{ \"results\": [ { \"code\": 202 } ] }", SUBMIT_TAKEN, ""},
		{HTTP_ANSWERED, 200, "{\"results\":[{\"code\":500,\"status\":\"no\"}]}", SUBMIT_LOST,
			"the API answers 200: no; that is no answer of Icinga's"},
		{HTTP_ANSWERED, 200, "{\"results\":[]}", SUBMIT_LOST, "the API answers 200; that is no"},
		{HTTP_ANSWERED, 200, "{\"code\":200}", SUBMIT_LOST, "the API answers 200; that is no"},
		{HTTP_ANSWERED, 200, "<html>Login</html>", SUBMIT_LOST, "is the URL that of its API?"},
		{HTTP_ANSWERED, 204, "", SUBMIT_LOST, "the API answers 204; that is no answer"},
		{HTTP_ANSWERED, 302, "", SUBMIT_LOST, "the API answers 302; redirects are not followed"},
		{HTTP_ANSWERED, 401, "Unauthorized", SUBMIT_LOST, "401; --submit-config names no ApiUser"},
		{HTTP_ANSWERED, 403, "{\"status\":\"Missing permission\"}", SUBMIT_LOST,
			"the API answers 403: Missing permission"},
		{HTTP_ANSWERED, 404, "{\"status\":\"No objects found.\"}", SUBMIT_LOST,
			"404: No objects found.; the service sought is \"a!b\""},
		{HTTP_ANSWERED, 408, "", SUBMIT_AGAIN, "the API answers 408"},
		{HTTP_ANSWERED, 409, "", SUBMIT_TAKEN, ""},
		{HTTP_ANSWERED, 429, "", SUBMIT_AGAIN, "the API answers 429"},
		{HTTP_ANSWERED, 499, "", SUBMIT_LOST, "the API answers 499"},
		{HTTP_ANSWERED, 500, "", SUBMIT_AGAIN, "the API answers 500"},
		{HTTP_TOO_LONG, 200, "", SUBMIT_LOST, "the answer is too long (why)"},
		{HTTP_UNTRUSTED, 0, "", SUBMIT_LOST, "(why); ca and name of --submit-config decide that"},
		{HTTP_TIMED_OUT, 0, "", SUBMIT_AGAIN, "no answer in time (why)"},
		{HTTP_FAILED, 0, "", SUBMIT_AGAIN, "this machine failed (why)"},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct arena *arena = unit_arena();
		struct http_answer answer = {.outcome = table[i].outcome,
			.status = table[i].status,
			.body = unit_guarded(span_of(table[i].body)),
			.words = span_of("why")};
		const char *words = submit_answer_words(arena, &answer, "a!b");
		ck_assert_msg(
			submit_fate_of(&answer) == table[i].fate, "%d %s", table[i].status, table[i].body);
		ck_assert_msg(strstr(words, table[i].words) != NULL, "%s", words);
		arena_free(arena);
	}
}
END_TEST

UNIT_MAIN("fleet_submit", tcase_add_test(tc, a_url_has_a_host_and_no_secrets);
		  tcase_add_test(tc, the_file_is_lines_of_name_and_value);
		  tcase_add_test(tc, what_is_wrong_in_it_is_told_and_no_value_of_it);
		  tcase_add_test(tc, a_file_that_anybody_may_read_is_refused);
		  tcase_add_test(tc, files_that_are_no_pem_are_told_before_the_run);
		  tcase_add_test(tc, a_verdict_is_a_check_result);
		  tcase_add_test(tc, a_line_that_cannot_be_read_is_unknown);
		  tcase_add_test(tc, what_the_api_says_is_found);
		  tcase_add_test(tc, only_the_api_itself_takes_a_result);)
