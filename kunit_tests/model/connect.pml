/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The connect protocol of a sunrpc TCP transport, for spin.
 *
 *   -DUNFIXED	sunrpc of 4.1.6
 *   -DUPSTREAM	with 0fdea1e8a285, the race breaker of 0a9a4304f361, and the
 *		bit cleared before XPRT_LOCKED is given up (f00432063db1)
 *   -DOURS	unfixed, with the module's gate and hold; also with -DNO_GATE
 *		or -DSWALLOW, which break it
 *
 * A line here is what nobody can look into there: one atomic bit operation, or
 * one critical section. What is left out: closes by the client, teardown,
 * missed probes, the module's exit and a task's own timeout. The explorer has
 * those; the timeout is left out so that a task which needs it to go on counts
 * as one that is never served.
 *
 *   here		net/sunrpc and sunrpc_fix
 *   task		call_connect(), xprt_connect(), xs_connect()
 *   worker		xs_tcp_setup_socket()
 *   network		xs_error_report(), xs_tcp_state_change()
 *   locked, owner	XPRT_LOCKED, xprt->snd_task
 *   connecting		XPRT_CONNECTING
 *   connected		XPRT_CONNECTED
 *   pending[]		tasks on xprt->pending
 *   attempt		struct inflight, its state
 *   begin(), ...	connect_state_next(CONNECT_BEGIN), ...
 */

#ifndef N
#define N	2	/* tasks */
#endif
#ifndef REFUSALS
#define REFUSALS 1	/* RST for a SYN, or connect() fails at once */
#endif
#ifndef LOSSES
#define LOSSES	1	/* RST for a connection */
#endif

/* run.sh looks for the properties one by one. */
#ifdef CHECK_P1
#define P1(claim)	assert(claim)
#else
#define P1(claim)	skip
#endif
#ifdef CHECK_P4
#define P4(claim)	assert(claim)
#else
#define P4(claim)	skip
#endif

#define NOBODY	N
#define WORKER	(N + 1)

mtype = { CLOSED, SYN_SENT, ESTABLISHED };	/* the socket */
mtype = { IDLE, STARTED, HELD, UP };		/* the attempt */
mtype = { NATIVE, WAKE, STAY };			/* the gate's answers */

bool locked, connecting, connected, queued, sock_connecting;
byte owner = NOBODY;
mtype sock = CLOSED;
bool detached;		/* the callback under way has lost its socket */
bool pending[N], window[N], served[N];
bool worker_busy, network_busy;
byte refusals = REFUSALS, losses = LOSSES;
mtype attempt = IDLE;

inline wake_all()
{
	/* xprt_wake_pending_tasks() */
	d_step {
		i = 0;
		do
		:: i < N -> pending[i] = false; i++
		:: else -> i = 0; break
		od
	}
}

inline unlock(who)
{
	/* xprt_release_write(), xprt_unlock_connect() */
	d_step {
		if
		:: owner == who -> owner = NOBODY; locked = false
		:: else
		fi
	}
}

/*
 * The module. Each of these is one critical section under the table's lock.
 */

#ifdef OURS
inline begin()
{
	d_step { if :: attempt == IDLE -> attempt = STARTED :: else fi }
}

inline worker_done()
{
	d_step {
		if
		:: (attempt == STARTED || attempt == HELD) && sock == SYN_SENT ->
			attempt = HELD; connecting = true
		:: attempt == STARTED && sock == ESTABLISHED -> attempt = UP
		:: attempt == STARTED && sock == CLOSED -> attempt = IDLE
		:: attempt == HELD && sock == CLOSED ->
			attempt = IDLE; connecting = false
		:: else
		fi
	}
}

inline state_change()
{
	d_step {
		if
		:: attempt == STARTED || attempt == HELD -> connecting = false
		:: else
		fi;
		if
		:: sock == CLOSED -> attempt = IDLE
		:: sock == ESTABLISHED && attempt != IDLE -> attempt = UP
		:: else
		fi
	}
}

inline look()
{
	d_step {
		if
#ifdef SWALLOW
		:: attempt == STARTED && sock == ESTABLISHED -> attempt = UP
#endif
		:: attempt == HELD && sock == CLOSED ->
			attempt = IDLE; connecting = false
#ifndef SWALLOW
		:: attempt == STARTED && sock == ESTABLISHED ->
			attempt = UP; connecting = false
#endif
		:: attempt == HELD && sock == ESTABLISHED ->
			attempt = UP; connecting = false
		:: attempt == UP && (connected || sock == CLOSED) -> attempt = IDLE
		:: else
		fi
	}
}

inline request()
{
	d_step {
		if
#ifdef NO_GATE
		:: true -> attempt = IDLE; connecting = true; answer = NATIVE
#else
		:: connected -> connecting = false; answer = WAKE
		:: !connected && sock == SYN_SENT && attempt != IDLE && attempt != UP ->
			attempt = HELD; connecting = true; answer = STAY
		:: !connected && sock == ESTABLISHED && attempt != IDLE ->
			attempt = UP; connecting = false; answer = STAY
		:: else -> attempt = IDLE; connecting = true; answer = NATIVE
#endif
		fi
	}
}
#else
#define begin()		skip
#define worker_done()	skip
#define state_change()	skip
#define look()		skip
#define request()	answer = NATIVE
#endif

active [N] proctype task()
{
	byte i;
	mtype answer;

	printf("task %d: has a request to send\n", _pid);
again:
	if
	:: connected -> goto send
	:: !connected
	fi;
	look();
	atomic {
		!locked || owner == _pid;
		locked = true;
		owner = _pid;
		printf("task %d: takes XPRT_LOCKED\n", _pid)
	}
	if
	:: connected -> unlock(_pid); goto again
	:: !connected
	fi;
	pending[_pid] = true;
	atomic {
		if
		:: connecting ->
			printf("task %d: XPRT_CONNECTING is set, sleeps\n", _pid);
			goto asleep
		:: !connecting -> connecting = true; window[_pid] = true
		fi
	}
#ifdef UPSTREAM
	if
	:: connected ->
		atomic { connecting = false; window[_pid] = false }
		pending[_pid] = false;
		unlock(_pid);
		goto again
	:: !connected
	fi;
#endif
	atomic {
		request();
		if
		:: answer == NATIVE
		:: answer != NATIVE -> window[_pid] = false
		fi
	}
	if
	:: answer == NATIVE ->
		owner = WORKER;
		atomic {
			printf("task %d: xs_connect() resets the socket in state %e\n",
			       _pid, sock);
			P1(sock != SYN_SENT);
			P4(sock != ESTABLISHED);
			sock = CLOSED;
			detached = true		/* callbacks off, sk_user_data NULL */
		}
		/* sock_release() waits for a callback under way */
		!network_busy;
		atomic { queued = true; window[_pid] = false }
	:: answer == WAKE -> pending[_pid] = false
	:: answer == STAY -> printf("task %d: the gate leaves it asleep\n", _pid)
	fi;
	unlock(_pid);
asleep:
	!pending[_pid];
	printf("task %d: was woken\n", _pid);
	goto again;
send:
	atomic {
		!locked || owner == _pid;
		if
		:: connected -> locked = false; owner = NOBODY; served[_pid] = true
		:: !connected -> locked = true; owner = _pid; goto again
		fi
	}
}

active proctype worker()
{
	byte i;
	bool failed;

end:	do
	:: atomic { queued -> queued = false; worker_busy = true }
		connected = false;
		sock_connecting = true;
		begin();
		if
		:: refusals > 0 ->
			atomic { refusals--; failed = true }
		:: atomic {
			sock = SYN_SENT;
			printf("worker: sends a SYN\n")
		   }
		fi;
#ifdef UPSTREAM
		if :: failed -> connecting = false :: else fi;
		unlock(WORKER);
#else
		unlock(WORKER);
		connecting = false;
#endif
		if :: failed -> wake_all() :: else fi;
		failed = false;
		worker_done();
		worker_busy = false
	od
}

active proctype network()
{
	byte i;

end:	do
	:: atomic {
		sock == SYN_SENT ->
		sock = ESTABLISHED;
		detached = false;
		network_busy = true;
		printf("network: SYN-ACK\n")
	   }
		atomic { if :: !detached -> state_change() :: else fi }
		d_step {
			if
			:: !detached && !connected ->
				connected = true;
#ifdef UPSTREAM
				sock_connecting = false;
				connecting = false;
#endif
				wake_all()
			:: else
			fi;
			network_busy = false
		}
	:: atomic {
		(sock == SYN_SENT && refusals > 0) ||
		(sock == ESTABLISHED && losses > 0) ->
		if
		:: sock == SYN_SENT -> refusals--
		:: else -> losses--
		fi;
		detached = false;
		network_busy = true;
		printf("network: RST\n");
		wake_all()
	   }
		atomic {
			if
			:: !detached -> sock = CLOSED
			:: detached
			fi
		}
		atomic { if :: !detached -> state_change() :: else fi }
		d_step {
			if
			:: !detached ->
#ifdef UPSTREAM
				if
				:: sock_connecting ->
					sock_connecting = false;
					connecting = false
				:: else
				fi;
#endif
				connected = false;
				wake_all()
			:: else
			fi;
			network_busy = false
		}
	od
}

#define QUIET	(!worker_busy && !network_busy)

/* P2: the bit is set while a handshake is outstanding */
ltl p2 { [] (sock == SYN_SENT && QUIET -> connecting) }

/* P3: the bit is not set with nobody connecting */
#if N == 2
#define IN_WINDOW	(window[0] || window[1])
#define ALL_SERVED	(served[0] && served[1])
#else
#define IN_WINDOW	(window[0] || window[1] || window[2])
#define ALL_SERVED	(served[0] && served[1] && served[2])
#endif
ltl p3_bit { [] (connecting && QUIET && !queued && !IN_WINDOW ->
		 sock == SYN_SENT) }

/* P3: every task is served in the end */
ltl p3_served { <> ALL_SERVED }
