#include "parser/read.h"

#include "parser/check.h"
#include "parser/metric_prose.h"
#include "parser/metric_table.h"
#include "parser/report_meta.h"
#include "parser/report_self.h"
#include "parser/segment.h"

#define SPANS_MAX 4096

struct reader {
	const struct lexicon *l;
	struct document *d;
	struct fold f;
	struct span *tables; /* rows of tables in folded positions, and tables whose cells ran together */
	size_t tables_count;
};

/* Rows of tables are no prose; rows that follow one another are one stretch. */
static void find_tables(struct reader *r)
{
	r->tables = arena_alloc(r->d->arena, SPANS_MAX * sizeof *r->tables);
	for (size_t i = 0; i < r->d->blocks_count && r->tables_count < SPANS_MAX; i++) {
		const struct block *b = &r->d->blocks[i];
		if (b->kind != BLOCK_ROW)
			continue;
		struct span s = {fold_at_byte(&r->f, b->start), fold_at_byte(&r->f, b->end)};
		struct span *last = r->tables_count > 0 ? &r->tables[r->tables_count - 1] : NULL;
		if (last && s.from <= last->to + 1)
			last->to = s.to;
		else if (s.to > s.from)
			r->tables[r->tables_count++] = s;
	}
	r->tables_count = table_text_spans(r->l, &r->f, r->tables, r->tables_count, SPANS_MAX);
}

static size_t scan_part(const struct reader *r, struct span part, struct quantity_at *q, size_t max)
{
	size_t count = 0, pos = part.from;
	for (size_t i = 0; i <= r->tables_count && pos < part.to; i++) {
		size_t stop = i < r->tables_count ? r->tables[i].from : part.to;
		if (stop > part.to)
			stop = part.to;
		if (stop > pos)
			count += quantity_scan(r->l, &r->f, pos, stop, q + count, max - count);
		if (i < r->tables_count && r->tables[i].to > pos)
			pos = r->tables[i].to;
	}
	return count;
}

static void publish_quantities(const struct reader *r, const struct reading *g, struct report *out)
{
	out->quantities = arena_calloc(r->d->arena, g->q_count + 1, sizeof *out->quantities);
	for (size_t i = 0; i < g->q_count; i++) {
		const struct quantity_at *q = &g->q[i];
		struct quantity *o = &out->quantities[out->quantities_count++];
		o->text = fold_source(&r->f, q->start, q->end);
		o->unit = fold_source(&r->f, q->unit_from, q->end);
		if (q->kind == UNIT_PERCENT)
			o->unit = STR("%");
		o->value = q->value;
		o->approx = q->approx;
		o->offset_cp = r->f.cp[q->start];
		if (g->q_explain)
			o->explain = g->q_explain[i].n > 0
					     ? g->q_explain[i]
					     : STR("unused: it stands outside all sentences that were read");
	}
}

static void fragments(const struct reader *r, const struct segment *s, struct report *out)
{
	for (unsigned i = 0; i < s->parts_count && i < REPORT_FRAGMENTS_MAX; i++) {
		struct str t = fold_source(&r->f, s->parts[i].from, s->parts[i].to);
		size_t start = (size_t)(t.p - r->d->text.p);
		out->fragments[out->fragments_count++] = (struct fragment){(uint32_t)start, (uint32_t)(start + t.n)};
	}
}

/* Whether a single department or a town reports: by the level, or where that tells too little by how the text speaks. */
static void whose(struct reading *g)
{
	struct str level = g->r->level;
	g->department = str_eq_z(level, "department") || (level.n == 0 && report_self_bureau(g->l, g->f, g->s));
	g->town = str_eq_z(level, "township") ||
		  (!g->department && (level.n == 0 || str_eq_z(level, "county")) && report_self_town(g->l, g->f, g->s));
}

static void read_one(struct reader *r, const struct segment *s, bool alone, struct report *out)
{
	struct reading g = {.l = r->l,
			    .d = r->d,
			    .f = &r->f,
			    .s = s,
			    .r = out,
			    .tables = r->tables,
			    .tables_count = r->tables_count};
	fragments(r, s, out);
	report_meta(r->l, r->d, &r->f, s, alone, out);
	g.q = arena_alloc(r->d->arena, QUANTITIES_MAX * sizeof *g.q);
	for (unsigned i = 0; i < s->parts_count; i++)
		g.q_count += scan_part(r, s->parts[i], g.q + g.q_count, QUANTITIES_MAX - g.q_count);
	g.q_metric = arena_alloc(r->d->arena, (g.q_count + 1) * sizeof *g.q_metric);
	for (size_t i = 0; i < g.q_count; i++)
		g.q_metric[i] = NO_METRIC;
	if (r->d->explain)
		g.q_explain = arena_calloc(r->d->arena, g.q_count + 1, sizeof *g.q_explain);
	whose(&g);
	metric_tables(&g);
	metric_prose(&g);
	publish_quantities(r, &g, out);
	check_report(&g); /* while prose still says itself what the table repeats */
	metric_tables_win(&g);
	out->metrics = g.m.items;
	out->metrics_count = g.m.count;
}

void read_reports(const struct lexicon *lex, struct document *d)
{
	if (!segment_maybe(lex, d))
		return;
	struct reader r = {.l = lex, .d = d};
	fold_text(lex, d->arena, d->text, &r.f);
	struct segment *s = arena_alloc(d->arena, DOC_REPORTS_MAX * sizeof *s);
	size_t count = segment_find(lex, d, &r.f, s, DOC_REPORTS_MAX);
	if (count == 0)
		return;
	if (r.f.cut)
		document_cut(d, "reading");
	find_tables(&r);
	d->reports = arena_calloc(d->arena, count, sizeof *d->reports);
	for (size_t i = 0; i < count; i++)
		read_one(&r, &s[i], count == 1, &d->reports[d->reports_count++]);
}
