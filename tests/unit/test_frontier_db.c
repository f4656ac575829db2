/* frontier_db - on real files: durability, choosing, budget, context, refusals, a full disk. */
#include "tests/unit/frontier_fixture.h"

#include "fetcher/politeness.h"

START_TEST(test_fresh_ids)
{
	bool fresh;
	uint64_t id, seq;
	char other[96];
	struct fdb *o;
	snprintf(other, sizeof(other), "%s/other", dir);
	OK(fdb_open(other, NULL, &o, &fresh));
	ck_assert(fresh);
	ck_assert_int_ne(fdb_fetch_id(o, &id), ERR_OK);
	ck_assert_int_ne(fdb_parse_seq(o, &seq), ERR_OK);
	OK(fdb_ids_start(o, 500, 70));
	fdb_close(o); /* not committed: it still is new */
	OK(fdb_open(other, NULL, &o, &fresh));
	ck_assert(fresh);
	OK(fdb_ids_start(o, 500, 70));
	OK(fdb_commit(o));
	OK(fdb_fetch_id(o, &id));
	OK(fdb_parse_seq(o, &seq));
	ck_assert_uint_gt(id, 500 + FDB_FRESH_GAP);
	ck_assert_uint_gt(seq, 70 + FDB_FRESH_GAP);
	fdb_close(o);
	OK(fdb_open(other, NULL, &o, &fresh));
	ck_assert(!fresh);
	fdb_close(o);
}
END_TEST

START_TEST(test_ids_never_come_twice)
{
	uint64_t last = 0, id, last_seq = 0, seq;
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 700; i++) {
			OK(fdb_fetch_id(d, &id));
			OK(fdb_parse_seq(d, &seq));
			ck_assert_uint_gt(id, last);
			ck_assert_uint_gt(seq, last_seq);
			last = id;
			last_seq = seq;
			if (i % 64 == 0)
				OK(fdb_commit(d));
		}
		OK(fdb_commit(d));
		reopen();
	}
	/* more than a block in one transaction */
	for (int i = 0; i < 3 * FDB_FETCH_ID_BLOCK; i++)
		OK(fdb_fetch_id(d, &last));
	OK(fdb_commit(d));
	reopen();
	OK(fdb_fetch_id(d, &id));
	ck_assert_uint_gt(id, last);
}
END_TEST

START_TEST(test_life_survives)
{
	struct fdb_page p;
	int64_t id = add_at("http://a.gov.cn/1.htm", 1, 0, 0, "{\"title\":\"t\"}", NULL);
	uint64_t f = fetch(id);
	dispatch(id);
	OK(fdb_set_validators(d, id, "\"e1\"", NULL));
	OK(fdb_commit(d));
	ck_assert_int_eq(fdb_pending(d), 0);
	ck_assert(!fdb_dirty(d));
	reopen();
	OK(fdb_page_by_fetch(d, f, arena, &p));
	ck_assert_int_eq(p.p.id, id);
	ck_assert_int_eq(p.p.state, PAGE_SENT);
	ck_assert_uint_eq(p.p.epoch, 1);
	ck_assert_str_eq(p.p.body.file, "gongkai-1.warc.gz");
	ck_assert_int_eq(p.p.body.offset, 77);
	ck_assert_int_eq(p.p.status, 200);
	ck_assert_str_eq(p.url, "http://a.gov.cn/1.htm");
	ck_assert_str_eq(p.context, "{\"title\":\"t\"}");
	ck_assert_str_eq(p.etag, "\"e1\"");
	ck_assert_ptr_null(p.last_modified);
	ck_assert_int_eq(EVENT(id, .kind = EV_FAIL, .fetch_id = f, .epoch = 1, .cause = CAUSE_PARSER_CRASH,
			       .signal = 11, .detail = "boom"),
			 FRONTIER_CHANGED);
	OK(fdb_commit(d));
	reopen();
	OK(fdb_page_by_url(d, "http://a.gov.cn/1.htm", arena, &p));
	ck_assert(p.p.solo);
	ck_assert_int_eq(p.p.crash, 1);
	ck_assert_int_eq(p.p.crash_signal, 11);
	ck_assert_uint_eq(p.p.counted_epoch, 1);
	ck_assert_int_eq(fdb_page_by_url(d, "http://a.gov.cn/2.htm", arena, &p), ERR_NOTFOUND);
	ck_assert_int_eq(fdb_page(d, 99, arena, &p), ERR_NOTFOUND);
	OK(fdb_set_validators(d, id, NULL, ""));
	OK(fdb_page(d, id, arena, &p));
	ck_assert_ptr_null(p.etag);
	ck_assert_str_eq(p.context, "{\"title\":\"t\"}");
	check_counts();
}
END_TEST

START_TEST(test_every_field_comes_back)
{
	struct page after;
	int64_t id = add("http://a.gov.cn/1.htm");
	finish(id);
	event(id, (struct frontier_event){.kind = EV_REPARSE}, &after);
	dispatch(id);
	struct fdb_page p;
	OK(fdb_page(d, id, arena, &p));
	uint64_t f = p.p.body_fetch_id;
	event(id,
	      (struct frontier_event){.kind = EV_FAIL, .fetch_id = f, .epoch = 2, .cause = CAUSE_BAD_HEADER, .seed = 4},
	      &after);
	OK(fdb_page(d, id, arena, &p));
	ck_assert_int_eq(p.p.not_before, after.not_before);
	ck_assert_int_eq(p.p.not_before_len, after.not_before_len);
	ck_assert_int_eq(p.p.transient, 1);
	ck_assert(p.p.reparse && p.p.no_validators);
	ck_assert_int_eq(p.p.next_visit, NOW + 1000);
	event(id, (struct frontier_event){.kind = EV_HOLD}, NULL);
	OK(fdb_page(d, id, arena, &p));
	ck_assert_int_eq(p.p.state, PAGE_HELD);
	ck_assert_int_eq(p.p.held_from, PAGE_FETCHED);
	ck_assert_int_eq(p.p.not_before, after.not_before);
	ck_assert_uint_eq(p.p.parse_seq, after.parse_seq);
	check_counts();
}
END_TEST

/* A process that dies between event and commit leaves the row as the last commit had it. */
START_TEST(test_crash_before_commit)
{
	int64_t id = add("http://a.gov.cn/1.htm");
	OK(fdb_commit(d));
	fdb_close(d);
	d = NULL;
	for (int committed = 0; committed < 2; committed++) {
		pid_t pid = fork();
		if (!pid) {
			struct fdb *c;
			uint64_t f;
			if (fdb_open(dir, NULL, &c, NULL) != ERR_OK || fdb_fetch_id(c, &f) != ERR_OK)
				_exit(2);
			struct frontier_event e = {.kind = EV_LEASED, .fetch_id = f};
			if (fdb_event(c, id, &e, NOW, NULL, NULL) != ERR_OK || (committed && fdb_commit(c) != ERR_OK))
				_exit(3);
			_exit(0);
		}
		int status;
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_int_eq(status, 0);
		ck_assert_int_eq(query("SELECT state FROM pages"), committed ? PAGE_FETCHING : PAGE_READY);
		ck_assert_int_eq(query("SELECT count(*) FROM history"), committed);
	}
	open_db();
	ck_assert_int_eq(state_of(id), PAGE_READY); /* fetching at start is ready */
	check_counts();
}
END_TEST

START_TEST(test_one_owner)
{
	struct fdb *second;
	ck_assert_int_eq(fdb_open(dir, NULL, &second, NULL), ERR_LOCKED);
	ck_assert_ptr_nonnull(strstr(err_text(), dir));
	ck_assert_int_eq(err_exit_status(ERR_LOCKED), 4);
}
END_TEST

START_TEST(test_next_ready_order)
{
	int64_t page, a3 = add_at("http://a.gov.cn/3", 3, 0, 0, NULL, NULL), a1 = add("http://a.gov.cn/1"),
		      b1 = add("http://b.gov.cn/1"), a1b = add("http://a.gov.cn/1b"), woken[8];
	struct fdb_page p;
	OK(fdb_page(d, a3, arena, &p));
	ck_assert_uint_eq(fdb_woken_hosts(d, woken, 8), 2);
	ck_assert_uint_eq(fdb_woken_hosts(d, woken, 8), 0);
	int64_t want[] = {a1, a1b, a3};
	struct fdb_host h;
	for (unsigned i = 0; i < 3; i++) {
		OK(fdb_host(d, p.host_id, &h));
		ck_assert_int_eq(h.ready, 3 - (int)i);
		OK(fdb_next_ready(d, p.host_id, &page));
		ck_assert_int_eq(page, want[i]);
		lease(page);
	}
	ck_assert_int_eq(fdb_next_ready(d, p.host_id, &page), ERR_NOTFOUND);
	OK(fdb_page(d, b1, arena, &p));
	OK(fdb_next_ready(d, p.host_id, &page));
	ck_assert_int_eq(page, b1);
	check_counts();
	reopen(); /* fetching pages are ready again and their host is told of */
	ck_assert_uint_eq(fdb_woken_hosts(d, woken, 8), 1);
	check_counts();
}
END_TEST

START_TEST(test_fetched_order)
{
	int64_t id[4], got[8];
	char url[64];
	unsigned n;
	for (int i = 0; i < 4; i++) {
		snprintf(url, sizeof(url), "http://a.gov.cn/%d", i);
		id[i] = add(url);
	}
	for (int i = 3; i >= 0; i--)
		fetch(id[i]);
	dispatch(id[0]);
	struct fdb_page p;
	OK(fdb_page(d, id[0], arena, &p));
	EVENT(id[0], .kind = EV_FAIL, .fetch_id = p.p.body_fetch_id, .epoch = 1, .cause = CAUSE_PARSER_CRASH);
	dispatch(id[1]);
	OK(fdb_page(d, id[1], arena, &p));
	struct page after;
	event(id[1],
	      (struct frontier_event){
		      .kind = EV_FAIL, .fetch_id = p.p.body_fetch_id, .epoch = 1, .cause = CAUSE_BAD_HEADER},
	      &after);
	OK(fdb_fetched(d, NOW, got, 8, &n));
	ck_assert_uint_eq(n, 3);
	ck_assert(got[0] == id[0] && got[1] == id[3] && got[2] == id[2]); /* solo first, then the oldest body */
	OK(fdb_fetched(d, after.not_before, got, 8, &n));
	ck_assert_uint_eq(n, 4);
	OK(fdb_fetched(d, after.not_before, got, 2, &n));
	ck_assert_uint_eq(n, 2);
}
END_TEST

static bool release_it(void *ctx, int64_t id, uint64_t body_fetch_id, uint32_t epoch, int64_t bytes, bool solo)
{
	++*(int *)ctx;
	ck_assert(body_fetch_id && epoch == 1 && bytes == 5 && !solo);
	EVENT(id, .kind = EV_RELEASED);
	return true;
}

START_TEST(test_sent_pages)
{
	char url[64];
	int seen = 0;
	for (int i = 0; i < 600; i++) {
		snprintf(url, sizeof(url), "http://a.gov.cn/%d", i);
		int64_t id = add(url);
		fetch(id);
		dispatch(id);
	}
	OK(fdb_commit(d));
	reopen();
	OK(fdb_sent(d, release_it, &seen));
	ck_assert_int_eq(seen, 600);
	OK(fdb_sent(d, release_it, &seen));
	ck_assert_int_eq(seen, 600);
	check_counts();
}
END_TEST

START_TEST(test_tick)
{
	int64_t changed, due;
	int64_t id = add("http://a.gov.cn/1"), done = add("http://a.gov.cn/2");
	struct page after;
	uint64_t f = lease(id);
	event(id, (struct frontier_event){.kind = EV_FAILED, .fetch_id = f, .cause = CAUSE_TIMEOUT}, &after);
	finish(done);
	OK(fdb_tick(d, NOW, true, &changed, &due));
	ck_assert_int_eq(changed, 0);
	ck_assert_int_eq(due, after.not_before);
	/* the clock goes back by a day: the wait is no longer than it was */
	OK(fdb_tick(d, NOW - 86400000, false, &changed, &due));
	ck_assert_int_eq(changed, 1);
	ck_assert_int_eq(due, NOW - 86400000 + after.not_before_len);
	OK(fdb_tick(d, due, false, &changed, &due));
	ck_assert_int_eq(changed, 1);
	ck_assert_int_eq(state_of(id), PAGE_READY);
	ck_assert_int_eq(due, INT64_MAX);
	OK(fdb_tick(d, NOW + 1000, false, &changed, NULL));
	ck_assert_int_eq(changed, 0); /* revisits are off */
	OK(fdb_tick(d, NOW + 1000, true, &changed, NULL));
	ck_assert_int_eq(changed, 1);
	ck_assert_int_eq(state_of(done), PAGE_READY);
	check_counts();
}
END_TEST

START_TEST(test_tick_after_restart_cuts)
{
	int64_t changed, due, id = add("http://a.gov.cn/1");
	uint64_t f = lease(id);
	EVENT(id, .kind = EV_FAILED, .fetch_id = f, .cause = CAUSE_TIMEOUT);
	OK(fdb_commit(d));
	reopen();
	OK(fdb_tick(d, NOW - 86400000, false, &changed, &due));
	ck_assert_int_eq(changed, 1);
	ck_assert_int_lt(due, NOW);
}
END_TEST

START_TEST(test_fetch_known)
{
	bool known;
	int64_t id = add("http://a.gov.cn/1");
	uint64_t f = lease(id), g;
	OK(fdb_fetch_known(d, f, &known));
	ck_assert(!known); /* a lease alone is no response */
	EVENT(id, .kind = EV_FAILED, .fetch_id = f, .cause = CAUSE_TIMEOUT);
	OK(fdb_fetch_known(d, f, &known));
	ck_assert(known);
	OK(fdb_tick(d, NOW + 86400000, false, NULL, NULL));
	g = fetch(id);
	OK(fdb_fetch_known(d, g, &known));
	ck_assert(known);
	OK(fdb_fetch_known(d, f, &known));
	ck_assert(known); /* from its history */
	OK(fdb_fetch_known(d, g + 1, &known));
	ck_assert(!known);
}
END_TEST

START_TEST(test_budget)
{
	struct fdb_limits l = {.pages = 3};
	struct fdb_source s;
	bool is_new;
	enum fdb_added added;
	char url[64];
	OK(fdb_add_source(d, "HTTP://A.gov.cn:80", "海淀区", NULL, &l, NOW, &is_new));
	ck_assert(is_new);
	OK(fdb_add_source(d, "http://a.gov.cn/", NULL, "区政府", NULL, NOW, &is_new));
	ck_assert(!is_new);
	OK(fdb_source(d, 1, arena, &s));
	ck_assert_str_eq(s.url, "http://a.gov.cn/");
	ck_assert_str_eq(s.region, "海淀区");
	ck_assert_str_eq(s.body, "区政府");
	ck_assert_str_eq(s.scope, "site");
	ck_assert_int_eq(s.depth, FDB_SOURCE_DEPTH);
	ck_assert_int_eq(s.pages_max, 3);
	ck_assert_int_eq(s.pages, 1);
	static const enum fdb_added want[] = {FDB_NEW, FDB_NEW, FDB_OUT_OF_BUDGET, FDB_OUT_OF_BUDGET};
	for (int i = 0; i < 4; i++) {
		snprintf(url, sizeof(url), "http://a.gov.cn/%d", i);
		add_at(url, 1, 1, 1, NULL, &added);
		ck_assert_int_eq(added, want[i]);
	}
	add_at("http://a.gov.cn/0", 1, 1, 1, NULL, &added);
	ck_assert_int_eq(added, FDB_KNOWN); /* what is known costs nothing */
	struct fdb_new_page n = {
		.url = "http://a.gov.cn/to", .depth = 1, .from_page = 1, .redirect = true, .source_id = 1, .hops = 1};
	int64_t id;
	OK(fdb_add_page(d, &n, NOW, &added, &id));
	ck_assert_int_eq(added, FDB_NEW); /* a redirect stands for a page that was counted */
	struct fdb_page p;
	OK(fdb_page(d, id, arena, &p));
	ck_assert_int_eq(p.p.chain_from, 1);
	ck_assert_int_eq(p.p.hops, 1);
	OK(fdb_source(d, 1, arena, &s));
	ck_assert_int_eq(s.pages, 3);
	ck_assert_int_eq(fdb_add_source(d, "ftp://a.gov.cn/", NULL, NULL, NULL, NOW, &is_new), ERR_FORMAT);
	check_counts();
}
END_TEST

START_TEST(test_context_of_the_least_link)
{
	struct fdb_page p;
	int64_t a = add("http://a.gov.cn/a"), b = add("http://a.gov.cn/b"), c = add("http://a.gov.cn/c");
	int64_t id = add_at("http://a.gov.cn/x", 3, b, 0, "{\"n\":1}", NULL);
	add_at("http://a.gov.cn/x", 4, a, 0, "{\"n\":2}", NULL); /* deeper */
	OK(fdb_page(d, id, arena, &p));
	ck_assert_str_eq(p.context, "{\"n\":1}");
	add_at("http://a.gov.cn/x", 3, c, 0, "{\"n\":3}", NULL); /* as deep, greater URL */
	OK(fdb_page(d, id, arena, &p));
	ck_assert_str_eq(p.context, "{\"n\":1}");
	add_at("http://a.gov.cn/x", 3, a, 0, "{\"n\":4}", NULL); /* as deep, lesser URL */
	OK(fdb_page(d, id, arena, &p));
	ck_assert_str_eq(p.context, "{\"n\":4}");
	add_at("http://a.gov.cn/x", 2, c, 0, "{\"n\":5}", NULL); /* less deep */
	OK(fdb_page(d, id, arena, &p));
	ck_assert_str_eq(p.context, "{\"n\":5}");
	ck_assert_int_eq(p.p.depth, 2);
	add_at("http://a.gov.cn/x", 1, id, 0, "{\"n\":6}", NULL); /* a page is not its own referrer */
	OK(fdb_page(d, id, arena, &p));
	ck_assert_str_eq(p.context, "{\"n\":5}");
}
END_TEST

START_TEST(test_hosts)
{
	struct fdb_host h, g;
	struct fdb_page p;
	int64_t next, gap, woken[4], id = add("http://a.gov.cn:8080/1");
	struct buf body;
	OK(fdb_page(d, id, arena, &p));
	OK(fdb_host(d, p.host_id, &h));
	ck_assert_str_eq(h.key, "a.gov.cn:8080");
	h.next_at = NOW + 5;
	h.gap_ms = 2000;
	h.cooling_until = NOW + 9;
	h.cooling_len = 9;
	h.failures = 3;
	h.trips = 1;
	h.robots_state = 1;
	h.robots_until = NOW + 77;
	strcpy(h.ip, "192.0.2.1");
	h.held = true; /* is not the scheduler's to change */
	OK(fdb_host_save(d, &h));
	OK(fdb_robots_save(d, h.id, "User-agent: *\0x", 15));
	OK(fdb_address_save(d, "192.0.2.1", NOW + 3, 2000));
	OK(fdb_commit(d));
	reopen();
	OK(fdb_host(d, h.id, &g));
	h.held = false;
	ck_assert_int_eq(memcmp(&h, &g, sizeof(h)), 0);
	buf_init(&body, 1000);
	OK(fdb_robots_load(d, h.id, &body));
	ck_assert_uint_eq(body.n, 15);
	OK(fdb_robots_load(d, 99, &body));
	ck_assert_uint_eq(body.n, 0);
	buf_fini(&body);
	OK(fdb_address(d, "192.0.2.1", &next, &gap));
	ck_assert_int_eq(next, NOW + 3);
	ck_assert_int_eq(gap, 2000);
	OK(fdb_address(d, "192.0.2.2", &next, &gap));
	ck_assert_int_eq(next, 0);
	OK(fdb_host_hold(d, h.id, true));
	ck_assert_uint_eq(fdb_woken_hosts(d, woken, 4), 1);
	OK(fdb_host(d, h.id, &g));
	ck_assert(g.held);
}
END_TEST

static bool save_it(void *ctx, const struct fdb_host *h)
{
	struct fdb_host mine = *h;
	mine.next_at = NOW + h->id;
	OK(fdb_host_save(d, &mine));
	ck_assert_int_eq(h->ready, 1);
	return ++*(int *)ctx < 150;
}

START_TEST(test_all_hosts)
{
	char url[64];
	int n = 0;
	for (int i = 0; i < 200; i++) {
		snprintf(url, sizeof(url), "http://h%d.gov.cn/", i);
		add(url);
	}
	OK(fdb_hosts(d, save_it, &n)); /* before the commit: what is ready is counted all the same */
	ck_assert_int_eq(n, 150);
	OK(fdb_commit(d));
	n = 0;
	OK(fdb_hosts(d, save_it, &n));
	ck_assert_int_eq(n, 150);
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT count(*) FROM hosts WHERE next_at>0"), 150);
}
END_TEST

static bool rests_after(void *ctx, const struct fdb_host *h)
{
	const int64_t *cool_after = ctx;
	return h->held || h->cooling_until > *cool_after;
}

/* A page that waits for its next try keeps a run from its end, but not on a host that rests for long. */
START_TEST(test_retry_on_a_resting_host)
{
	const char *const urls[] = {"http://a.gov.cn/1", "http://b.gov.cn/1", "http://b.gov.cn/2", "http://c.gov.cn/1"};
	int64_t n, hosts[4], minute = NOW + 60000, later = NOW + 60001;
	for (int i = 0; i < 4; i++) {
		struct fdb_page p;
		int64_t id = add(urls[i]);
		uint64_t f = lease(id);
		EVENT(id, .kind = EV_FAILED, .fetch_id = f, .cause = CAUSE_HTTP_5XX, .retry_after_ms = 3600000);
		ck_assert_int_eq(state_of(id), PAGE_RETRY);
		OK(fdb_page(d, id, arena, &p));
		hosts[i] = p.host_id;
	}
	OK(fdb_retry_workable(d, rests_after, &minute, &n));
	ck_assert_int_eq(n, 4);
	struct fdb_host h;
	OK(fdb_host(d, hosts[1], &h));
	h.cooling_until = NOW + 60001;
	OK(fdb_host_save(d, &h));
	OK(fdb_retry_workable(d, rests_after, &minute, &n));
	ck_assert_int_eq(n, 2);
	OK(fdb_retrying(d, hosts[1], &n));
	ck_assert_int_eq(n, 2);
	OK(fdb_host_hold(d, hosts[3], true));
	OK(fdb_retry_workable(d, rests_after, &minute, &n));
	ck_assert_int_eq(n, 1);
	OK(fdb_retry_workable(d, rests_after, &later, &n));
	ck_assert_int_eq(n, 3);
}
END_TEST

/* Of several unknown records the newest counts; the fetch that it overtakes has an end in the history. */
START_TEST(test_adoption_supersedes)
{
	struct warc_place place = {.file = "gongkai-2.warc.gz", .offset = 1, .length = 9};
	struct fdb_page p;
	int64_t id = add("http://a.gov.cn/1");
	uint64_t first = lease(id);
	EVENT(id, .kind = EV_RESTARTED);
	ck_assert_int_eq(EVENT(id, .kind = EV_ADOPTED, .fetch_id = first, .place = place, .status = 200),
			 FRONTIER_CHANGED);
	ck_assert_int_eq(EVENT(id, .kind = EV_ADOPTED, .fetch_id = first + 7, .place = place, .status = 200),
			 FRONTIER_CHANGED);
	OK(fdb_page(d, id, arena, &p));
	ck_assert_uint_eq(p.p.body_fetch_id, first + 7);
	ck_assert_int_eq(fdb_page_by_fetch(d, first, arena, &p), ERR_NOTFOUND);
	bool known;
	OK(fdb_fetch_known(d, first, &known));
	ck_assert(known);
	OK(fdb_commit(d));
	ck_assert_int_eq(
		query("SELECT count(*) FROM history y JOIN causes c ON c.id=y.cause WHERE c.code='superseded'"), 1);
}
END_TEST

START_TEST(test_trap)
{
	int64_t n, count;
	char url[64];
	struct fdb_page p;
	int64_t keep = add("http://a.gov.cn/other/1.htm"), root = add("http://a.gov.cn/1.htm"),
		b = add("http://b.gov.cn/rili/1");
	for (int i = 0; i < 700; i++) {
		snprintf(url, sizeof(url), "http://a.gov.cn/rili/%d.htm", i);
		add_at(url, i % 5, 0, 0, NULL, NULL);
	}
	OK(fdb_page(d, keep, arena, &p));
	/* pages with reports take some back, but never from what is a trap already */
	for (int i = 1; i < FDB_BARREN_MAX; i++)
		OK(fdb_barren(d, p.host_id, "/rili/", &count));
	OK(fdb_fertile(d, p.host_id, "/rili/"));
	OK(fdb_barren_count(d, p.host_id, "/rili/", &count));
	ck_assert_int_eq(count, FDB_BARREN_MAX - 1 - FDB_BARREN_BACK);
	while (count < FDB_BARREN_MAX)
		OK(fdb_barren(d, p.host_id, "/rili/", &count));
	OK(fdb_fertile(d, p.host_id, "/rili/"));
	OK(fdb_barren_count(d, p.host_id, "/rili/", &count));
	ck_assert_int_eq(count, FDB_BARREN_MAX);
	OK(fdb_barren_count(d, p.host_id, "/other/", &count));
	ck_assert_int_eq(count, 0);
	OK(fdb_trap(d, p.host_id, "/rili/", NOW, &n));
	ck_assert_int_eq(n, 700);
	ck_assert(state_of(keep) == PAGE_READY && state_of(root) == PAGE_READY && state_of(b) == PAGE_READY);
	check_counts();
}
END_TEST

START_TEST(test_history_is_bounded)
{
	int64_t id = add("http://a.gov.cn/1");
	for (int i = 0; i < 60; i++) {
		uint64_t f = lease(id);
		EVENT(id, .kind = EV_REDIRECTED, .fetch_id = f, .next_visit = 1);
		OK(fdb_tick(d, NOW, true, NULL, NULL));
	}
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT count(*) FROM history"), FDB_HISTORY_MAX);
}
END_TEST

START_TEST(test_settings)
{
	struct fdb_sink s = {.generation = "6f1c", .boot_id = "b00t", .commit = 42, .known = true}, t;
	char small[4];
	OK(fdb_sink(d, &t));
	ck_assert(!t.known);
	OK(fdb_set_sink(d, &s));
	OK(fdb_set_setting(d, "archive", "x.warc.gz 17"));
	OK(fdb_commit(d));
	reopen();
	OK(fdb_sink(d, &t));
	ck_assert(t.known && t.commit == 42);
	ck_assert_str_eq(t.boot_id, "b00t");
	ck_assert_int_eq(fdb_setting(d, "archive", small, sizeof(small)), ERR_LIMIT);
	OK(fdb_setting(d, "nothing", small, sizeof(small)));
	ck_assert_str_eq(small, "");
}
END_TEST

static enum err try_open(void)
{
	struct fdb *x;
	struct view *v;
	enum err e = fdb_open(dir, NULL, &x, NULL);
	if (e == ERR_OK)
		fdb_close(x);
	enum err e2 = view_open(dir, &v);
	if (e2 == ERR_OK)
		view_close(v);
	ck_assert_int_eq(e, e2);
	return e;
}

/* Rule 9 for the rows of hosts that nobody has loaded. */
static const struct polite_rules two_seconds = {.delay_ms = 2000};

START_TEST(test_hosts_are_cut)
{
	struct fdb_host h;
	struct fdb_page p;
	OK(fdb_page(d, add("http://a.gov.cn/1"), arena, &p));
	OK(fdb_host(d, p.host_id, &h));
	h.next_at = NOW + 86400000;
	h.gap_ms = 3000;
	h.cooling_until = NOW + 86400000;
	h.cooling_len = 30000;
	OK(fdb_host_save(d, &h));
	OK(fdb_hosts_cut(d, &two_seconds, NOW));
	OK(fdb_host(d, p.host_id, &h));
	ck_assert_int_eq(h.next_at, NOW + 3000 + POLITE_MARGIN_MS);
	ck_assert_int_eq(h.cooling_until, NOW + 30000);
	/* a time that is not too far ahead stays, and a length of years counts as an hour */
	h.next_at = NOW + 100;
	h.cooling_until = NOW + 86400000;
	h.cooling_len = INT64_MAX / 2;
	OK(fdb_host_save(d, &h));
	OK(fdb_hosts_cut(d, &two_seconds, NOW));
	OK(fdb_host(d, p.host_id, &h));
	ck_assert_int_eq(h.next_at, NOW + 100);
	ck_assert_int_eq(h.cooling_until, NOW + 3600000);
}
END_TEST

/* A frontier of schema 2, which kept no gap beside an address, is brought up to date with what it has. */
/* The links of one page share what it knew of itself, and each context comes back byte for byte. */
START_TEST(test_contexts_are_shared)
{
	static const char *const kept[] = {
		"{\"title\":\"t\",\"anchor\":\"年报\"}",
		"{\"title\":\"t\",\"anchor\":\"\"}",
		"{\"title\":\"t\",\"anchor\":\"a \\\"b\\\" \\\\\"}",
		"{\"anchor\":\"x\",\"region\":\"r\"}",
		"{\"anchor\":\"one\",\"anchor\":\"two\"}",
		"{\"anchor\":\"one\",\"x\":{\"anchor\":\"\"}}",
		"{\"anchor\": \"spaced\"}",
		"{\"anchor\":5}",
		"{\"anchor\":\"open",
		"{\"title\":\"\\\"anchor\\\":\"}",
	};
	char url[64];
	for (int round = 0; round < 2; round++, reopen())
		for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
			struct fdb_page p;
			snprintf(url, sizeof(url), "http://a.gov.cn/%zu", i);
			int64_t id = add_at(url, 1, 0, 0, kept[i], NULL);
			OK(fdb_page(d, id, arena, &p));
			ck_assert_str_eq(p.context, kept[i]);
			OK(fdb_commit(d));
		}
	ck_assert_int_eq(query("SELECT count(*) FROM contexts"), 2);
	ck_assert_int_eq(query("SELECT count(*) FROM texts WHERE context_id IS NOT NULL"), 4);
}
END_TEST

START_TEST(test_older_schema)
{
	int64_t next, gap;
	OK(fdb_address_save(d, "192.0.2.1", NOW + 3, 2000));
	int64_t lost = add("http://a.gov.cn/1"), wrong = add("http://a.gov.cn/2");
	uint64_t f = lease(lost), g = lease(wrong);
	EVENT(lost, .kind = EV_FAILED, .fetch_id = f, .cause = CAUSE_TLS); /* dead for ever then */
	EVENT(wrong, .kind = EV_FAILED, .fetch_id = g, .cause = CAUSE_BAD_URL);
	OK(fdb_commit(d));
	fdb_close(d);
	d = NULL;
	run_sql("DROP TABLE contexts; ALTER TABLE texts DROP COLUMN context_id;"
		"DROP TABLE arm_blocks; DROP INDEX pages_ready; ALTER TABLE pages DROP COLUMN arm; ALTER TABLE pages "
		"DROP "
		"COLUMN ord; CREATE INDEX pages_ready ON pages(host_id, depth, id) WHERE state=0;"
		"DROP TABLE visits; DROP TABLE visit_groups; DROP TABLE paces; DROP INDEX pages_again;"
		"DROP TABLE twins; DROP TABLE spared; ALTER TABLE pages DROP COLUMN text;"
		"DROP TABLE watched;"
		"ALTER TABLE addresses DROP COLUMN gap_ms;"
		"ALTER TABLE hosts DROP COLUMN response_ms; ALTER TABLE hosts DROP COLUMN day;"
		"ALTER TABLE hosts DROP COLUMN day_requests; ALTER TABLE hosts DROP COLUMN cooling_why;"
		"ALTER TABLE hosts DROP COLUMN again;" NO_ABSENCE "PRAGMA user_version=2");
	open_db();
	OK(fdb_address(d, "192.0.2.1", &next, &gap));
	ck_assert_int_eq(next, NOW + 3);
	ck_assert_int_eq(gap, 0);
	OK(fdb_address_save(d, "192.0.2.1", NOW + 4, 1500));
	OK(fdb_commit(d));
	reopen();
	OK(fdb_address(d, "192.0.2.1", &next, &gap));
	ck_assert_int_eq(next, NOW + 4);
	ck_assert_int_eq(gap, 1500);
	ck_assert_int_eq(query("PRAGMA user_version"), FDB_SCHEMA_VERSION);
	ck_assert_int_eq(query("SELECT count(*) FROM pages p JOIN work w ON w.page_id=p.id WHERE p.state=6 AND p.due"
			       " BETWEEN strftime('%s','now')*1000-60000 AND strftime('%s','now')*1000+3*86400000"
			       " AND w.next_visit=p.due AND url LIKE '%/1'"),
			 1);
	ck_assert_int_eq(query("SELECT count(*) FROM pages WHERE due IS NULL AND url LIKE '%/2'"), 1);
}
END_TEST

START_TEST(test_refused_files)
{
	char path[128];
	fdb_close(d);
	d = NULL;
	run_sql("PRAGMA user_version=99");
	ck_assert_int_eq(try_open(), ERR_NEWER);
	run_sql("PRAGMA user_version=1; PRAGMA application_id=7");
	ck_assert_int_eq(try_open(), ERR_FOREIGN);
	run_sql("PRAGMA application_id=0");
	ck_assert_int_eq(try_open(), ERR_FOREIGN);
	snprintf(path, sizeof(path), "%s/frontier.db", dir);
	int fd = open(path, O_WRONLY | O_TRUNC);
	ck_assert_int_eq(write(fd, "this is not a database, but a letter to somebody....", 50), 50);
	close(fd);
	ck_assert_int_eq(try_open(), ERR_FOREIGN);
	ck_assert_msg(strstr(err_text(), path) != NULL, "does not say where: %s", err_text());
	struct view *v;
	ck_assert_int_eq(view_open(path, &v), ERR_NOTFOUND); /* a folder that cannot be: below a file */
}
END_TEST

/* The disk is full in the middle of a commit: the error says so, nothing is half done, and with room again work goes on. */
START_TEST(test_full_disk)
{
	OK(fdb_commit(d));
	fdb_close(d);
	d = NULL;
	pid_t pid = fork();
	if (!pid) {
		struct fdb *c;
		struct rlimit room = {4 * 1024 * 1024, 4 * 1024 * 1024};
		enum err e = fdb_open(dir, NULL, &c, NULL);
		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &room);
		char url[256];
		for (int i = 0; e == ERR_OK && i < 200000; i++) {
			snprintf(url, sizeof(url), "http://a.gov.cn/%0200d", i);
			struct fdb_new_page n = {.url = url, .depth = 1};
			enum fdb_added added;
			e = fdb_add_page(c, &n, NOW, &added, NULL);
			if (e == ERR_OK && i % 64 == 63)
				e = fdb_commit(c);
		}
		/* once failed, it stays failed: a commit after it must not pretend */
		_exit(e == ERR_FULL && fdb_commit(c) == ERR_FULL ? 0 : 1);
	}
	int status;
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	open_db();
	struct fdb_counts c;
	fdb_counts(d, &c);
	ck_assert_int_gt(c.by_state[PAGE_READY], 64);
	ck_assert_int_eq(c.by_state[PAGE_READY] % 64, 0);
	check_counts();
	add("http://b.gov.cn/");
	check_counts();
}
END_TEST

/* At most 130 bytes a row of database beside the URL text, for pages that were found. */
START_TEST(test_row_size)
{
	char url[128];
	int64_t text = 0, rows = 30000;
	for (int64_t i = 0; i < rows; i++) {
		text += snprintf(url, sizeof(url), "http://www%02d.example.gov.cn/xxgk/%llx/content_%lld.html",
				 (int)(i % 50), (unsigned long long)(i * 2654435761u), (long long)i);
		add_at(url, (int)(i % 7), 1 + i / 20, 0, NULL, NULL);
	}
	OK(fdb_commit(d));
	fdb_close(d);
	d = NULL;
	int64_t bytes =
		query("SELECT (SELECT page_count FROM pragma_page_count)*(SELECT page_size FROM pragma_page_size)");
	printf("%lld bytes a row\n", (long long)((bytes - text) / rows));
	ck_assert_int_lt((bytes - text) / rows, 130);
	open_db();
}
END_TEST

/* Killed, the fetcher may have asked later than it could save: who was asked lately waits a whole gap from the start. */
START_TEST(test_hosts_after_a_restart)
{
	const char *const urls[] = {"http://a.gov.cn/1", "http://b.gov.cn/1", "http://c.gov.cn/1", "http://d.gov.cn/1"};
	const int64_t next_at[] = {NOW - POLITE_RESTART_MS - 1, NOW - 5000, NOW + 9000, NOW + 100};
	struct fdb_host h[4];
	int64_t quiet, at, gap;
	for (int i = 0; i < 4; i++) {
		struct fdb_page p;
		OK(fdb_page(d, add(urls[i]), arena, &p));
		OK(fdb_host(d, p.host_id, &h[i]));
		h[i].next_at = next_at[i];
		snprintf(h[i].ip, sizeof(h[i].ip), "10.0.0.%d", i);
		OK(fdb_host_save(d, &h[i]));
	}
	OK(fdb_address_save(d, "10.0.0.1", NOW - 5000, 3000));
	OK(fdb_hosts_restarted(d, &two_seconds, NOW, &quiet));
	ck_assert_int_eq(quiet, 0);
	for (int i = 0; i < 4; i++)
		OK(fdb_host(d, h[i].id, &h[i]));
	ck_assert_int_eq(h[0].next_at, next_at[0]);
	ck_assert_int_eq(h[1].next_at, NOW + 2000 + POLITE_MARGIN_MS);
	ck_assert_int_eq(h[2].next_at, NOW + 9000);
	ck_assert_int_eq(h[3].next_at, NOW + 2000 + POLITE_MARGIN_MS);
	OK(fdb_address(d, "10.0.0.1", &at, &gap));
	ck_assert_int_eq(at, NOW + 3000 + POLITE_MARGIN_MS);
	/* asked for the first time: its address is not known, and any host may have the same */
	h[0].next_at = NOW - 10;
	h[0].ip[0] = 0;
	h[0].response_ms = 1000;
	h[0].day = 7;
	h[0].day_requests = 8;
	h[0].cooling_why = POLITE_CHALLENGE;
	OK(fdb_host_save(d, &h[0]));
	OK(fdb_hosts_restarted(d, &two_seconds, NOW, &quiet));
	ck_assert_int_eq(quiet, NOW + 5000 + POLITE_MARGIN_MS); /* five times its answer time */
	OK(fdb_host(d, h[0].id, &h[1]));
	ck_assert(h[1].response_ms == 1000 && h[1].day == 7 && h[1].day_requests == 8 &&
		  h[1].cooling_why == POLITE_CHALLENGE && h[1].next_at == NOW + 5000 + POLITE_MARGIN_MS);
}
END_TEST

/* An error page is dead and asked for again at its time, with what it had before in the store. */
START_TEST(test_a_passing_cause_comes_round)
{
	int64_t id = add("http://a.gov.cn/1"), changed, due;
	uint64_t f = lease(id);
	EVENT(id, .kind = EV_FAILED, .fetch_id = f, .cause = CAUSE_CHALLENGE, .next_visit = NOW + 1000);
	ck_assert_int_eq(state_of(id), PAGE_DEAD);
	OK(fdb_tick(d, NOW + 1000, false, &changed, &due));
	ck_assert_int_eq(state_of(id), PAGE_DEAD);
	OK(fdb_tick(d, NOW + 999, true, &changed, &due));
	ck_assert_int_eq(state_of(id), PAGE_DEAD);
	OK(fdb_tick(d, NOW + 1000, true, &changed, &due));
	ck_assert_int_eq(state_of(id), PAGE_READY);
	/* what no visit can mend stays dead */
	int64_t other = add("http://a.gov.cn/2");
	f = lease(other);
	EVENT(other, .kind = EV_FAILED, .fetch_id = f, .cause = CAUSE_BAD_URL, .next_visit = NOW + 1000);
	OK(fdb_tick(d, NOW + 1000000000, true, &changed, &due));
	ck_assert_int_eq(state_of(other), PAGE_DEAD);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_fresh_ids,
				      test_ids_never_come_twice,
				      test_life_survives,
				      test_every_field_comes_back,
				      test_crash_before_commit,
				      test_one_owner,
				      test_next_ready_order,
				      test_fetched_order,
				      test_sent_pages,
				      test_tick,
				      test_tick_after_restart_cuts,
				      test_fetch_known,
				      test_budget,
				      test_context_of_the_least_link,
				      test_hosts,
				      test_all_hosts,
				      test_retry_on_a_resting_host,
				      test_hosts_after_a_restart,
				      test_a_passing_cause_comes_round,
				      test_adoption_supersedes,
				      test_trap,
				      test_history_is_bounded,
				      test_settings,
				      test_hosts_are_cut,
				      test_contexts_are_shared,
				      test_older_schema,
				      test_refused_files,
				      test_full_disk,
				      test_row_size};
	return run_suite("frontier_db", tests, sizeof(tests) / sizeof(*tests));
}
