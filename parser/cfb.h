/*
 * cfb - streams of an OLE2 container (compound file binary, MS-CFB), which holds DOC, XLS, WPS and ET files.
 *
 * All of it is in memory and in the arena. Chains of sectors are walked with a counter, so that a loop ends; what lies
 * outside of the file is empty. Names are compared as ASCII.
 */
#ifndef PARSER_CFB_H
#define PARSER_CFB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define CFB_DIRECTORY_MAX (4u << 20) /* bytes of it that are looked through */

struct cfb;

/** `body` is borrowed for the arena's life. ERR_FORMAT when it is no container. */
enum err cfb_open(struct str body, struct arena *a, struct cfb **out) WARN_UNUSED;
/**
 * The first `max` bytes of the root's own stream of this name, never of one of an embedded file; empty when there is
 * none. In the arena, or borrowed from the body.
 */
struct str cfb_stream(struct cfb *c, const char *name, size_t max);
/** A number of 1, 2 or 4 bytes, the lowest first; bytes behind the end are zero. */
uint32_t cfb_number(struct str s, size_t at, unsigned bytes);

#endif
