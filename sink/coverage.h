/*
 * coverage - the ledger of body and year: for each public body and each year of which a report is due, what is known
 * of it and by what evidence. An empty place is a statement too, so it is only made where the site was read to its end.
 *
 * coverage_judge() is the rule: a pure function of the facts of one body and year. `struct coverage` gathers the facts
 * in any order into a private database in a temporary file (memory does not grow with the number of reports), ties
 * reports, sources and failed pages to bodies, and gives the rows sorted by region, body and year.
 *
 * A body is one series of reports: a government goes by its region, whatever name its title gives it ("X区",
 * "X区人民政府"); everybody else by region and name; a report that names neither by the host it stands on. Regions of
 * one name are told apart by the first four digits of their code.
 *
 * Strings given are copied; strings of a row are borrowed for the call. Times are wall ms, dates "YYYY-MM-DD".
 * Errors: those of the temporary file (ERR_FULL, ERR_IO), ERR_NOMEM.
 */
#ifndef SINK_COVERAGE_H
#define SINK_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "proto/cause.h"

#define COVERAGE_FIRST_YEAR 2008 /* the first on which reports are due */
#define COVERAGE_YEARS_MAX 200   /* years of one body */

/* The order is that of strength as evidence where several pages of one year failed: the least wins. */
enum coverage_status {
	COVERAGE_FOUND,
	COVERAGE_LATE,         /* found, published behind the last day of that year */
	COVERAGE_SUPERSEDED,   /* was found; the page is gone, or holds no report any more */
	COVERAGE_ROBOTS,       /* robots.txt forbids the page that would be it */
	COVERAGE_CHALLENGE,    /* the host shows programs a challenge */
	COVERAGE_PARSE_FAILED, /* there, but not to be read */
	COVERAGE_UNREACHABLE,  /* not to be had from here */
	COVERAGE_PENDING,      /* the site was not read to its end yet */
	COVERAGE_NOT_FOUND,    /* the site was read to its end, or to the budget, without it */
	COVERAGE_STATUSES
};
/** "found", "robots-denied"... Never NULL. */
const char *coverage_name(enum coverage_status s);
/** COVERAGE_STATUSES when there is none of that name. */
enum coverage_status coverage_of_name(const char *name);
/** What a page that should be a report and ended by `cause` says of that report. */
enum coverage_status coverage_of_cause(enum cause cause);

struct coverage_facts {
	bool reported;         /* a report of that year is stored */
	bool gone;             /* and its page is not there any more */
	const char *published; /* earliest date of it; "" unknown */
	const char *deadline;  /* "" when no rule is known: nothing is late */
	enum coverage_status page,
		obstacle; /* of a page that looks like it; of the way there; COVERAGE_STATUSES: none */
	bool crawled;     /* some site of the body is known */
	int64_t unseen;   /* pages of its sites that were not read yet */
};
/** Pure. */
enum coverage_status coverage_judge(const struct coverage_facts *f);
/** Days from `deadline` to `published`, 0 when in time or unknown. Pure. */
int coverage_days_late(const char *published, const char *deadline);

/** Last day for a report of a body of `level` ("" unknown) on `year`; false: no rule. */
typedef bool coverage_deadline_fn(const char *level, int year, char out[11]);

struct coverage;
/** today: "YYYY-MM-DD". */
enum err coverage_new(const char *today, coverage_deadline_fn *deadline, struct coverage **out) WARN_UNUSED;
void coverage_free(struct coverage *c); /* NULL is fine */

struct coverage_place {
	const char *url, *host, *cause, *detail, *warc_file; /* NULL: none */
	int64_t source, at, warc_offset;
};
struct coverage_report {
	int64_t id, year;
	const char *region, *code, *body, *level, *published; /* NULL: none */
	struct coverage_place place;
	bool gone; /* place.cause, place.detail, place.at say how and when */
};
enum err coverage_add_report(struct coverage *c, const struct coverage_report *r) WARN_UNUSED;

struct coverage_source {
	int64_t id, pages, unseen, failed;
	const char *url, *host, *region, *body; /* region, body: as the user gave them, NULL or "" none */
	bool cut;                               /* at its budget */
};
enum err coverage_add_source(struct coverage *c, const struct coverage_source *s) WARN_UNUSED;
/** A page that looks like the report on `year` and gave none; `text`: what names its body. */
enum err coverage_add_page(struct coverage *c, int year, enum coverage_status status, const char *text,
			   const struct coverage_place *p) WARN_UNUSED;
/** A page on the way to all reports of its source or host (start page, report column, challenge). */
enum err coverage_add_obstacle(struct coverage *c, enum coverage_status status,
			       const struct coverage_place *p) WARN_UNUSED;

struct coverage_filter {
	const char *region, *body, *level; /* as sview_filter; NULL: any */
	int first, last;                   /* years to be shown whether expected or not; 0: those that are due */
	int year;                          /* 0: any */
	enum coverage_status status;       /* COVERAGE_STATUSES: any */
};
struct coverage_row {
	int64_t body_id;
	const char *region, *code, *body, *level, *site; /* "" unknown */
	int year;
	enum coverage_status status;
	char deadline[11];
	const char *published;
	int days_late;
	int64_t report, reports; /* id of the report that stands for the year (0: none), and how many there are */
	struct coverage_place evidence;
};
typedef bool coverage_row_fn(void *ctx, const struct coverage_row *r);
/** All rows, after the last coverage_add_*. May be called again. */
enum err coverage_rows(struct coverage *c, const struct coverage_filter *f, coverage_row_fn *row,
		       void *ctx) WARN_UNUSED;
/** Failed pages that look like a report, but of which of several bodies is not known. After coverage_rows(). */
int64_t coverage_unassigned(const struct coverage *c);

#endif
