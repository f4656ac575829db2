/*
 * broker - a small process that starts converters for the sandboxed child, which may not start programs.
 *
 * It is forked before the sandbox and lives as long as its child: it ends at the end of file of its socket, and
 * is killed when the child dies, and a converter with it. It only carries bytes: request in, convert_run(),
 * output back piece by piece. When it dies the child goes on without converters (CONVERT_FAILED).
 */
#ifndef PARSER_BROKER_H
#define PARSER_BROKER_H

#include "base/err.h"
#include "parser/convert.h"

struct broker;

/** Fork it. Single-threaded callers only. Every other descriptor than 0 to 2 is closed in it. */
enum err broker_new(struct broker **out) WARN_UNUSED;
void broker_free(struct broker *b);
/** struct converter's `run`; `ctx` is the struct broker. Blocks until the end, at most CONVERT_WALL_MS and a little. */
enum convert_result broker_run(void *ctx, const struct convert_job *job, struct str body, convert_sink sink, void *ud);

#endif
