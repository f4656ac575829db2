/* pairing - twins.h at work: evidence from pages that end, and what is spared at the door. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/simhash.h"
#include "fetcher/daemon.h"
#include "fetcher/twins.h"

struct pairing {
	struct twins_pair *pairs; /* few: only forms of which a page was seen under both */
	unsigned count, cap;
	struct {
		uint64_t family;
		char *form[TWINS_FORMS];
	} families[TWINS_FAMILIES];
	uint64_t marks[TWINS_FAMILIES / 64]; /* by hash of a form: may it be the lesser of a settled pair? */
	bool undo;                           /* pairs that were found wrong may have spared pages */
	enum err failed;
};

static char *copy(const char *z)
{
	char *p = strdup(z);
	if (!p)
		abort();
	return p;
}

static uint64_t *mark_of(struct pairing *g, const char *form, uint64_t *bit)
{
	uint64_t h = hash64(form, strlen(form)) % TWINS_FAMILIES;
	*bit = 1ull << (h % 64);
	return &g->marks[h / 64];
}

static void note_settled(struct pairing *g, const struct twins_pair *p)
{
	uint64_t bit;
	uint64_t *word = mark_of(g, p->lesser, &bit);
	if (p->state == TWINS_SETTLED)
		*word |= bit;
	g->undo = g->undo || p->state == TWINS_FOUND_WRONG;
}

static struct twins_pair *add_pair(struct pairing *g, const struct twins_pair *p)
{
	if (g->count == TWINS_PAIRS_MAX)
		return NULL;
	if (g->count == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 16;
		g->pairs = realloc(g->pairs, g->cap * sizeof(*g->pairs));
		if (!g->pairs)
			abort();
	}
	struct twins_pair *to = &g->pairs[g->count++];
	*to = *p;
	to->lesser = copy(p->lesser);
	to->better = copy(p->better);
	note_settled(g, to);
	return to;
}

static bool load_pair(void *ctx, const struct twins_pair *p)
{
	return add_pair(ctx, p) != NULL;
}

enum err pairing_open(struct fetcher *f)
{
	f->pairing = calloc(1, sizeof(*f->pairing));
	if (!f->pairing)
		abort();
	return fdb_twins(f->db, load_pair, f->pairing);
}

void pairing_close(struct fetcher *f)
{
	struct pairing *g = f->pairing;
	if (!g)
		return;
	for (unsigned i = 0; i < g->count; i++) {
		free(g->pairs[i].lesser);
		free(g->pairs[i].better);
	}
	for (unsigned i = 0; i < TWINS_FAMILIES; i++)
		for (unsigned k = 0; k < TWINS_FORMS; k++)
			free(g->families[i].form[k]);
	free(g->pairs);
	free(g);
	f->pairing = NULL;
}

/* The pair of two forms, made when there is none. NULL: there are too many. */
static struct twins_pair *pair_of(struct pairing *g, const struct twins_parts *a, const struct twins_parts *b)
{
	for (unsigned i = 0; i < g->count; i++) {
		struct twins_pair *p = &g->pairs[i];
		if ((strcmp(p->lesser, a->form) == 0 && strcmp(p->better, b->form) == 0) ||
		    (strcmp(p->lesser, b->form) == 0 && strcmp(p->better, a->form) == 0))
			return p;
	}
	bool a_lesser = a->better != b->better ? a->better < b->better : strcmp(a->form, b->form) > 0;
	const struct twins_pair fresh = {.lesser = (char *)(uintptr_t)(a_lesser ? a : b)->form,
					 .better = (char *)(uintptr_t)(a_lesser ? b : a)->form};
	return add_pair(g, &fresh);
}

static enum err undo_some(struct fetcher *f, const struct twins_pair *p, int64_t now, bool *more_out)
{
	int64_t ids[TWINS_UNDO_STEP];
	unsigned n;
	enum err e = fdb_spared(f->db, p->lesser, ids, TWINS_UNDO_STEP, &n);
	for (unsigned i = 0; i < n && !e; i++)
		e = fdb_unspare(f->db, p->lesser, ids[i], now);
	*more_out = n == TWINS_UNDO_STEP;
	return e;
}

enum err pairing_tick(struct fetcher *f, int64_t now)
{
	struct pairing *g = f->pairing;
	bool left = false, more;
	enum err e = ERR_OK;
	for (unsigned i = 0; g->undo && i < g->count && !e; i++) {
		if (g->pairs[i].state != TWINS_FOUND_WRONG)
			continue;
		e = undo_some(f, &g->pairs[i], now, &more);
		left = left || more;
	}
	g->undo = g->undo && left;
	return e;
}

/* A count of the pair changed. */
static enum err weigh(struct fetcher *f, struct twins_pair *p, int64_t now)
{
	struct pairing *g = f->pairing;
	bool turn;
	enum twins_state was = p->state, is = twins_judge(p, &turn);
	enum err e = ERR_OK;
	if (turn) {
		char *z = p->lesser;
		int64_t back = p->back;
		e = fdb_twin_drop(f->db, p);
		p->lesser = p->better;
		p->better = z;
		p->back = p->forth;
		p->forth = back;
	}
	p->state = is;
	if (is == TWINS_SETTLED && was == TWINS_OPEN) {
		p->differ = 0; /* from here on the count is of the trial */
		log_info("%s is %s under another name: its pages are asked for there", p->lesser, p->better);
	}
	if (is == TWINS_FOUND_WRONG && was == TWINS_SETTLED)
		log_warn("%s is not %s under another name after all: what was spared is asked for", p->lesser,
			 p->better);
	note_settled(g, p);
	if (!e)
		e = fdb_twin_save(f->db, p);
	if (!e && is != was && is == TWINS_FOUND_WRONG)
		e = pairing_tick(f, now);
	return e;
}

static bool join_url(const char *form, struct str rest, char out[URL_MAX + 1])
{
	int n = snprintf(out, URL_MAX + 1, "%s%.*s", form, STR_FMT(rest));
	return n > 0 && n <= URL_MAX;
}

/* A page of this form and the same page of another: what their texts say. */
static enum err compare(struct fetcher *f, const struct twins_parts *page, uint64_t text, const char *form, int64_t now)
{
	char url[URL_MAX + 1];
	struct twins_parts other;
	struct fdb_twin there;
	if (!join_url(form, page->rest, url) || !twins_split(str_of(url), &other))
		return ERR_OK;
	enum err e = fdb_twin(f->db, url, &there);
	if (e || !there.page_id || (!there.text && !there.failed))
		return e;
	struct twins_pair *p = pair_of(f->pairing, page, &other);
	if (!p || p->state == TWINS_FOUND_WRONG)
		return ERR_OK;
	if (there.failed) { /* what one form has and the other has not is no page of both */
		p->failed += p->state == TWINS_SETTLED && strcmp(p->better, form) == 0;
		return weigh(f, p, now);
	}
	bool same = simhash_distance(text, there.text) <= SIMHASH_NEAR;
	if (same && p->last && simhash_distance(text, p->last) <= SIMHASH_NEAR)
		return ERR_OK; /* the text of an error page proves nothing twice */
	if (same) {
		p->same++;
		p->last = text;
	} else {
		p->differ++;
	}
	return weigh(f, p, now);
}

enum err pairing_parsed(struct fetcher *f, const struct fdb_page *page, uint64_t text, int64_t now)
{
	struct twins_parts parts;
	if (!text || !twins_split(str_of(page->url), &parts))
		return ERR_OK;
	enum err e = fdb_text_save(f->db, page->p.id, text);
	unsigned at = parts.family & (TWINS_FAMILIES - 1), free_slot = TWINS_FORMS;
	char **forms = f->pairing->families[at].form;
	if (f->pairing->families[at].family != parts.family)
		for (unsigned i = 0; i < TWINS_FORMS; i++) {
			free(forms[i]);
			forms[i] = NULL;
		}
	f->pairing->families[at].family = parts.family;
	bool known = false;
	for (unsigned i = 0; i < TWINS_FORMS && !e; i++) {
		if (!forms[i])
			free_slot = i < free_slot ? i : free_slot;
		else if (strcmp(forms[i], parts.form) == 0)
			known = true;
		else
			e = compare(f, &parts, text, forms[i], now);
	}
	if (!known && free_slot < TWINS_FORMS)
		forms[free_slot] = copy(parts.form);
	return e;
}

enum err pairing_redirected(struct fetcher *f, const char *from, const char *to, int64_t now)
{
	struct twins_parts a, b;
	if (!twins_split(str_of(from), &a) || !twins_split(str_of(to), &b) || a.family != b.family ||
	    !str_eq(a.rest, b.rest) || strcmp(a.form, b.form) == 0)
		return ERR_OK;
	struct twins_pair *p = pair_of(f->pairing, &a, &b);
	if (!p || p->state == TWINS_FOUND_WRONG)
		return ERR_OK;
	if (strcmp(p->lesser, a.form) == 0)
		p->forth++;
	else
		p->back++;
	return weigh(f, p, now);
}

/* The settled pair of which this form is the lesser; NULL: none. */
static struct twins_pair *settled_of(struct pairing *g, const char *form)
{
	uint64_t bit;
	if (!(*mark_of(g, form, &bit) & bit))
		return NULL;
	for (unsigned i = 0; i < g->count; i++)
		if (g->pairs[i].state == TWINS_SETTLED && strcmp(g->pairs[i].lesser, form) == 0)
			return &g->pairs[i];
	return NULL;
}

/*
 * A better form that was spared itself stands for nothing, unless the forms that stand for it lead to a page that is asked
 * for: each of a circle would wait for the next one.
 */
static enum err is_asked(struct fetcher *f, int64_t page_id, const char *form, struct str rest, struct fdb_twin there,
			 bool *asked_out)
{
	char url[URL_MAX + 1];
	*asked_out = false;
	for (unsigned i = 0; i < TWINS_FORMS && there.spared; i++) {
		const struct twins_pair *p = settled_of(f->pairing, form);
		if (!p || !join_url(p->better, rest, url))
			return ERR_OK;
		enum err e = fdb_twin(f->db, url, &there);
		if (e || !there.page_id || there.page_id == page_id)
			return e;
		form = p->better;
	}
	*asked_out = !there.spared && !there.failed;
	return ERR_OK;
}

enum err pairing_admit(struct fetcher *f, const struct fdb_page *page, int64_t now, bool *spared_out)
{
	struct twins_parts parts;
	char url[URL_MAX + 1];
	struct fdb_twin there;
	enum cause cause;
	*spared_out = false;
	if (f->pairing->count == 0 || page->p.body_fetch_id || !twins_split(str_of(page->url), &parts))
		return ERR_OK;
	struct twins_pair *p = settled_of(f->pairing, parts.form);
	if (!p || !join_url(p->better, parts.rest, url))
		return ERR_OK;
	enum err e = fdb_twin(f->db, url, &there);
	if (!e)
		e = outlinks_judge(f, page->source_id, page->url, url, page->p.depth, &cause);
	bool asked = false;
	if (!e && !there.failed && cause == CAUSE_NONE)
		e = is_asked(f, page->p.id, p->better, parts.rest, there, &asked);
	if (e || !asked)
		return e;
	const struct fdb_new_page n = {.url = url,
				       .context = page->context,
				       .depth = page->p.depth,
				       .from_page = page->p.id,
				       .stands_in = true,
				       .ask = page->p.ask,
				       .source_id = page->source_id};
	const struct frontier_event end = {.kind = EV_DISCARD, .cause = CAUSE_TWIN, .detail = url};
	enum fdb_added added;
	e = fdb_add_page(f->db, &n, now, &added, NULL);
	if (e)
		return e;
	/* a probe that waits for robots.txt is met again, and spared then: it is tried another time */
	bool probe = twins_probe(p->met++);
	e = fdb_twin_save(f->db, p);
	if (e || probe)
		return e;
	*spared_out = true;
	e = fdb_event(f->db, page->p.id, &end, now, NULL, NULL);
	return e ? e : fdb_spare(f->db, p->lesser, page->p.id);
}

enum err pairing_failed(struct fetcher *f, int64_t page_id, int64_t now)
{
	struct pairing *g = f->pairing;
	struct twins_parts parts;
	struct fdb_page page;
	if (g->count == 0)
		return ERR_OK;
	struct arena *a = arena_new(1u << 20);
	enum err e = fdb_page(f->db, page_id, a, &page);
	bool may = !e && twins_split(str_of(page.url), &parts);
	for (unsigned i = 0; i < g->count && may && !e; i++) {
		const struct twins_pair *p = &g->pairs[i];
		struct fdb_twin there;
		char lesser[URL_MAX + 1];
		if (p->state != TWINS_SETTLED || strcmp(p->better, parts.form) != 0 ||
		    !join_url(p->lesser, parts.rest, lesser))
			continue;
		e = fdb_twin(f->db, lesser, &there);
		if (!e && there.spared)
			e = fdb_unspare(f->db, p->lesser, there.page_id, now);
	}
	arena_free(a);
	return e;
}
