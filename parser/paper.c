#include "parser/paper.h"

#include "base/clock.h"
#include "parser/biff.h"
#include "parser/docx.h"
#include "parser/emit.h"
#include "parser/kind.h"
#include "parser/maintext.h"
#include "parser/ofd.h"
#include "parser/ole.h"
#include "parser/table.h"
#include "parser/xlsx.h"

#define NO_CONVERTER "this program was started without converters"

struct paper {
	struct page *page;
	struct document *d;
	const struct converter *given, *convert; /* as given, and what is left of its time */
	struct emit e;
	const char *why; /* of the file in work: NULL when it was read */
	bool needs_ocr;
	size_t unpacked; /* of all archives in work */
	struct converter timed;
	int64_t until_ms; /* all conversions of a page end by then */
};

/* An archive may hold thousands of files: they share the time that one file has. */
static enum convert_result convert_timed(void *ctx, const struct convert_job *job, struct str body, convert_sink sink,
					 void *ud)
{
	struct paper *p = ctx;
	int64_t now = mono_ms();
	struct convert_job j = *job;
	if (p->until_ms == 0)
		p->until_ms = now + CONVERT_WALL_MS;
	if (now >= p->until_ms)
		return CONVERT_TIME;
	j.wall_ms = p->until_ms - now < j.wall_ms ? (int)(p->until_ms - now) : j.wall_ms;
	return p->given->run(p->given->ctx, &j, body, sink, ud);
}

bool paper_is(enum doc_kind k)
{
	return k == KIND_PDF || k == KIND_DOC || k == KIND_DOCX || k == KIND_XLS || k == KIND_XLSX || k == KIND_OFD ||
	       k == KIND_ZIP;
}

static void take_layout(struct paper *p, const struct pdf_result *r)
{
	if (r->scanned) {
		p->why = "needs-ocr: no text layer";
		p->needs_ocr = true;
	}
	if (r->cut)
		document_cut(p->d, "text");
	if (p->d->title.n == 0)
		p->d->title = r->title;
}

static void read_converted(struct paper *p, enum doc_kind kind, struct str body)
{
	struct pdf_result r;
	struct arena *a = p->page->arena;
	if (kind == KIND_XLS && biff_read(body, a, &p->e, &p->d->title) == ERR_OK) {
		p->why = NULL;
	} else if (kind == KIND_DOC) {
		p->why = ole_read_doc(body, p->convert, a, &p->e, &p->d->title);
	} else if (!p->convert) {
		p->why = NO_CONVERTER;
	} else if (kind == KIND_PDF) {
		pdf_read(body, p->convert, a, &p->e, &r);
		p->why = convert_why(r.tool, r.result);
		take_layout(p, &r);
	} else {
		p->why = ole_read_xls(body, p->convert, a, &p->e, &p->d->title);
	}
}

/* What a damaged or overgrown file gave before its end is kept; without anything it is not read. */
static void take_result(struct paper *p, enum err rc, size_t lines_before)
{
	if (rc == ERR_OK)
		return;
	if (p->page->lines_count > lines_before)
		document_cut(p->d, "text");
	else
		p->why = arena_printf(p->page->arena, "it cannot be unpacked: %s", err_text());
}

static void read_zipped(struct paper *p, enum doc_kind kind, struct str body)
{
	struct zip z;
	struct pdf_result r = {.scanned = false};
	size_t lines = p->page->lines_count;
	struct arena *a = p->page->arena;
	enum err rc = zip_open(&z, body, a);
	z.unpacked = p->unpacked;
	if (rc == ERR_OK && kind == KIND_DOCX)
		rc = docx_read(&z, a, &p->e, &p->d->title);
	else if (rc == ERR_OK && kind == KIND_XLSX)
		rc = xlsx_read(&z, a, &p->e, &p->d->title);
	else if (rc == ERR_OK)
		rc = ofd_read(&z, a, &p->e, &r);
	p->unpacked = z.unpacked;
	take_result(p, rc, lines);
	if (rc == ERR_OK)
		take_layout(p, &r);
}

static void read_one(struct paper *p, enum doc_kind kind, struct str body)
{
	p->why = NULL;
	if (kind == KIND_DOCX || kind == KIND_XLSX || kind == KIND_OFD)
		read_zipped(p, kind, body);
	else
		read_converted(p, kind, body);
}

static bool keep_bytes(void *ud, const char *s, size_t n)
{
	return buf_add(ud, s, n) == ERR_OK;
}

/*
 * An archive: all members that can be read, one after the other, as one text. An archive in it is not opened.
 * Its member's bytes are in memory twice at most: packed in the body, unpacked here.
 */
static void read_archive(struct paper *p, struct str body)
{
	struct zip z;
	unsigned read = 0;
	const char *why = NULL;
	enum err rc = zip_open(&z, body, p->page->arena);
	if (rc != ERR_OK) {
		p->why = arena_printf(p->page->arena, "it cannot be unpacked: %s", err_text());
		return;
	}
	if (z.cut)
		document_cut(p->d, "members");
	for (size_t i = 0; i < z.count && rc != ERR_LIMIT; i++) {
		struct buf member;
		buf_init(&member, ZIP_UNPACKED_MAX + 1);
		z.unpacked = p->unpacked;
		rc = zip_read(&z, i, keep_bytes, &member);
		p->unpacked = z.unpacked;
		struct str bytes = buf_str(&member);
		enum doc_kind kind = kind_sniff(str_sub(bytes, 0, KIND_HEAD_BYTES), STR_NULL);
		if (rc == ERR_OK && paper_is(kind) && kind != KIND_ZIP) {
			read_one(p, kind, bytes);
			read += p->why == NULL;
			why = p->why ? p->why : why;
		}
		buf_fini(&member);
	}
	if (rc == ERR_LIMIT)
		document_cut(p->d, "members");
	p->why = read > 0          ? NULL
		 : why             ? why
		 : rc == ERR_LIMIT ? "the archive unpacks to more than the parser's limit"
				   : "no member of the archive is of a kind that is read";
	p->needs_ocr = p->needs_ocr && read == 0;
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
	struct paper p = {.page = page, .d = d, .given = c, .convert = NULL};
	struct blocks *b;
	enum err rc = blocks_new(page, &b);
	if (rc != ERR_OK)
		return rc;
	p.timed = (struct converter){convert_timed, &p};
	p.convert = c ? &p.timed : NULL;
	p.e.ev = blocks_events(b);
	if (d->kind == KIND_ZIP)
		read_archive(&p, body);
	else
		read_one(&p, d->kind, body);
	blocks_end(b);
	blocks_free(b);
	if (page->no_memory)
		return err_set(ERR_NOMEM, "no memory for a page");
	d->unsupported = p.why;
	*needs_ocr = p.needs_ocr;
	write_all(page, d, text);
	return ERR_OK;
}
