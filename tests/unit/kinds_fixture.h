/*
 * kinds_fixture - one composed report with statutory tables, written as HTML, DOCX, XLSX, PDF and OFD.
 *
 * The figures come from a seed. What the parser reads of the HTML is what it must read of every other kind.
 */
#ifndef TESTS_UNIT_KINDS_FIXTURE_H
#define TESTS_UNIT_KINDS_FIXTURE_H

#include <zlib.h>

#include "base/buf.h"
#include "parse_fixture.h"

#define KINDS_BYTES_MAX (48u << 20)

/* ------------------------------------------------------------------- a report */

struct kcell {
	unsigned row, col, rows, cols;
	size_t drawn; /* bytes of the text that are on paper */
	char text[120];
};

struct ktable {
	struct kcell cells[300];
	unsigned count, rows, cols;
	const float *widths; /* share of the line of each column */
};

struct kitem {
	const char *text; /* NULL: a table */
	unsigned table;
};

struct kreport {
	struct ktable tables[3];
	struct kitem items[32];
	unsigned count;
	char prose[3][400];
};

__attribute__((unused)) static unsigned kinds_random(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % below;
}

__attribute__((unused)) static void kinds_cell(struct ktable *t, unsigned row, unsigned col, unsigned rows,
					       unsigned cols, const char *text)
{
	struct kcell *c = &t->cells[t->count++];
	*c = (struct kcell){row, col, rows, cols, 0, ""};
	snprintf(c->text, sizeof c->text, "%s", text);
	t->rows = row + rows > t->rows ? row + rows : t->rows;
	t->cols = col + cols > t->cols ? col + cols : t->cols;
}

__attribute__((unused)) static void kinds_figure(struct ktable *t, unsigned row, unsigned col, unsigned cols,
						 unsigned *seed)
{
	char text[16];
	unsigned k = kinds_random(seed, 8);
	if (k == 0)
		text[0] = '\0';
	else
		snprintf(text, sizeof text, "%u", k < 4 ? 0 : kinds_random(seed, k < 6 ? 100 : 100000));
	kinds_cell(t, row, col, 1, cols, text);
}

__attribute__((unused)) static void kinds_table_two(struct ktable *t, unsigned *seed)
{
	static const float widths[] = {0.4f, 0.2f, 0.2f, 0.2f};
	static const char *const three[] = {"规章", "行政规范性文件"}, *const one[] = {"行政处罚", "行政强制"};
	unsigned r = 0;
	t->widths = widths;
	kinds_cell(t, r++, 0, 1, 4, "第二十条第（一）项");
	kinds_cell(t, r, 0, 1, 1, "信息内容");
	kinds_cell(t, r, 1, 1, 1, "本年制发件数");
	kinds_cell(t, r, 2, 1, 1, "本年废止件数");
	kinds_cell(t, r++, 3, 1, 1, "现行有效件数");
	for (unsigned i = 0; i < 2; i++, r++) {
		kinds_cell(t, r, 0, 1, 1, three[i]);
		for (unsigned c = 1; c < 4; c++)
			kinds_figure(t, r, c, 1, seed);
	}
	kinds_cell(t, r++, 0, 1, 4, "第二十条第（六）项");
	kinds_cell(t, r, 0, 1, 1, "信息内容");
	kinds_cell(t, r++, 1, 1, 3, "本年处理决定数量");
	for (unsigned i = 0; i < 2; i++, r++) {
		kinds_cell(t, r, 0, 1, 1, one[i]);
		kinds_figure(t, r, 1, 3, seed);
	}
}

__attribute__((unused)) static void kinds_figures(struct ktable *t, unsigned row, unsigned from, unsigned to,
						  unsigned *seed)
{
	for (unsigned c = from; c < to; c++)
		kinds_figure(t, row, c, 1, seed);
}

__attribute__((unused)) static void kinds_table_three(struct ktable *t, unsigned *seed)
{
	static const float widths[] = {0.06f, 0.13f, 0.25f, 0.08f, 0.08f, 0.08f, 0.08f, 0.08f, 0.08f, 0.08f};
	static const struct {
		const char *group;
		unsigned rows;
		const char *labels[9];
	} parts[] = {
		{"（一）予以公开", 0, {NULL}},
		{"（二）部分公开（区分处理的，只计这一情形，不计其他情形）", 0, {NULL}},
		{"（三）不予公开",
		 8,
		 {"1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益",
		  "5.属于三类内部事务信息", "6.属于四类过程性信息", "7.属于行政执法案卷", "8.属于行政查询事项"}},
		{"（四）无法提供",
		 3,
		 {"1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确"}},
		{"（五）不予处理",
		 5,
		 {"1.信访举报投诉类申请", "2.重复申请", "3.要求提供公开出版物", "4.无正当理由大量反复申请",
		  "5.要求行政机关确认或重新出具已获取信息"}},
		{"（六）其他处理", 0, {NULL}},
		{"（七）总计", 0, {NULL}},
	};
	static const char *const who[] = {"商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"};
	t->widths = widths;
	kinds_cell(t, 0, 0, 3, 3, "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）");
	kinds_cell(t, 0, 3, 1, 7, "申请人情况");
	kinds_cell(t, 1, 3, 2, 1, "自然人");
	kinds_cell(t, 1, 4, 1, 5, "法人或其他组织");
	kinds_cell(t, 1, 9, 2, 1, "总计");
	for (unsigned i = 0; i < 5; i++)
		kinds_cell(t, 2, 4 + i, 1, 1, who[i]);
	kinds_cell(t, 3, 0, 1, 3, "一、本年新收政府信息公开申请数量");
	kinds_figures(t, 3, 3, 10, seed);
	kinds_cell(t, 4, 0, 1, 3, "二、上年结转政府信息公开申请数量");
	kinds_figures(t, 4, 3, 10, seed);
	kinds_cell(t, 5, 0, 20, 1, "三、本年度办理结果");
	unsigned r = 5;
	for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
		kinds_cell(t, r, 1, parts[i].rows ? parts[i].rows : 1, parts[i].rows ? 1 : 2, parts[i].group);
		for (unsigned k = 0; k < (parts[i].rows ? parts[i].rows : 1); k++, r++) {
			if (parts[i].rows)
				kinds_cell(t, r, 2, 1, 1, parts[i].labels[k]);
			kinds_figures(t, r, 3, 10, seed);
		}
	}
	kinds_cell(t, r, 0, 1, 3, "四、结转下年度继续办理");
	kinds_figures(t, r, 3, 10, seed);
}

__attribute__((unused)) static void kinds_table_four(struct ktable *t, unsigned *seed)
{
	static const float widths[] = {0.0667f, 0.0667f, 0.0667f, 0.0667f, 0.0667f, 0.0667f, 0.0667f, 0.0667f,
				       0.0667f, 0.0667f, 0.0667f, 0.0667f, 0.0667f, 0.0667f, 0.0662f};
	static const char *const outcomes[] = {"结果维持", "结果纠正", "其他结果", "尚未审结", "总计"};
	t->widths = widths;
	kinds_cell(t, 0, 0, 1, 5, "行政复议");
	kinds_cell(t, 0, 5, 1, 10, "行政诉讼");
	for (unsigned i = 0; i < 5; i++)
		kinds_cell(t, 1, i, 2, 1, outcomes[i]);
	kinds_cell(t, 1, 5, 1, 5, "未经复议直接起诉");
	kinds_cell(t, 1, 10, 1, 5, "复议后起诉");
	for (unsigned i = 0; i < 10; i++)
		kinds_cell(t, 2, 5 + i, 1, 1, outcomes[i % 5]);
	kinds_figures(t, 3, 0, 15, seed);
}

__attribute__((unused)) static void kinds_report(struct kreport *k, unsigned seed)
{
	static const char *const text[] = {
		"柳泉县人民政府2022年政府信息公开工作年度报告",
		"根据《中华人民共和国政府信息公开条例》要求，柳泉县人民政府编制本报告。报告由总体情况、主动公开政府信息"
		"情况、收到和处理政府信息公开申请情况、行政复议和行政诉讼情况、存在的主要问题及改进情况、其他需要报告的"
		"事项组成，数据统计期限自2022年1月1日起至2022年12月31日止。",
		"一、总体情况",
		NULL,
		"二、主动公开政府信息情况",
		"",
		"三、收到和处理政府信息公开申请情况",
		"",
		"四、政府信息公开行政复议、行政诉讼情况",
		"",
		"五、存在的主要问题及改进情况",
		"公开的内容还不够丰富，队伍还需要加强。下一年将组织业务培训，完善工作制度。",
		"六、其他需要报告的事项",
		"本年度没有收取信息处理费。"};
	memset(k, 0, sizeof *k);
	snprintf(k->prose[0], sizeof k->prose[0],
		 "2022年，全县主动公开政府信息%u条，其中通过政府网站公开%u条，政务微信公众号发布%u条，受理咨询%u人次，"
		 "各单位按照要求及时更新栏目内容，做到应公开尽公开。",
		 1000 + kinds_random(&seed, 9000), 200 + kinds_random(&seed, 500), 10 + kinds_random(&seed, 80),
		 1 + kinds_random(&seed, 900));
	kinds_table_two(&k->tables[0], &seed);
	kinds_table_three(&k->tables[1], &seed);
	kinds_table_four(&k->tables[2], &seed);
	unsigned table = 0;
	for (unsigned i = 0; i < sizeof text / sizeof *text; i++) {
		struct kitem *it = &k->items[k->count++];
		it->text = !text[i] ? k->prose[0] : text[i][0] ? text[i] : NULL;
		it->table = it->text ? 0 : table++;
	}
}

/* ----------------------------------------------------------------------- HTML */

__attribute__((unused)) static void kinds_html(const struct kreport *k, struct buf *o)
{
	(void)buf_add_z(o, "<html><head><meta charset=\"utf-8\"></head><body><div class=\"article\">");
	for (unsigned i = 0; i < k->count; i++) {
		if (k->items[i].text) {
			(void)buf_printf(o, i ? "<p>%s</p>" : "<h1>%s</h1>", k->items[i].text);
			continue;
		}
		const struct ktable *t = &k->tables[k->items[i].table];
		(void)buf_add_z(o, "<table>");
		for (unsigned r = 0, c = 0; r < t->rows; r++) {
			(void)buf_add_z(o, "<tr>");
			for (; c < t->count && t->cells[c].row == r; c++)
				(void)buf_printf(o, "<td rowspan=%u colspan=%u>%s</td>", t->cells[c].rows,
						 t->cells[c].cols, t->cells[c].text);
			(void)buf_add_z(o, "</tr>");
		}
		(void)buf_add_z(o, "</table>");
	}
	(void)buf_add_z(o, "</div></body></html>");
}

/* ------------------------------------------------------------------------ ZIP */

struct kzip {
	struct buf *out, directory;
	unsigned members;
};

__attribute__((unused)) static void kinds_le(struct buf *o, uint32_t v, unsigned bytes)
{
	for (; bytes; bytes--, v >>= 8)
		(void)buf_add_char(o, (char)(v & 0xff));
}

__attribute__((unused)) static void kinds_zip_begin(struct kzip *z, struct buf *out)
{
	*z = (struct kzip){.out = out};
	buf_init(&z->directory, KINDS_BYTES_MAX);
}

static void kinds_zip_head(struct buf *o, bool central, uint32_t crc, uint32_t packed, uint32_t size, size_t name)
{
	(void)buf_add(o, central ? "PK\x01\x02" : "PK\x03\x04", 4);
	if (central)
		kinds_le(o, 20, 2);
	kinds_le(o, 20, 2);
	kinds_le(o, 0, 2);
	kinds_le(o, 8, 2);
	kinds_le(o, 0, 4);
	kinds_le(o, crc, 4);
	kinds_le(o, packed, 4);
	kinds_le(o, size, 4);
	kinds_le(o, (uint32_t)name, 2);
	kinds_le(o, 0, 2);
}

__attribute__((unused)) static void kinds_zip_add(struct kzip *z, const char *name, struct str data)
{
	uLong bound = compressBound(data.n) + 64;
	unsigned char *packed = malloc(bound);
	z_stream s = {0};
	ck_assert_int_eq(deflateInit2(&s, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	s.next_in = (Bytef *)(uintptr_t)data.p;
	s.avail_in = (uInt)data.n;
	s.next_out = packed;
	s.avail_out = (uInt)bound;
	ck_assert_int_eq(deflate(&s, Z_FINISH), Z_STREAM_END);
	uint32_t crc = (uint32_t)crc32(0, (const Bytef *)data.p, (uInt)data.n), n = (uint32_t)(bound - s.avail_out);
	deflateEnd(&s);
	uint32_t at = (uint32_t)z->out->n;
	kinds_zip_head(z->out, false, crc, n, (uint32_t)data.n, strlen(name));
	(void)buf_add_z(z->out, name);
	(void)buf_add(z->out, packed, n);
	kinds_zip_head(&z->directory, true, crc, n, (uint32_t)data.n, strlen(name));
	kinds_le(&z->directory, 0, 4); /* comment, disk */
	kinds_le(&z->directory, 0, 2);
	kinds_le(&z->directory, 0, 4);
	kinds_le(&z->directory, at, 4);
	(void)buf_add_z(&z->directory, name);
	z->members++;
	free(packed);
}

__attribute__((unused)) static void kinds_zip_end(struct kzip *z)
{
	uint32_t at = (uint32_t)z->out->n;
	(void)buf_add_str(z->out, buf_str(&z->directory));
	(void)buf_add(z->out, "PK\x05\x06\0\0\0\0", 8);
	kinds_le(z->out, z->members & 0xffff, 2);
	kinds_le(z->out, z->members & 0xffff, 2);
	kinds_le(z->out, (uint32_t)z->directory.n, 4);
	kinds_le(z->out, at, 4);
	kinds_le(z->out, 0, 2);
	buf_fini(&z->directory);
	ck_assert_int_eq(z->out->sticky, ERR_OK);
}

/* ----------------------------------------------------------------------- DOCX */

__attribute__((unused)) static const struct kcell *kinds_over(const struct ktable *t, unsigned row, unsigned col)
{
	for (unsigned i = 0; i < t->count; i++) {
		const struct kcell *c = &t->cells[i];
		if (row >= c->row && row < c->row + c->rows && col >= c->col && col < c->col + c->cols)
			return c;
	}
	return NULL;
}

__attribute__((unused)) static void kinds_docx_table(const struct ktable *t, struct buf *o)
{
	(void)buf_add_z(o, "<w:tbl><w:tblPr/>");
	for (unsigned r = 0; r < t->rows; r++) {
		(void)buf_add_z(o, "<w:tr>");
		for (unsigned c = 0; c < t->cols;) {
			const struct kcell *k = kinds_over(t, r, c);
			(void)buf_printf(o, "<w:tc><w:tcPr><w:gridSpan w:val=\"%u\"/>", k->cols);
			if (k->rows > 1)
				(void)buf_add_z(o, k->row == r ? "<w:vMerge w:val=\"restart\"/>" : "<w:vMerge/>");
			(void)buf_printf(o, "</w:tcPr><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>",
					 k->row == r ? k->text : "");
			c += k->cols;
		}
		(void)buf_add_z(o, "</w:tr>");
	}
	(void)buf_add_z(o, "</w:tbl>");
}

__attribute__((unused)) static void kinds_docx(const struct kreport *k, struct buf *out)
{
	struct buf o;
	struct kzip z;
	buf_init(&o, KINDS_BYTES_MAX);
	(void)buf_add_z(
		&o, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><w:document xmlns:w=\"w\"><w:body>");
	for (unsigned i = 0; i < k->count; i++) {
		if (!k->items[i].text)
			kinds_docx_table(&k->tables[k->items[i].table], &o);
		else if (i == 0) /* a title over two runs, as writers leave it */
			(void)buf_printf(
				&o,
				"<w:p><w:pPr><w:jc "
				"w:val=\"center\"/></w:pPr><w:r><w:t>%.9s</w:t></w:r><w:r><w:t>%s</w:t></w:r></w:p>",
				k->items[i].text, k->items[i].text + 9);
		else
			(void)buf_printf(&o,
					 "<w:p><w:r><w:t "
					 "xml:space=\"preserve\">%s</w:t></w:r><w:del><w:r><w:delText>9999条</"
					 "w:delText></w:r></w:del></w:p>",
					 k->items[i].text);
	}
	(void)buf_add_z(&o, "</w:body></w:document>");
	kinds_zip_begin(&z, out);
	kinds_zip_add(&z, "[Content_Types].xml", STR("<Types/>"));
	kinds_zip_add(&z, "word/document.xml", buf_str(&o));
	kinds_zip_end(&z);
	buf_fini(&o);
}

/* ----------------------------------------------------------------------- XLSX */

__attribute__((unused)) static void kinds_place(char out[16], unsigned row, unsigned col)
{
	snprintf(out, 16, "%c%u", 'A' + (int)col, row + 1);
}

__attribute__((unused)) static void kinds_xlsx(const struct kreport *k, struct buf *out)
{
	struct buf o, s, m;
	struct kzip z;
	unsigned row = 0, strings = 0;
	char at[16], to[16];
	buf_init(&o, KINDS_BYTES_MAX);
	buf_init(&s, KINDS_BYTES_MAX);
	buf_init(&m, KINDS_BYTES_MAX);
	(void)buf_add_z(&o, "<worksheet xmlns=\"x\"><sheetData>");
	(void)buf_add_z(&s, "<sst xmlns=\"x\">");
	for (unsigned i = 0; i < k->count; i++) {
		if (k->items[i].text) {
			(void)buf_printf(&o, "<row r=\"%u\"><c r=\"A%u\" t=\"s\"><v>%u</v></c></row>", row + 1, row + 1,
					 strings++);
			size_t cut = utf8_cut(k->items[i].text, 8);
			(void)buf_printf(&s, "<si><r><t>%.*s</t></r><r><t>%s</t></r><rPh><t>x</t></rPh></si>", (int)cut,
					 k->items[i].text, k->items[i].text + cut);
			(void)buf_printf(&m, "<mergeCell ref=\"A%u:J%u\"/>", row + 1, row + 1);
			row++;
			continue;
		}
		const struct ktable *t = &k->tables[k->items[i].table];
		for (unsigned c = 0, r = 0; r < t->rows; r++) {
			(void)buf_printf(&o, "<row r=\"%u\">", row + r + 1);
			for (; c < t->count && t->cells[c].row == r; c++) {
				const struct kcell *q = &t->cells[c];
				kinds_place(at, row + r, q->col);
				kinds_place(to, row + r + q->rows - 1, q->col + q->cols - 1);
				if (strspn(q->text, "0123456789") == strlen(q->text)) {
					(void)buf_printf(&o, "<c r=\"%s\"><v>%s</v></c>", at, q->text);
				} else {
					(void)buf_printf(&o, "<c r=\"%s\" t=\"inlineStr\"><is><t>%s</t></is></c>", at,
							 q->text);
				}
				if (q->rows * q->cols > 1)
					(void)buf_printf(&m, "<mergeCell ref=\"%s:%s\"/>", at, to);
			}
			(void)buf_add_z(&o, "</row>");
		}
		row += t->rows;
	}
	(void)buf_printf(&o, "</sheetData><mergeCells>%s</mergeCells></worksheet>", m.p);
	(void)buf_add_z(&s, "</sst>");
	kinds_zip_begin(&z, out);
	kinds_zip_add(&z, "xl/workbook.xml", STR("<workbook/>"));
	kinds_zip_add(&z, "xl/worksheets/sheet1.xml", buf_str(&o));
	kinds_zip_add(&z, "xl/sharedStrings.xml", buf_str(&s));
	kinds_zip_end(&z);
	buf_fini(&o);
	buf_fini(&s);
	buf_fini(&m);
}

/* ------------------------------------------------------------------------ XLS */

#define KRECORD_MAX 600u /* small, so that the strings go on over many records */

__attribute__((unused)) static void kinds_record(struct buf *o, unsigned type, struct str data)
{
	kinds_le(o, type, 2);
	kinds_le(o, (uint32_t)data.n, 2);
	(void)buf_add_str(o, data);
}

/* The shared strings, cut into records in the middle of texts. */
struct ksst {
	struct buf out, part;
	unsigned type;
};

__attribute__((unused)) static void kinds_sst_flush(struct ksst *s)
{
	kinds_record(&s->out, s->type, buf_str(&s->part));
	buf_clear(&s->part);
	s->type = 0x3C;
}

__attribute__((unused)) static void kinds_sst_add(struct ksst *s, const char *text)
{
	size_t n = strlen(text);
	if (s->part.n + 5 > KRECORD_MAX)
		kinds_sst_flush(s);
	kinds_le(&s->part, (uint32_t)utf8_count(text, n), 2);
	(void)buf_add_char(&s->part, 1);
	for (size_t at = 0; at < n;) {
		if (s->part.n + 2 > KRECORD_MAX) {
			kinds_sst_flush(s);
			(void)buf_add_char(&s->part, 1);
		}
		kinds_le(&s->part, utf8_next(text, n, &at), 2);
	}
}

__attribute__((unused)) static void kinds_xls_cell(struct buf *o, unsigned row, unsigned col, const char *text,
						   struct ksst *s, unsigned *strings)
{
	unsigned type = 0xFD;
	char d[14] = {(char)row, (char)(row >> 8), (char)col};
	size_t n = 10;
	if (strspn(text, "0123456789") < strlen(text)) {
		kinds_sst_add(s, text);
		d[6] = (char)*strings;
		d[7] = (char)(*strings >> 8);
		++*strings;
	} else if (strlen(text) % 2) { /* both ways of writing a number */
		double v = atof(text);
		memcpy(d + 6, &v, 8);
		type = 0x203;
		n = 14;
	} else {
		uint32_t rk = (uint32_t)atoi(text) << 2 | 2;
		memcpy(d + 6, &rk, 4);
		type = 0x27E;
	}
	kinds_record(o, type, (struct str){d, n});
}

__attribute__((unused)) static void kinds_xls_merge(struct buf *m, unsigned r0, unsigned r1, unsigned c0, unsigned c1)
{
	kinds_le(m, r0, 2);
	kinds_le(m, r1, 2);
	kinds_le(m, c0, 2);
	kinds_le(m, c1, 2);
}

__attribute__((unused)) static void kinds_xls_entry(struct buf *o, const char *name, unsigned type, uint32_t child,
						    uint32_t first, uint32_t size)
{
	for (size_t i = 0; i < 32; i++)
		kinds_le(o, i < strlen(name) ? (uint32_t)name[i] : 0, 2);
	kinds_le(o, (uint32_t)(2 * strlen(name) + 2), 2);
	kinds_le(o, type | 0x100, 2);
	kinds_le(o, UINT32_MAX, 4);
	kinds_le(o, UINT32_MAX, 4);
	kinds_le(o, child, 4);
	for (unsigned i = 0; i < 9; i++)
		kinds_le(o, 0, 4);
	kinds_le(o, first, 4);
	kinds_le(o, size, 4);
	kinds_le(o, 0, 4);
}

/* An OLE2 container: head, one sector of chains, one of the directory, the stream. */
__attribute__((unused)) static void kinds_ole(struct buf *stream, struct buf *o)
{
	while (stream->n % 512 || stream->n < 4096)
		(void)buf_add_char(stream, 0);
	uint32_t sectors = (uint32_t)(stream->n / 512);
	ck_assert_uint_lt(sectors, 126);
	(void)buf_add(o, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
	while (o->n < 24)
		(void)buf_add_char(o, 0);
	static const uint32_t head[] = {0x0003003E, 0x0009FFFE,     6, 0, 0, 1, 1, 0, 4096, UINT32_MAX - 1,
					0,          UINT32_MAX - 1, 0, 0};
	for (size_t i = 0; i < sizeof head / sizeof *head; i++)
		kinds_le(o, head[i], 4);
	while (o->n < 512)
		kinds_le(o, UINT32_MAX, 4);
	kinds_le(o, UINT32_MAX - 2, 4);
	kinds_le(o, UINT32_MAX - 1, 4);
	for (uint32_t i = 0; i < 126; i++)
		kinds_le(o, i + 1 < sectors ? i + 3 : i + 1 == sectors ? UINT32_MAX - 1 : UINT32_MAX, 4);
	kinds_xls_entry(o, "Root Entry", 5, 1, UINT32_MAX - 1, 0);
	kinds_xls_entry(o, "Workbook", 2, UINT32_MAX, 2, (uint32_t)stream->n);
	for (unsigned i = 0; i < 256; i++)
		(void)buf_add_char(o, 0);
	(void)buf_add_str(o, buf_str(stream));
}

__attribute__((unused)) static void kinds_xls(const struct kreport *k, struct buf *out)
{
	static const char globals[] = "\0\6\5\0\0\0\0\0\0\0\0\0\0\0\0", page[] = "\0\6\x10\0\0\0\0\0\0\0\0\0\0\0\0";
	struct buf cells, m, stream;
	struct ksst s = {.type = 0xFC};
	unsigned row = 0, strings = 0, merges = 0;
	buf_init(&cells, KINDS_BYTES_MAX);
	buf_init(&m, KINDS_BYTES_MAX);
	buf_init(&stream, KINDS_BYTES_MAX);
	buf_init(&s.out, KINDS_BYTES_MAX);
	buf_init(&s.part, KINDS_BYTES_MAX);
	kinds_le(&s.part, 1000, 4);
	kinds_le(&s.part, 1000, 4);
	for (unsigned i = 0; i < k->count; i++) {
		if (k->items[i].text) {
			kinds_xls_cell(&cells, row, 0, k->items[i].text, &s, &strings);
			kinds_xls_merge(&m, row, row, 0, 9);
			merges++;
			row++;
			continue;
		}
		const struct ktable *t = &k->tables[k->items[i].table];
		for (unsigned c = 0; c < t->count; c++) {
			const struct kcell *q = &t->cells[c];
			if (q->text[0])
				kinds_xls_cell(&cells, row + q->row, q->col, q->text, &s, &strings);
			if (q->rows * q->cols > 1) {
				kinds_xls_merge(&m, row + q->row, row + q->row + q->rows - 1, q->col,
						q->col + q->cols - 1);
				merges++;
			}
		}
		row += t->rows;
	}
	kinds_sst_flush(&s);
	kinds_record(&stream, 0x809, (struct str){globals, 16});
	(void)buf_add_str(&stream, buf_str(&s.out));
	kinds_record(&stream, 0x0A, STR(""));
	kinds_record(&stream, 0x809, (struct str){page, 16});
	(void)buf_add_str(&stream, buf_str(&cells));
	kinds_le(&stream, 0xE5, 2);
	kinds_le(&stream, (uint32_t)m.n + 2, 2);
	kinds_le(&stream, merges, 2);
	(void)buf_add_str(&stream, buf_str(&m));
	kinds_record(&stream, 0x0A, STR(""));
	kinds_ole(&stream, out);
	buf_fini(&cells);
	buf_fini(&m);
	buf_fini(&stream);
	buf_fini(&s.out);
	buf_fini(&s.part);
}

/* --------------------------------------------------- pages: PDF and OFD alike */

#define KPAGE_W 595.0f
#define KPAGE_H 842.0f
#define KLEFT 72.0f
#define KRIGHT 523.0f
#define KBOTTOM 770.0f
#define KPAGES_MAX 40

/* where words and lines go: y from the page's top */
struct kpaper {
	struct buf pages[KPAGES_MAX];
	unsigned count;
	float y;
	bool ofd, thin_boxes; /* borders as thin filled boxes */
	const char *head;
	unsigned ids;
};

__attribute__((unused)) static float kinds_wide(uint32_t cp)
{
	return cp < 0x80 ? 0.5f : 1.0f;
}

__attribute__((unused)) static void kinds_draw_text(struct kpaper *p, float x, float y, float size, struct str s)
{
	struct buf *o = &p->pages[p->count - 1];
	if (p->ofd) {
		(void)buf_printf(o,
				 "<ofd:TextObject ID=\"%u\" Boundary=\"%.3f %.3f 150 10\" Size=\"%.3f\"><ofd:TextCode "
				 "X=\"0\" Y=\"%.3f\" DeltaX=\"",
				 ++p->ids, x / 2.83465, y / 2.83465, size / 2.83465, size / 2.83465);
		for (size_t at = 0; at < s.n;)
			(void)buf_printf(o, "%.3f ", kinds_wide(utf8_next(s.p, s.n, &at)) * size / 2.83465);
		(void)buf_printf(o, "\">%.*s</ofd:TextCode></ofd:TextObject>", STR_FMT(s));
		return;
	}
	(void)buf_printf(o, "BT /F1 %.2f Tf %.2f %.2f Td <", size, x, KPAGE_H - y - size);
	for (size_t at = 0; at < s.n;)
		(void)buf_printf(o, "%04X", utf8_next(s.p, s.n, &at));
	(void)buf_add_z(o, "> Tj ET\n");
}

__attribute__((unused)) static void kinds_draw_line(struct kpaper *p, float x0, float y0, float x1, float y1)
{
	struct buf *o = &p->pages[p->count - 1];
	if (p->ofd)
		(void)buf_printf(o,
				 "<ofd:PathObject ID=\"%u\" Boundary=\"0 0 210 297\"><ofd:AbbreviatedData>M %.3f %.3f "
				 "L %.3f %.3f</ofd:AbbreviatedData></ofd:PathObject>",
				 ++p->ids, x0 / 2.83465, y0 / 2.83465, x1 / 2.83465, y1 / 2.83465);
	else if (p->thin_boxes)
		(void)buf_printf(o, "%.2f %.2f %.2f %.2f re f\n", x0 - 0.24, KPAGE_H - y1 - 0.24, x1 - x0 + 0.48,
				 y1 - y0 + 0.48);
	else
		(void)buf_printf(o, "%.2f %.2f m %.2f %.2f l S\n", x0, KPAGE_H - y0, x1, KPAGE_H - y1);
}

__attribute__((unused)) static void kinds_new_page(struct kpaper *p)
{
	char number[32];
	ck_assert_uint_lt(p->count, KPAGES_MAX);
	buf_init(&p->pages[p->count++], 4u << 20);
	p->y = 80;
	snprintf(number, sizeof number, "— %u —", p->count);
	kinds_draw_text(p, 280, 800, 10, str_of(number));
	if (p->head)
		kinds_draw_text(p, 200, 40, 9, str_of(p->head));
}

/* The bytes of `s` that fit on a line; marks that end a clause may hang over. */
__attribute__((unused)) static size_t kinds_fit(struct str s, float room)
{
	size_t at = 0;
	float w = 0;
	while (at < s.n) {
		size_t next = at;
		w += kinds_wide(utf8_next(s.p, s.n, &next));
		if (w > room + 0.01f && at > 0)
			break;
		at = next;
	}
	return at;
}

__attribute__((unused)) static void kinds_paragraph(struct kpaper *p, const char *text, float size, bool centred)
{
	struct str s = str_of(text);
	bool first = true;
	while (s.n > 0) {
		float indent = first && !centred ? 2 : 0, room = (KRIGHT - KLEFT) / size - indent;
		size_t n = kinds_fit(s, room);
		if (p->y + size > KBOTTOM)
			kinds_new_page(p);
		float x = KLEFT + indent * size;
		if (centred) {
			float w = 0;
			for (size_t at = 0; at < n;)
				w += kinds_wide(utf8_next(s.p, n, &at));
			x = (KLEFT + KRIGHT - w * size) / 2;
		}
		kinds_draw_text(p, x, p->y, size, str_sub(s, 0, n));
		p->y += size * 1.6f;
		s = str_sub(s, n, s.n);
		first = false;
	}
}

#define KCELL_SIZE 8.0f

__attribute__((unused)) static size_t kinds_draw_cell(struct kpaper *p, struct str text, float x0, float y0, float x1,
						      float y1)
{
	size_t drawn = 0;
	kinds_draw_line(p, x0, y0, x1, y0);
	kinds_draw_line(p, x0, y1, x1, y1);
	kinds_draw_line(p, x0, y0, x0, y1);
	kinds_draw_line(p, x1, y0, x1, y1);
	for (float y = y0 + 3; drawn < text.n && y + KCELL_SIZE <= y1; y += KCELL_SIZE * 1.2f) {
		struct str rest = str_sub(text, drawn, text.n);
		size_t n = kinds_fit(rest, (x1 - x0 - 6) / KCELL_SIZE);
		kinds_draw_text(p, x0 + 3, y, KCELL_SIZE, str_sub(rest, 0, n));
		drawn += n;
	}
	return drawn;
}

/* Rows from `from` to `to` on one page; a cell that began above goes on with the rest of its text. */
__attribute__((unused)) static void kinds_draw_rows(struct kpaper *p, struct ktable *t, const float *x,
						    const float *high, unsigned from, unsigned to)
{
	float y[64] = {0};
	y[from] = p->y;
	for (unsigned r = from; r < to; r++)
		y[r + 1] = y[r] + high[r];
	for (unsigned i = 0; i < t->count; i++) {
		struct kcell *c = &t->cells[i];
		unsigned top = c->row > from ? c->row : from, bottom = c->row + c->rows < to ? c->row + c->rows : to;
		if (top < bottom)
			c->drawn += kinds_draw_cell(p, str_of(c->text + (c->row >= from ? 0 : c->drawn)), x[c->col],
						    y[top], x[c->col + c->cols], y[bottom]);
	}
	p->y = y[to] + 14;
}

__attribute__((unused)) static void kinds_table(struct kpaper *p, struct ktable *t, unsigned head_rows)
{
	float x[32] = {KLEFT}, high[64];
	for (unsigned c = 0; c < t->cols; c++)
		x[c + 1] = x[c] + t->widths[c] * (KRIGHT - KLEFT);
	for (unsigned r = 0; r < t->rows; r++)
		high[r] = 16;
	for (unsigned i = 0; i < t->count; i++) { /* a cell of one row makes its row as high as it needs */
		const struct kcell *c = &t->cells[i];
		float need = 6;
		for (struct str s = str_of(c->text); s.n > 0; need += KCELL_SIZE * 1.2f)
			s = str_sub(s, kinds_fit(s, (x[c->col + c->cols] - x[c->col] - 6) / KCELL_SIZE), s.n);
		if (c->rows == 1 && need > high[c->row])
			high[c->row] = need;
		if (c->rows > 1 && c->rows < 4 && need > high[c->row] * (float)c->rows)
			high[c->row] = need - high[c->row] * (float)(c->rows - 1);
	}
	for (unsigned from = 0; from < t->rows;) {
		unsigned to = from;
		float y = p->y;
		if (from > 0 && head_rows > 0) { /* the head is drawn again */
			kinds_draw_rows(p, t, x, high, 0, head_rows);
			p->y -= 14;
			y = p->y;
		}
		while (to < t->rows && y + high[to] <= KBOTTOM)
			y += high[to++];
		ck_assert_uint_gt(to, from);
		kinds_draw_rows(p, t, x, high, from, to);
		from = to;
		if (from < t->rows)
			kinds_new_page(p);
	}
}

__attribute__((unused)) static void kinds_paper(struct kreport *k, struct kpaper *p, float first_y, bool heads_again)
{
	kinds_new_page(p);
	p->y = first_y;
	for (unsigned i = 0; i < k->count; i++) {
		if (k->items[i].text) {
			kinds_paragraph(p, k->items[i].text, i == 0 ? 16 : 12, i == 0);
		} else {
			if (p->y > KBOTTOM - 60)
				kinds_new_page(p);
			kinds_table(p, &k->tables[k->items[i].table], heads_again && k->items[i].table == 1 ? 3 : 0);
		}
	}
}

__attribute__((unused)) static void kinds_pdf_of(struct kpaper *p, struct buf *o)
{
	size_t at[KPAGES_MAX * 2 + 8];
	unsigned n = 0;
	(void)buf_add_z(o, "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n");
	at[++n] = o->n;
	(void)buf_add_z(o, "1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n");
	at[++n] = o->n;
	(void)buf_printf(o, "2 0 obj <</Type/Pages/Count %u/Kids[", p->count);
	for (unsigned i = 0; i < p->count; i++)
		(void)buf_printf(o, "%u 0 R ", 5 + 2 * i);
	(void)buf_add_z(o, "]>> endobj\n");
	at[++n] = o->n;
	(void)buf_add_z(
		o, "3 0 obj <</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 "
		   "R]>> endobj\n");
	at[++n] = o->n;
	(void)buf_add_z(
		o,
		"4 0 obj "
		"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)"
		"/Supplement 4>>/DW 1000/W[1 95 500 814 939 "
		"500]/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light"
		"/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>> "
		">> endobj\n");
	for (unsigned i = 0; i < p->count; i++) {
		at[++n] = o->n;
		(void)buf_printf(o,
				 "%u 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 "
				 "R>> >>/Contents %u 0 R>> endobj\n",
				 n, n + 1);
		at[++n] = o->n;
		(void)buf_printf(o, "%u 0 obj <</Length %zu>> stream\n", n, p->pages[i].n);
		(void)buf_add_str(o, buf_str(&p->pages[i]));
		(void)buf_add_z(o, "\nendstream endobj\n");
	}
	size_t xref = o->n;
	(void)buf_printf(o, "xref\n0 %u\n0000000000 65535 f \n", n + 1);
	for (unsigned i = 1; i <= n; i++)
		(void)buf_printf(o, "%010zu 00000 n \n", at[i]);
	(void)buf_printf(o, "trailer <</Size %u/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", n + 1, xref);
	ck_assert_int_eq(o->sticky, ERR_OK);
}

__attribute__((unused)) static void kinds_ofd_of(struct kpaper *p, struct buf *out)
{
	struct kzip z;
	kinds_zip_begin(&z, out);
	kinds_zip_add(&z, "OFD.xml",
		      STR("<ofd:OFD "
			  "xmlns:ofd=\"o\"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></"
			  "ofd:OFD>"));
	for (unsigned i = p->count; i-- > 0;) { /* the order in the archive says nothing */
		struct buf o;
		char name[64];
		buf_init(&o, 8u << 20);
		snprintf(name, sizeof name, "Doc_0/Pages/Page_%u/Content.xml", i);
		(void)buf_printf(&o,
				 "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:Page "
				 "xmlns:ofd=\"o\"><ofd:Content><ofd:Layer>%s</ofd:Layer></ofd:Content></ofd:Page>",
				 p->pages[i].p);
		kinds_zip_add(&z, name, buf_str(&o));
		buf_fini(&o);
	}
	kinds_zip_end(&z);
}

__attribute__((unused)) static void kinds_paper_free(struct kpaper *p)
{
	for (unsigned i = 0; i < p->count; i++)
		buf_fini(&p->pages[i]);
}

#endif
