/*
 * zip - members of a zip archive in memory. Hostile ones cost bounded time and memory.
 *
 * The central directory is believed for names and places only; sizes are what comes out. Where it is broken the
 * local heads are walked instead. Stored and deflated members are read; encrypted ones are ERR_FORMAT. All
 * members of an archive share ZIP_UNPACKED_MAX bytes; a member that grows more than ZIP_RATIO_MAX fold ends
 * there. There is no library between, since the sandbox lets none load tables for names' charsets.
 */
#ifndef PARSER_ZIP_H
#define PARSER_ZIP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define ZIP_MEMBERS_MAX 4096u
#define ZIP_UNPACKED_MAX (32u * 1024 * 1024) /* of all members of an archive that are read */
#define ZIP_RATIO_MAX 300u                   /* unpacked to packed, beyond the first ZIP_RATIO_FROM bytes */
#define ZIP_RATIO_FROM (1024u * 1024)

struct zip_member {
	struct str name; /* as it stands there, in any charset */
	size_t at;       /* of the local head */
	uint16_t flags, method;
	uint32_t packed; /* 0: not known beforehand */
};

struct zip {
	struct str body;
	struct zip_member *members;
	size_t count;
	size_t unpacked; /* so far */
	bool cut;        /* more than ZIP_MEMBERS_MAX */
};

/** Members in the order of the directory, in the arena. ERR_FORMAT when there is none. */
enum err zip_open(struct zip *z, struct str body, struct arena *a) WARN_UNUSED;
/** Index of the member `name`, or -1. */
long zip_find(const struct zip *z, const char *name);
/**
 * Unpack a member piece by piece; the sink ends it with false. ERR_LIMIT at a maximum, ERR_FORMAT for damage or
 * an unknown method; what came before it was given.
 */
enum err zip_read(struct zip *z, size_t member, bool (*sink)(void *ud, const char *p, size_t n), void *ud) WARN_UNUSED;

#endif
