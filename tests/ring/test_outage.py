#!/usr/bin/env python3
"""Our own connection fails in the middle of a crawl, and comes back: nothing is lost by it.

usage: test_outage.py --build DIR

Five hosts at five addresses, each a chain of pages. All listeners are closed at one time until pages have
died of it; meanwhile the fetcher is killed with SIGKILL. When they listen again the crawl must end with every page done, without a
word of the operator, and the history of a page that died must tell all of it. A sixth host that is gone from the beginning stays dead.
"""
import argparse
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

PAGES = 31
ADDRESSES = ["127.0.2.%d" % (i + 1) for i in range(5)]


class Portal(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/robots.txt":
            return self.answer(404, "none")
        n = int(self.path.strip("/") or 0)
        links = '<li><a href="/%d">第%d号通知公告的标题文字</a></li>' % (n + 1, n + 1) if n + 1 < PAGES else ""
        self.answer(200, "<html><head><meta charset=utf-8><title>第%d页</title></head><body><p>%s</p><ul>%s</ul></body></html>"
                    % (n, "本页是公开信息目录的一部分，供查阅。" * 8, links))

    def answer(self, status, text):
        raw = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(raw)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *args):
        pass


class Line:
    """All portals together: there, or not."""

    def __init__(self):
        self.port, self.servers = 0, []

    def up(self):
        self.servers = []
        for address in ADDRESSES:
            s = http.server.ThreadingHTTPServer((address, self.port), Portal, bind_and_activate=False)
            s.allow_reuse_address = True
            s.server_bind()
            s.server_activate()
            self.port = s.server_address[1]
            threading.Thread(target=s.serve_forever, args=(0.02,), daemon=True).start()
            self.servers.append(s)

    def down(self):
        for s in self.servers:
            s.shutdown()
            s.server_close()


class Crawl:
    def __init__(self, build, scratch):
        self.bin, self.data, self.log = pathlib.Path(build).resolve() / "gongkai", scratch / "data", scratch / "log"
        self.process = None

    def start(self, urls):
        out = open(self.log, "ab")
        self.process = subprocess.Popen([str(self.bin), "run", "--data", str(self.data), "--delay", "0.2", "--allow-private", "--parsers", "1",
                                         "--scope", "host", "--depth", str(PAGES), *urls], stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def ask(self, *args):
        out = subprocess.run([str(self.bin), *args, "--data", str(self.data)], capture_output=True, text=True)
        if out.returncode not in (0, 1):
            raise SystemExit("gongkai %s: %s" % (" ".join(args), out.stderr))
        return out.stdout

    def has_begun(self):
        return subprocess.run([str(self.bin), "status", "--data", str(self.data)], capture_output=True).returncode == 0

    def counts(self):
        return json.loads(self.ask("status", "--format", "jsonl"))

    def until(self, what, test, limit_s):
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise SystemExit("the run ended by itself with %s; its end:\n%s" % (self.process.returncode, self.log.read_text()[-2000:]))
            if test():
                return
            time.sleep(0.3)
        raise SystemExit("after %g s: not %s: %s; the end of the log:\n%s" % (limit_s, what, self.counts(), self.log.read_text()[-2000:]))

    def kill_fetcher(self):
        children = pathlib.Path("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)).read_text().split()
        for pid in map(int, children):
            if os.path.basename(os.readlink("/proc/%d/exe" % pid)) == "gongkai-fetcher":
                os.kill(pid, signal.SIGKILL)
                return
        raise SystemExit("there is no fetcher to kill")


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--build", default="build")
    o = a.parse_args()
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="gongkai-outage-"))
    line, crawl = Line(), Crawl(o.build, scratch)
    try:
        line.up()
        gone = "http://127.0.2.99:%d/" % line.port
        crawl.start(["http://%s:%d/" % (x, line.port) for x in ADDRESSES] + [gone])
        crawl.until("begun", crawl.has_begun, 30)
        crawl.until("the first pages are done and the host that is gone is dead",
                    lambda: crawl.counts()["done"] >= 3 * len(ADDRESSES) and crawl.counts()["dead"] == 1, 60)
        line.down()
        crawl.until("a page of each host died", lambda: crawl.counts()["dead"] >= 1 + len(ADDRESSES), 60)
        crawl.kill_fetcher()
        if "stopped answering one after another" not in crawl.log.read_text():
            raise SystemExit("the operator was not told; the log:\n" + crawl.log.read_text()[-2000:])
        dead = [json.loads(x)["url"] for x in crawl.ask("dead", "list", "--format", "jsonl", "--limit", "0").splitlines()]
        line.up()
        crawl.until("all pages are done, and only the host that is gone is left",
                    lambda: (lambda c: c["done"] == PAGES * len(ADDRESSES) and c["dead"] == 1 and c["ready"] + c["retry"] == 0)(crawl.counts()), 200)
        story = crawl.ask("why", next(u for u in dead if u != gone), "--format", "table")
        if "connect" not in story or "requeue" not in story:
            raise SystemExit("the story of a page that died and came back is not told:\n" + story)
        crawl.process.send_signal(signal.SIGINT)
        if crawl.process.wait(60) not in (0, 130):
            raise SystemExit("the run ended with %d" % crawl.process.returncode)
        print("note: %d pages died while nobody answered, all %d are done" % (len(dead) - 1, PAGES * len(ADDRESSES)))
    finally:
        if crawl.process and crawl.process.poll() is None:
            crawl.process.kill()
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
