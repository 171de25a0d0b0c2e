#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# host_tests/kernel/headers.sh DIRECTORY HEADER FILE...
#
# Fills a directory with all the kernel headers that these files include, each
# of which is HEADER, but those that the C library has as well.

set -eu

dir=$1
header=$2
shift 2

sed -n 's/^#include <\(.*\.h\)>.*/\1/p' "$@" | sort -u |
while read -r name; do
	case $name in
	linux/errno.h|linux/limits.h)
		;;
	linux/*|net/*|trace/*|kunit/*)
		mkdir -p "$dir/$(dirname "$name")"
		echo "#include \"$header\"" >"$dir/$name" ;;
	esac
done
