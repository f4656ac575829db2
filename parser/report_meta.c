#include "parser/report_meta.h"

#include "parser/report_agree.h"
#include "parser/report_body.h"
#include "parser/report_date.h"
#include "parser/report_organ.h"
#include "parser/report_region.h"
#include "parser/report_self.h"
#include "parser/report_title.h"

#define ORGANS_MAX 4000   /* places of the region's name that are looked at */
#define SUBJECT_MAX 20    /* characters of a clause's head in which its subject is looked for */
#define COMPILER_FAR 3000 /* characters of the text's head in which its compiler is named */
#define REPORT_NEAR 10    /* characters from 编制 to 本报告 */
#define NAME_NEAR 28      /* characters from 由X编制的 to 年度报告 */
#define SOURCE_MAX 90     /* bytes of an organ's name as the page's source */
#define SOURCE_MIN 4      /* characters of it: 县水利局, not 本局 */
#define OPENING 600       /* characters in which a town is named by the name of its government */
#define GOVERNMENT_WORD 2 /* characters of 政府, which may belong to 政府信息公开 */
#define HEAD_COMPILED 300 /* characters of the head in which a text says who put it together */

struct meta_ctx {
	const struct lexicon *l;
	struct document *d;
	const struct fold *f;
	const struct segment *s;
	struct report *r;
	struct fold title;  /* folded r->title */
	const char *region; /* its level or NULL */
};

enum { C_NIAN = 0x5E74, C_DU = 0x5EA6, C_YOU = 0x7531, C_LENS = 0x3010 };

/* ---- body and level ---- */

/* Behind what stands before the organ's name: 【年度报告】, 关于, the year, 2008-2009年度. */
static size_t title_begin(const struct meta_ctx *c)
{
	const fchar *t = c->title.ch;
	size_t n = c->title.n, from = 0, year;
	if (n > 0 && (t[0] == C_LENS || t[0] == '[')) {
		while (from < n && t[from] != C_LENS + 1 && t[from] != ']')
			from++;
		from = from < n ? from + 1 : 0;
	}
	from += lexicon_word_at(c->l, lexicon_need_group(c->l, "title_about"), t, from, n);
	while (report_region_title_year(t, from, from, n, &year) > 0) {
		from += year;
		while (from < n && (t[from] == C_NIAN || t[from] == C_DU || t[from] == '-'))
			from++;
	}
	return from;
}

/* The organ that a title names: what stands before or behind its year, up to 政府信息公开. */
static struct span title_organ(const struct meta_ctx *c)
{
	const fchar *t = c->title.ch;
	size_t n = c->title.n, from = title_begin(c), to = 0, i = 0, year;
	uint16_t topic = lexicon_need_group(c->l, "title_topic");
	for (i = from; i < n; i++) {
		if (i > from &&
		    (report_region_title_year(t, i, from, n, &year) > 0 || /* 二〇: a year with characters lost */
		     (fchar_han_digit(t[i]) == 2 && i + 1 < n && fchar_han_digit(t[i + 1]) == 0)))
			break;
		if (lexicon_word_at(c->l, topic, t, i, n) > 0)
			break;
	}
	to = i;
	/* ...政府 | 信息公开: the government that belongs to "government information" */
	size_t end = to - lexicon_word_before(c->l, lexicon_need_group(c->l, "government_word"), t, to, from);
	if (end < to && i < n && report_region_year(t, i, n) == 0) {
		bool doubled = organ_ends(c->l, "government_word", t, from, end);
		bool office = organ_ends(c->l, "office_tail", t, from, end);
		if (doubled || office || to - from < 4 || !organ_ends(c->l, "people_tail", t, from, end))
			to = end;
	}
	to -= lexicon_word_before(c->l, lexicon_need_group(c->l, "title_about"), t, to, from); /* 关于, 关于报送 */
	if (to > from && t[to - 1] == ')') { /* 青龙镇政府(机关) */
		size_t open = to - 1;
		while (open > from && t[open] != '(')
			open--;
		/* 民族事务委员会(宗教事务局): two names of one organ */
		to = open > from && !organ_is(c->l, t, open + 1, to - 1) ? open : to;
	}
	while (to > from && (t[to - 1] == '(' || organ_ends(c->l, "of_word", t, from, to)))
		to--;
	if (lexicon_word_at(c->l, lexicon_need_group(c->l, "own_name"), t, from, to) > 0)
		to = from; /* 现将2009年我镇...公布, 本级行政机关 name nobody */
	return (struct span){from, to};
}

struct organ_search {
	struct span best;
	size_t best_score;
	bool about; /* the text says of the best that its work is what it tells */
	unsigned seen;
	struct span government;
};

/* Does the 政府 that ends at `end` belong to 政府信息公开 behind it (河口区政府信息公开年度报告), not to the name before it? */
static bool is_topic(const struct lexicon *l, const fchar *t, size_t from, size_t end, size_t n)
{
	size_t word = lexicon_word_before(l, lexicon_need_group(l, "government_word"), t, end, from);
	return word > 0 && !organ_ends(l, "people_tail", t, from, end - word) &&
	       lexicon_word_at(l, lexicon_need_group(l, "title_topic"), t, end, n) > 0;
}

/* An organ named after the report's region at the head of a clause or as a whole line. */
static struct span organ_at(const struct meta_ctx *c, size_t start, size_t region_end, size_t to)
{
	const fchar *t = c->f->ch;
	struct span best = {0, 0};
	for (size_t e = region_end; e <= to && e <= region_end + ORGAN_MAX; e++) {
		size_t office = lexicon_word_before(c->l, lexicon_need_group(c->l, "organ_office"), t, e, region_end);
		size_t government =
			lexicon_word_before(c->l, lexicon_need_group(c->l, "organ_government"), t, e, region_end);
		size_t high = office > government ? office : government;
		/* a government stands right behind its region's name, a bureau has a name of its own */
		bool zone = government > 0 && organ_ends(c->l, "zone_tail", t, region_end, e - government);
		bool town = high > 0 && organ_is_town(c->l, t, region_end, e);
		bool named = high > 0 ? zone || town || e - high == region_end : organ_is(c->l, t, region_end, e);
		if (named && !is_topic(c->l, t, start, e, to))
			best = (struct span){start, e};
		/* 关于 begins a document's name, 在 tells where the organ did something */
		if (e < to && (!fchar_han(t[e]) || t[e] == 0x5173 || t[e] == 0x5728 || t[e] == ORGAN_OF))
			break;
	}
	return best;
}

/* 请与X局政府信息公开办公室联系: the bureau that the desk belongs to; a government's office reports for itself. */
static size_t contact_organ(const struct meta_ctx *c, struct span organ)
{
	const fchar *t = c->f->ch;
	for (size_t e = organ.from + 1; e < organ.to; e++)
		if (organ_is(c->l, t, organ.from, e) &&
		    lexicon_word_at(c->l, lexicon_need_group(c->l, "contact_desk"), t, e, organ.to) == organ.to - e)
			return e;
	return organ.to;
}

/* 结合X政府信息公开工作实际: does `pos` go on with the body's own work on disclosure? */
static bool is_about(const struct meta_ctx *c, size_t pos, size_t to)
{
	const fchar *t = c->f->ch;
	pos += lexicon_word_at(c->l, lexicon_need_group(c->l, "government_word"), t, pos, to);
	return lexicon_word_at(c->l, lexicon_need_group(c->l, "title_topic"), t, pos, to) > 0;
}

static void find_text_organ(const struct meta_ctx *c, struct organ_search *o)
{
	const fchar *t = c->f->ch;
	struct fold region;
	fold_text(c->l, c->d->arena, c->r->region, &region);
	struct word name = {region.ch, (uint16_t)region.n};
	if (name.n == 0)
		return;
	for (unsigned p = 0; p < c->s->parts_count; p++) {
		size_t from = c->s->parts[p].from, to = c->s->parts[p].to;
		for (size_t i = from; i + name.n <= to; i++) {
			if (t[i] != name.p[0] || !fold_is(c->f, i, name.p, name.n))
				continue;
			if (++o->seen > ORGANS_MAX)
				return;
			struct span organ = organ_at(c, i, i + name.n, to);
			if (organ.to == organ.from)
				continue;
			bool head = i == from || fchar_clause_end(t[i - 1]) || fchar_digit(t[i - 1]) || t[i - 1] == ':';
			bool line = (i == from || t[i - 1] == '\n') &&
				    (organ.to == to || t[organ.to] == '\n' || fchar_digit(t[organ.to]));
			bool quoted = i > from && (t[i - 1] == 0x300A || t[i - 1] == 0x201C);
			bool contact = organ_ends(c->l, "contact_lead", t, from, i) ||
				       (i > from && t[i - 1] == ':' &&
					(organ_ends(c->l, "contact_label", t, from, i - 1) ||
					 organ_ends(c->l, "contact_lead", t, from, i - 1)));
			if (contact)
				organ.to = contact_organ(c, organ);
			bool about = organ_ends(c->l, "self_about", t, from, i) && is_about(c, organ.to, to);
			size_t score = line ? 100 : quoted ? 0 : head || contact || about ? 10 : 1;
			bool government = organ_ends(c->l, "organ_government", t, organ.from, organ.to);
			if (government && !quoted && organ.to - organ.from > o->government.to - o->government.from)
				o->government = organ;
			if (score > o->best_score || (score == o->best_score && line)) {
				o->best = organ;
				o->best_score = score;
				o->about = about;
			}
		}
	}
}

/* Does the text speak of its own body by a word of the group: 我局, 我镇, 全市? */
static bool speaks(const struct meta_ctx *c, const char *group)
{
	uint16_t g = lexicon_need_group(c->l, group);
	for (unsigned p = 0; p < c->s->parts_count; p++)
		if (lexicon_word_in(c->l, g, c->f->ch, c->s->parts[p].from, c->s->parts[p].to, NULL) > 0)
			return true;
	return false;
}

/* Level of the organ in `t`: a bureau or an office that reports for itself is a department. */
static const char *organ_level(const struct meta_ctx *c, const fchar *t, size_t from, size_t to, bool own_title)
{
	to = organ_stem(c->l, t, from, to);
	bool government =
		organ_ends(c->l, "organ_government", t, from, to) && !organ_ends(c->l, "organ_commission", t, from, to);
	bool office = organ_ends(c->l, "organ_office", t, from, to);
	if (own_title && organ_is_central(c->l, t, from, to))
		return "central";
	if (organ_is_town(c->l, t, from, to))
		return "township";
	if (!government && !office && (organ_ends(c->l, "organ_bureau", t, from, to) || own_title))
		return "department";
	if (office && own_title)
		return "department";
	return c->region;
}

/* "首页 北城街道办事处": a blank parts what is no organ from the name in [from, to) behind it; begin of the name. */
static size_t behind_blank(const struct meta_ctx *c, size_t from, size_t to)
{
	for (size_t k = to; k > from + 1; k--)
		if (c->f->cp[k - 1] > c->f->cp[k - 2] + 1 && !organ_is(c->l, c->f->ch, from, k - 1) &&
		    organ_is(c->l, c->f->ch, k - 1, to))
			return k - 1;
	return from;
}

/* Who wrote the report, in a sentence around the verb at `verb`: "本报告由X根据...编制", "X编制完成本报告", "由X编制的2018年度报告". */
static struct span compiler_at(const struct meta_ctx *c, size_t sentence, size_t verb, size_t to)
{
	const fchar *t = c->f->ch;
	uint16_t report = lexicon_need_group(c->l, "this_report"), by = lexicon_need_group(c->l, "compiled_by");
	size_t at, n = lexicon_word_in(c->l, by, t, sentence, verb, &at);
	if (n > 0) {
		size_t end = organ_end(c->l, t, at + n, verb);
		if (end > 0)
			return (struct span){behind_blank(c, at + n, end), end};
	}
	size_t from = verb;
	while (from > sentence && verb - from < ORGAN_MAX && fchar_han(t[from - 1]) && t[from - 1] != C_YOU)
		from--;
	bool by_whom = from > sentence && t[from - 1] == C_YOU;
	/* 由X综合全年情况编制 */
	bool whole = organ_is(c->l, t, from, verb) || organ_ends(c->l, "organ_title", t, from, verb);
	size_t organ = by_whom && !whole ? organ_end(c->l, t, from, verb) : 0;
	organ = organ > 0 ? organ : verb;
	size_t near = by_whom || report_region_year(t, verb + 2, to) > 0 ? NAME_NEAR : REPORT_NEAR;
	size_t stop = verb + near < to ? verb + near : to;
	for (size_t k = verb; k < stop; k++)
		if (fchar_clause_end(t[k]))
			stop = k;
	from = behind_blank(c, from, verb);
	bool of_report = lexicon_word_in(c->l, report, t, verb, stop, NULL) > 0 ||
			 (by_whom && lexicon_word_in(c->l, report, t, sentence, from, NULL) > 0);
	if (of_report &&
	    (organ_is(c->l, t, from, organ) || (by_whom && organ_ends(c->l, "organ_title", t, from, organ))))
		return (struct span){from, organ};
	return (struct span){0, 0};
}

/* The compiler that a stretch of the text names; 县政府办公室 is that of the report's region. *organ: where it stands. */
static bool compiler_in(struct meta_ctx *c, size_t from, size_t to, struct span *organ)
{
	const fchar *t = c->f->ch;
	uint16_t verb = lexicon_need_group(c->l, "compile_verb"), own = lexicon_need_group(c->l, "own_region");
	size_t sentence = from;
	for (size_t i = from; i < to; i++) {
		if (fchar_sentence_end(t[i]))
			sentence = i + 1;
		if (lexicon_word_at(c->l, verb, t, i, to) == 0)
			continue;
		struct span o = compiler_at(c, sentence, i, to);
		size_t n = lexicon_word_at(c->l, own, t, o.from, o.to);
		if (o.to == o.from || (n > 0 && c->r->region.n == 0))
			continue;
		struct str rest = fold_source(c->f, o.from + n, o.to);
		c->r->body =
			n == 0 ? rest
			       : str_of(arena_printf(c->d->arena, "%.*s%.*s", STR_FMT(c->r->region), STR_FMT(rest)));
		*organ = o;
		return true;
	}
	return false;
}

static struct span find_compiler(struct meta_ctx *c)
{
	size_t left = COMPILER_FAR;
	struct span organ = {0, 0};
	for (unsigned p = 0; p < c->s->parts_count && left > 0; p++) {
		size_t from = c->s->parts[p].from, to = c->s->parts[p].to;
		to = to - from > left ? from + left : to;
		if (compiler_in(c, from, to, &organ))
			break;
		left -= to - from;
	}
	return organ;
}

/* Who the text says announces the report, behind its year: 现将2021年迎宾路街道办事处政府信息公开情况报告如下. */
static struct span announcer(const struct meta_ctx *c)
{
	const fchar *t = c->f->ch;
	struct span name;
	size_t n;
	if (c->s->parts_count == 0 || !segment_announced(c->l, t, c->s->parts[0].from, c->s->parts[0].to, &name))
		return (struct span){0, 0};
	if (report_region_title_year(t, name.from, name.from, name.to, &n) > 0)
		for (name.from += n; name.from < name.to && (t[name.from] == C_NIAN || t[name.from] == C_DU);)
			name.from++;
	size_t end = organ_end(c->l, t, name.from, name.to);
	end -= end > 0 && is_topic(c->l, t, name.from, end, name.to)
		       ? lexicon_word_before(c->l, lexicon_need_group(c->l, "government_word"), t, end, name.from)
		       : 0;
	return (struct span){name.from, end > name.from ? end : name.from};
}

/* 港西镇人民政府信息公开工作由党政办负责: the government of the town at `o` of the title, by its name in the text's first lines. */
static void town_in_opening(struct meta_ctx *c, struct span o)
{
	const fchar *t = c->title.ch;
	struct span head = c->s->parts_count > 0 ? c->s->parts[0] : (struct span){0, 0};
	uint32_t region;
	size_t own = o.from, name = o.to - o.from, n;
	while ((n = matcher_longest(c->l->region_names, t, own, o.to, &region)) > 0)
		own += n;
	head.to = head.to - head.from > OPENING ? head.from + OPENING : head.to;
	for (size_t i = head.from; i + (o.to - own) < head.to; i++) {
		size_t end = i + (o.to - own);
		if (!fold_is(c->f, i, t + own, o.to - own))
			continue;
		n = lexicon_word_at(c->l, lexicon_need_group(c->l, "town_government"), c->f->ch, end, head.to);
		if (n <= GOVERNMENT_WORD || end + n >= head.to || !fchar_han(c->f->ch[end + n]))
			continue; /* 政府信息公开; 地址:会宁县河畔镇人民政府。 */
		bool whole = i >= head.from + (own - o.from) && fold_is(c->f, end - name, t + o.from, name);
		c->r->body = fold_source(c->f, whole ? end - name : i, end + n);
		return;
	}
}

/*
 * A title that names a town alone (沙溪镇2015年...) means just that, as does the 政府 of 政府信息公开 behind it; but who
 * compiles or announces the report by a name that begins so is the town's government by its whole name.
 */
static void town_government(struct meta_ctx *c, struct span o)
{
	const fchar *t = c->title.ch;
	size_t name = o.to - o.from;
	if (!organ_ends(c->l, "town_bare", t, o.from, o.to))
		return;
	struct str body = c->r->body;
	struct span by = find_compiler(c);
	by = by.to > by.from ? by : announcer(c);
	c->r->body = body;
	if (by.to == by.from)
		town_in_opening(c, o);
	if (by.to - by.from > name && fold_is(c->f, by.from, t + o.from, name) &&
	    organ_ends(c->l, "town_government", c->f->ch, by.from, by.to))
		c->r->body = fold_source(c->f, by.from, by.to);
}

static bool is_bureau(const struct lexicon *l, const fchar *t, struct span organ)
{
	return organ_is_bureau(l, t, organ.from, organ.to);
}

/*
 * Level of a report whose title names no organ: a town's by its compiler or by 我镇, a department's by 我局; of an
 * organ that the text names only where nothing is said of 全市 or 我县, for which a bureau may write.
 */
static const char *spoken_level(const struct meta_ctx *c, struct span organ, struct span compiler)
{
	const fchar *t = c->f->ch;
	bool bureau = speaks(c, "own_bureau"), region = speaks(c, "own_whole");
	/* 我镇, and 本机关 of the form's phrases */
	bool town = speaks(c, "own_town") && !speaks(c, "own_bureau_kind");
	if (organ_ends(c->l, "organ_township", t, compiler.from, compiler.to) || town)
		return "township";
	if (bureau) {
		/* 我局 of a text that names its county's government, and nothing of 我县 */
		bool above = organ_ends(c->l, "organ_government", t, organ.from, organ.to) && !speaks(c, "own_first") &&
			     !speaks(c, "own_any");
		return organ.to > 0 && !above ? organ_level(c, t, organ.from, organ.to, false) : "department";
	}
	bool house = is_bureau(c->l, t, compiler) || organ_ends(c->l, "tail_center", t, compiler.from, compiler.to);
	if (house && lexicon_word_in(c->l, lexicon_need_group(c->l, "compiles_for_all"), t, compiler.from, compiler.to,
				     NULL) == 0)
		return "department";
	if (!region && (speaks(c, "own_office") || is_bureau(c->l, t, organ) || is_bureau(c->l, t, compiler)))
		return "department";
	return c->region;
}

/* Is a bureau without its region's name the subject of a clause: 2021年,市城市管理局按照...? */
static bool subject_bureau(const struct meta_ctx *c)
{
	const fchar *t = c->f->ch;
	uint16_t own = lexicon_need_group(c->l, "own_region");
	for (unsigned p = 0; p < c->s->parts_count; p++)
		for (size_t i = c->s->parts[p].from, to = c->s->parts[p].to, n; i < to; i++) {
			if (i > c->s->parts[p].from && !fchar_clause_end(t[i - 1]))
				continue;
			if ((n = lexicon_word_at(c->l, own, t, i, to)) != 1)
				continue;
			size_t end = i + n;
			while (end < to && end < i + SUBJECT_MAX && fchar_han(t[end]))
				end++;
			size_t organ = organ_end(c->l, t, i + n, end);
			struct span o = {i, organ};
			if (organ > i + n + 1 &&
			    (is_bureau(c->l, t, o) || organ_ends(c->l, "organ_office", t, o.from, o.to)))
				return true;
		}
	return false;
}

/* The organ that a text without a title names as its own, where nothing else that it says of itself is against it. */
static const char *find_self(struct meta_ctx *c, const char *level)
{
	struct span self = report_self_name(c->l, c->f, c->s);
	if (self.to == self.from)
		return level;
	bool town = organ_is_town(c->l, c->f->ch, self.from, self.to);
	if ((speaks(c, "own_town") && !town) || (speaks(c, "own_bureau") && town))
		return level;
	c->r->body = fold_source(c->f, self.from, self.to);
	bool own = organ_is_bureau(c->l, c->f->ch, self.from, self.to) && !speaks(c, "own_whole");
	return level && !town && !own ? level : organ_level(c, c->f->ch, self.from, self.to, true);
}

/* The organ whose name agrees with how the text speaks of itself, where it names none but a government. */
static const char *find_agreeing(struct meta_ctx *c, const char *level)
{
	struct fold body;
	fold_text(c->l, c->d->arena, c->r->body, &body);
	bool government = organ_ends(c->l, "organ_government", body.ch, 0, body.n) &&
			  !organ_is_town(c->l, body.ch, 0, body.n) && !report_agree_is(c->l, c->f, c->s, &body);
	if (body.n > 0 && !government)
		return level;
	struct span name = report_agree_name(c->l, c->f, c->s);
	if (name.to == name.from && government && level && strcmp(level, "department") == 0) {
		/* 本机关 of a text that names its government, and 2021年,泰山区司法局认真贯彻 */
		struct span self = report_self_name(c->l, c->f, c->s);
		if (organ_is_bureau(c->l, c->f->ch, self.from, self.to))
			c->r->body = fold_source(c->f, self.from, self.to);
		return level;
	}
	if (name.to == name.from)
		return level;
	/* the office that speaks of 我县 writes for it */
	if (body.n > 0 && speaks(c, "own_first") && organ_ends(c->l, "organ_office", c->f->ch, name.from, name.to))
		return level;
	c->r->body = fold_source(c->f, name.from, name.to);
	return organ_level(c, c->f->ch, name.from, name.to, true);
}

/* Whom the page names as its source, where the text speaks as such an organ: 来源:甘谷县水务局 over 我局. */
static void find_source(struct meta_ctx *c)
{
	struct fold t;
	if (c->d->source.n == 0 || c->d->source.n > SOURCE_MAX)
		return;
	fold_text(c->l, c->d->arena, c->d->source, &t);
	bool town = organ_is_town(c->l, t.ch, 0, t.n), bureau = organ_is_bureau(c->l, t.ch, 0, t.n);
	if (t.n >= SOURCE_MIN && ((town && speaks(c, "own_town")) || (bureau && speaks(c, "own_bureau"))))
		c->r->body = c->d->source;
}

/* Does a title name a bureau by its kind alone, without a place or even its level: 2018年水务局...? */
static bool is_bare_bureau(const struct meta_ctx *c, struct span o)
{
	const fchar *t = c->title.ch;
	uint32_t word;
	return is_bureau(c->l, t, o) && matcher_longest(c->l->region_names, t, o.from, o.to, &word) == 0 &&
	       lexicon_word_at(c->l, lexicon_need_group(c->l, "own_region"), t, o.from, o.to) == 0;
}

/* 水务局 alone is nobody's name: the text's author, if its name ends so, is whom the title means. */
static void bureau_by_author(struct meta_ctx *c, struct span o)
{
	struct span self = report_self_name(c->l, c->f, c->s);
	size_t n = o.to - o.from;
	if (self.to - self.from > n && fold_is(c->f, self.to - n, c->title.ch + o.from, n))
		c->r->body = fold_source(c->f, self.from, self.to);
}

/*
 * What the body's name itself says of its level: a zone's or another committee of management is sent out by a
 * government; of a town's desk (named: who the text says compiles) the town reports.
 */
static const char *body_level(const struct meta_ctx *c, const char *level, bool named)
{
	struct fold b;
	fold_text(c->l, c->d->arena, c->r->body, &b);
	bool zone = organ_ends(c->l, "zone_tail", b.ch, 0, b.n) && !report_region_only(c->l, b.ch, 0, b.n);
	if (zone || organ_ends(c->l, "organ_management", b.ch, 0, b.n))
		return "department";
	/* 商丘市人民政府办公室, which says that it puts together what all have sent: the whole city's report */
	if (c->region && organ_ends(c->l, "organ_office", b.ch, 0, b.n) && c->s->parts_count > 0) {
		struct span head = c->s->parts[0];
		size_t to = head.to - head.from > HEAD_COMPILED ? head.from + HEAD_COMPILED : head.to;
		if (lexicon_group_in(c->l, "compiled_of_all", c->f->ch, head.from, to))
			return c->region;
	}
	if (named && organ_is_town(c->l, b.ch, 0, b.n))
		return "township";
	if (named && organ_is_central(c->l, b.ch, 0, b.n))
		return "central";
	if (named && report_agree_is(c->l, c->f, c->s, &b))
		return "department";
	/* 2025年,辽宁省人民政府办公厅坚持...: for itself, not for all that it compiles a report of */
	if (named && organ_ends(c->l, "organ_office", b.ch, 0, b.n) && !speaks(c, "own_first") &&
	    report_self_acts(c->l, c->f, c->s, &b))
		return "department";
	return level;
}

static void find_body(struct meta_ctx *c)
{
	struct span o = title_organ(c);
	const fchar *t = c->title.ch;
	const char *level = NULL;
	if (organ_is_titled(c->l, t, o.from, o.to)) {
		c->r->body = fold_source(&c->title, o.from, o.to);
		level = organ_level(c, t, o.from, o.to, true);
		town_government(c, o);
	} else {
		struct organ_search s = {.best_score = 0};
		find_text_organ(c, &s);
		bool bureau = speaks(c, "own_bureau"), taken = false;
		/* a title that names a county alone is not that of a bureau in its text */
		bool foreign = o.to > o.from && report_region_only(c->l, t, o.from, o.to) &&
			       is_bureau(c->l, c->f->ch, s.best) && s.best_score < 100;
		if (s.best.to > s.best.from && !foreign &&
		    (s.best_score >= 100 || (c->title.n == 0 && bureau) || s.best_score == 10)) {
			c->r->body = fold_source(c->f, s.best.from, s.best.to);
			taken = true;
		}
		if (c->title.n > 0 && s.government.to > 0 && s.best_score < 100 && !s.about)
			c->r->body = fold_source(c->f, s.government.from, s.government.to);
		struct span compiler = find_compiler(c);
		level = c->title.n == 0 || o.to == o.from
				? spoken_level(c, taken || bureau ? s.best : (struct span){0, 0}, compiler)
				: c->region;
		bool own = speaks(c, "own_town") ? !report_region_only(c->l, t, o.from, o.to) : !speaks(c, "own_whole");
		bool town = own && report_self_town(c->l, c->f, c->s);
		if (town && !bureau && !is_bureau(c->l, c->f->ch, compiler))
			level = "township";
		if (o.to == o.from && is_bureau(c->l, t = c->f->ch, compiler) && speaks(c, "own_desk") &&
		    !speaks(c, "own_first"))
			level = "department";
	}
	if (c->r->body.n == 0 && o.to == o.from)
		level = find_self(c, level);
	if (o.to == o.from)
		level = find_agreeing(c, level);
	if (c->r->body.n == 0 && o.to == o.from)
		find_source(c);
	if (is_bare_bureau(c, o))
		bureau_by_author(c, o);
	if (o.to == o.from || c->r->title.n == 0) /* a printed title says what it means to */
		c->r->body = report_body_whole(c->l, c->d, c->f, c->s, c->r->region, c->r->body);
	level = body_level(c, level, o.to == o.from);
	if (!level && subject_bureau(c) && !speaks(c, "own_whole"))
		level = "department";
	if (!level && c->r->region.n == 0 && c->r->body.n == 0)
		level = speaks(c, "level_province")                              ? "province"
			: speaks(c, "level_county")                              ? "county"
			: speaks(c, "own_city") && speaks(c, "level_prefecture") ? "prefecture"
										 : NULL;
	if (level)
		c->r->level = str_of(level);
}

/* By content, never by year: late adopters and wrong templates occur. */
static void find_format(struct meta_ctx *c)
{
	static const struct {
		const char *group, *format;
	} forms[] = {{"form_2021", "2021"}, {"form_2019", "2019"}, {"form_2014", "2014"}};
	for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++)
		for (unsigned p = 0; p < c->s->parts_count; p++)
			if (lexicon_word_in(c->l, lexicon_need_group(c->l, forms[k].group), c->f->ch,
					    c->s->parts[p].from, c->s->parts[p].to, NULL) > 0) {
				c->r->format = str_of(forms[k].format);
				return;
			}
	c->r->format = STR("narrative");
}

/* A title that names nobody gives way to the name under which the text announces its report. */
static void find_announced(struct meta_ctx *c)
{
	struct span o = title_organ(c), name;
	if (o.to > o.from || c->s->parts_count == 0)
		return;
	if (!segment_announced(c->l, c->f->ch, c->s->parts[0].from, c->s->parts[0].to, &name))
		return;
	size_t of = lexicon_word_at(c->l, lexicon_need_group(c->l, "of_word"), c->f->ch, name.from, name.to);
	name.from += of; /* X编制的2017年度... */
	if (name.to > name.from)
		fold_text(c->l, c->d->arena, fold_source(c->f, name.from, name.to), &c->title);
}

/* The region of the report; where neither title nor text give it, that of the organ that compiled it. A zone's name is its region. */
static const char *find_region(struct meta_ctx *c)
{
	struct fold organ, nobody;
	struct span o = title_organ(c), zone = report_self_name(c->l, c->f, c->s);
	fold_text(c->l, c->d->arena, STR_NULL, &nobody);
	if (!lexicon_group_in(c->l, "zone_tail", c->f->ch, zone.from, zone.to))
		zone.to = zone.from;
	const char *level = NULL;
	/* 现将我局2010年... */
	bool own = lexicon_word_at(c->l, lexicon_need_group(c->l, "own_name"), c->title.ch, 0, c->title.n) > 0;
	if (o.to > o.from || zone.to == zone.from)
		level = report_region(c->l, c->d, c->f, c->s, own ? &nobody : &c->title, c->r);
	if (c->r->region.n > 0)
		return level;
	struct span named = zone;
	if (zone.to == zone.from) {
		named = find_compiler(c);
		c->r->body = STR_NULL;
	}
	if (named.to == named.from)
		return level;
	fold_text(c->l, c->d->arena, fold_source(c->f, named.from, named.to), &organ);
	return report_region(c->l, c->d, c->f, c->s, &organ, c->r);
}

/* The region that the body's own name begins with, where the title says none: 定西市公安局安定分局. */
static void region_of_body(struct meta_ctx *c)
{
	struct span o = title_organ(c);
	struct fold b;
	uint32_t word;
	struct report of = {.year = c->r->year};
	fold_text(c->l, c->d->arena, c->r->body, &b);
	if (o.to > o.from || b.n == 0 || matcher_longest(c->l->region_names, b.ch, 0, b.n, &word) == 0)
		return;
	report_region(c->l, c->d, c->f, c->s, &b, &of);
	if (of.region.n == 0 || of.region_code.n == 0)
		return;
	c->r->region = of.region;
	c->r->region_code = of.region_code;
}

void report_meta(const struct lexicon *l, struct document *d, const struct fold *f, const struct segment *s, bool alone,
		 struct report *r)
{
	struct meta_ctx c = {.l = l, .d = d, .f = f, .s = s, .r = r};
	report_title(l, d, f, s, alone, r, &c.title);
	find_announced(&c);
	report_date_period(l, f, s, r);
	report_date_year(l, f, s, &c.title, r);
	c.region = find_region(&c);
	find_body(&c);
	region_of_body(&c);
	report_date_published(l, d, f, s, alone, r);
	find_format(&c);
}
