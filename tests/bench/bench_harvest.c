/*
 * bench_harvest - how many pages of a portal must be asked for until its reports are found: breadth first, and in the
 * order that ships, through the real parser and the real frontier, without network and without waiting.
 *
 *   bench_harvest FILE START_URL EXPECTED [--lag N] [--pages N]
 *
 * FILE: lines of "url TAB content type TAB bytes of body" each followed by the body and a line end (tests/bench/harvest.py
 * writes it). EXPECTED: a file of report URLs, one a line. --lag: pages that are on their way while the next is chosen
 * (1: a polite crawl, which waits longer than a page takes to be judged). Prints one line of JSON for each order: pages
 * asked for when the first, half and all of the reports had been asked for, and how many were found.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/url.h"
#include "fetcher/frontier_db.h"
#include "fetcher/scope.h"
#include "parser/parse.h"

#define LAG_MAX 256
#define NOW 1700000000000LL

struct served {
	char *url, *type;
	struct str body;
};

struct world {
	struct served *pages;
	size_t count, slots;
	size_t *table; /* index + 1 by hash of the URL */
	char **expected;
	size_t expected_count;
	struct parse *parse;
	struct buf file, json;
};

static void must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "bench_harvest: %s: %s\n", what, err_text());
	exit(1);
}

static void *have(void *p)
{
	if (!p) {
		fputs("bench_harvest: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

static void read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "rb");
	char chunk[65536];
	size_t n;
	if (!f) {
		perror(path);
		exit(3);
	}
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		must(buf_add(out, chunk, n), path);
	fclose(f);
}

static void load(struct world *w, const char *path)
{
	buf_init(&w->file, 2000u << 20);
	read_file(path, &w->file);
	char *p = w->file.p, *end = w->file.p + w->file.n;
	size_t cap = 0;
	while (p < end) {
		char *tab = strchr(p, '\t'), *second = strchr(tab + 1, '\t');
		size_t bytes = strtoul(second + 1, NULL, 10);
		char *body = strchr(second + 1, '\n') + 1;
		*tab = *second = 0;
		if (w->count == cap) {
			cap = cap ? cap * 2 : 1024;
			w->pages = have(realloc(w->pages, cap * sizeof *w->pages));
		}
		w->pages[w->count++] = (struct served){p, tab + 1, {body, bytes}};
		p = body + bytes + 1;
	}
	for (w->slots = 1024; w->slots < w->count * 3;)
		w->slots *= 2;
	w->table = have(calloc(w->slots, sizeof *w->table));
	for (size_t i = 0; i < w->count; i++) {
		size_t at = hash64(w->pages[i].url, strlen(w->pages[i].url)) % w->slots;
		while (w->table[at])
			at = (at + 1) % w->slots;
		w->table[at] = i + 1;
	}
}

static const struct served *find(const struct world *w, const char *url)
{
	for (size_t at = hash64(url, strlen(url)) % w->slots; w->table[at]; at = (at + 1) % w->slots)
		if (strcmp(w->pages[w->table[at] - 1].url, url) == 0)
			return &w->pages[w->table[at] - 1];
	return NULL;
}

static bool is_expected(const struct world *w, const char *url)
{
	for (size_t i = 0; i < w->expected_count; i++)
		if (strcmp(w->expected[i], url) == 0)
			return true;
	return false;
}

static json_t *read_page(struct world *w, const struct served *s, const struct fdb_page *page)
{
	struct parse_input in = {.body = s->body,
				 .url = str_of(page->url),
				 .final_url = str_of(page->url),
				 .content_type = str_of(s->type),
				 .context = str_of(page->context)};
	buf_clear(&w->json);
	if (parse_page(w->parse, &in, &w->json) != ERR_OK)
		return NULL;
	return json_loadb(w->json.p, w->json.n, 0, NULL);
}

struct crawl {
	struct world *w;
	struct fdb *d;
	struct arena *a;
	int64_t host, flying[LAG_MAX];
	unsigned flying_count;
	int64_t asked;
	int64_t *queue; /* breadth first: in the order in which they were found */
	size_t queue_at, queue_end, queue_cap;
	bool breadth;
	struct url_parts source;
	const struct scope_rule *rule;
};

static void enqueue(struct crawl *c, int64_t id)
{
	if (c->queue_end == c->queue_cap) {
		c->queue_cap = c->queue_cap ? c->queue_cap * 2 : 1024;
		c->queue = have(realloc(c->queue, c->queue_cap * sizeof *c->queue));
	}
	c->queue[c->queue_end++] = id;
}

static void add_links(struct crawl *c, const struct fdb_page *page, json_t *doc)
{
	size_t i;
	json_t *l;
	struct buf url;
	buf_init(&url, URL_MAX + 1);
	json_array_foreach(json_object_get(doc, "links"), i, l)
	{
		const char *rel = json_string_value(json_object_get(l, "rel"));
		struct url_parts u;
		if (url_canon(str_of(json_string_value(json_object_get(l, "url"))), &url) != ERR_OK ||
		    url_split(buf_str(&url), &u) != ERR_OK ||
		    scope_check(c->rule, &c->source, &u, page->p.depth + 1) != CAUSE_NONE)
			continue;
		struct fdb_new_page n = {
			.url = url.p, .depth = page->p.depth + 1, .from_page = page->p.id, .source_id = 1};
		if (!c->breadth) {
			n.rank = (int)json_integer_value(json_object_get(l, "rank"));
			n.pager = rel && (strcmp(rel, "list") == 0 || strcmp(rel, "next") == 0);
		}
		enum fdb_added added;
		int64_t id;
		must(fdb_add_page(c->d, &n, NOW, &added, &id), "add");
		if (c->breadth && added == FDB_NEW)
			enqueue(c, id);
	}
	buf_fini(&url);
}

/* The oldest page on its way is judged. */
static void judge(struct crawl *c)
{
	struct fdb_page page;
	int64_t id = c->flying[0];
	memmove(c->flying, c->flying + 1, --c->flying_count * sizeof *c->flying);
	arena_reset(c->a);
	must(fdb_page(c->d, id, c->a, &page), "page");
	const struct served *s = find(c->w, page.url);
	json_t *doc = s ? read_page(c->w, s, &page) : NULL;
	uint64_t seq;
	must(fdb_parse_seq(c->d, &seq), "parse_seq");
	struct warc_place place = {.file = "x", .offset = 1, .length = 1};
	struct frontier_event ev = {
		.kind = EV_FETCHED, .fetch_id = page.p.fetch_id, .place = place, .body_bytes = 1, .status = 200};
	if (!doc)
		ev = (struct frontier_event){.kind = EV_FAILED, .fetch_id = page.p.fetch_id, .cause = CAUSE_HTTP_404};
	must(fdb_event(c->d, id, &ev, NOW, NULL, NULL), "fetched");
	if (!doc)
		return;
	ev = (struct frontier_event){.kind = EV_SENT, .epoch = 1, .parse_seq = seq};
	must(fdb_event(c->d, id, &ev, NOW, NULL, NULL), "sent");
	ev = (struct frontier_event){.kind = EV_ACK,
				     .fetch_id = page.p.fetch_id,
				     .lexicon_matches = true,
				     .reports = json_array_size(json_object_get(doc, "reports")) > 0};
	must(fdb_event(c->d, id, &ev, NOW, NULL, NULL), "ack");
	add_links(c, &page, doc);
	json_decref(doc);
}

static enum err next_page(struct crawl *c, int64_t *id)
{
	if (!c->breadth)
		return fdb_next_ready(c->d, c->host, id);
	if (c->queue_at == c->queue_end)
		return ERR_NOTFOUND;
	*id = c->queue[c->queue_at++];
	return ERR_OK;
}

static void run(struct world *w, const char *start, bool breadth, unsigned lag, int64_t pages, bool trace, int64_t stop)
{
	char dir[] = "/tmp/gk-harvest-XXXXXX", cmd[64];
	if (!mkdtemp(dir))
		exit(1);
	struct scope_rule rule = {.scope = "host", .depth = 64, .allow_private = true};
	struct crawl c = {.w = w, .a = arena_new(64u << 20), .breadth = breadth, .rule = &rule};
	struct fdb_limits limits = {.scope = "host", .depth = 64, .pages = pages};
	bool fresh;
	must(fdb_open(dir, &limits, &c.d, &fresh), "open");
	must(fdb_ids_start(c.d, 0, 0), "ids");
	must(fdb_add_source(c.d, start, NULL, NULL, NULL, NOW, NULL), "source");
	must(fdb_commit(c.d), "commit");
	must(url_split(str_of(start), &c.source), start);
	struct fdb_page first;
	must(fdb_page_by_url(c.d, start, c.a, &first), "start");
	c.host = first.host_id;
	enqueue(&c, first.p.id);
	size_t found = 0;
	int64_t at_first = 0, at_half = 0, at_all = 0;
	while (found < w->expected_count && c.asked < stop) {
		int64_t id;
		struct fdb_page page;
		enum err e = c.flying_count < lag ? next_page(&c, &id) : ERR_NOTFOUND;
		if (e == ERR_NOTFOUND && c.flying_count == 0)
			break;
		if (e == ERR_NOTFOUND) {
			judge(&c);
			continue;
		}
		must(e, "next");
		arena_reset(c.a);
		must(fdb_page(c.d, id, c.a, &page), "page");
		uint64_t fetch;
		must(fdb_fetch_id(c.d, &fetch), "fetch_id");
		struct frontier_event ev = {.kind = EV_LEASED, .fetch_id = fetch};
		must(fdb_event(c.d, id, &ev, NOW, NULL, NULL), "lease");
		c.flying[c.flying_count++] = id;
		c.asked++;
		bool is = is_expected(w, page.url);
		if (trace)
			fprintf(stderr, "%lld\t%s\t%s\n", (long long)c.asked, is ? "REPORT" : "", page.url);
		if (is) {
			found++;
			at_first = found == 1 ? c.asked : at_first;
			at_half = found * 2 >= w->expected_count && !at_half ? c.asked : at_half;
			at_all = found == w->expected_count ? c.asked : at_all;
		}
		if (c.asked % 512 == 0)
			must(fdb_commit(c.d), "commit");
	}
	printf("{\"order\":\"%s\",\"found\":%zu,\"expected\":%zu,\"asked\":%lld,\"first\":%lld,\"half\":%lld,\"all\":%"
	       "lld}\n",
	       breadth ? "breadth" : "shipped", found, w->expected_count, (long long)c.asked, (long long)at_first,
	       (long long)at_half, (long long)at_all);
	fflush(stdout);
	fdb_close(c.d);
	free(c.queue);
	arena_free(c.a);
	snprintf(cmd, sizeof cmd, "rm -rf '%s'", dir);
	if (system(cmd) != 0)
		exit(1);
}

int main(int argc, char **argv)
{
	struct world w = {0};
	unsigned lag = 1;
	int64_t pages = 1000000, stop = INT64_MAX;
	bool trace = false, only = false;
	if (argc < 4)
		return 2;
	for (int i = 4; i < argc; i++) {
		if (strcmp(argv[i], "--lag") == 0 && i + 1 < argc)
			lag = (unsigned)atoi(argv[++i]);
		else if (strcmp(argv[i], "--pages") == 0 && i + 1 < argc)
			pages = atoll(argv[++i]);
		else if (strcmp(argv[i], "--stop") == 0 && i + 1 < argc)
			stop = atoll(argv[++i]);
		else if (strcmp(argv[i], "--trace") == 0)
			trace = true;
		else if (strcmp(argv[i], "--shipped-only") == 0)
			only = true;
		else
			return 2;
	}
	if (lag < 1 || lag > LAG_MAX)
		return 2;
	load(&w, argv[1]);
	struct buf expected;
	buf_init(&expected, 16u << 20);
	read_file(argv[3], &expected);
	w.expected = have(calloc(expected.n + 1, sizeof *w.expected));
	for (char *save, *line = strtok_r(expected.p, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		w.expected[w.expected_count++] = line;
	must(parse_new(&w.parse), "parser");
	buf_init(&w.json, 64u << 20);
	if (!only)
		run(&w, argv[2], true, 1, pages, false, INT64_MAX);
	run(&w, argv[2], false, lag, pages, trace, stop);
	parse_free(w.parse);
	return 0;
}
