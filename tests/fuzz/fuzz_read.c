/* The reading steps on any text: lines become blocks, lines with a tab rows of a table. */
#include <stdint.h>
#include <stdlib.h>

#include "parser/lexicon.h"
#include "parser/read.h"

#define FUZZ_LINES_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lexicon *lex;
	static struct arena *arena;
	if (!lex && lexicon_load(&lex) != ERR_OK)
		abort();
	if (!arena)
		arena = arena_new(256u << 20);
	size = utf8_cut((const char *)data, size);
	if (!utf8_valid((const char *)data, size))
		return 0;
	arena_reset(arena);
	struct document d = {.arena = arena, .kind = KIND_TXT, .explain = true};
	d.text = (struct str){(const char *)data, size};
	d.text_cps = utf8_count(d.text.p, d.text.n);
	d.blocks = arena_calloc(arena, FUZZ_LINES_MAX, sizeof *d.blocks);
	struct table *t = arena_calloc(arena, 1, sizeof *t);
	t->id[0] = 't';
	t->cols = 8;
	t->cells = arena_calloc(arena, FUZZ_LINES_MAX * 8, sizeof *t->cells);
	t->grid = arena_alloc(arena, FUZZ_LINES_MAX * 8 * sizeof *t->grid);
	for (size_t pos = 0; pos < size && d.blocks_count < FUZZ_LINES_MAX;) {
		const char *nl = memchr(data + pos, '\n', size - pos);
		size_t end = nl ? (size_t)(nl - (const char *)data) : size;
		bool row = memchr(data + pos, '\t', end - pos) != NULL && t->rows < FUZZ_LINES_MAX - 1;
		d.blocks[d.blocks_count++] =
			(struct block){(uint32_t)pos, (uint32_t)end, row ? BLOCK_ROW : BLOCK_TEXT, 0, row ? 0 : -1};
		for (unsigned c = 0; row && c < 8; c++) {
			const char *tab = pos < end ? memchr(data + pos, '\t', end - pos) : NULL;
			size_t stop = tab ? (size_t)(tab - (const char *)data) : end;
			if (pos > end)
				pos = end;
			t->grid[t->rows * 8u + c] = (int32_t)t->cells_count;
			t->cells[t->cells_count++] = (struct cell){
				(uint32_t)pos, (uint32_t)(stop < pos ? pos : stop), t->rows, (uint16_t)c, 1, 1, false};
			pos = stop + 1;
		}
		t->rows = (uint16_t)(t->rows + (row ? 1 : 0));
		pos = end + 1;
	}
	d.tables = t;
	d.tables_count = t->rows > 0;
	t->end = (uint32_t)size;
	for (size_t i = 0; i < d.blocks_count && t->rows > 0; i++)
		if (d.blocks[i].kind == BLOCK_ROW) {
			t->start = d.blocks[i].start;
			break;
		}
	read_reports(lex, &d);
	for (size_t r = 0; r < d.reports_count; r++)
		for (size_t i = 0; i < d.reports[r].metrics_count; i++)
			if (d.reports[r].metrics[i].evidence.n == 0)
				abort();
	return 0;
}
