/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A provider that hands on what the default provider has, but for algorithms that are left out.
 * provider(7) and provider-base(7) describe all calls that it makes. Two things they do not
 * promise: that a provider to which there is a reference can be called when it is no longer active,
 * and that up_ref returns more than 0 when it succeeds. Both hold where tls_narrow_is_shown(). */
#include "tls/tls_narrow.h"

#include <openssl/conf.h>
#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/params.h>
#include <openssl/provider.h>
#include <stddef.h>
#include <string.h>

#define NAME "smtp-tls-narrow"
/* Of the default provider: 126 ciphers, 42 decoders, 10 signatures in 3.0; 130, 76, 59 in 3.5. */
#define CIPHERS_MAX 128
#define DECODERS_MAX 128
#define SIGNATURES_MAX 64

/* What the core does for a provider. */
struct core {
	const OSSL_CORE_HANDLE *ours;
	OSSL_FUNC_provider_register_child_cb_fn *tell_of_others;
	OSSL_FUNC_provider_deregister_child_cb_fn *tell_no_more;
	OSSL_FUNC_provider_name_fn *name;
	OSSL_FUNC_provider_get0_provider_ctx_fn *context;
	OSSL_FUNC_provider_get0_dispatch_fn *functions;
	OSSL_FUNC_provider_up_ref_fn *hold;
	OSSL_FUNC_provider_free_fn *release;
};

/* The default provider, to which we keep a reference, and what it does. */
struct whole {
	const OSSL_CORE_HANDLE *handle;
	void *context;
	OSSL_FUNC_provider_gettable_params_fn *gettable;
	OSSL_FUNC_provider_get_params_fn *get;
	OSSL_FUNC_provider_query_operation_fn *query;
	OSSL_FUNC_provider_unquery_operation_fn *unquery; /* may be NULL */
	OSSL_FUNC_provider_get_capabilities_fn *capabilities;
};

/* What the core tells of others. */
struct others {
	const OSSL_CORE_HANDLE *last;
	unsigned n;
	bool has_properties;
};

/* The one global of lib/: the library calls a provider with the context that its algorithms get,
 * which must be the default provider's own. Everything it concerns is one per process, too. */
static struct {
	const struct tls_narrowing *left_out;
	struct core core;
	struct whole whole;
	OSSL_ALGORITHM ciphers[CIPHERS_MAX + 1]; /* the library keeps pointers into them */
	OSSL_ALGORITHM decoders[DECODERS_MAX + 1];
	OSSL_ALGORITHM signatures[SIGNATURES_MAX + 1];
	OSSL_PROVIDER *loaded;
	bool tried;
	bool file_has_groups; /* openssl.cnf may name any */
} narrow;

/* --- what is left out --- */

static const char *const idle_ciphers[] = {
	/* modes; CTR and ECB of AES make random numbers */
	"-OFB", "-CFB", "-CTS", "-XTS", "-SIV", "-OCB", "-WRAP",
	/* lengths of keys */
	"AES-192-CBC", "AES-192-GCM", "AES-192-CCM", "ARIA-192-", "CAMELLIA-192-",
	/* what is in no suite in this mode, or in none at all */
	"ARIA-128-CBC", "ARIA-256-CBC", "ARIA-128-CTR", "ARIA-256-CTR", "ARIA-128-ECB", "ARIA-256-ECB",
	"CAMELLIA-128-CTR", "CAMELLIA-256-CTR", "CAMELLIA-128-ECB", "CAMELLIA-256-ECB", "SM4-",
	"DES-EDE-", "DES-EDE3-ECB", NULL};

/* A handshake brings public keys, as SubjectPublicKeyInfo in DER; these are private keys,
 * parameters, and other formats. */
static const char *const idle_decoders[] = {"structure=PrivateKeyInfo",
	"structure=EncryptedPrivateKeyInfo", "structure=type-specific", "structure=dhx", "structure=dh",
	"structure=dsa", "structure=ec", "structure=rsa", "input=msblob", "input=pvk", "input=pem",
	NULL};

/* Since 3.4 there is one for each key and digest together, for those who sign without a word about
 * digests. TLS and X.509 name the digest themselves, and get what has the name of the key. */
static const char *const idle_signatures[] = {"RSA-RIPEMD160", "RSA-SHA", "RSA-SM3", "ECDSA-SHA",
	"dsaWithSHA1", "dsa_with_SHA", "ED25519ph", "ED25519ctx", "ED448ph", NULL};

/* Those that no list has unless it names them; each is looked up whenever there is a new SSL_CTX.
 * Names in "SecP" have a post-quantum half. */
static const char *const idle_groups[] = {"sect", "K-", "B-", "secp160", "secp192", "secp224",
	"P-192", "P-224", "secp256k1", "brainpool", "SecP", "MLKEM512", "MLKEM1024", NULL};

const struct tls_narrowing tls_narrowing_handshakes = {
	idle_ciphers, idle_decoders, idle_signatures, idle_groups};
const struct tls_narrowing tls_narrowing_own_groups = {
	idle_ciphers, idle_decoders, idle_signatures, NULL};

static bool has_any(const char *text, const char *const *words) {
	for (; text != NULL && words != NULL && *words != NULL; words++) {
		if (strstr(text, *words) != NULL) {
			return true;
		}
	}
	return false;
}

/* False when nothing is left, or more than there is room for. */
static bool choose(
	OSSL_ALGORITHM *to, size_t max, const OSSL_ALGORITHM *from, const char *const *left_out) {
	size_t n = 0;
	const char *properties = NULL;
	bool idle = false;
	for (; from != NULL && from->algorithm_names != NULL; from++) {
		if (from->property_definition != properties) { /* most have those of the one before */
			properties = from->property_definition;
			idle = has_any(properties, left_out);
		}
		if (idle || has_any(from->algorithm_names, left_out)) {
			continue;
		}
		if (n == max) {
			return false;
		}
		to[n++] = *from;
	}
	to[n] = (OSSL_ALGORITHM){0};
	return n > 0;
}

/* A list that may be another one the next time cannot be copied. */
static const OSSL_ALGORITHM *fixed_list(int operation) {
	int changes = 0;
	const OSSL_ALGORITHM *list = narrow.whole.query(narrow.whole.context, operation, &changes);
	return changes == 0 ? list : NULL;
}

static bool choose_all(void) {
	const struct tls_narrowing *left_out = narrow.left_out;
	return choose(narrow.ciphers, CIPHERS_MAX, fixed_list(OSSL_OP_CIPHER), left_out->ciphers) &&
		   choose(narrow.decoders, DECODERS_MAX, fixed_list(OSSL_OP_DECODER), left_out->decoders) &&
		   choose(narrow.signatures, SIGNATURES_MAX, fixed_list(OSSL_OP_SIGNATURE),
			   left_out->signatures);
}

/* NULL for an operation of which nothing is left out. */
static const OSSL_ALGORITHM *chosen(int operation) {
	switch (operation) {
	case OSSL_OP_CIPHER:
		return narrow.ciphers;
	case OSSL_OP_DECODER:
		return narrow.decoders;
	case OSSL_OP_SIGNATURE:
		return narrow.signatures;
	default:
		return NULL;
	}
}

/* --- the provider, as the library sees it --- */

static const OSSL_PARAM *list_params(void *context) {
	const OSSL_PARAM *list = narrow.whole.gettable(context);
	return list; /* cppcheck does not see the type of a call through a member */
}

static int get_params(void *context, OSSL_PARAM params[]) {
	return narrow.whole.get(context, params);
}

static const OSSL_ALGORITHM *query(void *context, int operation, int *changes) {
	const OSSL_ALGORITHM *list = chosen(operation);
	if (list == NULL) {
		list = narrow.whole.query(context, operation, changes);
		return list;
	}
	*changes = 0;
	return list;
}

static void end_query(void *context, int operation, const OSSL_ALGORITHM *list) {
	if (narrow.whole.unquery != NULL && list != chosen(operation)) {
		narrow.whole.unquery(context, operation, list);
	}
}

/* Who is told of a capability. */
struct listener {
	OSSL_CALLBACK *tell;
	void *data;
};

static int tell_group(const OSSL_PARAM params[], void *data) {
	const struct listener *listener = data;
	const OSSL_PARAM *name = OSSL_PARAM_locate_const(params, OSSL_CAPABILITY_TLS_GROUP_NAME);
	if (name != NULL && name->data_type == OSSL_PARAM_UTF8_STRING &&
		has_any(name->data, narrow.left_out->groups)) {
		return 1;
	}
	return listener->tell(params, listener->data);
}

static int tell_capabilities(void *context, const char *which, OSSL_CALLBACK *tell, void *data) {
	struct listener listener = {tell, data};
	if (narrow.left_out->groups == NULL || narrow.file_has_groups ||
		OPENSSL_strcasecmp(which, "TLS-GROUP") != 0) {
		return narrow.whole.capabilities(context, which, tell, data);
	}
	return narrow.whole.capabilities(context, which, tell_group, &listener);
}

/* The context is the default provider's, which frees it. */
static void tear_down(void *context) {
	(void)context;
	(void)narrow.core.release(narrow.whole.handle, 0);
	narrow.whole.handle = NULL;
}

static const OSSL_DISPATCH provider[] = {
	{OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, (void (*)(void))list_params},
	{OSSL_FUNC_PROVIDER_GET_PARAMS, (void (*)(void))get_params},
	{OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query},
	{OSSL_FUNC_PROVIDER_UNQUERY_OPERATION, (void (*)(void))end_query},
	{OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))tell_capabilities},
	{OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))tear_down}, {0, NULL}};

/* --- its start --- */

static bool read_core(struct core *core, const OSSL_CORE_HANDLE *ours, const OSSL_DISPATCH *at) {
	*core = (struct core){.ours = ours};
	for (; at->function_id != 0; at++) {
		if (at->function_id == OSSL_FUNC_PROVIDER_REGISTER_CHILD_CB) {
			core->tell_of_others = OSSL_FUNC_provider_register_child_cb(at);
		} else if (at->function_id == OSSL_FUNC_PROVIDER_DEREGISTER_CHILD_CB) {
			core->tell_no_more = OSSL_FUNC_provider_deregister_child_cb(at);
		} else if (at->function_id == OSSL_FUNC_PROVIDER_NAME) {
			core->name = OSSL_FUNC_provider_name(at);
		} else if (at->function_id == OSSL_FUNC_PROVIDER_GET0_PROVIDER_CTX) {
			core->context = OSSL_FUNC_provider_get0_provider_ctx(at);
		} else if (at->function_id == OSSL_FUNC_PROVIDER_GET0_DISPATCH) {
			core->functions = OSSL_FUNC_provider_get0_dispatch(at);
		} else if (at->function_id == OSSL_FUNC_PROVIDER_UP_REF) {
			core->hold = OSSL_FUNC_provider_up_ref(at);
		} else if (at->function_id == OSSL_FUNC_PROVIDER_FREE) {
			core->release = OSSL_FUNC_provider_free(at);
		}
	}
	return core->tell_of_others != NULL && core->tell_no_more != NULL && core->name != NULL &&
		   core->context != NULL && core->functions != NULL && core->hold != NULL &&
		   core->release != NULL;
}

/* The core holds locks while it tells: nothing is asked here. */
static int note_other(const OSSL_CORE_HANDLE *other, void *data) {
	struct others *others = data;
	others->last = other;
	others->n++;
	return 1;
}

static int ignore_removal(const OSSL_CORE_HANDLE *other, void *data) {
	(void)other;
	(void)data;
	return 1;
}

static int note_properties(const char *properties, void *data) {
	struct others *others = data;
	others->has_properties = properties != NULL && *properties != '\0';
	return 1;
}

/* NULL unless the default provider alone is active and nobody demands properties. */
static const OSSL_CORE_HANDLE *find_default(const struct core *core) {
	struct others others = {0};
	if (core->tell_of_others(core->ours, note_other, ignore_removal, note_properties, &others) !=
		1) {
		return NULL;
	}
	core->tell_no_more(core->ours);
	bool alone = others.n == 1 && !others.has_properties;
	return alone && strcmp(core->name(others.last), "default") == 0 ? others.last : NULL;
}

static bool read_whole(struct whole *whole, const struct core *core) {
	*whole = (struct whole){.handle = find_default(core)};
	if (whole->handle == NULL) {
		return false;
	}
	whole->context = core->context(whole->handle);
	const OSSL_DISPATCH *at = core->functions(whole->handle);
	for (; at != NULL && at->function_id != 0; at++) {
		if (at->function_id == OSSL_FUNC_PROVIDER_GETTABLE_PARAMS) {
			whole->gettable = OSSL_FUNC_provider_gettable_params(at);
		} else if (at->function_id == OSSL_FUNC_PROVIDER_GET_PARAMS) {
			whole->get = OSSL_FUNC_provider_get_params(at);
		} else if (at->function_id == OSSL_FUNC_PROVIDER_QUERY_OPERATION) {
			whole->query = OSSL_FUNC_provider_query_operation(at);
		} else if (at->function_id == OSSL_FUNC_PROVIDER_UNQUERY_OPERATION) {
			whole->unquery = OSSL_FUNC_provider_unquery_operation(at);
		} else if (at->function_id == OSSL_FUNC_PROVIDER_GET_CAPABILITIES) {
			whole->capabilities = OSSL_FUNC_provider_get_capabilities(at);
		}
	}
	return whole->gettable != NULL && whole->get != NULL && whole->query != NULL &&
		   whole->capabilities != NULL;
}

static int start(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out,
	void **context) {
	if (!read_core(&narrow.core, handle, in) || !read_whole(&narrow.whole, &narrow.core) ||
		!choose_all() || narrow.core.hold(narrow.whole.handle, 0) <= 0) {
		return 0;
	}
	*out = provider;
	*context = narrow.whole.context;
	return 1;
}

/* --- in its place --- */

/* The library does without any provider where openssl.cnf activates one that cannot be loaded, and
 * tells nobody. Another file may say so in its place; engines take over what they like. */
static bool has_plain_configuration(void) {
	enum { NOT_PLAIN = 1, GROUPS = 2 };
	static const struct tls_narrow_word words[] = {{"activate", NOT_PLAIN}, {"engine", NOT_PLAIN},
		{".include", NOT_PLAIN}, {"groups", GROUPS}, {"curves", GROUPS}, {NULL, 0}};
	char *path = CONF_get1_default_config_file();
	unsigned marks = path == NULL ? NOT_PLAIN : tls_narrow_file_marks(path, words);
	narrow.file_has_groups = (marks & GROUPS) != 0;
	OPENSSL_free(path);
	return (marks & NOT_PLAIN) == 0;
}

static int count(OSSL_PROVIDER *active, void *data) {
	unsigned *n = data;
	(void)active;
	(*n)++;
	return 1;
}

/* The default provider is loaded only for as long as ours takes to find it. Whether the library is
 * to fall back on it where openssl.cnf names none stays as it is until ours is there. */
static void take_its_place(void) {
	/* Where there is no memory for a context, 3.0 crashes in the next call. */
	OSSL_PROVIDER *whole = OSSL_LIB_CTX_get0_global_default() == NULL
							   ? NULL
							   : OSSL_PROVIDER_try_load(NULL, "default", 1);
	if (whole == NULL) {
		return;
	}
	if (OSSL_PROVIDER_add_builtin(NULL, NAME, start) == 1) {
		narrow.loaded = OSSL_PROVIDER_try_load(NULL, NAME, 0);
	}
	(void)OSSL_PROVIDER_unload(whole);
}

bool tls_narrow_begin(const struct tls_narrowing *left_out) {
	if (narrow.tried || !tls_narrow_is_shown(OPENSSL_version_major(), OPENSSL_version_minor())) {
		narrow.left_out = left_out; /* of groups: the rest was chosen when it began */
		return narrow.loaded != NULL;
	}
	narrow.tried = true;
	narrow.left_out = left_out;
	unsigned n_active = 0;
	ERR_set_mark();
	if (has_plain_configuration()) {
		take_its_place();
	}
	/* Two: somebody else had the default one loaded, openssl.cnf or an earlier use. */
	if (narrow.loaded != NULL &&
		(OSSL_PROVIDER_do_all(NULL, count, &n_active) != 1 || n_active != 1)) {
		tls_narrow_end();
	}
	ERR_pop_to_mark();
	return narrow.loaded != NULL;
}

void tls_narrow_end(void) {
	narrow.tried = true;
	if (narrow.loaded != NULL) {
		(void)OSSL_PROVIDER_load(NULL, "default");
		(void)OSSL_PROVIDER_unload(narrow.loaded);
		narrow.loaded = NULL;
	}
}
