#include "parser/list_scheme.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/url.h"
#include "parser/read.h"

#define ROWS_MAX 200
#define CELLS 6
#define ARGS_MAX 8
#define COUNT_NAME_MAX 32
#define CALL_BYTES_MAX 200
#define NAMES_MAX 16 /* arguments of one script that are looked up, since each look reads it all */
#define CALLS_MAX 8  /* of one name in one script */
#define CODE_DIGITS_MAX 12

enum row_kind {
	ROW_CALL,
	ROW_VALUE,
	ROW_ANSWER,
	ROW_START,
	ROW_META,
	ROW_ASK,
	ROW_COLUMN,
	ROW_LITERAL,
	ROW_CLICK,
	ROW_WORD,
	ROW_TOTAL,
	ROW_PARAMETER,
	ROW_KINDS
};

struct list_row {
	enum row_kind kind;
	struct str cell[CELLS]; /* behind the kind */
};

/* Where a kind has its pages, second and address; -1: it has none. */
static const struct shape {
	const char *name;
	int path, pages, address;
} shapes[ROW_KINDS] = {
	[ROW_CALL] = {"call", -1, 2, 4},     [ROW_VALUE] = {"value", 0, 2, 4},
	[ROW_ANSWER] = {"answer", 0, 1, 3},  [ROW_START] = {"start", 0, -1, 2},
	[ROW_META] = {"meta", -1, -1, 2},    [ROW_ASK] = {"ask", -1, -1, -1},
	[ROW_COLUMN] = {"column", 0, -1, 2}, [ROW_LITERAL] = {"literal", -1, -1, -1},
	[ROW_CLICK] = {"click", -1, -1, -1}, [ROW_WORD] = {"word", -1, -1, -1},
	[ROW_TOTAL] = {"total", -1, -1, -1}, [ROW_PARAMETER] = {"parameter", -1, -1, -1},
};

static struct list_row rows[ROWS_MAX];
static size_t rows_count;
static const struct list_row *first[ROW_KINDS]; /* of its kind, or NULL */
static uint32_t count_names[COUNT_NAME_MAX];    /* by length: first letters of the numbers that answers are read for */
static pthread_once_t rows_once = PTHREAD_ONCE_INIT;

static void take_line(struct str line)
{
	struct str cell[CELLS + 1] = {STR_NULL};
	size_t n = 0;
	for (size_t at = 0; at <= line.n && n <= CELLS; n++) {
		long tab = str_find(line, STR("\t"), at);
		size_t stop = tab < 0 ? line.n : (size_t)tab;
		cell[n] = str_sub(line, at, stop);
		at = stop + 1;
	}
	for (int k = 0; n > 1 && k < ROW_KINDS && rows_count < ROWS_MAX; k++)
		if (str_eq_z(cell[0], shapes[k].name)) {
			size_t at = rows_count++; /* rows of a kind stand together, in the order of the file */
			for (; at > 0 && rows[at - 1].kind > (enum row_kind)k; at--)
				rows[at] = rows[at - 1];
			rows[at].kind = (enum row_kind)k;
			memcpy(rows[at].cell, cell + 1, sizeof rows[at].cell);
			return;
		}
}

/* The words of "a|b/c|d". */
static void take_names(struct str words)
{
	for (size_t from = 0, i = 0; i <= words.n; i++) {
		if (i < words.n && words.p[i] != '|' && words.p[i] != '/')
			continue;
		if (i > from && i - from < COUNT_NAME_MAX)
			count_names[i - from] |= 1u << (words.p[from] & 31);
		from = i + 1;
	}
}

static void load(void)
{
	struct str file = lexicon_file("list_schemes.tsv");
	for (size_t i = 0; i < file.n;) {
		long nl = str_find(file, STR("\n"), i);
		size_t end = nl < 0 ? file.n : (size_t)nl;
		if (end > i && file.p[i] != '#')
			take_line(str_sub(file, i, end));
		i = end + 1;
	}
	for (size_t i = rows_count; i-- > 0;) {
		first[rows[i].kind] = &rows[i];
		if (rows[i].kind == ROW_ANSWER)
			take_names(rows[i].cell[1]);
	}
}

/* The next row of a kind behind `r` (NULL: the first), or NULL. */
static const struct list_row *next_row(const struct list_row *r, enum row_kind kind)
{
	if (r)
		return r + 1 < rows + rows_count && r[1].kind == kind ? r + 1 : NULL;
	pthread_once(&rows_once, load);
	return first[kind];
}

/* ------------------------------------------------------------------ notes */

void list_note_put(struct list_note *n, struct str key, struct str value)
{
	if (n->values_count < LIST_VALUES_MAX)
		n->values[n->values_count++] = (struct list_value){key, value};
}

/* Systems write totalPage, totalpage and TotalPage. */
static bool same_name(struct str a, struct str b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

static struct str value_in(const struct list_note *n, struct str key)
{
	for (unsigned i = 0; i < n->values_count; i++)
		if (same_name(n->values[i].key, key))
			return n->values[i].value;
	return STR("");
}

bool list_note_has(const struct list_note *note, struct str key)
{
	return value_in(note, key).n > 0;
}

/* A name for which the script has a literal: "var total = 3; ... (total, ...". */
static bool named_literal(struct str s, size_t *i, struct str *value, bool *number, unsigned *names)
{
	size_t from = list_skip_space(s, *i), end = from;
	while (end < s.n && list_is_name(s.p[end]))
		end++;
	*i = end;
	if (end == from || *names >= NAMES_MAX)
		return false;
	++*names;
	return list_value_of(s, str_sub(s, from, end), 0, value, number);
}

/* Literal arguments from behind "(" to ")": their number, -1 when one is no literal. */
static int arguments(struct str s, size_t i, struct str *value, bool *number, unsigned *names)
{
	int n = 0;
	while (n < ARGS_MAX) {
		if (!list_literal(s, &i, &value[n], &number[n]) && !named_literal(s, &i, &value[n], &number[n], names))
			return -1;
		n++;
		i = list_skip_space(s, i);
		if (i < s.n && s.p[i] == ')')
			return n;
		if (i >= s.n || s.p[i] != ',')
			return -1;
		i++;
	}
	return -1;
}

/* Arguments against "n:pages s:name ...": further ones may follow. */
static bool take_arguments(struct str wanted, const struct str *value, const bool *number, int n,
			   struct list_note *note)
{
	size_t at = 0;
	for (int k = 0; at < wanted.n; k++) {
		long space = str_find(wanted, STR(" "), at);
		struct str word = str_sub(wanted, at, space < 0 ? wanted.n : (size_t)space);
		bool digits = k < n && (number[k] || list_number(value[k]) >= 0); /* some quote their numbers */
		if (k >= n || word.n < 3 || (word.p[0] == 'n' ? !digits : number[k]))
			return false;
		list_note_put(note, str_sub(word, 2, word.n), value[k]);
		at += word.n + 1;
	}
	return true;
}

static void take_call(struct str script, size_t open, const struct list_row *r, unsigned *names, list_note_fn note,
		      void *ud)
{
	struct str value[ARGS_MAX];
	bool number[ARGS_MAX];
	struct list_note n = {.row = r};
	if (open >= script.n || script.p[open] != '(')
		return;
	int count = arguments(script, open + 1, value, number, names);
	if (count > 0 && take_arguments(r->cell[1], value, number, count, &n))
		note(ud, &n);
}

/* Where the call begins whose argument stands at `i`: at its "(". */
static size_t call_around(struct str s, size_t i)
{
	size_t from = i;
	while (from > 0 && i - from < CALL_BYTES_MAX && !strchr("(){};", s.p[from]))
		from--;
	return from;
}

/* A row's name is the beginning of a function's name, or "*x": any function that is given the string x. */
static void calls(struct str script, const struct list_grams *g, list_note_fn note, void *ud)
{
	unsigned names = 0;
	for (const struct list_row *r = next_row(NULL, ROW_CALL); r; r = next_row(r, ROW_CALL)) {
		bool any = str_starts(r->cell[0], STR("*"));
		struct str word = any ? str_sub(r->cell[0], 1, r->cell[0].n) : r->cell[0];
		long at = -1;
		if (!list_grams_may(g, word))
			continue;
		for (int found = 0; found < CALLS_MAX && (at = str_find(script, word, (size_t)(at + 1))) >= 0;
		     found++) {
			size_t i = (size_t)at + word.n;
			if (any) {
				bool quoted = at > 0 && i < script.n && strchr("\"'", script.p[i]) &&
					      script.p[at - 1] == script.p[i];
				if (quoted)
					take_call(script, call_around(script, (size_t)at), r, &names, note, ud);
				continue;
			}
			while (i < script.n && list_is_name(script.p[i]))
				i++; /* sites call their own versions of it createPageHTML2, createPageHTML_gk ... */
			take_call(script, list_skip_space(script, i), r, &names, note, ud);
		}
	}
}

/* The number of a site, of any length that one may have. */
static bool is_code(struct str s)
{
	size_t n = 0;
	while (n < s.n && isdigit((unsigned char)s.p[n]))
		n++;
	return n == s.n && n > 0 && n <= CODE_DIGITS_MAX;
}

static void script_values(struct str script, const struct list_grams *g, enum row_kind kind, list_note_fn note,
			  void *ud)
{
	for (const struct list_row *r = next_row(NULL, kind); r; r = next_row(r, kind)) {
		struct list_note n = {.row = r};
		struct str value;
		bool number;
		if (list_grams_may(g, r->cell[1]) && list_value_of(script, r->cell[1], 0, &value, &number) &&
		    (kind == ROW_START ? is_code(value) : list_number(value) > 0)) {
			list_note_put(&n, kind == ROW_START ? STR("SID") : r->cell[1], value);
			note(ud, &n);
		}
	}
}

/* The object of a tree that has `name` in it: its own id stands between its braces and no others. */
static void columns(struct str script, const struct list_grams *g, list_note_fn note, void *ud)
{
	struct str sid, id;
	bool number;
	const struct list_row *start = next_row(NULL, ROW_START);
	while (start && !(list_grams_may(g, start->cell[1]) && list_value_of(script, start->cell[1], 0, &sid, &number)))
		start = next_row(start, ROW_START);
	if (!start || !is_code(sid))
		return;
	for (const struct list_row *r = next_row(NULL, ROW_COLUMN); r; r = next_row(r, ROW_COLUMN)) {
		long at = -1;
		if (!list_grams_may(g, r->cell[1]))
			continue;
		for (int found = 0; found < CALLS_MAX && (at = str_find(script, r->cell[1], (size_t)(at + 1))) >= 0;
		     found++) {
			size_t open = (size_t)at, close = (size_t)at;
			while (open > 0 && script.p[open] != '{' && script.p[open] != '}')
				open--;
			while (close < script.n && script.p[close] != '{' && script.p[close] != '}')
				close++;
			struct list_note n = {.row = r};
			if (list_value_of(str_sub(script, open, close), STR("id"), 0, &id, &number) &&
			    list_number(id) >= 0) {
				list_note_put(&n, STR("SID"), sid);
				list_note_put(&n, STR("id"), id);
				note(ud, &n);
			}
		}
	}
}

/* The string that `at` stands in, when it begins within reach (a host may stand before it) and is all that stands there. */
static bool literal_around(struct str script, size_t at, struct str *value)
{
	size_t i = at;
	bool number;
	while (i > 0 && at - i < LIST_ADDRESS_MAX && !strchr("\"' \n(", script.p[i - 1]))
		i--;
	if (i == 0 || (script.p[i - 1] != '"' && script.p[i - 1] != '\''))
		return false;
	i--;
	return list_literal(script, &i, value, &number) && list_stands_alone(script, i) && !number;
}

static void literals(struct str script, const struct list_grams *g, list_note_fn note, void *ud)
{
	for (const struct list_row *r = next_row(NULL, ROW_LITERAL); r; r = next_row(r, ROW_LITERAL)) {
		long at = -1;
		if (!list_grams_may(g, r->cell[0]))
			continue;
		for (int found = 0; found < CALLS_MAX && (at = str_find(script, r->cell[0], (size_t)(at + 1))) >= 0;
		     found++) {
			struct list_note n = {.row = r};
			struct str value;
			if (!literal_around(script, (size_t)at, &value))
				continue;
			if (str_ends(value, r->cell[0]) || str_ends(value, STR("=")))
				continue; /* a part: the rest is added by the script */
			list_note_put(&n, STR("address"), value);
			note(ud, &n);
		}
	}
}

/* The first string of the script that ends as the mark. */
static bool marked(struct str script, struct str mark, struct str *value)
{
	long at = -1;
	for (int found = 0; found < CALLS_MAX && (at = str_find(script, mark, (size_t)(at + 1))) >= 0; found++)
		if (literal_around(script, (size_t)at, value) && str_ends(*value, mark))
			return true;
	return false;
}

static void marks(struct str script, const struct list_grams *g, list_note_fn note, void *ud)
{
	for (const struct list_row *r = next_row(NULL, ROW_META); r; r = next_row(r, ROW_META)) {
		struct list_note n = {.row = r};
		struct str value;
		bool number;
		if (!list_grams_may(g, r->cell[1]) || str_find(script, r->cell[1], 0) < 0)
			continue;
		if (str_find(r->cell[2], STR("{mark}"), 0) >= 0) {
			if (!marked(script, r->cell[1], &value))
				continue;
			list_note_put(&n, STR("mark"), value);
		}
		if (r->cell[3].n > 0 && list_value_of(script, r->cell[3], 0, &value, &number))
			list_note_put(&n, r->cell[0], value);
		note(ud, &n);
	}
}

void list_scheme_script(struct str script, const struct list_grams *g, list_note_fn note, void *ud)
{
	calls(script, g, note, ud);
	script_values(script, g, ROW_VALUE, note, ud);
	columns(script, g, note, ud);
	script_values(script, g, ROW_START, note, ud);
	literals(script, g, note, ud);
	marks(script, g, note, ud);
}

struct str list_note_meta(const struct list_note *note)
{
	return note->row->kind == ROW_META ? note->row->cell[0] : STR("");
}

/* -------------------------------------------------------------- addresses */

struct own_url {
	struct str path, query, before, stem, ext;
	long number; /* at the end of the stem, or -1 */
};

static bool read_url(struct str url, struct str mark, struct own_url *o)
{
	struct url_parts u;
	*o = (struct own_url){.number = -1};
	if (url_split(url, &u) != ERR_OK)
		return false;
	o->path = u.path;
	o->query = u.query;
	long at = mark.n ? str_find(u.path, mark, 0) : 0;
	o->before = at > 0 ? str_sub(u.path, 0, (size_t)at) : STR("");
	size_t name = u.path.n;
	while (name > 0 && u.path.p[name - 1] != '/')
		name--;
	struct str file = str_sub(u.path, name, u.path.n);
	if (file.n == 0)
		file = STR("index.html");
	size_t dot = file.n;
	while (dot > 0 && file.p[dot - 1] != '.')
		dot--;
	o->ext = dot > 0 ? str_sub(file, dot, file.n) : STR("html");
	o->stem = dot > 0 ? str_sub(file, 0, dot - 1) : file;
	size_t digits = o->stem.n;
	while (digits > 0 && isdigit((unsigned char)o->stem.p[digits - 1]))
		digits--;
	if (digits > 1 && digits < o->stem.n && o->stem.p[digits - 1] == '_') {
		o->number = list_number(str_sub(o->stem, digits, o->stem.n));
		o->stem = str_sub(o->stem, 0, digits - 1);
	}
	return true;
}

/* The alternative of "a|b|c" at *i, and *i behind it; empty at the end. */
static struct str alternative(struct str words, size_t *i)
{
	size_t from = *i;
	long bar = from < words.n ? str_find(words, STR("|"), from) : -1;
	size_t end = bar < 0 ? words.n : (size_t)bar;
	*i = bar < 0 ? words.n : end + 1;
	return from < words.n ? str_sub(words, from, end) : STR("");
}

/* The parameter that "{own:NAME}" means; "{own:}" is the one of the data's that the address has, empty for none. */
static struct str own_parameter(struct str template, struct str query)
{
	struct str name = str_sub(template, strlen("{own:"), template.n - 1);
	if (name.n > 0)
		return name;
	for (const struct list_row *r = next_row(NULL, ROW_PARAMETER); r; r = next_row(r, ROW_PARAMETER))
		for (size_t i = 0; i < query.n;) {
			long amp = str_find(query, STR("&"), i);
			struct str pair = str_sub(query, i, amp < 0 ? query.n : (size_t)amp), k = r->cell[0];
			if (pair.n > k.n && pair.p[k.n] == '=' && same_name(str_sub(pair, 0, k.n), k) &&
			    list_number(str_sub(pair, k.n + 1, pair.n)) >= 0)
				return str_sub(pair, 0, k.n);
			i += pair.n + 1;
		}
	return STR("");
}

/* The own path and query with one parameter set. */
static void own_with(const struct own_url *o, struct str name, long k, struct buf *out)
{
	bool done = false;
	(void)buf_add_str(out, o->path);
	(void)buf_add_char(out, '?');
	for (size_t i = 0; i < o->query.n;) {
		long amp = str_find(o->query, STR("&"), i);
		size_t end = amp < 0 ? o->query.n : (size_t)amp;
		struct str pair = str_sub(o->query, i, end);
		if (i > 0)
			(void)buf_add_char(out, '&');
		if (pair.n > name.n && pair.p[name.n] == '=' && str_starts(pair, name)) {
			(void)buf_printf(out, "%.*s=%ld", STR_FMT(name), k);
			done = true;
		} else {
			(void)buf_add_str(out, pair);
		}
		i = end + 1;
	}
	if (!done)
		(void)buf_printf(out, "%s%.*s=%ld", o->query.n ? "&" : "", STR_FMT(name), k);
}

static void expand(const struct list_note *n, struct str address, const struct own_url *o, long k, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < address.n; i++) {
		long close = address.p[i] == '{' ? str_find(address, STR("}"), i) : -1;
		if (close < 0) {
			(void)buf_add_char(out, address.p[i]);
			continue;
		}
		struct str key = str_sub(address, i + 1, (size_t)close);
		if (str_eq_z(key, "k"))
			(void)buf_printf(out, "%ld", k);
		else if (str_starts(key, STR("own:")))
			own_with(o, own_parameter(address, o->query), k, out);
		else if (str_eq_z(key, "before"))
			(void)buf_add_str(out, o->before);
		else if (str_eq_z(key, "stem"))
			(void)buf_add_str(out, o->stem);
		else if (n->row->kind != ROW_CALL && str_eq_z(key, "ext"))
			(void)buf_add_str(out, o->ext);
		else if (n->row->kind == ROW_META && !str_eq_z(key, "mark"))
			list_add_value(out, value_in(n, key)); /* one value, whatever a page writes there */
		else
			(void)buf_add_str(out, value_in(n, key));
		i = (size_t)close;
	}
}

/* "total/100" as its two halves; the second is empty when the number of pages is stated itself. */
static struct str halves(struct str pages, struct str *size)
{
	long slash = str_find(pages, STR("/"), 0);
	*size = slash < 0 ? STR("") : str_sub(pages, (size_t)slash + 1, pages.n);
	return slash < 0 ? pages : str_sub(pages, 0, (size_t)slash);
}

/* The stated number of pages, 0 for none. */
static long pages_of(const struct list_note *n, struct str pages, struct str query)
{
	struct str sizes, totals = halves(pages, &sizes), word;
	long v = -1, per = -1;
	for (size_t i = 0; v <= 0 && (word = alternative(totals, &i)).n > 0;)
		v = list_number(value_in(n, word));
	if (v <= 0 || sizes.n == 0)
		return v < 0 ? 0 : v;
	for (size_t i = 0; per <= 0 && (word = alternative(sizes, &i)).n > 0;) {
		per = list_number(word);
		if (per < 0)
			per = list_number(list_parameter(query, word));
		if (per < 0)
			per = list_number(value_in(n, word));
	}
	return per > 0 ? (v + per - 1) / per : 0;
}

static void number_pages(const struct list_note *n, const struct own_url *o, const struct shape *s,
			 list_address_fn address, void *ud)
{
	struct buf out;
	struct str template = n->row->cell[s->address];
	long pages = pages_of(n, n->row->cell[s->pages], o->query), second = list_number(n->row->cell[s->pages + 1]);
	long own = o->number, current = n->row->kind == ROW_CALL ? list_number(value_in(n, STR("current"))) : -1;
	/* what the first page calls itself, or the last, says where a call's numbers begin, whatever its system does */
	if (own < 0 && (current == 0 || current == 1))
		second = current + 1;
	else if (current > 0 && current == pages)
		second = 2;
	else if (current > pages)
		return;
	if (str_starts(template, STR("{own:"))) {
		struct str name = own_parameter(template, o->query);
		if (name.n == 0)
			return;
		own = list_number(list_parameter(o->query, name));
		if (own > pages && str_eq_z(template, "{own:}"))
			return; /* then it numbers something else */
		if (second < 0)
			second = own == 0 ? 1 : 2;
	}
	buf_init(&out, LIST_ADDRESS_MAX);
	long last = second + (pages < LIST_LAST_MAX ? pages : LIST_LAST_MAX) - 2, near = second + LIST_PAGES_MAX - 2;
	for (long k = second; k <= last && k <= near; k++) {
		expand(n, template, o, k, &out);
		if (!out.sticky)
			address(ud, buf_str(&out));
	}
	if (own >= near && own < last) {
		expand(n, template, o, own + 1, &out);
		if (!out.sticky)
			address(ud, buf_str(&out));
	}
	buf_fini(&out);
}

/* "/a/ !/b/" as its two words; the second, that a path must not hold, may be empty. */
static struct str mark_of(struct str path, struct str *no)
{
	long at = str_find(path, STR(" !"), 0);
	*no = at < 0 ? STR("") : str_sub(path, (size_t)at + 2, path.n);
	return at < 0 ? path : str_sub(path, 0, (size_t)at);
}

static bool names(struct str words, struct str key)
{
	struct str word;
	for (size_t i = 0; (word = alternative(words, &i)).n > 0;)
		if (same_name(word, key))
			return true;
	return false;
}

bool list_scheme_counts(struct str url, struct str key)
{
	(void)next_row(NULL, ROW_ANSWER);
	if (key.n >= COUNT_NAME_MAX || key.n == 0 || !(count_names[key.n] >> (key.p[0] & 31) & 1))
		return false;
	for (const struct list_row *r = next_row(NULL, ROW_ANSWER); r; r = next_row(r, ROW_ANSWER)) {
		struct str size, total = halves(r->cell[1], &size);
		if ((names(total, key) || names(size, key)) && str_find(url, r->cell[0], 0) >= 0)
			return true;
	}
	return false;
}

void list_scheme_answer(struct str url, const struct list_value *values, unsigned count, list_note_fn note, void *ud)
{
	for (const struct list_row *r = next_row(NULL, ROW_ANSWER); r; r = next_row(r, ROW_ANSWER)) {
		struct list_note n = {.row = r};
		struct own_url o;
		for (unsigned i = 0; i < count; i++)
			list_note_put(&n, values[i].key, values[i].value);
		if (str_find(url, r->cell[0], 0) >= 0 && read_url(url, r->cell[0], &o) &&
		    pages_of(&n, r->cell[1], o.query) > 0) {
			note(ud, &n);
			return;
		}
	}
}

void list_scheme_pages(const struct list_note *note, struct str url, list_address_fn address, void *ud)
{
	const struct shape *s = &shapes[note->row->kind];
	struct own_url o;
	struct str no, mark = s->path >= 0 ? mark_of(note->row->cell[s->path], &no) : STR("");
	bool known = read_url(url, mark, &o);
	if (note->row->kind == ROW_LITERAL) {
		address(ud, value_in(note, STR("address")));
		return;
	}
	if (s->path >= 0) {
		/* a folder shows its index page; the home page's numbers are those of pictures that change */
		bool folder = known && str_ends(o.path, STR("/"));
		bool here = known && (str_find(o.path, mark, 0) >= 0 || (folder && str_eq_z(mark, "/index")));
		bool home = known && memchr(o.path.p + 1, '/', o.path.n - 1) == NULL;
		bool stem = str_find(note->row->cell[s->address], STR("{stem}"), 0) >= 0;
		if (!here || (no.n > 0 && str_find(o.path, no, 0) >= 0) || (stem && (home || o.query.n > 0)))
			return;
	}
	if (s->pages >= 0) {
		number_pages(note, &o, s, address, ud);
		return;
	}
	struct buf out;
	buf_init(&out, LIST_ADDRESS_MAX);
	expand(note, note->row->cell[s->address], &o, 1, &out);
	if (!out.sticky)
		address(ud, buf_str(&out));
	buf_fini(&out);
}

/* --------------------------------------------------------- anchors, clicks */

struct str list_scheme_click(struct str code)
{
	struct str best = STR("");
	for (const struct list_row *r = next_row(NULL, ROW_CLICK); r && best.n == 0; r = next_row(r, ROW_CLICK)) {
		long at = str_find(code, r->cell[0], 0);
		for (size_t i = at < 0 ? code.n : (size_t)at; i < code.n && best.n == 0; i++) {
			struct str value;
			bool number;
			size_t end = i;
			if ((code.p[i] == '"' || code.p[i] == '\'') && list_literal(code, &end, &value, &number)) {
				if (!list_stands_alone(code, end))
					return STR("");
				if (memchr(value.p, '/', value.n) || memchr(value.p, '.', value.n))
					best = value;
				i = end - 1;
			}
		}
	}
	return best;
}

struct str list_scheme_location(struct str script)
{
	static const char *const hows[] = {".href", ".replace", ".assign", ""};
	long at = -1;
	for (int found = 0; found < CALLS_MAX && (at = str_find(script, STR("location"), (size_t)(at + 1))) >= 0;
	     found++) {
		size_t i = (size_t)at + 8;
		if (at > 0 && list_is_name(script.p[at - 1]))
			continue;
		for (size_t k = 0; k < sizeof hows / sizeof *hows; k++)
			if (str_starts(str_sub(script, i, script.n), str_of(hows[k]))) {
				i += strlen(hows[k]);
				break;
			}
		i = list_skip_space(script, i);
		struct str value;
		bool number;
		if (i >= script.n || (script.p[i] != '=' && script.p[i] != '('))
			continue;
		i++;
		if (list_literal(script, &i, &value, &number) && !number && list_stands_alone(script, i))
			return value;
	}
	return STR("");
}

/* Letters and Chinese characters only, letters small. */
static struct str only_words(struct str text, char *out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < text.n;) {
		size_t from = i;
		uint32_t cp = utf8_next(text.p, text.n, &i);
		if (cp < 0x80 ? !isalpha((int)cp) : cp < 0x3400 || cp >= 0xa000)
			continue;
		if (n + (i - from) > max)
			return STR("");
		for (; from < i; from++)
			out[n++] = (char)(cp < 0x80 ? tolower((int)cp) : text.p[from]);
	}
	return (struct str){out, n};
}

int list_scheme_word(struct str text)
{
	char words[24];
	if (text.n == 0 || text.n > 60)
		return 0;
	text = only_words(text, words, sizeof words);
	for (const struct list_row *r = next_row(NULL, ROW_WORD); r && text.n > 0; r = next_row(r, ROW_WORD))
		if (str_eq(text, r->cell[1]))
			return str_eq_z(r->cell[0], "next") ? 1 : 2;
	return 0;
}

long list_scheme_said(struct str line)
{
	for (const struct list_row *r = next_row(NULL, ROW_TOTAL); r; r = next_row(r, ROW_TOTAL))
		for (long at = -1; (at = str_find(line, r->cell[0], (size_t)(at + 1))) >= 0;) {
			size_t i = list_skip_space(line, (size_t)at + r->cell[0].n), end = i;
			while (end < line.n && isdigit((unsigned char)line.p[end]))
				end++;
			long n = list_number(str_sub(line, i, end));
			if (n > 0 && str_starts(str_sub(line, list_skip_space(line, end), line.n), r->cell[1]))
				return n;
		}
	return 0;
}

bool list_scheme_is_page(struct str name)
{
	for (const struct list_row *r = next_row(NULL, ROW_PARAMETER); r; r = next_row(r, ROW_PARAMETER))
		if (same_name(name, r->cell[0]))
			return true;
	return false;
}

bool list_scheme_has_page(struct str url)
{
	struct url_parts u;
	return url_split(url, &u) == ERR_OK && own_parameter(STR("{own:}"), u.query).n > 0;
}

void list_scheme_own(struct str url, long pages, list_address_fn address, void *ud)
{
	struct own_url o;
	struct buf out;
	if (!read_url(url, STR(""), &o))
		return;
	struct str name = own_parameter(STR("{own:}"), o.query);
	long own = list_number(list_parameter(o.query, name)), k = own == 0 ? 1 : 2, near = k + LIST_PAGES_MAX - 2;
	buf_init(&out, LIST_ADDRESS_MAX);
	for (; name.n > 0 && own <= pages && k <= pages && k <= near; k++) {
		buf_clear(&out);
		own_with(&o, name, k, &out);
		if (!out.sticky)
			address(ud, buf_str(&out));
	}
	buf_fini(&out);
}

/* Spaces part the words. */
static bool word_among(struct str words, struct str name)
{
	for (size_t at = 0; at <= words.n;) {
		long space = str_find(words, STR(" "), at);
		size_t end = space < 0 ? words.n : (size_t)space;
		if (str_eq(str_sub(words, at, end), name))
			return true;
		at = end + 1;
	}
	return false;
}

/* Has the query each of these parameters, and others only where "..." stands? */
static bool has_parameters(struct str query, struct str words)
{
	size_t wanted = 1, have = 0;
	for (size_t i = 0; i < words.n; i++)
		wanted += words.p[i] == ' ';
	bool others = word_among(words, STR("..."));
	for (size_t i = 0; i < query.n;) {
		long amp = str_find(query, STR("&"), i);
		struct str pair = str_sub(query, i, amp < 0 ? query.n : (size_t)amp);
		const char *eq = memchr(pair.p, '=', pair.n);
		struct str name = str_sub(pair, 0, eq ? (size_t)(eq - pair.p) : pair.n);
		bool known = word_among(words, name) && list_parameter(query, name).p == pair.p + name.n + 1;
		if (!known && !others)
			return false;
		have += known;
		i += pair.n + 1;
	}
	return have == wanted - others;
}

enum msg_ask list_scheme_ask(struct str url)
{
	struct url_parts u = {0};
	if (!memchr(url.p, '?', url.n))
		return MSG_GET;
	for (const struct list_row *r = next_row(NULL, ROW_ASK); r; r = next_row(r, ROW_ASK))
		if (str_find(url, r->cell[1], 0) >= 0 && url_split(url, &u) == ERR_OK && str_ends(u.path, r->cell[1]) &&
		    has_parameters(u.query, r->cell[2]))
			return msg_ask_of(r->cell[0]);
	return MSG_GET;
}

void list_scheme_fill(struct str next, struct str last, list_address_fn address, void *ud)
{
	size_t head = 0, tail = 0;
	while (head < next.n && head < last.n && next.p[head] == last.p[head])
		head++;
	while (head > 0 && isdigit((unsigned char)next.p[head - 1]))
		head--;
	while (tail < next.n - head && tail < last.n - head && next.p[next.n - 1 - tail] == last.p[last.n - 1 - tail])
		tail++;
	while (tail > 0 && isdigit((unsigned char)next.p[next.n - tail]))
		tail--;
	long from = list_number(str_sub(next, head, next.n - tail)),
	     to = list_number(str_sub(last, head, last.n - tail));
	if (from < 0 || to < 0 || next.p[head] == '0' || to > LIST_LAST_MAX || from > LIST_LAST_MAX)
		return;
	struct buf out;
	buf_init(&out, LIST_ADDRESS_MAX);
	long step = to > from ? 1 : -1;
	for (long k = from; k != to && (k - from) * step < LIST_PAGES_MAX;) {
		k += step;
		buf_clear(&out);
		(void)buf_printf(&out, "%.*s%ld%.*s", (int)head, next.p, k, (int)tail, next.p + next.n - tail);
		if (!out.sticky)
			address(ud, buf_str(&out));
	}
	buf_fini(&out);
}
