#include "parser/charset.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#define HEAD_BYTES (64u * 1024)  /* where a meta label is looked for */
#define JUDGE_BYTES (64u * 1024) /* what the hanzi rule reads */

enum { CONV_UTF8, CONV_UTF16LE, CONV_UTF16BE, CONV_GB18030, CONV_BIG5 };

/* The converters in use, by number above; the others serve foreign pages that link in. */
static const struct {
	const char *name, *iconv_name, *second;
} converters[] = {
	{"UTF-8", NULL, NULL},
	{"UTF-16LE", "UTF-16LE", NULL},
	{"UTF-16BE", "UTF-16BE", NULL},
	{"GB18030", "GB18030", NULL},
	{"Big5", "BIG5-HKSCS", "BIG5"},
	{"windows-1252", "WINDOWS-1252", "ISO-8859-1"},
	{"windows-1251", "WINDOWS-1251", NULL},
	{"windows-1250", "WINDOWS-1250", NULL},
	{"Shift_JIS", "CP932", "SHIFT_JIS"},
	{"EUC-JP", "EUC-JP", NULL},
	{"EUC-KR", "CP949", "EUC-KR"},
	{"KOI8-R", "KOI8-R", NULL},
	{"ISO-8859-2", "ISO-8859-2", NULL},
};
#define CONV_COUNT (sizeof converters / sizeof *converters)

/* Labels of the WHATWG Encoding Standard that pages use; compared without case. */
static const struct {
	const char *label;
	int converter;
} labels[] = {
	{"utf-8", CONV_UTF8},
	{"utf8", CONV_UTF8},
	{"unicode-1-1-utf-8", CONV_UTF8},
	{"gb2312", CONV_GB18030},
	{"gbk", CONV_GB18030},
	{"gb18030", CONV_GB18030},
	{"gb_2312-80", CONV_GB18030},
	{"gb_2312", CONV_GB18030},
	{"x-gbk", CONV_GB18030},
	{"gb2312-80", CONV_GB18030},
	{"cp936", CONV_GB18030},
	{"hz-gb-2312", CONV_GB18030},
	{"chinese", CONV_GB18030},
	{"big5", CONV_BIG5},
	{"big5-hkscs", CONV_BIG5},
	{"x-x-big5", CONV_BIG5},
	{"cp950", CONV_BIG5},
	{"utf-16", CONV_UTF16LE},
	{"utf-16le", CONV_UTF16LE},
	{"utf-16be", CONV_UTF16BE},
	{"iso-8859-1", 5},
	{"latin1", 5},
	{"us-ascii", 5},
	{"ascii", 5},
	{"windows-1252", 5},
	{"cp1252", 5},
	{"iso-8859-15", 5},
	{"windows-1251", 6},
	{"cp1251", 6},
	{"windows-1250", 7},
	{"shift_jis", 8},
	{"shift-jis", 8},
	{"sjis", 8},
	{"windows-31j", 8},
	{"euc-jp", 9},
	{"euc-kr", 10},
	{"ks_c_5601-1987", 10},
	{"koi8-r", 11},
	{"iso-8859-2", 12},
};

/* Collects output into pieces, dropping control characters. */
struct piece {
	char p[CHARSET_PIECE];
	size_t n;
	charset_sink sink;
	void *ud;
	uint64_t errors, multi; /* characters of more than one byte that were read well */
	bool stop, verbatim;
};

/* What one reading of the whole page says of its charset. */
struct first_pass {
	char head[HEAD_BYTES], high[JUDGE_BYTES];
	size_t head_n, high_n;
	struct piece count;
};

struct charsets {
	iconv_t cd[CONV_COUNT];
	bool open[CONV_COUNT];
	uint8_t common[65536 / 8]; /* a bit for each hanzi of the list */
	/* working memory of one page, kept: as large as many a page, it would cost more than its use */
	struct piece *piece;
	struct first_pass *pass;
};

static void learn_hanzi(struct charsets *c, struct str file)
{
	for (size_t i = 0; i < file.n;) {
		uint32_t cp = utf8_next(file.p, file.n, &i);
		if (cp >= 0x4e00 && cp < 0xa000)
			c->common[cp >> 3] |= (uint8_t)(1u << (cp & 7));
	}
}

enum err charsets_new(struct str hanzi, struct charsets **out)
{
	struct charsets *c = calloc(1, sizeof *c);
	if (!c || !(c->piece = malloc(sizeof *c->piece)) || !(c->pass = malloc(sizeof *c->pass))) {
		charsets_free(c);
		return err_set(ERR_NOMEM, "no memory for the charsets");
	}
	for (size_t i = 1; i < CONV_COUNT; i++) {
		c->cd[i] = iconv_open("UTF-8", converters[i].iconv_name);
		if (c->cd[i] == (iconv_t)-1 && converters[i].second)
			c->cd[i] = iconv_open("UTF-8", converters[i].second);
		c->open[i] = c->cd[i] != (iconv_t)-1;
	}
	if (!c->open[CONV_GB18030] || !c->open[CONV_BIG5]) {
		charsets_free(c);
		return err_set(ERR_INPUT,
			       "the C library has no converter for GB18030 and Big5; install its gconv modules");
	}
	learn_hanzi(c, hanzi);
	*out = c;
	return ERR_OK;
}

void charsets_free(struct charsets *c)
{
	if (!c)
		return;
	for (size_t i = 1; i < CONV_COUNT; i++)
		if (c->open[i])
			iconv_close(c->cd[i]);
	free(c->piece);
	free(c->pass);
	free(c);
}

/* -------------------------------------------------------------- decoding */

/* Eight bytes at once: is any of them below 0x20, or 0x7f? May say yes of a byte behind one that is. */
static bool may_hold_control(const char *p)
{
	const uint64_t ones = 0x0101010101010101u, tops = ones * 0x80;
	uint64_t v, del;
	memcpy(&v, p, sizeof v);
	del = v ^ ones * 0x7f;
	return (((v - ones * 0x20) & ~v) | ((del - ones) & ~del)) & tops;
}

static void piece_flush(struct piece *o)
{
	size_t w = 0;
	for (size_t i = 0; i < o->n; i++) {
		while (i + 8 <= o->n && !may_hold_control(o->p + i)) {
			if (w != i)
				memmove(o->p + w, o->p + i, 8);
			w += 8;
			i += 8;
		}
		if (i == o->n)
			break;
		unsigned char ch = (unsigned char)o->p[i];
		bool plain = (ch >= 0x20 && ch != 0x7f) || ch == '\t' || ch == '\n' || ch == '\r';
		if (plain || (o->verbatim && ch != 0))
			o->p[w++] = (char)ch;
	}
	if (w > 0 && o->sink && !o->stop)
		o->stop = !o->sink(o->ud, o->p, w);
	o->n = 0;
}

/* Not its bytes: zeroing them would cost as much as reading a small page. */
static void piece_init(struct piece *o, charset_sink sink, void *ud)
{
	o->n = 0;
	o->sink = sink;
	o->ud = ud;
	o->errors = o->multi = 0;
	o->stop = o->verbatim = false;
}

static void piece_add(struct piece *o, const char *p, size_t n)
{
	if (!o->sink)
		return;
	if (o->n + n > sizeof o->p)
		piece_flush(o);
	memcpy(o->p + o->n, p, n);
	o->n += n;
}

static void piece_error(struct piece *o)
{
	o->errors++;
	piece_add(o, "\xef\xbf\xbd", 3);
}

/* Length of the sequence that `b` begins (RFC 3629), 0 when it begins none. */
static size_t utf8_len(unsigned char b)
{
	if (b >= 0xc2 && b <= 0xdf)
		return 2;
	if (b >= 0xe0 && b <= 0xef)
		return 3;
	if (b >= 0xf0 && b <= 0xf4)
		return 4;
	return 0;
}

static bool utf8_here(const char *p, size_t n, size_t need)
{
	return need > 0 && need <= n && utf8_valid(p, need);
}

static void add_valid(struct piece *o, const char *p, size_t n)
{
	for (size_t k; o->sink && n > 0; p += k, n -= k) {
		k = n > 4096 ? utf8_cut(p, 4096) : n;
		piece_add(o, p, k);
	}
}

/* Past ASCII, eight bytes at once, and past characters of three bytes: what nearly all of a page is. */
static size_t skip_usual(struct piece *o, const char *p, size_t i, size_t n)
{
	for (;;) {
		uint64_t v;
		while (i + 8 <= n && (memcpy(&v, p + i, 8), (v & 0x8080808080808080u) == 0))
			i += 8;
		while (i < n && (unsigned char)p[i] < 0x80)
			i++;
		size_t from = i;
		while (i + 3 <= n && utf8_is_three((const unsigned char *)p + i))
			i += 3;
		o->multi += (i - from) / 3;
		if (i == n || (unsigned char)p[i] >= 0x80)
			return i;
	}
}

/* Reads `n` bytes; returns how many were used. The rest is the beginning of a character, unless `last`. */
static size_t utf8_decode(struct piece *o, const char *p, size_t n, bool last)
{
	size_t i = 0, from = 0;
	while ((i = skip_usual(o, p, i, n)) < n) {
		size_t need = utf8_len((unsigned char)p[i]);
		if (utf8_here(p + i, n - i, need)) {
			o->multi++;
			i += need;
			continue;
		}
		add_valid(o, p + from, i - from);
		from = i;
		if (need > n - i && !last) {
			size_t have = 1;
			while (have < n - i && ((unsigned char)p[i + have] & 0xc0) == 0x80)
				have++;
			if (have == n - i)
				return i;
		}
		piece_error(o);
		from = ++i;
	}
	add_valid(o, p + from, n - from);
	return n;
}

static size_t iconv_decode(struct piece *o, iconv_t cd, const char *p, size_t n, bool last)
{
	char *in = (char *)(uintptr_t)p;
	size_t left = n;
	while (left > 0) {
		if (sizeof o->p - o->n < 64)
			piece_flush(o);
		char *out = o->p + o->n;
		size_t room = sizeof o->p - o->n;
		size_t rc = iconv(cd, &in, &left, &out, &room);
		o->n = (size_t)(out - o->p);
		if (rc != (size_t)-1)
			continue;
		if (errno == E2BIG) {
			piece_flush(o);
		} else if (errno == EINVAL && !last) {
			break;
		} else {
			iconv(cd, NULL, NULL, NULL, NULL);
			piece_flush(o);
			piece_error(o);
			in++;
			left--;
		}
	}
	return n - left;
}

#define CARRY_MAX 16

static enum err decode_all(struct charsets *c, int conv, size_t bom, struct source *s, struct piece *o)
{
	char work[SOURCE_WINDOW + CARRY_MAX];
	size_t carried = 0;
	if (conv != CONV_UTF8)
		iconv(c->cd[conv], NULL, NULL, NULL, NULL);
	for (bool last = false; !last && !o->stop;) {
		struct str in;
		enum err rc = source_next(s, &in);
		if (rc)
			return rc;
		last = in.n == 0;
		size_t skip = bom < in.n ? bom : in.n;
		bom -= skip;
		memcpy(work + carried, in.p + skip, in.n - skip);
		size_t n = carried + in.n - skip;
		size_t used =
			conv == CONV_UTF8 ? utf8_decode(o, work, n, last) : iconv_decode(o, c->cd[conv], work, n, last);
		carried = n - used;
		assert(carried <= CARRY_MAX);
		memmove(work, work + used, carried);
	}
	piece_flush(o);
	return ERR_OK;
}

enum err charset_decode(struct charsets *c, const struct charset_choice *choice, struct source *s, charset_sink sink,
			void *ud, uint64_t *errors)
{
	struct piece *o = c->piece;
	piece_init(o, sink, ud);
	o->verbatim = choice->verbatim;
	enum err rc = decode_all(c, choice->converter, choice->bom, s, o);
	*errors = o->errors;
	return rc;
}

/* ------------------------------------------------------------- detection */

static int converter_of(const struct charsets *c, struct str label)
{
	label = str_trim(label);
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (str_ieq_z(label, labels[i].label) &&
		    (labels[i].converter == CONV_UTF8 || c->open[labels[i].converter]))
			return labels[i].converter;
	if (label.n > 2 && tolower((unsigned char)label.p[0]) == 'g' && tolower((unsigned char)label.p[1]) == 'b')
		return CONV_GB18030;
	return -1;
}

/* The value behind "charset" in a Content-Type, a meta tag, or behind "encoding" in an XML declaration. */
static struct str label_after(struct str s, const char *key)
{
	size_t k = strlen(key);
	for (size_t i = 0; i + k < s.n; i++) {
		if (strncasecmp(s.p + i, key, k) != 0)
			continue;
		size_t at = i + k;
		while (at < s.n && isspace((unsigned char)s.p[at]))
			at++;
		if (at >= s.n || s.p[at] != '=')
			continue;
		at++;
		while (at < s.n && (isspace((unsigned char)s.p[at]) || s.p[at] == '"' || s.p[at] == '\''))
			at++;
		size_t end = at;
		while (end < s.n && !isspace((unsigned char)s.p[end]) && !strchr("\"';,/>?", s.p[end]))
			end++;
		return str_sub(s, at, end);
	}
	return STR_NULL;
}

static int meta_converter(const struct charsets *c, struct str head)
{
	if (str_starts(str_trim(head), STR("<?xml"))) {
		long end = str_find(head, STR("?>"), 0);
		int conv = converter_of(c, label_after(str_sub(head, 0, end < 0 ? 0 : (size_t)end), "encoding"));
		if (conv >= 0)
			return conv;
	}
	for (size_t i = 0; i + 5 < head.n; i++) {
		if (head.p[i] != '<' || strncasecmp(head.p + i, "<meta", 5) != 0)
			continue;
		const char *end = memchr(head.p + i, '>', head.n - i);
		size_t n = end ? (size_t)(end - head.p) : head.n;
		int conv = converter_of(c, label_after(str_sub(head, i, n), "charset"));
		/* a label that could be read here as ASCII is not UTF-16 (HTML standard, 13.2.3.2) */
		if (conv == CONV_UTF16LE || conv == CONV_UTF16BE)
			conv = CONV_UTF8;
		if (conv >= 0)
			return conv;
	}
	return -1;
}

struct judge {
	const struct charsets *c;
	uint64_t high, common;
};

static bool judge_piece(void *ud, const char *p, size_t n)
{
	struct judge *j = ud;
	for (size_t i = 0; i < n;) {
		uint32_t cp = utf8_next(p, n, &i);
		if (cp < 0x80 || cp == 0xfffd)
			continue;
		j->high++;
		if (cp < 65536 && (j->c->common[cp >> 3] >> (cp & 7)) & 1)
			j->common++;
	}
	return true;
}

/* Share of common hanzi in a reading, less what it could not read. Real Chinese text has 40 % and more. */
static enum err judge_as(struct charsets *c, int conv, struct str bytes, double *score)
{
	struct judge j = {.c = c};
	struct source s;
	struct charset_choice choice = {converters[conv].name, conv, 0, false};
	uint64_t errors;
	enum err rc = source_init(&s, bytes, STR("identity")); /* picked bytes, whatever they begin with */
	if (rc != ERR_OK)
		return rc;
	rc = charset_decode(c, &choice, &s, judge_piece, &j, &errors);
	source_fini(&s);
	if (rc == ERR_OK)
		*score = j.high ? ((double)j.common - 2.0 * (double)errors) / (double)(j.high + errors) : 0;
	return rc;
}

/* The bytes above ASCII with one byte before and behind, so that a long English head does not hide them. */
static size_t pick_high(struct str in, char *out, size_t n, size_t max)
{
	for (size_t i = 0; i < in.n && n < max; i++) {
		bool high = (unsigned char)in.p[i] >= 0x80;
		bool after = i > 0 && (unsigned char)in.p[i - 1] >= 0x80;
		if (high || after)
			out[n++] = in.p[i];
	}
	return n;
}

/* *score_out: the share of common hanzi in the better of the two readings. */
static enum err choose_by_hanzi(struct charsets *c, struct str high, int *out, double *score_out)
{
	double gb = 0, big5 = 0;
	enum err rc = judge_as(c, CONV_GB18030, high, &gb);
	if (rc == ERR_OK)
		rc = judge_as(c, CONV_BIG5, high, &big5);
	*out = big5 > gb ? CONV_BIG5 : CONV_GB18030;
	*score_out = big5 > gb ? big5 : gb;
	if (gb < 0.05 && big5 < 0.05 && c->open[5])
		*out = 5;
	return rc;
}

#define CHINESE_SCORE 0.3

static enum err read_through(struct source *s, struct first_pass *f)
{
	char work[SOURCE_WINDOW + CARRY_MAX];
	size_t carried = 0;
	f->head_n = f->high_n = 0;
	piece_init(&f->count, NULL, NULL);
	for (bool last = false; !last;) {
		struct str in;
		enum err rc = source_next(s, &in);
		if (rc)
			return rc;
		last = in.n == 0;
		size_t take = HEAD_BYTES - f->head_n < in.n ? HEAD_BYTES - f->head_n : in.n;
		memcpy(f->head + f->head_n, in.p, take);
		f->head_n += take;
		memcpy(work + carried, in.p, in.n);
		size_t n = carried + in.n;
		size_t used = utf8_decode(&f->count, work, n, last);
		carried = n - used;
		memmove(work, work + used, carried);
	}
	return source_rewind(s);
}

/* Only pages that are neither UTF-8 nor labelled are judged by their characters, and these few are read once more. */
static enum err read_high(struct source *s, struct first_pass *f)
{
	struct str in;
	enum err rc = source_rewind(s);
	while (rc == ERR_OK && f->high_n < JUDGE_BYTES && (rc = source_next(s, &in)) == ERR_OK && in.n > 0)
		f->high_n = pick_high(in, f->high, f->high_n, JUDGE_BYTES);
	return rc == ERR_OK ? source_rewind(s) : rc;
}

static bool bom_of(struct str head, struct charset_choice *out)
{
	if (str_starts(head, STR("\xef\xbb\xbf")))
		*out = (struct charset_choice){"UTF-8", CONV_UTF8, 3, false};
	else if (str_starts(head, STR("\xff\xfe")))
		*out = (struct charset_choice){"UTF-16LE", CONV_UTF16LE, 2, false};
	else if (str_starts(head, STR("\xfe\xff")))
		*out = (struct charset_choice){"UTF-16BE", CONV_UTF16BE, 2, false};
	else if (str_starts(head, STR("\x84\x31\x95\x33")))
		*out = (struct charset_choice){"GB18030", CONV_GB18030, 4, false};
	else
		return false;
	return true;
}

static enum err choose(struct charsets *c, struct source *s, struct str content_type, struct str forced, int *conv)
{
	struct first_pass *f = c->pass;
	struct str head = {f->head, f->head_n};
	double score = 0;
	int chinese;
	*conv = converter_of(c, forced);
	if (*conv >= 0)
		return ERR_OK;
	*conv = CONV_UTF8;
	if (f->count.errors == 0)
		return ERR_OK;
	*conv = converter_of(c, label_after(content_type, "charset"));
	if (*conv < 0)
		*conv = meta_converter(c, head);
	/* a UTF-8 page with a character cut in half here and there is still UTF-8 */
	bool utf8 = f->count.multi > f->count.errors * 20;
	if (*conv >= 0 && (*conv != CONV_UTF8 || utf8))
		return ERR_OK;
	bool labelled = *conv == CONV_UTF8;
	*conv = CONV_UTF8;
	if (utf8)
		return ERR_OK;
	/* a label of UTF-8 that the bytes refute gives way to a reading that is Chinese text, and to nothing less */
	enum err rc = read_high(s, f);
	if (rc == ERR_OK)
		rc = choose_by_hanzi(c, (struct str){f->high, f->high_n}, &chinese, &score);
	if (rc == ERR_OK && (!labelled || score >= CHINESE_SCORE))
		*conv = chinese;
	return rc;
}

enum err charset_detect(struct charsets *c, struct source *s, struct str content_type, struct str forced,
			struct charset_choice *out)
{
	struct first_pass *f = c->pass;
	*out = (struct charset_choice){"UTF-8", CONV_UTF8, 0, false};
	enum err rc = read_through(s, f);
	if (rc == ERR_OK && !bom_of((struct str){f->head, f->head_n}, out)) {
		int conv;
		rc = choose(c, s, content_type, forced, &conv);
		if (rc == ERR_OK)
			*out = (struct charset_choice){converters[conv].name, conv, 0, false};
	}
	return rc;
}

/* ------------------------------------------------------------ code pages */

int charset_page_converter(const struct charsets *c, unsigned page)
{
	static const struct {
		unsigned page;
		int converter;
	} pages[] = {{936, CONV_GB18030},
		     {54936, CONV_GB18030},
		     {950, CONV_BIG5},
		     {65001, CONV_UTF8},
		     {1252, 5},
		     {1251, 6},
		     {1250, 7},
		     {932, 8},
		     {949, 10}};
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (pages[i].page == page)
			return pages[i].converter == CONV_UTF8 || c->open[pages[i].converter] ? pages[i].converter : -1;
	return -1;
}

static bool add_to_buf(void *ud, const char *p, size_t n)
{
	return buf_add(ud, p, n) == ERR_OK;
}

size_t charset_add(struct charsets *c, int converter, struct str bytes, bool last, struct buf *out, uint64_t *errors)
{
	struct piece *o = c->piece;
	piece_init(o, add_to_buf, out);
	size_t used = converter == CONV_UTF8 ? utf8_decode(o, bytes.p, bytes.n, last)
					     : iconv_decode(o, c->cd[converter], bytes.p, bytes.n, last);
	piece_flush(o);
	*errors += o->errors;
	return used;
}

unsigned charset_chinese_page(struct charsets *c, struct str bytes)
{
	int converter;
	double score = 0;
	if (bytes.n == 0 || choose_by_hanzi(c, bytes, &converter, &score) != ERR_OK || score < CHINESE_SCORE)
		return 0;
	return converter == CONV_BIG5 ? 950 : 936;
}
