/*
 * parse_fixture - one page through parse_page(), as JSON, for the parser's unit tests.
 */
#ifndef TESTS_UNIT_PARSE_FIXTURE_H
#define TESTS_UNIT_PARSE_FIXTURE_H

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "parser/parse.h"
#include "suite.h"

#define FIXTURE_URL "http://www.example.gov.cn/zwgk/201503/t20150310_1.htm"

static struct parse *fixture_parse;

__attribute__((unused)) static void fixture_setup(void)
{
	ck_assert_int_eq(parse_new(&fixture_parse), ERR_OK);
}

__attribute__((unused)) static void fixture_teardown(void)
{
	parse_free(fixture_parse);
	fixture_parse = NULL;
}

/* Caller decrefs. */
__attribute__((unused)) static json_t *fixture_input(const struct parse_input *in)
{
	struct buf out;
	buf_init(&out, 9u << 20);
	ck_assert_int_eq(parse_page(fixture_parse, in, &out), ERR_OK);
	json_error_t e;
	json_t *d = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, &e);
	ck_assert_msg(d != NULL, "%s at %d", e.text, e.position);
	buf_fini(&out);
	return d;
}

__attribute__((unused)) static json_t *fixture_bytes(const char *p, size_t n, const char *type)
{
	struct parse_input in = {
		.body = {p, n}, .url = STR(FIXTURE_URL), .final_url = STR(FIXTURE_URL), .content_type = str_of(type)};
	return fixture_input(&in);
}

__attribute__((unused)) static json_t *fixture_page(const char *html)
{
	return fixture_bytes(html, strlen(html), "text/html");
}

__attribute__((unused)) static const char *get(json_t *d, const char *key)
{
	const char *v = json_string_value(json_object_get(d, key));
	return v ? v : "(null)";
}

/* The link of an address, or NULL. Borrowed. */
__attribute__((unused)) static json_t *link_of(json_t *d, const char *url)
{
	size_t i;
	json_t *l;
	json_array_foreach(json_object_get(d, "links"), i, l) if (strcmp(get(l, "url"), url) == 0) return l;
	return NULL;
}

/* A paragraph of n sentences, composed so that it counts as running text. */
__attribute__((unused)) static const char *prose(int n)
{
	static char text[16384];
	text[0] = '\0';
	size_t at = 0;
	for (int i = 0; i < n && at + 200 < sizeof text; i++)
		at += (size_t)snprintf(text + at, sizeof text - at,
				       "第%d季度各单位按时公布了办理结果，群众可以随时查询，意见已经汇总。", i + 1);
	return text;
}

#endif
