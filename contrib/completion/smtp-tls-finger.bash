# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for smtp-tls-finger
# "make install" puts it where bash-completion looks for smtp-tls-finger, often
# /usr/share/bash-completion/completions; or source it from ~/.bashrc.

_smtp_tls_finger() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words=
	case $prev in
	-a) words='any ipv4 ipv6' ;;
	-d) words='sha256 sha384 sha512 sha1' ;;
	-g) words='high medium null' ;;
	-h) words='dns native dns,native' ;;
	-l) words='none may encrypt fingerprint dane dane-only verify secure' ;;
	-L)
		# the last word of a list
		local head=
		[[ $cur == *,* ]] && head=${cur%,*},
		words='none routine summary debug ssl-expert ssl-developer untrusted peercert certmatch verbose
			cache dane ssl-debug ssl-handshake-packet-dump ssl-session-packet-dump trace'
		mapfile -t COMPREPLY < <(compgen -P "$head" -W "$words" -- "${cur##*,}")
		return
		;;
	-M) words='dane encrypt may' ;;
	-o)
		words='compatibility_level= dnssec_probe= enable_idna2003_compatibility= import_environment=
			inet_protocols= known_tcp_ports= line_length_limit= mydomain= myhostname= nameservers=
			smtp_tls_fingerprint_digest= smtputf8_enable= tcp_windowsize= tls_append_default_CA=
			tls_config_file= tls_config_name= tls_dane_digests= tls_disable_workarounds=
			tls_eecdh_auto_curves= tls_fast_shutdown_enable= tls_ffdhe_auto_groups=
			tls_high_cipherlist= tls_medium_cipherlist= tls_null_cipherlist= tls_ssl_options='
		[[ $(type -t compopt) == builtin ]] && compopt -o nospace
		;;
	-p) words='>=TLSv1 >=TLSv1.2 >=TLSv1.3' ;;
	-s) words='hostname nexthop' ;;
	-A | -F | -H | -k | -K)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	-P)
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	-m | -r | -t | -T) return ;;
	*)
		if [[ $cur != -* ]]; then
			mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur")
			return
		fi
		words='-a -A -c -C -d -f -F -g -h -H -k -K -l -L -m -M -o -p -P -r -R -s -S -t -T -v -w -x'
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _smtp_tls_finger smtp-tls-finger
