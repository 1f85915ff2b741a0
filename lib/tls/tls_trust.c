/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Authorities: a file, a directory, the system's directory. */
#include <ctype.h>
#include <errno.h>
#include <openssl/err.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "io/file.h"
#include "tls/tls_builder.h"
#include "tls/tls_narrow.h"

#define LINE_MAX_OCTETS 4096

/* Whoever reads certificates decodes the private keys between them, too, and complains of what it
 * cannot decode. */
static void prepare_for(const char *ca_file) {
	static const struct tls_narrow_word words[] = {{"PRIVATE KEY", 1}, {NULL, 0}};
	if (tls_narrow_file_marks(ca_file, words) != 0) {
		tls_library_widen();
	}
}

static bool load_ca_file(struct tls_builder *builder) {
	const char *path = builder->settings->ca_file;
	builder->about = ERR_ABOUT_CA_FILE;
	if (path == NULL) {
		return true;
	}
	if (!tls_file_is_fine(builder, path)) {
		return false;
	}
	prepare_for(path);
	if (SSL_CTX_load_verify_file(builder->context->library, path) == 1) {
		return true;
	}
	return tls_fault_content(builder, path, "no PEM certificate in it");
}

/* "5ed36f99.0": what openssl rehash makes. */
static bool is_hash_link(const char *name) {
	size_t digits = 0;
	while (isxdigit((unsigned char)name[digits]) != 0) {
		digits++;
	}
	return digits == 8 && name[8] == '.' && isdigit((unsigned char)name[9]) != 0;
}

/* The library opens what has the name of a hash link in the middle of a handshake: a pipe would
 * hold it, and a whole fleet, for ever. */
static bool has_only_files(struct tls_builder *builder, const char *path) {
	struct file_fault fault;
	DIR *directory = file_open_folder(path, &fault);
	if (directory == NULL) {
		return tls_fault_file(builder, path, &fault);
	}
	bool fine = faccessat(dirfd(directory), ".", X_OK, 0) == 0 ||
				tls_fault_value(builder, path, strerror(errno));
	for (const struct dirent *entry = fine ? readdir(directory) : NULL; entry != NULL && fine;
		 entry = readdir(directory)) {
		struct stat status;
		if (is_hash_link(entry->d_name) &&
			fstatat(dirfd(directory), entry->d_name, &status, 0) == 0 && !S_ISREG(status.st_mode)) {
			fine = tls_fault_value(builder,
				arena_printf(builder->context->arena, "%s/%s", path, entry->d_name),
				"not a regular file");
		}
	}
	closedir(directory);
	return fine;
}

static bool load_ca_path(struct tls_builder *builder) {
	const char *path = builder->settings->ca_path;
	builder->about = ERR_ABOUT_CA_PATH;
	if (path == NULL) {
		return true;
	}
	if (!has_only_files(builder, path)) {
		return false;
	}
	if (SSL_CTX_load_verify_dir(builder->context->library, path) == 1) {
		return true;
	}
	return tls_fault_content(builder, path, "not usable");
}

/* A line of information, which disables TLS all the same. */
static bool end_as_postfix(struct tls_builder *builder, const char *line) {
	tls_fault_inform(builder, "%s" TLS_DISABLED, line);
	tls_fault_queue(builder);
	return err_set(builder->err, ERR_LOCAL, "%s", line);
}

/* A directory that does not exist is nobody's fault there. */
static bool load_as_postfix(struct tls_builder *builder) {
	const struct tls_settings *settings = builder->settings;
	const char *file =
		settings->ca_file != NULL && *settings->ca_file != '\0' ? settings->ca_file : NULL;
	const char *path =
		settings->ca_path != NULL && *settings->ca_path != '\0' ? settings->ca_path : NULL;
	SSL_CTX *library = builder->context->library;
	ERR_clear_error();
	if (file == NULL && path == NULL) {
		return true;
	}
	if (file != NULL) {
		prepare_for(file);
	}
	if (SSL_CTX_load_verify_locations(library, file, path) != 1) {
		struct text line = text_new(builder->context->arena, LINE_MAX_OCTETS);
		text_add(&line, "cannot load Certification Authority data, ");
		if (file != NULL) {
			text_addf(&line, "CAfile=\"%s\"%s", file, path != NULL ? ", " : "");
		}
		if (path != NULL) {
			text_addf(&line, "CApath=\"%s\"", path);
		}
		return end_as_postfix(builder, line.at);
	}
	return !settings->append_default_ca || SSL_CTX_set_default_verify_paths(library) == 1 ||
		   end_as_postfix(builder, "cannot set default OpenSSL certificate verification paths");
}

static bool directory_has_hash_links(const char *path) {
	struct file_fault fault;
	DIR *directory = file_open_folder(path, &fault);
	if (directory == NULL) {
		return false;
	}
	bool found = false;
	for (const struct dirent *entry = readdir(directory); entry != NULL && !found;
		 entry = readdir(directory)) {
		found = is_hash_link(entry->d_name);
	}
	closedir(directory);
	return found;
}

/* The directory is read when a chain needs it; the bundle would be parsed at once, at the price of
 * fifteen probes. */
static void use_default_ca(SSL_CTX *library, enum tls_default_ca which) {
	if (which == TLS_DEFAULT_CA_NONE) {
		return;
	}
	(void)SSL_CTX_set_default_verify_dir(library);
	if (which == TLS_DEFAULT_CA_ANY && !directory_has_hash_links(X509_get_default_cert_dir())) {
		(void)SSL_CTX_set_default_verify_file(library);
	}
	ERR_clear_error();
}

bool tls_trust_load(struct tls_builder *builder) {
	const struct tls_settings *settings = builder->settings;
	enum tls_default_ca which = settings->default_ca;
	if (!tls_blames_settings(builder)) {
		if (!load_as_postfix(builder)) {
			return false;
		}
	} else if (!load_ca_file(builder) || !load_ca_path(builder)) {
		return false;
	} else if (settings->append_default_ca &&
			   (settings->ca_file != NULL || settings->ca_path != NULL)) {
		which = TLS_DEFAULT_CA_ANY;
	}
	use_default_ca(builder->context->library, which);
	return true;
}

static bool has_authorities(const struct tls_context *context) {
	X509_STORE *store = SSL_CTX_get_cert_store(context->library);
	return context->settings->proof_ca != TLS_DEFAULT_CA_NONE &&
		   (sk_X509_OBJECT_num(X509_STORE_get0_objects(store)) > 0 ||
			   directory_has_hash_links(X509_get_default_cert_dir()));
}

/* A handshake must not see them: a chain that was sent in part would find its issuers there. The
 * directory is looked into once: to read it for each domain of a fleet takes longer than a proof.
 */
bool tls_trust_for_proofs(struct tls_context *context) {
	const struct tls_settings *settings = context->settings;
	if (settings->ca_file != NULL || settings->ca_path != NULL || settings->n_trust_anchors > 0) {
		return true;
	}
	if (!context->trusts_for_proofs) {
		use_default_ca(context->library, settings->proof_ca);
		context->trusts_for_proofs = true;
		context->has_authorities = has_authorities(context);
	}
	return context->has_authorities;
}

struct tls_authorities tls_web_authorities(const struct tls_settings *settings) {
	struct tls_authorities found = {settings->ca_file, settings->ca_path};
	if (settings->web_ca == TLS_DEFAULT_CA_NONE) {
		return found;
	}
	if (directory_has_hash_links(X509_get_default_cert_dir())) {
		found.directory = X509_get_default_cert_dir();
	} else if (access(X509_get_default_cert_file(), R_OK) == 0) {
		found.file = X509_get_default_cert_file();
	}
	return found;
}
