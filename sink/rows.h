/*
 * rows - the reports, metrics, quantities, tables and checks of one document in the store.
 * Works inside the caller's transaction; its statements are prepared once a connection.
 */
#ifndef SINK_ROWS_H
#define SINK_ROWS_H

#include <stdint.h>

#include "sink/db.h"
#include "sink/document.h"

struct rows;

enum err rows_new(sqlite3 *db, struct rows **out) WARN_UNUSED;
void rows_free(struct rows *r);
/**
 * Replace all rows of a document by those of `d`. A report keeps its id when the document's earlier version
 * had one of the same year, region and body, else one at the same place; an id is never given to another page.
 */
enum err rows_replace(struct rows *r, int64_t document_id, const struct sdoc *d, struct arena *a) WARN_UNUSED;

#endif
