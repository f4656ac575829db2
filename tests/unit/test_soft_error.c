/* soft_error: error pages and challenges that come with status 200, and all that must not be taken for one. */
#include <dirent.h>
#include <sys/stat.h>

#include "parse_fixture.h"

#include "parser/soft_error.h"

/* All bodies, names and numbers are invented; the shapes are those of portals' guards and servers. */

#define PAGE_URL "http://www.heling.gov.cn/zwgk/2024/art_7.html"
#define HTML(title, body)                                                                                              \
	"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" title "</title></head><body>" body "</body></"    \
	"html>"
#define MENU                                                                                                                \
	"<div class=\"nav\"><a href=\"/\">首页</a><a href=\"/zwgk/\">政务公开</a><a href=\"/xxgk/\">信息公开</a>" \
	"<a href=\"/hd/\">互动交流</a><a href=\"/fw/\">办事服务</a><a href=\"/zjhl/\">走进鹤岭</a>"             \
	"<a href=\"/zt/\">专题</a><a href=\"/nb/\">年报</a><a href=\"/zn/\">指南</a><a href=\"/ml/\">目录</a>"      \
	"<a href=\"/ysq/\">依申请公开</a><a href=\"/zc/\">政策</a></div>"
#define FOOT                                                                                                                                  \
	"<div class=\"footer\">主办：鹤岭县人民政府办公室　承办：鹤岭县大数据中心　网站标识码：0000000000　" \
	"地址：鹤岭县滨河路1号　<a href=\"/map.html\">网站地图</a><a href=\"/us.html\">联系我们</a></div>"

static enum soft_kind kind_at(const char *url, const char *type, const char *body, size_t n)
{
	enum soft_kind kind = SOFT_NONE;
	struct buf out;
	struct parse_input in = {.body = {body, n},
				 .url = str_of(url),
				 .final_url = str_of(url),
				 .content_type = str_of(type),
				 .soft = &kind};
	buf_init(&out, 9u << 20);
	ck_assert_int_eq(parse_page(fixture_parse, &in, &out), ERR_OK);
	buf_fini(&out);
	return kind;
}

static enum soft_kind kind_of(const char *body)
{
	return kind_at(PAGE_URL, "text/html", body, strlen(body));
}

static const char *const challenges[] = {
	/* a cookie to be computed */
	"<html><script>\nvar arg1='4D5A7B0C';var _0x4818=['\\x63'];setCookie=function(n,v){document.cookie=n+'='+v;};"
	"setCookie(\"acw_sc__v2\", x);document.location.reload();</script></html>",
	"<script>document.cookie=('_')+('_')+('j')+('s')+('l')+('_')+('c')+'=16;path=/';location.href=location.pathname"
	"</script>",
	"<html><head><script>document.cookie='__jsl_clearance=1700000000.5|0|x';</script></head><body></body></html>",
	/* a page of 412's family */
	"<!DOCTYPE html><html><head><meta content=\"x7Q\" id=\"9DhefwqGPrzGxEp9hPaoag\"><script>$_ts=window['$_ts'];"
	"if(!$_ts)$_ts={};$_ts.nsd=21;$_ts.cd=\"qE\";</script><script "
	"src=\"/fpm/a.js\"></script></head><body></body></html>",
	"<html><head><meta charset=utf-8></head><body><script>function "
	"YunSuoAutoJump(){self.location='/?security_verify_data=1';}"
	"</script><script>setTimeout(\"YunSuoAutoJump()\",50);</script></body></html>",
	/* JavaScript wanted */
	HTML("", "<noscript>请开启JavaScript并刷新该页.</noscript><script>document.cookie='k=1';location.reload();</"
		 "script>"),
	"<html><body><p>请开启JavaScript并刷新该页</p><script>window.location.href='/?k='+k;</script></body></html>",
	HTML("Just a moment...",
	     "<div>Enable JavaScript and cookies to continue</div><script>location.replace(u)</script>"),
	/* proof of a person */
	HTML("安全验证",
	     "<h1>请完成安全验证</h1><div id=\"slide\">拖动滑块完成拼图</div><script src=\"/c.js\"></script>"),
	HTML("访问验证",
	     "<p>您的访问过于频繁，请输入验证码后继续。</p><form><input name=code><img src=/code.jpg></form>"),
	HTML("滑动验证页面", "<p>请按住滑块，拖动到最右边</p>"),
	/* a firewall's block */
	HTML("405",
	     "<h2>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</h2><p>您的请求ID是: 76b20f4</p>"),
	HTML("网站防火墙",
	     "<p>您的请求带有不合法参数，已被网站管理员设置拦截！</p><p>可能原因：您提交的内容包含危险的攻击请求</p>"
	     "<ul><li>检查提交内容</li><li>如网站托管，请联系空间提供商</li></ul>"),
};

static const char *const errors[] = {
	HTML("404 Not Found", "<center><h1>404 Not Found</h1></center><hr><center>nginx</center>"),
	HTML("404", "<img src=\"/images/404.png\">"),
	HTML("页面不存在", "<p>抱歉，您访问的页面不存在或已删除。</p><p><a href=\"/\">返回首页</a></p>"),
	HTML("鹤岭县人民政府_404",
	     MENU "<div class=\"err\"><p>您要查看的页面不存在或已被删除</p><p>5秒后返回首页</p></div>" FOOT),
	HTML("系统维护", "<div>系统维护中，请稍后访问。</div>"),
	HTML("鹤岭县人民政府门户网站", "<div><p>网站正在升级维护，给您带来不便敬请谅解</p></div>"),
	HTML("HTTP Status 404 – Not Found", "<h1>HTTP Status 404 – Not Found</h1><p>The requested resource is not "
					    "available.</p><h3>Apache Tomcat</h3>"),
	HTML("系统提示", "<p>该信息不存在！</p><a href=\"javascript:history.back()\">返回</a>"),
	HTML("", "<p>系统繁忙，请稍后再试</p>"),
	HTML("Error", "<p>The requested URL /nb/2019.html was not found on this server.</p>"),
	/* a login in the way */
	HTML("用户登录", "<form><label>用户名</label><input name=u><label>密码</label><input type=\"password\" name=p>"
			 "<input name=c placeholder=验证码><button>登录</button></form>"),
	HTML("统一身份认证平台", "<form>账号<input name=u>密码<input type='password' name=p></form>"),
	/* nothing */
	"<html><head></head><body></body></html>",
	"<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"></head>\n<body>\n</body>\n</html>\n",
};

START_TEST(challenges_are_seen)
{
	for (size_t i = 0; i < sizeof challenges / sizeof *challenges; i++)
		ck_assert_msg(kind_of(challenges[i]) == SOFT_CHALLENGE, "%d for: %s", (int)kind_of(challenges[i]),
			      challenges[i]);
}
END_TEST

START_TEST(error_pages_are_seen)
{
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		ck_assert_msg(kind_of(errors[i]) == SOFT_ERROR, "%d for: %s", (int)kind_of(errors[i]), errors[i]);
	ck_assert_int_eq(kind_at(PAGE_URL, "text/plain", "404 Not Found", 13), SOFT_ERROR);
}
END_TEST

/* An error page in the charset of its time. */
START_TEST(an_error_page_in_gbk)
{
	static const char gbk[] =
		"<html><head><meta charset=gb2312><title>\xCF\xB5\xCD\xB3\xCE\xAC\xBB\xA4</title></head>"
		"<body><p>\xCF\xB5\xCD\xB3\xCE\xAC\xBB\xA4\xD6\xD0</p></body></html>";
	ck_assert_int_eq(kind_at(PAGE_URL, "text/html", gbk, sizeof gbk - 1), SOFT_ERROR);
}
END_TEST

#define ITEM(n, text) "<li><a href=\"/nb/" n ".html\">" text "</a><span>2024-03-05</span></li>"
#define LONG_TEXT                                                                                                                                                      \
	"<p>　　近日，有群众来信反映，在政府网站上点击往年的信息公开年度报告时，浏览器显示“404 Not "                          \
	"Found”或者“页面不存在”，"                                                                                                                       \
	"有的栏目还提示“系统维护中，请稍后再试”。县大数据中心对全县政府网站进行了全面排查，共修复失效链接132条，" \
	"并在网站改版时保留了原来的网址。对于个别浏览器提示“请开启JavaScript并刷新该页”的情况，技术人员说明，"         \
	"这是安全防护系统设置的 acw_sc__v2 校验所致，正常访问不受影响。</p>"                                                                  \
	"<p>　　下一步，将把链接可用性纳入日常监测，每月通报一次，确保群众随时看得到、找得着。</p>"

static const char *const ordinary[] = {
	/* articles and notices that speak of it */
	HTML("我县集中整治网站“页面不存在”问题", MENU "<h1>我县集中整治网站“页面不存在”问题</h1>" LONG_TEXT FOOT),
	HTML("404还是200：谈谈政府网站的错误页面", MENU "<div class=\"TRS_Editor\">" LONG_TEXT LONG_TEXT "</div>" FOOT),
	HTML("关于系统维护的通知", "<p>因系统维护，本网站将于3月9日暂停服务，请稍后再试。</p><p>鹤岭县大数据中心</p>"),
	HTML("停机公告", "<p>网站正在升级维护，3月9日8时恢复。</p>"),
	HTML("鹤岭县人民政府",
	     "<h2>系统升级</h2><p>发布时间：2024-03-05</p><p>网上办事大厅系统升级中，请到窗口办理。</p>"),
	HTML("安全验证", MENU "<h1>什么是安全验证</h1>" LONG_TEXT FOOT),
	HTML("关于启用滑动验证的通知", "<p>为防止恶意注册，登录时须完成滑动验证。</p>"),
	/* an ordinary page behind a guard keeps its script */
	HTML("通知公告", "<script>$_ts=window['$_ts'];</script>" MENU "<ul>" ITEM("1", "关于做好春季植树造林工作的通知")
				 ITEM("2", "关于公布行政许可事项清单的通知") "</ul>" FOOT),
	/* lists, short and empty ones */
	HTML("年报", "<ul>" ITEM("1", "鹤岭县2023年政府信息公开工作年度报告") "</ul>"),
	HTML("系统维护",
	     MENU "<h2>系统维护</h2><ul>" ITEM("1", "门户网站系统维护中有关事项的说明一")
		     ITEM("2", "政务邮箱系统维护中注意事项的说明二") ITEM("3", "视频会议系统正在维护期间的替代办法")
			     ITEM("4", "协同办公平台系统升级中的数据迁移安排") "</ul>" FOOT),
	HTML("政府信息公开年报", MENU "<ul class=\"list\"></ul>" FOOT),
	HTML("", "<ul class=\"list\"></ul>"),
	HTML("政府信息公开年报", "<div class=\"list\">暂无数据</div>"),
	HTML("检索结果", "<p>没有找到相关信息</p>"),
	"<table><tr><td></td></tr></table>",
	/* stubs: what is to be seen is elsewhere */
	"<html><head><meta http-equiv=\"refresh\" content=\"0;url=/index/\"></head><body></body></html>",
	"<html><head><title></title></head><frameset cols=\"20%,80%\"><frame src=\"left.htm\"><frame "
	"src=\"main.htm\"></frameset></html>",
	"<html><body><iframe src=\"/col/nb.html\"></iframe></body></html>",
	"<html><script>location.href='/index.html'</script></html>",
	"<html><body><a href=\"/index.html\">进入网站</a></body></html>",
	"<html><body><img src=\"/nb/2019-1.jpg\"><img src=\"/nb/2019-2.jpg\"></body></html>",
	"<html><body><embed src=\"/nb/2019.pdf\"></body></html>",
	/* the shell of a page that its scripts draw */
	HTML("鹤岭县政府信息公开平台",
	     "<noscript>Please enable JavaScript to continue.</noscript><div id=\"app\"></div>"
	     "<script>window.location.href.indexOf('x')</script><script src=\"/js/app.js\"></script>"),
	/* short real texts */
	HTML("鹤岭县2009年政府信息公开年度报告", "<p>本年度主动公开政府信息12条，未收到公开申请。</p>"),
	HTML("值班电话", "<p>县政府办公室：000-0000000</p>"),
	HTML("公示", "<p>经审核，张某等3人符合条件，现予公示。</p>"),
	HTML("依申请公开", "<form><p>申请人姓名</p><input name=n><p>密码</p><input "
			   "type=\"password\"><button>提交申请</button></form>"),
	HTML("网站登录入口在首页右上角", MENU "<form><input type=\"password\"></form>" LONG_TEXT FOOT),
	HTML("404医院建设项目环境影响评价", "<p>项目位于鹤岭镇，占地404亩，总投资3000万元。</p>"),
};

START_TEST(ordinary_pages_are_left_alone)
{
	for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++)
		ck_assert_msg(kind_of(ordinary[i]) == SOFT_NONE, "%d for: %s", (int)kind_of(ordinary[i]), ordinary[i]);
}
END_TEST

/* What a program answers to a query may be nothing, and that is its whole truth. */
START_TEST(empty_answers_are_answers)
{
	static const char url[] = "http://www.heling.gov.cn/module/web/jpage/dataproxy.jsp?page=9";
	ck_assert_int_eq(kind_at(url, "text/html", "", 0), SOFT_NONE);
	ck_assert_int_eq(kind_at(PAGE_URL, "text/html", "", 0), SOFT_NONE);
	ck_assert_int_eq(kind_at(url, "text/html", "<html><body></body></html>", 26), SOFT_NONE);
	ck_assert_int_eq(kind_at(url, "application/json", "{}", 2), SOFT_NONE);
	ck_assert_int_eq(kind_at(PAGE_URL, "application/json", "{\"articles\":[]}", 15), SOFT_NONE);
	ck_assert_int_eq(kind_at(PAGE_URL, "text/xml", "<?xml version=\"1.0\"?><urlset></urlset>", 38), SOFT_NONE);
	ck_assert_int_eq(kind_at(PAGE_URL, "text/plain", "User-agent: *\nDisallow:\n", 24), SOFT_NONE);
}
END_TEST

START_TEST(the_document_says_so)
{
	json_t *d = fixture_page(errors[0]);
	ck_assert_msg(strncmp(get(d, "soft_error"), "line: ", 6) == 0 ||
			      strncmp(get(d, "soft_error"), "title: ", 7) == 0,
		      "%s", get(d, "soft_error"));
	json_decref(d);
	d = fixture_page(challenges[0]);
	ck_assert_str_eq(get(d, "challenge"), "script: acw_sc__v2");
	ck_assert_ptr_null(json_object_get(d, "soft_error"));
	json_decref(d);
	d = fixture_page(ordinary[0]);
	ck_assert_ptr_null(json_object_get(d, "soft_error"));
	ck_assert_ptr_null(json_object_get(d, "challenge"));
	json_decref(d);
}
END_TEST

/* ---- real pages: none may be flagged */

static char *read_whole(const char *path, size_t *n_out)
{
	FILE *f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s", path);
	ck_assert_int_eq(fseek(f, 0, SEEK_END), 0);
	size_t n = (size_t)ftell(f);
	rewind(f);
	char *p = malloc(n + 1);
	ck_assert(p && fread(p, 1, n, f) == n);
	fclose(f);
	*n_out = n;
	return p;
}

static int real_pages(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	int count = 0;
	while (dir && (e = readdir(dir)) != NULL) {
		char path[4096 + 260];
		size_t n;
		const char *dot = strrchr(e->d_name, '.');
		if (!dot || (strcmp(dot, ".html") != 0 && strcmp(dot, ".txt") != 0))
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		char *p = read_whole(path, &n);
		const char *type = strcmp(dot, ".html") == 0 ? "text/html" : "text/plain";
		ck_assert_msg(kind_at(PAGE_URL, type, p, n) == SOFT_NONE, "%s", path);
		free(p);
		count++;
	}
	if (dir)
		closedir(dir);
	return count;
}

START_TEST(no_real_page_is_flagged)
{
	static const char *const folders[] = {"corpus/pages", "corpus/seeds", "corpus/maintext/pages"};
	const char *shared = getenv("GONGKAI_SHARED");
	char path[4096];
	int count = 0;
	struct stat st;
	snprintf(path, sizeof path, "%s/corpus", shared ? shared : TEST_SOURCE_DIR "/../../shared");
	if (stat(path, &st) != 0) {
		printf("note: no real pages at %s: skipped\n", path);
		return;
	}
	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		snprintf(path, sizeof path, "%s/%s", shared ? shared : TEST_SOURCE_DIR "/../../shared", folders[i]);
		count += real_pages(path);
	}
	ck_assert_int_gt(count, 50);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("soft_error");
	TCase *t = tcase_create("pages");
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_set_timeout(t, 60);
	tcase_add_test(t, challenges_are_seen);
	tcase_add_test(t, error_pages_are_seen);
	tcase_add_test(t, an_error_page_in_gbk);
	tcase_add_test(t, ordinary_pages_are_left_alone);
	tcase_add_test(t, empty_answers_are_answers);
	tcase_add_test(t, the_document_says_so);
	tcase_add_test(t, no_real_page_is_flagged);
	suite_add_tcase(s, t);
	return suite_run(s);
}
