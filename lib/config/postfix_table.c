/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of Postfix parameters, and the checks of each kind of value. */
#include "config/postfix_table.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/compat_level.h"
#include "config/ports.h"

#define LABEL_MAX 63
#define HOSTNAME_MAX 255
#define WEAK_CIPHERS "!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5"

const struct postfix_param postfix_table[] = {
	{"compatibility_level", POSTFIX_LEVEL, "0", 0},
	{"mail_version", POSTFIX_FILLED, NULL, 1},
	{"syslog_facility", POSTFIX_FILLED, "mail", 1},
	{"inet_protocols", POSTFIX_TEXT, "all", 0},
	{"multi_instance_name", POSTFIX_TEXT, "", 0},
	{"smtputf8_enable", POSTFIX_YES_NO, "${{$compatibility_level} <level {1} ? {no} : {yes}}", 0},
	{"enable_idna2003_compatibility", POSTFIX_YES_NO, "no", 0},
	{"myhostname", POSTFIX_FILLED, NULL, 1},
	{"mydomain", POSTFIX_FILLED, NULL, 1},
	{"mail_name", POSTFIX_FILLED, "Postfix", 1},
	{"syslog_name", POSTFIX_FILLED, "${multi_instance_name?{$multi_instance_name}:{postfix}}", 1},
	{"mail_owner", POSTFIX_FILLED, "postfix", 1},
	{"setgid_group", POSTFIX_FILLED, "postdrop", 1},
	{"myorigin", POSTFIX_FILLED, "$myhostname", 1},
	{"daemon_directory", POSTFIX_FILLED, "/usr/libexec/postfix", 1},
	{"data_directory", POSTFIX_FILLED, "/var/lib/postfix", 1},
	{"command_directory", POSTFIX_FILLED, "/usr/sbin", 1},
	{"queue_directory", POSTFIX_FILLED, "/var/spool/postfix", 1},
	{"mail_release_date", POSTFIX_FILLED, NULL, 1},
	{"import_environment", POSTFIX_TEXT,
		"MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ XAUTHORITY DISPLAY LANG=C POSTLOG_SERVICE "
		"POSTLOG_HOSTNAME",
		0},
	{"address_verify_service_name", POSTFIX_FILLED, NULL, 1},
	{"bounce_service_name", POSTFIX_FILLED, NULL, 1},
	{"cleanup_service_name", POSTFIX_FILLED, NULL, 1},
	{"default_database_type", POSTFIX_FILLED, NULL, 1},
	{"default_privs", POSTFIX_FILLED, NULL, 1},
	{"default_verp_delimiters", POSTFIX_FILLED, NULL, 2},
	{"defer_service_name", POSTFIX_FILLED, NULL, 1},
	{"double_bounce_sender", POSTFIX_FILLED, NULL, 1},
	{"error_service_name", POSTFIX_FILLED, NULL, 1},
	{"flush_service_name", POSTFIX_FILLED, NULL, 1},
	{"hash_queue_names", POSTFIX_FILLED, NULL, 1},
	{"info_log_address_format", POSTFIX_FILLED, NULL, 1},
	{"maillog_file_compressor", POSTFIX_FILLED, NULL, 1},
	{"maillog_file_prefixes", POSTFIX_FILLED, NULL, 1},
	{"maillog_file_rotate_suffix", POSTFIX_FILLED, NULL, 1},
	{"meta_directory", POSTFIX_FILLED, NULL, 1},
	{"mynetworks_style", POSTFIX_FILLED, NULL, 1},
	{"pickup_service_name", POSTFIX_FILLED, NULL, 1},
	{"postlog_service_name", POSTFIX_FILLED, NULL, 1},
	{"process_id_directory", POSTFIX_FILLED, NULL, 1},
	{"proxymap_service_name", POSTFIX_FILLED, NULL, 1},
	{"proxywrite_service_name", POSTFIX_FILLED, NULL, 1},
	{"queue_service_name", POSTFIX_FILLED, NULL, 1},
	{"rewrite_service_name", POSTFIX_FILLED, NULL, 1},
	{"shlib_directory", POSTFIX_FILLED, NULL, 1},
	{"showq_service_name", POSTFIX_FILLED, NULL, 1},
	{"smtputf8_autodetect_classes", POSTFIX_FILLED, NULL, 1},
	{"trace_service_name", POSTFIX_FILLED, NULL, 1},
	{"verp_delimiter_filter", POSTFIX_FILLED, NULL, 1},
	{"berkeley_db_create_buffer_size", POSTFIX_NUMBER, NULL, 1},
	{"berkeley_db_read_buffer_size", POSTFIX_NUMBER, NULL, 1},
	{"debug_peer_level", POSTFIX_NUMBER, NULL, 1},
	{"default_process_limit", POSTFIX_NUMBER, NULL, 1},
	{"delay_logging_resolution_limit", POSTFIX_NUMBER, NULL, LONG_MIN},
	{"deliver_lock_attempts", POSTFIX_NUMBER, NULL, 1},
	{"dont_remove", POSTFIX_NUMBER, NULL, LONG_MIN},
	{"fault_injection_code", POSTFIX_NUMBER, NULL, LONG_MIN},
	{"fork_attempts", POSTFIX_NUMBER, NULL, 1},
	{"hash_queue_depth", POSTFIX_NUMBER, NULL, 1},
	{"header_address_token_limit", POSTFIX_NUMBER, NULL, 1},
	{"header_size_limit", POSTFIX_NUMBER, NULL, 1},
	{"line_length_limit", POSTFIX_NUMBER, "2048", 512},
	{"lmdb_map_size", POSTFIX_LONG, NULL, 1},
	{"max_use", POSTFIX_NUMBER, NULL, 1},
	{"message_size_limit", POSTFIX_LONG, NULL, LONG_MIN},
	{"mime_boundary_length_limit", POSTFIX_NUMBER, NULL, 1},
	{"mime_nesting_limit", POSTFIX_NUMBER, NULL, 1},
	{"tcp_windowsize", POSTFIX_NUMBER, "0", LONG_MIN},
	{"application_event_drain_time", POSTFIX_TIME, NULL, 0},
	{"daemon_timeout", POSTFIX_TIME, NULL, 0},
	{"deliver_lock_delay", POSTFIX_TIME, NULL, 0},
	{"fork_delay", POSTFIX_TIME, NULL, 0},
	{"in_flow_delay", POSTFIX_TIME, NULL, 0},
	{"ipc_idle", POSTFIX_TIME, NULL, 0},
	{"ipc_timeout", POSTFIX_TIME, NULL, 0},
	{"ipc_ttl", POSTFIX_TIME, NULL, 0},
	{"max_idle", POSTFIX_TIME, NULL, 0},
	{"stale_lock_time", POSTFIX_TIME, NULL, 0},
	{"trigger_timeout", POSTFIX_TIME, NULL, 0},
	{"address_verify_negative_cache", POSTFIX_YES_NO, NULL, 0},
	{"backwards_bounce_logfile_compatibility", POSTFIX_YES_NO, NULL, 0},
	{"daemon_table_open_error_is_fatal", POSTFIX_YES_NO, NULL, 0},
	{"disable_dns_lookups", POSTFIX_YES_NO, NULL, 0},
	{"disable_mime_input_processing", POSTFIX_YES_NO, NULL, 0},
	{"disable_mime_output_conversion", POSTFIX_YES_NO, NULL, 0},
	{"dns_ncache_ttl_fix_enable", POSTFIX_YES_NO, NULL, 0},
	{"enable_long_queue_ids", POSTFIX_YES_NO, NULL, 0},
	{"enable_original_recipient", POSTFIX_YES_NO, NULL, 0},
	{"helpful_warnings", POSTFIX_YES_NO, NULL, 0},
	{"multi_instance_enable", POSTFIX_YES_NO, NULL, 0},
	{"owner_request_special", POSTFIX_YES_NO, NULL, 0},
	{"respectful_logging", POSTFIX_YES_NO, NULL, 0},
	{"send_cyrus_sasl_authzid", POSTFIX_YES_NO, NULL, 0},
	{"soft_bounce", POSTFIX_YES_NO, NULL, 0},
	{"strict_7bit_headers", POSTFIX_YES_NO, NULL, 0},
	{"strict_8bitmime", POSTFIX_YES_NO, NULL, 0},
	{"strict_8bitmime_body", POSTFIX_YES_NO, NULL, 0},
	{"strict_mime_encoding_domain", POSTFIX_YES_NO, NULL, 0},
	{"strict_smtputf8", POSTFIX_YES_NO, NULL, 0},
	{"known_tcp_ports", POSTFIX_TEXT, KNOWN_TCP_PORTS, 0},
	{"dnssec_probe", POSTFIX_TEXT, "ns:.", 0},
	{"smtp_tls_fingerprint_digest", POSTFIX_FILLED, NULL, 1},
	{"nameservers", POSTFIX_TEXT, NULL, 0}, /* ours */
	{POSTFIX_FIRST_OF_TLS, POSTFIX_FILLED, "aNULL:-aNULL:HIGH:" WEAK_CIPHERS ":@STRENGTH", 1},
	{"tls_medium_cipherlist", POSTFIX_FILLED,
		"aNULL:-aNULL:HIGH:MEDIUM:" WEAK_CIPHERS ":+RC4:@STRENGTH", 1},
	{"tls_low_cipherlist", POSTFIX_FILLED, NULL, 1},
	{"tls_export_cipherlist", POSTFIX_FILLED, NULL, 1},
	{"tls_null_cipherlist", POSTFIX_FILLED, "eNULL:!kDH:!kECDH:!aDSS:!MD5:!aNULL", 1},
	{"tls_eecdh_auto_curves", POSTFIX_TEXT, NULL, 0},
	{"tls_eecdh_strong_curve", POSTFIX_FILLED, "prime256v1", 1},
	{"tls_eecdh_ultra_curve", POSTFIX_FILLED, "secp384r1", 1},
	{"tls_ffdhe_auto_groups", POSTFIX_TEXT, NULL, 0},
	{"tls_disable_workarounds", POSTFIX_TEXT, "", 0},
	{"tls_ssl_options", POSTFIX_TEXT, "", 0},
	{"tls_dane_digests", POSTFIX_FILLED, "sha512 sha256", 1},
	{"tlsmgr_service_name", POSTFIX_FILLED, "tlsmgr", 1},
	{"openssl_path", POSTFIX_FILLED, "openssl", 1},
	{"tls_config_file", POSTFIX_TEXT, "default", 0},
	{"tls_config_name", POSTFIX_TEXT, "", 0},
	{"tls_daemon_random_bytes", POSTFIX_NUMBER, NULL, 1},
	{"tls_append_default_CA", POSTFIX_YES_NO, "no", 0},
	{"tls_fast_shutdown_enable", POSTFIX_YES_NO, "yes", 0},
	{"tls_legacy_public_key_fingerprints", POSTFIX_YES_NO, NULL, 0},
	{"tls_preempt_cipherlist", POSTFIX_YES_NO, NULL, 0},
	{"tls_wildcard_matches_multiple_labels", POSTFIX_YES_NO, NULL, 0},
	{NULL, POSTFIX_TEXT, NULL, 0},
};

/* Decimal, all of the text; false also for what no long holds. */
static bool read_number(const char *text, long *value, const char **end) {
	char *stop = NULL;
	errno = 0;
	*value = strtol(text, &stop, 10);
	*end = stop;
	return errno == 0 && stop != text;
}

static bool check_number(
	const struct postfix_param *param, const char *text, long most, struct err *err) {
	long value = 0;
	const char *end = NULL;
	if (!read_number(text, &value, &end) || *end != '\0' || value > most || value < -most - 1) {
		return err_set(err, ERR_USAGE, "bad numerical configuration: %s = %s", param->name, text);
	}
	if (value < param->least) {
		return err_set(err, ERR_USAGE, "invalid %s parameter value %ld < %ld", param->name, value,
			param->least);
	}
	return true;
}

static bool check_time(const struct postfix_param *param, const char *text, struct err *err) {
	static const struct {
		char unit;
		int seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	long value = 0;
	const char *end = NULL;
	bool good = read_number(text, &value, &end) && value >= 0;
	long most = INT_MAX;
	if (good && *end != '\0') {
		const char unit = *end++;
		most = -1;
		for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
			most = units[i].unit == unit ? INT_MAX / units[i].seconds : most;
		}
	}
	if (!good || *end != '\0' || value > most) {
		return err_set(
			err, ERR_USAGE, "parameter %s: bad time value or unit: %s", param->name, text);
	}
	return true;
}

bool postfix_param_check(const struct postfix_param *param, const char *value, struct err *err) {
	switch (param->kind) {
	case POSTFIX_TEXT:
		return true;
	case POSTFIX_FILLED:
		return strlen(value) >= (size_t)param->least ||
			   err_set(err, ERR_USAGE, "bad string length %zu < %ld: %s = %s", strlen(value),
				   param->least, param->name, value);
	case POSTFIX_YES_NO:
		return strcasecmp(value, "yes") == 0 || strcasecmp(value, "no") == 0 ||
			   err_set(err, ERR_USAGE, "bad boolean configuration: %s = %s", param->name, value);
	case POSTFIX_NUMBER:
		return check_number(param, value, INT_MAX, err);
	case POSTFIX_LONG:
		return check_number(param, value, LONG_MAX, err);
	case POSTFIX_TIME:
		return check_time(param, value, err);
	case POSTFIX_LEVEL: {
		uint64_t level = 0;
		return compat_level_parse(value, &level, err);
	}
	}
	return err_set(err, ERR_LOCAL, "internal: no kind of parameter");
}

static bool is_label_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* What is wrong with one character where it stands; len is that of its label up to here. */
static const char *misplaced(const char *at, size_t len) {
	if (*at == '.') {
		return len == 0 || at[1] == '\0' ? "misplaced delimiter" : NULL;
	}
	if (len >= LABEL_MAX) {
		return "hostname label too long";
	}
	bool edge = len == 0 || at[1] == '\0' || at[1] == '.';
	return *at == '-' && edge ? "misplaced hyphen" : NULL;
}

bool postfix_hostname_complain(const char *name, struct err *complaint) {
	if (*name == '\0') {
		(void)err_set(complaint, ERR_USAGE, "valid_hostname: empty hostname");
		return true;
	}
	bool numeric = true;
	size_t len = 0;
	for (const char *at = name; *at != '\0'; at++) {
		bool digit = *at >= '0' && *at <= '9';
		if (!digit && !is_label_letter(*at) && *at != '.' && *at != '-') {
			(void)err_set(complaint, ERR_USAGE,
				"valid_hostname: invalid character %d(decimal): %.100s", (unsigned char)*at, name);
			return true;
		}
		const char *problem = misplaced(at, len);
		if (problem != NULL) {
			(void)err_set(complaint, ERR_USAGE, "valid_hostname: %s: %.100s", problem, name);
			return true;
		}
		numeric = numeric && (digit || *at == '.');
		len = *at == '.' ? 0 : len + 1;
	}
	if (numeric) {
		(void)err_set(complaint, ERR_USAGE, "valid_hostname: numeric hostname: %.100s", name);
	} else if (strlen(name) > HOSTNAME_MAX) {
		(void)err_set(complaint, ERR_USAGE, "valid_hostname: bad length %d for %.100s...",
			(int)strlen(name), name);
	}
	return numeric || strlen(name) > HOSTNAME_MAX;
}
