# SPDX-License-Identifier: GPL-2.0
#
# By how much a column of the soak's samples has grown: -v name=COLUMN, whose
# names are in the first line.  It is the least of the last third of the lines,
# less the most of the first third, so that a single odd sample is no growth.
# The very first does not count: caches fill.

NR == 1 {
	for (i = 1; i <= NF; i++)
		if ($i == name)
			column = i
	next
}

{ value[++n] = $column }

END {
	if (!column || n < 4) {
		print "no such column, or too few samples" >"/dev/stderr"
		exit 1
	}
	third = int(n / 3)
	most = value[2]
	for (i = 2; i <= 1 + third; i++)
		if (value[i] > most)
			most = value[i]
	least = value[n]
	for (i = n - third + 1; i <= n; i++)
		if (value[i] < least)
			least = value[i]
	print least - most
}
