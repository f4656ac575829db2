/*
 * pdf_piece - lines of a page cut into pieces at wide gaps, and which of these are figures.
 *
 * Pieces hold words of the line's order array; a line can be put back to how it was cut, since a reader of columns
 * joins pieces on trial. Everything is in the scan's arena. Units are points.
 */
#ifndef PARSER_PDF_PIECE_H
#define PARSER_PDF_PIECE_H

#include "parser/pdf_text.h"

#define PDF_PIECES_MAX 40u   /* of one line */
#define PDF_WRAP_NEAR 1.65f  /* of the height: how far the tops of two lines of one cell lie apart at most */
#define PDF_LINES_FAR 3.5f   /* of the height: lines farther apart are no rows of one table */
#define PDF_SPACE_GAP 1.2f   /* of the height: a space of a letter's width at most */
#define PDF_WORD_GAP 2.2f    /* of the height: two such spaces, which may be inside of a word that is shown to be one */
#define PDF_LETTER_GAP 2.5f  /* of the height: how far the letters of one word of a head are set apart at most */
#define PDF_LETTER_WIDE 1.3f /* of the height: the width of a letter of Han at most */

struct piece {
	struct box b;
	uint32_t first, count; /* in the order array */
	bool figure, numbered; /* numbered: begins as a label of a list does */
	uint32_t col, cols;
	uint32_t row; /* of the head's cell that it is in */
};

struct row_line {
	struct piece *p;
	size_t n, figures;
	struct piece *cut; /* as they were cut, `cuts` of them */
	size_t cuts;
	struct box b;
	float height;
	bool numbered; /* its first piece begins with a number of a list */
	bool lone;     /* a figure alone, in the middle of the two lines of its label */
};

struct finder {
	const struct pdf_scan *s;
	const uint32_t *order;
	struct row_line *l;
	size_t count;
};

/** Text of n lines' words as one, in the arena. `right`: where their column ends. */
struct str pdf_pieces_text(const struct finder *f, const struct pdf_line *lines, size_t n, float right);
struct str pdf_piece_text(const struct finder *f, const struct piece *p);
/** All lines of a page into f->l. */
void pdf_pieces_cut(struct finder *f, const struct pdf_line *lines);
/** Pieces k and the `more` behind it are one. */
void pdf_piece_join(struct row_line *l, size_t k, size_t more);
/** Words [from, to) of the line, counted from its first, are one piece, and no others are in it. */
void pdf_piece_take(const struct finder *f, struct row_line *l, size_t from, size_t to);
/** Undo all joins of the line. */
void pdf_piece_reset(struct row_line *l);

static inline float pdf_middle(const struct piece *p)
{
	return (p->b.x0 + p->b.x1) / 2;
}

/** A line in pieces of which one is a figure, or a lone figure of a row. */
static inline bool pdf_is_row(const struct row_line *l)
{
	return l->figures > 0 && (l->n > 1 || l->lone);
}

/** Is line i + 1 near enough to be the next line of the same cell? */
bool pdf_near_below(const struct finder *f, size_t i);
/** Is line i too far below the one before? */
bool pdf_apart(const struct finder *f, size_t i);

#endif
