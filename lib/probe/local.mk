## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/probe: one node, and the survey over all of them
lib_libsmtptls_a_SOURCES += \
	lib/probe/announcements.c lib/probe/announcements.h \
	lib/probe/auth_facts.h lib/probe/auth_sweep.c lib/probe/auth_sweep.h \
	lib/probe/nodes.c lib/probe/nodes.h \
	lib/probe/conn.c lib/probe/conn.h \
	lib/probe/visits.c lib/probe/visits.h \
	lib/probe/denial_probe.c lib/probe/denial_probe.h \
	lib/probe/fleet.c lib/probe/fleet.h \
	lib/probe/fleet_limits.c lib/probe/fleet_limits.h \
	lib/probe/guest_proof.c lib/probe/guest_proof.h \
	lib/probe/seen_copy.c lib/probe/seen_copy.h \
	lib/probe/shared_nodes.c lib/probe/shared_nodes.h \
	lib/probe/turns.c lib/probe/turns.h \
	lib/probe/visit_wish.c lib/probe/visit_wish.h \
	lib/probe/hosts.c lib/probe/hosts.h \
	lib/probe/key_types.c lib/probe/key_types.h \
	lib/probe/large_hello.c lib/probe/large_hello.h \
	lib/probe/lookup_words.c lib/probe/lookup_words.h \
	lib/probe/lookups.c lib/probe/lookups.h \
	lib/probe/next_files.c lib/probe/next_files.h \
	lib/probe/oddities.c lib/probe/oddities.h \
	lib/probe/node_queue.c lib/probe/node_queue.h \
	lib/probe/policy_facts.h lib/probe/policy_fetch.c lib/probe/policy_fetch.h \
	lib/probe/probe.c lib/probe/probe.h lib/probe/probe_internal.h \
	lib/probe/probe_dialogue.c lib/probe/probe_session.c \
	lib/probe/probe_tls.c lib/probe/probe_tls.h \
	lib/probe/probe_trace.c lib/probe/probe_trace.h \
	lib/probe/reconnect_wish.h \
	lib/probe/report.c lib/probe/report.h \
	lib/probe/result.c lib/probe/result.h \
	lib/probe/proofs.c lib/probe/proofs.h \
	lib/probe/route.c lib/probe/route.h \
	lib/probe/validation_check.c lib/probe/validation_check.h \
	lib/probe/survey.c lib/probe/survey.h lib/probe/survey_spec.h \
	lib/probe/node_order.c lib/probe/node_order.h lib/probe/node_order_srv.c \
	lib/probe/tls_policy.c lib/probe/tls_policy.h \
	lib/probe/visit.c lib/probe/visit.h
