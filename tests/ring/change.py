#!/usr/bin/env python3
"""Changes of reports, believed when a second fetch brings them: a crawl and two rounds of visits with the real programs.

usage: change.py --bin DIR [--short] [--only POINT,...] [--keep]

A portal has a report that changes twice, one that vanishes, one that flickers, one that is another at each fetch, one
that an error page with status 200 replaces, one that is empty one day, one of which the frame is left, one that gives way to
what every address of the site says, one whose page holds none any more, one whose visit counter moves, and a list without a report that changes. After
each round versions, candidates, flickers, requests and what `why`, `show`, `reports` and `diff` say are compared with what
was served. Then the same with the ring killed by kill -9 between candidate and confirmation, and at kill points: the
canonical export must be that of the calm run, and no report may be lost or become a version before its time.
"""
import argparse
import json
import os
import pathlib
import random
import re
import signal
import sys
import time

from ring import Ring, differences, kill_point_names, portal

HOST = "http://change.example"
CONFIRM = "0.6"
ROUNDS_MAX = 3  # FRONTIER_CONFIRM_MAX
SHORT_POINTS = ("sink.commit.post",)
POINTS = ("parse.doc.post", "sink.commit.pre", "sink.commit.post", "ack.send.post", "ack.apply.pre", "ack.apply.post", "fetch.lease.post", "archive.synced", "fetch.commit.post")
MAINTENANCE = "<html><head><title>系统维护</title></head><body><div>系统维护中，请稍后访问。</div></body></html>"
NOTICE = "<html><head><title>关于本栏目的说明</title></head><body><h1>关于本栏目的说明</h1><p>%s</p></body></html>" % ("本栏目的内容已经归并到信息公开专栏,请广大群众到该专栏查阅各类文件。" * 8)
HULL = "<html><head><title>白沙区2015年度政府信息公开工作年度报告</title></head><body><div><a href='/'>首页</a></div><h1>白沙区2015年度政府信息公开工作年度报告</h1><div class='TRS_Editor'></div></body></html>"
NOWHERE = "<html><head><title>提示信息</title></head><body><h1>提示信息</h1><p>您要找的内容已经搬家或者换了名字,请从本站首页的栏目导航重新查找所需要的内容,也可以拨打总机转接值班室咨询。</p></body></html>"
MISSING = (404, "<html><body>404 Not Found</body></html>")
bad = []


def hold(condition, text, *args):
    if not condition:
        bad.append(text % args if args else text)
        print("NOT SO: " + bad[-1], flush=True)


def report(place, seed, total, views=None, note=""):
    """A report page; `total` is its first figure. With `views` its source line has a counter."""
    body, _ = portal.report_narrative(random.Random(seed), place, 2015)
    body = re.sub(r"主动公开政府信息\d+条", "主动公开政府信息%d条" % total, body, count=1)
    title = "%s2015年度政府信息公开工作年度报告" % place
    line = "" if views is None else "<p>发布日期：2016-02-10　来源：%s人民政府办公室政务公开科　责任编辑：县政府信息公开工作领导小组办公室　审核：办公室　浏览次数：%d 次　字号：大 中 小</p>" % (place, views)
    return "<html><head><title>%s</title></head><body><h1>%s</h1>%s%s<p>%s</p></body></html>" % (title, title, line, body, note)


class Steps:
    """Answers of one URL in the order of its requests; the last one stays."""
    fault, failures = {}, 0  # as portal.Page has them

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), 0

    def next(self):
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        answer = answer(self.asked) if callable(answer) else answer
        return answer if isinstance(answer, tuple) else (200, answer)


class Server(portal.Handler):
    def do_GET(self):
        steps = self.server.sites.get((self.headers.get("Host") or "").split(":")[0], {}).get(self.path)
        if not isinstance(steps, Steps):
            return super().do_GET()
        self.began, self.site = time.time(), (self.headers.get("Host") or "").split(":")[0]
        with self.server.lock:
            status, text = steps.next()
        return self.send(status, text.encode(), [("Content-Type", "text/html; charset=utf-8")])


NAMES = ("twice", "gone", "flicker", "restless", "error", "counter", "empty", "blank", "hull", "lost")
PLACES = dict(zip(NAMES, ("临溪县", "青岚市", "白沙区", "云泽市", "石桥县", "安澜区", "临溪县", "青岚市", "白沙区", "云泽市")))


def first(name):
    return report(PLACES[name], NAMES.index(name), 1000, views=1 if name == "counter" else None)


def changed(name, total):
    return report(PLACES[name], NAMES.index(name), total, note="附:补充说明。")


def listing(n):
    return "<html><body><p>第%d次更新的通知公告列表</p>%s</body></html>" % (n, "".join("<a href='/%s.html'>%s2015年政府信息公开工作年度报告</a> " % (x, PLACES[x]) for x in NAMES) + "<a href='/nowhere/'>网站导航</a>")


class Case(Ring):
    def __init__(self, bin_dir, keep):
        super().__init__(bin_dir, pages=1, hosts=1, keep=keep, delay=0.01, parsers=1)
        self.server.RequestHandlerClass = Server
        self.site = {"/": Steps(listing(1))}
        self.site.update({"/%s.html" % x: Steps(first(x)) for x in NAMES})
        self.site["/nowhere/"] = Steps(NOWHERE)
        self.site["/counter.html"] = Steps(lambda n: report(PLACES["counter"], NAMES.index("counter"), 1000, views=7 * n))
        self.server.sites["change.example"] = self.site
        self.start = [HOST + "/"]

    def due(self):
        """All that is done is due for a visit."""
        self.ask("frontier.db", "update pages set due=1 where state=5", write=True)
        self.ask("frontier.db", "update work set next_visit=1 where page_id in (select id from pages where state=5)", write=True)

    def crawl(self, *extra, urls=False, env=None):
        self.run("--confirm-after", CONFIRM, *extra, urls=urls, env=env)
        status = self.wait(90)
        hold(status == 0 or env, "the run ended with %d:\n%s", status, self.tail())
        return status

    def set(self, name, *answers):
        asked = self.site["/%s.html" % name].asked
        self.site["/%s.html" % name] = Steps(*answers)
        return asked

    def rows(self, *args):
        done = self.command(*args, "--format", "jsonl", "--limit", "0")
        hold(done.returncode == 0, "%s ended with %d: %s", args, done.returncode, done.stderr)
        return [json.loads(x) for x in done.stdout.splitlines()]

    def why(self, name):
        return self.rows("why", "%s/%s.html" % (HOST, name))[0]

    def versions(self):
        return dict((u[len(HOST) + 1:-5], (v, f, r)) for u, v, f, r in self.ask("store.db", "select url, version, flickers, reports from documents where url like '%.html'"))

    def round_one(self):
        self.set("twice", changed("twice", 2000))
        self.set("gone", MISSING)
        self.set("flicker", changed("flicker", 1111), first("flicker"))
        self.set("restless", lambda n: changed("restless", 3000 + n))
        self.set("error", MAINTENANCE)
        self.set("empty", NOTICE)
        self.set("blank", "")
        self.set("hull", HULL)
        self.set("lost", NOWHERE)
        self.site["/"] = Steps(listing(2))

    def round_two(self):
        self.set("twice", changed("twice", 2500))
        self.set("restless", changed("restless", 9000))


def look_at_first_round(case):
    """What was served in the first round of visits, as the programs tell it."""
    v = case.versions()
    hold(v["twice"] == (2, 0, 1), "twice after one change: %s", v["twice"])
    hold(v["flicker"] == (1, 1, 1), "flicker: %s", v["flicker"])
    hold(v["counter"] == (1, 0, 1), "a counter that moved made %s", v["counter"])
    hold(v["restless"] == (1, 0, 1), "restless: %s", v["restless"])
    hold(v["gone"] == (1, 0, 1), "gone: %s", v["gone"])
    hold(v["error"] == (1, 0, 1) and case.why("error")["cause"] == "soft-error", "error page: %s, %s", v["error"], case.why("error"))
    for name in ("blank", "hull", "lost"):  # what is left of a page is no version, however often it comes
        page = case.why(name)
        hold(v[name] == (1, 0, 1) and page["cause"] == "soft-error" and page["change"]["gone_since"] and not page["change"]["gone"], "%s: %s, %s", name, v[name], page)
    hold(v["empty"] == (2, 0, 0), "a page that lost its report: %s", v["empty"])
    asked = {x: case.site["/%s.html" % x].asked for x in NAMES}
    want = {"twice": 2, "gone": 2, "flicker": 2, "restless": 1 + ROUNDS_MAX}
    hold(all(asked[x] == n for x, n in want.items()), "requests of the visit: %s, not %s", asked, want)
    hold(case.site["/"].asked == 1, "a list without a report was asked %d times", case.site["/"].asked)
    hold(case.ask("store.db", "select version from documents where url=?", HOST + "/") == [(2,)], "the list has no second version")
    gap = case.requests()[HOST + "/gone.html"][-2:]
    hold(gap[1] - gap[0] >= float(CONFIRM) - 0.05, "confirmed %.2f s later", gap[1] - gap[0])
    gone = case.why("gone")
    hold(gone["state"] == "discarded" and gone["cause"] == "http-404" and gone["change"]["gone"] and gone["change"]["gone_since"], "gone: %s", gone)
    listed = {r["url"][len(HOST) + 1:-5]: r for r in case.rows("reports")}
    hold(bool(listed["gone"]["gone_since"]) and not listed["twice"]["gone_since"], "reports do not say what is gone: %s", listed)
    change = case.why("restless")["change"]
    hold(change["candidate"] and change["candidate"]["rounds"] == 1 + ROUNDS_MAX and change["flickers"] == 0, "restless: %s", change)
    hold(case.why("flicker")["change"]["flickers"] == 1 and case.why("flicker")["change"]["candidate"] is None, "flicker: %s", case.why("flicker"))
    figures = case.rows("diff", HOST + "/twice.html")
    hold([(f["id"], f["before"], f["after"]) for f in figures] == [("proactive.total", 1000, 2000)], "diff: %s", figures)
    text = case.command("diff", str(listed["twice"]["id"]), "--format", "table")
    hold(text.returncode == 0 and re.search(r"^-.*主动公开政府信息1000条", text.stdout, re.M) and re.search(r"^\+.*主动公开政府信息2000条", text.stdout, re.M), "diff for people: %s", text.stdout)
    same = case.command("diff", HOST + "/flicker.html")
    hold(same.returncode == 0 and same.stdout == "" and "has not changed" in same.stderr, "diff of a page with one version: %s %s", same.stdout, same.stderr)
    hold(case.command("diff", "999").returncode == 3 and case.command("diff", HOST + "/twice.html", "7").returncode == 3, "diff of what is not there")
    hold(case.command("diff").returncode == 2 and case.command("diff", "1", "x").returncode == 2, "diff used wrongly")
    shown = case.rows("show", str(listed["flicker"]["id"]))[0]
    hold(shown["flickers"] == 1 and shown["flickered_at"], "show: %s", shown.get("flickers"))
    old = case.ask("store.db", "select report_id, year from superseded join documents d on d.id=document_id where d.url=?", HOST + "/empty.html")
    hold(old and old[0][1] == 2015, "the report of the version before is not kept: %s", old)
    text = case.command("diff", str(old[0][0]), "--format", "table")
    hold("is no more in the page" in text.stdout and "proactive.total" in text.stdout, "diff of a report that is no more: %s %s", text.stdout, text.stderr)


def look_at_second_round(case):
    v = case.versions()
    hold(v["twice"] == (3, 0, 1), "twice after two changes: %s", v["twice"])
    hold(v["restless"] == (2, 0, 1), "restless that settled: %s", v["restless"])
    figures = case.rows("diff", HOST + "/twice.html", "1", "3")
    hold([(f["before"], f["after"]) for f in figures] == [(1000, 2500)], "diff 1 3: %s", figures)
    seen = case.ask("store.db", "select v.version, v.first_seen from versions v join documents d on d.id=v.document_id where d.url=? order by 1", HOST + "/twice.html")
    last = [t for t in case.requests()[HOST + "/twice.html"]]
    hold(len(seen) == 3 and abs(seen[2][1] / 1000 - last[-2]) < 0.5, "a version is first seen when its candidate came: %s, %s", seen, last)


def calm(bin_dir, keep):
    case = Case(bin_dir, keep)
    try:
        case.crawl(urls=True)
        hold(all(x == (1, 0, 1) for x in case.versions().values()) and len(case.versions()) == len(NAMES), "first crawl: %s", case.versions())
        case.due()
        case.round_one()
        case.crawl("--revisit")
        look_at_first_round(case)
        one = {p.name: p.read_bytes() for p in case.export("one").iterdir()}
        case.due()
        case.round_two()
        case.crawl("--revisit")
        look_at_second_round(case)
        case.export("two")
        keep_at = case.scratch / "calm"
        keep_at.mkdir()
        for name, data in one.items():
            (keep_at / name).write_bytes(data)
        return case
    except BaseException:
        case.close()
        raise


def disturbed(calm_case, bin_dir, keep, point):
    """The first round with a death; then the export must be that of the calm run after its first round."""
    case = Case(bin_dir, keep)
    try:
        case.crawl(urls=True)
        case.due()
        case.round_one()
        if point == "kill -9":
            case.run("--confirm-after", "2", "--revisit", urls=False)
            end = time.monotonic() + 30
            while time.monotonic() < end and not case.ask("store.db", "select count(*) from candidates")[0][0]:
                time.sleep(0.01)
            time.sleep(0.3)
            hold(case.ask("store.db", "select count(*) from candidates")[0][0] > 0, "no candidate came before the kill")
            case.process.send_signal(signal.SIGKILL)
            case.process.wait()
            time.sleep(0.2)
            hold(all(x[0] == 1 for x in case.versions().values()), "a version before its time: %s", case.versions())
        else:
            once = case.scratch / "died"
            case.crawl("--revisit", env={"GONGKAI_KILL": point + ":1", "GONGKAI_KILL_ONCE": str(once)})
            hold(once.exists(), "%s was never passed", point)
        case.crawl()  # no --revisit: what is owed is fetched all the same
        differing = differences(calm_case.scratch / "calm", case.export("disturbed"))
        # `restless` says another thing at each request, but its version is the first one in any case
        hold(not differing, "after %s the export differs:\n%s", point, "\n".join(differing))
        hold(case.versions()["twice"] == (2, 0, 1) and case.versions()["flicker"] == (1, 1, 1), "after %s: %s", point, case.versions())
    finally:
        case.close()


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--bin", default="build/tests/bin")
    ap.add_argument("--short", action="store_true")
    ap.add_argument("--only", default="")
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    os.environ.setdefault("GONGKAI_CONF", "/nonexistent/gongkai.conf")
    case = calm(a.bin, a.keep)
    known = {p for points in kill_point_names(a.bin).values() for p in points}
    try:
        for point in ("kill -9",) + (SHORT_POINTS if a.short else POINTS):
            if a.only and point not in a.only.split(","):
                continue
            hold(point == "kill -9" or point in known, "there is no kill point %s", point)
            before = len(bad)
            disturbed(case, a.bin, a.keep, point)
            print("%s: %s" % (point, "ok" if len(bad) == before else "FAILED"), flush=True)
    finally:
        case.close()
    print("%d things are not as served" % len(bad))
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
