# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# fish completion for smtp-tls-finger, made of its table of options by generate.awk: do not edit.

function __smtp_tls_finger_findings
	set -l line (commandline -opc)
	$line[1] --list-findings 2>/dev/null | string match -r '^[a-z][a-z0-9-]*(?= )'
end

function __smtp_tls_finger_states
	for finding in (__smtp_tls_finger_findings)
		printf '%s\n' $finding={ok,info,warning,critical,unknown}
	end
end

complete -c smtp-tls-finger -f -a '(__fish_print_hostnames)'
complete -c smtp-tls-finger -s a -x -a 'any ipv4 ipv6' -d 'Family that is tried first'
complete -c smtp-tls-finger -s A -r -F -d 'Trust anchors'
complete -c smtp-tls-finger -s c -f -d 'Do not show the dialogue'
complete -c smtp-tls-finger -s C -f -d 'Show the certificates the server sent, in PEM'
complete -c smtp-tls-finger -s d -x -a 'sha256 sha384 sha512 sha1' -d 'Digest of fingerprints'
complete -c smtp-tls-finger -s f -f -d 'Look for TLSA records of hosts in unsigned zones, too'
complete -c smtp-tls-finger -s F -r -F -d 'Authorities to trust'
complete -c smtp-tls-finger -s g -x -a 'high medium null' -d 'Least cipher grade'
complete -c smtp-tls-finger -s h -x -a 'dns native dns,native' -d 'Where addresses come from'
complete -c smtp-tls-finger -s H -r -F -d 'Client keys and certificate chains'
complete -c smtp-tls-finger -s k -r -F -d 'Client certificate chain'
complete -c smtp-tls-finger -s K -r -F -d 'Client key'
complete -c smtp-tls-finger -s l -x -a 'none may encrypt fingerprint dane dane-only verify secure' -d 'What is demanded'
complete -c smtp-tls-finger -s L -x -a '(__fish_complete_list , '\''string split " " "none routine summary debug ssl-expert ssl-developer untrusted peercert certmatch verbose cache dane ssl-debug ssl-handshake-packet-dump ssl-session-packet-dump trace"'\'')' -d 'What is shown of TLS'
complete -c smtp-tls-finger -s m -x -d 'Reconnect at most that often'
complete -c smtp-tls-finger -s M -x -a 'dane encrypt may' -d 'What TLSA records count for behind an unsigned MX answer'
complete -c smtp-tls-finger -s o -x -a 'compatibility_level= dnssec_probe= enable_idna2003_compatibility= import_environment= inet_protocols= known_tcp_ports= line_length_limit= mydomain= myhostname= nameservers= smtp_tls_fingerprint_digest= smtputf8_enable= tcp_windowsize= tls_append_default_CA= tls_config_file= tls_config_name= tls_dane_digests= tls_disable_workarounds= tls_eecdh_auto_curves= tls_fast_shutdown_enable= tls_ffdhe_auto_groups= tls_high_cipherlist= tls_medium_cipherlist= tls_null_cipherlist= tls_ssl_options=' -d 'Parameter of main.cf'
complete -c smtp-tls-finger -s p -x -a '\>=TLSv1 \>=TLSv1.2 \>=TLSv1.3' -d 'TLS versions that are offered'
complete -c smtp-tls-finger -s P -x -a '(__fish_complete_directories)' -d 'Authorities to trust, with hash links'
complete -c smtp-tls-finger -s r -x -d 'Reconnect after that time'
complete -c smtp-tls-finger -s R -f -d 'Look up SRV records'
complete -c smtp-tls-finger -s s -x -a 'hostname nexthop' -d 'Name sent as SNI'
complete -c smtp-tls-finger -s S -f -d 'Speak LMTP'
complete -c smtp-tls-finger -s t -x -d 'Wait for a TCP connection'
complete -c smtp-tls-finger -s T -x -d 'Wait for a reply'
complete -c smtp-tls-finger -s v -f -d 'Show more, more often still more'
complete -c smtp-tls-finger -s w -f -d 'TLS from the first byte'
complete -c smtp-tls-finger -s x -f -d 'Accept raw public keys'
