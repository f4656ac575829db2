#include "daemons/diff_text.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/seqdiff.h"

/* a line of the difference: ' ' in both, '-' gone, '+' come */
struct op {
	char what;
	size_t i, j; /* lines before it on each side */
};

struct diff {
	struct seqdiff_lines lines;
	struct op *ops;
	size_t count;
	bool color;
	/* the inside of two lines */
	uint32_t *chars[2];
	bool *marks[2];
	size_t n[2];
	bool *kept; /* of one change, for each line that replaces another: is it marked, and then its marks */
};

static void put_char(uint32_t c)
{
	char bytes[4];
	size_t n = utf8_put(c == '\t' || (c >= 0x20 && c != 0x7f && (c < 0x80 || c >= 0xa0)) ? c : ' ', bytes);
	fwrite(bytes, 1, n, stdout);
}

/* One line; marks: which of its characters are shown in reverse, NULL none. Returns how many characters it has. */
static size_t put_line(const struct diff *d, char what, struct str s, const bool *marks)
{
	const char *on = !d->color ? "" : what == '-' ? "\x1b[31m" : what == '+' ? "\x1b[32m" : "";
	bool marked = false;
	size_t k = 0;
	printf("%s%c", on, what);
	for (size_t i = 0; i < s.n; k++) {
		uint32_t c = utf8_next(s.p, s.n, &i);
		if (marks && marks[k] != marked) {
			marked = marks[k];
			fputs(marked ? "\x1b[7m" : "\x1b[27m", stdout);
		}
		put_char(c);
	}
	fputs(*on ? "\x1b[0m\n" : "\n", stdout);
	return k;
}

static void load_chars(struct diff *d, int side, struct str s)
{
	d->n[side] = 0;
	for (size_t i = 0; i < s.n && d->n[side] < DIFF_MARKED_MAX;)
		d->chars[side][d->n[side]++] = utf8_next(s.p, s.n, &i);
}

/* Which characters differ between a line and the one that replaces it; false: nothing worth a mark. */
static bool mark_inside(struct diff *d, struct str before, struct str after)
{
	if (!d->color || utf8_count(before.p, before.n) > DIFF_MARKED_MAX ||
	    utf8_count(after.p, after.n) > DIFF_MARKED_MAX)
		return false;
	load_chars(d, 0, before);
	load_chars(d, 1, after);
	if (seqdiff(d->chars[0], d->n[0], d->chars[1], d->n[1], d->marks[0], d->marks[1]) != ERR_OK)
		return false;
	size_t same = 0;
	for (size_t i = 0; i < d->n[0]; i++)
		same += !d->marks[0][i];
	return same * 3 >= (d->n[0] > d->n[1] ? d->n[0] : d->n[1]); /* else it is another line */
}

/* Lines that are gone and lines that came in their place, from op `at`; returns how many ops. */
static size_t put_change(struct diff *d, size_t at)
{
	size_t gone = 0, came = 0;
	while (at + gone < d->count && d->ops[at + gone].what == '-')
		gone++;
	while (at + gone + came < d->count && d->ops[at + gone + came].what == '+')
		came++;
	const struct str *before = d->lines.line[0] + d->ops[at].i,
			 *after = d->lines.line[1] + (came ? d->ops[at + gone].j : 0);
	bool *kept = d->kept;
	for (size_t k = 0; k < gone; k++) {
		bool pair = k < came && mark_inside(d, before[k], after[k]);
		put_line(d, '-', before[k], pair ? d->marks[0] : NULL);
		if (k >= came)
			continue;
		*kept++ = pair;
		if (pair) {
			memcpy(kept, d->marks[1], d->n[1]);
			kept += d->n[1];
		}
	}
	kept = d->kept;
	for (size_t k = 0; k < came; k++) {
		bool pair = k < gone && *kept++;
		size_t n = put_line(d, '+', after[k], pair ? kept : NULL);
		kept += pair ? n : 0;
	}
	return gone + came;
}

static void put_hunk(struct diff *d, size_t from, size_t to)
{
	size_t n[2] = {0, 0};
	for (size_t k = from; k < to; k++) {
		n[0] += d->ops[k].what != '+';
		n[1] += d->ops[k].what != '-';
	}
	const struct op *o = &d->ops[from];
	printf("%s@@ -%zu,%zu +%zu,%zu @@%s\n", d->color ? "\x1b[36m" : "", o->i + (n[0] > 0), n[0], o->j + (n[1] > 0),
	       n[1], d->color ? "\x1b[0m" : "");
	for (size_t k = from; k < to;) {
		if (d->ops[k].what == ' ') {
			put_line(d, ' ', d->lines.line[0][d->ops[k].i], NULL);
			k++;
		} else {
			k += put_change(d, k);
		}
	}
}

static void put_hunks(struct diff *d)
{
	for (size_t k = 0; k < d->count;) {
		if (d->ops[k].what == ' ') {
			k++;
			continue;
		}
		size_t from = k > DIFF_CONTEXT ? k - DIFF_CONTEXT : 0, last = k;
		while (k < d->count && k - last <= 2 * DIFF_CONTEXT) {
			if (d->ops[k].what != ' ')
				last = k;
			k++;
		}
		size_t to = last + 1 + DIFF_CONTEXT < d->count ? last + 1 + DIFF_CONTEXT : d->count;
		put_hunk(d, from, to);
		k = to;
	}
}

static void list_ops(struct diff *d, const bool *gone, const bool *came)
{
	size_t i = 0, j = 0;
	while (i < d->lines.n[0] || j < d->lines.n[1]) {
		struct op o = {' ', i, j};
		if (i < d->lines.n[0] && gone[i])
			o.what = '-';
		else if (j < d->lines.n[1] && came[j])
			o.what = '+';
		i += o.what != '+';
		j += o.what != '-';
		d->ops[d->count++] = o;
	}
}

static void fini(struct diff *d)
{
	seqdiff_lines_fini(&d->lines);
	free(d->ops);
	free(d->kept);
	for (int k = 0; k < 2; k++) {
		free(d->chars[k]);
		free(d->marks[k]);
	}
}

enum err diff_text(struct str before, struct str after, const char *head_before, const char *head_after, bool color)
{
	struct diff d = {.color = color};
	bool *gone = NULL, *came = NULL;
	enum err e = seqdiff_lines_init(&d.lines, before, after);
	if (e != ERR_OK)
		return e;
	gone = malloc(d.lines.n[0] + 1);
	came = malloc(d.lines.n[1] + 1);
	d.ops = malloc((d.lines.n[0] + d.lines.n[1] + 1) * sizeof *d.ops);
	d.kept = malloc(after.n + d.lines.n[1] + 1);
	bool room = gone && came && d.ops && d.kept;
	for (int k = 0; k < 2; k++) {
		d.chars[k] = malloc(DIFF_MARKED_MAX * sizeof *d.chars[k]);
		d.marks[k] = calloc(DIFF_MARKED_MAX + 1, 1);
		room = room && d.chars[k] && d.marks[k];
	}
	if (!room)
		e = err_set(ERR_NOMEM, "out of memory");
	if (e == ERR_OK)
		e = seqdiff(d.lines.id[0], d.lines.n[0], d.lines.id[1], d.lines.n[1], gone, came);
	if (e == ERR_OK) {
		list_ops(&d, gone, came);
		printf("--- %s\n+++ %s\n", head_before, head_after);
		put_hunks(&d);
	}
	free(gone);
	free(came);
	fini(&d);
	return e;
}
