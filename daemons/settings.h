/*
 * settings - the crawl's settings as people give them, checked before anything starts; and sources for the inbox.
 */
#ifndef DAEMONS_SETTINGS_H
#define DAEMONS_SETTINGS_H

#include "base/err.h"
#include "daemons/verb.h"
#include "fetcher/inbox.h"

/** --delay, --window, --daily-cap, --scope, --depth, --pages, --connect-to, --lease-timeout, --keep-text, --user-agent, --contact. ERR_USAGE. */
enum err settings_check(const struct verb_env *env) WARN_UNUSED;

/**
 * Post one source with the limits of `env`. `url` is canonical; region and body may be NULL: the flags' values.
 * Errors as inbox_post().
 */
enum err settings_post_source(const struct verb_env *env, const char *url, const char *region, const char *body,
			      struct inbox_result *out) WARN_UNUSED;

#endif
