#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/measure.sh CAPTURE
#
# The figures of a capture, key=value; guest/measure.awk says which.

. "$(dirname "$0")/../scripts/lib.sh"

[ $# = 1 ] || usage_error "usage: measure.sh CAPTURE"
[ -r "$1" ] || usage_error "cannot read $1"
need_packages tcpdump:tcpdump
tcpdump -r "$1" -nn -tt -S 2>/dev/null | awk -f "$LAB/guest/measure.awk"
