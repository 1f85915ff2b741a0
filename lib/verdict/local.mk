## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/verdict: limits in, judgement out
lib_libsmtptls_a_SOURCES += \
	lib/verdict/range.c lib/verdict/range.h \
	lib/verdict/limits.c lib/verdict/limits.h \
	lib/verdict/findings.c lib/verdict/findings.h \
	lib/verdict/explain.c lib/verdict/explain.h lib/verdict/explain_tables.h \
	lib/verdict/explain_announced.c lib/verdict/explain_dns.c lib/verdict/explain_server.c
lib_libsmtptls_a_SOURCES += \
	lib/verdict/cause.c lib/verdict/cause.h \
	lib/verdict/issuers.c lib/verdict/issuers.h \
	lib/verdict/raise.c lib/verdict/raise.h \
	lib/verdict/record_view.c lib/verdict/record_view.h \
	lib/verdict/verdict_records.c \
	lib/verdict/judging.c lib/verdict/judging.h \
	lib/verdict/senders.c lib/verdict/senders.h lib/verdict/sender_view.c \
	lib/verdict/verdict_dns.c lib/verdict/verdict_resolver.c \
	lib/verdict/auth_said.c lib/verdict/auth_said.h lib/verdict/verdict_auth.c \
	lib/verdict/verdict_bounds.c \
	lib/verdict/verdict_dane.c \
	lib/verdict/verdict_next.c \
	lib/verdict/verdict_smtp.c lib/verdict/verdict_end.c \
	lib/verdict/hints.c lib/verdict/hints.h \
	lib/verdict/verdict_tls.c \
	lib/verdict/verdict_unsigned.c \
	lib/verdict/verdict_dates.c \
	lib/verdict/verdict_dnssec.c lib/verdict/verdict_names.c lib/verdict/verdict_denial.c \
	lib/verdict/bogus.c lib/verdict/bogus.h \
	lib/verdict/verdict_sessions.c lib/verdict/shown.c \
	lib/verdict/verdict_key_types.c lib/verdict/verdict_large_hello.c \
	lib/verdict/verdict_expected.c \
	lib/verdict/verdict_announced.c lib/verdict/verdict_policy.c \
	lib/verdict/verdict_pkix.c lib/verdict/pkix_fault.h \
	lib/verdict/verdict_all.c \
	lib/verdict/verdict_ahead.c \
	lib/verdict/verdict_issuers.c \
	lib/verdict/metrics.c \
	lib/verdict/verdict.c lib/verdict/verdict.h
