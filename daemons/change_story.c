#include "daemons/change_story.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static bool note_page(void *ctx, const struct view_page *p)
{
	struct change_story *s = ctx;
	s->known = true;
	s->confirm = p->confirm;
	s->next = p->next;
	s->gone_since = p->gone_since;
	s->gone = p->gone;
	return false;
}

enum err change_story_read(const char *data_dir, struct view *frontier, const char *url, struct change_story *out)
{
	struct changes *c;
	*out = (struct change_story){0};
	enum err e = frontier ? view_page_by_url(frontier, url, note_page, out) : ERR_OK;
	if (e != ERR_OK && e != ERR_NOTFOUND)
		return e;
	e = changes_open(data_dir, &c);
	if (e == ERR_OK) {
		e = changes_page_by_url(c, url, &out->page);
		out->stored = e == ERR_OK;
		changes_close(c);
	}
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

void change_story_print(const struct change_story *s)
{
	char at[32];
	const struct changes_page *p = &s->page;
	if (s->stored && p->versions > 1)
		printf("versions   %" PRId64 "; gongkai diff %s shows the last change\n", p->versions, p->url);
	if (s->stored && p->candidate.fetch_id) {
		printf("candidate  another content since %s, not yet confirmed",
		       clock_iso(p->candidate.first_seen, at));
		if (p->candidate.rounds > 1)
			printf(" (%" PRId64 " contents in a row, none like the one before)", p->candidate.rounds);
		printf("; archive/%s at %" PRId64 "\n", p->candidate.warc_file, p->candidate.warc_offset);
	}
	if (s->confirm)
		printf("confirm    a second fetch is due at %s\n", clock_iso(s->next, at));
	if (s->stored && p->flickers)
		printf("flickers   %" PRId64 ", the last at %s: changes that a second fetch did not find again\n",
		       p->flickers, clock_iso(p->flickered_at, at));
	if (s->gone_since)
		printf("gone       since %s%s; its report stays\n", clock_iso(s->gone_since, at),
		       s->gone ? ", confirmed" : ", not yet confirmed");
}

static void json_time(struct jsonw *w, const char *key, int64_t t)
{
	char at[32];
	jsonw_kz(w, key, t ? clock_iso(t, at) : NULL);
}

void change_story_json(const struct change_story *s, struct jsonw *w)
{
	const struct changes_page *p = &s->page;
	jsonw_kint(w, "flickers", p->flickers);
	json_time(w, "flickered_at", p->flickered_at);
	jsonw_key(w, "candidate");
	if (p->candidate.fetch_id) {
		jsonw_object(w);
		jsonw_kint(w, "fetch_id", (int64_t)p->candidate.fetch_id);
		json_time(w, "first_seen", p->candidate.first_seen);
		jsonw_kint(w, "rounds", p->candidate.rounds);
		jsonw_kint(w, "reports", p->candidate.reports);
		jsonw_kz(w, "content_sha256", p->candidate.content_sha256);
		jsonw_kz(w, "warc_file", p->candidate.warc_file);
		jsonw_kint(w, "warc_offset", p->candidate.warc_offset);
		jsonw_end(w, '}');
	} else {
		jsonw_null(w);
	}
	json_time(w, "gone_since", s->gone_since);
	jsonw_kbool(w, "gone", s->gone);
}

int64_t change_story_gone(struct view *frontier, const char *url)
{
	struct change_story s = {0};
	if (!frontier || view_page_by_url(frontier, url, note_page, &s) != ERR_OK)
		return 0;
	return s.gone ? s.gone_since : 0;
}
