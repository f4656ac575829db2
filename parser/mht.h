/*
 * mht - the page in a web archive (MHT, RFC 2557): what Word, Excel and browsers write as "single file web page", on portals
 * often under the name .doc or .xls. The parts of type text/html of a multipart body (RFC 2046), their transfer encoding
 * (RFC 2045, 6.7 and 6.8) undone; a frameset beside other pages only names them and is left out.
 *
 * Hostile input: a pass over the bytes for each level of nesting, MHT_DEPTH_MAX of them; nothing is kept but the page.
 */
#ifndef PARSER_MHT_H
#define PARSER_MHT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define MHT_DEPTH_MAX 3u
#define MHT_PARTS_MAX 2000u  /* of all levels */
#define MHT_BOUNDARY_MAX 70u /* characters (RFC 2046, 5.1.1) */
#define MHT_HEAD_MAX 8192u   /* bytes of the head of a part */

/** Does the text, without white space at its beginning, look like one? */
bool mht_is(struct str head);
/**
 * The pages' bytes, one behind the other, into `out`; *type_out is the Content-Type of the first, borrowed from `body`.
 * ERR_FORMAT: no page is in it. ERR_LIMIT, ERR_NOMEM: of `out`, which keeps what fitted.
 */
enum err mht_page(struct str body, struct buf *out, struct str *type_out) WARN_UNUSED;

#endif
