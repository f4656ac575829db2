#include "parser/paper.h"

#include "base/clock.h"
#include "parser/biff.h"
#include "parser/cfb.h"
#include "parser/docx.h"
#include "parser/emit.h"
#include "parser/kind.h"
#include "parser/maintext.h"
#include "parser/mht.h"
#include "parser/ofd.h"
#include "parser/ole.h"
#include "parser/rtf.h"
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
	const struct paper_text *text;
	size_t unpacked;          /* of all archives in work */
	size_t members, archives; /* so far */
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

/* A paper that is neither packed nor needs a converter. */
static bool is_plain(enum doc_kind k)
{
	return k == KIND_RTF || k == KIND_WORD_XML || k == KIND_SHEET_XML;
}

bool paper_is(enum doc_kind k)
{
	return k == KIND_PDF || k == KIND_DOC || k == KIND_DOCX || k == KIND_XLS || k == KIND_XLSX || k == KIND_OFD ||
	       k == KIND_ZIP || is_plain(k);
}

static void take_layout(struct paper *p, const struct pdf_result *r)
{
	if (r->scanned) {
		p->why = r->illegible ? "needs-ocr: the text layer has no letters that can be read"
				      : "needs-ocr: no text layer";
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
		bool cut = false;
		p->why = ole_read_doc(body, p->convert, a, &p->e, &p->d->title, &cut);
		if (cut)
			document_cut(p->d, "text");
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
static void take_result(struct paper *p, enum err rc, size_t lines_before, const char *done)
{
	if (rc == ERR_OK)
		return;
	if (p->page->lines_count > lines_before)
		document_cut(p->d, "text");
	else
		p->why = arena_printf(p->page->arena, "it cannot be %s: %s", done, err_text());
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
	take_result(p, rc, lines, "unpacked");
	if (rc == ERR_OK)
		take_layout(p, &r);
}

static void read_plain_paper(struct paper *p, enum doc_kind kind, struct str body)
{
	size_t lines = p->page->lines_count;
	struct charsets *charsets = p->text->charsets;
	struct arena *a = p->page->arena;
	enum err rc = kind == KIND_RTF        ? rtf_read(charsets, body, a, &p->e, &p->d->title, &p->d->charset_errors)
		      : kind == KIND_WORD_XML ? docx_read_flat(charsets, body, a, &p->e, &p->d->title)
					      : xlsx_read_flat(charsets, body, a, &p->e, &p->d->title);
	take_result(p, rc, lines, "read");
}

static void read_one(struct paper *p, enum doc_kind kind, struct str body)
{
	p->why = NULL;
	if (kind == KIND_DOCX || kind == KIND_XLSX || kind == KIND_OFD)
		read_zipped(p, kind, body);
	else if (is_plain(kind))
		read_plain_paper(p, kind, body);
	else
		read_converted(p, kind, body);
}

/*
 * DOC and XLS differ in the names of their streams, which may stand at the file's end, where no sniffing comes, and
 * which the files embedded in them have too.
 */
static enum doc_kind kind_of_paper(const struct paper *p, enum doc_kind kind, struct str body)
{
	struct cfb *c;
	if ((kind != KIND_DOC && kind != KIND_XLS) || cfb_open(body, p->page->arena, &c) != ERR_OK)
		return kind;
	if (cfb_stream(c, "WordDocument", 8).n > 0)
		return KIND_DOC;
	return cfb_stream(c, "Workbook", 8).n > 0 || cfb_stream(c, "Book", 8).n > 0 ? KIND_XLS : kind;
}

static bool keep_bytes(void *ud, const char *s, size_t n)
{
	return buf_add(ud, s, n) == ERR_OK;
}

/* ------------------------------------------------------------ text in archives */

struct member_text {
	struct paper *p;
	struct buf line;
};

static bool take_line(void *ud, const char *s, size_t n)
{
	struct member_text *m = ud;
	while (n > 0) {
		const char *nl = memchr(s, '\n', n);
		size_t k = nl ? (size_t)(nl - s) : n;
		(void)buf_add(&m->line, s, k);
		if (!nl)
			return true;
		emit_line(&m->p->e, "p", buf_str(&m->line));
		buf_clear(&m->line);
		s += k + 1;
		n -= k + 1;
	}
	return true;
}

static void read_plain(struct paper *p, struct str bytes)
{
	struct member_text m = {.p = p};
	buf_init(&m.line, DOC_TEXT_MAX_BYTES);
	if (p->text->decode(p->text->ctx, bytes, take_line, &m) != ERR_OK)
		p->why = "a text in the archive is in a charset that is not read";
	emit_line(&p->e, "p", buf_str(&m.line));
	buf_fini(&m.line);
}

static bool feed_html(void *ud, const char *s, size_t n)
{
	html_feed(ud, s, n);
	return true;
}

static void read_html(struct paper *p, struct str bytes)
{
	struct html *h;
	if (html_new(&p->e.ev, &h) != ERR_OK) {
		p->page->no_memory = true;
		return;
	}
	if (p->text->decode(p->text->ctx, bytes, feed_html, h) != ERR_OK)
		p->why = "a page in the archive is in a charset that is not read";
	html_end(h);
	html_free(h);
}

/* A page that is cut by the limit is read as far as it goes. */
static void read_mht(struct paper *p, struct str bytes)
{
	struct buf page;
	struct str type;
	buf_init(&page, ZIP_UNPACKED_MAX);
	enum err rc = mht_page(bytes, &page, &type);
	if (rc == ERR_FORMAT)
		p->why = "a web archive without a page";
	else
		read_html(p, buf_str(&page));
	buf_fini(&page);
}

static bool ends_with(struct str name, const char *end)
{
	size_t n = strlen(end);
	return name.n >= n && strncasecmp(name.p + name.n - n, end, n) == 0;
}

/* ------------------------------------------------------------------- archives */

struct archive {
	unsigned read;   /* members */
	const char *why; /* of the last that was not read */
	bool ended;      /* a limit was met */
};

static void read_archive(struct paper *p, struct str body, unsigned depth, struct archive *a);

/* Programs and style sheets that lie beside saved pages look like text: plain text says so by its name. */
static void read_member(struct paper *p, struct str name, struct str bytes, unsigned depth, struct archive *a)
{
	enum doc_kind kind = kind_sniff(str_sub(bytes, 0, KIND_HEAD_BYTES), STR_NULL);
	p->why = NULL;
	if (kind == KIND_ZIP) {
		read_archive(p, bytes, depth + 1, a);
		return;
	}
	if (paper_is(kind))
		read_one(p, kind_of_paper(p, kind, bytes), bytes);
	else if (kind == KIND_HTML && p->text && !ends_with(name, ".js") && !ends_with(name, ".css"))
		read_html(p, bytes);
	else if (kind == KIND_MHT && p->text)
		read_mht(p, bytes);
	else if (kind == KIND_TXT && p->text && ends_with(name, ".txt"))
		read_plain(p, bytes);
	else
		return;
	a->read += p->why == NULL;
	a->why = p->why ? p->why : a->why;
}

/* A member's bytes are in memory twice at most: packed in the body, unpacked here. */
static void read_archive(struct paper *p, struct str body, unsigned depth, struct archive *a)
{
	struct zip z;
	if (depth > PAPER_DEPTH_MAX || p->archives++ >= PAPER_ARCHIVES_MAX) {
		document_cut(p->d, "members");
		return;
	}
	enum err rc = zip_open(&z, body, p->page->arena);
	if (rc != ERR_OK) {
		a->why = arena_printf(p->page->arena, "it cannot be unpacked: %s", err_text());
		return;
	}
	if (z.cut)
		document_cut(p->d, "members");
	for (size_t i = 0; i < z.count && !a->ended; i++) {
		struct buf member;
		if (p->members++ >= ZIP_MEMBERS_MAX || arena_used_bytes(p->page->arena) > PAPER_ARENA_MAX) {
			a->ended = true;
			break;
		}
		buf_init(&member, ZIP_UNPACKED_MAX + 1);
		z.unpacked = p->unpacked;
		rc = zip_read(&z, i, keep_bytes, &member);
		p->unpacked = z.unpacked;
		if (rc == ERR_OK)
			read_member(p, z.members[i].name, buf_str(&member), depth, a);
		a->ended |= rc == ERR_LIMIT;
		buf_fini(&member);
	}
}

static void read_archives(struct paper *p, struct str body)
{
	struct archive a = {.read = 0};
	read_archive(p, body, 1, &a);
	if (a.ended)
		document_cut(p->d, "members");
	p->why = a.read > 0 ? NULL
		 : a.why    ? a.why
		 : a.ended  ? "the archive holds more than the parser's limits"
			    : "no member of the archive is of a kind that is read";
	p->needs_ocr = p->needs_ocr && a.read == 0;
}

static void write_all(struct page *page, struct document *d, struct buf *text)
{
	struct maintext m = {.end = (uint32_t)page->lines_count};
	m.keep = arena_alloc(page->arena, page->lines_count + 1);
	memset(m.keep, 1, page->lines_count + 1);
	maintext_write(page, &m, table_kinds(page), d, text);
}

enum err paper_read(struct page *page, struct str body, const struct converter *c, const struct paper_text *t,
		    struct document *d, struct buf *text, bool *needs_ocr)
{
	struct paper p = {.page = page, .d = d, .given = c, .text = t};
	struct blocks *b;
	enum err rc = blocks_new(page, &b);
	if (rc != ERR_OK)
		return rc;
	p.timed = (struct converter){convert_timed, &p};
	p.convert = c ? &p.timed : NULL;
	p.e.ev = blocks_events(b);
	d->kind = kind_of_paper(&p, d->kind, body);
	if (d->kind == KIND_ZIP)
		read_archives(&p, body);
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
