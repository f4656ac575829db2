#include "list_fixture.h"

#include <zlib.h>

#include "parser/list_scheme.h"

/*
 * Lists that no one system makes: numbered names and parameters, pagers by links, buttons and calls, feeds and sitemaps,
 * frames, refreshes and viewers. All hosts, names and numbers are invented.
 */

#define TITLE "榕都区2014年政府信息公开年度报告"
#define TAGS "<meta name=\"ArticleTitle\" content=\"" TITLE "\"><meta name='PubDate' content='2015-03-10 09:00'>"
#define TEXT                                                                                                                                                               \
	"<p>"                                                                                                                                                              \
	"根据条例规定，现公布本区2014年政府信息公开工作年度报告。一、概述。全年主动公开政府信息三百条，没有收取费用。" \
	"</p>"
#define HOST "http://www.rongdu.gov.cn"
#define ARTICLE_BODY TAGS "<div class=article-content>" TEXT "<a href=/f/1.pdf>附件</a></div>"
#define ARTICLE_PAGE(form, path)                                                                                       \
	{                                                                                                              \
		.system = form, ARTICLE, HOST path, ARTICLE_BODY, {NULL}, {"/f/1.pdf"}, TITLE, "2015-03-10"            \
	}

static const struct list_case cases[] = {
	/* ------------------------------------------------------- column-index-N */
	{.system = "columnindex",
	 LIST,
	 HOST "/gk/column-index-1.shtml",
	 "<a href=/gk/2015/3/a.shtml>甲</a><script>var totalPage = 3;</script>",
	 {"/gk/column-index-2.shtml", "/gk/column-index-3.shtml"},
	 {"/gk/2015/3/a.shtml"}},
	{.system = "columnindex",
	 LIST,
	 "https://gk.rongdu.gov.cn/nb/column-index-1.shtml",
	 "<a href=\"column-index-2.shtml\">下一页</a><a href=\"column-index-4.shtml\">尾页</a>",
	 {"/nb/column-index-2.shtml", "/nb/column-index-3.shtml", "/nb/column-index-4.shtml"}},
	{.system = "columnindex",
	 LAST,
	 HOST "/gk/column-index-3.shtml",
	 "<a href=/gk/2009/3/z.shtml>末</a><script>var totalPage = '3';</script>",
	 {"/gk/column-index-2.shtml", "/gk/column-index-3.shtml"},
	 {"/gk/2009/3/z.shtml"}},
	{.system = "columnindex",
	 EMPTY,
	 HOST "/gk/column-index-1.shtml",
	 "<ul></ul><script>var totalPage = 0;</script>"},
	ARTICLE_PAGE("columnindex", "/gk/2015/3/a.shtml"),
	/* -------------------------------------------------------- page parameters */
	{.system = "parameter",
	 LIST,
	 HOST "/gk/list.do?cid=7&pageNo=1",
	 "<a href=/gk/a.html>甲</a><a href='?cid=7&amp;pageNo=2'>2</a><a href='?cid=7&amp;pageNo=3'>3</a>",
	 {"/gk/list.do?cid=7&pageNo=2", "/gk/list.do?cid=7&pageNo=3"},
	 {"/gk/a.html"}},
	{.system = "parameter",
	 LIST,
	 HOST "/gk/list.aspx?PageIndex=1&id=7",
	 "<a href=/gk/a.html>甲</a><script>var pageCount = 3, url='list.aspx?id=7&PageIndex=' + i;</script>",
	 {"/gk/list.aspx?PageIndex=2&id=7", "/gk/list.aspx?PageIndex=3&id=7"},
	 {"/gk/a.html"}},
	{.system = "parameter",
	 LIST,
	 HOST "/list.php?cid=7&page=1",
	 "<p>共31条 当前第 1 页 / 共 3 页</p>",
	 {"/list.php?cid=7&page=2", "/list.php?cid=7&page=3"}},
	{.system = "parameter",
	 LIST,
	 HOST "/gk/list.jsp?currPage=0",
	 "<input type=hidden id=totalPage value=3>",
	 {"/gk/list.jsp?currPage=1", "/gk/list.jsp?currPage=2"}},
	{.system = "parameter",
	 LIST,
	 HOST "/api/list?pageNum=1&pageSize=10",
	 "{\"code\":0,\"data\":{\"total\":21,\"list\":[{\"title\":\"甲\",\"url\":\"/gk/a.html\"}],\"pageNum\":1}}",
	 {"/api/list?pageNum=2&pageSize=10", "/api/list?pageNum=3&pageSize=10"},
	 {"/gk/a.html"}},
	{.system = "parameter",
	 LIST,
	 HOST "/api/list?pn=1",
	 "jQuery18_1({\"totalPages\":2,\"content\":[{\"name\":\"甲\",\"link\":\"/gk/a.html\"}]});",
	 {"/api/list?pn=2"},
	 {"/gk/a.html"}},
	{.system = "parameter",
	 LIST,
	 HOST "/api/list?pageIndex=0&size=10",
	 "{\"totalElements\":\"21\",\"rows\":[{\"infoTitle\":\"甲\",\"visitUrl\":\"/gk/a.html\",\"imgUrl\":\"/i/"
	 "a.png\"}]}",
	 {"/api/list?pageIndex=1&size=10", "/api/list?pageIndex=2&size=10"},
	 {"/gk/a.html"}},
	{.system = "parameter",
	 LAST,
	 HOST "/gk/list.do?cid=7&pageNo=3",
	 "<a href=/gk/z.html>末</a><a href='?cid=7&pageNo=2'>上一页</a><a>下一页</a><p>第3/3页</p>",
	 {"/gk/list.do?cid=7&pageNo=3"},
	 {"/gk/z.html", "/gk/list.do?cid=7&pageNo=2"}},
	{.system = "parameter", EMPTY, HOST "/gk/list.do?cid=7&pageNo=1", "<p>共0条 第1/0页</p>"},
	{.system = "parameter",
	 EMPTY,
	 HOST "/api/list?pageNum=1&pageSize=10",
	 "{\"code\":0,\"data\":{\"total\":0,\"list\":[]}}"},
	ARTICLE_PAGE("parameter", "/gk/show.do?id=7"),
	/* ----------------------------------------------------------------- base64 */
	{.system = "base64",
	 LIST,
	 HOST "/nb/index.html", /* <li><a href='/nb/7.html'>七</a><a href='p2.html'>下一页</a> */
	 "<script>$('#l').html(window.atob("
	 "\"PGxpPjxhIGhyZWY9Jy9uYi83Lmh0bWwnPuS4gzwvYT48YSBocmVmPSdwMi5odG1sJz7kuIvkuIDpobU8L2E+\"))"
	 "</script>",
	 {"/nb/p2.html"},
	 {"/nb/7.html"}},
	{.system = "base64",
	 LAST,
	 HOST "/nb/p2.html", /* <a href='/nb/8.html'>八</a> */
	 "<script>var s = atob( 'PGEgaHJlZj0nL25iLzguaHRtbCc+5YWrPC9hPg==' );</script>",
	 {NULL},
	 {"/nb/8.html"}},
	{.system = "base64",
	 EMPTY,
	 HOST "/nb/index.html",
	 "<script>var s=window.atob(\"\");window.atob('!!');atob(x)</script>"},
	ARTICLE_PAGE("base64", "/nb/7.html"),
	/* --------------------------------------------------------- links of a pager */
	{.system = "links",
	 LIST,
	 HOST "/nb/index.html",
	 "<ul><li><a href=a.html>甲</a></ul><a>首页</a><a>上一页</a><a href='list_2.html'>下一页</a> <a "
	 "href='list_4.html'>尾页</a>",
	 {"/nb/list_2.html", "/nb/list_3.html", "/nb/list_4.html"},
	 {"/nb/a.html"}},
	{.system = "links",
	 LAST,
	 HOST "/nb/list_4.html",
	 "<ul><li><a href=z.html>末</a></ul><a href='list_3.html'>上一页</a><a href='javascript:;'>下一页</a><a "
	 "href='#'>尾页</a><a href='javascript:void(0)' class=next>&gt;</a>",
	 {NULL},
	 {"/nb/z.html", "/nb/list_3.html"}},
	{.system = "links", EMPTY, HOST "/nb/index.html", "<ul></ul><span>共0页</span><a>下一页</a>"},
	ARTICLE_PAGE("links", "/nb/a.html"),
	/* -------------------------------------------------------------------- RSS */
	{.system = "rss",
	 LIST,
	 HOST "/",
	 "<link rel=alternate type='application/rss+xml' href='rss/rss.xml?siteId=4'>",
	 {NULL},
	 {"/rss/rss.xml?siteId=4"}},
	{.system = "rss",
	 LIST,
	 HOST "/rss/rss.xml?siteId=4",
	 "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>年报</title><link>" HOST
	 "/</link>"
	 "<image><url>" HOST "/logo.png</url><link>" HOST "/logo</link></image>"
	 "<item><title>甲</title><link>../nb/a.html</link><pubDate>Tue, 10 Mar 2015 09:00:00 GMT</pubDate></item>\n"
	 "<item>\n<link>\n<![CDATA[ /nb/b.html?a=1&b=2 ]]>\n</link><title><![CDATA[乙]]></title></item>"
	 "<item><title>丙</title><guid isPermaLink=\"true\">" HOST "/nb/c.html</guid></item>"
	 "<item><title>丁</title><guid isPermaLink=\"false\">4711</guid><enclosure url='/f/d.pdf' length='1' "
	 "type='application/pdf'/></item></channel></rss>",
	 {NULL},
	 {"/nb/a.html", "/nb/b.html?a=1&b=2", "/nb/c.html", "/f/d.pdf"}},
	{.system = "rss",
	 LIST,
	 HOST "/rdf.xml",
	 "<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\"><channel rdf:about='x'></channel><item "
	 "rdf:about=\"/nb/a.html\"><title>甲"
	 "</title></item></rdf:RDF>",
	 {NULL},
	 {"/nb/a.html"}},
	{.system = "rss",
	 LIST,
	 HOST "/atom.xml",
	 "<feed xmlns='http://www.w3.org/2005/Atom'><link rel='self' href='/atom.xml'/><link href='/atom.xml?p=2' "
	 "rel='next'/><entry><title type='text'>甲</title><link "
	 "href='/nb/a.html'/><updated>2015-03-10T09:00:00Z</updated>"
	 "<link rel='enclosure' href='/f/a.pdf'/></entry></feed>",
	 {"/atom.xml?p=2"},
	 {"/nb/a.html", "/f/a.pdf"}},
	{.system = "rss",
	 LAST,
	 HOST "/atom.xml?p=2",
	 "<feed><entry><link rel='alternate' href='/nb/z.html'/><title>末</title></entry></feed>",
	 {NULL},
	 {"/nb/z.html"}},
	{.system = "rss",
	 EMPTY,
	 HOST "/rss/rss.xml",
	 "<rss version='2.0'><channel><title>年报</title><link>/</link></channel></rss>"},
	ARTICLE_PAGE("rss", "/nb/a.html"),
	/* ---------------------------------------------------------------- sitemap */
	{.system = "sitemap",
	 LIST,
	 HOST "/sitemap.xml",
	 "<?xml version='1.0'?><!-- made by a tool --><sitemapindex "
	 "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\n"
	 "<sitemap><loc>" HOST "/s1.xml</loc><lastmod>2015-03-10</lastmod></sitemap><sitemap>\n<loc><![CDATA[" HOST
	 "/s2.xml.gz?a=1&b=2]]></loc></sitemap></sitemapindex>",
	 {"/s1.xml", "/s2.xml.gz?a=1&b=2"}},
	{.system = "sitemap",
	 LIST,
	 HOST "/sitemap.xml",
	 "<?xml version='1.0'?><sm:sitemapindex "
	 "xmlns:sm='x'><sm:sitemap><sm:loc>/s1.xml</sm:loc></sm:sitemap></sm:sitemapindex>",
	 {"/s1.xml"}},
	{.system = "sitemap",
	 LAST,
	 HOST "/s1.xml",
	 "<urlset><url><loc> " HOST
	 "/nb/a.html?a=1&amp;b=2 </loc><priority>0.5</priority></url><url><loc>/nb/b.html</loc></url>"
	 "</urlset>",
	 {NULL},
	 {"/nb/a.html?a=1&b=2", "/nb/b.html"}},
	{.system = "sitemap", EMPTY, HOST "/s1.xml", "<?xml version='1.0'?><urlset></urlset>"},
	ARTICLE_PAGE("sitemap", "/nb/a.html"),
	/* ----------------------------------------------------------------- frames */
	{.system = "frames",
	 LIST,
	 HOST "/nb/",
	 "<html><frameset cols='200,*'><frame src='menu.html'><frame name=main "
	 "SRC=\"list.jsp?p=1\"/><noframes>x</noframes>"
	 "</frameset></html>",
	 {NULL},
	 {"/nb/menu.html", "/nb/list.jsp?p=1"}},
	{.system = "frames",
	 LIST,
	 HOST "/nb/index.html",
	 "<div class=nav>年报</div><iframe width='100%' src='//www.rongdu.gov.cn/nb/list.html' frameborder=0></iframe>"
	 "<iframe src='about:blank'></iframe><iframe src=''></iframe><iframe data-src=more.html></iframe>",
	 {NULL},
	 {"/nb/list.html", "/nb/more.html"}},
	{.system = "frames",
	 LIST,
	 HOST "/nb/index.html",
	 "<script>document.write('<iframe src=\"' + '/nb/list.html' + '\"></iframe>');document.write('<iframe "
	 "src='+u+'></iframe>')</script>",
	 {NULL},
	 {"/nb/list.html"}},
	{.system = "frames",
	 LAST,
	 HOST "/nb/list.html",
	 "<a href=z.html target=_parent>末</a>",
	 {NULL},
	 {"/nb/z.html"}},
	{.system = "frames", EMPTY, HOST "/nb/list.html", "<html><frameset></frameset></html>"},
	{.system = "frames",
	 ARTICLE,
	 HOST "/nb/a.html",
	 TAGS TEXT "<iframe src='/pdfjs/web/viewer.html?file=%2Ff%2F1.pdf'></iframe>",
	 {NULL},
	 {"/f/1.pdf"},
	 TITLE,
	 "2015-03-10"},
	/* --------------------------------------------------- a viewer with a year */
	{.system = "viewer",
	 LIST,
	 HOST "/module/xxgk/xxgkAnnualReport.jsp?area=11&fbtime=2017",
	 "<select onchange='go(this.value)'><option value=''>选择</option><option "
	 "value='xxgkAnnualReport.jsp?area=11&amp;fbtime=2016'>2016年</option><option "
	 "value=2015>2015年</option></select><a "
	 "href='javascript:void(0)' onclick=\"window.open('xxgkAnnualReport.jsp?area=11&fbtime=2014')\">2014年</a>",
	 {NULL},
	 {"/module/xxgk/xxgkAnnualReport.jsp?area=11&fbtime=2016",
	  "/module/xxgk/xxgkAnnualReport.jsp?area=11&fbtime=2014"}},
	{.system = "viewer",
	 LIST,
	 HOST "/nb/index.html",
	 "<select><option selected>各单位年报</option><option value=\"/nb/jyj/index.html\">教育局</option><option "
	 "value=\"http://czj.rongdu.gov.cn/nb/\">财政局</option></select>",
	 {NULL},
	 {"/nb/jyj/index.html", "http://czj.rongdu.gov.cn/nb/"}},
	{.system = "viewer", LAST, HOST "/module/xxgk/xxgkAnnualReport.jsp?area=11&fbtime=2008", "<p>无</p>"},
	{.system = "viewer",
	 EMPTY,
	 HOST "/nb/index.html",
	 "<select><option value='0'>全部</option><option value='2015/03'>三月</option></select>"},
	ARTICLE_PAGE("viewer", "/module/xxgk/xxgkAnnualReport.jsp?area=11&fbtime=2014"),
};

START_TEST(every_page)
{
	case_check(&cases[_i]);
}
END_TEST

START_TEST(every_form_shows_its_four_pages)
{
	cases_are_whole(cases, sizeof cases / sizeof *cases);
}
END_TEST

/* How portals write the way to the next page: each leads to list_2.html and to no other page of the list. */
static const char *const ways[] = {
	"<a href=list_2.html>下一页</a>",
	"<a href=list_2.html>【下一页】</a>",
	"<a href=list_2.html>［下页］</a>",
	"<a href=list_2.html>下 一 页</a>",
	"<a href=list_2.html>&nbsp;下一页&nbsp;&raquo;</a>",
	"<a href=list_2.html><span>下一页</span><i>→</i></a>",
	"<a href=list_2.html>下一页&gt;&gt;</a>",
	"<a href=list_2.html>后一页</a>",
	"<a href=list_2.html>Next &gt;</a>",
	"<a href=list_2.html>2</a>",
	"<a href=list_2.html>[2]</a>",
	"<a href=list_2.html>第2页</a>",
	"<a href=list_2.html title=下一页>&gt;</a>",
	"<a href=list_2.html><img src=n.gif alt=下一页></a>",
	"<a class='page-next' href=list_2.html>&rsaquo;</a>",
	"<a class=next href=list_2.html></a>",
	"<a rel=next href=list_2.html>›</a>",
	"<link rel='next' href='list_2.html'>",
	"<a href=# onclick=\"location.href='list_2.html'\">下一页</a>",
	"<a href='###' onclick=\"window.location.assign('list_2.html');return false;\">下一页</a>",
	"<a href=\"javascript:window.location.href='list_2.html';\">下一页</a>",
	"<a href='javascript:;' onclick=\"gotoPage('list_2.html')\">下一页</a>",
	"<a href=\"javascript:toPage('/nb/list_2.html', 2)\">2</a>",
	"<a href='javascript:void(0)' data-href='list_2.html'>下一页</a>",
	"<a data-url=\"/nb/list_2.html\">下一页</a>",
	"<button type=button onclick=\"location.href='list_2.html'\">下一页</button>",
	"<button onclick=\"jump('./list_2.html')\">下一页</button>",
	"<input type='button' value='下一页' onclick=\"window.location='list_2.html'\">",
	"<span class=btn onclick=\"window.location.href='list_2.html'\">下一页</span>",
	"<ul><li onclick=\"turn('list_2.html')\">下一页</li></ul>",
	"<table><tr><td onclick=\"location='list_2.html'\"><div><b>下一页</b></div></td></tr></table>",
	"<select onchange='location.href=this.value'><option value='list_2.html'>2</option></select>",
	"<select><option value=\"./list_2.html\">第2页<option value=''>x</select>",
	"<script>document.write(\"<a href='list_2.html'>下一页</a>\");</script>",
	"<script>document.writeln('<a class=\"p\" href=\"list' + '_2.html\">下一页<\\/a>');</script>"};

START_TEST(ways_to_the_next_page)
{
	case_check(&(struct list_case){
		.system = "ways", LIST, HOST "/nb/index.html", ways[_i], .further = {"/nb/list_2.html"}});
}
END_TEST

/* Pagers that call a function with a number: the page's own address or its form has the parameter. */
START_TEST(numbers_of_a_call)
{
	static const char *const calls[] = {
		"<a href='javascript:goPage(2)'>下一页</a><a href='javascript:goPage(3)'>尾页</a>",
		"<a href='javascript:void(0);' onclick=\"toPage('2')\">2</a><a href=# onclick=\"toPage('3')\">3</a>",
		"<input type=button value=下一页 onclick='page(2)'><input type=button value=末页 onclick='page(3)'>",
		"<button onclick=\"turn(2,'form1')\">下一页</button><button onclick=\"turn(3,'form1')\">尾页</button>",
		"<li onclick='goTo( 2 )'>2</li><li onclick='goTo( 3 )'>3</li>",
		"<span>共3页</span><a href='javascript:next()'>下一页</a>"};
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		case_check(&(struct list_case){.system = "calls",
					       LIST,
					       HOST "/nb/list.jsp?cid=7&page=1",
					       calls[i],
					       .further = {"/nb/list.jsp?cid=7&page=2", "/nb/list.jsp?cid=7&page=3"}});
	static const struct list_case others[] = {
		{.system = "form",
		 LIST,
		 HOST "/nb/list.jsp",
		 "<form action='query.jsp' method=get><input type=hidden name=cid value='年报'><input type=hidden "
		 "name=pageNo "
		 "value=1></form><a href='javascript:goPage(2)'>下一页</a><a href='javascript:goPage(3)'>尾页</a>",
		 {"/nb/query.jsp?cid=%E5%B9%B4%E6%8A%A5&pageNo=2", "/nb/query.jsp?cid=%E5%B9%B4%E6%8A%A5&pageNo=3"}},
		{.system = "form",
		 LIST,
		 HOST "/nb/list.jsp",
		 "<form action='query.jsp' method=POST><input type=hidden name=pageNo value=1></form><a "
		 "href='javascript:goPage(2)'>下一页</a>"},
		/* no pager's words, no parameter, or a parameter that numbers something else */
		{.system = "form", LIST, HOST "/nb/list.jsp?page=1", "<a href='javascript:show(2)'>甲</a>"},
		{.system = "form", LIST, HOST "/nb/list.jsp?cid=7", "<a href='javascript:goPage(2)'>下一页</a>"},
		{.system = "form", LIST, HOST "/?p=4711", "<p>共3页</p>"},
		{.system = "form", LIST, HOST "/nb/a.html", "<p>报告共12页，附件共3页。</p><p>1/2页</p>"},
		{.system = "form",
		 LIST,
		 HOST "/nb/list.jsp?page=1",
		 "<a href='list.jsp?page=2'>下一页</a><p>共9页</p>",
		 {"/nb/list.jsp?page=2"}},
		{.system = "form",
		 LIST,
		 HOST "/nb/list.jsp?page=1",
		 "<a onclick='goPage(9999999)'>尾页</a><a onclick='goPage(1,2)'>下一页</a><a "
		 "onclick='goPage(n)'>3</a>"}};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		case_check(&others[i]);
}
END_TEST

/* What looks like a pager's way and is none. */
START_TEST(no_ways)
{
	static const struct list_case none[] = {
		{.system = "none",
		 LIST,
		 HOST "/nb/",
		 "<a href=a.html>下一篇</a><a class=next href=b.html>下一条：某通知</a><a href=c.html>2015</a><a "
		 "href=d.html>2014年</a>"
		 "<a href=e.html>下一步工作</a><a href=f.html>12345</a>",
		 {NULL},
		 {"/nb/a.html", "/nb/b.html", "/nb/c.html", "/nb/d.html", "/nb/e.html", "/nb/f.html"}},
		{.system = "none",
		 LIST,
		 HOST "/nb/",
		 "<li onclick=\"show('/nb/x.html')\">某通知</li><div data-url='api' data-href='#'>x</div><button "
		 "onclick='go()'>下一页"
		 "</button><option value=1.5>甲</option><option value='a/b'>乙</option>"},
		{.system = "none",
		 LIST,
		 HOST "/nb/",
		 "<script>document.write('<a href=\"'+u+'\">下一页</a>');document.write(\"<a href='/nb/x.html\");var "
		 "s='<a "
		 "href=/y.html>';</script>"}};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		case_check(&none[i]);
}
END_TEST

static const char *const refreshing[] = {
	"<meta http-equiv=refresh content='0;url=/main.html'>",
	"<META HTTP-EQUIV='Refresh' CONTENT='0; URL=\"/main.html\"'>",
	"<meta content=\"1 ; url = /main.html\" http-equiv=\"refresh\">",
	"<meta http-equiv='refresh' content=\"0,URL='main.html'\">",
	"<noscript><meta http-equiv=refresh content='0;url=/main.html'></noscript>",
	"<script>window.location.href=\"/main.html\";</script>",
	"<script>setTimeout(\"window.location='/main.html'\",100)</script>",
	"<script>setTimeout(function(){ top.location.replace( '/main.html' ) }, 0);</script>",
	"<script>document.location = 'main.html'</script>",
	"<script>self.location=\"/main.html\"</script>",
	"<body onload=\"location.href='/main.html'\"></body>",
	"<body onload=\"window.location.replace('main.html')\">正在跳转</body>"};

START_TEST(refreshes)
{
	case_check(&(struct list_case){.system = "refresh", LIST, HOST "/", refreshing[_i], .items = {"/main.html"}});
}
END_TEST

/* A sitemap that lies packed on the server and is sent as it is. */
START_TEST(packed_sitemap)
{
	const char *xml =
		"<?xml version='1.0'?><urlset><url><loc>http://www.rongdu.gov.cn/nb/a.html</loc></url></urlset>";
	unsigned char packed[512];
	z_stream z = {.next_in = (unsigned char *)(uintptr_t)xml,
		      .avail_in = (unsigned)strlen(xml),
		      .next_out = packed,
		      .avail_out = sizeof packed};
	ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	json_t *d = fixture_bytes((const char *)packed, z.total_out, "application/x-gzip");
	deflateEnd(&z);
	ck_assert_str_eq(get(d, "kind"), "xml");
	ck_assert_ptr_nonnull(link_of(d, "http://www.rongdu.gov.cn/nb/a.html"));
	json_decref(d);
}
END_TEST

/* Every name of a page's parameter, in an address whose total a script, a field, the text or an answer says. */
START_TEST(names_of_the_parameter)
{
	static const char *const names[] = {"page",    "PageIndex", "pageNo",      "pageNum",     "currPage",
					    "pn",      "p",         "PAGENUM",     "Page",        "pageno",
					    "page_no", "curPage",   "currentPage", "CurrentPage", "pageNumber"};
	static const char *const says[] = {
		"<script>var totalPage = 3;</script>",      "<input type='hidden' name='pageCount' value='3'/>",
		"<div>共21条&nbsp;当前1/3页</div>",         "<div>第 1 页 共 3 页</div>",
		"{\"Total_Count\":21,\"PageSize\":\"10\"}", "callback({\"data\":{\"recordCount\":21,\"limit\":10}})"};
	char url[200], second[200], third[200];
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		for (size_t k = 0; k < sizeof says / sizeof *says; k++) {
			snprintf(url, sizeof url, HOST "/gk/list?cid=7&%s=1", names[i]);
			snprintf(second, sizeof second, "/gk/list?cid=7&%s=2", names[i]);
			snprintf(third, sizeof third, "/gk/list?cid=7&%s=3", names[i]);
			case_check(&(struct list_case){
				.system = names[i], LIST, url, says[k], .further = {second, third}});
		}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("list_forms");
	TCase *t = tcase_create("list_forms");
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_loop_test(t, every_page, 0, (int)(sizeof cases / sizeof *cases));
	tcase_add_test(t, every_form_shows_its_four_pages);
	tcase_add_loop_test(t, ways_to_the_next_page, 0, (int)(sizeof ways / sizeof *ways));
	tcase_add_test(t, numbers_of_a_call);
	tcase_add_test(t, no_ways);
	tcase_add_test(t, names_of_the_parameter);
	tcase_add_test(t, packed_sitemap);
	tcase_add_loop_test(t, refreshes, 0, (int)(sizeof refreshing / sizeof *refreshing));
	suite_add_tcase(s, t);
	return suite_run(s);
}
