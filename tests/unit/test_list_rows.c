#include "list_fixture.h"

/*
 * The systems that portals are made with: each with a list page, its last page, an empty one and an article, in the
 * forms that installations show. All hosts, names and numbers are invented.
 */

#define TITLE "禾岭县2014年政府信息公开年度报告"
#define TAGS "<meta name=\"ArticleTitle\" content=\"" TITLE "\"><meta name='PubDate' content='2015-03-10 09:00'>"
#define NEIGHBOURS                                                                                                     \
	"<p>上一篇：<a href='/zwgk/q.html'>关于放假的通知</a></p><p>下一篇：<a "                        \
	"href='/zwgk/r.html'>关于防汛的通知</a></p>"
#define TEXT                                                                                                                                                               \
	"<p>"                                                                                                                                                              \
	"根据条例规定，现公布本县2014年政府信息公开工作年度报告。一、概述。全年主动公开政府信息三百条，没有收取费用。" \
	"</p>"

static const struct list_case cases[] = {
	/* ---------------------------------------------------------------- TRS WCM */
	{.system = "trs",
	 LIST,
	 "http://www.heling.gov.cn/zwgk/nb/",
	 "<ul><li><a target=_blank title=\"" TITLE "\" href=\"./201503/t20150310_1.htm\">禾岭县2014年政府…</a></li>\n"
	 "<li><a href='../../xz/201402/t20140211_2.html'>二</a></li></ul>"
	 "<script language='javascript'>createPageHTML(3, 0, \"index\", \"html\");</script>",
	 {"/zwgk/nb/index_1.html", "/zwgk/nb/index_2.html"},
	 {"/zwgk/nb/201503/t20150310_1.htm", "/xz/201402/t20140211_2.html"}},
	{.system = "trs",
	 LIST,
	 "https://zwgk.heling.gov.cn/nb/index.htm",
	 "<SCRIPT>\r\n//WCM置标\r\n<!--\r\ncreatePageHTML( 2 ,0 , 'index' ,'htm' , 31 , 'black2' ) "
	 ";\r\n//-->\r\n</SCRIPT>",
	 {"/nb/index_1.htm"}},
	{.system = "trs",
	 LIST,
	 "http://www.heling.gov.cn/zwgk/nb/default.htm",
	 "<script>createPageHTML('3','0','default','htm');</script>",
	 {"/zwgk/nb/default_1.htm", "/zwgk/nb/default_2.htm"}},
	{.system = "trs",
	 LIST,
	 "http://www.heling.gov.cn/zwgk/nb/",
	 "<script>createPageHTML_zfxxgk(3, 0, \"index\", \"shtml\", 45);</script>",
	 {"/zwgk/nb/index_1.shtml", "/zwgk/nb/index_2.shtml"}},
	{.system = "trs",
	 LIST,
	 "http://www.heling.gov.cn/zwgk/nb/",
	 "<script>\nvar currentPage = 0;//所在页从0开始\nvar prevPage = currentPage-1//上一页\n"
	 "var countPage = 3//共多少页\ndocument.write('<a href=\"index_'+nextPage+'.html\">下一页</a>');</script>",
	 {"/zwgk/nb/index_1.html", "/zwgk/nb/index_2.html"}},
	{.system = "trs",
	 LIST,
	 "http://www.heling.gov.cn/zwgk/nb/",
	 "<script>var m_nPageCount = 3, name='index';\ncreatePageHTML(m_nPageCount, 0, name, \"html\");</script>",
	 {"/zwgk/nb/index_1.html", "/zwgk/nb/index_2.html"}},
	{.system = "trs",
	 LIST,
	 "http://www.heling.gov.cn/zwgk/nb/",
	 "<script>$(function(){ showPager(3, 0, 'index', 'html', 40); load('a', 'html'); });</script>",
	 {"/zwgk/nb/index_1.html", "/zwgk/nb/index_2.html"}},
	{.system = "trs",
	 LIST,
	 "http://www.heling.gov.cn/zwgk/nb/",
	 "<script>createPageHTML(3, 1, 'index', 'html');</script>",
	 {"/zwgk/nb/index_2.html", "/zwgk/nb/index_3.html"}},
	{.system = "trs",
	 LAST,
	 "http://www.heling.gov.cn/zwgk/nb/index_3.html",
	 "<script>createPageHTML(3, 3, 'index', 'html');</script>",
	 {"/zwgk/nb/index_2.html", "/zwgk/nb/index_3.html"}},
	{.system = "trs",
	 LAST,
	 "http://www.heling.gov.cn/zwgk/nb/index_2.html",
	 "<ul><li><a href=./200903/t20090310_1.htm>三</a></ul><script>createPageHTML(3, 2, \"index\", "
	 "\"html\");</script>",
	 {"/zwgk/nb/index_1.html", "/zwgk/nb/index_2.html"},
	 {"/zwgk/nb/200903/t20090310_1.htm"}},
	{.system = "trs",
	 EMPTY,
	 "http://www.heling.gov.cn/zwgk/nb/",
	 "<ul></ul><script>createPageHTML(0, 0, \"index\", \"html\");</script>"},
	{.system = "trs",
	 EMPTY,
	 "http://www.heling.gov.cn/zwgk/nb/",
	 "<ul></ul><script>createPageHTML(1, 0, \"index\", \"html\");function createPageHTML(_nPageCount, _nCurrIndex, "
	 "_sPageName, _sPageExt){if(_nPageCount>2)document.write(_sPageName+'_'+1+'.'+_sPageExt);}</script>"},
	{.system = "trs",
	 ARTICLE,
	 "http://www.heling.gov.cn/zwgk/nb/201503/t20150310_1.htm",
	 TAGS "<h1>" TITLE "</h1><div class=TRS_Editor>" TEXT "<p><a href=\"./P020150310400000000001.pdf\">附件</a></p>"
	      "<p><a href='./W020150310400000000002.doc'>表</a></p></div>" NEIGHBOURS,
	 {NULL},
	 {"/zwgk/nb/201503/P020150310400000000001.pdf", "/zwgk/nb/201503/W020150310400000000002.doc", "/zwgk/q.html",
	  "/zwgk/r.html"},
	 TITLE,
	 "2015-03-10"},
	/* ---------------------------------------------------------------- TRS WAS */
	{.system = "was",
	 LIST,
	 "http://www.heling.gov.cn/was5/web/search?channelid=7&classsql=chnlid%3D12&page=1&prepage=20",
	 "{ \"total\" : 45, \"docs\" : [ { \"url\" : \"http://www.heling.gov.cn/a.htm\", \"title\" : \"甲\" } ] }",
	 {"/was5/web/search?channelid=7&classsql=chnlid%3D12&page=2&prepage=20",
	  "/was5/web/search?channelid=7&classsql=chnlid%3D12&page=3&prepage=20"},
	 {"/a.htm"}},
	{.system = "was",
	 LIST,
	 "https://sousuo.heling.gov.cn/was5/web/search?page=1&channelid=7&prepage=10&templet=docs.jsp",
	 "{\"count\":\"21\",\"docs\":[{\"url\":\"/a.htm\",\"title\":\"甲\"},{\"url\":\"/b.htm\",\"title\":\"乙\"}]}",
	 {"/was5/web/search?page=2&channelid=7&prepage=10&templet=docs.jsp",
	  "/was5/web/search?page=3&channelid=7&prepage=10&templet=docs.jsp"},
	 {"/a.htm", "/b.htm"}},
	{.system = "was",
	 LIST,
	 "http://www.heling.gov.cn/was40/search?channelid=7",
	 "<ul><li><a href=/a.htm>甲</a></ul><a href=\"search?page=2&amp;channelid=7\">下一页</a>&nbsp;<a "
	 "href=\"search?page=3&amp;channelid=7\">末页</a>",
	 {"/was40/search?page=2&channelid=7", "/was40/search?page=3&channelid=7"},
	 {"/a.htm"}},
	{.system = "was",
	 LIST,
	 "http://www.heling.gov.cn/nb/",
	 "<script>$.getJSON('/was5/web/search?channelid=7&page=1&prepage=20', show)</script>",
	 {"/was5/web/search?channelid=7&page=1&prepage=20"}},
	{.system = "was",
	 LAST,
	 "http://www.heling.gov.cn/was5/web/search?channelid=7&page=3&prepage=20",
	 "{\"total\":45,\"docs\":[{\"url\":\"/z.htm\",\"title\":\"末\"}]}",
	 {"/was5/web/search?channelid=7&page=2&prepage=20", "/was5/web/search?channelid=7&page=3&prepage=20"},
	 {"/z.htm"}},
	{.system = "was",
	 EMPTY,
	 "http://www.heling.gov.cn/was5/web/search?channelid=7&page=1&prepage=20",
	 "{\"total\":0,\"docs\":[]}"},
	{.system = "was",
	 ARTICLE,
	 "http://www.heling.gov.cn/xxgk/201503/t20150310_9.html",
	 TAGS "<div id=zoom>" TEXT "<a href=./P020150310.docx>附件</a></div>",
	 {NULL},
	 {"/xxgk/201503/P020150310.docx"},
	 TITLE,
	 "2015-03-10"},
/* -------------------------------------------------------------- Hanweb JCMS */
#define NAMES "&col=1&webid=3&path=/&columnid=77&unitid=901"
#define GROUP "<nextgroup><![CDATA[<a href=\"/module/web/jpage/dataproxy.jsp?page=1" NAMES "\"></a>]]></nextgroup>"
#define RECORD(k) "<record><![CDATA[<li><a href='/art/2016/3/1/art_77_" k ".html'>第" k "号</a></li>]]></record>"
#define PROXY "/module/web/jpage/dataproxy.jsp?"
	{.system = "jcms",
	 LIST,
	 "http://www.qiaoxi.gov.cn/col/col77/index.html?uid=901&pageNum=1",
	 "<div id='901'><script type=\"text/xml\"><datastore>" GROUP "<recordset>" RECORD("1") RECORD(
		 "2") "</recordset></datastore></script></div><script>$('#901').jpage({\n\tthemeName:'default',\n\t"
		      "totalRecord:100,\n\tgroupSize:3,\n\tperPage:15,\n\tproxyUrl:'/module/web/jpage/dataproxy.jsp',\n"
		      "\tpageStyle:'dis'});</script>",
	 {PROXY "startrecord=46&endrecord=90&perpage=15" NAMES, PROXY "startrecord=91&endrecord=100&perpage=15" NAMES},
	 {"/art/2016/3/1/art_77_1.html", "/art/2016/3/1/art_77_2.html"},
	 .ask = "either"},
	{.system = "jcms",
	 LIST,
	 "https://www.qiaoxi.gov.cn/col/col77/index.html",
	 "<script TYPE='text/xml'><datastore><nextgroup><![CDATA[<a  rel='n' "
	 "href='https://www.qiaoxi.gov.cn/module/jpage/morecolumndataproxy.jsp?page=1&amp;columnid=77&amp;unitid=901' "
	 "/>]]></nextgroup></datastore></"
	 "script><script>jQuery(\"#901\").jpage({\"totalRecord\":\"30\",\"perPage\":\"10\","
	 "\"groupSize\":\"1\"})</script>",
	 {"/module/jpage/morecolumndataproxy.jsp?startrecord=11&endrecord=20&perpage=10&columnid=77&unitid=901",
	  "/module/jpage/morecolumndataproxy.jsp?startrecord=21&endrecord=30&perpage=10&columnid=77&unitid=901"},
	 .ask = "either"},
	{.system = "jcms",
	 LIST,
	 "http://www.qiaoxi.gov.cn/module/jslib/jquery/jpage/dataproxy.jsp?page=1&columnid=9&unitid=49",
	 "dataStore = [\"<li><a href='/art/2014/5/13/art_9_1.html' title='甲'>甲</a></li>\",\"<li><a "
	 "href=\\\"/art/2014/5/12/art_9_2.html\\\">乙</a></li>\"];",
	 {NULL},
	 {"/art/2014/5/13/art_9_1.html", "/art/2014/5/12/art_9_2.html"}},
	{.system = "jcms",
	 LIST,
	 "http://www.qiaoxi.gov.cn" PROXY "startrecord=1&endrecord=45&perpage=15" NAMES,
	 "<datastore><totalrecord>100</totalrecord><totalpage>7</totalpage><recordset>" RECORD(
		 "5") "</recordset></datastore>",
	 {PROXY "startrecord=46&endrecord=90&perpage=15" NAMES, PROXY "startrecord=91&endrecord=100&perpage=15" NAMES},
	 {"/art/2016/3/1/art_77_5.html"},
	 .ask = "either"},
	{.system = "jcms",
	 LIST,
	 "http://www.qiaoxi.gov.cn" PROXY "page=1" NAMES,
	 "<?xml version='1.0' encoding='UTF-8'?>\n<datastore><nextgroup><![CDATA[<a href=\"" PROXY "page=2" NAMES
	 "\"></a>]]></nextgroup><recordset>" RECORD("6") "</recordset></datastore>",
	 {PROXY "page=2" NAMES},
	 {"/art/2016/3/1/art_77_6.html"},
	 .ask = "either"},
	{.system = "jcms",
	 LAST,
	 "http://www.qiaoxi.gov.cn" PROXY "startrecord=91&endrecord=100&perpage=15" NAMES,
	 "<datastore><totalrecord>100</totalrecord>" GROUP "<recordset>" RECORD("7") "</recordset></datastore>",
	 {NULL},
	 {"/art/2016/3/1/art_77_7.html"}},
	{.system = "jcms",
	 LAST,
	 "http://www.qiaoxi.gov.cn/col/col77/index.html",
	 "<script type='text/xml'><datastore>" GROUP "<recordset>" RECORD(
		 "1") "</recordset></datastore></script><script>$('#901')."
		      "jpage({totalRecord:1,perPage:15,proxyUrl:'/module/web/jpage/dataproxy.jsp'});</script>",
	 {NULL},
	 {"/art/2016/3/1/art_77_1.html"}},
	{.system = "jcms",
	 LAST,
	 "http://www.qiaoxi.gov.cn" PROXY "page=3" NAMES,
	 "<datastore><nextgroup><![CDATA[]]></nextgroup><recordset>" RECORD("8") "</recordset></datastore>",
	 {NULL},
	 {"/art/2016/3/1/art_77_8.html"}},
	{.system = "jcms",
	 EMPTY,
	 "http://www.qiaoxi.gov.cn" PROXY "startrecord=1&endrecord=45&perpage=15" NAMES,
	 "<datastore><totalrecord>0</totalrecord><recordset></recordset></datastore>"},
	{.system = "jcms",
	 EMPTY,
	 "http://www.qiaoxi.gov.cn/col/col77/index.html",
	 "<script "
	 "type='text/xml'><datastore><nextgroup></nextgroup><recordset></recordset></datastore></script><script>$("
	 "'#901').jpage({totalRecord:0,perPage:15,proxyUrl:'/module/web/jpage/dataproxy.jsp'});</script>"},
	{.system = "jcms",
	 ARTICLE,
	 "http://www.qiaoxi.gov.cn/art/2015/3/10/art_77_5.html",
	 "<title>乔西 通知公告 " TITLE "</title>" TAGS "<div id=zoom>" TEXT
	 "<a href='/module/download/downfile.jsp?classid=0&filename=1503100900.doc'>附件.doc</a></div>",
	 {NULL},
	 {"/module/download/downfile.jsp?classid=0&filename=1503100900.doc"},
	 TITLE,
	 "2015-03-10"},
/* ------------------------------------------------------------- Hanweb jpaas */
#define UNIT "/api-gateway/jpaas-publish-server/front/page/build/unit"
#define UNIT_ARGS "?parseType=bulidstatic&webId=5&tplSetId=ab&pageType=column&tagId=%E5%88%97%E8%A1%A8&pageId=9"
#define UNIT_PAGE(k) UNIT UNIT_ARGS "&paramJson=%7B%22pageNo%22%3A" #k "%2C%22pageSize%22%3A15%7D"
	{.system = "jpaas",
	 LIST,
	 "http://www.shuiwan.gov.cn/gk/nb/index.html",
	 "<script src='/x.js' url=\"" UNIT "\" queryData=\"{'parseType':'bulidstatic','webId':'5','tplSetId':'ab',"
	 "'pageType':'column','tagId':'列表','pageId':'9'}\"></script>",
	 {UNIT UNIT_ARGS}},
	{.system = "jpaas",
	 LIST,
	 "https://gk.shuiwan.gov.cn/nb/index.html",
	 "<script querydata='{&quot;parseType&quot;:&quot;buildstatic&quot;, &quot;webId&quot;:5, "
	 "&quot;pageType&quot;:&quot;column&quot;}' URL='https://gk.shuiwan.gov.cn" UNIT "' defer></script>",
	 {UNIT "?parseType=buildstatic&webId=5&pageType=column"}},
	{.system = "jpaas",
	 LIST,
	 "http://www.shuiwan.gov.cn" UNIT UNIT_ARGS,
	 "{\"success\":true,\"data\":{\"html\":\"<ul><li><a href=\\\"/art/2024/art_0a.html\\\">甲</a></li></ul><div "
	 "class=\\\"pagination\\\" count=\\\"40\\\" pageNo=\\\"1\\\" rows=\\\"15\\\"></div>\"}}",
	 {UNIT_PAGE(2), UNIT_PAGE(3)},
	 {"/art/2024/art_0a.html"}},
	{.system = "jpaas",
	 LIST,
	 "http://www.shuiwan.gov.cn/gk/nb/index.html",
	 "<script url='" UNIT
	 "' queryData=\"{'parseType':'bulidstatic','webId':'5','tplSetId':'ab','pageType':'column',"
	 "'tagId':'列表','pageId':'9'}\"></script><ul><li><a href=/art/2024/art_0a.html>甲</a></ul><div rows='15' "
	 "count='40' pageNo='1'></div>",
	 {UNIT_PAGE(2), UNIT_PAGE(3)},
	 {"/art/2024/art_0a.html"}},
	{.system = "jpaas",
	 LAST,
	 "http://www.shuiwan.gov.cn" UNIT_PAGE(3),
	 "{\"success\":true,\"data\":{\"html\":\"<li><a href='/art/2010/art_0f.html'>末</a></li><div queryData=\\\"{"
	 "'rows':'15','count':'40','pageNo':'3'}\\\"></div>\"}}",
	 {UNIT_PAGE(2), UNIT_PAGE(3)},
	 {"/art/2010/art_0f.html"}},
	{.system = "jpaas",
	 EMPTY,
	 "http://www.shuiwan.gov.cn" UNIT UNIT_ARGS,
	 "{\"success\":true,\"data\":{\"html\":\"<ul></ul><div rows='15' count='0'></div>\"}}"},
	{.system = "jpaas", EMPTY, "http://www.shuiwan.gov.cn" UNIT UNIT_ARGS, "{\"success\":false,\"data\":null}"},
	{.system = "jpaas",
	 ARTICLE,
	 "http://www.shuiwan.gov.cn/art/2015/art_0123456789abcdef0123456789abcdef.html",
	 TAGS "<script url='" UNIT
	      "' queryData=\"{'parseType':'bulidstatic','webId':'5','pageType':'detail','pageId':'9'}\">"
	      "</script><div class=editor-content>" TEXT "<a href='/attachment/0/12.pdf' title='附件'>附件</a></div>",
	 {NULL},
	 {"/attachment/0/12.pdf"},
	 TITLE,
	 "2015-03-10"},
	/* -------------------------------------------------------------- Kaipu UCAP */
	{.system = "ucap",
	 LIST,
	 "http://www.nanlu.gov.cn/zfxxgk/ndbg/list.shtml",
	 "<ul><li><a href='/zfxxgk/201503/0123456789abcdef0123456789abcdef.shtml'>甲</a></ul>"
	 "<script>createPageHTML('page_div',3, 1,'list','shtml',40);</script>",
	 {"/zfxxgk/ndbg/list_2.shtml", "/zfxxgk/ndbg/list_3.shtml"},
	 {"/zfxxgk/201503/0123456789abcdef0123456789abcdef.shtml"}},
	{.system = "ucap",
	 LIST,
	 "https://www.nanlu.gov.cn/c112289c/list.shtml",
	 "<script type=\"text/javascript\">\n  createPageHTML ( \"page-div\" , \"2\", \"1\", \"list\", \"shtml\" "
	 ");</script>",
	 {"/c112289c/list_2.shtml"}},
	{.system = "ucap",
	 LIST,
	 "https://www.nanlu.gov.cn/zfxxgk/ndbg/list.shtml",
	 "<script>pageList(\"fenye\", 3, 1, \"list\", 'shtml', {total: 40});pageList(\"fenye\", 3, 1, \"list\", "
	 "'shtml', "
	 "40)</script>",
	 {"/zfxxgk/ndbg/list_2.shtml", "/zfxxgk/ndbg/list_3.shtml"}},
	{.system = "ucap",
	 LAST,
	 "http://www.nanlu.gov.cn/zfxxgk/ndbg/list_3.shtml",
	 "<ul><li><a href='../x.shtml'>末</a></ul><script>createPageHTML('page_div',3,3,'list','shtml',40);</script>",
	 {"/zfxxgk/ndbg/list_2.shtml", "/zfxxgk/ndbg/list_3.shtml"},
	 {"/zfxxgk/x.shtml"}},
	{.system = "ucap",
	 EMPTY,
	 "http://www.nanlu.gov.cn/zfxxgk/ndbg/list.shtml",
	 "<script>createPageHTML('page_div',0,1,'list','shtml',0);</script>"},
	{.system = "ucap",
	 ARTICLE,
	 "http://www.nanlu.gov.cn/c112289c/201503/c01_1108994.shtml",
	 "<meta name=channelid content=112289>" TAGS "<UCAPTITLE>" TITLE "</UCAPTITLE><UCAPCONTENT>" TEXT
	 "<a href=/zfxxgk/201503/a/files/1.ofd>附件</a></UCAPCONTENT>",
	 {NULL},
	 {"/zfxxgk/201503/a/files/1.ofd"},
	 TITLE,
	 "2015-03-10"},
#define SEARCH(k) "/common/search/0f3a?_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=" #k
	{.system = "ucapjson",
	 LIST,
	 "http://www.nanlu.gov.cn/zfxxgk/ndbg/index.shtml",
	 "<meta content='0f3a' name='channelid'><script>$.get('/common/search/'+channelid, show);</script>",
	 {SEARCH(1)}},
	{.system = "ucapjson",
	 LIST,
	 "http://www.nanlu.gov.cn/zfxxgk/ndbg/index.shtml",
	 "<script>var api = \"" SEARCH(1) "\";</script>",
	 {SEARCH(1)}},
	{.system = "ucapjson",
	 LIST,
	 "http://www.nanlu.gov.cn" SEARCH(1),
	 "{\"data\":{\"page\":1,\"rows\":20,\"total\":57,\"results\":[{\"title\":\"甲\",\"url\":\"/c1/x.shtml\","
	 "\"publishedTimeStr\":\"2015-03-10 09:00:00\",\"resList\":[{\"fileName\":\"甲.pdf\",\"filePath\":"
	 "\"/c1/files/x.pdf\"}],\"domainMetaList\":[{\"resultList\":[{\"key\":\"syh\",\"value\":\"1\"}]}]}]}}",
	 {SEARCH(2), SEARCH(3)},
	 {"/c1/x.shtml", "/c1/files/x.pdf"}},
	{.system = "ucapjson",
	 LIST,
	 "https://www.nanlu.gov.cn/searchList/0f3a?_isAgg=true&_isJson=true&page=1",
	 "{\"data\":{\"rows\":\"15\",\"page\":\"1\",\"total\":\"31\",\"results\":[]}}",
	 {"/searchList/0f3a?_isAgg=true&_isJson=true&page=2", "/searchList/0f3a?_isAgg=true&_isJson=true&page=3"}},
	{.system = "ucapjson",
	 LAST,
	 "http://www.nanlu.gov.cn" SEARCH(3),
	 "{\"data\":{\"page\":3,\"rows\":20,\"total\":57,\"results\":[{\"title\":\"末\",\"url\":\"/c1/z.shtml\"}]}}",
	 {SEARCH(2), SEARCH(3)},
	 {"/c1/z.shtml"}},
	{.system = "ucapjson",
	 EMPTY,
	 "http://www.nanlu.gov.cn" SEARCH(1),
	 "{\"data\":{\"page\":1,\"total\":0,\"results\":[]}}"},
	{.system = "ucapjson",
	 ARTICLE,
	 "http://www.nanlu.gov.cn/c5247234/content.html",
	 "<meta name=channelid content=0f3a>" TAGS "<div id=UCAP-CONTENT>" TEXT "<a href=files/x.wps>附件</a></div>",
	 {NULL},
	 {"/c5247234/files/x.wps"},
	 TITLE,
	 "2015-03-10"},
/* ----------------------------------------------- UCAP, lists that answer POST alone */
#define FILES(k) "/getFileListByCodeId?channelId=29a88b67&page=" #k "&size=20"
#define FILES_HEAD "<meta name=\"channelid\" content=\"29a88b67\">"
#define FILES_CALL(url)                                                                                                \
	"<script>function list(n){$.ajax({type:'POST',url:" url ",data:{channelId:cid,page:n,size:20}})}</script>"
	{.system = "ucappost",
	 LIST,
	 "https://www.nanlu.gov.cn/zfxxgk/ndbg/list.html",
	 FILES_HEAD FILES_CALL("'/getFileListByCodeId'"),
	 {FILES(1)},
	 .ask = "post"},
	{.system = "ucappost",
	 LIST,
	 "https://www.nanlu.gov.cn/zfxxgk/ndbg/list.html",
	 "<script>var channelId = \"29a88b67\";</script>" FILES_HEAD FILES_CALL("\"/getFileListByCodeId\""),
	 {FILES(1)},
	 .ask = "post"},
	{.system = "ucappost",
	 LIST,
	 "https://www.nanlu.gov.cn/zfxxgk/ndbg/list.html",
	 "<script>var channelId = \"29a88b67\"; /* of /getFileListByCodeId */ $.post(\"/getFileListByCodeId\", "
	 "{channelId: channelId})</script>",
	 {FILES(1)},
	 .ask = "post"},
	{.system = "ucappost", /* another host of the site, as the page names it */
	 LIST,
	 "https://nb.nanlu.gov.cn/list.html",
	 FILES_HEAD FILES_CALL("'https://www.nanlu.gov.cn/api/getFileListByCodeId'"),
	 {"https://www.nanlu.gov.cn/api" FILES(1)},
	 .ask = "post"},
	{.system = "ucappost",
	 LIST,
	 "https://www.nanlu.gov.cn" FILES(1),
	 "{\"code\":200,\"results\":{\"data\":{\"total\":57,\"page\":1,\"rows\":20,\"results\":[{\"title\":\"甲\","
	 "\"url\":"
	 "\"/c1/x.html\"}]}}}",
	 {FILES(2), FILES(3)},
	 {"/c1/x.html"},
	 .ask = "post"},
	{.system = "ucappost", /* the answer says that it shows fewer than it was asked for */
	 LIST,
	 "https://www.nanlu.gov.cn" FILES(1),
	 "{\"results\":{\"data\":{\"total\":21,\"page\":1,\"rows\":10,\"results\":[]}}}",
	 {FILES(2), FILES(3)},
	 .ask = "post"},
	{.system = "ucappost",
	 LAST,
	 "https://www.nanlu.gov.cn" FILES(3),
	 "{\"results\":{\"data\":{\"total\":57,\"page\":3,\"results\":[{\"title\":\"末\",\"url\":\"/c1/z.html\"}]}}}",
	 {FILES(2), FILES(3)},
	 {"/c1/z.html"},
	 .ask = "post"},
	{.system = "ucappost",
	 EMPTY,
	 "https://www.nanlu.gov.cn" FILES(1),
	 "{\"code\":200,\"results\":{\"data\":{\"total\":0,\"page\":1,\"results\":[]}}}"},
	{.system = "ucappost", /* no channel is named */
	 EMPTY,
	 "https://www.nanlu.gov.cn/zfxxgk/ndbg/list.html",
	 FILES_CALL("'/getFileListByCodeId'")},
	{.system = "ucappost", /* no script names the address as one that is whole */
	 EMPTY,
	 "https://www.nanlu.gov.cn/zfxxgk/ndbg/list.html",
	 FILES_HEAD
	 "<script>f('/getFileListByCodeId' + x); f('/getFileListByCodeIdAll'); // /getFileListByCodeId</script>"},
	{.system = "ucappost",
	 ARTICLE,
	 "https://www.nanlu.gov.cn/zfxxgk/c100006/c5195074/content.html",
	 FILES_HEAD TAGS "<div id=UCAP-CONTENT>" TEXT "<a href=files/x.pdf>附件</a></div>",
	 {NULL},
	 {"/zfxxgk/c100006/c5195074/files/x.pdf"},
	 TITLE,
	 "2015-03-10"},
/* --------------------------------------------------------- Guangdong gkmlpt */
#define ALL(c, k) "/wjj/gkmlpt/api/all/" #c "?page=" #k "&sid=755901"
	{.system = "gkmlpt",
	 LIST,
	 "http://www.lanwan.gov.cn/wjj/gkmlpt/index",
	 "<script>window._CONFIG = {SID: '755901', TREE: "
	 "[{\"id\":2810,\"name\":\"政府信息公开年度报告\",\"x\":1},{\"id\":3,"
	 "\"name\":\"概况\"}]};</script>",
	 {ALL(2810, 1), ALL(0, 1)}},
	{.system = "gkmlpt",
	 LIST,
	 "http://www.lanwan.gov.cn/wjj/gkmlpt/",
	 "<script>\nvar NFCMS_SITE_ID = \"755901\";</script>",
	 {ALL(0, 1)}},
	{.system = "gkmlpt",
	 LIST,
	 "http://www.lanwan.gov.cn" ALL(0, 1),
	 "{\"articles\":[{\"id\":1,\"title\":\"甲\",\"url\":\"http:\\/\\/www.lanwan.gov.cn\\/"
	 "post_1.html\",\"create_time\":"
	 "1425949200},{\"id\":2,\"post_url\":\"/post_2.html\",\"title\":\"乙\"}],\"total\":230}",
	 {ALL(0, 2), ALL(0, 3)},
	 {"/post_1.html", "/post_2.html"}},
	{.system = "gkmlpt",
	 LAST,
	 "http://www.lanwan.gov.cn" ALL(0, 3),
	 "{\"total\":\"230\",\"articles\":[{\"title\":\"末\",\"url\":\"/post_9.html\"}]}",
	 {ALL(0, 2), ALL(0, 3)},
	 {"/post_9.html"}},
	{.system = "gkmlpt", EMPTY, "http://www.lanwan.gov.cn" ALL(9, 1), "{\"total\":0,\"articles\":[]}"},
	{.system = "gkmlpt",
	 ARTICLE,
	 "http://www.lanwan.gov.cn/wjj/gkmlpt/content/2/2155/post_2155421.html",
	 "<script>window._CONFIG={SID:'755901',DETAIL:{\"id\":2155421}}</script>" TAGS
	 "<div class=article-content>" TEXT "<a href='http://www.lanwan.gov.cn/attachment/0/1/1.pdf'>附件</a></div>",
	 {NULL},
	 {"/attachment/0/1/1.pdf"},
	 TITLE,
	 "2015-03-10"},
	/* --------------------------------------------------------------------- VSB */
	{.system = "vsb",
	 LIST,
	 "http://www.shanluo.gov.cn/zwgk/gknb.htm",
	 "<ul><li><a href=\"../info/1033/5375.htm\">甲</a></ul><span>共57条</span> <span>1/5</span> <a "
	 "href=\"gknb/4.htm\">下页</a> <a href=\"gknb/1.htm\">尾页</a>",
	 {"/zwgk/gknb/4.htm", "/zwgk/gknb/3.htm", "/zwgk/gknb/2.htm", "/zwgk/gknb/1.htm"},
	 {"/info/1033/5375.htm"}},
	{.system = "vsb",
	 LIST,
	 "https://www.shanluo.gov.cn/zwgk/gknb.htm",
	 "<span class='p_next p_fun'><a href='gknb/2.htm'>下页</a></span><span class='p_last p_fun'><a "
	 "href='gknb/1.htm'>尾页</a></span>",
	 {"/zwgk/gknb/2.htm", "/zwgk/gknb/1.htm"}},
	{.system = "vsb",
	 LAST,
	 "http://www.shanluo.gov.cn/zwgk/gknb/1.htm",
	 "<ul><li><a href=\"../../info/1033/1.htm\">末</a></ul><a href='../gknb.htm'>首页</a><a href='2.htm'>上页</a>"
	 "<span>下页</span><span>尾页</span>",
	 {NULL},
	 {"/info/1033/1.htm", "/zwgk/gknb.htm", "/zwgk/gknb/2.htm"}},
	{.system = "vsb",
	 EMPTY,
	 "http://www.shanluo.gov.cn/zwgk/gknb.htm",
	 "<ul></ul><span>共0条</span><span>下页</span>"},
	{.system = "vsb",
	 ARTICLE,
	 "http://www.shanluo.gov.cn/info/1033/5375.htm",
	 "<script>_sitegray.push(1)</script>" TAGS "<div id=vsb_content><div class=v_news_content>" TEXT
	 "<script>showVsbpdfIframe(\"/__local/A/b.pdf\",\"100%\",\"600\");</script><a "
	 "href='/virtual_attach_file.vsb?afc=1&tid=2'>附件</a></div></div>",
	 {NULL},
	 {"/__local/A/b.pdf", "/virtual_attach_file.vsb?afc=1&tid=2"},
	 TITLE,
	 "2015-03-10"},
#define VSBTREE(k) "/list.jsp?totalpage=4&PAGENUM=" #k "&urltype=tree.TreeTempUrl&wbtreeid=1033"
	{.system = "vsbtree",
	 LIST,
	 "http://www.shanluo.gov.cn/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1033",
	 "<a href=/info/1033/5375.htm>甲</a><a "
	 "href='?totalpage=4&amp;PAGENUM=2&amp;urltype=tree.TreeTempUrl&amp;wbtreeid="
	 "1033'>下一页</a><a href='?totalpage=4&PAGENUM=4&urltype=tree.TreeTempUrl&wbtreeid=1033'>尾页</a>",
	 {VSBTREE(2), VSBTREE(3), VSBTREE(4)},
	 {"/info/1033/5375.htm"}},
	{.system = "vsbtree",
	 LAST,
	 "http://www.shanluo.gov.cn" VSBTREE(4),
	 "<a href=/info/1033/1.htm>末</a><a "
	 "href='?totalpage=4&PAGENUM=3&urltype=tree.TreeTempUrl&wbtreeid=1033'>上一页</a>",
	 {NULL},
	 {"/info/1033/1.htm", VSBTREE(3)}},
	{.system = "vsbtree",
	 EMPTY,
	 "http://www.shanluo.gov.cn/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1034",
	 "<p>共0条 1/0</p><span>下一页</span>"},
	{.system = "vsbtree",
	 ARTICLE,
	 "http://www.shanluo.gov.cn/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1033&wbnewsid=5",
	 TAGS "<!-- vsbcontent_start --><div class=v_news_content>" TEXT "</div><a href=/__local/B/c.doc>附件</a>",
	 {NULL},
	 {"/__local/B/c.doc"},
	 TITLE,
	 "2015-03-10"},
/* ------------------------------------------------------------------- Lonsun */
#define OPEN(k) "/openness/OpennessContent/showList/1442/45712/page_" #k ".html"
	{.system = "lonsun",
	 LIST,
	 "http://www.fengtai.gov.cn" OPEN(1),
	 "<ul><li><a href=/openness/OpennessContent/show/1144887.html>甲</a></ul><script>Ls.pagination({currPage:1,"
	 "pageCount: 3,total: 41});</script>",
	 {OPEN(2), OPEN(3)},
	 {"/openness/OpennessContent/show/1144887.html"}},
	{.system = "lonsun",
	 LIST,
	 "https://www.fengtai.gov.cn" OPEN(1),
	 "<a href='page_2.html'>下一页</a><a href='page_3.html'>末页</a>",
	 {OPEN(2), OPEN(3)}},
	{.system = "lonsun",
	 LAST,
	 "http://www.fengtai.gov.cn" OPEN(3),
	 "<a "
	 "href=/openness/OpennessContent/show/1.html>末</"
	 "a><script>Ls.pagination({\"currPage\":\"3\",\"pageCount\":\"3\"})"
	 "</script>",
	 {OPEN(2), OPEN(3)},
	 {"/openness/OpennessContent/show/1.html"}},
	{.system = "lonsun",
	 EMPTY,
	 "http://www.fengtai.gov.cn" OPEN(1),
	 "<script>Ls.pagination({currPage:1,pageCount: 0});</script>"},
	{.system = "lonsun",
	 ARTICLE,
	 "http://www.fengtai.gov.cn/openness/OpennessContent/show/1144887.html",
	 "<script>var "
	 "pageCount=3</script><table><tr><td>索引号：</td><td>003076-2015-1</td><td>组配分类：</td><td>年度报告</td>"
	 "</tr><tr><td>发布机构：</td><td>凤台县政府</td><td>发布日期：</td><td>2015-03-10</td></tr></table><h1>" TITLE
	 "</h1><div class=article-content>" TEXT "<a href=/openness/download/7.xls>附件</a></div>",
	 {NULL},
	 {"/openness/download/7.xls"},
	 TITLE,
	 "2015-03-10"},
	/* ----------------------------------------------------------------- Shanghai */
	{.system = "shanghai",
	 LIST,
	 "http://www.haikou-lu.gov.cn/nw12344/index.html",
	 "<a href=/nw12344/20150310/4a.html>甲</a><script>var o={ totalPage: 3, currentPage: 1}</script>",
	 {"/nw12344/index_2.html", "/nw12344/index_3.html"},
	 {"/nw12344/20150310/4a.html"}},
	{.system = "shanghai",
	 LIST,
	 "https://www.haikou-lu.gov.cn/nw12344/",
	 "<script>$('#p').page({'totalPage' : '2', pageName:'index'})</script>",
	 {"/nw12344/index_2.html"}},
	{.system = "shanghai",
	 LAST,
	 "http://www.haikou-lu.gov.cn/nw12344/index_3.html",
	 "<a href=/nw12344/20090310/4a.html>末</a><script>var o={ totalPage: 3, currentPage: 3}</script>",
	 {"/nw12344/index_2.html", "/nw12344/index_3.html"},
	 {"/nw12344/20090310/4a.html"}},
	{.system = "shanghai", EMPTY, "http://www.haikou-lu.gov.cn/nw12344/", "<script>var o={ totalPage: 0}</script>"},
	{.system = "shanghai",
	 ARTICLE,
	 "http://www.haikou-lu.gov.cn/nw12344/20150310/4a03b5fa47ae4c73b7ec42801de6be66.html",
	 TAGS "<script>var o={ totalPage: 3}</script><div id=ivs_content class=Article_content>" TEXT
	      "<a href='/cmsres/a/1.pdf'>附件</a></div>",
	 {NULL},
	 {"/cmsres/a/1.pdf"},
	 TITLE,
	 "2015-03-10"},
};

START_TEST(every_page)
{
	case_check(&cases[_i]);
}
END_TEST

START_TEST(every_system_shows_its_four_pages)
{
	cases_are_whole(cases, sizeof cases / sizeof *cases);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("list_rows");
	TCase *t = tcase_create("list_rows");
	tcase_add_checked_fixture(t, fixture_setup, fixture_teardown);
	tcase_add_loop_test(t, every_page, 0, (int)(sizeof cases / sizeof *cases));
	tcase_add_test(t, every_system_shows_its_four_pages);
	suite_add_tcase(s, t);
	return suite_run(s);
}
