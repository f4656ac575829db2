/* coverage_judge - the rules of coverage.h that are pure functions. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sink/coverage.h"

static const char *const names[COVERAGE_STATUSES] = {
	[COVERAGE_FOUND] = "found",
	[COVERAGE_LATE] = "late",
	[COVERAGE_SUPERSEDED] = "superseded",
	[COVERAGE_ROBOTS] = "robots-denied",
	[COVERAGE_CHALLENGE] = "challenge",
	[COVERAGE_PARSE_FAILED] = "parse-failed",
	[COVERAGE_UNREACHABLE] = "unreachable",
	[COVERAGE_PENDING] = "pending",
	[COVERAGE_NOT_FOUND] = "not-found",
};

const char *coverage_name(enum coverage_status s)
{
	return s < COVERAGE_STATUSES ? names[s] : "";
}

enum coverage_status coverage_of_name(const char *name)
{
	unsigned i = 0;
	while (i < COVERAGE_STATUSES && strcmp(names[i], name) != 0)
		i++;
	return (enum coverage_status)i;
}

enum coverage_status coverage_of_cause(enum cause cause)
{
	switch (cause) {
	case CAUSE_ROBOTS:
		return COVERAGE_ROBOTS;
	case CAUSE_CHALLENGE:
		return COVERAGE_CHALLENGE;
	case CAUSE_UNSUPPORTED_KIND:
	case CAUSE_NEEDS_OCR:
	case CAUSE_BODY_TOO_LARGE:
	case CAUSE_INFLATE:
		return COVERAGE_PARSE_FAILED;
	case CAUSE_NONE:
	case CAUSE_HTTP_404:
	case CAUSE_HTTP_410:
	case CAUSE_OUT_OF_SCOPE:
	case CAUSE_PRIVATE_ADDRESS:
	case CAUSE_BAD_URL:
	case CAUSE_TRAP:
	case CAUSE_SUPERSEDED:
	case CAUSE_DISCARDED_BY_OPERATOR:
		return COVERAGE_NOT_FOUND;
	default:
		return cause_is_parsing(cause) ? COVERAGE_PARSE_FAILED : COVERAGE_UNREACHABLE;
	}
}

int coverage_days_late(const char *published, const char *deadline)
{
	const char *const dates[] = {deadline, published};
	time_t days[2];
	for (int i = 0; i < 2; i++) {
		struct tm tm = {0};
		if (!dates[i] || sscanf(dates[i], "%4d-%2d-%2d", &tm.tm_year, &tm.tm_mon, &tm.tm_mday) != 3)
			return 0;
		tm.tm_year -= 1900;
		tm.tm_mon -= 1;
		days[i] = timegm(&tm) / 86400;
	}
	return days[1] > days[0] ? (int)(days[1] - days[0]) : 0;
}

enum coverage_status coverage_judge(const struct coverage_facts *f)
{
	if (f->reported && f->gone)
		return COVERAGE_SUPERSEDED;
	if (f->reported)
		return coverage_days_late(f->published, f->deadline) > 0 ? COVERAGE_LATE : COVERAGE_FOUND;
	/* a dead link says less than what else may be in the way, or may still come */
	if (f->page < COVERAGE_NOT_FOUND)
		return f->page;
	if (f->obstacle < COVERAGE_NOT_FOUND)
		return f->obstacle;
	return f->crawled && f->unseen == 0 ? COVERAGE_NOT_FOUND : COVERAGE_PENDING;
}
