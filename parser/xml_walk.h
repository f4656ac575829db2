/*
 * xml_walk - elements of an XML file (UTF-8) as events, by libxml2's push parser.
 *
 * Names come without prefix. Entities are off: none is declared, so none grows. A declared charset is ignored
 * and other charsets are refused, since their tables cannot be loaded in the sandbox.
 */
#ifndef PARSER_XML_WALK_H
#define PARSER_XML_WALK_H

#include "base/err.h"
#include "base/str.h"
#include "parser/charset.h"

#define XML_WALK_ATTS_MAX 256u /* of one element; a file with more is read up to there */

struct xml_atts {
	const unsigned char **p; /* five pointers an attribute, as libxml2 gives them */
	int n;
};

struct xml_events {
	void (*start)(void *ud, const char *name, const struct xml_atts *atts);
	void (*end)(void *ud, const char *name);
	void (*text)(void *ud, const char *p, size_t n);
	void *ud;
};

struct xml_walk;

enum err xml_walk_new(const struct xml_events *ev, struct xml_walk **out) WARN_UNUSED;
/** A sink of zip_read(): `ud` is the struct xml_walk. False when the rest cannot be read. */
bool xml_walk_feed(void *ud, const char *p, size_t n);
/** Ends the file and frees it. */
void xml_walk_free(struct xml_walk *w);
/**
 * A whole file in the charset that it says or shows (charset.h). ERR_FORMAT where it is no XML; what came before that was
 * given.
 */
enum err xml_walk_all(const struct xml_events *ev, struct charsets *charsets, struct str body) WARN_UNUSED;
/** Value of the attribute with this local name; empty when it is missing. Borrowed for the event. */
struct str xml_att(const struct xml_atts *a, const char *name);
/** As a number from 0 to `max`; `other` when it is missing or none. */
unsigned xml_att_number(const struct xml_atts *a, const char *name, unsigned other, unsigned max);

#endif
