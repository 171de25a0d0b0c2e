#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Misuse: parameters that make no sense, writers that may not, readers that
# want to know too much.

. /lab/guest/lib.sh

NOBODY="setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all"

# It does not load with that, and says what is wrong with it.
refused()
{
	! insmod /lab/sunrpc_fix.ko force=1 "$1" 2>>"$WORK/insmod" ||
		{ rmmod sunrpc_fix; fail "loaded with $1"; }
	check "$1: nothing is left" not fix_loaded
}

# Values for the mode that are none, and some that are too long.
junk()
{
	printf '%s\0' "" " " "0" "1" "enforce observe" "Enforce" "enforcex" \
		"observe " "-1" "$(printf 'x%.0s' {1..4000})" "%s%n%p" \
		"$(printf '\001\177\377')" "enforce"$'\n'"observe"
	for ((i = 0; i < 40; i++)); do
		head -c $((RANDOM % 64 + 1)) /dev/urandom | tr -d '\0'
		printf '\0'
	done
}

files()
{
	find /sys/module/sunrpc_fix/parameters /sys/module/sunrpc_fix/counters \
		-type f
	[ ! -e /proc/fs/sunrpc_fix ] || echo /proc/fs/sunrpc_fix
}

modprobe sunrpc
for value in max_transports=0 max_transports=65537 max_transports=-1 \
	     max_transports=x max_transports mode=on mode= mode hold=maybe \
	     force=2; do
	refused $value
done

net_up
fix_load
server_up
client_up

# Random bytes for the mode: taken only if they say enforce or observe.
while IFS= read -rd '' value; do
	[ -n "$value" ] || continue
	before=$(cat "$FIX"/parameters/mode)
	# In one write, whatever is in it.
	printf '%s' "$value" >"$WORK/junk"
	if dd if="$WORK/junk" of="$FIX"/parameters/mode bs=8k 2>/dev/null; then
		case ${value%$'\n'} in
		enforce|observe) ;;
		*)	fail "mode took '$value'" ;;
		esac
	else
		check "mode is as before" [ "$(cat "$FIX"/parameters/mode)" = "$before" ]
	fi
done < <(junk) >/dev/null
echo enforce >"$FIX"/parameters/mode
echo "ok: no junk is taken for a mode"

# Only root writes, and only to what may change.
for file in $(files); do
	case $file in
	*/parameters/mode)	want=644 ;;
	*/parameters/*|*/counters/*) want=444 ;;
	*)			want='4[04][04]' ;;
	esac
	mode=$(stat -c %a "$file")
	# shellcheck disable=SC2254
	case $mode in
	$want)	;;
	*)	fail "$file has the mode $mode" ;;
	esac
	! $NOBODY sh -c "echo observe >$file" 2>/dev/null ||
		fail "$file can be written by nobody"
done
check "the mode is what root set" [ "$(cat "$FIX"/parameters/mode)" = enforce ]
echo "ok: only root writes"

# Nothing that can be read shows where the kernel has its things.
echo 0 >/proc/sys/kernel/kptr_restrict
server_restart
check "all tasks are served" burst addresses
for file in $(files); do
	! cat "$file" 2>/dev/null | grep -qiE '(0x)?ffff[0-9a-f]{12}' ||
		fail "$file shows an address of the kernel"
done
# The log is read from the moment of the load; symbols' own addresses apart.
! dmesg | grep 'sunrpc_fix:' | grep -qiE 'ffff[0-9a-f]{12}' ||
	fail "the log shows an address of the kernel"
echo "ok: no address of the kernel can be read"

# A reader all the time, while it comes and goes.
reader()
{
	while [ ! -e "$WORK/reader-stop" ]; do
		# shellcheck disable=SC2046
		cat $(files 2>/dev/null) >/dev/null 2>&1 || :
	done
}

reader &
READER_PID=$!
storm_start
for ((cycle = 1; cycle <= 6; cycle++)); do
	await 60 storm_above "$cycle"
	echo observe >"$FIX"/parameters/mode
	echo enforce >"$FIX"/parameters/mode
	fix_unload
	fix_load
done
storm_stop
touch "$WORK/reader-stop"
wait $READER_PID
await 10 counter_is in_flight 0
result_counters
within 10 rmmod sunrpc_fix
