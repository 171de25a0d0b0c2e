# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What every script of this tree needs: messages, the cache, host packages,
# Debian packages that are unpacked and not installed.  Sourced, never run.

set -euo pipefail

TREE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${SUNRPC_FIX_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/sunrpc-fix}

# Every script reads these; a series is added here and in kernel_suites().
# shellcheck disable=SC2034
LAB=$TREE/lab
# shellcheck disable=SC2034
SERIES_KNOWN="6.1 6.12 5.10"
# Built here, not released: see lab/build/debug-kernel.sh.
SERIES_DEBUG="6.1-debug 6.1-kcsan"

say()
{
	printf '[%s] %s\n' "$(date +%H:%M:%S)" "$*" >&2
}

# die STEP LOG HINT: what failed, where to read about it ("-": nowhere), what
# to try next.
die()
{
	printf '\n%s: %s failed\n' "$(basename "$0")" "$1" >&2
	if [ "$2" != - ]; then
		if [ -s "$2" ]; then
			echo "  the last lines of the log:" >&2
			tail -n 15 "$2" | sed 's/^/    /' >&2
		fi
		printf '  log: %s\n' "$2" >&2
	fi
	printf '  try: %s\n' "$3" >&2
	exit 1
}

usage_error()
{
	printf '%s: %s\n' "$(basename "$0")" "$1" >&2
	exit 2
}

# Kbuild cannot build below a path with a blank or a colon in it.
case $CACHE in
*[[:space:]:]*)
	usage_error "the cache directory '$CACHE' must not have blanks or colons in its name; set SUNRPC_FIX_CACHE" ;;
/*)	;;
*)	CACHE=$PWD/$CACHE ;;
esac

known_series()
{
	local s

	# A kernel that verify.sh was given.
	case ${1:-} in
	own-*)	[ ! -e "$CACHE/kernels/$1/VERSION" ] || return 0 ;;
	esac
	for s in $SERIES_KNOWN $SERIES_DEBUG; do
		[ "$s" != "${1:-}" ] || return 0
	done
	usage_error "unknown kernel series '${1:-}'; known: $SERIES_KNOWN $SERIES_DEBUG"
}

# need_number NAME VALUE MIN MAX
need_number()
{
	case $2 in
	''|*[!0-9]*|??????????*)
		usage_error "$1 must be a number, not '$2'" ;;
	esac
	if [ "$2" -lt "$3" ] || [ "$2" -gt "$4" ]; then
		usage_error "$1 must be between $3 and $4, not $2"
	fi
}

# need_space MEGABYTES: in the cache's file system.
need_space()
{
	local free

	mkdir -p "$CACHE" 2>/dev/null || die "making the cache directory $CACHE" - \
		"set SUNRPC_FIX_CACHE to a directory that you can write to"
	free=$(df -Pm "$CACHE" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$1" ] || die "checking for disk space" - \
		"free $1 MB in $CACHE (there are $free), or set SUNRPC_FIX_CACHE to a directory elsewhere"
}

# lock NAME: held until this process ends, so that two runs at once build a
# thing once.
lock()
{
	mkdir -p "$CACHE/locks"
	exec 9>"$CACHE/locks/$1"
	if ! flock -n 9; then
		say "waiting for another run that is making $1"
		flock 9
	fi
}

unlock()
{
	exec 9>&-
}

# alone NAME COMMAND...: with that lock; another one that is held stays so.
alone()
{
	(
		lock "$1"
		shift
		"$@"
	)
}

# hash_of FILE...: the key of something made from these files.  Missing files
# and the names of the files count too.
hash_of()
{
	local f

	for f in "$@"; do
		printf '%s\n' "${f#"$TREE"/}"
		[ ! -f "$f" ] || cat "$f"
	done | sha256sum | cut -c1-12
}

# prune DIRECTORY NAME-PATTERN KEEP: what was made before KEEP and has not been
# used for a week.
prune()
{
	touch "$1/$3"
	find "$1" -mindepth 1 -maxdepth 1 -name "$2" ! -name "$3" ! -type l \
		-mtime +7 -exec rm -rf {} +
}

# missing_packages COMMAND:PACKAGE...: those whose command is not there.
missing_packages()
{
	local pair what

	for pair in "$@"; do
		what=${pair%%:*}
		case $what in
		/*)	[ ! -e "$what" ] || continue ;;
		*)	! command -v "$what" >/dev/null || continue ;;
		esac
		echo "${pair#*:}"
	done
}

install_packages()
{
	local missing log=$CACHE/logs/host-packages.log

	# Another run may have been here while this one waited.
	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0

	say "installing ${missing[*]} on this host"
	mkdir -p "$CACHE/logs"
	{
		# It does not wait for the host's own apt; the index may do.
		apt-get update || echo "going on with the index that is there"
		DEBIAN_FRONTEND=noninteractive \
			apt-get -o DPkg::Lock::Timeout=600 install -y \
			--no-install-recommends "${missing[@]}"
	} >"$log" 2>&1 9>&- </dev/null || die "installing ${missing[*]}" "$log" \
		"check that the package mirror is reachable, then: apt-get update && apt-get install ${missing[*]}"
}

# need_packages COMMAND:PACKAGE...: a path stands for a file that must exist.
need_packages()
{
	local missing

	mapfile -t missing < <(missing_packages "$@")
	[ ${#missing[@]} -gt 0 ] || return 0

	command -v apt-get >/dev/null || die "looking for ${missing[*]}" - \
		"install them with this system's package manager; the lab itself needs a Debian host (apt, dpkg)"
	if [ "$(id -u)" != 0 ]; then
		die "looking for ${missing[*]}" - \
			"as root: apt-get install -y --no-install-recommends ${missing[*]}"
	fi
	alone host-packages install_packages "$@" || exit
}

# mirror_of LABEL: where this host gets its own packages of that label from.
mirror_of()
{
	local uri

	# shellcheck disable=SC2016
	uri=$(apt-get indextargets --format '$(LABEL)|$(REPO_URI)' \
		'Created-By: Packages' 2>/dev/null |
		awk -F'|' -v label="$1" '$1 == label && !n++ { print $2 }') || :
	if [ -z "$uri" ]; then
		case $1 in
		Debian-Security) uri=http://deb.debian.org/debian-security ;;
		*)		 uri=http://deb.debian.org/debian ;;
		esac
	fi
	printf '%s\n' "${uri%/}"
}

# sources_for SUITE...: the lines of a sources.list.
sources_for()
{
	local suite mirror signed=""
	local keyring=/usr/share/keyrings/debian-archive-keyring.gpg

	[ ! -e "$keyring" ] || signed="[signed-by=$keyring] "
	for suite in "$@"; do
		case $suite in
		*-security)	mirror=$(mirror_of Debian-Security) ;;
		*)		mirror=$(mirror_of Debian) ;;
		esac
		printf 'deb %s%s %s main\n' "$signed" "$mirror" "$suite"
	done
}

# use_suites SUITE...: from here on apt_get and apt_cache know these suites and
# nothing else; the host's own apt state is not touched.  The index is fetched
# at most once a day ($APT_DIR/fetched); without a network an older one will do.
use_suites()
{
	APT_DIR=$CACHE/apt/$(IFS=+; echo "$*")
	APT_OPTIONS=(
		-o Dir::State="$APT_DIR" -o Dir::State::lists="$APT_DIR/lists"
		-o Dir::State::status="$APT_DIR/status" -o Dir::Cache="$APT_DIR"
		-o Dir::Etc::sourcelist="$APT_DIR/sources.list"
		-o Dir::Etc::sourceparts=/dev/null
		-o Dir::Etc::preferences=/dev/null
		-o Dir::Etc::preferencesparts=/dev/null
		-o APT::Architecture=amd64 -o APT::Architectures::=amd64
		-o APT::Sandbox::User="$(id -un)"
		-o Acquire::Languages=none -o Acquire::Retries=3
	)
	alone "apt-$(basename "$APT_DIR")" fetch_index "$@" || exit
}

fetch_index()
{
	local log=$CACHE/logs/apt-$1.log

	[ -z "$(find "$APT_DIR/fetched" -mmin -1440 2>/dev/null)" ] || return 0

	say "reading the package index of $*"
	mkdir -p "$APT_DIR/lists/partial" "$APT_DIR/archives/partial" "$CACHE/logs"
	: >"$APT_DIR/status"
	sources_for "$@" >"$APT_DIR/sources.list"
	if apt_get update --error-on=any >"$log" 2>&1; then
		touch "$APT_DIR/fetched"
	elif [ -e "$APT_DIR/fetched" ]; then
		say "warning: the mirror is not reachable ($log); going on with the index of $(date -r "$APT_DIR/fetched" +%F)"
	else
		die "reading the package index of $*" "$log" \
			"check the network, the proxy settings of apt and the mirror in $APT_DIR/sources.list, then run this again"
	fi
}

apt_get()
{
	apt-get "${APT_OPTIONS[@]}" "$@" </dev/null
}

apt_cache()
{
	apt-cache "${APT_OPTIONS[@]}" "$@" </dev/null
}

# package_field PACKAGE FIELD [VERSION-PREFIX]: of the newest version known
# that begins so.
package_field()
{
	apt_cache show "$1" 2>/dev/null | awk -v field="$2:" -v prefix="${3:-}" '
		function take() {
			if (wanted && !found++)
				print value
			wanted = 0
			value = ""
		}
		$1 == "Version:" { wanted = index($2, prefix) == 1 }
		$1 == field { sub(/^[^:]*: */, ""); value = $0 }
		/^$/ { take() }
		END { take() }' || :
}

# download PACKAGE VERSION: sets DEB to the package's file.
download()
{
	DEB=$CACHE/packages/$1_$2.deb
	alone "download-$1" fetch_package "$1" "$2" || exit
}

fetch_package()
{
	local log=$CACHE/logs/download-$1.log tmp=$CACHE/packages/.tmp.$1

	[ ! -e "$DEB" ] || return 0
	say "downloading $1 $2"
	rm -rf "$tmp"
	mkdir -p "$tmp" "$CACHE/logs"
	(cd "$tmp" && apt_get download "$1=$2") >"$log" 2>&1 ||
		die "downloading $1 $2" "$log" \
			"check the network; if the version is gone from the mirror, remove $CACHE/apt and run this again"
	mv "$tmp"/*.deb "$DEB"
	rmdir "$tmp"
}
