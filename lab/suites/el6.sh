# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154
#
# Suite el6, 900 s: what can be tested of el6 without it: its shells, coreutils, rpm and compiler

# What runs on el6 hosts; bundle.sh may be run on one, and is bash.
el6_scripts()
{
	printf '%s\n' tools/sunrpc-fix/sunrpc-fix dkms.conf packaging/host.sh \
		packaging/crcs.sh packaging/bundle.sh packaging/bundle/*.sh \
		packaging/load-order/sunrpc-fix.init packaging/load-order/dracut/*
}

# Of bash after 4.1: a pattern, a tab, and a line that has it.
NEW_IN_BASH=$(cat <<'EOT'
\$\{[a-zA-Z_]+@	${name@Q}
(declare|local|typeset) -[a-zA-Z]*[ng]	declare -g name
wait -[npf]	wait -n
printf '?"?%\(	printf '%(%F)T'
\[\[ +-[vR] 	[[ -v name ]]
(mapfile|readarray) [^|;]*-d	mapfile -d x
\[-[0-9]+\]\}	${name[-1]}
shopt -s (lastpipe|inherit_errexit|globasciiranges|localvar)	shopt -s lastpipe
EPOCHSECONDS|EPOCHREALTIME|SRANDOM|BASH_ARGV0	$EPOCHSECONDS
exec \{[a-z_]+\}[<>]&?-	exec {fd}>&-
read [^|;]*-N.*-t0	read -N 1 -t0
EOT
)

# Of coreutils after 8.4: commands and options.
NEW_IN_COREUTILS=$(cat <<'EOT'
(^|[^a-z_-])(realpath|numfmt|b2sum|base32|basenc|truncate -s [<>/%])([^a-z_-]|$)	realpath x
df [^|;]*--output	df --output=avail
timeout [^|;]*-k	timeout -k 5 60 x
ln [^|;]*(-[a-z]*r|--relative)	ln -sr a b
(md5|sha[0-9]+)sum [^|;]*--(ignore-missing|strict|zero)	sha256sum --ignore-missing -c x
basename [^|;]*-[as]	basename -a x y
(head|tail|cut|sort|uniq|comm|paste|wc) [^|;]*--(zero-terminated|total)	wc --total=only
split [^|;]*-n	split -n 4 x
env [^|;]*(-S|--split-string|-C|--chdir)	env -C / x
install [^|;]*-Z	install -Z a b
od [^|;]*--endian	od --endian=big
cp [^|;]*--(update=|attributes-only)	cp --update=none a b
date [^|;]*--iso-8601=ns|date [^|;]*--resolution	date --resolution
stat [^|;]*%[0-9.]*[mr]	stat -c %m x
mktemp [^|;]*--suffix	mktemp --suffix=x
EOT
)

# has_none LIST FILE...: no line of these has one of the patterns, each of which
# finds its own example.
has_none()
{
	local list=$1 pattern example status=0
	shift

	while IFS=$'\t' read -r pattern example; do
		grep -qE -- "$pattern" <<<"$example" || {
			echo "$pattern does not find its example: $example"
			status=1
		}
		! grep -nE -- "$pattern" "$@" /dev/null || {
			echo "... is newer than el6: $pattern"
			status=1
		}
	done <<<"$list"
	return $status
}

scripts_parse()
{
	local script shell

	for script in $(el6_scripts); do
		case $(head -n 1 "$script") in
		'#!/bin/sh'*)	shell="busybox ash" ;;
		*)		shell=bash ;;
		esac
		echo "$shell: $script"
		$shell -n "$script" || return
	done
}

# The command's own tests under busybox's shell, too.
command_in_ash()
{
	ln -sf "$(command -v busybox)" "$OUT/ash"
	TESTS="status metrics check kernel_names" \
		"$TREE/tools/sunrpc-fix/test.sh" "$OUT/ash"
}

# What rpm 4.8 knows of what is used.
SPEC_MACROS="%build %check %config %define %description %dir %doc %dracut %else %endif
	%files %flavour %global %host %if %install %package %post %postun %posttrans
	%prep %preun %setup %changelog %debug_package"
SPEC_TAGS="Name Version Release Summary License Group URL Source0 BuildArch
	BuildRequires Requires Conflicts Provides ExclusiveArch"

spec_is_old()
{
	local spec word status=0

	for spec in packaging/*.spec; do
		for word in $(sed 's/^#.*//; s/%%[a-z]*//g' "$spec" | grep -oE '^%[a-z]+'); do
			[[ " ${SPEC_MACROS//$'\n'/ } " == *[[:space:]]"$word"[[:space:]]* ]] || {
				echo "$spec: $word"
				status=1
			}
		done
		for word in $(grep -oE '^[A-Z][A-Za-z0-9]+(\([a-z]+\))?:' "$spec" |
				sed 's/(.*//; s/://'); do
			[[ " ${SPEC_TAGS//$'\n'/ } " == *[[:space:]]"$word"[[:space:]]* ]] || {
				echo "$spec: $word:"
				status=1
			}
		done
		no_output grep -nE '%\{(lua|expr|shrink|quote|gsub|load|\?!)' "$spec" || status=1
	done
	return $status
}

specs_parse()
{
	local el

	for el in 6 7; do
		rpmspec --parse --define "el $el" packaging/sunrpc-fix.spec || return
	done
	rpmspec --parse packaging/kmod-sunrpc_fix.spec
}

# Pure units in gnu89, el6's; the rest cannot be without the kernel's headers,
# which are for gnu99 at least since 5.18.
units_in_gnu89()
{
	local dir=$OUT/gnu89

	host_tests/kunit/build.sh "$dir" "affected connect_state inflight" \
		-O1 -std=gnu89 -Wdeclaration-after-statement -Wvla
	"$dir/tests"
}

# kernel_module DIRECTORY: of this tree, in gnu99, by the kernel of the lab.
kernel_module()
{
	local kernel dir

	kernel=$(realpath "$("$LAB/build/kernel.sh" 6.1)")
	dir=$(mktemp -d "$OUT/gnu99.XXX")
	cp -r Kbuild sunrpc_fix sunrpc_repro "$dir/"
	make -C "$kernel/headers" M="$dir$1" CONFIG_DEBUG_INFO_BTF_MODULES= \
		KCFLAGS="-std=gnu99 -Wdeclaration-after-statement" modules >"$dir/log" 2>&1 || {
		cat "$dir/log"
		return 1
	}
	no_output grep warning "$dir/log"
}

synburst_in_gnu99()
{
	make -C tools/synburst O="$OUT/synburst" WARN="-Wall -Wextra -Werror -pedantic"
}

suite_el6()
{
	local scripts

	cd "$TREE" || return
	need_packages busybox:busybox-static dash:dash rpmspec:rpm gcc:gcc jq:jq \
		/usr/include/pcap/pcap.h:libpcap-dev /usr/include/zlib.h:zlib1g-dev
	mapfile -t scripts < <(el6_scripts)
	try "scripts parse" scripts_parse
	try "nothing of bash after 4.1" has_none "$NEW_IN_BASH" "${scripts[@]}"
	try "nothing of coreutils after 8.4" has_none "$NEW_IN_COREUTILS" "${scripts[@]}"
	try "sunrpc-fix in busybox ash" command_in_ash
	try "no macro after rpm 4.8" spec_is_old
	try "specs parse" specs_parse
	try "units in gnu89" units_in_gnu89
	try "sunrpc_fix in gnu99" kernel_module ""
	try "sunrpc_repro in gnu99" kernel_module /sunrpc_repro
	try "synburst in gnu99" synburst_in_gnu99
}
