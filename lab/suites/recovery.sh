# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite recovery, 2700 s: faults around a connect: as soon over as on the kernel with the fix

# Had each fault taken a second longer with sunrpc_fix than as released, or not
# been tried.
delay_is_noticed()
{
	local dir fault fooled=0

	dir=$(mktemp -d)
	cp -r "$OUT/recovery"/{stock,race+fix} "$dir/"
	awk -F'[= ]' '{ printf "fault=%s seconds=%.2f attempts=%s\n", $2, $4 * 1.1 + 1, $6 }' \
		"$dir/stock/recovery/tries" >"$dir/race+fix/recovery/tries"
	for fault in $(awk -F'[= ]' '{ print $2 }' "$dir/stock/recovery/tries" | sort -u); do
		# Its time is not judged.
		[ "$fault" != memory_short ] || continue
		! "$LAB/recovery.sh" --print "$dir" "$fault" || fooled=1
	done
	: >"$dir/race+fix/recovery/tries"
	! "$LAB/recovery.sh" --print "$dir" memory_short || fooled=1
	rm -rf "$dir"
	[ $fooled = 0 ]
}

suite_recovery()
{
	try "with sunrpc_fix and as released" "$LAB/recovery.sh" \
		--out "$OUT/recovery"
	try "a delay would be noticed" delay_is_noticed
}
