#include "parse_fixture.h"

#include "parser/list_scheme.h"

/* All hosts, names and numbers here are invented. */

static json_t *page_at(const char *url, const char *body)
{
	struct parse_input in = {
		.body = str_of(body), .url = str_of(url), .final_url = str_of(url), .content_type = STR("text/html")};
	return fixture_input(&in);
}

/* Links of one rel. */
static size_t count_rel(json_t *d, const char *rel)
{
	size_t i, n = 0;
	json_t *l;
	json_array_foreach(json_object_get(d, "links"), i, l) n += strcmp(get(l, "rel"), rel) == 0;
	return n;
}

/* The page has exactly these addresses of rel "list", and no others of it. */
static void holds_list(const char *url, const char *body, const char *const *want)
{
	json_t *d = page_at(url, body);
	size_t n = 0;
	for (; want[n]; n++) {
		json_t *l = link_of(d, want[n]);
		ck_assert_msg(l != NULL, "%s: no %s in %s", url, want[n], json_dumps(json_object_get(d, "links"), 0));
		ck_assert_msg(strcmp(get(l, "rel"), "list") == 0, "%s is %s", want[n], get(l, "rel"));
	}
	ck_assert_msg(count_rel(d, "list") == n, "%s: %s", url, json_dumps(json_object_get(d, "links"), 0));
	json_decref(d);
}

#define HOLDS(url, body, ...) holds_list(url, body, (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

#define TRS "http://www.heling.gov.cn/zwgk/nb/"

START_TEST(trs_counts_from_zero)
{
	const char *body = "<ul><li><a href='./201503/t20150310_1.htm'>某县</a></ul><SCRIPT>//createPageHTML(4, 0, "
			   "\"index\", \"html\");</SCRIPT>";
	HOLDS(TRS, body, TRS "index_1.html", TRS "index_2.html", TRS "index_3.html");
	HOLDS(TRS "index_3.html", "<script>createPageHTML(4, 3, 'index', 'html');</script>", TRS "index_1.html",
	      TRS "index_2.html", TRS "index_3.html");
	HOLDS(TRS, "<script>createPageHTML(2,0,\"index\",\"htm\",\"x\");</script>", TRS "index_1.htm");
	HOLDS(TRS, "<script>createPageHTML(1, 0, \"index\", \"html\");</script>");
	HOLDS(TRS, "<script>createPageHTML(0, 0, \"index\", \"html\");</script>");
	HOLDS(TRS, "<script>function createPageHTML(_nPageCount, _nCurrIndex, _sName, _sExt){}</script>");
	HOLDS(TRS, "<script>createPageHTML(n, 0, 'index', 'html');createPageHTML(4, 0, 'in'+x, 'html')</script>");
	HOLDS(TRS, "<script>var currentPage = 0; var countPage = 3//pages\n</script>", TRS "index_1.html",
	      TRS "index_2.html");
	HOLDS(TRS "201503/t20150310_1.htm",
	      "<h1>某县2014年政府信息公开年度报告</h1><div class=TRS_Editor><p>正文</div>");
}
END_TEST

START_TEST(was_search_pages)
{
#define WAS "http://www.heling.gov.cn/was5/web/search?channelid=7&classsql=chnlid%3D12&"
	HOLDS(WAS "page=1&prepage=20", "{\"total\":45,\"docs\":[{\"url\":\"/a.htm\",\"title\":\"甲\"}]}",
	      WAS "page=2&prepage=20", WAS "page=3&prepage=20");
	HOLDS(WAS "page=1&prepage=20", "{\"total\":0,\"docs\":[]}");
	HOLDS(TRS, "<script>$.get('/was5/web/search?channelid=7&page=1&prepage=20', f)</script>",
	      "http://www.heling.gov.cn/was5/web/search?channelid=7&page=1&prepage=20");
	HOLDS(TRS, "<script>$.get('/was5/web/search?channelid=' + id, f)</script>");
}
END_TEST

#define HANWEB "http://www.qiaoxi.gov.cn/"
#define PROXY HANWEB "module/web/jpage/dataproxy.jsp?"
#define NAMES "&col=1&webid=3&path=/&columnid=77&unitid=901"

START_TEST(hanweb_blocks_of_a_column)
{
	const char *group =
		"<nextgroup><![CDATA[<a href=\"/module/web/jpage/dataproxy.jsp?page=1" NAMES "\"></a>]]></nextgroup>";
	char body[2048];
	snprintf(body, sizeof body,
		 "<div id='901'><script type='text/xml'><datastore>%s<recordset><record><![CDATA[<li><a "
		 "href='/art/2016/3/1/art_77_5.html'>五</a></li>]]></record></recordset></datastore></script></div>"
		 "<script>$('#901').jpage({totalRecord:100,perPage:15,proxyUrl:'/module/web/jpage/dataproxy.jsp'});</"
		 "script>",
		 group);
	HOLDS(HANWEB "col/col77/index.html", body, PROXY "startrecord=46&endrecord=90&perpage=15" NAMES,
	      PROXY "startrecord=91&endrecord=100&perpage=15" NAMES);
	json_t *d = page_at(HANWEB "col/col77/index.html", body);
	ck_assert_ptr_nonnull(link_of(d, HANWEB "art/2016/3/1/art_77_5.html"));
	ck_assert_ptr_null(link_of(d, PROXY "page=1" NAMES));
	json_decref(d);
	/* without a stated total the next group is all that is known */
	snprintf(body, sizeof body, "<script type='text/xml'><datastore>%s</datastore></script>", group);
	d = page_at(HANWEB "col/col77/index.html", body);
	ck_assert_str_eq(get(link_of(d, PROXY "page=1" NAMES), "rel"), "next");
	json_decref(d);
	/* all records in the page: nothing to ask for */
	HOLDS(HANWEB "col/col77/index.html",
	      "<script>$('#901').jpage({totalRecord:30,perPage:15,groupSize:3});</script>");
	HOLDS(HANWEB "col/col77/index.html",
	      "<script>$('#901').jpage({totalRecord:0,perPage:15,groupSize:3});</script>");
}
END_TEST

START_TEST(hanweb_records_and_parameters_in_a_script)
{
	const char *body = "<script>var InitData49=['<li><a href=\\'/art/2014/5/13/art_9_1.html\\' "
			   "title=\\'甲\\'>甲</a></li>','<li><a "
			   "href=\\'/art/2014/5/12/art_9_2.html\\'>乙</a></"
			   "li>'];$('#49').jpage({themeName:'default',totalRecord:70,"
			   "dataStore:InitData49,groupSize:2,proxyUrl:'/module/jslib/jquery/jpage/"
			   "dataproxy.jsp',perPage:25,ajaxParam:{"
			   "col:1,appid:'1',path:'/',columnid:9,unitid:'49',webname:'某市 网'}});</script>";
	HOLDS(HANWEB "col/col9/index.html", body,
	      HANWEB
	      "module/jslib/jquery/jpage/dataproxy.jsp?startrecord=51&endrecord=70&perpage=25&col=1&appid=1&path=/"
	      "&columnid=9&unitid=49&webname=%E6%9F%90%E5%B8%82%20%E7%BD%91");
	json_t *d = page_at(HANWEB "col/col9/index.html", body);
	ck_assert_str_eq(get(link_of(d, HANWEB "art/2014/5/13/art_9_1.html"), "text"), "甲");
	ck_assert_ptr_nonnull(link_of(d, HANWEB "art/2014/5/12/art_9_2.html"));
	json_decref(d);
}
END_TEST

START_TEST(hanweb_answers)
{
	const char *answer = "<datastore><totalrecord>100</totalrecord><nextgroup><![CDATA[<a href=\"/module/web/jpage/"
			     "dataproxy.jsp?page=2" NAMES "\"></a>]]></nextgroup><recordset><record><![CDATA[<li><a "
			     "href='/art/2016/3/1/art_77_5.html'>五</a></li>]]></record></recordset></datastore>";
	HOLDS(PROXY "startrecord=1&endrecord=45&perpage=15" NAMES, answer,
	      PROXY "startrecord=46&endrecord=90&perpage=15" NAMES,
	      PROXY "startrecord=91&endrecord=100&perpage=15" NAMES);
	HOLDS(PROXY "startrecord=46&endrecord=90&perpage=15" NAMES, answer);
	json_t *d = page_at(PROXY "startrecord=46&endrecord=90&perpage=15" NAMES, answer);
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 1);
	json_decref(d);
	d = page_at(PROXY "page=1" NAMES, answer);
	ck_assert_ptr_nonnull(link_of(d, PROXY "page=2" NAMES));
	json_decref(d);
	d = page_at(PROXY "startrecord=1&endrecord=45&perpage=15" NAMES,
		    "<datastore><totalrecord>0</totalrecord></datastore>");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 0);
	json_decref(d);
}
END_TEST

#define UNIT "http://www.shuiwan.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit?"
#define UNIT_ARGS "parseType=bulidstatic&webId=5&tplSetId=ab&pageType=column&tagId=%E5%88%97%E8%A1%A8&pageId=9"
#define UNIT_PAGE(k) UNIT UNIT_ARGS "&paramJson=%7B%22pageNo%22%3A" #k "%2C%22pageSize%22%3A15%7D"
#define UNIT_HEAD                                                                                                      \
	"<script src='/x.js' url=\"/api-gateway/jpaas-publish-server/front/page/build/unit\" "                         \
	"queryData=\"{'parseType':'bulidstatic','webId':'5','tplSetId':'ab','pageType':'column','tagId':'列表','"    \
	"pageId':'9'}\"></script>"

START_TEST(hanweb_unit_interface)
{
	const char *column = "http://www.shuiwan.gov.cn/gk/nb/index.html";
	HOLDS(column, UNIT_HEAD, UNIT UNIT_ARGS);
	HOLDS(column, UNIT_HEAD "<div class=pagination rows='15' count='40' pageNo=1></div>", UNIT_PAGE(2),
	      UNIT_PAGE(3));
	const char *answer = "{\"success\":true,\"data\":{\"html\":\"<ul><li><a "
			     "href=\\\"/art/2024/art_0a.html\\\">甲</a></li></ul><div "
			     "queryData=\\\"{'rows':'15','count':'40','pageNo':'1'}\\\"></div>\"}}";
	HOLDS(UNIT UNIT_ARGS, answer, UNIT_PAGE(2), UNIT_PAGE(3));
	HOLDS(UNIT_PAGE(3), answer, UNIT_PAGE(2), UNIT_PAGE(3));
	json_t *d = page_at(UNIT UNIT_ARGS, answer);
	ck_assert_str_eq(get(link_of(d, "http://www.shuiwan.gov.cn/art/2024/art_0a.html"), "text"), "甲");
	json_decref(d);
	HOLDS(UNIT UNIT_ARGS, "{\"success\":true,\"data\":{\"html\":\"<ul></ul>\"}}");
	HOLDS(UNIT UNIT_ARGS, "{\"success\":false}");
	HOLDS(column, "<script url='/api-gateway/jpaas-publish-server/front/page/build/unit' "
		      "queryData=\"{'pageType':'index','webId':'5'}\"></script>");
}
END_TEST

START_TEST(ucap_counts_from_one)
{
#define UCAP "http://www.nanlu.gov.cn/zfxxgk/ndbg/"
	HOLDS(UCAP "list.shtml", "<script>createPageHTML('page_div',3, 1,'list','shtml',40);</script>",
	      UCAP "list_2.shtml", UCAP "list_3.shtml");
	HOLDS(UCAP "list_3.shtml", "<script>createPageHTML(\"page_div\",3,3,\"list\",\"shtml\",40);</script>",
	      UCAP "list_2.shtml", UCAP "list_3.shtml");
	HOLDS(UCAP "list.shtml", "<script>createPageHTML('page_div',1,1,'list','shtml',0);</script>");
#define SEARCH "http://www.nanlu.gov.cn/common/search/0f3a?_isAgg=true&_isJson=true&_pageSize=20&_template=index&page="
	HOLDS(UCAP "list.shtml", "<meta name=channelid content=0f3a><script>var u='/common/search/'+id;</script>",
	      SEARCH "1");
	HOLDS(UCAP "list.shtml", "<meta name=channelid content=0f3a><p>一</p>");
	HOLDS(SEARCH "1",
	      "{\"data\":{\"page\":1,\"rows\":20,\"total\":57,\"results\":[{\"title\":\"甲\",\"url\":\"/x.shtml\"}]}}",
	      SEARCH "2", SEARCH "3");
	HOLDS(SEARCH "3", "{\"data\":{\"page\":3,\"total\":57,\"results\":[]}}", SEARCH "2", SEARCH "3");
	HOLDS(SEARCH "1", "{\"data\":{\"page\":1,\"total\":0,\"results\":[]}}");
}
END_TEST

START_TEST(guangdong_interface)
{
#define GK "http://www.lanwan.gov.cn/wjj/gkmlpt/api/all/"
	HOLDS("http://www.lanwan.gov.cn/wjj/gkmlpt/index",
	      "<script>window._CONFIG = {SID: '755901', TREE: "
	      "[{\"id\":2810,\"name\":\"政府信息公开年度报告\",\"x\":1},{\"id\":3,\"name\":"
	      "\"概况\"}]};</script>",
	      GK "2810?page=1&sid=755901", GK "0?page=1&sid=755901");
	HOLDS(GK "0?page=1&sid=755901",
	      "{\"articles\":[{\"title\":\"甲\",\"url\":\"http://www.lanwan.gov.cn/post_1.html\"}],\"total\":230}",
	      GK "0?page=2&sid=755901", GK "0?page=3&sid=755901");
	HOLDS(GK "0?page=3&sid=755901", "{\"total\":230,\"articles\":[]}", GK "0?page=2&sid=755901",
	      GK "0?page=3&sid=755901");
	HOLDS(GK "9?page=1&sid=755901", "{\"total\":0,\"articles\":[]}");
	HOLDS("http://www.lanwan.gov.cn/wjj/gkmlpt/content/2/2155/post_2155421.html",
	      "<div class=article-content><p>正文</div>");
}
END_TEST

START_TEST(vsb_lists)
{
#define VSB "http://www.shanluo.gov.cn/zwgk/"
	const char *first = "<a href='gknb/4.htm'>下页</a> <a href='gknb/1.htm'>尾页</a>";
	HOLDS(VSB "gknb.htm", first, VSB "gknb/3.htm", VSB "gknb/2.htm", VSB "gknb/1.htm");
	json_t *d = page_at(VSB "gknb.htm", first);
	ck_assert_str_eq(get(link_of(d, VSB "gknb/4.htm"), "rel"), "next");
	json_decref(d);
	HOLDS(VSB "gknb/1.htm", "<a href='2.htm'>上页</a><span>下页</span><span>尾页</span>");
	HOLDS(VSB "list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1033",
	      "<a href='?totalpage=4&PAGENUM=2&urltype=tree.TreeTempUrl&wbtreeid=1033'>下一页</a>"
	      "<a href='?totalpage=4&PAGENUM=4&urltype=tree.TreeTempUrl&wbtreeid=1033'>尾页</a>",
	      VSB "list.jsp?totalpage=4&PAGENUM=4&urltype=tree.TreeTempUrl&wbtreeid=1033",
	      VSB "list.jsp?totalpage=4&PAGENUM=3&urltype=tree.TreeTempUrl&wbtreeid=1033");
	d = page_at("http://www.shanluo.gov.cn/info/1033/5375.htm",
		    "<div id=vsb_content><script>showVsbpdfIframe(\"/__local/A/b.pdf\",\"100%\");</script></div>");
	ck_assert_str_eq(get(link_of(d, "http://www.shanluo.gov.cn/__local/A/b.pdf"), "rel"), "attachment");
	json_decref(d);
}
END_TEST

START_TEST(lonsun_and_shanghai)
{
#define LONSUN "http://www.fengtai.gov.cn/openness/OpennessContent/showList/1442/45712/page_"
	HOLDS(LONSUN "1.html", "<script>Ls.pagination({currPage:1,pageCount: 3});</script>", LONSUN "2.html",
	      LONSUN "3.html");
	HOLDS(LONSUN "3.html", "<script>Ls.pagination({currPage:3,pageCount: 3});</script>", LONSUN "2.html",
	      LONSUN "3.html");
	HOLDS(LONSUN "1.html", "<a href='page_2.html'>下一页</a><a href='page_4.html'>末页</a>", LONSUN "4.html",
	      LONSUN "3.html");
	HOLDS(LONSUN "1.html", "<script>Ls.pagination({currPage:1,pageCount: 0});</script>");
	HOLDS("http://www.fengtai.gov.cn/openness/OpennessContent/show/1144887.html",
	      "<script>var pageCount=3</script>");
#define NW "http://www.haikou-lu.gov.cn/nw12344/"
	HOLDS(NW "index.html", "<script>var o={ totalPage: 3, currentPage: 1}</script>", NW "index_2.html",
	      NW "index_3.html");
	HOLDS(NW "index_3.html", "<script>var o={ totalPage: 3, currentPage: 3}</script>", NW "index_2.html",
	      NW "index_3.html");
	HOLDS(NW, "<script>var o={ totalPage: 2}</script>", NW "index_2.html");
	HOLDS(NW, "<script>var o={ totalPage: 1}; o.totalPage = 1; if (o.totalPage == 5) x();</script>");
	HOLDS(NW "20230331/4a.html", "<script>var o={ totalPage: 3}</script><div id=ivs_content>正文</div>");
	HOLDS("http://www.haikou-lu.gov.cn/", "<script>slides({ totalPage: 3})</script>");
	HOLDS("http://www.rongdu.gov.cn/gk/column-index-1.shtml", "<script>var totalPage = 2;</script>",
	      "http://www.rongdu.gov.cn/gk/column-index-2.shtml");
}
END_TEST

START_TEST(pagers_without_addresses)
{
#define EASY "http://www.dongpo.gov.cn/gk/nb/"
	HOLDS(EASY "index.html",
	      "<a tagname='[HOMEPAGE]'>首页</a><a style='cursor:pointer' "
	      "onclick=\"queryArticleByCondition(this,'/gk/nb/11-2.html')\" "
	      "tagname='/gk/nb/11-2.html'>下一页</a><a "
	      "onclick=\"queryArticleByCondition(this,'/gk/nb/11-4.html')\">尾页</a>",
	      EASY "11-4.html", EASY "11-3.html");
	HOLDS(EASY "index.html",
	      "<a href='javascript:void(0)' onclick=\"location.href='p.html?pn=2'\">下一页 &gt;</a>"
	      "<a href='javascript:location.href=\"p.html?pn=3\"'>[末页]</a>",
	      EASY "p.html?pn=3");
	json_t *d = page_at(EASY "index.html",
			    "<ul><li onclick=\"window.open('/gk/nb/1.html')\">甲<li "
			    "onclick=\"window.open('/gk/'+id)\">乙<li onclick=\"show('/x.html')\">丙</ul>");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 1);
	ck_assert_ptr_nonnull(link_of(d, EASY "1.html"));
	json_decref(d);
	/* "<a href='/gk/nb/7.html'>七</a>" */
	d = page_at(EASY "index.html",
		    "<script>var "
		    "s=window.atob(\"PGEgaHJlZj0nL2drL25iLzcuaHRtbCc+5LiDPC9hPg==\");window.atob('!!')</script>");
	ck_assert_str_eq(get(link_of(d, EASY "7.html"), "text"), "七");
	json_decref(d);
}
END_TEST

START_TEST(stubs_send_on)
{
	static const char *const stubs[] = {"location.href='/index.shtml';", "window.location = \"/index.shtml\"",
					    "top.location.replace('/index.shtml')",
					    "self.location.assign( \"/index.shtml\" )"};
	char body[512];
	for (size_t i = 0; i < 4; i++) {
		snprintf(body, sizeof body, "<html><script>%s</script></html>", stubs[i]);
		json_t *d = page_at("http://www.xinhe.gov.cn/", body);
		ck_assert_msg(link_of(d, "http://www.xinhe.gov.cn/index.shtml") != NULL, "%s", stubs[i]);
		ck_assert_str_eq(get(link_of(d, "http://www.xinhe.gov.cn/index.shtml"), "rel"), "refresh");
		json_decref(d);
	}
	json_t *d = page_at("http://www.xinhe.gov.cn/",
			    "<script>location.href='/a/' + x; mylocation='/b'; if (location == '/c') y()</script>");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 0);
	json_decref(d);
	d = page_at("http://www.xinhe.gov.cn/",
		    "<script>if (phone) location.href='/wap/';</script><a href=1>1</a><a href=2>2</a><a "
		    "href=3>3</a><a href=4>4</a><a href=5>5</a><a href=6>6</a>");
	ck_assert_ptr_null(link_of(d, "http://www.xinhe.gov.cn/wap/"));
	json_decref(d);
}
END_TEST

/* Only what the data names is asked for by POST, whatever a page puts into it or calls so. */
START_TEST(form_lists)
{
	static const struct {
		const char *url;
		enum msg_ask ask;
	} cases[] = {
		{"http://a.gov.cn/getFileListByCodeId?channelId=9&page=1&size=20", MSG_POST},
		{"http://a.gov.cn/x/getFileListByCodeId?size=20&page=1&channelId=9", MSG_POST},
		{"http://a.gov.cn/getFileListByCodeId?channelId=9&page=1", MSG_GET},
		{"http://a.gov.cn/getFileListByCodeId?channelId=9&page=1&size=20&delete=1", MSG_GET},
		{"http://a.gov.cn/getFileListByCodeId?channelId=9&page=1&size=20&page=2", MSG_GET},
		{"http://a.gov.cn/getFileListByCodeId?channelId&page=1&size=20", MSG_GET},
		{"http://a.gov.cn/getFileListByCodeId", MSG_GET},
		{"http://a.gov.cn/getFileListByCodeId/x?channelId=9&page=1&size=20", MSG_GET},
		{"http://a.gov.cn/x?u=/getFileListByCodeId&channelId=9&page=1&size=20", MSG_GET},
		{"http://a.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=1&endrecord=45&perpage=15&col=1",
		 MSG_EITHER},
		{"http://a.gov.cn/module/jpage/morecolumndataproxy.jsp?startrecord=1&endrecord=45&perpage=15",
		 MSG_EITHER},
		{"http://a.gov.cn/module/web/jpage/dataproxy.jsp?page=2&columnid=7&unitid=9&webid=1", MSG_EITHER},
		{"http://a.gov.cn/module/web/jpage/dataproxy.jsp?page=1&col=1", MSG_GET},
		{"http://a.gov.cn/save.jsp?startrecord=1&endrecord=45&perpage=15", MSG_GET},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(list_scheme_ask(str_of(cases[i].url)) == cases[i].ask, "%s", cases[i].url);
	/* a value is a value, and a form of the page is none of ours */
	json_t *d = page_at(
		"http://a.gov.cn/x.html",
		"<meta name=channelid content='9&amp;delete=1'><script>f('/getFileListByCodeId')</script><form "
		"action=/save method=post><input name=page value=1></form><a href='javascript:go(2)'>下一页</a>");
	json_t *l = link_of(d, "http://a.gov.cn/getFileListByCodeId?channelId=9%26delete%3D1&page=1&size=20");
	ck_assert_ptr_nonnull(l);
	ck_assert_str_eq(get(l, "ask"), "post");
	ck_assert_uint_eq(json_array_size(json_object_get(d, "links")), 1);
	json_decref(d);
}
END_TEST

START_TEST(totals_are_bounded)
{
	const char *body = "<script>createPageHTML(90000, 0, 'index', 'html');</script>";
	json_t *d = page_at(TRS, body);
	ck_assert_uint_eq(count_rel(d, "list"), LIST_PAGES_MAX - 1);
	ck_assert_ptr_nonnull(link_of(d, TRS "index_199.html"));
	json_decref(d);
	/* the same from every page; beyond the bound the next one, up to the last that is ever asked for */
	d = page_at(TRS "index_7.html", body);
	ck_assert_uint_eq(count_rel(d, "list"), LIST_PAGES_MAX - 1);
	json_decref(d);
	d = page_at(TRS "index_250.html", body);
	ck_assert_uint_eq(count_rel(d, "list"), LIST_PAGES_MAX);
	ck_assert_ptr_nonnull(link_of(d, TRS "index_251.html"));
	json_decref(d);
	d = page_at(TRS "index_1999.html", body);
	ck_assert_uint_eq(count_rel(d, "list"), LIST_PAGES_MAX - 1);
	json_decref(d);
	d = page_at(HANWEB "col/col9/index.html",
		    "<script>$('#9').jpage({totalRecord:9999999,perPage:1,groupSize:1,proxyUrl:'/p/"
		    "dataproxy.jsp',ajaxParam:{unitid:9}});</script>");
	ck_assert_uint_eq(count_rel(d, "list"), LIST_PAGES_MAX - 1);
	json_decref(d);
	d = page_at(UNIT UNIT_ARGS, "{\"html\":\"<a href='/a'></a><div rows=1 count=9999999></div>\"}");
	ck_assert_uint_eq(count_rel(d, "list"), LIST_PAGES_MAX - 1);
	json_decref(d);
	d = page_at(EASY "index.html", "<a href='l_2.html'>下一页</a><a href='l_1999.html'>尾页</a>");
	ck_assert_uint_eq(count_rel(d, "list"), LIST_PAGES_MAX + 1); /* and the last one, a link of the page */
	json_decref(d);
	HOLDS(EASY "index.html", "<a href='l_2.html'>下一页</a><a href='l_99999999.html'>尾页</a>",
	      EASY "l_99999999.html");
	HOLDS(EASY "index.html", "<a href='l_02.html'>下一页</a><a href='l_09.html'>尾页</a>", EASY "l_09.html");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("list_scheme");
	TCase *t = tcase_create("list_scheme");
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_test(t, trs_counts_from_zero);
	tcase_add_test(t, was_search_pages);
	tcase_add_test(t, hanweb_blocks_of_a_column);
	tcase_add_test(t, hanweb_records_and_parameters_in_a_script);
	tcase_add_test(t, hanweb_answers);
	tcase_add_test(t, hanweb_unit_interface);
	tcase_add_test(t, ucap_counts_from_one);
	tcase_add_test(t, guangdong_interface);
	tcase_add_test(t, vsb_lists);
	tcase_add_test(t, lonsun_and_shanghai);
	tcase_add_test(t, pagers_without_addresses);
	tcase_add_test(t, stubs_send_on);
	tcase_add_test(t, form_lists);
	tcase_add_test(t, totals_are_bounded);
	suite_add_tcase(s, t);
	return suite_run(s);
}
