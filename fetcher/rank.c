#include "fetcher/rank.h"

#include <ctype.h>
#include <math.h>

#include "base/hash.h"
#include "base/url.h"

#define OWN_TRIES 2.0 /* tries that a prior is worth, of an arm */
#define MIXED_TRIES 16.0
#define MARK_TRIES 3.0 /* of a mark, which says less */
#define WORTH_MIN 1e-6
#define WORTH_MAX 0.97
#define FLIGHT_FREE 6   /* pages on their way at the start ... */
#define FLIGHT_SHARE 16 /* ... and one more for every so many that ended: by then most is learned */

int rank_of_link(int words, int from, bool list)
{
	/* a list's further pages are worth what the list is; words against a link are not outweighed by where it stands */
	int v = list ? (from > words ? from : words) - 2 : words < 0 && from > 0 ? words : words + from / 3;
	return v > RANK_MAX ? RANK_MAX : v < RANK_MIN ? RANK_MIN : v;
}

static const struct {
	int least;
	double prior;
} steps[RANK_STEPS] = {{85, 0.9}, {70, 0.7},   {55, 0.5},   {40, 0.3},     {28, 0.18},    {18, 0.1},         {10, 0.06},
		       {4, 0.03}, {-1, 0.015}, {-5, 0.004}, {-12, 0.0012}, {-30, 0.0004}, {RANK_MIN, 0.0001}};

int rank_step(int rank)
{
	for (int i = 0; i < RANK_STEPS; i++)
		if (rank >= steps[i].least)
			return i;
	return RANK_STEPS - 1;
}

double rank_prior(int rank)
{
	return steps[rank_step(rank)].prior;
}

static double mean(double prior, double weight, const struct rank_pay *p)
{
	double m = (weight * prior + p->paid) / (weight + p->tried);
	return m > WORTH_MAX ? WORTH_MAX : m < WORTH_MIN ? WORTH_MIN : m;
}

/* The geometric mean, so that one party that knows better can sink what the others hope for. */
double rank_worth(double prior, const struct rank_pay *own, bool mixed, const struct rank_pay *const *marks,
		  unsigned marks_count)
{
	double of_marks = 1, of_own = mean(prior, mixed ? MIXED_TRIES : OWN_TRIES, own);
	for (unsigned i = 0; i < marks_count; i++)
		of_marks *= mean(prior, MARK_TRIES, marks[i]);
	if (marks_count == 2)
		of_marks = sqrt(of_marks);
	else if (marks_count == 3)
		of_marks = cbrt(of_marks);
	return marks_count ? sqrt(of_own * of_marks) : of_own;
}
_Static_assert(RANK_MARKS == 3, "roots of as many marks");

double rank_worth_of_pager(double prior, const struct rank_pay *own, const struct rank_pay *list)
{
	double of_list = mean(prior, MARK_TRIES, list);
	return mean(of_list, OWN_TRIES, own);
}

void rank_ended(struct rank_pay *p, double paid)
{
	p->tried += 1;
	p->paid += paid;
	if (p->tried > RANK_TRIED_MAX) {
		p->tried /= 2;
		p->paid /= 2;
	}
}

void rank_led(struct rank_pay *p, double paid)
{
	double most = 2 * p->tried;
	if (p->paid < most)
		p->paid = p->paid + paid < most ? p->paid + paid : most;
}

static uint64_t add_byte(uint64_t h, unsigned char c)
{
	return (h ^ c) * 0x100000001B3ull;
}

/* FNV-1a over [from, to), a run of digits as one '0'. */
static uint64_t folded(struct str s, size_t from, size_t to)
{
	uint64_t h = 0xCBF29CE484222325ull;
	for (size_t i = from; i < to; i++) {
		bool digit = isdigit((unsigned char)s.p[i]);
		if (!digit || i == from || !isdigit((unsigned char)s.p[i - 1]))
			h = add_byte(h, digit ? '0' : (unsigned char)s.p[i]);
	}
	return h | 1;
}

static size_t folder_end(struct str path)
{
	size_t n = path.n;
	while (n > 0 && path.p[n - 1] != '/')
		n--;
	return n;
}

uint64_t rank_folder(struct str path)
{
	size_t end = folder_end(path);
	return end <= 1 ? 0 : folded(path, 0, end);
}

uint64_t rank_folder_of_query(struct str path, struct str query)
{
	uint64_t h = folded(path, 0, path.n);
	for (size_t i = 0; i < query.n;) {
		size_t from = i;
		while (i < query.n && query.p[i] != '=' && query.p[i] != '&')
			i++;
		h = (h ^ folded(query, from, i)) * 0x9E3779B97F4A7C15ull;
		while (i < query.n && query.p[i] != '&')
			i++;
		i++;
	}
	return h | 1;
}

uint64_t rank_folder_name(struct str path)
{
	size_t end = folder_end(path);
	while (end > 1) {
		size_t from = end - 1;
		bool letter = false;
		while (from > 0 && path.p[from - 1] != '/')
			letter |= isalpha((unsigned char)path.p[--from]) != 0;
		if (letter)
			return folded(path, from, end - 1);
		end = from;
	}
	return 0;
}

unsigned rank_explore_every(unsigned drought)
{
	unsigned less = drought / RANK_DROUGHT;
	return less < RANK_EXPLORE - 2 ? RANK_EXPLORE - less : 2;
}

bool rank_may_go_on(int64_t in_flight, int64_t ended)
{
	return in_flight < FLIGHT_FREE + ended / FLIGHT_SHARE;
}
