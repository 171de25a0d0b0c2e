# SPDX-License-Identifier: GPL-2.0
#
# awk -v n=N -f mutate.awk list FILE.c
#
# Prints FILE.c with the N-th breakage of the list in it. Exit status 3: there
# is no N-th; 1: its line is not in the file, or more than once.

FNR == NR {
	if (/^[^#@+-]/)
		count++
	if (count != n)
		next
	if (/^@ /) {
		scope = $2
		which = $3
	}
	else if (/^- /)
		from = substr($0, 3)
	else if (/^\+ /)
		to = substr($0, 3)
	next
}

{
	if (count < n)
		exit 3
	if (match($0, /^[a-z].*[ *][a-z_]+\(/)) {
		name = substr($0, 1, RLENGTH - 1)
		sub(/.*[ *]/, "", name)
	}
	line = $0
	sub(/^[ \t]*/, "", line)
	if (line == from && (scope == "" || scope == name) &&
	    (which == "" || ++seen == which)) {
		found++
		indent = substr($0, 1, length($0) - length(line))
		print indent to
	} else {
		print
	}
}

END {
	if (count < n)
		exit 3
	if (found != 1) {
		printf "found %d times%s: %s\n", found,
			scope == "" ? "" : " in " scope "()", from >"/dev/stderr"
		exit 1
	}
}
