#!/usr/bin/env python3
"""The promises of the ring's protocol that kills at random do not reach, each in a small crawl with the real programs.

usage: test_promises.py [--build DIR] [--only NAME,...] [--keep]

Each case is a function below whose text says what it holds. They run four at a time, since most of it is waiting.
"""
import argparse
import concurrent.futures
import gzip
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from ring import Ring, differences, portal  # noqa: E402

GAP = 1 << 32
TEXT = "<html><head><title>%s</title></head><body><p>%s</p>%s</body></html>"
SENTENCE = "本机关按照要求公开各类政府信息,并接受社会监督,有关情况如下。" * 6


class Broken(Exception):
    pass


def hold(condition, text, *args):
    if not condition:
        raise Broken(text % args if args else text)


def page(title, links=(), **kw):
    items = "".join("<a href='%s'>政府信息公开文件%d</a> " % (u, i) for i, u in enumerate(links))
    return portal.Page(TEXT % (title, SENTENCE + title, items), **kw)


def moved(to):
    return portal.Page(b"", fault={"redirect": to})


def moved_by(text, to):
    """A redirect that has a body, as servers send them."""
    return Answer(302, text, Location=to)


class Answer:
    """A page that always answers with this status and these headers."""
    etag, failures = "", 0

    def __init__(self, status, body=b"", **headers):
        self.status, self.body, self.headers = status, body, [(k.replace("_", "-"), v) for k, v in headers.items()]
        self.fault = {}


class Server(portal.Handler):
    """The portal, and pages that are an Answer."""

    def do_GET(self):
        answer = self.server.sites.get((self.headers.get("Host") or "").split(":")[0], {}).get(self.path)
        if not isinstance(answer, Answer):
            return super().do_GET()
        self.began, self.site = time.time(), (self.headers.get("Host") or "").split(":")[0]
        return self.send(answer.status, answer.body, answer.headers)


class Case(Ring):
    """A Ring whose portal gets sites of the case's own; pages=0 is a portal of these alone."""

    def __init__(self, build, keep, pages=0, sites=None, start=(), **kw):
        super().__init__(build, pages=pages or 1, hosts=kw.pop("hosts", 4 if pages else 1), keep=keep, parsers=kw.pop("parsers", 1), **kw)
        self.server.RequestHandlerClass = Server
        self.server.sites.update(sites or {})
        if not pages:
            self.start = []
        self.start = list(self.start) + list(start)

    def rows(self, *args):
        done = self.command(*args, "--format", "jsonl", "--limit", "0")
        return [json.loads(x) for x in done.stdout.splitlines()]

    def why(self, url):
        rows = self.rows("why", url)
        return rows[0] if rows else {"state": "unknown", "cause": "", "history": []}

    def crawl(self, *extra, urls=True, limit_s=60, status=0):
        self.run(*extra, urls=urls)
        got = self.wait(limit_s)
        hold(got == status, "run ended with %d, not %d:\n%s", got, status, self.tail())

    def pages_asked(self):
        """URL -> number of its requests, without robots.txt."""
        return {u: len(t) for u, t in self.requests().items() if not u.endswith("/robots.txt")}

    def lose(self, *names):
        for name in names:
            for suffix in ("", "-wal", "-shm"):
                (self.data / (name + suffix)).unlink(missing_ok=True)

    def until(self, what, true, limit_s=20):
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            if true():
                return
            time.sleep(0.1)
        raise Broken("%s did not happen in %d s:\n%s" % (what, limit_s, self.tail()))

    def same(self, calm, name):
        bad = differences(calm, self.export(name))
        hold(not bad, "the export of %s differs:\n%s", name, "\n".join(bad))

    def archive_files(self):
        return sorted((self.data / "archive").glob("*.warc.gz"))


def faults():
    """A site with the ends that a lost frontier must find again in the archive."""
    host = "http://faults.example"
    site = {"/": page("首页", ["/a.html", "/moved", "/gone.html", "/busy.html", "/never.html", "/loop", "/cut.html", "http://far.other/"]),
            "/a.html": page("甲", ["/b.html"]), "/b.html": page("乙", ["/a.html", "/"]), "/moved": moved("/target.html"), "/target.html": page("新址"),
            "/busy.html": page("忙", fault={"fail_first": 2, "status": 503}), "/never.html": page("总忙", fault={"fail_first": 99, "status": 500}),
            "/loop": moved("/loop"), "/cut.html": page("断", fault={"cut": 60})}
    return {"faults.example": site}, [host + "/"]


# --- what is lost and found ----------------------------------------------------------------------------------
def lost_frontier(build, keep):
    """frontier.db is deleted, store and archive are kept: nothing is requested again, nothing is parsed again, the export
    is the same, and new fetches are numbered 2^32 above all that were. The store's results are taken over in several transactions."""
    sites, start = faults()
    case = Case(build, keep, pages=120, sites=sites, start=start)
    try:
        case.crawl()
        calm, asked = case.export("calm"), case.pages_asked()
        top = case.ask("store.db", "select max(fetch_id), max(parse_seq), sum(parse_seq) from documents")[0]
        case.lose("frontier.db")
        case.run(env={"GONGKAI_VERBOSE": "1"})
        hold(case.wait(60) == 0, "the run after the loss failed:\n%s", case.tail())
        ranges = re.findall(r"results up to commit (\d+) are applied", case.tail(10000))
        last = case.ask("store.db", "select value from ledger where key='last_commit'")[0][0]
        hold(ranges and sorted(map(int, ranges)) == list(map(int, ranges)) and int(ranges[0]) < int(last), "%s commits of results were one transaction, or came in disorder: %s", last, ranges)
        again = {u: n for u, n in case.pages_asked().items() if n != asked.get(u)}
        hold(not again, "requested again after the frontier was lost: %s", again)
        case.same(calm, "found")
        now = case.ask("store.db", "select sum(parse_seq) from documents")[0][0]
        hold(now == top[2], "documents that were in the store were parsed again")
        case.server.sites["faults.example"]["/new.html"] = page("新")
        case.start = ["http://faults.example/new.html"]
        case.crawl()
        fetch, parse = case.ask("store.db", "select fetch_id, parse_seq from documents where url='http://faults.example/new.html'")[0]
        hold(fetch > top[0] + GAP and parse > top[1] + GAP, "a new frontier's numbers %d, %d are not 2^32 above %d, %d", fetch, parse, *top[:2])
        first = [int(line.split(b":")[1]) for f in case.archive_files() for line in gzip.open(f, "rb").read().split(b"\r\n") if line.lower().startswith(b"gongkai-first-fetch-id")]
        hold(any(top[0] + GAP < n <= fetch for n in first), "no warcinfo names the first fetch_id of the new frontier: %s", first)
    finally:
        case.close()


def older_frontier(build, keep):
    """frontier.db is put back from a copy of mid-crawl: archive and store bring it up to date, nothing is requested again, and
    its numbers do not meet those that were given out after the copy."""
    case = Case(build, keep, pages=100, delay=0.05)
    try:
        case.run()
        case.until("a third of the crawl", lambda: len(case.pages_asked()) >= 35)
        copy = case.scratch / "frontier-copy.db"
        source, target = sqlite3.connect(case.data / "frontier.db", timeout=10), sqlite3.connect(copy)
        source.backup(target)
        source.close()
        target.close()
        hold(case.wait(60) == 0, "the crawl failed:\n%s", case.tail())
        case.crawl()
        hold(case.command("reparse").returncode == 0, "reparse failed")
        case.crawl()
        calm, asked = case.export("calm"), case.pages_asked()
        top = case.ask("store.db", "select max(fetch_id), max(parse_seq) from documents")[0]
        case.lose("frontier.db")
        copy.rename(case.data / "frontier.db")
        case.server.sites["new.example"] = {"/": page("新")}
        case.start.append("http://new.example/")
        case.crawl()
        more = {u for u, n in case.pages_asked().items() if n != asked.get(u)}
        hold(more == {"http://new.example/"}, "requested with an older frontier: %s", more)
        fetch, parse = case.ask("store.db", "select fetch_id, parse_seq from documents where url='http://new.example/'")[0]
        hold(fetch > top[0] and parse > top[1], "an older frontier gave the numbers %d, %d out again (%d, %d)", fetch, parse, *top)
        bad = [d for d in differences(calm, case.export("again")) if "new.example" not in d and "lines only in" not in d]
        hold(not bad, "the export differs:\n%s", "\n".join(bad))
    finally:
        case.close()


def pruned_results(build, keep):
    """The store of years of visits: the sink takes spent results out of its ledger while it works, and a frontier that is lost
    then finds what is left enough: nothing is requested again, nothing is parsed again, the export is the same."""
    sites, start = faults()
    case = Case(build, keep, pages=60, sites=sites, start=start)
    try:
        case.crawl()
        with sqlite3.connect(case.data / "store.db") as db:
            for table, row in (("ledger", "key='last_commit'"), ("boots", "seq=(select max(seq) from boots)")):
                column = "value" if table == "ledger" else "last_commit"
                db.execute("update %s set %s = %s + 1000 where %s" % (table, column, column, row))
            db.execute("insert into acks select 1, url, 0, 1, lexicon, 1, 0, 0, 0 from documents,"
                       " (with recursive n(i) as (select 1 union all select i + 1 from n where i < 60) select i from n)")
        db.close()
        spent = case.ask("store.db", "select count(*) from acks where fetch_id=0")[0][0]
        hold(spent > 3000, "only %d results were made spent", spent)
        hold(case.command("reparse").returncode == 0, "reparse failed")
        case.crawl(urls=False)
        calm, asked = case.export("calm"), case.pages_asked()
        parsed = case.ask("store.db", "select sum(parse_seq) from documents")[0][0]
        hold(case.ask("store.db", "select count(*) from acks where fetch_id=0")[0][0] == 0, "of %d spent results some are left", spent)
        case.lose("frontier.db")
        case.crawl()
        hold(case.pages_asked() == asked, "requested again after the frontier was lost")
        hold(case.ask("store.db", "select sum(parse_seq) from documents")[0][0] == parsed, "parsed again after the frontier was lost")
        case.same(calm, "found")
    finally:
        case.close()


def lost_both(build, keep):
    """Frontier and store are deleted, the archive is kept: a fresh crawl out of the archive, without a request or a URL."""
    sites, start = faults()
    case = Case(build, keep, pages=60, sites=sites, start=start)
    try:
        case.crawl()
        calm, asked = case.export("calm"), case.pages_asked()
        case.lose("frontier.db", "store.db")
        case.crawl(urls=False)
        again = {u: n for u, n in case.pages_asked().items() if n != asked.get(u)}
        hold(not again, "requested again from the archive alone: %s", again)
        case.same(calm, "found")
    finally:
        case.close()


def lost_store(build, keep):
    """store.db is deleted: the run stops with 4 and names the way, `check --requeue-missing` takes it, without a request."""
    sites, start = faults()
    case = Case(build, keep, pages=40, sites=sites, start=start)
    try:
        case.crawl()
        calm, asked = case.export("calm"), case.requests()
        dead = [r for r in case.rows("dead", "list") if r["cause"] == "truncated"]
        body = case.command("dead", "body", str(dead[0]["id"]), errors="replace")
        want = sites["faults.example"]["/cut.html"].body[:60].decode("utf-8", "replace")
        hold(body.returncode == 0 and body.stdout == want, "the bytes of a dead letter: %s", body.stdout)
        case.lose("store.db")
        case.crawl(urls=False, status=4)
        hold(case.tail(10000).count("check --requeue-missing") == 1, "the way back is not named, or not once:\n%s", case.tail())
        hold(case.command("check", "--requeue-missing").returncode == 0, "check failed")
        case.crawl(urls=False)
        hold(case.requests() == asked, "a lost store made requests")
        case.same(calm, "found")
    finally:
        case.close()


def lost_budget(build, keep):
    """The page budget of a source holds after its frontier was lost, too."""
    site = {"/": page("首页", ["/%d.html" % i for i in range(30)])}
    site.update({"/%d.html" % i: page("第%d页" % i) for i in range(30)})
    case = Case(build, keep, sites={"many.example": site}, start=["http://many.example/"])
    try:
        case.crawl("--pages", "10")
        asked = case.pages_asked()
        hold(len(asked) == 10, "a budget of 10 pages gave %d", len(asked))
        case.lose("frontier.db")
        case.crawl("--pages", "10")
        hold(case.pages_asked() == asked, "after the frontier was lost %d pages were requested", len(case.pages_asked()))
    finally:
        case.close()


def torn_tail(build, keep):
    """The archive's newest file lost its tail: it is cut at its last whole record, closed, a new one is begun, and the page
    whose record was torn is requested once more when it is needed."""
    case = Case(build, keep, pages=40)
    try:
        case.crawl()
        calm, asked = case.export("calm"), case.pages_asked()
        newest = case.archive_files()[-1]
        size = newest.stat().st_size
        with open(newest, "r+b") as f:
            f.truncate(size - 37)
        case.server.sites["new.example"] = {"/": page("新")}
        hold(case.command("reparse").returncode == 0, "reparse failed")
        case.start.append("http://new.example/")
        case.crawl()
        more = {u: n - asked.get(u, 0) for u, n in case.pages_asked().items() if n != asked.get(u)}
        hold(sorted(more.values()) == [1, 1] and more.get("http://new.example/") == 1, "requests after the tail was torn: %s", more)
        hold(newest.stat().st_size < size - 37, "the torn file was not cut")
        hold(len(gzip.open(newest, "rb").read()) > 0 and len(case.archive_files()) > 1, "the cut file is not whole, or was gone on with")
        torn = next(u for u in more if "new.example" not in u)
        hold(any("body-missing" in json.dumps(h) for h in [case.why(torn)["history"]]), "the history of %s does not count the missing body", torn)
        with sqlite3.connect(case.data / "store.db") as db:
            db.execute("pragma wal_checkpoint")
        bad = [d for d in differences(calm, case.export("again")) if "new.example" not in d and " lines only in " not in d]
        hold(not bad, "the export differs:\n%s", "\n".join(bad))
    finally:
        case.close()


def damaged_body(build, keep):
    """Bytes of one record are damaged: its page is fetched again and counted, the others are not."""
    case = Case(build, keep, pages=40)
    try:
        case.crawl()
        calm, asked = case.export("calm"), case.pages_asked()
        url, name, offset, length = case.ask("frontier.db", "select p.url, f.name, w.body_offset, w.body_length from pages p join work w on w.page_id=p.id join files f on f.id=w.file_id "
                                             "where p.body_fetch_id>0 and p.state=5 order by p.id limit 1 offset 9")[0]
        with open(case.data / "archive" / name, "r+b") as f:
            f.seek(offset + length // 2)
            f.write(b"\xff\x00\xff\x00\xff\x00\xff\x00")
        checked = case.command("check")
        hold(checked.returncode == 0 and "1" in checked.stdout + checked.stderr, "check does not find the damaged body: %s%s", checked.stdout, checked.stderr)
        hold(case.command("reparse").returncode == 0, "reparse failed")
        case.crawl()
        more = {u: n - asked[u] for u, n in case.pages_asked().items() if n != asked[u]}
        hold(more == {url: 1}, "requests after %s was damaged: %s", url, more)
        hold("body-missing" in json.dumps(case.why(url)["history"]), "the history of %s does not count the damaged body", url)
        case.same(calm, "again")
        case.lose("frontier.db")
        case.crawl()
        hold(case.pages_asked()[url] == 2, "the damaged record made its page be requested a third time")
        case.same(calm, "found")
    finally:
        case.close()


def interrupted(build, keep):
    """Ctrl-C in mid-crawl drains and ends with 130; the next run ends with 0, and no page was requested twice."""
    calm_case = Case(build, keep, pages=120, delay=0)
    case = Case(build, keep, pages=120, delay=0.08)
    try:
        calm_case.crawl()
        calm = calm_case.export("calm")
        for _ in range(2):
            case.run()
            before = len(case.pages_asked())
            case.until("twenty more pages", lambda: len(case.pages_asked()) >= before + 20)
            case.process.send_signal(signal.SIGINT)
            hold(case.wait(30) == 130, "Ctrl-C ended the run with %s:\n%s", case.process.returncode, case.tail())
        hold(len(case.pages_asked()) < 120, "the crawl was over before it was interrupted")
        case.crawl(urls=False)
        twice = {u: n for u, n in case.pages_asked().items() if n > 1}
        hold(not twice, "requested twice: %s", twice)
        case.same(calm, "drained")
    finally:
        calm_case.close()
        case.close()


def killed_run(build, keep):
    """`run` is killed and started again at once: its children are gone or waited for, and it goes on."""
    case = Case(build, keep, pages=90, delay=0.2)
    try:
        case.run()
        for _ in range(3):
            before = len(case.pages_asked())
            case.until("a few more pages", lambda: len(case.pages_asked()) >= before + 3)
            children = sum(case.children().values(), [])
            case.kill_run()
            case.run(urls=False)
            case.until("the end of the killed run's children", lambda: not any(pathlib.Path("/proc/%d" % p).exists() for p in children), 5)
        hold(case.wait(60) == 0, "the run after kills ended with %s:\n%s", case.process.returncode, case.tail())
        hold(not case.asked_again(), "requested again: %s", case.asked_again())
    finally:
        case.close()


# --- redirects -----------------------------------------------------------------------------------------------
def redirect_sites():
    site = {"/": page("首页", ["/self", "/two1", "/three1", "/h0", "/k0", "/four1", "/to-known", "/known.html", "/out", "/in/a", "/both1", "/both2", "/nowhere", "/odd"])}
    site["/self"] = moved("/self")
    site.update({"/two1": moved("/two2"), "/two2": moved("/two1")})
    site.update({"/three1": moved("/three2"), "/three2": moved("/three3"), "/three3": moved("/three1")})
    site.update({"/h%d" % i: moved("/h%d" % (i + 1)) for i in range(20)})
    site["/h20"] = page("二十跳之后")
    site.update({"/k%d" % i: moved("/k%d" % (i + 1)) for i in range(21)})
    site["/k21"] = page("二十一跳之后")
    site.update({"/to-known": moved("/known.html"), "/known.html": page("已知")})
    site.update({"/out": moved("http://elsewhere.other/"), "/in/a": moved("/in/b"), "/in/b": page("同站")})
    site.update({"/both1": moved("/both2"), "/both2": moved("/both1")})
    site["/nowhere"] = Answer(302)
    site.update({"/four1": moved_by(b"<p>this is four1</p>", "/four2"), "/four2": moved_by(b"<p>this is four2</p>", "/four1")})
    site["/odd"] = Answer(300, b"choose", Location="/in/b")
    return {"turn.example": site}


def loop_has_bytes(case, url):
    dead = [r for r in case.rows("dead", "list") if r["url"] == url]
    body = case.command("dead", "body", str(dead[0]["id"]))
    hold(body.returncode == 0 and body.stdout == "<p>this is four1</p>", "the bytes of a redirect loop: %s%s", body.stdout, body.stderr)
    checked = case.command("check")
    hold(checked.returncode == 0, "check after a redirect loop: %s%s", checked.stdout, checked.stderr)


def redirects(build, keep):
    """Loops of 1, 2 and 3, chains of 20 and 21 hops, a known target, one out of scope: each page ends as the table says, the
    same after the frontier was lost; the dead letter of a loop has the bytes of its redirect."""
    host = "http://turn.example"
    case = Case(build, keep, sites=redirect_sites(), start=[host + "/"])
    want = {"/self": ("dead", "redirect-loop"), "/two1": ("dead", "redirect-loop"), "/two2": ("done", ""), "/three1": ("dead", "redirect-loop"), "/three3": ("done", ""),
            "/four1": ("dead", "redirect-loop"), "/four2": ("done", ""), "/h0": ("done", ""), "/h20": ("done", ""), "/k0": ("dead", "redirect-loop"), "/k19": ("done", ""), "/k20": ("done", ""), "/k21": ("unknown", ""),
            "/to-known": ("done", ""), "/known.html": ("done", ""), "/out": ("discarded", "out-of-scope"), "/in/b": ("done", ""),
            "/nowhere": ("dead", "bad-url"), "/odd": ("done", "")}
    try:
        case.crawl()
        bad = {p: case.why(host + p) for p in want}
        bad = {p: (w["state"], w["cause"]) for p, w in bad.items() if not w["state"].startswith(want[p][0]) or (w["cause"] or "") != want[p][1]}
        hold(not bad, "redirects ended otherwise: %s", bad)
        both = sorted(case.why(host + p)["cause"] or "" for p in ("/both1", "/both2"))
        hold(both == ["", "redirect-loop"], "a loop of two pages that were both linked ended as %s", both)
        loop_has_bytes(case, host + "/four1")
        asked = case.pages_asked()
        hold(all(n == 1 for n in asked.values()), "asked twice: %s", asked)
        calm = case.export("calm")
        case.lose("frontier.db")
        case.crawl()
        loop_has_bytes(case, host + "/four1")
        hold(case.pages_asked() == asked, "redirects were requested again")
        case.same(calm, "found")
    finally:
        case.close()


# --- scope, depth, budget ------------------------------------------------------------------------------------
def scopes(build, keep):
    """--scope host, site, any and a suffix, --depth, and a page that is first found too deep and then near."""
    private = "http://10.0.0.1/x"
    sites = {"www.town.example": {"/": page("首页", [private, "http://xx.town.example/", "http://www.other.example/", "http://sub.www.town.example/", "/1.html"]),
                                  "/1.html": page("一", ["/2.html"]), "/2.html": page("二", ["/3.html"]), "/3.html": page("三")},
             "xx.town.example": {"/": page("下属")}, "www.other.example": {"/": page("别处")}, "sub.www.town.example": {"/": page("更下")}}
    hosts = {"host": {"www.town.example"}, "site": {"www.town.example", "xx.town.example", "sub.www.town.example"},
             "any": set(sites), "town.example": {"www.town.example", "xx.town.example", "sub.www.town.example"}, "other.example": {"www.town.example", "www.other.example"}}
    case = Case(build, keep, sites=sites, start=["http://www.town.example/"])
    try:
        for scope, want in hosts.items():
            case.fresh()
            case.crawl("--scope", scope, "--depth", "2")
            asked = case.pages_asked()
            hold({u.split("/")[2] for u in asked} == want, "--scope %s asked %s", scope, sorted(asked))
            private_why = case.why(private)
            hold((private_why["state"], private_why["cause"]) == (("discarded", "private-address") if scope == "any" else ("unknown", "")), "a private address with --scope %s: %s", scope, private_why)
            if scope == "other.example":
                continue
            why = case.why("http://www.town.example/3.html")
            hold("http://www.town.example/3.html" not in asked and (why["state"], why["cause"]) == ("discarded", "trap"), "depth 3 of 2: %s", why)
        case.server.sites["xx.town.example"]["/near.html"] = page("近", ["http://www.town.example/3.html"])
        case.fresh()
        case.crawl("--depth", "2")
        case.start = ["http://xx.town.example/near.html"]
        case.crawl("--depth", "2")
        hold("http://www.town.example/3.html" in case.pages_asked(), "a page that was too deep stays a trap when a nearer link is found")
    finally:
        case.close()


# --- daemons by hand, versions -------------------------------------------------------------------------------
def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Daemons:
    """fetcher, sink and parsers started by hand, each with a log of its own."""

    def __init__(self, case):
        self.case, self.running, self.number = case, [], 0

    def start(self, program, *args):
        self.number += 1
        log = self.case.scratch / ("%s-%d.log" % (program, self.number))
        with open(log, "wb") as out:
            p = subprocess.Popen([str(self.case.bin / ("gongkai-" + program)), *args], stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.running.append(p)
        p.log = log
        return p

    def stop(self):
        for p in self.running:
            if p.poll() is None:
                p.terminate()
        for p in self.running:
            try:
                p.wait(20)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        return [p.returncode for p in self.running]


def tcp_ring(build, keep):
    """The three daemons by hand over tcp://, the parser with a data folder of its own: the same export as by `run`."""
    case = Case(build, keep, pages=60, delay=0.01)
    daemons = Daemons(case)
    try:
        case.crawl()
        calm = case.export("calm")
        case.fresh()
        hold(case.command("add", *case.start).returncode == 0, "add failed")
        control, docs = ("tcp://127.0.0.1:%d" % free_port() for _ in range(2))
        elsewhere = str(case.scratch / "elsewhere")
        daemons.start("parser", "--data", elsewhere, "--listen", "tcp://127.0.0.1:*", "--control", control, "--docs", docs)
        daemons.start("sink", "--data", str(case.data), "--docs", docs, "--control", control)
        fetcher = daemons.start("fetcher", "--data", str(case.data), "--control", control, "--until-idle", "--delay", "0.01", "--connect-to", case.address)
        hold(fetcher.wait(60) == 0, "the fetcher ended with %d:\n%s", fetcher.returncode, fetcher.log.read_text())
        codes = daemons.stop()
        hold(codes == [0, 0, 0], "SIGTERM ended the daemons with %s", codes)
        case.same(calm, "tcp")
        hold(not list((case.data / "run").glob("*.sock")), "sockets of ipc were used")
    finally:
        daemons.stop()
        case.close()


def other_lexicon(build, keep):
    """A parser of another lexicon than the run's gets no page, and the log says so; `reparse` makes it the run's."""
    case = Case(build, keep, sites={"one.example": {"/": page("一", ["/2.html"]), "/2.html": page("二")}}, start=["http://one.example/"])
    daemons = Daemons(case)
    try:
        case.crawl()
        case.ask("frontier.db", "update settings set value='0123456789abcdef' where key='lexicon'", write=True)
        case.server.sites["one.example"]["/3.html"] = page("三")
        hold(case.command("add", "http://one.example/3.html").returncode == 0, "add failed")
        daemons.start("parser", "--data", str(case.data))
        daemons.start("sink", "--data", str(case.data))
        fetcher = daemons.start("fetcher", "--data", str(case.data), "--until-idle", "--delay", "0.02", "--connect-to", case.address)
        case.until("the refusal in the log", lambda: "gets no pages" in fetcher.log.read_text())
        time.sleep(1.5)
        hold(fetcher.poll() is None, "the fetcher ended with a page that no parser may read")
        hold(case.why("http://one.example/3.html")["state"] == "fetched", "the page went to a parser of another lexicon: %s", case.why("http://one.example/3.html"))
        status = json.loads((case.data / "run" / "status.json").read_text())
        hold(status["blocked"] == "parser of another version", "status.json does not say what it waits for: %s", status["blocked"])
        hold(case.command("reparse").returncode == 0, "reparse failed")
        hold(fetcher.wait(20) == 0, "after reparse the fetcher ended with %s", fetcher.returncode)
        hold(case.why("http://one.example/3.html")["state"] == "done", "not parsed after reparse")
    finally:
        daemons.stop()
        case.close()


# --- verbs while it runs -------------------------------------------------------------------------------------
def verbs(build, keep):
    """add, hold, release, requeue, discard, reparse beside a running crawl are applied within a second or two."""
    sites = {"live.example": {"/": page("首页", ["/gone.html", "/bad"]), "/bad": moved("/bad"), "/late.html": page("后来"), "/held.html": page("暂停")},
             "busy.example": {"/": page("首页", ["/%d.html" % i for i in range(200)]), **{"/%d.html" % i: page("第%d页" % i) for i in range(200)}}}
    case = Case(build, keep, sites=sites, start=["http://live.example/", "http://busy.example/"], delay=0.1)
    live = "http://live.example"
    try:
        # a run without --until-idle, as a service
        case.output = open(case.scratch / "run.log", "ab")
        case.process = subprocess.Popen([str(case.bin / "gongkai"), "run", "--data", str(case.data), "--delay", "0.1", "--connect-to", case.address, "--parsers", "1", *case.start],
                                        stdin=subprocess.DEVNULL, stdout=case.output, stderr=case.output)
        case.until("the dead letter", lambda: case.rows("dead", "list"))
        case.until("busy.example", lambda: len([u for u in case.pages_asked() if "busy" in u]) > 3)

        hold(case.command("hold", "busy.example").returncode == 0, "hold failed")
        time.sleep(1.3)
        count = len(case.pages_asked())
        hold(case.command("hold", live + "/").returncode == 0, "hold of a page failed")
        hold(case.command("add", live + "/late.html").returncode == 0, "add failed")
        case.until("the added page", lambda: case.why(live + "/late.html")["state"] == "done", 8)
        hold(case.why(live + "/")["state"] == "held", "the held page is %s", case.why(live + "/")["state"])
        hold(len(case.pages_asked()) == count + 1, "a held host was asked %d times", len(case.pages_asked()) - count - 1)
        hold(case.command("release", "busy.example").returncode == 0 and case.command("release", live + "/").returncode == 0, "release failed")
        case.until("requests to the released host", lambda: len(case.pages_asked()) > count + 3, 8)
        case.until("the released page", lambda: case.why(live + "/")["state"] == "done", 8)

        dead = case.rows("dead", "list")[0]
        hold(dead["url"] == live + "/bad" and dead["cause"] == "redirect-loop", "dead list names %s", dead)
        hold(case.command("dead", "requeue", str(dead["id"])).returncode == 0, "requeue failed")
        case.until("the second end of the dead page", lambda: case.pages_asked()[live + "/bad"] == 2 and case.why(live + "/bad")["state"] == "dead", 8)
        hold(case.command("dead", "discard", str(dead["id"]), "--reason", "nobody needs it").returncode == 0, "discard failed")
        case.until("the discarded page", lambda: case.why(live + "/bad")["cause"] == "discarded-by-operator", 8)

        before = case.ask("store.db", "select url, parse_seq, fetch_id from documents where url like 'http://live%'")
        hold(case.command("reparse", "--host", "live.example").returncode == 0, "reparse failed")
        case.until("the reparse", lambda: all(case.ask("store.db", "select parse_seq>? and fetch_id=? from documents where url=?", seq, fetch, url)[0][0] for url, seq, fetch in before), 8)
        hold(case.pages_asked()[live + "/late.html"] == 1, "a reparse made a request")
        status_fields(case)
        case.process.send_signal(signal.SIGTERM)
        hold(case.wait(30) == 0, "SIGTERM ended the run with %d", case.process.returncode)
    finally:
        case.close()


def status_fields(case):
    status = json.loads((case.data / "run" / "status.json").read_text())
    want = {"at", "ready", "fetching", "fetched", "sent", "retry", "done", "dead", "discarded", "held", "found", "requests", "fetch_rate", "done_rate", "parsers", "blocked", "slow_hosts", "idle"}
    hold(set(status) >= want, "status.json lacks %s", want - set(status))
    hold(abs(status["at"] / 1000 - time.time()) < 5 and status["parsers"] == 1 and status["found"] == sum(status[k] for k in ("ready", "fetching", "fetched", "sent", "retry", "done", "dead", "discarded", "held")),
         "status.json does not add up: %s", status)


def why_of_each(build, keep):
    """`why` of each kind of page: state, cause, attempts, next, referrer, history; and what --until-idle leaves over."""
    sites, start = faults()
    sites["faults.example"]["/robots.txt"] = portal.Page("User-agent: *\nDisallow: /secret/\n", "text/plain")
    sites["faults.example"]["/"] = page("首页", ["/a.html", "/gone.html", "/never.html", "/secret/x.html", "/moved", "/x/x/x/1.html", "http://far.other/"])
    sites["held.example"] = {"/": page("暂停", ["/2.html"]), "/2.html": page("二")}
    sites["single.example"] = {"/%d.html" % i: page("单页%d" % i) for i in range(3)}
    singles = ["http://single.example/%d.html" % i for i in range(3)]
    case = Case(build, keep, sites=sites, start=start)
    host = "http://faults.example"
    want = {"/": ("done", ""), "/a.html": ("done", ""), "/gone.html": ("discarded", "http-404"), "/never.html": ("dead", "http-5xx"), "/secret/x.html": ("discarded", "robots"),
            "/moved": ("done", ""), "/x/x/x/1.html": ("discarded", "trap")}
    try:
        hold(case.command("add", "http://held.example/").returncode == 0 and case.command("hold", "held.example").returncode == 0, "add and hold failed")
        hold(case.command("add", *singles).returncode == 0 and case.command("hold", *singles[:2]).returncode == 0, "add and hold of pages failed")
        case.crawl()
        hold("left over" in case.tail() and "held.example" in case.tail(), "the held host is not listed at the end:\n%s", case.tail())
        hold("left over: 2 pages that are held by URL" in case.tail() and case.why(singles[2])["state"] == "done", "pages held one by one are not listed at the end:\n%s", case.tail())
        for path, (state, cause) in want.items():
            w = case.why(host + path)
            hold(set(w) >= {"url", "state", "cause", "attempts", "next", "referrer", "history"}, "why lacks a field: %s", w)
            hold((w["state"].split("(")[0], w["cause"] or "") == (state, cause), "%s is %s", path, w)
            hold(path == "/" or w["referrer"] == host + "/", "%s names %s as its referrer", path, w["referrer"])
        hold(case.why(host + "/never.html")["attempts"] == 3 and case.pages_asked()[host + "/never.html"] == 3, "5xx: %s", case.why(host + "/never.html"))
        hold(case.command("why", "http://far.other/").returncode != 0 or case.why("http://far.other/")["state"] in ("unknown", ""), "a link out of scope is known")
        hold(host + "/secret/x.html" not in case.pages_asked() and "http://held.example/" not in case.pages_asked(), "a page was asked that may not be")
        hold(case.command("release", "held.example", *singles[:2]).returncode == 0, "release failed")
        before = len(case.tail(100000))
        case.crawl(urls=False)
        hold("held" not in case.tail(100000)[before:], "what was released is left over:\n%s", case.tail(12))
        hold(all(case.why(u)["state"] == "done" for u in ["http://held.example/2.html"] + singles), "what was released was not crawled")
    finally:
        case.close()


# --- visits --------------------------------------------------------------------------------------------------
def visits(build, keep):
    """Pages visited again: a 304 keeps the body's fetch, the same bytes become a `revisit` record, other bytes a version; with
    the frontier lost, the newest record of each page counts and nothing is requested."""
    host = "http://again.example"
    site = {"/": page("首页", ["/same.html", "/twin.html", "/other.html", "/away.html"])}
    site.update({p: page(p) for p in ("/same.html", "/twin.html", "/other.html", "/away.html")})
    case = Case(build, keep, sites={"again.example": site}, start=[host + "/"])

    def visit_all():
        case.ask("frontier.db", "update pages set due=1 where state=5", write=True)
        case.ask("frontier.db", "update work set next_visit=1 where page_id in (select id from pages where state=5)", write=True)
        case.crawl("--revisit", urls=False)

    def stored():
        return dict((u[len(host):], (f, v)) for u, f, v in case.ask("store.db", "select url, fetch_id, version from documents"))
    try:
        case.crawl()
        first = stored()
        visit_all()
        hold(stored() == first, "a 304 changed the store: %s, %s", first, stored())
        hold(all(n == 2 for n in case.pages_asked().values()), "not each page was visited again: %s", case.pages_asked())
        hold("not-modified" in json.dumps(case.why(host + "/same.html")["history"]), "no 304 in the history: %s", case.why(host + "/same.html"))
        site["/twin.html"].etag = '"another"'
        site["/other.html"] = page("/other.html, changed")
        site["/away.html"] = moved("/same.html")
        visit_all()
        now = stored()
        hold(now["/same.html"] == first["/same.html"] and now["/twin.html"][1] == 1 and now["/other.html"][1] == 2, "versions after changes: %s, then %s", first, now)
        kinds = [line.split(b": ")[1] for f in case.archive_files() for line in gzip.open(f, "rb").read().split(b"\r\n") if line.startswith(b"WARC-Type: ")]
        hold(kinds.count(b"revisit") >= 1, "identical bytes were archived again")
        hold(case.why(host + "/away.html")["state"].startswith("done"), "a page that moved is %s", case.why(host + "/away.html"))
        calm, asked = case.export("calm"), case.pages_asked()
        case.lose("frontier.db")
        case.crawl()
        hold(case.pages_asked() == asked, "requested again: %s, then %s", asked, case.pages_asked())
        case.same(calm, "found")
        hold(case.command("reparse").returncode == 0, "reparse failed")
        case.crawl(urls=False)
        hold(case.pages_asked() == asked, "the body of a revisit record was not found: %s, then %s", asked, case.pages_asked())
        case.same(calm, "reparsed")
    finally:
        case.close()


# --- politeness that survives --------------------------------------------------------------------------------
def address_gap(build, keep):
    """Two names of one address share its gap, after a restart, too."""
    case = Case(build, keep, delay=3)
    port = case.address.split(":")[1]
    names = ["http://localhost:%s/" % port, "http://127.0.0.1:%s/" % port]
    for name in ("localhost", "127.0.0.1"):
        case.server.sites[name] = {"/": page(name, ["/%d.html" % i for i in range(9)]), **{"/%d.html" % i: page("%s %d" % (name, i)) for i in range(9)}}
    args = [str(case.bin / "gongkai"), "run", "--data", str(case.data), "--delay", "1", "--allow-private", "--parsers", "1"]
    try:
        case.output = open(case.scratch / "run.log", "ab")
        for urls, sig in ((names, signal.SIGKILL), ([], signal.SIGKILL), ([], signal.SIGINT)):
            case.process = subprocess.Popen(args + urls, stdin=subprocess.DEVNULL, stdout=case.output, stderr=case.output)
            before = sum(len(t) for t in case.requests().values())
            case.until("four requests", lambda: sum(len(t) for t in case.requests().values()) >= before + 4)
            case.process.send_signal(sig)
            case.process.wait(30)
        times = sorted(t for ts in case.requests().values() for t in ts)
        gaps = [b - a for a, b in zip(times, times[1:])]
        hold(min(gaps) > 0.95, "two names of one address were asked %.3f s apart with a gap of 1 s: %s", min(gaps), [round(g, 2) for g in gaps])
    finally:
        case.close()


def clock_jump(build, keep):
    """Times that lie a day ahead, as a clock that was wrong leaves them, freeze nothing (rule 9): next requests, cooling, tries
    again and back-off after a FAIL are cut when the run begins; addresses to their own gap, also where their hosts' times are right."""
    day = 86400000
    sites = {"site%d.example" % i: {"/": page("首页%d" % i, ["/a.html", "/b.html", "/flaky.html"]), "/a.html": page("甲%d" % i), "/b.html": page("乙%d" % i),
                                    "/flaky.html": page("忙%d" % i, fault={"fail_first": 2, "status": 503})} for i in range(4)}
    case = Case(build, keep, sites=sites, start=["http://%s/" % h for h in sites], delay=0.3)
    try:
        case.run()
        case.until("a frontier with its tables", lambda: case.data.joinpath("frontier.db").exists() and case.ask("frontier.db", "select count(*) from sqlite_master where name='pages'")[0][0])
        case.until("pages that wait for another try", lambda: case.ask("frontier.db", "select count(*) from pages where state=4")[0][0] >= 3)
        case.process.send_signal(signal.SIGINT)
        hold(case.wait(30) == 130, "Ctrl-C ended the run with %s:\n%s", case.process.returncode, case.tail())
        left = case.ask("frontier.db", "select count(*) from pages where state in (0, 2, 4)")[0][0]
        hold(left > 0, "nothing was left to do")
        case.ask("frontier.db", "update hosts set next_at=next_at+?, cooling_until=cooling_until+? where next_at>0", day, day, write=True)
        case.ask("frontier.db", "update hosts set cooling_len=1000, cooling_until=? where key='site0.example'", int(time.time() * 1000) + day, write=True)
        case.ask("frontier.db", "update pages set due=due+? where state in (2, 4) and due is not null", day, write=True)
        began = time.monotonic()
        case.crawl(urls=False, limit_s=60)
        hold(time.monotonic() - began < 45, "the run took %.0f s", time.monotonic() - began)
        bad = {u: (w["state"], w["cause"]) for u in ("http://%s%s" % (h, p) for h in sites for p in sites[h]) for w in [case.why(u)] if w["state"] != "done"}
        hold(not bad and "left over" not in case.tail(), "frozen by times of the future: %s\n%s", bad, case.tail())
        address_jump(case, day)
    finally:
        case.close()


def address_jump(case, day):
    port = case.address.split(":")[1]
    case.server.sites["localhost"] = {"/": page("首页", ["/%d.html" % i for i in range(3)]), **{"/%d.html" % i: page("页%d" % i) for i in range(3)}}
    args = [str(case.bin / "gongkai"), "run", "--until-idle", "--data", str(case.scratch / "other"), "--delay", "1", "--allow-private", "--parsers", "1"]

    def crawl(*urls):
        began = time.monotonic()
        done = subprocess.run(args + list(urls), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        hold(done.returncode == 0, "the crawl of localhost ended with %d:\n%s", done.returncode, done.stderr)
        return time.monotonic() - began

    def asked(path):
        return len(case.requests().get("http://localhost%s" % path, []) + case.requests().get("http://localhost:%s%s" % (port, path), []))
    crawl("http://localhost:%s/" % port)
    hold(asked("/2.html") == 1, "localhost was not crawled: %s", sorted(case.requests()))
    db = sqlite3.connect(case.scratch / "other" / "frontier.db")
    hold(db.execute("select count(*) from addresses where gap_ms=1000").fetchone()[0] == 1, "no gap is kept beside the address")
    db.execute("update addresses set next_at=?", (int(time.time() * 1000) + day,))
    db.execute("update hosts set next_at=0")
    db.commit()
    db.close()
    case.server.sites["localhost"]["/new.html"] = page("新")
    took = crawl("http://localhost:%s/new.html" % port)
    hold(asked("/new.html") == 1 and took < 20, "an address whose next time lies a day ahead: %d requests in %.0f s", asked("/new.html"), took)


def resting(build, keep):
    """Retry-After for the host, robots.txt that fails with it, a challenge: --until-idle ends and says what is left, and the next run asks nothing."""
    sites = {"tired.example": {"/": page("首页", ["/later.html", "/more.html"]), "/later.html": Answer(429, b"slow down", Retry_After="300"), "/more.html": page("更多")},
             "closed.example": {"/robots.txt": Answer(503, b"closed", Retry_After="300"), "/": page("首页")},
             "guard.example": {"/": page("首页", ["/a.html", "/b.html"]), "/a.html": Answer(412, b"<script>"), "/b.html": page("乙")},
             "wall.example": {"/robots.txt": Answer(521, b"<script>", Set_Cookie="__jsluid_s=1"), "/": page("首页")},
             "brief.example": {"/": page("首页", ["/x.html"]), "/x.html": portal.Page(TEXT % ("x", SENTENCE, ""), fault={"fail_first": 1, "status": 503})}}
    case = Case(build, keep, sites=sites, start=["http://%s/" % h for h in sites])
    try:
        began = time.monotonic()
        case.crawl(limit_s=40)
        hold(time.monotonic() - began < 30, "the run took %.0f s", time.monotonic() - began)
        for host, url in (("guard.example", "http://guard.example/a.html"), ("wall.example", "http://wall.example/")):
            hold((case.why(url)["state"], case.why(url)["cause"]) == ("dead", "challenge"), "a challenge of %s: %s", host, case.why(url))
        hold("http://guard.example/b.html" not in case.pages_asked() and "http://wall.example/" not in case.pages_asked(), "a host with a challenge was asked on")
        for host in ("tired.example", "closed.example", "guard.example"):
            hold(any("left over" in x and host in x for x in case.tail().splitlines()), "%s is not listed at the end:\n%s", host, case.tail())
        hold(case.why("http://brief.example/x.html")["state"] == "done", "Retry-After of a second: %s", case.why("http://brief.example/x.html"))
        later = case.why("http://tired.example/later.html")
        hold((later["state"], later["cause"], later["attempts"]) == ("retry", "http-429", 1), "429: %s", later)
        before = case.requests()
        case.crawl(urls=False)
        hold(case.requests() == before, "a host that asked for 300 s of rest was asked again")
        hold(case.why("http://closed.example/")["cause"] == "http-5xx" and "http://closed.example/" not in case.pages_asked(), "without robots.txt: %s", case.why("http://closed.example/"))
    finally:
        case.close()


CASES = [address_gap, resting, clock_jump, visits, verbs, interrupted, redirects, lost_frontier, older_frontier, pruned_results, why_of_each, lost_both, other_lexicon, killed_run, scopes, torn_tail, damaged_body, tcp_ring, lost_store, lost_budget]


def one(case, build, keep):
    began = time.monotonic()
    try:
        case(build, keep)
        return True, "ok: %s (%.1f s)" % (case.__name__, time.monotonic() - began)
    except Broken as e:
        return False, "FAILED: %s: %s\n    (%s)" % (case.__name__, e, " ".join(case.__doc__.split()))
    except (Exception, SystemExit):
        return False, "FAILED: %s:\n%s" % (case.__name__, traceback.format_exc())


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    ap.add_argument("--only", default="")
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    os.environ.setdefault("GONGKAI_CONF", "/nonexistent/gongkai.conf")
    chosen = [c for c in CASES if not a.only or c.__name__ in a.only.split(",")]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for good, text in pool.map(lambda c: one(c, a.build, a.keep), chosen):
            failed += not good
            print(text, flush=True)
    print("%d of %d cases hold" % (len(chosen) - failed, len(chosen)))
    return int(failed > 0)


sys.exit(main())
