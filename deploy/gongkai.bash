# Completion of gongkai for bash: verbs, and the flags that `gongkai VERB --help` prints.
_gongkai() {
	local word=${COMP_WORDS[COMP_CWORD]} verb=${COMP_WORDS[1]}
	if [ "$COMP_CWORD" -eq 1 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$(gongkai --help 2>/dev/null | sed -n 's/^  \([a-z]*\)  .*/\1/p') --help --version" -- "$word")
	elif [[ $word == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(gongkai "$verb" --help 2>/dev/null | sed -n 's/^  \(--\{0,1\}[a-z-]*\).*/\1/p')" -- "$word")
	elif [ "$verb" = dead ] && [ "$COMP_CWORD" -eq 2 ]; then
		mapfile -t COMPREPLY < <(compgen -W "list show body requeue discard" -- "$word")
	else
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
	fi
}
complete -o filenames -F _gongkai gongkai
