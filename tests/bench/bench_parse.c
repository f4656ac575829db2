/*
 * bench_parse - CPU per page of the whole parse line beside a bare libxml2 SAX walk of the same pages, page by page in
 * one run, so that a busy machine slows both alike.
 *
 *   bench_parse [--pages N] [--files DIR]
 *
 * Composed pages, if no folder is given: a portal of 100 pages (1 home page, 8 lists, 85 articles, 4 pages of statistics,
 * 2 annual reports) of 20 to 116 KB, two in five of them GBK by their meta label alone, as portals were measured. Of a
 * folder it takes the HTML files, at most FILES_MAX of them evenly, and tells those with a report from those without.
 *
 * Prints for each class and for all: KB, milliseconds of both, their ratio (the bar is 2.5 for all), pages per second
 * and core; then the resident memory on the way, which must not grow, and its peak (the bar is 48 MiB). The walk takes
 * elements and text of pages that were turned to UTF-8 before, since libxml2 stops at the first character outside
 * GB2312: "UTF-8" is the ratio of the pages that needed no decoding on our side either. Exit status 1 over a bar.
 */
#include <errno.h>
#include <ftw.h>
#include <iconv.h>
#include <libxml/HTMLparser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "parser/parse.h"

#define SET_PAGES 100
#define FILES_MAX 400
#define FILES_SEEN_MAX 100000
#define PAGE_MAX_BYTES (4u * 1024 * 1024)
#define RATIO_MAX 2.5
#define PEAK_MIB_MAX 48.0

enum class { HOME, LIST, ARTICLE, TABLES, REPORT, WITHOUT, CLASSES };
static const char *const class_names[CLASSES] = {"home", "list", "article", "statistics", "report", "no report"};

struct page_set {
	struct buf page[FILES_MAX];
	struct buf decoded[FILES_MAX]; /* the same in UTF-8, for the walk */
	enum class of[FILES_MAX];
	bool utf8[FILES_MAX];
	size_t count;
};

/* --------------------------------------------------------------- composing */

static const char *const places[] = {"临溪县", "青岚市", "白沙区", "云泽市", "石桥县", "安澜区"};
static const char *const organs[] = {"人民政府办公室", "水利局", "教育体育局", "交通运输局", "统计局", "民政局"};
static const char *const topics[] = {"城乡供水一体化", "老旧小区改造", "义务教育优质均衡", "河湖管护",
				     "安全生产整治",   "数字政务服务", "普惠托育服务",     "乡村道路养护"};
static const char *const kinds[] = {"通知", "公告", "实施方案", "工作要点", "情况通报", "解读"};
static const char *const deeds[] = {"压实责任",         "细化任务清单", "加强部门协同",
				    "严格资金拨付程序", "组织专题培训", "优化办事流程"};
static const char *const labels[] = {
	"一、主动公开情况",
	"（一）主动公开政府信息数",
	"其中：主动公开规范性文件数",
	"制发规范性文件总数",
	"（二）通过不同渠道和方式公开政府信息的情况",
	"1.政府公报公开政府信息数",
	"2.政府网站公开政府信息数",
	"3.政务微博公开政府信息数",
	"4.政务微信公开政府信息数",
	"5.其他方式公开政府信息数",
	"二、回应解读情况",
	"（一）回应公众关注热点或重大舆情数",
	"（二）通过不同渠道和方式回应解读的情况",
	"1.参加或举办新闻发布会总次数",
	"2.政府网站在线访谈次数",
	"三、依申请公开情况",
	"（一）收到申请数",
	"1.当面申请数",
	"2.传真申请数",
	"3.网络申请数",
	"4.信函申请数",
	"（二）申请办结数",
	"1.按时办结数",
	"2.延期办结数",
	"（三）申请答复数",
	"四、行政复议数量",
	"五、行政诉讼数量",
	"六、举报投诉数量",
};

#define PICK(list) list[rng_next(seed) % (sizeof(list) / sizeof(*(list)))]
#define UP_TO(n) ((int)(rng_next(seed) % (n)))

static void add_title(struct buf *b, uint64_t *seed)
{
	buf_printf(b, "%s%s关于%s工作的%s", PICK(places), PICK(organs), PICK(topics), PICK(kinds));
}

/* One sentence of a notice: half of them without a figure. */
static void add_sentence(struct buf *b, uint64_t *seed)
{
	switch (rng_next(seed) % 8) {
	case 0:
		buf_printf(b, "截至%d月底，全县%s工作累计完成投资%d.%d亿元，占年度计划的%d.%d%%。", UP_TO(12) + 1,
			   PICK(topics), UP_TO(90), UP_TO(10), UP_TO(100), UP_TO(10));
		break;
	case 1:
		buf_printf(b, "本次检查共抽取%d处，发现问题%d项，其余问题由%s负责跟踪督办。", UP_TO(900), UP_TO(90),
			   PICK(organs));
		break;
	case 2:
		buf_printf(b, "会议强调，要把%s摆在更加突出的位置，%s，切实改善群众生活条件。", PICK(topics),
			   PICK(deeds));
		break;
	case 3:
		buf_printf(b, "各乡镇、街道要%s，%s，确保%d月%d日前全面完成年度目标。", PICK(deeds), PICK(deeds),
			   UP_TO(12) + 1, UP_TO(28) + 1);
		break;
	case 4:
		buf_printf(b, "对工作推进不力、进度滞后的单位，由领导小组予以通报，并纳入年度考核。");
		break;
	case 5:
		buf_printf(b, "下一步，%s将会同有关部门%s，%s，有效防范化解风险。", PICK(organs), PICK(deeds),
			   PICK(deeds));
		break;
	case 6:
		buf_printf(b, "申请人应当在公示期内以书面形式向%s提出意见，逾期不予受理。", PICK(organs));
		break;
	default:
		buf_printf(b, "%s负责人介绍，今年计划新建改造%d处，惠及群众约%d万人，所需资金列入年度预算。",
			   PICK(organs), UP_TO(900), UP_TO(90));
	}
}

/* Paragraphs as three editors make them: plain, by Word, by a rich text box. */
static void add_paragraph(struct buf *b, uint64_t *seed, int editor)
{
	static const char *const heads[] = {
		"<p>　　",
		("<p class=\"MsoNormal\" style=\"margin:0cm 0cm 0pt;line-height:28pt;text-indent:32pt\"><span "
		 "style=\"font-size:16pt;font-family:仿宋_GB2312\">"),
		"<p style=\"text-indent: 2em; line-height: 2em;\" align=\"justify\">"};
	buf_add_z(b, heads[editor]);
	for (int n = 2 + UP_TO(5); n > 0; n--)
		add_sentence(b, seed);
	buf_add_z(b, editor == 1 ? "</span></p>\n" : "</p>\n");
}

static void add_statistics(struct buf *b, uint64_t *seed)
{
	static const char *const what[] = {"地区生产总值", "一般公共预算收入", "固定资产投资", "粮食总产量",
					   "城镇新增就业"};
	buf_add_z(b,
		  "<table border=\"1\" cellspacing=\"0\" width=\"100%\">\n<tr><th>序号</th><th>项目</th><th>单位</th>"
		  "<th>本期</th><th>上期</th><th>增减（%）</th></tr>\n");
	for (int i = 6 + UP_TO(18); i > 0; i--)
		buf_printf(b,
			   "<tr><td style=\"border:1px solid #000\">%d</td><td style=\"border:1px solid #000\">%s</td>"
			   "<td>亿元</td><td align=\"right\">%d.%02d</td><td align=\"right\">%d.%02d</td>"
			   "<td align=\"right\">%d.%d</td></tr>\n",
			   i, PICK(what), UP_TO(900), UP_TO(100), UP_TO(900), UP_TO(100), UP_TO(20), UP_TO(10));
	buf_add_z(b, "</table>\n");
}

static void add_report(struct buf *b, uint64_t *seed, int editor)
{
	static const char *const heads[] = {"一、概述", "二、主动公开政府信息情况", "三、依申请公开政府信息情况",
					    "四、复议、诉讼和收费情况", "五、存在的主要问题及改进措施"};
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		buf_printf(b, "<p><strong>%s</strong></p>\n", heads[i]);
		if (i == 1)
			buf_printf(
				b,
				"<p>全年主动公开政府信息%d条，其中通过政府网站公开%d条，通过政务微博公开%d条。</p>\n",
				2000 + UP_TO(900), UP_TO(900), UP_TO(900));
		if (i == 2)
			buf_printf(
				b,
				"<p>全年共收到政府信息公开申请%d件，其中当面申请%d件，网上申请%d件，均按时办结。</p>\n",
				20 + UP_TO(90), UP_TO(9), UP_TO(9));
		if (i == 3)
			buf_add_z(b, "<p>本年度未发生因政府信息公开引起的行政复议和行政诉讼。</p>\n");
		for (int n = 3 + UP_TO(5); n > 0; n--)
			add_paragraph(b, seed, editor);
	}
	buf_add_z(b, "<table border=1><tr><th>统计指标</th><th>单位</th><th>统计数</th></tr>\n");
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		buf_printf(b,
			   "<tr><td><p class=MsoNormal><span "
			   "style='font-size:12pt'>%s</span></p></td><td>件</td><td>%d</td></tr>\n",
			   labels[i], UP_TO(300));
	buf_add_z(b, "</table>\n");
}

static void add_list(struct buf *b, uint64_t *seed, int items, int summaries)
{
	buf_add_z(b, "<div class=\"list\"><ul>\n");
	for (; items > 0; items--) {
		buf_printf(b, "<li><a href=\"./%d/t%d_%d.html\" target=\"_blank\" title=\"", 201600 + UP_TO(99),
			   20160000 + UP_TO(1300), UP_TO(90000));
		size_t from = b->n;
		add_title(b, seed);
		struct str title = {b->p + from, b->n - from};
		char copy[256];
		int n = snprintf(copy, sizeof copy, "%.*s", STR_FMT(title));
		buf_printf(b, "\">%.*s</a><span class=\"date\">2016-%02d-%02d</span>", n, copy, UP_TO(12) + 1,
			   UP_TO(28) + 1);
		if (summaries) {
			buf_add_z(b, "<p class=\"sum\">");
			add_sentence(b, seed);
			buf_add_z(b, "</p>");
		}
		buf_add_z(b, "</li>\n");
	}
	buf_add_z(b, "</ul></div>\n");
}

/* Style sheets and scripts inside the page: a fifth of it and more. */
static void add_head(struct buf *b, uint64_t *seed, const char *charset, const char *title)
{
	buf_printf(b,
		   "<!DOCTYPE html>\n<html><head>\n<meta http-equiv=\"Content-Type\" content=\"text/html; charset=%s\" "
		   "/>\n"
		   "<title>%s-临溪县人民政府</title>\n<meta name=\"SiteName\" content=\"临溪县人民政府\">\n"
		   "<meta name=\"ArticleTitle\" content=\"%s\">\n<meta name=\"PubDate\" content=\"2016-03-0%d "
		   "10:00\">\n<style>\n",
		   charset, title, title, UP_TO(9) + 1);
	for (size_t end = b->n + 6000; b->n < end;)
		buf_printf(b,
			   ".nav-%d .item li a:hover{color:#%06x;padding:%dpx;background:url(/images/bg%d.png) "
			   "no-repeat}\n",
			   UP_TO(99), UP_TO(0xffffff), UP_TO(40), UP_TO(60));
	buf_add_z(b, "</style>\n<script type=\"text/javascript\">\nvar _cfg={};\n");
	for (size_t end = b->n + 4500; b->n < end;)
		buf_printf(b,
			   "_cfg['k%d']={id:%d,url:'/api/"
			   "hit?c=%d',w:%d};if(1<2){document.getElementById('m%d').className='on';}\n",
			   UP_TO(9999), UP_TO(9999), UP_TO(99999), UP_TO(900), UP_TO(9999));
	buf_add_z(b, "</script>\n</head>\n<body>\n<div class=\"header\"><ul class=\"nav\">\n");
	for (int i = 0; i < 12; i++)
		buf_printf(b, "<li><a href=\"../../c%02d/index.html\" target=\"_self\">政务公开栏目%d</a></li>\n", i,
			   i);
	buf_add_z(b, "</ul></div>\n<div class=\"crumb\">当前位置：<a href=\"/\">首页</a> &gt; <a "
		     "href=\"../index.html\">政府信息公开</a></div>\n");
}

static void compose(struct buf *b, uint64_t *seed, enum class kind, const char *charset)
{
	int editor = UP_TO(3);
	size_t want = 24000 + (size_t)UP_TO(30000) + (rng_next(seed) % 4 == 0 ? (size_t)UP_TO(60000) : 0);
	add_head(b, seed, charset,
		 kind == REPORT ? "临溪县2016年政府信息公开工作年度报告" : "临溪县水利局关于有关工作的通知");
	if (kind == HOME || kind == LIST) {
		for (int boxes = kind == HOME ? 10 : 1; boxes > 0; boxes--)
			add_list(b, seed, kind == HOME ? 12 : 20, kind == LIST);
		buf_add_z(b, "<div class=\"page\"><a href=\"index_1.html\">2</a> <a "
			     "href=\"index_1.html\">下一页</a></div>\n");
	} else {
		buf_printf(b,
			   "<div class=\"article\"><h1>%s</h1>\n<div "
			   "class=\"info\">发布时间：2016-03-0%d　来源：县政府办　字体：[<a "
			   "href=\"javascript:doZoom(16)\">大</a>]</div>\n<div id=\"zoom\">\n",
			   kind == REPORT ? "临溪县2016年政府信息公开工作年度报告" : "关于有关工作的通知",
			   UP_TO(9) + 1);
		if (kind == REPORT)
			add_report(b, seed, editor);
		while (kind != REPORT && b->n < want) {
			if (rng_next(seed) % 16 == 0 || (kind == TABLES && rng_next(seed) % 2))
				add_statistics(b, seed);
			else
				add_paragraph(b, seed, editor);
		}
		buf_add_z(b, "</div></div>\n<div class=\"side\"><h3>相关推荐</h3>");
		add_list(b, seed, 6, 0);
		buf_add_z(b, "</div>\n");
	}
	buf_add_z(b,
		  "<div "
		  "class=\"footer\"><p>主办单位：临溪县人民政府　网站标识码：0000000001</p></div>\n</body></html>\n");
}

/* What of `in` the converter takes, the rest as '?', appended to `out`. */
static void recode(const char *to, const char *from, struct str in, struct buf *out)
{
	iconv_t cd = iconv_open(to, from);
	char piece[4096], *p = (char *)(uintptr_t)in.p;
	size_t left = in.n;
	if (cd == (iconv_t)-1)
		abort();
	while (left > 0) {
		char *w = piece;
		size_t room = sizeof piece, rc = iconv(cd, &p, &left, &w, &room);
		(void)buf_add(out, piece, sizeof piece - room);
		if (rc == (size_t)-1 && errno != E2BIG) {
			(void)buf_add_char(out, '?');
			p++;
			left--;
		}
	}
	iconv_close(cd);
}

static void compose_all(struct page_set *set)
{
	uint64_t seed = 20161231;
	for (size_t i = 0; i < SET_PAGES; i++) {
		enum class kind = i == 0                  ? HOME
				  : i % 12 == 1 && i < 97 ? LIST
				  : i % 25 == 3           ? TABLES
				  : i % 50 == 20          ? REPORT
							  : ARTICLE;
		size_t fifth = (i + i / 50) % 5;
		bool utf8 = fifth != 1 && fifth != 3;
		buf_init(&set->page[i], PAGE_MAX_BYTES);
		buf_init(&set->decoded[i], PAGE_MAX_BYTES);
		compose(&set->decoded[i], &seed, kind, utf8 ? "utf-8" : "gb2312");
		if (utf8)
			(void)buf_add_str(&set->page[i], buf_str(&set->decoded[i]));
		else
			recode("GB18030", "UTF-8", buf_str(&set->decoded[i]), &set->page[i]);
		set->of[i] = kind;
		set->utf8[i] = utf8;
		set->count++;
	}
}

/* ------------------------------------------------------------------ files */

static char *found[FILES_SEEN_MAX];
static size_t found_count;

static int see_file(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	const char *dot = strrchr(path, '.');
	(void)walk;
	if (type == FTW_F && st->st_size <= PAGE_MAX_BYTES && dot && strstr(".html.shtml", dot) &&
	    found_count < FILES_SEEN_MAX)
		found[found_count++] = strdup(path);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_file(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	if (!f)
		return -1;
	do {
		char *to = buf_reserve(b, 65536);

		n = to ? fread(to, 1, 65536, f) : 0;
		if (to)
			buf_commit(b, n);
	} while (n > 0);
	fclose(f);
	return 0;
}

static int read_all(struct page_set *set, const char *dir)
{
	if (nftw(dir, see_file, 16, FTW_PHYS) != 0 || found_count == 0)
		return -1;
	qsort(found, found_count, sizeof *found, by_name);
	size_t take = found_count < FILES_MAX ? found_count : FILES_MAX;
	for (size_t i = 0; i < take; i++) {
		struct buf *b = &set->page[set->count];
		buf_init(b, PAGE_MAX_BYTES + 65536);
		if (read_file(found[i * found_count / take], b) < 0)
			return -1;
		bool utf8 = utf8_valid(b->p ? b->p : "", b->n);
		buf_init(&set->decoded[set->count], 2 * PAGE_MAX_BYTES);
		recode("UTF-8", utf8 ? "UTF-8" : "GB18030", buf_str(b), &set->decoded[set->count]);
		set->utf8[set->count++] = utf8;
	}
	for (size_t i = 0; i < found_count; i++)
		free(found[i]);
	return 0;
}

/* -------------------------------------------------------------- measuring */

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

static double rss_mib(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	long all = 0, resident = 0;

	if (f && fscanf(f, "%ld %ld", &all, &resident) != 2)
		resident = 0;
	if (f)
		fclose(f);
	return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1048576.0;
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
	xmlFreeDoc(c->myDoc);
	htmlFreeParserCtxt(c);
	return seen;
}

static void full_parse(struct parse *p, struct str page, struct buf *out)
{
	struct parse_input in;

	memset(&in, 0, sizeof(in));
	in.body = page;
	in.url = in.final_url = STR("http://www.linxi.example/zwgk/201603/t20160301_1.html");
	in.content_type = STR("text/html");
	buf_clear(out);
	if (parse_page(p, &in, out) != ERR_OK) {
		fprintf(stderr, "bench_parse: %s\n", err_text());
		exit(1);
	}
}

struct sums {
	double full, bare, full_utf8, bare_utf8;
	size_t pages, bytes;
};

static void print_sums(const char *name, const struct sums *s)
{
	double n = (double)s->pages;
	if (s->pages == 0)
		return;
	printf("%-11s %7zu pages of %6.1f KB: full line %6.3f ms, bare walk %6.3f ms, ratio %5.2f", name, s->pages,
	       (double)s->bytes / n / 1e3, s->full / n * 1e3, s->bare / n * 1e3, s->full / s->bare);
	if (s->bare_utf8 > 0)
		printf(" (UTF-8 %5.2f)", s->full_utf8 / s->bare_utf8);
	printf(", %6.0f pages/s and core\n", n / s->full);
}

static void add_sums(struct sums *s, const struct sums *one)
{
	s->full += one->full;
	s->bare += one->bare;
	s->full_utf8 += one->full_utf8;
	s->bare_utf8 += one->bare_utf8;
	s->pages += one->pages;
	s->bytes += one->bytes;
}

static void measure(struct parse *p, const struct page_set *set, size_t pages, struct sums *classes)
{
	static volatile size_t seen; /* what the walk saw is used, so that no compiler drops it */
	struct buf out;
	buf_init(&out, 16u * 1024 * 1024);
	for (size_t i = 0; i < pages; i++) {
		size_t k = i % set->count;
		struct str page = buf_str(&set->page[k]);
		struct sums one = {.pages = 1, .bytes = page.n};
		double t = cpu_s();
		full_parse(p, page, &out);
		one.full = cpu_s() - t;
		t = cpu_s();
		seen = seen + bare_walk(buf_str(&set->decoded[k]));
		one.bare = cpu_s() - t;
		one.full_utf8 = set->utf8[k] ? one.full : 0;
		one.bare_utf8 = set->utf8[k] ? one.bare : 0;
		add_sums(&classes[set->of[k]], &one);
		if (i + 1 == pages / 10 || i + 1 == pages / 2 || i + 1 == pages)
			printf("after %6zu pages: resident %.1f MiB, peak %.1f MiB\n", i + 1, rss_mib(), peak_mib());
	}
	buf_fini(&out);
}

/* Once over all pages, so that both sides run warm; of files it says here which hold a report. */
static void warm(struct parse *p, struct page_set *set, bool files)
{
	struct buf out;
	buf_init(&out, 16u * 1024 * 1024);
	for (size_t i = 0; i < set->count; i++) {
		full_parse(p, buf_str(&set->page[i]), &out);
		(void)bare_walk(buf_str(&set->decoded[i]));
		if (files)
			set->of[i] = str_find(buf_str(&out), STR("\"reports\":[]"), 0) < 0 ? REPORT : WITHOUT;
	}
	buf_fini(&out);
}

static int usage(void)
{
	fprintf(stderr, "usage: bench_parse [--pages N] [--files DIR]   N from 10\n");
	return 2;
}

int main(int argc, char **argv)
{
	static struct page_set set;
	struct sums classes[CLASSES] = {{0}}, all = {0};
	struct parse *p;
	size_t pages = 10000;
	const char *dir = NULL;

	for (int i = 1; i < argc; i += 2) {
		if (i + 1 < argc && strcmp(argv[i], "--pages") == 0)
			pages = (size_t)strtoul(argv[i + 1], NULL, 10);
		else if (i + 1 < argc && strcmp(argv[i], "--files") == 0)
			dir = argv[i + 1];
		else
			return usage();
	}
	if (pages < 10)
		return usage();
	if (parse_new(&p) != ERR_OK) {
		fprintf(stderr, "bench_parse: %s\n", err_text());
		return 1;
	}
	if (dir && read_all(&set, dir) < 0) {
		fprintf(stderr, "bench_parse: no HTML files in '%s'\n", dir);
		return 3;
	}
	if (!dir)
		compose_all(&set);
	warm(p, &set, dir != NULL);
	measure(p, &set, pages, classes);
	for (size_t i = 0; i < CLASSES; i++) {
		print_sums(class_names[i], &classes[i]);
		add_sums(&all, &classes[i]);
	}
	print_sums("all", &all);
	parse_free(p);
	for (size_t i = 0; i < set.count; i++) {
		buf_fini(&set.page[i]);
		buf_fini(&set.decoded[i]);
	}
	return !dir && (all.full > all.bare * RATIO_MAX || peak_mib() > PEAK_MIB_MAX);
}
