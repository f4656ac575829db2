#include "parser/fold.h"

#include "parser/lexicon.h"

/* White space of all kinds, zero-width characters and soft hyphens; not the line end and the tab. */
static bool is_blank(uint32_t c)
{
	return c == ' ' || c == '\r' || c == '\v' || c == '\f' || c == 0xA0 || c == 0xAD || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200F) || c == 0x202F || c == 0x205F || c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

static bool numeric(fchar c)
{
	return fchar_digit(c) || c == '.' || c == ',' || c == '%';
}

/* Does a section number such as 二、 or (三) begin at byte `pos`? Pages whose line ends were lost keep a blank before it. */
static bool section_at(struct str t, size_t pos)
{
	uint32_t c = utf8_next(t.p, t.n, &pos);
	bool bracket = c == '(' || c == 0xFF08;
	if (bracket && pos < t.n)
		c = utf8_next(t.p, t.n, &pos);
	unsigned digits = 0;
	while (c <= 0xFFFF && fchar_section_digit((fchar)c) && digits < 4 && pos < t.n) {
		digits++;
		c = utf8_next(t.p, t.n, &pos);
	}
	return digits > 0 && (bracket ? c == ')' || c == 0xFF09 : c == 0x3001);
}

static void put(struct fold *f, fchar c, size_t byte, size_t cp)
{
	f->ch[f->n] = c;
	f->byte[f->n] = (uint32_t)byte;
	f->cp[f->n] = (uint32_t)cp;
	f->n++;
}

static void replace_phrases(const struct lexicon *lex, struct fold *f)
{
	for (size_t i = 0; i < f->n;) {
		uint32_t w;
		size_t len = fchar_han(f->ch[i]) ? matcher_longest(lex->phrases, f->ch, i, f->n, &w) : 0;
		if (len == 0) {
			i++;
			continue;
		}
		memcpy(f->ch + i, lex->phrase_to[w].p, len * sizeof(fchar));
		i += len;
	}
}

void fold_text(const struct lexicon *lex, struct arena *a, struct str text, struct fold *out)
{
	size_t cap = utf8_count(text.p, text.n);
	out->cut = cap > FOLD_MAX;
	if (out->cut)
		cap = FOLD_MAX;
	out->ch = arena_alloc(a, (cap + 1) * sizeof *out->ch);
	out->byte = arena_alloc(a, (cap + 1) * sizeof *out->byte);
	out->cp = arena_alloc(a, (cap + 1) * sizeof *out->cp);
	out->n = 0;
	out->text = text;
	size_t pos = 0, cp = 0;
	bool gap = false;
	while (pos < text.n && out->n < cap) {
		size_t at = pos;
		uint32_t c = utf8_next(text.p, text.n, &pos);
		size_t here = cp++;
		if (is_blank(c)) {
			if (!gap && section_at(text, pos) && out->n > 0 && out->ch[out->n - 1] != '\n')
				put(out, '\n', at, here);
			gap = true;
			continue;
		}
		fchar fc = c > 0xFFFF || c == 0 ? 0xFFFD : lex->simple[c];
		if (gap && out->n > 0 && numeric(fc) && numeric(out->ch[out->n - 1]) && out->n < cap)
			put(out, ' ', at, here);
		if (out->n < cap)
			put(out, fc, at, here);
		gap = false;
	}
	out->ch[out->n] = 0;
	out->byte[out->n] = (uint32_t)(pos < text.n && out->cut ? pos : text.n);
	out->cp[out->n] = (uint32_t)cp;
	replace_phrases(lex, out);
}

struct str fold_source(const struct fold *f, size_t from, size_t to)
{
	if (from >= to || to > f->n)
		return STR_NULL;
	size_t end = f->byte[to - 1];
	utf8_next(f->text.p, f->text.n, &end);
	return str_sub(f->text, f->byte[from], end);
}

size_t fold_at_byte(const struct fold *f, uint32_t byte)
{
	size_t lo = 0, hi = f->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (f->byte[mid] < byte)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool fold_is(const struct fold *f, size_t pos, const fchar *w, size_t w_n)
{
	return pos + w_n <= f->n && memcmp(f->ch + pos, w, w_n * sizeof(fchar)) == 0;
}
