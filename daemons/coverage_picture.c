#include "daemons/coverage_picture.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

#define NAME_MIN 12
#define NAME_MAX 28
#define CELL 3   /* columns of a year */
#define SHARE 11 /* columns of "found/due" */
#define WIDTH_MIN 40

/* letter, colour (SGR) and words of a cell */
static const struct {
	char letter;
	const char *colour, *words;
} marks[COVERAGE_STATUSES] = {
	[COVERAGE_FOUND] = {'F', "32", "found"},
	[COVERAGE_LATE] = {'L', "33", "late"},
	[COVERAGE_SUPERSEDED] = {'S', "36", "superseded"},
	[COVERAGE_ROBOTS] = {'R', "35", "robots-denied"},
	[COVERAGE_CHALLENGE] = {'C', "35", "challenge"},
	[COVERAGE_PARSE_FAILED] = {'P', "31", "parse-failed"},
	[COVERAGE_UNREACHABLE] = {'U', "31", "unreachable"},
	[COVERAGE_PENDING] = {'.', "2", "pending"},
	[COVERAGE_NOT_FOUND] = {'-', "31", "not-found"},
};

struct picture {
	const struct verb_env *env;
	int first, last; /* years of this block */
	int least, most; /* years of all rows */
	unsigned name_width;
	bool open; /* a line is being gathered */
	char region[512], code[16];
	enum coverage_status cell[COVERAGE_YEARS_MAX];
	bool several[COVERAGE_YEARS_MAX]; /* bodies of other states in that cell */
	int64_t due, found;
};

static bool see_years(void *ctx, const struct coverage_row *r)
{
	struct picture *p = ctx;
	if (!p->least || r->year < p->least)
		p->least = r->year;
	if (r->year > p->most)
		p->most = r->year;
	return true;
}

/* `s` in exactly `width` columns of the terminal, cut with an ellipsis. */
static void put_name(const char *s, unsigned width)
{
	char text[512];
	log_cleanse(text, sizeof text, s, strlen(s));
	struct str all = str_of(text), fit = {text, 0};
	if (out_width(all) > width) {
		for (size_t pos = 0; pos < all.n;) {
			utf8_next(all.p, all.n, &pos);
			if (out_width((struct str){all.p, pos}) + 1 > width)
				break;
			fit.n = pos;
		}
		printf("%.*s…%*s", STR_FMT(fit), (int)(width - out_width(fit) - 1), "");
	} else {
		printf("%s%*s", text, (int)(width - out_width(all)), "");
	}
}

static void put_cell(const struct picture *p, unsigned i)
{
	enum coverage_status s = p->cell[i];
	if (s >= COVERAGE_STATUSES) {
		printf("%*s", CELL, "");
		return;
	}
	char letter = marks[s].letter;
	if (p->several[i] && letter >= 'A' && letter <= 'Z')
		letter = (char)(letter + 'a' - 'A');
	if (p->env->color)
		printf("  \x1b[%sm%c\x1b[0m", marks[s].colour, letter);
	else
		printf("  %c", letter);
}

static void put_line(struct picture *p)
{
	if (!p->open)
		return;
	put_name(p->region, p->name_width);
	for (int y = p->first; y <= p->last; y++)
		put_cell(p, (unsigned)(y - p->first));
	printf("  %lld/%lld\n", (long long)p->found, (long long)p->due);
	p->open = false;
}

static bool take_row(void *ctx, const struct coverage_row *r)
{
	struct picture *p = ctx;
	const char *name = *r->region ? r->region : *r->body ? r->body : r->site;
	char place[16];
	snprintf(place, sizeof place, "%.4s", r->code);
	if (!p->open || strcmp(p->region, name) != 0 || strcmp(p->code, place) != 0) {
		put_line(p);
		p->open = true;
		snprintf(p->region, sizeof p->region, "%s", name);
		snprintf(p->code, sizeof p->code, "%s", place);
		p->due = p->found = 0;
		for (unsigned i = 0; i < COVERAGE_YEARS_MAX; i++) {
			p->cell[i] = COVERAGE_STATUSES;
			p->several[i] = false;
		}
	}
	if (r->year < p->first || r->year > p->last)
		return !ferror(stdout);
	unsigned i = (unsigned)(r->year - p->first);
	p->due++;
	p->found += r->status <= COVERAGE_SUPERSEDED;
	if (p->cell[i] < COVERAGE_STATUSES && p->cell[i] != r->status)
		p->several[i] = true;
	if (p->cell[i] == COVERAGE_STATUSES || r->status > p->cell[i])
		p->cell[i] = r->status;
	return !ferror(stdout);
}

static void put_head(const struct picture *p)
{
	printf("%*s", (int)p->name_width, "");
	for (int y = p->first; y <= p->last; y++)
		printf(" %02d", y % 100);
	printf("  found/due\n");
}

static void put_legend(const struct verb_env *env, unsigned width)
{
	unsigned at = 0;
	for (unsigned i = 0; i < COVERAGE_STATUSES; i++) {
		unsigned n = (unsigned)strlen(marks[i].words) + 4;
		if (at && at + n > width) {
			putchar('\n');
			at = 0;
		}
		if (env->color)
			printf("\x1b[%sm%c\x1b[0m %s  ", marks[i].colour, marks[i].letter, marks[i].words);
		else
			printf("%c %s  ", marks[i].letter, marks[i].words);
		at += n;
	}
	printf("\nA small letter: the worst of several bodies of the region.\n");
}

enum err coverage_picture(const struct verb_env *env, struct coverage *c, const struct coverage_filter *f,
			  unsigned width)
{
	struct picture p = {.env = env};
	enum err e = coverage_rows(c, f, see_years, &p);
	if (width < WIDTH_MIN)
		width = WIDTH_MIN;
	p.name_width = width / 4 < NAME_MIN ? NAME_MIN : width / 4 > NAME_MAX ? NAME_MAX : width / 4;
	int fit = (int)((width - p.name_width - SHARE) / CELL);
	if (fit > COVERAGE_YEARS_MAX)
		fit = COVERAGE_YEARS_MAX;
	for (int year = p.least; e == ERR_OK && p.least && year <= p.most; year += fit) {
		p.first = year;
		p.last = year + fit - 1 < p.most ? year + fit - 1 : p.most;
		put_head(&p);
		e = coverage_rows(c, f, take_row, &p);
		put_line(&p);
		putchar('\n');
	}
	if (e == ERR_OK)
		put_legend(env, width);
	if (e == ERR_OK && (fflush(stdout) != 0 || ferror(stdout)))
		e = err_errno(ERR_IO, "cannot write to standard output");
	return e;
}
