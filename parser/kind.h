/*
 * kind - what the bytes are, by looking at them. A Content-Type is a hint between text and markup only:
 * servers send PDFs as octet-stream and lists of links as text/html.
 */
#ifndef PARSER_KIND_H
#define PARSER_KIND_H

#include "parser/document.h"

#define KIND_HEAD_BYTES (64u * 1024) /* what kind_sniff() wants to see, where there is as much */

/** `head` is the body's beginning after content-encoding. */
enum doc_kind kind_sniff(struct str head, struct str content_type);
/** NULL when the kind is read, else one line that says why it is not. Static. */
const char *kind_unsupported(enum doc_kind k);

#endif
