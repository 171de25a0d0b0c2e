# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A line of the table that lab/matrix.sh prints, in $RESULTS/rows.

# served NAME: how long it was until the last task of that burst had its answer,
# or that it was not waited for any longer.
served()
{
	echo "$(burst_figure "$1" last_s) $(burst_figure "$1" hung)" >>"$WORK/recovery"
	say "$1: $(burst_figure "$1" served) of $TASKS tasks served in $(burst_figure "$1" last_s) s"
}

# row NAME RECONNECTS CAPTURE: with what served() has noted since the last row.
row()
{
	# shellcheck disable=SC2046
	echo "row=$1" "reconnects=$2" "tasks=$TASKS" $(capture_measure "$3") \
		$(awk '{
			sum += $1
			hung += $2
			if ($1 > max)
				max = $1
		}
		END {
			printf "recovery_mean_s=%.2f recovery_max_s=%.2f hung=%d",
				sum / NR, max, hung
		}' "$WORK/recovery") >>"$RESULTS/rows"
	rm "$WORK/recovery"
}
