/* The sink's reading of a parsed document: any bytes are refused or give rows, never a crash. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "proto/frame.h"
#include "sink/document.h"
#include "sink/links.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *arena;
	struct sdoc doc;
	if (!arena)
		arena = arena_new(64u * 1024 * 1024);
	arena_reset(arena);
	if (sdoc_decode((struct str){(const char *)data, size}, arena, &doc) != ERR_OK)
		return 0;
	struct links links;
	struct buf lines;
	slinks_init(&links);
	buf_init(&lines, 2 * FRAME_LINKS_MAX);
	if (slinks_build(&links, &doc, 1, &lines) != ERR_OK)
		abort(); /* what was decoded must be usable */
	slinks_fini(&links);
	buf_fini(&lines);
	sdoc_fini(&doc);
	return 0;
}
