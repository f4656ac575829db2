#include "fetcher/revisit.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/hash.h"
#include "base/str.h"
#include "base/url.h"

#define RATE_LEAST 1e-6 /* changes a day */
#define RATE_MOST 1e4
#define SHAPE_LEAST 0.05
#define SHAPE_MOST 50.0
#define GROUP_VISITS 20.0 /* visits that a group needs until it says as much as what is above it */
#define PACE_DAYS_LEAST 0.5
#define PACE_DAYS_MOST 15.0
#define LATE_MOST 3.0

/* ---- kinds and weights */

static bool ends_with(struct str s, const char *end)
{
	size_t n = strlen(end);
	return s.n >= n && strncasecmp(s.p + s.n - n, end, n) == 0;
}

static bool is_attachment(struct str path)
{
	static const char *const ends[] = {".pdf",  ".doc", ".docx", ".wps", ".rtf", ".xls",
					   ".xlsx", ".et",  ".ofd",  ".zip", ".rar", ".ceb"};
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (ends_with(path, ends[i]))
			return true;
	return false;
}

/* Names that the common systems give to the page of a folder: index_3.html, list12.htm, default.aspx, sitemap.xml. */
static bool is_list(struct str path)
{
	static const char *const names[] = {"index", "list", "default", "sitemap", "rss", "feed"};
	size_t at = path.n;
	while (at > 0 && path.p[at - 1] != '/')
		at--;
	struct str name = str_sub(path, at, path.n);
	if (name.n == 0)
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (name.n >= strlen(names[i]) && strncasecmp(name.p, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

enum revisit_kind revisit_kind_of(const char *url, int depth, bool report)
{
	struct url_parts u;
	if (report)
		return REVISIT_REPORT;
	if (url_split(str_of(url), &u) != ERR_OK)
		return REVISIT_ARTICLE;
	if (is_attachment(u.path))
		return REVISIT_ATTACHMENT;
	if (depth == 0 || (u.path.n <= 1 && u.query.n == 0))
		return REVISIT_HOME;
	return is_list(u.path) ? REVISIT_LIST : REVISIT_ARTICLE;
}

const char *revisit_kind_name(enum revisit_kind k)
{
	static const char *const names[REVISIT_KINDS] = {"home", "list", "article", "report", "attachment"};
	return (unsigned)k < REVISIT_KINDS ? names[k] : "article";
}

double revisit_look(enum revisit_kind k)
{
	return k == REVISIT_HOME   ? REVISIT_LOOK_HOME_DAYS
	       : k == REVISIT_LIST ? REVISIT_LOOK_LIST_DAYS
				   : REVISIT_LOOK_DAYS;
}

double revisit_weight(enum revisit_kind k, double leads)
{
	static const double base[REVISIT_KINDS] = {2, 2, 0.5, 4, 0.5};
	double w = ((unsigned)k < REVISIT_KINDS ? base[k] : 0.5) + (leads > 0 ? leads : 0);
	return w < REVISIT_WEIGHT_MAX ? w : REVISIT_WEIGHT_MAX;
}

/* ---- rates */

static void fade(struct revisit_visits *v)
{
	double keep = 1 - 1 / REVISIT_MEMORY_VISITS;
	v->visits = v->visits * keep + 1;
	v->changes *= keep;
	v->quiet *= keep;
	v->busy *= keep;
	v->told *= keep;
}

void revisit_seen(struct revisit_visits *v, double spacing, double changed, double age)
{
	fade(v);
	if (spacing <= 0)
		spacing = REVISIT_LEAST_DAYS;
	v->changes += changed;
	v->quiet += (1 - changed) * spacing;
	/* a change whose moment is known: one at the end of `age` days without, looking back */
	if (age >= 0)
		v->quiet += changed * (age < spacing ? age : spacing);
	else
		v->busy += changed * spacing;
}

void revisit_told(struct revisit_visits *v, double spacing)
{
	revisit_seen(v, spacing, 0, -1);
	v->told += 1;
}

double revisit_age(int64_t modified_s, int64_t last_ms, int64_t now_ms)
{
	int64_t at = modified_s * 1000;
	/* servers that make the page for each request name the present */
	if (at <= last_ms || at > now_ms - 60000)
		return -1;
	return (double)(now_ms - at) / (double)REVISIT_DAY_MS;
}

struct revisit_rate revisit_prior(enum revisit_kind k)
{
	/* mean days from change to change; the shape is that of groups whose pages differ by decades */
	static const double days[REVISIT_KINDS] = {3, 10, 400, 400, 1000};
	double d = (unsigned)k < REVISIT_KINDS ? days[k] : days[REVISIT_ARTICLE];
	return (struct revisit_rate){.shape = 0.2, .time = 0.2 * d};
}

/* x / (e^x - 1): 1 at 0, falling. */
static double fall(double x)
{
	return x < 1e-8 ? 1 : x > 500 ? 0 : x / expm1(x);
}

static double clamp(double v, double least, double most)
{
	return v < least  ? least
	       : v > most ? most
			  : v; /* NaN fails both and is returned: callers give finite numbers */
}

/*
 * The root of (prior.time + quiet) l = prior.shape + changes * fall(l t) with t the mean spacing of changed visits. The
 * left side less the right one rises and is concave, so Newton's steps from the left never pass the root.
 */
struct revisit_rate revisit_rate_of(const struct revisit_visits *v, struct revisit_rate prior)
{
	double time = prior.time + v->quiet, t = v->changes > 0 ? v->busy / v->changes : 0;
	double l = prior.shape / time;
	for (int i = 0; i < 24 && v->changes > 0; i++) {
		double x = l * t, g = fall(x), f = time * l - prior.shape - v->changes * g;
		/* d fall / dx = fall (1 - fall e^x) / x; -1/2 at 0 */
		double slope = x < 1e-6 ? -0.5 : g * (1 - x - g) / x;
		double step = -f / (time - v->changes * slope * t);
		l += step;
		if (step < 1e-6 * l)
			break;
	}
	l = clamp(l, RATE_LEAST, RATE_MOST);
	double shape = prior.shape + v->changes;
	return (struct revisit_rate){.shape = shape, .time = shape / l};
}

/* ---- groups */

/* digamma for x > 0: up to 6 by the recurrence, then the asymptotic series */
static double digamma(double x)
{
	double r = 0;
	for (; x < 6; x += 1)
		r -= 1 / x;
	double q = 1 / (x * x);
	return r + log(x) - 0.5 / x - q * (1.0 / 12 - q * (1.0 / 120 - q / 252));
}

void revisit_group_seen(struct revisit_group *g, struct revisit_rate r, double spacing)
{
	double keep = 1 - 1 / REVISIT_MEMORY_GROUP;
	double l = r.shape / r.time;
	spacing = clamp(spacing, REVISIT_LEAST_DAYS, REVISIT_LOOK_DAYS);
	g->visits = g->visits * keep + 1;
	g->weight = g->weight * keep + spacing;
	g->rate = g->rate * keep + spacing * l;
	g->log_rate = g->log_rate * keep + spacing * (digamma(r.shape) - log(r.time));
}

/* The gamma distribution of greatest likelihood for these means of l and log l (Minka, Estimating a Gamma distribution, 2002). */
struct revisit_rate revisit_group_prior(const struct revisit_group *g, struct revisit_rate above)
{
	double mean = above.shape / above.time, mean_log = digamma(above.shape) - log(above.time);
	if (g->visits > 0 && g->weight > 0 && g->rate > 0) {
		double own = g->visits / (g->visits + GROUP_VISITS);
		mean = own * g->rate / g->weight + (1 - own) * mean;
		mean_log = own * g->log_rate / g->weight + (1 - own) * mean_log;
	}
	double s = log(mean) - mean_log;
	double shape = s > 1e-9 ? (3 - s + sqrt((s - 3) * (s - 3) + 24 * s)) / (12 * s) : SHAPE_MOST;
	shape = clamp(shape, SHAPE_LEAST, SHAPE_MOST);
	return (struct revisit_rate){.shape = shape, .time = shape / clamp(mean, RATE_LEAST, RATE_MOST)};
}

/* ---- value */

double revisit_value(struct revisit_rate r, double weight, double t)
{
	if (t <= 0)
		return 0;
	double grown = log1p(t / r.time), a = r.shape - 1;
	double sum = fabs(a) < 1e-9 ? grown : -expm1(-a * grown) / a;
	double v = r.time * sum - t * exp(-r.shape * grown);
	return v > 0 ? weight * v : 0;
}

double revisit_interval(struct revisit_rate r, double weight, double m, double look)
{
	double lo = REVISIT_LEAST_DAYS, hi = look;
	if (revisit_value(r, weight, lo) >= m)
		return lo;
	if (revisit_value(r, weight, hi) < m)
		return look;
	for (int i = 0; i < 40 && hi > lo * 1.0005; i++) {
		double mid = sqrt(lo * hi);
		if (revisit_value(r, weight, mid) < m)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}

bool revisit_worth(const struct revisit_visits *v, struct revisit_rate r, double weight, double m)
{
	double l = r.shape / r.time + v->told / (v->quiet + v->busy + 1);
	/* a visit at once makes the page current until its next change */
	return weight >= m * l;
}

static int64_t days_from(int64_t days, int64_t now, uint64_t seed)
{
	return now + (int64_t)((double)(days * REVISIT_DAY_MS) * (0.8 + 0.4 * rng_unit(&seed)));
}

int64_t revisit_after(enum cause cause, int64_t now, uint64_t seed)
{
	return days_from(cause_is_passing(cause) ? REVISIT_AGAIN_DAYS : REVISIT_GONE_DAYS, now, seed);
}

int64_t revisit_moved(bool had_document, int64_t now, uint64_t seed)
{
	return days_from(had_document ? REVISIT_AGAIN_DAYS : REVISIT_GONE_DAYS, now, seed);
}

/* ---- pace */

void revisit_pace_begin(struct revisit_pace *p, struct revisit_rate r, double interval)
{
	if (p->m > 0)
		return;
	p->m = revisit_value(r, 1, clamp(interval, REVISIT_LEAST_DAYS, REVISIT_LOOK_DAYS));
	if (!(p->m > 0))
		p->m = 1e-9;
}

/* In so many days without a visit m falls to its e-th part: fast at first. */
static double pace_days(const struct revisit_pace *p)
{
	return clamp(p->age / 4, PACE_DAYS_LEAST, PACE_DAYS_MOST);
}

/* How far log m rises for one visit: those of the budget hold it where it is. */
static double gain(const struct revisit_pace *p, double budget)
{
	double visits = budget * pace_days(p);
	return visits > 4 ? 1 / visits : 0.25;
}

double revisit_pace_m(const struct revisit_pace *p, double days)
{
	double down = days > 0 ? days / pace_days(p) : 0;
	return p->m * exp(-(down < 1 ? down : 1)); /* a long pause is no sign that m is too high */
}

void revisit_pace_grant(struct revisit_pace *p, double days, double budget, double most)
{
	if (days <= 0)
		return;
	double given = days * budget;
	p->saved = p->saved + given < most ? p->saved + given : most;
	p->m = clamp(revisit_pace_m(p, days), 1e-12, 1e12);
	p->age += days;
}

bool revisit_pace_take(struct revisit_pace *p, double value, double budget)
{
	if (p->saved < 1)
		return false;
	p->saved -= 1;
	/* a page that comes late is worth more than m by now: more is asked than the budget gives. But a heap of visits at once
	 * says nothing more than one of them: m stays near the value at which visits really are made. */
	double late = value > p->m ? log(value / p->m) : 0, up = gain(p, budget);
	double most = value * exp(up), m = p->m * exp(up * (1 + (late < LATE_MOST ? late : LATE_MOST)));
	if (m > most)
		m = most;
	if (m > p->m)
		p->m = m;
	p->m = clamp(p->m, 1e-12, 1e12);
	return true;
}
