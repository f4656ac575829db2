#include "base/conf.h"

#include "base/buf.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define CONF_FILE "/etc/gongkai/gongkai.conf"
#define CONF_FILE_MAX (256u * 1024)
#define CONF_LINE_MAX 190 /* inih reads lines of 200 bytes and would take the rest for a line of its own */
#define CONF_NAME_MAX 64
#define CONF_SETTINGS_MAX 512
#define ENV_PREFIX "GONGKAI_"

/* in the order of who wins */
enum layer { LAYER_FILE, LAYER_ENV, LAYER_COMMAND };

struct setting {
	char name[CONF_NAME_MAX];
	enum layer layer;
	char *value; /* owned */
};

struct conf {
	struct setting *settings;
	size_t count;
	bool overflow;
};

/* "CONNECT_TO" and "connect-to" are one name */
static bool normal_name(const char *in, char out[CONF_NAME_MAX])
{
	size_t n = strlen(in);
	if (n == 0 || n >= CONF_NAME_MAX)
		return false;
	for (size_t i = 0; i <= n; i++)
		out[i] = in[i] == '_' ? '-' : (char)tolower((unsigned char)in[i]);
	return true;
}

static void put(struct conf *c, const char *name, const char *value, enum layer layer)
{
	char key[CONF_NAME_MAX];
	if (!normal_name(name, key)) {
		c->overflow = true;
		return;
	}
	struct setting *s = NULL;
	for (size_t i = 0; i < c->count && !s; i++)
		if (c->settings[i].layer == layer && !strcmp(c->settings[i].name, key))
			s = &c->settings[i];
	if (!s && c->count == CONF_SETTINGS_MAX) {
		c->overflow = true;
		return;
	}
	char *copy = strdup(value);
	if (!copy)
		abort(); /* at the start of a program, a few bytes */
	if (!s) {
		s = &c->settings[c->count++];
		memcpy(s->name, key, sizeof(key));
		s->layer = layer;
		s->value = NULL;
	}
	free(s->value);
	s->value = copy;
}

static int on_setting(void *user, const char *section, const char *name, const char *value)
{
	(void)section; /* sections only order the file for people */
	struct conf *c = user;
	put(c, name, value ? value : "", LAYER_FILE);
	return !c->overflow;
}

static enum err check_lines(const char *path, struct str text)
{
	size_t line = 1, start = 0;
	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && text.p[i] == '\0')
			return err_set(ERR_USAGE, "'%s' line %zu: a NUL byte: this is not a text file", path, line);
		if (i < text.n && text.p[i] != '\n')
			continue;
		if (i - start > CONF_LINE_MAX)
			return err_set(ERR_USAGE, "'%s' line %zu is longer than %d bytes: shorten it", path, line,
				       CONF_LINE_MAX);
		line++;
		start = i + 1;
	}
	return ERR_OK;
}

static enum err read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "re");
	if (!f)
		return errno == ENOENT ? ERR_NOTFOUND : err_errno(ERR_INPUT, "cannot read settings from '%s'", path);
	enum err e = ERR_OK;
	for (;;) {
		char *p = buf_reserve(out, 4096);
		if (!p) {
			e = err_set(ERR_INPUT, "'%s' is larger than %u bytes: this is no settings file", path,
				    CONF_FILE_MAX);
			break;
		}
		size_t n = fread(p, 1, 4096, f);
		buf_commit(out, n);
		if (n < 4096) {
			if (ferror(f))
				e = err_errno(ERR_INPUT, "cannot read settings from '%s'", path);
			break;
		}
	}
	fclose(f);
	return e;
}

static enum err load_file(struct conf *c, const char *path)
{
	struct buf text;
	buf_init(&text, CONF_FILE_MAX + 4096);
	enum err e = read_file(path, &text);
	if (e == ERR_NOTFOUND) {
		e = ERR_OK;
		goto done;
	}
	if (e == ERR_OK)
		e = check_lines(path, buf_str(&text));
	if (e != ERR_OK)
		goto done;
	int line = ini_parse_string(text.p ? text.p : "", on_setting, c);
	if (line != 0)
		e = err_set(ERR_USAGE, "'%s' line %d is not 'name = value': correct it", path, line);
done:
	buf_fini(&text);
	return e;
}

static void load_environment(struct conf *c)
{
	for (char **e = environ; *e; e++) {
		char name[CONF_NAME_MAX];
		const char *eq = strchr(*e, '=');
		if (!eq || strncmp(*e, ENV_PREFIX, sizeof(ENV_PREFIX) - 1) != 0)
			continue;
		const char *start = *e + sizeof(ENV_PREFIX) - 1;
		size_t n = (size_t)(eq - start);
		if (n == 0 || n >= sizeof(name))
			continue;
		memcpy(name, start, n);
		name[n] = '\0';
		put(c, name, eq + 1, LAYER_ENV);
	}
}

enum err conf_load(struct conf **out)
{
	*out = NULL;
	struct conf *c = calloc(1, sizeof(*c));
	if (c)
		c->settings = calloc(CONF_SETTINGS_MAX, sizeof(*c->settings));
	if (!c || !c->settings) {
		conf_free(c);
		return err_set(ERR_NOMEM, "out of memory for settings");
	}
	const char *path = getenv("GONGKAI_CONF");
	enum err e = load_file(c, path && *path ? path : CONF_FILE);
	if (e != ERR_OK) {
		conf_free(c);
		return e;
	}
	load_environment(c);
	*out = c;
	return ERR_OK;
}

void conf_free(struct conf *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++)
		free(c->settings[i].value);
	free(c->settings);
	free(c);
}

void conf_set(struct conf *c, const char *name, const char *value)
{
	put(c, name, value, LAYER_COMMAND);
}

const char *conf_get(const struct conf *c, const char *name)
{
	char key[CONF_NAME_MAX];
	const struct setting *best = NULL;
	if (!normal_name(name, key))
		return NULL;
	for (size_t i = 0; i < c->count; i++) {
		const struct setting *s = &c->settings[i];
		if (!strcmp(s->name, key) && (!best || s->layer > best->layer))
			best = s;
	}
	return best ? best->value : NULL;
}

enum err conf_get_num(const struct conf *c, const char *name, double deflt, double min, double max, double *out)
{
	const char *z = conf_get(c, name);
	*out = deflt;
	if (!z)
		return ERR_OK;
	char *end;
	double v = strtod(z, &end);
	if (end == z || *end || !isfinite(v))
		return err_set(ERR_USAGE, "%s: '%s' is not a number", name, z);
	if (v < min || v > max)
		return err_set(ERR_USAGE, "%s: %s is outside %g to %g", name, z, min, max);
	*out = v;
	return ERR_OK;
}

bool conf_get_bool(const struct conf *c, const char *name)
{
	const char *z = conf_get(c, name);
	return z && (!strcmp(z, "1") || !strcasecmp(z, "yes") || !strcasecmp(z, "true") || !strcasecmp(z, "on"));
}
