#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# crcs.sh MODULE.ko SYMVERS...
#
# Whether a kernel has every symbol that the module was built with, with the same
# CRC, so that it can load it: a line for each symvers (Module.symvers of its
# headers, or /boot/symvers-RELEASE.gz).  The exit status is that of the worst.

set -u

if [ $# -lt 2 ]; then
	echo "usage: crcs.sh MODULE.ko SYMVERS..." >&2
	exit 2
fi
module=$1
shift
needs=$(modprobe --dump-modversions "$module") && [ -n "$needs" ] || {
	echo "$module has no versions of symbols (CONFIG_MODVERSIONS)" >&2
	exit 2
}
worst=0
for symvers in "$@"; do
	case $symvers in
	*.gz)	has=$(gzip -dc "$symvers") ;;
	*)	has=$(cat "$symvers") ;;
	esac || exit 2
	{ echo "$needs"; echo --; echo "$has"; } | awk -v name="$symvers" '
		function crc(text) {
			sub(/^0x0*/, "", text)
			return tolower(text)
		}
		$1 == "--" { second = 1; next }
		!second { need[$2] = crc($1); n++; next }
		$2 in need {
			if (need[$2] != crc($1))
				differs = differs " " $2
			delete need[$2]
		}
		END {
			for (symbol in need)
				# Of sunrpc, if only vmlinux is listed, too.
				absent = absent " " symbol
			if (differs != "")
				print name ": other CRCs:" differs
			else if (absent != "")
				print name ": without:" absent
			else
				print name ": all " n " symbols agree"
			exit differs absent != ""
		}' || worst=1
done
exit $worst
