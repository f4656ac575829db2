/*
 * page - a page's HTML as the parser's own light structure: lines of text, the elements that hold them,
 * tables with their cells, links and meta tags. No tree of tags: an element is kept only when it can hold
 * a main text. Everything is bounded: what passes a maximum is counted and named in `cut`.
 *
 * Positions are byte offsets into `text`. Indices are int32, -1 for none. Owned by the page; page_fini() frees.
 */
#ifndef PARSER_PAGE_H
#define PARSER_PAGE_H

#include "base/buf.h"
#include "parser/document.h"
#include "parser/words.h"

#define PAGE_TEXT_MAX (DOC_TEXT_MAX_BYTES + (1u << 20)) /* main text and what stands around it */
#define PAGE_LINES_MAX 150000u
#define PAGE_NODES_MAX 40000u
#define PAGE_TABLES_MAX 4096u
#define PAGE_LINKS_MAX (2 * DOC_LINKS_MAX) /* before those of one address are made one */
#define PAGE_LINK_BYTES_MAX (6u << 20)
#define PAGE_LINK_TEXT_MAX 512u
#define PAGE_LINK_HREF_MAX 4096u

enum node_flag {
	NODE_NEGATIVE = 1, /* class or id of navigation, side, share, footer ... */
	NODE_POSITIVE = 2,
	NODE_LIST = 4, /* ul, ol, nav, menu */
	NODE_CELL = 8,
	NODE_TABLE = 16,
	NODE_FURNITURE = 32, /* header, footer, nav, aside: by tag */
	NODE_HIDDEN = 64,
};

struct node {
	int32_t parent;
	uint32_t line_first, line_end; /* lines inside, with those of inner nodes */
	uint16_t flags;
	uint8_t rank;     /* of the template container that it is, 1 best; 0 none */
	uint8_t tag_hash; /* with class_hash: "another element of the same make" */
	uint32_t class_hash;
};

struct line {
	uint32_t start, end;
	int32_t node;
	int32_t cell;           /* innermost cell of a table, or -1 */
	uint32_t cps, link_cps; /* without white space */
	uint16_t puncts;        /* of sentences, full or half width */
	uint8_t kind;           /* enum block_kind: BLOCK_TEXT or BLOCK_HEADING */
	uint8_t level;
	bool paragraph;       /* of a <p>, or ended by <br> inside running text */
	bool item;            /* of a <li>, <dt> or <dd> */
	bool furniture, foot; /* it says so (lexicon/furniture.tsv); foot: as the page's foot does */
};

struct pcell {
	int32_t table, next; /* next cell of the same table */
	uint32_t line_first, line_end;
	uint16_t row, rowspan, colspan;
	bool header;
};

struct ptable {
	int32_t parent, node, cell_first, cell_last;
	uint32_t line_first, line_end, cells;
	uint16_t rows;
	bool nested, headings, lists;
	struct str caption; /* in the arena */
};

struct plink {
	struct str href, text; /* in the arena */
	const char *rel;
	int32_t line;        /* the line at whose place it stands */
	struct str alt;      /* of a picture: its text while no anchor of this address has one */
	struct str modified; /* by a sitemap or feed, as it says; "" not said */
};

struct page {
	struct arena *arena; /* borrowed */
	const struct words *words;
	bool no_templates;
	struct buf text;
	struct line *lines;
	size_t lines_count, lines_cap;
	struct node *nodes;
	size_t nodes_count, nodes_cap;
	struct pcell *cells;
	size_t cells_count, cells_cap;
	struct ptable *tables;
	size_t tables_count, tables_cap;
	struct plink *links;
	size_t links_count, links_cap, link_bytes;
	uint64_t *link_seen; /* open hash of (href, rel), of links.c */
	size_t link_slots;
	struct class_memo {
		uint64_t key;
		int8_t sign;
		uint8_t rank;
	} memo[256]; /* what ids and classes seen lately say */
	struct meta *metas;
	size_t metas_count;
	struct str title, base;
	struct str url;             /* canonical address of the page, borrowed; empty when it has none */
	struct list_clicks *clicks; /* of list_click.c, likewise */
	bool clicking;              /* an element that may be clicked is open */
	struct list_state *lists;   /* of list_page.c, in the arena; NULL while the page says nothing of lists */
	bool cut_text, cut_links, cut_tables, no_memory;
};

enum err page_init(struct page *p, struct arena *arena, const struct words *words, bool no_templates) WARN_UNUSED;
void page_fini(struct page *p);

/** Set `furniture` and `foot` of all lines. */
void page_mark_lines(struct page *p);

/* makes room for one more; false when `max` is reached (cut) or memory is out (no_memory) */
bool page_room(struct page *p, void **array, size_t *cap, size_t count, size_t max, size_t size);
static inline struct str page_line(const struct page *p, const struct line *l)
{
	return (struct str){p->text.p + l->start, l->end - l->start};
}

#endif
