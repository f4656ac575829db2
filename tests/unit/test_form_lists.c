/* Form lists in the frontier: how a page is asked for is kept with it, over kills, twins, redirects and lost frontiers. */
#include "base/hash.h"
#include "fetcher/warc.h"
#include "fetcher_fixture.h"

#define LIST "http://a.gov.cn/list?id=7&page=1"

static enum msg_ask ask_of(const char *url)
{
	struct fdb_page p;
	OK(fdb_page_by_url(d, url, arena, &p));
	return p.p.ask;
}

static int64_t add_asked(const char *url, enum msg_ask ask)
{
	struct fdb_new_page n = {.url = url, .depth = 1, .ask = ask};
	enum fdb_added added;
	int64_t id;
	OK(fdb_add_page(d, &n, NOW, &added, &id));
	return id;
}

static void link_to(const char *url, const char *ask)
{
	const struct link_from from = {.page_id = 1, .depth = 1, .url = "http://a.gov.cn/"};
	const struct msg_link link = {.url = url, .rel = "list", .context = "{}", .ask = ask};
	OK(outlinks_add(f, &from, &link, NOW));
}

/* A link's word is the page's, whichever link came first; pages of which nothing is to be said cost nothing. */
START_TEST(test_links)
{
	make_fetcher();
	add("http://a.gov.cn/");
	link_to("http://a.gov.cn/1", NULL);
	link_to("http://a.gov.cn/2?a=1", "either");
	link_to("http://a.gov.cn/3?a=1", "post");
	link_to("http://www.a.gov.cn/3?a=1", "post"); /* another host of the site */
	ck_assert_int_eq(ask_of("http://www.a.gov.cn/3?a=1"), MSG_POST);
	ck_assert_int_eq(ask_of("http://a.gov.cn/1"), MSG_GET);
	ck_assert_int_eq(ask_of("http://a.gov.cn/2?a=1"), MSG_EITHER);
	ck_assert_int_eq(ask_of("http://a.gov.cn/3?a=1"), MSG_POST);
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT count(*) FROM work"), 0);
	ck_assert_int_eq(query("SELECT count(*) FROM pages WHERE hops IS NOT NULL"), 3);
	link_to("http://a.gov.cn/2?a=1", "post");
	link_to("http://a.gov.cn/3?a=1", "either");
	link_to("http://a.gov.cn/3?a=1", NULL);
	link_to("http://a.gov.cn/1", "put");
	ck_assert_int_eq(ask_of("http://a.gov.cn/1"), MSG_GET);
	ck_assert_int_eq(ask_of("http://a.gov.cn/2?a=1"), MSG_POST);
	ck_assert_int_eq(ask_of("http://a.gov.cn/3?a=1"), MSG_POST);
	check_counts();
	free_fetcher();
}
END_TEST

/* A page speaks for its own site, also where the scope is wider. */
START_TEST(test_other_sites)
{
	bool known;
	make_fetcher();
	f->set.scope = "any";
	add("http://a.gov.cn/");
	link_to("http://b.gov.cn/3?a=1", "post");
	link_to("http://b.gov.cn/2?a=1", "either");
	OK(fdb_known(d, "http://b.gov.cn/3?a=1", &known));
	ck_assert(!known);
	ck_assert_int_eq(f->links_dropped, 1);
	ck_assert_int_eq(ask_of("http://b.gov.cn/2?a=1"), MSG_GET);
	free_fetcher();
}
END_TEST

/* What died of a GET is asked for once more when it turns out to be a form list; what is well is left alone. */
START_TEST(test_dead_of_a_get)
{
	int64_t id = add(LIST), well = add("http://a.gov.cn/well?id=1");
	EVENT(id, .kind = EV_FAILED, .fetch_id = lease(id), .cause = CAUSE_HTTP_4XX, .detail = "405", .status = 405);
	ck_assert_int_eq(state_of(id), PAGE_DEAD);
	fetch(well);
	add_asked(LIST, MSG_POST);
	add_asked("http://a.gov.cn/well?id=1", MSG_POST);
	ck_assert_int_eq(state_of(id), PAGE_READY);
	ck_assert_int_eq(state_of(well), PAGE_FETCHED);
	ck_assert_int_eq(ask_of(LIST), MSG_POST);
	int64_t gone = add("http://a.gov.cn/gone?id=1");
	EVENT(gone, .kind = EV_FAILED, .fetch_id = lease(gone), .cause = CAUSE_HTTP_404, .status = 404);
	add_asked("http://a.gov.cn/gone?id=1",
		  MSG_EITHER); /* a 404 is no word on how to ask, where GET is an answer, too */
	ck_assert_int_eq(state_of(gone), PAGE_DISCARDED);
	add_asked("http://a.gov.cn/gone?id=1", MSG_POST);
	ck_assert_int_eq(state_of(gone), PAGE_READY);
	EVENT(id, .kind = EV_FAILED, .fetch_id = lease(id), .cause = CAUSE_HTTP_4XX, .detail = "405", .status = 405);
	add_asked(LIST, MSG_POST); /* said again, it is no news */
	ck_assert_int_eq(state_of(id), PAGE_DEAD);
	check_counts();
}
END_TEST

/* The server's own word turns a page into a form list, once, and only one that may be such; then its failures count. */
START_TEST(test_either)
{
	int64_t id = add_asked(LIST, MSG_EITHER), plain = add("http://a.gov.cn/plain?id=1");
	struct frontier_event refused = {.kind = EV_FAILED, .cause = CAUSE_HTTP_4XX, .status = 405, .takes_post = true};
	refused.fetch_id = lease(id);
	event(id, refused, NULL);
	ck_assert_int_eq(state_of(id), PAGE_RETRY);
	ck_assert_int_eq(ask_of(LIST), MSG_POST);
	ck_assert_int_eq(query("SELECT count(*) FROM pages WHERE state=4 AND due>0"), 0); /* not committed yet */
	EVENT(id, .kind = EV_TICK);
	struct fdb_page p;
	OK(fdb_page(d, id, arena, &p));
	struct frontier_event tick = {.kind = EV_TICK};
	OK(fdb_event(d, id, &tick, p.p.not_before, NULL, NULL));
	ck_assert_int_eq(state_of(id), PAGE_READY);
	ck_assert_int_eq(p.p.attempts, 0);
	refused.fetch_id = lease(id);
	event(id, refused, NULL);
	ck_assert_int_eq(state_of(id), PAGE_DEAD);
	refused.fetch_id = lease(plain);
	event(plain, refused, NULL);
	ck_assert_int_eq(state_of(plain), PAGE_DEAD);
	ck_assert_int_eq(ask_of("http://a.gov.cn/plain?id=1"), MSG_GET);
	check_counts();
}
END_TEST

/* Killed behind the commit, at every step of a page's life: it stays a form list, and keeps what its other flags say. */
START_TEST(test_kills)
{
	fdb_close(d);
	d = NULL;
	for (int step = 0; step < 4; step++) {
		pid_t pid = fork();
		if (!pid) {
			open_db();
			int64_t id = add_asked(LIST, step == 0 ? MSG_EITHER : MSG_GET);
			if (step == 1)
				add_asked(LIST, MSG_POST);
			if (step == 2)
				fetch(id);
			if (step == 3)
				EVENT(id, .kind = EV_HOLD);
			OK(fdb_commit(d));
			kill(getpid(), SIGKILL);
		}
		int status;
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		open_db();
		ck_assert_int_eq(ask_of(LIST), step == 0 ? MSG_EITHER : MSG_POST);
		fdb_close(d);
		d = NULL;
	}
	open_db();
	struct fdb_page p;
	OK(fdb_page_by_url(d, LIST, arena, &p));
	ck_assert_int_eq(p.p.state, PAGE_HELD);
	ck_assert(p.p.no_validators);
	ck_assert_int_eq(p.p.confirm, 0);
	ck_assert_int_eq(p.p.misses, 0);
}
END_TEST

/* A fetcher with what outcomes need. */
static void make_whole(void)
{
	make_fetcher();
	f->page_arena = arena_new(1u << 20);
}

static void free_whole(void)
{
	arena_free(f->page_arena);
	free_fetcher();
}

static void redirected(int64_t id, enum msg_ask ask, int status, const char *location)
{
	char head[256];
	struct fdb_page p;
	OK(fdb_page(d, id, arena, &p));
	struct outcome o = {.page_id = id, .fetch_id = lease(id), .status = status, .ask = ask};
	snprintf(head, sizeof(head), "HTTP/1.1 %d x\r\nLocation: %s\r\n\r\n", status, location);
	answer_of(status, CAUSE_NONE, NULL, str_of(head), p.url, ask == MSG_POST, NOW, &o.answer);
	OK(outcome_apply(f, &o, false, NOW));
}

START_TEST(test_redirects)
{
	make_whole();
	redirected(add_asked(LIST, MSG_POST), MSG_POST, 301, "https://a.gov.cn/list");
	ck_assert_int_eq(ask_of("https://a.gov.cn/list?id=7&page=1"), MSG_POST);
	redirected(add_asked("http://a.gov.cn/list?id=8", MSG_POST), MSG_POST, 302, "/login?from=list");
	ck_assert_int_eq(ask_of("http://a.gov.cn/login?from=list"), MSG_GET);
	int64_t id = add_asked("http://a.gov.cn/list?id=9", MSG_POST);
	redirected(id, MSG_POST, 308, "/elsewhere");
	ck_assert_int_eq(state_of(id), PAGE_DEAD);
	ck_assert_int_eq(query("SELECT count(*) FROM pages"), 0);
	OK(fdb_commit(d));
	ck_assert_int_eq(query("SELECT count(*) FROM pages"), 5);
	/* to itself without its form, as hosts do that set a cookie first: no way on, and no end of it either */
	id = add_asked("http://a.gov.cn/list?id=10", MSG_POST);
	redirected(id, MSG_POST, 302, "/list");
	ck_assert_int_eq(state_of(id), PAGE_DEAD);
	check_counts();
	free_whole();
}
END_TEST

/* A page that is asked for under another form of its address is asked for in the same way. */
START_TEST(test_twins)
{
	struct fdb_page p;
	bool spared;
	const struct twins_pair pair = {.lesser = (char *)(uintptr_t) "http://a.gov.cn",
					.better = (char *)(uintptr_t) "https://a.gov.cn",
					.same = 5,
					.state = TWINS_SETTLED,
					.met = 32};
	OK(fdb_twin_save(d, &pair));
	int64_t id = add_asked(LIST, MSG_POST);
	make_fetcher();
	OK(fdb_page(d, id, arena, &p));
	OK(pairing_admit(f, &p, NOW, &spared));
	ck_assert(spared);
	ck_assert_int_eq(ask_of("https://a.gov.cn/list?id=7&page=1"), MSG_POST);
	free_fetcher();
}
END_TEST

/* A frontier that was lost: the archive says how its pages were asked for, also of what was refused. */
START_TEST(test_adoption)
{
	static const struct {
		const char *url, *ask, *head;
		enum page_state state;
		enum msg_ask then;
	} cases[] = {
		{LIST, "post", "HTTP/1.1 200 OK\r\n\r\n", PAGE_FETCHED, MSG_POST},
		{"http://a.gov.cn/b?x=1", "either", "HTTP/1.1 405 x\r\nAllow: POST\r\n\r\n", PAGE_RETRY, MSG_POST},
		{"http://a.gov.cn/c?x=1", "either", "HTTP/1.1 405 x\r\n\r\n", PAGE_DEAD, MSG_EITHER},
		{"http://a.gov.cn/d?x=1", "", "HTTP/1.1 405 x\r\nAllow: POST\r\n\r\n", PAGE_DEAD, MSG_GET},
		{"http://a.gov.cn/e?x=1", "post", "HTTP/1.1 301 x\r\nLocation: https://a.gov.cn/e\r\n\r\n", PAGE_DONE,
		 MSG_POST},
	};
	char sum[65];
	struct warc *w;
	struct spool *body;
	OK(warc_open(dir, &w));
	OK(spool_new(dir, &body));
	sha256_hex("", 0, sum);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct warc_place place;
		struct warc_fetch fetch = {.url = cases[i].url,
					   .fetch_id = 100 + i,
					   .fetched_at = NOW,
					   .ip = "",
					   .context = "{}",
					   .depth = 2,
					   .ask = cases[i].ask,
					   .request_head = STR("POST / HTTP/1.1\r\n\r\n"),
					   .response_head = str_of(cases[i].head),
					   .body = body,
					   .cause = ""};
		memcpy(fetch.payload_sha256, sum, sizeof(sum));
		OK(warc_append(w, &fetch, &place));
	}
	spool_free(body);
	warc_close(w);
	make_whole();
	f->set.data_dir = dir;
	OK(adopt_archive(f));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct fdb_page p;
		OK(fdb_page_by_url(d, cases[i].url, arena, &p));
		ck_assert_msg(p.p.state == cases[i].state, "%s is %s", p.url, page_state_name(p.p.state));
		ck_assert_msg(p.p.ask == cases[i].then, "%s", p.url);
	}
	ck_assert_int_eq(ask_of("https://a.gov.cn/e?x=1"), MSG_POST);
	free_whole();
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_links, test_other_sites, test_dead_of_a_get, test_either,
				      test_kills, test_redirects,   test_twins,         test_adoption};
	return run_suite("form_lists", tests, sizeof(tests) / sizeof(*tests));
}
