/*
 * child - the process that reads hostile bytes: one page after the other from a socketpair, documents back.
 *
 * The parent starts it as `gongkai-parser --child` with the socketpair at CHILD_FD. After parse_new() it goes
 * into the sandbox (parser/sandbox.h) and says CHILD_READY; then it serves requests until the end of file.
 * A crash here costs one page: the parent sees it, blames that page and starts a new child. A refused
 * allocation ends the child with CHILD_EXIT_MEMORY. The parent believes no number that comes from here.
 *
 * Both sides are one program on one machine, so the heads travel as plain structs. Request: head, the five
 * texts, the body. Answer: head, detail, document.
 */
#ifndef PARSER_CHILD_H
#define PARSER_CHILD_H

#include <stdint.h>

#define CHILD_FD 3
#define CHILD_EXIT_MEMORY 86
#define CHILD_MAGIC 0x474B4348u
#define CHILD_TEXT_MAX 16384u /* any one text of a request, bytes */
#define CHILD_DETAIL_MAX 500u

enum child_text { CHILD_URL, CHILD_FINAL_URL, CHILD_CONTENT_TYPE, CHILD_CONTENT_ENCODING, CHILD_CONTEXT, CHILD_TEXTS };

struct child_request {
	uint32_t magic;
	uint32_t text_bytes[CHILD_TEXTS];
	uint64_t body_bytes;
};

enum child_answer_kind {
	CHILD_READY = 1,
	CHILD_DOC,          /* document follows */
	CHILD_NOT_PARSABLE, /* permanent */
	CHILD_NOT_INFLATED, /* permanent: the content-encoding is damaged or unknown */
	CHILD_UNSUPPORTED,  /* permanent: an image, a program: nothing that is read here */
	CHILD_NEEDS_OCR,    /* permanent: pictures without a text layer */
	CHILD_SOFT_ERROR,   /* permanent: an error page with status 200 */
	CHILD_CHALLENGE,    /* permanent: a guard's page in its place */
	CHILD_TRANSIENT,    /* may work another time */
	CHILD_CONVERTING /* another program reads the page first: its time is not the child's; once a page, before the answer */
};

struct child_answer {
	uint32_t magic;
	uint32_t kind;
	uint32_t detail_bytes;
	uint64_t doc_bytes;
};

/** Serve on `fd` until its end; returns the exit status. */
int child_main(int fd);

#endif
