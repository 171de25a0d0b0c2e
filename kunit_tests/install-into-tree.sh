#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# install-into-tree.sh TREE
#
# Puts the KUnit tests, and the files that they test, into a kernel tree as
# lib/sunrpc_fix, and hooks that into lib/Makefile and lib/Kconfig.debug.
# Then, in the tree:
#
#   ./tools/testing/kunit/kunit.py run --kunitconfig=lib/sunrpc_fix/.kunitconfig
#
# Running it again replaces the files; files that are the same are left alone,
# so that only what has changed is built again.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
module=$(dirname "$here")/sunrpc_fix

if [ $# != 1 ] || [ ! -f "$1/lib/Kconfig.debug" ]; then
	echo "usage: $(basename "$0") TREE, the top directory of a kernel's source" >&2
	exit 2
fi
tree=$1
dir=$tree/lib/sunrpc_fix

mkdir -p "$dir"
for file in "$here"/Kconfig "$here"/Makefile "$here"/.kunitconfig \
	    "$here"/*_test.[ch] "$module"/compat.h \
	    "$module"/connect_state.[ch] "$module"/inflight.[ch] \
	    "$module"/affected.[ch]; do
	cmp -s "$file" "$dir/$(basename "$file")" || cp "$file" "$dir/"
done

# add_line FILE LINE
add_line()
{
	grep -qxF "$2" "$1" || printf '\n%s\n' "$2" >>"$1"
}

# shellcheck disable=SC2016
add_line "$tree/lib/Makefile" 'obj-$(CONFIG_SUNRPC_FIX_KUNIT_TEST) += sunrpc_fix/'
add_line "$tree/lib/Kconfig.debug" 'source "lib/sunrpc_fix/Kconfig"'
