## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# contrib: nothing compiled
EXTRA_DIST += contrib/packages.sh contrib/quickstart contrib/run-tests .ci/run

# What a package may put where its system wants it, and what shells find by themselves.
icinga2dir = $(docdir)/examples/icinga2
dist_icinga2_DATA = contrib/icinga2/smtp_tls.conf contrib/icinga2/smtp_tls_services.conf \
	contrib/icinga2/smtp_tls_fleet.conf contrib/icinga2/smtp_tls_fleet_zones.conf
EXTRA_DIST += contrib/icinga2/itl/generate.awk contrib/icinga2/itl/smtp_tls.conf contrib/icinga2/itl/smtp_tls.md
nagiosdir = $(docdir)/examples/nagios
dist_nagios_DATA = contrib/nagios/check_smtp_tls.cfg contrib/nagios/check_smtp_tls_services.cfg
prometheusdir = $(docdir)/examples/prometheus
dist_prometheus_SCRIPTS = contrib/prometheus/smtp-tls-metrics
dist_prometheus_DATA = contrib/prometheus/smtp_tls.rules.yml contrib/prometheus/smtp_tls.test.yml
systemddir = $(docdir)/examples/systemd
dist_systemd_DATA = contrib/systemd/smtp-tls-metrics.service contrib/systemd/smtp-tls-metrics.timer \
	contrib/systemd/smtp-tls-fleet.service contrib/systemd/smtp-tls-fleet.timer
grafanadir = $(docdir)/examples/grafana
dist_grafana_DATA = contrib/grafana/smtp_tls_prometheus.json contrib/grafana/smtp_tls_influxdb.json \
	contrib/grafana/smtp_tls_graphite.json
EXTRA_DIST += contrib/grafana/generate
recipesdir = $(docdir)/examples/recipes
dist_recipes_SCRIPTS = contrib/recipes/checkmk_local contrib/recipes/uptime-kuma
dist_recipes_DATA = contrib/recipes/checkmk_mrpe.cfg contrib/recipes/nrpe.cfg contrib/recipes/zabbix.conf
apparmordir = $(docdir)/examples/apparmor
dist_apparmor_DATA = contrib/apparmor/check_smtp_tls
EXTRA_DIST += contrib/packaging/debian contrib/packaging/rpm/check_smtp_tls.spec contrib/packaging/alpine/APKBUILD
hooksdir = $(docdir)/examples/hooks
dist_hooks_SCRIPTS = contrib/hooks/smtp-tls-deploy
dist_hooks_DATA = contrib/hooks/check_smtp_tls.sh
schemadir = $(pkgdatadir)/schema
dist_schema_DATA = contrib/schema/check_smtp_tls.schema.json
completiondir = $(datadir)/bash-completion/completions
dist_completion_DATA = contrib/completion/check_smtp_tls.bash contrib/completion/smtp-tls-finger.bash \
	contrib/completion/smtp-tls-fleet.bash contrib/completion/smtp-tls-report.bash
zshdir = $(datadir)/zsh/site-functions
dist_zsh_DATA = contrib/completion/_check_smtp_tls contrib/completion/_smtp-tls-finger \
	contrib/completion/_smtp-tls-fleet contrib/completion/_smtp-tls-report
fishdir = $(datadir)/fish/vendor_completions.d
dist_fish_DATA = contrib/completion/check_smtp_tls.fish contrib/completion/smtp-tls-finger.fish \
	contrib/completion/smtp-tls-fleet.fish contrib/completion/smtp-tls-report.fish
EXTRA_DIST += contrib/completion/generate contrib/completion/generate.awk contrib/completion/smtp-tls-finger.table \
	contrib/completion/smtp-tls-report.table

# They are written from the table of options when that has changed, and lint looks whether they were.
.PHONY: completion
completion: plugins/check_smtp_tls plugins/smtp-tls-fleet
	AWK='$(AWK)' $(SHELL) $(srcdir)/contrib/completion/generate plugins/check_smtp_tls $(srcdir)/contrib/completion

.PHONY: itl
itl:
	$(AWK) -f $(srcdir)/contrib/icinga2/itl/generate.awk -v form=conf $(srcdir)/contrib/icinga2/smtp_tls.conf \
		>$(srcdir)/contrib/icinga2/itl/smtp_tls.conf
	$(AWK) -f $(srcdir)/contrib/icinga2/itl/generate.awk -v form=doc $(srcdir)/contrib/icinga2/smtp_tls.conf \
		>$(srcdir)/contrib/icinga2/itl/smtp_tls.md
