#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each of the kernel's checkers is shown a mistake, and has to report it; the
# whole run then counts as failed, as it should.  For the kernels with checkers.
#
# Needs: trip

. /lab/guest/lib.sh

# reported PATTERN: since the last mistake.
reported()
{
	dmesg | sed '0,/trip: MISTAKE/d' | grep -q "$1"
}

# trip MISTAKE PATTERN
trip()
{
	dmesg -C
	echo "trip: MISTAKE $1" >/dev/kmsg
	! insmod /lab/trip/trip.ko what="$1" 2>"$WORK/insmod" || fail "trip loaded"
	check "$1: made" grep -q 'Operation canceled' "$WORK/insmod"
	[ "$1" != leak ] || await 300 leaks_are_seen
	await 10 reported "$2"
	echo "ok: $1 is reported"
	result "reported_$1" "$(dmesg | grep -m1 "$2" | sed 's/^\[[^]]*\] *//')"
}

# The leak checker looks when it is asked to, at what is older than 5 s.
leaks_are_seen()
{
	echo scan >/sys/kernel/debug/kmemleak
	grep -q 'comm "insmod"' /sys/kernel/debug/kmemleak
}

if [ -e /sys/kernel/debug/kcsan ]; then
	trip race 'BUG: KCSAN: data-race in count.* \[trip\]'
	exit
fi
# The first one: the lock checker stops at its own report, and at others'.
trip lockdep 'WARNING: possible circular locking dependency'
trip list 'list_del corruption'
trip object 'ODEBUG: free active'
trip sleep 'BUG: sleeping function called from invalid context'
trip kasan 'BUG: KASAN: '
trip leak 'kmemleak: .* new suspected memory leaks'
