/*
 * gongkai diff - what changed between two versions of a page: its text by lines, its figures, its metadata and the
 * checks that fail. On a terminal all of it; as csv or jsonl the figures that changed, one a row.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemons/args.h"
#include "daemons/diff_text.h"
#include "daemons/verb.h"
#include "sink/changes.h"
#include "sink/past.h"

#define KEY_MAX 1024

static const struct verb_flag flags[] = {
	{NULL, NULL, NULL},
};

/* one side of the comparison */
struct side {
	int64_t version, first_seen, last_seen;
	json_t *doc;
};

struct comparison {
	struct changes *changes;
	struct changes_page page;
	struct side before, after;
	const struct verb_env *env;
	struct out *out;
	unsigned rows; /* of the section at hand */
};

static const char *text_of(const json_t *o, const char *key)
{
	const char *z = json_string_value(json_object_get(o, key));
	return z ? z : "";
}

/* ---- figures */

static const struct out_column figure_columns[] = {
	{"report", false, true}, {"id", false, false},    {"scope", false, false}, {"applicant", false, false},
	{"unit", false, false},  {"before", false, true}, {"after", false, true},
};

/* Calls `row` for every figure with a key that names it within the page: report, id, scope, applicant, qualifier and, of several, which. */
typedef bool figure_fn(struct comparison *c, const char *key, json_t *report, json_t *metric, json_t *map);

static bool each_figure(struct comparison *c, const json_t *doc, json_t *map, figure_fn *row)
{
	json_t *counts = json_object(), *report, *metric;
	size_t i, k;
	bool more = counts != NULL;
	json_array_foreach(json_object_get(doc, "reports"), i, report)
	{
		json_array_foreach(json_object_get(report, "metrics"), k, metric)
		{
			char key[KEY_MAX];
			int n = snprintf(key, sizeof key - 24, "%lld\x1f%.300s\x1f%.300s\x1f%.100s\x1f%.100s",
					 (long long)json_integer_value(json_object_get(report, "id")),
					 text_of(metric, "id"), text_of(metric, "scope"), text_of(metric, "applicant"),
					 text_of(metric, "qualifier"));
			n = n > 0 ? (int)utf8_cut(key, strlen(key)) : 0;
			key[n] = '\0';
			int64_t nth = json_integer_value(json_object_get(counts, key));
			json_object_set_new(counts, key, json_integer(nth + 1));
			snprintf(key + n, sizeof key - (size_t)n, "\x1f%lld", (long long)nth);
			more = more && row(c, key, report, metric, map);
		}
	}
	json_decref(counts);
	return more;
}

static bool note_figure(struct comparison *c, const char *key, json_t *report, json_t *metric, json_t *map)
{
	(void)c;
	json_t *pair = json_array();
	return json_array_append(pair, report) == 0 && json_array_append(pair, metric) == 0 &&
	       json_object_set_new(map, key, pair) == 0;
}

static void put_value(struct out *o, const json_t *metric)
{
	if (metric)
		out_num(o, json_number_value(json_object_get(metric, "value")));
	else
		out_json(o, STR_NULL);
}

/* A row for what stood on either side (NULL: not there). */
static bool put_figure(struct comparison *c, const json_t *report, const json_t *before, const json_t *after)
{
	const json_t *known = after ? after : before;
	if (!out_row(c->out))
		return false;
	c->rows++;
	out_int(c->out, json_integer_value(json_object_get(report, "id")));
	out_str(c->out, text_of(known, "id"));
	out_str(c->out, text_of(known, "scope"));
	out_str(c->out, text_of(known, "applicant"));
	out_str(c->out, text_of(known, "unit"));
	put_value(c->out, before);
	put_value(c->out, after);
	return true;
}

static bool same_figure(const json_t *a, const json_t *b)
{
	return json_equal(json_object_get(a, "value"), json_object_get(b, "value")) &&
	       json_equal(json_object_get(a, "approx"), json_object_get(b, "approx")) &&
	       strcmp(text_of(a, "unit"), text_of(b, "unit")) == 0;
}

static bool compare_figure(struct comparison *c, const char *key, json_t *report, json_t *metric, json_t *map)
{
	json_t *pair = json_incref(json_object_get(map, key));
	json_t *before = json_array_get(pair, 1);
	json_object_del(map, key);
	bool more = (before && same_figure(before, metric)) || put_figure(c, report, before, metric);
	json_decref(pair);
	return more;
}

/* Figures of the page as it is now in their order, then those that it has no more. */
static enum err compare_figures(struct comparison *c)
{
	json_t *map = json_object(), *pair;
	const char *key;
	if (!map)
		return err_set(ERR_NOMEM, "out of memory");
	bool more =
		each_figure(c, c->before.doc, map, note_figure) && each_figure(c, c->after.doc, map, compare_figure);
	json_object_foreach(map, key, pair) more =
		more && put_figure(c, json_array_get(pair, 0), json_array_get(pair, 1), NULL);
	json_decref(map);
	return ERR_OK;
}

/* ---- for people */

static void heading(struct comparison *c, const char *text)
{
	if (c->rows++ == 0)
		printf("\n%s%s%s\n", c->env->color ? "\x1b[1m" : "", text, c->env->color ? "\x1b[0m" : "");
}

/* A value of a page in one line without control characters; null is said. */
static void put_clean(const json_t *v)
{
	const char *z = json_string_value(v);
	size_t n = json_string_length(v);
	if (json_is_integer(v))
		printf("%lld", (long long)json_integer_value(v));
	else if (!z || n == 0)
		printf("(none)");
	for (size_t i = 0; z && i < n;) {
		char bytes[4];
		uint32_t ch = utf8_next(z, n, &i);
		fwrite(bytes, 1, utf8_put(ch < 0x20 || (ch >= 0x7f && ch < 0xa0) ? ' ' : ch, bytes), stdout);
	}
}

static void compare_members(struct comparison *c, const char *what, const json_t *a, const json_t *b,
			    const char *const *keys)
{
	for (; *keys; keys++) {
		const json_t *x = json_object_get(a, *keys), *y = json_object_get(b, *keys);
		if (json_equal(x, y) || ((!x || json_is_null(x)) && (!y || json_is_null(y))))
			continue;
		heading(c, "Metadata");
		printf("%s%-13s ", what, *keys);
		put_clean(x);
		printf("  ->  ");
		put_clean(y);
		putchar('\n');
	}
}

static const json_t *report_of(const json_t *doc, const json_t *like)
{
	json_t *report;
	size_t i;
	json_array_foreach(
		json_object_get(doc, "reports"), i,
		report) if (json_equal(json_object_get(report, "id"), json_object_get(like, "id"))) return report;
	return NULL;
}

static void compare_metadata(struct comparison *c)
{
	static const char *const of_page[] = {"title",        "published",    "source", "doc_number",
					      "index_number", "site_id_code", "kind",   NULL};
	static const char *const of_report[] = {"title",  "region",       "region_code", "body",      "level", "year",
						"format", "period_start", "period_end",  "published", NULL};
	json_t *report;
	size_t i;
	c->rows = 0;
	compare_members(c, "", c->before.doc, c->after.doc, of_page);
	json_array_foreach(json_object_get(c->before.doc, "reports"), i, report)
	{
		char what[40];
		const json_t *now = report_of(c->after.doc, report);
		snprintf(what, sizeof what, "report %lld ",
			 (long long)json_integer_value(json_object_get(report, "id")));
		if (now)
			compare_members(c, what, report, now, of_report);
		if (!now) {
			heading(c, "Metadata");
			printf("%sis no more in the page: ", what);
			put_clean(json_object_get(report, "title"));
			putchar('\n');
		}
	}
	json_array_foreach(json_object_get(c->after.doc, "reports"), i, report)
	{
		if (report_of(c->before.doc, report))
			continue;
		heading(c, "Metadata");
		printf("report %lld is new in the page: ",
		       (long long)json_integer_value(json_object_get(report, "id")));
		put_clean(json_object_get(report, "title"));
		putchar('\n');
	}
}

static bool fails_in(const json_t *doc, const json_t *report, const json_t *check)
{
	json_t *other;
	size_t i;
	json_array_foreach(json_object_get(report_of(doc, report), "checks"), i,
			   other) if (json_integer_value(json_object_get(other, "holds")) == 0 &&
				      json_equal(json_object_get(other, "kind"), json_object_get(check, "kind")) &&
				      json_equal(json_object_get(other, "statement"),
						 json_object_get(check, "statement"))) return true;
	return false;
}

/* Checks that fail on one side and not on the other. */
static void compare_checks(struct comparison *c, const json_t *doc, const json_t *other, const char *sign)
{
	json_t *report, *check;
	size_t i, k;
	json_array_foreach(json_object_get(doc, "reports"), i, report)
		json_array_foreach(json_object_get(report, "checks"), k, check)
	{
		if (json_integer_value(json_object_get(check, "holds")) != 0 || fails_in(other, report, check))
			continue;
		heading(c, "Checks that fail (- before only, + now)");
		printf("%s ", sign);
		put_clean(json_object_get(check, "statement"));
		printf("  [%s]  ", text_of(check, "kind"));
		put_clean(json_object_get(check, "detail"));
		putchar('\n');
	}
}

static void head_of(const struct comparison *c, const struct side *s, char *out, size_t n)
{
	char first[32], last[32];
	snprintf(out, n, "%s\tversion %lld, %s to %s", c->page.url, (long long)s->version,
		 clock_iso(s->first_seen, first), clock_iso(s->last_seen, last));
}

static enum err print_people(struct comparison *c)
{
	char head[2][URL_MAX + 160];
	const json_t *a = json_object_get(c->before.doc, "text"), *b = json_object_get(c->after.doc, "text");
	head_of(c, &c->before, head[0], sizeof head[0]);
	head_of(c, &c->after, head[1], sizeof head[1]);
	if (!json_is_string(a) || !json_is_string(b))
		fprintf(stderr, "the text of version %lld was not kept (--keep-text reports)\n",
			(long long)(json_is_string(a) ? c->after.version : c->before.version));
	enum err e =
		diff_text((struct str){json_string_value(a), json_string_length(a)},
			  (struct str){json_string_value(b), json_string_length(b)}, head[0], head[1], c->env->color);
	if (e != ERR_OK)
		return e;
	c->rows = 0;
	heading(c, "Figures that changed");
	fflush(stdout);
	c->out = out_new(OUT_TABLE, c->env->color, c->env->limit, figure_columns,
			 sizeof figure_columns / sizeof figure_columns[0]);
	c->rows = 0;
	e = compare_figures(c);
	enum err written = out_end(c->out);
	if (e != ERR_OK || (e = written) != ERR_OK)
		return e;
	if (c->rows == 0)
		printf("none\n");
	compare_metadata(c);
	c->rows = 0;
	compare_checks(c, c->before.doc, c->after.doc, "-");
	compare_checks(c, c->after.doc, c->before.doc, "+");
	return ERR_OK;
}

static enum err print_rows(struct comparison *c)
{
	c->out = out_new(c->env->format, false, c->env->limit, figure_columns,
			 sizeof figure_columns / sizeof figure_columns[0]);
	enum err e = compare_figures(c);
	enum err written = out_end(c->out);
	return e == ERR_OK ? written : e;
}

/* ---- which versions */

static enum err load(struct comparison *c, struct side *s)
{
	struct buf json;
	buf_init(&json, PAST_BYTES_MAX + 1);
	enum err e = changes_version(c->changes, c->page.id, s->version, &s->first_seen, &s->last_seen);
	if (e == ERR_NOTFOUND)
		e = err_set(ERR_INPUT, "the page has no version %lld: it has 1 to %lld", (long long)s->version,
			    (long long)c->page.version);
	else if (e == ERR_OK && (e = changes_content(c->changes, c->page.id, s->version, &json)) == ERR_NOTFOUND)
		e = err_set(ERR_INPUT,
			    "what version %lld said is not kept: the store keeps it of pages with a report, for the "
			    "newest %d versions; its bytes are in the archive",
			    (long long)s->version, PAST_VERSIONS_MAX);
	if (e == ERR_OK)
		s->doc = json_loadb(json.p, json.n, JSON_ALLOW_NUL, NULL);
	if (e == ERR_OK && !s->doc)
		e = err_set(ERR_FOREIGN, "version %lld in store.db is damaged", (long long)s->version);
	buf_fini(&json);
	return e;
}

static enum err find_page(struct comparison *c, const char *word)
{
	char *end;
	long long id = strtoll(word, &end, 10);
	struct buf url;
	if (*word && !*end) {
		enum err e = id > 0 ? changes_page_by_report(c->changes, id, &c->page) : ERR_NOTFOUND;
		return e == ERR_NOTFOUND ? err_set(ERR_INPUT, "there is no report %s: gongkai reports lists them", word)
					 : e;
	}
	buf_init(&url, URL_MAX + 1);
	enum err e = args_url(word, &url);
	if (e == ERR_OK && (e = changes_page_by_url(c->changes, url.p, &c->page)) == ERR_NOTFOUND)
		e = err_set(ERR_INPUT, "the store has no document of %s: gongkai why URL tells what became of it",
			    url.p);
	buf_fini(&url);
	return e;
}

static enum err version_of(const char *word, int64_t *out)
{
	char *end;
	*out = strtoll(word, &end, 10);
	return *word && !*end && *out > 0
		       ? ERR_OK
		       : err_set(ERR_USAGE, "'%s' is no version: they are numbered from 1; gongkai show lists them",
				 word);
}

static enum err compare(struct comparison *c)
{
	const struct verb_env *env = c->env;
	enum err e = find_page(c, env->argv[0]);
	c->after.version = c->page.version;
	c->before.version = c->page.version - 1;
	if (e == ERR_OK && env->argc > 1)
		e = version_of(env->argv[1], &c->before.version);
	if (e == ERR_OK && env->argc > 2)
		e = version_of(env->argv[2], &c->after.version);
	if (e == ERR_OK && c->before.version == 0) {
		fprintf(stderr, "there is one version of %s: it has not changed\n", c->page.url);
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = load(c, &c->before);
	if (e == ERR_OK)
		e = load(c, &c->after);
	if (e == ERR_OK)
		e = env->format == OUT_TABLE ? print_people(c) : print_rows(c);
	json_decref(c->before.doc);
	json_decref(c->after.doc);
	return e;
}

static enum err run(struct verb_env *env)
{
	struct comparison c = {.env = env};
	if (env->argc < 1 || env->argc > 3)
		return err_set(ERR_USAGE,
			       "give the id of a report or a URL, and at most two versions: gongkai diff ID 1 2");
	enum err e = changes_open(env->data_dir, &c.changes);
	if (e == ERR_NOTFOUND)
		return err_set(ERR_INPUT, "nothing is stored in '%s' yet: run 'gongkai run URL' or give another --data",
			       env->data_dir);
	if (e == ERR_OK)
		e = compare(&c);
	changes_close(c.changes);
	return e;
}

const struct verb verb_diff = {.name = "diff",
			       .operands = "ID|URL [VERSION [VERSION]]",
			       .help = "show what changed between two versions of a page: text and figures",
			       .flags = flags,
			       .run = run};
