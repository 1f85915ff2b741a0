# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: zsh -f completion.zsh FOLDER LINE
# Prints what zsh offers for a line, with the completion functions of a folder: a shell on a terminal of its
# own, in which compadd writes down what it is given.
zmodload zsh/zpty
hits=$(mktemp)
start=$(mktemp)
cat >$start <<'END'
PROMPT=
autoload -U compinit
compinit -u -D
bindkey '^M' undefined
bindkey '^J' undefined
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
compadd() {
	if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
		builtin compadd "$@"
		return
	fi
	local -a found
	builtin compadd -A found "$@"
	(($#found)) || return 1
	printf "$IPREFIX%s\n" $found >>$hits
}
leave() {
	exit
}
comppostfuncs=(leave)
print ready
END
zpty z "zsh -f -i"
zpty -w z "hits=$hits fpath=($1 \$fpath); source $start"
zpty -r -m z answer '*ready*'
zpty -w -n z "$2"$'\t'
while zpty -r z; do :; done >/dev/null
cat $hits
rm -f $hits $start
