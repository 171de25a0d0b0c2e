#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Data survives: for DATA_SECONDS files are written and read with checksums,
# names are made, changed and removed, and locks are kept and taken, while the
# connection is reset every 0.5 to 3 s on a network that loses and
# reorders packets.  With each of the NFS versions DATA_VERS.
#
# On a hard mount no error is acceptable.  A request whose reply was lost is sent
# again after the reconnect, and must not be carried out again.  NFSv3 and 4.0
# rely on the server's replay cache for that, which knows its clients by address
# and port: the client has to come back from the port that it had.

. /lab/guest/lib.sh
. /lab/guest/data.sh

one_version()
{
	server_up
	[ "$VERS" != 3 ] || nlm_up
	data_mount
	data_run "v$VERS" "$DATA_SECONDS"
	data_compare
	data_down
	check "the server is gone" server_down
}

net_up
[ "$VARIANT" != race+fix ] || fix_load
network_is_bad
nlm_configure
for VERS in $DATA_VERS; do
	one_version
	say "NFSv$VERS: $(figure "v${VERS}_disconnects") disconnects in $DATA_SECONDS s, no error"
done
result_counters
