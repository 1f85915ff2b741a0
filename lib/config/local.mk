## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/config: what the user writes elsewhere than in arguments
lib_libsmtptls_a_SOURCES += lib/config/ports.c lib/config/ports.h lib/config/known_ports.c \
	lib/config/compat_level.c lib/config/compat_level.h lib/config/macro.c lib/config/macro.h \
	lib/config/main_cf.c lib/config/main_cf.h \
	lib/config/postfix_table.c lib/config/postfix_table.h \
	lib/config/postfix_params.c lib/config/postfix_params.h \
	lib/config/idn.c lib/config/idn.h lib/config/idn_library.h
if HAVE_LIBIDN2
lib_libsmtptls_a_SOURCES += lib/config/idn_libidn2.c
else
lib_libsmtptls_a_SOURCES += lib/config/idn_missing.c
endif
