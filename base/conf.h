/*
 * conf - settings in layers: built-in default, then the INI file (/etc/gongkai/gongkai.conf, or
 * GONGKAI_CONF), then the environment (GONGKAI_DELAY for "delay"), then the command line.
 * One table of names serves all layers, `--help` and the manual's check.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stdbool.h>

#include "base/err.h"

struct conf;

/** Reads file and environment. A missing file is no error; an unreadable or malformed one is ERR_INPUT / ERR_USAGE with place. */
enum err conf_load(struct conf **out) WARN_UNUSED;
void conf_free(struct conf *c);
/** Command-line value: wins over all. `name` without dashes ("connect-to"). */
void conf_set(struct conf *c, const char *name, const char *value);
/** NULL when no layer has it. Borrowed until conf_free() or conf_set() of that name. */
const char *conf_get(const struct conf *c, const char *name);
enum err conf_get_num(const struct conf *c, const char *name, double deflt, double min, double max,
		      double *out) WARN_UNUSED;
bool conf_get_bool(const struct conf *c, const char *name);

#endif
