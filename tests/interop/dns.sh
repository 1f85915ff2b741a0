# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# nsd serves the zones; one unbound validates them from our own root key, another does not validate.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by lab.sh. The validating one also answers on port 53, for programs that read resolv.conf.

RESOLVER=127.0.53.3
RESOLVER_PORT=5353
LAX_RESOLVER=127.0.53.4
NO_RESOLVER=127.0.53.98

dns_nsd_config() {
	cat <<END
server:
	ip-address: $NS_ADDR@53
	username: ""
	server-count: 1
	database: ""
	zonesdir: "$LAB/zones"
	pidfile: "$LAB/nsd.pid"
	xfrdfile: "$LAB/xfrd.state"
	xfrdir: "$LAB"
	zonelistfile: "$LAB/zone.list"
	rrl-ratelimit: 0
remote-control:
	control-enable: no
zone:
	name: "."
	zonefile: "root.signed"
END
	for nsd_zone in test signed.test bogus.test expired.test nodenial.test dslost.test optout.test soon.test unsigned.test; do
		printf 'zone:\n\tname: "%s"\n\tzonefile: "%s.signed"\n' "$nsd_zone" "$nsd_zone"
	done
}

# dns_unbound_config NAME ADDRESS MODULES
dns_unbound_config() {
	cat <<END
server:
	directory: "$LAB"
	chroot: ""
	username: ""
	pidfile: "$LAB/$1.pid"
	use-syslog: no
	logfile: ""
	do-daemonize: no
	num-threads: 1
	interface: $2
	interface: $2@$RESOLVER_PORT
	port: 53
	do-ip6: yes
	do-not-query-localhost: no
	access-control: 127.0.0.0/8 allow
	access-control: ::1/128 allow
	root-hints: "$LAB/root.hints"
	local-zone: "test." nodefault
	module-config: "$3"
	ede: yes
	val-log-level: 2
	minimal-responses: no
	rrset-roundrobin: no
END
	case $3 in
	validator*) printf '\ttrust-anchor-file: "%s"\n\tinterface: ::1@%s\n' "$LAB/zones/root.key" "$RESOLVER_PORT" ;;
	esac
	printf 'remote-control:\n\tcontrol-enable: no\n'
}

# Copies run under our own path, where the host's AppArmor profile for /usr/sbin/unbound does not hold.
dns_start() {
	mkdir -p "$LAB/bin" || return 1
	cp "$(command -v unbound)" "$LAB/bin/unbound" && cp "$(command -v nsd)" "$LAB/bin/nsd" || return 1
	printf '. 3600 IN NS a.ns.test.\na.ns.test. 3600 IN A %s\n' "$NS_ADDR" >"$LAB/root.hints"
	dns_nsd_config >"$LAB/nsd.conf"
	dns_unbound_config unbound "$RESOLVER" "validator iterator" >"$LAB/unbound.conf"
	dns_unbound_config lax "$LAX_RESOLVER" "iterator" >"$LAB/lax.conf"
	start nsd "$LAB/bin/nsd" -d -c "$LAB/nsd.conf"
	start unbound "$LAB/bin/unbound" -d -c "$LAB/unbound.conf"
	start lax "$LAB/bin/unbound" -d -c "$LAB/lax.conf"
	wait_for 60 dns_answers "$RESOLVER" && wait_for 60 dns_answers "$LAX_RESOLVER"
}

dns_answers() {
	dig +time=1 +tries=1 +short "@$1" . NS | grep -q a.ns.test
}
