#include "parser/ofd.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#include "parser/xml_walk.h"

#define POINTS 2.8346457f /* of a millimetre */
#define RUN_MAX 4096u     /* characters of one text */
#define BLANKS_MAX 64u    /* before the numbers of one list */
#define WIDE 1.6f         /* of the size: a step this much wider than a letter parts words */

struct object {
	float x, y, w, h, size, a, d, e, f; /* boundary; letter size; the scale and shift of its CTM */
};

struct reader {
	struct pdf_scan s;
	struct object o;
	struct buf text;
	float x, y;       /* of the text's first letter, inside the object */
	struct str steps; /* DeltaX, copied */
	bool in_code, in_path;
	float width, height;
};

static size_t floats(struct str v, float *out, size_t max)
{
	size_t n = 0, blanks = 0;
	for (size_t i = 0; i < v.n && n < max && blanks < BLANKS_MAX;) {
		char number[32];
		size_t k = 0;
		while (i < v.n && blanks < BLANKS_MAX && isspace((unsigned char)v.p[i])) {
			i++;
			blanks++;
		}
		while (i < v.n && !isspace((unsigned char)v.p[i]) && k + 1 < sizeof number)
			number[k++] = v.p[i++];
		if (k + 1 == sizeof number)
			return n; /* no number: nothing is looked for behind it, since it may be as long as the file */
		number[k] = '\0';
		float f = strtof(number, NULL);
		if (k > 0)
			out[n++] = isfinite(f) && fabsf(f) < 1e5f ? f : 0;
	}
	return n;
}

static void object_begin(struct reader *r, const struct xml_atts *atts)
{
	float v[6];
	r->o = (struct object){.size = 4, .a = 1, .d = 1};
	if (floats(xml_att(atts, "Boundary"), v, 4) == 4) {
		r->o.x = v[0];
		r->o.y = v[1];
		r->o.w = v[2];
		r->o.h = v[3];
	}
	if (floats(xml_att(atts, "Size"), v, 1) == 1 && v[0] > 0)
		r->o.size = v[0];
	if (floats(xml_att(atts, "CTM"), v, 6) == 6) {
		r->o.a = v[0];
		r->o.d = v[3];
		r->o.e = v[4];
		r->o.f = v[5];
	}
}

/* DeltaX: numbers, and "g n v" for n times v. Returns how many. */
static size_t steps_of(struct str s, float *out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < max;) {
		float v[2];
		size_t k = i;
		while (k < s.n && !isspace((unsigned char)s.p[k]))
			k++;
		if (k == i + 1 && s.p[i] == 'g') {
			if (floats(str_sub(s, k, s.n), v, 2) != 2)
				return n;
			for (float c = 0; c < v[0] && n < max; c++)
				out[n++] = v[1];
			for (unsigned skip = 0; skip < 2; skip++) {
				while (k < s.n && isspace((unsigned char)s.p[k]))
					k++;
				while (k < s.n && !isspace((unsigned char)s.p[k]))
					k++;
			}
		} else if (k > i && floats(str_sub(s, i, k), v, 1) == 1) {
			out[n++] = v[0];
		}
		i = k + (k == i);
	}
	return n;
}

static float letter(uint32_t cp, float size)
{
	return cp < 0x2E80 ? size / 2 : size;
}

static void put_word(struct reader *r, struct str text, float x0, float x1)
{
	const struct object *o = &r->o;
	float base = o->y + r->y * o->d + o->f, size = o->size * fabsf(o->d);
	struct box b = {(o->x + x0 * o->a + o->e) * POINTS, (base - size * 0.88f) * POINTS,
			(o->x + x1 * o->a + o->e) * POINTS, (base + size * 0.12f) * POINTS};
	(void)pdf_scan_word(&r->s, b, str_trim(text));
}

/* One text: letters from x on, each step as DeltaX says; wide steps and blanks part words. */
static void code_end(struct reader *r)
{
	static float steps[RUN_MAX];
	struct str t = buf_str(&r->text);
	size_t n = steps_of(r->steps, steps, RUN_MAX), begin = 0, at = 0, i = 0;
	float x = r->x, from = x, end = x;
	while (at < t.n && i < RUN_MAX) {
		size_t here = at;
		uint32_t cp = utf8_next(t.p, t.n, &at);
		float wide = letter(cp, r->o.size);
		bool blank = cp == ' ' || cp == 0x3000 || cp == '\t' || cp == '\n' || cp == '\r';
		if (blank || (here > begin && x - end > (WIDE - 1) * r->o.size)) {
			put_word(r, str_sub(t, begin, here), from, end);
			begin = blank ? at : here;
			from = blank ? x + wide : x;
		}
		end = x + wide;
		x += i < n ? steps[i] : wide;
		if (blank)
			from = x;
		i++;
	}
	put_word(r, str_sub(t, begin, t.n), from, end);
	buf_clear(&r->text);
}

/* AbbreviatedData: "M x y L x y ... C". Straight lines only. */
static void path_end(struct reader *r)
{
	struct str d = buf_str(&r->text);
	float v[2], x = 0, y = 0, x0 = 0, y0 = 0;
	const struct object *o = &r->o;
	for (size_t i = 0; i < d.n; i++) {
		char c = d.p[i];
		if (c != 'M' && c != 'S' && c != 'L' && c != 'C')
			continue;
		if (c == 'C') {
			v[0] = x0;
			v[1] = y0;
		} else if (floats(str_sub(d, i + 1, d.n), v, 2) != 2) {
			continue;
		}
		if (c == 'L' || c == 'C')
			pdf_scan_rule(&r->s, (o->x + x * o->a + o->e) * POINTS, (o->y + y * o->d + o->f) * POINTS,
				      (o->x + v[0] * o->a + o->e) * POINTS, (o->y + v[1] * o->d + o->f) * POINTS);
		x = v[0];
		y = v[1];
		if (c == 'M' || c == 'S') {
			x0 = x;
			y0 = y;
		}
	}
	buf_clear(&r->text);
}

static void on_start(void *ud, const char *name, const struct xml_atts *atts)
{
	struct reader *r = ud;
	float v[1];
	if (strcmp(name, "TextObject") == 0 || strcmp(name, "PathObject") == 0) {
		object_begin(r, atts);
	} else if (strcmp(name, "TextCode") == 0) {
		r->in_code = true;
		r->x = floats(xml_att(atts, "X"), v, 1) ? v[0] : 0;
		r->y = floats(xml_att(atts, "Y"), v, 1) ? v[0] : r->o.size;
		r->steps = arena_dup(r->s.arena, xml_att(atts, "DeltaX"));
		buf_clear(&r->text);
	} else if (strcmp(name, "AbbreviatedData") == 0) {
		r->in_path = true;
		buf_clear(&r->text);
	}
}

static void on_end(void *ud, const char *name)
{
	struct reader *r = ud;
	if (strcmp(name, "TextCode") == 0) {
		code_end(r);
		r->in_code = false;
	} else if (strcmp(name, "AbbreviatedData") == 0) {
		path_end(r);
		r->in_path = false;
	}
}

static void on_text(void *ud, const char *p, size_t n)
{
	struct reader *r = ud;
	if (r->in_code || r->in_path)
		(void)buf_add(&r->text, p, n);
}

/* N of ".../Pages/Page_N/Content.xml", or -1 */
static long page_number(struct str name)
{
	long at = str_find(name, STR("Pages/Page_"), 0);
	if (at < 0 || !str_ends(name, STR("/Content.xml")))
		return -1;
	long n = 0;
	for (size_t i = (size_t)at + 11; i < name.n && isdigit((unsigned char)name.p[i]) && n < 100000; i++)
		n = n * 10 + (name.p[i] - '0');
	return n;
}

static long next_page(const struct zip *z, long after, size_t *member)
{
	long best = -1;
	for (size_t i = 0; i < z->count; i++) {
		long n = page_number(z->members[i].name);
		if (n > after && (best < 0 || n < best)) {
			best = n;
			*member = i;
		}
	}
	return best;
}

enum err ofd_read(struct zip *z, struct arena *a, struct emit *e, struct pdf_result *out)
{
	struct reader *r = arena_calloc(a, 1, sizeof *r);
	const struct xml_events ev = {on_start, on_end, on_text, r};
	enum err rc = ERR_OK;
	size_t member = 0;
	unsigned pages = 0;
	pdf_scan_init(&r->s, a);
	buf_init(&r->text, 64u << 10);
	for (long n = next_page(z, -1, &member); n >= 0 && rc == ERR_OK && pages < OFD_PAGES_MAX;
	     n = next_page(z, n, &member), pages++) {
		struct xml_walk *w;
		(void)pdf_scan_page(&r->s, 210 * POINTS, 297 * POINTS);
		rc = xml_walk_new(&ev, &w);
		if (rc != ERR_OK)
			break;
		rc = zip_read(z, member, xml_walk_feed, w);
		xml_walk_free(w);
	}
	if (pages == 0 && rc == ERR_OK)
		rc = err_set(ERR_FORMAT, "the file has no page that can be read");
	pdf_lay_out(&r->s, e, out);
	buf_fini(&r->text);
	pdf_scan_fini(&r->s);
	return rc;
}
