/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to the value of each option: the functions the rows of the table name. */
#ifndef CHECK_SMTP_TLS_OPTION_TAKERS_H
#define CHECK_SMTP_TLS_OPTION_TAKERS_H

#include "check_smtp_tls.d/option_table.h"

/* Those that store one value of their kind where the row says. */
option_taker option_take_word;
option_taker option_take_duration;
option_taker option_take_range;
option_taker option_take_remaining;
option_taker option_take_string;
option_taker option_take_file;
option_taker option_take_directory;

/* Those of one option. */
option_taker option_take_hostname;
option_taker option_take_port;
option_taker option_take_match;
option_taker option_take_trust_anchor;
option_taker option_take_chain_files;
option_taker option_take_down_ok;
option_taker option_take_max_reconnects;
option_taker option_take_enable_rpk;
option_taker option_take_pq_probe;
option_taker option_take_param;
option_taker option_take_mail_config;
option_taker option_take_log;
option_taker option_take_nameserver;
option_taker option_take_address;
option_taker option_take_servername;
option_taker option_take_digest;
option_taker option_take_protocols;
option_taker option_take_min_protocol;
option_taker option_take_dnssec_probe;
option_taker option_take_explain;
option_taker option_take_min_key;
option_taker option_take_ehlo;
option_taker option_take_issuers;
option_taker option_take_state;
option_taker option_take_timeout_result;
option_taker option_take_next;
option_taker option_take_at;

#endif
