/*
 * document - one page as the parser's steps see it: plain structs in one arena, no behaviour.
 *
 * Text is UTF-8 in `text`; positions are byte offsets into it unless a name ends in _cp (code points,
 * which is what leaves the program). Every slice points into `text` or into the arena; all of it lives
 * until the arena is reset. Steps fill fields in the order of DESIGN.md and never free.
 */
#ifndef PARSER_DOCUMENT_H
#define PARSER_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "proto/msg.h"

/* limits of the document (INTERFACE.md): what passes them is cut and named in `cut`, never a failure */
#define DOC_TEXT_MAX_BYTES (4u * 1024 * 1024)
#define DOC_LINKS_MAX 20000u
#define DOC_TABLES_MAX 512u
#define DOC_CELLS_MAX 200000u /* all tables together */
#define DOC_REPORTS_MAX 64u
#define DOC_METAS_MAX 128u

enum doc_kind {
	KIND_HTML,
	KIND_XML,
	KIND_JSON,
	KIND_PDF,
	KIND_DOC,
	KIND_DOCX,
	KIND_XLS,
	KIND_XLSX,
	KIND_OFD,
	KIND_ZIP,
	KIND_TXT,
	KIND_RTF,       /* a DOC in another spelling */
	KIND_WORD_XML,  /* Word 2003's XML, and Word 2007's without a zip */
	KIND_SHEET_XML, /* Excel 2003's XML */
	KIND_MHT,       /* only until its page is unpacked, which is HTML (mht.h) */
	KIND_UNKNOWN
};

/* a line of `text`: a block element of HTML, a paragraph, a heading, or a row of a table */
enum block_kind { BLOCK_TEXT, BLOCK_HEADING, BLOCK_ROW };
struct block {
	uint32_t start, end; /* bytes of `text`, without the line end */
	enum block_kind kind;
	uint8_t level; /* 1..6 for BLOCK_HEADING */
	int32_t table; /* index in tables for BLOCK_ROW, else -1 */
};

/*
 * A table as a grid: `cells` has rows * cols entries, row by row. A spanning cell is one `struct cell`
 * that every position it covers points to (`grid[r * cols + c]` is an index into `cells`, or -1 for a
 * position that no cell covers).
 */
struct cell {
	uint32_t start, end;       /* bytes of `text`: the cell's printed text (white space inside as one space) */
	uint16_t row, col;         /* first place */
	uint16_t rowspan, colspan; /* at least 1, cut to the table */
	bool header;               /* <th> */
};
struct table {
	char id[16]; /* "t1", "t2" ... in document order */
	struct str caption;
	uint32_t start, end; /* bytes of `text` from the first row's start to the last row's end */
	uint16_t rows, cols;
	struct cell *cells;
	size_t cells_count;
	int32_t *grid;
};

struct link {
	struct str url;      /* absolute and canonical */
	struct str text;     /* anchor text, else title attribute */
	struct str rel;      /* "a", "frame", "iframe", "refresh", "sitemap", "feed", "next", "list", "attachment" */
	struct str modified; /* as a sitemap or feed says: digits, letters and -:.+ only; "" not said */
	struct str near;     /* the name that stands before an anchor of few characters: a heading, or its row */
	int rank;            /* link_rank.h */
	enum msg_ask ask;    /* list_scheme_ask() */
};

/* What each link's context says of this page; the link's anchor text is added when it is written (doc_json). */
#define LINK_CONTEXT_MAX 1024

struct meta {
	struct str name, content; /* name in lower case */
};

enum soft_kind { SOFT_NONE, SOFT_ERROR, SOFT_CHALLENGE };

enum date_from { DATE_VISIBLE, DATE_META, DATE_SIGNATURE, DATE_URL };
struct doc_date {
	char value[11]; /* "2019-03-10" */
	enum date_from from;
};

struct metric {
	struct str id, unit, scope, applicant, qualifier, evidence; /* id, unit ... from the lexicon */
	double value;
	bool approx;
	uint32_t offset_cp;
	/* of a table figure; table NULL for prose */
	const char *table;
	struct str row, column;
	uint16_t cell_row, cell_col;
	struct str explain; /* rule, label and beaten candidates; only with --explain */
};

struct quantity {
	struct str text, unit; /* as written */
	double value;
	bool approx;
	uint32_t offset_cp;
	struct str explain; /* which figure it became and why, or why none; only with --explain */
};

#define CHECK_OPERANDS_MAX 32
struct check {
	struct str kind, statement, detail;
	bool holds;
	double operands[CHECK_OPERANDS_MAX];
	unsigned operands_count;
};

#define REPORT_FRAGMENTS_MAX 64
struct report {
	struct str title, region, region_code, body, level, format; /* empty: null in JSON */
	int year;                                                   /* 0: null */
	char period[2][11];                                         /* "" : null */
	char published[11];
	struct fragment {
		uint32_t start, end; /* bytes of text */
	} fragments[REPORT_FRAGMENTS_MAX];
	unsigned fragments_count;
	struct metric *metrics;
	size_t metrics_count;
	struct quantity *quantities;
	size_t quantities_count;
	struct check *checks;
	size_t checks_count;
	int *tables; /* indices into document.tables */
	size_t tables_count;
};

struct document {
	struct arena *arena;
	/* given */
	struct str url, final_url, context; /* context: JSON object of the linking page */
	struct str page_url;                /* of the linking page, for attachments; empty else */
	struct str page_title, page_anchor; /* of the linking page, for attachments */
	char page_published[11];
	struct str source_region, source_body; /* what the user said of the source, from context; empty when nothing */
	/* kind and charset */
	enum doc_kind kind;
	struct str charset; /* as decided: "UTF-8", "GB18030", ... */
	uint64_t charset_errors;
	/* structure */
	struct str text; /* the main text */
	size_t text_cps;
	struct block *blocks; /* of the main text, in order, covering it */
	size_t blocks_count;
	struct table *tables; /* of the main text */
	size_t tables_count;
	struct link *links;
	size_t links_count;
	struct str link_context; /* JSON object without its closing brace, room for an anchor left */
	struct meta *metas;
	size_t metas_count;
	struct str html_title; /* <title> */
	struct str furniture;  /* visible text outside the main text, at most 64 KiB: source and date lines, crumbs */
	/* metadata of the page */
	struct str title, source, doc_number, index_number, site_id_code;
	char published[11];
	struct doc_date *dates;
	size_t dates_count;
	char compare[65]; /* compare.h; "" none */
	/* reading */
	struct report *reports;
	size_t reports_count;
	const char *unsupported; /* NULL or why this kind is not read */
	enum soft_kind soft;     /* an error page or a challenge that came as a good one (soft_error.h) */
	const char *soft_why;    /* rule and words; NULL when SOFT_NONE */
	const char *cut[8];      /* "text", "links", "tables" ... */
	unsigned cut_count;
	bool no_templates, explain;
};

const char *doc_kind_name(enum doc_kind k);
const char *date_from_name(enum date_from f);
void document_cut(struct document *d, const char *what); /* names a cut once */

#endif
