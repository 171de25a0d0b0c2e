/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conversation table: for each pair of ends what its handshakes came to, in a
 * bounded amount of memory.
 */
#ifndef SYNBURST_CONVERSATIONS_H
#define SYNBURST_CONVERSATIONS_H

#include "dissect.h"
#include "isn_set.h"

/* Places where the SYNs of one connection are captured, and frames kept apart. */
#define MAX_TAGS	4
#define NR_RECENT	8

enum handshake {
	HANDSHAKE_NONE,			/* no SYN seen yet */
	HANDSHAKE_OPEN,			/* SYN sent, not answered */
	HANDSHAKE_ANSWERED,		/* by a SYN,ACK of the newest ISN */
	HANDSHAKE_DONE,			/* established */
	HANDSHAKE_OVER,			/* refused, given up, or closed again */
};

enum event_kind {
	EVENT_SYN,			/* of a new ISN */
	EVENT_SYN_AGAIN,		/* retransmitted */
	EVENT_SYN_SERVER,		/* from the other end */
	EVENT_SYNACK,			/* acknowledges the newest ISN */
	EVENT_SYNACK_OVERTAKEN,		/* acknowledges one before it */
	EVENT_SYNACK_UNKNOWN,		/* acknowledges none that was sent */
	EVENT_SYNACK_UNJUDGED,		/* its SYN is not in the capture */
	EVENT_ESTABLISHED,
	EVENT_CHALLENGE,		/* ACK of another connection */
	EVENT_RST,
	EVENT_PROHIBITED,		/* ICMP */
	EVENT_UNREACHABLE,		/* ICMP */
};

/**
 * struct event - a frame of a handshake
 * @frame: its number
 * @time: nanoseconds since the epoch
 * @seq: of TCP; of ICMP 0
 * @ack: of TCP, valid if @flags has ACK
 * @kind: what it means
 * @flags: of TCP
 * @from_client: who sent it; of ICMP: who refused what the server sent
 * @icmp: type in the high, code in the low byte
 */
struct event {
	uint64_t frame;
	uint64_t time;
	uint32_t seq;
	uint32_t ack;
	uint8_t kind;
	uint8_t flags;
	bool from_client;
	uint16_t icmp;
};

/**
 * struct burst - SYNs with different ISNs, none later than the window allows
 * @frame: number of the first one
 * @time: of the first one
 * @last: time of the last one
 * @syns: SYNs from the first to the last of a new ISN
 * @isns: different ISNs among them
 * @overlapping: of them, those sent while no end of an earlier one was seen
 */
struct burst {
	uint64_t frame;
	uint64_t time;
	uint64_t last;
	uint32_t syns;
	uint32_t isns;
	uint32_t overlapping;
};

/**
 * struct conversation - what is known about a pair of ends
 * @client: who sends the SYNs
 * @server: who answers
 * @cport: the client's port
 * @sport: the server's port
 * @handshake: state of the newest attempt
 * @oriented: a SYN or SYN,ACK has said who is the client
 * @inexact: there was no memory to tell all ISNs apart
 * @in_burst: the newest SYN belongs to the last burst
 * @server_closed: the server ended the connection that was established last
 * @was_used: the connection that was established last began with payload
 * @reset_unused: the client reset it before it had sent anything
 * @was_done: established since the newest attempt
 * @wrong_answer: @answer is valid for the newest attempt
 * @wrong_overtaken: and it is one for an attempt before the newest
 * @resent: the client sent the newest SYN again after a while
 * @unheard: and it had been answered then: the answer has not reached the client
 * @waiting_ended: what ended those in @waiting is not in the capture
 * @icmp_ended: it was an ICMP error that ended the newest attempt
 * @answered: the server has said something since the burst began
 * @has_alias: @alias is valid
 * @has_server_isn: @server_isn is valid
 * @rejected: the client reset what the server answered to its SYN
 * @icmp_from_client: it was the client's side that prohibited
 * @icmp_from_server: it was the server's side that prohibited
 * @first_frame: the first frame that made this entry
 * @first_time: its time
 * @first_prohibited: frame of the first ICMP prohibited
 * @first_mismatched: frame of the first SYN,ACK that is wrong
 * @last_syn: time of the client's newest SYN
 * @last_syn_frame: its frame
 * @isn_time: time of the first SYN of the newest ISN
 * @isn_frame: its frame
 * @last_seen: time of the newest frame that mattered
 * @began: time of the first SYN since a connection was established last
 * @recovery: the longest time from @began to established; nanoseconds
 * @isn: the newest
 * @syn_payload: bytes that came with it (TCP fast open)
 * @answer: what the newest wrong answer acknowledged
 * @again: SYNs with @isn after the first one
 * @syns: SYNs of the client
 * @attempts: different ISNs among them
 * @server_syns: SYNs in the other direction
 * @synacks: SYN,ACKs of the server
 * @overtaken: of them, those that acknowledge an overtaken ISN
 * @unknown: of them, those that acknowledge none of the ISNs sent
 * @challenges: ACKs of another connection in answer to a SYN
 * @right: SYN,ACKs that acknowledge the newest ISN
 * @rsts: from both ends
 * @rsts_client: of them, those of the client
 * @refused: RSTs of the server in answer to a SYN
 * @prohibited: ICMP administratively prohibited
 * @prohibited_open: of them, those before the handshake was complete
 * @unreachable: ICMP unreachable for other reasons
 * @established: how often a handshake was completed
 * @reused: attempts from the same port after an earlier one had ended
 * @overlapping: attempts made while another one was under way
 * @torn: connections that the client gave up unused, for a new one within the
 *	window
 * @aborted: SYN,ACKs of the newest ISN that the client answered by RST
 * @dropped: connections that the server closed before anything was sent
 * @duplicates: frames that are in the capture more than once
 * @presumed: attempts of the burst within 100 ms of one that was not answered:
 *	they overlapped if an answer to an overtaken one comes, or @least is too
 *	short for an answer
 * @tentative: those later than that, or after one that was answered, of which
 *	the ACK may be missing: they overlapped if such an answer comes
 * @least: the shortest time between a presumed one and the one before
 * @waiting: presumed ones of earlier bursts that wait for @round_trip
 * @waiting_least: the @least of them
 * @round_trip: the shortest that was seen, 0 if none was
 * @far: attempts outside of the window while another may have been under way
 * @epoch: of the table when the newest SYN was sent
 * @alias: what a firewall that rewrites sequence numbers makes of @isn
 * @server_isn: of the newest SYN,ACK
 * @options: of the newest SYN, see struct segment
 * @tags: where the client's SYNs were captured, see struct headers
 * @recent: hashes of the newest frames, by which they are known again
 * @id: of the newest SYN, see struct segment
 * @window: likewise
 * @ttl: likewise
 * @nr_tags: in @tags
 * @next_recent: where the next one goes
 * @nr_bursts: bursts, all
 * @kept_bursts: of them in @bursts
 * @bursts: the first of them
 * @nr_events: in @events
 * @room_events: in @events
 * @events_lost: frames that are not in @events
 * @events: the frames of the handshakes that went wrong, or may yet
 * @isn_set: all ISNs, once there are two
 *
 * The rest belongs to the table.
 */
struct conversation {
	struct address client;
	struct address server;
	uint16_t cport;
	uint16_t sport;
	uint8_t handshake;
	bool oriented:1;
	bool inexact:1;
	bool in_burst:1;
	bool server_closed:1;
	bool was_used:1;
	bool reset_unused:1;
	bool was_done:1;
	bool wrong_answer:1;
	bool wrong_overtaken:1;
	bool resent:1;
	bool unheard:1;
	bool waiting_ended:1;
	bool icmp_ended:1;
	bool answered:1;
	bool has_alias:1;
	bool has_server_isn:1;
	bool rejected:1;
	bool icmp_from_client:1;
	bool icmp_from_server:1;
	bool settled:1;
	uint64_t first_frame;
	uint64_t first_time;
	uint64_t first_prohibited;
	uint64_t first_mismatched;
	uint64_t last_syn;
	uint64_t last_syn_frame;
	uint64_t isn_time;
	uint64_t isn_frame;
	uint64_t last_seen;
	uint64_t began;
	uint64_t recovery;
	uint64_t least;
	uint64_t waiting_least;
	uint64_t round_trip;
	uint32_t isn;
	uint32_t syn_payload;
	uint32_t answer;
	uint32_t again;
	uint32_t syns;
	uint32_t attempts;
	uint32_t server_syns;
	uint32_t synacks;
	uint32_t overtaken;
	uint32_t unknown;
	uint32_t right;
	uint32_t challenges;
	uint32_t rsts;
	uint32_t rsts_client;
	uint32_t refused;
	uint32_t prohibited;
	uint32_t prohibited_open;
	uint32_t unreachable;
	uint32_t established;
	uint32_t reused;
	uint32_t overlapping;
	uint32_t torn;
	uint32_t aborted;
	uint32_t dropped;
	uint32_t duplicates;
	uint32_t presumed;
	uint32_t waiting;
	uint32_t tentative;
	uint32_t far;
	uint32_t epoch;
	uint32_t alias;
	uint32_t server_isn;
	uint32_t options;
	uint32_t tags[MAX_TAGS];
	uint32_t recent[NR_RECENT];
	uint16_t id;
	uint16_t window;
	uint8_t ttl;
	uint8_t nr_tags;
	uint8_t next_recent;
	uint32_t nr_bursts;
	uint16_t kept_bursts;
	uint16_t nr_events;
	uint16_t room_events;
	uint32_t events_lost;
	struct burst *bursts;
	struct event *events;
	struct isn_set isn_set;

	uint32_t hash_next;
	uint32_t older;
	uint32_t newer;
};

struct conversations;

/**
 * struct waiting - handshakes that wait for a plain ACK
 * @plain: set by the caller: a segment without SYN, FIN and RST was seen
 * @count: how many, by a hash of the ports
 */
struct waiting {
	bool plain;
	uint32_t count[4096];
};

/* The same for both directions. */
static inline uint32_t waiting_slot(uint16_t sport, uint16_t dport)
{
	return ((uint32_t)(sport ^ dport) * 0x9e3779b1U) >> 20;
}

/* What conversations_segment() saw that one may want to say at once. */
enum notice {
	NOTICE_NONE,
	NOTICE_BURST,			/* a burst has begun */
};

/**
 * struct view - what can be seen in the capture
 * @end: its latest time so far, nanoseconds since the epoch
 * @filtered: it has no plain ACK at all
 * @one_way: handshakes were completed of which the answer is not in it, and no
 *	answer is
 */
struct view {
	uint64_t end;
	bool filtered;
	bool one_way;
};

/**
 * typedef leaving_fn - told about a conversation that has to leave the table
 * @ctx: what was given to conversations_new()
 * @c: the conversation; what it points to may be taken, by setting it to NULL
 * @v: what is known about the capture so far
 */
typedef void (*leaving_fn)(void *ctx, struct conversation *c,
			   const struct view *v);

struct conversations *conversations_new(uint32_t max, uint64_t window,
					bool tight, leaving_fn leaving,
					void *ctx);
void conversations_free(struct conversations *t);
struct waiting *conversations_waiting(struct conversations *t);
void conversations_time_jumped(struct conversations *t);
struct view conversations_finish(struct conversations *t, uint64_t end);
enum notice conversations_segment(struct conversations *t,
				  const struct segment *s,
				  struct conversation **found);
struct conversation *conversations_get(struct conversations *t, uint32_t n);
uint64_t conversations_duplicates(const struct conversations *t);
uint64_t conversations_evicted(const struct conversations *t);
uint64_t conversations_evicted_open(const struct conversations *t);

#endif
