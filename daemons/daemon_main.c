#include "daemons/daemon_main.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"

#define LARGE_BLOCK (256 * 1024)

static const struct daemon_flag common[] = {
	{"verbose", NULL, "log more"},
	{"quiet", NULL, "log errors only"},
	{"kill-points", NULL, "list the fault points of this program and end"},
	{"help", NULL, "show this and end"},
	{"version", NULL, "show the version and end"},
	{NULL, NULL, NULL},
};

void daemon_return_memory(void)
{
	/* both fixed: otherwise the library raises them with the first large block that is freed */
	mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
	mallopt(M_TRIM_THRESHOLD, 4 * LARGE_BLOCK);
}

static void help_flags(const struct daemon_flag *flags)
{
	for (const struct daemon_flag *f = flags; f->name; f++) {
		char left[64];
		snprintf(left, sizeof left, "--%s %s", f->name, f->arg ? f->arg : "");
		printf("  %-30s %s\n", left, f->help);
	}
}

static void help(const struct daemon_program *d)
{
	printf("usage: %s [flags]\n%s\n"
	       "Settings: flag, then GONGKAI_NAME in the environment, then /etc/gongkai/gongkai.conf.\n\n",
	       d->name, d->purpose);
	help_flags(d->flags);
	help_flags(common);
	if (d->notes)
		printf("\n%s\n", d->notes);
}

static const struct daemon_flag *find_flag(const struct daemon_flag *flags, const char *name, size_t n)
{
	for (const struct daemon_flag *f = flags; f->name; f++)
		if (strlen(f->name) == n && strncmp(f->name, name, n) == 0)
			return f;
	return NULL;
}

/* --name VALUE, --name=VALUE or --switch into `conf`. */
static enum err parse_flags(const struct daemon_program *d, int argc, char **argv, struct conf *conf)
{
	for (int i = 1; i < argc; i++) {
		const char *z = argv[i];
		size_t n = strncmp(z, "--", 2) == 0 ? strcspn(z + 2, "=") : 0;
		const struct daemon_flag *f = n > 0 ? find_flag(d->flags, z + 2, n) : NULL;
		if (n > 0 && !f)
			f = find_flag(common, z + 2, n);
		if (!f)
			return err_set(ERR_USAGE, "unknown argument '%s': see %s --help", z, d->name);
		const char *value = z[2 + n] == '=' ? z + 3 + n : NULL;
		if (!f->arg && value)
			return err_set(ERR_USAGE, "--%s takes no value: see %s --help", f->name, d->name);
		if (f->arg && !value && ++i >= argc)
			return err_set(ERR_USAGE, "--%s needs a value (%s): see %s --help", f->name, f->arg, d->name);
		conf_set(conf, f->name, !f->arg ? "1" : value ? value : argv[i]);
	}
	return ERR_OK;
}

static enum log_level level_of(const struct conf *conf)
{
	if (conf_get_bool(conf, "quiet"))
		return LOG_LEVEL_ERROR;
	return conf_get_bool(conf, "verbose") ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO;
}

int daemon_main(const struct daemon_program *d, int argc, char **argv)
{
	struct conf *conf = NULL;
	int status = 0;
	log_init(d->name, LOG_LEVEL_INFO);
	daemon_return_memory();
	enum err e = conf_load(&conf);
	if (e == ERR_OK)
		e = parse_flags(d, argc, argv, conf);
	if (e != ERR_OK)
		goto done;
	log_init(d->name, level_of(conf));
	if (conf_get_bool(conf, "help"))
		help(d);
	else if (conf_get_bool(conf, "version"))
		printf("%s %s\n", d->name, GONGKAI_VERSION);
	else if (conf_get_bool(conf, "kill-points"))
		fault_list();
	else
		e = d->serve(conf, &status);
done:
	if (e != ERR_OK) {
		log_error("%s", err_text());
		status = err_exit_status(e);
	}
	conf_free(conf);
	return status;
}
