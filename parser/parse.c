#include "parser/parse.h"

#include <jansson.h>
#include <stdlib.h>

#include "parser/compare.h"
#include "parser/blocks.h"
#include "parser/charset.h"
#include "parser/doc_json.h"
#include "parser/json_list.h"
#include "parser/kind.h"
#include "parser/link_rank.h"
#include "parser/links.h"
#include "parser/maintext.h"
#include "parser/mht.h"
#include "parser/page_meta.h"
#include "parser/paper.h"
#include "parser/read.h"
#include "parser/soft_error.h"
#include "parser/source.h"
#include "parser/table.h"
#include "parser/text_kind.h"
#include "parser/text_table.h"
#include "parser/xml_list.h"
#include "proto/frame.h"

#define ARENA_MAX (96u << 20)

struct parse {
	struct arena *arena;
	struct lexicon *lexicon;
	struct words *words;
	struct link_words *link_words;
	struct charsets *charsets;
	struct soft_words *soft;
	struct buf head;   /* the first decoded bytes of the page */
	size_t head_bytes; /* decoded bytes in all */
	struct source source;
	struct buf unpacked; /* the page of a web archive in work; source is of it then */
	struct buf text;     /* of the document in work */
	struct page page;
};

enum err parse_new(struct parse **out)
{
	struct parse *p = calloc(1, sizeof *p);
	if (!p)
		return err_set(ERR_NOMEM, "no memory for a parser");
	p->arena = arena_new(ARENA_MAX);
	buf_init(&p->text, DOC_TEXT_MAX_BYTES + 16);
	buf_init(&p->head, SOFT_HEAD_BYTES);
	buf_init(&p->unpacked, SOURCE_MAX_BYTES);
	enum err rc = p->arena ? ERR_OK : err_set(ERR_NOMEM, "no memory for a parser");
	if (rc == ERR_OK)
		rc = lexicon_load(&p->lexicon);
	if (rc == ERR_OK)
		rc = words_load(&p->words);
	if (rc == ERR_OK)
		rc = link_words_load(p->lexicon, &p->link_words);
	if (rc == ERR_OK)
		rc = charsets_new(lexicon_file("common_hanzi.tsv"), &p->charsets);
	if (rc == ERR_OK)
		rc = soft_words_load(&p->soft);
	if (rc != ERR_OK) {
		parse_free(p);
		return rc;
	}
	*out = p;
	return ERR_OK;
}

void parse_free(struct parse *p)
{
	if (!p)
		return;
	charsets_free(p->charsets);
	words_free(p->words);
	link_words_free(p->link_words);
	lexicon_free(p->lexicon);
	arena_free(p->arena);
	soft_words_free(p->soft);
	buf_fini(&p->text);
	buf_fini(&p->head);
	buf_fini(&p->unpacked);
	free(p);
}

const char *parse_lexicon(void)
{
	return lexicon_hash();
}

const char *parse_version(void)
{
	return "gongkai-parser/" GONGKAI_VERSION;
}

/* --------------------------------------------------------------- the kinds */

static struct str json_member(struct arena *a, json_t *o, const char *key)
{
	const char *v = json_string_value(json_object_get(o, key));
	return v ? arena_dup(a, str_of(v)) : STR_NULL;
}

/* An attachment says little of itself: what the page that links it is called, and when it was published. */
static void take_page(struct document *d, json_t *o)
{
	struct str date = json_member(d->arena, o, "published");
	d->page_url = json_member(d->arena, o, "page");
	d->page_title = json_member(d->arena, o, "title");
	d->page_anchor = json_member(d->arena, o, "anchor");
	d->site_id_code = json_member(d->arena, o, "site_id_code");
	if (date.n + 1 == sizeof d->page_published)
		memcpy(d->page_published, date.p, date.n);
}

/* What the linking page knew; a context that is no JSON object says nothing. */
static void take_context(struct document *d)
{
	json_t *o = d->context.n ? json_loadb(d->context.p, d->context.n, JSON_DISABLE_EOF_CHECK, NULL) : NULL;
	if (!o)
		return;
	d->source_region = json_member(d->arena, o, "region");
	d->source_body = json_member(d->arena, o, "body");
	if (d->kind != KIND_HTML && d->kind != KIND_XML && d->kind != KIND_JSON)
		take_page(d, o);
	json_decref(o);
}

static enum err decode(struct parse *p, const struct parse_input *in, struct document *d, bool verbatim,
		       charset_sink sink, void *ud)
{
	struct charset_choice choice;
	enum err rc = charset_detect(p->charsets, &p->source, in->content_type, in->charset, &choice);
	if (rc != ERR_OK)
		return rc;
	choice.verbatim = verbatim;
	d->charset = str_of(choice.name);
	rc = charset_decode(p->charsets, &choice, &p->source, sink, ud, &d->charset_errors);
	if (p->source.cut)
		document_cut(d, "body");
	return rc;
}

struct html_in {
	struct parse *p;
	struct html *h;
};

static void keep_head(struct parse *p, const char *s, size_t n)
{
	size_t room = SOFT_HEAD_BYTES - p->head.n;
	p->head_bytes += n;
	(void)buf_add(&p->head, s, n < room ? n : room); /* cut, since only its words are looked for */
}

static bool html_sink(void *ud, const char *s, size_t n)
{
	struct html_in *in = ud;
	keep_head(in->p, s, n);
	html_feed(in->h, s, n);
	return true;
}

static enum err walk_html(struct parse *p, const struct parse_input *in, struct document *d)
{
	struct blocks *b = NULL;
	struct html *h = NULL;
	enum err rc = blocks_new(&p->page, &b);
	if (rc == ERR_OK) {
		struct html_events events = blocks_events(b);
		rc = html_new(&events, &h);
	}
	if (rc == ERR_OK)
		rc = decode(p, in, d, false, html_sink, &(struct html_in){p, h});
	if (rc == ERR_OK) {
		html_end(h);
		blocks_end(b);
		if (p->page.no_memory)
			rc = err_set(ERR_NOMEM, "no memory for a page");
	}
	html_free(h);
	blocks_free(b);
	return rc;
}

static enum err parse_html(struct parse *p, const struct parse_input *in, struct document *d)
{
	enum err rc = walk_html(p, in, d);
	if (rc != ERR_OK)
		return rc;
	struct page *page = &p->page;
	struct maintext m;
	struct index_block ix;
	const uint8_t *data = table_kinds(page);
	uint8_t *drop = arena_calloc(p->arena, page->lines_count + 1, 1);
	page_mark_lines(page);
	page_meta_index(page, drop, &ix);
	maintext_find(page, data, drop, &m);
	maintext_write(page, &m, data, d, &p->text);
	page_meta_fill(page, &m, &ix, d);
	links_finish(page, d);
	return ERR_OK;
}

static enum err parse_xml(struct parse *p, const struct parse_input *in, struct document *d)
{
	struct xml_list *x;
	enum err rc = xml_list_new(&p->page, &x);
	if (rc != ERR_OK)
		return rc;
	rc = decode(p, in, d, false, xml_list_feed, x);
	xml_list_free(x);
	links_finish(&p->page, d);
	return rc;
}

static enum err parse_json(struct parse *p, const struct parse_input *in, struct document *d)
{
	struct json_list *j;
	enum err rc = json_list_new(&p->page, &j);
	if (rc != ERR_OK)
		return rc;
	rc = decode(p, in, d, false, json_list_feed, j);
	json_list_free(j);
	links_finish(&p->page, d);
	return rc;
}

static enum err parse_text(struct parse *p, const struct parse_input *in, struct document *d)
{
	struct text_kind t = {.text = &p->text};
	enum err rc = decode(p, in, d, true, text_kind_feed, &t);
	if (rc != ERR_OK)
		return rc;
	text_kind_finish(&t, d);
	text_tables(p->lexicon, d);
	page_meta_plain(d);
	return ERR_OK;
}

/* The body as one piece: as it came, or inflated into `out`. */
static enum err whole_body(struct parse *p, const struct parse_input *in, struct document *d, struct buf *out,
			   struct str *body)
{
	*body = in->body;
	if (p->source.coding == SOURCE_IDENTITY)
		return ERR_OK;
	for (;;) {
		struct str s;
		enum err rc = source_next(&p->source, &s);
		if (rc != ERR_OK || s.n == 0) {
			*body = buf_str(out);
			if (p->source.cut)
				document_cut(d, "body");
			return rc;
		}
		rc = buf_add_str(out, s);
		if (rc != ERR_OK)
			return rc;
	}
}

/* The link's text where it names a year (a list names its items so), else the title of the page that it stands on. */
static struct str linked_title(const struct document *d)
{
	struct str s = d->page_anchor;
	const char *dot = s.n > 5 ? memrchr(s.p + s.n - 5, '.', 5) : NULL;
	bool year = str_find(s, STR("20"), 0) >= 0 || str_find(s, STR("二"), 0) >= 0;
	if (utf8_count(s.p, s.n) < 8 || !year)
		return d->page_title;
	return dot ? str_sub(s, 0, (size_t)(dot - s.p)) : s;
}

struct member_decoder {
	struct parse *p;
	struct source source;
};

/* A member of an archive to UTF-8; it says its charset itself, or none. */
static enum err decode_member(void *ctx, struct str bytes, bool (*sink)(void *ud, const char *s, size_t n), void *ud)
{
	struct member_decoder *m = ctx;
	struct charset_choice choice;
	uint64_t errors;
	enum err rc = source_init(&m->source, bytes, STR(""));
	if (rc == ERR_OK)
		rc = charset_detect(m->p->charsets, &m->source, STR(""), STR(""), &choice);
	if (rc == ERR_OK)
		rc = charset_decode(m->p->charsets, &choice, &m->source, sink, ud, &errors);
	source_fini(&m->source);
	return rc;
}

static enum err parse_paper(struct parse *p, const struct parse_input *in, struct document *d)
{
	struct buf inflated;
	struct str body;
	bool needs_ocr = false;
	struct member_decoder *decoder = arena_alloc(p->arena, sizeof *decoder);
	const struct paper_text text = {decode_member, decoder, p->charsets};
	decoder->p = p;
	buf_init(&inflated, SOURCE_MAX_BYTES + SOURCE_WINDOW);
	enum err rc = whole_body(p, in, d, &inflated, &body);
	if (rc == ERR_OK)
		rc = paper_read(&p->page, body, in->convert, &text, d, &p->text, &needs_ocr);
	buf_fini(&inflated);
	if (rc != ERR_OK)
		return rc;
	if (in->needs_ocr)
		*in->needs_ocr = needs_ocr;
	if (d->title.n == 0)
		d->title = linked_title(d);
	page_meta_plain(d);
	return ERR_OK;
}

/* ---------------------------------------------------------------- the line */

static enum err sniff(struct parse *p, const struct parse_input *in, enum doc_kind *kind)
{
	struct buf head;
	buf_init(&head, KIND_HEAD_BYTES + SOURCE_WINDOW);
	enum err rc = ERR_OK;
	for (;;) {
		struct str s;
		rc = source_next(&p->source, &s);
		if (rc != ERR_OK || s.n == 0)
			break;
		(void)buf_add_str(&head, s);
		if (head.n >= KIND_HEAD_BYTES)
			break;
	}
	if (rc == ERR_OK)
		rc = head.sticky;
	*kind = kind_sniff(buf_str(&head), in->content_type);
	buf_fini(&head);
	return rc == ERR_OK ? source_rewind(&p->source) : rc;
}

/* The page in a web archive takes the archive's place. ERR_INPUT: there is none in it. */
static enum err unpack_page(struct parse *p, struct parse_input *in, struct document *d)
{
	struct buf inflated;
	struct str body, type;
	buf_init(&inflated, SOURCE_MAX_BYTES + SOURCE_WINDOW);
	enum err rc = whole_body(p, in, d, &inflated, &body);
	if (rc == ERR_OK)
		rc = mht_page(body, &p->unpacked, &type);
	if (rc == ERR_LIMIT) {
		document_cut(d, "body");
		rc = ERR_OK;
	}
	if (rc == ERR_OK)
		in->content_type = arena_dup(p->arena, type);
	buf_fini(&inflated);
	if (rc == ERR_OK) {
		source_fini(&p->source);
		rc = source_init(&p->source, buf_str(&p->unpacked), STR(""));
	}
	d->kind = rc == ERR_OK ? KIND_HTML : KIND_UNKNOWN;
	return rc == ERR_FORMAT ? ERR_INPUT : rc;
}

static enum err read_kind(struct parse *p, const struct parse_input *in, struct document *d)
{
	switch (d->kind) {
	case KIND_HTML:
		return parse_html(p, in, d);
	case KIND_XML:
		return parse_xml(p, in, d);
	case KIND_JSON:
		return parse_json(p, in, d);
	case KIND_TXT:
		return parse_text(p, in, d);
	default:
		if (paper_is(d->kind))
			return parse_paper(p, in, d);
		d->unsupported = kind_unsupported(d->kind);
		return ERR_OK;
	}
}

/* Is it what its status says? */
static void judge(struct parse *p, const struct parse_input *in, struct document *d)
{
	if (d->kind == KIND_TXT)
		keep_head(p, d->text.p, d->text.n);
	if (d->kind == KIND_HTML || d->kind == KIND_TXT)
		d->soft = soft_error_of(p->soft, d->kind == KIND_HTML ? &p->page : NULL, d, buf_str(&p->head),
					p->head_bytes, &d->soft_why);
	if (in->soft)
		*in->soft = d->soft;
	if (d->soft != SOFT_NONE && in->soft)
		(void)err_set(ERR_FORMAT, "%s", d->soft_why); /* its text is the detail for people */
}

static enum err fill(struct parse *p, const struct parse_input *in, struct document *d)
{
	enum err rc = sniff(p, in, &d->kind);
	if (rc != ERR_OK)
		return rc;
	struct parse_input page = *in;
	if (d->kind == KIND_MHT && (rc = unpack_page(p, &page, d)) != ERR_OK && (rc != ERR_INPUT || in->refuse_unknown))
		return rc;
	if (d->kind == KIND_UNKNOWN && in->refuse_unknown)
		return err_set(ERR_INPUT, "%s", kind_unsupported(d->kind));
	take_context(d);
	rc = read_kind(p, &page, d);
	if (rc != ERR_OK)
		return rc;
	if (in->body_done)
		in->body_done(in->body_ctx); /* a body of 16 MiB need not lie beside the document made of it */
	d->text_cps = utf8_count(d->text.p, d->text.n);
	compare_hash(p->words, d, d->compare);
	if (d->kind == KIND_HTML || d->kind == KIND_TXT || paper_is(d->kind))
		read_reports(p->lexicon, d);
	link_rank_all(p->link_words, d);
	judge(p, in, d);
	return ERR_OK;
}

static enum err write_out(const struct parse_input *in, struct document *d, struct buf *out)
{
	if (!in->text_only)
		return doc_json_write(d, FRAME_DOC_MAX, out);
	(void)buf_add_str(out, d->text);
	if (d->text.n > 0 && d->text.p[d->text.n - 1] != '\n')
		(void)buf_add_char(out, '\n');
	return out->sticky;
}

enum err parse_page(struct parse *p, const struct parse_input *in, struct buf *out)
{
	struct document *d = arena_calloc(p->arena, 1, sizeof *d);
	*d = (struct document){.arena = p->arena, .url = in->url, .final_url = in->final_url, .context = in->context};
	d->no_templates = in->no_templates;
	d->explain = in->explain;
	buf_clear(&p->text);
	buf_clear(&p->head);
	p->head_bytes = 0;
	enum err rc = page_init(&p->page, p->arena, p->words, in->no_templates);
	p->page.url = in->final_url.n ? in->final_url : in->url;
	if (rc == ERR_OK)
		rc = source_init(&p->source, in->body, in->content_encoding);
	if (rc == ERR_OK) {
		rc = fill(p, in, d);
		source_fini(&p->source);
	}
	if (rc == ERR_OK)
		rc = write_out(in, d, out);
	page_fini(&p->page);
	buf_fini(&p->unpacked); /* may be large, and is rare */
	if (p->text.cap > (1u << 20))
		buf_fini(&p->text);
	arena_reset(p->arena);
	return rc;
}
