## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/io: the loop, and crowds of children
lib_libsmtptls_a_SOURCES += lib/io/crowd.c lib/io/crowd.h lib/io/loop.c lib/io/loop.h
