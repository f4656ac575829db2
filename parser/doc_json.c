#include "parser/doc_json.h"

#include <stdio.h>

#include "base/jsonw.h"

#define TAIL_BYTES (64u * 1024) /* kept for what follows: the links' end, "cut", closing */

/* Byte offsets to code points: asked in rising order it costs one pass over the text. */
struct cps {
	struct str text;
	size_t byte, cp;
};

static uint64_t cp_at(struct cps *c, size_t byte)
{
	if (byte > c->text.n)
		byte = c->text.n;
	if (byte < c->byte)
		c->byte = c->cp = 0;
	c->cp += utf8_count(c->text.p + c->byte, byte - c->byte);
	c->byte = byte;
	return c->cp;
}

struct out {
	struct jsonw w;
	struct document *d;
	struct cps cps;
	size_t limit; /* of buf.n */
};

static bool full(const struct out *o)
{
	return o->w.out->n + TAIL_BYTES >= o->limit || o->w.out->sticky != ERR_OK;
}

/* A slice that was never set is an empty string. */
static void key_str(struct jsonw *w, const char *key, struct str s)
{
	jsonw_kstr(w, key, s.p ? s : STR(""));
}

static void key_or_null(struct jsonw *w, const char *key, struct str s)
{
	jsonw_key(w, key);
	if (s.n > 0)
		jsonw_str(w, s);
	else
		jsonw_null(w);
}

static void key_date(struct jsonw *w, const char *key, const char *date)
{
	key_or_null(w, key, str_of(date));
}

static void write_dates(struct out *o)
{
	struct jsonw *w = &o->w;
	jsonw_key(w, "dates");
	jsonw_array(w);
	for (size_t i = 0; i < o->d->dates_count; i++) {
		jsonw_object(w);
		jsonw_kz(w, "value", o->d->dates[i].value);
		jsonw_kz(w, "from", date_from_name(o->d->dates[i].from));
		jsonw_end(w, '}');
	}
	jsonw_end(w, ']');
}

/* ---------------------------------------------------------------- reports */

static void write_metric(struct out *o, const struct metric *m)
{
	struct jsonw *w = &o->w;
	jsonw_object(w);
	key_str(w, "id", m->id);
	jsonw_knum(w, "value", m->value);
	key_str(w, "unit", m->unit);
	key_str(w, "scope", m->scope);
	key_str(w, "applicant", m->applicant);
	key_str(w, "qualifier", m->qualifier);
	jsonw_kbool(w, "approx", m->approx);
	key_str(w, "evidence", m->evidence);
	jsonw_kint(w, "offset", m->offset_cp);
	if (m->table) {
		jsonw_kz(w, "table", m->table);
		key_str(w, "row", m->row);
		key_str(w, "column", m->column);
		jsonw_key(w, "cell");
		jsonw_array(w);
		jsonw_int(w, m->cell_row);
		jsonw_int(w, m->cell_col);
		jsonw_end(w, ']');
	}
	if (o->d->explain && m->explain.n > 0)
		key_str(w, "explain", m->explain);
	jsonw_end(w, '}');
}

static void write_quantities(struct out *o, const struct report *r)
{
	struct jsonw *w = &o->w;
	jsonw_key(w, "quantities");
	jsonw_array(w);
	for (size_t i = 0; i < r->quantities_count; i++) {
		const struct quantity *q = &r->quantities[i];
		if (full(o)) {
			document_cut(o->d, "quantities");
			break;
		}
		jsonw_object(w);
		key_str(w, "text", q->text);
		jsonw_knum(w, "value", q->value);
		key_str(w, "unit", q->unit);
		jsonw_kbool(w, "approx", q->approx);
		jsonw_kint(w, "offset", q->offset_cp);
		if (o->d->explain && q->explain.n > 0)
			key_str(w, "explain", q->explain);
		jsonw_end(w, '}');
	}
	jsonw_end(w, ']');
}

static void write_table(struct out *o, const struct table *t)
{
	struct jsonw *w = &o->w;
	jsonw_object(w);
	jsonw_kz(w, "id", t->id);
	key_str(w, "caption", t->caption);
	jsonw_key(w, "rows");
	jsonw_array(w);
	for (unsigned r = 0; r < t->rows; r++) {
		if (full(o)) {
			document_cut(o->d, "tables");
			break;
		}
		jsonw_array(w);
		for (unsigned c = 0; c < t->cols; c++) {
			int32_t g = t->grid[(size_t)r * t->cols + c];
			const struct cell *cell = g >= 0 ? &t->cells[g] : NULL;
			bool first = cell && cell->row == r && cell->col == c;
			jsonw_str(w, first ? str_sub(o->d->text, cell->start, cell->end) : STR(""));
		}
		jsonw_end(w, ']');
	}
	jsonw_end(w, ']');
	jsonw_kint(w, "offset", (int64_t)cp_at(&o->cps, t->start));
	jsonw_end(w, '}');
}

static void write_checks(struct out *o, const struct report *r)
{
	struct jsonw *w = &o->w;
	jsonw_key(w, "checks");
	jsonw_array(w);
	for (size_t i = 0; i < r->checks_count; i++) {
		const struct check *c = &r->checks[i];
		jsonw_object(w);
		key_str(w, "kind", c->kind);
		key_str(w, "statement", c->statement);
		jsonw_kbool(w, "holds", c->holds);
		key_str(w, "detail", c->detail);
		jsonw_key(w, "operands");
		jsonw_array(w);
		for (unsigned k = 0; k < c->operands_count; k++)
			jsonw_num(w, c->operands[k]);
		jsonw_end(w, ']');
		jsonw_end(w, '}');
	}
	jsonw_end(w, ']');
}

static void write_report_head(struct out *o, const struct report *r)
{
	struct jsonw *w = &o->w;
	key_or_null(w, "title", r->title);
	key_or_null(w, "region", r->region);
	key_or_null(w, "region_code", r->region_code);
	key_or_null(w, "body", r->body);
	key_or_null(w, "level", r->level);
	jsonw_key(w, "year");
	if (r->year)
		jsonw_int(w, r->year);
	else
		jsonw_null(w);
	jsonw_key(w, "period");
	if (r->period[0][0]) {
		jsonw_array(w);
		jsonw_z(w, r->period[0]);
		jsonw_z(w, r->period[1]);
		jsonw_end(w, ']');
	} else {
		jsonw_null(w);
	}
	key_date(w, "published", r->published);
	key_or_null(w, "format", r->format);
	jsonw_key(w, "fragments");
	jsonw_array(w);
	for (unsigned i = 0; i < r->fragments_count; i++) {
		jsonw_array(w);
		jsonw_int(w, (int64_t)cp_at(&o->cps, r->fragments[i].start));
		jsonw_int(w, (int64_t)cp_at(&o->cps, r->fragments[i].end));
		jsonw_end(w, ']');
	}
	jsonw_end(w, ']');
}

static void write_report(struct out *o, const struct report *r)
{
	struct jsonw *w = &o->w;
	jsonw_object(w);
	write_report_head(o, r);
	jsonw_key(w, "metrics");
	jsonw_array(w);
	for (size_t i = 0; i < r->metrics_count; i++)
		write_metric(o, &r->metrics[i]);
	jsonw_end(w, ']');
	write_checks(o, r);
	jsonw_key(w, "tables");
	jsonw_array(w);
	for (size_t i = 0; i < r->tables_count; i++)
		if (r->tables[i] >= 0 && (size_t)r->tables[i] < o->d->tables_count)
			write_table(o, &o->d->tables[r->tables[i]]);
	jsonw_end(w, ']');
	write_quantities(o, r);
	jsonw_end(w, '}');
}

/* ------------------------------------------------------------------ links */

/* The page's part of the context with the time of change that a sitemap names, and this link's anchor text, as much of it as fits LINK_CONTEXT_MAX. */
static void write_context(struct jsonw *w, struct str head, struct str anchor, struct str modified)
{
	/* on the stack: a page has hundreds of links */
	char text[LINK_CONTEXT_MAX + 1], anchor_json[LINK_CONTEXT_MAX + 1], with[LINK_CONTEXT_MAX + 8];
	struct buf all = {.p = text, .cap = sizeof text, .max = LINK_CONTEXT_MAX};
	struct buf b = {.p = anchor_json, .cap = sizeof anchor_json, .max = LINK_CONTEXT_MAX};
	struct jsonw cw;
	if (modified.n > 0 && head.n + modified.n + 16 < LINK_CONTEXT_MAX) {
		int n_with = snprintf(with, sizeof with, "%.*s%s\"modified\":\"%.*s\"", STR_FMT(head),
				      head.n > 1 ? "," : "", STR_FMT(modified));
		head = (struct str){with, (size_t)n_with};
	}
	(void)buf_add_str(&all, head);
	size_t room = head.n + 16 < LINK_CONTEXT_MAX ? LINK_CONTEXT_MAX - head.n - 16 : 0, n = 0, used = 0;
	while (n < anchor.n) {
		unsigned char c = (unsigned char)anchor.p[n];
		used += c < 0x20 ? 6 : c == '"' || c == '\\' ? 2 : 1;
		if (used > room)
			break;
		n++;
	}
	n = n < anchor.n ? utf8_cut(anchor.p, n) : n;
	jsonw_init(&cw, &b);
	jsonw_str(&cw, n > 0 ? (struct str){anchor.p, n} : STR(""));
	if (n > 0) {
		(void)buf_add_z(&all, head.n > 1 ? ",\"anchor\":" : "\"anchor\":");
		(void)buf_add_str(&all, buf_str(&b));
	}
	(void)buf_add_char(&all, '}');
	jsonw_raw(w, all.sticky == ERR_OK && all.n > 1 ? buf_str(&all) : STR("{}"));
}

static void write_links(struct out *o)
{
	struct jsonw *w = &o->w;
	jsonw_key(w, "links");
	jsonw_array(w);
	for (size_t i = 0; i < o->d->links_count; i++) {
		const struct link *l = &o->d->links[i];
		if (full(o)) {
			document_cut(o->d, "links");
			break;
		}
		jsonw_object(w);
		key_str(w, "url", l->url);
		key_str(w, "text", l->text);
		key_str(w, "rel", l->rel);
		if (l->rank != 0)
			jsonw_kint(w, "rank", l->rank);
		if (l->ask != MSG_GET)
			jsonw_kz(w, "ask", msg_ask_word(l->ask));
		jsonw_key(w, "context");
		write_context(w, o->d->link_context.n ? o->d->link_context : STR("{"), l->text, l->modified);
		jsonw_end(w, '}');
	}
	jsonw_end(w, ']');
}

static void write_head(struct out *o, struct str page_url)
{
	struct jsonw *w = &o->w;
	const struct document *d = o->d;
	key_or_null(w, "url", d->final_url.n ? d->final_url : d->url);
	key_or_null(w, "page_url", page_url);
	jsonw_kz(w, "kind", doc_kind_name(d->kind));
	key_or_null(w, "charset", d->charset);
	jsonw_kint(w, "charset_errors", (int64_t)d->charset_errors);
	key_or_null(w, "title", d->title);
	key_date(w, "published", d->published);
	write_dates(o);
	key_or_null(w, "source", d->source);
	key_or_null(w, "doc_number", d->doc_number);
	key_or_null(w, "index_number", d->index_number);
	key_or_null(w, "site_id_code", d->site_id_code);
	key_str(w, "text", d->text);
	jsonw_kz(w, "unsupported", d->unsupported);
	if (d->soft != SOFT_NONE)
		jsonw_kz(w, d->soft == SOFT_CHALLENGE ? "challenge" : "soft_error", d->soft_why);
	if (d->compare[0])
		jsonw_kz(w, "compare_sha256", d->compare);
}

enum err doc_json_write(struct document *d, size_t max_bytes, struct buf *out)
{
	struct out o = {.d = d, .cps = {d->text, 0, 0}, .limit = out->n + max_bytes};
	struct jsonw *w = &o.w;
	jsonw_init(w, out);
	jsonw_object(w);
	write_head(&o, d->page_url);
	jsonw_key(w, "reports");
	jsonw_array(w);
	for (size_t i = 0; i < d->reports_count; i++)
		write_report(&o, &d->reports[i]);
	jsonw_end(w, ']');
	write_links(&o);
	jsonw_key(w, "cut");
	jsonw_array(w);
	for (unsigned i = 0; i < d->cut_count; i++)
		jsonw_z(w, d->cut[i]);
	jsonw_end(w, ']');
	jsonw_end(w, '}');
	if (out->sticky == ERR_OK && out->n > o.limit)
		return err_set(ERR_LIMIT, "the document of '%.*s' passes %zu bytes after all cuts", STR_FMT(d->url),
			       max_bytes);
	return out->sticky;
}
