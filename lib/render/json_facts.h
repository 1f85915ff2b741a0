/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts as JSON: what was asked, sent and shown. Private to the JSON format. */
#ifndef RENDER_JSON_FACTS_H
#define RENDER_JSON_FACTS_H

#include "probe/report.h"
#include "render/json.h"

/* What the mail domain announces; nothing when that was not asked or is not known. */
void json_announced(struct json *json, const struct report *report);

/* A lookup with its answer; nothing for NULL. */
void json_lookup(struct json *json, const char *key, const struct dns_question *question);

/* The conversation with a node, the policy it was held to, and its session. */
void json_smtp(struct json *json, const struct report_node *node, enum mail_protocol protocol);
void json_policy(struct json *json, const struct tls_policy *policy);
void json_session(struct json *json, const struct tls_facts *tls);

/* The chain that a session showed: an array. */
void json_chain(struct json *json, const struct tls_facts *tls, int64_t now);

/* The name servers that were asked directly: an array, or nothing where none was to be. */
void json_auth(struct json *json, const struct auth_facts *facts);

/* Never NULL. */
const char *json_level_name(enum tls_level level);
const char *json_tlsa_state_name(enum tlsa_state state);

#endif
