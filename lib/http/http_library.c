/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening libcurl. */
#include "http/http_library.h"

#include <dlfcn.h>

/* Options by name of protocol came with 7.85; before, addresses that count for ever with 7.75. */
#define OLDEST_VERSION 0x074b00U

bool http_is_available(void) {
	return true;
}

/* False, and the name, when a function is missing. */
static bool find_all(struct http_library *library, const char **missing) {
	static const char *const names[] = {
#define HTTP_LIBRARY_NAME(name) #name,
		HTTP_LIBRARY_FUNCTIONS(HTTP_LIBRARY_NAME)};
	void *const places[] = {
#define HTTP_LIBRARY_PLACE(name) (void *)&library->name,
		HTTP_LIBRARY_FUNCTIONS(HTTP_LIBRARY_PLACE)};
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		/* The way POSIX gives to turn an object pointer into one to a function. */
		*(void **)places[i] = dlsym(library->handle, names[i]);
		if (*(void **)places[i] == NULL) {
			*missing = names[i];
			return false;
		}
	}
	return true;
}

static bool start(struct http_library *library, struct err *err) {
	if (library->curl_global_init(CURL_GLOBAL_SSL) != CURLE_OK) {
		return err_set(err, ERR_LOCAL, "libcurl does not start");
	}
	const curl_version_info_data *version = library->curl_version_info(CURLVERSION_NOW);
	if (version->version_num < OLDEST_VERSION || (version->features & CURL_VERSION_SSL) == 0) {
		library->curl_global_cleanup();
		return err_set(err, ERR_LOCAL, "libcurl %.20s is too old, or has no TLS (7.75 is needed)",
			version->version);
	}
	return true;
}

struct http_library *http_open(struct arena *arena, struct err *err) {
	struct http_library *library = arena_alloc(arena, sizeof *library);
	const char *missing = NULL;
	library->handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
	if (library->handle == NULL) {
		(void)err_set(err, ERR_LOCAL, "libcurl is not installed (libcurl.so.4, Debian: libcurl4)");
		return NULL;
	}
	if (!find_all(library, &missing)) {
		(void)err_set(err, ERR_LOCAL, "libcurl has no %s", missing);
		return NULL;
	}
	return start(library, err) ? library : NULL;
}

/* It stays mapped: the libraries behind it leave handlers for the end of the process. */
void http_close(struct http_library *library) {
	if (library != NULL) {
		library->curl_global_cleanup();
	}
}
