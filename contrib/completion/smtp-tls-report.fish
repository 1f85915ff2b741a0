# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# fish completion for smtp-tls-report, made of its table of options by generate.awk: do not edit.

function __smtp_tls_report_findings
	set -l line (commandline -opc)
	$line[1] --list-findings 2>/dev/null | string match -r '^[a-z][a-z0-9-]*(?= )'
end

function __smtp_tls_report_states
	for finding in (__smtp_tls_report_findings)
		printf '%s\n' $finding={ok,info,warning,critical,unknown}
	end
end

complete -c smtp-tls-report -F
complete -c smtp-tls-report -s o -l output -r -F -d 'Where the page goes'
complete -c smtp-tls-report -l title -x -d 'Heading of the page'
complete -c smtp-tls-report -l most -x -a '0 50 200 1000' -d 'Domains with details, the worst first'
complete -c smtp-tls-report -s V -l version -f -d 'Show the version'
complete -c smtp-tls-report -s h -l help -f -d 'Show help'
