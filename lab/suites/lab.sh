# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite lab, 300 s: the lab itself: limits, skips, parameters, complaints, lab/README.md

# check STATUS TEXT ENVIRONMENT... SUITE: what check.sh says of a suite of
# suite_for_check().
check()
{
	local want=$1 text=$2 got=0 said
	shift 2

	said=$(env SUITES_DIR="$OUT/lab-suites" OUT="$OUT/lab-check" "${@:1:$#-1}" \
		"$LAB/check.sh" "${@: -1}" 2>&1) || got=$?
	echo "$said"
	[ $got = "$want" ] && grep -qF -e "$text" <<<"$said"
}

# suite_for_check NAME LIMIT COMMAND
suite_for_check()
{
	mkdir -p "$OUT/lab-suites"
	cat >"$OUT/lab-suites/$1.sh" <<-EOT
	# Suite $1, $2 s: for this test
	suite_$1() { try "passes" true; $3; }
	EOT
}

# Of what it has started, in a process group of its own or not.
nothing_runs_on()
{
	local pid

	for pid in $(cat "$OUT"/lab-hangs-{bash,sh}); do
		echo "$pid"
		[ ! -e "/proc/$pid/exe" ] || return
	done
}

# refuses TEXT NAME=VALUE
refuses()
{
	local got=0 said

	said=$(env "$2" "$LAB/run.sh" --check 2>&1) || got=$?
	echo "$said"
	[ $got = 2 ] && grep -qF -e "$1" <<<"$said"
}

# Each parameter's default passes its own check, and stands in the help.
defaults_pass()
{
	local name

	for name in $(. "$LAB/parameters.sh"; parameter_names); do
		echo "$name"
		env -u "$name" "$LAB/run.sh" --check || return
		"$LAB/run.sh" --help | grep -q "^  $name=" || return
	done
	[ -n "$name" ]
}

# lab/README.md shows that scenario as it is, and suites run it.
first_scenario()
{
	local shown

	shown=$(sed -n '/^    #!/,/^[^ ]/ { /^[^ ]/d; s/^    //; p }' "$LAB/README.md")
	diff <(echo "$shown") "$LAB/scenarios/first.sh" &&
	"$LAB/run.sh" --check first &&
	grep -q '^	scenarios .* first\b' "$LAB"/suites/*.sh
}

# What lab/README.md names is there.
readme_is_true()
{
	local word status=0

	for word in $(grep -o '`\(lab\|scripts\)/[a-zA-Z_./-]*`' "$LAB/README.md" | tr -d '`'); do
		[ -e "$TREE/$word" ] || { echo "no $word"; status=1; }
	done
	for word in $(sed -n '/^## Helpers/,/^## /s/^| `\([a-z_]*\).*/\1/p' "$LAB/README.md"); do
		grep -q "^$word()" "$LAB"/guest/*.sh || { echo "no $word()"; status=1; }
	done
	[ -n "$word" ] && return $status
}

# complains RELEASE TEXT...: of this log.
complains()
{
	local said

	said=$(. "$LAB/complaints.sh"; printf '%s\n' "${@:2}" | kernel_complaints "$1")
	echo "$said"
	[ -n "$said" ]
}

# Of one's own kernel of that release: the warning itself is known, and hides
# nothing that follows it, whether it has an end or not.
warning_is_known()
{
	local warning=("------------[ cut here ]------------"
		"WARNING: CPU: 1 PID: 0 at net/core/skbuff.c:4105 skb_try_coalesce+0x3a/0x410()"
		"Call Trace:" " [<ffffffff8103f5d2>] ? warn_slowpath_null+0x12/0x20")
	local end="---[ end trace 0123456789abcdef ]---"

	! complains 4.1.6 "${warning[@]}" "$end" &&
	complains 4.1.6 "${warning[@]}" "$end" "Call Trace:" &&
	complains 4.1.6 "${warning[@]}" "BUG: unable to handle kernel paging request" &&
	complains 4.1.6 "${warning[@]}" "WARNING: CPU: 1 PID: 0 at net/sunrpc/xprt.c:1" &&
	complains 4.19.6 "${warning[@]}" "$end" &&
	complains "" "${warning[@]}" "$end"
}

suite_lab()
{
	cat >"$OUT/lab-hangs" <<-'EOT'
	echo $$ >"$0-bash"
	timeout 600 sh -c 'echo $$ >"$0-sh"; sleep 600' "$0"
	EOT
	suite_for_check hangs 3 "try hangs bash $OUT/lab-hangs"
	try "a suite that does not end is ended" \
		check 1 "hangs: not done within 3 s, which is its limit" hangs
	try "with all that it had started" nothing_runs_on
	suite_for_check skips 60 'skip "this" "it cannot be had"'
	try "a skipped test is shown" check 0 "skips: 1 passed, 0 failed, 1 skipped" \
		CI=false skips
	try "and fails where CI=true" check 1 "1 passed, 1 failed, 0 skipped" CI=true skips
	suite_for_check ends 60 'exit 1'
	try "a suite that ends early fails" check 1 "the suite ended early" ends
	mkdir -p "$OUT/lab-others" && touch "$OUT/lab-others/file"
	try "a directory of something else is left alone" \
		check 2 "has something else in it" OUT="$OUT/lab-others" ends
	echo "suite_nameless() { :; }" >"$OUT/lab-suites/nameless.sh"
	try "a suite says its name" check 2 "nameless.sh has no line" nameless
	try "defaults of parameters" defaults_pass
	try "a number out of range" refuses "TASKS must be between 1 and 1024" TASKS=0
	try "a word that is none of those" refuses "VERS: 3 4.0 4.1 4.2; not '5'" VERS=5
	try "one of several words" refuses "not '2'" DATA_VERS="3 2"
	try "README: the first scenario" first_scenario
	try "README: what it names is there" readme_is_true
	try "warnings that are known, of own kernels only" warning_is_known
}
