/*
 * bench_parse - CPU per page of the whole parse line beside a bare libxml2 SAX walk of the same pages, in one run.
 *
 *   bench_parse [--pages N] [FILE...]
 *
 * Without files it composes pages of the kind that portals serve: menus twice, nested layout tables, inline scripts,
 * a body of prose, every tenth a report with a table. Prints milliseconds and the ratio, pages per second and core,
 * and the peak resident memory after the first tenth and at the end, which should not differ.
 */
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/buf.h"
#include "base/hash.h"
#include "parser/parse.h"

#define SET_PAGES 64
#define PAGE_MAX_BYTES (4u * 1024 * 1024)

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double peak_mib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)u.ru_maxrss / 1024.0;
}

static void compose_menu(struct buf *b, uint64_t *seed)
{
	buf_add_z(b, "<div class='nav'><ul>");
	for (int i = 0; i < 40; i++)
		buf_printf(b, "<li><a href='/col%d/index.html' target=_blank>栏目第%d号</a></li>",
			   (int)(rng_next(seed) % 900), i);
	buf_add_z(b, "</ul></div>");
}

static void compose_table(struct buf *b, uint64_t *seed)
{
	static const char *const labels[] = {"（一）收到申请数", "1.当面申请数", "2.传真申请数", "3.网络申请数",
					     "4.信函申请数"};

	buf_add_z(b, "<table border=1><tr><th>统计指标</th><th>单位</th><th>统计数</th></tr>");
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
		buf_printf(b, "<tr><td>%s</td><td>件</td><td>%d</td></tr>", labels[i], (int)(rng_next(seed) % 300));
	buf_add_z(b, "</table>");
}

static void compose_page(struct buf *b, uint64_t *seed, int k)
{
	int report = k % 10 == 3;
	int paragraphs = 20 + (int)(rng_next(seed) % 60);

	buf_printf(
		b,
		"<!DOCTYPE html><html><head><meta charset=utf-8><title>%s</title><script>if(1<2&&'</p>'){var a='<div>'}"
		"</script></head><body>",
		report ? "临溪县2016年政府信息公开工作年度报告" : "关于有关工作的通知");
	compose_menu(b, seed);
	buf_add_z(b, "<table width=1000><tr><td class=left>");
	compose_menu(b, seed);
	buf_printf(b, "<td><h1>%s</h1><div class=info>发布日期：2017-03-0%d</div><div class=TRS_Editor>",
		   report ? "临溪县2016年政府信息公开工作年度报告" : "关于有关工作的通知", k % 9 + 1);
	for (int i = 0; i < paragraphs; i++)
		buf_printf(b,
			   "<p class=MsoNormal><span "
			   "style='font-size:16px'>　　各乡镇、各部门围绕重点工作,主动公开政府信息%d条,"
			   "召开会议%d次,现场察看了办事流程,对照清单逐项核对,材料已同步归档。</span></p>",
			   (int)(rng_next(seed) % 9000), (int)(rng_next(seed) % 40));
	if (report)
		compose_table(b, seed);
	buf_add_z(b, "</div></table><div class=footer>主办单位　网站标识码：0000000001</div></body></html>");
}

static void sax_start(void *ctx, const xmlChar *name, const xmlChar **atts)
{
	(void)name;
	(void)atts;
	(*(size_t *)ctx)++;
}

static void sax_text(void *ctx, const xmlChar *p, int n)
{
	(void)p;
	*(size_t *)ctx += (size_t)n;
}

static size_t bare_walk(struct str page)
{
	size_t seen = 0;
	xmlSAXHandler sax;
	htmlParserCtxtPtr c;

	memset(&sax, 0, sizeof(sax));
	sax.startElement = sax_start;
	sax.characters = sax_text;
	c = htmlCreatePushParserCtxt(&sax, &seen, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (!c)
		abort();
	htmlCtxtUseOptions(c, HTML_PARSE_IGNORE_ENC | (int)XML_PARSE_HUGE | HTML_PARSE_NOERROR);
	for (size_t at = 0; at < page.n; at += 16384)
		htmlParseChunk(c, page.p + at, (int)(page.n - at < 16384 ? page.n - at : 16384), 0);
	htmlParseChunk(c, NULL, 0, 1);
	htmlFreeParserCtxt(c);
	return seen;
}

static int read_file(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f) {
		fprintf(stderr, "bench_parse: cannot open '%s'\n", path);
		return -1;
	}
	do {
		char *to = buf_reserve(b, 65536);

		n = to ? fread(to, 1, 65536, f) : 0;
		buf_commit(b, n);
	} while (n > 0);
	fclose(f);
	return 0;
}

static void full_parse(struct parse *p, struct str page, struct buf *out)
{
	struct parse_input in;

	memset(&in, 0, sizeof(in));
	in.body = page;
	in.url = in.final_url = STR("http://www.bench.example/a/b.html");
	in.content_type = STR("text/html");
	buf_clear(out);
	if (parse_page(p, &in, out) != ERR_OK) {
		fprintf(stderr, "bench_parse: %s\n", err_text());
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct buf pages[SET_PAGES], out;
	struct parse *p;
	uint64_t seed = 20161231;
	long rounds_pages = 2000;
	int first = 1, count = 0;
	size_t bytes = 0, seen = 0;
	double t, full, bare, early = 0;

	if (argc > 2 && strcmp(argv[1], "--pages") == 0) {
		rounds_pages = strtol(argv[2], NULL, 10);
		first = 3;
	}
	if (rounds_pages < 10) {
		fprintf(stderr, "bench_parse: --pages takes a number from 10\n");
		return 2;
	}
	for (int i = first; i < argc && count < SET_PAGES; i++, count++) {
		buf_init(&pages[count], PAGE_MAX_BYTES);
		if (read_file(argv[i], &pages[count]) < 0)
			return 3;
	}
	for (; first >= argc && count < SET_PAGES; count++) {
		buf_init(&pages[count], PAGE_MAX_BYTES);
		compose_page(&pages[count], &seed, count);
	}
	buf_init(&out, 16u * 1024 * 1024);
	if (parse_new(&p) != ERR_OK) {
		fprintf(stderr, "bench_parse: %s\n", err_text());
		return 1;
	}
	for (int i = 0; i < count; i++) { /* once over all of them, so that both sides run warm */
		full_parse(p, buf_str(&pages[i]), &out);
		seen += bare_walk(buf_str(&pages[i]));
	}
	t = cpu_s();
	for (long i = 0; i < rounds_pages; i++) {
		full_parse(p, buf_str(&pages[i % count]), &out);
		bytes += pages[i % count].n;
		if (i == rounds_pages / 10)
			early = peak_mib();
	}
	full = cpu_s() - t;
	t = cpu_s();
	for (long i = 0; i < rounds_pages; i++)
		seen += bare_walk(buf_str(&pages[i % count]));
	bare = cpu_s() - t;
	printf("%ld pages of %.1f KB: full line %.3f ms a page, bare SAX walk %.3f ms, ratio %.2f; %.0f pages/s and "
	       "core, "
	       "%.1f MB/s; peak %.1f MiB, %.1f MiB after a tenth (%zu)\n",
	       rounds_pages, (double)bytes / (double)rounds_pages / 1e3, full / (double)rounds_pages * 1e3,
	       bare / (double)rounds_pages * 1e3, full / bare, (double)rounds_pages / full, (double)bytes / full / 1e6,
	       peak_mib(), early, seen % 10);
	parse_free(p);
	buf_fini(&out);
	for (int i = 0; i < count; i++)
		buf_fini(&pages[i]);
	return 0;
}
