#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What sunrpc-fix says on a real kernel: exit codes, probes, transports in
# flight with the port that they have, a line per event, the switch; and that
# the status can be read while the module comes and goes in a storm.
#
# Needs: sunrpc_repro

. /lab/guest/lib.sh

TOOL=/lab/sunrpc-fix
REPRO=/lab/sunrpc_repro/sunrpc_repro.ko
STATUS=/proc/fs/sunrpc_fix
KPROBES=/sys/kernel/debug/kprobes/enabled
FTRACE=/proc/sys/kernel/ftrace_enabled
TRACING=/sys/kernel/tracing

# exits CODE COMMAND...: what it said is in $WORK/said.
exits()
{
	local want=$1 got=0
	shift

	"$@" >"$WORK/said" 2>&1 || got=$?
	cat "$WORK/said"
	[ $got = "$want" ]
}

said()
{
	grep -q -e "$1" "$WORK/said"
}

# The port from which the client tries to connect now, or nothing.
syn_port()
{
	connections syn-sent | sed -n 's/.*:\([0-9]*\) .*:2049.*/\1/p'
}

status_has()
{
	grep -q "$1" $STATUS
}

mountpoint -q $TRACING || mount -t tracefs tracefs $TRACING
modprobe sunrpc
check "without the module the kernel is judged: fixed, by its release" \
	exits 0 $TOOL status
check "... and it says so" said 'not loaded and not needed'
check "nothing to switch: unknown" exits 3 $TOOL enforce
check "the reproducer knows better" exits 2 $TOOL check --reproduce $REPRO
check "... and it says so" said 'affected, .* the reproducer saw the race'
check "... and is gone" not test -d /sys/module/sunrpc_repro

net_up
fix_load
server_up
client_up
check "in order" exits 0 $TOOL status
check "all probes are armed" said '^probes  *4 of 4 armed$'
check "the reproducer sees no race now" exits 0 $TOOL check --reproduce $REPRO
check "no address of the kernel" not grep -qi 'ffff[0-9a-f]\{8\}' $STATUS
check "root only" [ "$(stat -c %a $STATUS)" = 400 ]

net_silence
ss -N server -K state established sport = :2049 >/dev/null
burst silent 1 &
await 30 status_has 'in_flight=1'
await 10 has_connection syn-sent
port=$(syn_port)
check "a transport in flight is no complaint" exits 0 $TOOL status
check "its server, its port and its age are told" \
	said "^$SERVER:2049  *$port  *held  *[0-9.]* s\$"
check "the kernel's own list of sockets has that port" [ "$port" -gt 0 ]
net_unsilence
wait $!
await 10 counter_is in_flight 0

attempts=$(counter attempts)
$TOOL watch >"$WORK/watched" 2>"$WORK/watch-log" &
watch=$!
await 20 grep -q watching "$WORK/watch-log"
for round in 1 2 3; do
	server_restart
	burst "$round"
done
attempts=$(($(counter attempts) - attempts))
begun()
{
	grep -c '^[0-9:.]* begin server=' "$WORK/watched" || :
}
watched_all()
{
	[ "$(begun)" = "$attempts" ] &&
		[ "$(grep -c '^[0-9:.]* end server=' "$WORK/watched" || :)" = "$attempts" ]
}
await 20 watched_all
kill -TERM $watch
await 20 not kill -0 $watch 2>/dev/null
cat "$WORK/watched"
check "each line is an event" \
	not grep -qvE '^[0-9:]{8}[.][0-9]{3} (begin|end|suppress) server=[0-9.:]+ state=[a-z]+ outcome=[a-z_|]+$' "$WORK/watched"
check "no trace buffer is left" [ -z "$(ls $TRACING/instances)" ]
result watched "$attempts attempts, $(wc -l <"$WORK/watched") lines"

check "observe" exits 0 $TOOL observe
check "... is a warning" exits 1 $TOOL status
check "enforce" exits 0 $TOOL enforce
check "... is in order" exits 0 $TOOL status

echo 0 >$KPROBES
check "disarmed kprobes are critical" exits 2 $TOOL status
check "... and it says so" said 'kprobes .* disarmed'
echo 1 >$KPROBES
check "armed again" exits 0 $TOOL status
echo 0 >$FTRACE
check "kprobes whose ftrace is off are critical" exits 2 $TOOL status
check "... and it says so" said 'kernel.ftrace_enabled'
check "... check as well" exits 2 $TOOL check
echo 1 >$FTRACE
check "on again" exits 0 $TOOL status
fix_unload

# A reader of the status gets whole lines or no file, and does not wait.
storm_start
(
	while [ ! -e "$WORK/reader-stop" ]; do
		cat $STATUS 2>/dev/null || :
	done >"$WORK/read"
) &
reader=$!
for ((cycle = 1; cycle <= 10; cycle++)); do
	fix_load
	[ $((cycle % 2)) = 0 ] || await 60 counter_above attempts 0
	fix_unload
done
fix_load
lines=$(wc -l <"$WORK/read")
check "it was read while the module came and went" [ "$lines" -gt 100 ]
read_more()
{
	[ "$(wc -l <"$WORK/read")" -gt $((lines + 100)) ]
}
await 60 read_more
check "the command answers meanwhile" exits 0 $TOOL status --json
storm_stop
touch "$WORK/reader-stop"
wait $reader
check "only lines of the status were read" not grep -vE \
	'^(probe=[a-z_]+ at=(entry|return) armed=[01] missed=[0-9]+|transport=[0-9.:]+ port=[0-9]+ state=[a-z]+ in_flight=[01] age_ms=[0-9]+)$' \
	"$WORK/read"
result status_lines_read "$(wc -l <"$WORK/read")"
rm "$WORK/read"
fix_unload
check "the file is gone" not test -e $STATUS
