/*
 * daemon_main - what the mains of the three daemons share: flags over environment over file, --help, --version,
 * --kill-points, the log, and the exit status. Linked into each daemon, not into the command (flags.h).
 */
#ifndef DAEMONS_DAEMON_MAIN_H
#define DAEMONS_DAEMON_MAIN_H

#include "base/conf.h"
#include "base/err.h"

struct daemon_flag {
	const char *name; /* "drain-fd" */
	const char *arg;  /* "N", or NULL for a switch */
	const char *help; /* one line */
};

/* one program; all borrowed for the life of the process */
struct daemon_program {
	const char *name;                /* "gongkai-sink" */
	const char *purpose;             /* one line of its help */
	const char *notes;               /* lines behind the flags of its help, or NULL */
	const struct daemon_flag *flags; /* its own, ended by a NULL name */
	/* Works until it is told to end. *status (0 before) is the exit status when nothing failed. */
	enum err (*serve)(const struct conf *conf, int *status);
};

/** Allocations from 256 KiB on go back to the system when they are freed: one large body does not stay in the memory of the process. */
void daemon_return_memory(void);

/**
 * The whole of main(): returns its exit status, with one line on standard error when something failed. An unknown flag, one
 * without its value and a switch with one are usage errors.
 */
int daemon_main(const struct daemon_program *d, int argc, char **argv);

#endif
