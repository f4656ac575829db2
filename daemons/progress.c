#include "daemons/progress.h"

#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"

#define LIVE_MS 1000
#define PLAIN_MS 10000

struct progress {
	char *data_dir;
	enum progress_mode mode;
	struct progress_status status;
	bool known;
	int64_t next;
	unsigned lines; /* drawn and standing */
};

static int64_t num(const json_t *o, const char *key)
{
	return (int64_t)json_number_value(json_object_get(o, key));
}

static void text(const json_t *o, const char *key, char *out, size_t n)
{
	const char *z = json_string_value(json_object_get(o, key));

	log_cleanse(out, n, z ? z : "", z ? strlen(z) : 0);
}

static void read_slow_hosts(const json_t *list, struct progress_status *out)
{
	const json_t *h;
	size_t i;

	json_array_foreach(list, i, h)
	{
		if (i == PROGRESS_SLOW_HOSTS)
			break;
		text(h, "host", out->slow[i].host, sizeof(out->slow[i].host));
		out->slow[i].ready = num(h, "ready");
		out->slow[i].next_at = num(h, "next_at");
		out->slow_count = (unsigned)i + 1;
	}
}

enum err progress_read(const char *data_dir, struct progress_status *out)
{
	char path[PATH_MAX];
	json_t *o;

	snprintf(path, sizeof(path), "%s/run/status.json", data_dir);
	if (access(path, F_OK) < 0)
		return ERR_NOTFOUND;
	o = json_load_file(path, 0, NULL);
	if (!json_is_object(o)) {
		json_decref(o);
		return ERR_FORMAT;
	}
	*out = (struct progress_status){
		.at = num(o, "at"),
		.ready = num(o, "ready"),
		.fetching = num(o, "fetching"),
		.fetched = num(o, "fetched"),
		.sent = num(o, "sent"),
		.retry = num(o, "retry"),
		.done = num(o, "done"),
		.dead = num(o, "dead"),
		.discarded = num(o, "discarded"),
		.held = num(o, "held"),
		.found = num(o, "found"),
		.requests = num(o, "requests"),
		.parsers = num(o, "parsers"),
		.fetch_rate = json_number_value(json_object_get(o, "fetch_rate")),
		.done_rate = json_number_value(json_object_get(o, "done_rate")),
		.idle = json_is_true(json_object_get(o, "idle")),
	};
	text(o, "blocked", out->blocked, sizeof(out->blocked));
	read_slow_hosts(json_object_get(o, "slow_hosts"), out);
	json_decref(o);
	return ERR_OK;
}

const char *progress_time_left(const struct progress_status *s, char out[32])
{
	int64_t left = s->ready + s->retry + s->fetching + s->fetched + s->sent;
	double seconds;

	out[0] = '\0';
	if (left == 0 || s->done_rate < 0.01)
		return out;
	seconds = (double)left / s->done_rate;
	if (seconds < 90)
		snprintf(out, 32, "about %.0f s", seconds < 1 ? 1 : seconds);
	else if (seconds < 90 * 60)
		snprintf(out, 32, "about %.0f min", seconds / 60);
	else if (seconds < 48 * 3600)
		snprintf(out, 32, "about %.1f h", seconds / 3600);
	else
		snprintf(out, 32, "about %.0f days", seconds / 86400 < 9999 ? seconds / 86400 : 9999);
	return out;
}

struct progress *progress_new(const char *data_dir, enum progress_mode mode)
{
	struct progress *p = calloc(1, sizeof(*p));

	if (!p || !(p->data_dir = strdup(data_dir)))
		abort(); /* a few bytes at start */
	p->mode = mode;
	p->next = mono_ms() + (mode == PROGRESS_PLAIN ? PLAIN_MS : 0);
	return p;
}

void progress_free(struct progress *p)
{
	if (!p)
		return;
	progress_hide(p);
	free(p->data_dir);
	free(p);
}

void progress_hide(struct progress *p)
{
	if (p->lines)
		fprintf(stderr, "\r\033[%uA\033[J", p->lines);
	p->lines = 0;
}

static int columns_of_terminal(void)
{
	struct winsize w;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 20 ? w.ws_col : 80;
}

/* One line, cut to the terminal: a wrapped one could not be taken away again. Host names and reasons are cleansed. */
static void live_line(struct progress *p, const char *line)
{
	size_t room = (size_t)columns_of_terminal() - 1, n = strlen(line), at = 0, shown = 0;

	while (at < n && shown < room) {
		uint32_t c = utf8_next(line, n, &at);

		shown += c >= 0x1100 ? 2 : 1;
	}
	fprintf(stderr, "%.*s\n", (int)at, line);
	p->lines++;
}

static void draw_slow(struct progress *p)
{
	const struct progress_status *s = &p->status;
	char line[640];
	int64_t now = wall_ms();
	int n = snprintf(line, sizeof(line), "slowest hosts:");

	for (unsigned i = 0; i < s->slow_count; i++) {
		int64_t wait = s->slow[i].next_at > now ? (s->slow[i].next_at - now) / 1000 : 0;

		n += snprintf(line + n, sizeof(line) - (size_t)n, "%s %s (%" PRId64 " queued", i ? "," : "",
			      s->slow[i].host, s->slow[i].ready);
		n += snprintf(line + n, sizeof(line) - (size_t)n, wait > 1 ? ", next in %" PRId64 " s)" : ")", wait);
	}
	if (s->slow_count)
		live_line(p, line);
}

static void draw_live(struct progress *p)
{
	const struct progress_status *s = &p->status;
	char line[512], left[32];

	progress_hide(p);
	snprintf(line, sizeof(line),
		 "found %" PRId64 "   queued %" PRId64 "   fetched %" PRId64 "   parsing %" PRId64 "   stored %" PRId64
		 "   dead %" PRId64 "   discarded %" PRId64,
		 s->found, s->ready + s->retry, s->fetched + s->sent + s->done, s->sent, s->done, s->dead,
		 s->discarded);
	live_line(p, line);
	progress_time_left(s, left);
	snprintf(line, sizeof(line), "%.1f pages/s   %" PRId64 " in flight   %" PRId64 " parsers%s%s%s", s->done_rate,
		 s->fetching, s->parsers, *left ? "   " : "", left, *left ? " left" : "");
	live_line(p, line);
	draw_slow(p);
	if (*s->blocked) {
		snprintf(line, sizeof(line), "waiting: %s", s->blocked);
		live_line(p, line);
	}
}

static void draw_plain(const struct progress *p)
{
	const struct progress_status *s = &p->status;
	char left[32];

	progress_time_left(s, left);
	fprintf(stderr,
		"gongkai run: found %" PRId64 ", queued %" PRId64 ", fetched %" PRId64 ", parsing %" PRId64
		", stored %" PRId64 ", dead %" PRId64 ", discarded %" PRId64 ", %.1f pages/s%s%s%s%s%s\n",
		s->found, s->ready + s->retry, s->fetched + s->sent + s->done, s->sent, s->done, s->dead, s->discarded,
		s->done_rate, *left ? ", " : "", left, *left ? " left" : "", *s->blocked ? ", waiting: " : "",
		s->blocked);
}

void progress_tick(struct progress *p, int64_t mono_now)
{
	struct progress_status s;

	if (p->mode == PROGRESS_QUIET || mono_now < p->next)
		return;
	p->next = mono_now + (p->mode == PROGRESS_LIVE ? LIVE_MS : PLAIN_MS);
	if (progress_read(p->data_dir, &s) == ERR_OK) {
		p->status = s;
		p->known = true;
	}
	if (!p->known)
		return;
	if (p->mode == PROGRESS_LIVE)
		draw_live(p);
	else
		draw_plain(p);
}
