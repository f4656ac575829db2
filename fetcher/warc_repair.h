/*
 * warc_repair - cutting archive files behind their last whole record, after a crash or a loss of power. Used by warc.c.
 */
#ifndef FETCHER_WARC_REPAIR_H
#define FETCHER_WARC_REPAIR_H

#include <stdint.h>

#include "base/err.h"

/**
 * Repair the two newest files of data_dir/archive, and say what the next file must know: a number above every file's
 * (1 for the first) and the first fetch_id of the newest readable warcinfo (0: none).
 */
enum err warc_repair(const char *data_dir, long *next_number_out, uint64_t *first_fetch_id_out) WARN_UNUSED;

#endif
