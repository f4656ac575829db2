/*
 * gongkai-fetcher - the only writer of the frontier and of the archive. Arguments, places and exit status; the work is
 * fetcher/fetcher.c. Sources come in through the frontier's inbox (`gongkai add`, `gongkai run`).
 */
#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "fetcher/fetcher.h"
#include "fetcher/frontier_db.h"
#include "fetcher/scope.h"

#define LARGE_BLOCK (256 * 1024) /* blocks from here on go back to the system when they are freed */
#define EXIT_INTERRUPTED 130
#define DELAY_DEFAULT_S 2.0
#define LEASE_DEFAULT_S 120.0

static const struct flag {
	const char *name, *arg, *help;
} flags[] = {
	{"data", "DIR", "data folder (./gongkai-data)"},
	{"until-idle", NULL, "end when there is nothing left to do"},
	{"revisit", NULL, "with --until-idle: also visit pages again that are due"},
	{"no-fetch", NULL, "parse what is in the archive, request nothing"},
	{"delay", "S", "least time from one request to the next of a host and an address (2)"},
	{"scope", "host|site|any|SUFFIX", "which links belong to a source (site)"},
	{"depth", "N", "deepest page that is fetched (12)"},
	{"pages", "N", "pages a source (10000)"},
	{"connect-to", "HOST:PORT", "send every connection there"},
	{"allow-private", NULL, "allow private addresses"},
	{"lease-timeout", "S", "take a page back from a parser that says nothing of it (120)"},
	{"user-agent", "TEXT", "whole User-Agent header"},
	{"contact", "TEXT", "where to reach you: named in the default User-Agent"},
	{"control", "ENDPOINT", "where parsers and sink reach this program (ipc://DIR/run/control.sock)"},
	{"drain-fd", "N", "finish what is running and end at the end of this pipe; SIGINT is ignored then"},
	{"verbose", NULL, "log more"},
	{"quiet", NULL, "log errors only"},
	{"kill-points", NULL, "list the fault points of this program and end"},
	{"help", NULL, "show this and end"},
	{"version", NULL, "show the version and end"},
};
#define FLAGS (sizeof(flags) / sizeof(flags[0]))

static void help(void)
{
	printf("Usage: gongkai-fetcher [FLAG...]\nFetches the pages of a data folder's frontier into its archive.\n\n");
	for (size_t i = 0; i < FLAGS; i++) {
		char left[64];
		snprintf(left, sizeof(left), "--%s %s", flags[i].name, flags[i].arg ? flags[i].arg : "");
		printf("  %-30s %s\n", left, flags[i].help);
	}
}

/* --name VALUE, --name=VALUE or --switch into `conf`. */
static enum err parse_flags(int argc, char **argv, struct conf *conf)
{
	for (int i = 1; i < argc; i++) {
		const char *z = argv[i];
		size_t n = strncmp(z, "--", 2) == 0 ? strcspn(z + 2, "=") : 0;
		const struct flag *f = NULL;
		for (size_t k = 0; k < FLAGS && n > 0 && !f; k++)
			if (strlen(flags[k].name) == n && strncmp(flags[k].name, z + 2, n) == 0)
				f = &flags[k];
		if (!f)
			return err_set(ERR_USAGE, "unknown argument '%s'; --help lists all", z);
		const char *value = z[2 + n] == '=' ? z + 3 + n : NULL;
		if (!f->arg && value)
			return err_set(ERR_USAGE, "--%s takes no value", f->name);
		if (f->arg && !value && ++i >= argc)
			return err_set(ERR_USAGE, "--%s needs a value (%s)", f->name, f->arg);
		conf_set(conf, f->name, !f->arg ? "1" : value ? value : argv[i]);
	}
	return ERR_OK;
}

static enum err numbers_of(const struct conf *conf, struct fetcher_settings *s)
{
	double delay, depth, pages, lease, fd;
	enum err e = conf_get_num(conf, "delay", DELAY_DEFAULT_S, 0, 86400, &delay);
	if (!e)
		e = conf_get_num(conf, "depth", FDB_SOURCE_DEPTH, 0, 1000, &depth);
	if (!e)
		e = conf_get_num(conf, "pages", FDB_SOURCE_PAGES, 1, 1e12, &pages);
	if (!e)
		e = conf_get_num(conf, "lease-timeout", LEASE_DEFAULT_S, 1, 86400, &lease);
	if (!e)
		e = conf_get_num(conf, "drain-fd", -1, -1, 65535, &fd);
	if (e)
		return e;
	s->delay_ms = (int64_t)(delay * 1000 + 0.5);
	s->depth = (int)depth;
	s->pages = (int64_t)pages;
	s->lease_ms = (int64_t)(lease * 1000);
	s->drain_fd = (int)fd;
	return ERR_OK;
}

static enum err check(const struct fetcher_settings *s)
{
	if (!scope_valid(s->scope))
		return err_set(ERR_USAGE, "--scope is host, site, any or a suffix like gov.cn, not '%s'", s->scope);
	if (s->delay_ms == 0 && !s->connect_to && !s->allow_private)
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
	enum err e = numbers_of(conf, s);
	return e ? e : check(s);
}

static enum log_level level_of(const struct conf *conf)
{
	if (conf_get_bool(conf, "quiet"))
		return LOG_LEVEL_ERROR;
	return conf_get_bool(conf, "verbose") ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
}

int main(int argc, char **argv)
{
	struct conf *conf = NULL;
	struct fetcher_settings settings = {0};
	char agent[512];
	bool interrupted = false;
	log_init("gongkai-fetcher", LOG_LEVEL_INFO);
	/* with fixed thresholds one large body does not stay in the memory of the process */
	mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
	mallopt(M_TRIM_THRESHOLD, 4 * LARGE_BLOCK);
	enum err e = conf_load(&conf);
	if (!e)
		e = parse_flags(argc, argv, conf);
	if (e)
		goto done;
	log_init("gongkai-fetcher", level_of(conf));
	if (conf_get_bool(conf, "help")) {
		help();
	} else if (conf_get_bool(conf, "version")) {
		printf("gongkai-fetcher %s\n", GONGKAI_VERSION);
	} else if (conf_get_bool(conf, "kill-points")) {
		fault_list();
	} else {
		e = settings_of(conf, &settings, agent);
		if (!e)
			e = fetcher_run(&settings, &interrupted);
	}
done:
	if (e)
		log_error("%s", err_text());
	conf_free(conf);
	return e ? err_exit_status(e) : interrupted ? EXIT_INTERRUPTED : 0;
}
