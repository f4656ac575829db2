/*
 * keeper - the parent's hold on its child: starts it, feeds it one page at a time without blocking, limits it,
 * and says how it ended (PROTOCOL.md rule 3).
 *
 * The limit of CPU time is set from here for every page, relative to what the child has used so far, so that
 * the child needs no right to change limits. Nothing that comes from the child is believed: sizes are checked
 * before memory is taken, codes are chosen here.
 */
#ifndef PARSER_KEEPER_H
#define PARSER_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "parser/child.h"
#include "parser/parse.h"
#include "proto/cause.h"

#define KEEPER_CPU_BASE_MS 2000
#define KEEPER_CPU_PER_MB_MS 2000
#define KEEPER_CPU_MAX_MS 20000
#define KEEPER_WALL_MIN_MS 10000
#define KEEPER_START_MS 30000 /* a child that is not ready by then is killed */
#define KEEPER_STARTS_MAX 10  /* so many starts in a row without a ready child: the program is broken */
#define KEEPER_DETAIL_MAX 600

/** CPU time a page may use, and after how much wall time its child is killed. */
int64_t keeper_cpu_ms(uint64_t body_bytes);
int64_t keeper_wall_ms(uint64_t body_bytes);

/* why the parent itself killed the child */
enum keeper_kill { KEEPER_KILL_NONE, KEEPER_KILL_WALL, KEEPER_KILL_NONSENSE };
struct keeper_verdict {
	enum cause cause;
	int signal; /* 0 when none */
};
/** Rule 3 for a wait status (waitpid(2)). A death that is not the page's doing is CAUSE_LEASE_LOST. */
struct keeper_verdict keeper_verdict(int wait_status, enum keeper_kill killed);

struct keeper_result {
	enum { KEEPER_NOTHING, KEEPER_DOC, KEEPER_FAIL } kind;
	char *doc; /* KEEPER_DOC: owned by the caller, free() */
	size_t doc_bytes;
	enum cause cause; /* KEEPER_FAIL */
	bool permanent;
	int signal;
	char detail[KEEPER_DETAIL_MAX];
};

struct keeper;
/** No child runs until keeper_turn(). `exe` is borrowed. */
struct keeper *keeper_new(const char *exe);
/** Kills the child when it runs. */
void keeper_free(struct keeper *k);
/** Descriptor to poll, -1 while none; for writing too when keeper_writing(). */
int keeper_fd(const struct keeper *k);
bool keeper_writing(const struct keeper *k);
/** When keeper_turn() must run at the latest though nothing happens on the descriptor; monotonic ms, INT64_MAX for never. */
int64_t keeper_deadline_ms(const struct keeper *k);
/** The child is there and idle. */
bool keeper_ready(const struct keeper *k);
/** Give the page to the idle child. All of `in` stays borrowed until keeper_writing() is false or a result came. */
void keeper_give(struct keeper *k, const struct parse_input *in, int64_t now_ms);
/** Move bytes both ways, watch the time, notice a death, start a new child. ERR_INTERNAL when no child can be started. */
enum err keeper_turn(struct keeper *k, int64_t now_ms, struct keeper_result *out) WARN_UNUSED;
/** Children started so far. */
unsigned keeper_starts(const struct keeper *k);

#endif
