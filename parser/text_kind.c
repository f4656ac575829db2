#include "parser/text_kind.h"

bool text_kind_feed(void *ud, const char *p, size_t n)
{
	struct text_kind *t = ud;
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		bool after_cr = t->cr;
		t->cr = c == '\r';
		if (c == '\n' && after_cr)
			continue;
		if (t->text->n >= DOC_TEXT_MAX_BYTES) {
			t->cut = true;
			return false;
		}
		(void)buf_add_char(t->text, c == '\r' ? '\n' : c);
	}
	return true;
}

void text_kind_finish(struct text_kind *t, struct document *d)
{
	struct buf *text = t->text;
	if (t->cut) {
		document_cut(d, "text");
		const char *nl = memrchr(text->p, '\n', text->n);
		text->n = nl ? (size_t)(nl - text->p) + 1 : utf8_cut(text->p, text->n);
	}
	d->text = buf_str(text);
	size_t lines = 0;
	for (size_t i = 0; i < text->n; i++)
		lines += text->p[i] == '\n' || i + 1 == text->n;
	d->blocks = arena_calloc(d->arena, lines + 1, sizeof *d->blocks);
	for (size_t from = 0; from < text->n;) {
		const char *nl = memchr(text->p + from, '\n', text->n - from);
		size_t end = nl ? (size_t)(nl - text->p) : text->n;
		if (end > from)
			d->blocks[d->blocks_count++] = (struct block){(uint32_t)from, (uint32_t)end, BLOCK_TEXT, 0, -1};
		from = end + 1;
	}
}
