# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for smtp-tls-finger, made of its table of options by generate.awk: do not edit.
# shellcheck shell=bash

_smtp_tls_finger_findings() {
	"${COMP_WORDS[0]}" --list-findings 2>/dev/null | sed -n 's/^\([a-z][a-z0-9-]*\) .*/\1/p'
}

_smtp_tls_finger() {
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
	-a) words='any ipv4 ipv6' ;;
	-A) how=file ;;
	-d) words='sha256 sha384 sha512 sha1' ;;
	-F) how=file ;;
	-g) words='high medium null' ;;
	-h) words='dns native dns,native' ;;
	-H) how=file ;;
	-k) how=file ;;
	-K) how=file ;;
	-l) words='none may encrypt fingerprint dane dane-only verify secure' ;;
	-L) words='none routine summary debug ssl-expert ssl-developer untrusted peercert certmatch verbose cache dane ssl-debug ssl-handshake-packet-dump ssl-session-packet-dump trace' how=list ;;
	-m) return ;;
	-M) words='dane encrypt may' ;;
	-o) words='compatibility_level= dnssec_probe= enable_idna2003_compatibility= import_environment= inet_protocols= known_tcp_ports= line_length_limit= mydomain= myhostname= nameservers= smtp_tls_fingerprint_digest= smtputf8_enable= tcp_windowsize= tls_append_default_CA= tls_config_file= tls_config_name= tls_dane_digests= tls_disable_workarounds= tls_eecdh_auto_curves= tls_fast_shutdown_enable= tls_ffdhe_auto_groups= tls_high_cipherlist= tls_medium_cipherlist= tls_null_cipherlist= tls_ssl_options=' how=assignment ;;
	-p) words='>=TLSv1 >=TLSv1.2 >=TLSv1.3' ;;
	-P) how=folder ;;
	-r) return ;;
	-s) words='hostname nexthop' ;;
	-t) return ;;
	-T) return ;;
	*) how=options ;;
	esac
	case $how in
	options)
		if [[ $text != -* ]]; then
			mapfile -t COMPREPLY < <(compgen -A hostname -- "$text")
			return
		fi
		words='-a -A -c -C -d -f -F -g -h -H -k -K -l -L -m -M -o -p -P -r -R -s -S -t -T -v -w -x'
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
			words=$(_smtp_tls_finger_findings | sed 's/$/=/')
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

complete -F _smtp_tls_finger smtp-tls-finger
