/*
 * parse - the whole line on one page: bytes in, JSON of INTERFACE.md out. No sockets, no files.
 *
 * `struct parse` holds what lives longer than a page (lexicon, converters, arena) and is used for one
 * page after the other. The caller owns the body for the call. Hostile bytes never make it fail: a page
 * that cannot be read gives a document with `unsupported` or empty fields; only ERR_NOMEM, ERR_INPUT (when asked for), ERR_LIMIT (the
 * JSON would pass FRAME_DOC_MAX after all cuts) and ERR_FORMAT ("not-parsable": a content-encoding that
 * does not inflate) come back.
 */
#ifndef PARSER_PARSE_H
#define PARSER_PARSE_H

#include "base/buf.h"
#include "base/err.h"
#include "parser/convert.h"
#include "parser/document.h"

struct parse;

struct parse_input {
	struct str body;           /* as archived: content-encoding still on */
	struct str url, final_url; /* canonical; may be empty for a local file */
	struct str content_type, content_encoding;
	struct str charset; /* forced by the caller (`--charset`), else empty */
	struct str context; /* JSON object or empty */
	bool no_templates, explain;
	bool text_only;                  /* write the main text instead of JSON */
	bool refuse_unknown;             /* ERR_INPUT for bytes that are neither text nor a known document format */
	const struct converter *convert; /* for PDF, DOC and XLS; NULL: these are unsupported */
	enum soft_kind *soft;            /* NULL, or set: an error page or a challenge; why is in err_text() */
	bool *needs_ocr; /* NULL, or set: pages of pictures without a text layer; the document says so too */
	/* NULL, or called once the body is not read any more: its owner may free it while the rest goes on */
	void (*body_done)(void *ctx);
	void *body_ctx;
};

/** Loads the lexicon that is linked into the program and opens all converters, so that a sandbox may follow. */
enum err parse_new(struct parse **out) WARN_UNUSED;
void parse_free(struct parse *p);
enum err parse_page(struct parse *p, const struct parse_input *in, struct buf *out) WARN_UNUSED;
/** Hash of all lexicon data, 16 hex digits: the `lexicon` of the ring. */
const char *parse_lexicon(void);
/** "gongkai-parser/0.1.0" */
const char *parse_version(void);

#endif
