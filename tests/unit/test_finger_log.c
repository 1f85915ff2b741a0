/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines on standard output, the chain behind them, and the trace file. */
#include "finger_desk.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>

#include "smtp-tls-finger.d/listener.h"

START_TEST(a_line_has_prefix_severity_and_printable_text) {
	struct finger_desk desk = finger_desk_new();
	log_line(&desk.log, LOG_INFO, "a %s", "b\n\x1b");
	log_line(&desk.log, LOG_WARNING, "c");
	log_line(&desk.log, LOG_FATAL, "\xc3\xbc");
	desk.log.escape = TEXT_FINGER_UTF8;
	log_line(&desk.log, LOG_INFO, "\xc3\xbc\xc3");
	ck_assert_str_eq(finger_desk_logged(&desk),
		"finger: a b??\nfinger: warning: c\nfinger: fatal: ??\nfinger: \xc3\xbc?\n");
	finger_desk_end(&desk);
}
END_TEST

START_TEST(what_is_for_later_comes_behind_all_lines) {
	struct finger_desk desk = finger_desk_new();
	log_line(&desk.log, LOG_INFO, "1");
	log_write_later(&desk.log, span_of("chain\n"));
	log_line(&desk.log, LOG_INFO, "2");
	log_end(&desk.log);
	log_end(&desk.log);
	ck_assert_str_eq(finger_desk_logged(&desk), "finger: 1\nfinger: 2\nchain\n");
	finger_desk_end(&desk);
}
END_TEST

START_TEST(on_a_terminal_it_comes_at_once) {
	struct finger_desk desk = finger_desk_new();
	desk.log.is_terminal = true;
	log_write_later(&desk.log, span_of("chain\n"));
	log_line(&desk.log, LOG_INFO, "2");
	log_end(&desk.log);
	ck_assert_str_eq(finger_desk_logged(&desk), "chain\nfinger: 2\n");
	finger_desk_end(&desk);
}
END_TEST

START_TEST(a_reader_that_left_is_noticed) {
	struct finger_desk desk = finger_desk_new();
	int ends[2];
	(void)signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(pipe(ends), 0);
	desk.log.fd = ends[1];
	log_line(&desk.log, LOG_INFO, "1");
	ck_assert(!desk.log.reader_left);
	close(ends[0]);
	log_line(&desk.log, LOG_INFO, "2");
	ck_assert(desk.log.reader_left);
	log_line(&desk.log, LOG_INFO, "3");
	finger_desk_end(&desk);
}
END_TEST

/* A folder of its own, and what is in it. */
static void enter_folder(void) {
	char folder[] = "/tmp/finger-test.XXXXXX";
	ck_assert_ptr_nonnull(mkdtemp(folder));
	ck_assert_int_eq(chdir(folder), 0);
}

static size_t read_only_file(char *name, size_t name_size, char *text, size_t text_size) {
	DIR *folder = opendir(".");
	size_t n = 0;
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
		if (entry->d_name[0] != '.') {
			(void)snprintf(name, name_size, "%s", entry->d_name);
			n++;
		}
	}
	(void)closedir(folder);
	FILE *file = n == 1 ? fopen(name, "r") : NULL;
	ck_assert_ptr_nonnull(file);
	text[fread(text, 1, text_size - 1, file)] = '\0';
	(void)fclose(file);
	return n;
}

static void leave_folder(const char *name) {
	char folder[256];
	ck_assert_int_eq(unlink(name), 0);
	ck_assert_ptr_nonnull(getcwd(folder, sizeof folder));
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(rmdir(folder), 0);
}

START_TEST(a_trace_goes_to_one_file_with_a_separator_for_each_reconnect) {
	struct finger_desk desk = finger_desk_new();
	struct trace_file file = trace_file_new(desk.arena, &desk.log, "finger");
	char name[256];
	char text[256];
	struct stat about;
	enter_folder();
	trace_file_write(&file, "192.0.2.1", 1, span_of("one\n"));
	trace_file_write(&file, "192.0.2.1", 1, span_of("two\n"));
	trace_file_write(&file, "192.0.2.1", 2, span_of("three\n"));
	trace_file_close(&file);
	read_only_file(name, sizeof name, text, sizeof text);
	ck_assert_str_eq(text, "one\ntwo\n\n=== finger reconnect ===\n\nthree\n");
	ck_assert_int_eq(stat(name, &about), 0);
	ck_assert_uint_eq(about.st_mode & 0777, 0600);
	/* finger-YYYYmmddHHMMSS.usec-192.0.2.1-random */
	ck_assert_int_eq(strncmp(name, "finger-", 7), 0);
	ck_assert_uint_eq(strspn(name + 7, "0123456789"), 14);
	ck_assert_uint_eq(strspn(name + 22, "0123456789"), 6);
	ck_assert_int_eq(strncmp(name + 28, "-192.0.2.1-", 11), 0);
	ck_assert_uint_eq(strlen(name + 39), 6);
	ck_assert_str_eq(finger_desk_logged(&desk),
		arena_printf(desk.arena, "finger: TLS protocol trace saved to %s\n", name));
	leave_folder(name);
	finger_desk_end(&desk);
}
END_TEST

START_TEST(a_file_that_cannot_be_made_is_told_once) {
	struct finger_desk desk = finger_desk_new();
	struct trace_file file = trace_file_new(desk.arena, &desk.log, "no/such");
	ck_assert_int_eq(chdir("/proc"), 0); /* where nobody makes files */
	trace_file_write(&file, "192.0.2.1", 1, span_of("one\n"));
	trace_file_write(&file, "192.0.2.1", 2, span_of("two\n"));
	const char *logged = finger_desk_logged(&desk);
	ck_assert_int_eq(strncmp(logged, "finger: warning: TLS trace: cannot open no_such-", 48), 0);
	ck_assert_str_eq(strchr(logged, '\n'), "\n");
	trace_file_close(&file);
	finger_desk_end(&desk);
}
END_TEST

START_TEST(events_become_lines_the_chain_waits_and_what_is_fatal_is_kept) {
	static const struct node_name peer = {"mx", "192.0.2.1", 25};
	struct finger_desk desk = finger_desk_new();
	struct trace_file file = trace_file_new(desk.arena, &desk.log, "finger");
	struct choices choices;
	struct listener listener;
	ck_assert_int_eq(finger_desk_read(&desk, "-C -L foo x"), COMMAND_READ);
	ck_assert(choices_make(&choices, &desk.line, &desk.log, &desk.err));
	listener_init(&listener, desk.arena, &desk.log, &file, &desk.line, &choices);
	ck_assert_int_eq(ftruncate(desk.log.fd, 0), 0);
	ck_assert_int_eq(lseek(desk.log.fd, 0, SEEK_SET), 0);
	trace_emit(&listener.trace, &(struct event){.kind = EVENT_TLS_ENGINE, .node = -1, .pass = 1});
	trace_emit(&listener.trace,
		&(struct event){.kind = EVENT_TLS_CHAIN, .pass = 1, .peer = &peer, .number = {0, 1}});
	trace_emit(&listener.trace, &(struct event){.kind = EVENT_CONNECTED, .pass = 1, .peer = &peer});
	ck_assert(!listener.fatal);
	trace_emit(&listener.trace, &(struct event){.kind = EVENT_SMTP_FAILED,
									.text = {"timeout while sending STARTTLS"},
									.number = {0, EVENT_LOST_STARTTLS}});
	ck_assert(listener.fatal);
	log_end(&desk.log);
	ck_assert_str_eq(finger_desk_logged(&desk),
		"finger: warning: unknown -L option value \"foo\" in \"foo\"\n"
		"finger: Connected to mx[192.0.2.1]:25\n"
		"finger: fatal: timeout while sending STARTTLS\n"
		"\n---\nCertificate chain\n 0 subject: \n    issuer: \n   cert digest=\n   pkey digest=\n"
		"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
	finger_desk_end(&desk);
}
END_TEST

UNIT_MAIN("finger_log", tcase_add_test(tc, a_line_has_prefix_severity_and_printable_text);

		  tcase_add_test(tc, what_is_for_later_comes_behind_all_lines);
		  tcase_add_test(tc, on_a_terminal_it_comes_at_once);
		  tcase_add_test(tc, a_reader_that_left_is_noticed);
		  tcase_add_test(tc, a_trace_goes_to_one_file_with_a_separator_for_each_reconnect);
		  tcase_add_test(tc, a_file_that_cannot_be_made_is_told_once);
		  tcase_add_test(tc, events_become_lines_the_chain_waits_and_what_is_fatal_is_kept);)
