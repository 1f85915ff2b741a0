# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for check_smtp_tls
# "make install" puts it where bash-completion looks for check_smtp_tls, often
# /usr/share/bash-completion/completions; or source it from ~/.bashrc.

_check_smtp_tls() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words=
	# bash breaks words at the equals sign
	if [[ $cur == = ]]; then
		cur=
	elif [[ $prev == = && $COMP_CWORD -ge 2 ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	case $prev in
	-l | --level) words='none may encrypt dane dane-only fingerprint verify secure' ;;
	-a | --address-family) words='any ipv4 ipv6' ;;
	-r | --reconnect) words='1 2 500ms' ;;
	-p | --port) words='smtp submission submissions smtps lmtp' ;;
	--match) words='hostname nexthop dot-nexthop' ;;
	-s | --servername | --sni) words='hostname nexthop none' ;;
	-d | --digest) words='sha256 sha384 sha512 sha1' ;;
	-g | --ciphers) words='high medium null' ;;
	--protocols) words='>=TLSv1 >=TLSv1.2 >=TLSv1.3' ;;
	--expect-ehlo | --forbid-ehlo) words='REQUIRETLS clear:AUTH' ;;
	--expect-security) words='dane-ee dane-ta dane pkix tls' ;;
	--min-key) words='rsa:2048,ec:256 rsa:3072' ;;
	--min-protocol) words='TLSv1 TLSv1.1 TLSv1.2 TLSv1.3' ;;
	-M | --insecure-mx-policy) words='dane encrypt may' ;;
	--mta-sts) words='dns off' ;;
	--host-lookup) words='dns native dns,native native,dns' ;;
	--dnssec-probe) words='ns:.' ;;
	--log) words='routine certmatch untrusted verbose cache dane ssl-debug trace debug' ;;
	--output-format) words='line json openmetrics' ;;
	--perfdata) words='ranges plain none' ;;
	--timeout-result) words='ok warning critical unknown' ;;
	--explain)
		words=$("${COMP_WORDS[0]}" --list-findings 2>/dev/null | sed -n 's/^\([a-z][a-z-]*\) .*/\1/p')
		;;
	--state)
		words=$("${COMP_WORDS[0]}" --list-findings 2>/dev/null |
			sed -n 's/^\([a-z][a-z-]*\) .*/\1=/p')
		[[ $(type -t compopt) == builtin ]] && compopt -o nospace
		;;
	-A | --trust-anchor | --issuers | -F | --cafile | --next | --chain-files | -k | --client-cert | -K | --private-key)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-o | --param)
		words='myhostname= inet_protocols= tls_medium_cipherlist= tls_high_cipherlist=
			tls_eecdh_auto_curves= tls_dane_digests= tls_ssl_options= tls_append_default_CA='
		[[ $(type -t compopt) == builtin ]] && compopt -o nospace
		;;
	-P | --capath | --mail-config)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-H | --hostname | --down-ok)
		mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur")
		return
		;;
	-w | --warning | -c | --critical | -D | --certificate | --rrsig | -e | --expect | \
		-t | --timeout | --connect-timeout | --greeting-timeout | -T | --command-timeout | \
		--dns-timeout | --nameserver | --address | --helo | --fqdn | -m | --max-reconnects | --at)
		return
		;;
	*)
		words='--hostname --port --ipv4 --ipv6 --address-family --no-mx --srv --address
			--all --down-ok --dns-only --lmtp
			--wrapper --smtps --tls --helo --fqdn --level --match --trust-anchor --cafile
			--capath --no-default-ca --digest --servername --sni --ciphers --protocols
			--sender-view
			--chain-files --client-cert --private-key --enable-rpk --key-types
			--reconnect --max-reconnects --param --mail-config
			--force-tlsa-lookup --insecure-mx-policy --nameserver --host-lookup
			--dnssec-probe --auth-servers --denial-probe --mta-sts --next --warning --critical --certificate --rrsig --min-protocol
			--min-key --expect --expect-ehlo --forbid-ehlo --expect-security --issuers --state --at --timeout --timeout-result --connect-timeout
			--greeting-timeout --command-timeout --dns-timeout --output-format --perfdata
			--exit-ok --verbose --log --print-chain --list-findings --explain --help --version'
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _check_smtp_tls check_smtp_tls
