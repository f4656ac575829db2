#include "parse_fixture.h"

#include "parser/html.h"

/* Events written as text: <name attr=value>, </name>, text as it is, {script body}. */
static struct buf seen;

static void on_start(void *ud, const char *name, const char *const *atts)
{
	(void)ud;
	(void)buf_printf(&seen, "<%s", name);
	for (; atts && atts[0]; atts += 2)
		(void)buf_printf(&seen, " %s=%s", atts[0], atts[1] ? atts[1] : "");
	(void)buf_add_char(&seen, '>');
}

static void on_end(void *ud, const char *name)
{
	(void)ud;
	(void)buf_printf(&seen, "</%s>", name);
}

static void on_text(void *ud, const char *p, size_t n)
{
	(void)ud;
	(void)buf_add(&seen, p, n);
}

static void on_script(void *ud, struct str head, struct str body)
{
	(void)ud;
	(void)head;
	(void)buf_printf(&seen, "{%.*s}", STR_FMT(body));
}

static const char *walk(const char *html, size_t step)
{
	static char out[4096];
	struct html_events e = {on_start, on_end, on_text, on_script, NULL};
	struct html *h;
	buf_init(&seen, sizeof out - 1);
	ck_assert_int_eq(html_new(&e, &h), ERR_OK);
	for (size_t i = 0, n = strlen(html); i < n; i += step)
		html_feed(h, html + i, n - i < step ? n - i : step);
	html_end(h);
	html_free(h);
	snprintf(out, sizeof out, "%s", seen.p ? seen.p : "");
	buf_fini(&seen);
	return out;
}

static const struct {
	const char *html, *events;
} cases[] = {
	{"<p>a<p>b", "<p>a</p><p>b</p>"},
	{"<!-->a", "a"},
	{"<!--->a", "a"},
	{"<!-- x --!>a", "a"},
	{"<!-- -- > -->a", "a"},
	{"<!--a", ""},
	{"<script><!-- <script> </script> --></script>a", "{<!-- <script> </script> -->}a"},
	{"<script>if(a<b&&'</p>')x</script>a", "{if(a<b&&'</p>')x}a"},
	{"<script>document.write('</scr'+'ipt>')</script>a", "{document.write('</scr'+'ipt>')}a"},
	{"<style>p{}</style>a", "a"},
	{"<textarea><p>x</textarea>a", "a"},
	{"<title>a <b>c</b></title>", "<title>a <b>c</b></title>"},
	{"增长<5万，<中文>正文", "增长<5万，<中文>正文"},
	{"<div>a</body></html>b</div><p>c", "<div>ab</div><p>c</p>"},
	{"<html><body><html><p>a</html>b", "<p>ab</p>"},
	{"<table><tr><td>1<td>2<tr><td>3</table>", "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"},
	{"a</div></p></td>b", "ab"},
	{"<a href=\"x>y\">z</a>", "<a href=x>y>z</a>"},
	{"<a href='/a?b=1&amp;c=2' title=it's>z</a>", "<a href=/a?b=1&c=2 title=it's>z</a>"},
	{"<o:p>a</o:p><span class=x>b</span>", "ab"},
	{"<![if !IE]>a<![endif]>b<?php x ?>c", "abc"},
	{"a</>b", "ab"},
	{"<UCAPCONTENT><P>a</UCAPCONTENT>b", "<ucapcontent><p>a</p></ucapcontent>b"},
	{"&lt;p&gt;&#20013;", "<p>中"},
	{"a<", "a<"},
	{"<iframe src=x><p>no</iframe>b", "<iframe src=x></iframe>b"},
};

START_TEST(traps)
{
	for (size_t step = 1; step < 70; step += 33)
		ck_assert_str_eq(walk(cases[_i].html, step), cases[_i].events);
}
END_TEST

static size_t depth, deepest, texts;

static void deep_start(void *ud, const char *name, const char *const *atts)
{
	(void)ud;
	(void)name;
	(void)atts;
	if (++depth > deepest)
		deepest = depth;
}

static void deep_end(void *ud, const char *name)
{
	(void)ud;
	(void)name;
	depth--;
}

static void deep_text(void *ud, const char *p, size_t n)
{
	(void)ud;
	(void)p;
	texts += n;
}

START_TEST(nesting_is_bounded_and_text_stays)
{
	struct html_events e = {deep_start, deep_end, deep_text, NULL, NULL};
	struct html *h;
	static const char *const units[] = {"<div>", "<table><tr><td><font>", "<ul><li>", "<b><i><x1>"};
	for (size_t k = 0; k < 4; k++) {
		depth = deepest = texts = 0;
		ck_assert_int_eq(html_new(&e, &h), ERR_OK);
		for (int i = 0; i < 100000; i++)
			html_feed(h, units[k], strlen(units[k]));
		html_feed(h, "abc", 3);
		html_end(h);
		html_free(h);
		ck_assert_uint_eq(depth, 0);
		ck_assert_uint_ge(deepest, 100);
		ck_assert_uint_le(deepest, 2 * HTML_DEPTH_MAX);
		ck_assert_uint_eq(texts, 3);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("html");
	TCase *t = tcase_create("html");
	tcase_add_loop_test(t, traps, 0, (int)(sizeof cases / sizeof *cases));
	tcase_add_test(t, nesting_is_bounded_and_text_stays);
	suite_add_tcase(s, t);
	return suite_run(s);
}
