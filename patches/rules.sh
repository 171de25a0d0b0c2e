# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Semantic patches, one function each: how a rule is applied, and how its result
# is brought into the form that a person would have typed. Sourced, never run.
#
# The head of a rule says File (the first one that has the structure), Function,
# and, if need be, Stale: a comment that stands above a line that goes, and goes
# with it. A rule in backport/ has two parts: what the function looks like with
# the change, whose last rule is called "found", and the change, which depends on it
# not being found. So it does nothing where it has been applied.

RULES_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# rule_header RULE NAME
rule_header()
{
	sed -n "s|^// $2: *||p" "$1"
}

# rule_name RULE: as people are told it.
rule_name()
{
	local dir=${1%/*} name=${1##*/}

	echo "${dir##*/}/${name%.cocci}"
}

# rule_mark RULE: that as an identifier.
rule_mark()
{
	local name

	name=$(rule_name "$1")
	echo "has_${name//[^[:alnum:]]/_}"
}

# rule_file RULE DIRECTORY: the file below DIRECTORY that the rule is for.
rule_file()
{
	local name file

	name=$(rule_header "$1" Function)
	for file in $(rule_header "$1" File); do
		case $name in
		struct*)
			! grep -Eqzs "${name% (*}[[:space:]]*\{" "$2/$file" || break ;;
		*)	break ;;
		esac
	done
	echo "$file"
}

# spatch_file RULES FILE OUT LOG: 0 changed, 1 nothing to change, 2 spatch failed.
spatch_file()
{
	rm -f "$3"
	if ! spatch --very-quiet --no-includes --max-width 80 --sp-file "$1" \
	     "$2" -o "$3" >"$4" 2>&1 && ! grep -q 'no modified files' "$4"; then
		return 2
	fi
	[ -f "$3" ] && ! cmp -s "$2" "$3"
}

# rule_apply RULE FILE LOG: FILE is changed, by all of the pattern or not at all.
# Status as of spatch_file().
rule_apply()
{
	local status=0

	spatch_file "$1" "$2" "$2.new" "$3" || status=$?
	if [ $status = 0 ]; then
		perl "$RULES_DIR/tidy.pl" "$1" "$2" "$2.new" >"$2.tidy"
		cat "$2.tidy" >"$2"
	fi
	rm -f "$2.new" "$2.tidy"
	return $status
}

# rule_named RULE MARK: its text, with names of its own, so that several rules can
# go into one run of spatch.
rule_named()
{
	perl -0pe 'BEGIN { $mark = shift }
		for my $name (grep { $_ ne "depends" } /^\@([a-z]+)/mg) {
			s/\b$name\b/${name}_$mark/g
		}' "$2" "$1"
	echo
}

# The part of a rule that finds its change, and then a mark in the function.
finder()
{
	local function

	rule_named "$1" "$2" | sed '/^@depends on !found/,$d'
	printf '@depends on found_%s@\n@@\n' "$2"
	function=$(rule_header "$1" Function)
	case $function in
	struct*) printf ' %s {\n+int %s;\n ...\n };\n\n' "${function% (*}" "$2" ;;
	*)	 printf ' %s(...)\n {\n+%s;\n ...\n }\n\n' "${function%% *}" "$2" ;;
	esac
}

# rules_found DIRECTORY WORK RULE...: of these, the names of those whose change
# the tree in DIRECTORY has. One run of spatch for each file.
rules_found()
{
	local dir=$1 work=$2 rule file mark
	local -A finders=() marks=()
	shift 2

	for rule in "$@"; do
		mark=$(rule_mark "$rule")
		file=$dir/$(rule_file "$rule" "$dir")
		[ ! -f "$file" ] || finders[$file]+=$(finder "$rule" "$mark")$'\n\n'
		marks[$mark]=$rule
	done
	: >"$work/marked"
	for file in "${!finders[@]}"; do
		printf '%s' "${finders[$file]}" >"$work/find.cocci"
		if spatch_file "$work/find.cocci" "$file" "$work/found.c" \
		   "$work/find.log"; then
			cat "$work/found.c" >>"$work/marked"
		fi
	done
	# Nothing found is an answer, too.
	{ grep -o '\<has_[0-9]\w*;' "$work/marked" || :; } |
		while IFS=\; read -r mark _; do
			rule_name "${marks[$mark]}"
		done
}
