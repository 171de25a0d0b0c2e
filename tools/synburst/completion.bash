# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Completion of synburst's options, interfaces and capture files.

_synburst()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}

	COMPREPLY=()
	case $before in
	-i|--interface)
		mapfile -t COMPREPLY < <(compgen -W "any $(ls /sys/class/net)" \
			-- "$word")
		return ;;
	-t|--time|-w|--window|-m|--max-conversations)
		return ;;
	esac
	case $word in
	-*)	mapfile -t COMPREPLY < <(compgen -W "--all --json --ladder --svg
			--interface --time --window --max-conversations --version --help" \
			-- "$word") ;;
	*)	mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
	esac
}

complete -o filenames -F _synburst synburst
