## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/base: values without a world
lib_libsmtptls_a_SOURCES += \
	lib/base/arena.c lib/base/arena.h \
	lib/base/ascii.h \
	lib/base/chains.c lib/base/chains.h \
	lib/base/clock.c lib/base/clock.h \
	lib/base/cursor.c lib/base/cursor.h \
	lib/base/distance.c lib/base/distance.h \
	lib/base/err.c lib/base/err.h \
	lib/base/event.h \
	lib/base/habits.c lib/base/habits.h \
	lib/base/held_up.h \
	lib/base/kept.c lib/base/kept.h \
	lib/base/keywords.c lib/base/keywords.h lib/base/nearest.c lib/base/nearest.h \
	lib/base/phrase.c lib/base/phrase.h \
	lib/base/span.c lib/base/span.h \
	lib/base/text.c lib/base/text.h lib/base/text_escape.c \
	lib/base/utc.c lib/base/utc.h
