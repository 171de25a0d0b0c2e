# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite prove, 1800 s: known races are found in the real code of 6.1, and no others

# proves STATUS TEXT [NAME=VALUE...]: prove/run.sh must end so, and say so.
proves()
{
	local expected=$1 text=$2 got=0 said
	shift 2

	said=$(env -u TREE WALK=0 "$@" "$TREE/prove/run.sh" 2>&1) || got=$?
	echo "$said"
	echo "exit status $got, should be $expected, with '$text'"
	[ $got = "$expected" ] && grep -q -e "$text" <<<"$said"
}

# The module, broken as host_tests/mutants/list says, must not do.
mutant_found()
{
	local name=$1 copy n list=$TREE/host_tests/mutants/list

	copy=$OUT/prove-${name//[^a-z]/-}
	n=$(grep '^[^#@+=-]' "$list" | grep -nxF "$name" | cut -d: -f1)
	mkdir -p "$copy"
	cp -r "$TREE/Kbuild" "$TREE/sunrpc_fix" "$copy/" &&
		awk -v n="${n:-none}" -f "$TREE/host_tests/mutants/mutate.awk" "$list" \
			"$TREE/sunrpc_fix/connect_state.c" \
			>"$copy/sunrpc_fix/connect_state.c" &&
		proves 1 "$2" SRC="$race" FIX="$copy"
}

suite_prove()
{
	local released race=$CACHE/prove/linux-6.1-race

	released=$("$LAB/build/source.sh") || return
	need_packages spatch:coccinelle
	rm -rf "$race"
	mkdir -p "$CACHE/prove"
	cp -al "$released" "$race" &&
		try "put the race back" "$TREE/patches/reintroduce.sh" "$race"

	try "no kernel tree" proves 2 "not a kernel source tree" SRC="$TREE"
	try "no such event" proves 2 "there is no event 'rain'" \
		SRC="$released" EVENTS=rain
	try "as released: none" proves 0 "1 preemption: none in" SRC="$released"
	try "race: a second connect" proves 1 "=> *P1" SRC="$race"
	try "0001: a live connection is dropped" proves 1 "=> *P4" \
		SRC="$race" PATCHES=0001
	try "0001 0002: none" proves 0 "1 preemption: none in" \
		SRC="$race" PATCHES="0001 0002"
	try "sunrpc_fix: none" proves 0 "1 preemption: none in" \
		SRC="$race" FIX=1
	try "mutant: the gate lets a second connect through" mutant_found \
		"the gate lets a second connect through" "=> *P1"
	try "mutant: a live connection is not kept" mutant_found \
		"the gate closes a live connection" "=> *P[34]"
	try "mutant: the held bit stays" mutant_found \
		"the callback does not clear the held bit" "=> *P3"
	try "mutant: the hold is not set" mutant_found \
		"the worker's return takes the hold and does not set the bit" \
		"=> *P2"
}
