# SPDX-License-Identifier: GPL-2.0
#
# Reads what lab/matrix.sh expects of each row ("NAME shows|may ATTEMPTS [BURST]")
# and what the guests found ("variant=V row=R reconnects=N isns=..."), prints the
# table, writes it as TSV and JSON, and judges:
#
#   as released         everybody is served
#   sunrpc_fix          everybody is served; one handshake at a time per transport;
#                       no more attempts than the kernel as released, and one per
#                       reconnect, or the tolerance more; no longer burst than the
#                       kernel as released, or BURST
#   race put back       given out for sunrpc_fix it is not as expected.  Where it
#                       would be, the row proves nothing and says so; it has to be
#                       noticed in the rows that are to show it
#
# Exit status 1: a row is not as expected, or missing.

BEGIN {
	variants = split("race race+fix stock", variant, " ")
	names = split(wanted, name, " ")
	keys = split("reconnects tasks isns syns max_syns_100ms max_open stale_synacks rst icmp_prohibited recovery_mean_s recovery_max_s hung", key, " ")
}

$1 !~ /=/ {
	race[$1] = $2
	tolerance[$1] = $3 + 0
	burst[$1] = NF > 3 ? $4 + 0 : 1
	next
}

{
	delete field
	for (i = 1; i <= NF; i++) {
		at = index($i, "=")
		field[substr($i, 1, at - 1)] = substr($i, at + 1)
	}
	v = field["variant"]
	r = field["row"]
	have[v, r] = 1
	for (i = 1; i <= keys; i++)
		value[v, r, key[i]] = field[key[i]] + 0
}

# Those of the three variants, "race / race+fix / stock".
function three(r, k, precision,		v, s, i, x)
{
	for (i = 1; i <= variants; i++) {
		v = variant[i]
		if (!have[v, r])
			x = "-"
		else if (precision)
			x = sprintf("%s%.1f", k ~ /max/ && value[v, r, "hung"] > 0 ? ">" : "", value[v, r, k])
		else
			x = value[v, r, k]
		s = s sprintf(i == 1 ? "%5s" : " %4s", x)
	}
	return s
}

function most(a, b) { return a + 0 > b + 0 ? a + 0 : b + 0 }

# Connections that a row has at a time.
function transports(r)
{
	return match(r, /x[0-9]+/) ? substr(r, RSTART + 1, RLENGTH - 1) + 0 : 1
}

# What is wrong with row r if that is what sunrpc_fix has made of it.
function judge_fix(r, fix,	wrong, n, stock)
{
	stock = value["stock", r, "isns"]
	n = value["stock", r, "reconnects"]
	if (value[fix, r, "hung"] > 0)
		wrong = wrong ", tasks hang with sunrpc_fix"
	if (value[fix, r, "reconnects"] != n)
		wrong = wrong ", fewer reconnects with sunrpc_fix"
	if (value[fix, r, "isns"] > most(stock, n) + tolerance[r])
		wrong = wrong ", more attempts with sunrpc_fix than as released"
	if (value[fix, r, "max_open"] > transports(r))
		wrong = wrong ", attempts overlap with sunrpc_fix"
	if (value[fix, r, "max_syns_100ms"] > most(burst[r], value["stock", r, "max_syns_100ms"]))
		wrong = wrong ", a burst with sunrpc_fix"
	return wrong
}

# What is wrong with row r; sets shown[r].
function judge(r,	wrong, n)
{
	for (n = 1; n <= variants; n++)
		if (!have[variant[n], r])
			wrong = wrong ", no result of " variant[n]
	if (wrong)
		return substr(wrong, 3)
	if (value["stock", r, "hung"] > 0)
		wrong = wrong ", tasks hang as released"
	if (value["stock", r, "max_open"] > transports(r))
		wrong = wrong ", attempts overlap as released"
	wrong = wrong judge_fix(r, "race+fix")
	shown[r] = judge_fix(r, "race") != ""
	if (race[r] == "shows" && !shown[r])
		wrong = wrong ", the race does not show"
	return substr(wrong, 3)
}

function heading(a, b, c, d, e, f, g, h, i, j, k)
{
	printf "%-15s%5s%16s%16s%16s%16s%16s%16s%16s%16s%16s\n", a, b, c, d, e, f, g, h, i, j, k
}

END {
	print "Linux " krel ": race put back, the same with sunrpc_fix, as released (has the fix)"
	print ""
	heading("", "recon-", "", "handshakes", "", "longest", "SYN,ACKs that", "", "ICMP", "seconds to", "")
	heading("", "nects", "attempts", "open at once", "SYNs", "burst", "match no SYN", "RST", "prohibited", "serve, mean", "worst")
	tsv = out ? out "/matrix.tsv" : "/dev/null"
	json = out ? out "/matrix.json" : "/dev/null"
	printf "row\tvariant" >tsv
	for (k = 1; k <= keys; k++)
		printf "\t%s", key[k] >tsv
	printf "\n" >tsv
	printf "[" >json
	for (i = 1; i <= names; i++) {
		r = name[i]
		wrong = judge(r)
		n = have["stock", r] ? value["stock", r, "reconnects"] : "-"
		printf "%-15s%5s", r, n
		printf " %s %s %s", three(r, "isns"), three(r, "max_open"), three(r, "syns")
		printf " %s %s", three(r, "max_syns_100ms"), three(r, "stale_synacks")
		printf " %s %s", three(r, "rst"), three(r, "icmp_prohibited")
		printf " %s %s", three(r, "recovery_mean_s", 1), three(r, "recovery_max_s", 1)
		printf "  %s\n", wrong ? "NOT AS EXPECTED: " wrong : \
			shown[r] ? "" : "(proves nothing: the race would pass)"
		if (wrong)
			unexpected++
		for (j = 1; j <= variants; j++) {
			v = variant[j]
			if (!have[v, r])
				continue
			printf "%s\t%s", r, v >tsv
			printf "%s\n  {\"row\": \"%s\", \"variant\": \"%s\"", comma, r, v >json
			comma = ","
			for (k = 1; k <= keys; k++) {
				printf "\t%s", value[v, r, key[k]] >tsv
				printf ", \"%s\": %s", key[k], value[v, r, key[k]] >json
			}
			printf ", \"as_expected\": %s}", wrong ? "false" : "true" >json
			printf "\n" >tsv
		}
		if (have["race", r] && have["race+fix", r] && have["stock", r]) {
			compared++
			for (j = 1; j <= variants; j++) {
				mean[j] += value[variant[j], r, "recovery_mean_s"]
				tries[j] += value[variant[j], r, "isns"]
			}
			ratio = value["race", r, "recovery_mean_s"] / (value["race+fix", r, "recovery_mean_s"] + 0.001)
			if (ratio > worst) {
				worst = ratio
				at_row = r
			}
			showed += shown[r]
		}
	}
	printf "\n]\n" >json
	print ""
	if (compared) {
		printf "%d rows; %d of them tell the race from the fix. Attempts: %d, %d, %d; mean time to serve: %.2f s, %.2f s, %.2f s.\n",
			compared, showed, tries[1], tries[2], tries[3],
			mean[1] / compared, mean[2] / compared, mean[3] / compared
		printf "The worst delay by the race: %s, %.0f times as long as with sunrpc_fix.\n", at_row, worst
	}
	if (unexpected)
		printf "%d of %d rows are not as expected.\n", unexpected, names
	exit unexpected > 0
}
