/*
 * years_edges - what the whole fetcher of test_years_sim stands on instead of the machine: clocks, random numbers, HTTP and
 * sockets, put in its place by the linker (--wrap, tests/CMakeLists.txt). Behind the sockets are a parser and a sink that
 * read the answers of years_world. Everything else is the shipped code: loop, scheduler, robots, frontier on SQLite, archive,
 * ring, twins, visits.
 *
 * Time only passes in http_poll(): to the next moment at which anything is due.
 */
#ifndef TESTS_UNIT_YEARS_EDGES_H
#define TESTS_UNIT_YEARS_EDGES_H

#include <check.h>
#include <stdarg.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/simhash.h"
#include "fetcher/daemon.h"
#include "fetcher/frontier_priv.h"
#include "proto/sock.h"
#include "sink/confirm.h"
#include "tests/unit/years_world.h"

#define FLIGHTS_MAX 64
#define MADE_MAX 4096 /* answers that a parser may still ask about */
#define INBOX_MAX 512
#define STEP_MOST_MS (6 * HOUR_MS) /* between two looks at the clock: the fetcher sweeps and grants as time passes */
#define LEXICON "0123456789abcdef"
#define BOOT "11111111-1111-4111-8111-111111111111"

struct flight {
	uint64_t tag;
	int64_t began, ends;
	struct portal_answer a;
	char url[200];
	char ip[64];
	bool deferred;
};
struct made { /* the answer of a fetch, for the parser */
	uint64_t fetch_id;
	struct portal_answer a;
};
struct held_doc { /* what the sink has of one address */
	uint64_t fetch_id, parse_seq;
	bool known, waiting, report;
	uint64_t waiting_fetch_id;
	char is[32], other[32];
	int versions;
};
struct message {
	uint8_t type;
	uint64_t fetch_id;
	uint32_t epoch;
	char *json, *body;
};

struct sim {
	uint64_t seed, rng, random;
	bool trace, broken;
	int64_t now, end;
	struct portals world;
	struct fetcher *f;
	struct fetcher_settings set;
	char dir[64];
	struct http_settings http;
	struct flight out[FLIGHTS_MAX];
	int flights;
	struct made made[MADE_MAX];
	uint64_t max_fetch_id;
	struct held_doc docs[SITES][FORMS][PAGES];
	struct message inbox[INBOX_MAX];
	unsigned inbox_at, inbox_n;
	int64_t heartbeat_at, commit;
	bool crash, killed;
	long steps, requests, crashes, documents, versions, candidates;
	char violation[300];
};
static struct sim W;

/* the books of test_years_sim.c */
static void saw_request(const char *url, const char *host, const char *ip, const struct portal_answer *a);
static void saw_answer(const struct flight *x);
static void saw_challenge_text(int site, int form);
static void saw_step(struct fetcher *f);

__attribute__((format(printf, 1, 2))) static void violate(const char *fmt, ...)
{
	va_list ap;
	if (W.violation[0])
		return;
	va_start(ap, fmt);
	vsnprintf(W.violation, sizeof(W.violation), fmt, ap);
	va_end(ap);
}

__attribute__((format(printf, 1, 2))) static void trace(const char *fmt, ...)
{
	va_list ap;
	if (!W.trace)
		return;
	printf("day %7.2f  ", (double)(W.now - START_MS) / (double)DAY_MS);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* ---- clocks and random numbers */

int64_t __wrap_wall_ms(void);
int64_t __wrap_mono_ms(void);
uint64_t __wrap_random_u64(void);

int64_t __wrap_wall_ms(void)
{
	return W.now;
}

int64_t __wrap_mono_ms(void)
{
	return W.now - START_MS + DAY_MS;
}

uint64_t __wrap_random_u64(void)
{
	return rng_next(&W.random);
}

/* ---- HTTP */

enum err __wrap_http_new(const struct http_settings *s, struct http **out);
void __wrap_http_free(struct http *h);
enum err __wrap_http_start(struct http *h, uint64_t tag, const char *url, const char *etag, const char *modified);
enum err __wrap_http_post(struct http *h, uint64_t tag, const char *url);
enum err __wrap_http_poll(struct http *h, int timeout_ms, struct curl_waitfd *fds, unsigned fds_count,
			  void (*done)(void *ctx, struct http_done *d), void *ctx);

enum err __wrap_http_new(const struct http_settings *s, struct http **out)
{
	W.http = *s;
	*out = (struct http *)&W;
	return ERR_OK;
}

void __wrap_http_free(struct http *h)
{
	(void)h;
	W.flights = 0; /* cut off: the site may have seen it, its answer is lost */
}

enum err __wrap_http_start(struct http *h, uint64_t tag, const char *url, const char *etag, const char *modified)
{
	(void)h;
	(void)modified;
	struct url_parts u;
	struct portal *s;
	const char *rest;
	char host[128];
	if (url_split(str_of(url), &u) || W.flights == FLIGHTS_MAX)
		return err_set(ERR_INTERNAL, "the simulation cannot ask for %s", url);
	struct flight *x = &W.out[W.flights++];
	*x = (struct flight){.tag = tag, .began = W.now};
	snprintf(x->url, sizeof(x->url), "%s", url);
	snprintf(host, sizeof(host), "%.*s", STR_FMT(u.hostport));
	portal_ask(&W.world, url, etag, W.now, &x->a);
	if (x->a.cause != CAUSE_DNS && form_of(&W.world, url, &s, &(int){0}, &rest))
		snprintf(x->ip, sizeof(x->ip), "93.184.0.%d", s->address[x->a.form]);
	x->ends = W.now + x->a.took_ms;
	if (x->ip[0] && W.http.may_connect && !W.http.may_connect(W.http.may_connect_ctx, tag, x->ip)) {
		x->deferred = true;
		x->ends = W.now + 5;
		return ERR_OK;
	}
	trace("%s -> %d %s%s%s", url, x->a.status, cause_code(x->a.cause),
	      x->a.verdict == A_DOCUMENT ? "" : "not what it seems ", x->a.location);
	saw_request(url, host, x->ip, &x->a);
	return ERR_OK;
}

enum err __wrap_http_post(struct http *h, uint64_t tag, const char *url)
{
	(void)h;
	(void)tag;
	return err_set(ERR_INTERNAL, "no page of these portals names a form list, but %s is to be posted", url);
}

static const char *reason_head(const struct portal_answer *a, char out[512])
{
	char retry[64] = "", place[200] = "", etag[64] = "";
	if (a->retry_after_s >= 0)
		snprintf(retry, sizeof(retry), "Retry-After: %lld\r\n", (long long)a->retry_after_s);
	if (a->location[0])
		snprintf(place, sizeof(place), "Location: %s\r\n", a->location);
	if (a->etag[0])
		snprintf(etag, sizeof(etag), "ETag: %s\r\n", a->etag);
	snprintf(out, 512, "HTTP/1.1 %d X\r\nContent-Type: text/html\r\n%s%s%s\r\n", a->status, retry, place, etag);
	return out;
}

static void body_of(const struct portal_answer *a, char out[256])
{
	const struct portal *s = &W.world.v[a->site];
	out[0] = 0;
	if (a->status != 200)
		return;
	if (a->robots && a->verdict == A_DOCUMENT && s->crawl_delay)
		snprintf(out, 256, "User-agent: *\nCrawl-delay: %.3f\nDisallow: /never/\n",
			 (double)s->crawl_delay / 1000);
	else if (a->robots && a->verdict == A_DOCUMENT)
		snprintf(out, 256, "User-agent: *\nDisallow: /never/\n");
	else if (a->verdict == A_PARKED)
		snprintf(out, 256, "<html><body>this name is for sale</body></html>");
	else if (a->verdict != A_DOCUMENT)
		snprintf(out, 256, "<html><body>%s</body></html>",
			 a->verdict == A_CHALLENGE ? "prove that you are human" : "system maintenance");
	else
		snprintf(out, 256, "<html><body>site %d page %d version %d</body></html>", a->site, a->page,
			 a->version);
}

static void keep_made(const struct fetcher *f, const struct flight *x)
{
	const struct request *r = &f->requests[x->tag & 0xffffffff];
	if (r->robots)
		return;
	W.made[r->fetch_id % MADE_MAX] = (struct made){r->fetch_id, x->a};
	if (r->fetch_id > W.max_fetch_id)
		W.max_fetch_id = r->fetch_id;
}

static void give(const struct flight *x, void (*done)(void *ctx, struct http_done *d), void *ctx)
{
	char head[512], body[256];
	struct http_done d = {.tag = x->tag,
			      .status = x->a.status,
			      .cause = x->a.cause,
			      .deferred = x->deferred,
			      .started_at = x->began,
			      .started_mono = x->began - START_MS + DAY_MS,
			      .ended_mono = x->ends - START_MS + DAY_MS,
			      .request_head = STR("GET / HTTP/1.1\r\n\r\n")};
	memcpy(d.ip, x->ip, sizeof(d.ip));
	ck_assert_int_eq(spool_new(W.dir, &d.body), ERR_OK);
	if (d.status) {
		d.response_head = str_of(reason_head(&x->a, head));
		body_of(&x->a, body);
		ck_assert_int_eq(spool_add(d.body, body, strlen(body)), ERR_OK);
		sha256_hex(body, strlen(body), d.body_sha256);
	}
	if (!x->deferred) {
		keep_made(W.f, x);
		saw_answer(x);
	}
	done(ctx, &d);
	spool_free(d.body);
}

/* ---- the next moment */

static int64_t least_due(struct fetcher *f)
{
	int64_t due = 0;
	if (sql_int(&f->db->sql,
		    "SELECT min(d) FROM (SELECT min(due) AS d FROM pages WHERE state=" Q_DONE
		    " AND due IS NOT NULL UNION ALL SELECT min(due) FROM pages WHERE state=" Q_DEAD
		    " AND due IS NOT NULL UNION ALL SELECT min(due) FROM pages WHERE state=" Q_DISCARDED
		    " AND due IS NOT NULL)",
		    SQL_NONE, 0, &due) != ERR_OK)
		violate("the frontier cannot be asked what is due: %s", err_text());
	return due == 0 ? INT64_MAX : due <= W.now ? W.now + HOUR_MS : due;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t next_moment(struct fetcher *f, int timeout_ms)
{
	int64_t at = W.now + (timeout_ms > 0 ? timeout_ms : 1), first = INT64_MAX;
	struct fdb_counts c;
	for (int i = 0; i < W.flights; i++)
		first = least(first, W.out[i].ends);
	fdb_counts(f->db, &c);
	bool busy = fdb_dirty(f->db) || f->outcomes_n || f->dispatch_at_mono || W.inbox_n > W.inbox_at ||
		    c.by_state[PAGE_SENT] || mono_ms() < f->quiet_until_mono || !f->sink_boot[0];
	if (busy)
		return least(at, first > W.now ? first : W.now + 1);
	int64_t jump = W.now + STEP_MOST_MS;
	if (crawl_may_lease(f))
		jump = least(jump, sched_next_due(f->sched));
	jump = least(least(jump, f->next_due), least(first, least_due(f)));
	if (first <= at)
		return first > W.now ? first : W.now + 1;
	return jump > at ? jump : at;
}

enum err __wrap_http_poll(struct http *h, int timeout_ms, struct curl_waitfd *fds, unsigned fds_count,
			  void (*done)(void *ctx, struct http_done *d), void *ctx)
{
	(void)h;
	for (unsigned i = 0; i < fds_count; i++)
		fds[i].revents = 0;
	W.f = ctx;
	W.steps++;
	saw_step(W.f);
	if (W.crash || W.violation[0] || W.now >= W.end) {
		W.killed = true;
		return err_set(ERR_IO, "killed");
	}
	W.now = next_moment(W.f, timeout_ms);
	for (int i = 0; i < W.flights;) {
		if (W.out[i].ends > W.now) {
			i++;
			continue;
		}
		struct flight x = W.out[i];
		W.out[i] = W.out[--W.flights];
		give(&x, done, ctx);
	}
	return ERR_OK;
}

/* ---- parser and sink */

static void post(uint8_t type, uint64_t fetch_id, uint32_t epoch, const struct buf *json, const struct buf *body)
{
	ck_assert_msg(W.inbox_n < INBOX_MAX, "too many messages");
	W.inbox[W.inbox_n++] = (struct message){type, fetch_id, epoch, strndup(json->p, json->n),
						body ? strndup(body->n ? body->p : "", body->n) : NULL};
}

static void forget_messages(void)
{
	for (unsigned i = W.inbox_at; i < W.inbox_n; i++) {
		free(W.inbox[i].json);
		free(W.inbox[i].body);
	}
	W.inbox_at = W.inbox_n = 0;
}

static void post_alive(void)
{
	struct buf json;
	buf_init(&json, FRAME_JSON_MAX);
	struct msg_heartbeat m = {.endpoint = "ipc:///none",
				  .boot_id = "22222222-2222-4222-8222-222222222222",
				  .host = "sim",
				  .parser_version = "1",
				  .lexicon = LEXICON,
				  .pid = 1,
				  .majors = {FRAME_MAJOR},
				  .majors_count = 1,
				  .credit_msgs = 16,
				  .credit_bytes = 16 << 20};
	ck_assert_int_eq(msg_heartbeat_encode(&m, &json), ERR_OK);
	post(MSG_HEARTBEAT, 0, 0, &json, NULL);
	struct msg_sink_boot boot = {BOOT, W.commit};
	struct msg_sink s = {.boot_id = BOOT,
			     .generation = "33333333-3333-4333-8333-333333333333",
			     .boots = &boot,
			     .boots_count = 1};
	s.max_fetch_id = W.max_fetch_id;
	ck_assert_int_eq(msg_sink_encode(&s, &json), ERR_OK);
	post(MSG_SINK, 0, 0, &json, NULL);
	buf_fini(&json);
	W.heartbeat_at = W.now;
}

static void add_link(const struct portal *s, int form, int page, uint64_t fetch_id, struct buf *out)
{
	char path[64], url[200], context[200];
	const struct portal_page *p = &s->pages[page];
	static const int ranks[] = {0, 10, 50, 0, 60};
	page_path(p, path);
	snprintf(url, sizeof(url), "%s%s", s->form[form], path);
	snprintf(context, sizeof(context), "{\"anchor\":\"%s\"}", path);
	const struct msg_link l = {
		.fetch_id = fetch_id, .url = url, .rel = "a", .context = context, .rank = ranks[p->kind]};
	ck_assert_int_eq(msg_link_encode(&l, out), ERR_OK);
}

static void add_page_links(const struct portal_answer *a, uint64_t fetch_id, struct buf *out)
{
	const struct portal *s = &W.world.v[a->site];
	const struct portal_page *from = &s->pages[a->page];
	for (int i = 0; i < s->pages_n; i++) {
		const struct portal_page *p = &s->pages[i];
		bool listed = (from->kind == HOME && (p->kind == COLUMN || p->kind == REPORTS)) ||
			      (from->kind == COLUMN && p->kind == ARTICLE && p->column == from->number) ||
			      (from->kind == REPORTS && p->kind == REPORT) || p->kind == HOME;
		if (listed && p->born <= W.now)
			add_link(s, a->form, i, fetch_id, out);
	}
}

static struct confirm_content content_of(const char *z)
{
	struct confirm_content c = {.content = ""};
	memcpy(c.content, z, strlen(z) + 1);
	memcpy(c.body, c.content, sizeof(c.body));
	memcpy(c.compare, c.content, sizeof(c.compare));
	return c;
}

/* One document at the sink, by its real judgement. */
static struct confirm_verdict sink_takes(struct held_doc *h, uint64_t fetch_id, uint64_t parse_seq, const char *content,
					 bool report)
{
	const struct confirm_held held = {.known = h->known,
					  .fetch_id = h->fetch_id,
					  .parse_seq = h->parse_seq,
					  .reports = h->report,
					  .is = content_of(h->is),
					  .same_reader = true,
					  .waiting = h->waiting,
					  .waiting_fetch_id = h->waiting_fetch_id,
					  .other = content_of(h->other)};
	const struct confirm_doc doc = {
		.fetch_id = fetch_id, .parse_seq = parse_seq, .reports = report, .is = content_of(content)};
	struct confirm_verdict v = confirm_judge(&held, &doc);
	if (v.result == ACK_STALE || v.result == ACK_DUPLICATE)
		return v;
	h->fetch_id = fetch_id;
	h->parse_seq = parse_seq;
	if (v.candidate == CONFIRM_BEGIN || v.candidate == CONFIRM_ANOTHER) {
		h->waiting = true;
		h->waiting_fetch_id = fetch_id;
		snprintf(h->other, sizeof(h->other), "%s", content);
		W.candidates++;
	} else if (v.candidate == CONFIRM_DROP || v.candidate == CONFIRM_BECOME) {
		h->waiting = false;
	}
	if (v.result == ACK_STORED) {
		h->known = true;
		h->report = report;
		snprintf(h->is, sizeof(h->is), "%s", content);
		h->versions++;
		W.versions++;
	}
	return v;
}

static void parse_fails(uint64_t fetch_id, uint32_t epoch, const char *code, const char *detail)
{
	struct buf json;
	const struct msg_fail m = {.stage = "parse",
				   .permanent = true,
				   .code = code,
				   .detail = detail,
				   .component = "parser",
				   .version = "1",
				   .host = "sim"};
	buf_init(&json, FRAME_JSON_MAX);
	ck_assert_int_eq(msg_fail_encode(&m, &json), ERR_OK);
	post(MSG_FAIL, fetch_id, epoch, &json, NULL);
	buf_fini(&json);
}

static void parse(uint64_t fetch_id, uint32_t epoch, uint64_t parse_seq, const struct portal_answer *a)
{
	struct buf json, links;
	char content[32];
	bool parked = a->verdict == A_PARKED;
	bool report = !parked && a->page >= 0 && W.world.v[a->site].pages[a->page].kind == REPORT;
	int at = a->page >= 0 ? a->page : 0;
	snprintf(content, sizeof(content), parked ? "parked" : "%d.%d.%d", a->site, a->page, a->version);
	struct confirm_verdict v = sink_takes(&W.docs[a->site][a->form][at], fetch_id, parse_seq, content, report);
	struct msg_ack_item item = {.fetch_id = fetch_id,
				    .epoch = epoch,
				    .lexicon = LEXICON,
				    .result = v.result,
				    .reports = report || W.docs[a->site][a->form][at].report,
				    .barren = parked,
				    .text = hash64(content, strlen(content)) >> 1,
				    .unconfirmed = v.unconfirmed};
	const struct msg_ack ack = {.boot_id = BOOT, .commit = ++W.commit, .acks = &item, .acks_count = 1};
	buf_init(&json, FRAME_JSON_MAX);
	buf_init(&links, FRAME_LINKS_MAX);
	ck_assert_int_eq(msg_ack_encode(&ack, &json), ERR_OK);
	if (!parked)
		add_page_links(a, fetch_id, &links);
	post(MSG_ACK, 0, 0, &json, &links);
	buf_fini(&json);
	buf_fini(&links);
	W.documents++;
}

struct sock_ctx *__wrap_sock_ctx_new(void);
void __wrap_sock_ctx_free(struct sock_ctx *c);
enum err __wrap_sock_pull_bind(struct sock_ctx *c, const char *endpoint, int hwm, int64_t max, struct sock **out);
enum err __wrap_sock_push_connect(struct sock_ctx *c, const char *endpoint, int hwm, int linger, struct sock **out);
void __wrap_sock_free(struct sock *s);
const char *__wrap_sock_endpoint(const struct sock *s);
int __wrap_sock_fd(const struct sock *s);
bool __wrap_sock_can_send(struct sock *s);
enum err __wrap_sock_send_take(struct sock *s, struct frame_head *head, struct str json, void *body, size_t n,
			       void (*release)(void *, void *), void *hint);
enum err __wrap_sock_recv(struct sock *s, struct sock_msg *out);
void __wrap_sock_msg_fini(struct sock_msg *m);

struct sock_ctx *__wrap_sock_ctx_new(void)
{
	return (struct sock_ctx *)&W;
}

void __wrap_sock_ctx_free(struct sock_ctx *c)
{
	(void)c;
}

enum err __wrap_sock_pull_bind(struct sock_ctx *c, const char *endpoint, int hwm, int64_t max, struct sock **out)
{
	(void)c, (void)endpoint, (void)hwm, (void)max;
	*out = (struct sock *)&W;
	return ERR_OK;
}

enum err __wrap_sock_push_connect(struct sock_ctx *c, const char *endpoint, int hwm, int linger, struct sock **out)
{
	return __wrap_sock_pull_bind(c, endpoint, hwm, linger, out);
}

void __wrap_sock_free(struct sock *s)
{
	(void)s;
}

const char *__wrap_sock_endpoint(const struct sock *s)
{
	(void)s;
	return "sim";
}

int __wrap_sock_fd(const struct sock *s)
{
	(void)s;
	return -1;
}

bool __wrap_sock_can_send(struct sock *s)
{
	(void)s;
	return true;
}

/* A PAGE goes to the parser, whose verdict is there in the next turn. */
enum err __wrap_sock_send_take(struct sock *s, struct frame_head *head, struct str json, void *body, size_t n,
			       void (*release)(void *, void *), void *hint)
{
	(void)s, (void)n;
	struct arena *a = arena_new(1u << 20);
	struct msg_page m;
	const struct made *made = &W.made[head->fetch_id % MADE_MAX];
	ck_assert_int_eq(msg_page_decode(json, a, &m), ERR_OK);
	if (made->fetch_id != head->fetch_id)
		violate("%s was sent to the parser for fetch %llu, whose answer is long past", m.url,
			(unsigned long long)head->fetch_id);
	else if (made->a.verdict == A_SOFT_ERROR)
		parse_fails(head->fetch_id, head->epoch, "soft-error", "line: system maintenance");
	else if (made->a.verdict == A_CHALLENGE) {
		parse_fails(head->fetch_id, head->epoch, "challenge", "script");
		saw_challenge_text(made->a.site, made->a.form);
	} else
		parse(head->fetch_id, head->epoch, m.parse_seq, &made->a);
	arena_free(a);
	if (release)
		release(body, hint);
	return ERR_OK;
}

enum err __wrap_sock_recv(struct sock *s, struct sock_msg *out)
{
	(void)s;
	if (W.inbox_at == W.inbox_n)
		W.inbox_at = W.inbox_n = 0;
	if (W.heartbeat_at == 0 || W.now - W.heartbeat_at >= 1000)
		post_alive();
	if (W.inbox_at == W.inbox_n)
		return ERR_AGAIN;
	struct message *m = &W.inbox[W.inbox_at++];
	*out = (struct sock_msg){.head = {.type = m->type, .fetch_id = m->fetch_id, .epoch = m->epoch}};
	out->json = str_of(m->json);
	out->body = m->body ? str_of(m->body) : STR_NULL;
	return ERR_OK;
}

void __wrap_sock_msg_fini(struct sock_msg *m)
{
	free((char *)(uintptr_t)m->json.p);
	free((char *)(uintptr_t)m->body.p);
	m->json = m->body = STR_NULL;
}

#endif
