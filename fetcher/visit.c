#include "fetcher/visit.h"

#include "base/hash.h"

static int64_t around(int64_t now, int64_t days, uint64_t seed)
{
	double u = 0.8 + 0.4 * rng_unit(&seed);
	return now + (int64_t)((double)(days * VISIT_DAY_MS) * u);
}

int64_t visit_next(int64_t now, bool report, bool changed, int depth, uint64_t seed)
{
	if (report)
		return around(now, VISIT_REPORT_DAYS, seed);
	if (depth <= 1)
		return around(now, 1, seed);
	return around(now, changed ? VISIT_CHANGED_DAYS : VISIT_UNCHANGED_DAYS, seed);
}

int64_t visit_gone(int64_t now, uint64_t seed)
{
	return around(now, VISIT_GONE_DAYS, seed);
}
