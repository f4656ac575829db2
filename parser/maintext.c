#include "parser/maintext.h"

#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "parser/maintext_trim.h"

/* ------------------------------------------------------------------ worth */

static uint64_t text_of_node(const struct page *p, const uint32_t *plain, size_t node)
{
	const struct node *n = &p->nodes[node];
	return plain[n->line_end] - plain[n->line_first];
}

/*
 * 1 for each element that lies in furniture. A class that says so is not believed of an element that holds
 * most of the page's text, since names like "page-nav-wrap" are given to whole pages.
 */
static uint8_t *furniture_nodes(const struct page *p, const uint32_t *plain)
{
	uint8_t *bad = arena_calloc(p->arena, p->nodes_count + 1, 1);
	uint64_t all = plain[p->lines_count];
	for (size_t i = 0; i < p->nodes_count; i++) {
		const struct node *n = &p->nodes[i];
		bool here = (n->flags & (NODE_NEGATIVE | NODE_FURNITURE | NODE_HIDDEN)) != 0;
		if (here && text_of_node(p, plain, i) * 2 > all)
			here = false;
		bad[i] = here || (n->parent >= 0 && bad[n->parent]);
	}
	return bad;
}

static double line_worth(const struct line *l, bool bad, bool data)
{
	double text = (double)l->cps - (double)l->link_cps;
	double links = (double)l->link_cps / (double)l->cps;
	if (l->furniture)
		return -12 - text * 0.3;
	if (links > 0.5)
		return bad || l->item ? -12 - (double)l->link_cps * 0.4 : -4 - (double)l->link_cps * 0.2;
	double v = text * (1 - links) + 6.0 * l->puncts;
	if (l->kind == BLOCK_HEADING)
		v = text * 0.3;
	else if (data)
		v = text * 0.8 + 1;
	else if (l->puncts == 0)
		v = text < 12 ? (l->item ? -2 : 0) : text * (l->item ? 0.2 : 0.5);
	return bad ? v * 0.1 - 8 : v;
}

/* The summary below a linked title, in an entry of a list or under a lesser heading: it belongs to another page. */
static bool is_summary(const struct page *p, size_t i)
{
	const struct line *l = &p->lines[i], *above = i > 0 ? &p->lines[i - 1] : l;
	if (above->kind == BLOCK_HEADING && above->level >= 2 && above->link_cps * 2 > above->cps &&
	    l->node == above->node)
		return true;
	for (size_t k = 1; l->item && k <= 2 && k <= i; k++) {
		const struct line *before = &p->lines[i - k];
		if (before->item && before->node == l->node && before->link_cps * 2 > before->cps && before->cps >= 6)
			return true;
	}
	return false;
}

struct worth {
	double *sum;     /* of the lines before each */
	uint32_t *plain; /* text outside links of the lines before each */
	uint8_t *bad;
};

static struct worth weigh(const struct page *p, const uint8_t *data, const uint8_t *drop)
{
	struct worth w;
	size_t n = p->lines_count;
	w.sum = arena_alloc(p->arena, (n + 1) * sizeof *w.sum);
	w.plain = arena_alloc(p->arena, (n + 1) * sizeof *w.plain);
	w.sum[0] = 0;
	w.plain[0] = 0;
	for (size_t i = 0; i < n; i++)
		w.plain[i + 1] = w.plain[i] + p->lines[i].cps - p->lines[i].link_cps;
	w.bad = furniture_nodes(p, w.plain);
	for (size_t i = 0; i < n; i++) {
		const struct line *l = &p->lines[i];
		bool in_data = l->cell >= 0 && data[p->cells[l->cell].table];
		double v = drop[i] ? -5 : line_worth(l, l->node >= 0 && w.bad[l->node], in_data);
		if (v > 0 && is_summary(p, i))
			v *= 0.1;
		w.sum[i + 1] = w.sum[i] + v;
	}
	return w;
}

static double worth_of(const struct worth *w, const struct node *n)
{
	return w->sum[n->line_end] - w->sum[n->line_first];
}

/* ----------------------------------------------------------------- choice */

/* The first heading that <title> repeats: the article stands below it. UINT32_MAX for none. */
static uint32_t title_line(const struct page *p)
{
	for (uint32_t i = 0; i < p->lines_count && p->title.n > 0; i++) {
		const struct line *l = &p->lines[i];
		if (l->kind == BLOCK_HEADING && l->cps >= 6 && str_find(p->title, page_line(p, l), 0) >= 0)
			return i;
	}
	return UINT32_MAX;
}

#define TITLE_NEAR 14 /* lines below the title in which its article begins */
#define TITLE_BONUS 1.5

/* The element whose lines are worth most; of equals the innermost. What begins below the title is worth more. */
static int32_t best_node(const struct page *p, const struct worth *w)
{
	int32_t best = -1;
	double most = 0;
	uint32_t title = title_line(p);
	for (size_t i = 0; i < p->nodes_count; i++) {
		const struct node *n = &p->nodes[i];
		if ((n->flags & NODE_LIST) || n->line_end == n->line_first)
			continue;
		double v = worth_of(w, n);
		if (title != UINT32_MAX && n->line_first <= title + TITLE_NEAR && n->line_end > title)
			v *= TITLE_BONUS;
		if (v >= most && v > 0) {
			most = v;
			best = (int32_t)i;
		}
	}
	return best;
}

/*
 * An element inside the best one that holds nearly all of its worth is the tighter fit, when what lies around
 * it is little and not the same make as its neighbours (sections of one article).
 */
static int32_t tighten(const struct page *p, const struct worth *w, int32_t node)
{
	for (;;) {
		double all = worth_of(w, &p->nodes[node]), most = 0;
		int32_t inner = -1;
		for (size_t i = (size_t)node + 1;
		     i < p->nodes_count && p->nodes[i].line_first < p->nodes[node].line_end; i++) {
			if (p->nodes[i].parent != node || (p->nodes[i].flags & (NODE_LIST | NODE_TABLE)))
				continue;
			double v = worth_of(w, &p->nodes[i]);
			if (v > most) {
				most = v;
				inner = (int32_t)i;
			}
		}
		if (inner < 0 || most < all * 0.9)
			return node;
		node = inner;
	}
}

static void keep_node(const struct page *p, struct maintext *m, int32_t node)
{
	const struct node *n = &p->nodes[node];
	memset(m->keep + n->line_first, 1, n->line_end - n->line_first);
	if (n->line_first < m->first)
		m->first = n->line_first;
	if (n->line_end > m->end)
		m->end = n->line_end;
}

static uint64_t text_hash(const struct page *p, const struct node *n)
{
	uint64_t h = 1;
	for (uint32_t i = n->line_first; i < n->line_end; i++) {
		struct str s = page_line(p, &p->lines[i]);
		h = h * 31 + hash64(s.p, s.n);
	}
	return h;
}

static bool inside_chosen(const struct page *p, const int32_t *chosen, size_t n, int32_t node)
{
	for (int32_t up = p->nodes[node].parent; up >= 0; up = p->nodes[up].parent)
		for (size_t i = 0; i < n; i++)
			if (chosen[i] == up)
				return true;
	return false;
}

/* A container is believed when it holds some text that is not mostly links, or a data table. */
static bool container_holds(const struct page *p, const struct worth *w, const struct node *n)
{
	uint32_t plain = w->plain[n->line_end] - w->plain[n->line_first], all = 0;
	for (uint32_t i = n->line_first; i < n->line_end; i++)
		all += p->lines[i].cps;
	return all > 0 && (plain >= 30 || n->line_end - n->line_first <= 3) && (plain * 2 > all || all - plain < 120);
}

#define CONTAINERS_MAX 16

/* All containers of the best make that holds text; one whose text another gave already is a copy. */
static bool by_template(const struct page *p, const struct worth *w, double most, struct maintext *m)
{
	int32_t best = -1;
	double best_worth = 0;
	for (size_t i = 0; i < p->nodes_count; i++) {
		const struct node *n = &p->nodes[i];
		if (n->rank == 0 || n->line_end == n->line_first || w->bad[i] || !container_holds(p, w, n))
			continue;
		double v = worth_of(w, n);
		/* inner containers come later and win when they hold nearly as much */
		if (best < 0 || v >= best_worth * (v >= best_worth ? 1.0 : 0.85)) {
			best = (int32_t)i;
			best_worth = v > best_worth ? v : best_worth;
		}
	}
	/* a container with a small part of the text that lies elsewhere is not the article's */
	if (best < 0 || (best_worth < most * 0.25 && most > 600))
		return false;
	int32_t chosen[CONTAINERS_MAX];
	uint64_t seen[CONTAINERS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < p->nodes_count && count < CONTAINERS_MAX; i++) {
		const struct node *n = &p->nodes[i];
		if (n->rank != p->nodes[best].rank || n->line_end == n->line_first || w->bad[i] ||
		    !container_holds(p, w, n) || inside_chosen(p, chosen, count, (int32_t)i))
			continue;
		uint64_t h = text_hash(p, n);
		bool copy = false;
		for (size_t k = 0; k < count; k++)
			copy |= seen[k] == h;
		if (copy)
			continue;
		seen[count] = h;
		chosen[count++] = (int32_t)i;
		keep_node(p, m, (int32_t)i);
	}
	return count > 0;
}

/* Neighbours of the same make as the chosen element, with text of their own: sections of one article. */
static void keep_sections(const struct page *p, const struct worth *w, struct maintext *m, int32_t node)
{
	const struct node *n = &p->nodes[node];
	if (n->parent < 0)
		return;
	for (size_t i = (size_t)n->parent + 1;
	     i < p->nodes_count && p->nodes[i].line_first < p->nodes[n->parent].line_end; i++) {
		const struct node *s = &p->nodes[i];
		if (s->parent == n->parent && s->tag_hash == n->tag_hash && s->class_hash == n->class_hash &&
		    !(n->flags & NODE_CELL) && !w->bad[i] && worth_of(w, s) > 60)
			keep_node(p, m, (int32_t)i);
	}
}

/* Nothing is worth anything: what is no link and no furniture, so that error pages show what they say. */
static void keep_rest(const struct page *p, const struct worth *w, struct maintext *m)
{
	for (size_t i = 0; i < p->lines_count; i++) {
		const struct line *l = &p->lines[i];
		m->keep[i] = l->link_cps * 2 < l->cps && !l->furniture && !(l->node >= 0 && w->bad[l->node]);
	}
	m->first = 0;
	m->end = (uint32_t)p->lines_count;
}

/* Parts inside the chosen element that are worth less than nothing: menus, related articles, share boxes. */
static void prune(const struct page *p, const struct worth *w, struct maintext *m)
{
	for (size_t i = 0; i < p->nodes_count; i++) {
		const struct node *n = &p->nodes[i];
		if (n->line_first < m->first || n->line_end > m->end || n->line_end == n->line_first)
			continue;
		if (n->line_first == m->first && n->line_end == m->end)
			continue;
		bool links = w->plain[n->line_end] - w->plain[n->line_first] < 40 || (n->flags & NODE_LIST);
		if (worth_of(w, n) < -20 && (links || w->bad[i]))
			memset(m->keep + n->line_first, 0, n->line_end - n->line_first);
		else if (w->bad[i] && !(n->parent >= 0 && w->bad[n->parent]) && worth_of(w, n) < 60)
			memset(m->keep + n->line_first, 0, n->line_end - n->line_first);
	}
}

void maintext_find(const struct page *p, const uint8_t *data, const uint8_t *drop, struct maintext *m)
{
	*m = (struct maintext){.first = UINT32_MAX};
	m->keep = arena_calloc(p->arena, p->lines_count + 1, 1);
	if (p->lines_count == 0) {
		m->first = 0;
		return;
	}
	struct worth w = weigh(p, data, drop);
	int32_t best = best_node(p, &w);
	double most = best >= 0 ? worth_of(&w, &p->nodes[best]) : 0;
	if (!p->no_templates && by_template(p, &w, most, m)) {
		m->templated = true;
	} else if (best >= 0) {
		best = tighten(p, &w, best);
		keep_node(p, m, best);
		keep_sections(p, &w, m, best);
		prune(p, &w, m);
		trim_twice(p, m);
	} else {
		keep_rest(p, &w, m);
	}
	for (size_t i = 0; i < p->lines_count; i++)
		if (drop[i])
			m->keep[i] = 0;
	trim_lines(p, m, data);
}
