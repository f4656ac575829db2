/*
 * gongkai-fetcher - the only writer of the frontier and of the archive. Arguments, places and exit status; the work is
 * fetcher/fetcher.c. Sources come in through the frontier's inbox (`gongkai add`, `gongkai run`).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemons/daemon_main.h"
#include "fetcher/fetcher.h"
#include "fetcher/frontier_db.h"
#include "fetcher/scope.h"

#define EXIT_INTERRUPTED 130
#define DELAY_DEFAULT_S 2.0
#define LEASE_DEFAULT_S 120.0
#define CONFIRM_DEFAULT_S 60.0

static const struct daemon_flag flags[] = {
	{"data", "DIR", "data folder (./gongkai-data)"},
	{"until-idle", NULL, "end when there is nothing left to do"},
	{"revisit", NULL, "with --until-idle: also visit pages again that are due"},
	{"revisit-budget", "N", "visits of known pages a day, over all hosts (one for each 30 known pages)"},
	{"confirm-after", "S",
	 "fetch a report page that changed or vanished again after so long; 0: believe it at once (60)"},
	{"no-fetch", NULL, "parse what is in the archive, request nothing"},
	{"delay", "S", "least time from one request to the next of a host and an address (2)"},
	{"window", "HH:MM-HH:MM", "ask hosts only in these hours of China (always)"},
	{"daily-cap", "N", "most requests to a host in one day of China (none)"},
	{"scope", "host|site|any|SUFFIX", "which links belong to a source (site)"},
	{"depth", "N", "deepest page that is fetched (12)"},
	{"pages", "N", "pages a source (10000)"},
	{"frontier-memory", "MIB", "memory for what the frontier reads again and again (64)"},
	{"connect-to", "HOST:PORT", "send every connection there"},
	{"allow-private", NULL, "allow private addresses"},
	{"lease-timeout", "S", "take a page back from a parser that says nothing of it (120)"},
	{"user-agent", "TEXT", "whole User-Agent header"},
	{"contact", "TEXT", "where to reach you: named in the default User-Agent"},
	{"control", "ENDPOINT", "where parsers and sink reach this program (ipc://DIR/run/control.sock)"},
	{"drain-fd", "N", "finish what is running and end at the end of this pipe; SIGINT is ignored then"},
	{NULL, NULL, NULL},
};

static enum err numbers_of(const struct conf *conf, struct fetcher_settings *s)
{
	double delay, cap, depth, pages, lease, fd, budget, confirm, memory;
	enum err e = conf_get_num(conf, "delay", DELAY_DEFAULT_S, 0, 86400, &delay);
	if (!e)
		e = conf_get_num(conf, "daily-cap", 0, 0, 1e9, &cap);
	if (!e)
		e = conf_get_num(conf, "depth", FDB_SOURCE_DEPTH, 0, 1000, &depth);
	if (!e)
		e = conf_get_num(conf, "pages", FDB_SOURCE_PAGES, 1, 1e12, &pages);
	if (!e)
		e = conf_get_num(conf, "frontier-memory", FDB_MEMORY_MIB, FDB_MEMORY_MIN_MIB, FDB_MEMORY_MAX_MIB,
				 &memory);
	if (!e)
		e = conf_get_num(conf, "revisit-budget", 0, 0, 1e9, &budget);
	if (!e)
		e = conf_get_num(conf, "lease-timeout", LEASE_DEFAULT_S, 1, 86400, &lease);
	if (!e)
		e = conf_get_num(conf, "confirm-after", CONFIRM_DEFAULT_S, 0, 86400, &confirm);
	if (!e)
		e = conf_get_num(conf, "drain-fd", -1, -1, 65535, &fd);
	if (e)
		return e;
	s->polite.delay_ms = (int64_t)(delay * 1000 + 0.5);
	s->polite.daily_cap = (int64_t)cap;
	s->confirm_ms = (int64_t)(confirm * 1000 + 0.5);
	s->depth = (int)depth;
	s->pages = (int64_t)pages;
	s->frontier_mib = (int)memory;
	s->revisit_budget = budget;
	s->lease_ms = (int64_t)(lease * 1000);
	s->drain_fd = (int)fd;
	return ERR_OK;
}

static enum err check(const struct fetcher_settings *s)
{
	if (!scope_valid(s->scope))
		return err_set(ERR_USAGE, "--scope is host, site, any or a suffix like gov.cn, not '%s'", s->scope);
	if (s->polite.delay_ms == 0 && !s->connect_to && !s->allow_private)
		return err_set(ERR_USAGE, "--delay 0 is for tests: it needs --connect-to or --allow-private");
	const char *colon = s->connect_to ? strrchr(s->connect_to, ':') : NULL;
	if (s->connect_to) {
		char *end = NULL;
		long port = colon ? strtol(colon + 1, &end, 10) : 0;
		if (!colon || colon == s->connect_to || !end || *end || port < 1 || port > 65535)
			return err_set(ERR_USAGE, "--connect-to is HOST:PORT, not '%s'", s->connect_to);
	}
	for (const char *p = s->user_agent; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_set(ERR_USAGE, "--user-agent and --contact may not hold control characters");
	return ERR_OK;
}

static enum err settings_of(const struct conf *conf, struct fetcher_settings *s, char agent[512])
{
	const char *data = conf_get(conf, "data"), *scope = conf_get(conf, "scope");
	const char *contact = conf_get(conf, "contact"), *own = conf_get(conf, "user-agent");
	if (own && own[0])
		snprintf(agent, 512, "%s", own);
	else if (contact && contact[0])
		snprintf(agent, 512, "gongkai/%s (+%s)", GONGKAI_VERSION, contact);
	else
		snprintf(agent, 512, "gongkai/%s", GONGKAI_VERSION);
	s->data_dir = data ? data : "./gongkai-data";
	s->scope = scope ? scope : "site";
	s->until_idle = conf_get_bool(conf, "until-idle");
	s->revisit = conf_get_bool(conf, "revisit");
	s->no_fetch = conf_get_bool(conf, "no-fetch");
	s->connect_to = conf_get(conf, "connect-to");
	s->allow_private = conf_get_bool(conf, "allow-private");
	s->control = conf_get(conf, "control");
	s->user_agent = agent;
	const char *window = conf_get(conf, "window");
	if (window && !polite_window_parse(window, &s->polite))
		return err_set(ERR_USAGE, "--window is HH:MM-HH:MM by the clock of China, not '%s'", window);
	enum err e = numbers_of(conf, s);
	return e ? e : check(s);
}

static enum err serve(const struct conf *conf, int *status)
{
	struct fetcher_settings settings = {0};
	char agent[512];
	bool interrupted = false;
	enum err e = settings_of(conf, &settings, agent);
	if (!e)
		e = fetcher_run(&settings, &interrupted);
	if (interrupted)
		*status = EXIT_INTERRUPTED;
	return e;
}

int main(int argc, char **argv)
{
	static const struct daemon_program program = {
		.name = "gongkai-fetcher",
		.purpose = "Fetches the pages of a data folder's frontier into its archive.",
		.flags = flags,
		.serve = serve};
	return daemon_main(&program, argc, argv);
}
