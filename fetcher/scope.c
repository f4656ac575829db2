#include "fetcher/scope.h"

#include <ctype.h>

#define SEGMENTS_LOOKED_AT 64 /* of a path: longer ones are traps for their length */

static struct str bare_suffix(const char *scope)
{
	struct str s = str_of(scope);
	if (str_starts(s, STR("*.")))
		return str_sub(s, 2, s.n);
	if (str_starts(s, STR(".")))
		return str_sub(s, 1, s.n);
	return s;
}

bool scope_valid(const char *scope)
{
	struct str s = bare_suffix(scope);
	if (s.n == 0 || s.p[0] == '.' || s.p[s.n - 1] == '.')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!isalnum((unsigned char)s.p[i]) && s.p[i] != '.' && s.p[i] != '-' && s.p[i] != ':')
			return false;
	return true;
}

static bool ieq(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (tolower((unsigned char)a.p[i]) != tolower((unsigned char)b.p[i]))
			return false;
	return true;
}

static bool below(struct str host, struct str suffix)
{
	if (ieq(host, suffix))
		return true;
	if (host.n <= suffix.n || host.p[host.n - suffix.n - 1] != '.')
		return false;
	return ieq(str_sub(host, host.n - suffix.n, host.n), suffix);
}

static bool in_scope(const char *scope, const struct url_parts *source, const struct url_parts *url)
{
	if (strcmp(scope, "any") == 0)
		return true;
	if (strcmp(scope, "host") == 0)
		return str_eq(source->hostport, url->hostport);
	if (strcmp(scope, "site") == 0)
		return str_eq(url_site(source->host), url_site(url->host));
	return below(url->host, bare_suffix(scope));
}

bool scope_path_is_trap(struct str path)
{
	struct str seen[SEGMENTS_LOOKED_AT];
	unsigned count = 0;
	size_t at = 0;
	while (at < path.n) {
		size_t end = at;
		while (end < path.n && path.p[end] != '/')
			end++;
		if (end > at) {
			struct str segment = str_sub(path, at, end);
			int same = 1;
			for (unsigned i = 0; i < count; i++)
				same += str_eq(seen[i], segment);
			if (same >= SCOPE_REPEATS_MAX || count == SEGMENTS_LOOKED_AT)
				return true;
			seen[count++] = segment;
		}
		at = end + 1;
	}
	return false;
}

enum cause scope_check(const struct scope_rule *rule, const struct url_parts *source, const struct url_parts *url,
		       int depth)
{
	if (!str_eq_z(url->scheme, "http") && !str_eq_z(url->scheme, "https"))
		return CAUSE_OUT_OF_SCOPE;
	if (!in_scope(rule->scope, source, url))
		return CAUSE_OUT_OF_SCOPE;
	if (!rule->allow_private && url_host_is_address(url->host) && url_address_is_private(url->host))
		return CAUSE_PRIVATE_ADDRESS;
	if (depth > rule->depth || scope_path_is_trap(url->path))
		return CAUSE_TRAP;
	return CAUSE_NONE;
}
