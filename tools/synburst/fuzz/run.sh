#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fuzz/run.sh [SECONDS]
#
# Fuzzes synburst with libFuzzer under ASan and UBSan, for 60 seconds unless
# told; before a release: nice fuzz/run.sh 14400. Begins with captures of every
# format, link layer and tunnel, plain and compressed, and with what was found
# before, which is kept in $CACHE/synburst/corpus.

. "$(dirname "$0")/../../../scripts/lib.sh"

seconds=${1:-60}
need_number SECONDS "$seconds" 1 1000000
need_packages clang:clang gzip:gzip perl:perl /usr/include/pcap.h:libpcap-dev \
	/usr/include/zlib.h:zlib1g-dev
source=$TREE/tools/synburst
dir=$CACHE/synburst
log=$CACHE/logs/fuzz-synburst.log
mkdir -p "$dir/fuzz" "$dir/corpus" "$CACHE/logs"

# The compiler's runtime for sanitizers is a package of its own.
echo 'int main(void) { return 0; }' >"$dir/fuzz/try.c"
clang -fsanitize=fuzzer-no-link,address -o "$dir/fuzz/try" "$dir/fuzz/try.c" \
	2>/dev/null ||
	need_packages "/no/libclang-rt:libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"

# All rooms but main.c.
rooms=()
for file in "$source"/*.c; do
	[ "$file" = "$source/main.c" ] || rooms+=("$file")
done
clang -std=gnu99 -D_GNU_SOURCE -g -O1 -Wall -Wextra -Werror \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	-I"$source" -o "$dir/fuzz/fuzz" "$source/fuzz/fuzz.c" "${rooms[@]}" \
	-lpcap -lz >"$log" 2>&1 || die "building the fuzzer" "$log" \
		"read the compiler's message in the log"
# One that the fall-back to libpcap reads is among them.
seeds=$dir/fuzz/seeds
rm -rf "$seeds"
mkdir "$seeds"
seed()
{
	local file

	file=$seeds/$(tr -d ' ' <<<"$*")
	"$source/tests/makecap" "${@:2}" script "$1" \
		<"$source/tests/situations.txt" >"$file"
	gzip -k "$file"
}
for format in pcap swapped nsec modified pcapng pcapng-swapped pcapng-nsec pcapng-simple; do
	seed wrap -f $format
done
for ip in "" -6 -o "-6 -o"; do
	for link in vlan qinq pppoe snap mpls cooked cooked2 raw null loop ppp; do
		# shellcheck disable=SC2086
		seed isn-rewritten -l $link $ip
	done
	for tunnel in vxlan geneve gre erspan1 erspan2 erspan3 ipip mpls-eth esp; do
		# shellcheck disable=SC2086
		seed isn-rewritten -t $tunnel $ip
	done
done
for name in $(sed -n 's/^== \(.*\):.*/\1/p' "$source/tests/situations.txt"); do
	seed "$name"
done
cd "$dir/fuzz" || exit
./fuzz -max_total_time="$seconds" -max_len=4096 -print_final_stats=1 \
	"$dir/corpus" "$seeds" >"$log" 2>&1 ||
	die "the fuzzer" "$log" \
		"the file that it names in $dir/fuzz makes it fail again: $dir/fuzz/fuzz FILE"
grep -E '^stat::number_of_executed_units|^stat::new_units_added|^Done' "$log"
echo "nothing found"
