## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# lib/render: texts for people and consumers
lib_libsmtptls_a_SOURCES += \
	lib/render/words.c lib/render/words.h lib/render/node_words.c \
	lib/render/formats.c lib/render/formats.h lib/render/json.c lib/render/json.h \
	lib/render/json_auth.c lib/render/json_announced.c lib/render/json_facts.c lib/render/json_facts.h lib/render/render_json.c \
	lib/render/openmetrics.h lib/render/render_openmetrics.c lib/render/senders.c lib/render/senders.h \
	lib/render/perfdata.c \
	lib/render/render_plugin.c lib/render/render_plugin.h \
	lib/render/render_explanation.c \
	lib/render/lines.c lib/render/lines.h \
	lib/render/record_lines.c \
	lib/render/finger_chain.c \
	lib/render/finger_dump.c \
	lib/render/finger_line.c lib/render/finger_line.h \
	lib/render/finger_session.c \
	lib/render/finger_tls.c \
	lib/render/finger_words.c lib/render/finger_words.h \
	lib/render/render_finger.c lib/render/render_finger.h
