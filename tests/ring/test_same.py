#!/usr/bin/env python3
"""The same thing once: a portal under twin hosts, a telephone's twin, a twin that is none, copies on a second platform, a mirror, a page that moved.

usage: test_same.py [--build DIR] [--pages N] [--keep]

twins     one site under http://www.X and http://X, each linking itself, and a telephone's form that redirects; all pages under a second
          form are requests that a crawler may save. Shown: requests with the twins known, and how many both forms have
wrong     two hosts that are alike in their first pages and are not: found out, and every page of both is fetched
copies    one report on its own site, on a platform of the city, word for word on a paper's site, with words replaced on a stranger's
          domain (--scope any), and at an old address that is gone: one report, with one principal; `why` of the old address names the new
order     the same pages given in another order: the same canonical reports
"""
import argparse
import json
import pathlib
import random
import sqlite3
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from ring import Ring  # noqa: E402
import portal  # noqa: E402

WORDS = ["供水", "养护", "教育", "治理", "就业", "防汛", "食品", "托育", "医疗", "交通", "环保", "住房"]
DEEDS = ["召开会议部署工作", "完善信息审核制度", "组织人员学习规定", "优化网站栏目设置", "开展公开情况督查", "回应群众关切问题"]


def article(seed, links=()):
    """A page of its own text of some 400 characters."""
    rnd = random.Random(seed)
    text = "".join("<p>%s年%d月,%s%s,涉及%s%d项、%s%d项,参加单位%d个。</p>" % (rnd.randint(2001, 2023), rnd.randint(1, 12), rnd.choice(WORDS), rnd.choice(DEEDS), rnd.choice(WORDS),
                   rnd.randint(3, 999), rnd.choice(WORDS), rnd.randint(3, 999), rnd.randint(3, 99)) for _ in range(14))
    return "<html><head><title>工作动态第%s期</title></head><body><div class=article><h1>工作动态第%s期</h1>%s</div>%s</body></html>" % (
        seed, seed, text, "".join('<a href="%s">工作动态信息第%d篇</a>' % (u, i) for i, u in enumerate(links)))


def site(pages, seed, other=""):
    """A chain of pages, each linking the next few, and its own form at `other`: links come page by page, so that evidence comes before most."""
    names = ["/"] + ["/d/%d.htm" % i for i in range(1, pages)]
    return {n: portal.Page(article("%s%d" % (seed, i), names[i + 1:i + 3] + ([other + n] if other else []))) for i, n in enumerate(names)}


def redirecting(form, pages):
    return {n: portal.Page("", fault={"redirect": form + n}) for n in pages}


def report(body="石桥县人民政府", head="", year=2014):
    lines, _ = portal.report_narrative(random.Random(5), "石桥县", year)
    rnd = random.Random(9)
    lines = lines.replace("二、主动公开", "%s</p>\n<p>二、主动公开" % "".join(portal.prose(rnd, 14)), 1)
    return ('<html><head><title>石桥县%d年政府信息公开工作年度报告</title><meta name="PubDate" content="2015-03-09"></head><body>%s'
            '<div class="article"><h1>石桥县%d年政府信息公开工作年度报告</h1>%s<p>%s</p><p>2015年3月9日</p></div></body></html>' % (year, head, year, lines, body))


def start(pages, *links):
    return dict(pages, **{"/": portal.Page("<html><head><title>门户</title></head><body>%s</body></html>" % "".join('<p><a href="%s">政府信息公开年度报告栏目</a></p>' % u for u in links))})


def crawl(ring, sites, urls, *extra, fresh=True):
    if fresh:
        ring.fresh()
    ring.server.sites = sites
    ring.start = urls
    ring.run(*extra)
    if ring.wait(120) != 0:
        raise SystemExit("the run ended with %s:\n%s" % (ring.process.returncode, ring.tail()))


def rows(ring, *args):
    done = ring.command(*args, "--format", "jsonl", "--limit", "0")
    if done.returncode:
        raise SystemExit("%s: %s" % (args, done.stderr))
    return [json.loads(x) for x in done.stdout.splitlines()]


def asked(ring, host):
    return {u for u in ring.requests() if u.startswith("http://%s/" % host) and not u.endswith("/robots.txt")}


def twins(ring, n):
    pages = site(n, "双", "http://m.dual.gov.cn")
    sites = {"www.dual.gov.cn": pages, "dual.gov.cn": site(n, "双"), "m.dual.gov.cn": redirecting("http://www.dual.gov.cn", pages)}
    crawl(ring, sites, ["http://%s/" % h for h in sites], "--depth", "200")
    got = {h: len(asked(ring, h)) for h in sites}
    bad = []
    if got["www.dual.gov.cn"] != n:
        bad.append("%d of %d pages of the better form were asked for" % (got["www.dual.gov.cn"], n))
    if got["dual.gov.cn"] > n // 2 or got["m.dual.gov.cn"] > n // 2:
        bad.append("the lesser forms were asked for %s times of %d" % (got, n))
    why = [r for r in rows(ring, "dead", "list", "--all") if r["cause"] == "twin"]
    if not why or not all(r["detail"].startswith("http://www.dual.gov.cn/") for r in why):
        bad.append("spared pages do not say where they are: %s" % why[:2])
    print("twins: %d pages under three forms, asked for %s; %d requests of %d saved" % (n, got, 3 * n - sum(got.values()), 3 * n))
    # remembered: another run with a link list of the lesser form asks for nothing there
    before = len(asked(ring, "dual.gov.cn"))
    sites["dual.gov.cn"]["/list.htm"] = sites["www.dual.gov.cn"]["/list.htm"] = portal.Page(article("新", ["http://dual.gov.cn/new/%d.htm" % i for i in range(20)]))
    for i in range(20):
        sites["www.dual.gov.cn"]["/new/%d.htm" % i] = portal.Page(article("新%d" % i))
    ring.command("add", "http://www.dual.gov.cn/list.htm")
    crawl(ring, sites, [], fresh=False)
    after = len(asked(ring, "dual.gov.cn")) - before
    new = len([u for u in asked(ring, "www.dual.gov.cn") if "/new/" in u])
    if after > 4 or new != 20:
        bad.append("after a restart %d pages of the lesser form and %d of 20 of the better were asked for" % (after, new))
    return bad


def wrong(ring, n):
    a, b = site(n, "真"), site(n, "真")
    for name in list(b)[8:]:  # from here on another site
        b[name] = portal.Page(article("别" + name))
    for host, pages in (("www.lookalike.gov.cn", a), ("lookalike.gov.cn", b)):
        pages["/"] = start({}, *["http://%s%s" % (host, p) for p in pages if p != "/"])["/"]
    sites = {"www.lookalike.gov.cn": a, "lookalike.gov.cn": b}
    crawl(ring, sites, ["http://%s/" % h for h in sites], "--depth", "200")
    missing = {"http://lookalike.gov.cn" + p for p in b} - asked(ring, "lookalike.gov.cn")
    print("wrong: %d of %d pages of a host that only began like its neighbour were asked for" % (n - len(missing), n))
    return ["never asked for: %s" % sorted(missing)[:5]] if missing else []


def copies(ring, order):
    text = report()
    sites = {
        "own.gov.cn": start({"/a/14.htm": portal.Page(text)}, "/a/14.htm", "http://paper.com/14.htm", "http://cheapjerseys.com/14.htm"),
        "city.gov.cn": start({"/x/14.htm": portal.Page(report(head="<div>当前位置：首页</div>"))}, "/x/14.htm"),
        "paper.com": {"/14.htm": portal.Page(text)},
        "cheapjerseys.com": {"/14.htm": portal.Page(text.replace("石桥县人民政府", "万家博彩集团").replace("政府网站", "投注网站"))},
        "old.gov.cn": start({"/15.htm": portal.Page(report(year=2015))}, "/15.htm"),
    }
    crawl(ring, sites, ["http://%s/" % h for h in order], "--scope", "any")


def relations(ring):
    return {r["url"]: (r["relation"], r["copy_of"]) for r in rows(ring, "reports")}


def copied(ring):
    bad, seen = [], []
    own, old = "http://own.gov.cn/a/14.htm", "http://old.gov.cn/15.htm"
    for order in (["own.gov.cn", "city.gov.cn", "old.gov.cn"], ["old.gov.cn", "city.gov.cn", "own.gov.cn"]):
        copies(ring, order)
        got = relations(ring)
        city = "http://city.gov.cn/x/14.htm"
        first, second = (own, city) if got.get(own, ("?",))[0] is None else (city, own)
        want = {first: (None, None), second: ("copy", first), "http://paper.com/14.htm": ("copy", first), "http://cheapjerseys.com/14.htm": ("mirror", first), old: (None, None)}
        if got != want:
            bad.append("%s: got %s, want %s" % (order, got, want))
        distinct = rows(ring, "reports", "--distinct")
        if len(distinct) != 2:
            bad.append("%d distinct reports, not 2" % len(distinct))
        folder = ring.export("same-%d" % len(seen))
        seen.append([(r["url"], r["relation"], r["copy_of"]) for r in map(json.loads, (folder / "reports.jsonl").read_text("utf-8").splitlines())])
    if seen[0] != seen[1]:
        bad.append("the order of arrival shows: %s and %s" % tuple(seen))
    print("copies: one report at four addresses, two of them official, a reprint and a mirror: %s" % sorted(relations(ring).items()))
    return bad + moved(ring, old)


def moved(ring, old):
    """The old address answers 404 from now on, and the report is elsewhere."""
    new = "http://old.gov.cn/new/15.htm"
    del ring.server.sites["old.gov.cn"]["/15.htm"]
    ring.server.sites["old.gov.cn"]["/new/15.htm"] = portal.Page(report(year=2015))
    ring.command("add", new)
    with sqlite3.connect(ring.data / "frontier.db") as db:  # the visit is due now
        db.execute("update pages set due=1 where url=? and state=5", (old,))
        db.execute("update work set next_visit=1 where page_id=(select id from pages where url=?)", (old,))
    crawl(ring, ring.server.sites, [], "--revisit", fresh=False)
    got, why = relations(ring), rows(ring, "why", old)[0]
    bad = []
    if got.get(old) != ("moved", new) or got.get(new) != (None, None):
        bad.append("moved: %s" % {k: got.get(k) for k in (old, new)})
    if why["same_at"] != new or why["cause"] != "http-404":
        bad.append("why %s: %s" % (old, why))
    print("moved: %s is %s; why names %s" % (old, got.get(old), why["same_at"]))
    return bad


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    ap.add_argument("--pages", type=int, default=80)
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    ring = Ring(a.build, delay=0.01, parsers=1, keep=a.keep)
    try:
        bad = twins(ring, a.pages) + wrong(ring, a.pages // 2) + copied(ring)
    finally:
        ring.close()
    for b in bad:
        print("FAILED: " + b)
    print("note: the same thing once: %s" % ("FAILED" if bad else "ok"))
    return int(bool(bad))


sys.exit(main())
