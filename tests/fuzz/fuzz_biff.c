/*
 * An XLS: the input is the workbook's stream, put into a container made here; or the whole file where it begins as
 * OLE2 does. No converter stands behind it, so that biff alone reads it.
 */
#include "fuzz_page.h"

#define SECTOR 512u

static void entry(struct buf *o, const char *name, unsigned type, uint32_t child, uint32_t first, uint32_t size)
{
	for (size_t i = 0; i < 32; i++)
		fuzz_little(o, i < strlen(name) ? (uint32_t)name[i] : 0, 2);
	fuzz_little(o, (uint32_t)(2 * strlen(name) + 2), 2);
	fuzz_little(o, type | 0x100, 2);
	fuzz_little(o, UINT32_MAX, 4);
	fuzz_little(o, UINT32_MAX, 4);
	fuzz_little(o, child, 4);
	for (unsigned i = 0; i < 9; i++)
		fuzz_little(o, 0, 4);
	fuzz_little(o, first, 4);
	fuzz_little(o, size, 4);
	fuzz_little(o, 0, 4);
}

static void pad(struct buf *o, size_t to, char with)
{
	while (o->n < to)
		(void)buf_add_char(o, with);
}

/* Head, tables of chains, directory, stream: as many sectors of chains as the stream needs. */
static void container(struct str stream, struct buf *o)
{
	uint32_t sectors = (uint32_t)((stream.n < 4096 ? 4096 : stream.n) + SECTOR - 1) / SECTOR;
	uint32_t tables = (sectors + 1 + 126) / 127, directory = tables, first = tables + 1;
	const uint32_t head[] = {0x0003003E, 0x0009FFFE,     6, 0, 0, tables, directory, 0, 4096, UINT32_MAX - 1,
				 0,          UINT32_MAX - 1, 0};
	(void)buf_add(o, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
	pad(o, 24, 0);
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		fuzz_little(o, head[i], 4);
	for (uint32_t i = 0; i < 109; i++)
		fuzz_little(o, i < tables ? i : UINT32_MAX, 4);
	pad(o, SECTOR, 0);
	for (uint32_t i = 0; i < tables * 128; i++)
		fuzz_little(o,
			    i < tables                 ? UINT32_MAX - 2
			    : i == directory           ? UINT32_MAX - 1
			    : i < first + sectors - 1  ? i + 1
			    : i == first + sectors - 1 ? UINT32_MAX - 1
						       : UINT32_MAX,
			    4);
	entry(o, "Root Entry", 5, 1, UINT32_MAX - 1, 0);
	entry(o, "Workbook", 2, UINT32_MAX, first, sectors * SECTOR);
	pad(o, SECTOR * (first + 1), 0);
	(void)buf_add_str(o, stream);
	pad(o, SECTOR * (first + 1 + (size_t)sectors), 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = {(const char *)data, n};
	struct buf o;
	if (n > 4 && memcmp(data, "\xd0\xcf\x11\xe0", 4) == 0) {
		fuzz_body(in, "", NULL);
		return 0;
	}
	if (n > 48 * 1024)
		return 0; /* longer tables of chains than the head has room for */
	buf_init(&o, 1u << 20);
	container(in, &o);
	fuzz_body(buf_str(&o), "", NULL);
	buf_fini(&o);
	return 0;
}
