## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/http: requests over HTTPS
lib_libsmtptls_a_SOURCES += lib/http/http.h lib/http/http_words.c
if HAVE_LIBCURL
lib_libsmtptls_a_SOURCES += lib/http/http_library.c lib/http/http_library.h \
	lib/http/http_client.c lib/http/http_client.h lib/http/http_request.c
else
lib_libsmtptls_a_SOURCES += lib/http/http_missing.c
endif
