#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything at once for DATA_SECONDS, in rounds of five minutes or less: what
# the scenario data does, tasks that ask all the time, another mount that comes
# and goes, sunrpc_fix loaded, unloaded and its mode changed now and then.
#
# After each round everything is unmounted and the module unloaded, and what the
# kernel holds then is noted in the file samples: it must not grow.

. /lab/guest/lib.sh
. /lab/guest/data.sh

ROUND_S=$((DATA_SECONDS / 8))
[ $ROUND_S -le 300 ] || ROUND_S=300
[ $ROUND_S -ge 20 ] || ROUND_S=20

# What is noted, and how much more of it is no growth: some caches follow their
# users late.  Slabs in objects, the rest in kB.
SLABS="rpc_tasks rpc_buffers rpc_inode_cache nfs_inode_cache nfs_direct_cache
       sock_inode_cache TCP request_sock_TCP"
MEMORY="SUnreclaim VmallocUsed Percpu KernelStack"

tolerance()
{
	case $1 in
	SUnreclaim)	echo 2048 ;;
	VmallocUsed)	echo 128 ;;
	Percpu)		echo 256 ;;
	KernelStack)	echo 256 ;;
	*)		echo 32 ;;
	esac
}

# An actor: 16 tasks want something.
ask()
{
	burst soak && burst_figure soak last_s >>"$WORK/soak-times"
}

# An actor: the module only watches for a second, and prevents for some more.
watch_for_a_moment()
{
	set_mode observe
	sleep 1
	set_mode enforce
	sleep $((RANDOM % 5 + 3))
}

# An actor: the module goes, and comes back a moment later.
reload()
{
	sleep $((RANDOM % 8 + 5))
	note_counters
	timeout 30 rmmod sunrpc_fix && sleep 0.$((RANDOM % 9)) && fix_load
}

# A module that is gone has counted as well.  While they are read they count on.
note_counters()
{
	await 10 read_counters
	cat "$WORK/counters" >>"$WORK/soak-counters"
}

read_counters()
{
	grep '' "$FIX"/counters/* | sed 's|.*/\(.*\):|\1 |' >"$WORK/counters"
	awk '{ n[$1] = $2 }
		END {
			over = n["completed"] + n["failed"] + n["torn_down"]
			exit n["attempts"] != over + n["in_flight"]
		}' "$WORK/counters"
}

slab_objects()
{
	local objects=0

	read -r objects _ <"/sys/kernel/slab/$1/objects" || :
	echo "$objects"
}

# What is held while nothing is mounted; the first line names the columns.
sample()
{
	local shrink what line=$((SECONDS - BEGAN))

	await 30 has_no_connection big
	echo 3 >/proc/sys/vm/drop_caches
	for shrink in /sys/kernel/slab/*/shrink; do
		echo 1 >"$shrink"
	done
	[ -e "$RESULTS/samples" ] || echo seconds $SLABS $MEMORY |
		tr ' ' '\t' >"$RESULTS/samples"
	for what in $SLABS; do
		line=$line$'\t'$(slab_objects "$what")
	done
	for what in $MEMORY; do
		line=$line$'\t'$(awk -v what="$what:" '$1 == what { print $2 }' /proc/meminfo)
	done
	echo "$line" >>"$RESULTS/samples"
}

# growth NAME
growth()
{
	awk -v name="$1" -f /lab/guest/growth.awk "$RESULTS/samples"
}

# total NAME: of all rounds.
total()
{
	awk -F= -v name="round_$1" '$1 == name { sum += $2 } END { print sum + 0 }' \
		"$RESULTS/result"
}

slowest()
{
	sort -n "$WORK/soak-times" | tail -n 1
}

round()
{
	fix_load
	data_mount
	data_start $ROUND_S
	actor asked ask
	actor mounts mount_for_a_moment
	actor watched watch_for_a_moment
	actor reloads reload
	data_stop round
	check "the mode is enforce" [ "$(cat $FIX/parameters/mode)" = enforce ]
	await 30 counter_is in_flight 0
	check "the counters add up" counters_add_up
	note_counters
	data_compare
	data_down
	within 30 rmmod sunrpc_fix
	sample
}

BEGAN=$SECONDS
net_up
network_is_bad
nlm_configure
server_up
nlm_up
rounds=0
# Fewer would not show growth.
while [ $((SECONDS - BEGAN)) -lt "$DATA_SECONDS" ] || [ $rounds -lt 4 ]; do
	round
	rounds=$((rounds + 1))
	say "round $rounds, $((SECONDS - BEGAN)) of $DATA_SECONDS s: $(total disconnects) disconnects, $(total asked) times $TASKS tasks served, in $(slowest) s at most, $(total reloads) reloads"
done

result rounds $rounds
result seconds $((SECONDS - BEGAN))
for name in disconnects asked mounts watched reloads names_1 names_2 files_read \
	    locks_taken fio_read_mb fio_written_mb; do
	result "$name" "$(total $name)"
done
result served $((TASKS * $(figure asked)))
result slowest_s "$(slowest)"
results < <(awk '{ sum[$1] += $2 }
	END { for (name in sum) print "counter_" name "=" sum[name] }' \
	"$WORK/soak-counters" | sort)
for name in $SLABS $MEMORY; do
	result "growth_$name" "$(growth "$name")"
	check "$name does not grow" [ "$(figure "growth_$name")" -le "$(tolerance "$name")" ]
done
