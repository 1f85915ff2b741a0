## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Scripted DNS and SMTP servers for tests and for the quick start
check_LIBRARIES += tests/fake/libfake.a
tests_fake_libfake_a_SOURCES = \
	tests/fake/dns_wire.c tests/fake/dns_wire.h \
	tests/fake/dnsd_answer.c tests/fake/fake_dnsd.c tests/fake/fake_dnsd.h \
	tests/fake/fake_smtpd.c tests/fake/fake_smtpd.h tests/fake/smtpd_session.c \
	tests/fake/hello_retry.c tests/fake/notes.c tests/fake/notes.h \
	tests/fake/pool.c tests/fake/pool.h \
	tests/fake/scenario.c tests/fake/scenario.h \
	tests/fake/shown.c tests/fake/shown.h \
	tests/fake/smtp_script.c tests/fake/smtp_script.h \
	tests/fake/stream.c tests/fake/stream.h \
	tests/fake/tls_server.c tests/fake/tls_server.h \
	tests/fake/words.c tests/fake/words.h \
	tests/fake/world.c tests/fake/world.h tests/fake/world_expand.c \
	tests/fake/zone.c tests/fake/zone.h tests/fake/zone_parse.c \
	tests/pki/pki.c tests/pki/pki.h tests/pki/pki_make.c tests/pki/pki_make.h tests/pki/pki_dear.c tests/pki/pki_odd.c tests/pki/pki_rsa.c \
	tests/pki/pki_table.c
tests_fake_libfake_a_CFLAGS = $(AM_CFLAGS) -pthread
FAKE_LIBS = tests/fake/libfake.a $(OPENSSL_LIBS)

check_PROGRAMS += tests/fake/echo_probe tests/fake/smtp-tls-demo
tests_fake_echo_probe_SOURCES = tests/fake/echo_probe.c
tests_fake_echo_probe_LDADD = $(FAKE_LIBS)
tests_fake_smtp_tls_demo_SOURCES = tests/fake/demo.c
tests_fake_smtp_tls_demo_CFLAGS = $(AM_CFLAGS) -pthread
tests_fake_smtp_tls_demo_LDADD = $(FAKE_LIBS)
