## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# tests/fuzz: one program per target. Linked with libFuzzer under --with-fuzzer; otherwise with
# replay.c, which runs the corpus and all its prefixes as part of "make check".
#
# A new target NAME: tests/fuzz/fuzz_NAME.c, a few small files in tests/fuzz/corpus/NAME/, and the
# three lines as below. Libraries beyond our own go behind $(FUZZ_LIBS).
FUZZ_TARGETS =
EXTRA_DIST += tests/fuzz/corpus tests/fuzz/dictionary tests/fuzz/packages tests/fuzz/parsers tests/fuzz/run
check_PROGRAMS += $(FUZZ_TARGETS)
dist_check_SCRIPTS += tests/fuzz/parsers_test.sh
TESTS += tests/fuzz/parsers_test.sh

if WITH_FUZZER
FUZZ_LIBS = $(TEST_LIBS) $(FUZZ_LDFLAGS)
# How inputs with a form are changed, see mutate.h.
FUZZ_DNS = tests/fuzz/mutate_dns.c tests/fuzz/mutate.h
FUZZ_DER = tests/fuzz/mutate_der.c tests/fuzz/mutate.h
FUZZ_SCRIPT = tests/fuzz/mutate_script.c tests/fuzz/mutate.h
else
check_LIBRARIES += tests/fuzz/libreplay.a
tests_fuzz_libreplay_a_SOURCES = tests/fuzz/replay.c tests/fuzz/fuzz.h
FUZZ_LIBS = tests/fuzz/libreplay.a $(TEST_LIBS)
TESTS += $(FUZZ_TARGETS)
endif

FUZZ_TARGETS += tests/fuzz/fuzz_destination
tests_fuzz_fuzz_destination_SOURCES = tests/fuzz/fuzz_destination.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_destination_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_smtp_reply
tests_fuzz_fuzz_smtp_reply_SOURCES = tests/fuzz/fuzz_smtp_reply.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_smtp_reply_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_text_escape
tests_fuzz_fuzz_text_escape_SOURCES = tests/fuzz/fuzz_text_escape.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_text_escape_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_range
tests_fuzz_fuzz_range_SOURCES = tests/fuzz/fuzz_range.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_range_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_limits
tests_fuzz_fuzz_limits_SOURCES = tests/fuzz/fuzz_limits.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_limits_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_dns_msg
tests_fuzz_fuzz_dns_msg_SOURCES = tests/fuzz/fuzz_dns_msg.c tests/fuzz/fuzz.h $(FUZZ_DNS)
tests_fuzz_fuzz_dns_msg_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_tlsa
tests_fuzz_fuzz_tlsa_SOURCES = tests/fuzz/fuzz_tlsa.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_tlsa_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_tls_cert
tests_fuzz_fuzz_tls_cert_SOURCES = tests/fuzz/fuzz_tls_cert.c tests/fuzz/fuzz.h $(FUZZ_DER)
tests_fuzz_fuzz_tls_cert_LDADD = $(FUZZ_LIBS) $(OPENSSL_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_tls_protocols
tests_fuzz_fuzz_tls_protocols_SOURCES = tests/fuzz/fuzz_tls_protocols.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_tls_protocols_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_main_cf
tests_fuzz_fuzz_main_cf_SOURCES = tests/fuzz/fuzz_main_cf.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_main_cf_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_idn
tests_fuzz_fuzz_idn_SOURCES = tests/fuzz/fuzz_idn.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_idn_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_policy_record
tests_fuzz_fuzz_policy_record_SOURCES = tests/fuzz/fuzz_policy_record.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_policy_record_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_sts_policy
tests_fuzz_fuzz_sts_policy_SOURCES = tests/fuzz/fuzz_sts_policy.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_sts_policy_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_issuers
tests_fuzz_fuzz_issuers_SOURCES = tests/fuzz/fuzz_issuers.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_issuers_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_next
tests_fuzz_fuzz_next_SOURCES = tests/fuzz/fuzz_next.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_next_LDADD = $(FUZZ_LIBS) $(OPENSSL_LIBS)

# What stands round a whole run: the server behind socket() and connect(), see peer.h, and who judges what is printed.
# It is not what is fuzzed: libFuzzer does not count its edges, which would be half of the time and of what it looks for.
check_LIBRARIES += tests/fuzz/libjudge.a
tests_fuzz_libjudge_a_SOURCES = tests/fuzz/whole.c tests/fuzz/whole.h tests/fuzz/well_formed.c \
	tests/fuzz/well_formed.h tests/fuzz/peer.c tests/fuzz/peer.h tests/fuzz/fuzz.h
tests_fuzz_libjudge_a_CPPFLAGS = $(FUZZ_WHOLE_CPPFLAGS)
tests_fuzz_libjudge_a_CFLAGS = $(AM_CFLAGS) $(FUZZ_JUDGE_CFLAGS)
FUZZ_WHOLE_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
FUZZ_WRAP = $(AM_LDFLAGS) -Wl,--wrap=socket -Wl,--wrap=connect

FUZZ_TARGETS += tests/fuzz/fuzz_conversation
tests_fuzz_fuzz_conversation_SOURCES = tests/fuzz/fuzz_conversation.c tests/fuzz/fuzz.h $(FUZZ_SCRIPT) $(PLUGIN_OUTPUT)
tests_fuzz_fuzz_conversation_CPPFLAGS = $(FUZZ_WHOLE_CPPFLAGS)
tests_fuzz_fuzz_conversation_LDFLAGS = $(FUZZ_WRAP)
tests_fuzz_fuzz_conversation_LDADD = $(FUZZ_LIBS) tests/fuzz/libjudge.a tests/fake/libtable.a tests/fake/libfake.a $(TEST_LIBS) \
	$(OPENSSL_LIBS) $(CARES_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_resolution
tests_fuzz_fuzz_resolution_SOURCES = tests/fuzz/fuzz_resolution.c tests/fuzz/fuzz.h $(PLUGIN_OUTPUT)
tests_fuzz_fuzz_resolution_CPPFLAGS = $(FUZZ_WHOLE_CPPFLAGS)
tests_fuzz_fuzz_resolution_LDFLAGS = $(FUZZ_WRAP)
tests_fuzz_fuzz_resolution_LDADD = $(FUZZ_LIBS) tests/fuzz/libjudge.a tests/fake/libfake.a $(TEST_LIBS) $(OPENSSL_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_proof
tests_fuzz_fuzz_proof_SOURCES = tests/fuzz/fuzz_proof.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_proof_CPPFLAGS = $(FUZZ_WHOLE_CPPFLAGS)
tests_fuzz_fuzz_proof_LDFLAGS = $(FUZZ_WRAP)
tests_fuzz_fuzz_proof_LDADD = $(FUZZ_LIBS) tests/fuzz/libjudge.a tests/fake/libfake.a $(TEST_LIBS) $(OPENSSL_LIBS)

# make fuzz FUZZ=smtp_reply T=60: finds new inputs for one target. What it finds is kept in
# fuzz-corpus/NAME of the build folder; what is worth keeping for good is copied to the corpus here.
FUZZ = smtp_reply
T = 60
FUZZ_KEPT = fuzz-corpus
.PHONY: fuzz
if WITH_FUZZER
fuzz: tests/fuzz/fuzz_$(FUZZ)$(EXEEXT)
	@sh $(srcdir)/tests/fuzz/run tests/fuzz/fuzz_$(FUZZ) $(srcdir) $(FUZZ_KEPT)/$(FUZZ) $(T) $(SEED)
else
fuzz:
	@$(SECOND) build-fuzz CC=clang --with-fuzzer
	@cd build-fuzz && $(MAKE) fuzz FUZZ='$(FUZZ)' T='$(T)' SEED='$(SEED)' FUZZ_KEPT='$(abs_builddir)/fuzz-corpus'
endif

FUZZ_TARGETS += tests/fuzz/fuzz_list
tests_fuzz_fuzz_list_SOURCES = tests/fuzz/fuzz_list.c tests/fuzz/fuzz.h $(FLEET_LINE) $(PLUGIN_OPTIONS)
tests_fuzz_fuzz_list_LDADD = $(FUZZ_LIBS) $(OPENSSL_LIBS) $(CARES_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_resume
tests_fuzz_fuzz_resume_SOURCES = tests/fuzz/fuzz_resume.c tests/fuzz/fuzz.h $(FLEET_BEFORE)
tests_fuzz_fuzz_resume_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_submit_config
tests_fuzz_fuzz_submit_config_SOURCES = tests/fuzz/fuzz_submit_config.c tests/fuzz/fuzz.h $(FLEET_SUBMIT)
tests_fuzz_fuzz_submit_config_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_signature
tests_fuzz_fuzz_signature_SOURCES = tests/fuzz/fuzz_signature.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_signature_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_resolv_conf
tests_fuzz_fuzz_resolv_conf_SOURCES = tests/fuzz/fuzz_resolv_conf.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_resolv_conf_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_authority
tests_fuzz_fuzz_authority_SOURCES = tests/fuzz/fuzz_authority.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_authority_LDFLAGS = $(FUZZ_WRAP) -Wl,--wrap=getrandom
tests_fuzz_fuzz_authority_LDADD = $(FUZZ_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_options
tests_fuzz_fuzz_options_SOURCES = tests/fuzz/fuzz_options.c tests/fuzz/fuzz.h $(PLUGIN_OPTIONS)
tests_fuzz_fuzz_options_CPPFLAGS = $(plugins_check_smtp_tls_CPPFLAGS)
tests_fuzz_fuzz_options_LDADD = $(FUZZ_LIBS) $(OPENSSL_LIBS) $(CARES_LIBS)

FUZZ_TARGETS += tests/fuzz/fuzz_words
tests_fuzz_fuzz_words_SOURCES = tests/fuzz/fuzz_words.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_words_LDADD = $(FUZZ_LIBS) $(OPENSSL_LIBS) $(CARES_LIBS)
