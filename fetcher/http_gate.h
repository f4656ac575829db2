/*
 * http_gate - which addresses a socket may be opened to. Used by http.c.
 */
#ifndef FETCHER_HTTP_GATE_H
#define FETCHER_HTTP_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/err.h"

#define HTTP_GATE_ADDRESSES_MAX 16

struct http_gate {
	bool allow_private;
	size_t count;
	struct sockaddr_storage exempt[HTTP_GATE_ADDRESSES_MAX]; /* what --connect-to names, port included */
};

/** connect_to: "HOST:PORT" or "[V6]:PORT", or NULL. A name is resolved here, once. ERR_USAGE when it is neither. */
enum err http_gate_init(struct http_gate *g, const char *connect_to, bool allow_private) WARN_UNUSED;
/** False when a connection to this address is refused. text_out gets the address in words. */
bool http_gate_allows(const struct http_gate *g, const struct sockaddr *address, char *text_out, size_t text_bytes);

#endif
