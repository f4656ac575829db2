/* frontier - every arrow of PROTOCOL.md, Page states, and the events that must be refused. */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "fetcher/frontier.h"
#include "suite.h"

#define NOW 1000000000LL

static struct page p; /* the page of the running test */

static void blank(void)
{
	memset(&p, 0, sizeof(p));
	p.id = 1;
}

static enum frontier_result go(struct frontier_event e)
{
	struct page was = p;
	enum frontier_result r = frontier_step(&p, &e, NOW);
	if (r == FRONTIER_IGNORED)
		ck_assert_msg(memcmp(&was, &p, sizeof(p)) == 0, "a refused %s changed the page",
			      frontier_event_name(e.kind));
	return r;
}

#define GO(...) go((struct frontier_event){__VA_ARGS__})
#define IS(s) ck_assert_str_eq(page_state_name(p.state), page_state_name(s))
#define PLACE                                                                                                          \
	{                                                                                                              \
		.file = "a.warc.gz", .offset = 7, .length = 9                                                          \
	}

static void to_fetching(uint64_t fetch)
{
	ck_assert_int_eq(GO(.kind = EV_LEASED, .fetch_id = fetch), FRONTIER_CHANGED);
	IS(PAGE_FETCHING);
}

static void to_fetched(void)
{
	blank();
	to_fetching(10);
	ck_assert_int_eq(GO(.kind = EV_FETCHED, .fetch_id = 10, .place = PLACE, .body_bytes = 5, .status = 200),
			 FRONTIER_CHANGED);
	IS(PAGE_FETCHED);
}

static void send(void)
{
	ck_assert_int_eq(GO(.kind = EV_SENT, .epoch = p.epoch + 1, .parse_seq = p.parse_seq + 1), FRONTIER_CHANGED);
	IS(PAGE_SENT);
}

static void to_sent(void)
{
	to_fetched();
	send();
}

static enum frontier_result ack(void)
{
	return GO(.kind = EV_ACK, .fetch_id = p.body_fetch_id, .lexicon_matches = true, .next_visit = NOW + 5);
}

static enum frontier_result fail_with(enum cause cause, int sig)
{
	return GO(.kind = EV_FAIL, .fetch_id = p.body_fetch_id, .epoch = p.epoch, .cause = cause, .signal = sig,
		  .detail = "why", .seed = 3);
}

static void to_done(void)
{
	to_sent();
	ck_assert_int_eq(ack(), FRONTIER_ENDED);
	IS(PAGE_DONE);
}

START_TEST(test_whole_way)
{
	to_done();
	ck_assert_int_eq(p.next_visit, NOW + 5);
	ck_assert(p.reparse && !p.no_validators);
	ck_assert_int_eq(ack(), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_TICK, .revisit = true), FRONTIER_IGNORED);
	struct frontier_event tick = {.kind = EV_TICK};
	ck_assert_int_eq(frontier_step(&p, &tick, NOW + 5), FRONTIER_IGNORED);
	tick.revisit = true;
	ck_assert_int_eq(frontier_step(&p, &tick, NOW + 5), FRONTIER_CHANGED);
	IS(PAGE_READY);
}
END_TEST

START_TEST(test_lease_needs_new_id)
{
	blank();
	p.fetch_id = 10;
	ck_assert_int_eq(GO(.kind = EV_LEASED, .fetch_id = 10), FRONTIER_IGNORED);
	to_fetching(11);
	ck_assert_int_eq(GO(.kind = EV_LEASED, .fetch_id = 12), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_FETCHED, .fetch_id = 10, .place = PLACE), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_RESTARTED), FRONTIER_CHANGED);
	IS(PAGE_READY);
	ck_assert_int_eq(GO(.kind = EV_FETCHED, .fetch_id = 11, .place = PLACE), FRONTIER_IGNORED);
}
END_TEST

START_TEST(test_fetch_fails)
{
	static const struct {
		enum cause cause;
		enum page_state end;
		int attempts;
	} t[] = {{CAUSE_HTTP_404, PAGE_DISCARDED, 1},
		 {CAUSE_HTTP_410, PAGE_DISCARDED, 1},
		 {CAUSE_ROBOTS, PAGE_DISCARDED, 1},
		 {CAUSE_PRIVATE_ADDRESS, PAGE_DISCARDED, 1},
		 {CAUSE_OUT_OF_SCOPE, PAGE_DISCARDED, 1},
		 {CAUSE_HTTP_4XX, PAGE_DEAD, 1},
		 {CAUSE_TLS, PAGE_DEAD, 1},
		 {CAUSE_BODY_TOO_LARGE, PAGE_DEAD, 1},
		 {CAUSE_TIMEOUT, PAGE_DEAD, 3},
		 {CAUSE_HTTP_5XX, PAGE_DEAD, 3},
		 {CAUSE_TRUNCATED, PAGE_DEAD, 3},
		 {CAUSE_REDIRECT_LOOP, PAGE_DEAD, 1}};
	for (unsigned i = 0; i < sizeof(t) / sizeof(*t); i++) {
		blank();
		for (int a = 1; a < t[i].attempts; a++) {
			to_fetching(100 + (uint64_t)a);
			ck_assert_int_eq(GO(.kind = EV_FAILED, .fetch_id = p.fetch_id, .cause = t[i].cause, .seed = 1),
					 FRONTIER_CHANGED);
			IS(PAGE_RETRY);
			ck_assert_int_ge(p.not_before, NOW + 500);
			ck_assert_int_eq(p.not_before, NOW + p.not_before_len);
			struct frontier_event tick = {.kind = EV_TICK};
			ck_assert_int_eq(frontier_step(&p, &tick, p.not_before - 1), FRONTIER_IGNORED);
			ck_assert_int_eq(frontier_step(&p, &tick, p.not_before), FRONTIER_CHANGED);
			IS(PAGE_READY);
		}
		to_fetching(200);
		ck_assert_int_eq(GO(.kind = EV_FAILED, .fetch_id = 200, .cause = t[i].cause, .detail = "d",
				    .place = PLACE, .status = 500),
				 FRONTIER_ENDED);
		IS(t[i].end);
		ck_assert_int_eq(p.cause, t[i].cause);
		ck_assert_str_eq(p.detail, "d");
		ck_assert_uint_eq(p.body_fetch_id, 200); /* the dead letter has its bytes */
		ck_assert(p.no_validators);
	}
}
END_TEST

START_TEST(test_retry_after_is_not_undercut)
{
	blank();
	to_fetching(1);
	GO(.kind = EV_FAILED, .fetch_id = 1, .cause = CAUSE_HTTP_429, .retry_after_ms = 90000);
	ck_assert_int_eq(p.not_before, NOW + 90000);
	blank();
	to_fetching(1);
	GO(.kind = EV_FAILED, .fetch_id = 1, .cause = CAUSE_HTTP_429, .retry_after_ms = 99 * 3600000LL);
	ck_assert_int_eq(p.not_before, NOW + FRONTIER_BACKOFF_MAX_MS);
}
END_TEST

START_TEST(test_success_clears_attempts)
{
	blank();
	to_fetching(1);
	GO(.kind = EV_FAILED, .fetch_id = 1, .cause = CAUSE_TIMEOUT);
	p.state = PAGE_READY;
	to_fetching(2);
	GO(.kind = EV_FETCHED, .fetch_id = 2, .place = PLACE);
	ck_assert_int_eq(p.attempts, 0);
	ck_assert_int_eq(p.cause, CAUSE_NONE);
}
END_TEST

START_TEST(test_not_modified)
{
	to_done();
	p.state = PAGE_READY;
	to_fetching(20);
	ck_assert_int_eq(GO(.kind = EV_NOT_MODIFIED, .fetch_id = 20, .next_visit = NOW + 9), FRONTIER_ENDED);
	IS(PAGE_DONE);
	ck_assert(p.not_modified);
	ck_assert_uint_eq(p.body_fetch_id, 10);
	ck_assert_uint_eq(p.fetch_id, 10);
	/* a reparse came while the request was on its way: the old document does not count, the archive has the body */
	p.state = PAGE_READY;
	to_fetching(30);
	ck_assert_int_eq(GO(.kind = EV_REPARSE), FRONTIER_CHANGED);
	ck_assert_int_eq(GO(.kind = EV_NOT_MODIFIED, .fetch_id = 30), FRONTIER_CHANGED);
	IS(PAGE_FETCHED);
	/* 304 without a body is a wrong answer */
	blank();
	to_fetching(1);
	ck_assert_int_eq(GO(.kind = EV_NOT_MODIFIED, .fetch_id = 1), FRONTIER_ENDED);
	IS(PAGE_DEAD);
}
END_TEST

START_TEST(test_redirect_and_loop)
{
	blank();
	to_fetching(1);
	ck_assert_int_eq(GO(.kind = EV_LOOP), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_REDIRECTED, .fetch_id = 1), FRONTIER_ENDED);
	IS(PAGE_DONE);
	ck_assert(p.redirected);
	ck_assert_int_eq(GO(.kind = EV_REPARSE), FRONTIER_IGNORED); /* nothing to parse */
	ck_assert_int_eq(GO(.kind = EV_LOOP, .detail = "hop 21"), FRONTIER_ENDED);
	IS(PAGE_DEAD);
	ck_assert_int_eq(p.cause, CAUSE_REDIRECT_LOOP);
	to_done();
	ck_assert_int_eq(GO(.kind = EV_LOOP), FRONTIER_IGNORED);
}
END_TEST

/* The dead letter of a loop has the bytes of its redirect, but they are no body. */
START_TEST(test_redirect_keeps_its_place)
{
	const struct warc_place place = {.file = "gongkai-7.warc.gz", .offset = 12, .length = 34};
	blank();
	to_fetching(1);
	ck_assert_int_eq(GO(.kind = EV_REDIRECTED, .fetch_id = 1, .place = place, .body_bytes = 5, .status = 302),
			 FRONTIER_ENDED);
	ck_assert_uint_eq(p.body_fetch_id, 0);
	ck_assert_int_eq(GO(.kind = EV_REPARSE), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_MISSING_IN_STORE), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_LOOP, .detail = "back to the first"), FRONTIER_ENDED);
	IS(PAGE_DEAD);
	ck_assert_str_eq(p.body.file, place.file);
	ck_assert_int_eq(p.body.offset, 12);
	ck_assert_int_eq(p.body.length, 34);
	ck_assert_int_eq(p.status, 302);
	ck_assert_int_eq(GO(.kind = EV_ACK, .fetch_id = 1, .lexicon_matches = true), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_REQUEUE), FRONTIER_CHANGED);
	IS(PAGE_READY); /* asked for again, not parsed */
	/* 304 to it would be a wrong answer, since nothing could be unmodified */
	to_fetching(2);
	ck_assert_int_eq(GO(.kind = EV_NOT_MODIFIED, .fetch_id = 2), FRONTIER_ENDED);
	IS(PAGE_DEAD);
	/* a body from before stays the page's body */
	to_done();
	const struct warc_place body = p.body;
	p.state = PAGE_READY;
	to_fetching(30);
	ck_assert_int_eq(GO(.kind = EV_REDIRECTED, .fetch_id = 30, .place = place), FRONTIER_ENDED);
	ck_assert_str_eq(p.body.file, body.file);
	ck_assert_int_eq(p.body.offset, body.offset);
}
END_TEST

START_TEST(test_sent_is_fenced)
{
	to_fetched();
	ck_assert_int_eq(GO(.kind = EV_SENT, .epoch = 2, .parse_seq = 1), FRONTIER_IGNORED);
	send();
	ck_assert_int_eq(GO(.kind = EV_SENT, .epoch = 2, .parse_seq = 2), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_RELEASED, .fetch_id = 9), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_RELEASED, .fetch_id = 10, .epoch = 3), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_RELEASED), FRONTIER_CHANGED);
	IS(PAGE_FETCHED);
	ck_assert_int_eq(GO(.kind = EV_RELEASED), FRONTIER_IGNORED);
	ck_assert_int_eq(p.lost, 0);
	ck_assert_int_eq(GO(.kind = EV_SENT, .epoch = 2, .parse_seq = 1), FRONTIER_IGNORED); /* parse_seq must grow */
	send();
	ck_assert_uint_eq(p.epoch, 2);
}
END_TEST

START_TEST(test_crash)
{
	static const enum cause last[] = {CAUSE_PARSER_CRASH, CAUSE_PARSER_TIMEOUT, CAUSE_PARSER_MEMORY};
	for (unsigned i = 0; i < 3; i++) {
		to_sent();
		ck_assert_int_eq(fail_with(CAUSE_PARSER_CRASH, SIGSEGV), FRONTIER_CHANGED);
		IS(PAGE_FETCHED);
		ck_assert(p.solo);
		ck_assert_int_eq(fail_with(CAUSE_PARSER_CRASH, SIGSEGV), FRONTIER_IGNORED); /* once an epoch */
		ck_assert_int_eq(p.crash, 1);
		send();
		ck_assert_int_eq(fail_with(CAUSE_PARSER_MEMORY, 0), FRONTIER_CHANGED);
		send();
		ck_assert_int_eq(fail_with(last[i], SIGXCPU), FRONTIER_ENDED);
		IS(PAGE_DEAD);
		ck_assert_int_eq(p.cause, last[i]);
		ck_assert_int_eq(p.crash_signal, SIGXCPU);
		ck_assert_int_eq(p.crash, FRONTIER_CRASH_MAX);
	}
}
END_TEST

START_TEST(test_lost)
{
	to_sent();
	for (int i = 1; i < FRONTIER_LOST_MAX; i++) {
		ck_assert_int_eq(GO(.kind = EV_RELEASED, .blame = true), FRONTIER_CHANGED);
		ck_assert_int_eq(p.lost, i);
		send();
	}
	/* a child killed from elsewhere is a loss, too, and no crash */
	ck_assert_int_eq(fail_with(CAUSE_LEASE_LOST, SIGKILL), FRONTIER_ENDED);
	IS(PAGE_DEAD);
	ck_assert_int_eq(p.cause, CAUSE_LEASE_LOST);
	ck_assert_int_eq(p.crash, 0);
}
END_TEST

START_TEST(test_transient)
{
	struct frontier_event tick = {.kind = EV_TICK};
	to_sent();
	for (int i = 1; i < FRONTIER_TRANSIENT_MAX; i++) {
		ck_assert_int_eq(fail_with(CAUSE_BAD_HEADER, 0), FRONTIER_CHANGED);
		IS(PAGE_FETCHED);
		ck_assert_int_gt(p.not_before, NOW);
		ck_assert_int_le(p.not_before, NOW + FRONTIER_PARSE_BACKOFF_MAX_MS);
		ck_assert_int_eq(GO(.kind = EV_SENT, .epoch = p.epoch + 1, .parse_seq = p.parse_seq + 1),
				 FRONTIER_IGNORED);
		ck_assert_int_eq(frontier_step(&p, &tick, p.not_before), FRONTIER_CHANGED);
		send();
	}
	ck_assert_int_eq(fail_with(CAUSE_BAD_HEADER, 0), FRONTIER_ENDED);
	IS(PAGE_DEAD);
	ck_assert_int_eq(p.cause, CAUSE_BAD_HEADER);
}
END_TEST

START_TEST(test_permanent)
{
	static const struct {
		enum cause cause;
		enum page_state end;
	} t[] = {{CAUSE_NOT_PARSABLE, PAGE_DEAD},
		 {CAUSE_UNSUPPORTED_KIND, PAGE_DISCARDED},
		 {CAUSE_NEEDS_OCR, PAGE_DEAD},
		 {CAUSE_NONE, PAGE_DEAD}};
	for (unsigned i = 0; i < sizeof(t) / sizeof(*t); i++) {
		to_sent();
		ck_assert_int_eq(
			GO(.kind = EV_FAIL, .fetch_id = 10, .epoch = 1, .cause = t[i].cause, .permanent = true),
			FRONTIER_ENDED);
		IS(t[i].end);
	}
}
END_TEST

START_TEST(test_fail_of_another_dispatch)
{
	to_sent();
	GO(.kind = EV_RELEASED);
	send();
	ck_assert_int_eq(GO(.kind = EV_FAIL, .fetch_id = 10, .epoch = 1, .cause = CAUSE_PARSER_CRASH),
			 FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_FAIL, .fetch_id = 9, .epoch = 2, .cause = CAUSE_PARSER_CRASH), FRONTIER_IGNORED);
	GO(.kind = EV_RELEASED);
	/* released, but not sent again: it still is the current epoch */
	ck_assert_int_eq(GO(.kind = EV_FAIL, .fetch_id = 10, .epoch = 2, .cause = CAUSE_PARSER_CRASH),
			 FRONTIER_CHANGED);
}
END_TEST

START_TEST(test_late_ack)
{
	to_sent();
	GO(.kind = EV_RELEASED);
	send();
	GO(.kind = EV_RELEASED);
	ck_assert_int_eq(GO(.kind = EV_ACK, .fetch_id = 9, .lexicon_matches = true), FRONTIER_IGNORED);
	ck_assert_int_eq(ack(), FRONTIER_ENDED);
	IS(PAGE_DONE);
	to_sent();
	GO(.kind = EV_FAIL, .fetch_id = 10, .epoch = 1, .cause = CAUSE_NOT_PARSABLE, .permanent = true);
	IS(PAGE_DEAD);
	ck_assert_int_eq(ack(), FRONTIER_ENDED);
	IS(PAGE_DONE);
	ck_assert_int_eq(p.cause, CAUSE_NONE);
	/* dead by a later fetch: the old document says nothing about it */
	p.state = PAGE_READY;
	to_fetching(20);
	GO(.kind = EV_FAILED, .fetch_id = 20, .cause = CAUSE_HTTP_4XX);
	ck_assert_int_eq(ack(), FRONTIER_IGNORED);
	IS(PAGE_DEAD);
}
END_TEST

START_TEST(test_ack_of_another_lexicon)
{
	to_sent();
	ck_assert_int_eq(GO(.kind = EV_ACK, .fetch_id = 10), FRONTIER_CHANGED);
	IS(PAGE_SENT);
	ck_assert(p.reparse && p.no_validators);
	ck_assert_int_eq(GO(.kind = EV_ACK, .fetch_id = 10), FRONTIER_IGNORED);
	GO(.kind = EV_FAIL, .fetch_id = 10, .epoch = 1, .cause = CAUSE_NOT_PARSABLE, .permanent = true);
	IS(PAGE_DONE); /* the store has a document */
	ck_assert_int_eq(p.cause, CAUSE_NOT_PARSABLE);
	/* and when the FAIL came first */
	to_sent();
	GO(.kind = EV_FAIL, .fetch_id = 10, .epoch = 1, .cause = CAUSE_NOT_PARSABLE, .permanent = true);
	ck_assert_int_eq(GO(.kind = EV_ACK, .fetch_id = 10), FRONTIER_ENDED);
	IS(PAGE_DONE);
	ck_assert_int_eq(p.cause, CAUSE_NOT_PARSABLE);
	ck_assert(p.no_validators);
}
END_TEST

START_TEST(test_reparse)
{
	to_done();
	p.crash = 2;
	ck_assert_int_eq(GO(.kind = EV_REPARSE), FRONTIER_CHANGED);
	IS(PAGE_FETCHED);
	ck_assert_int_eq(p.crash, 0);
	ck_assert(p.no_validators);
	/* a FAIL of the dispatch before the reparse does not count */
	ck_assert_int_eq(fail_with(CAUSE_PARSER_CRASH, SIGSEGV), FRONTIER_IGNORED);
	for (int i = 0; i < 3; i++) {
		send();
		fail_with(CAUSE_PARSER_CRASH, SIGSEGV);
	}
	IS(PAGE_DONE);
	ck_assert_int_eq(p.cause, CAUSE_PARSER_CRASH);
	ck_assert_int_eq(GO(.kind = EV_REPARSE), FRONTIER_CHANGED);
	send();
	ck_assert_int_eq(ack(), FRONTIER_ENDED);
	ck_assert_int_eq(p.cause, CAUSE_NONE);
	ck_assert(!p.no_validators);
}
END_TEST

START_TEST(test_missing_in_store)
{
	to_done();
	ck_assert_int_eq(GO(.kind = EV_MISSING_IN_STORE), FRONTIER_CHANGED);
	IS(PAGE_FETCHED);
	ck_assert(!p.reparse && p.no_validators);
	send();
	GO(.kind = EV_FAIL, .fetch_id = 10, .epoch = 2, .cause = CAUSE_NOT_PARSABLE, .permanent = true);
	IS(PAGE_DEAD);
	to_done();
	p.state = PAGE_READY;
	ck_assert_int_eq(GO(.kind = EV_MISSING_IN_STORE), FRONTIER_CHANGED);
	IS(PAGE_READY);
	ck_assert(p.no_validators);
	ck_assert_int_eq(GO(.kind = EV_MISSING_IN_STORE), FRONTIER_IGNORED);
}
END_TEST

START_TEST(test_requeue)
{
	to_sent();
	GO(.kind = EV_FAIL, .fetch_id = 10, .epoch = 1, .cause = CAUSE_NOT_PARSABLE, .permanent = true);
	struct page dead = p;
	ck_assert_int_eq(GO(.kind = EV_REQUEUE), FRONTIER_CHANGED);
	IS(PAGE_FETCHED);
	p = dead;
	ck_assert_int_eq(GO(.kind = EV_REQUEUE, .refetch = true), FRONTIER_CHANGED);
	IS(PAGE_READY);
	p = dead;
	p.body.file[0] = 0;
	GO(.kind = EV_REQUEUE);
	IS(PAGE_READY);
	blank();
	to_fetching(1);
	GO(.kind = EV_FAILED, .fetch_id = 1, .cause = CAUSE_BODY_TOO_LARGE, .place = PLACE);
	ck_assert_int_eq(GO(.kind = EV_REQUEUE), FRONTIER_CHANGED);
	IS(PAGE_READY); /* a cause of fetching: the bytes are not the page */
	ck_assert_int_eq(p.attempts, 0);
	ck_assert_int_eq(GO(.kind = EV_REQUEUE), FRONTIER_IGNORED);
	to_done();
	ck_assert_int_eq(GO(.kind = EV_REQUEUE), FRONTIER_IGNORED);
}
END_TEST

START_TEST(test_body_missing)
{
	to_done();
	ck_assert_int_eq(GO(.kind = EV_BODY_MISSING), FRONTIER_IGNORED);
	to_sent();
	ck_assert_int_eq(GO(.kind = EV_BODY_MISSING), FRONTIER_CHANGED);
	IS(PAGE_READY);
	ck_assert_uint_eq(p.body_fetch_id, 0);
	ck_assert(p.no_validators);
	ck_assert_int_eq(GO(.kind = EV_ACK, .fetch_id = 10, .lexicon_matches = true), FRONTIER_IGNORED);
}
END_TEST

START_TEST(test_hold)
{
	static const enum page_state rest[] = {PAGE_READY, PAGE_RETRY, PAGE_FETCHED,
					       PAGE_DONE,  PAGE_DEAD,  PAGE_DISCARDED};
	for (unsigned i = 0; i < sizeof(rest) / sizeof(*rest); i++) {
		blank();
		p.state = rest[i];
		ck_assert_int_eq(GO(.kind = EV_HOLD), FRONTIER_CHANGED);
		IS(PAGE_HELD);
		ck_assert_int_eq(GO(.kind = EV_HOLD), FRONTIER_IGNORED);
		ck_assert_int_eq(GO(.kind = EV_LEASED, .fetch_id = 5), FRONTIER_IGNORED);
		ck_assert_int_eq(GO(.kind = EV_TICK, .revisit = true), FRONTIER_IGNORED);
		ck_assert_int_eq(GO(.kind = EV_RELEASE_HOLD), FRONTIER_CHANGED);
		IS(rest[i]);
		ck_assert_int_eq(GO(.kind = EV_RELEASE_HOLD), FRONTIER_IGNORED);
	}
	to_sent();
	ck_assert_int_eq(GO(.kind = EV_HOLD), FRONTIER_IGNORED);
	/* what is in the store is not forgotten because the page was held meanwhile */
	GO(.kind = EV_RELEASED);
	GO(.kind = EV_HOLD);
	ck_assert_int_eq(ack(), FRONTIER_ENDED);
	IS(PAGE_HELD);
	GO(.kind = EV_RELEASE_HOLD);
	IS(PAGE_DONE);
}
END_TEST

START_TEST(test_discard)
{
	blank();
	ck_assert_int_eq(GO(.kind = EV_DISCARD, .cause = CAUSE_TRAP, .detail = "t"), FRONTIER_ENDED);
	IS(PAGE_DISCARDED);
	ck_assert_int_eq(GO(.kind = EV_DISCARD, .cause = CAUSE_TRAP), FRONTIER_IGNORED);
	blank();
	p.state = PAGE_DEAD;
	ck_assert_int_eq(GO(.kind = EV_DISCARD, .cause = CAUSE_DISCARDED_BY_OPERATOR), FRONTIER_ENDED);
	IS(PAGE_DISCARDED);
	to_sent();
	ck_assert_int_eq(GO(.kind = EV_DISCARD, .cause = CAUSE_TRAP), FRONTIER_IGNORED);
}
END_TEST

START_TEST(test_adoption)
{
	/* the record of a lease that was committed, its end was not */
	blank();
	to_fetching(5);
	GO(.kind = EV_RESTARTED);
	ck_assert_int_eq(GO(.kind = EV_ADOPTED, .fetch_id = 4, .place = PLACE, .status = 200), FRONTIER_IGNORED);
	ck_assert_int_eq(GO(.kind = EV_ADOPTED, .fetch_id = 5, .place = PLACE, .status = 200), FRONTIER_CHANGED);
	IS(PAGE_FETCHED);
	ck_assert_int_eq(GO(.kind = EV_ADOPTED, .fetch_id = 5, .place = PLACE, .status = 200), FRONTIER_IGNORED);
	/* of several the newest */
	ck_assert_int_eq(GO(.kind = EV_ADOPTED, .fetch_id = 7, .place = PLACE, .status = 200), FRONTIER_CHANGED);
	ck_assert_uint_eq(p.body_fetch_id, 7);
	ck_assert_int_eq(GO(.kind = EV_ADOPTED, .fetch_id = 8, .place = PLACE, .status = 404, .cause = CAUSE_HTTP_404),
			 FRONTIER_ENDED);
	IS(PAGE_DISCARDED);
	ck_assert_int_eq(GO(.kind = EV_ADOPTED, .fetch_id = 9, .place = PLACE, .status = 302), FRONTIER_ENDED);
	IS(PAGE_DONE);
	ck_assert(p.redirected);
	blank();
	ck_assert_int_eq(GO(.kind = EV_ADOPTED, .fetch_id = 9, .place = PLACE, .cause = CAUSE_BODY_TOO_LARGE),
			 FRONTIER_ENDED);
	IS(PAGE_DEAD);
	blank();
	ck_assert_int_eq(GO(.kind = EV_ADOPTED, .fetch_id = 9, .place = PLACE, .status = 304), FRONTIER_IGNORED);
	to_done();
	p.state = PAGE_READY;
	ck_assert_int_eq(GO(.kind = EV_ADOPTED, .fetch_id = 19, .place = PLACE, .status = 304), FRONTIER_ENDED);
	IS(PAGE_DONE);
	ck_assert_uint_eq(p.body_fetch_id, 10);
}
END_TEST

START_TEST(test_clock_jump)
{
	blank();
	to_fetching(1);
	GO(.kind = EV_FAILED, .fetch_id = 1, .cause = CAUSE_TIMEOUT, .seed = 9);
	int64_t len = p.not_before_len, yesterday = NOW - 86400000;
	struct frontier_event tick = {.kind = EV_TICK};
	ck_assert_int_eq(frontier_step(&p, &tick, yesterday), FRONTIER_CHANGED);
	IS(PAGE_RETRY);
	ck_assert_int_eq(p.not_before, yesterday + len);
	ck_assert_int_eq(frontier_step(&p, &tick, yesterday + len), FRONTIER_CHANGED);
	IS(PAGE_READY);
}
END_TEST

START_TEST(test_backoff)
{
	for (int attempt = 1; attempt < 40; attempt++) {
		double middle = 1000;
		for (int i = 1; i < attempt; i++)
			middle *= 4;
		int64_t least = INT64_MAX, most = 0;
		for (uint64_t seed = 0; seed < 200; seed++) {
			int64_t ms = frontier_backoff_ms(attempt, seed);
			least = ms < least ? ms : least;
			most = ms > most ? ms : most;
			ck_assert_int_eq(ms, frontier_backoff_ms(attempt, seed));
		}
		double low = middle * 0.5, high = middle * 1.5, cap = FRONTIER_BACKOFF_MAX_MS;
		ck_assert_double_ge((double)least, (low < cap ? low : cap) - 1);
		ck_assert_double_le((double)most, high < cap ? high : cap);
		if (high < cap)
			ck_assert_int_gt(most - least, (int64_t)(middle * 0.7)); /* it does jitter */
	}
}
END_TEST

#define DAY (24 * 3600000LL)

/* One more visit at `now` that ends by this event; returns how far away the next one is. */
static int64_t visit(struct frontier_event e, int64_t now)
{
	const struct frontier_event lease = {.kind = EV_LEASED, .fetch_id = p.fetch_id + 1};
	p.state = PAGE_READY;
	ck_assert_int_eq(frontier_step(&p, &lease, now), FRONTIER_CHANGED);
	e.fetch_id = p.fetch_id;
	if (e.kind == EV_FAIL) {
		const struct frontier_event got = {
			.kind = EV_FETCHED, .fetch_id = p.fetch_id, .place = PLACE, .status = 200};
		ck_assert_int_eq(frontier_step(&p, &got, now), FRONTIER_CHANGED);
		const struct frontier_event sent = {.kind = EV_SENT, .epoch = 1, .parse_seq = p.parse_seq + 1};
		ck_assert_int_eq(frontier_step(&p, &sent, now), FRONTIER_CHANGED);
		e.epoch = 1;
	}
	ck_assert_int_eq(frontier_step(&p, &e, now), FRONTIER_ENDED);
	return p.next_visit - now;
}

/* What stays away is asked for at twice the interval each time, what came back at once by its own. */
START_TEST(test_misses_double_the_interval)
{
	static const int64_t days[] = {3, 6, 12, 24, 48, 96, 180, 180};
	static const int64_t of_home[] = {3, 6, 12, 24, 30, 30, 30, 30};
	struct frontier_event e = {.kind = EV_FAILED, .cause = CAUSE_TLS};
	for (int home = 0; home < 2; home++) {
		blank();
		p.depth = !home;
		int64_t now = NOW;
		for (int i = 0; i < 8; i++, now = p.next_visit) {
			e.next_visit = now + 3 * DAY;
			ck_assert_int_eq(visit(e, now) / DAY, home ? of_home[i] : days[i]);
			IS(PAGE_DEAD);
		}
	}
	struct frontier_event seen = {.kind = EV_REDIRECTED, .detail = "http://b.gov.cn/", .next_visit = NOW + 3 * DAY};
	p.depth = 1;
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(visit(seen, NOW) / DAY, days[i]);
	/* the visit itself must not forget where it led, or each one seems to find something new */
	const struct frontier_event tick = {.kind = EV_TICK, .revisit = true};
	ck_assert_int_eq(frontier_step(&p, &tick, p.next_visit), FRONTIER_CHANGED);
	ck_assert_str_eq(p.detail, "http://b.gov.cn/");
	seen.detail = "http://c.gov.cn/";
	ck_assert_int_eq(visit(seen, NOW) / DAY, 3);
	e.cause = CAUSE_BAD_URL;
	visit(e, NOW);
	ck_assert_int_eq(p.next_visit, 0);
}
END_TEST

/* An error page with status 200 takes a week and several visits until the report behind it has vanished. */
START_TEST(test_error_pages_over_a_week_are_a_loss)
{
	struct frontier_event e = {.kind = EV_FAIL, .permanent = true, .cause = CAUSE_SOFT_ERROR};
	blank();
	p.report = true;
	visit(e, NOW);
	ck_assert_int_eq(p.gone_since, NOW);
	visit(e, NOW + 1000);
	visit(e, NOW + 2000);
	visit(e, NOW + FRONTIER_GONE_MS - 1);
	ck_assert(!p.gone);
	visit(e, NOW + FRONTIER_GONE_MS);
	ck_assert(p.gone);
	ck_assert_int_eq(p.gone_since, NOW);
	/* a document is what ends it, not the mere answer */
	p.state = PAGE_READY;
	to_fetching(p.fetch_id + 1);
	GO(.kind = EV_FETCHED, .fetch_id = p.fetch_id, .place = PLACE, .status = 200);
	ck_assert(p.gone);
	GO(.kind = EV_ACK, .fetch_id = p.fetch_id, .lexicon_matches = true, .reports = true, .next_visit = NOW + 1);
	ck_assert(!p.gone && p.gone_since == 0 && p.misses == 0);
	blank();
	visit(e, NOW);
	ck_assert_int_eq(p.gone_since, 0); /* no report, nothing lost */
}
END_TEST

START_TEST(test_detail_is_cut_at_a_character)
{
	char longer[600] = "";
	for (int i = 0; i < 150; i++)
		strcat(longer, "报");
	blank();
	GO(.kind = EV_DISCARD, .cause = CAUSE_TRAP, .detail = longer);
	ck_assert_uint_eq(strlen(p.detail), 255);
	ck_assert(strncmp(p.detail, longer, 255) == 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("frontier");
	TCase *t = tcase_create("arrows");
	tcase_add_test(t, test_whole_way);
	tcase_add_test(t, test_lease_needs_new_id);
	tcase_add_test(t, test_fetch_fails);
	tcase_add_test(t, test_retry_after_is_not_undercut);
	tcase_add_test(t, test_success_clears_attempts);
	tcase_add_test(t, test_not_modified);
	tcase_add_test(t, test_redirect_and_loop);
	tcase_add_test(t, test_redirect_keeps_its_place);
	tcase_add_test(t, test_sent_is_fenced);
	tcase_add_test(t, test_crash);
	tcase_add_test(t, test_lost);
	tcase_add_test(t, test_transient);
	tcase_add_test(t, test_permanent);
	tcase_add_test(t, test_fail_of_another_dispatch);
	tcase_add_test(t, test_late_ack);
	tcase_add_test(t, test_ack_of_another_lexicon);
	tcase_add_test(t, test_reparse);
	tcase_add_test(t, test_missing_in_store);
	tcase_add_test(t, test_requeue);
	tcase_add_test(t, test_body_missing);
	tcase_add_test(t, test_hold);
	tcase_add_test(t, test_discard);
	tcase_add_test(t, test_adoption);
	tcase_add_test(t, test_clock_jump);
	tcase_add_test(t, test_backoff);
	tcase_add_test(t, test_misses_double_the_interval);
	tcase_add_test(t, test_error_pages_over_a_week_are_a_loss);
	tcase_add_test(t, test_detail_is_cut_at_a_character);
	suite_add_tcase(s, t);
	return suite_run(s);
}
