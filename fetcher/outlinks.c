/* outlinks - what a page links to becomes pages: scope, traps, budget (INTERFACE.md). Most links of a page are known; they must cost little. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "fetcher/daemon.h"
#include "fetcher/scope.h"

static void *must(void *p)
{
	if (!p)
		abort(); /* small tables */
	return p;
}

/* ---- sources, kept ready */

/* region and body as the user gave them go into the context of every link of the source */
static char *extra_of(const struct fdb_source *s)
{
	if ((!s->region || !s->region[0]) && (!s->body || !s->body[0]))
		return must(strdup(""));
	json_t *o = json_object();
	if (s->region && s->region[0])
		json_object_set_new(o, "region", json_string(s->region));
	if (s->body && s->body[0])
		json_object_set_new(o, "body", json_string(s->body));
	char *text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return must(text);
}

static void source_clear(struct known_source *k)
{
	free(k->url);
	free(k->scope);
	free(k->extra);
	free(k->moved);
	*k = (struct known_source){0};
}

static void moved_key(int64_t id, char out[32])
{
	snprintf(out, 32, "moved_%lld", (long long)id);
}

static enum err load_moved(struct fetcher *f, struct known_source *k)
{
	char key[32], site[256];
	moved_key(k->id, key);
	enum err e = fdb_setting(f->db, key, site, sizeof(site));
	k->moved = must(strdup(site));
	return e;
}

/* NULL in *out: the page has no source (adopted into a new frontier before its source was added again). */
static enum err source_get(struct fetcher *f, int64_t id, struct known_source **out)
{
	*out = NULL;
	if (id == 0)
		return ERR_OK;
	struct known_source *k = &f->sources[(uint64_t)id % SOURCES_KNOWN];
	if (k->id == id) {
		*out = k;
		return ERR_OK;
	}
	struct fdb_source s;
	struct arena *a = arena_new(1u << 20);
	enum err e = fdb_source(f->db, id, a, &s);
	if (!e) {
		source_clear(k);
		k->id = id;
		k->url = must(strdup(s.url));
		k->scope = must(strdup(s.scope && s.scope[0] ? s.scope : f->set.scope));
		k->depth = s.depth > 0 ? s.depth : f->set.depth;
		k->extra = extra_of(&s);
		e = load_moved(f, k);
		*out = k;
	}
	arena_free(a);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err outlinks_moved(struct fetcher *f, int64_t source_id, const char *target)
{
	char key[32], site[256];
	struct url_parts u;
	struct known_source *k;
	if (url_split(str_of(target), &u) || url_site(u.host).n >= sizeof(site))
		return ERR_OK;
	snprintf(site, sizeof(site), "%.*s", STR_FMT(url_site(u.host)));
	enum err e = source_get(f, source_id, &k);
	if (e || !k || strcmp(k->moved, site) == 0)
		return e;
	moved_key(source_id, key);
	free(k->moved);
	k->moved = must(strdup(site));
	return fdb_set_setting(f->db, key, site);
}

/* ---- trapped segments, kept ready */

static uint64_t trap_hash(struct str hostport, struct str segment)
{
	return (hash64(hostport.p, hostport.n) * 0x9E3779B97F4A7C15ull ^ hash64(segment.p, segment.n)) | 1;
}

static void trap_note(struct fetcher *f, uint64_t hash, bool trapped)
{
	f->traps[hash & (TRAPS_KNOWN - 1)].hash = hash;
	f->traps[hash & (TRAPS_KNOWN - 1)].trapped = trapped;
}

enum err outlinks_trapped(struct fetcher *f, const struct url_parts *u, bool *out)
{
	struct str segment = url_first_segment(u->path);
	uint64_t hash = trap_hash(u->hostport, segment);
	*out = false;
	if (segment.n <= 1)
		return ERR_OK; /* "/" is the whole host */
	if (f->traps[hash & (TRAPS_KNOWN - 1)].hash == hash) {
		*out = f->traps[hash & (TRAPS_KNOWN - 1)].trapped;
		return ERR_OK;
	}
	char key[256], seg[URL_MAX + 1];
	if (u->hostport.n >= sizeof(key) || segment.n >= sizeof(seg))
		return ERR_OK;
	memcpy(key, u->hostport.p, u->hostport.n);
	key[u->hostport.n] = 0;
	memcpy(seg, segment.p, segment.n);
	seg[segment.n] = 0;
	struct sched_host *h = sched_find_key(f->sched, key);
	if (!h)
		return ERR_OK; /* a host that was never asked, or rests: looked up when it is woken */
	int64_t count = 0;
	enum err e = fdb_barren_count(f->db, h->row.id, seg, &count);
	if (e == ERR_NOTFOUND)
		e = ERR_OK;
	if (!e)
		trap_note(f, hash, *out = count >= FDB_BARREN_MAX);
	return e;
}

enum err outlinks_barren(struct fetcher *f, const struct fdb_page *page, int64_t now)
{
	struct url_parts u;
	char seg[URL_MAX + 1];
	if (url_split(str_of(page->url), &u))
		return ERR_OK;
	struct str segment = url_first_segment(u.path);
	if (segment.n <= 1 || segment.n >= sizeof(seg))
		return ERR_OK;
	memcpy(seg, segment.p, segment.n);
	seg[segment.n] = 0;
	int64_t count = 0, discarded = 0;
	enum err e = fdb_barren(f->db, page->host_id, seg, &count);
	if (e || count < FDB_BARREN_MAX)
		return e;
	trap_note(f, trap_hash(u.hostport, segment), true);
	e = fdb_trap(f->db, page->host_id, seg, now, &discarded);
	if (!e && count == FDB_BARREN_MAX)
		log_warn("host %.*s: %lld barren pages below %s: what is queued there is a trap (%lld pages)",
			 STR_FMT(u.hostport), (long long)count, seg, (long long)discarded);
	return e;
}

enum err outlinks_fertile(struct fetcher *f, const struct fdb_page *page)
{
	struct url_parts u;
	char seg[URL_MAX + 1];
	if (url_split(str_of(page->url), &u))
		return ERR_OK;
	struct str segment = url_first_segment(u.path);
	if (segment.n <= 1 || segment.n >= sizeof(seg))
		return ERR_OK;
	memcpy(seg, segment.p, segment.n);
	seg[segment.n] = 0;
	return fdb_fertile(f->db, page->host_id, seg);
}

/* ---- judging and adding */

static enum err judge(struct fetcher *f, const struct known_source *k, const char *self, const char *url, int depth,
		      enum cause *out)
{
	struct scope_rule rule = {.scope = k ? k->scope : f->set.scope,
				  .depth = k ? k->depth : f->set.depth,
				  .allow_private = f->set.allow_private};
	struct url_parts source, u;
	*out = CAUSE_BAD_URL;
	if (url_split(str_of(k ? k->url : self), &source) || url_split(str_of(url), &u))
		return ERR_OK;
	*out = scope_check(&rule, &source, &u, depth);
	if (*out != CAUSE_NONE)
		return ERR_OK;
	bool trapped;
	enum err e = outlinks_trapped(f, &u, &trapped);
	if (!e && trapped)
		*out = CAUSE_TRAP;
	return e;
}

enum err outlinks_vouched(struct fetcher *f, int64_t source_id, const char *url, bool *out)
{
	struct known_source *k;
	struct url_parts source, u;
	*out = false;
	enum err e = source_get(f, source_id, &k);
	if (e || !k || url_split(str_of(k->url), &source) || url_split(str_of(url), &u))
		return e;
	struct str site = url_site(u.host);
	*out = str_eq(site, url_site(source.host)) || (k->moved[0] && str_eq_z(site, k->moved));
	return ERR_OK;
}

enum err outlinks_judge(struct fetcher *f, int64_t source_id, const char *self, const char *url, int depth,
			enum cause *out)
{
	struct known_source *k;
	enum err e = source_get(f, source_id, &k);
	return e ? e : judge(f, k, self, url, depth, out);
}

/*
 * The filter before the frontier: a link that was given to fdb_add_page() from a page of depth d with words of a rank can
 * change nothing when it comes from a deeper page with no better words. Keyed by the text as it came and the source, so that it also spares the parsing of the URL.
 */
static uint64_t link_hash(const struct link_from *from, struct str url, enum msg_ask ask)
{
	return hash64(url.p, url.n) ^ ((uint64_t)from->source_id * 0x9E3779B97F4A7C15ull) ^ (uint64_t)ask << 32;
}

static bool seen(const struct fetcher *f, uint64_t hash, int depth, int rank)
{
	size_t i = hash & (LINKS_SEEN - 1);
	return f->links_seen[i].hash == hash && f->links_seen[i].depth < depth && f->links_seen[i].rank >= rank;
}

bool outlinks_known(const struct fetcher *f, const struct link_from *from, struct str url, int rank)
{
	return seen(f, link_hash(from, url, MSG_GET), from->depth, rank);
}

static void note_seen(struct fetcher *f, uint64_t hash, int depth, int rank)
{
	size_t i = hash & (LINKS_SEEN - 1);
	bool other = f->links_seen[i].hash != hash;
	if (other || depth < f->links_seen[i].depth)
		f->links_seen[i].depth = (uint16_t)(depth < UINT16_MAX ? depth : UINT16_MAX);
	if (other || rank > f->links_seen[i].rank)
		f->links_seen[i].rank = (int16_t)rank;
	f->links_seen[i].hash = hash;
}

/* context with the source's region and body added, where the linking page did not know them; the caller frees. NULL: as it was. */
static char *with_extra(const struct known_source *k, const char *context)
{
	if (!k || !k->extra[0])
		return NULL;
	json_t *o = json_loads(context, JSON_REJECT_DUPLICATES, NULL), *x = json_loads(k->extra, 0, NULL);
	char *text = NULL;
	if (json_is_object(o) && x) {
		json_object_update_missing(o, x);
		text = json_dumps(o, JSON_COMPACT);
	}
	json_decref(o);
	json_decref(x);
	if (text && strlen(text) > MSG_CONTEXT_MAX) {
		free(text);
		text = NULL;
	}
	return text;
}

/* "?" and the hash of a path with the names of its parameters, sorted by their sum: the group of a query. */
static void query_group(const struct url_parts *u, char out[32])
{
	uint64_t names = 0;
	for (size_t i = 0; i < u->query.n;) {
		size_t from = i, eq = SIZE_MAX;
		for (; i < u->query.n && u->query.p[i] != '&'; i++)
			if (u->query.p[i] == '=' && eq == SIZE_MAX)
				eq = i;
		names += hash64(u->query.p + from, (eq == SIZE_MAX ? i : eq) - from);
		i++;
	}
	snprintf(out, 32, "?%016llx", (unsigned long long)(hash64(u->path.p, u->path.n) ^ names));
}

/*
 * A list by facets, a calendar or a session in its parameters makes addresses without end, all under one path with one set
 * of parameters. Each such set has OUTLINKS_QUERIES_MAX addresses; beyond, only links to known pages pass, and those whose
 * words speak for them.
 */
static enum err query_room(struct fetcher *f, const char *url, int rank, bool *room_out)
{
	struct url_parts u;
	char group[32], key[256];
	int64_t count = 0;
	*room_out = true;
	if (url_split(str_of(url), &u) || u.query.n == 0 || u.hostport.n >= sizeof(key))
		return ERR_OK;
	int64_t host;
	query_group(&u, group);
	enum err e = fdb_host_id(f->db, u.hostport, &host);
	if (!e)
		e = fdb_barren_count(f->db, host, group, &count);
	*room_out = count < OUTLINKS_QUERIES_MAX || rank >= OUTLINKS_QUERIES_RANK;
	return e || *room_out ? e : fdb_known(f->db, url, room_out);
}

static enum err query_count(struct fetcher *f, const char *url)
{
	struct url_parts u;
	char group[32];
	int64_t count, host;
	if (url_split(str_of(url), &u) || u.query.n == 0)
		return ERR_OK;
	query_group(&u, group);
	enum err e = fdb_host_id(f->db, u.hostport, &host);
	if (!e)
		e = fdb_barren(f->db, host, group, &count);
	if (!e && count == OUTLINKS_QUERIES_MAX)
		log_warn("%.*s: %lld addresses with one set of parameters: no more are asked for but those whose words "
			 "speak "
			 "for them",
			 (int)(u.path.p + u.path.n - url), url, (long long)count);
	return e;
}

static bool is_pager(const char *rel)
{
	return rel && (strcmp(rel, "list") == 0 || strcmp(rel, "next") == 0);
}

/*
 * A page speaks for its own site only, whatever its parser made of it: who can write into one may not make us send a form to
 * another. False: such a link is none.
 */
static bool may_ask(const char *page, const char *url, enum msg_ask *ask)
{
	struct url_parts from, to;
	if (*ask == MSG_GET || (url_split(str_of(page), &from) == ERR_OK && url_split(str_of(url), &to) == ERR_OK &&
				str_eq(url_site(from.host), url_site(to.host))))
		return true;
	bool either = *ask == MSG_EITHER;
	*ask = MSG_GET;
	return either;
}

enum err outlinks_add(struct fetcher *f, const struct link_from *from, const struct msg_link *link, int64_t now)
{
	enum msg_ask ask = msg_ask_of(str_of(link->ask ? link->ask : ""));
	uint64_t hash = link_hash(from, str_of(link->url), ask);
	const char *context = link->context ? link->context : "{}";
	if (seen(f, hash, from->depth, link->rank))
		return ERR_OK;
	note_seen(f, hash, from->depth, link->rank);
	struct known_source *k;
	enum cause cause;
	struct buf canonical;
	char *extended = NULL;
	bool room = true;
	buf_init(&canonical, URL_MAX + 1);
	enum err e = source_get(f, from->source_id, &k);
	if (e || url_canon(str_of(link->url), &canonical) || !may_ask(from->url, canonical.p, &ask)) {
		f->links_dropped++;
		goto done;
	}
	e = judge(f, k, from->url, canonical.p, from->depth + 1, &cause);
	if (e)
		goto done;
	if (cause == CAUSE_OUT_OF_SCOPE || cause == CAUSE_BAD_URL) { /* counted, not kept: there are millions */
		f->links_dropped++;
		goto done;
	}
	e = cause == CAUSE_NONE ? query_room(f, canonical.p, link->rank, &room) : ERR_OK;
	if (e || !room) {
		f->links_dropped += !room;
		goto done;
	}
	extended = with_extra(k, context);
	struct fdb_new_page n = {.url = canonical.p,
				 .context = extended ? extended : context,
				 .depth = from->depth + 1,
				 .from_page = from->page_id,
				 .source_id = from->source_id,
				 .rank = link->rank,
				 .ask = ask,
				 .pager = is_pager(link->rel)};
	if (cause == CAUSE_NONE) {
		enum fdb_added added;
		int64_t id;
		e = fdb_add_page(f->db, &n, now, &added, &id);
		if (!e && added == FDB_NEW)
			e = query_count(f, canonical.p);
	} else {
		e = fdb_add_ended(f->db, &n, cause,
				  cause == CAUSE_TRAP ? "a folder without content, a repeated path or too deep"
						      : "literal private address",
				  now);
	}
done:
	free(extended);
	buf_fini(&canonical);
	return e;
}

void outlinks_forget_sources(struct fetcher *f)
{
	for (unsigned i = 0; i < SOURCES_KNOWN; i++)
		source_clear(&f->sources[i]);
}

void outlinks_fini(struct fetcher *f)
{
	outlinks_forget_sources(f);
	free(f->links_seen);
	free(f->traps);
}
