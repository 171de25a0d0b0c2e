#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The scenario data would notice a changed byte or block, a request that is
# carried out twice, another port, a lost lock, an error: each is made on purpose.

. /lab/guest/lib.sh
. /lab/guest/data.sh

# noticed WHAT SAID [COMMAND...]: with the command, which goes on beside the
# data, the run has to fail and say so.  Some need a bit of luck to do harm: once
# more then, for longer.
noticed()
{
	local what=$1 said=$2 try=0
	shift 2

	rm -f "$WORK/noticed"
	until [ -e "$WORK/noticed" ]; do
		[ $((try += 1)) -le 3 ] || fail "$what was not noticed"
		one_run "$what" $((6 * try)) "$@" || :
		data_down
	done
	result "noticed_$what" "$(cat "$WORK/noticed")"
	check "$what: the run fails with '$said'" grep -q "$said" "$WORK/noticed"
}

one_run()
(
	fail() { echo "$*" >"$WORK/noticed"; exit 1; }
	trap ended EXIT
	# shellcheck disable=SC2119
	data_mount ${OPTIONS:+"$OPTIONS"}
	data_run "$@"
)

# Whatever was going on.
ended()
{
	local actor

	touch "$WORK/actors-stop" "$WORK/unlock"
	killall -q fio || :
	for actor in "${ACTORS[@]}"; do
		wait "${actor%%:*}" || :
	done
	killall -q burst || :
	[ -z "${CAPTURE_PID:-}" ] || kill "$CAPTURE_PID"
	wait
}

change_byte()
{
	printf x | dd of="$EXPORT/data/file" bs=1 seek=$((RANDOM * 30)) \
		conv=notrunc status=none
}

# Until one is hit between its being written and read back.
change_blocks()
{
	while ! actor_is_gone $FIO_PID; do
		dd if=/dev/urandom of=$EXPORT/data/blocks.0.0 bs=64k count=32 \
			conv=notrunc status=none
	done
}

# What looks like the client, from another port.
connect_from_another_port()
{
	on_client bash -c ": </dev/tcp/$SERVER/$PORT"
}

lose_locks()
{
	echo $EXPORT >$NFSD/unlock_filesystem
}

# The server does not remember what it has answered.
forget_answers()
{
	while ! actor_is_gone $FIO_PID; do
		lose_answers
		server_stop
		net_unsilence
		server_start
		sleep 0.5
	done
}

VERS=3
net_up
[ "$VARIANT" != race+fix ] || fix_load
network_is_bad
nlm_configure
server_up
nlm_up
noticed another_byte "actor files_read" change_byte
noticed other_blocks "fio did not read" change_blocks
noticed another_port "the port is always the same" connect_from_another_port
noticed lost_lock "lock" lose_locks
noticed carried_out_twice "actor names" forget_answers
OPTIONS=soft,timeo=3,retrans=1 noticed errors "actor\|fio"
