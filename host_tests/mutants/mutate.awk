# SPDX-License-Identifier: GPL-2.0
#
# awk -v n=N -f mutate.awk list FILE.c
#
# Prints FILE.c with the N-th breakage of the list in it. Exit status 1: one of
# its lines is not in the file, or more than once.
#
# awk -v names=1 -f mutate.awk list: file and name of each, separated by a tab

/^#/ && FNR == NR {
	next
}

FNR == NR {
	if (/^= /)
		file = $2
	else if (/^[^@+ -]/) {
		count++
		if (names)
			print file "\t" $0
	}
	if (count != n)
		next
	if (/^@ /) {
		scope[++pairs] = $2
		which[pairs] = $3
	}
	else if (/^-/)
		from[pairs] = substr($0, 3)
	else if (/^\+/)
		to[pairs] = substr($0, 3)
	next
}

{
	if (match($0, /^([a-z].*[ *])?[a-z_0-9]+\(/)) {
		name = substr($0, 1, RLENGTH - 1)
		sub(/.*[ *]/, "", name)
	}
	line = $0
	sub(/^[ \t]*/, "", line)
	indent = substr($0, 1, length($0) - length(line))
	for (p = 1; p <= pairs; p++) {
		if (line != from[p] || scope[p] != name)
			continue
		if (which[p] != "" && ++seen[p] != which[p])
			continue
		found[p]++
		print indent to[p]
		next
	}
	print
}

END {
	if (names)
		exit 0
	for (p = 1; p <= pairs; p++)
		if (found[p] != 1) {
			printf "found %d times in %s(): %s\n", found[p],
				scope[p], from[p] >"/dev/stderr"
			wrong = 1
		}
	exit wrong || !pairs
}
