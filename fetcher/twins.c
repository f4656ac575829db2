/* twins - what an address is made of, and what the counts of a pair mean: pure functions. */
#include "fetcher/twins.h"

#include <stdio.h>

#include "base/hash.h"

static const struct {
	const char *label;
	int better;
} labels[] = {{"www.", 1}, {"m.", -4}, {"wap.", -4}, {"3g.", -4}, {"mobile.", -4}};
static const char *const folders[] = {"/m/", "/wap/", "/mobile/"};

/* The name without its label, when that leaves a name of the same registrable domain. */
static struct str bare(struct str host, int *better)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		struct str label = str_of(labels[i].label);
		if (!str_starts(host, label))
			continue;
		struct str rest = str_sub(host, label.n, host.n);
		if (rest.n < url_site(host).n || !str_eq(url_site(rest), url_site(host)))
			continue;
		*better += labels[i].better;
		return rest;
	}
	return host;
}

bool twins_split(struct str url, struct twins_parts *out)
{
	struct url_parts u;
	if (url_split(url, &u) || url_host_is_address(u.host))
		return false;
	bool https = str_eq_z(u.scheme, "https");
	out->better = https ? 2 : 0;
	struct str name = bare(u.host, &out->better), folder = STR("");
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (str_starts(u.path, str_of(folders[i]))) {
			folder = str_sub(u.path, 0, strlen(folders[i]) - 1);
			out->better -= 4;
		}
	unsigned port = u.port == (https ? 443 : 80) ? 0 : u.port;
	out->family = (hash64(name.p, name.n) ^ port * 0x9E3779B97F4A7C15ull) | 1;
	size_t n = (size_t)(u.path.p - url.p) + folder.n;
	if (n >= sizeof(out->form))
		return false;
	memcpy(out->form, url.p, n);
	out->form[n] = 0;
	out->rest = str_sub(url, n, url.n);
	return true;
}

enum twins_state twins_judge(const struct twins_pair *p, bool *turn_out)
{
	*turn_out = false;
	if (p->state == TWINS_FOUND_WRONG)
		return TWINS_FOUND_WRONG;
	if (p->state == TWINS_SETTLED)
		return p->differ + p->failed + p->back >= TWINS_REFUTED ? TWINS_FOUND_WRONG : TWINS_SETTLED;
	/* texts change between two fetches, so that a page may differ which is the same */
	bool mostly = p->same + p->forth + p->back > 3 * p->differ;
	if (p->back == 0 && p->same + p->forth >= TWINS_EVIDENCE && mostly)
		return TWINS_SETTLED;
	*turn_out = p->forth == 0 && p->back >= TWINS_EVIDENCE && mostly;
	return *turn_out ? TWINS_SETTLED : TWINS_OPEN;
}

bool twins_probe(int64_t met)
{
	return ((met + 1) & met) == 0 || (met + 1) % TWINS_PROBE == 0;
}
