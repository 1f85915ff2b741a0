## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/dns: messages, names and the resolvers
lib_libsmtptls_a_SOURCES += \
	lib/dns/authority.c lib/dns/authority.h lib/dns/authority_reply.h \
	lib/dns/carrier.c lib/dns/carrier.h \
	lib/dns/channels.c lib/dns/channels.h \
	lib/dns/dns_answer.h lib/dns/dns_words.c \
	lib/dns/dns_msg.c lib/dns/dns_msg.h lib/dns/dns_query.c \
	lib/dns/dns_name.c lib/dns/dns_name.h \
	lib/dns/dns_signature.c lib/dns/dns_signature.h \
	lib/dns/flight.c lib/dns/flight.h \
	lib/dns/host_name.c lib/dns/host_name.h \
	lib/dns/owner_names.c lib/dns/owner_names.h lib/dns/native_child.c lib/dns/native_child.h \
	lib/dns/resolv_conf.c lib/dns/resolv_conf.h \
	lib/dns/resolver.h lib/dns/resolver_ares.c lib/dns/resolver_native.c lib/dns/resolver_vetted.c \
	lib/dns/shared_answers.c lib/dns/shared_answers.h \
	lib/dns/server_address.c lib/dns/server_address.h lib/dns/server_link.c lib/dns/server_link.h \
	lib/dns/tlsa.c lib/dns/tlsa.h
