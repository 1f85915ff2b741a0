## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# programs and their man pages
libexec_PROGRAMS += plugins/check_smtp_tls
# Help and version are UNKNOWN, as the guidelines for plugins want it, and not 0; posttls-finger has neither.
AM_INSTALLCHECK_STD_OPTIONS_EXEMPT = plugins/check_smtp_tls plugins/smtp-tls-finger plugins/smtp-tls-fleet \
	$(bin_SCRIPTS) $(dist_hooks_SCRIPTS) $(dist_prometheus_SCRIPTS) \
	$(dist_recipes_SCRIPTS)
PLUGIN_OPTIONS = plugins/check_smtp_tls.d/settings.h \
	plugins/check_smtp_tls.d/option_table.c plugins/check_smtp_tls.d/option_table.h \
	plugins/check_smtp_tls.d/option_takers.c plugins/check_smtp_tls.d/option_takers.h \
	plugins/check_smtp_tls.d/option_destination.c \
	plugins/check_smtp_tls.d/option_destination.h \
	plugins/check_smtp_tls.d/option_hosts.c plugins/check_smtp_tls.d/option_hosts.h \
	plugins/check_smtp_tls.d/option_params.c plugins/check_smtp_tls.d/option_params.h \
	plugins/check_smtp_tls.d/option_extent.c plugins/check_smtp_tls.d/option_extent.h \
	plugins/check_smtp_tls.d/option_next.c \
	plugins/check_smtp_tls.d/option_issuers.c plugins/check_smtp_tls.d/option_issuers.h \
	plugins/check_smtp_tls.d/option_names.c plugins/check_smtp_tls.d/option_help.c \
	plugins/check_smtp_tls.d/option_values.c plugins/check_smtp_tls.d/option_values.h \
	plugins/check_smtp_tls.d/option_rules.c plugins/check_smtp_tls.d/option_rules.h \
	plugins/check_smtp_tls.d/options.c plugins/check_smtp_tls.d/options.h
# What both programs need at their ends: descriptors, signals, deadlines.
PLUGIN_COMMON = plugins/common/backstop.c plugins/common/backstop.h \
	plugins/common/descriptors.c plugins/common/descriptors.h \
	plugins/common/least_power.c plugins/common/least_power.h \
	plugins/common/memory.c plugins/common/memory.h \
	plugins/common/stack.c plugins/common/stack.h \
	plugins/common/write_all.c plugins/common/write_all.h
PLUGIN_OUTPUT = $(PLUGIN_COMMON) plugins/check_smtp_tls.d/output.c plugins/check_smtp_tls.d/output.h \
	plugins/check_smtp_tls.d/headway.c plugins/check_smtp_tls.d/headway.h \
	plugins/check_smtp_tls.d/trace.c plugins/check_smtp_tls.d/trace.h
plugins_check_smtp_tls_SOURCES = plugins/check_smtp_tls.c $(PLUGIN_OPTIONS) $(PLUGIN_OUTPUT)
plugins_check_smtp_tls_CPPFLAGS = $(AM_CPPFLAGS) -DISSUERS_FILE=\"$(pkgdatadir)/issuers.tsv\"
plugins_check_smtp_tls_LDADD = lib/libsmtptls.a $(PROGRAM_LIBS) $(CARES_LIBS)
# Read when a TLSA record names an issuer of a CA.
dist_pkgdata_DATA += plugins/issuers.tsv
dist_man_MANS += plugins/check_smtp_tls.1 plugins/smtp-tls-finger.1 plugins/smtp-tls-fleet.1 \
	plugins/smtp-tls-report.1

# One program of its parts; the version stands in one place.
REPORT_PARTS = plugins/smtp-tls-report.d/words.py plugins/smtp-tls-report.d/style.py plugins/smtp-tls-report.d/life.py \
	plugins/smtp-tls-report.d/domain.py plugins/smtp-tls-report.d/details.py plugins/smtp-tls-report.d/page.py \
	plugins/smtp-tls-report.d/reading.py plugins/smtp-tls-report.d/writing.py
REPORT_MAIN = plugins/smtp-tls-report.d/main.py
bin_SCRIPTS = plugins/smtp-tls-report
EXTRA_DIST += plugins/smtp-tls-report.d/join.awk $(REPORT_PARTS) $(REPORT_MAIN)
CLEANFILES += plugins/smtp-tls-report
plugins/smtp-tls-report: plugins/smtp-tls-report.d/join.awk $(REPORT_PARTS) $(REPORT_MAIN) config.status
	$(AM_V_GEN)cd $(srcdir) && LC_ALL=C $(AWK) -v version='$(PACKAGE_VERSION)' -f plugins/smtp-tls-report.d/join.awk \
		$(REPORT_MAIN) $(REPORT_PARTS) $(REPORT_MAIN) >$(abs_builddir)/$@.new
	@chmod 755 $@.new && mv -f $@.new $@

bin_PROGRAMS += plugins/smtp-tls-finger
FINGER_START = $(PLUGIN_COMMON) plugins/smtp-tls-finger.d/choices.c plugins/smtp-tls-finger.d/choices.h \
	plugins/smtp-tls-finger.d/command_line.c plugins/smtp-tls-finger.d/command_line.h \
	plugins/smtp-tls-finger.d/listener.c plugins/smtp-tls-finger.d/listener.h \
	plugins/smtp-tls-finger.d/log.c plugins/smtp-tls-finger.d/log.h \
	plugins/smtp-tls-finger.d/match.c plugins/smtp-tls-finger.d/match.h \
	plugins/smtp-tls-finger.d/place.c plugins/smtp-tls-finger.d/place.h \
	plugins/smtp-tls-finger.d/start_up.c plugins/smtp-tls-finger.d/start_up.h \
	plugins/smtp-tls-finger.d/tls_setup.c plugins/smtp-tls-finger.d/tls_setup.h \
	plugins/smtp-tls-finger.d/trace_file.c plugins/smtp-tls-finger.d/trace_file.h
plugins_smtp_tls_finger_SOURCES = plugins/smtp-tls-finger.c $(FINGER_START)
plugins_smtp_tls_finger_LDADD = lib/libsmtptls.a $(PROGRAM_LIBS) $(CARES_LIBS)

bin_PROGRAMS += plugins/smtp-tls-fleet
# Parts that tests take one by one: what is read, what was done before, what it came to.
FLEET_LISTS = plugins/smtp-tls-fleet.d/list_line.c plugins/smtp-tls-fleet.d/list_line.h \
	plugins/smtp-tls-fleet.d/list.c plugins/smtp-tls-fleet.d/list.h
FLEET_LINE = plugins/smtp-tls-fleet.d/list_line.c plugins/smtp-tls-fleet.d/list_line.h \
	plugins/smtp-tls-fleet.d/submit_config.c plugins/smtp-tls-fleet.d/submit_config.h \
	plugins/smtp-tls-fleet.d/fleet_options.c plugins/smtp-tls-fleet.d/fleet_options.h
FLEET_BEFORE = plugins/smtp-tls-fleet.d/name_set.c plugins/smtp-tls-fleet.d/name_set.h \
	plugins/smtp-tls-fleet.d/resume.c plugins/smtp-tls-fleet.d/resume.h \
	plugins/smtp-tls-fleet.d/worst.c plugins/smtp-tls-fleet.d/worst.h
FLEET_AFTER = plugins/smtp-tls-fleet.d/tally.c plugins/smtp-tls-fleet.d/tally.h \
	plugins/smtp-tls-fleet.d/ticker.c plugins/smtp-tls-fleet.d/ticker.h
FLEET_SUBMIT = plugins/smtp-tls-fleet.d/submit_answer.c plugins/smtp-tls-fleet.d/submit_answer.h \
	plugins/smtp-tls-fleet.d/submit_body.c plugins/smtp-tls-fleet.d/submit_body.h \
	plugins/smtp-tls-fleet.d/submit_config.c plugins/smtp-tls-fleet.d/submit_config.h
plugins_smtp_tls_fleet_SOURCES = plugins/smtp-tls-fleet.c $(PLUGIN_OPTIONS) \
	$(FLEET_LISTS) $(FLEET_BEFORE) $(FLEET_AFTER) \
	plugins/smtp-tls-fleet.d/fleet_options.c plugins/smtp-tls-fleet.d/fleet_options.h \
	plugins/common/descriptors.c plugins/common/descriptors.h \
	plugins/common/least_power.c plugins/common/least_power.h \
	plugins/common/memory.c plugins/common/memory.h \
	plugins/common/stack.c plugins/common/stack.h \
	plugins/common/write_all.c plugins/common/write_all.h \
	plugins/smtp-tls-fleet.d/emit.c plugins/smtp-tls-fleet.d/emit.h \
	plugins/smtp-tls-fleet.d/flow.c plugins/smtp-tls-fleet.d/flow_submit.c plugins/smtp-tls-fleet.d/flow.h \
	plugins/smtp-tls-fleet.d/outbox.c plugins/smtp-tls-fleet.d/outbox.h \
	plugins/smtp-tls-fleet.d/spool.c plugins/smtp-tls-fleet.d/spool.h \
	plugins/smtp-tls-fleet.d/stop.c plugins/smtp-tls-fleet.d/stop.h \
	plugins/smtp-tls-fleet.d/submit.c plugins/smtp-tls-fleet.d/submit.h \
	plugins/smtp-tls-fleet.d/submit_addresses.c plugins/smtp-tls-fleet.d/submit_addresses.h \
	$(FLEET_SUBMIT)
plugins_smtp_tls_fleet_CPPFLAGS = $(AM_CPPFLAGS) -DISSUERS_FILE=\"$(pkgdatadir)/issuers.tsv\"
plugins_smtp_tls_fleet_LDADD = lib/libsmtptls.a $(PROGRAM_LIBS) $(CARES_LIBS)
