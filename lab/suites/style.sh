# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite style, 900 s: checkpatch, shellcheck, version conditions, the include graph

# checkpatch [--ignore TYPES] FILE...: exceptions have their reason in the file.
checkpatch()
{
	no_output perl "$kernel/source/scripts/checkpatch.pl" --no-tree \
		--strict --terse --show-types --no-summary "$@"
}

version_conditions()
{
	# shellcheck disable=SC2046
	no_output grep -nE '^[[:space:]]*#[[:space:]]*(el)?if.*(LINUX_VERSION_CODE|RHEL_RELEASE_CODE|CONFIG_X86|CONFIG_ARM)' \
		$(git ls-files '*.[ch]' | grep -v 'compat\.h$')
}

# From top to bottom: a file includes what is below its own layer, or beside it.
LAYERS="main status
probes gate settle
attempt
report
hooks inflight fault
connect_state affected compat"

# "FROM TO" for each unit of sunrpc_fix/ and what it includes, whatever a kernel's
# version or configuration would leave out.  trace.h is part of report.c, which makes
# code of it (CREATE_TRACE_POINTS).
include_graph()
{
	local dir=$OUT/style-includes file

	mkdir -p "$dir"
	for file in sunrpc_fix/*.[ch]; do
		grep '^ *# *include *"' "$file" >"$dir/${file#*/}" || :
	done
	(cd "$dir" && gcc -MM ./*.[ch]) | awk '
		{ for (i = 1; i <= NF; i++) {
			unit = $i
			sub(/\.[cho]:?$/, "", unit)
			sub(/^trace$/, "report", unit)
			if ($i ~ /:$/)
				from = unit
			else if (unit != "\\" && unit != from)
				print from, unit
		} }' | sort -u
}

one_way()
{
	local graph

	graph=$(include_graph) && [ -n "$graph" ] || return
	awk 'NR == FNR { for (i = 1; i <= NF; i++) layer[$i] = FNR; next }
	     { for (i = 1; i <= 2; i++)
			if (!layer[$i]) {
				print $i " is in no layer"
				wrong = 1
			}
	       if (layer[$1] > layer[$2]) {
			print $1 " includes " $2 ", which is above it"
			wrong = 1
	       } }
	     END { exit wrong }' <(echo "$LAYERS") <(echo "$graph") &&
	tsort <<<"$graph" >/dev/null
}

# But for what only packaging/ and other targets call.
help_is_complete()
{
	local target help status=0

	help=$(make help)
	for target in $(make -pn help | sed -n 's/^\.PHONY: //p'); do
		case $target in
		help|install-command|install-dkms-source|install-*load-order*|\
		install-module|install-softdep|install-dracut|install-kernel-hook|\
		uninstall-*)
			continue ;;
		esac
		grep -qE "^  ([a-z-]+, )*${target}[ ,]" <<<"$help" ||
			{ echo "make help does not name $target"; status=1; }
	done
	[ -n "${target:-}" ] && return $status
}

# Each counter of the one list (CONNECT_OUTCOMES, REPORT_EVENTS) and the two that
# are computed, in every place that explains them.
counters_are_explained()
{
	local counter place missing=0

	for counter in $(sed -n 's/^\tX(\([a-z_]*\),.*/\1/p' \
			sunrpc_fix/connect_state.h sunrpc_fix/report.h) \
			in_flight missed_hits; do
		for place in README.md sunrpc_fix/sunrpc_fix.4 \
				tools/sunrpc-fix/sunrpc-fix \
				tools/sunrpc-fix/test.sh; do
			grep -qw "$counter" "$place" && continue
			echo "$place does not know the counter $counter"
			missing=1
		done
	done
	[ $missing = 0 ] && [ -n "${counter:-}" ]
}

suite_style()
{
	local compat='sunrpc_\(fix\|repro\)/compat.h\|prove/kernel/\(compat\|points\).h' trace=sunrpc_fix/trace.h
	local questions=kunit_tests/connect_state_test.c
	local lists='sunrpc_fix/\(connect_state\|report\).h'
	local user_space='host_tests/.*\|lab/guest/.*\|prove/explorer/.*\|prove/prove.h\|tools/.*'

	need_packages shellcheck:shellcheck perl:perl git:git gcc:gcc
	kernel=$("$LAB/build/kernel.sh" 6.1) || return
	cd "$TREE" || return
	# shellcheck disable=SC2046
	try "checkpatch" checkpatch -f $(git ls-files '*.[ch]' |
		grep -vx -e $compat -e $trace -e $questions -e "$lists" \
			-e "$user_space")
	try "checkpatch $(basename $questions)" checkpatch -f $questions \
		--ignore MACRO_ARG_REUSE
	# shellcheck disable=SC2046
	try "checkpatch lists of counters" checkpatch -f $(git ls-files '*.h' |
		grep -x "$lists") --ignore COMPLEX_MACRO,MACRO_ARG_REUSE
	# No kernel types and macros in user space, or stand-ins for them.
	# shellcheck disable=SC2046
	try "checkpatch for user space" checkpatch -f \
		$(git ls-files '*.[ch]' | grep -x "$user_space") --ignore \
		PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,ARRAY_SIZE,NEW_TYPEDEFS,EXPORT_SYMBOL,MACRO_ARG_REUSE,SPACING,EMBEDDED_FUNCTION_NAME,LONG_LINE_STRING,CAMELCASE,LINUX_VERSION_CODE,IS_ENABLED_CONFIG,MEMORY_BARRIER,DEPRECATED_API,UNCOMMENTED_DEFINITION,BIT_MACRO
	# shellcheck disable=SC2046
	try "checkpatch compat.h" checkpatch -f $(git ls-files '*.h' |
		grep -x $compat) --ignore \
		LINUX_VERSION_CODE,CONSTANT_COMPARISON,DEPRECATED_API,MACRO_ARG_REUSE
	try "checkpatch trace.h" checkpatch -f $trace --ignore \
		PARENTHESIS_ALIGNMENT,OPEN_ENDED_LINE
	# shellcheck disable=SC2046
	try "shellcheck" shellcheck -x --severity=warning $({
		git ls-files '*.sh'
		git grep -lE '^#! ?/bin/(ba|busybox )?sh|^# shellcheck shell='; } | sort -u)
	try "every counter is explained" counters_are_explained
	try "version conditions in compat.h only" version_conditions
	try "make help names every target" help_is_complete
	try "sunrpc_fix includes one way, without a circle" one_way
}
