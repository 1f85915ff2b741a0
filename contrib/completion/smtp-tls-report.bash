# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for smtp-tls-report, made of its table of options by generate.awk: do not edit.
# shellcheck shell=bash

_smtp_tls_report_findings() {
	"${COMP_WORDS[0]}" --list-findings 2>/dev/null | sed -n 's/^\([a-z][a-z0-9-]*\) .*/\1/p'
}

_smtp_tls_report() {
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
	-o | --output) how=file ;;
	--title) return ;;
	--most) words='0 50 200 1000' ;;
	*) how=options ;;
	esac
	case $how in
	options)
		if [[ $text != -* ]]; then
			mapfile -t COMPREPLY < <(compgen -f -- "$text")
			compopt -o filenames 2>/dev/null
			return
		fi
		words='--output --title --most --version --help'
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
			words=$(_smtp_tls_report_findings | sed 's/$/=/')
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

complete -F _smtp_tls_report smtp-tls-report
