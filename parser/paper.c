#include "parser/paper.h"

#include "parser/emit.h"
#include "parser/maintext.h"
#include "parser/pdf.h"
#include "parser/table.h"

#define NO_CONVERTER "this program was started without converters"

struct paper {
	struct page *page;
	struct document *d;
	const struct converter *convert;
	struct emit e;
	bool needs_ocr;
};

bool paper_is(enum doc_kind k)
{
	return k == KIND_PDF;
}

static void read_pdf(struct paper *p, struct str body)
{
	struct pdf_result r;
	if (!p->convert) {
		p->d->unsupported = NO_CONVERTER;
		return;
	}
	pdf_read(body, p->convert, p->page->arena, &p->e, &r);
	p->d->unsupported = convert_why(r.tool, r.result);
	if (r.scanned) {
		p->d->unsupported = "needs-ocr: no text layer";
		p->needs_ocr = true;
	}
	if (r.cut)
		document_cut(p->d, "text");
	if (p->d->title.n == 0)
		p->d->title = r.title;
}

static void read_kind(struct paper *p, enum doc_kind kind, struct str body)
{
	switch (kind) {
	case KIND_PDF:
		read_pdf(p, body);
		break;
	default:
		break;
	}
}

static void write_all(struct page *page, struct document *d, struct buf *text)
{
	struct maintext m = {.end = (uint32_t)page->lines_count};
	m.keep = arena_alloc(page->arena, page->lines_count + 1);
	memset(m.keep, 1, page->lines_count + 1);
	maintext_write(page, &m, table_kinds(page), d, text);
}

enum err paper_read(struct page *page, struct str body, const struct converter *c, struct document *d, struct buf *text,
		    bool *needs_ocr)
{
	struct paper p = {.page = page, .d = d, .convert = c};
	struct blocks *b;
	enum err rc = blocks_new(page, &b);
	if (rc != ERR_OK)
		return rc;
	p.e.ev = blocks_events(b);
	read_kind(&p, d->kind, body);
	blocks_end(b);
	blocks_free(b);
	if (page->no_memory)
		return err_set(ERR_NOMEM, "no memory for a page");
	*needs_ocr = p.needs_ocr;
	write_all(page, d, text);
	return ERR_OK;
}
