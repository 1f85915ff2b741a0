/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside http: what libcurl exports, as far as we need it. */
#ifndef HTTP_HTTP_LIBRARY_H
#define HTTP_HTTP_LIBRARY_H

/* Its macros would check the types of calls by name; ours go through pointers. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include "http/http.h"

#define HTTP_LIBRARY_FUNCTIONS(X)                                                                  \
	X(curl_global_init)                                                                            \
	X(curl_global_cleanup)                                                                         \
	X(curl_version_info)                                                                           \
	X(curl_slist_append)                                                                           \
	X(curl_slist_free_all)                                                                         \
	X(curl_easy_init)                                                                              \
	X(curl_easy_setopt)                                                                            \
	X(curl_easy_getinfo)                                                                           \
	X(curl_easy_strerror)                                                                          \
	X(curl_easy_cleanup)                                                                           \
	X(curl_multi_init)                                                                             \
	X(curl_multi_setopt)                                                                           \
	X(curl_multi_add_handle)                                                                       \
	X(curl_multi_remove_handle)                                                                    \
	X(curl_multi_socket_action)                                                                    \
	X(curl_multi_timeout)                                                                          \
	X(curl_multi_info_read)                                                                        \
	X(curl_multi_cleanup)

#define HTTP_LIBRARY_FIELD(name) __typeof__ (&(name))(name);

struct http_library {
	void *handle;
	HTTP_LIBRARY_FUNCTIONS(HTTP_LIBRARY_FIELD)
};

#endif
