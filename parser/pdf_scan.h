/*
 * pdf_scan - what pdftotext -bbox and pdftocairo -svg write, as words with boxes and as straight lines.
 *
 * Both are read as they come, line by line; a line longer than PDF_LINE_MAX (a picture) is passed over.
 * Units are points, the origin is the page's top left. Pages count from 0. Everything has a maximum; what
 * passes it is left out and `cut` is set.
 */
#ifndef PARSER_PDF_SCAN_H
#define PARSER_PDF_SCAN_H

#include "base/arena.h"
#include "base/buf.h"

#define PDF_WORDS_MAX 400000u
#define PDF_RULES_MAX 100000u /* of all pages together */
#define PDF_TEXT_MAX (4u << 20)
#define PDF_LINE_MAX (256u << 10)

struct box {
	float x0, y0, x1, y1;
};

struct pdf_word {
	struct box b;
	uint32_t text, bytes; /* in pdf_scan.text */
};

/* a drawn line, level or upright: x0 == x1 or y0 == y1 */
struct pdf_rule {
	struct box b;
};

struct pdf_page {
	float width, height;
	uint32_t word_first, word_end;
	uint32_t rule_first, rule_end;
};

struct pdf_scan {
	struct arena *arena;
	struct pdf_page *pages;
	size_t pages_count, pages_cap;
	struct pdf_word *words;
	size_t words_count, words_cap;
	struct pdf_rule *rules;
	size_t rules_count, rules_cap;
	struct buf text, line;
	size_t rule_page; /* the page that the drawing is at */
	bool skip_line, in_defs, page_seen, cut;
};

void pdf_scan_init(struct pdf_scan *s, struct arena *a);
void pdf_scan_fini(struct pdf_scan *s);
/** Sinks of convert.h; `ud` is the struct pdf_scan. */
bool pdf_scan_words(void *ud, const char *p, size_t n);
bool pdf_scan_rules(void *ud, const char *p, size_t n);
/** Before the drawing of pages from `first` on comes, and behind it. */
void pdf_scan_rules_begin(struct pdf_scan *s, size_t first);
void pdf_scan_rules_end(struct pdf_scan *s);
/** A page, word or line of another kind than PDF. False at a maximum, or when it is none. */
bool pdf_scan_page(struct pdf_scan *s, float width, float height);
bool pdf_scan_word(struct pdf_scan *s, struct box b, struct str text);
void pdf_scan_rule(struct pdf_scan *s, float x0, float y0, float x1, float y1);
static inline struct str pdf_word_text(const struct pdf_scan *s, const struct pdf_word *w)
{
	return str_sub(buf_str(&s->text), w->text, w->text + w->bytes);
}

#endif
