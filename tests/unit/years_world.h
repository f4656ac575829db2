/*
 * years_world - the portals of test_years_sim: a few sites whose pages change, and which for a while or for ever die, slow
 * down, refuse, set challenges, forbid, park or move; and the line to all of them, which fails at times. A function of the seed and the virtual time alone; it knows nothing of
 * the fetcher. Times are wall ms.
 */
#ifndef TESTS_UNIT_YEARS_WORLD_H
#define TESTS_UNIT_YEARS_WORLD_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "fetcher/politeness.h"
#include "proto/cause.h"

#define SITES 8
#define ADDRESSES 5
#define FORMS 3    /* addresses that a site has had */
#define LISTS 2    /* columns of a site beside that of its reports */
#define ARTICLES 4 /* of a column at the start; one more comes each year */
#define YEARS_MAX 12
#define PAGES (2 + LISTS + LISTS * (ARTICLES + YEARS_MAX) + YEARS_MAX)
#define TROUBLES 6
#define OUTAGES 36 /* of the observer's own line */
#define HOUR_MS (3600LL * 1000)
#define DAY_MS (24 * HOUR_MS)
#define YEAR_MS (365 * DAY_MS)
#define START_MS 1700000000000LL

enum trouble_kind {
	NO_TROUBLE,
	DNS_GONE,
	NO_CONNECTION,
	BAD_TLS,
	ALL_404,
	ALL_403,
	PARKED, /* one text of another under every address */
	SLOW,
	REFUSES_429, /* with a Retry-After of days */
	REFUSES_503,
	CHALLENGE_412,
	CHALLENGE_200, /* seen by its text only */
	SOFT_ERRORS,   /* 200 with an error page */
	TROUBLE_KINDS
};
static const char *const trouble_names[] = {
	"none", "name gone", "no connection", "bad certificate", "404 for all",          "403 for all",   "parked",
	"slow", "429",       "503",           "412 challenge",   "challenge behind 200", "error page 200"};

struct trouble {
	enum trouble_kind kind;
	int64_t from, to;
};

enum page_kind { HOME, COLUMN, REPORTS, ARTICLE, REPORT };

struct portal_page {
	enum page_kind kind;
	int number; /* of a column, an article in it, a report's year */
	int column; /* of an article */
	int64_t born, next_change;
	double rate; /* changes a day */
	int version;
};

struct portal {
	int number;
	char form[FORMS][80]; /* "http://www.s1.gov.cn": without the last slash */
	char host[FORMS][64];
	int64_t moved_at[FORMS]; /* the form holds from then on; 0: there is none */
	int address[FORMS];
	struct trouble troubles[TROUBLES];
	int troubles_n;
	int64_t crawl_delay; /* ms */
	bool etags, robots;
	struct portal_page pages[PAGES];
	int pages_n;
};

struct outage {
	int64_t from, to;
};

struct portals {
	uint64_t rng;
	struct portal v[SITES];
	struct outage outages[OUTAGES];
};

static double unit(uint64_t *rng)
{
	return rng_unit(rng);
}

static int64_t below(uint64_t *rng, int64_t n)
{
	return (int64_t)(rng_next(rng) % (uint64_t)n);
}

static double span(uint64_t *rng, double rate)
{
	return -log(1 - unit(rng)) / rate * (double)DAY_MS;
}

/* ---- making a world */

static void add_page(struct portal *s, uint64_t *rng, enum page_kind kind, int number, int column, int64_t born)
{
	static const double days[] = {3, 15, 120, 300, 200}; /* from change to change, by kind */
	struct portal_page *p = &s->pages[s->pages_n++];
	*p = (struct portal_page){.kind = kind, .number = number, .column = column, .born = born};
	p->rate = (0.3 + 1.4 * unit(rng)) / days[kind];
	p->next_change = born + (int64_t)span(rng, p->rate);
}

static void make_pages(struct portal *s, uint64_t *rng)
{
	add_page(s, rng, HOME, 0, 0, 0);
	add_page(s, rng, REPORTS, 0, 0, 0);
	for (int c = 0; c < LISTS; c++)
		add_page(s, rng, COLUMN, c, 0, 0);
	for (int c = 0; c < LISTS; c++)
		for (int i = 0; i < ARTICLES; i++)
			add_page(s, rng, ARTICLE, i, c, 0);
	for (int y = 0; y < YEARS_MAX; y++) {
		int64_t year = START_MS + y * YEAR_MS;
		add_page(s, rng, REPORT, 2023 + y, 0, y < 2 ? 0 : year + below(rng, 60 * DAY_MS));
		if (y > 0)
			for (int c = 0; c < LISTS; c++)
				add_page(s, rng, ARTICLE, ARTICLES + y, c, year + below(rng, YEAR_MS));
	}
}

/* Each site its own troubles one after another, of hours to more than a year, with good months between. */
static void make_troubles(struct portal *s, uint64_t *rng)
{
	bool at_once = unit(rng) < 0.25; /* one that is met in trouble */
	int64_t at = START_MS + (at_once ? below(rng, 120000) : 20 * DAY_MS + below(rng, 150 * DAY_MS));
	for (s->troubles_n = 0; s->troubles_n < TROUBLES; s->troubles_n++) {
		double x = unit(rng);
		int64_t length = x < 0.25  ? HOUR_MS + below(rng, 20 * HOUR_MS)
				 : x < 0.6 ? DAY_MS + below(rng, 20 * DAY_MS)
					   : 30 * DAY_MS + below(rng, 450 * DAY_MS);
		struct trouble *t = &s->troubles[s->troubles_n];
		*t = (struct trouble){(enum trouble_kind)(1 + below(rng, TROUBLE_KINDS - 1)), at, at + length};
		at += length + 20 * DAY_MS + below(rng, 330 * DAY_MS);
	}
}

static void make_forms(struct portal *s, uint64_t *rng)
{
	int n = s->number;
	bool https = unit(rng) < 0.3;
	char host[64];
	snprintf(host, sizeof(host), "www.s%d.gov.cn", n);
	memcpy(s->host[0], host, sizeof(host));
	snprintf(s->form[0], sizeof(s->form[0]), "http%s://%s", https ? "s" : "", host);
	s->moved_at[0] = 1;
	s->address[0] = (int)below(rng, ADDRESSES);
	int64_t at = START_MS;
	for (int k = 1; k < FORMS; k++) {
		at += 60 * DAY_MS + below(rng, 700 * DAY_MS);
		if (unit(rng) < 0.35)
			break;
		memcpy(s->host[k], s->host[k - 1], sizeof(s->host[k]));
		memcpy(s->form[k], s->form[k - 1], sizeof(s->form[k]));
		s->address[k] = s->address[k - 1];
		s->moved_at[k] = at;
		double x = unit(rng);
		if (x < 0.35 && !https) {
			https = true;
			snprintf(s->form[k], sizeof(s->form[k]), "https%.70s", strchr(s->form[k - 1], ':'));
		} else if (x < 0.7) {
			snprintf(host, sizeof(host), "portal%d.s%d.gov.cn", k, n);
			memcpy(s->host[k], host, sizeof(host));
			snprintf(s->form[k], sizeof(s->form[k]), "http%s://%s", https ? "s" : "", host);
			s->address[k] = (int)below(rng, ADDRESSES);
		} else {
			char before[61];
			snprintf(before, sizeof(before), "%.60s", s->form[k - 1]);
			snprintf(s->form[k], sizeof(s->form[k]), "%s/v%d", before, k);
		}
	}
}

/* Of an hour to four days, some months apart. */
static void make_outages(struct portals *w, uint64_t seed)
{
	uint64_t rng = seed * 104729 + 5;
	int64_t at = START_MS;
	for (int i = 0; i < OUTAGES; i++) {
		at += 30 * DAY_MS + below(&rng, 150 * DAY_MS);
		int64_t length = HOUR_MS + below(&rng, unit(&rng) < 0.5 ? 20 * HOUR_MS : 4 * DAY_MS);
		w->outages[i] = (struct outage){at, at + length};
		at += length;
	}
}

static void portals_make(struct portals *w, uint64_t seed)
{
	memset(w, 0, sizeof(*w));
	make_outages(w, seed);
	w->rng = seed * 7919 + 1;
	for (int i = 0; i < SITES; i++) {
		struct portal *s = &w->v[i];
		s->number = i;
		s->robots = unit(&w->rng) < 0.7;
		s->crawl_delay = s->robots && unit(&w->rng) < 0.3 ? 3000 + below(&w->rng, 20000) : 0;
		s->etags = unit(&w->rng) < 0.5;
		make_forms(s, &w->rng);
		make_troubles(s, &w->rng);
		make_pages(s, &w->rng);
	}
}

/* ---- asking it */

static int form_at(const struct portal *s, int64_t now)
{
	int k = 0;
	while (k + 1 < FORMS && s->moved_at[k + 1] && s->moved_at[k + 1] <= now)
		k++;
	return k;
}

static const struct trouble *trouble_at(const struct portal *s, int64_t now)
{
	static const struct trouble none = {NO_TROUBLE, 0, 0};
	for (int i = 0; i < s->troubles_n; i++)
		if (s->troubles[i].from <= now && now < s->troubles[i].to)
			return &s->troubles[i];
	return &none;
}

/* The outage of now, or the last one; NULL before the first. */
static const struct outage *outage_at(const struct portals *w, int64_t now)
{
	const struct outage *last = NULL;
	for (int i = 0; i < OUTAGES && w->outages[i].from <= now; i++)
		last = &w->outages[i];
	return last;
}

static bool is_cut_off(const struct portals *w, int64_t now)
{
	const struct outage *o = outage_at(w, now);
	return o && now < o->to;
}

/* When its last trouble or move was over; `now` while one lasts. */
static int64_t well_since(const struct portal *s, int64_t now)
{
	int64_t since = START_MS;
	for (int i = 0; i < s->troubles_n; i++) {
		const struct trouble *t = &s->troubles[i];
		if (t->from <= now && t->kind != SLOW && (t->to < now ? t->to : now) > since)
			since = t->to < now ? t->to : now;
	}
	int64_t moved = s->moved_at[form_at(s, now)];
	return moved > since ? moved : since;
}

static int version_at(struct portal_page *p, uint64_t *rng, int64_t now)
{
	while (p->next_change <= now) {
		p->version++;
		p->next_change += (int64_t)span(rng, p->rate) + 1;
	}
	return p->version;
}

static void page_path(const struct portal_page *p, char out[64])
{
	switch (p->kind) {
	case HOME:
		snprintf(out, 64, "/");
		break;
	case COLUMN:
		snprintf(out, 64, "/col%d/", p->number);
		break;
	case REPORTS:
		snprintf(out, 64, "/gk/");
		break;
	case ARTICLE:
		snprintf(out, 64, "/col%d/t%d.html", p->column, p->number);
		break;
	case REPORT:
		snprintf(out, 64, "/gk/%d.html", p->number);
		break;
	}
}

/* What of a URL stands behind scheme and host when these are the form's host; NULL: of another host. */
static const char *behind_host(const char *url, const char *host)
{
	const char *p = strstr(url, "://");
	size_t n = strlen(host);
	return p && strncmp(p + 3, host, n) == 0 && p[3 + n] == '/' ? p + 3 + n : NULL;
}

/* The site and form of a URL: the longest form that begins it, else one of its host. False: of nobody. *rest_out begins with '/' or is empty. */
static bool form_of(struct portals *w, const char *url, struct portal **site_out, int *form_out, const char **rest_out)
{
	size_t best = 0;
	bool found = false;
	for (int i = 0; i < SITES; i++)
		for (int k = 0; k < FORMS && w->v[i].moved_at[k]; k++) {
			size_t n = strlen(w->v[i].form[k]);
			const char *path = behind_host(url, w->v[i].host[k]);
			bool longer = n > best && strncmp(url, w->v[i].form[k], n) == 0 && url[n] == '/';
			if (!longer && (!path || found))
				continue;
			*site_out = &w->v[i];
			*form_out = k;
			*rest_out = longer ? url + n : strcmp(path, "/robots.txt") == 0 ? path : "";
			best = longer ? n : best;
			found = true;
		}
	return found;
}

static int page_at(const struct portal *s, const char *rest, int64_t now)
{
	char path[64];
	for (int i = 0; i < s->pages_n; i++) {
		page_path(&s->pages[i], path);
		if (s->pages[i].born <= now && strcmp(path, rest) == 0)
			return i;
	}
	return -1;
}

enum verdict { A_DOCUMENT, A_SOFT_ERROR, A_CHALLENGE, A_PARKED };

struct portal_answer {
	int site, form, page, version; /* page -1: none of them */
	int status;
	enum cause cause; /* of the transport */
	int64_t took_ms, retry_after_s;
	char location[160], etag[32];
	enum verdict verdict; /* what a parser makes of a body */
	bool robots;
};

static void refuse_by_trouble(const struct trouble *t, bool https, uint64_t *rng, struct portal_answer *a)
{
	switch (t->kind) {
	case DNS_GONE:
		a->status = 0;
		a->cause = CAUSE_DNS;
		break;
	case NO_CONNECTION:
		a->status = 0;
		a->cause = unit(rng) < 0.3 ? CAUSE_TIMEOUT : CAUSE_CONNECT;
		a->took_ms = a->cause == CAUSE_TIMEOUT ? 10000 : 30;
		break;
	case BAD_TLS:
		a->status = 0;
		a->cause = https ? CAUSE_TLS : CAUSE_CONNECT;
		break;
	case ALL_404:
		a->status = 404;
		break;
	case ALL_403:
		a->status = 403;
		break;
	case REFUSES_429:
		a->status = 429;
		a->retry_after_s = 86400 * (1 + below(rng, 6));
		break;
	case REFUSES_503:
		a->status = 503;
		break;
	case CHALLENGE_412:
		a->status = 412;
		break;
	case CHALLENGE_200:
		a->verdict = A_CHALLENGE;
		break;
	case SOFT_ERRORS:
		a->verdict = A_SOFT_ERROR;
		break;
	case PARKED:
		a->verdict = A_PARKED;
		break;
	case SLOW:
		a->took_ms *= 20;
		break;
	default:
		break;
	}
}

/* What the world answers to a request that comes now. */
static void portal_ask(struct portals *w, const char *url, const char *etag, int64_t now, struct portal_answer *a)
{
	struct portal *s = NULL;
	const char *rest = "";
	*a = (struct portal_answer){.page = -1, .status = 200, .retry_after_s = -1, .cause = CAUSE_NONE};
	a->took_ms = 30 + below(&w->rng, 300);
	if (!form_of(w, url, &s, &a->form, &rest)) {
		a->status = 0;
		a->cause = CAUSE_DNS;
		return;
	}
	a->site = s->number;
	const struct trouble *t = trouble_at(s, now);
	int current = form_at(s, now);
	a->robots = strcmp(rest, "/robots.txt") == 0;
	if (!a->robots)
		a->page = page_at(s, rest, now);
	if (is_cut_off(w, now)) {
		a->status = 0;
		a->cause = below(&w->rng, 2) ? CAUSE_DNS : CAUSE_TIMEOUT;
		return;
	}
	refuse_by_trouble(t, strncmp(url, "https", 5) == 0, &w->rng, a);
	if (a->status != 200 || a->verdict != A_DOCUMENT)
		return;
	if (a->robots) {
		a->status = s->robots ? 200 : 404;
		return;
	}
	if (a->form > current || a->page < 0) {
		a->status = 404; /* it is not there, or not yet */
		return;
	}
	if (a->form < current) {
		a->status = 301;
		snprintf(a->location, sizeof(a->location), "%s%s", s->form[current], rest);
		return;
	}
	a->version = version_at(&s->pages[a->page], &w->rng, now);
	if (s->etags)
		snprintf(a->etag, sizeof(a->etag), "\"v%d\"", a->version);
	if (s->etags && etag && strcmp(etag, a->etag) == 0)
		a->status = 304;
}

#endif
