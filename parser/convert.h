/*
 * convert - other programs that read what this one does not: PDF, DOC, XLS. Each run is a process of its own.
 *
 * The program gets the body as a sealed file in memory at descriptor 0 and named /proc/self/fd/0, a pipe as
 * standard output and nothing else. It runs with limits of its own (below), without network, without writing
 * to any file and without starting programs (a filter of system calls), without reading other files than its own
 * libraries and tables where the kernel has Landlock (confine.h), and dies with its parent. Whatever it
 * does costs one page its text: convert_run() returns what happened and never hangs.
 *
 * A sandboxed process cannot start programs; it asks the broker (broker.h), which calls convert_run() for it.
 */
#ifndef PARSER_CONVERT_H
#define PARSER_CONVERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define CONVERT_WALL_MS 20000                   /* all conversions of one page together */
#define CONVERT_CPU_S 15                        /* of one run */
#define CONVERT_MEMORY_MAX (512u * 1024 * 1024) /* address space of one run, bytes */
#define CONVERT_OUTPUT_MAX (48u * 1024 * 1024)  /* what one run may write, bytes */
#define CONVERT_BODY_MAX (32u * 1024 * 1024)
#define CONVERT_PAGES_MAX 500 /* pages of a PDF that are read */

enum convert_tool {
	CONVERT_PDF_WORDS, /* words with their boxes */
	CONVERT_PDF_RULES, /* drawn lines of pages first..last */
	CONVERT_DOC,
	CONVERT_DOC_AGAIN, /* what reads files that CONVERT_DOC refuses */
	CONVERT_XLS,
	CONVERT_TOOLS
};

enum convert_result {
	CONVERT_OK,
	CONVERT_MISSING, /* the program is not installed */
	CONVERT_REFUSED, /* it ended with an error: the file is damaged, encrypted or of another kind */
	CONVERT_CRASHED,
	CONVERT_TIME,    /* over its wall or CPU time */
	CONVERT_LARGE,   /* over CONVERT_OUTPUT_MAX */
	CONVERT_STOPPED, /* the sink wants no more */
	CONVERT_FAILED   /* this side cannot start it: out of processes, memory or descriptors */
};

struct convert_job {
	enum convert_tool tool;
	unsigned first, last; /* pages from 1, CONVERT_PDF_RULES only */
	int wall_ms;          /* at most CONVERT_WALL_MS */
};

/** Takes output piece by piece; false stops the run. */
typedef bool (*convert_sink)(void *ud, const char *p, size_t n);

/** What a parser is given to convert with: convert_run() itself, or the broker's client. */
struct converter {
	enum convert_result (*run)(void *ctx, const struct convert_job *job, struct str body, convert_sink sink,
				   void *ud);
	void *ctx;
};

/** Run one conversion in this process. `ctx` is not used. */
enum convert_result convert_run(void *ctx, const struct convert_job *job, struct str body, convert_sink sink, void *ud);
/** One line for people: what happened and what to do. Static. NULL for CONVERT_OK and CONVERT_STOPPED. */
const char *convert_why(enum convert_tool tool, enum convert_result r);

#endif
