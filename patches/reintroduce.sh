#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Put the connect race of Linux 4.0-4.2 back into a kernel source tree that has
# the fix, with the semantic patches in patches/reintroduce/. For the lab only.

set -eu

usage()
{
	cat <<-EOF
	usage: ${0##*/} [--diff] [--dry-run] SRCTREE

	SRCTREE    an unpacked kernel source (5.10, 6.1 or 6.12), of which only
	           net/sunrpc is needed; changed in place, all of it or nothing
	--diff     print the result as a unified diff
	--dry-run  leave the tree as it is
	EOF
}

say() { echo "${0##*/}: $*" >&2; }
die() { say "$*"; exit 1; }

. "$(dirname "$0")/rules.sh"
rules=$RULES_DIR/reintroduce
xprtsock=net/sunrpc/xprtsock.c
xprt=net/sunrpc/xprt.c
diff='' dry_run='' tree=''

while [ $# -gt 0 ]; do
	case $1 in
	--diff)		diff=1 ;;
	--dry-run)	dry_run=1 ;;
	-h|--help)	usage; exit 0 ;;
	-*)		usage >&2; exit 2 ;;
	*)		[ -z "$tree" ] || { usage >&2; exit 2; }
			tree=$1 ;;
	esac
	shift
done
[ -n "$tree" ] || { usage >&2; exit 2; }

command -v spatch >/dev/null || die "spatch not found: install coccinelle"
for f in $xprtsock $xprt; do
	[ -f "$tree/$f" ] || die "$tree: no $f: not a kernel source tree"
done
[ -w "$tree/net/sunrpc" ] || die "$tree/net/sunrpc: not writable"
if grep -q xs_drop_connection "$tree/$xprtsock"; then
	die "$tree: the race has been put back already"
fi
if ! grep -q XPRT_SOCK_CONNECTING "$tree/$xprtsock"; then
	die "$tree: no XPRT_SOCK_CONNECTING in $xprtsock:" \
	    "this kernel is older than the fix, the race is there as it is"
fi

# Everything happens on a copy, which replaces the original at the very end.
work=$(mktemp -d "$tree/net/sunrpc/.reintroduce.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/net/sunrpc"
cp -p "$tree/$xprtsock" "$tree/$xprt" "$work/net/sunrpc/"

failed=0
misfit()
{
	printf '  FAILED  %s\n' "$*" >&2
	failed=$((failed + 1))
}

# A rule matches all of its pattern or changes nothing.
for rule in "$rules"/*.cocci; do
	file=$(rule_header "$rule" File)
	function=$(rule_header "$rule" Function)
	status=0
	spatch_file "$rule" "$work/$file" "$work/new.c" "$work/log" || status=$?
	case $status in
	0)	cat "$work/new.c" >"$work/$file"
		printf '  ok      %s: %s\n' "${rule##*/}" "$function" >&2 ;;
	1)	misfit "${rule##*/}: $function in $file has another shape" ;;
	2)	cat "$work/log" >&2
		misfit "${rule##*/}: spatch gave up on $function in $file" ;;
	esac
done

# What no rule looks for, because the kernels it was written for do not have it.
new=$work/$xprtsock
if [ $failed -eq 0 ]; then
	if grep -nE 'XPRT_SOCK_CONNECT_SENT|(set|test).*\(XPRT_SOCK_CONNECTING' "$new" >&2; then
		misfit "$xprtsock: no rule knows these lines"
	fi
	if [ "$(grep -c '^	.*xs_reset_transport(.*);' "$new")" -ne 3 ]; then
		misfit "$xprtsock: xs_reset_transport() should have three callers" \
		       "(xs_close, xs_tcp_shutdown, xs_tcp_setup_socket);" \
		       "any other has lost its wake-up"
	fi
fi

if [ $failed -gt 0 ]; then
	die "$failed misfit(s); $tree is unchanged. Compare each function" \
	    "with the pattern in its file in $rules, whose comment says what has to" \
	    "go, and add the new shape there; or use a point release that fits."
fi

if [ -n "$diff" ]; then
	for f in $xprt $xprtsock; do
		diff -u --label "a/$f" --label "b/$f" "$tree/$f" "$work/$f" || [ $? -eq 1 ]
	done
fi
[ -z "$dry_run" ] || exit 0
for f in $xprt $xprtsock; do
	mv "$work/$f" "$tree/$f"
done
say "$tree: the race is back"
