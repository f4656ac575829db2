/*
 * Archives: the input is the file where it begins as a zip (or OLE2) does; else its parts between zero bytes are the
 * members of one that is made here, each a name, a line end and the content ("!" before the name puts it into an
 * archive of its own).
 */
#include "fuzz_page.h"

#define NAME_MAX_BYTES 200u

static void add_part(struct buf *o, struct str part)
{
	char name[NAME_MAX_BYTES + 1];
	bool nested = part.n > 0 && part.p[0] == '!';
	struct str s = str_sub(part, nested, part.n);
	const char *nl = memchr(s.p, '\n', s.n);
	size_t n = nl ? (size_t)(nl - s.p) : 0;
	n = n < NAME_MAX_BYTES ? n : NAME_MAX_BYTES;
	memcpy(name, s.p, n);
	name[n] = '\0';
	struct str data = str_sub(s, n + (nl != NULL), s.n);
	if (!nested) {
		fuzz_member(o, name, data);
		return;
	}
	struct buf inner;
	buf_init(&inner, data.n + 4096);
	fuzz_member(&inner, name, data);
	fuzz_member(o, "inner.zip", buf_str(&inner));
	buf_fini(&inner);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str in = {(const char *)data, n};
	struct buf o;
	if (n > 2 && (memcmp(data, "PK", 2) == 0 || data[0] == 0xD0)) {
		fuzz_body(in, "", NULL);
		return 0;
	}
	buf_init(&o, 8u << 20);
	for (size_t at = 0; at < n;)
		add_part(&o, fuzz_part(in, &at));
	fuzz_body(buf_str(&o), "", NULL);
	buf_fini(&o);
	return 0;
}
