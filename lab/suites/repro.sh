# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite repro, 2100 s: the reproducer's verdict with the race, with sunrpc_fix.ko and as released

# verify_says STATUS SUNRPC [HEADERS]: of 6.1 with that sunrpc.ko, without user
# space.
verify_says()
{
	local kernel status=0
	kernel=$("$LAB/build/kernel.sh" 6.1) || return

	rm -rf "$OUT/repro-modules"
	mkdir "$OUT/repro-modules"
	find "$kernel/$2/" -name 'sunrpc.ko*' -exec cp {} "$OUT/repro-modules/" \;
	KERNEL=$kernel/vmlinuz MODULES=$OUT/repro-modules \
		HEADERS=${3:-$kernel/headers} "$LAB/verify.sh" || status=$?
	echo "exit status $status"
	[ $status = "$1" ]
}

cc_is_used()
{
	CC=no-such-compiler verify_says 2 race 2>&1 | tee "$OUT/repro-cc" &&
		grep -q 'does not build against .* with no-such-compiler' "$OUT/repro-cc"
}

suite_repro()
{
	local other

	scenarios 6.1 race repro
	try "affected: an attempt per task" expect repro attempts_most -gt 8
	scenarios 6.1 race+fix repro
	scenarios 6.1 stock repro
	try "make verify: the race is there" verify_says 1 race
	try "make verify: no race" verify_says 0 modules/kernel/net
	other=$("$LAB/build/kernel.sh" 5.10) || return
	try "make verify: wrong headers" verify_says 2 race "$other/headers"
	try "make verify: CC builds the modules" cc_is_used
}
