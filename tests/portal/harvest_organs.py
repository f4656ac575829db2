"""The second shape of harvest.py: a tree of organs, each with an area of its own where its report lies in a column.

Made by other habits than the first: addresses of numbers only, of parameters, or of nothing that speaks; columns shown as
a heading beside an anchor that says "更多"; anchors of a year, of "查看" or of the whole title; reports that are files
behind a notice; an archive behind a pager; a new portal beside the old one; all in GBK or UTF-8, without column tags.
"""
import io
import random
import zipfile

import portal

GROUPS = ["县政府部门", "直属事业单位", "乡镇街道", "法定授权组织", "公共企事业单位"]
KINDS = ["局", "委员会", "办公室", "中心", "管理处", "镇", "乡"]
STEMS = ["粮油", "水务", "林草", "畜牧", "档案", "文体", "农机", "渔政", "供销", "物价", "人防", "广电", "商务", "科技", "民族", "侨务", "外事", "国资", "扶贫", "移民", "园林", "城管", "气象", "地震", "盐务",
         "柏木", "青石", "新桥", "乌江", "龙湾", "三岔", "大坪", "小河", "长坡", "清水", "马头", "黄泥", "双河", "红岩", "石门", "杨柳", "竹山", "白马", "金鸡", "铁炉", "梅岭", "桃源", "凉水"]
YEARLY = ["年报", "信息公开年报", "政府信息公开年度报告", "年度报告", "信息公开工作年度报告", "信息公开年度报告"]
OTHERS = [("信息公开指南", "%s信息公开指南"), ("信息公开制度", "%s政府信息公开发布协调制度之%d"), ("机构概况", "%s内设机构之%d"), ("规划计划", "%s%d年度工作计划"), ("财政信息", "%s%d年部门决算说明"),
          ("人事信息", "%s%d年公开招聘工作人员公告"), ("重点领域", "%s%d年重点项目进展情况"), ("应急管理", "%s%d年应急预案"), ("业务工作", "%s%d年业务工作总结"), ("政策文件", "%s%d年第3号文件"), ("统计信息", "%s%d年统计分析报告")]
NEWS = ["时政要闻", "部门信息", "镇村传真", "公告栏", "专题", "视听", "便民提示", "图说", "媒体看本地", "政务动态"]
ACTS = ["开展集中整治", "举办业务培训", "调研重点企业", "推进项目建设", "召开座谈会", "组织义务劳动", "送服务进乡村", "落实整改措施", "举办文艺汇演", "发布天气提示", "走访困难家庭"]


def docx(text):
    """The least that a writer of DOCX makes; `text` is HTML of paragraphs and one table at most."""
    import re
    body = re.sub(r"<tr[^>]*>", "<w:tr>", text)
    cells, out = re.compile(r"<td[^>]*>(.*?)</td>|<th[^>]*>(.*?)</th>", re.S), []
    for part in re.split(r"(<table.*?</table>)", body, flags=re.S):
        if part.startswith("<table"):
            rows = re.findall(r"<w:tr>(.*?)</tr>", part, re.S)
            out.append("<w:tbl>%s</w:tbl>" % "".join("<w:tr>%s</w:tr>" % "".join("<w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>" % (a or b) for a, b in cells.findall(r)) for r in rows))
        else:
            out += ["<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % x for x in re.findall(r"<p>(.*?)</p>", part, re.S)]
    xml = '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>' % "".join(out)
    f = io.BytesIO()
    with zipfile.ZipFile(f, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in (("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'), ("word/document.xml", xml)):
            z.writestr(zipfile.ZipInfo(name), data)
    return f.getvalue()


class Organs:
    def __init__(self, seed, pages, reports):
        r = self.r = random.Random("organs %d" % seed)
        self.total, self.wanted, self.pages, self.expected = pages, reports, {}, []
        self.place = r.choice(STEMS[25:]) + r.choice(["县", "区"])
        self.charset = r.choice(["gb18030", "gb18030", "utf-8"])
        self.style = r.choice(["numbers", "query", "folders"])
        self.more = r.random() < 0.5      # columns are headings beside "更多"
        self.column_name = r.choice(YEARLY)
        self.files = r.random() * 0.5     # share of reports that are files behind a notice
        self.years = r.choice([1, 1, 2, 3, 6])
        self.serial = r.randint(100, 5000)

    def number(self):
        self.serial += self.r.randint(1, 9)
        return self.serial

    def list_url(self, organ, column, page=1):
        if self.style == "query":
            return "/xxgk/list.jsp?dept=%d&cat=%d" % (organ, column) + ("&page=%d" % page if page > 1 else "")
        if self.style == "numbers":
            return "/n%d/n%d/" % (organ, column) + ("index_%d.html" % (page - 1) if page > 1 else "index.html")
        return "/%d/%d/" % (organ, column) + ("%d.htm" % page if page > 1 else "")

    def article_url(self, organ, column):
        n = self.number()
        if self.style == "query":
            return "/xxgk/show.jsp?id=%d" % n
        if self.style == "numbers":
            return "/n%d/n%d/c%d/content.html" % (organ, column, n)
        return "/%d/%d/%d.htm" % (organ, column, n)

    def page(self, title, inner):
        return ("<html><head><meta charset='%s'><title>%s</title></head><body>%s%s<div class='bottom'>版权所有：%s人民政府</div></body></html>"
                % ("gbk" if self.charset == "gb18030" else "utf-8", title, self.nav, inner, self.place))

    def put(self, url, title, inner):
        self.pages[url] = (self.page(title, inner).encode(self.charset, "xmlcharrefreplace"), "text/html")

    def lists(self, organ, column, name, items, per=20):
        """Pages of one list; the first's address."""
        n = max(1, (len(items) + per - 1) // per)
        for k in range(n):
            rows = "".join("<tr><td><a href='%s' target=_blank>%s</a></td><td>%s</td></tr>" % i for i in items[k * per:(k + 1) * per])
            pager = "".join("<a href='%s'>%s</a> " % (self.list_url(organ, column, j), w) for j, w in ((k, "上一页"), (k + 2, "下一页"), (n, "尾页")) if 1 <= j <= n and j != k + 1)
            self.put(self.list_url(organ, column, k + 1), name, "<div>您的位置：%s</div><table>%s</table><div class=fy>%s</div>" % (name, rows, pager))
        return self.list_url(organ, column)

    def article(self, organ, column, title, body):
        url = self.article_url(organ, column)
        self.put(url, title, "<div class=bt>%s</div><div class=nr>%s</div>" % (title, body))
        return url

    def report(self, organ, column, body, year):
        make = portal.report_narrative if year < 2014 else portal.report_2014 if year < 2019 else portal.report_2021
        title = self.r.choice(["%s%d年政府信息公开工作年度报告", "%s%d年度信息公开年报", "%s关于%d年政府信息公开工作情况的年度报告"]) % (body, year)
        text = make(self.r, body, year)[0]
        if year < 2019 and self.r.random() < self.files:
            file = "/upfile/%d/%d.docx" % (year + 1, self.number())
            self.pages[file] = (docx("<p>%s</p>%s" % (title, text)), "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
            url = self.article(organ, column, title, "<p>附件：<a href='%s'>%s.docx</a></p>" % (file, self.r.choice([title, "下载", "附件1"])))
            self.expected.append(file)
        else:
            url = self.article(organ, column, title, text)
            self.expected.append(url)
        anchor = self.r.choice([title, title, "%d年" % year, "查看"]) if self.years == 1 else self.r.choice([title, title, "%d年" % year])
        return (url, anchor, "%d-03-11" % (year + 1))

    def organ(self, name, reports, plain):
        """The area of one organ; the address of its first page."""
        organ, columns = self.number(), []
        top = self.list_url(organ, 0) if self.style == "query" else "/n%d/index.html" % organ if self.style == "numbers" else "/%d/" % organ
        for label, form in self.r.sample(OTHERS, self.r.randint(3, 7)):
            column, items = self.number(), []
            for k in range(self.r.randint(1, plain)):
                year = self.r.randint(2010, 2022)
                title = form % ((name, year) if "%d" in form else name)
                items.append((self.article(organ, column, title, portal.paragraphs(portal.prose(self.r, 3))), title, "%d-05-12" % year))
            columns.append((self.lists(organ, column, label, items), label))
        if reports:
            column, last = self.number(), self.r.randint(2013, 2022)
            items = [self.report(organ, column, name, last - k) for k in range(reports)]
            if self.r.random() < 0.3:
                title = "关于报送%s%d年政府信息公开年度报告的通知" % (name, last)
                items.append((self.article(organ, column, title, portal.paragraphs(portal.prose(self.r, 2))), title, "%d-01-04" % last))
            columns.append((self.lists(organ, column, self.column_name, items), self.column_name))
        self.r.shuffle(columns)
        if self.more:
            inner = "".join("<div class=box><div class=hd><h3>%s</h3><a href='%s'>更多&gt;&gt;</a></div></div>" % (n, u) for u, n in columns)
        else:
            inner = "<ul>%s</ul>" % "".join("<li><a href='%s'>%s</a></li>" % c for c in columns)
        self.put(top, name, inner)
        return top

    def make(self):
        r = self.r
        self.nav = ""
        portal_column = self.number()
        menu = [("/", "首页"), ("/news%d/" % self.number(), "资讯"), ("/open%d/" % self.number() if self.style != "query" else "/xxgk/index.jsp?m=3", r.choice(["信息公开", "政务公开", "公开平台"])), ("/svc/", "办事大厅")]
        self.nav = "<div class=top>%s</div>" % "|".join("<a href='%s'>%s</a>" % m for m in menu)
        names = [s + r.choice(KINDS) for s in r.sample(STEMS, len(STEMS))]
        own = min(10, self.wanted // 5)
        left, groups = self.wanted - own, {g: [] for g in GROUPS}
        for i, name in enumerate(names):
            mine = min(left, self.years)
            if self.years < 2 and i >= len(names) - 6 and left > mine:
                mine = min(left, (left + len(names) - i - 1) // (len(names) - i))
            left -= mine
            g = r.choice(GROUPS)
            groups[g].append((self.organ(name, mine, r.choice([3, 8, 25])), name))
        archive = [self.report(1, portal_column, self.place + "人民政府", 2022 - k) for k in range(own + left)]
        archive = self.lists(1, portal_column, self.column_name, archive, per=r.choice([4, 8, 20]))
        boxes = [(archive, self.column_name)]
        for g, organs in groups.items():
            url = self.list_url(2, self.number())
            self.put(url, g, "<div>%s</div>" % "".join("<a href='%s'>%s</a> " % o for o in organs))
            boxes.append((url, g))
        r.shuffle(boxes)
        self.put(menu[2][0], menu[2][1], "<dl>%s</dl>" % "".join("<dt><a href='%s'>%s</a></dt>" % b for b in boxes))
        svc = [(self.article(3, 1, "办事指南之%d" % k, portal.paragraphs(portal.prose(r, 3))), "办事指南之%d" % k) for k in range(20)]
        self.put("/svc/", "办事大厅", "".join("<a href='%s'>%s</a>" % s for s in svc))
        self.news(menu, names)
        return self

    def news(self, menu, names):
        r, columns, hot = self.r, [], []
        n = max(20, (self.total - len(self.pages) - 30) * 20 // 21 // len(NEWS))
        for name in NEWS:
            column, items = self.number(), []
            for k in range(n):
                title = "%s%s%s" % (r.choice(names), r.choice(ACTS), "（第%d期）" % k if r.random() < 0.3 else "")
                side = "".join("<li><a href='%s'>%s</a></li>" % h[:2] for h in hot[-8:])
                items.append((self.article(4, column, title, portal.paragraphs(portal.prose(r, 3)) + "<ul>%s</ul>" % side), title, "20%02d-%02d-01" % (10 + k * 12 // n, k % 12 + 1)))
                if k % 9 == 0:
                    hot.append(items[-1])
            columns.append((self.lists(4, column, name, items), name, items[:7]))
        self.put(menu[1][0], menu[1][1], "".join("<h3>%s</h3><a href='%s'>更多</a>" % (n, u) for u, n, _ in columns))
        self.put("/", "%s人民政府" % self.place, "".join("<div><h3>%s</h3><a href='%s'>更多</a><ul>%s</ul></div>" % (n, u, "".join("<li><a href='%s'>%s</a></li>" % i[:2] for i in items)) for u, n, items in columns[:7]))
