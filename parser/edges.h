/*
 * edges - a table whose cells say where their left and right edges are, as DOC and RTF do, made one of columns and rows.
 *
 * Edges that lie nearer than EDGES_NEAR are one. A cell covers the columns between its own; one that goes on from above
 * covers the row too when the cell there is as wide. Everything lives in the arena.
 */
#ifndef PARSER_EDGES_H
#define PARSER_EDGES_H

#include "parser/cells.h"

#define EDGES_NEAR 60 /* twips */
#define EDGES_MAX CELLS_COLS_MAX

struct edges_cell {
	int left, right; /* twips */
	bool joins;      /* the cell to its left: only its width counts */
	bool goes_on;    /* with the cell above */
	struct str text; /* borrowed until edges_emit() */
};

struct edges {
	struct arena *arena;
	struct edges_waiting {
		struct edges_cell cell;
		uint32_t row;
	} * p;
	size_t count, cap;
	uint32_t rows;
	bool cut; /* a row or a table was left out by a maximum of cells.h */
};

void edges_init(struct edges *t, struct arena *a);
/** The next row, from left to right. */
void edges_row(struct edges *t, const struct edges_cell *cells, size_t count);
/** Writes the table, when it has any row, and begins the next. True when something was written. */
bool edges_emit(struct edges *t, struct emit *e);

#endif
