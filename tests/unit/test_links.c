#include "parse_fixture.h"

START_TEST(addresses_of_all_elements)
{
	json_t *d = fixture_page(
		"<html><head><link rel=next href='index_2.htm'><meta http-equiv=Refresh content=\"3; "
		"URL='/go.htm'\"></head><body>"
		"<a href='../a.htm#x'>一</a><a href=javascript:void(0)>二</a><a href='mailto:a@b.c'>三</a><map><area "
		"href=/map.htm alt=图></map>"
		"<iframe src=/f.htm></iframe><iframe src='/pdfjs/web/viewer.html?file=%2Ffiles%2Fb%20c.pdf'></iframe>"
		"<a href='./P020150310.pdf' title='某县2014年政府信息公开年度报告'>某县2014年政…</a><a "
		"href='{{url}}'>四</a>"
		"<script>showVsbpdfIframe(\"/__local/a.pdf\",\"100%\");var v='<a "
		"href=/no.htm>';</script></body></html>");
	static const char *const want[][2] = {{"http://www.example.gov.cn/zwgk/201503/index_2.htm", "next"},
					      {"http://www.example.gov.cn/go.htm", "refresh"},
					      {"http://www.example.gov.cn/zwgk/a.htm", "a"},
					      {"http://www.example.gov.cn/map.htm", "a"},
					      {"http://www.example.gov.cn/f.htm", "iframe"},
					      {"http://www.example.gov.cn/files/b%20c.pdf", "attachment"},
					      {"http://www.example.gov.cn/__local/a.pdf", "attachment"},
					      {"http://www.example.gov.cn/zwgk/201503/P020150310.pdf", "a"}};
	for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
		json_t *l = link_of(d, want[i][0]);
		ck_assert_msg(l != NULL, "%s", want[i][0]);
		ck_assert_str_eq(get(l, "rel"), want[i][1]);
	}
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), sizeof want / sizeof *want);
	ck_assert_str_eq(get(link_of(d, want[7][0]), "text"), "某县2014年政府信息公开年度报告");
	json_decref(d);
	d = fixture_page("<a href='/pdfjs/web/viewer.html?file=/files/a.pdf&x=1'>某县2014年年报</a>");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 1);
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/files/a.pdf"), "rel"), "attachment");
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/files/a.pdf"), "text"), "某县2014年年报");
	json_decref(d);
}
END_TEST

/* Pages that show a file by a viewer: in every shape the file is a link, and it bears what the page knew. */
START_TEST(viewers_yield_their_files)
{
	static const char *const shapes[] = {
		"<script>showVsbpdfIframe(\"/f/a.pdf\",\"100%\",\"1000\",true,1,2,\"vsb\");</script>",
		"<iframe src='/pdfjs/web/viewer.html?file=%2Ff%2Fa.pdf'></iframe>",
		"<iframe src='/static/pdfviewer/index.jsp?id=1&path=/f/a.pdf#page=1'></iframe>",
		"<iframe src='//view.a.cn/view.aspx?src=http%3A%2F%2Fwww.example.gov.cn%2Ff%2Fa.pdf'></iframe>",
		"<iframe src='/f/a.pdf#toolbar=0'></iframe>",
		"<embed src='/f/a.pdf' type='application/pdf' width=100%>",
		"<object data='/f/a.pdf' type='application/pdf'>您的浏览器不支持</object>",
		"<object classid='clsid:CA8A9780'><param name='SRC' value='/f/a.pdf'></object>",
		"<a href='/pdf/web/viewer.html?file=/f/a.pdf'>查看</a>",
		"<a href='/f/a.pdf'>附件</a>",
		"<a href='#' onclick=\"window.open('/f/a.pdf')\">附件</a>",
		"<a href=\"javascript:window.open('/f/a.pdf')\">附件</a>",
		"<div id='viewer' data-url='/f/a.pdf'></div>",
		"<div class='pdf' data-pdf-src='/f/a.pdf?t=1'></div>",
		"<script>PDFObject.embed('/f/a.pdf', '#pdf');</script>",
		"<script>var pdfUrl = \"/f/a.pdf\"; pdfjsLib.getDocument(pdfUrl);</script>",
		"<script>var u=page.pdf?'/f/a.pdf':'', v=page.doc?'':'/b.html';</script>",
		"<script>var u='/pdfjs/web/viewer.html?file='+encodeURIComponent('/f/a.pdf');</script>",
		"<script>window.files=[{\"name\":\"a\",\"url\":\"\\/f\\/a.pdf\"}];</script>",
		"<script>document.write('<iframe src=\"/pdfjs/web/viewer.html?file=/f/a.pdf\"></iframe>')</script>"};
	char page[2048];
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		snprintf(page, sizeof page,
			 "<html><head><meta name=ArticleTitle "
			 "content='某县2014年政府信息公开年报'></head><body><h1>某县2014年"
			 "政府信息公开年报</h1>%s</body></html>",
			 shapes[i]);
		json_t *d = fixture_page(page), *l = link_of(d, "http://www.example.gov.cn/f/a.pdf");
		if (!l)
			l = link_of(d, "http://www.example.gov.cn/f/a.pdf?t=1");
		ck_assert_msg(l != NULL, "%s", shapes[i]);
		ck_assert_ptr_nonnull(strstr(get(json_object_get(l, "context"), "title"), "某县2014年"));
		json_decref(d);
	}
}
END_TEST

START_TEST(literals_that_are_no_files)
{
	json_t *d = fixture_page(
		"<script>if(ext=='.pdf'||name=='a.pdf')x();var u='/f/'+id+'.pdf',v=\"/down/\"+n+\"/a.doc\","
		"w='see /f/a.pdf';</script><div data-title='x/y' data-src='/i/a.png'></div><iframe "
		"src='/m.htm?v=1.2/3'></iframe>");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 1);
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/m.htm?v=1.2/3"), "rel"), "iframe");
	json_decref(d);
}
END_TEST

START_TEST(base_and_doubles)
{
	json_t *d = fixture_page("<base href='http://other.gov.cn/x/'><frameset><frame src=top.htm></frameset><a "
				 "href=a.htm></a><a href=a.htm>甲</a><a href='./a.htm#1'>乙</a>");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 2);
	ck_assert_str_eq(get(link_of(d, "http://other.gov.cn/x/a.htm"), "text"), "甲");
	ck_assert_str_eq(get(link_of(d, "http://other.gov.cn/x/top.htm"), "rel"), "frame");
	json_decref(d);
}
END_TEST

START_TEST(a_slow_refresh_is_no_link)
{
	json_t *d = fixture_page("<html><meta http-equiv=refresh content='300;url=/a.htm'><meta http-equiv=refresh "
				 "content='60'><p>x</html>");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 0);
	json_decref(d);
}
END_TEST

START_TEST(the_context_says_what_the_page_knew)
{
	const char *page = "<meta name=SiteIDCode content=1407020001><meta name=ArticleTitle content='年\"报'><meta "
			   "name=PubDate content='2015-03-10 09:00'><a href=/a.doc>附件一</a>";
	struct parse_input in = {.body = str_of(page), .url = STR(FIXTURE_URL), .final_url = STR(FIXTURE_URL)};
	in.context = STR("{\"region\":\"某区\",\"body\":\"某区人民政府\",\"anchor\":\"x\"}");
	json_t *d = fixture_input(&in);
	json_t *c = json_object_get(link_of(d, "http://www.example.gov.cn/a.doc"), "context");
	ck_assert_str_eq(get(c, "page"), FIXTURE_URL);
	ck_assert_str_eq(get(c, "title"), "年\"报");
	ck_assert_str_eq(get(c, "published"), "2015-03-10");
	ck_assert_str_eq(get(c, "site_id_code"), "1407020001");
	ck_assert_str_eq(get(c, "anchor"), "附件一");
	ck_assert_str_eq(get(c, "region"), "某区");
	ck_assert_str_eq(get(c, "body"), "某区人民政府");
	json_decref(d);
}
END_TEST

START_TEST(contexts_stay_under_their_limit)
{
	char page[8192] = "<meta name=ArticleTitle content='";
	for (int i = 0; i < 300; i++)
		strcat(page, i % 3 ? "标题" : "&quot;");
	strcat(page, "'><a href=/a.htm>");
	for (int i = 0; i < 200; i++)
		strcat(page, "文字\"");
	json_t *d = fixture_page(page);
	json_t *c = json_object_get(link_of(d, "http://www.example.gov.cn/a.htm"), "context");
	char *text = json_dumps(c, JSON_COMPACT);
	ck_assert_uint_le(strlen(text), 1024);
	ck_assert(json_object_get(c, "anchor") != NULL);
	free(text);
	json_decref(d);
}
END_TEST

START_TEST(lists_in_xml)
{
	json_t *d = fixture_page(
		"<?xml version='1.0'?><urlset><url><loc> http://a.gov.cn/1.htm?a=1&amp;b=2 </loc></url></urlset>");
	ck_assert_str_eq(get(d, "kind"), "xml");
	ck_assert_ptr_nonnull(link_of(d, "http://a.gov.cn/1.htm?a=1&b=2"));
	json_decref(d);
	d = fixture_page(
		"<urlset><url><loc>http://a.gov.cn/1.htm</loc><lastmod>2025-03-01T08:00:00+08:00</lastmod></url>"
		"<url><loc>http://a.gov.cn/2.htm</loc><lastmod>\"},{\"x</lastmod></url></urlset>");
	ck_assert_str_eq(get(json_object_get(link_of(d, "http://a.gov.cn/1.htm"), "context"), "modified"),
			 "2025-03-01T08:00:00+08:00");
	ck_assert_ptr_null(
		json_object_get(json_object_get(link_of(d, "http://a.gov.cn/2.htm"), "context"), "modified"));
	json_decref(d);
	d = fixture_page("<sitemapindex><sitemap><loc>http://a.gov.cn/s1.xml</loc></sitemap></sitemapindex>");
	ck_assert_str_eq(get(link_of(d, "http://a.gov.cn/s1.xml"), "rel"), "sitemap");
	json_decref(d);
	d = fixture_page("<rss><channel><link>http://a.gov.cn/</link><item><title><![CDATA[年报]]></title><link>/"
			 "b.htm</link></item></channel></rss>");
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/b.htm"), "text"), "年报");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 1);
	json_decref(d);
	d = fixture_page("<datastore><recordset><record><![CDATA[<li><a href='/art/1.html' "
			 "title='全称的标题'>简称</a></li>]]></record></recordset></datastore>");
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/art/1.html"), "text"), "简称");
	json_decref(d);
	d = fixture_page("<html><body><script type='text/xml'><datastore><record><![CDATA[<a "
			 "href=/art/2.html>二</a>]]></record></datastore></script></body></html>");
	ck_assert_ptr_nonnull(link_of(d, "http://www.example.gov.cn/art/2.html"));
	json_decref(d);
}
END_TEST

START_TEST(lists_in_json)
{
	json_t *d = fixture_page("{\"total\":2,\"articles\":[{\"title\":\"\\u5e74\\u62a5\",\"post_url\":\"http://"
				 "a.gov.cn/post_1.html\"},"
				 "{\"url\":\"/b.html\",\"title\":\"乙\",\"n\":1.5}],\"data\":{\"html\":\"<li><a "
				 "href=\\\"/c.html\\\">丙<\\/a><\\/li>\"},\"cut\":[{\"url\":\"/d.html\"");
	ck_assert_str_eq(get(d, "kind"), "json");
	ck_assert_str_eq(get(link_of(d, "http://a.gov.cn/post_1.html"), "text"), "年报");
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/b.html"), "text"), "乙");
	ck_assert_str_eq(get(link_of(d, "http://www.example.gov.cn/c.html"), "text"), "丙");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "reports")), 0);
	json_decref(d);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("links");
	TCase *t = tcase_create("links");
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_test(t, addresses_of_all_elements);
	tcase_add_test(t, viewers_yield_their_files);
	tcase_add_test(t, literals_that_are_no_files);
	tcase_add_test(t, base_and_doubles);
	tcase_add_test(t, a_slow_refresh_is_no_link);
	tcase_add_test(t, the_context_says_what_the_page_knew);
	tcase_add_test(t, contexts_stay_under_their_limit);
	tcase_add_test(t, lists_in_xml);
	tcase_add_test(t, lists_in_json);
	suite_add_tcase(s, t);
	return suite_run(s);
}
