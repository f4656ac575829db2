"""One small site for each way in which portals page their lists, and three that have no end. Every list has its only
report behind its last page; nothing else leads there. For tests/ring/test_schemes.py."""
import base64
import hashlib
import json
import random
import threading
import urllib.parse

import harvest_organs
import portal

ANSWER = "application/json; charset=utf-8"


class Site:
    def __init__(self, name):
        self.host, self.pages, self.rnd = name + ".schemes.example", {}, random.Random(name)
        title = "白沙区2012年政府信息公开工作年度报告"
        self.title, self.body = title, portal.report_narrative(self.rnd, "白沙区", 2012)[0]
        self.report = None

    def html(self, path, inner, title="列表"):
        self.pages[path] = portal.Page("<html><head><meta charset=utf-8><title>%s</title></head><body>%s</body></html>" % (title, inner))

    def item(self, path, report=False):
        """An article; its path."""
        if report:
            self.report = path
        title = self.title if report else "关于第%s号事项的通报" % path.strip("/").replace("/", "-")
        self.html(path, "<h1>%s</h1><div id=zoom>%s</div>" % (title, self.body if report else portal.paragraphs(portal.prose(self.rnd, 3))), title)
        return path, title

    def rows(self, items):
        return "<ul>%s</ul>" % "".join("<li><a href='%s'>%s</a></li>" % i for i in items)

    def three(self, folder, ext="html", form="a%d"):
        """Items of a list of three pages, two a page; the report is the last but one."""
        items = [self.item("%s%s.%s" % (folder, form % k, ext), k == 4) for k in range(6)]
        return [items[0:2], items[2:4], items[4:6]]

    def home(self, path, name="信息公开年报", more=""):
        self.html("/", "<a href='%s'>%s</a>%s" % (path, name, more), "白沙区")


def static(name, first, other, script, folder="/nb/", ext="html", form="a%d"):
    s = Site(name)
    for k, part in enumerate(s.three(folder, ext, form)):
        s.html(first if k == 0 else other(k), s.rows(part) + script(k))
    s.home(first, more="<a href='/leer/'>动态</a>")
    s.html("/leer/", "<ul></ul>" + script(-1))
    return s


def query(name, first, entry, answer):
    """An interface that answers: first(k) is the address of page k, from 1; `entry` the column's page."""
    s = Site(name)
    for k, part in enumerate(s.three("/art/"), 1):
        s.pages[first(k)] = portal.Page(answer(k, part), ANSWER)
    s.html("/nb/index.html", entry)
    s.home("/nb/index.html")
    return s


FORM = {"methods": ("POST",)}
ROUTED = {"methods": ("POST",), "else": 404}


def ucappost():
    """A list that answers a form alone; by GET nobody is there, as routers say that know one method of an address only."""
    s = Site("ucappost")
    parts, s.report = s.three("/art/"), "/art/2012.docx"  # a file: its page is the list that names it
    s.pages[s.report] = portal.Page(harvest_organs.docx("<p>%s</p>%s" % (s.title, s.body)), "application/octet-stream")
    parts[2][0] = (s.report, s.title)
    del s.pages["/art/a4.html"]
    s.html("/nb/index.html", "<meta name=channelid content=29a88b67><script>$.ajax({type:'POST',url:'/getFileListByCodeId',data:{channelId:c,page:1,size:20}})</script>")
    for channel, parts in (("29a88b67", parts), ("0", [[]])):
        for k, part in enumerate(parts, 1):
            body = json.dumps({"code": 200, "results": {"data": {"total": 57 if part else 0, "page": k, "rows": 20, "results": [{"title": t, "url": u} for u, t in part]}}}, ensure_ascii=False)
            s.pages["/getFileListByCodeId?channelId=%s&page=%d&size=20" % (channel, k)] = portal.Page(body, ANSWER, fault=ROUTED)
    s.html("/leer/", "<meta name=channelid content=0><script>$.post('/getFileListByCodeId',{})</script>")
    s.home("/nb/index.html", more="<a href='/leer/'>动态</a>")
    return s


def hanweb(name="hanweb", fault=None):
    """With `fault` FORM the blocks answer POST alone, and say so with 405."""
    s, names, proxy = Site(name), "col=1&webid=1&path=/&columnid=7&unitid=9", "/module/web/jpage/dataproxy.jsp"

    def records(items):
        return "<recordset>%s</recordset>" % "".join("<record><![CDATA[<li><a href='%s'>%s</a></li>]]></record>" % i for i in items)
    a, b, c = s.three("/art/2013/")
    s.html("/col/col7/index.html", "<div id=9><script type='text/xml'><datastore><nextgroup><![CDATA[<a href=\"%s?page=1&%s\"></a>]]></nextgroup>%s</datastore></script></div>"
           "<script>$('#9').jpage({totalRecord:6,perPage:1,groupSize:2,proxyUrl:'%s'});</script>" % (proxy, names, records(a), proxy))
    for low, part in ((3, b), (5, c)):
        s.pages["%s?startrecord=%d&endrecord=%d&perpage=1&%s" % (proxy, low, low + 1, names)] = portal.Page("<datastore><totalrecord>6</totalrecord>%s</datastore>" % records(part), "text/xml", fault=fault)
    s.home("/col/col7/index.html")
    return s


def jpaas():
    s, unit = Site("jpaas"), "/api-gateway/jpaas-publish-server/front/page/build/unit"
    args = "parseType=bulidstatic&webId=5&tplSetId=ab&pageType=column&tagId=%E5%88%97%E8%A1%A8&pageId=9"
    for k, part in enumerate(s.three("/art/2013/"), 1):
        body = json.dumps({"success": True, "data": {"html": s.rows(part) + "<div rows='2' count='6' pageNo='%d'></div>" % k}}, ensure_ascii=False)
        s.pages[unit + "?" + args + ("&paramJson=" + urllib.parse.quote('{"pageNo":%d,"pageSize":2}' % k) if k > 1 else "")] = portal.Page(body, ANSWER)
    s.html("/gk/nb/index.html", "<script url='%s' queryData=\"{'parseType':'bulidstatic','webId':'5','tplSetId':'ab','pageType':'column','tagId':'列表','pageId':'9'}\"></script>" % unit)
    s.home("/gk/nb/index.html")
    return s


def gkmlpt():
    s = Site("gkmlpt")
    s.html("/gkmlpt/index", "<script>window._CONFIG = {SID: '755', TREE: [{\"id\":28,\"name\":\"政府信息公开年度报告\"}]};</script>")
    for k, part in enumerate(s.three("/post/"), 1):
        body = json.dumps({"total": 250, "articles": [{"id": 1, "title": t, "url": "http://%s%s" % (s.host, u)} for u, t in part]}, ensure_ascii=False)
        for c in (0, 28):
            s.pages["/gkmlpt/api/all/%d?page=%d&sid=755" % (c, k)] = portal.Page(body, ANSWER)
    s.home("/gkmlpt/index", "政府信息公开")
    return s


def atob():
    s, parts = Site("atob"), None
    parts = s.three("/nb/")
    for k, part in enumerate(parts):
        code = base64.b64encode(s.rows(part).encode()).decode()
        s.html("/nb/p%d.html" % k, "<script>x(window.atob(\"%s\"))</script>%s" % (code, "<a href='/nb/p%d.html'>下一页</a>" % (k + 1) if k < 2 else ""))
    s.home("/nb/p0.html")
    return s


def feed():
    s = Site("feed")
    path, title = s.item("/a/1.html", True)
    s.html("/", "<link rel=alternate type='application/rss+xml' href='/rss.xml'><p>白沙区")
    s.pages["/rss.xml"] = portal.Page("<?xml version='1.0'?><rss version='2.0'><channel><item><title>%s</title><link>http://%s%s</link></item></channel></rss>" % (title, s.host, path), "application/rss+xml")
    return s


def sitemap():
    s = Site("sitemap")
    path, _ = s.item("/a/1.html", True)
    s.html("/", "<a href='/sitemap.xml'>网站地图</a>")
    s.pages["/sitemap.xml"] = portal.Page("<?xml version='1.0'?><sitemapindex><sitemap><loc>http://%s/s1.xml</loc></sitemap></sitemapindex>" % s.host, "text/xml")
    s.pages["/s1.xml"] = portal.Page("<?xml version='1.0'?><urlset><url><loc>http://%s%s</loc></url></urlset>" % (s.host, path), "text/xml")
    return s


def frames():
    s = Site("frames")
    s.pages["/"] = portal.Page("<html><head><meta http-equiv=refresh content='0;url=/main.html'></head></html>")
    s.pages["/main.html"] = portal.Page("<html><frameset><frame src='/menu.html'><frame src='/blank.html'></frameset></html>")
    s.html("/blank.html", "<p>欢迎")
    s.html("/menu.html", "<iframe src='/inner.html'></iframe>")
    s.html("/inner.html", s.rows([s.item("/a/1.html", True)]))
    return s


def viewer():
    s = Site("viewer")
    s.report = "/f/2012.docx"
    s.pages[s.report] = portal.Page(harvest_organs.docx("<p>%s</p>%s" % (s.title, s.body)), "application/octet-stream")
    s.html("/nb/1.html", "<h1>%s</h1><iframe src='/pdfjs/web/viewer.html?file=%%2Ff%%2F2012.docx'></iframe>" % s.title, s.title)
    s.home("/nb/1.html", s.title)
    return s


def numbered(form):
    return lambda k: form % (k + 1)


def lists():
    """Every scheme of the lists that real systems have, by name."""
    yield static("trs", "/nb/", lambda k: "/nb/index_%d.html" % k, lambda k: "<script>createPageHTML(%d, %d, \"index\", \"html\");</script>" % (3 if k >= 0 else 0, max(k, 0)))
    yield query("was", lambda k: "/was5/web/search?channelid=7&page=%d&prepage=2" % k, "<script>$.get('/was5/web/search?channelid=7&page=1&prepage=2', f)</script>",
                lambda k, part: json.dumps({"total": 6, "docs": [{"url": u, "title": t} for u, t in part]}, ensure_ascii=False))
    yield hanweb()
    yield hanweb("hanwebpost", FORM)
    yield jpaas()
    yield static("ucap", "/nb/list.shtml", numbered("/nb/list_%d.shtml"), lambda k: "<script>createPageHTML('page_div',%d,%d,'list','shtml',6);</script>" % (3 if k >= 0 else 0, k + 1), ext="shtml")
    yield query("ucapjson", lambda k: "/common/search/0f3a?_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=%d" % k, "<meta name=channelid content=0f3a><script>var u='/common/search/'+id;</script>",
                lambda k, part: json.dumps({"data": {"page": k, "rows": 20, "total": 57, "results": [{"title": t, "url": u} for u, t in part]}}, ensure_ascii=False))
    yield ucappost()
    yield gkmlpt()
    yield static("vsb", "/nb.htm", lambda k: "/nb/%d.htm" % (3 - k), lambda k: "<a href='/nb/%d.htm'>下页</a> <a href='/nb/1.htm'>尾页</a>" % (2 - k) if 0 <= k < 2 else "<span>下页</span>", folder="/info/1033/", ext="htm")
    tree = "/list.jsp?totalpage=3&PAGENUM=%d&urltype=tree.TreeTempUrl&wbtreeid=33"
    yield static("vsbtree", tree % 1, numbered(tree), lambda k: "<a href='%s'>下一页</a><a href='%s'>尾页</a>" % (tree % (k + 2), tree % 3) if 0 <= k < 2 else "", folder="/info/1034/", ext="htm")
    yield static("lonsun", "/openness/OpennessContent/showList/1442/45712/page_1.html", numbered("/openness/OpennessContent/showList/1442/45712/page_%d.html"),
                 lambda k: "<script>Ls.pagination({currPage:%d,pageCount: %d});</script>" % (max(k, 0) + 1, 3 if k >= 0 else 0), folder="/openness/OpennessContent/show/", form="114%d")
    yield static("shanghai", "/nw12344/index.html", numbered("/nw12344/index_%d.html"), lambda k: "<script>var o={ totalPage: %d, currentPage: %d}</script>" % (3 if k >= 0 else 0, k + 1), folder="/nw12344/2013/")
    yield static("chengdu", "/gk/column-index-1.shtml", numbered("/gk/column-index-%d.shtml"), lambda k: "<script>var totalPage = %d;</script>" % (3 if k >= 0 else 0), folder="/gk/2013/", ext="shtml")
    yield static("parameter", "/gk/list?pageNo=1", numbered("/gk/list?pageNo=%d"), lambda k: "<a href='/gk/list?pageNo=%d'>下一页</a>" % (k + 2) if 0 <= k < 2 else "")
    yield from (atob(), feed(), sitemap(), frames(), viewer())


class Handler(portal.Handler):
    """And sites without an end: a list by facets, a calendar, a path that repeats itself, a session in the parameters."""

    def endless(self, site):
        n = [hashlib.md5(("%s %d" % (self.path, k)).encode()).hexdigest() for k in range(12)]
        text = portal.paragraphs(portal.prose(random.Random(self.path), 4))
        if site == "facets":
            links = "".join("<a href='/list.jsp?a=%d&b=%d&c=%d'>类别</a>" % (int(x[:2], 16), int(x[2:4], 16), int(x[4:6], 16)) for x in n)
        elif site == "calendar":
            links, text = "".join("<a href='%s%s/'>%d</a>" % (self.path, x[:4], k) for k, x in enumerate(n)), ""
        elif site == "repeat":
            links = "<a href='gk/nb/'>下级</a><a href='gk/nb/a.html'>下级</a>"
        else:
            links = "".join("<a href='/index.jsp?sid=%s'>进入</a>" % x for x in n[:3])
        return ("<html><meta charset=utf-8><title>目录</title><body>%s%s</body></html>" % (links, text)).encode()

    def do_GET(self):
        name, _, rest = (self.headers.get("Host") or "").split(":")[0].partition(".")
        if rest == "endless.example" and self.path != "/robots.txt":
            self.began, self.site = portal.time.time(), name + "." + rest
            return self.send(200, self.endless(name), [("Content-Type", "text/html; charset=utf-8")])
        return super().do_GET()


ENDLESS = ("facets", "calendar", "repeat", "session")


def serve(log):
    """(server, sites of lists, [start URLs])"""
    made = list(lists())
    server = portal.Server(("127.0.0.1", 0), Handler)
    server.sites = {s.host: s.pages for s in made}
    server.lock, server.log = threading.Lock(), open(log, "a", encoding="utf-8")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, made, ["http://%s/" % s.host for s in made] + ["http://%s.endless.example/%s" % (x, "rili/" if x == "calendar" else "") for x in ENDLESS]
