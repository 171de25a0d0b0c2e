# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite style, 900 s: checkpatch, shellcheck, no version conditions outside compat.h

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

suite_style()
{
	local compat='sunrpc_\(fix\|repro\)/compat.h' trace=sunrpc_fix/trace.h
	local questions=kunit_tests/connect_state_test.c
	local lists='sunrpc_fix/\(connect_state\|report\).h'
	local user_space='host_tests/.*\|lab/guest/.*\|tools/.*'

	need_packages shellcheck:shellcheck perl:perl git:git
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
		PREFER_KERNEL_TYPES,PREFER_DEFINED_ATTRIBUTE_MACRO,ARRAY_SIZE,NEW_TYPEDEFS,EXPORT_SYMBOL,MACRO_ARG_REUSE,SPACING,EMBEDDED_FUNCTION_NAME,LONG_LINE_STRING,CAMELCASE
	# shellcheck disable=SC2046
	try "checkpatch compat.h" checkpatch -f $(git ls-files '*.h' |
		grep -x $compat) --ignore \
		LINUX_VERSION_CODE,CONSTANT_COMPARISON,DEPRECATED_API,MACRO_ARG_REUSE
	try "checkpatch trace.h" checkpatch -f $trace --ignore \
		PARENTHESIS_ALIGNMENT,OPEN_ENDED_LINE
	# shellcheck disable=SC2046
	try "shellcheck" shellcheck -x --severity=warning $(git ls-files '*.sh' lab/guest/init \
		lab/guest/initramfs-init .ci/run)
	try "version conditions in compat.h only" version_conditions
}
