#include "daemons/crew.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "daemons/store_count.h"
#include "fetcher/view.h"
#include "proto/cause.h"

#define HOSTS_SHOWN 10

struct tally {
	int64_t causes[CAUSE_COUNT];
	unsigned hosts_waiting;
	char challenged[HOSTS_SHOWN][128]; /* hosts with pages that are challenges */
	unsigned challenged_n;
};

static void note_challenge(struct tally *t, const char *host)
{
	for (unsigned i = 0; i < t->challenged_n; i++)
		if (strncmp(t->challenged[i], host, sizeof(t->challenged[i]) - 1) == 0)
			return;
	if (t->challenged_n < HOSTS_SHOWN)
		snprintf(t->challenged[t->challenged_n++], sizeof(t->challenged[0]), "%s", host);
}

static bool count_cause(void *ctx, const struct view_page *p)
{
	struct tally *t = ctx;

	enum cause cause = cause_of(p->cause ? p->cause : "");

	t->causes[cause]++;
	if (cause == CAUSE_CHALLENGE)
		note_challenge(t, p->host);
	return true;
}

/* Hosts that are left with work: a run that ended by itself did not wait for them. */
static bool tell_host(void *ctx, const struct view_host *h)
{
	struct tally *t = ctx;
	int64_t now = wall_ms(), until = h->next_at;

	if (h->ready + h->waiting == 0 || (!h->held && until <= now))
		return true;
	if (t->hosts_waiting++ >= HOSTS_SHOWN)
		return true;
	if (h->held)
		fprintf(stderr, "  left: %s, %" PRId64 " pages: held; gongkai release %s\n", h->host,
			h->ready + h->waiting, h->host);
	else
		fprintf(stderr, "  left: %s, %" PRId64 " pages: cooling for %" PRId64 " s more%s%s%s\n", h->host,
			h->ready + h->waiting, (until - now + 999) / 1000, *h->why ? " (" : "", h->why,
			*h->why ? ")" : "");
	return true;
}

static void tell_causes(const struct tally *t, bool discarded)
{
	const char *before = ": ";

	for (int c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++) {
		if (!t->causes[c] || cause_is_discarded((enum cause)c) != discarded)
			continue;
		fprintf(stderr, "%s%s %" PRId64, before, cause_code((enum cause)c), t->causes[c]);
		before = ", ";
	}
	fputc('\n', stderr);
}

void crew_summary(const struct verb_env *env)
{
	struct view *view = NULL;
	struct view_counts c = {0};
	struct view_filter all = {.discarded_too = true};
	struct store_count stored = {0};
	struct tally t = {0};
	int64_t left;

	if (view_open(env->data_dir, &view) || view_counts(view, &c) || view_dead(view, &all, count_cause, &t) ||
	    store_count(env->data_dir, &stored)) {
		fprintf(stderr, "gongkai run: no summary: %s\n", err_text());
		view_close(view);
		return;
	}
	left = c.ready + c.retry + c.fetching + c.fetched + c.sent + c.held;
	fprintf(stderr, "%" PRId64 " reports with %" PRId64 " figures, %" PRId64 " failed checks\n", stored.reports,
		stored.figures, stored.failed_checks);
	fprintf(stderr, "%" PRId64 " pages found on %" PRId64 " hosts, %" PRId64 " done\n", c.pages, c.hosts, c.done);
	fprintf(stderr, "%" PRId64 " dead", c.dead);
	tell_causes(&t, false);
	fprintf(stderr, "%" PRId64 " discarded", c.discarded);
	tell_causes(&t, true);
	for (unsigned i = 0; i < t.challenged_n; i++)
		fprintf(stderr,
			"  challenge: %s does not answer programs; it is not evaded: ask its operator for leave\n",
			t.challenged[i]);
	if (left)
		fprintf(stderr, "%" PRId64 " left; gongkai run --data %s goes on with them\n", left, env->data_dir);
	if (c.held)
		fprintf(stderr, "  left: %" PRId64 " pages held by URL; gongkai release URL\n", c.held);
	if (view_hosts(view, tell_host, &t) == ERR_OK && t.hosts_waiting > HOSTS_SHOWN)
		fprintf(stderr, "  and %u hosts more: gongkai status --hosts --data %s\n",
			t.hosts_waiting - HOSTS_SHOWN, env->data_dir);
	view_close(view);
}
