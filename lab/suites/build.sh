# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite build, 1200 s: W=1 against the headers of every series, sparse

# build SERIES [MAKE ARGUMENT...]: a warning is a failure.
build()
{
	local headers tmp
	headers=$("$LAB/build/kernel.sh" "$1")/headers || return
	shift
	tmp=$(mktemp -d)
	cp -r "$TREE/Kbuild" "$TREE/Makefile" "$TREE/sunrpc_fix" \
		"$TREE/sunrpc_repro" "$tmp/"
	make -C "$tmp" KDIR="$headers" CONFIG_DEBUG_INFO_BTF_MODULES= W=1 \
		"$@" modules repro 2>&1 |
		tee "$tmp/log" || return 1
	[ -e "$tmp/sunrpc_fix.ko" ] || return 1
	[ -e "$tmp/sunrpc_repro/sunrpc_repro.ko" ] || return 1
	! grep -q 'warning:' "$tmp/log" || return 1
	make -C "$tmp" KDIR="$headers" clean
	# Nothing may be left that the sources did not bring.
	no_output find "$tmp" '(' -name '*.o' -o -name '*.ko' ')' || return 1
	rm -rf "$tmp"
}

suite_build()
{
	local s

	need_packages sparse:sparse
	for s in $SERIES_KNOWN; do
		try "W=1 on $s" build "$s"
	done
	try "sparse" build 6.1 C=1
}
