#!/usr/bin/env python3
"""A large portal whose reports stand in columns that nobody knows, made from a seed.

usage: harvest.py [--shape mixed|organs] [--seed S] [--pages N] [--reports K] [--port P] [--log FILE]      serve it on loopback (as portal.py)
       harvest.py --dump FILE --list FILE [--seed S] [--pages N] [--reports K]      write it for tests/bench/bench_harvest

Shape organs is harvest_organs.py; of the other the seed decides: names of folders (most say nothing, some are what real portals use), the scheme of lists and pagers of
each column, how many articles stand on a list page, how deep columns lie, which bodies there are, where reports are
(a column of the portal, columns of bodies, one list of bodies for each year, a column of notices, an old archive behind a
pager) and what the links to them are called (the whole title, the year, the name of the body, "年度报告"). Columns that look
like the right ones and are not (plans, budgets, website reports, law reports, interpretations, statistics) have more pages
than the right ones, and news have most.
"""
import argparse
import base64
import html
import json
import pathlib
import random
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import harvest_organs  # noqa: E402
import portal  # noqa: E402

HOST = "www.qingmu.gov.cn"
SURNAMES = ["青沐", "云溪", "白塔", "石湾", "临泽", "安澜", "长亭", "柳河", "松岭", "南屏", "金沙", "平湖", "东皋", "西坪", "望江", "高桥", "黄岩", "凤台", "龙泉", "双溪", "沙洲", "北塘"]
OFFICES = ["教育局", "财政局", "公安局", "民政局", "司法局", "水利局", "农业农村局", "卫生健康委员会", "交通运输局", "自然资源局", "生态环境局", "文化和旅游局", "审计局", "统计局",
           "应急管理局", "市场监督管理局", "发展和改革委员会", "住房和城乡建设局", "林业局", "信访局", "医疗保障局", "气象局", "税务局", "粮食和物资储备局"]
TOWNS = ["镇", "乡", "街道办事处"]
SYLLABLES = ["ba", "chu", "dao", "fen", "gai", "hui", "jing", "kang", "lian", "mei", "nong", "ping", "qiu", "ren", "shu", "tong", "wen", "xin", "yong", "zhan"]
NEWS = ["要闻", "部门动态", "乡镇动态", "图片新闻", "媒体关注", "视频", "通知公告", "人事信息", "招商引资", "文化旅游", "便民服务", "民生实事", "专题活动", "领导活动", "重点项目", "应急管理", "价格信息",
        "招标采购", "曝光台", "互动回应"]
TOPICS = ["防汛抗旱", "春耕备耕", "营商环境", "乡村振兴", "义务教育", "医保参保", "道路改造", "垃圾分类", "安全生产", "招商推介", "文明创建", "河长制", "食品安全", "稳岗就业", "消防演练", "植树造林"]
ACTS = ["召开推进会", "开展专项检查", "组织集中培训", "赴基层调研", "举行启动仪式", "部署下一步工作", "取得阶段性成效", "印发实施方案", "开展志愿服务", "签订目标责任书"]
LURES = [("政府工作报告", "%d年%s政府工作报告"), ("法治政府建设", "%s%d年法治政府建设年度报告"), ("网站工作年度报表", "%s%d年政府网站工作年度报表"), ("财政预决算", "%s%d年部门预算公开"),
         ("工作要点", "%s%d年政务公开工作要点"), ("政策解读", "《%s%d年信息公开实施方案》解读"), ("信息公开指南", "%s政府信息公开指南（%d版）"), ("统计数据", "%s%d年一季度政府信息公开统计"),
         ("信息公开制度", "%s政府信息公开保密审查制度（%d年）"), ("计划总结", "%s%d年工作总结和工作计划"), ("意见征集", "关于征求%s%d年信息公开目录意见的公告"), ("公开目录", "%s信息公开目录（%d年）"),
         ("审计公开", "%s%d年度预算执行审计结果公告"), ("依申请公开", "%s%d年依申请公开办理情况")]
GOOD_COLUMNS = ["政府信息公开年报", "信息公开年报", "政府信息公开年度报告", "年度报告", "信息公开工作年度报告", "公开年报", "历年年报", "政府信息公开工作报告"]
GOOD_TOKENS = ["zfxxgknb", "xxgknb", "gknb", "ndbg", "nianbao", "nb"]
TITLES = ["%(body)s%(year)d年政府信息公开工作年度报告", "%(body)s%(year)d年度政府信息公开年度报告", "%(year)d年%(body)s政府信息公开年报", "%(body)s%(year)d年政府信息公开工作报告"]
EXTENSIONS = ["html", "htm", "shtml"]


class Column:
    def __init__(self, path, name, per, scheme, ext):
        self.path, self.name, self.per, self.scheme, self.ext, self.items = path, name, per, scheme, ext, []


class Maker:
    def __init__(self, seed, pages, reports):
        self.r = random.Random("harvest %d" % seed)
        self.total, self.wanted = pages, reports
        self.pages, self.expected, self.columns, self.sections = {}, [], [], []
        self.used, self.serial = set(), self.r.randint(1000, 90000)
        r = self.r
        self.place = r.choice(SURNAMES) + r.choice(["市", "县", "区"])
        self.ext = r.choice(EXTENSIONS)
        self.site_title = r.choice(["%s人民政府", "%s人民政府门户网站", "%s政府网", "中国·%s"]) % self.place
        self.tells = r.random()          # how often a folder's name says what it holds
        self.tags = r.random() < 0.6     # column tags of the guideline
        self.charset = r.choice(["utf-8", "utf-8", "gb18030"])
        self.style = r.choice(["t", "hex", "art", "content", "info"])
        self.schemes = r.sample(["trs", "ucap", "next", "numbers", "vsb", "query", "hanweb", "atob"], 4)

    # --- names
    def token(self, n=None):
        while True:
            t = "".join(self.r.choice(SYLLABLES) for _ in range(n or self.r.randint(1, 3)))
            t = t if self.r.random() < 0.6 else "".join(self.r.choice("abcdefghjklmnpqrstuwxyz") for _ in range(self.r.randint(3, 6)))
            if self.r.random() < 0.15:
                t = "col%d" % self.r.randint(100, 99999)
            if t not in self.used:
                self.used.add(t)
                return t

    def good_token(self):
        return self.r.choice(GOOD_TOKENS) if self.r.random() < self.tells else self.token()

    def article_path(self, column, year):
        self.serial += self.r.randint(1, 7)
        n, date = self.serial, "%d%02d%02d" % (year, self.r.randint(1, 12), self.r.randint(1, 28))
        if self.style == "t":
            return "%s%s/t%s_%d.%s" % (column.path, date[:6], date, n, self.ext)
        if self.style == "hex":
            return "%s%s/%032x.%s" % (column.path, date[:6], self.r.getrandbits(128), self.ext)
        if self.style == "art":
            return "/art/%d/%d/%d/art_%d_%d.html" % (year, int(date[4:6]), int(date[6:]), abs(hash_of(column.path)) % 90000, n)
        if self.style == "content":
            return "%scontent/post_%d.%s" % (column.path, n, self.ext)
        return "/info/%d/%d.htm" % (abs(hash_of(column.path)) % 9000, n)

    def column(self, parent, name, token=None):
        c = Column(parent + (token or self.token()) + "/", name, self.r.choice([10, 15, 20, 20, 25]), self.r.choice(self.schemes), self.ext)
        c.path = self.free(c.path, parent)
        self.columns.append(c)
        return c

    def free(self, path, parent):
        while path in self.used:
            path = parent + self.token() + "/"
        self.used.add(path)
        return path

    def body_of_report(self, body, year):
        make = portal.report_narrative if year < 2014 else portal.report_2014 if year < 2019 else portal.report_2021
        return make(self.r, body, year)[0]

    # --- contents
    def report(self, column, body, year, anchor, at=None):
        title = self.r.choice(TITLES) % {"body": body, "year": year}
        path = self.article_path(column, year + 1)
        item = (path, {"title": title, "year": str(year) + "年", "body": body, "plain": "年度报告"}[anchor], "%d-03-%02d" % (year + 1, self.r.randint(1, 28)), title)
        column.items.insert(len(column.items) if at is None else at, item)
        self.pages[path] = self.page(title, self.article(title, item[2], self.body_of_report(body, year), column), column)
        self.expected.append(path)

    def news_title(self):
        r = self.r
        return r.choice(["%s%s%s", "%s：%s%s", "%s多措并举抓好%s %s"]) % (r.choice(self.bodies), r.choice(TOPICS), r.choice(ACTS))

    def add_article(self, column, title, year, anchor=None):
        path = self.article_path(column, year)
        column.items.append((path, anchor or title, "%d-%02d-%02d" % (year, self.r.randint(1, 12), self.r.randint(1, 28)), title))

    def article(self, title, date, body, column):
        return "<h1>%s</h1><div class='info'>发布日期：%s　来源：%s</div><div id='%s'>%s</div>" % (title, date, self.place, self.r.choice(["zoom", "zoomcon", "UCAP-CONTENT", "vsb_content"]), body)

    def page(self, title, inner, column=None, script=""):
        tags = ""
        if self.tags and column:
            tags = "<meta name='SiteName' content='%s'><meta name='ColumnName' content='%s'>" % (self.site_title, column.name)
        crumbs = "<div class='pos'>当前位置：<a href='/'>首页</a>%s</div>" % (" &gt; <a href='%s'>%s</a>" % (column.path, column.name) if column else "")
        return ("<!DOCTYPE html><html><head><meta http-equiv='Content-Type' content='text/html; charset=%s'><title>%s%s</title>%s</head><body>%s%s%s%s<div class='foot'>主办：%s</div></body></html>"
                % ("gb2312" if self.charset == "gb18030" else "utf-8", title, "_" + self.site_title if self.r.random() < 0.7 else "", tags, self.nav, crumbs, inner, script, self.place))

    # --- lists and their pagers
    def list_pages(self, c):
        per = c.per
        n = max(1, (len(c.items) + per - 1) // per)
        parts = [c.items[i * per:(i + 1) * per] for i in range(n)]

        def rows(part):
            return "<ul>" + "".join("<li><a href='%s'%s>%s</a><span>%s</span></li>" % (u, " title='%s'" % t if len(a) > 24 else "", (a[:22] + "...") if len(a) > 24 else a, d) for u, a, d, t in part) + "</ul>"
        first = c.path
        if c.scheme == "trs":
            names = [first] + ["%sindex_%d.%s" % (c.path, k, c.ext) for k in range(1, n)]
            pager = ["<script>createPageHTML(%d, %d, \"index\", \"%s\");</script>" % (n, k, c.ext) for k in range(n)]
        elif c.scheme == "ucap":
            names = [first] + ["%slist_%d.%s" % (c.path, k, c.ext) for k in range(2, n + 1)]
            pager = ["<script>createPageHTML('page_div',%d, %d,'list','%s',%d);</script>" % (n, k + 1, c.ext, len(c.items)) for k in range(n)]
        elif c.scheme == "vsb":
            stem = c.path[:-1].rsplit("/", 1)[1]
            names = [first] + ["%s%s/%d.htm" % (c.path, stem, n - k) for k in range(1, n)]
            pager = [("<a href='%s'>下页</a> <a href='%s'>尾页</a>" % (names[k + 1], names[-1]) if k + 1 < n else "") for k in range(n)]
        elif c.scheme in ("next", "numbers", "query", "hanweb"):
            if c.scheme == "query":
                names = [first] + ["%slist.jsp?pageNo=%d&type=%d" % (c.path, k, 7) for k in range(2, n + 1)]
            else:
                names = [first] + ["%spage_%d.%s" % (c.path, k, c.ext) for k in range(2, n + 1)]
            if c.scheme == "hanweb":
                return self.hanweb_pages(c, rows)
            if c.scheme == "numbers":
                pager = ["<div class='page'>" + "".join("<a href='%s'>%d</a>" % (names[j], j + 1) for j in sorted({0, n - 1, *range(max(0, k - 3), min(n, k + 4))}) if j != k) + "</div>" for k in range(n)]
            else:
                pager = ["<a href='%s'>下一页</a>" % names[k + 1] if k + 1 < n else "" for k in range(n)]
        else:  # atob: the items of the page are kept in base64
            names = [first] + ["%sp%d.%s" % (c.path, k, c.ext) for k in range(2, n + 1)]
            pager = ["<a href='%s'>下一页</a><a href='%s'>末页</a>" % (names[k + 1], names[-1]) if k + 1 < n else "" for k in range(n)]
            for k in range(n):
                code = base64.b64encode(rows(parts[k]).encode()).decode()
                self.pages[names[k]] = self.page(c.name, "<div id=l></div>", c, "<script>document.getElementById('l').innerHTML=decode(window.atob(\"%s\"))</script>%s" % (code, pager[k]))
            return None
        for k in range(n):
            self.pages[names[k]] = self.page(c.name, "<h2>%s</h2>%s" % (c.name, rows(parts[k])), c, pager[k])
        return None

    def hanweb_pages(self, c, rows):
        unit, per, block = self.serial + len(self.pages), c.per, c.per * 3
        names = "col=1&webid=1&path=/&columnid=%d&unitid=%d" % (unit, unit + 1)
        proxy = "/module/web/jpage/dataproxy.jsp"

        def records(part):
            return "".join("<record><![CDATA[<li><a href='%s' title='%s'>%s</a><span>%s</span></li>]]></record>" % (u, t, a, d) for u, a, d, t in part)
        self.pages[c.path] = self.page(c.name, "<div id='%d'><script type='text/xml'><datastore><nextgroup><![CDATA[<a href=\"%s?page=1&%s\"></a>]]></nextgroup><recordset>%s</recordset></datastore></script></div>"
                                       % (unit + 1, proxy, names, records(c.items[:block])), c,
                                       "<script>$('#%d').jpage({totalRecord:%d,perPage:%d,groupSize:3,proxyUrl:'%s'});</script>" % (unit + 1, len(c.items), per, proxy))
        for low in range(block, len(c.items), block):
            high = min(low + block, len(c.items))
            self.pages["%s?startrecord=%d&endrecord=%d&perpage=%d&%s" % (proxy, low + 1, high, per, names)] = (
                "<datastore><totalrecord>%d</totalrecord><recordset>%s</recordset></datastore>" % (len(c.items), records(c.items[low:high])), "text/xml; charset=utf-8")

    def folder(self, path, name, links, column=None):
        """A page that only leads on."""
        self.pages[path] = self.page(name, "<h2>%s</h2><ul>%s</ul>" % (name, "".join("<li><a href='%s'>%s</a></li>" % x for x in links)), column)

    # --- the places of reports
    def years(self, k):
        last = self.r.randint(2015, 2022)
        return [last - i for i in range(k)]

    def lure(self, parent, n, body=None):
        name, form = self.r.choice(LURES)
        c = self.column(parent, name)
        for _ in range(n):
            year, who = self.r.randint(2009, 2023), body or self.r.choice(self.bodies)
            title = form % ((year, who) if form.startswith("%d") else (who, year))
            self.add_article(c, title, year + 1, "%d年" % year if self.r.random() < 0.15 else None)
        return c

    def own_column(self, parent, k):
        c = self.column(parent, self.r.choice(GOOD_COLUMNS), self.good_token())
        years = self.years(k)
        for y in years:
            self.report(c, self.place, y, "title" if self.r.random() < 0.7 else "year")
            for _ in range(self.r.randint(0, 2)):
                who = self.r.choice(self.bodies)
                self.add_article(c, self.r.choice(["关于做好%d年政府信息公开年度报告编制工作的通知" % y, "图解：%s%d年政府信息公开年度报告" % (who, y), "%s%d年上半年政府信息公开情况统计" % (who, y)]), y + 1)
        return c

    def bodies_tree(self, parent, k, towns):
        """Bodies, each with columns, one of them with its reports by year."""
        tops, per_body = [], self.r.choice([1, 2, 3, 4])
        good = self.r.choice(GOOD_COLUMNS)
        token = self.good_token()
        same = self.r.random() < 0.6
        names = self.towns if towns else self.offices
        left = k
        for body in self.r.sample(names, len(names)):
            base = parent + self.token() + "/"
            columns = [(c.path, c.name) for c in (self.lure(base, self.r.randint(2, 9), body) for _ in range(self.r.randint(1, 3)))]
            mine = min(left, per_body)
            if mine:
                c = self.column(base, good if same else self.r.choice(GOOD_COLUMNS), token if same else self.good_token())
                how = self.r.choice(["title", "year", "year", "plain"] if mine == 1 else ["title", "year"])
                for y in self.years(mine):
                    self.report(c, body, y, how)
                columns.append((c.path, c.name))
                left -= mine
            self.r.shuffle(columns)
            self.folder(base, body, columns)
            tops.append((base, body))
        return tops, left

    def by_year(self, parent, k):
        """A column of years, each a list of bodies."""
        base = self.free(parent + self.good_token() + "/", parent)
        name = self.r.choice(["各单位政府信息公开年度报告", "部门信息公开年报", "政府信息公开年度报告汇总"])
        years = self.years(max(1, k // 6))
        links, left = [], k
        for i, y in enumerate(years):
            c = self.column(base, "%d年" % y, str(y))
            share = left if i == len(years) - 1 else min(left, (k + len(years) - 1) // len(years))
            who = self.r.sample(self.bodies, min(share, len(self.bodies)))
            for b in who:
                self.report(c, b, y, self.r.choice(["body", "title"]))
            left -= len(who)
            links.append((c.path, c.name))
        self.folder(base, name, links)
        return (base, name), left

    def hidden(self, column, k):
        """Among other articles of a column, some behind its pager."""
        self.per_hidden = k
        for y in self.years(k):
            at = self.r.randint(0, min(len(column.items), 4 * column.per))
            self.report(column, self.r.choice(self.bodies), y, "title", at)

    # --- the whole
    def make(self):
        r = self.r
        self.nav = ""
        short = r.sample(SURNAMES, len(SURNAMES))
        self.offices = [self.place + o if r.random() < 0.3 else o for o in r.sample(OFFICES, r.randint(8, 16))]
        self.towns = [short[i] + r.choice(TOWNS) for i in range(r.randint(6, 12))]
        self.bodies = self.offices + self.towns + [self.place]
        shares = [r.random() + 0.2 for _ in range(5)]
        counts = [int(self.wanted * s / sum(shares)) for s in shares]
        counts[0] = min(counts[0], 14)
        open_base = "/" + (r.choice(["zwgk", "xxgk", "zfxxgk"]) if r.random() < self.tells else self.token()) + "/"
        news_base = "/" + self.token() + "/"
        menu = [("/", "首页"), (news_base, r.choice(["新闻中心", "政务要闻", "走进%s" % self.place])), (open_base, r.choice(["政务公开", "政府信息公开", "信息公开", "公开"])),
                ("/%s/" % self.token(), "办事服务"), ("/%s/" % self.token(), "互动交流")]
        self.nav = "<div class='nav'>" + " ".join("<a href='%s'>%s</a>" % m for m in menu) + "</div>"
        # the news first, since reports hide among them
        news = [self.column(news_base if r.random() < 0.7 else menu[r.randint(3, 4)][0], n) for n in r.sample(NEWS, r.randint(8, 14))]
        opened = [(c.path, c.name) for c in (self.lure(open_base, r.randint(12, 120)) for _ in range(r.randint(7, 14)))]
        c = self.own_column(open_base, counts[0])
        opened.append((c.path, c.name))
        tops, left = self.bodies_tree(open_base + self.token() + "/", counts[1], False)
        base = open_base + self.token() + "/"
        self.folder(base, "部门信息公开", tops)
        opened.append((base, r.choice(["部门信息公开", "部门公开", "市直部门"])))
        tops, more = self.bodies_tree(open_base + self.token() + "/", counts[2], True)
        base = open_base + self.token() + "/"
        self.folder(base, "乡镇信息公开", tops)
        opened.append((base, r.choice(["乡镇信息公开", "乡镇街道", "基层政务公开"])))
        link, rest = self.by_year(open_base, counts[3] + left + more)
        opened.append(link)
        hidden = self.wanted - len(self.expected)
        notices = next((c for c in news if c.name == "通知公告"), news[0])
        places = [notices] if r.random() < 0.5 else [notices, r.choice(news)]
        self.fill(news)
        for i, c in enumerate(places):
            self.hidden(c, hidden // len(places) + (hidden % len(places) if i == 0 else 0))
        r.shuffle(opened)
        self.folder(open_base, menu[2][1], opened)
        self.folder(news_base, menu[1][1], [(c.path, c.name) for c in news if c.path.startswith(news_base)])
        for m in menu[3:]:
            self.folder(m[0], m[1], [(c.path, c.name) for c in news if c.path.startswith(m[0])] + [(m[0] + "x%d.html" % k, "事项%d" % k) for k in range(3)])
            for k in range(3):
                self.pages[m[0] + "x%d.html" % k] = self.page("事项%d" % k, "<p>%s</p>" % "　".join(portal.prose(r, 3)))
        self.home(news, menu, open_base)
        for c in self.columns:
            self.list_pages(c)
        self.articles()
        return self

    def fill(self, news):
        """News until the portal is as large as it shall be."""
        have = len(self.pages) + sum(len(c.items) + len(c.items) // c.per + 1 for c in self.columns)
        left = self.total - have - 40
        weights = [self.r.random() + 0.1 for _ in news]
        for c, w in zip(news, weights):
            n = int(left * w / sum(weights) * c.per / (c.per + 1))
            for i in range(n):
                year = 2023 - i * 12 // max(1, n)
                title = self.news_title()
                if self.r.random() < 0.02:
                    title = self.r.choice(LURES)[1].replace("%d", "2019").replace("%s", self.place)
                self.add_article(c, title, year)

    def home(self, news, menu, open_base):
        parts = ["<div><h3><a href='%s'>%s</a></h3>%s</div>" % (c.path, c.name, "".join("<li><a href='%s'>%s</a></li>" % (u, a) for u, a, _, _ in c.items[:6])) for c in news[:6]]
        self.pages["/"] = self.page(self.site_title, "".join(parts))

    def articles(self):
        r = self.r
        everything = [c for c in self.columns if c.items]
        hot = [i for c in everything for i in c.items[:2]]
        for c in everything:
            for k, (path, anchor, date, title) in enumerate(c.items):
                if path in self.pages:
                    continue
                beside = ["<a href='%s'>%s：%s</a>" % (c.items[j][0], w, c.items[j][1]) for j, w in ((k - 1, "上一篇"), (k + 1, "下一篇")) if 0 <= j < len(c.items)]
                side = "".join("<li><a href='%s'>%s</a></li>" % (i[0], i[1]) for i in r.sample(hot, min(4, len(hot))) if i[0] not in self.secret) if r.random() < 0.4 else ""
                inner = self.article(title, date, portal.paragraphs(portal.prose(r, r.randint(2, 5))), c)
                self.pages[path] = self.page(html.escape(title), inner + "".join(beside) + "<div class='hot'>%s</div>" % side, c)

    @property
    def secret(self):
        return self._secret if hasattr(self, "_secret") else self.__dict__.setdefault("_secret", set(self.expected))


def hash_of(text):
    n = 0
    for ch in text:
        n = (n * 131 + ord(ch)) & 0x7FFFFFFF
    return n


def make(seed, pages=20000, reports=60, shape="mixed"):
    """({path: (bytes, content type)}, start URL, [report URLs])"""
    out = {}
    if shape == "organs":
        o = harvest_organs.Organs(seed, pages, reports).make()
        return o.pages, "http://%s/" % HOST, ["http://%s%s" % (HOST, p) for p in o.expected]
    m = Maker(seed, pages, reports).make()
    for path, page in m.pages.items():
        body, kind = page if isinstance(page, tuple) else (page, "text/html")
        charset = "utf-8" if isinstance(page, tuple) else m.charset
        out[path] = (body.encode(charset, "xmlcharrefreplace"), kind)
    return out, "http://%s/" % HOST, ["http://%s%s" % (HOST, p) for p in m.expected]


def dump(seed, pages, reports, to, listed, shape="mixed"):
    out, start, expected = make(seed, pages, reports, shape)
    with open(to, "wb") as f:
        for path, (body, kind) in out.items():
            f.write(("http://%s%s\t%s\t%d\n" % (HOST, path, kind, len(body))).encode() + body + b"\n")
    pathlib.Path(listed).write_text("\n".join(expected) + "\n", "utf-8")
    return start, len(out), len(expected)


def serve(seed=1, pages=20000, reports=60, port=0, bind="127.0.0.1", log=None, shape="mixed"):
    """Start it in this process, as portal.serve()."""
    out, start, expected = make(seed, pages, reports, shape)
    server = portal.Server((bind, port), portal.Handler)
    server.sites = {HOST: {p: portal.Page(b, k) for p, (b, k) in out.items()}}
    server.lock, server.log = threading.Lock(), open(log, "a", encoding="utf-8") if log else None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, start, expected


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--seed", type=int, default=1)
    ap.add_argument("--pages", type=int, default=20000)
    ap.add_argument("--reports", type=int, default=60)
    ap.add_argument("--port", type=int, default=0)
    ap.add_argument("--log")
    ap.add_argument("--shape", choices=("mixed", "organs"), default="mixed")
    ap.add_argument("--dump")
    ap.add_argument("--list")
    a = ap.parse_args()
    if a.dump:
        print(json.dumps(dict(zip(("start", "pages", "reports"), dump(a.seed, a.pages, a.reports, a.dump, a.list, a.shape)))))
        return
    server, start, expected = serve(a.seed, a.pages, a.reports, a.port, log=a.log, shape=a.shape)
    print(json.dumps({"port": server.server_address[1], "start": [start], "expected": expected}, ensure_ascii=False), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
