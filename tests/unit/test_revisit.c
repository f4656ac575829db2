/* revisit: rates, values, intervals and the pace, against what they can be computed from in another way. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "fetcher/revisit.h"
#include "suite.h"

/* The mean of the value over a gamma distribution, by a sum over its density. */
static double value_by_sum(struct revisit_rate r, double t)
{
	double sum = 0, all = 0;
	for (double x = -30; x < 8; x += 0.002) { /* l = e^x */
		double l = exp(x), density = exp(r.shape * x - l * r.time);
		sum += density * -(expm1(-l * t) + l * t * exp(-l * t)) / l;
		all += density;
	}
	return sum / all;
}

START_TEST(test_value)
{
	static const struct revisit_rate rates[] = {{0.4, 2}, {1, 10}, {3, 0.5}, {40, 400}};
	for (unsigned i = 0; i < 4; i++)
		for (double t = 0.1; t < 200; t *= 4) {
			double want = value_by_sum(rates[i], t), got = revisit_value(rates[i], 2, t) / 2;
			ck_assert_msg(fabs(got - want) < 1e-3 * want + 1e-9, "rate %u, t %g: %g, not %g", i, t, got,
				      want);
		}
	ck_assert(revisit_value(rates[0], 1, 0) == 0 && revisit_value(rates[0], 1, -1) == 0);
}
END_TEST

START_TEST(test_interval_reaches_m)
{
	uint64_t rng = 7;
	for (int i = 0; i < 2000; i++) {
		struct revisit_rate r = {.shape = exp(4 * rng_unit(&rng) - 2), .time = exp(10 * rng_unit(&rng) - 4)};
		double m = exp(8 * rng_unit(&rng) - 6), w = 0.5 + rng_unit(&rng);
		double t = revisit_interval(r, w, m, REVISIT_LOOK_DAYS);
		ck_assert(t >= REVISIT_LEAST_DAYS && t <= REVISIT_LOOK_DAYS);
		if (t > REVISIT_LEAST_DAYS && t < REVISIT_LOOK_DAYS) {
			ck_assert(revisit_value(r, w, t) >= m);
			ck_assert(revisit_value(r, w, t * 0.999) <= m);
			ck_assert(revisit_interval(r, w * 2, m, REVISIT_LOOK_DAYS) <= t);
			ck_assert(revisit_interval(r, w, m * 2, REVISIT_LOOK_DAYS) >= t);
		}
	}
	/* what changes faster than anybody can follow gets the rare look, and that it gets */
	ck_assert(revisit_interval((struct revisit_rate){100, 1}, 1, 0.1, REVISIT_LOOK_DAYS) == REVISIT_LOOK_DAYS);
}
END_TEST

/* Visits at uneven times find the rate, for slow, middling and fast pages; with Last-Modified closer. */
START_TEST(test_rate_is_learned)
{
	static const double rates[] = {0.01, 0.3, 2};
	for (unsigned i = 0; i < 3; i++) {
		double error = 0, error_aged = 0;
		for (uint64_t seed = 1; seed <= 40; seed++) {
			uint64_t rng = hash64(&seed, sizeof(seed));
			struct revisit_visits v = {0}, aged = {0};
			double next = -log1p(-rng_unit(&rng)) / rates[i];
			for (int n = 0; n < 150; n++) {
				double spacing = (0.3 + 1.4 * rng_unit(&rng)) / rates[i], last = -1;
				for (; next <= spacing; next -= log1p(-rng_unit(&rng)) / rates[i])
					last = next;
				next -= spacing;
				revisit_seen(&v, spacing, last >= 0, -1);
				revisit_seen(&aged, spacing, last >= 0, last >= 0 ? spacing - last : -1);
			}
			struct revisit_rate prior = revisit_prior(REVISIT_LIST);
			struct revisit_rate a = revisit_rate_of(&v, prior), b = revisit_rate_of(&aged, prior);
			error += fabs(log(a.shape / a.time / rates[i])) / 40;
			error_aged += fabs(log(b.shape / b.time / rates[i])) / 40;
		}
		ck_assert_msg(error < 0.15, "rate %g: off by %g", rates[i], error);
		ck_assert_msg(error_aged < error, "rate %g: %g with Last-Modified, %g without", rates[i], error_aged,
			      error);
	}
}
END_TEST

/* Equal spacings without a prior: the closed form of Cho and Garcia-Molina, -ln(1 - X/n) / s. */
START_TEST(test_equal_spacings)
{
	struct revisit_visits v = {.visits = 50, .changes = 20, .quiet = 30 * 4.0, .busy = 20 * 4.0};
	struct revisit_rate r = revisit_rate_of(&v, (struct revisit_rate){1e-9, 1e-9});
	ck_assert(fabs(r.shape / r.time - -log(1 - 20.0 / 50) / 4) < 1e-6);
	v = (struct revisit_visits){.visits = 30, .changes = 30, .busy = 300}; /* always changed: finite all the same */
	r = revisit_rate_of(&v, revisit_prior(REVISIT_LIST));
	ck_assert(isfinite(r.shape / r.time) && r.shape / r.time > 0.1);
}
END_TEST

START_TEST(test_last_modified)
{
	const int64_t now = 1700000000000LL, last = now - 10 * REVISIT_DAY_MS;
	ck_assert(fabs(revisit_age(now / 1000 - 86400, last, now) - 1) < 1e-6);
	ck_assert(revisit_age(now / 1000, last, now) < 0);        /* made for the request */
	ck_assert(revisit_age(now / 1000 + 5000, last, now) < 0); /* a clock that is wrong */
	ck_assert(revisit_age(last / 1000 - 1, last, now) < 0);   /* changed, but not by its own account */
}
END_TEST

/* A group of pages whose rates span decades tells a new page's mean and spread; without visits it is what is above it. */
START_TEST(test_group)
{
	struct revisit_group g = {0};
	struct revisit_rate above = {0.5, 200}, p = revisit_group_prior(&g, above);
	ck_assert(fabs(p.shape - above.shape) < 0.05 && fabs(p.time / above.time - 1) < 0.1);
	uint64_t rng = 3;
	double sum = 0;
	for (int i = 0; i < 4000; i++) {
		double l = exp(log(0.01) + rng_unit(&rng) * log(1000));
		sum += l / 4000;
		revisit_group_seen(&g, (struct revisit_rate){20, 20 / l}, 5);
	}
	p = revisit_group_prior(&g, above);
	ck_assert_msg(fabs(p.shape / p.time / sum - 1) < 0.1, "mean %g, not %g", p.shape / p.time, sum);
	ck_assert_msg(p.shape > 0.2 && p.shape < 0.8, "shape %g", p.shape);
	/* pages that are all alike make a sure prior */
	g = (struct revisit_group){0};
	for (int i = 0; i < 4000; i++)
		revisit_group_seen(&g, (struct revisit_rate){20, 20 / 0.3}, 5);
	p = revisit_group_prior(&g, above);
	ck_assert(p.shape > 5 && fabs(p.shape / p.time - 0.3) < 0.03);
}
END_TEST

/* The budget is met by itself, and met again when it changes to a fifth and back; what is saved up is bounded. */
START_TEST(test_pace_finds_m)
{
	enum { PAGES = 400 };
	uint64_t rng = 11;
	static struct revisit_rate r[PAGES];
	static double due[PAGES], last[PAGES];
	struct revisit_pace p = {0};
	for (int i = 0; i < PAGES; i++) {
		r[i] = (struct revisit_rate){10, 10 * exp(4 * rng_unit(&rng))};
		due[i] = 10 * rng_unit(&rng);
	}
	revisit_pace_begin(&p, r[0], 3);
	double m0 = p.m;
	revisit_pace_begin(&p, r[0], 100);
	ck_assert(p.m == m0);
	static const double budgets[] = {40, 8, 40};
	double t = 0, m[3];
	for (int phase = 0; phase < 3; phase++) {
		double made = 0, budget = budgets[phase];
		for (double end = t + 800, half = t + 400; t < end; t += 0.05) {
			revisit_pace_grant(&p, 0.05, budget, 20);
			ck_assert(p.saved <= 20);
			for (int i = 0; i < PAGES; i++) {
				if (due[i] > t || !revisit_pace_take(&p, revisit_value(r[i], 1, t - last[i]), budget))
					continue;
				last[i] = t;
				due[i] = t + revisit_interval(r[i], 1, p.m, REVISIT_LOOK_DAYS);
				made += t > half;
			}
		}
		ck_assert_msg(fabs(made / (budget * 400) - 1) < 0.05, "phase %d: %g of the budget", phase,
			      made / (budget * 400));
		m[phase] = p.m;
	}
	ck_assert_msg(m[1] > 2 * m[0] && fabs(log(m[2] / m[0])) < 1, "m %g, %g, %g", m[0], m[1], m[2]);
}
END_TEST

START_TEST(test_worth_and_told)
{
	struct revisit_visits v = {0};
	struct revisit_rate slow = {1, 100}, prior = revisit_prior(REVISIT_ARTICLE);
	ck_assert(revisit_worth(&v, slow, 1, 10) && !revisit_worth(&v, slow, 1, 1000));
	/* announced changes leave the rate of silent ones low, and count against a page that never rests */
	for (int i = 0; i < 100; i++)
		revisit_told(&v, 0.05);
	struct revisit_rate r = revisit_rate_of(&v, prior);
	ck_assert(r.shape / r.time < prior.shape / prior.time);
	ck_assert(!revisit_worth(&v, r, 1, 10));
}
END_TEST

START_TEST(test_kinds)
{
	static const struct {
		const char *url;
		int depth;
		bool report;
		enum revisit_kind kind;
	} t[] = {{"http://a.gov.cn/", 3, false, REVISIT_HOME},
		 {"http://a.gov.cn/xxgk/start.html", 0, false, REVISIT_HOME},
		 {"http://a.gov.cn/xxgk/", 2, false, REVISIT_LIST},
		 {"http://a.gov.cn/xxgk/index_3.html", 2, false, REVISIT_LIST},
		 {"http://a.gov.cn/art/2024/1/2/art_77_8.html", 3, false, REVISIT_ARTICLE},
		 {"http://a.gov.cn/art/2024/1/2/art_77_8.html", 3, true, REVISIT_REPORT},
		 {"http://a.gov.cn/files/2024.PDF", 3, false, REVISIT_ATTACHMENT},
		 {"http://a.gov.cn/?id=7", 3, false, REVISIT_LIST}};
	for (unsigned i = 0; i < sizeof(t) / sizeof(*t); i++)
		ck_assert_msg(revisit_kind_of(t[i].url, t[i].depth, t[i].report) == t[i].kind, "%s: %s", t[i].url,
			      revisit_kind_name(revisit_kind_of(t[i].url, t[i].depth, t[i].report)));
	ck_assert(revisit_weight(REVISIT_REPORT, 0) > revisit_weight(REVISIT_ARTICLE, 0));
	ck_assert(revisit_weight(REVISIT_LIST, 5) > revisit_weight(REVISIT_LIST, 0));
	ck_assert(revisit_weight(REVISIT_LIST, 1e9) == REVISIT_WEIGHT_MAX);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {test_value,          test_interval_reaches_m, test_rate_is_learned,
				      test_equal_spacings, test_last_modified,      test_group,
				      test_pace_finds_m,   test_worth_and_told,     test_kinds};
	Suite *s = suite_create("revisit");
	TCase *t = tcase_create("policy");
	tcase_set_timeout(t, 60);
	for (unsigned i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		tcase_add_test(t, tests[i]);
	suite_add_tcase(s, t);
	return suite_run(s);
}
