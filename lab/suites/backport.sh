# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite backport, 2000 s: 6.1 with the race put back and fixed again by patches/backport/

# refuses STATUS TEXT TREE...: as the exit status says, and why.
refuses()
{
	local want=$1 text=$2 got=0 said
	shift 2

	said=$("$TREE/patches/backport.sh" "$@" 2>&1) || got=$?
	echo "$said"
	[ $got = "$want" ] && grep -qF -e "$text" <<<"$said"
}

# Before anything is built.
verify_refuses()
{
	local got=0 said

	said=$(SRC=$OUT/backport-stock "$TREE/patches/verify-backport.sh" 2>&1) || got=$?
	echo "$said"
	[ $got = 3 ] && grep -q 'has the fix' <<<"$said"
}

# A source tree of 6.1, as released or with the race put back.
backport_tree()
{
	local tree=$OUT/backport-$1

	mkdir -p "$tree/net/sunrpc" "$tree/include/linux/sunrpc"
	cp "$source"/net/sunrpc/xprt*.c "$tree/net/sunrpc/"
	cp "$source/include/linux/sunrpc/xprtsock.h" "$tree/include/linux/sunrpc/"
	[ "$1" != race ] || "$TREE/patches/reintroduce.sh" "$tree"
}

# What is printed is what is applied, and git takes it.
diff_applies()
{
	local tree=$OUT/backport-race

	"$TREE/patches/backport.sh" --patches "0001 0002" "$tree" >"$OUT/backport.diff" &&
	cp -r "$tree" "$OUT/backport-diff" &&
	(cd "$OUT/backport-diff" && git apply --stat --apply) <"$OUT/backport.diff" &&
	"$TREE/patches/backport.sh" --patches "0001 0002" --apply "$tree" &&
	diff -r "$tree" "$OUT/backport-diff"
}

# The rules for 4.2, on a sketch of it: each makes its change, and once only.
sketch()
{
	local tree=$OUT/backport-sketch file n=0 patch

	for file in $(cd "$TREE/patches/tests/4.2" && find . -name '*.in'); do
		mkdir -p "$tree/$(dirname "$file")"
		cp "$TREE/patches/tests/4.2/$file" "$tree/${file%.in}"
	done
	"$TREE/patches/backport.sh" --patches all --format "$OUT/backport-mails" "$tree" &&
	"$TREE/patches/backport.sh" --patches all --compare "$OUT/backport-mails" "$tree" &&
	"$TREE/patches/backport.sh" --patches all --apply "$tree" || return
	for patch in "$TREE"/patches/backport/*/; do
		ls "$OUT/backport-mails/$(basename "$patch")"-* || return
		n=$((n + 1))
	done
	[ $n = "$(ls "$OUT/backport-mails" | wc -l)" ] &&
	refuses 3 "and all that follows it" --patches all "$tree"
}

# One by one: given several, it complains of their context. Whoever sends
# them on signs them, and no kernel's git is here to ask for commits.
mails_are_clean()
{
	local patch status=0

	for patch in "$TREE"/patches/[0-9]*/*.patch; do
		no_output perl "$source/scripts/checkpatch.pl" --no-tree \
			--strict --no-summary --terse --no-signoff \
			--ignore UNKNOWN_COMMIT_ID "$patch" || status=1
	done
	return $status
}

suite_backport()
{
	local kernel source

	try "every rule on a sketch of 4.2" sketch
	kernel=$("$LAB/build/kernel.sh" 6.1) || return
	source=$kernel/source
	try "a tree with the race" backport_tree race
	try "a tree that is fixed" backport_tree stock
	try "refuses a tree that is fixed" \
		refuses 3 "has the fix" "$OUT/backport-stock"
	try "and so does verify-backport" verify_refuses
	sed 's/xprt_lock_connect/xprt_lock_connect_not/' \
		"$source/net/sunrpc/xprt.c" >"$OUT/backport-stock/net/sunrpc/xprt.c"
	sed -i '/set_bit(XPRT_SOCK_CONNECTING/d' \
		"$OUT/backport-stock/net/sunrpc/xprtsock.c"
	try "refuses a tree that never was affected" \
		refuses 4 "is not affected" "$OUT/backport-stock"
	cp -r "$OUT/backport-race" "$OUT/backport-odd"
	sed -i 's/kernel_connect(/my_connect(/' \
		"$OUT/backport-odd/net/sunrpc/xprtsock.c"
	try "names the function that it does not know" \
		refuses 5 "xs_tcp_finish_connecting in net/sunrpc/xprtsock.c has another shape" \
		"$OUT/backport-odd"
	try "the diff is what is applied" diff_applies
	try "checkpatch" mails_are_clean

	scenarios 6.1 backport reconnect live
	try "one ISN per reconnect" expect reconnect isns -eq "$ROUNDS"
	try "one SYN at a time" expect reconnect max_syns_100ms -eq 1
	# A FIN that had to be sent again may end in one; the race has dozens.
	try "no storm of resets" expect reconnect rst -lt "$ROUNDS"
	try "one ISN where tasks are late" expect live isns -eq "$ROUNDS"
}
