# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for smtp-tls-fleet, made of its table of options by generate.awk: do not edit.
# shellcheck shell=bash

_smtp_tls_fleet_findings() {
	"${COMP_WORDS[0]}" --list-findings 2>/dev/null | sed -n 's/^\([a-z][a-z0-9-]*\) .*/\1/p'
}

_smtp_tls_fleet() {
	local i=$COMP_CWORD text=${COMP_WORDS[COMP_CWORD]} option='' how=words words='' head='' attached='' last
	# put together what bash took apart at equals signs and colons
	while ((i > 1)) && [[ ${COMP_WORDS[i]} == [=:] || ${COMP_WORDS[i - 1]} == [=:] ]]; do
		i=$((i - 1))
		text=${COMP_WORDS[i]}$text
	done
	if [[ $text == --*=* ]]; then
		option=${text%%=*} text=${text#*=} attached=yes
	else
		option=${COMP_WORDS[i - 1]}
	fi
	case $option in
	--parallel) return ;;
	--connections) return ;;
	--per-address-rate) return ;;
	--resume) how=file ;;
	--max-age) words='90m 12h 7d' ;;
	--fail-on) words='unknown warning critical' ;;
	--summary) words='auto full line none' ;;
	--submit) words='icinga2=https://' ;;
	--submit-config) how=file ;;
	-p | --port) words='smtp submission submissions smtps lmtp' ;;
	-a | --address-family) words='any ipv4 ipv6' ;;
	--down-ok) how=host ;;
	--helo | --fqdn) return ;;
	-l | --level) words='none may encrypt dane dane-only fingerprint verify secure' ;;
	--match) words='hostname nexthop dot-nexthop' ;;
	-A | --trust-anchor) how=file ;;
	-F | --cafile) how=file ;;
	-P | --capath) how=folder ;;
	-d | --digest) words='sha256 sha384 sha512 sha1' ;;
	-s | --servername | --sni) words='hostname nexthop none' ;;
	-g | --ciphers) words='high medium null' ;;
	--protocols) words='>=TLSv1 >=TLSv1.2 >=TLSv1.3' ;;
	--chain-files) how=file ;;
	-k | --client-cert) how=file ;;
	-K | --private-key) how=file ;;
	-r | --reconnect) words='1 2 500ms' ;;
	-m | --max-reconnects) return ;;
	-o | --param) words='myhostname= inet_protocols= tls_medium_cipherlist= tls_high_cipherlist= tls_eecdh_auto_curves= tls_dane_digests= tls_ssl_options= tls_append_default_CA=' how=assignment ;;
	--mail-config) how=folder ;;
	-M | --insecure-mx-policy) words='dane encrypt may' ;;
	--nameserver) return ;;
	--host-lookup) words='dns native dns,native native,dns' ;;
	--dnssec-probe) words='ns:.' ;;
	--mta-sts) words='off dns check require' ;;
	-w | --warning) return ;;
	-c | --critical) return ;;
	-D | --certificate) words='14,7 25%,10% 36h,12h' ;;
	--rrsig) words='2d,12h 25%,6%' ;;
	--min-protocol) words='TLSv1 TLSv1.1 TLSv1.2 TLSv1.3' ;;
	--min-key) words='rsa:2048 rsa:3072 ec:224 ec:256' how=list ;;
	-e | --expect) return ;;
	--expect-ehlo) words='REQUIRETLS clear:AUTH' ;;
	--forbid-ehlo) words='REQUIRETLS clear:AUTH' ;;
	--expect-security) words='dane-ee dane-ta dane pkix sts tls' ;;
	--issuers) how=file ;;
	--state) how=state ;;
	--at) words='+14d' ;;
	-t | --timeout) return ;;
	--timeout-result) words='ok warning critical unknown' ;;
	--connect-timeout) return ;;
	--greeting-timeout) return ;;
	-T | --command-timeout) return ;;
	--dns-timeout) return ;;
	--output-format) words='line json openmetrics' ;;
	--perfdata) words='ranges plain none' ;;
	--explain) words=$(_smtp_tls_fleet_findings) ;;
	-h | --help) [[ -n $attached ]] && words='all table' || how=options ;;
	*) how=options ;;
	esac
	case $how in
	options)
		if [[ $text != -* ]]; then
			mapfile -t COMPREPLY < <(compgen -f -- "$text")
			compopt -o filenames 2>/dev/null
			return
		fi
		words='--parallel --connections --per-address-rate --first --resume --max-age --fail-on --summary --submit --submit-config --port --ipv4 --ipv6 --address-family --no-mx --srv --all --down-ok --dns-only --lmtp --wrapper --smtps --tls --helo --fqdn --level --match --trust-anchor --cafile --capath --no-default-ca --digest --servername --sni --ciphers --protocols --chain-files --client-cert --private-key --enable-rpk --key-types --pq-probe --reconnect --max-reconnects --param --mail-config --force-tlsa-lookup --insecure-mx-policy --nameserver --host-lookup --dnssec-probe --denial-probe --mta-sts --auth-servers --sender-view --warning --critical --certificate --rrsig --min-protocol --min-key --expect --expect-ehlo --forbid-ehlo --expect-security --issuers --state --at --timeout --timeout-result --connect-timeout --greeting-timeout --command-timeout --dns-timeout --output-format --perfdata --list-findings --explain --help --version'
		;;
	file)
		mapfile -t COMPREPLY < <(compgen -f -- "$text")
		compopt -o filenames 2>/dev/null
		return
		;;
	folder)
		mapfile -t COMPREPLY < <(compgen -d -- "$text")
		compopt -o filenames 2>/dev/null
		return
		;;
	host)
		mapfile -t COMPREPLY < <(compgen -A hostname -- "$text")
		return
		;;
	list) [[ $text != *,* ]] || head=${text%,*}, ;;
	state)
		if [[ $text == *=* ]]; then
			head=${text%=*}= words='ok info warning critical unknown'
		else
			words=$(_smtp_tls_fleet_findings | sed 's/$/=/')
			compopt -o nospace 2>/dev/null
		fi
		;;
	assignment) compopt -o nospace 2>/dev/null ;;
	esac
	last=${text#"$head"}
	mapfile -t COMPREPLY < <(compgen -P "$head" -W "$words" -- "$last")
	# bash replaces only what is behind the last equals sign or colon
	for head in = :; do
		if [[ $text == *$head* && $COMP_WORDBREAKS == *$head* ]]; then
			COMPREPLY=("${COMPREPLY[@]#"${text%"$head"*}$head"}")
		fi
	done
}

complete -F _smtp_tls_fleet smtp-tls-fleet
