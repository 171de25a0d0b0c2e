# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a kernel says when something is wrong with it.  Sourced.

# Warnings of old kernels that have nothing to do with this project, each with
# its reason.  They count for nothing in kernels of one's own, which "make verify"
# boots; the lab's do not have them.  The release, the first line of the warning.
#
# 4.1.6 also oopses, without any module, in nfs4_locku_done() when a task is killed
# while it waits for the unlock of an NFSv4 lock.  Nothing can be concluded from such
# a run, so it is not in the list.
known_complaints()
{
	cat <<-'EOT'
	^4[.][012][.-]	WARNING: .*skb_try_coalesce	net/core counts less memory for a packet than it has data, when connections are reset
	.	WARNING: .* at .*fs/nfsd/nfs4recover[.]c:	each NFSv4 server outside the first network namespace: it will not know its clients after a restart
	EOT
}

# without_known RELEASE: from the warning to the end of its trace.
without_known()
{
	awk -F'\t' -v release="$1" '
		NR == FNR		{ if (release ~ $1)
						known[++n] = $2
					  next }
		/end trace/ && skip	{ skip = 0; next }
		/cut here|BUG:|Oops|panic/ { skip = 0 }
		/WARNING:/		{ skip = 0
					  for (i = 1; i <= n; i++)
						if ($0 ~ known[i])
							skip = 1 }
		!skip' <(known_complaints) -
}

# KCSAN finds data races in the whole kernel: of interest are those that one of
# the project's modules has a part in, as the function that reads or writes.
without_races_of_others()
{
	awk '/BUG: KCSAN:/	{ report = $0; ours = access = 0; next }
	     report && /=====/	{ if (ours) print report
				  report = "" }
	     access && /\[(sunrpc_fix|sunrpc_repro|trip)\]/ { ours = 1 }
				{ access = / to 0x.* by /; print }'
}

# kernel_complaints [RELEASE-OF-ONE'S-OWN] <LOG: none if all is well.  That a
# module is out of tree or unsigned is no complaint.
kernel_complaints()
{
	tr -d '\r' | without_races_of_others | without_known "${1:-}" |
		grep -aE 'Kernel panic|Oops|BUG:|kernel BUG|WARNING:|general protection|blocked for more than|possible (circular|recursive)|inconsistent lock state|suspicious RCU usage|refcount_t:|soft lockup|rcu.*(detected|self-detected).*stall|Call Trace:|unregister_netdevice: waiting' || :
}
