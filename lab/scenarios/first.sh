#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The server resets the connection, and TASKS tasks want it back: one attempt.

. /lab/guest/lib.sh

net_up
fix_load
server_up
client_up
capture_start first
outage_begin rst
check "all tasks are served" burst first
capture_stop
results < <(capture_measure first)
check "one attempt" [ "$(figure isns)" = 1 ]
