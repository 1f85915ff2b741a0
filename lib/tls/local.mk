## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/tls
lib_libsmtptls_a_SOURCES += lib/tls/postfix_words.c lib/tls/postfix_words.h \
	lib/tls/tls_level.h lib/tls/tls_key_type.h lib/tls/tls_hello.h lib/tls/tls_hello.c lib/tls/tls_facts.h lib/tls/tls_record.c lib/tls/tls_record.h lib/tls/tls_client.h lib/tls/tls_internal.h \
	lib/tls/tls_context.c lib/tls/tls_narrow.c lib/tls/tls_narrow_file.c lib/tls/tls_narrow.h lib/tls/tls_copy.c lib/tls/tls_copy.h lib/tls/tls_builder.h lib/tls/tls_faults.c \
	lib/tls/tls_config_file.c lib/tls/tls_config_pipe.c lib/tls/tls_anchors.c lib/tls/tls_trust.c lib/tls/tls_digests.c \
	lib/tls/tls_options.c lib/tls/tls_parameters.c lib/tls/tls_credentials.c lib/tls/tls_socket.c lib/tls/tls_messages.c lib/tls/tls_session.c \
	lib/tls/tls_setup.c lib/tls/tls_demand.c lib/tls/tls_verify.c lib/tls/tls_effort.c lib/tls/tls_prove.c lib/tls/tls_decoded.c lib/tls/tls_proved.c lib/tls/tls_next.c lib/tls/tls_next.h lib/tls/tls_outcome.c lib/tls/tls_cert.c \
	lib/tls/tls_cert_text.c lib/tls/tls_facts.c lib/tls/tls_events.c \
	lib/tls/tls_cache.c lib/tls/tls_cache.h lib/tls/tls_resume.c lib/tls/tls_key_type.c \
	lib/tls/tls_dump.c lib/tls/tls_raw_key.c lib/tls/tls_signature.c lib/tls/tls_summary.c
if NARROW_PROVIDER
lib_libsmtptls_a_SOURCES += lib/tls/tls_narrow_versions.c
else
lib_libsmtptls_a_SOURCES += lib/tls/tls_narrow_off.c
endif
