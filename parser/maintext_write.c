#include "parser/maintext.h"

#include <stdio.h>

#include "parser/table.h"

#define FURNITURE_MAX (64u * 1024)

struct writer {
	const struct page *p;
	const struct maintext *m;
	struct document *d;
	struct buf *text;
	size_t blocks_cap, grid_left;
	struct buf furniture;
};

static void add_block(void *ud, uint32_t start, uint32_t end, int32_t table)
{
	struct writer *w = ud;
	if (w->d->blocks_count < w->blocks_cap)
		w->d->blocks[w->d->blocks_count++] = (struct block){start, end, BLOCK_ROW, 0, table};
}

static bool table_kept(const struct writer *w, const struct ptable *t)
{
	for (uint32_t i = t->line_first; i < t->line_end; i++)
		if (w->m->keep[i])
			return true;
	return false;
}

static bool write_table(struct writer *w, int32_t ti)
{
	struct document *d = w->d;
	size_t blocks = d->blocks_count;
	if (d->tables_count >= DOC_TABLES_MAX) {
		document_cut(d, "tables");
		return false;
	}
	if (w->text->n > 0)
		(void)buf_add_char(w->text, '\n');
	struct table *t = &d->tables[d->tables_count];
	if (!table_write(w->p, ti, d->arena, w->text, t, (int32_t)d->tables_count, add_block, w, &w->grid_left)) {
		w->text->n -= w->text->n > 0;
		w->text->sticky = ERR_OK;
		d->blocks_count = blocks;
		document_cut(d, "tables");
		return false;
	}
	d->tables_count++;
	snprintf(t->id, sizeof t->id, "t%zu", d->tables_count);
	return true;
}

static bool write_line(struct writer *w, const struct line *l)
{
	struct str s = page_line(w->p, l);
	struct document *d = w->d;
	if (w->text->n + s.n + 1 > DOC_TEXT_MAX_BYTES || d->blocks_count >= w->blocks_cap) {
		document_cut(d, "text");
		return false;
	}
	if (w->text->n > 0)
		(void)buf_add_char(w->text, '\n');
	uint32_t start = (uint32_t)w->text->n;
	(void)buf_add_str(w->text, s);
	d->blocks[d->blocks_count++] =
		(struct block){start, (uint32_t)w->text->n, (enum block_kind)l->kind, l->level, -1};
	return true;
}

static void write_furniture(struct writer *w, const struct line *l)
{
	struct str s = page_line(w->p, l);
	if (w->furniture.n + s.n + 1 > FURNITURE_MAX)
		return;
	(void)buf_add_str(&w->furniture, s);
	(void)buf_add_char(&w->furniture, '\n');
}

static void write_lines(struct writer *w, const uint8_t *data)
{
	const struct page *p = w->p;
	for (uint32_t i = 0; i < p->lines_count;) {
		const struct line *l = &p->lines[i];
		int32_t ti = l->cell >= 0 ? p->cells[l->cell].table : -1;
		if (ti >= 0 && data[ti] && p->tables[ti].line_first == i && table_kept(w, &p->tables[ti]) &&
		    write_table(w, ti)) {
			i = p->tables[ti].line_end;
			continue;
		}
		if (!w->m->keep[i])
			write_furniture(w, l);
		else if (!write_line(w, l))
			break;
		i++;
	}
}

void maintext_write(const struct page *p, const struct maintext *m, const uint8_t *data, struct document *d,
		    struct buf *text)
{
	struct writer w = {.p = p, .m = m, .d = d, .text = text, .grid_left = TABLE_GRID_MAX};
	w.blocks_cap = p->lines_count;
	size_t tables = 0;
	for (size_t i = 0; i < p->tables_count; i++)
		if (data[i]) {
			w.blocks_cap += p->tables[i].rows;
			tables++;
		}
	d->blocks = arena_calloc(d->arena, w.blocks_cap + 1, sizeof *d->blocks);
	d->tables = arena_calloc(d->arena, (tables < DOC_TABLES_MAX ? tables : DOC_TABLES_MAX) + 1, sizeof *d->tables);
	buf_init(&w.furniture, FURNITURE_MAX + 1);
	write_lines(&w, data);
	d->text = buf_str(text);
	d->furniture = arena_dup(d->arena, buf_str(&w.furniture));
	buf_fini(&w.furniture);
	if (p->cut_text)
		document_cut(d, "text");
	if (p->cut_tables)
		document_cut(d, "tables");
}
