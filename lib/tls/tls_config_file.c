/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The library's configuration file (tls_config_file, tls_config_name). Process-wide: the first
 * context decides. */
#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <string.h>

#include "tls/tls_builder.h"

#define NOT_ABSOLUTE "non-default tls_config_file = %s is not an absolute pathname"

/* Where from, and how strictly. */
struct source {
	const char *file; /* NULL: the library's own choice */
	unsigned long strictness;
	uint64_t how;
};

static bool choose(struct tls_builder *builder, const char *file, struct source *source) {
	*source = (struct source){0};
	if (strcmp(file, "none") == 0) {
		source->how = OPENSSL_INIT_NO_LOAD_CONFIG;
		return true;
	}
	if (strcmp(file, "default") == 0) {
		/* As without a wish: whatever is wrong with it, and a section that is not there. */
		source->strictness = CONF_MFLAGS_IGNORE_MISSING_FILE | CONF_MFLAGS_DEFAULT_SECTION |
							 CONF_MFLAGS_IGNORE_RETURN_CODES | CONF_MFLAGS_SILENT;
		return true;
	}
	source->file = file;
	if (file[0] == '/') {
		return true;
	}
	return tls_fault_ends(builder, ", disabling TLS support", NOT_ABSOLUTE, file);
}

static bool initialise(const struct source *source, const char *name) {
	OPENSSL_INIT_SETTINGS *init = OPENSSL_INIT_new();
	if (init == NULL) {
		return false;
	}
	OPENSSL_INIT_set_config_file_flags(init, source->strictness);
	bool done = (name == NULL || OPENSSL_INIT_set_config_appname(init, name) == 1) &&
				(source->file == NULL || OPENSSL_INIT_set_config_filename(init, source->file) == 1);
	done = done && OPENSSL_init_ssl(source->how, init) == 1;
	OPENSSL_INIT_free(init);
	return done;
}

/* The library opens it, and what it includes, as soon as it is asked for anything, and would wait
 * for whoever writes. */
static bool refuse_pipe(struct tls_builder *builder, const char *file) {
	char *usual = strcmp(file, "default") == 0 ? CONF_get1_default_config_file() : NULL;
	const char *path = tls_config_pipe(builder->context->arena, usual != NULL ? usual : file);
	bool pipe = path != NULL;
	if (pipe && usual != NULL && tls_blames_settings(builder)) {
		(void)err_set(builder->err, ERR_USAGE,
			"the OpenSSL configuration file %s is a pipe: a file is needed", path);
	}
	bool fine = !pipe || tls_fault_ends(builder, ", disabling TLS support",
							 "the OpenSSL configuration file %s is a pipe: a file is needed", path);
	OPENSSL_free(usual);
	return fine;
}

bool tls_config_load(struct tls_builder *builder) {
	const struct tls_settings *settings = builder->settings;
	const char *file = settings->config_file != NULL ? settings->config_file : "default";
	const char *name = settings->config_name;
	name = name != NULL && *name != '\0' ? name : NULL;
	builder->about = ERR_ABOUT_PARAMETER;
	builder->parameter = "tls_config_file";
	if (!refuse_pipe(builder, file)) {
		return false;
	}
	if (strcmp(file, "default") == 0 && name == NULL) {
		return true;
	}
	struct source source;
	if (!choose(builder, file, &source)) {
		return false;
	}
	ERR_clear_error();
	if (initialise(&source, name)) {
		return true;
	}
	if (source.how == OPENSSL_INIT_NO_LOAD_CONFIG) {
		return tls_fault_ends(
			builder, ", disabling TLS support", "error initializing the OpenSSL library");
	}
	return tls_fault_ends(builder, ", disabling TLS support",
		"error loading the '%s' settings from the %s OpenSSL configuration file",
		name != NULL ? name : "global", source.file != NULL ? source.file : "default");
}
