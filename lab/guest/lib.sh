# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every scenario starts with.  A scenario is a shell script that runs in
# the guest, with its parameters in the environment; it says what it found with
# result NAME VALUE, and ends with a failure as soon as something is not as it
# should be.

set -eu

# shellcheck disable=SC1091
. /lab/params
: "${SLOW:=1}"
WORK=/run/scenario
mkdir -p "$WORK"

say()
{
	echo "$*"
	echo "$*" >/dev/ttyS1
}

fail()
{
	say "FAILED: $*"
	echo "failure=$*" >>"$RESULTS/result"
	exit 1
}

# result NAME VALUE
result()
{
	echo "$1=$2" | tee -a "$RESULTS/result"
}

# results: such lines from standard input.
results()
{
	tee -a "$RESULTS/result"
}

# figure NAME: a result of this scenario.
figure()
{
	sed -n "s/^$1=//p" "$RESULTS/result" | tail -n 1
}

# await SECONDS COMMAND...: until the command succeeds, or the scenario fails.
# On a kernel with checkers it may take SLOW times as long.
await()
{
	local deadline=$((SECONDS + $1 * SLOW))
	shift

	until "$@"; do
		[ $SECONDS -lt $deadline ] || fail "waited in vain for: $*"
		sleep 0.05
	done
}

# check WHAT COMMAND...
check()
{
	local what=$1
	shift

	"$@" || fail "$what"
	echo "ok: $what"
}

# Seconds, of a clock that nobody sets.
uptime_s()
{
	cut -d' ' -f1 /proc/uptime
}

seconds_since()
{
	awk -v a="$1" -v b="$(uptime_s)" 'BEGIN { print b - a }'
}

not()
{
	! "$@"
}

# within SECONDS COMMAND...: it must return, and successfully, in that time.
within()
{
	timeout $(($1 * SLOW)) "${@:2}" ||
		fail "not done within $(($1 * SLOW)) s: ${*:2}"
}

# shellcheck source-path=SCRIPTDIR
for part in net server nlm client capture row outage fix actors; do
	. /lab/guest/$part.sh
done

# lockd's outlive the mount.
requests_have_ended()
{
	[ -z "$(cat /sys/kernel/debug/sunrpc/rpc_clnt/*/tasks 2>/dev/null)" ]
}

# A scenario leaves nothing behind for the next one.
at_exit()
{
	local status=$?

	[ "$LAST" = 0 ] || exit $status
	set +e
	capture_kill
	actors_kill
	net_unsilence
	[ ! -e /run/netns/client ] || net_no_firewall
	pkill -KILL -x burst
	client_down
	# While the server still answers.  The modules stay if it was in vain: lockd
	# can be unloaded under its requests.
	(await 60 requests_have_ended) || status=1
	server_down
	net_down
	! fix_loaded || fix_unload
	probes_on
	[ $status = 0 ] || exit $status
	trap - EXIT
	await 20 modules_gone
}
trap at_exit EXIT
