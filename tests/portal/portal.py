#!/usr/bin/env python3
"""A small government-like portal on loopback, for the rehearsal, the ring tests and the benchmarks.

usage: portal.py [--kind rehearsal|bulk] [--pages N] [--hosts N] [--seed S] [--port P] [--bind 127.0.0.1] [--log FILE]

Prints one JSON line {"port": P, "start": [URL, ...], "expected": {...}} when it listens. Every page is composed
here from a grammar of its own; all places and figures are invented, and the same arguments give the same bytes.

  rehearsal  four sites of different CMS shapes (UTF-8 and GBK), reports of three eras, two of them on pages of lists that
             only a script names, and the faults that real portals have; `expected` says what a crawl must find, and how
             the faults must end
  bulk       N pages in a tree over H hosts, one in twenty a report, with redirects and missing pages

Sites are chosen by the Host header, so a crawler reaches them by connecting every host to this port
(--connect-to 127.0.0.1:P). Each request is logged as a JSON line: time, host, path, status, bytes.
"""
import argparse
import gzip
import hashlib
import html
import json
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PLACES = [("临溪县", "county"), ("青岚市", "prefecture"), ("白沙区", "county"), ("云泽市", "prefecture"), ("石桥县", "county"), ("安澜区", "county")]
DEEDS = ["召开专题会议部署相关工作", "完善了信息发布审核制度", "组织业务骨干学习有关规定", "优化了网站栏目设置", "对各单位公开情况开展了督查", "及时回应群众关切的问题"]
NOUNS = ["城乡供水", "道路养护", "义务教育", "河湖治理", "就业援助", "防汛抗旱", "食品安全", "普惠托育"]


class Page:
    def __init__(self, body, content_type="text/html", charset="utf-8", status=200, headers=(), fault=None):
        self.body = body if isinstance(body, bytes) else body.encode(charset, "xmlcharrefreplace")
        self.content_type, self.status, self.headers, self.fault = content_type, status, list(headers), fault or {}
        self.etag = '"%s"' % hashlib.md5(self.body).hexdigest()
        self.failures = 0


def paragraphs(lines):
    return "".join("<p>　　%s</p>\n" % html.escape(x) for x in lines)


def prose(rnd, n):
    return ["%s年以来,有关部门围绕%s,%s,%s。共有%d个单位参加。" % (rnd.randint(2010, 2023), rnd.choice(NOUNS), rnd.choice(DEEDS), rnd.choice(DEEDS), rnd.randint(3, 60))
            for _ in range(n)]


# --- reports of three eras, each with the figures that it states -------------------------------------------
def report_narrative(rnd, place, year):
    total, web, got = rnd.randint(900, 9000), rnd.randint(300, 800), rnd.randint(5, 90)
    onsite, online = got - got // 3, got // 3
    lines = ["根据《中华人民共和国政府信息公开条例》的规定,现公布%s%d年度政府信息公开工作年度报告。" % (place, year),
             "一、概述", *prose(rnd, 3),
             "二、主动公开政府信息情况", "%d年,%s共主动公开政府信息%d条,其中通过政府网站公开政府信息%d条。" % (year, place, total, web),
             "三、依申请公开政府信息情况", "全年共收到政府信息公开申请%d件,其中当面申请%d件,网上申请%d件。" % (got, onsite, online),
             "四、复议、诉讼和收费情况", "本年度未发生因政府信息公开引起的行政复议和行政诉讼。",
             "五、存在的主要问题及改进措施", *prose(rnd, 2)]
    want = {"proactive.total": total, "proactive.channel.website": web, "requests.received": got, "requests.received.in_person": onsite,
            "requests.received.online": online, "review.total": 0, "litigation.total": 0}
    return paragraphs(lines), want


F2014 = [("一、主动公开情况", "——", None), ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", "proactive.total"),
         ("其中：主动公开规范性文件数", "条", "proactive.normative.disclosed"), ("制发规范性文件总数", "件", "proactive.normative.issued"),
         ("（二）通过不同渠道和方式公开政府信息的情况", "——", None), ("1.政府公报公开政府信息数", "条", "proactive.channel.gazette"),
         ("2.政府网站公开政府信息数", "条", "proactive.channel.website"), ("3.政务微博公开政府信息数", "条", "proactive.channel.weibo"),
         ("4.政务微信公开政府信息数", "条", "proactive.channel.wechat"), ("5.其他方式公开政府信息数", "条", "proactive.channel.other"),
         ("三、依申请公开情况", "——", None), ("（一）收到申请数", "件", "requests.received"), ("1.当面申请数", "件", "requests.received.in_person"),
         ("2.传真申请数", "件", "requests.received.fax"), ("3.网络申请数", "件", "requests.received.online"), ("4.信函申请数", "件", "requests.received.letter"),
         ("四、行政复议数量", "件", "review.total"), ("五、行政诉讼数量", "件", "litigation.total"), ("六、举报投诉数量", "件", "complaints.total")]


def report_2014(rnd, place, year):
    parts = [rnd.randint(0, 40) for _ in range(4)]
    want, rows = {}, []
    for label, unit, mid in F2014:
        v = ""
        if mid:
            v = want[mid] = sum(parts) if mid == "requests.received" else parts.pop(0) if mid.startswith("requests.received.") else rnd.randint(0, 3000)
        rows.append("<tr><td>%s</td><td>%s</td><td>%s</td></tr>" % (label, unit, v))
    body = paragraphs(["本报告由%s人民政府办公室编制。" % place, "一、概述", *prose(rnd, 4)])
    return body + "<p>政府信息公开情况统计表（%d年度）</p><table border=1><tr><th>统计指标</th><th>单位</th><th>统计数</th></tr>%s</table>" % (year, "".join(rows)), want


APPLICANTS = ["natural_person", "business", "research", "charity", "legal_service", "other_org", "total"]
RESULTS = [("（一）予以公开", None, "requests.outcome.granted"), ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", None, "requests.outcome.partial"),
           ("（三）不予公开", "1.属于国家秘密", "requests.outcome.denied.state_secret"), ("（三）不予公开", "2.其他法律行政法规禁止公开", "requests.outcome.denied.law_prohibits"),
           ("（四）无法提供", "1.本机关不掌握相关政府信息", "requests.outcome.unavailable.not_held"),
           ("（四）无法提供", "2.没有现成信息需要另行制作", "requests.outcome.unavailable.needs_creation"),
           ("（五）不予处理", "1.信访举报投诉类申请", "requests.outcome.not_processed.petition"), ("（五）不予处理", "2.重复申请", "requests.outcome.not_processed.duplicate")]


def report_2021(rnd, place, year):
    want = {}

    def row(mid, six):
        values = six + [sum(six)]
        for who, v in zip(APPLICANTS, values):
            want[mid + "/" + who] = v
        return "".join("<td>%d</td>" % v for v in values)
    made, dead, live = rnd.randint(0, 20), rnd.randint(0, 9), rnd.randint(20, 200)
    want.update({"statutory.rules.made": 0, "statutory.rules.repealed": 0, "statutory.rules.in_force": 0, "fees.collected": 0})
    want.update({"statutory.normative.made": made, "statutory.normative.repealed": dead, "statutory.normative.in_force": live})
    licences, fines, force = rnd.randint(1, 90000), rnd.randint(1, 9000), rnd.randint(0, 300)
    want.update({"statutory.licensing.decisions": licences, "statutory.penalty.decisions": fines, "statutory.coercion.decisions": force})
    t2 = ("<table><tr><td colspan=4>第二十条第（一）项</td></tr><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr>"
          "<tr><td>规章</td><td>0</td><td>0</td><td>0</td></tr><tr><td>行政规范性文件</td><td>%d</td><td>%d</td><td>%d</td></tr>"
          "<tr><td colspan=4>第二十条第（五）项</td></tr><tr><td>信息内容</td><td colspan=3>本年处理决定数量</td></tr><tr><td>行政许可</td><td colspan=3>%d</td></tr>"
          "<tr><td colspan=4>第二十条第（六）项</td></tr><tr><td>信息内容</td><td colspan=3>本年处理决定数量</td></tr><tr><td>行政处罚</td><td colspan=3>%d</td></tr>"
          "<tr><td>行政强制</td><td colspan=3>%d</td></tr></table>") % (made, dead, live, licences, fines, force)
    results = [[rnd.randint(0, 9) for _ in range(6)] for _ in RESULTS]
    done = [sum(r[i] for r in results) for i in range(6)]
    carried = [rnd.randint(0, min(3, d)) for d in done]
    out = [rnd.randint(0, 4) for _ in range(6)]
    new = [d + o - c for d, o, c in zip(done, out, carried)]
    rows = "<tr><td colspan=3>一、本年新收政府信息公开申请数量</td>%s</tr>" % row("requests.received", new)
    rows += "<tr><td colspan=3>二、上年结转政府信息公开申请数量</td>%s</tr>" % row("requests.carried_in", carried)
    groups = [g for g, _, _ in RESULTS]
    for i, ((group, label, mid), six) in enumerate(zip(RESULTS, results)):
        head = "<td rowspan=%d>三、本年度办理结果</td>" % (len(RESULTS) + 1) if i == 0 else ""
        if label is None:
            head += "<td colspan=2>%s</td>" % group
        else:
            if groups.index(group) == i:
                head += "<td rowspan=%d>%s</td>" % (groups.count(group), group)
            head += "<td>%s</td>" % label
        rows += "<tr>%s%s</tr>" % (head, row(mid, six))
    rows += "<tr><td colspan=2>（七）总计</td>%s</tr>" % row("requests.replied", done)
    rows += "<tr><td colspan=3>四、结转下年度继续办理</td>%s</tr>" % row("requests.carried_out", out)
    t3 = ("<table><tr><td colspan=3 rowspan=3>（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）</td><td colspan=7>申请人情况</td></tr>"
          "<tr><td rowspan=2>自然人</td><td colspan=5>法人或其他组织</td><td rowspan=2>总计</td></tr>"
          "<tr><td>商业企业</td><td>科研机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td></tr>%s</table>") % rows
    fifteen = []
    for prefix in ("review", "litigation.direct", "litigation.after_review"):
        four = [rnd.randint(0, 5) for _ in range(4)]
        for name, v in zip(("upheld", "corrected", "other", "pending", "total"), four + [sum(four)]):
            want["%s.%s" % (prefix, name)] = v
            fifteen.append("<td>%d</td>" % v)
    five = "".join("<td>%s</td>" % x for x in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"))
    t4 = ("<table><tr><td colspan=5>行政复议</td><td colspan=10>行政诉讼</td></tr><tr>%s<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td></tr><tr>%s%s</tr><tr>%s</tr></table>"
          % ("".join("<td rowspan=2>%s</td>" % x for x in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")), five, five, "".join(fifteen)))
    body = (paragraphs(["本报告根据《中华人民共和国政府信息公开条例》编制。", "一、总体情况", *prose(rnd, 3)]) + "<p>二、主动公开政府信息情况</p>" + t2 +
            "<p>三、收到和处理政府信息公开申请情况</p>" + t3 + "<p>四、政府信息公开行政复议、行政诉讼情况</p>" + t4 +
            paragraphs(["五、存在的主要问题及改进情况", *prose(rnd, 2), "六、其他需要报告的事项", "本年度未收取信息处理费。"]))
    return body, want


# --- the rehearsal: four CMS shapes -------------------------------------------------------------------------
def rehearsal(seed):
    rnd = random.Random(seed)
    sites, expected = {}, {"reports": {}, "dead": {}, "discarded": {}, "done": [], "never": []}

    def listing(items):
        return "<ul class='list'>" + "".join("<li><a href='%s'>%s</a><span>%s</span></li>" % (u, t, d) for u, t, d in items) + "</ul>"

    def site(host, charset, label, body_class, article_open, article_close, meta, reports, prefix):
        pages = sites[host] = {}
        nav = "<div class='nav'><a href='/'>首页</a> <a href='%s/index.html'>政府信息公开年报</a> <a href='/zwgk/yw/'>要闻</a></div>" % prefix
        foot = "<div class='footer'>主办：%s人民政府办公室　网站标识码：0000000001　<a href='/sitemap.html'>网站地图</a></div>" % reports[0][1]

        def page(title, inner, extra=""):
            return ("<!DOCTYPE html><html><head><meta http-equiv='Content-Type' content='text/html; charset=%s'><title>%s</title>%s</head><body class='%s'>%s%s%s</body></html>"
                    % (label, title, extra, body_class, nav, inner, foot))

        def put(path, title, inner, extra="", **kw):
            pages[path] = Page(page(title, inner, extra), "text/html", charset, **kw)
        items = []
        for year, place, make in reports:
            title = "%s%d年政府信息公开工作年度报告" % (place, year)
            date = "%d-03-%02d" % (year + 1, rnd.randint(1, 28))
            path = "%s/%s/t%s_%d.html" % (prefix, date[:7].replace("-", ""), date.replace("-", ""), rnd.randint(1000, 9999))
            body, want = make(rnd, place, year)
            tags = ("<meta name='ArticleTitle' content='%s'><meta name='PubDate' content='%s 09:00'><meta name='ContentSource' content='%s人民政府办公室'>" % (title, date, place)) if meta else ""
            put(path, title, "<h1>%s</h1><div class='info'>发布日期：%s　来源：%s人民政府办公室</div>%s%s%s" % (title, date, place, article_open, body, article_close), tags)
            items.append((path, title, date))
            expected["reports"]["http://%s%s" % (host, path)] = {"year": year, "region": place, "figures": want}
        for k in range(6):
            path = "%s/other_%d.html" % (prefix, k)
            title = rnd.choice(["%d年政务公开工作要点", "关于做好%d年政府信息公开年度报告编制工作的通知", "%d年政府网站工作年度报表"]) % rnd.randint(2012, 2022)
            put(path, title, "<h1>%s</h1>%s%s%s" % (title, article_open, paragraphs(prose(rnd, 5)), article_close))
            items.append((path, title, "2016-05-0%d" % (k + 1)))
        put(prefix + "/index.html", "政府信息公开年报", listing(items))
        put("/", "首页", "<h2>要闻</h2>" + paragraphs(prose(rnd, 4)))
        put("/zwgk/yw/", "要闻", listing([("/zwgk/yw/%d.html" % k, "要闻之%d:%s" % (k, rnd.choice(DEEDS)), "2020-01-01") for k in range(8)]))
        for k in range(8):
            put("/zwgk/yw/%d.html" % k, "要闻之%d" % k, "<h1>要闻之%d</h1>%s%s%s" % (k, article_open, paragraphs(prose(rnd, 6)), article_close))
        put("/sitemap.html", "网站地图", listing([(u, t, d) for u, t, d in items]))
        return pages, put

    def column(host, put, path, place, year, make, n):
        """Articles of a column, the last but one a report; none is linked from elsewhere."""
        items = []
        for k in range(n):
            report = k == n - 2
            title = "%s%d年政府信息公开工作年度报告" % (place, year) if report else "%d年政务公开要点之%d" % (rnd.randint(2012, 2022), k)
            body, want = make(rnd, place, year) if report else (paragraphs(prose(rnd, 3)), None)
            url = "%s/a_%d.html" % (path, k)
            put(url, title, "<h1>%s</h1><div id='zoom'>%s</div>" % (title, body))
            items.append((url, title, "%d-03-10" % (year + 1)))
            if report:
                expected["reports"]["http://%s%s" % (host, url)] = {"year": year, "region": place, "figures": want}
        return items

    def link_home(host, charset, url, text):
        sites[host]["/"].body += ("<a href='%s'>%s</a>" % (url, text)).encode(charset)

    def trs_column(host, put, charset, path, per, items):
        """Pages index.html, index_1.html ... of a list whose pager is a call of a script."""
        n = (len(items) + per - 1) // per
        for k in range(n):
            put(path + ("/index.html" if k == 0 else "/index_%d.html" % k), "部门年报",
                listing(items[k * per:(k + 1) * per]) + "<script>createPageHTML(%d, %d, \"index\", \"html\");</script>" % (n, k))
        link_home(host, charset, path + "/index.html", "部门年报")

    def hanweb_column(host, put, charset, number, per, items):
        """A list whose first three pages stand in the page and whose others an interface answers."""
        def records(part):
            return "".join("<record><![CDATA[<li><a href='%s'>%s</a><span>%s</span></li>]]></record>" % x for x in part)
        names = "col=1&webid=1&path=/&columnid=%d&unitid=%d" % (number, number + 1)
        proxy, path, block = "/module/web/jpage/dataproxy.jsp", "/col/col%d/index.html" % number, per * 3
        put(path, "部门年报", "<div id='%d'><script type='text/xml'><datastore><nextgroup><![CDATA[<a href=\"%s?page=1&%s\"></a>]]></nextgroup><recordset>%s</recordset></datastore></script></div>"
            "<script>$('#%d').jpage({totalRecord:%d,perPage:%d,groupSize:3,proxyUrl:'%s'});</script>" % (number + 1, proxy, names, records(items[:block]), number + 1, len(items), per, proxy))
        for low in range(block, len(items), block):
            high = min(low + block, len(items))
            sites[host]["%s?startrecord=%d&endrecord=%d&perpage=%d&%s" % (proxy, low + 1, high, per, names)] = Page(
                "<datastore><totalrecord>%d</totalrecord><recordset>%s</recordset></datastore>" % (len(items), records(items[low:high])), "text/xml; charset=utf-8")
        link_home(host, charset, path, "部门年报")
    _, linxi = site("www.linxi.example", "gb18030", "gb2312", "trs", "<div class=TRS_Editor>", "</div>", False,
                  [(2009, "临溪县", report_narrative), (2016, "临溪县", report_2014)], "/zwgk/zfxxgknb")
    put, base = linxi, "http://www.linxi.example"
    sites["www.linxi.example"]["/robots.txt"] = Page("User-agent: *\nDisallow: /admin/\n", "text/plain")
    put("/admin/login.html", "管理", "")
    put("/zwgk/faults.html", "办事", "<a href='loop.html'>办事指南</a> <a href='busy.html'>公告</a> <a href='gone.html'>旧公告</a> <a href='/admin/login.html'>管理</a> <a href='cut.html'>规划</a> <a href='bomb.html'>数据</a>"
        " <a href='/rili/2016/'>日历</a> <a href='zero.html'>空</a> <a href='http://169.254.169.254/latest/'>内网</a>")
    sites["www.linxi.example"]["/"].body += "<a href='/zwgk/faults.html'>办事</a>".encode("gb18030")
    put("/zwgk/loop.html", "", "", fault={"redirect": "/zwgk/loop.html"})
    put("/zwgk/busy.html", "公告", paragraphs(prose(rnd, 5)), fault={"fail_first": 2, "status": 503})
    put("/zwgk/cut.html", "规划", paragraphs(prose(rnd, 80)), fault={"cut": 700})
    put("/zwgk/bomb.html", "数据", "", fault={"gzip_bomb": 40_000_000})
    sites["www.linxi.example"]["/zwgk/zero.html"] = Page(b"")
    sites["www.linxi.example"]["/rili/"] = Page(b"", fault={"calendar": True})
    expected["dead"].update({base + "/zwgk/loop.html": "redirect-loop", base + "/zwgk/cut.html": "truncated", base + "/zwgk/bomb.html": "body-too-large"})
    expected["discarded"].update({base + "/zwgk/gone.html": "http-404", base + "/admin/login.html": "robots"})
    expected["done"] += [base + "/zwgk/busy.html", base + "/zwgk/zero.html"]
    expected["never"] += [base + "/admin/login.html", "http://169.254.169.254/latest/"]
    site("www.qinglan.example", "utf-8", "utf-8", "ucap", "<UCAPCONTENT>", "</UCAPCONTENT>", True, [(2022, "青岚市", report_2021), (2018, "青岚市", report_2014)], "/zfxxgk/ndbg")
    site("xxgk.baisha.example", "utf-8", "utf-8", "vsb", "<div id='vsb_content'><div class='v_news_content'>", "</div></div>", True, [(2023, "白沙区", report_2021)], "/info/gknb")
    _, shiqiao = site("www.shiqiao.example", "gb18030", "gbk", "hanweb", "<div id='zoom'>", "</div>", False, [(2011, "石桥县", report_narrative), (2012, "石桥县", report_narrative)], "/col/nb")
    trs_column("www.linxi.example", linxi, "gb18030", "/zwgk/bmnb", 3, column("www.linxi.example", linxi, "/zwgk/bmnb/art", "安澜区", 2013, report_2014, 8))
    hanweb_column("www.shiqiao.example", shiqiao, "gb18030", 77, 2, column("www.shiqiao.example", shiqiao, "/art/77", "云泽市", 2015, report_2014, 8))
    return sites, ["http://%s/" % h for h in sites], expected


# --- bulk: a tree of pages for kills and measurements -------------------------------------------------------
def bulk(seed, n, hosts):
    sites = {"h%02d.bulk.example" % k: {} for k in range(hosts)}
    names = list(sites)
    urls = ["/" if k < hosts else "/c%d/%d.html" % (k % 17, k) for k in range(n)]
    where = [names[k % hosts] for k in range(n)]
    expected = {"reports": {}, "gone": [], "pages": n}
    for k in range(n):
        rnd = random.Random(seed * 1_000_003 + k)
        kids = [j for j in range(k * 6 + hosts, min(n, (k + 1) * 6 + hosts))]
        links = "".join("<li><a href='http://%s%s'>第%d号信息公开文件</a></li>" % (where[j], urls[j], j) for j in kids)
        links += "".join("<li><a href='http://%s%s'>相关信息第%d号</a></li>" % (where[j], urls[j], j) for j in (rnd.randrange(n) for _ in range(4)))
        title, date, body = "第%d号信息公开文件" % k, "20%02d-0%d-1%d" % (rnd.randint(10, 23), rnd.randint(1, 9), rnd.randint(0, 9)), paragraphs(prose(rnd, rnd.randint(8, 40)))
        if k % 20 == 7:
            place, year = PLACES[k % len(PLACES)][0], rnd.randint(2009, 2023)
            body, want = (report_narrative, report_2014, report_2021)[rnd.randrange(3)](rnd, place, year)
            title = "%s%d年政府信息公开工作年度报告" % (place, year)
            expected["reports"]["http://%s%s" % (where[k], urls[k])] = len(want)
        if k % 97 == 50:
            links += "<li><a href='/gone/%d.html'>已删除的文件</a></li><li><a href='/moved/%d'>已迁移的文件</a></li>" % (k, k)
            expected["gone"].append("http://%s/gone/%d.html" % (where[k], k))
            sites[where[k]]["/moved/%d" % k] = Page(b"", fault={"redirect": urls[k]})
        charset = "utf-8" if k % hosts % 2 else "gb18030"
        text = ("<!DOCTYPE html><html><head><meta charset=%s><title>%s</title><meta name='ArticleTitle' content='%s'><meta name='PubDate' content='%s 10:00'></head><body><ul class=nav>%s</ul>"
                "<h1>%s</h1><div class=info>发布日期：%s</div><div class='article'>%s</div></body></html>" % ("gbk" if charset != "utf-8" else charset, title, title, date, links, title, date, body))
        sites[where[k]][urls[k]] = Page(text, "text/html", charset)
    return sites, ["http://%s/" % h for h in names], expected


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = 65536

    def log_message(self, *a):
        pass

    def send(self, status, body, headers=(), declared=None):
        try:
            self.send_response_only(status)
            for k, v in headers:
                self.send_header(k, v)
            self.send_header("Content-Length", str(len(body) if declared is None else declared))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
        except OSError:
            self.close_connection = True
        if self.server.log:
            line = json.dumps({"time": round(self.began, 4), "host": self.site, "path": self.key if self.command == "POST" else self.path, "method": self.command, "status": status, "bytes": len(body)}, ensure_ascii=False)
            with self.server.lock:
                self.server.log.write(line + "\n")
                self.server.log.flush()

    def do_POST(self):
        """The key of a page whose fault "methods" holds POST is its path with the form as query, as if it were asked for by GET."""
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("ascii", "replace")
        typed = self.headers.get("Content-Type") == "application/x-www-form-urlencoded"
        self.answer(self.path + ("?" if typed and "?" not in self.path else " ") + form)

    def do_GET(self):
        self.answer(self.path)

    def answer(self, key):
        self.began, self.key = time.time(), key
        self.site = (self.headers.get("Host") or "").split(":")[0]
        pages = self.server.sites.get(self.site)
        page = pages and pages.get(key)
        if pages and not page:
            page = next((p for path, p in pages.items() if p.fault.get("calendar") and self.path.startswith(path)), None)
        if not page:
            return self.send(404, b"not found", [("Content-Type", "text/html")])
        fault, head = page.fault, [("Content-Type", page.content_type), ("ETag", page.etag)]
        methods = fault.get("methods", ("GET",))
        if self.command not in methods:
            return self.send(fault.get("else", 405), b"not so", [("Allow", ", ".join(methods))])
        if fault.get("redirect"):
            return self.send(302, b"", [("Location", fault["redirect"])])
        if fault.get("calendar"):
            n = hashlib.md5(self.path.encode()).hexdigest()
            return self.send(200, ("<a href='%s%s/'>%s</a> <a href='next/'>下月</a>" % (self.path, n[:5], n[:5])).encode(), head)
        if fault.get("gzip_bomb"):
            return self.send(200, gzip.compress(b"0" * fault["gzip_bomb"], 9), head + [("Content-Encoding", "gzip")])
        if fault.get("fail_first"):
            with self.server.lock:
                page.failures += 1
            if page.failures <= fault["fail_first"]:
                return self.send(fault["status"], b"busy", [("Retry-After", "1")])
        if fault.get("cut"):
            self.send(200, page.body[:fault["cut"]], head, declared=len(page.body))
            self.close_connection = True
            return None
        if self.headers.get("If-None-Match") == page.etag:
            return self.send(304, b"", [("ETag", page.etag)])
        return self.send(200, page.body, head)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, request, client_address):
        pass


def serve(kind="rehearsal", seed=2024, pages=2000, hosts=8, port=0, bind="127.0.0.1", log=None):
    """Start a portal in this process; returns (server, start URLs, expected). server.shutdown() ends it."""
    sites, start, expected = rehearsal(seed) if kind == "rehearsal" else bulk(seed, pages, hosts)
    server = Server((bind, port), Handler)
    server.sites, server.lock, server.log = sites, threading.Lock(), open(log, "a", encoding="utf-8") if log else None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, start, expected


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--kind", choices=("rehearsal", "bulk"), default="rehearsal")
    ap.add_argument("--pages", type=int, default=2000)
    ap.add_argument("--hosts", type=int, default=8)
    ap.add_argument("--seed", type=int, default=2024)
    ap.add_argument("--port", type=int, default=0)
    ap.add_argument("--bind", default="127.0.0.1")
    ap.add_argument("--log")
    a = ap.parse_args()
    server, start, expected = serve(a.kind, a.seed, a.pages, a.hosts, a.port, a.bind, a.log)
    print(json.dumps({"port": server.server_address[1], "start": start, "expected": expected}, ensure_ascii=False), flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
