#include "daemons/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/jsonw.h"
#include "daemons/flags.h"
#include "fetcher/frontier_db.h"
#include "fetcher/politeness.h"
#include "fetcher/scope.h"

#define REQUEST_MAX (64 * 1024)
#define NAME_MAX_BYTES 256 /* of a region, a body, a user agent */

static enum err check_number(const struct verb_env *env, const char *name, double min, double max, const char *what)
{
	double value;

	return flags_number(env, name, min, min, max, what, &value);
}

/* --scope, --depth and --pages */
static enum err check_limits(const struct verb_env *env)
{
	const char *scope = conf_get(env->conf, "scope");
	enum err err = ERR_OK;

	if (scope && !scope_valid(scope))
		return err_set(ERR_USAGE, "bad scope: --scope %.100s: give host, site, any, or a suffix such as gov.cn",
			       scope);
	err = check_number(env, "depth", 0, 1000, "links");
	if (!err)
		err = check_number(env, "pages", 1, 1e9, "pages a source");
	return err;
}

/* HOST:PORT, [IPV6]:PORT */
static enum err check_connect_to(const char *z)
{
	const char *colon = strrchr(z, ':');
	char *end = NULL;
	long port = colon ? strtol(colon + 1, &end, 10) : 0;
	bool host_ok =
		colon && colon != z && (z[0] == '[' ? colon[-1] == ']' : memchr(z, ':', (size_t)(colon - z)) == NULL);

	if (!host_ok || !end || *end || end == colon + 1 || port < 1 || port > 65535)
		return err_set(ERR_USAGE, "bad address: --connect-to %.200s: give HOST:PORT, such as 127.0.0.1:8088",
			       z);
	return ERR_OK;
}

static enum err check_word(const struct verb_env *env, const char *name)
{
	const char *z = conf_get(env->conf, name);

	if (!z)
		return ERR_OK;
	if (!*z || strlen(z) > NAME_MAX_BYTES)
		return err_set(ERR_USAGE, "bad text: --%s: give 1 to %d bytes", name, NAME_MAX_BYTES);
	for (const char *p = z; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			return err_set(ERR_USAGE, "bad text: --%s: give it without control characters", name);
	}
	return ERR_OK;
}

static enum err check_delay(const struct verb_env *env)
{
	double delay = 2;
	enum err err = check_number(env, "delay", 0, 86400, "seconds");

	if (err || conf_get_num(env->conf, "delay", 2, 0, 86400, &delay) || delay > 0)
		return err;
	if (!conf_get(env->conf, "connect-to") && !conf_get_bool(env->conf, "allow-private"))
		return err_set(ERR_USAGE, "no pause between requests: --delay 0: only with --connect-to or "
					  "--allow-private, for hosts of your own");
	return ERR_OK;
}

static enum err check_window(const struct verb_env *env)
{
	struct polite_rules rules;
	const char *z = conf_get(env->conf, "window");

	if (z && !polite_window_parse(z, &rules))
		return err_set(ERR_USAGE,
			       "bad hours: --window %.40s: give HH:MM-HH:MM by the clock of China, such as 22:00-06:00",
			       z);
	return ERR_OK;
}

enum err settings_check(const struct verb_env *env)
{
	const char *to = conf_get(env->conf, "connect-to"), *keep = conf_get(env->conf, "keep-text");
	enum err err = check_limits(env);

	if (!err)
		err = check_delay(env);
	if (!err)
		err = check_window(env);
	if (!err)
		err = check_number(env, "daily-cap", 0, 1e9, "requests");
	if (!err && to)
		err = check_connect_to(to);
	if (!err)
		err = check_number(env, "frontier-memory", FDB_MEMORY_MIN_MIB, FDB_MEMORY_MAX_MIB, "mebibytes");
	if (!err)
		err = check_number(env, "revisit-budget", 0, 1e9, "visits");
	if (!err)
		err = check_number(env, "confirm-after", 0, 86400, "seconds");
	if (!err)
		err = check_number(env, "lease-timeout", 1, 86400, "seconds");
	if (!err && keep && strcmp(keep, "all") != 0 && strcmp(keep, "reports") != 0)
		err = err_set(ERR_USAGE, "bad word: --keep-text %.100s: give all or reports", keep);
	if (!err)
		err = check_word(env, "user-agent");
	if (!err)
		err = check_word(env, "contact");
	if (!err)
		err = check_word(env, "region");
	if (!err)
		err = check_word(env, "body");
	return err;
}

static void key_of_flag(struct jsonw *w, const struct verb_env *env, const char *name, bool number)
{
	const char *z = conf_get(env->conf, name);

	if (!z)
		return;
	if (number)
		jsonw_kint(w, name, strtoll(z, NULL, 10));
	else
		jsonw_kz(w, name, z);
}

enum err settings_post_source(const struct verb_env *env, const char *url, const char *region, const char *body,
			      struct inbox_result *out)
{
	struct buf json;
	struct jsonw w;
	enum err err;

	buf_init(&json, REQUEST_MAX);
	jsonw_init(&w, &json);
	jsonw_object(&w);
	jsonw_kz(&w, "verb", "add");
	jsonw_kz(&w, "url", url);
	if (!region || !*region)
		region = conf_get(env->conf, "region");
	if (!body || !*body)
		body = conf_get(env->conf, "body");
	if (region)
		jsonw_kz(&w, "region", region);
	if (body)
		jsonw_kz(&w, "body", body);
	key_of_flag(&w, env, "scope", false);
	key_of_flag(&w, env, "depth", true);
	key_of_flag(&w, env, "pages", true);
	jsonw_end(&w, '}');
	err = json.sticky ? err_set(json.sticky, "too long: %.100s", url) : inbox_post(env->data_dir, json.p, out);
	buf_fini(&json);
	return err;
}
