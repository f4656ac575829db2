/*
 * read - from a structured document to its reports: detection, segmentation, report metadata,
 * quantities, metrics, checks. Language and law come from the lexicon.
 */
#ifndef PARSER_READ_H
#define PARSER_READ_H

#include "base/err.h"
#include "parser/document.h"

struct lexicon;

/** Parse the embedded lexicon files once per process. */
enum err lexicon_load(struct lexicon **out) WARN_UNUSED;
void lexicon_free(struct lexicon *l);
/** 16 hex digits over the names and bytes of all embedded files. */
const char *lexicon_hash(void);
/** Bytes of an embedded file ("metrics.tsv"), or STR_NULL. */
struct str lexicon_file(const char *name);

/** Fill d->reports from text, blocks, tables, metas and title. A page that is no report gets none. Never fails but for memory (arena handler). */
void read_reports(const struct lexicon *lex, struct document *d);

#endif
