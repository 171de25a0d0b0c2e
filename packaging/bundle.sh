#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# packaging/bundle.sh [FILE]
#
# What a host without a compiler needs, in one archive: sunrpc_fix.ko and
# sunrpc_repro.ko for each kernel whose headers KDIR names (several, with blanks
# between them), the commands, install.sh and uninstall.sh.  Runs on el6, too.

set -eu

tree=$(cd "$(dirname "$0")/.." && pwd)
file=${1:-sunrpc-fix-bundle.tar.gz}
kdirs=${KDIR:-/lib/modules/$(uname -r)/build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
dir=$tmp/sunrpc-fix-bundle

fail()
{
	echo "bundle: $1" >&2
	exit 1
}

# step WHAT COMMAND...: its output is shown if it fails.
step()
{
	local what=$1
	shift

	"$@" >"$tmp/log" 2>&1 || {
		tail -n 20 "$tmp/log" >&2
		fail "$what failed"
	}
}

# A copy: the modules of several kernels are built one after another.
copy()
{
	mkdir -p "$tmp/tree"
	(cd "$tree" && tar --exclude='*.o' --exclude='*.ko' --exclude='*.mod' \
		--exclude='*.mod.c' --exclude='.*.cmd' --exclude=Module.symvers \
		-cf - Kbuild Makefile dkms.conf docs/3am.md packaging \
		sunrpc_fix sunrpc_repro tools) | tar -C "$tmp/tree" -xf -
}

modules()
{
	local kdir release

	for kdir in $kdirs; do
		[ -e "$kdir/Makefile" ] || fail "no kernel headers in $kdir; set KDIR"
		kdir=$(cd "$kdir" && pwd)
		for module in "" /sunrpc_repro; do
			step "building in $kdir" make -C "$kdir" \
				M="$tmp/tree$module" CONFIG_DEBUG_INFO_BTF_MODULES= modules
			# What the headers call the release is not always its name.
			release=$(modinfo -F vermagic "$tmp/tree$module"/*.ko)
			release=${release%% *}
			mkdir -p "$dir/modules/$release"
			mv "$tmp/tree$module"/*.ko "$dir/modules/$release/"
			step "cleaning up" make -C "$kdir" M="$tmp/tree$module" clean
		done
		strip -g "$dir/modules/$release"/*.ko
		echo "built for $release"
		echo "$kdir/Module.symvers" >>"$tmp/symvers"
	done
	# One build serves every kernel whose symbols have the same CRCs.
	for module in "$dir"/modules/*; do
		echo "the module of ${module##*/}, and"
		# shellcheck disable=SC2046
		sh "$tree/packaging/crcs.sh" "$module/sunrpc_fix.ko" \
			$(cat "$tmp/symvers") || :
	done
}

# Static, so that no library is needed.  libpcap may want D-Bus, which it uses for
# nothing that is done here, and that systemd, of which there is no static library.
synburst()
{
	local libs

	libs=$(pcap-config --static --libs | sed 's/-lsystemd/-Wl,--defsym=sd_is_socket=0,--defsym=sd_listen_fds=0/')
	make -C "$tmp/tree/tools/synburst" O="$tmp/synburst" LDFLAGS=-static \
		all >"$tmp/log" 2>&1 ||
	${CC:-cc} -static -o "$tmp/synburst/synburst" "$tmp"/synburst/*.o -lpcap -lz \
		$libs >"$tmp/log" 2>&1 || {
		tail -n 3 "$tmp/log" >&2
		echo "synburst is left out: it needs static libraries of libpcap and zlib"
		return
	}
	strip "$tmp/synburst/synburst"
	install -D -m 755 "$tmp/synburst/synburst" "$dir/files/common/usr/local/bin/synburst"
}

files()
{
	local flavour make="make -C $tmp/tree"

	step "collecting the files" $make install-command PREFIX=/usr/local \
		DESTDIR="$dir/files/common"
	for flavour in deb rpm el6; do
		step "collecting the files" $make install-load-order FLAVOUR=$flavour \
			DESTDIR="$dir/files/$flavour"
	done
	rm -rf "$dir/files/common/usr/local/share/bash-completion"
	cp "$tree"/packaging/bundle/*.sh "$tree/packaging/host.sh" \
		"$tree/packaging/crcs.sh" "$tree/docs/3am.md" "$dir/"
	sed -i "s|@ISSUES@|${ISSUES:-the issue tracker of the project}|" "$dir/3am.md"
}

mkdir -p "$dir"
copy
modules
synburst
files
(cd "$dir" && find . -type f ! -name SHA256SUMS | sort | xargs sha256sum >SHA256SUMS)
tar -C "$tmp" -czf "$file" sunrpc-fix-bundle
echo "$file"
