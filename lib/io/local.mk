## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/io: the loop, crowds of children, files, and a clock that stands while we do
lib_libsmtptls_a_SOURCES += lib/io/crowd.c lib/io/crowd.h lib/io/file.c lib/io/file.h lib/io/loop.c lib/io/loop.h lib/io/stall.c lib/io/stall.h
