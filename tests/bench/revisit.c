/*
 * revisit - the shipped revisit policy (fetcher/revisit.c, the same object code) in virtual time, beside the optimum for
 * known rates, a uniform interval and the adaptive rules of two other crawlers, in one table for each seed.
 *
 * The world: each page changes as a Poisson process, rates log-uniform from 0.002 to 20 a day, weights Pareto 1.3. The
 * policy is told the weights and what its visits find, never a rate. Freshness is the weighted share of the second half of
 * the time in which the last visit's copy is the current one. The bound is the fixed-interval optimum for the known rates
 * (Cho, Garcia-Molina, TODS 28(4), 2003): no policy that sees only its own visits is above it.
 *
 * With announcements, lists of LIST_ENTRIES pages each tell, when they are visited, which entries changed since. Visits
 * of lists are paid from the same budget and count nothing by themselves.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "fetcher/revisit.h"

#define LIST_ENTRIES 50 /* as a list of data, a long column or a part of a sitemap holds */
#define LOOK_DAYS REVISIT_LOOK_DAYS

struct world {
	unsigned n;
	double *rate, *weight; /* weights sum up to 1 */
	double budget;         /* visits a day in all */
	double days;
	uint64_t seed;
};

static void *must(void *p)
{
	if (!p) {
		fprintf(stderr, "revisit: out of memory\n");
		exit(2);
	}
	return p;
}

static double expovariate(uint64_t *rng, double rate)
{
	return -log1p(-rng_unit(rng)) / rate;
}

static void world_make(struct world *w, unsigned n, double budget, double days, uint64_t seed)
{
	uint64_t rng = hash64(&seed, sizeof(seed)); /* near seeds would be parts of one stream */
	double sum = 0;
	*w = (struct world){.n = n, .budget = budget * n, .days = days, .seed = seed};
	w->rate = must(calloc(n, sizeof(double)));
	w->weight = must(calloc(n, sizeof(double)));
	for (unsigned i = 0; i < n; i++) {
		w->rate[i] = exp(log(0.002) + rng_unit(&rng) * (log(20) - log(0.002)));
		w->weight[i] = pow(1 - rng_unit(&rng), -1 / 1.3);
		sum += w->weight[i];
	}
	for (unsigned i = 0; i < n; i++)
		w->weight[i] /= sum;
}

static void world_free(struct world *w)
{
	free(w->rate);
	free(w->weight);
}

/* ---- the optimum for known rates */

/* Visits a day at which w dF/df = m: (1 - (1 + x) e^-x) = m l / w with x = l / f. */
static double fixed_rate(double l, double w, double m)
{
	double t = m * l / w, lo = 1e-9, hi = 1e3;
	if (t >= 1)
		return 0;
	for (int i = 0; i < 60; i++) {
		double x = sqrt(lo * hi);
		if (-expm1(-x) - x * exp(-x) < t)
			lo = x;
		else
			hi = x;
	}
	return l / lo;
}

static double fresh(double f, double l)
{
	return f > 0 ? f / l * -expm1(-l / f) : 0;
}

static double bound(const struct world *w, double *f_out)
{
	double lo = 1e-12, hi = 1e3, sum = 0;
	for (int i = 0; i < 60; i++) {
		double m = sqrt(lo * hi), spent = 0;
		for (unsigned p = 0; p < w->n; p++)
			spent += fixed_rate(w->rate[p], w->weight[p], m);
		if (spent > w->budget)
			lo = m;
		else
			hi = m;
	}
	for (unsigned p = 0; p < w->n; p++) {
		f_out[p] = fixed_rate(w->rate[p], w->weight[p], hi);
		sum += w->weight[p] * fresh(f_out[p], w->rate[p]);
	}
	return sum;
}

static double uniform(const struct world *w)
{
	double sum = 0;
	for (unsigned p = 0; p < w->n; p++)
		sum += w->weight[p] * fresh(w->budget / w->n, w->rate[p]);
	return sum;
}

/* ---- what happens in a world: pages change, visits see whether they did */

struct run {
	const struct world *w;
	unsigned pages; /* with the lists */
	uint64_t rng;
	double *next; /* of a page: its first change after its last visit */
	double *last, *due;
	unsigned *heap, *at;
	double good, from;
	int64_t visits;
};

static bool before(const struct run *r, unsigned a, unsigned b)
{
	return r->due[r->heap[a]] < r->due[r->heap[b]];
}

static void heap_swap(struct run *r, unsigned a, unsigned b)
{
	unsigned x = r->heap[a];
	r->heap[a] = r->heap[b];
	r->heap[b] = x;
	r->at[r->heap[a]] = a;
	r->at[r->heap[b]] = b;
}

static void heap_fix(struct run *r, unsigned page)
{
	unsigned i = r->at[page];
	while (i > 0 && before(r, i, (i - 1) / 2)) {
		heap_swap(r, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
	for (;;) {
		unsigned c = 2 * i + 1;
		if (c < r->pages && c + 1 < r->pages && before(r, c + 1, c))
			c++;
		if (c >= r->pages || !before(r, c, i))
			break;
		heap_swap(r, i, c);
		i = c;
	}
}

static void set_due(struct run *r, unsigned page, double due)
{
	r->due[page] = due;
	heap_fix(r, page);
}

static void run_make(struct run *r, const struct world *w, unsigned pages)
{
	*r = (struct run){.w = w, .pages = pages, .rng = hash64(&w->seed, sizeof(w->seed)) + 17, .from = w->days / 2};
	r->next = must(calloc(pages, sizeof(double)));
	r->last = must(calloc(pages, sizeof(double)));
	r->due = must(calloc(pages, sizeof(double)));
	r->heap = must(calloc(pages, sizeof(unsigned)));
	r->at = must(calloc(pages, sizeof(unsigned)));
	for (unsigned i = 0; i < pages; i++) {
		r->heap[i] = r->at[i] = i;
		if (i < w->n)
			r->next[i] = expovariate(&r->rng, w->rate[i]);
	}
	for (unsigned i = 0; i < pages; i++)
		set_due(r, i, rng_unit(&r->rng) * w->n / w->budget);
}

static void run_free(struct run *r)
{
	free(r->next);
	free(r->last);
	free(r->due);
	free(r->heap);
	free(r->at);
}

static void credit(struct run *r, unsigned page, double until)
{
	double end = r->next[page] < until ? r->next[page] : until;
	double begin = r->last[page] > r->from ? r->last[page] : r->from;
	if (end > begin)
		r->good += (end - begin) * r->w->weight[page];
}

/* Visit a page at t: did it change since the last visit? */
static bool visit(struct run *r, unsigned page, double t)
{
	bool changed = r->next[page] <= t;
	credit(r, page, t);
	r->last[page] = t;
	r->visits++;
	if (changed)
		r->next[page] = t + expovariate(&r->rng, r->w->rate[page]);
	return changed;
}

static double run_end(struct run *r)
{
	for (unsigned i = 0; i < r->w->n; i++)
		credit(r, i, r->w->days);
	return r->good / (r->w->days - r->from);
}

/* ---- fixed intervals and the adaptive rules of others: the most overdue page first, one a slot */

struct rule {
	const double *f;             /* fixed: visits a day; NULL: adaptive */
	double grow, shrink, lo, hi; /* interval * (1 + grow) when unchanged, * (1 - shrink) when changed */
};

static double run_rule(const struct world *w, const struct rule *rule, double *used_out)
{
	struct run r;
	run_make(&r, w, w->n);
	double *interval = must(calloc(w->n, sizeof(double)));
	for (unsigned i = 0; i < w->n; i++)
		interval[i] = !rule->f ? w->n / w->budget : rule->f[i] > 0 ? 1 / rule->f[i] : 1e9;
	double step = 1 / w->budget;
	for (double t = step; t < w->days; t += step) {
		unsigned p = r.heap[0];
		if (r.due[p] > t)
			continue;
		bool changed = visit(&r, p, t);
		if (!rule->f) {
			double next = interval[p] * (changed ? 1 - rule->shrink : 1 + rule->grow);
			interval[p] = next < rule->lo ? rule->lo : next > rule->hi ? rule->hi : next;
		}
		set_due(&r, p, t + interval[p]);
	}
	double got = run_end(&r);
	*used_out = (double)r.visits / (w->days * w->budget);
	free(interval);
	run_free(&r);
	return got;
}

/* ---- the shipped policy */

struct shipped {
	struct run r;
	struct revisit_visits *seen;
	struct revisit_group group[REVISIT_KINDS];
	struct revisit_pace pace;
	bool *told;
	double *leads; /* of lists: weight of what they list that is worth it */
	unsigned lists, sweep;
};

static enum revisit_kind kind_of(const struct shipped *s, unsigned page)
{
	return page < s->r.w->n ? REVISIT_ARTICLE : REVISIT_LIST;
}

static double weight_of(const struct shipped *s, unsigned page)
{
	return page < s->r.w->n ? s->r.w->weight[page] * s->r.w->n : s->leads[page - s->r.w->n];
}

static struct revisit_rate rate_of(const struct shipped *s, unsigned page)
{
	enum revisit_kind k = kind_of(s, page);
	return revisit_rate_of(&s->seen[page], revisit_group_prior(&s->group[k], revisit_prior(k)));
}

static void plan(struct shipped *s, unsigned page)
{
	double due = s->r.last[page] + revisit_interval(rate_of(s, page), weight_of(s, page), s->pace.m, LOOK_DAYS);
	if (fabs(due - s->r.due[page]) > 1e-9)
		set_due(&s->r, page, due);
}

/* A list's visit: its entries that changed since are announced; those worth it are due at once. Returns their share. */
static double read_list(struct shipped *s, unsigned list, double t)
{
	struct run *r = &s->r;
	double worth = 0, moved = 0;
	for (unsigned e = 0; e < LIST_ENTRIES; e++) {
		unsigned p = (list - r->w->n) + e * s->lists; /* a list holds pages of all ranks */
		if (p >= r->w->n || !revisit_worth(&s->seen[p], rate_of(s, p), weight_of(s, p), s->pace.m))
			continue;
		worth += weight_of(s, p);
		if (r->next[p] > t)
			continue;
		moved += weight_of(s, p);
		s->told[p] = true;
		if (r->due[p] > t)
			set_due(r, p, t);
	}
	s->leads[list - r->w->n] = worth;
	r->last[list] = t;
	r->visits++;
	return worth > 0 ? moved / worth : 0;
}

static void look(struct shipped *s, unsigned page, double t)
{
	double spacing = t - s->r.last[page];
	double changed = page < s->r.w->n ? visit(&s->r, page, t) : read_list(s, page, t);
	if (s->told[page] && changed > 0)
		revisit_told(&s->seen[page], spacing);
	else
		revisit_seen(&s->seen[page], spacing, changed, -1);
	s->told[page] = false;
	revisit_group_seen(&s->group[kind_of(s, page)], rate_of(s, page), spacing);
	plan(s, page);
}

static double run_shipped(const struct world *w, bool announced, double *used_out)
{
	struct shipped s = {.lists = announced ? (w->n + LIST_ENTRIES - 1) / LIST_ENTRIES : 0};
	run_make(&s.r, w, w->n + s.lists);
	s.seen = must(calloc(s.r.pages, sizeof(*s.seen)));
	s.told = must(calloc(s.r.pages, sizeof(*s.told)));
	s.leads = must(calloc(s.lists + 1, sizeof(double)));
	for (unsigned i = 0; i < s.lists; i++)
		s.leads[i] = 1;
	revisit_pace_begin(&s.pace, revisit_prior(REVISIT_ARTICLE), w->n / w->budget);
	double step = 1 / w->budget;
	for (double t = step; t < w->days; t += step) {
		revisit_pace_grant(&s.pace, step, w->budget, 1 + w->n / 100.0);
		for (unsigned p = s.r.heap[0]; s.r.due[p] <= t; p = s.r.heap[0]) {
			double v = revisit_value(rate_of(&s, p), weight_of(&s, p), t - s.r.last[p]);
			if (s.told[p] && v < s.pace.m)
				v = s.pace.m;
			if (!revisit_pace_take(&s.pace, v, w->budget))
				break;
			look(&s, p, t);
		}
		/* m and priors moved: one page of all is planned anew for each visit granted */
		s.sweep = (s.sweep + 1) % s.r.pages;
		if (s.r.due[s.sweep] > t)
			plan(&s, s.sweep);
	}
	double got = run_end(&s.r);
	*used_out = (double)s.r.visits / (w->days * w->budget);
	free(s.seen);
	free(s.leads);
	free(s.told);
	run_free(&s.r);
	return got;
}

/* ---- the table */

static void row(const char *name, double got, double best, double used)
{
	printf("  %-34s %.4f  %.4f", name, got, got / best);
	if (used >= 0)
		printf("  %.3f", used);
	putchar('\n');
}

/* True when both runs of the shipped policy reach their least share of the bound. */
static bool table(const struct world *w, double share, bool brief, double least, double least_announced)
{
	double *f = must(calloc(w->n, sizeof(double))), used;
	double best = bound(w, f), got, all, silent;
	const struct rule fixed = {.f = f}, nutch = {.grow = 0.4, .shrink = 0.2, .lo = 0.01, .hi = 400},
			  storm = {.grow = 0.5, .shrink = 0.5, .lo = 0.01, .hi = 400};
	printf("seed %llu, %u pages, %g visits a page and day, %g days, the second half counted\n",
	       (unsigned long long)w->seed, w->n, share, w->days);
	printf("  %-34s fresh   of bound  budget used\n", "");
	row("bound (fixed intervals, known rates)", best, best, -1);
	row("uniform", uniform(w), best, -1);
	if (!brief) {
		got = run_rule(w, &fixed, &used);
		row("the optimum, simulated", got, best, used);
	}
	got = run_rule(w, &nutch, &used);
	row("Nutch adaptive +0.4/-0.2", got, best, used);
	got = run_rule(w, &storm, &used);
	row("StormCrawler adaptive +0.5/-0.5", got, best, used);
	silent = run_shipped(w, false, &used);
	row("gongkai", silent, best, used);
	all = run_shipped(w, true, &used);
	row("gongkai, changes announced by lists", all, best, used);
	printf("share_of_bound %.4f announced %.4f\n", silent / best, all / best);
	free(f);
	return silent / best >= least && all / best >= least_announced;
}

static int export_world(const struct world *w, const char *path)
{
	double *f = must(calloc(w->n, sizeof(double)));
	FILE *file = fopen(path, "w");
	bool good = file != NULL;
	if (good) {
		fprintf(file, "# bound %.17g uniform %.17g budget %.17g days %.17g\n", bound(w, f), uniform(w),
			w->budget, w->days);
		for (unsigned i = 0; i < w->n; i++)
			fprintf(file, "%.17g %.17g\n", w->rate[i], w->weight[i]);
		good = fclose(file) == 0;
	}
	free(f);
	if (!good)
		perror(path);
	return good ? 0 : 2;
}

static const char help[] =
	"usage: revisit [--n PAGES] [--budget VISITS_A_PAGE_AND_DAY] [--time DAYS] [--seed S] [--seeds COUNT]\n"
	"               [--brief] [--least SHARE] [--least-announced SHARE] [--export FILE]\n"
	"--least, --least-announced: end with 1 when a seed's share of the bound is below it. --export: write the "
	"world (rate and weight a "
	"line).\n";

int main(int argc, char **argv)
{
	enum { N = 1, BUDGET, TIME, SEED, SEEDS, BRIEF, LEAST, LEAST_ANNOUNCED, EXPORT };
	static const struct option options[] = {{"n", required_argument, NULL, N},
						{"budget", required_argument, NULL, BUDGET},
						{"time", required_argument, NULL, TIME},
						{"seed", required_argument, NULL, SEED},
						{"seeds", required_argument, NULL, SEEDS},
						{"brief", no_argument, NULL, BRIEF},
						{"least", required_argument, NULL, LEAST},
						{"export", required_argument, NULL, EXPORT},
						{"least-announced", required_argument, NULL, LEAST_ANNOUNCED},
						{NULL, 0, NULL, 0}};
	double n = 2000, budget = 0.5, days = 400, seed = 1, seeds = 1, least = 0, least_announced = 0;
	const char *file = NULL;
	bool brief = false, low = false;
	for (int o; (o = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		double v = optarg ? strtod(optarg, NULL) : 0;
		switch (o) {
		case N:
			n = v;
			break;
		case BUDGET:
			budget = v;
			break;
		case TIME:
			days = v;
			break;
		case SEED:
			seed = v;
			break;
		case SEEDS:
			seeds = v;
			break;
		case BRIEF:
			brief = true;
			break;
		case LEAST:
			least = v;
			break;
		case LEAST_ANNOUNCED:
			least_announced = v;
			break;
		case EXPORT:
			file = optarg;
			break;
		default:
			fputs(help, stderr);
			return 2;
		}
	}
	if (!(n >= 1 && n <= 1e7 && budget > 0 && budget <= 1e3 && days > 0 && days <= 1e5 && seeds >= 1)) {
		fputs(help, stderr);
		return 2;
	}
	for (int i = 0; i < (int)seeds; i++) {
		struct world w;
		int status = 0;
		world_make(&w, (unsigned)n, budget, days, (uint64_t)seed + (unsigned)i);
		if (file)
			status = export_world(&w, file);
		else
			low |= !table(&w, budget, brief, least, least_announced);
		world_free(&w);
		if (status)
			return status;
	}
	return low ? 1 : 0;
}
