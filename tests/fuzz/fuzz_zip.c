/*
 * Office files (docx, xlsx, ofd, archives of them, and xls) through parse_page(): no crash, no endless loop, and what
 * comes out is JSON. The first byte says how the rest is used: as the file, or as the one XML part of a file that
 * is made here, so that a change of a byte reaches the readers of XML too.
 */
#include <jansson.h>
#include <stdlib.h>

#include "parser/parse.h"

static struct parse *parse;

static void little(struct buf *o, uint32_t v, unsigned bytes)
{
	for (; bytes; bytes--, v >>= 8)
		(void)buf_add_char(o, (char)(v & 0xff));
}

/* One stored member and no directory: the heads are walked then. */
static void member(struct buf *o, const char *name, struct str data)
{
	(void)buf_add(o, "PK\x03\x04\x14\0\0\0\0\0\0\0\0\0", 14);
	little(o, 0, 4);
	little(o, (uint32_t)data.n, 4);
	little(o, (uint32_t)data.n, 4);
	little(o, (uint32_t)strlen(name), 2);
	little(o, 0, 2);
	(void)buf_add_z(o, name);
	(void)buf_add_str(o, data);
}

static void run(struct str body)
{
	struct buf out;
	buf_init(&out, 9u << 20);
	struct parse_input in = {
		.body = body, .url = STR("http://a.gov.cn/b/c"), .final_url = STR("http://a.gov.cn/b/c")};
	in.context = STR("{\"page\":\"http://a.gov.cn/\",\"anchor\":\"x\"}");
	if (parse_page(parse, &in, &out) == ERR_OK) {
		json_t *d = json_loadb(out.p, out.n, JSON_REJECT_DUPLICATES, NULL);
		if (!d)
			abort();
		json_decref(d);
	}
	buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const parts[] = {"word/document.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
					    "xl/styles.xml", "Doc_0/Pages/Page_0/Content.xml"};
	struct buf o;
	if (!parse && parse_new(&parse) != ERR_OK)
		abort();
	if (n < 1)
		return 0;
	struct str rest = {(const char *)data + 1, n - 1};
	unsigned what = data[0] % 6;
	if (what == 5 || data[0] == 'P' || data[0] == 0xD0) {
		run((struct str){(const char *)data, n});
		return 0;
	}
	buf_init(&o, 4u << 20);
	if (what == 4)
		member(&o, "OFD.xml", STR("<OFD/>"));
	member(&o, parts[what], rest);
	if (what == 2 || what == 3)
		member(&o, "xl/worksheets/sheet1.xml",
		       STR("<x><c r=\"A1\" t=\"s\" s=\"1\"><v>0</v></c><c r=\"B1\" s=\"1\"><v>0.5</v></c></x>"));
	run(buf_str(&o));
	buf_fini(&o);
	return 0;
}
