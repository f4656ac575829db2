#include "parser/table_label.h"

#include "parser/number.h"

#define LIKE_MIN_PERCENT 85
#define LIKE_MIN (LIKE_MIN_PERCENT / 100.0)

static size_t behind_blanks(const fchar *t, size_t i, size_t to)
{
	while (i < to && (t[i] == ' ' || t[i] == '\n' || t[i] == '\t'))
		i++;
	return i;
}

/* Position behind "其中:", "(三)", "三、", "3.", "(3)", "3、", "3 ." at the head of a label. */
static size_t behind_number(const fchar *t, size_t from, size_t to)
{
	from = behind_blanks(t, from, to);
	if (from + 2 < to && t[from] == 0x5176 && t[from + 1] == 0x4E2D)
		from += t[from + 2] == ':' ? 3 : 2;
	size_t i = from;
	bool bracket = i < to && t[i] == '(';
	if (bracket)
		i = behind_blanks(t, i + 1, to);
	size_t digits = i;
	while (i < to && i - digits < 3 && (fchar_digit(t[i]) || fchar_section_digit(t[i])))
		i++;
	bool number = i > digits;
	size_t end = i;
	i = behind_blanks(t, i, to);
	if (!number || i >= to)
		return from;
	if (bracket ? t[i] == ')' : t[i] == '.' || t[i] == 0x3001 || t[i] == ',' || t[i] == ')')
		return i + 1;
	return fchar_digit(t[digits]) && !bracket ? end : from;
}

void label_normal(const fchar *t, size_t from, size_t to, struct label_text *out)
{
	size_t prev = to + 1;
	while (from < to && from != prev) {
		prev = from;
		from = behind_number(t, from, to);
	}
	out->n = 0;
	int depth = 0;
	for (size_t i = from; i < to && out->n < TABLE_LABEL_MAX; i++) {
		fchar c = t[i];
		depth += c == '(' ? 1 : 0;
		bool inner = depth > 0;
		if (c == ')' && depth > 0)
			depth--;
		if (inner || c == 0x201C || c == 0x201D || c == '"' || c == '\'' || c == ':' || c == '*' || c == ' ' ||
		    c == '\n' || c == '\t')
			continue;
		out->p[out->n++] = c;
	}
}

/* Twice the longest common subsequence over both lengths. */
static double likeness(const fchar *a, size_t n, const fchar *b, size_t m)
{
	uint16_t row[TABLE_LABEL_MAX + 1] = {0};
	for (size_t i = 0; i < n; i++) {
		uint16_t diagonal = 0;
		for (size_t j = 0; j < m; j++) {
			uint16_t up = row[j + 1];
			row[j + 1] = a[i] == b[j] ? (uint16_t)(diagonal + 1) : up > row[j] ? up : row[j];
			diagonal = up;
		}
	}
	return 2.0 * row[m] / (double)(n + m);
}

uint64_t label_letters(const fchar *t, size_t n)
{
	uint64_t bits = 0;
	for (size_t i = 0; i < n; i++)
		bits |= (uint64_t)1 << ((t[i] * 0x9E3779B1u) >> 26);
	return bits;
}

/* Is a likeness of LIKE_MIN out of reach when at most `n` and `m` of their characters are common? In whole numbers. */
static bool too_few(size_t n, size_t m, size_t both)
{
	return (n < m ? n : m) * 200 < both * LIKE_MIN_PERCENT;
}

/* The longest subsequence leaves out at least what only one of them has. */
static bool unlike(struct word a, uint64_t a_letters, struct word b, uint64_t b_letters)
{
	size_t both = (size_t)a.n + b.n;
	return too_few(a.n, b.n, both) || too_few(a.n - (size_t)__builtin_popcountll(a_letters & ~b_letters),
						  b.n - (size_t)__builtin_popcountll(b_letters & ~a_letters), both);
}

const struct table_label *label_find(const struct table_label *list, size_t count, const char *form,
				     const struct label_text *t, struct str section, bool fuzzy)
{
	const struct table_label *best = NULL;
	double like = 0, second = 0;
	struct str of_form = str_of(form);
	struct word asked = {t->p, (uint16_t)t->n};
	uint64_t letters = label_letters(t->p, t->n);
	if (t->n == 0)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		struct word own = list[i].normal;
		bool exact = own.n == t->n && own.p[0] == t->p[0] && memcmp(own.p, t->p, t->n * sizeof(fchar)) == 0;
		/* what stays under LIKE_MIN changes nothing below */
		if (!exact && (!fuzzy || t->n < 4 || own.n < 4 || unlike(own, list[i].letters, asked, letters)))
			continue;
		if (!str_eq(list[i].form, of_form) || (list[i].under.n > 0 && !str_eq(list[i].under, section)))
			continue;
		if (exact)
			return &list[i];
		double k = likeness(own.p, own.n, t->p, t->n);
		bool same = best && str_eq(best->target, list[i].target);
		if (k > like) {
			second = same ? second : like;
			like = k;
			best = &list[i];
		} else if (!same && k > second) {
			second = k;
		}
	}
	return like >= LIKE_MIN && like > second ? best : NULL;
}

bool cell_figure(const fchar *t, size_t from, size_t to, struct cell_figure *out)
{
	enum { ZENG = 0x589E, JIAN = 0x51CF, YUAN = 0x5143, DASH = 0x2014, MINUS = 0x2212 };
	double sign = 1;
	*out = (struct cell_figure){0, false};
	if (from < to && (t[from] == '+' || t[from] == ZENG))
		from++;
	else if (from < to && (t[from] == '-' || t[from] == JIAN || t[from] == DASH || t[from] == MINUS)) {
		sign = -1;
		from++;
	}
	struct number n;
	if (from >= to || !fchar_digit(t[from]) || !number_read(t, from, to, &n))
		return false;
	size_t i = n.end;
	if (i < to && t[i] == YUAN) {
		out->money = true;
		i++;
	} else if (i < to && fchar_han(t[i])) {
		i++; /* one counting word: 件, 项, 条 */
		if (i < to && t[i] == 0x6B21)
			i++;
	}
	if (i < to && t[i] == '(') /* 22(其中修订16件) */
		i = to;
	if (i != to)
		return false;
	out->value = sign * n.value;
	return true;
}
