#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tries the backport kit on the shapes in patches/tests/shapes: what it says of
# each, that every rule applied twice is applied once, and that its mails are what
# it makes. Then the ready patches, and misuse.

. "$(dirname "$0")/../../scripts/lib.sh"
. "$TREE/patches/rules.sh"

TESTS=$TREE/patches/tests
BACKPORT=$TREE/patches/backport.sh

usage()
{
	cat <<-EOT
	usage: patches/tests/run.sh [shapes|cases|NAME...]

	Prints a line for each shape in patches/tests/shapes, and for each case of
	misuse; all is the default. With CHECKPATCH=/path/to/checkpatch.pl what is generated goes through it.
	EOT
}

row()
{
	awk -v name="$1" '$1 == name' "$TESTS/shapes"
}

# sketch CONDITION...: the shape, in $work/tree.
sketch()
{
	local file condition options=()

	for condition in $(cd "$TESTS/sketch" &&
		find . -name '*.in' -exec sed -n 's/^#ifn\?def \([A-Z]\)/\1/p' {} + | sort -u); do
		case " $* " in
		*" $condition "*) options+=("-D$condition") ;;
		*)		  options+=("-U$condition") ;;
		esac
	done
	for file in $(cd "$TESTS/sketch" && find . -name '*.in'); do
		mkdir -p "$work/tree/$(dirname "$file")"
		# Its status: 1 if it took something out.
		unifdef "${options[@]}" "$TESTS/sketch/$file" \
			>"$work/tree/${file%.in}" || [ $? = 1 ]
	done
}

bad()
{
	echo "  $name: $*"
	exit 1
}

# What --status says, as the table has it.
says()
{
	local got=0 want said state

	said=$("$BACKPORT" --status "$work/tree" 2>&1) || got=$?
	[ "$got" = "$exit" ] || bad "exit status $got and not $exit: $said"
	for state in lacks unknown; do
		want=${!state}
		[ "$want" != - ] || want=
		got=$(sed -n "s/^  000\\([0-9]\\) $state .*/\\1/p" <<<"$said" | tr -d '\n')
		# What does not fit is missing, too.
		[ $state = unknown ] || want=$(tr -d "${unknown//-/}_" <<<"$want")
		[ "$got" = "$want" ] || bad "$state '$got' and not '$want': $said"
	done
}

# The kit makes all that the tree lacks; its mails say the same.
all()
{
	local mail said

	"$BACKPORT" --patches all --apply --format "$work/mails" "$work/after" ||
		bad "all: status $?"
	am "$work/tree" "$work"/mails/*.patch || bad "git am"
	diff -r -x .git "$work/after" "$work/am" || bad "the mails are not what is applied"
	[ -n "${CHECKPATCH:-}" ] || return 0
	# The sender signs them; there is no kernel's git here to ask for
	# commits. One by one: given several, it complains of their context.
	for mail in "$work"/mails/*.patch; do
		said=$(perl "$CHECKPATCH" --no-tree --strict --no-summary --terse \
			--no-signoff --ignore UNKNOWN_COMMIT_ID "$mail" 2>&1) || :
		[ -z "$said" ] || bad "checkpatch: $said"
	done
}

# Where the kit refuses: what each rule does of itself.
blindly()
{
	local rule

	for rule in "$RULES_DIR"/backport/*/*.cocci; do
		rule_apply "$rule" "$work/after/$(rule_file "$rule" "$work/after")" \
			"$work/log" || [ $? = 1 ] || bad "$(cat "$work/log")"
	done
}

# Every rule, asked for or not, once more: nothing happens, neither where the tree
# had the change nor where it was made.
again()
{
	local file rule status

	for file in $(cd "$work/after" && find . -name '*.[ch]'); do
		for rule in "$RULES_DIR"/backport/*/*.cocci; do
			[ "$file" != "./$(rule_file "$rule" "$work/after")" ] ||
				rule_named "$rule" "$(rule_mark "$rule")"
		done >"$work/rules.cocci"
		[ -s "$work/rules.cocci" ] || continue
		status=0
		spatch_file "$work/rules.cocci" "$work/after/$file" \
			"$work/again.c" "$work/log" || status=$?
		case $status in
		0)	bad "done again: $(diff "$work/after/$file" "$work/again.c")" ;;
		2)	bad "$(cat "$work/log")" ;;
		esac
	done
}

# am TREE MAIL...: "git am" on a copy of TREE, in $work/am.
am()
{
	rm -rf "$work/am"
	cp -r "$1" "$work/am"
	shift
	(
		cd "$work/am" || exit
		export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null \
			GIT_{AUTHOR,COMMITTER}_NAME=test GIT_{AUTHOR,COMMITTER}_EMAIL=test
		git init -q . && git add . && git commit -qm base && git am -q "$@"
	)
}

# shape NAME: one line of the table.
shape()
{
	local exit lacks unknown conditions

	read -r _ exit lacks unknown conditions <<<"$(row "$name")"
	[ -n "$exit" ] || usage_error "there is no shape '$name' in $TESTS/shapes"
	sketch $conditions
	says
	cp -r "$work/tree" "$work/after"
	case $exit$unknown in
	0-|3-)	all >"$work/all.log" 2>&1 || bad "$(cat "$work/all.log")" ;;
	*)	blindly ;;
	esac
	again
	printf '  ok %-14s exit %s  lacks %-7s  unknown %-6s  twice as once\n' \
		"$name" "$exit" "$lacks" "$unknown"
}

# ------------------------------------------------------------- the ready patches

# fits SHAPE DIRECTORY...: "git am" takes them, and makes what the rules make.
fits()
{
	local tree=$work/$1 dir mails=()

	shape_tree "$1" "$tree"
	shift
	for dir in "$@"; do
		mails+=("$TREE/patches/$dir"/*.patch)
	done
	am "$tree" "${mails[@]}" || bad "$* do not fit"
	"$BACKPORT" --patches all --apply "$tree" || bad "the rules do not fit"
	diff -r -x .git "$tree" "$work/am" || bad "$* are not what the rules make"
}

# fits_not SHAPE MAIL
fits_not()
{
	shape_tree "$1" "$work/not-$1"
	if am "$work/not-$1" "$TREE"/patches/$2; then
		bad "$2 fits on $1"
	fi
}

case_ready_patches()
{
	fits 4.0-4.1 4.0-4.2 4.0-4.1
	fits 4.2 4.0-4.2 4.2
	fits el6-696 2.6.32-696.el6
	fits_not 4.0-4.1 "4.2/0007*"
	fits_not 4.0-4.1 "4.2/0004*"
	fits_not 4.2 "4.0-4.1/0004*"
	fits_not 4.2.8 "4.0-4.2/0001*"
	fits_not openvz-141 "2.6.32-696.el6/0001*"
}

# ------------------------------------------------------------------------ misuse

# shape_tree NAME DIRECTORY
shape_tree()
{
	local exit lacks unknown conditions

	read -r _ exit lacks unknown conditions <<<"$(row "$1")"
	rm -rf "$work/tree"
	sketch $conditions
	[ "$2" = "$work/tree" ] || mv "$work/tree" "$2"
}

# answers STATUS TEXT ARGUMENT...: the kit, with the exit status and the text.
answers()
{
	local want=$1 text=$2 got=0
	shift 2

	said=$("$BACKPORT" "$@" 2>&1) || got=$?
	[ "$got" = "$want" ] || bad "exit status $got and not $want: $said"
	grep -qF -e "$text" <<<"$said" || bad "does not say '$text': $said"
}

# unchanged COMMAND...: it leaves $work/tree as it is, with what is beside it.
unchanged()
{
	local before

	before=$(cd "$work/tree" && find . -type f -exec cksum {} + | sort)
	"$@"
	[ "$before" = "$(cd "$work/tree" && find . -type f -exec cksum {} + | sort)" ] ||
		bad "changed the tree: $*"
}

case_crlf()
{
	shape_tree 4.1.13 "$work/tree"
	sed -i 's/$/\r/' "$work/tree/net/sunrpc/xprt.c"
	unchanged answers 2 "net/sunrpc/xprt.c has CR" --patches all "$work/tree"
}

case_no_kernel()
{
	shape_tree 4.2 "$work/tree"
	rm "$work/tree/include/linux/sunrpc/xprtsock.h"
	answers 2 "no include/linux/sunrpc/xprtsock.h, which" "$work/tree"
	rm "$work/tree/net/sunrpc/xprt.c"
	answers 2 "no net/sunrpc/xprt.c" "$work/tree"
	answers 2 "$work/nothing is no directory" "$work/nothing"
}

# Printed all the same, also for root without root's way past the mode; changed all
# of it or nothing.
case_read_only()
{
	shape_tree 4.2 "$work/tree"
	chmod 444 "$work/tree/net/sunrpc/xprtsock.c"
	(
		[ "$(id -u)" != 0 ] || BACKPORT="plain_backport"
		answers 0 "+++ b/net/sunrpc/xprtsock.c" "$work/tree"
	)
	unchanged answers 2 "net/sunrpc/xprtsock.c is read-only" --apply "$work/tree"
}

plain_backport()
{
	setpriv --bounding-set=-dac_override,-dac_read_search \
		"$TREE/patches/backport.sh" "$@"
}

case_linked_farm()
{
	shape_tree 4.2 "$work/tree"
	chmod 640 "$work/tree/net/sunrpc/xprt.c"
	cp -al "$work/tree" "$work/hard"
	cp -as "$work/tree" "$work/soft"
	mkdir "$work/linked"
	ln -s "$work/tree/net" "$work/tree/include" "$work/linked"
	unchanged answers 0 "changed" --apply "$work/hard"
	unchanged answers 0 "changed" --apply "$work/soft"
	unchanged answers 2 "is a link to $work/tree/" --apply "$work/linked"
	answers 3 "has the fix" "$work/hard"
	answers 3 "has the fix" "$work/soft"
	[ "$(stat -c %a "$work/hard/net/sunrpc/xprt.c")" = 640 ] || bad "another mode"
}

# The second rename fails.
case_rename_fails()
{
	shape_tree 4.2 "$work/tree"
	mkdir "$work/bin"
	cat >"$work/bin/mv" <<-EOT
	#!/bin/sh
	echo >>$work/mv
	[ \$(wc -l <$work/mv) != 2 ] && exec /bin/mv "\$@"
	EOT
	chmod +x "$work/bin/mv"
	PATH=$work/bin:$PATH unchanged answers 1 "the tree is as it was" --apply "$work/tree"
	[ "$(wc -l <"$work/mv")" = 2 ] || bad "the rename was not tried"
}

# What is printed is what is applied, and git takes it.
case_printed()
{
	shape_tree 4.2 "$work/tree"
	cp -r "$work/tree" "$work/patched"
	"$BACKPORT" --patches all "$work/tree" >"$work/diff" || bad "status $?"
	(cd "$work/patched" && GIT_CEILING_DIRECTORIES=$work git apply "$work/diff") ||
		bad "git apply"
	"$BACKPORT" --patches all --apply "$work/tree" || bad "--apply: $?"
	diff -r "$work/tree" "$work/patched" || bad "the diff is not what is applied"
	answers 3 "and all that follows it" --patches all "$work/tree"
}

# What is asked for is there, or builds on what is not: the next command is named,
# and works.
case_next_command()
{
	shape_tree 4.2.8 "$work/tree"
	answers 3 "PATCHES=\"0002 0003 0007\"" --patches 0001 "$work/tree"
	answers 0 "+			rpc_wake_up_queued_task" --patches "0001 0002" "$work/tree"
}

case_order()
{
	shape_tree 4.2 "$work/tree"
	answers 6 "PATCHES=\"0001 0002\"" --patches 0002 "$work/tree"
	answers 2 "no patch '0008'" --patches 0008 "$work/tree"
}

case_odd_function()
{
	shape_tree odd-connect "$work/tree"
	unchanged answers 5 "0001/5-xs_tcp_finish_connecting: xs_tcp_finish_connecting in net/sunrpc/xprtsock.c has another shape" \
		--apply "$work/tree"
	shape_tree wait-elsewhere "$work/tree"
	unchanged answers 5 "0004/1-xprt_destroy" --apply --patches all "$work/tree"
}

# The caller's directory counts, also with make -C.
case_relative_tree()
{
	shape_tree 4.2 "$work/tree"
	said=$(cd "$work" && make --no-print-directory -C "$TREE" backport TREE=tree 2>&1) ||
		bad "$said"
	grep -q '^+++ b/net' <<<"$said" || bad "no diff: $said"
}

# A tree whose Makefile takes its time: the progress is printed, and Ctrl-C ends all
# that was started and keeps what was built.
case_verify_interrupted()
{
	local log=$work/verify.log pid status=0

	shape_tree 4.2 "$work/tree"
	# A reader that never comes: the build hangs until it is interrupted.
	mkfifo "$work/fifo"
	cat >"$work/tree/Makefile" <<-EOT
	allnoconfig: ; cp \$(KCONFIG_ALLCONFIG) \$(O)/.config
	modules: bzImage
	bzImage: ; touch \$(O)/a.o; echo '  CC      net/a.o'; cat >$work/fifo
	EOT
	export SUNRPC_FIX_CACHE=$work/cache PROGRESS=1 SRC=$work/tree
	perl -MPOSIX -e '$SIG{INT} = "DEFAULT"; setsid(); exec @ARGV' \
		"$TREE/patches/verify-backport.sh" >"$log" 2>&1 &
	pid=$!
	until grep -q '1 of about .* objects, .*; at net/a.o' "$log"; do
		kill -0 $pid || bad "ended: $(cat "$log")"
		read -r -t 1 <> <(:) || :
	done
	kill -INT -- -$pid
	wait $pid || status=$?
	[ $status = 130 ] || bad "exit status $status: $(cat "$log")"
	! pgrep -s $pid || bad "left behind: $(ps -s $pid)"
	grep 'the same command goes on' "$log" || bad "$(cat "$log")"
	ls "$work"/cache/verify-backport/*/a.o
}

# ---------------------------------------------------------------------------- all

# one NAME: a shape or a case.
one()
{
	name=$1
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	if declare -F "case_$name" >/dev/null; then
		set +e
		(set -e; "case_$name") >"$work/log" 2>&1
		got=$?
		[ $got = 0 ] || {
			tail -n 20 "$work/log"
			exit 1
		}
		echo "  ok $name"
	else
		shape "$name"
	fi
}

case ${1:-} in
-h|--help) usage; exit ;;
--one)	one "$2"; exit ;;
esac
need_packages unifdef:unifdef spatch:coccinelle perl:perl git:git \
	diff:diffutils pgrep:procps
mapfile -t shapes < <(awk '/^[^#]/ { print $1 }' "$TESTS/shapes")
mapfile -t cases < <(declare -F | sed -n 's/^declare -f case_//p')
case $* in
'')	set -- "${shapes[@]}" "${cases[@]}" ;;
shapes)	set -- "${shapes[@]}" ;;
cases)	set -- "${cases[@]}" ;;
esac
printf '%s\n' "$@" | xargs -P "$(nproc)" -n 1 "$0" --one
