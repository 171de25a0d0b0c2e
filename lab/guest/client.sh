# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The mount on the client's host, and the tasks that use it.

MNT=/mnt/nfs
SECOND_MNT=/mnt/second
SECOND_SERVER=10.77.0.3

# mount_nfs ADDRESS DIRECTORY [OPTION]: of mount.nfs; NFSv3 has no locks but
# with "lock".
mount_nfs()
{
	local source=$1:$EXPORT options=vers=$VERS,proto=tcp,hard,noac

	mkdir -p "$2"
	case $VERS in
	3)	options=$options,port=2049,mountport=20048,mountproto=tcp
		[ "${3:-}" = lock ] || options=$options,nolock ;;
	*)	source=$1:/ ;;
	esac
	options=$options${3:+,$3}
	await 20 mount_granted "$source" "$2" "$options"
}

# An old kernel's server (4.1.6) denies everything for a second or two after
# rpc.mountd has read its list of exports.
mount_granted()
{
	local said=$WORK/mount${2//\//-}

	on_client timeout 60 mount.nfs "$1" "$2" -o "$3" 2>"$said" && return
	cat "$said"
	grep -q 'access denied by server' "$said" || fail "mount of $1"
	return 1
}

# client_up [OPTION]
client_up()
{
	mount_nfs $SERVER $MNT "$@"
	check "the mount answers" stat $MNT
	check "it is connected" has_connection established
}

# burst NAME [TASKS]: that many tasks ask the server for something at once,
# each for a name that nobody has asked for before.  Their times are in
# $WORK/burst-NAME; succeeds when all have been served.
burst()
{
	/lab/burst -n "${2:-$TASKS}" -t "$BURST_TIMEOUT" $MNT "$1.$RANDOM" \
		>"$WORK/burst-$1"
}

# burst_unanswered NAME [TASKS]: in the background, as BURST_PID.  Nothing that is
# sent to the server arrives, and the client is in SYN_SENT.
burst_unanswered()
{
	net_silence
	burst "$@" &
	# shellcheck disable=SC2034
	BURST_PID=$!
	await 20 has_connection syn-sent
}

# A second mount, with a transport of its own: another address of the server,
# and NFSv3, as NFSv4 sees that it is the same server.
second_up()
{
	ip -n server address add $SECOND_SERVER/24 dev eth-server
	VERS=3 mount_nfs $SECOND_SERVER $SECOND_MNT
	check "the second mount answers" stat $SECOND_MNT
}

second_burst()
{
	/lab/burst -n "$TASKS" -t "$BURST_TIMEOUT" $SECOND_MNT "second.$RANDOM" \
		>"$WORK/burst-second"
}

second_down()
{
	umount $SECOND_MNT
	ip -n server address delete $SECOND_SERVER/24 dev eth-server
}

# Those that have given up.  Not those that hold locks of NFSv4: 4.1.6 oopses by
# itself, in nfs4_locku_done(), if a task is killed while it waits for the unlock.
tasks_kill()
{
	pkill -KILL -x burst || :
	await 30 has_no_process burst
}

# storm_start: from now on the client's connections are reset (RST) again and
# again, and tasks ask for something all the time, until storm_stop.  A burst
# that was not served ends it.
storm_start()
{
	rm -f "$WORK"/storm-*
	storm &
	STORM_PID=$!
}

storm()
{
	local n=0

	while [ ! -e "$WORK/storm-stop" ]; do
		ss -N server -K state established sport = :2049 >/dev/null
		n=$((n + 1))
		burst "storm" || exit 1
		burst_figure storm last_s >>"$WORK/storm-times"
		echo $n >"$WORK/storm-count"
	done
}

# Bursts served since storm_start.
storm_count()
{
	cat "$WORK/storm-count" 2>/dev/null || echo 0
}

# The longest that a burst has taken, in seconds.
storm_slowest()
{
	sort -n "$WORK/storm-times" | tail -n 1
}

storm_above()
{
	kill -0 "$STORM_PID" 2>/dev/null || fail "a task was not served: $(cat "$WORK/burst-storm")"
	[ "$(storm_count)" -gt "$1" ]
}

storm_stop()
{
	touch "$WORK/storm-stop"
	wait "$STORM_PID" || fail "a task was not served: $(cat "$WORK/burst-storm")"
	result storm_bursts "$(storm_count)"
}

# burst_figure NAME FIGURE: served, hung or last_s of that burst.
burst_figure()
{
	sed -n "s/.*\\b$2=\\([0-9.]*\\).*/\\1/p" "$WORK/burst-$1" | tail -n 1
}

# Without asking the server.
mounted()
{
	grep -q " $MNT " /proc/mounts
}

# umount -f ends the requests that wait; a task that wanted something more asks
# again, and keeps the mount busy: to be tried again.
umount_forced()
{
	timeout 20 umount -f $MNT 2>/dev/null
	not mounted
}

client_down()
{
	mounted || return 0
	timeout 10 umount $MNT || timeout 20 umount -f $MNT || umount -l $MNT
}

# Nobody holds on to sunrpc any more; a network namespace goes in its own time.
modules_gone()
{
	for module in nfsv4 nfsv3 nfs nfsd lockd sunrpc; do
		modprobe -qr $module
	done
	not test -d /sys/module/sunrpc
}
