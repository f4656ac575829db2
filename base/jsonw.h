/*
 * jsonw - streaming JSON writer into a buf: constant memory for documents of any size.
 *
 * Commas are set by the writer. Strings are UTF-8; invalid bytes become U+FFFD. Errors stay in the
 * buf's `sticky`. Nesting is at most JSONW_DEPTH; more is a bug and aborts.
 */
#ifndef BASE_JSONW_H
#define BASE_JSONW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define JSONW_DEPTH 16

struct jsonw {
	struct buf *out; /* borrowed */
	unsigned depth;
	bool first[JSONW_DEPTH];
	bool after_key;
};

void jsonw_init(struct jsonw *w, struct buf *out);
void jsonw_object(struct jsonw *w);
void jsonw_array(struct jsonw *w);
/** Ends the innermost object or array. */
void jsonw_end(struct jsonw *w, char bracket);
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_str(struct jsonw *w, struct str s);
/** NULL z writes null. */
void jsonw_z(struct jsonw *w, const char *z);
void jsonw_int(struct jsonw *w, int64_t v);
/** Shortest form that reads back equal; whole numbers without a point. */
void jsonw_num(struct jsonw *w, double v);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
/** Text that already is JSON. */
void jsonw_raw(struct jsonw *w, struct str json);
/* key and value in one */
void jsonw_kstr(struct jsonw *w, const char *key, struct str s);
void jsonw_kz(struct jsonw *w, const char *key, const char *z);
void jsonw_kint(struct jsonw *w, const char *key, int64_t v);
void jsonw_knum(struct jsonw *w, const char *key, double v);
void jsonw_kbool(struct jsonw *w, const char *key, bool v);

#endif
