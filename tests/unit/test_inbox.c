/* inbox and view - requests with and without the lock, in steps; questions beside the owner. */
#include "base/clock.h"
#include "fetcher/politeness.h"
#include "tests/unit/frontier_fixture.h"

static char seen[4096];

static bool see_page(void *ctx, const struct view_page *p)
{
	size_t n = strlen(seen);
	(void)ctx;
	snprintf(seen + n, sizeof(seen) - n, "%s %s %s %s%s|", p->url, p->state, p->cause, p->referrer, p->context);
	return true;
}

static bool see_event(void *ctx, const struct view_event *e)
{
	size_t n = strlen(seen);
	(void)ctx;
	snprintf(seen + n, sizeof(seen) - n, "%s>%s%s%s x%lld|", e->event, e->state, *e->cause ? ":" : "", e->cause,
		 (long long)e->count);
	return true;
}

static bool see_host(void *ctx, const struct view_host *h)
{
	size_t n = strlen(seen);
	(void)ctx;
	snprintf(seen + n, sizeof(seen) - n, "%s %lld %lld %lld %lld %lld|", h->host, (long long)h->ready,
		 (long long)h->waiting, (long long)h->done, (long long)h->dead, (long long)h->discarded);
	return true;
}

START_TEST(test_view)
{
	struct view *v;
	struct view_counts c;
	int64_t a = add("http://a.gov.cn/1"), b = add_at("http://a.gov.cn/2", 2, a, 0, NULL, NULL),
		x = add_at("http://b.gov.cn/1", 1, 0, 0, "{\"title\":\"t\"}", NULL);
	struct fdb_new_page out = {.url = "http://c.gov.cn/", .depth = 1, .from_page = a};
	OK(fdb_add_ended(d, &out, CAUSE_OUT_OF_SCOPE, "another site", NOW));
	uint64_t f = fetch(b);
	for (uint32_t e = 1; e <= 3; e++) {
		dispatch(b);
		EVENT(b, .kind = EV_RELEASED);
	}
	dispatch(b);
	EVENT(b, .kind = EV_FAIL, .fetch_id = f, .epoch = 4, .cause = CAUSE_NOT_PARSABLE, .permanent = true);
	finish(x);
	OK(fdb_commit(d));
	OK(view_open(dir, &v)); /* beside the owner */
	OK(view_counts(v, &c));
	ck_assert(c.ready == 1 && c.dead == 1 && c.done == 1 && c.discarded == 1 && c.pages == 4 && c.hosts == 3);
	seen[0] = 0;
	OK(view_dead(v, &(struct view_filter){0}, see_page, NULL));
	ck_assert_str_eq(seen, "http://a.gov.cn/2 dead not-parsable http://a.gov.cn/1|");
	seen[0] = 0;
	OK(view_dead(v, &(struct view_filter){.discarded_too = true, .limit = 5}, see_page, NULL));
	ck_assert_ptr_nonnull(strstr(seen, "http://c.gov.cn/ discarded out-of-scope http://a.gov.cn/1|"));
	seen[0] = 0;
	OK(view_dead(v, &(struct view_filter){.cause = "trap"}, see_page, NULL));
	OK(view_dead(v, &(struct view_filter){.host = "b.gov.cn"}, see_page, NULL));
	OK(view_dead(v, &(struct view_filter){.since = NOW + 1}, see_page, NULL));
	ck_assert_str_eq(seen, "");
	OK(view_history(v, b, see_event, NULL));
	ck_assert_str_eq(seen, "added>ready x1|leased>fetching x1|fetched>fetched x1|sent>sent x4|released>fetched x3|"
			       "fail>dead:not-parsable x1|");
	seen[0] = 0;
	OK(view_history(v, 4, see_event, NULL));
	ck_assert_str_eq(seen, "added>discarded:out-of-scope x1|");
	seen[0] = 0;
	OK(view_page_by_url(v, "http://b.gov.cn/1", see_page, NULL));
	ck_assert_str_eq(seen, "http://b.gov.cn/1 done  {\"title\":\"t\"}|");
	ck_assert_int_eq(view_page_by_url(v, "http://b.gov.cn/9", see_page, NULL), ERR_NOTFOUND);
	ck_assert_int_eq(view_page_by_id(v, 99, see_page, NULL), ERR_NOTFOUND);
	ck_assert_int_eq(view_history(v, 99, see_event, NULL), ERR_NOTFOUND);
	seen[0] = 0;
	OK(view_hosts(v, see_host, NULL));
	ck_assert_str_eq(seen, "a.gov.cn 1 0 0 1 0|b.gov.cn 0 0 1 0 0|c.gov.cn 0 0 0 0 1|");
	view_close(v);
	ck_assert_int_eq(view_open("/nonexistent", &v), ERR_NOTFOUND);
}
END_TEST

static bool keep_host(void *ctx, const struct view_host *h)
{
	*(struct view_host *)ctx = *h;
	return true;
}

/* What `why` says of a host is what `status --hosts` says: a host that spent its day's requests rests for both. */
START_TEST(test_host_state)
{
	struct view *v;
	struct view_host listed = {.host = NULL}, alone = {.host = NULL};
	struct polite_rules rules = {.delay_ms = 2000, .daily_cap = 3};
	char text[POLITE_RULES_BYTES];
	int64_t a = add("http://a.gov.cn/1"), now = wall_ms();
	struct fdb_host h;
	polite_rules_write(&rules, text);
	OK(fdb_set_setting(d, POLITE_SETTING, text));
	OK(fdb_host(d, 1, &h));
	h.day = (now + POLITE_ZONE_MS) / POLITE_DAY_MS;
	h.day_requests = 3;
	OK(fdb_host_save(d, &h));
	OK(fdb_commit(d));
	OK(view_open(dir, &v));
	OK(view_host(v, "a.gov.cn", keep_host, &listed));
	OK(view_host_state(v, "a.gov.cn", &alone));
	ck_assert_int_eq(listed.ready, 1);
	ck_assert_str_eq(alone.why, "cap");
	ck_assert_str_eq(alone.why, listed.why);
	ck_assert_int_gt(alone.cooling_until, now);
	ck_assert_int_eq(alone.cooling_until, listed.cooling_until);
	ck_assert_int_eq(alone.today, 3);
	ck_assert_str_eq(alone.host, "a.gov.cn");
	ck_assert_int_eq(view_host_state(v, "none.gov.cn", &alone), ERR_NOTFOUND);
	struct view_whence w;
	OK(view_whence(v, a, &w));
	ck_assert(w.from_page == 0 && w.chain_from == 0 && w.status == 0);
	view_close(v);
}
END_TEST

static int64_t post(const char *json, bool applied)
{
	struct inbox_result r;
	OK(inbox_post(dir, json, &r));
	ck_assert_int_eq(r.applied, applied);
	return r.changed;
}

START_TEST(test_inbox_without_lock)
{
	int64_t a = add("http://a.gov.cn/1");
	finish(a);
	int64_t b = add("http://a.gov.cn/2");
	uint64_t f = fetch(b);
	dispatch(b);
	EVENT(b, .kind = EV_FAIL, .fetch_id = f, .epoch = 1, .cause = CAUSE_NOT_PARSABLE, .permanent = true);
	OK(fdb_commit(d));
	fdb_close(d);
	d = NULL;
	ck_assert_int_eq(post("{\"verb\":\"add\",\"url\":\"http://c.gov.cn\",\"pages\":7}", true), 1);
	ck_assert_int_eq(post("{\"verb\":\"add\",\"url\":\"http://c.gov.cn\"}", true), 0);
	ck_assert_int_eq(post("{\"verb\":\"add\",\"url\":\"gopher:x\"}", true), 0);
	ck_assert_int_eq(post("{\"verb\":\"requeue\",\"ids\":[1,2,99]}", true), 1);
	ck_assert_int_eq(post("{\"verb\":\"hold\",\"url\":\"http://a.gov.cn/2\"}", true), 1);
	ck_assert_int_eq(post("{\"verb\":\"hold\",\"host\":\"a.gov.cn\"}", true), 1);
	ck_assert_int_eq(post("{\"verb\":\"hold\",\"host\":\"a.gov.cn\"}", true), 0);
	ck_assert_int_eq(post("{\"verb\":\"reparse\",\"lexicon\":\"abcdef0123456789\",\"host\":\"none.gov.cn\"}", true),
			 0);
	/* the done page; the other waits for a parse already */
	ck_assert_int_eq(post("{\"verb\":\"reparse\",\"lexicon\":\"abcdef0123456789\"}", true), 1);
	static const char *const wrong[] = {"",
					    "[]",
					    "{}",
					    "{\"verb\":\"drop\"}",
					    "{\"verb\":\"add\"}",
					    "{\"verb\":\"add\",\"url\":5}",
					    "{\"verb\":\"requeue\",\"ids\":[\"1\"]}",
					    "{\"verb\":\"requeue\"}",
					    "{\"verb\":\"hold\"}",
					    "{\"verb\":\"add\",\"url\":\"http://a/\",\"depth\":-1}",
					    "{\"verb\":\"reparse\",\"lexicon\":\"abcdef0123456789x\"}",
					    "{\"verb\":\"add\",\"verb\":\"add\",\"url\":\"http://a/\"}"};
	struct inbox_result r;
	for (unsigned i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ck_assert_int_eq(inbox_post(dir, wrong[i], &r), ERR_USAGE);
	open_db();
	char lexicon[17];
	struct fdb_host h;
	OK(fdb_lexicon(d, lexicon));
	ck_assert_str_eq(lexicon, "abcdef0123456789");
	ck_assert_int_eq(state_of(a), PAGE_FETCHED);
	ck_assert_int_eq(state_of(b), PAGE_HELD);
	OK(fdb_host(d, 1, &h));
	ck_assert(h.held);
	ck_assert_int_eq(query("SELECT count(*) FROM inbox"), 0);
	check_counts();
}
END_TEST

static int64_t failed(const char *url, enum cause cause, int64_t now)
{
	int64_t id = add(url);
	for (int i = 0; i < cause_attempts(cause); i++) {
		const struct frontier_event leased = {.kind = EV_LEASED, .fetch_id = (uint64_t)(1000 * id + i + 1)},
					    lost = {.kind = EV_FAILED,
						    .fetch_id = (uint64_t)(1000 * id + i + 1),
						    .cause = cause,
						    .next_visit = now + 3 * POLITE_DAY_MS},
					    tick = {.kind = EV_TICK};
		OK(fdb_event(d, id, &leased, now, NULL, NULL));
		OK(fdb_event(d, id, &lost, now, NULL, NULL));
		OK(fdb_event(d, id, &tick, now + POLITE_COOL_MAX_MS, NULL, NULL));
	}
	return id;
}

/* Only what died of connections while the line was down comes back, and hosts that seemed absent since then are tried. */
START_TEST(test_inbox_requeue_since)
{
	const int64_t since = NOW, until = NOW + POLITE_DAY_MS, within = NOW + POLITE_DAY_MS / 2;
	int64_t before = failed("http://a.gov.cn/1", CAUSE_CONNECT, since - 1),
		dns = failed("http://a.gov.cn/2", CAUSE_DNS, within),
		late = failed("http://b.gov.cn/1", CAUSE_TIMEOUT, until),
		refused = failed("http://b.gov.cn/2", CAUSE_HTTP_5XX, within),
		after = failed("http://b.gov.cn/3", CAUSE_CONNECT, until + 1);
	add("http://c.gov.cn/");
	struct fdb_host h;
	int64_t changed;
	char text[128];
	for (int64_t id = 1; id <= 3; id++) { /* a has been away since before, b seems to be, c answered 429 last */
		OK(fdb_host(d, id, &h));
		h.down_since = id == 1 ? since - 1 : within;
		h.down_at = id == 3 ? until : until - 1;
		h.failures = 7;
		h.cooling_until = until + 99;
		h.cooling_why = POLITE_FAILURES;
		OK(fdb_host_save(d, &h));
	}
	snprintf(text, sizeof(text), "{\"verb\":\"requeue-since\",\"since\":%lld,\"until\":%lld}", (long long)since,
		 (long long)until);
	OK(fdb_inbox_post(d, text));
	OK(fdb_inbox_apply(d, until, &changed));
	ck_assert_int_eq(changed, 2);
	ck_assert_int_eq(state_of(before), PAGE_DEAD);
	ck_assert_int_eq(state_of(dns), PAGE_READY);
	ck_assert_int_eq(state_of(late), PAGE_READY);
	ck_assert_int_eq(state_of(refused), PAGE_DEAD);
	ck_assert_int_eq(state_of(after), PAGE_DEAD);
	OK(fdb_host(d, 1, &h));
	ck_assert(h.down_since == since - 1 && h.failures == 7 && h.cooling_until == until + 99);
	OK(fdb_host(d, 2, &h));
	ck_assert(h.down_since == 0 && h.failures == 0 && h.cooling_until == 0);
	OK(fdb_host(d, 3, &h)); /* the one that was heard again refused: it rests */
	ck_assert(h.down_since == within && h.cooling_until == until + 99);
	ck_assert_int_eq(query("SELECT count(*) FROM inbox"), 0);
	check_counts();
}
END_TEST

/* More than one turn may change: the rest waits with its place kept, also over a start. */
START_TEST(test_inbox_requeue_since_in_turns)
{
	const int pages = FDB_INBOX_STEP + 100;
	int64_t changed, all = 0;
	char text[128];
	for (int i = 0; i < pages; i++) {
		char url[64];
		snprintf(url, sizeof(url), "http://a.gov.cn/%d", i);
		failed(url, CAUSE_CONNECT, NOW + i);
	}
	snprintf(text, sizeof(text), "{\"verb\":\"requeue-since\",\"since\":%lld,\"until\":%lld}", (long long)NOW,
		 (long long)(NOW + pages));
	OK(fdb_inbox_post(d, text));
	OK(fdb_commit(d));
	for (int turn = 0; query("SELECT count(*) FROM inbox") > 0; turn++) {
		ck_assert_int_lt(turn, 5);
		OK(fdb_inbox_apply(d, NOW + pages, &changed));
		OK(fdb_commit(d));
		fdb_close(d);
		open_db();
		ck_assert_int_le(changed, FDB_INBOX_STEP);
		all += changed;
	}
	ck_assert_int_eq(all, pages);
	ck_assert_int_eq(query("SELECT count(*) FROM pages WHERE state=0"), pages);
	check_counts();
}
END_TEST

START_TEST(test_inbox_beside_owner)
{
	int64_t changed;
	bool waiting;
	post("{\"verb\":\"add\",\"url\":\"http://c.gov.cn/\"}", false);
	OK(fdb_inbox_waiting(d, &waiting));
	ck_assert(waiting);
	OK(fdb_inbox_apply(d, NOW, &changed));
	ck_assert_int_eq(changed, 1);
	fdb_close(d); /* not committed: the request still waits */
	open_db();
	OK(fdb_inbox_waiting(d, &waiting));
	ck_assert(waiting);
	OK(fdb_inbox_apply(d, NOW, &changed));
	OK(fdb_commit(d));
	OK(fdb_inbox_waiting(d, &waiting));
	ck_assert(!waiting);
	ck_assert_int_eq(query("SELECT count(*) FROM sources"), 1);
	/* a row that nobody of us wrote does not stop the inbox */
	run_sql("INSERT INTO inbox(at,json) VALUES(0,'{broken'),(0,'{\"verb\":\"add\",\"url\":\"http://e.gov.cn/\"}')");
	OK(fdb_inbox_apply(d, NOW, &changed));
	ck_assert_int_eq(changed, 1);
	OK(fdb_commit(d));
}
END_TEST

/* A bulk request is applied in steps, goes on after a restart, and each page is changed once. */
START_TEST(test_inbox_in_steps)
{
	int64_t changed, sum = 0;
	bool waiting = true;
	int steps = 0;
	char url[64];
	for (int i = 0; i < FDB_INBOX_STEP + 900; i++) {
		snprintf(url, sizeof(url), "http://a.gov.cn/%d", i);
		finish(add(url));
	}
	OK(fdb_commit(d));
	OK(fdb_inbox_post(d, "{\"verb\":\"reparse\"}"));
	OK(fdb_commit(d));
	for (; waiting; steps++) {
		OK(fdb_inbox_apply(d, NOW, &changed));
		ck_assert_int_le(changed, FDB_INBOX_STEP + 256);
		OK(fdb_commit(d));
		sum += changed;
		OK(fdb_inbox_waiting(d, &waiting));
		reopen();
	}
	ck_assert_int_eq(steps, 2);
	ck_assert_int_eq(sum, FDB_INBOX_STEP + 900);
	check_counts();
}
END_TEST

START_TEST(test_inbox_makes_the_frontier)
{
	char other[96];
	struct inbox_result r;
	struct fdb *o;
	bool fresh;
	snprintf(other, sizeof(other), "%s/new", dir);
	OK(inbox_post(other, "{\"verb\":\"add\",\"url\":\"http://c.gov.cn/\"}", &r));
	ck_assert(r.applied && r.changed == 1);
	OK(fdb_open(other, NULL, &o, &fresh));
	ck_assert(fresh);
	fdb_close(o);
}
END_TEST

/* Posts in a process of its own, which dies at `point` (NULL: at none); returns its wait status. */
static int post_in_child(const char *json, const char *point)
{
	int status;
	pid_t pid = fork();
	if (!pid) {
		struct inbox_result r;
		if (point)
			setenv("GONGKAI_KILL", point, 1);
		_exit(inbox_post(dir, json, &r) == ERR_OK && r.applied ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

/* Killed before or after the commit: the request is applied once, now or by the next owner. */
START_TEST(test_killed_while_applying)
{
	static const char *const points[] = {"inbox.apply.pre", "inbox.apply.post"};
	fdb_close(d);
	d = NULL;
	for (int i = 0; i < 2; i++) {
		char json[64];
		snprintf(json, sizeof(json), "{\"verb\":\"add\",\"url\":\"http://h%d.gov.cn/\"}", i);
		int status = post_in_child(json, points[i]);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		ck_assert_int_eq(query("SELECT count(*) FROM inbox"), i == 0);
		ck_assert_int_eq(post_in_child("{\"verb\":\"hold\",\"host\":\"none.gov.cn\"}", NULL), 0);
		ck_assert_int_eq(query("SELECT count(*) FROM inbox"), 0);
		ck_assert_int_eq(query("SELECT count(*) FROM sources"), i + 1);
	}
	open_db();
	check_counts();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_view,
				      test_host_state,
				      test_inbox_without_lock,
				      test_inbox_requeue_since,
				      test_inbox_requeue_since_in_turns,
				      test_inbox_beside_owner,
				      test_inbox_in_steps,
				      test_inbox_makes_the_frontier,
				      test_killed_while_applying};
	return run_suite("inbox", tests, sizeof(tests) / sizeof(*tests));
}
