# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What is typed on a host, what it answers, and what has to be true then.

# run COMMAND...: it has to succeed.
run()
{
	echo "$KERNEL# $*"
	"$@" 2>&1 | grep -vE '^(\(Reading database|Selecting prev|Preparing to|\s*$)' |
		sed 's/^/  /'
	[ "${PIPESTATUS[0]}" = 0 ] || { echo "exit status ${PIPESTATUS[0]}"; return 1; }
}

# check WHAT COMMAND...
check()
{
	local what=$1
	shift

	"$@" >/tmp/check 2>&1 || {
		echo "NOT OK: $what: $*"
		cat /tmp/check
		exit 1
	}
	echo "ok: $what"
}

not()
{
	! "$@"
}

# says TEXT COMMAND...: whatever its exit status.
says()
{
	local text=$1
	shift

	echo "$KERNEL# $*"
	"$@" >/tmp/said 2>&1 || :
	sed 's/^/  /' /tmp/said
	grep -q "$text" /tmp/said
}

# What is left of the packages.
remains()
{
	find / -xdev '(' -path /results -o -path /lab -o -path /proc -o -path /sys \
		-o -path /var/log -o -path /tmp -o -path /run ')' -prune -o \
		-iname '*sunrpc[-_]fix*' -print | grep -v '^/etc/dkms/'
}
