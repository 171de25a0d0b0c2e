#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Makes the change of upstream 0fdea1e8a285, and what should follow it, on a
# kernel source tree that has the connect race, with the semantic patches in
# patches/backport/.

. "$(dirname "$0")/../scripts/lib.sh"

RULES=$TREE/patches/backport
ALL=$(cd "$RULES" && echo [0-9]*)
XPRTSOCK=net/sunrpc/xprtsock.c
XPRT=net/sunrpc/xprt.c
HEADER=include/linux/sunrpc/xprtsock.h

usage()
{
	local n

	cat <<-EOT
	usage: patches/backport.sh [--apply] [--patches "N..."|all]
	                       [--format DIRECTORY|--compare DIRECTORY] SRCTREE

	Prints the change as a diff; SRCTREE is left as it is.

	  --apply    change SRCTREE, all of it or nothing
	  --patches  which changes (0001); all: every one that SRCTREE lacks
	  --format   write them as mails for "git am", one each, to DIRECTORY
	  --compare  compare them with the mails in DIRECTORY

	$(for n in $ALL; do
		printf '  %s  %s\n' "$n" "$(subject "$n")"
	done)

	Exit status:
	  0  done
	  1  something else went wrong, or --compare found a difference
	  2  wrong usage, or SRCTREE is no kernel source
	  3  nothing to do: SRCTREE has the fix already
	  4  nothing to do: SRCTREE is older than the defect
	  5  a function has a shape that the rules do not know; it is named
	EOT
}

subject()
{
	head -n 1 "$RULES/$1/message"
}

refuse()
{
	local status=$1
	shift

	echo "$(basename "$0"): $*" >&2
	exit "$status"
}

header()
{
	sed -n "s|^// $2: *||p" "$1"
}

# The text of a function, on one line; of the whole file if it is no function.
body()
{
	awk -v name="${2%% *}" '
		name == "struct" { print; next }
		$0 ~ "^[a-z].*[ *]" name "[(]" && !/;$/ { inside = 1 }
		inside { print }
		inside && /^}/ { exit }' "$1" | tr -s '[:space:]' ' '
}

# The file that a rule is for: the first one with the structure or function.
file_of()
{
	local name file

	name=$(header "$1" Function)
	for file in $(header "$1" File); do
		case $name in
		struct*)
			! grep -qs "^$name {" "$work/$file" || break ;;
		*)	break ;;
		esac
	done
	echo "$file"
}

has_change()
{
	local unless

	unless=$(header "$1" Unless)
	[ -n "$unless" ] && body "$work/$(file_of "$1")" \
		"$(header "$1" Function)" | grep -qE -e "$unless"
}

# Nothing but the rules say whether a follow-up is in the tree.
has_patch()
{
	local rule

	for rule in "$RULES/$1"/*.cocci; do
		has_change "$rule" || return 1
	done
}

# What is fixed, and what never was broken, without looking at version numbers:
# distributions backport.
classify()
{
	if grep -q 'set_bit(XPRT_SOCK_CONNECTING' "$tree/$XPRTSOCK"; then
		echo fixed
	elif ! grep -q '^bool xprt_lock_connect(' "$tree/$XPRT"; then
		echo older
	else
		echo affected
	fi
}

# A rule matches all of its pattern or changes nothing.
run_rule()
{
	local rule=$1 file name new=$work/new.c

	file=$(file_of "$rule")
	name=$(header "$rule" Function)
	if [ ! -f "$work/$file" ]; then
		misfit "$rule" "there is no $name in: $(header "$rule" File)"
		return
	fi
	rm -f "$new"
	if ! spatch --very-quiet --no-includes --max-width 80 \
	     --sp-file "$rule" "$work/$file" -o "$new" >"$work/log" 2>&1 &&
	   ! grep -q 'no modified files' "$work/log"; then
		cat "$work/log" >&2
		misfit "$rule" "spatch gave up on $name in $file"
	elif [ ! -f "$new" ] || cmp -s "$new" "$work/$file"; then
		misfit "$rule" "$name in $file has another shape"
	else
		# spatch puts "else" on a line of its own.
		perl -0pi -e 's/\n(\t+)\}\n\1else \{/\n$1} else {/g' "$new"
		cat "$new" >"$work/$file"
	fi
}

misfit()
{
	misfits="$misfits
  $(basename "$(dirname "$1")")/$(basename "$1"): $2"
}

# In the form of git diff, without what git would know of the tree.
print_diff()
{
	local file old=$1 new=$2

	for file in $HEADER $XPRT $XPRTSOCK; do
		[ -f "$new/$file" ] || continue
		! cmp -s "$old/$file" "$new/$file" || continue
		echo "diff --git a/$file b/$file"
		diff -up --label "a/$file" --label "b/$file" \
			"$old/$file" "$new/$file" || [ $? = 1 ]
	done
}

print_mail()
{
	local n=$1 diff=$2

	# No author: whoever sends it on signs it.
	cat <<-EOT
	From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
	From: sunrpc-fix <sunrpc-fix@localhost>
	Date: Sun, 22 Nov 2026 00:00:00 +0000
	Subject: [PATCH] $(subject "$n")

	$(sed '1,2d' "$RULES/$n/message")
	---
	$(git apply --stat "$diff")

	EOT
	cat "$diff"
	printf -- '-- \nsunrpc-fix\n'
}

apply="" patches=0001 mode=diff directory="" tree=""
while [ $# -gt 0 ]; do
	case $1 in
	--patches|--format|--compare)
		[ $# -ge 2 ] || usage_error "$1 needs a value" ;;
	esac
	case $1 in
	--apply)	apply=1 ;;
	--patches)	patches=$2; shift ;;
	--format|--compare) mode=${1#--}; directory=$2; shift ;;
	-h|--help)	usage; exit ;;
	-*)		usage_error "unknown option $1; see patches/backport.sh --help" ;;
	*)		[ -z "$tree" ] || usage_error "one source tree, not two: $tree, $1"
			tree=$1 ;;
	esac
	shift
done
[ -n "$tree" ] || usage_error "no source tree given (make backport TREE=/path/to/linux)"
for n in ${patches/#all/}; do
	[ -d "$RULES/$n" ] || usage_error "there is no patch '$n'; known: $ALL, all"
done
for f in $XPRT $XPRTSOCK; do
	[ -f "$tree/$f" ] || usage_error "$tree has no $f: not a kernel source tree"
done
[ -z "$apply" ] || [ -w "$tree/$XPRT" ] || usage_error "cannot write to $tree"
need_packages spatch:coccinelle perl:perl diff:diffutils git:git

state=$(classify)
if [ $state = older ]; then
	refuse 4 "$tree is not affected: its xprt.c has no xprt_lock_connect()," \
		"so the connect worker cannot give up XPRT_LOCKED with a SYN out"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for f in $HEADER $XPRT $XPRTSOCK; do
	[ -f "$tree/$f" ] || continue
	mkdir -p "$work/$(dirname "$f")" "$work/old/$(dirname "$f")"
	cp "$tree/$f" "$work/$f"
done

lacking=
for n in $ALL; do
	case $n in
	0001)	[ $state = fixed ] || lacking="$lacking $n" ;;
	*)	has_patch "$n" || lacking="$lacking $n" ;;
	esac
done
[ "$patches" != all ] || patches=$lacking
if [ -z "$patches" ]; then
	refuse 3 "$tree has the fix and all that follows it"
fi
case " $patches " in
*" 0001 "*)
	[ $state != fixed ] ||
		refuse 3 "$tree has the fix (it sets XPRT_SOCK_CONNECTING);" \
			"it lacks of what follows it:${lacking:- nothing}" ;;
*)	[ $state = fixed ] ||
		refuse 5 "$tree lacks 0001, which the others build on" ;;
esac

misfits=
mkdir "$work/mails"
for n in $patches; do
	case " $lacking " in
	*" $n "*) ;;
	*)	echo "$n: $tree has it already" >&2
		continue ;;
	esac
	for f in $HEADER $XPRT $XPRTSOCK; do
		[ ! -f "$work/$f" ] || cp "$work/$f" "$work/old/$f"
	done
	for rule in "$RULES/$n"/*.cocci; do
		has_change "$rule" || run_rule "$rule"
	done
	print_diff "$work/old" "$work" >"$work/diff"
	if [ -s "$work/diff" ]; then
		name=$(subject "$n" | tr -cs '[:alnum:]_.\n' - | sed 's/-*$//')
		print_mail "$n" "$work/diff" >"$work/mails/$n-$name.patch"
	fi
done
if [ -n "$misfits" ]; then
	refuse 5 "$tree is unchanged, the rules do not fit:$misfits
  Compare the function with the pattern in that file in $RULES,
  whose comment says what it is for, and add the shape there or by hand."
fi

case $mode in
diff)
	print_diff "$tree" "$work" ;;
format)
	mkdir -p "$directory"
	cp "$work"/mails/* "$directory/"
	(cd "$work/mails" && printf '%s\n' *) ;;
compare)
	diff -r -x README -I '^index ' "$directory" "$work/mails" ||
		refuse 1 "$directory is not what the semantic patches make of $tree" ;;
esac
[ -n "$apply" ] || exit 0
for f in $HEADER $XPRT $XPRTSOCK; do
	if [ -f "$work/$f" ] && ! cmp -s "$work/$f" "$tree/$f"; then
		cat "$work/$f" >"$tree/$f"
		echo "changed $tree/$f" >&2
	fi
done
