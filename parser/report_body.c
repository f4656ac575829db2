#include "parser/report_body.h"

#include "parser/report_organ.h"
#include "parser/report_region.h"

#define PLACE_MIN 3 /* characters of a place that a template may have doubled */
#define PLACE_MAX 8 /* of the name of a place above the body's own */
#define NAME_MIN 3  /* of a body without its place */

/* 天水市秦州区天水市秦州区发展和改革委员会: how many characters at the begin stand there twice. */
static size_t doubled(const struct fold *b)
{
	for (size_t n = b->n / 2; n >= PLACE_MIN; n--)
		if (memcmp(b->ch, b->ch + n, n * sizeof *b->ch) == 0)
			return n;
	return 0;
}

/* First place of the characters [p, p + n) in the report; SIZE_MAX: none. */
static size_t find(const struct fold *f, const struct segment *s, const fchar *p, size_t n)
{
	for (unsigned k = 0; k < s->parts_count; k++)
		for (size_t i = s->parts[k].from; i + n <= s->parts[k].to; i++)
			if (f->ch[i] == p[0] && fold_is(f, i, p, n))
				return i;
	return SIZE_MAX;
}

static bool contains(const struct fold *b, const struct fold *part)
{
	for (size_t i = 0; i + part->n <= b->n; i++)
		if (memcmp(b->ch + i, part->ch, part->n * sizeof *b->ch) == 0)
			return true;
	return part->n == 0;
}

/* Where the name of the place above begins that stands right before [at, ...): 天水市|秦州区科学技术局; `at` for none. */
static size_t place_above(const struct lexicon *l, const struct fold *f, size_t at)
{
	for (size_t n = PLACE_MIN; n <= PLACE_MAX && n <= at; n++)
		if (report_region_only(l, f->ch, at - n, at))
			return at - n;
	return at;
}

/* 海南省地震局办公室, 两城镇人民政府党政办公室: the end of the bureau or town whose desk it is; a government's office is one itself. */
static size_t without_desk(const struct lexicon *l, const struct fold *b)
{
	uint16_t desk = lexicon_need_group(l, "contact_desk");
	for (size_t e = b->n - 1; e > NAME_MIN; e--) {
		if (lexicon_word_at(l, desk, b->ch, e, b->n) != b->n - e)
			continue;
		if (organ_is_town(l, b->ch, 0, e) || organ_is_bureau(l, b->ch, 0, e))
			return e;
	}
	return b->n;
}

struct str report_body_whole(const struct lexicon *l, struct document *d, const struct fold *f, const struct segment *s,
			     struct str region, struct str body)
{
	struct fold b, place, whole;
	if (body.n == 0)
		return body;
	fold_text(l, d->arena, body, &b);
	size_t end = b.n > NAME_MIN ? without_desk(l, &b) : b.n;
	if (end < b.n) {
		body = fold_source(&b, 0, end);
		fold_text(l, d->arena, body, &b);
	}
	size_t twice = doubled(&b), at;
	if (twice > 0)
		return fold_source(&b, twice, b.n);
	if (region.n == 0)
		return body;
	fold_text(l, d->arena, region, &place);
	if (contains(&b, &place)) {
		at = memcmp(b.ch, place.ch, place.n * sizeof *b.ch) == 0 ? find(f, s, b.ch, b.n) : SIZE_MAX;
		size_t from = at == SIZE_MAX ? at : place_above(l, f, at);
		if (at != SIZE_MAX) /* 国家税务总局|会宁县税务局 */
			from -= lexicon_word_before(l, lexicon_need_group(l, "central_organ"), f->ch, from, 0);
		return from < at ? fold_source(f, from, at + b.n) : body;
	}
	/* 市水利局, 工业和信息化局 */
	size_t level = lexicon_word_at(l, lexicon_need_group(l, "own_region"), b.ch, 0, b.n);
	level = level == 1 ? 1 : 0;
	if (b.n < level + NAME_MIN)
		return body;
	struct str full =
		str_of(arena_printf(d->arena, "%.*s%.*s", STR_FMT(region), STR_FMT(fold_source(&b, level, b.n))));
	fold_text(l, d->arena, full, &whole);
	at = find(f, s, whole.ch, whole.n);
	return at == SIZE_MAX ? body : fold_source(f, at, at + whole.n);
}
