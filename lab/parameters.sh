# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The parameters of the scenarios.  A line of the table is all that one takes:
# from it come the help, the default, the check, and what the guest is told.
# Sourced, after scripts/lib.sh.
#
# The check: MIN..MAX, a number; one:A,B, one of these words; any:A,B, some of
# these words; text, anything.

parameter_table()
{
	cat <<-'EOT'
	TASKS|16|1..1024|tasks that want the connection at once
	ROUNDS|5|1..1000|times that the server closes it
	DELAY_MS|50|0..5000|round-trip time
	VERS|3|one:3,4.0,4.1,4.2|NFS version: 3, 4.0, 4.1, 4.2
	FIREWALL|0|0..1|1: the client rejects what belongs to no connection
	OUTAGES||text|what the scenario outage does: VERS[xN][+firewall]/CAUSE each (all of them)
	OUTAGE_S|2|1..60|seconds that the server is away
	FAULTS||text|what goes wrong in the scenario recovery (all that it knows)
	TRIES|1|1..100|times that each fault is tried
	IDLE_S|5|0..600|seconds until an idle connection is closed; 0: the kernel's own five minutes
	CYCLES|50|1..10000|times that the module is loaded and unloaded
	DATA_SECONDS|60|1..604800|how long data is written and read
	DATA_VERS|3 4.0 4.1|any:3,4.0,4.1,4.2|with these NFS versions, one after another
	PATCHES|0001 0002|text|what the variant backport is fixed with; see patches/backport.sh --help
	BURST_TIMEOUT|90|1..3600|seconds after which a task counts as hung
	SCENARIO_TIMEOUT|600|10..700000|seconds after which a scenario is ended
	EOT
}

# All of their names.
parameter_names()
{
	parameter_table | cut -d'|' -f1
}

# parameter_help [NAME[=DEFAULT]...]: a line each, for a usage message; of all.
parameter_help()
{
	local want name default help

	# shellcheck disable=SC2046
	[ $# != 0 ] || set -- $(parameter_names)
	for want in "$@"; do
		IFS='|' read -r name default _ help < <(parameter_table | grep "^${want%%=*}|")
		[ "$want" = "$name" ] || default=${want#*=}
		[[ $default != *' '* ]] || default="\"$default\""
		printf '  %-22s %s\n' "$name=$default" "$help"
	done
}

# parameter_check NAME VALUE CHECK: or a usage error.
parameter_check()
{
	local word words=${3#*:}

	case $3 in
	text)	return ;;
	*..*)	need_number "$1" "$2" "${3%..*}" "${3#*..}"
		return ;;
	one:*)	set -- "$1" "$2" "$3" "$2" ;;
	any:*)	# shellcheck disable=SC2086
		set -- "$1" "$2" "$3" $2 ;;
	esac
	for word in "${@:4}"; do
		case ,$words, in
		*",$word,"*) ;;
		*)	usage_error "$1: ${words//,/ }; not '$word'" ;;
		esac
	done
}

# parameters [NAME=DEFAULT...]: sets, checks and exports all of them, as the
# environment has them; else these defaults, else those of the table.
parameters()
{
	local name default check

	for default in "$@"; do
		name=${default%%=*}
		[ -n "${!name:-}" ] || declare -g "$default"
	done
	while IFS='|' read -r name default check _; do
		[ -n "${!name:-}" ] || declare -g "$name=$default"
		parameter_check "$name" "${!name}" "$check"
		export "${name?}"
	done < <(parameter_table)
}

# parameters_for_guest: as a file of shell variables.
parameters_for_guest()
{
	local name

	for name in $(parameter_names); do
		printf '%s=%q\n' "$name" "${!name}"
	done
}
