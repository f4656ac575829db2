/*
 * credit - how much one parser may hold: pure functions over a small struct (PROTOCOL.md rule 1).
 *
 * Credit belongs to one lease and returns once. A page larger than the byte credit, or a solo page,
 * goes out only when nothing is outstanding, and nothing follows it until it is back.
 */
#ifndef PROTO_CREDIT_H
#define PROTO_CREDIT_H

#include <stdbool.h>
#include <stdint.h>

struct credit {
	int64_t msgs_max, bytes_max; /* as the parser announced */
	int64_t msgs, bytes;         /* outstanding */
	bool exclusive;              /* a solo or oversize page is outstanding */
};

void credit_init(struct credit *c, int64_t msgs_max, int64_t bytes_max);
/** May a page of `bytes` be sent now? */
bool credit_allows(const struct credit *c, int64_t bytes, bool solo);
void credit_take(struct credit *c, int64_t bytes, bool solo);
/** Give back what one lease took. Asserts that no more comes back than went out. */
void credit_return(struct credit *c, int64_t bytes);

#endif
