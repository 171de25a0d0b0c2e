#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The scenario of the original report: the server closes the connection, and
# then TASKS tasks want it back at the same moment.  ROUNDS times.
#
# Judges nothing: the race has to show here without the module.

. /lab/guest/lib.sh

net_up
[ "$VARIANT" != race+fix ] || fix_load
server_up
client_up
capture_start reconnect

reconnects=0 hung=0
while [ $reconnects -lt "$ROUNDS" ] && [ "$hung" = 0 ]; do
	server_restart
	reconnects=$((reconnects + 1))
	burst $reconnects || :
	hung=$(burst_figure $reconnects hung)
	say "round $reconnects of $ROUNDS: $(burst_figure $reconnects served) of $TASKS tasks served in $(burst_figure $reconnects last_s) s"
	echo "$(burst_figure $reconnects last_s) $hung" >>"$WORK/recovery"
done

capture_stop
result reconnects $reconnects
result hung "$hung"
results <<EOT
$(capture_measure reconnect)
$(awk '{ sum += $1; if ($1 > max) max = $1 }
       END { printf "recovery_mean_s=%.2f\nrecovery_max_s=%.2f\n", sum / NR, max }' \
	"$WORK/recovery")
EOT
result_counters
row reconnect $reconnects reconnect
