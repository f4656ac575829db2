#!/usr/bin/env python3
"""Lists that answer a form alone (tests/portal/schemes.py), by the real programs: who is asked how, what the archive holds and
what people are told; a second visit; and deaths by SIGKILL between a form and its answer.

usage: test_form_lists.py [--build DIR] [--keep]
"""
import argparse
import gzip
import json
import pathlib
import signal
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parent.parent / "portal")]
import portal  # noqa: E402
import schemes  # noqa: E402
from ring import Ring  # noqa: E402

LIST, PROXY = "/getFileListByCodeId?channelId=29a88b67&page=%d&size=20", "/module/web/jpage/dataproxy.jsp?"
POINTS = (("fetch.lease.post", "restarted"), ("archive.synced", "adopted"))
PASSAGES = (5, 4, 6, 7)  # one of them is that of a form list, which comes behind robots.txt, the home page and its columns


def denied():
    """robots.txt denies the list by its path and query, as for a GET."""
    site = schemes.ucappost()
    site.host = "denied.schemes.example"
    site.pages["/robots.txt"] = portal.Page("User-agent: *\nDisallow: /getFileListByCodeId?channelId=29\n", "text/plain")
    return site


class Case:
    def __init__(self, ring):
        self.ring, self.bad = ring, []
        self.sites = [schemes.ucappost(), schemes.hanweb("hanwebpost", schemes.FORM), denied()]
        ring.server.sites = {s.host: s.pages for s in self.sites}
        ring.start = ["http://%s/" % s.host for s in self.sites]

    def want(self, true, what, *more):
        if not true:
            self.bad.append(" ".join([what, *map(str, more)]))

    def crawl(self, *extra, env=None):
        self.ring.run(*extra, env=env)
        for _ in range(4):
            status = self.ring.wait()
            if status == 0:
                return
            self.want(status == -signal.SIGKILL, "run ended with %d:" % status, self.ring.tail())
            self.ring.run(*extra)

    def asked(self, host, path):
        """[(method, status)] of the requests for a page, in their order."""
        log = [json.loads(x) for x in self.ring.log.read_text("utf-8").splitlines()]
        return [(x["method"], x["status"]) for x in log if x["host"] == host and x["path"] == path]

    def found(self):
        done = self.ring.command("reports", "--format", "jsonl", "--limit", "0")
        return {json.loads(x)["url"]: json.loads(x)["id"] for x in done.stdout.splitlines()}

    def lists(self):
        """What each of the lists was asked for."""
        for k in (1, 2, 3):
            self.want(self.asked(self.sites[0].host, LIST % k) == [("POST", 200)], "list page %d:" % k, self.asked(self.sites[0].host, LIST % k))
            self.want(not self.asked(self.sites[2].host, LIST % k), "robots.txt denies it, and it was asked:", LIST % k)
        for path in self.sites[1].pages:
            if path.startswith(PROXY):
                self.want(self.asked(self.sites[1].host, path) == [("GET", 405), ("POST", 200)], path, self.asked(self.sites[1].host, path))
        urls = self.found()
        for s in self.sites[:2]:
            self.want("http://%s%s" % (s.host, s.report) in urls, "no report of", s.host)

    def archive(self):
        """The request record of a form list is the POST as it was sent, and its response lies beside it."""
        url = "http://%s%s" % (self.sites[0].host, LIST % 2)
        text = b"".join(gzip.open(f).read() for f in sorted((self.ring.data / "archive").glob("*.warc.gz")))
        mine = [r for r in text.split(b"WARC/1.1\r\n") if b"WARC-Target-URI: %s\r\n" % url.encode() in r]
        requests = [r for r in mine if b"WARC-Type: request" in r]
        self.want(len(requests) == 1 and len(mine) == 2, "records of %s: %d" % (url, len(mine)))
        for r in requests:
            head, _, request = r.partition(b"\r\n\r\n")
            self.want(b"GongKai-Ask: post" in head and request.startswith(b"POST /getFileListByCodeId HTTP/1.1\r\n"), "request:", r)
            self.want(request.rstrip().endswith(b"\r\n\r\nchannelId=29a88b67&page=2&size=20") and b"\r\nContent-Type: application/x-www-form-urlencoded\r\n" in request, "form:", r)
            self.want(b"If-None-Match" not in request, "a form with a condition:", r)

    def people(self):
        url = "http://%s%s" % (self.sites[0].host, LIST % 2)
        self.want("asked      by POST" in self.ring.command("why", url, "--format", "table").stdout, "why says nothing of POST")
        for address, method in ((url, "POST"), (self.ring.start[0], "GET"), ("http://%s%s" % (self.sites[1].host, next(x for x in self.sites[1].pages if x.startswith(PROXY))), "POST")):
            self.want(json.loads(self.ring.command("why", address, "--format", "jsonl").stdout)["method"] == method, "why of", address)
        for address, report in self.found().items():
            one = json.loads(self.ring.command("show", str(report), "--format", "jsonl").stdout)
            posted = address.endswith(".docx")  # its page is a form list
            self.want((one["method"], one["page_method"]) == ("GET", "POST" if posted else None), "show of", address, one["method"], one["page_method"])
            told = self.ring.command("show", str(report), "--format", "table").stdout
            self.want(("asked for by POST" in told) == posted, "show of", address, told)

    def visit(self):
        """A second visit of all pages asks as the first did, but knows better how; nothing is conditional, or it were a 304."""
        self.ring.ask("frontier.db", "update pages set due=1 where state=5", write=True)
        self.ring.ask("frontier.db", "update work set next_visit=1 where page_id in (select id from pages where state=5)", write=True)
        self.crawl("--revisit")
        for k in (1, 2, 3):
            self.want(self.asked(self.sites[0].host, LIST % k) == [("POST", 200)] * 2, "second visit of page %d:" % k, self.asked(self.sites[0].host, LIST % k))
        for path in self.sites[1].pages:
            if path.startswith(PROXY):
                self.want(self.asked(self.sites[1].host, path)[2:] == [("POST", 200)], "second visit:", path, self.asked(self.sites[1].host, path))

    def story(self):
        """Events of the form lists' histories."""
        out = set()
        for k in (1, 2, 3):
            told = self.ring.command("why", "http://%s%s" % (self.sites[0].host, LIST % k), "--format", "jsonl").stdout
            out |= {x["event"] for x in json.loads(told)["history"]}
        return out

    def deaths(self):
        """The fetcher dies while a form list is asked for, and while its answer is only in the archive."""
        self.ring.start = self.ring.start[:1]
        for point, event in POINTS:
            for passage in PASSAGES:
                once = self.ring.scratch / ("died-%s-%d" % (point, passage))
                self.ring.fresh()
                self.crawl(env={"GONGKAI_KILL": "%s:%d" % (point, passage), "GONGKAI_KILL_ONCE": str(once)})
                self.want(once.exists(), "never passed:", point)
                if event in self.story():
                    break
            else:
                self.want(False, "no form list was %s after a death at %s" % (event, point))
            for k in (1, 2, 3):
                self.want(set(self.asked(self.sites[0].host, LIST % k)) == {("POST", 200)}, point, LIST % k, self.asked(self.sites[0].host, LIST % k))
            self.want("http://%s%s" % (self.sites[0].host, self.sites[0].report) in self.found(), "no report after a death at", point)
            self.want(not self.ring.asked_again(), point, self.ring.asked_again())


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    ring = Ring(pathlib.Path(a.build) / "tests" / "bin", pages=8, hosts=1, delay=0.01, parsers=1, keep=a.keep)
    try:
        case = Case(ring)
        case.crawl()
        case.lists()
        case.archive()
        case.people()
        case.visit()
        case.deaths()
    finally:
        ring.close()
    print("\n".join(case.bad) if case.bad else "form lists: asked, archived, told, visited again, %d deaths" % len(POINTS))
    return int(bool(case.bad))


if __name__ == "__main__":
    sys.exit(main())
