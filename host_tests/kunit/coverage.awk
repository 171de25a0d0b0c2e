# SPDX-License-Identifier: GPL-2.0
#
# awk -f coverage.awk TEST.c FILE.c.gcov
#
# Prints which lines and branches of a file were run. Fails if one was not,
# unless the test file says why in a line of the form
#
#	/* not covered: TEXT OF THE LINE: REASON */

FNR == NR {
	if (match($0, /\/\* not covered: .*: /)) {
		text = substr($0, RSTART + 16)
		reason = text
		sub(/: [^:]*$/, "", text)
		sub(/^.*: /, "", reason)
		sub(/ *\*\/$/, "", reason)
		excuse[text] = reason
	}
	next
}

/^ *-: *0:Source:/ {
	file = $0
	sub(/.*\//, "", file)
}

# "count:line number:text"
/^ *[-#=0-9*]+: *[0-9]+:/ {
	split($0, field, ":")
	number = field[2] + 0
	text = $0
	sub(/^[^:]*:[^:]*:[ \t]*/, "", text)
	if (number == 0 || field[1] ~ /-/)
		next
	lines++
	if (field[1] ~ /[#=]/)
		miss("line")
	next
}

/^branch / {
	branches++
	if ($0 ~ /never executed/ || $4 + 0 == 0)
		miss("branch " $2)
}

function miss(what)
{
	if (text in excuse) {
		excused++
		return
	}
	missed++
	printf "  %s:%d: %s not run: %s\n", file, number, what, text
}

END {
	printf "%s: %d lines and %d branches", file, lines, branches
	if (excused)
		printf ", %d of them not run for a reason given", excused
	if (missed)
		printf ", %d NOT RUN", missed
	print (missed || !lines) ? "" : ": all run"
	exit missed || !lines
}
