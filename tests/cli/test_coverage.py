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

    def status(self, rows, region):
        return {r["year"]: r["status"] for r in rows if r["region"] == region}

    def test_ledger_of_a_county(self):
        rows = self.rows("--region", "石桥县")
        got = self.status(rows, "石桥县")
        want = {2014: "found", 2015: "found", 2016: "late", 2017: "not-found", 2018: "robots-denied", 2019: "unreachable", 2020: "not-found",
                2021: "parse-failed", 2022: "late", 2023: "found"}
        self.assertEqual({y: got[y] for y in want}, want)
        self.assertEqual({got[y] for y in got if y > 2023}, {"not-found"})
        of = {r["year"]: r for r in rows}
        self.assertEqual((of[2016]["deadline"], of[2016]["published"], of[2016]["days_late"]), ("2017-03-31", "2017-05-02", 32))
        self.assertEqual(of[2022]["days_late"], 2)
        self.assertEqual((of[2018]["url"], of[2018]["cause"]), (self.site + "/nb/2018.html", "robots"))
        self.assertEqual((of[2019]["cause"], of[2020]["cause"]), ("http-5xx", "http-404"))
        self.assertTrue(of[2019]["at"] and of[2021]["warc_file"] and of[2014]["warc_file"])
        self.assertIn("to the end of the site", of[2017]["detail"])
        self.assertEqual(min(got), 2014)
        self.assertEqual(self.status(self.rows("--region", "石桥县", "--years", "2012..2014"), "石桥县"),
                         {2012: "not-found", 2013: "not-found", 2014: "found"})

    def test_ledger_of_sites_that_show_nothing(self):
        rows = self.rows("--year", "2015")
        self.assertEqual({r["region"]: (r["status"], r["cause"]) for r in rows},
                         {"石桥县": ("found", None), "白沙区": ("challenge", "challenge"), "青岚市": ("robots-denied", "robots"),
                          "墨溪县": ("unreachable", "connect")})

    def test_forms(self):
        done = call("coverage", "--status", "late", "--format", "csv", "--data", self.data)
        self.assertEqual([r["year"] for r in csv.DictReader(io.StringIO(done.stdout.decode()))], ["2016", "2022"])
        self.assertEqual(done.stderr.decode(), "1 bodies, 2 late\n")
        self.assertEqual(call("coverage", "--status", "lost", "--data", self.data).returncode, 2)
        self.assertEqual(call("coverage", "--years", "2015", "--data", self.data).returncode, 2)
        self.assertEqual(call("coverage", "--data", self.data + "-none").returncode, 3)
        cut = call("coverage", "--limit", "1", "--format", "csv", "--data", self.data)
        self.assertIn(b"4 bodies", cut.stderr)
        self.assertEqual(cut.stdout.count(b"\n"), 2)

    def test_picture(self):
        wide = call("coverage", "--picture", "--years", "2014..2023", "--data", self.data, COLUMNS="120").stdout.decode()
        self.assertNotIn("\x1b", wide)
        line = next(x for x in wide.splitlines() if x.startswith("石桥县"))
        self.assertEqual(line.split()[1:], list("FFL-RU-PLF") + ["5/10"])
        heads = [x for x in wide.splitlines() if x.endswith("found/due")]
        self.assertEqual(len(heads), 1)
        # one hanzi is two columns wide: the cells stand under their years
        self.assertEqual(heads[0].index("14"), line.index("F") + len("石桥县") - 1)
        narrow = call("coverage", "--picture", "--data", self.data, COLUMNS="40").stdout.decode()
        self.assertGreater(sum(x.endswith("found/due") for x in narrow.splitlines()), 2)
        width = lambda x: sum(2 if ord(c) > 0x2E80 else 1 for c in x)
        self.assertLessEqual(max(width(x) for x in narrow.splitlines() if "/" in x), 40)

    def search(self, *args):
        done = call("search", *args, "--format", "jsonl", "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_search(self):
        self.assertEqual([r["year"] for r in self.search("丰水")], [2015])
        hit = self.search("窗口", "丰")[0]
        self.assertIn("暂停【窗口】", hit["snippet"])
        self.assertEqual((hit["url"], hit["region"]), (self.site + "/nb/2015.html", "石桥县"))
        self.assertEqual(len(self.search("当面申请", "--reports")), 5)
        self.assertEqual([r["year"] for r in self.search("行政复议、提起", "--year", "2016")], [2016])
        self.assertEqual(len(self.search("网上 申请")), 5, "an operand with a blank is a phrase; blanks in it do not count")
        self.assertEqual(len(self.search("申请 网上")), 0)
        self.assertEqual(self.search("石桥县", "--region", "青岚市"), [])
        self.assertEqual(call("search", "--data", self.data).returncode, 2)
        os.remove(os.path.join(self.data, "search.db"))
        self.assertEqual([r["year"] for r in self.search("丰水")], [2015])

    def test_why(self):
        done = call("why", self.site + "/nb/2016.html", "--format", "jsonl", "--data", self.data)
        whence = json.loads(done.stdout)["whence"]
        self.assertEqual((whence["source"]["url"], whence["source"]["region"]), (self.site + "/", "石桥县"))
        self.assertEqual(whence["referrers"], [self.site + "/nb/", self.site + "/"])
        self.assertEqual((whence["http_status"], whence["host"]["robots"], whence["document"]["version"]), (200, "ok", 1))
        self.assertEqual([r["year"] for r in whence["reports"]], [2016])
        told = call("why", self.site + "/nb/2018.html", "--format", "table", "--data", self.data).stdout.decode()
        for word in ("robots.txt", "source ", "linked ", "stored     nothing"):
            self.assertIn(word, told)

    def test_zz_gone(self):
        """Last: a report whose page is gone at the next visit is superseded; the report stays, and the ledger says since when."""
        Site.gone.add("/nb/2023.html")
        self.addCleanup(Site.gone.clear)
        db = sqlite3.connect(os.path.join(self.data, "frontier.db"))
        with db:
            db.execute("UPDATE work SET next_visit=1 WHERE page_id=(SELECT id FROM pages WHERE url LIKE '%/nb/2023.html')")
            db.execute("UPDATE pages SET due=1 WHERE url LIKE '%/nb/2023.html'")
        db.close()
        done = call("run", "--until-idle", "--revisit", "--confirm-after", "1", "--quiet", "--allow-private", "--delay", "0.02", "--parsers", "1", "--data", self.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        row, = self.rows("--year", "2023", "--region", "石桥县")
        self.assertEqual((row["status"], row["cause"], row["published"]), ("superseded", "http-404", "2024-03-10"))
        self.assertTrue(row["at"])


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "--build":
        BUILD = pathlib.Path(sys.argv[2])
        del sys.argv[1:3]
    unittest.main()
