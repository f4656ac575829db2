/*
 * fault - places where tests kill a process, and pages that misbehave on purpose.
 *
 * KILL_POINT("send.pre") names a place of PROTOCOL.md. The macro puts the name into a linker section,
 * so that the binary can list its own points (fault_list, `--kill-points`), and calls fault_point().
 * Release programs link base/fault_none.c, where that is empty; test programs (build/tests/bin) link
 * base/fault_test.c, which reads GONGKAI_KILL="name[:n]" and ends the process by SIGKILL at the n-th
 * (default first) passage; with GONGKAI_KILL_ONCE=FILE only when FILE can be created, so that the
 * restarted process lives on.
 */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#define KILL_POINT(name)                                                                                               \
	do {                                                                                                           \
		static const char *const gk_point_ __attribute__((section("gk_points"), used)) = (name);               \
		fault_point(gk_point_);                                                                                \
	} while (0)

void fault_point(const char *name);
/** Prints the names of all points linked into this program, sorted, one a line. */
void fault_list(void);
/** In the parser's child, before a body is parsed: acts on a marker in the body in test programs only
 * (`gongkai-fault: segv|abrt|spin|memory|kill|sleep=MS|transient`), else nothing. Returns true for "transient". */
bool fault_page(const char *body, size_t n);

#endif
