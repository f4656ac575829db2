/*
 * loop - the parser's parent at work: sockets, child, heartbeats, drain (PROTOCOL.md). One thread.
 *
 * What a crash here costs: the pages that are held; the fetcher releases them when the heartbeats stop.
 * Nothing of a page outlives it but the FAILs that wait, and these are repeated by the next parse.
 */
#ifndef PARSER_LOOP_H
#define PARSER_LOOP_H

#include <signal.h>

#include "base/err.h"

struct loop_options {
	const char *listen;  /* endpoint to bind for pages */
	const char *control; /* the fetcher's PULL */
	const char *docs;    /* the sink's PULL */
	const char *exe;     /* this program, started again as the child */
	int drain_fd;        /* its end of file begins the drain; -1 for none */
	int signal_fd;       /* signalfd of SIGTERM, SIGCHLD and, when it should drain, SIGINT */
};

/** Until a drain is done. All of `o` is borrowed. */
enum err loop_run(const struct loop_options *o) WARN_UNUSED;

#endif
