#include "parser/json_list.h"

#include <ctype.h>
#include <stdlib.h>

#include "parser/links.h"
#include "parser/list_page.h"

/* One object: the address and title seen so far. */
struct level {
	struct buf url, title;
	bool object;
};

struct json_list {
	struct page *p;
	struct buf string, key;
	struct level levels[JSON_LIST_DEPTH];
	size_t depth;
	bool in_string, escaped, string_done;
	char quote;
	char number[12]; /* digits of the value in work */
	size_t number_n;
	unsigned hex_left;
	uint32_t hex, high;
};

enum err json_list_new(struct page *p, struct json_list **out)
{
	struct json_list *j = calloc(1, sizeof *j);
	if (!j)
		return err_set(ERR_NOMEM, "no memory for a list");
	j->p = p;
	buf_init(&j->string, JSON_LIST_STRING_MAX);
	buf_init(&j->key, 128);
	for (size_t i = 0; i < JSON_LIST_DEPTH; i++) {
		buf_init(&j->levels[i].url, PAGE_LINK_HREF_MAX);
		buf_init(&j->levels[i].title, 2048);
	}
	*out = j;
	return ERR_OK;
}

void json_list_free(struct json_list *j)
{
	if (!j)
		return;
	buf_fini(&j->string);
	buf_fini(&j->key);
	for (size_t i = 0; i < JSON_LIST_DEPTH; i++) {
		buf_fini(&j->levels[i].url);
		buf_fini(&j->levels[i].title);
	}
	free(j);
}

static bool one_of(struct str key, const char *const *names)
{
	for (size_t i = 0; names[i]; i++)
		if (str_ieq_z(key, names[i]))
			return true;
	return false;
}

static bool is_url_key(struct str key)
{
	static const char *const names[] = {
		"url",         "link",       "href",       "post_url", "posturl", "pageurl",  "page_url",
		"docpuburl",   "puburl",     "linkurl",    "link_url", "fileurl", "file_url", "filepath",
		"downloadurl", "articleurl", "contenturl", "htmlurl",  "surl",    "urls",     NULL};
	static const char *const pictures[] = {"img",  "image", "pic",   "thumb",  "icon",
					       "logo", "cover", "photo", "avatar", NULL};
	bool address = key.n > 3 && strncasecmp(key.p + key.n - 3, "url", 3) == 0;
	for (size_t i = 0; address && pictures[i]; i++)
		for (size_t at = 0; at + strlen(pictures[i]) <= key.n; at++)
			address &= strncasecmp(key.p + at, pictures[i], strlen(pictures[i])) != 0;
	return address || one_of(key, names);
}

static bool is_title_key(struct str key)
{
	static const char *const names[] = {"title",        "name",      "doctitle", "subject",
					    "articletitle", "linktitle", "filename", NULL};
	return (key.n > 5 && strncasecmp(key.p + key.n - 5, "title", 5) == 0) || one_of(key, names);
}

static struct level *top(struct json_list *j)
{
	return j->depth > 0 && j->depth <= JSON_LIST_DEPTH ? &j->levels[j->depth - 1] : NULL;
}

static void give(struct json_list *j, struct level *l)
{
	if (l->url.n > 0)
		links_add(j->p, str_trim(buf_str(&l->url)), "a", str_trim(buf_str(&l->title)), STR(""));
	buf_clear(&l->url);
	buf_clear(&l->title);
}

static bool looks_like_url(struct str s)
{
	return s.n > 0 && s.n <= PAGE_LINK_HREF_MAX && !memchr(s.p, ' ', s.n) && !memchr(s.p, '<', s.n) &&
	       (memchr(s.p, '/', s.n) || memchr(s.p, '.', s.n));
}

static void value_end(struct json_list *j)
{
	struct str s = str_trim(buf_str(&j->string)), key = buf_str(&j->key);
	struct level *l = top(j);
	if (l && is_url_key(key) && looks_like_url(s)) {
		if (l->url.n > 0)
			give(j, l);
		(void)buf_add_str(&l->url, s);
	} else if (l && is_title_key(key) && l->title.n == 0) {
		(void)buf_add_str(&l->title, s);
	} else if (key.n > 0 && s.n > 0 && s.n < sizeof j->number) {
		list_page_number(j->p, key, s);
	} else if (str_find(s, STR("<a"), 0) >= 0 && str_find(s, STR("href"), 0) >= 0) {
		links_fragment(j->p, s);
	}
	buf_clear(&j->string);
	j->string_done = false;
}

static void punctuation(struct json_list *j, char ch)
{
	if (j->string_done && ch == ':') {
		buf_clear(&j->key);
		(void)buf_add_str(&j->key, str_sub(buf_str(&j->string), 0, 100));
		buf_clear(&j->string);
		j->string_done = false;
		return;
	}
	if (j->string_done)
		value_end(j);
	else if (j->number_n > 0)
		list_page_number(j->p, buf_str(&j->key), (struct str){j->number, j->number_n});
	j->number_n = 0;
	if (ch == '{' || ch == '[') {
		j->depth++;
		if (top(j)) {
			buf_clear(&top(j)->url);
			buf_clear(&top(j)->title);
		}
		if (ch == '{')
			buf_clear(&j->key);
	} else if (ch == '}' || ch == ']') {
		if (top(j))
			give(j, top(j));
		j->depth -= j->depth > 0;
		buf_clear(&j->key);
	}
}

static void put_cp(struct json_list *j, uint32_t cp)
{
	char out[4];
	if (cp >= 0xd800 && cp < 0xdc00) {
		j->high = cp;
		return;
	}
	if (cp >= 0xdc00 && cp < 0xe000 && j->high)
		cp = 0x10000 + ((j->high - 0xd800) << 10) + (cp - 0xdc00);
	j->high = 0;
	if (cp >= 0x20)
		(void)buf_add(&j->string, out, utf8_put(cp, out));
	else
		(void)buf_add_char(&j->string, ' ');
}

static void string_byte(struct json_list *j, char ch)
{
	if (j->hex_left > 0) {
		int d = isdigit((unsigned char)ch)    ? ch - '0'
			: isxdigit((unsigned char)ch) ? tolower((unsigned char)ch) - 'a' + 10
						      : 0;
		j->hex = j->hex * 16 + (uint32_t)d;
		if (--j->hex_left == 0)
			put_cp(j, j->hex);
	} else if (j->escaped) {
		j->escaped = false;
		if (ch == 'u') {
			j->hex_left = 4;
			j->hex = 0;
		} else {
			(void)buf_add_char(&j->string, strchr("nrtbf", ch) && ch ? ' ' : ch);
		}
	} else if (ch == '\\') {
		j->escaped = true;
	} else if (ch == j->quote) {
		j->in_string = false;
		j->string_done = true;
	} else {
		(void)buf_add_char(&j->string, ch);
	}
}

bool json_list_feed(void *ud, const char *p, size_t n)
{
	struct json_list *j = ud;
	for (size_t i = 0; i < n; i++) {
		char ch = p[i];
		if (j->in_string) {
			string_byte(j, ch);
		} else if (ch == '"' || ch == '\'') {
			if (j->string_done)
				value_end(j);
			j->quote = ch;
			j->in_string = true;
			j->escaped = false;
			j->hex_left = 0;
			buf_clear(&j->string);
		} else if (strchr("{}[]:,", ch) && ch) {
			punctuation(j, ch);
		} else if (ch >= '0' && ch <= '9' && j->number_n < sizeof j->number) {
			j->number[j->number_n++] = ch;
		}
	}
	return j->p->links_count < PAGE_LINKS_MAX;
}
