#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module is loaded on a host in the middle of a storm: the client's
# connections are reset again and again, and tasks ask all the time.  How long
# does the storm go on once the module is loaded?

. /lab/guest/lib.sh

now()
{
	date +%s.%N
}

# during FROM TO FIGURE: of what was sent in these seconds.
during()
{
	tcpdump -r "$WORK/storm.pcap" -nn -tt -S 2>/dev/null |
		awk -v from="$1" -v to="$2" '$1 >= from && $1 < to' |
		awk -f /lab/guest/measure.awk | sed -n "s/^$3=//p"
}

# When a port last sent two SYNs within 100 ms.
storm_end()
{
	tcpdump -r "$WORK/storm.pcap" -nn -tt -S 2>/dev/null |
		awk '/Flags \[S\]/ { if ($1 - sent[$3] < 0.1) last = $1; sent[$3] = $1 }
		     END { printf "%.6f", last }'
}

# seconds FROM TO
seconds()
{
	awk -v from="$1" -v to="$2" 'BEGIN { printf "%.2f", to - from }'
}

net_up
modprobe sunrpc
server_up
client_up
check "the module is not loaded" not fix_loaded
capture_start storm
began=$(now)
storm_start
# The race may make any of them hang for as long as a burst is waited for.
await $((5 * BURST_TIMEOUT)) storm_above 4
bursts_before=$(storm_count)
before=$(now)
fix_load
loaded=$(now)
bursts=$(storm_count)
await 90 storm_above $((bursts + 5))
storm_stop
ended=$(now)
bursts_after=$(($(storm_count) - bursts))
capture_stop

result storm_before_s "$(seconds "$began" "$before")"
result before_bursts "$bursts_before"
result before_connects "$(during "$began" "$before" isns)"
result before_syns_100ms "$(during "$began" "$before" max_syns_100ms)"
result load_s "$(seconds "$before" "$loaded")"
# Below 0: while insmod was still at it.
result storm_went_on_s "$(seconds "$loaded" "$(storm_end)")"
result after_s "$(seconds "$loaded" "$ended")"
result after_bursts "$bursts_after"
result after_connects "$(during "$loaded" "$ended" isns)"
result after_syns_100ms "$(during "$loaded" "$ended" max_syns_100ms)"
result_counters

check "there was a storm" [ "$(during "$began" "$before" max_syns_100ms)" -gt 2 ]
# A connect that began before is not known to the module, the next one is.
settled=$(awk -v t="$loaded" 'BEGIN { printf "%.6f", t + 1 }')
check "it has ended a second later" \
	[ "$(during "$settled" "$ended" max_syns_100ms)" = 1 ]
check "the module has done it" counter_above suppressed 0
