/*
 * sandbox - what the parser's child may still do once it has loaded all it needs: compute, use memory up to
 * SANDBOX_MEMORY_MAX, and read and write descriptors that are open. Anything else kills it by SIGSYS.
 *
 * Under sanitizers the limit of address space and the filter of system calls are left out, since the
 * sanitizers' own runtime needs more; the other limits hold.
 */
#ifndef PARSER_SANDBOX_H
#define PARSER_SANDBOX_H

#include "base/err.h"

#define SANDBOX_MEMORY_MAX (512u * 1024 * 1024) /* bytes of address space */
#define SANDBOX_FILES_MAX 8

/** Once, after everything is loaded; there is no way back. */
enum err sandbox_enter(void) WARN_UNUSED;

#endif
