#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lab/build/module.sh SERIES [MODULE]
#
# Builds sunrpc_fix.ko, or another module that the lab needs, for that kernel of
# the lab, outside of the tree, and prints the name of what was built:
#
#   sunrpc_fix   the product (default)
#   faults       the same, with faults to order (sunrpc_fix/fault.c)
#   kunit        the KUnit suites, a module each
#   sunrpc_repro the reproducer
#   bundle       what "make bundle" makes for it
#   others       the lab's own: lab/modules/NAME.c

. "$(dirname "$0")/../../scripts/lib.sh"

own=$(cd "$LAB/modules" && echo *.c)
MODULES="sunrpc_fix faults kunit sunrpc_repro bundle ${own//.c/}"

[ $# = 1 ] || [ $# = 2 ] ||
	usage_error "usage: module.sh SERIES [$MODULES] ($SERIES_KNOWN $SERIES_DEBUG)"
series=$1
module=${2:-sunrpc_fix}
known_series "$series"
options=()
suffix=ko
case $module in
sunrpc_fix)	cd "$TREE" && sources=(Kbuild sunrpc_fix/*.[ch]) ;;
faults)		cd "$TREE" && options=(SUNRPC_FIX_FAULTS=y) &&
			sources=(Kbuild sunrpc_fix/*.[ch]) ;;
sunrpc_repro)	cd "$TREE/sunrpc_repro" && sources=(Kbuild ./*.[ch]) ;;
kunit)		cd "$TREE" && options=(CONFIG_SUNRPC_FIX_KUNIT_TEST=m) &&
			sources=(kunit_tests/Makefile kunit_tests/*_test.[ch]
				 sunrpc_fix/{connect_state,inflight,affected}.[ch]
				 sunrpc_fix/compat.h) ;;
bundle)		cd "$TREE" && suffix=tar.gz &&
			mapfile -t sources < <(git ls-files Kbuild Makefile \
				dkms.conf docs/3am.md packaging sunrpc_fix \
				sunrpc_repro tools) ;;
*)		[ -e "$LAB/modules/$module.c" ] ||
			usage_error "unknown module '$module'; known: $MODULES"
		cd "$LAB/modules" && options=(MODULE="$module") &&
			sources=(Kbuild "$module.c") ;;
esac
kernel=$("$LAB/build/kernel.sh" "$series")
kernel=$(realpath "$kernel")
build=$kernel/$module-$(hash_of "${sources[@]}")
log=$CACHE/logs/module-$series.log
tmp=$kernel/.tmp.$module
lock "module-$series"

if [ ! -d "$build" ]; then
	say "building $module for $series"
	rm -rf "$tmp"
	mkdir -p "$tmp"
	case $module in
	# The tests and the tested files share a directory, as in a kernel tree.
	kunit)	cp "${sources[@]}" "$tmp/" ;;
	*)	cp --parents "${sources[@]}" "$tmp/" ;;
	esac
	if [ "$module" = bundle ]; then
		KDIR=$kernel/headers packaging/bundle.sh "$tmp/bundle.tar.gz" \
			>"$log" 2>&1 9>&-
	else
		make -C "$kernel/headers" M="$tmp" CONFIG_DEBUG_INFO_BTF_MODULES= \
			"${options[@]}" modules >"$log" 2>&1 9>&-
	fi || die "building $module for $series" "$log" \
			"read the compiler's message in the log"
	mkdir "$tmp/done"
	mv "$tmp"/*.$suffix "$tmp/done/"
	mv "$tmp/done" "$build"
	rm -rf "$tmp"
fi
# Another tree's may be in use.
prune "$kernel" "$module-*" "$(basename "$build")"
printf '%s\n' "$build"/*.$suffix
