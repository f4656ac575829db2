#include "daemons/flags.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORD_MAX 40 /* longest word that is compared with names */

const struct verb_flag flags_common[] = {
	{"data", "DIR", "data folder (default: gongkai-data, or /var/lib/gongkai under systemd)"},
	{"format", "FORMAT", "table, csv or jsonl (default: table on a terminal, else csv)"},
	{"limit", "N", "rows of a list, 0 for all (default: 1000)"},
	{"quiet", NULL, "no progress and no notes on standard error, errors only"},
	{"verbose", NULL, "say more on standard error"},
	{"no-color", NULL, "no colours (NO_COLOR does the same)"},
	{"help", NULL, "print this help"},
	{"version", NULL, "print the version"},
	{NULL, NULL, NULL},
};

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edits (insert, delete, replace, swap of neighbours) that turn a into b. */
static size_t distance(const char *a, const char *b)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];
	size_t n = strnlen(a, WORD_MAX), m = strnlen(b, WORD_MAX);

	for (size_t i = 0; i <= n; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			size_t same = a[i - 1] == b[j - 1] ? 0 : 1;

			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + same);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[n][m];
}

/* The name nearest to `word`, or NULL when none is near enough to be meant. */
static const char *nearest(const char *word, const char *const *names, size_t count)
{
	const char *best = NULL;
	size_t best_edits = strlen(word) / 3 + 1;

	for (size_t i = 0; i < count; i++) {
		size_t edits = distance(word, names[i]);

		if (strlen(word) >= 3 && strncmp(names[i], word, strlen(word)) == 0)
			edits = 1;
		if (edits <= best_edits && (!best || edits < best_edits)) {
			best = names[i];
			best_edits = edits;
		}
	}
	return best;
}

const char *flags_hint(const char *word, const char *const *names, size_t count, const char *dashes, char out[96])
{
	const char *near = nearest(word, names, count);

	out[0] = '\0';
	if (near)
		snprintf(out, 96, " (did you mean '%s%s'?)", dashes, near);
	return out;
}

struct table {
	struct option options[FLAGS_MAX + 1];
	const char *names[FLAGS_MAX];
	char letters[2 * FLAGS_MAX + 4];
	size_t count, long_count;
};

static void table_add(struct table *t, const struct verb_flag *flags)
{
	size_t n = strlen(t->letters);

	for (; flags && flags->name && t->count < FLAGS_MAX; flags++) {
		if (!flags->name[1]) {
			t->letters[n++] = flags->name[0];
			if (flags->arg)
				t->letters[n++] = ':';
			t->letters[n] = '\0';
			continue;
		}
		t->options[t->long_count++] =
			(struct option){flags->name, flags->arg ? required_argument : no_argument, NULL, 256};
		t->names[t->count++] = flags->name;
	}
}

static enum err bad_flag(const struct verb *v, const struct table *t, int code, char *word)
{
	char bare[WORD_MAX + 1], hint[96];
	const char *p = word;

	while (*p == '-')
		p++;
	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(p, "="), p);
	if (code == ':')
		return err_set(ERR_USAGE, "missing value: %s: give it one; see gongkai %s --help", word, v->name);
	for (size_t i = 0; i < t->long_count; i++) {
		if (strcmp(t->options[i].name, bare) == 0)
			return err_set(ERR_USAGE, "unexpected value: %s: the flag takes none; see gongkai %s --help",
				       word, v->name);
	}
	flags_hint(bare, t->names, t->count, "--", hint);
	return err_set(ERR_USAGE, "unknown flag: %s%s: see gongkai %s --help", word, hint, v->name);
}

static enum err set_format(struct verb_env *env)
{
	const char *name = conf_get(env->conf, "format");

	env->format = isatty(STDOUT_FILENO) ? OUT_TABLE : OUT_CSV;
	if (!name)
		return ERR_OK;
	if (strcmp(name, "table") == 0)
		env->format = OUT_TABLE;
	else if (strcmp(name, "csv") == 0)
		env->format = OUT_CSV;
	else if (strcmp(name, "jsonl") == 0)
		env->format = OUT_JSONL;
	else
		return err_set(ERR_USAGE, "unknown format: --format %s: give table, csv or jsonl", name);
	return ERR_OK;
}

enum err flags_number(const struct verb_env *env, const char *name, double deflt, double min, double max,
		      const char *what, double *out)
{
	if (!conf_get_num(env->conf, name, deflt, min, max, out))
		return ERR_OK;
	return err_set(ERR_USAGE, "bad number: --%s %.60s: give %s from %.0f to %.0f", name, conf_get(env->conf, name),
		       what, min, max);
}

static const char *default_data_dir(void)
{
	struct stat st;

	if (stat("gongkai-data", &st) != 0 && getenv("INVOCATION_ID") && stat("/var/lib/gongkai", &st) == 0)
		return "/var/lib/gongkai";
	return "gongkai-data";
}

/* The fields of env that come from the common flags. */
static enum err set_common(struct verb_env *env)
{
	const char *no_color = getenv("NO_COLOR");
	double limit;
	enum err err = set_format(env);

	if (err)
		return err;
	err = flags_number(env, "limit", 1000, 0, 1e12, "rows", &limit);
	if (err)
		return err;
	env->limit = (int64_t)limit;
	env->data_dir = conf_get(env->conf, "data");
	if (env->data_dir && !*env->data_dir)
		return err_set(ERR_USAGE, "empty name: --data: name the data folder");
	if (!env->data_dir)
		env->data_dir = default_data_dir();
	env->quiet = conf_get_bool(env->conf, "quiet");
	env->verbose = conf_get_bool(env->conf, "verbose");
	env->color = isatty(STDOUT_FILENO) && !conf_get_bool(env->conf, "no-color") && !(no_color && *no_color);
	return ERR_OK;
}

static enum flags_ask asked(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return FLAGS_HELP;
		if (strcmp(argv[i], "--version") == 0)
			return FLAGS_VERSION;
	}
	return FLAGS_RUN;
}

enum err flags_parse(const struct verb *v, int argc, char **argv, struct verb_env *env, enum flags_ask *ask_out)
{
	static struct table t;
	int code, index = 0;

	t = (struct table){.letters = ":"};
	table_add(&t, v->flags);
	table_add(&t, flags_common);
	*ask_out = asked(argc, argv);
	if (*ask_out != FLAGS_RUN)
		return ERR_OK;
	opterr = 0;
	optind = 1;
	for (;;) {
		char letter[2] = {0};
		int at = optind;

		code = getopt_long(argc, argv, t.letters, t.options, &index);
		if (code < 0)
			break;
		if (code == '?' || code == ':')
			return bad_flag(v, &t, code, argv[optind > at ? optind - 1 : at]);
		letter[0] = (char)code;
		conf_set(env->conf, code == 256 ? t.options[index].name : letter, optarg ? optarg : "true");
	}
	env->argc = argc - optind;
	env->argv = argv + optind;
	return set_common(env);
}

static void print_flags(const struct verb_flag *flags, FILE *to)
{
	for (; flags && flags->name; flags++) {
		char left[64];

		snprintf(left, sizeof(left), "%s%s%s%s", flags->name[1] ? "--" : "-", flags->name,
			 flags->arg ? " " : "", flags->arg ? flags->arg : "");
		fprintf(to, "  %-24s %s\n", left, flags->help);
	}
}

void flags_help(const struct verb *v, FILE *to)
{
	fprintf(to, "usage: gongkai %s [flags]%s%s\n\n%s\n", v->name, *v->operands ? " " : "", v->operands, v->help);
	if (v->flags && v->flags->name) {
		fprintf(to, "\nflags:\n");
		print_flags(v->flags, to);
	}
	fprintf(to, "\ncommon flags:\n");
	print_flags(flags_common, to);
}
