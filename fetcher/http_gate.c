#include "fetcher/http_gate.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/url.h"

#define HOST_BYTES 256

static void keep_addresses(struct http_gate *g, const struct addrinfo *list)
{
	for (const struct addrinfo *a = list; a && g->count < HTTP_GATE_ADDRESSES_MAX; a = a->ai_next)
		if (a->ai_addrlen <= sizeof(g->exempt[0]))
			memcpy(&g->exempt[g->count++], a->ai_addr, a->ai_addrlen);
}

enum err http_gate_init(struct http_gate *g, const char *connect_to, bool allow_private)
{
	char host[HOST_BYTES];
	struct addrinfo *list = NULL;
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	*g = (struct http_gate){.allow_private = allow_private};
	if (!connect_to)
		return ERR_OK;
	const char *colon = strrchr(connect_to, ':');
	size_t n = colon ? (size_t)(colon - connect_to) : 0;
	if (n == 0 || n >= sizeof(host) || !colon[1])
		return err_set(ERR_USAGE, "--connect-to '%s' is not HOST:PORT", connect_to);
	bool brackets = connect_to[0] == '[' && connect_to[n - 1] == ']';
	n -= brackets ? 2 : 0;
	memcpy(host, connect_to + (brackets ? 1 : 0), n);
	host[n] = '\0';
	int rc = getaddrinfo(host, colon + 1, &hints, &list);
	if (rc != 0)
		return err_set(ERR_USAGE, "--connect-to '%s' names no address: %s", connect_to, gai_strerror(rc));
	keep_addresses(g, list);
	freeaddrinfo(list);
	return ERR_OK;
}

static bool same_address(const struct sockaddr *a, const struct sockaddr *b)
{
	if (a->sa_family != b->sa_family)
		return false;
	if (a->sa_family == AF_INET) {
		struct sockaddr_in x, y;
		memcpy(&x, a, sizeof(x));
		memcpy(&y, b, sizeof(y));
		return x.sin_port == y.sin_port && x.sin_addr.s_addr == y.sin_addr.s_addr;
	}
	struct sockaddr_in6 x, y;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x.sin6_port == y.sin6_port && memcmp(&x.sin6_addr, &y.sin6_addr, sizeof(x.sin6_addr)) == 0;
}

static bool to_text(const struct sockaddr *address, char *out, size_t bytes)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in a;
		memcpy(&a, address, sizeof(a));
		return inet_ntop(AF_INET, &a.sin_addr, out, (socklen_t)bytes) != NULL;
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 a;
		memcpy(&a, address, sizeof(a));
		return inet_ntop(AF_INET6, &a.sin6_addr, out, (socklen_t)bytes) != NULL;
	}
	snprintf(out, bytes, "an address of family %d", address->sa_family);
	return false;
}

bool http_gate_allows(const struct http_gate *g, const struct sockaddr *address, char *text_out, size_t text_bytes)
{
	if (!to_text(address, text_out, text_bytes))
		return false;
	if (g->allow_private)
		return true;
	for (size_t i = 0; i < g->count; i++)
		if (same_address((const struct sockaddr *)&g->exempt[i], address))
			return true;
	return !url_address_is_private(str_of(text_out));
}
