#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tls/tls_internal.h"

/* What is wrong with the path itself? NULL when nothing is. */
static const char *path_problem(const char *path, mode_t wanted) {
	struct stat status;
	if (stat(path, &status) != 0) {
		return strerror(errno);
	}
	if ((status.st_mode & S_IFMT) != wanted) {
		if (wanted == S_IFDIR) {
			return "not a directory";
		}
		/* A pipe or a device may never end, and nothing could interrupt the reading. */
		return S_ISDIR(status.st_mode) ? "is a directory, a file is needed" : "not a regular file";
	}
	return access(path, wanted == S_IFDIR ? R_OK | X_OK : R_OK) == 0 ? NULL : strerror(errno);
}

/* What the library says about the contents, in words that help. Empties its queue. */
static const char *content_problem(const char *nothing_found) {
	/* The last entry is the loader's summary, the first the cause. */
	unsigned long code = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(ERR_peek_error());
	int lib = ERR_GET_LIB(code);
	int number = ERR_GET_REASON(code);
	ERR_clear_error();
	if (code == 0 || (lib == ERR_LIB_PEM && number == PEM_R_NO_START_LINE) ||
		(lib == ERR_LIB_X509 && (number == X509_R_NO_CERTIFICATE_OR_CRL_FOUND ||
									number == X509_R_NO_CERTIFICATE_FOUND))) {
		return nothing_found;
	}
	return reason != NULL ? reason : "not readable as PEM";
}

static bool load_ca_file(struct tls_context *context, struct err *err) {
	const char *path = context->settings->ca_file;
	if (path == NULL) {
		return true;
	}
	const char *problem = path_problem(path, S_IFREG);
	if (problem == NULL && SSL_CTX_load_verify_file(context->library, path) != 1) {
		problem = content_problem("no PEM certificate in it");
	}
	return problem == NULL || err_set(err, ERR_USAGE, "--cafile %s: %s", path, problem);
}

static bool load_ca_path(struct tls_context *context, struct err *err) {
	const char *path = context->settings->ca_path;
	if (path == NULL) {
		return true;
	}
	const char *problem = path_problem(path, S_IFDIR);
	if (problem == NULL && SSL_CTX_load_verify_dir(context->library, path) != 1) {
		problem = content_problem("not usable");
	}
	return problem == NULL || err_set(err, ERR_USAGE, "--capath %s: %s", path, problem);
}

/* "5ed36f99.0": what openssl rehash makes. */
static bool is_hash_link(const char *name) {
	size_t digits = 0;
	while (isxdigit((unsigned char)name[digits]) != 0) {
		digits++;
	}
	return digits == 8 && name[8] == '.' && isdigit((unsigned char)name[9]) != 0;
}

static bool directory_has_hash_links(const char *path) {
	DIR *directory = opendir(path);
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
static void use_default_ca(struct tls_context *context) {
	if (context->settings->default_ca == TLS_DEFAULT_CA_NONE) {
		return;
	}
	(void)SSL_CTX_set_default_verify_dir(context->library);
	if (context->settings->default_ca == TLS_DEFAULT_CA_ANY &&
		!directory_has_hash_links(X509_get_default_cert_dir())) {
		(void)SSL_CTX_set_default_verify_file(context->library);
	}
	ERR_clear_error();
}

struct anchor_list {
	struct arena *arena;
	struct tls_anchor *at;
	size_t n;
	size_t room;
};

static void anchor_add(struct anchor_list *list, uint8_t selector, struct span der) {
	if (list->n == list->room) {
		size_t room = list->room == 0 ? 4 : 2 * list->room;
		struct tls_anchor *at = arena_alloc_array(list->arena, room, sizeof *at);
		for (size_t i = 0; i < list->n; i++) {
			at[i] = list->at[i];
		}
		list->at = at;
		list->room = room;
	}
	list->at[list->n++] = (struct tls_anchor){selector, arena_copy_span(list->arena, der)};
}

/* Is this PEM block a certificate or a key that can be used? Other kinds are passed over. */
static const char *anchor_read(
	struct anchor_list *list, const char *label, const unsigned char *der, long len) {
	const unsigned char *end = der;
	struct span bytes = {der, (size_t)len};
	if (strcmp(label, PEM_STRING_X509) == 0 || strcmp(label, PEM_STRING_X509_OLD) == 0) {
		X509 *certificate = d2i_X509(NULL, &end, len);
		X509_free(certificate);
		if (certificate == NULL || end != der + len) {
			return "a certificate in it cannot be decoded";
		}
		anchor_add(list, TLSA_CERT, bytes);
	} else if (strcmp(label, PEM_STRING_PUBLIC) == 0) {
		EVP_PKEY *key = d2i_PUBKEY(NULL, &end, len);
		EVP_PKEY_free(key);
		if (key == NULL || end != der + len) {
			return "a public key in it cannot be decoded";
		}
		anchor_add(list, TLSA_SPKI, bytes);
	}
	return NULL;
}

static const char *anchors_read(struct anchor_list *list, BIO *file) {
	char *label = NULL;
	char *header = NULL;
	unsigned char *der = NULL;
	long len = 0;
	size_t before = list->n;
	const char *problem = NULL;
	while (problem == NULL && PEM_read_bio(file, &label, &header, &der, &len) == 1) {
		problem = anchor_read(list, label, der, len);
		OPENSSL_free(label);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	if (problem != NULL) {
		ERR_clear_error();
		return problem;
	}
	/* The end of the file is "no start line"; anything else is a broken block. */
	const char *nothing = "no PEM certificate or public key in it";
	problem = content_problem(nothing);
	return problem == nothing && list->n > before ? NULL : problem;
}

static bool load_anchors(struct tls_context *context, struct err *err) {
	struct anchor_list list = {.arena = context->arena};
	for (size_t i = 0; i < context->settings->n_trust_anchors; i++) {
		const char *path = context->settings->trust_anchors[i];
		const char *problem = path_problem(path, S_IFREG);
		BIO *file = problem == NULL ? BIO_new_file(path, "r") : NULL;
		if (file != NULL) {
			problem = anchors_read(&list, file);
			BIO_free(file);
		} else if (problem == NULL) {
			problem = content_problem("cannot be opened");
		}
		if (problem != NULL) {
			return err_set(err, ERR_USAGE, "--trust-anchor %s: %s", path, problem);
		}
	}
	context->anchors = list.at;
	context->n_anchors = list.n;
	return true;
}

bool tls_trust_load(struct tls_context *context, struct err *err) {
	if (!load_ca_file(context, err) || !load_ca_path(context, err) || !load_anchors(context, err)) {
		return false;
	}
	use_default_ca(context);
	return true;
}
