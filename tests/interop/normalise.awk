# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# What posttls-finger 3.7 to 3.11 and smtp-tls-finger (which speaks as 3.12) may say differently, and nothing
# else. usage: awk -v side=theirs|ours -v version=3.7.11 -f normalise.awk. Rules for "theirs" turn the words of
# its version into 3.12's, so ours must say the latter. The version of a rule is the one that changed the text.

function number(v, part) {
	split(v, part, ".")
	return part[1] * 1000000 + part[2] * 1000 + part[3]
}

# Is theirs older than this version?
function before(v) {
	return number(version) < number(v)
}

function replace(from, to, at) {
	at = index($0, from)
	if (at > 0) {
		$0 = substr($0, 1, at - 1) to substr($0, at + length(from))
	}
}

# Random: the keys of sessions hash what is private to each program.
{ gsub(/&[0-9A-F]+ (in|to|from) (memory|client) cache/, "\\&KEY"); }

# Random: pointers, lengths and contents of packet dumps hold keys, and 3.8's client hello has other groups.
/^posttls-finger: [0-9a-f][0-9a-f][0-9a-f][0-9a-f] (-|[0-9a-f][0-9a-f])/ { next }
/^posttls-finger: (read from|write to) / {
	if (/=> -1\)$/) next # and whether the bytes were there at once is a matter of timing
	sub(/ [0-9A-F]+ \[[0-9A-F]+\] \([0-9]+ bytes => [0-9]+ \(0x[0-9A-F]+\)\)/, " ADDRESS [BUFFER] (N bytes)")
}

# 3.12 repeats the warning three or four times, 3.7 three times.
/ unknown -L option value / {
	if ($0 == unknown_word) next
	unknown_word = $0
}

side != "theirs" { print; next }

# 3.8: the port in "via HOST:PORT"; it is the port of the reason.
before("3.8") && /: Failed to establish session to .* via [^ ]*: / && match($0, /:[0-9]+(: [^:]*)?$/) {
	port = substr($0, RSTART + 1)
	sub(/:.*/, "", port)
	match($0, / via [^ ]*: /)
	$0 = substr($0, 1, RSTART + RLENGTH - 3) ":" port substr($0, RSTART + RLENGTH - 2)
}

# 3.8: the lists of ciphers leave out what nobody wants any more.
/TLS cipher list "/ {
	replace("\"aNULL:-aNULL:HIGH:MEDIUM:+RC4:@STRENGTH:", "\"aNULL:-aNULL:HIGH:MEDIUM:!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5:+RC4:@STRENGTH:")
	replace("\"aNULL:-aNULL:HIGH:@STRENGTH:", "\"aNULL:-aNULL:HIGH:!SEED:!IDEA:!3DES:!RC2:!RC4:!RC5:!kDH:!kECDH:!aDSS:!MD5:@STRENGTH:")
	replace("\"eNULL:!aNULL:", "\"eNULL:!kDH:!kECDH:!aDSS:!MD5:!aNULL:")
}

# 3.9: the words of the certificate line, and the log name in it in lower case.
/: subject_CN=.*, issuer_CN=.*, fingerprint=.*, pkey_fingerprint=/ {
	at = index($0, ": subject_CN=")
	$0 = tolower(substr($0, 1, at)) substr($0, at + 1)
	replace(", issuer_CN=", ", issuer=")
	replace(", fingerprint=", ", cert fingerprint=")
	replace(", pkey_fingerprint=", ", pkey fingerprint=")
}

# 3.9: usage knows -R and -x.
/^stderr: usage: / { replace("[-acCfSvw]", "[-acCfRSvwx]") }

# 3.10: the name of the group instead of the kind of key exchange.
/ TLS connection established to .* key-exchange / {
	replace("key-exchange X25519", "key-exchange x25519")
	replace("key-exchange X448", "key-exchange x448")
	replace("key-exchange ECDHE (prime256v1)", "key-exchange secp256r1")
	replace("key-exchange ECDHE (secp384r1)", "key-exchange secp384r1")
	replace("key-exchange ECDHE (secp521r1)", "key-exchange secp521r1")
	replace("key-exchange DHE (2048 bits)", "key-exchange ffdhe2048")
	replace("key-exchange DHE (3072 bits)", "key-exchange ffdhe3072")
}

# 3.10: a resumed session of TLS 1.3 does not tell the signature of the server.
/: Reconnecting after / { reused = saved = mismatch = 0 }
/: Reusing old session$/ { reused = 1 }
/ TLS connection established to / && reused { sub(/ server-signature .*/, "") }

# 3.10.4: a chain that is trusted while only the name is another one is called so.
before("3.10.4") && /certificate verification failed for .*: num=62:hostname mismatch$/ { mismatch = 1 }
/ Untrusted TLS connection established to / && mismatch { replace("Untrusted", "Trusted"); mismatch = 0 }

# 3.11: of the tickets of one connection only the first one is kept and told.
before("3.11") && /: save session .* to memory cache|: save session .*&KEY/ {
	if (saved) next
	saved = 1
}

# 3.12: what is not trusted may be more than a certificate.
/: re-using session with untrusted certificate, / { replace("untrusted certificate", "untrusted peer credential") }

# 3.12: groups that OpenSSL does not know are left out silently.
/: warning: ignoring unknown ECDHE curve / { next }

{ print }
