#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The scenario data would notice a changed byte, a request that is carried out
# twice, another port, a lost lock, an error: each is made on purpose.

. /lab/guest/lib.sh
. /lab/guest/data.sh

# noticed WHAT SAID [COMMAND...]: with the command, which goes on beside the
# data, the run has to fail and say so.
noticed()
{
	local what=$1 said=$2
	shift 2

	rm -f "$WORK/noticed"
	(
		fail() { echo "$*" >"$WORK/noticed"; exit 1; }
		trap ended EXIT
		# shellcheck disable=SC2119
		data_mount ${OPTIONS:+"$OPTIONS"}
		data_run "$what" 6 "$@"
	) || :
	data_down
	[ -e "$WORK/noticed" ] || fail "$what was not noticed"
	result "noticed_$what" "$(cat "$WORK/noticed")"
	check "$what: the run fails with '$said'" grep -q "$said" "$WORK/noticed"
}

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
	printf x | dd of="$1" bs=1 seek=$((RANDOM * 30)) conv=notrunc status=none
}

change_file()
{
	change_byte $EXPORT/data/file
}

# Until one is hit between its being written and read back.
change_blocks()
{
	while ! actor_is_gone $FIO_PID; do
		change_byte $EXPORT/data/blocks.0.0
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
		on_server iptables-legacy -t raw -I OUTPUT -p tcp \
			--sport $PORT -j DROP
		sleep 0.2
		server_stop
		net_unsilence
		server_start
		sleep 1
	done
}

VERS=3
net_up
[ "$VARIANT" != race+fix ] || fix_load
network_is_bad
nlm_configure
server_up
nlm_up
noticed another_byte_in_a_file "actor files_read" change_file
noticed another_byte_in_a_block "fio did not read" change_blocks
noticed another_port "the port is always the same" connect_from_another_port
noticed lost_lock "lock" lose_locks
noticed carried_out_twice "actor names" forget_answers
OPTIONS=soft,timeo=3,retrans=1 noticed errors "actor\|fio"
