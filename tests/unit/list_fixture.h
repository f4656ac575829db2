/*
 * list_fixture - pages of list systems as cases: what a list page, its last page, an empty one and an article must yield.
 * A case says all addresses of further pages and all items; the page must have these and no others of either.
 */
#ifndef TESTS_UNIT_LIST_FIXTURE_H
#define TESTS_UNIT_LIST_FIXTURE_H

#include "parse_fixture.h"

#define LIST_CASE_LINKS 16

enum shown { LIST, LAST, EMPTY, ARTICLE, SHOWN };

struct list_case {
	const char *system;
	enum shown shown;
	const char *url, *body;
	const char *further[LIST_CASE_LINKS]; /* of rel list, next, sitemap */
	const char *items[LIST_CASE_LINKS];   /* of any other rel */
	const char *title, *published;        /* of an article */
	const char *ask;                      /* how all further pages are asked for; NULL: with GET */
};

/* Paths of a case are those of the host of its page. */
__attribute__((unused)) static const char *case_address(const struct list_case *c, const char *path, char out[2048])
{
	if (path[0] != '/')
		return path;
	const char *end = strchr(strstr(c->url, "://") + 3, '/');
	snprintf(out, 2048, "%.*s%s", (int)(end - c->url), c->url, path);
	return out;
}

__attribute__((unused)) static bool is_further(const char *rel)
{
	return strcmp(rel, "list") == 0 || strcmp(rel, "next") == 0 || strcmp(rel, "sitemap") == 0;
}

__attribute__((unused)) static void case_holds(const struct list_case *c, json_t *d, const char *const *want,
					       bool further, const char *all)
{
	size_t i, n = 0, have = 0;
	json_t *l;
	char address[2048];
	for (; n < LIST_CASE_LINKS && want[n]; n++) {
		json_t *found = link_of(d, case_address(c, want[n], address));
		ck_assert_msg(found != NULL, "%s %d %s: no %s in %s\n%s", c->system, (int)c->shown, c->url, want[n],
			      all, c->body);
		ck_assert_msg(is_further(get(found, "rel")) == further, "%s %d %s: %s is %s\n%s", c->system,
			      (int)c->shown, c->url, want[n], get(found, "rel"), c->body);
		const char *ask = json_string_value(json_object_get(found, "ask")), *due = further ? c->ask : NULL;
		ck_assert_msg(strcmp(ask ? ask : "", due ? due : "") == 0, "%s %s: %s is asked for by %s", c->system,
			      c->url, want[n], ask ? ask : "GET");
	}
	json_array_foreach(json_object_get(d, "links"), i, l) have += is_further(get(l, "rel")) == further;
	ck_assert_msg(have == n, "%s %d %s: %zu %s, not %zu, in %s\n%s", c->system, (int)c->shown, c->url, have,
		      further ? "further pages" : "items", n, all, c->body);
}

__attribute__((unused)) static void case_check(const struct list_case *c)
{
	bool html = c->body[0] == '<';
	struct parse_input in = {.body = str_of(c->body),
				 .url = str_of(c->url),
				 .final_url = str_of(c->url),
				 .content_type = html ? STR("text/html") : STR("application/json")};
	json_t *d = fixture_input(&in);
	char *all = json_dumps(json_object_get(d, "links"), 0);
	case_holds(c, d, c->further, true, all);
	case_holds(c, d, c->items, false, all);
	if (c->title)
		ck_assert_msg(strcmp(get(d, "title"), c->title) == 0, "%s: %s", c->url, get(d, "title"));
	if (c->published)
		ck_assert_msg(strcmp(get(d, "published"), c->published) == 0, "%s: %s", c->url, get(d, "published"));
	free(all);
	json_decref(d);
}

/* Every system of the cases shows all four kinds of page, and its articles a title and a date. */
__attribute__((unused)) static void cases_are_whole(const struct list_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned seen = 0;
		for (size_t k = 0; k < n; k++)
			if (strcmp(cases[i].system, cases[k].system) == 0)
				seen |= 1u << cases[k].shown;
		ck_assert_msg(seen == (1u << SHOWN) - 1, "%s shows only %x", cases[i].system, seen);
		ck_assert(cases[i].shown != ARTICLE || (cases[i].title && cases[i].published));
	}
}

#endif
