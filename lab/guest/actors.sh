# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What goes on beside a scenario, again and again.

ACTORS=()

# actor NAME COMMAND...: repeats the command until actors_stop.  If it fails it
# is not tried again, and the scenario fails as soon as it looks.
actor()
{
	local name=$1
	shift

	rm -f "$WORK/actors-stop"
	: >"$WORK/actor-$name"
	(
		until [ -e "$WORK/actors-stop" ]; do
			"$@" || exit 1
			printf . >>"$WORK/actor-$name"
		done
	) &
	ACTORS+=("$!:$name")
}

# actor_count NAME: how often it has done it.
actor_count()
{
	stat -c %s "$WORK/actor-$1"
}

# Nobody has failed.
actors_alive()
{
	local actor

	for actor in "${ACTORS[@]}"; do
		kill -0 "${actor%%:*}" 2>/dev/null ||
			fail "the actor ${actor#*:}, after $(actor_count "${actor#*:}") times"
	done
}

# actors_stop [PREFIX]: each ends what it is at.  How often they have done it
# become results.
actors_stop()
{
	local actor name

	actors_alive
	touch "$WORK/actors-stop"
	for actor in "${ACTORS[@]}"; do
		name=${actor#*:}
		await $((BURST_TIMEOUT + 30)) actor_is_gone "${actor%%:*}"
		wait "${actor%%:*}" ||
			fail "the actor $name, after $(actor_count "$name") times"
		result "${1:+$1_}$name" "$(actor_count "$name")"
		rm "$WORK/actor-$name"
	done
	ACTORS=()
}

# actor_is_gone PID
actor_is_gone()
{
	! kill -0 "$1" 2>/dev/null
}

# An actor: at random.
switch_mode()
{
	local modes=(enforce observe)

	set_mode "${modes[RANDOM % 2]}"
	sleep 0.0$((RANDOM % 9 + 1))
}

# An actor: a mount that comes and goes.
mount_for_a_moment()
{
	second_up && second_down
}

# The scenario has failed: not to be waited for.
actors_kill()
{
	touch "$WORK/actors-stop"
	[ ${#ACTORS[@]} = 0 ] || kill "${ACTORS[@]%%:*}"
}
