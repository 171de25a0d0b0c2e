#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Makes the change of upstream 0fdea1e8a285, and what should follow it, on a
# kernel source tree that has the connect race, with the semantic patches in
# patches/backport/.

. "$(dirname "$0")/../scripts/lib.sh"
. "$TREE/patches/rules.sh"

RULES=$RULES_DIR/backport
ALL=$(cd "$RULES" && echo [0-9]*)
XPRTSOCK=net/sunrpc/xprtsock.c
XPRT=net/sunrpc/xprt.c
HEADER=include/linux/sunrpc/xprtsock.h
FILES="$HEADER $XPRT $XPRTSOCK"
# The rule whose change is the fix proper.
WORKER=0001/6-xs_tcp_setup_socket

usage()
{
	local n

	cat <<-EOT
	usage: patches/backport.sh [--apply] [--patches "N..."|all]
	                           [--status|--format DIRECTORY|--compare "DIRECTORY..."]
	                           SRCTREE

	Prints the change as a diff; SRCTREE is left as it is.

	  --apply    change SRCTREE, all of it or nothing
	  --patches  which changes ("0001 0002"); all: every one that SRCTREE lacks
	  --status   say which changes SRCTREE has and which it lacks
	  --format   write them as mails for "git am", one each, to DIRECTORY
	  --compare  compare them with the mails in these directories

	$(for n in $ALL; do
		printf '  %s  %s\n' "$n" "$(subject "$n")"
	done)

	Exit status:
	  0  done (--status: SRCTREE has the defect)
	  1  something else went wrong, or --compare found a difference
	  2  wrong usage, or SRCTREE is no kernel source that can be read or changed
	  3  nothing to do: SRCTREE has what was asked for
	  4  nothing to do: SRCTREE is older than the defect
	  5  a function has a shape that the rules do not know; it is named
	  6  SRCTREE lacks 0001, which the changes that were asked for build on
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

# next_step PATCHES: the command for them.
next_step()
{
	printf 'make backport TREE=%q PATCHES="%s"' "$tree" "$1"
}

# What can be checked without understanding the files.
check_files()
{
	local f dir

	for f in $XPRT $XPRTSOCK; do
		[ -f "$tree/$f" ] || usage_error "$tree has no $f: not a kernel source tree"
	done
	if [ ! -f "$tree/$HEADER" ] && grep -q '<linux/sunrpc/xprtsock.h>' "$tree/$XPRTSOCK"; then
		usage_error "$tree has no $HEADER, which $XPRTSOCK includes: not a whole kernel source tree"
	fi
	for f in $FILES; do
		[ -f "$tree/$f" ] || continue
		[ -r "$tree/$f" ] || usage_error "cannot read $tree/$f"
		! grep -q $'\r' "$tree/$f" ||
			usage_error "$tree/$f has CR at its line ends, as no kernel release has: convert it first (dos2unix; or git config core.autocrlf false, and check it out again)"
		[ -n "$apply" ] || continue
		# By the mode: root may write to what was made read-only on purpose.
		[ -n "$(find -L "$tree/$f" -perm -u=w)" ] && [ -w "$tree/$f" ] ||
			usage_error "$tree/$f is read-only: nothing was changed; make it writable first (chmod u+w, p4 edit), or print the diff and apply it where the source is"
		dir=$(realpath "$tree/$(dirname "$f")")
		case $dir in
		"$tree"/*) ;;
		*)	usage_error "$tree/$(dirname "$f") is a link to $dir: nothing was changed; change that tree instead, or put a copy in place of the link" ;;
		esac
		[ -w "$dir" ] ||
			usage_error "cannot write to $dir: nothing was changed; the new files are made there"
	done
}

# What is fixed, and what never was broken, by the code and not by the version:
# distributions backport. $found has the rules whose change is there.
classify()
{
	local rule missing=()

	if ! grep -qE '\<xprt_(un)?lock_connect[[:space:]]*\(' "$tree/$XPRT" "$tree/$XPRTSOCK"; then
		state=older
		return
	fi
	for rule in "$RULES"/0001/*.cocci; do
		has_change "$rule" || missing+=("$(rule_name "$rule")")
	done
	if [ ${#missing[@]} = 0 ]; then
		state=fixed
	elif ! has_change "$RULES/$WORKER.cocci"; then
		state=affected
		cat "$work/$XPRTSOCK" >"$work/try.c"
		rule_apply "$RULES/$WORKER.cocci" "$work/try.c" "$work/log" ||
			state="unknown: xs_tcp_setup_socket() neither clears XPRT_CONNECTING with the SYN out, as far as the rule knows, nor leaves it set"
	else
		state="unknown: xs_tcp_setup_socket() leaves XPRT_CONNECTING set with the SYN out, but this is missing: ${missing[*]}"
	fi
}

has_change()
{
	[[ $'\n'$found$'\n' == *$'\n'"$(rule_name "$1")"$'\n'* ]]
}

has_patch()
{
	local rule

	for rule in "$RULES/$1"/*.cocci; do
		has_change "$rule" || return 1
	done
}

# Into $work, by one rule; what goes wrong is collected.
make_change()
{
	local rule=$1 file name status=0

	file=$(rule_file "$rule" "$work")
	name=$(rule_header "$rule" Function)
	if [ ! -f "$work/$file" ]; then
		misfit "$rule" "there is no $name in: $(rule_header "$rule" File)"
		return
	fi
	rule_apply "$rule" "$work/$file" "$work/log" || status=$?
	case $status in
	1)	# 0001 may have made what 0003 asks for.
		[ -n "$(rules_found "$work" "$work" "$rule")" ] ||
			misfit "$rule" "$name in $file has another shape" ;;
	2)	cat "$work/log" >&2
		misfit "$rule" "spatch gave up on $name in $file" ;;
	esac
}

misfit()
{
	misfits="$misfits
  $(rule_name "$1"): $2"
}

# In the form of git diff, without what git would know of the tree.
print_diff()
{
	local file old=$1 new=$2

	for file in $FILES; do
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

	# No author: the sender signs it.
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

copy_files()
{
	local f

	for f in $FILES; do
		[ -f "$1/$f" ] || continue
		mkdir -p "$2/$(dirname "$f")"
		# Not its mode: it may be read-only.
		cat "$1/$f" >"$2/$f"
	done
}

# Beside each file its new text first, then all renames: who links to a file
# of the tree keeps the old one, and what fails leaves the tree as it was.
change_tree()
{
	local f new=() files=()

	trap 'rm -f "${new[@]}"; rm -rf "$work"' EXIT
	for f in $FILES; do
		if [ ! -f "$work/$f" ] || cmp -s "$work/$f" "$tree/$f"; then
			continue
		fi
		files+=("$f")
		new+=("$tree/$f.backport.$$")
		if ! { cp -pL "$tree/$f" "${new[-1]}" && cat "$work/$f" >"${new[-1]}" &&
		       cp -pP "$tree/$f" "$work/$f.before"; }; then
			refuse 1 "cannot write beside $tree/$f; nothing was changed"
		fi
	done
	# No interrupt between the first rename and the last.
	trap '' INT TERM HUP
	for f in "${files[@]}"; do
		mv -fT "$tree/$f.backport.$$" "$tree/$f" || put_back "$f" "${files[@]}"
	done
	printf "changed $tree/%s\n" "${files[@]}" >&2
}

# put_back FAILED FILE...: the files as they were.
put_back()
{
	local failed=$1 f
	shift

	for f in "$@"; do
		cp -pP --remove-destination "$work/$f.before" "$tree/$f" ||
			say "$tree/$f is changed, and could not be put back"
	done
	refuse 1 "cannot rename to $tree/$failed; the tree is as it was"
}

print_status()
{
	local n rule trial

	echo "$tree: $state"
	for n in $ALL; do
		trial=has
		for rule in "$RULES/$n"/*.cocci; do
			! has_change "$rule" || continue
			trial=lacks
			make_change "$rule"
		done
		[ -z "$misfits" ] || trial=unknown
		misfits=
		printf '  %s %-7s %s\n' "$n" "$trial" "$(subject "$n")"
	done
	case $state in
	fixed)	exit 3 ;;
	unknown*) exit 5 ;;
	esac
}

apply="" patches="0001 0002" mode=diff directory="" tree=""
while [ $# -gt 0 ]; do
	case $1 in
	--patches|--format|--compare)
		[ $# -ge 2 ] || usage_error "$1 needs a value" ;;
	esac
	case $1 in
	--apply)	apply=1 ;;
	--patches)	patches=$2; shift ;;
	--status)	mode=status ;;
	--format|--compare) mode=${1#--}; directory=$2; shift ;;
	-h|--help)	usage; exit ;;
	-*)		usage_error "unknown option $1; see patches/backport.sh --help" ;;
	*)		[ -z "$tree" ] || usage_error "one source tree, not two: $tree, $1"
			tree=$1 ;;
	esac
	shift
done
[ -n "$tree" ] || usage_error "no source tree given (make backport TREE=/path/to/linux)"
[ -n "${patches// /}" ] || usage_error "no patch given; known: $ALL, all"
for n in ${patches/#all/}; do
	[ -d "$RULES/$n" ] || usage_error "there is no patch '$n'; known: $ALL, all"
done
[ -d "$tree" ] || usage_error "$(realpath -m "$tree") is no directory"
tree=$(realpath "$tree")
need_packages spatch:coccinelle perl:perl diff:diffutils git:git
check_files

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
misfits=
copy_files "$tree" "$work"
found=$(rules_found "$work" "$work" "$RULES"/*/*.cocci)
classify
if [ "$state" = older ]; then
	refuse 4 "$tree is not affected: it has no xprt_lock_connect()," \
		"so the connect worker cannot give up XPRT_LOCKED with a SYN out"
fi
if [ $mode = status ]; then
	print_status
	exit
fi

lacking=
for n in $ALL; do
	has_patch "$n" || lacking="$lacking $n"
done
lacking=${lacking# }
[ "$patches" != all ] || patches=$lacking
case $state in
unknown*)
	refuse 5 "cannot tell whether $tree has the defect, and leaves it as it is:
  ${state#unknown: }.
  Compare net/sunrpc/xprtsock.c with the rules in $RULES/0001." ;;
affected)
	case " $patches " in
	*" 0001 "*) ;;
	*)	refuse 6 "$tree lacks 0001, which the others build on; next:
  $(next_step "0001 $patches")" ;;
	esac ;;
esac

todo=
for n in $patches; do
	case " $lacking " in
	*" $n "*) todo="$todo $n" ;;
	esac
done
if [ -z "$todo" ]; then
	[ -n "$lacking" ] || refuse 3 "$tree has the fix and all that follows it"
	refuse 3 "$tree has the fix; of what follows it, it lacks $lacking. Next, if wanted:
  $(next_step "$lacking")"
fi

mkdir "$work/mails" "$work/old"
for n in $patches; do
	case "$todo " in
	*" $n "*) ;;
	*)	echo "$(basename "$0"): $n: $tree has it already" >&2
		continue ;;
	esac
	copy_files "$work" "$work/old"
	for rule in "$RULES/$n"/*.cocci; do
		has_change "$rule" || make_change "$rule"
	done
	print_diff "$work/old" "$work" >"$work/diff"
	if [ -s "$work/diff" ]; then
		name=$(subject "$n" | tr -cs '[:alnum:]_.\n' - | sed 's/-*$//')
		print_mail "$n" "$work/diff" >"$work/mails/$n-$name.patch"
	fi
done
if [ -z "$misfits" ]; then
	# A change that is not found where it was made was made in the wrong place.
	found=$(rules_found "$work" "$work" "$RULES"/*/*.cocci)
	for n in $todo; do
		for rule in "$RULES/$n"/*.cocci; do
			has_change "$rule" ||
				misfit "$rule" "changed $(rule_header "$rule" Function), but not all that needs it there"
		done
	done
fi
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
	mkdir "$work/shipped"
	for d in $directory; do
		cp "$d"/*.patch "$work/shipped/"
	done
	# But for where the lines are: other point releases move them.
	diff -r -I '^index ' -I '^@@ ' "$work/shipped" "$work/mails" ||
		refuse 1 "$directory is not what the semantic patches make of $tree" ;;
esac
[ -z "$apply" ] || change_tree
