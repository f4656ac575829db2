#include "parser/quantity.h"

#define NAME_QUOTED 14  /* characters of a quoted name before its number */
#define PARTED_DIGITS 7 /* of a number whose digits blanks part */
#define ISSUE_FAR 14    /* characters from the verb of doing to an issue or a session in words */
#define ARTICLE_FAR 20  /* characters back to the 第 of the first of several articles */
#define BARE_LIST_MIN 3 /* numbers of a bracket without counting words that come to the count before it */
#define BARE_LIST_MAX 24
#define BARE_NEARLY 0.8 /* ... or of which that many come to nearly all of it */
#define BARE_NEARLY_MIN 4
#define NAME_BARE_MAX 16 /* characters of the name before one */
#define HAN_COUNTED 11   /* that many things in words are counted, not named */

enum { C_CHAPTER = 0x7AE0, C_TITLE_END = 0x300B, C_QUOTE_END = 0x201D };

struct scan {
	const struct lexicon *l;
	const struct fold *f;
	size_t from, to;
	uint16_t approx_before, approx_after, phone, structure, do_verb, not_listed, not_even, hotline, fact_noun,
		han_fact, access, place, subject, sum, issue_unit, number_of, han_lead, item_unit, article;
};

static fchar before(const struct scan *s, size_t pos, size_t n)
{
	return pos >= s->from + n ? s->f->ch[pos - n] : '\n';
}

static fchar at(const struct scan *s, size_t pos)
{
	return pos < s->to ? s->f->ch[pos] : '\n';
}

/* Part of a word of Latin letters, a URL, a telephone number: 0439-3255077, LED3, www.a1.cn, 2014/5. */
static bool inside_token(const struct scan *s, size_t start, size_t end)
{
	fchar p = before(s, start, 1), n = at(s, end);
	if (fchar_latin(p) || p == '-' || p == '/' || p == '_' || p == '@' || p == '.' || p == '~' || p == 0x2014 ||
	    (p == '+' && !fchar_han(before(s, start, 2)))) /* 南方+3条: a name ends in it */
		return true;
	if (fchar_latin(n) && n != 'M' && n != 'G' && n != 'K' && n != 'T')
		return true;
	if (n == '@' || n == '_' || n == '+' || n == '=' || n == '&')
		return true;
	return (n == '-' || n == '/' || n == '~' || n == 0x2014 || n == 0x2013 || n == ':' || n == 0xFF5E) &&
	       fchar_digit(at(s, end + 1));
}

/* 1. 2、 (3) at the head of a list item. */
static bool list_number(const struct scan *s, size_t start, size_t end, const struct number *n)
{
	if (n->approx || n->percent || n->multiplied || n->decimals > 0 || n->value > 99)
		return false;
	fchar p = before(s, start, 1), e = at(s, end);
	if (e == ')' && p == '(')
		return true;
	if (e == '.' && !fchar_digit(at(s, end + 1)))
		return at(s, end + 1) != '\n' || fchar_sentence_end(p);
	bool head = fchar_sentence_end(p) || p == ';' || p == ':' || p == ' ' || p == ',' || p == '\t';
	return (e == 0x3001 || e == ')') && (head || (e == 0x3001 && fchar_han(at(s, end + 1)) && n->value <= 30));
}

static bool year(const struct number *n, size_t digits)
{
	return digits == 4 && n->decimals == 0 && !n->multiplied && n->value >= 1900 && n->value < 2100;
}

static bool near_group(const struct scan *s, uint16_t group, size_t from, size_t to)
{
	return lexicon_word_in(s->l, group, s->f->ch, from, to < s->to ? to : s->to, NULL) > 0;
}

/* A numeral without a counting word: a figure only where nothing speaks for a name or a number of something. */
static bool bare_figure(const struct scan *s, size_t start, size_t end, const struct number *n)
{
	fchar p = before(s, start, 1), e = at(s, end);
	if (p == 0x5E74 || p == 0x6708) /* a date that was cut off */
		return false;
	if (!fchar_han(p) && p != ':' && p != '(' && p != ' ' && p != ',' && p != 0x3001)
		return false;
	size_t digits = 0;
	while (start + digits < end && fchar_digit(s->f->ch[start + digits]))
		digits++;
	if (year(n, digits) || e == 0x2019 || e == 0x201D || e == ' ' || e == '\t')
		return false;
	size_t back = start > s->from + 8 ? start - 8 : s->from;
	if (near_group(s, s->phone, back, start) || near_group(s, s->hotline, end, end + 10))
		return false;
	if (n->multiplied || n->approx)
		return true;
	if (e == ',' || e == 0x3002 || e == ';' || e == '(' || e == '\n' || e == ')')
		return fchar_han(p) && (e != ')' || digits < 5);
	return lexicon_word_at(s->l, s->fact_noun, s->f->ch, end, s->to) > 0;
}

/* Two to ten and the like: counts where it states a fact, not in names, grades and announcements. */
static bool han_counts(const struct scan *s, size_t start, const struct number *n, size_t unit_from, size_t unit_n)
{
	const fchar *t = s->f->ch;
	if (n->value < 1 || before(s, start, 1) == 0x201C || before(s, start, 1) == 0x7B2C)
		return false;
	if (lexicon_word_before(s->l, s->not_listed, t, start, s->from) > 0)
		return false;
	fchar unit = t[unit_from];
	size_t end = unit_from + unit_n;
	if (n->value == 1 && lexicon_word_at(s->l, s->not_even, t, end, s->to) > 0)
		return false;
	bool closed = end >= s->to || fchar_clause_end(t[end]) || t[end] == 0x3001 || t[end] == '(' || t[end] == ')' ||
		      t[end] == ':';
	size_t sum = lexicon_word_before(s->l, s->sum, t, start, s->from); /* 受理申请三件, 信息员共九十二名 */
	if (closed && lexicon_word_before(s->l, s->subject, t, start - sum, s->from) > 0)
		return true;
	if (closed && lexicon_word_at(s->l, s->item_unit, t, unit_from, end) == unit_n &&
	    (n->value >= HAN_COUNTED || lexicon_word_before(s->l, s->han_lead, t, start, s->from) > 0))
		return before(s, start, 1) != C_CHAPTER && before(s, start, 1) != C_TITLE_END &&
		       before(s, start, 1) !=
			       C_QUOTE_END; /* 政务动态类一百五十三条, but 五章三十八条, 《条例》二十条 */
	bool several = unit_n == 2;                               /* 批次 大类 人次 场次 */
	if (unit == 0x6B21 || several) {                          /* 次 */
		if (at(s, end) == 0x6027 || at(s, end) == 0x201D) /* 一次性 */
			return false;
		if (n->value == 1 && !several)
			return near_group(s, s->do_verb, start > s->from + 10 ? start - 10 : s->from, start) &&
			       at(s, end) != 0x529E;
		return true;
	}
	if (n->value >= 2 && (lexicon_word_at(s->l, s->han_fact, t, end, s->to) > 0 ||
			      lexicon_word_at(s->l, s->access, t, end, s->to) > 0)) /* 三处查阅点 */
		return true;
	if (n->value < 2 || lexicon_word_at(s->l, s->structure, t, end, s->to) > 0)
		return false;
	if (unit == 0x4EFD) /* 份 */
		return true;
	if (unit == 0x5904 && lexicon_word_before(s->l, s->place, t, start, s->from) > 0) /* 档案馆、图书馆两处 */
		return true;
	if (lexicon_word_at(s->l, s->issue_unit, t, unit_from, end) > 0) { /* 举办培训班三期, 编印公报九期 */
		size_t clause = start;
		while (clause > s->from && start - clause < ISSUE_FAR && !fchar_clause_end(t[clause - 1]))
			clause--;
		if (near_group(s, s->do_verb, clause, start) && fchar_clause_end(at(s, end)))
			return true;
		if (near_group(s, s->do_verb, start > s->from + 3 ? start - 3 : s->from, start)) /* 举办了两期 */
			return true;
	}
	size_t to = end + 8 < s->to ? end + 8 : s->to;
	for (size_t i = end; i < to; i++)
		if (fchar_clause_end(t[i]) || t[i] == ':') {
			to = i;
			break;
		}
	if (near_group(s, s->structure, end, to))
		return false;
	return near_group(s, s->do_verb, start > s->from + 4 ? start - 4 : s->from, start);
}

/* 第9条至12条, 第十条、12条: the number of an article, though 第 stands only before the first */
static bool is_article(const struct scan *s, size_t start)
{
	size_t pos = start;
	while (pos > s->from && start - pos < ARTICLE_FAR && s->f->ch[pos - 1] != 0x7B2C) {
		size_t n = lexicon_word_before(s->l, s->article, s->f->ch, pos, s->from);
		if (n == 0 && !fchar_digit(s->f->ch[pos - 1]) && fchar_han_digit(s->f->ch[pos - 1]) < 0)
			return false;
		pos -= n > 0 ? n : 1;
	}
	return pos < start && pos > s->from && s->f->ch[pos - 1] == 0x7B2C;
}

static bool approx_around(const struct scan *s, size_t start, size_t end)
{
	return lexicon_word_before(s->l, s->approx_before, s->f->ch, start, s->from) > 0 ||
	       lexicon_word_at(s->l, s->approx_after, s->f->ch, end, s->to) > 0;
}

static bool arabic_is_none(const struct scan *s, size_t start, const struct number *n)
{
	fchar p = before(s, start, 1);
	if (inside_token(s, start, n->end) || list_number(s, start, n->end, n))
		return true;
	/* 第16号, [2014], 〔2014〕, 【2014】, 12·15 */
	return p == 0x7B2C || p == '[' || p == 0x3014 || p == 0x3010 || p == 0xB7 || p == 0x2022 || p == 0x201C;
}

/* “创业富民30条”, "三服务20条": the end of a quoted name is none; 五届四次全会 neither. */
static bool in_name(const struct scan *s, size_t start, size_t end)
{
	fchar close = at(s, end), open = close == 0x201D ? 0x201C : close == 0x300B ? 0x300A : '"';
	if (before(s, start, 1) == 0x5C4A) /* 届 */
		return true;
	if (close != 0x201D && close != '"' && close != 0x300B)
		return false;
	for (size_t i = start; i > s->from && start - i < NAME_QUOTED; i--) {
		fchar c = s->f->ch[i - 1];
		if (c == open)
			return start > i;
		if (fchar_clause_end(c) || c == ':')
			return false;
	}
	return false;
}

/* 图1, 附件2, 前5位: the number of a picture or of ranks */
static bool is_number_of(const struct scan *s, size_t start, size_t end, bool unit)
{
	if (lexicon_word_before(s->l, s->number_of, s->f->ch, start, s->from) == 0)
		return false;
	return unit ? before(s, start, 1) == 0x524D && (at(s, end - 1) == 0x4F4D || at(s, end - 1) == 0x540D)
		    : !fchar_han(at(s, end));
}

/* 12元5角, 3元2角5分: the tenths and hundredths behind the 元 that ends at `q->end` */
static void join_small(const struct scan *s, struct quantity_at *q)
{
	static const struct {
		fchar word;
		double part;
	} small[] = {{0x89D2, 0.1}, {0x5206, 0.01}};
	for (size_t k = 0; k < sizeof small / sizeof small[0]; k++)
		if (fchar_digit(at(s, q->end)) && at(s, q->end + 1) == small[k].word) {
			q->value += (double)(at(s, q->end) - '0') * small[k].part;
			q->step = small[k].part;
			q->end += 2;
		}
}

/* Decides about the numeral at `start`; true when it is a quantity. */
static bool take(const struct scan *s, size_t start, const struct number *n, struct quantity_at *q)
{
	const fchar *t = s->f->ch;
	uint32_t unit = 0;
	size_t unit_n = matcher_longest(s->l->units, t, n->end, s->to, &unit);
	enum unit_kind kind = unit_n > 0 ? s->l->unit[unit].kind : UNIT_COUNT;
	*q = (struct quantity_at){start, n->end + unit_n, n->end,    n->value, n->step,
				  kind,  unit_n > 0,      n->approx, n->han};
	if (n->percent) {
		q->end = n->end;
		q->unit_from = t[n->end - 1] == '%' ? n->end - 1 : n->end;
		q->kind = UNIT_PERCENT;
		q->has_unit = true;
		return n->han || !arabic_is_none(s, start, n);
	}
	if (kind == UNIT_VOID || (unit_n > 0 && in_name(s, start, q->end)))
		return false;
	if (n->han) {
		bool zero = n->value == 0 && n->end == start + 1 && unit_n == 0;
		if (zero) /* 数为零 */
			return (before(s, start, 1) == 0x4E3A || before(s, start, 1) == 0x662F) &&
			       !fchar_han(at(s, n->end));
		if (unit_n == 0)
			return false;
		fchar first = t[start];
		bool round_one = first == 0x767E || first == 0x5343; /* 百亩, 百万人次 */
		if (round_one)
			return kind != UNIT_MONEY && (kind == UNIT_MEASURE || n->value >= 1e4);
		return s->l->unit[unit].han && han_counts(s, start, n, n->end, unit_n);
	}
	if (kind == UNIT_MONEY && n->decimals == 0)
		join_small(s, q);
	if (is_article(s, start) || arabic_is_none(s, start, n) || is_number_of(s, start, q->end, unit_n > 0))
		return false;
	return unit_n > 0 || bare_figure(s, start, n->end, n);
}

/*
 * "2 3 件", "12 345条": digits of one number that a converter parted. Only behind a Chinese character and before a
 * counting word; a year before a number is none of it.
 */
static void join_parted(const struct scan *s, size_t start, struct number *n)
{
	const fchar *t = s->f->ch;
	size_t pos = start, digits = 0, group = 0;
	unsigned groups = 0;
	double v = 0;
	fchar p = before(s, start, 1);
	bool name = fchar_han(p) || p == C_QUOTE_END || p == '"' || p == C_TITLE_END;
	if (n->decimals > 0 || n->multiplied || n->approx || n->percent || n->han || at(s, n->end) != ' ' ||
	    (!name && p != ')' && p != ':' && p != '(' && p != ',' && p != 0x3001))
		return;
	for (; pos < s->to && digits <= PARTED_DIGITS && (fchar_digit(t[pos]) || t[pos] == ' '); pos++) {
		if (t[pos] == ' ') {
			if (group >= 4 || !fchar_digit(at(s, pos + 1)))
				return;
			group = 0;
			groups++;
			continue;
		}
		v = v * 10 + (t[pos] - '0');
		digits++;
		group++;
	}
	uint32_t unit;
	bool thousands = group == 3 && digits - 3 * groups <= 3;
	bool few = at(s, pos) == 0x591A || at(s, pos) == 0x4F59; /* 3 100多人次 */
	if (groups == 0 || groups > 2 || (!name && !thousands) || digits > PARTED_DIGITS || t[start] == '0' ||
	    matcher_longest(s->l->units, t, pos + few, s->to, &unit) == 0 ||
	    (s->l->unit[unit].kind != UNIT_COUNT && (s->l->unit[unit].kind != UNIT_MONEY || !thousands)))
		return;
	n->value = v;
	n->end = pos + few;
	n->approx = few;
}

/*
 * "89条(机构人事7、规划计划5、招生考试77)": the numbers of a bracket behind a count, each behind a name and without a
 * counting word, which come to just it or, where there are several, to most of it. Adds them behind `count` and returns how many there are then; *end: the bracket's.
 */
static size_t bare_list(const struct scan *s, struct quantity_at *out, size_t count, size_t max, size_t *end)
{
	const struct quantity_at *total = &out[count - 1];
	size_t pos = total->end, n = count;
	double sum = 0;
	if (total->kind != UNIT_COUNT || !total->has_unit || at(s, pos) != '(')
		return count;
	for (pos++; pos < s->to && n < max && n - count < BARE_LIST_MAX; pos++) {
		size_t name = pos;
		struct number number;
		while (pos < s->to && fchar_han(s->f->ch[pos]) && pos - name <= NAME_BARE_MAX)
			pos++;
		if (pos < name + 2 || !fchar_digit(at(s, pos)) || !number_read(s->f->ch, pos, s->to, &number) ||
		    number.multiplied || number.decimals > 0 || number.percent)
			return count;
		out[n++] = (struct quantity_at){pos,        number.end, number.end,    number.value, number.step,
						UNIT_COUNT, false,      number.approx, false};
		sum += number.value;
		pos = number.end;
		if (at(s, pos) == ')')
			break;
		if (at(s, pos) != 0x3001 && at(s, pos) != ',' && at(s, pos) != ';')
			return count;
	}
	bool nearly = n - count >= BARE_NEARLY_MIN && sum <= total->value && sum >= BARE_NEARLY * total->value;
	if (at(s, pos) != ')' || n - count < BARE_LIST_MIN || (sum != total->value && !nearly))
		return count;
	*end = pos;
	return n;
}

/* 欠税公告十二条、税务稽查曝光八条: a small count in words is one beside another of the same list. */
static bool han_beside(const struct scan *s, size_t start, const struct number *n, const struct quantity_at *last,
		       const struct quantity_at *q)
{
	size_t unit = q->end - n->end;
	if (!n->han || !last->han || !last->has_unit || unit == 0 || last->end - last->unit_from != unit ||
	    start - last->end > NAME_BARE_MAX ||
	    memcmp(s->f->ch + n->end, s->f->ch + last->unit_from, unit * sizeof(fchar)) != 0 ||
	    lexicon_word_at(s->l, s->item_unit, s->f->ch, n->end, q->end) != unit)
		return false;
	for (size_t k = last->end; k < start; k++)
		if (k == last->end ? s->f->ch[k] != 0x3001 && s->f->ch[k] != ',' : !fchar_han(s->f->ch[k]))
			return false;
	return !fchar_han(at(s, q->end)) && before(s, start, 1) != 0x7B2C;
}

size_t quantity_scan(const struct lexicon *l, const struct fold *f, size_t from, size_t to, struct quantity_at *out,
		     size_t max)
{
	struct scan s = {l,
			 f,
			 from,
			 to,
			 lexicon_need_group(l, "approx_before"),
			 lexicon_need_group(l, "approx_after"),
			 lexicon_need_group(l, "phone"),
			 lexicon_need_group(l, "structure"),
			 lexicon_need_group(l, "do_verb"),
			 lexicon_need_group(l, "not_listed"),
			 lexicon_need_group(l, "not_even"),
			 lexicon_need_group(l, "hotline"),
			 lexicon_need_group(l, "fact_noun"),
			 lexicon_need_group(l, "han_fact"),
			 lexicon_need_group(l, "access"),
			 lexicon_need_group(l, "place_tail"),
			 lexicon_need_group(l, "fact_subject"),
			 lexicon_need_group(l, "sum_word"),
			 lexicon_need_group(l, "issue_unit"),
			 lexicon_need_group(l, "number_of"),
			 lexicon_need_group(l, "han_lead"),
			 lexicon_need_group(l, "item_unit"),
			 lexicon_need_group(l, "article_join")};
	size_t count = 0;
	for (size_t i = from; i < to && count < max;) {
		struct number n;
		if (!number_read(f->ch, i, to, &n)) {
			i++;
			continue;
		}
		struct quantity_at q;
		join_parted(&s, i, &n);
		if (take(&s, i, &n, &q) || (count > 0 && han_beside(&s, i, &n, &out[count - 1], &q))) {
			q.approx = q.approx || approx_around(&s, q.start, q.end);
			out[count++] = q;
			i = q.end;
			count = bare_list(&s, out, count, max, &i);
		} else {
			i = n.end;
		}
	}
	return count;
}
