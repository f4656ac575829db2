#include "parser/page_meta.h"

/* ------------------------------------------------------- the index block */

static bool of_index(enum label_kind k)
{
	return k == LABEL_INDEX || k == LABEL_NUMBER || k == LABEL_PUBLISHER || k == LABEL_MADE || k == LABEL_TERM ||
	       k == LABEL_OTHER || k == LABEL_TITLE || k == LABEL_DATE;
}

static bool strong(enum label_kind k)
{
	return k == LABEL_INDEX || k == LABEL_NUMBER || k == LABEL_PUBLISHER || k == LABEL_MADE || k == LABEL_TERM;
}

struct tally {
	struct field fields[LABEL_KINDS];
	unsigned labels, strong;
};

static void take(struct tally *t, enum label_kind kind, const char *value)
{
	t->labels += of_index(kind);
	t->strong += strong(kind);
	struct field *f = &t->fields[kind];
	if (f->value[0] == '\0' && value[0] != '\0')
		memcpy(f->value, value, strnlen(value, sizeof f->value - 1) + 1);
}

static void merge(struct index_block *ix, const struct tally *t, uint32_t line)
{
	for (int k = 0; k < LABEL_KINDS; k++)
		if (ix->fields[k].value[0] == '\0')
			ix->fields[k] = t->fields[k];
	if (line < ix->line)
		ix->line = line;
}

/* Text of a cell without white space; `full` says that it did not fit. */
static struct str cell_text(const struct page *p, const struct pcell *c, char *out, size_t max)
{
	size_t n = 0;
	for (uint32_t i = c->line_first; i < c->line_end && n + 1 < max; i++)
		n += fields_squeeze(page_line(p, &p->lines[i]), out + n, max - n);
	out[n] = '\0';
	return (struct str){out, n};
}

static const struct pcell *next_cell(const struct page *p, const struct pcell *c)
{
	return c->next >= 0 && p->cells[c->next].row == c->row ? &p->cells[c->next] : NULL;
}

/* A cell that is a label alone gives the next cell as its value. */
static const struct pcell *bare_cell(const struct page *p, const struct pcell *c, struct str text, struct tally *t)
{
	enum label_kind kind;
	size_t n = words_label(p->words, text, &kind, true);
	struct str rest = str_sub(text, n, text.n);
	if (n == 0 || (rest.n > 0 && !str_eq_z(rest, ":") && !str_eq_z(rest, "：")))
		return NULL;
	const struct pcell *value = next_cell(p, c);
	char buf[256];
	take(t, kind, value ? cell_text(p, value, buf, sizeof buf).p : "");
	return value ? value : c;
}

static void read_table(const struct page *p, const struct ptable *pt, uint8_t *drop, struct index_block *ix)
{
	struct tally t = {.labels = 0};
	unsigned cells = 0, read = 0;
	if (pt->nested || pt->cells < 2 || pt->cells > 80)
		return;
	for (int32_t i = pt->cell_first; i >= 0; i = p->cells[i].next) {
		char buf[512];
		struct str text = cell_text(p, &p->cells[i], buf, sizeof buf);
		if (text.n == 0)
			continue;
		cells++;
		const struct pcell *used = bare_cell(p, &p->cells[i], text, &t);
		if (used) {
			read++;
			i = (int32_t)(used - p->cells);
			continue;
		}
		struct field f[FIELDS_MAX];
		size_t n = fields_of(p->words, text, f, FIELDS_MAX);
		if (n == 0 || f[0].at > 0)
			continue;
		read++;
		for (size_t k = 0; k < n; k++)
			take(&t, f[k].kind, f[k].value);
	}
	if (t.labels < 3 || t.strong < 1 || read * 2 < cells)
		return;
	memset(drop + pt->line_first, 1, pt->line_end - pt->line_first);
	merge(ix, &t, pt->line_first);
}

#define RUN_GAP 2

/* Lines "label: value" one below the other; a value may stand on the line after its label. */
static uint32_t read_run(const struct page *p, uint32_t from, uint8_t *drop, struct index_block *ix)
{
	struct tally t = {.labels = 0};
	uint32_t end = from, gap = 0;
	struct field open = {.value = ""};
	bool waiting = false;
	for (uint32_t i = from; i < p->lines_count && gap <= RUN_GAP && i < from + 80; i++) {
		const struct line *l = &p->lines[i];
		struct field f[FIELDS_MAX];
		size_t n = l->cps <= 200 ? fields_of(p->words, page_line(p, l), f, FIELDS_MAX) : 0;
		if (n > 0 && f[0].at == 0 && of_index(f[0].kind)) {
			for (size_t k = 0; k < n; k++)
				take(&t, f[k].kind, f[k].value);
			waiting = f[n - 1].value[0] == '\0';
			open = f[n - 1];
			end = i + 1;
			gap = 0;
		} else if (waiting && l->cps <= 80) {
			(void)fields_squeeze(page_line(p, l), open.value, sizeof open.value);
			take(&t, open.kind, open.value);
			waiting = false;
			end = i + 1;
		} else {
			gap += RUN_GAP + 1;
		}
	}
	if (t.labels < 3 || t.strong < 1)
		return from + 1;
	memset(drop + from, 1, end - from);
	merge(ix, &t, from);
	return end;
}

/* Does a label begin the line, white space left out? Read exactly only where its first character allows one. */
static bool label_line(const struct page *p, const struct line *l)
{
	struct str s = page_line(p, l);
	enum label_kind kind;
	char head[128];
	if (s.n > 2 && (unsigned char)s.p[0] >= 0xe4 && !words_label_may(p->words, s))
		return false; /* U+4000 and above: no white space */
	s = str_sub(s, 0, utf8_cut(s.p, s.n < 120 ? s.n : 120));
	s = (struct str){head, fields_squeeze(s, head, sizeof head)};
	return words_label(p->words, s, &kind, false) && of_index(kind);
}

void page_meta_index(const struct page *p, uint8_t *drop, struct index_block *ix)
{
	memset(ix, 0, sizeof *ix);
	ix->line = UINT32_MAX;
	for (size_t i = 0; i < p->tables_count && i < 64; i++)
		read_table(p, &p->tables[i], drop, ix);
	uint32_t most = p->lines_count < 600 ? (uint32_t)p->lines_count : 600;
	for (uint32_t i = 0; i < most;) {
		if (!drop[i] && p->lines[i].cps <= 200 && label_line(p, &p->lines[i]))
			i = read_run(p, i, drop, ix);
		else
			i++;
	}
}
