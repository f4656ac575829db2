#include "sink/document.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "proto/msg.h"
#include "sink/slice.h"

#define COUNT_OF(a) (sizeof(a) / sizeof(a)[0])

/* One small value by jansson, which checks UTF-8, escapes, numbers and duplicate keys. Caller: json_decref(). */
static enum err load(struct str s, size_t max, const char *what, json_t **out)
{
	json_error_t je;
	*out = NULL;
	if (s.n > max)
		return err_set(ERR_LIMIT, "%s is %zu bytes long, more than %zu", what, s.n, max);
	*out = json_loadb(s.p, s.n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &je);
	if (!*out)
		return err_set(ERR_FORMAT, "%s: %s", what, je.text);
	return ERR_OK;
}

static enum err wrong(const char *what, const char *wanted)
{
	return err_set(ERR_FORMAT, "%s is not %s", what, wanted);
}

/* string, null or absent */
static enum err opt_str(const json_t *v, const char *what, struct str *out)
{
	*out = STR_NULL;
	if (!v || json_is_null(v))
		return ERR_OK;
	if (!json_is_string(v))
		return wrong(what, "a string");
	*out = (struct str){json_string_value(v), json_string_length(v)};
	return ERR_OK;
}

static enum err req_str(const json_t *v, const char *what, struct str *out)
{
	return json_is_string(v) ? opt_str(v, what, out) : wrong(what, "a string");
}

/* integer of [min, max]; null or absent gives `deflt` */
static enum err opt_int(const json_t *v, const char *what, int64_t deflt, int64_t min, int64_t max, int64_t *out)
{
	*out = deflt;
	if (!v || json_is_null(v))
		return ERR_OK;
	if (!json_is_integer(v) || json_integer_value(v) < min || json_integer_value(v) > max)
		return wrong(what, "a whole number in its range");
	*out = json_integer_value(v);
	return ERR_OK;
}

static enum err req_num(const json_t *v, const char *what, double *out)
{
	if (!json_is_number(v))
		return wrong(what, "a number");
	*out = json_number_value(v);
	return ERR_OK;
}

static enum err opt_bool(const json_t *v, const char *what, bool *out)
{
	*out = json_is_true(v);
	return !v || json_is_null(v) || json_is_boolean(v) ? ERR_OK : wrong(what, "true or false");
}

/* A string member of a large object, copied to the arena. */
static enum err slice_str(struct str value, const char *what, struct arena *a, struct str *out)
{
	json_t *v;
	struct str s;
	enum err e = load(value, SDOC_STRING_MAX, what, &v);
	if (e == ERR_OK && (e = opt_str(v, what, &s)) == ERR_OK)
		*out = s.p ? (struct str){arena_strdup(a, s), s.n} : STR_NULL;
	json_decref(v);
	return e;
}

static enum err slice_int(struct str value, const char *what, int64_t max, int64_t *out)
{
	json_t *v;
	enum err e = load(value, 64, what, &v);
	if (e == ERR_OK)
		e = opt_int(v, what, 0, 0, max, out);
	json_decref(v);
	return e;
}

/* A small array that is kept as it is written; null is an empty one. */
static enum err slice_array(struct str value, const char *what, struct str *out)
{
	json_t *v;
	enum err e = load(value, SDOC_STRING_MAX, what, &v);
	if (e == ERR_OK && !json_is_array(v) && !json_is_null(v))
		e = wrong(what, "an array");
	if (e == ERR_OK)
		*out = json_is_null(v) ? STR("[]") : value;
	json_decref(v);
	return e;
}

typedef enum err element_fn(void *ctx, const json_t *v);

/* Every element of an array as a jansson object. */
static enum err each(struct str array, const char *what, element_fn *fn, void *ctx)
{
	struct slice it;
	struct str key, value;
	enum err e = slice_open(&it, array, '[');
	while (e == ERR_OK && (e = slice_next(&it, &key, &value)) == ERR_OK) {
		json_t *v;
		e = load(value, SDOC_ELEMENT_MAX, what, &v);
		if (e == ERR_OK && !json_is_object(v))
			e = wrong(what, "an object");
		if (e == ERR_OK)
			e = fn(ctx, v);
		json_decref(v);
	}
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

struct metric_call {
	sdoc_metric_fn *row;
	void *ctx;
};

static enum err metric_cell(const json_t *v, struct sdoc_metric *m)
{
	enum err e;
	m->cell_row = m->cell_col = -1;
	if (!v || json_is_null(v))
		return ERR_OK;
	if (!json_is_array(v) || json_array_size(v) != 2)
		return wrong("metric cell", "a pair");
	if ((e = opt_int(json_array_get(v, 0), "metric cell", -1, 0, 65535, &m->cell_row)) != ERR_OK)
		return e;
	return opt_int(json_array_get(v, 1), "metric cell", -1, 0, 65535, &m->cell_col);
}

static enum err metric_element(void *ctx, const json_t *v)
{
	const struct metric_call *c = ctx;
	struct sdoc_metric m;
	enum err e;
	if ((e = req_str(json_object_get(v, "id"), "metric id", &m.id)) != ERR_OK ||
	    (e = req_num(json_object_get(v, "value"), "metric value", &m.value)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "unit"), "metric unit", &m.unit)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "scope"), "metric scope", &m.scope)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "applicant"), "metric applicant", &m.applicant)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "qualifier"), "metric qualifier", &m.qualifier)) != ERR_OK ||
	    (e = opt_bool(json_object_get(v, "approx"), "metric approx", &m.approx)) != ERR_OK ||
	    (e = req_str(json_object_get(v, "evidence"), "metric evidence", &m.evidence)) != ERR_OK ||
	    (e = opt_int(json_object_get(v, "offset"), "metric offset", 0, 0, UINT32_MAX, &m.offset)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "table"), "metric table", &m.table)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "row"), "metric row", &m.row)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "column"), "metric column", &m.column)) != ERR_OK ||
	    (e = metric_cell(json_object_get(v, "cell"), &m)) != ERR_OK)
		return e;
	return c->row(c->ctx, &m);
}

enum err sdoc_each_metric(struct str metrics, sdoc_metric_fn *row, void *ctx)
{
	return each(metrics, "a metric", metric_element, &(struct metric_call){row, ctx});
}

struct quantity_call {
	sdoc_quantity_fn *row;
	void *ctx;
};

static enum err quantity_element(void *ctx, const json_t *v)
{
	const struct quantity_call *c = ctx;
	struct sdoc_quantity q;
	enum err e;
	if ((e = req_str(json_object_get(v, "text"), "quantity text", &q.text)) != ERR_OK ||
	    (e = req_num(json_object_get(v, "value"), "quantity value", &q.value)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "unit"), "quantity unit", &q.unit)) != ERR_OK ||
	    (e = opt_bool(json_object_get(v, "approx"), "quantity approx", &q.approx)) != ERR_OK ||
	    (e = opt_int(json_object_get(v, "offset"), "quantity offset", 0, 0, UINT32_MAX, &q.offset)) != ERR_OK)
		return e;
	return c->row(c->ctx, &q);
}

enum err sdoc_each_quantity(struct str quantities, sdoc_quantity_fn *row, void *ctx)
{
	return each(quantities, "a quantity", quantity_element, &(struct quantity_call){row, ctx});
}

struct check_call {
	sdoc_check_fn *row;
	void *ctx;
	char *operands; /* of the row at hand, owned */
};

static enum err check_element(void *ctx, const json_t *v)
{
	struct check_call *c = ctx;
	struct sdoc_check k;
	const json_t *holds = json_object_get(v, "holds"), *operands = json_object_get(v, "operands");
	enum err e;
	if (!json_is_boolean(holds))
		return wrong("check holds", "true or false");
	k.holds = json_is_true(holds);
	if (operands && !json_is_array(operands) && !json_is_null(operands))
		return wrong("check operands", "an array");
	if ((e = req_str(json_object_get(v, "kind"), "check kind", &k.kind)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "statement"), "check statement", &k.statement)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "detail"), "check detail", &k.detail)) != ERR_OK)
		return e;
	k.operands = STR("[]");
	c->operands = json_is_array(operands) ? json_dumps(operands, JSON_COMPACT | JSON_REAL_PRECISION(15)) : NULL;
	if (c->operands)
		k.operands = str_of(c->operands);
	e = c->row(c->ctx, &k);
	free(c->operands);
	return e;
}

enum err sdoc_each_check(struct str checks, sdoc_check_fn *row, void *ctx)
{
	return each(checks, "a check", check_element, &(struct check_call){row, ctx, NULL});
}

struct link_call {
	sdoc_link_fn *row;
	void *ctx;
};

/* The parser writes the context as an object; a string that holds one is taken too. */
static char *link_context(const json_t *v)
{
	json_t *inner = NULL;
	if (json_is_string(v))
		v = inner = json_loadb(json_string_value(v), json_string_length(v), JSON_REJECT_DUPLICATES, NULL);
	char *z = json_is_object(v) ? json_dumps(v, JSON_COMPACT) : NULL;
	json_decref(inner);
	if (z && strlen(z) > MSG_CONTEXT_MAX) {
		free(z);
		z = NULL;
	}
	return z;
}

static enum err link_element(void *ctx, const json_t *v)
{
	const struct link_call *c = ctx;
	struct sdoc_link l;
	struct str ask;
	enum err e;
	if ((e = req_str(json_object_get(v, "url"), "link url", &l.url)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "ask"), "link ask", &ask)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "text"), "link text", &l.text)) != ERR_OK ||
	    (e = opt_str(json_object_get(v, "rel"), "link rel", &l.rel)) != ERR_OK ||
	    (e = opt_int(json_object_get(v, "rank"), "link rank", 0, -100, 100, &l.rank)) != ERR_OK)
		return e;
	l.ask = msg_ask_word(msg_ask_of(ask));
	char *context = link_context(json_object_get(v, "context"));
	l.context = context ? context : "{}";
	e = c->row(c->ctx, &l);
	free(context);
	return e;
}

enum err sdoc_each_link(const struct sdoc *d, sdoc_link_fn *row, void *ctx)
{
	return each(d->links, "a link", link_element, &(struct link_call){row, ctx});
}

/* rows: arrays of strings (null: a place that a spanning cell covers). A cell may be as large as the text. */
static enum err table_rows(struct str rows)
{
	struct slice it, cells;
	struct str key, value;
	enum err e = slice_open(&it, rows, '[');
	while (e == ERR_OK && (e = slice_next(&it, &key, &value)) == ERR_OK) {
		e = slice_open(&cells, value, '[');
		while (e == ERR_OK && (e = slice_next(&cells, &key, &value)) == ERR_OK) {
			json_t *v = NULL;
			if (value.p[0] != '"' && !str_eq_z(value, "null"))
				return wrong("table cell", "a string");
			e = load(value, value.n, "table cell", &v);
			json_decref(v);
		}
		if (e == ERR_NOTFOUND)
			e = ERR_OK;
	}
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

static enum err table_element(struct str value, struct arena *a, struct sdoc_table *t)
{
	struct slice it;
	struct str key;
	*t = (struct sdoc_table){.rows = STR("[]")};
	enum err e = slice_open(&it, value, '{');
	while (e == ERR_OK && (e = slice_next(&it, &key, &value)) == ERR_OK) {
		if (str_eq_z(key, "id"))
			e = slice_str(value, "table id", a, &t->id);
		else if (str_eq_z(key, "caption"))
			e = slice_str(value, "table caption", a, &t->caption);
		else if (str_eq_z(key, "offset"))
			e = slice_int(value, "table offset", UINT32_MAX, &t->offset);
		else if (str_eq_z(key, "rows") && (e = table_rows(value)) == ERR_OK)
			t->rows = value;
	}
	if (e != ERR_NOTFOUND)
		return e;
	return t->id.p ? ERR_OK : wrong("table id", "a string");
}

enum err sdoc_each_table(struct str tables, struct arena *a, sdoc_table_fn *row, void *ctx)
{
	struct slice it;
	struct str key, value;
	enum err e = slice_open(&it, tables, '[');
	while (e == ERR_OK && (e = slice_next(&it, &key, &value)) == ERR_OK) {
		struct sdoc_table t;
		if ((e = table_element(value, a, &t)) == ERR_OK)
			e = row(ctx, &t);
	}
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* Counts the rows of one report while they are looked at for the first time. */
struct tally {
	unsigned n, failed;
};

static enum err tally_one(struct tally *t)
{
	return ++t->n > SDOC_ROWS_MAX ? err_set(ERR_LIMIT, "more than %u rows in one document", SDOC_ROWS_MAX) : ERR_OK;
}

static enum err tally_metric(void *ctx, const struct sdoc_metric *m)
{
	(void)m;
	return tally_one(ctx);
}

static enum err tally_quantity(void *ctx, const struct sdoc_quantity *q)
{
	(void)q;
	return tally_one(ctx);
}

static enum err tally_table(void *ctx, const struct sdoc_table *t)
{
	(void)t;
	return tally_one(ctx);
}

static enum err tally_check(void *ctx, const struct sdoc_check *c)
{
	struct tally *t = ctx;
	t->failed += !c->holds;
	return tally_one(t);
}

static enum err report_period(struct str value, struct arena *a, struct sdoc_report *r)
{
	json_t *v;
	struct str s[2] = {STR_NULL, STR_NULL};
	enum err e = load(value, SDOC_STRING_MAX, "report period", &v);
	if (e == ERR_OK && !json_is_null(v)) {
		if (!json_is_array(v) || json_array_size(v) != 2)
			e = wrong("report period", "a pair of dates");
		for (size_t i = 0; i < 2 && e == ERR_OK; i++)
			e = opt_str(json_array_get(v, i), "report period", &s[i]);
		if (e == ERR_OK) {
			r->period_start = s[0].p ? arena_dup(a, s[0]) : STR_NULL;
			r->period_end = s[1].p ? arena_dup(a, s[1]) : STR_NULL;
		}
	}
	json_decref(v);
	return e;
}

static enum err report_member(struct str key, struct str value, struct arena *a, struct sdoc_report *r)
{
	const struct {
		const char *key;
		struct str *to;
	} strings[] = {{"title", &r->title},  {"region", &r->region}, {"region_code", &r->region_code},
		       {"body", &r->body},    {"level", &r->level},   {"published", &r->published},
		       {"format", &r->format}};
	const struct {
		const char *key;
		struct str *to;
	} arrays[] = {{"metrics", &r->metrics},
		      {"quantities", &r->quantities},
		      {"tables", &r->tables},
		      {"checks", &r->checks}};
	for (size_t i = 0; i < COUNT_OF(strings); i++)
		if (str_eq_z(key, strings[i].key))
			return slice_str(value, strings[i].key, a, strings[i].to);
	for (size_t i = 0; i < COUNT_OF(arrays); i++)
		if (str_eq_z(key, arrays[i].key)) {
			if (!str_eq_z(value, "null"))
				*arrays[i].to = value;
			return ERR_OK;
		}
	if (str_eq_z(key, "year"))
		return slice_int(value, "report year", 9999, &r->year);
	if (str_eq_z(key, "fragments"))
		return slice_array(value, "report fragments", &r->fragments);
	return str_eq_z(key, "period") ? report_period(value, a, r) : ERR_OK;
}

/* Look at every row of a report once; what passes here cannot fail when it is walked again. */
static enum err count_rows(struct sdoc_report *r, struct arena *a)
{
	struct tally m = {0}, q = {0}, t = {0}, c = {0};
	enum err e;
	if ((e = sdoc_each_metric(r->metrics, tally_metric, &m)) != ERR_OK ||
	    (e = sdoc_each_quantity(r->quantities, tally_quantity, &q)) != ERR_OK ||
	    (e = sdoc_each_table(r->tables, a, tally_table, &t)) != ERR_OK ||
	    (e = sdoc_each_check(r->checks, tally_check, &c)) != ERR_OK)
		return e;
	r->counts = (struct sdoc_counts){
		.metrics = m.n, .quantities = q.n, .tables = t.n, .checks = c.n, .failed_checks = c.failed};
	return ERR_OK;
}

static enum err report_element(struct str value, struct arena *a, struct sdoc_report *r)
{
	struct slice it;
	struct str key;
	const struct str none = STR("[]");
	*r = (struct sdoc_report){
		.fragments = none, .metrics = none, .quantities = none, .tables = none, .checks = none};
	enum err e = slice_open(&it, value, '{');
	while (e == ERR_OK && (e = slice_next(&it, &key, &value)) == ERR_OK)
		e = report_member(key, value, a, r);
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

enum err sdoc_each_report(const struct sdoc *d, struct arena *a, sdoc_report_fn *row, void *ctx)
{
	struct slice it;
	struct str key, value;
	unsigned i = 0;
	enum err e = slice_open(&it, d->reports, '[');
	while (e == ERR_OK && (e = slice_next(&it, &key, &value)) == ERR_OK) {
		struct sdoc_report r;
		e = report_element(value, a, &r);
		if (e == ERR_OK && d->counts)
			r.counts = d->counts[i++];
		else if (e == ERR_OK)
			e = count_rows(&r, a);
		if (e == ERR_OK)
			e = row(ctx, &r);
	}
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

struct totals {
	unsigned reports, rows;
	struct sdoc_counts counts[SDOC_REPORTS_MAX];
};

static enum err total_report(void *ctx, const struct sdoc_report *r)
{
	struct totals *t = ctx;
	const struct sdoc_counts *c = &r->counts;
	t->rows += c->metrics + c->quantities + c->tables + c->checks;
	if (t->reports == SDOC_REPORTS_MAX || t->rows > SDOC_ROWS_MAX)
		return err_set(ERR_LIMIT, "more than %u reports or %u rows in one document", SDOC_REPORTS_MAX,
			       SDOC_ROWS_MAX);
	t->counts[t->reports++] = *c;
	return ERR_OK;
}

struct link_totals {
	unsigned links, worded; /* worded: with a text long enough for the barren rule */
	unsigned instead;       /* of another rel than "a" */
	struct sha256 *hash;
};

static void hash_part(struct sha256 *h, const char *key, struct str value)
{
	sha256_add(h, key, strlen(key) + 1);
	uint64_t n = value.p ? value.n : UINT64_MAX; /* null is not the empty string */
	sha256_add(h, &n, sizeof n);
	if (value.n)
		sha256_add(h, value.p, value.n);
}

static enum err total_link(void *ctx, const struct sdoc_link *l)
{
	struct link_totals *t = ctx;
	if (++t->links > SDOC_LINKS_MAX)
		return err_set(ERR_LIMIT, "more than %u links in one document", SDOC_LINKS_MAX);
	t->worded += l->text.n && utf8_count(l->text.p, l->text.n) >= SDOC_BARREN_LINK_TEXT;
	t->instead += l->rel.n && !str_eq_z(l->rel, "a");
	hash_part(t->hash, "url", l->url);
	hash_part(t->hash, "text", l->text);
	hash_part(t->hash, "rel", l->rel);
	return ERR_OK;
}

static enum err doc_text(struct str value, struct sdoc *d)
{
	if (d->text_json)
		return err_set(ERR_FORMAT, "text stands twice");
	enum err e = load(value, value.n, "text", &d->text_json);
	return e == ERR_OK ? req_str(d->text_json, "text", &d->text) : e;
}

/* 64 hex digits; anything else is none, since the parser only spares a fetch by it */
static enum err compare_hash(struct str value, struct sdoc *d)
{
	json_t *v;
	struct str s;
	enum err e = load(value, SDOC_STRING_MAX, "compare_sha256", &v);
	if (e == ERR_OK && (e = opt_str(v, "compare_sha256", &s)) == ERR_OK && s.n == 64 &&
	    strspn(s.p, "0123456789abcdef") == 64)
		memcpy(d->compare_sha256, s.p, 65);
	json_decref(v);
	return e;
}

static enum err doc_member(struct str key, struct str value, struct arena *a, struct sdoc *d)
{
	const struct {
		const char *key;
		struct str *to;
	} strings[] = {{"kind", &d->kind},
		       {"charset", &d->charset},
		       {"title", &d->title},
		       {"published", &d->published},
		       {"source", &d->source},
		       {"doc_number", &d->doc_number},
		       {"index_number", &d->index_number},
		       {"site_id_code", &d->site_id_code},
		       {"unsupported", &d->unsupported},
		       {"page_url", &d->page_url}};
	for (size_t i = 0; i < COUNT_OF(strings); i++)
		if (str_eq_z(key, strings[i].key))
			return slice_str(value, strings[i].key, a, strings[i].to);
	if (str_eq_z(key, "compare_sha256"))
		return compare_hash(value, d);
	if (str_eq_z(key, "text"))
		return doc_text(value, d);
	if (str_eq_z(key, "charset_errors"))
		return slice_int(value, "charset_errors", INT64_MAX, &d->charset_errors);
	if (str_eq_z(key, "dates"))
		return slice_array(value, "dates", &d->dates);
	if (str_eq_z(key, "cut"))
		return slice_array(value, "cut", &d->cut);
	if (str_eq_z(key, "reports"))
		d->reports = value;
	else if (str_eq_z(key, "links"))
		d->links = value;
	return ERR_OK;
}

/* The hash that decides "unchanged": everything the store keeps of the content, in a fixed order. */
static void hash_content(struct sdoc *d, struct sha256 *h)
{
	char errors[24];
	snprintf(errors, sizeof errors, "%lld", (long long)d->charset_errors);
	const struct {
		const char *key;
		struct str value;
	} parts[] = {{"kind", d->kind},
		     {"charset", d->charset},
		     {"charset_errors", str_of(errors)},
		     {"title", d->title},
		     {"published", d->published},
		     {"dates", d->dates},
		     {"source", d->source},
		     {"doc_number", d->doc_number},
		     {"index_number", d->index_number},
		     {"site_id_code", d->site_id_code},
		     {"unsupported", d->unsupported},
		     {"cut", d->cut},
		     {"text", d->text},
		     {"reports", d->reports}};
	for (size_t i = 0; i < COUNT_OF(parts); i++)
		hash_part(h, parts[i].key, parts[i].value);
	sha256_end(h, d->content_sha256);
}

/* Code points of the text beside the page's own name, which a template prints over nothing, too. */
static size_t said(const struct sdoc *d)
{
	size_t n = utf8_count(d->text.p, d->text.n);
	bool named = d->title.n > 0 && str_find(d->text, d->title, 0) >= 0;
	return named ? n - utf8_count(d->title.p, d->title.n) : n;
}

enum err sdoc_decode(struct str json, struct arena *a, struct sdoc *d)
{
	struct slice it;
	struct str key, value;
	struct totals t = {0};
	struct link_totals lt = {0};
	*d = (struct sdoc){.dates = STR("[]"), .cut = STR("[]"), .reports = STR("[]"), .links = STR("[]")};
	enum err e = slice_open(&it, json, '{');
	while (e == ERR_OK && (e = slice_next(&it, &key, &value)) == ERR_OK)
		e = doc_member(key, value, a, d);
	if (e == ERR_NOTFOUND)
		e = ERR_OK;
	if (e == ERR_OK && !d->text_json)
		e = err_set(ERR_FORMAT, "text is missing");
	if (e == ERR_OK)
		e = sdoc_each_report(d, a, total_report, &t);
	if (e != ERR_OK)
		goto done;
	lt.hash = sha256_new();
	if ((e = sdoc_each_link(d, total_link, &lt)) != ERR_OK) {
		sha256_free(lt.hash);
		goto done;
	}
	hash_content(d, lt.hash);
	d->reports_count = t.reports;
	d->counts = arena_calloc(a, t.reports + 1, sizeof *d->counts);
	memcpy(d->counts, t.counts, t.reports * sizeof *d->counts);
	/* what could not be read is not known to be barren: a folder of scans is no trap */
	d->barren = t.reports == 0 && !d->unsupported.p && utf8_count(d->text.p, d->text.n) < SDOC_BARREN_TEXT &&
		    lt.worded < SDOC_BARREN_LINKS;
	d->leads_on = lt.instead > 0;
	d->hollow = d->barren && !d->leads_on && said(d) < SDOC_HOLLOW_TEXT;
	d->blank = d->hollow && lt.links == 0 && str_trim(d->text).n == 0 && !str_eq_z(d->kind, "json") &&
		   !str_eq_z(d->kind, "xml");
done:
	if (e != ERR_OK)
		sdoc_fini(d);
	return e;
}

void sdoc_fini(struct sdoc *d)
{
	json_decref(d->text_json);
	*d = (struct sdoc){0};
}
