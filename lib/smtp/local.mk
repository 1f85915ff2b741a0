## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/smtp: destinations, replies, and the conversation
lib_libsmtptls_a_SOURCES += \
	lib/smtp/destination.c lib/smtp/destination.h \
	lib/smtp/postfix_address.c lib/smtp/postfix_address.h \
	lib/smtp/policy_record.c lib/smtp/policy_record.h \
	lib/smtp/smtp_reply.c lib/smtp/smtp_reply.h \
	lib/smtp/smtp_talk.c lib/smtp/smtp_talk.h \
	lib/smtp/sts_policy.c lib/smtp/sts_policy.h
