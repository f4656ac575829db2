/*
 * gongkai show ID - one report: what it is, its figures with their evidence, the checks that fail, its
 * versions, and where the bytes lie. As jsonl: one object with all of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/jsonw.h"
#include "daemons/change_story.h"
#include "daemons/stored.h"

#define PIECE_MAX (64u * 1024 * 1024) /* one table of a report as JSON */

static const struct verb_flag flags[] = {
	{NULL, NULL, NULL},
};

struct showing {
	struct stored s;
	bool found, json;
	struct buf piece; /* what is not yet written */
	struct jsonw w;
	unsigned rows; /* of the section at hand */
	enum err err;
	struct out *out; /* figures for people */
	const struct verb_env *env;
};

static void flush_piece(struct showing *h)
{
	if (h->piece.n && fwrite(h->piece.p, 1, h->piece.n, stdout) != h->piece.n && h->err == ERR_OK)
		h->err = err_errno(ERR_IO, "cannot write the report");
	if (h->piece.sticky != ERR_OK && h->err == ERR_OK)
		h->err = err_set(h->piece.sticky, "a part of the report is too large to be shown");
	buf_clear(&h->piece);
}

/* JSON */

static void json_text(struct jsonw *w, const char *key, struct str s)
{
	jsonw_key(w, key);
	if (s.p)
		jsonw_str(w, s);
	else
		jsonw_null(w);
}

static void json_raw(struct jsonw *w, const char *key, struct str s)
{
	jsonw_key(w, key);
	if (s.p)
		jsonw_raw(w, s);
	else
		jsonw_null(w);
}

static void json_time(struct jsonw *w, const char *key, int64_t t)
{
	char z[32];
	jsonw_kz(w, key, clock_iso(t, z));
}

static bool json_metric(void *ctx, const struct sview_metric *m)
{
	struct showing *h = ctx;
	struct jsonw *w = &h->w;
	jsonw_object(w);
	json_text(w, "id", m->id);
	jsonw_knum(w, "value", m->value);
	json_text(w, "unit", m->unit);
	json_text(w, "scope", m->scope);
	json_text(w, "applicant", m->applicant);
	json_text(w, "qualifier", m->qualifier);
	jsonw_kbool(w, "approx", m->approx);
	json_text(w, "evidence", m->evidence);
	jsonw_kint(w, "offset", m->offset);
	if (m->table.p) {
		json_text(w, "table", m->table);
		json_text(w, "row", m->row);
		json_text(w, "column", m->column);
		jsonw_key(w, "cell");
		jsonw_array(w);
		jsonw_int(w, m->cell_row);
		jsonw_int(w, m->cell_column);
		jsonw_end(w, ']');
	}
	jsonw_end(w, '}');
	flush_piece(h);
	return h->err == ERR_OK;
}

static bool json_quantity(void *ctx, const struct sview_quantity *q)
{
	struct showing *h = ctx;
	struct jsonw *w = &h->w;
	jsonw_object(w);
	json_text(w, "text", q->text);
	jsonw_knum(w, "value", q->value);
	json_text(w, "unit", q->unit);
	jsonw_kbool(w, "approx", q->approx);
	jsonw_kint(w, "offset", q->offset);
	jsonw_end(w, '}');
	flush_piece(h);
	return h->err == ERR_OK;
}

static bool json_table(void *ctx, const struct sview_table *t)
{
	struct showing *h = ctx;
	struct jsonw *w = &h->w;
	jsonw_object(w);
	json_text(w, "id", t->id);
	json_text(w, "caption", t->caption);
	json_raw(w, "rows", t->rows);
	jsonw_kint(w, "offset", t->offset);
	jsonw_end(w, '}');
	flush_piece(h);
	return h->err == ERR_OK;
}

static bool json_check(void *ctx, const struct sview_check *c)
{
	struct showing *h = ctx;
	struct jsonw *w = &h->w;
	jsonw_object(w);
	json_text(w, "kind", c->kind);
	json_text(w, "statement", c->statement);
	jsonw_kbool(w, "holds", c->holds);
	json_text(w, "detail", c->detail);
	json_raw(w, "operands", c->operands);
	jsonw_end(w, '}');
	flush_piece(h);
	return h->err == ERR_OK;
}

static void json_origin_members(struct jsonw *w, const struct sview_origin *o)
{
	jsonw_kint(w, "version", o->version);
	json_text(w, "content_sha256", o->content_sha256);
	json_text(w, "body_sha256", o->body_sha256);
	jsonw_kint(w, "fetch_id", (int64_t)o->fetch_id);
	jsonw_kint(w, "parse_seq", (int64_t)o->parse_seq);
	json_time(w, "first_seen", o->first_seen);
	json_time(w, "last_seen", o->last_seen);
	json_text(w, "parser_version", o->parser_version);
	json_text(w, "lexicon", o->lexicon);
	json_text(w, "warc_file", o->warc_file);
	jsonw_kint(w, "warc_offset", o->warc_offset);
	jsonw_kint(w, "warc_length", o->warc_length);
}

static bool json_version(void *ctx, const struct sview_origin *o)
{
	struct showing *h = ctx;
	struct jsonw *w = &h->w;
	jsonw_object(w);
	json_origin_members(w, o);
	jsonw_key(w, "superseded_by");
	if (o->superseded_by)
		jsonw_int(w, o->superseded_by);
	else
		jsonw_null(w);
	jsonw_end(w, '}');
	flush_piece(h);
	return h->err == ERR_OK;
}

static bool json_copy(void *ctx, const struct sview_copy *c)
{
	struct showing *h = ctx;
	struct jsonw *w = &h->w;
	jsonw_object(w);
	jsonw_kint(w, "id", c->report_id);
	json_text(w, "url", c->url);
	jsonw_kbool(w, "official", c->official);
	jsonw_kbool(w, "mirror", c->mirror);
	jsonw_end(w, '}');
	flush_piece(h);
	return h->err == ERR_OK;
}

static void json_begin(struct showing *h, const char *key)
{
	jsonw_key(&h->w, key);
	jsonw_array(&h->w);
}

static enum err read_story(struct showing *h, const struct sview_report *r, struct change_story *out)
{
	char url[URL_MAX + 1];
	snprintf(url, sizeof url, "%.*s", STR_FMT(r->url));
	return change_story_read(h->env->data_dir, h->s.frontier, url, out);
}

static enum err json_report(struct showing *h, const struct sview_report *r)
{
	struct change_story story;
	struct jsonw *w = &h->w;
	struct sview *v = h->s.store;
	char period[64];
	enum err e;
	jsonw_init(w, &h->piece);
	jsonw_object(w);
	jsonw_kint(w, "id", r->id);
	json_text(w, "url", r->url);
	struct str from = stored_page_url(&h->s, r->url, r->page_url);
	json_text(w, "page_url", from);
	jsonw_kz(w, "method", stored_page_posted(&h->s, r->url) ? "POST" : "GET");
	jsonw_kz(w, "page_method", !from.p ? NULL : stored_page_posted(&h->s, from) ? "POST" : "GET");
	json_text(w, "title", r->title);
	json_text(w, "region", r->region);
	json_text(w, "region_code", r->region_code);
	json_text(w, "body", r->body);
	json_text(w, "level", r->level);
	jsonw_key(w, "year");
	if (r->year)
		jsonw_int(w, r->year);
	else
		jsonw_null(w);
	json_raw(w, "period", stored_period(r, true, period));
	json_text(w, "published", r->published);
	json_text(w, "format", r->format);
	json_raw(w, "fragments", r->fragments);
	struct str of, relation = stored_relation(&h->s, r, &of);
	json_text(w, "relation", relation);
	json_text(w, "copy_of", of);
	jsonw_kint(w, "failed_checks", r->failed_checks);
	json_origin_members(w, &r->origin);
	json_begin(h, "metrics");
	if ((e = sview_metrics(v, r->id, NULL, json_metric, h)) != ERR_OK)
		return e;
	jsonw_end(w, ']');
	json_begin(h, "quantities");
	if ((e = sview_quantities(v, r->id, json_quantity, h)) != ERR_OK)
		return e;
	jsonw_end(w, ']');
	json_begin(h, "tables");
	if ((e = sview_tables(v, r->id, json_table, h)) != ERR_OK)
		return e;
	jsonw_end(w, ']');
	json_begin(h, "checks");
	if ((e = sview_checks(v, r->id, json_check, h)) != ERR_OK)
		return e;
	jsonw_end(w, ']');
	json_begin(h, "copies");
	if ((e = sview_copies(v, r->id, json_copy, h)) != ERR_OK)
		return e;
	jsonw_end(w, ']');
	json_begin(h, "versions");
	if ((e = sview_versions(v, r->document_id, json_version, h)) != ERR_OK)
		return e;
	jsonw_end(w, ']');
	if ((e = read_story(h, r, &story)) != ERR_OK)
		return e;
	change_story_json(&story, w);
	jsonw_end(w, '}');
	buf_add_char(&h->piece, '\n');
	flush_piece(h);
	return h->err;
}

/* for people */

/* Text of a page is hostile: without control characters, as all that goes to a terminal. */
static void say(struct showing *h, const char *label, struct str s)
{
	if (!s.p || !s.n)
		return;
	buf_printf(&h->piece, "%-11s", label);
	for (size_t i = 0; i < s.n;) {
		char bytes[4];
		uint32_t c = utf8_next(s.p, s.n, &i);
		buf_add(&h->piece, bytes, utf8_put(c < 0x20 || (c >= 0x7F && c < 0xA0) ? ' ' : c, bytes));
	}
	buf_add_char(&h->piece, '\n');
	flush_piece(h);
}

/* With a word on how it is asked for, where that is not as a click would. */
static void say_page(struct showing *h, const char *label, struct str url)
{
	say(h, label, url);
	if (stored_page_posted(&h->s, url))
		say(h, "", STR("(asked for by POST, with its query as the form)"));
}

static void heading(struct showing *h, const char *text)
{
	buf_printf(&h->piece, "\n%s%s%s\n", h->env->color ? "\x1b[1m" : "", text, h->env->color ? "\x1b[0m" : "");
	flush_piece(h);
}

static void say_origin(struct showing *h, const struct sview_report *r)
{
	char z[160], iso[2][32];
	const struct sview_origin *o = &r->origin;
	snprintf(z, sizeof z, "%s to %s", clock_iso(o->first_seen, iso[0]), clock_iso(o->last_seen, iso[1]));
	say(h, "seen", str_of(z));
	snprintf(z, sizeof z, "archive/%.*s at %lld, %lld bytes", STR_FMT(o->warc_file), (long long)o->warc_offset,
		 (long long)o->warc_length);
	say(h, "bytes", str_of(z));
	say(h, "sha-256", o->body_sha256);
	snprintf(z, sizeof z, "%.*s, lexicon %.*s", STR_FMT(o->parser_version), STR_FMT(o->lexicon));
	say(h, "read by", str_of(z));
}

static const struct out_column figure_columns[] = {
	{"id", false, false},        {"value", false, true},     {"unit", false, false},  {"scope", false, false},
	{"applicant", false, false}, {"evidence", false, false}, {"where", false, false},
};

static bool say_metric(void *ctx, const struct sview_metric *m)
{
	struct showing *h = ctx;
	char where[512];
	if (!out_row(h->out))
		return false;
	out_text(h->out, m->id);
	out_num(h->out, m->value);
	out_text(h->out, m->unit);
	out_text(h->out, m->scope);
	out_text(h->out, m->applicant);
	out_text(h->out, m->evidence);
	if (m->table.p)
		snprintf(where, sizeof where, "%.*s: %.*s | %.*s", STR_FMT(m->table), STR_FMT(m->row),
			 STR_FMT(m->column));
	else
		snprintf(where, sizeof where, "at %lld", (long long)m->offset);
	out_str(h->out, where);
	return true;
}

static bool say_check(void *ctx, const struct sview_check *c)
{
	struct showing *h = ctx;
	if (c->holds)
		return true;
	if (h->rows++ == 0)
		heading(h, "Checks that fail");
	say(h, "statement", c->statement);
	say(h, "kind", c->kind);
	say(h, "found", c->detail);
	return true;
}

static bool say_version(void *ctx, const struct sview_origin *o)
{
	struct showing *h = ctx;
	char label[24], z[256], iso[2][32];
	snprintf(label, sizeof label, "%lld", (long long)o->version);
	snprintf(z, sizeof z, "%s to %s  content %.16s  archive/%.*s at %lld%s", clock_iso(o->first_seen, iso[0]),
		 clock_iso(o->last_seen, iso[1]), o->content_sha256.p, STR_FMT(o->warc_file), (long long)o->warc_offset,
		 o->superseded_by ? "" : "  (this one)");
	say(h, label, str_of(z));
	return true;
}

static bool say_copy(void *ctx, const struct sview_copy *c)
{
	struct showing *h = ctx;
	char label[24], z[URL_MAX + 64];
	if (h->rows++ == 0)
		heading(h, "The same report");
	snprintf(label, sizeof label, "%lld", (long long)c->report_id);
	snprintf(z, sizeof z, "%.*s%s%s", STR_FMT(c->url), stored_page_gone(&h->s, c->url) ? "  (no more there)" : "",
		 c->mirror      ? "  (mirror: not official, and not quite the same)"
		 : !c->official ? "  (not official)"
				: "");
	say(h, label, str_of(z));
	return true;
}

static enum err say_report(struct showing *h, const struct sview_report *r)
{
	char period[64], year[24], checks[64];
	struct change_story story;
	enum err e;
	snprintf(year, sizeof year, "%lld", (long long)r->year);
	say(h, "title", r->title);
	say(h, "body", r->body);
	say(h, "region", r->region);
	say(h, "code", r->region_code);
	say(h, "level", r->level);
	say(h, "year", r->year ? str_of(year) : STR_NULL);
	say(h, "period", stored_period(r, false, period));
	say(h, "published", r->published);
	say(h, "form", r->format);
	if (r->checks > 0)
		snprintf(checks, sizeof checks, r->failed_checks ? "%lld, of which %lld fail" : "%lld, all hold",
			 (long long)r->checks, (long long)r->failed_checks);
	say(h, "checks", r->checks > 0 ? str_of(checks) : STR_NULL);
	say_page(h, "url", r->url);
	say_page(h, "linked from", stored_page_url(&h->s, r->url, r->page_url));
	struct str of, relation = stored_relation(&h->s, r, &of);
	say(h, relation.p ? relation.p : "", relation.p ? of : STR_NULL);
	say_origin(h, r);
	heading(h, r->metrics ? "Figures" : "No figures were read");
	fflush(stdout);
	h->out = out_new(OUT_TABLE, h->env->color, h->env->limit, figure_columns,
			 sizeof figure_columns / sizeof figure_columns[0]);
	e = sview_metrics(h->s.store, r->id, NULL, say_metric, h);
	enum err written = out_end(h->out);
	if (e != ERR_OK || (e = written) != ERR_OK)
		return e;
	if ((e = sview_checks(h->s.store, r->id, say_check, h)) != ERR_OK)
		return e;
	h->rows = 0;
	if ((e = sview_copies(h->s.store, r->id, say_copy, h)) != ERR_OK)
		return e;
	heading(h, "Versions of the page");
	if ((e = sview_versions(h->s.store, r->document_id, say_version, h)) == ERR_OK &&
	    (e = read_story(h, r, &story)) == ERR_OK)
		change_story_print(&story);
	return e;
}

static bool show_one(void *ctx, const struct sview_report *r)
{
	struct showing *h = ctx;
	h->found = true;
	enum err e = h->json ? json_report(h, r) : say_report(h, r);
	if (h->err == ERR_OK)
		h->err = e;
	return false;
}

static enum err run(struct verb_env *env)
{
	struct showing h = {.json = env->format == OUT_JSONL, .env = env};
	struct sview_filter filter = {0};
	char *end = NULL;
	if (env->argc == 1)
		filter.report_id = strtoll(env->argv[0], &end, 10);
	if (env->argc != 1 || *end || filter.report_id <= 0)
		return err_set(ERR_USAGE, "give one id of a report: gongkai reports lists them");
	enum err e = stored_open(env->data_dir, &h.s);
	if (e != ERR_OK)
		return e;
	buf_init(&h.piece, PIECE_MAX);
	e = sview_reports(h.s.store, &filter, show_one, &h);
	if (e == ERR_OK)
		e = h.err;
	if (e == ERR_OK && !h.found)
		e = err_set(ERR_INPUT, "there is no report %lld: gongkai reports lists them",
			    (long long)filter.report_id);
	buf_fini(&h.piece);
	stored_close(&h.s);
	return e;
}

const struct verb verb_show = {.name = "show",
			       .operands = "ID",
			       .help = "show one report with its figures and their evidence",
			       .flags = flags,
			       .run = run};
