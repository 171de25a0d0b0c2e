# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034
#
# The ways to lose a connection.  outage_begin CAUSE takes it away, and
# outage_end CAUSE whatever keeps it from coming back.

CAUSES="fin rst silent refused prohibited away loss"

outage_begin()
{
	local before

	before=$(connection_ids)
	case $1 in
	# The server's service is restarted.
	fin)	server_restart
		return ;;
	# The server resets the connections, and is there.
	rst|loss)
		;;
	# The same, and then it does not answer; or says no.
	silent)	net_silence ;;
	refused)
		net_refuse tcp-reset ;;
	prohibited)
		net_refuse icmp-host-prohibited ;;
	# The address is gone, and the connections with it: nobody says so
	# until it is back.
	away)	net_address delete
		server_reset
		return ;;
	esac
	server_reset
	await 20 connections_are_new "$before"
	[ "$1" != loss ] || net_cable loss 30% reorder 25% 50%
}

outage_end()
{
	case $1 in
	silent)		net_unsilence ;;
	refused|prohibited)
			net_accept ;;
	away)		net_address add ;;
	loss)		net_cable ;;
	esac
}

# Those that end after OUTAGE_S; packets are lost until all have been served.
outage_passes()
{
	case $1 in
	silent|refused|prohibited|away) return 0 ;;
	esac
	return 1
}
