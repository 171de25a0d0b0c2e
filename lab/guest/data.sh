# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Data, names and locks on a mount whose connection is taken away all the time.

DATA=$MNT/data
# A busy machine with a checker in the kernel takes seconds for each command: a
# connection that is gone for longer than the lease costs the lock, and rightly so.
# shellcheck disable=SC2034
LEASE_S=60

network_is_bad()
{
	local host

	for host in client server; do
		tc -n $host qdisc replace dev eth-$host root netem \
			delay 5ms 2ms loss 1% reorder 10% limit 100000
	done
}

network_is_good()
{
	local host

	for host in client server; do
		tc -n $host qdisc delete dev eth-$host root
	done
}

# The server's answers are not heard of, only its resets, until some are lost; it
# may be that nobody is asking.  Half a second by the clock: on a busy machine ten
# looks took longer than the lease of NFSv4, and the lock was lost with it.
lose_answers()
{
	local end=$((${EPOCHREALTIME/./} + 500000))

	on_server iptables-legacy -t raw -I OUTPUT -p tcp --sport $PORT \
		--tcp-flags RST NONE -j DROP
	until answers_were_lost || [ "${EPOCHREALTIME/./}" -ge $end ]; do
		sleep 0.05
	done
}

# More than some acknowledgements.
answers_were_lost()
{
	[ "$(on_server iptables-legacy -t raw -nvxL OUTPUT |
		awk '/DROP/ { bytes += $2 } END { print bytes + 0 }')" -gt 1000 ]
}

# An actor: the connection is reset every 0.5 to 3 s.  Not closed: a server that
# is restarted forgets what it has answered, and who had which lock.
disconnect()
{
	local ms=$((500 + RANDOM % 2500)) pause

	sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))" &
	pause=$!
	DISCONNECT=$((${DISCONNECT:-0} + 1))
	if [ $((DISCONNECT % 2)) = 1 ]; then
		lose_answers
		server_reset
		net_unsilence
	else
		server_reset
		PORT=$NLM_PORT server_reset
	fi
	wait $pause
}

# An actor: each of these can be done once only; done twice, it is an error.
change_names()
{
	local dir=$DATA/names-$1

	mkdir "$dir"/{a,b,c,d,e,f,g,h,into} &&
		mv -t "$dir/into" "$dir"/{a,b,c,d,e,f,g,h} &&
		ln -s nowhere "$dir/link" && rm "$dir/link" &&
		rmdir "$dir"/into/{a,b,c,d,e,f,g,h} "$dir/into"
}

# An actor: a file that nobody writes, not out of the client's cache.
read_file()
{
	[ "$(dd if=$DATA/file iflag=direct bs=64k status=none | sha256sum)" = "$FILE_SUM" ]
}

# An actor
take_lock()
{
	flock $DATA/lock-taken true
}

# Each block has its checksum, and is read back when 32 have been written.
write_blocks()
{
	fio --directory=$DATA --name=blocks --numjobs=4 --size=2m --bs=4k-64k \
		--rw=randwrite --ioengine=psync --direct=1 --fallocate=none \
		--verify=crc32c --verify_fatal=1 --verify_backlog=32 \
		--randrepeat=0 --time_based --runtime="$1" --group_reporting \
		--minimal --output="$WORK/fio-v$VERS"
}

# A lock is taken at the client.  On the server's host somebody waits for it:
# were it lost for a moment, he would have it.
lock_up()
{
	rm -f "$WORK/locked" "$WORK/unlock"
	flock $DATA/lock sh -c "touch $WORK/locked
		until [ -e $WORK/unlock ]; do sleep 0.2; done" &
	LOCK_PID=$!
	await 60 test -e "$WORK/locked"
	/lab/burst -l -n 1 -t 1000000 $EXPORT/data lock >"$WORK/burst-lock" &
	LOCK_WAITER_PID=$!
}

lock_is_kept()
{
	not actor_is_gone $LOCK_PID && not actor_is_gone $LOCK_WAITER_PID
}

lock_down()
{
	check "the lock was kept" lock_is_kept
	touch "$WORK/unlock"
	wait $LOCK_PID || fail "the lock's owner: exit status $?"
	await 60 actor_is_gone $LOCK_WAITER_PID
	wait $LOCK_WAITER_PID || fail "the lock was not given back"
	echo "ok: and given back"
}

# data_mount [OPTION]: NFSv3 has its locks from lockd.
# shellcheck disable=SC2120
data_mount()
{
	local lock=

	[ "$VERS" != 3 ] || lock=lock
	client_up "$lock${1:+${lock:+,}$1}"
}

# data_start SECONDS
data_start()
{
	mkdir -m 777 $EXPORT/data $EXPORT/data/names-{1,2}
	touch $EXPORT/data/lock{,-taken}
	chmod 666 $EXPORT/data/lock{,-taken}
	head -c 1M /dev/urandom >$EXPORT/data/file
	FILE_SUM=$(sha256sum <$EXPORT/data/file)
	lock_up
	DATA_UNTIL=$((SECONDS + $1))
	actor disconnects disconnect
	actor names_1 change_names 1
	actor names_2 change_names 2
	actor files_read read_file
	actor locks_taken take_lock
	write_blocks "$1" &
	FIO_PID=$!
}

# data_stop PREFIX: once fio is done.  How often things were done becomes a
# result each.
data_stop()
{
	await $((DATA_UNTIL - SECONDS + 120)) blocks_are_written
	wait $FIO_PID || fail "fio did not read what it had written"
	actors_stop "$1"
	lock_down
	results < <(awk -F';' -v prefix="$1" '{
			printf "%s_fio_read_mb=%d\n", prefix, $6 / 1024
			printf "%s_fio_written_mb=%d\n", prefix, $47 / 1024
		}' "$WORK/fio-v$VERS")
}

# As long as nobody has failed.
blocks_are_written()
{
	actors_alive
	lock_is_kept || fail "the lock was lost"
	actor_is_gone $FIO_PID
}

# A client that has nothing in its cache reads what the server has.
data_compare()
{
	network_is_good
	(cd $EXPORT/data && sha256sum blocks.* file) >"$WORK/sums"
	client_down
	data_mount
	check "the client reads what the server has" \
		env --chdir=$DATA sha256sum --check --quiet "$WORK/sums"
	network_is_bad
}

# data_down: all of it.
data_down()
{
	client_down
	rm -r $EXPORT/data
}

# data_run NAME SECONDS [COMMAND...]: captured and judged; the command runs
# beside it.
data_run()
{
	local name=$1 seconds=$2 before
	shift 2

	capture_start "$name" "port $PORT and tcp[13] & 6 != 0"
	before=$(replays)
	data_start "$seconds"
	"$@"
	data_stop "$name"
	capture_stop
	result "${name}_replays" $(($(replays) - before))
	results < <(capture_measure "$name" | sed "s/^/${name}_/")
	result "${name}_ports" "$(syn_ports "$name")"
	case $VERS in
	3|4.0)	check "the port is always the same" \
			[ "$(figure "${name}_ports")" = 1 ] ;;
	esac
}

# How many ports the client has sent SYNs from.
syn_ports()
{
	tcpdump -r "$WORK/$1.pcap" -nn 2>/dev/null |
		awk '/Flags \[S[^.]*\]/ && !seen[$3]++ { n++ } END { print n + 0 }'
}

# Requests that the server had answered before, so far.
replays()
{
	on_server awk '$1 == "rc" { print $2 }' /proc/net/rpc/nfsd
}
