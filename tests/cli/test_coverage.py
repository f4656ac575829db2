#!/usr/bin/env python3
"""`gongkai coverage`, `search` and `why` over a crawled portal: late, missing, forbidden, challenged, unreadable and dead.

usage: test_coverage.py --build BUILD_DIR [unittest arguments]
"""
import csv
import http.server
import io
import json
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import threading
import unittest

BUILD = pathlib.Path("build")

REPORT = """一、概述 根据《中华人民共和国政府信息公开条例》的要求，编制{name}{year}年政府信息公开工作年度报告。全文包括概述、主动公开、依申请公开、
行政复议和行政诉讼、存在的问题。本年度报告的统计期限为{year}年1月1日至{year}年12月31日。</p>
<p>二、主动公开政府信息情况。{year}年，{name}共主动公开政府信息{n}条，其中通过政府网站公开政府信息{m}条。{extra}</p>
<p>三、依申请公开政府信息情况。全年共收到政府信息公开申请{k}件，其中当面申请1件，网上申请{j}件，均已按时答复。</p>
<p>四、因政府信息公开申请行政复议、提起行政诉讼情况。本年度未发生因政府信息公开引起的行政复议和行政诉讼。</p>
<p>五、政府信息公开的收费及减免情况。本年度没有收取任何费用。</p>
<p>六、存在的主要问题和改进措施。公开的深度还不够，下一步将加强培训，完善制度，提高信息公开的质量。"""


def page(title, body, published=None):
    meta = '<meta name="PubDate" content="%s">' % published if published else ""
    date = "<p>发布时间：%s</p>" % published if published else ""
    return ("<html><head><meta charset=utf-8><title>%s</title><meta name=\"ArticleTitle\" content=\"%s\">%s</head><body><h1>%s</h1>%s<div id=zoom><p>%s</p></div></body></html>"
            % (title, title, meta, title, date, body)).encode()


def title_of(name, year):
    return "%s%d年政府信息公开工作年度报告" % (name, year)


def report(name, year, published, extra=""):
    return page(title_of(name, year), REPORT.format(name=name, year=year, n=year, m=year - 1000, k=year - 2000, j=year - 2001, extra=extra), published)


def listing(name, rows):
    items = "".join("<li><a href=\"%s\">%s</a></li>" % row for row in rows)
    return page("政府信息公开年报 - %s" % name, "<ul>%s</ul>" % items)


class Site(http.server.BaseHTTPRequestHandler):
    """127.0.0.1: a county with gaps; 127.0.0.2: a challenge; 127.0.0.3: a column that robots.txt forbids."""
    gone = set()

    def pages(self):
        name = "石桥县"
        rows = {"/nb/%d.html" % y: title_of(name, y) for y in range(2014, 2024) if y != 2017}
        out = {"/": listing(name, [("/nb/", "政府信息公开年报")]), "/nb/": listing(name, list(rows.items()))}
        for year in (2014, 2015, 2016, 2022, 2023):
            late = {2016: "2017-05-02", 2022: "2023-04-02"}.get(year, "%d-03-10" % (year + 1))
            out["/nb/%d.html" % year] = report(name, year, late, "丰水期间暂停窗口。" if year == 2015 else "")
        out["/nb/2021.html"] = page(title_of(name, 2021), "见附图。<img src=/a.jpg>")
        return out

    def do_GET(self):
        host = self.headers["Host"].split(":")[0]
        status, body, kind = 404, b"<html><body>404</body></html>", "text/html; charset=utf-8"
        if self.path == "/robots.txt" and host in ("127.0.0.1", "127.0.0.3"):
            rule = {"127.0.0.1": "/nb/2018", "127.0.0.3": "/nb/"}[host]
            status, body, kind = 200, ("User-agent: *\nDisallow: %s\n" % rule).encode(), "text/plain"
        elif host == "127.0.0.2" and self.path != "/robots.txt":
            status, body = 412, b"<html><script>$_ts=window['$_ts'];</script></html>"
        elif host == "127.0.0.3" and self.path == "/":
            status, body = 200, listing("青岚市", [("/nb/", "政府信息公开年报")])
        elif host == "127.0.0.1" and self.path == "/nb/2019.html":
            status, body = 500, b"<html>500</html>"
        elif host == "127.0.0.1" and self.path in self.pages() and self.path not in self.gone:
            status, body = 200, self.pages()[self.path]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def call(*args, **more):
    env = {k: v for k, v in os.environ.items() if not k.startswith("GONGKAI_") and k not in ("NO_COLOR", "COLUMNS")}
    env.update(GONGKAI_CONF="/nonexistent/gongkai.conf", **more)
    return subprocess.run([str((BUILD / "gongkai").resolve()), *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env, timeout=120)


class Coverage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("0.0.0.0", 0), Site)
        port = cls.server.server_address[1]
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.folder = tempfile.TemporaryDirectory()
        cls.data = os.path.join(cls.folder.name, "data")
        cls.site = "http://127.0.0.1:%d" % port
        sources = os.path.join(cls.folder.name, "sources.csv")
        with open(sources, "w") as f:
            f.write("url,region,body\n%s/,石桥县,\nhttp://127.0.0.2:%d/,白沙区,白沙区人民政府\nhttp://127.0.0.3:%d/,青岚市,\n"
                    "http://127.0.0.1:1/,墨溪县,墨溪县人民政府\n" % (cls.site, port, port))
        for args in (["add", "-f", sources], ["run", "--until-idle", "--quiet", "--allow-private", "--delay", "0.02", "--parsers", "1"]):
            done = call(*args, "--data", cls.data)
            assert done.returncode == 0, done.stderr.decode()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()
        cls.folder.cleanup()

    def rows(self, *args):
        done = call("coverage", "--format", "jsonl", "--limit", "0", "--data", self.data, *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--build":
        BUILD = pathlib.Path(sys.argv[2])
        del sys.argv[1:3]
    if len(sys.argv) > 1 and sys.argv[1] == "keep":
        Coverage.setUpClass()
        subprocess.run(["cp", "-r", Coverage.data, sys.argv[2]])
        Coverage.tearDownClass()
        sys.exit()
    unittest.main()
