/*
 * confine - takes a process the right to open any file but what a converter needs (Landlock, Linux 5.13 and later).
 *
 * What stays: reading and running the programs named, reading shared libraries, locales and the converters' own tables
 * (poppler-data, antiword's and catdoc's charsets), and descriptors that are open. Nothing can be written or listed
 * elsewhere. The right is given up for the process and all it starts, and cannot be had back.
 */
#ifndef PARSER_CONFINE_H
#define PARSER_CONFINE_H

#include <stdbool.h>

enum confine_result {
	CONFINE_DONE,
	CONFINE_ABSENT, /* this kernel has no Landlock, or it is off: the other limits stay alone */
	CONFINE_FAILED  /* it has, and refused: the process must not go on */
};

/**
 * Only calls that are safe after fork(2); no_new_privs (prctl(2)) must be set. `programs`: paths, ended by NULL; those that
 * do not exist are passed over.
 */
enum confine_result confine_files(const char *const *programs);
/** Does this kernel have Landlock? */
bool confine_possible(void);

#endif
