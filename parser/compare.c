#include "parser/compare.h"

#include <stdlib.h>

#include "base/hash.h"

/* Length of one of the texts at `i`; 0: none of them. */
static size_t one_of(struct str s, size_t i, const char *const *texts)
{
	struct str rest = str_sub(s, i, s.n);
	for (; *texts; texts++)
		if (str_starts(rest, str_of(*texts)))
			return strlen(*texts);
	return 0;
}

static const char *const spaces[] = {" ", "\t", "　", "\xc2\xa0", NULL};
static const char *const opens[] = {"：", ":", "【", "[", "（", "(", NULL};
static const char *const before[] = {" ", "\t", "　", "\xc2\xa0", "【", "[", "（", "(",
				     "|", "｜", "；", ";",        "，", ",", NULL};
static const char *const behind[] = {" ", "\t", "　", "\xc2\xa0", "】", "]", "）", ")",
				     "|", "｜", "；", ";",        "，", ",", "。", NULL};

static size_t skip_spaces(struct str s, size_t i)
{
	for (size_t n; (n = one_of(s, i, spaces)) > 0;)
		i += n;
	return i;
}

/* A word begins at `at`: nothing before it, or one of `before`. */
static bool begins_word(struct str line, size_t at)
{
	for (const char *const *b = before; at > 0 && *b; b++) {
		size_t n = strlen(*b);
		if (at >= n && memcmp(line.p + at - n, *b, n) == 0)
			return true;
	}
	return at == 0;
}

static size_t digits(struct str s, size_t i)
{
	size_t from = i;
	while (i < s.n && i - from < COMPARE_DIGITS_MAX &&
	       ((s.p[i] >= '0' && s.p[i] <= '9') ||
		(s.p[i] == ',' && i > from && i + 1 < s.n && s.p[i + 1] >= '0' && s.p[i + 1] <= '9')))
		i++;
	return i - from;
}

size_t compare_counter(const struct words *w, struct str line, size_t at, size_t *from, size_t *to)
{
	enum counter_kind kind;
	size_t n = words_counter(w, str_sub(line, at, line.n), &kind); /* first: few places have such a word at all */
	if (n == 0 || !begins_word(line, at))
		return 0;
	size_t i = skip_spaces(line, at + n);
	if (kind == COUNTER_CLOCK) {
		*from = i;
		*to = line.n;
		return at == 0 ? line.n : 0;
	}
	if (kind == COUNTER_COUNT) {
		size_t open = one_of(line, i, opens);
		if (open == 0)
			return 0;
		i = skip_spaces(line, i + open);
		i = skip_spaces(line, i + one_of(line, i, opens)); /* "浏览：【128】" */
	}
	size_t many = digits(line, i);
	if (many == 0)
		return 0;
	*from = i;
	*to = i + many;
	i = skip_spaces(line, *to);
	bool ends = *to == line.n || i == line.n || i > *to || one_of(line, i, behind) > 0 ||
		    words_counter_unit(w, str_sub(line, i, line.n)) > 0;
	return ends ? *to - at : 0;
}

static void hash_line(struct sha256 *h, const struct words *w, struct str line)
{
	size_t done = 0;
	for (size_t i = 0; i < line.n;) {
		size_t from, to, n = 0;
		if (((unsigned char)line.p[i] & 0xc0) != 0x80)
			n = compare_counter(w, line, i, &from, &to);
		if (n == 0) {
			i++;
			continue;
		}
		sha256_add(h, line.p + done, from - done);
		sha256_add(h, "#", 1);
		i += n;
		done = to;
	}
	sha256_add(h, line.p + done, line.n - done);
}

/* Where the first and the last lines end and begin. */
static void edges(struct str text, size_t *head, size_t *tail)
{
	size_t i = 0;
	for (unsigned lines = 0; i < text.n && lines < COMPARE_HEAD_LINES; i++)
		lines += text.p[i] == '\n';
	*head = i;
	i = text.n;
	for (unsigned lines = 0; i > *head; i--)
		if (text.p[i - 1] == '\n' && ++lines >= COMPARE_TAIL_LINES)
			break;
	*tail = i;
}

static void hash_lines(struct sha256 *h, const struct words *w, struct str part)
{
	while (part.n > 0) {
		const char *nl = memchr(part.p, '\n', part.n);
		size_t n = nl ? (size_t)(nl - part.p) : part.n;
		hash_line(h, w, str_sub(part, 0, n));
		if (nl)
			sha256_add(h, "\n", 1);
		part = str_sub(part, nl ? n + 1 : n, part.n);
	}
}

void compare_hash(const struct words *w, const struct document *d, char out[65])
{
	out[0] = '\0';
	if (d->unsupported || d->text_cps < COMPARE_TEXT_MIN)
		return;
	const struct str parts[] = {str_of(doc_kind_name(d->kind)),
				    d->title,
				    str_of(d->published),
				    d->source,
				    d->doc_number,
				    d->index_number,
				    d->site_id_code};
	struct sha256 *h = sha256_new();
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		const uint64_t n = parts[i].n;
		sha256_add(h, &n, sizeof n);
		if (n > 0)
			sha256_add(h, parts[i].p, parts[i].n);
	}
	size_t head, tail;
	edges(d->text, &head, &tail);
	hash_lines(h, w, str_sub(d->text, 0, head));
	sha256_add(h, d->text.p + head, tail - head);
	hash_lines(h, w, str_sub(d->text, tail, d->text.n));
	sha256_end(h, out);
}
