#!/usr/bin/env python3
"""The command as people meet it: help, mistakes, files, folders, formats, signals.

usage: test_cli.py --build BUILD_DIR [unittest arguments]
"""
import csv
import http.server
import io
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = pathlib.Path("build")
VERBS = ["run", "add", "status", "reports", "show", "metrics", "coverage", "search", "diff", "export", "dead", "hold", "release", "why", "check", "reparse", "parse"]
COMMON = {"data", "format", "limit", "quiet", "verbose", "no-color", "help", "version"}
DEAD_URL = "http://127.0.0.1:1/"  # nobody listens there


def clean_env(**more):
    env = {k: v for k, v in os.environ.items() if not k.startswith("GONGKAI_") and k not in ("NO_COLOR", "INVOCATION_ID")}
    env.update(GONGKAI_CONF="/nonexistent/gongkai.conf", **more)
    return env


def children_of(pid):
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        if int(text.rsplit(")", 1)[1].split()[1]) == pid:
            found.append(int(text.split(" ", 1)[0]))
    return found


def is_alive(pid):
    try:
        return pathlib.Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def flags_in_help(text):
    own, _, common = text.partition("\ncommon flags:\n")
    find = lambda part: set(re.findall(r"^  --?([a-z-]+)", part, re.M))
    return find(own.partition("\nflags:\n")[2]), find(common)


class Cli(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = os.path.join(self.folder.name, "data")
        self.started = []
        self.addCleanup(self.stop_all)

    def stop_all(self):
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stderr.close()

    def call(self, *args, stdin=b"", env=None, cwd=None, **options):
        tool = str((BUILD / "gongkai").resolve())
        return subprocess.run([tool, *args], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=env or clean_env(), cwd=cwd or self.folder.name, timeout=60, **options)

    def start(self, *args):
        process = subprocess.Popen([str((BUILD / "gongkai").resolve()), *args], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=clean_env(), cwd=self.folder.name)
        self.started.append(process)
        return process

    def wait_children(self, process, count, seconds=10):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            children = children_of(process.pid)
            if len(children) >= count:
                return children
            self.assertIsNone(process.poll(), process.poll() is not None and process.stderr.read())
            time.sleep(0.05)
        self.fail("only %s children" % children_of(process.pid))

    def one_line(self, result, status, *words):
        """One line on standard error, nothing on standard output, this exit status, these words in it."""
        text = result.stderr.decode()
        self.assertEqual(result.returncode, status, text)
        self.assertEqual(text.count("\n"), 1, text)
        self.assertTrue(text.startswith("gongkai"), text)
        self.assertEqual(result.stdout, b"", text)
        for word in words:
            self.assertIn(word, text)

    def with_page(self):
        """A frontier with one source, daemons stopped."""
        result = self.call("add", "--data", self.data, "--region", "北京市", DEAD_URL)
        self.assertEqual(result.returncode, 0, result.stderr)


class Help(Cli):
    def test_lists_all_verbs(self):
        result = self.call("--help")
        self.assertEqual(result.returncode, 0)
        self.assertEqual(re.findall(r"^  ([a-z]+)  ", result.stdout.decode(), re.M), VERBS)

    def test_every_verb_has_help(self):
        for verb in VERBS:
            result = self.call(verb, "--help")
            self.assertEqual(result.returncode, 0, verb)
            self.assertEqual(result.stderr, b"", verb)
            own, common = flags_in_help(result.stdout.decode())
            self.assertEqual(common, COMMON, verb)
            self.assertEqual(self.call("help", verb).stdout, result.stdout)

    def test_manual_has_exactly_the_flags_of_help(self):
        manual = (ROOT / "deploy/man/gongkai.1").read_text()
        sections = dict(re.findall(r"^\.Ss gongkai ([a-z]+)\n(.*?)(?=^\.S[sh] )", manual, re.M | re.S))
        self.assertEqual(sorted(sections), sorted(VERBS))
        for verb in VERBS:
            told = set(re.findall(r"^\.It Fl -?([a-z-]+)", sections[verb], re.M))
            own, _ = flags_in_help(self.call(verb, "--help").stdout.decode())
            self.assertEqual(told, own, "gongkai.1 and gongkai %s --help differ" % verb)

    def test_manuals_of_the_daemons_have_the_flags_of_help(self):
        for name in ("fetcher", "parser", "sink"):
            help_text = subprocess.run([str((BUILD / ("gongkai-" + name)).resolve()), "--help"], stdout=subprocess.PIPE,
                                       env=clean_env()).stdout.decode()
            flags = set(re.findall(r"^  --([a-z-]+)", help_text, re.M)) - {"help", "version", "verbose", "quiet", "kill-points"}
            told = set(re.findall(r"Fl -([a-z-]+)", (ROOT / ("deploy/man/gongkai-%s.8" % name)).read_text()))
            self.assertTrue(flags, help_text)
            self.assertEqual(flags - told, set(), "not in gongkai-%s.8" % name)
            self.assertEqual(told - flags - {"requeue-missing"}, set(), "not in gongkai-%s --help" % name)

    def test_manual_lists_all_causes(self):
        manual = (ROOT / "deploy/man/gongkai.1").read_text()
        codes = set(re.findall(r'\{"([a-z0-9-]+)",', (ROOT / "proto/cause.c").read_text()))
        self.assertGreater(len(codes), 30)
        self.assertEqual(set(re.findall(r"^\.It Cm ([a-z0-9-]+)$", manual, re.M)), codes)

    def test_version(self):
        for args in (["--version"], ["status", "--version"]):
            self.assertRegex(self.call(*args).stdout.decode(), r"^gongkai \d+\.\d+\.\d+\n$")

    def test_no_arguments(self):
        result = self.call()
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"usage:", result.stderr)


class Mistakes(Cli):
    def test_unknown_verb(self):
        self.one_line(self.call("statsu"), 2, "statsu", "'status'", "--help")
        self.one_line(self.call("zzzzzz"), 2, "zzzzzz")

    def test_unknown_flag(self):
        self.one_line(self.call("run", "--dely", "3"), 2, "--dely", "'--delay'")
        for verb in VERBS:
            self.one_line(self.call(verb, "--zzzz"), 2, "gongkai %s:" % verb, "--zzzz")

    def test_flag_before_verb(self):
        self.one_line(self.call("--data", "x", "status"), 2, "--data", "VERB")

    def test_missing_and_unexpected_value(self):
        self.one_line(self.call("run", "--delay"), 2, "--delay", "value")
        self.one_line(self.call("run", "--until-idle=3"), 2, "--until-idle", "value")

    def test_bad_numbers(self):
        for flag, value in (("delay", "x"), ("delay", "-1"), ("depth", "1e9"), ("pages", "0"), ("parsers", "0"), ("parsers", "x"),
                            ("lease-timeout", "nan"), ("frontier-memory", "4"), ("limit", "-3"), ("limit", "many")):
            with self.subTest(flag=flag, value=value):
                self.one_line(self.call("run", "--" + flag, value, "http://a.gov.cn/"), 2, "--" + flag, value)
        self.assertFalse(os.path.exists(self.data))

    def test_bad_words(self):
        run = lambda *flags: self.call("run", "--data", self.data, *flags, "http://a.gov.cn/")
        self.one_line(run("--scope", "a b"), 2, "--scope", "site")
        self.one_line(run("--connect-to", "nowhere"), 2, "--connect-to", "HOST:PORT")
        self.one_line(run("--connect-to", "a:99999"), 2, "--connect-to")
        self.one_line(run("--keep-text", "some"), 2, "--keep-text", "reports")
        self.one_line(run("--delay", "0"), 2, "--delay 0", "--connect-to")
        self.one_line(run("--format", "xml"), 2, "--format", "jsonl")
        self.one_line(run("--contact", "a\nb"), 2, "--contact")
        self.assertFalse(os.path.exists(self.data))

    def test_bad_url_starts_nothing(self):
        for url in ("www.example.gov.cn", "ftp://a/", "http://", "http://a.gov.cn:99999/"):
            with self.subTest(url=url):
                self.one_line(self.call("run", "--data", self.data, "http://good.gov.cn/", url), 2, "URL", url)
                self.one_line(self.call("add", "--data", self.data, url), 2, "URL", url)
        self.assertFalse(os.path.exists(self.data))

    def test_run_without_anything_to_crawl(self):
        self.one_line(self.call("run", "--data", self.data), 2, "nothing to crawl", "gongkai run https://")

    def test_bad_environment_is_named(self):
        self.one_line(self.call("run", DEAD_URL, env=clean_env(GONGKAI_DELAY="soon")), 2, "delay", "soon")

    def test_bad_settings_file(self):
        conf = os.path.join(self.folder.name, "gongkai.conf")
        pathlib.Path(conf).write_text("[x]\nthis is no setting\n")
        env = clean_env()
        env["GONGKAI_CONF"] = conf
        self.one_line(self.call("status", env=env), 2, conf, "2")

    def test_bad_since_cause_and_id(self):
        self.with_page()
        dead = lambda *args: self.call("dead", *args, "--data", self.data)
        self.one_line(dead("list", "--since", "soon"), 2, "--since", "2d")
        self.one_line(dead("list", "--cause", "http-5x"), 2, "http-5x", "'http-5xx'")
        self.one_line(dead("show", "one"), 2, "one", "dead list")
        self.one_line(dead("show", "999"), 3, "999")
        self.one_line(dead("burn"), 2, "burn")
        self.one_line(dead("requeue"), 2, "--all")
        self.one_line(dead("requeue", "1", "--all"), 2, "filter")

    def test_no_crawl_there(self):
        for args in (["status"], ["dead", "list"], ["why", DEAD_URL], ["reparse"], ["hold", "a"], ["check"]):
            with self.subTest(args=args):
                self.one_line(self.call(*args, "--data", self.data), 3, self.data, "gongkai run")

    def test_standard_output_full(self):
        self.with_page()
        with open("/dev/full", "wb") as full:
            result = subprocess.run([str((BUILD / "gongkai").resolve()), "status", "--data", self.data], stdout=full,
                                    stderr=subprocess.PIPE, env=clean_env())
        self.assertNotEqual(result.returncode, 0)
        self.assertIn(b"No space", result.stderr)


class Folders(Cli):
    def test_newer_frontier(self):
        self.with_page()
        with sqlite3.connect(self.data + "/frontier.db") as db:
            db.execute("PRAGMA user_version = 9999")
        db.close()
        for args in (["run"], ["status"], ["add", DEAD_URL]):
            with self.subTest(args=args):
                self.one_line(self.call(*args, "--data", self.data), 4, "newer")

    def test_older_store(self):
        self.with_page()
        with sqlite3.connect(self.data + "/store.db") as db:
            db.executescript("PRAGMA application_id = 0x474b7374; PRAGMA user_version = 3; CREATE TABLE ledger(key, value)")
        db.close()
        for args in (["reports"], ["show", "1"], ["metrics"], ["diff", "1"], ["search", "公开"], ["coverage"],
                     ["export", self.folder.name + "/out"], ["status"]):
            with self.subTest(args=args):
                self.one_line(self.call(*args, "--data", self.data), 3, "store.db", "older schema 3", "gongkai run")

    def test_foreign_frontier(self):
        os.mkdir(self.data)
        pathlib.Path(self.data, "frontier.db").write_text("a text of somebody else, longer than a database head" * 20)
        for args in (["run", DEAD_URL], ["status"], ["add", DEAD_URL]):
            with self.subTest(args=args):
                self.one_line(self.call(*args, "--data", self.data), 4, "frontier.db", "--data")

    def test_data_is_a_file(self):
        pathlib.Path(self.data).write_text("")
        self.one_line(self.call("run", "--data", self.data, DEAD_URL), 4, self.data, "--data")

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_not_writable(self):
        os.mkdir(self.data, 0o500)
        self.one_line(self.call("run", "--data", self.data, DEAD_URL), 5, self.data)

    def test_not_to_be_made(self):
        self.one_line(self.call("run", "--data", "/proc/gongkai", DEAD_URL), 5, "/proc/gongkai")

    def test_name_too_long_for_sockets(self):
        self.one_line(self.call("run", "--data", os.path.join(self.folder.name, "x" * 120), DEAD_URL), 2, "--data")

    def test_environment_names_the_folder(self):
        self.assertEqual(self.call("add", DEAD_URL, env=clean_env(GONGKAI_DATA=self.data)).returncode, 0)
        self.assertTrue(os.path.exists(self.data + "/frontier.db"))

    def test_default_folder(self):
        self.assertEqual(self.call("add", DEAD_URL).returncode, 0)
        self.assertTrue(os.path.exists(self.folder.name + "/gongkai-data/frontier.db"))


class Sources(Cli):
    def test_list_with_bad_lines(self):
        path = os.path.join(self.folder.name, "list.csv")
        pathlib.Path(path).write_text("url,region,body\n# a comment\n\nhttp://a.gov.cn/,太原市,\"太原市, 人民政府\"\nnot a url\n"
                                      "http://b.gov.cn/\r\n   http://c.gov.cn/x   \nhttp://\n")
        result = self.call("add", "--data", self.data, "-f", path)
        text = result.stderr.decode()
        self.assertEqual(result.returncode, 3, text)
        self.assertIn("list.csv:5:", text)
        self.assertIn("list.csv:8:", text)
        self.assertNotIn("list.csv:6:", text)
        status = json.loads(self.call("status", "--data", self.data, "--format", "jsonl").stdout)
        self.assertEqual((status["sources"], status["pages"], status["ready"]), (3, 3, 3))

    def test_list_from_standard_input(self):
        result = self.call("add", "--data", self.data, "-f", "-", stdin=b"http://a.gov.cn/\nhttp://a.gov.cn/\n")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(self.call("status", "--data", self.data, "--format", "jsonl").stdout)["sources"], 1)

    def test_unreadable_list(self):
        self.one_line(self.call("add", "--data", self.data, "-f", "/nonexistent/list"), 3, "/nonexistent/list")

    def test_nothing_to_add(self):
        self.one_line(self.call("add", "--data", self.data), 2, "URL", "-f")

    def test_hold_release_why(self):
        self.with_page()
        why = lambda: json.loads(self.call("why", DEAD_URL, "--data", self.data, "--format", "jsonl").stdout)
        self.assertEqual(set(why()), {"url", "state", "cause", "attempts", "next", "referrer", "kind", "visits", "changes", "rate", "weight", "value", "m", "same_at", "method", "change", "history", "whence"})
        self.assertEqual(why()["state"], "ready")
        for verb, state in (("hold", "held"), ("release", "ready")):
            self.assertEqual(self.call(verb, DEAD_URL, "--data", self.data).returncode, 0)
            self.assertEqual(why()["state"], state)
        self.assertEqual(self.call("hold", "127.0.0.1:1", "--data", self.data).returncode, 0)
        rows = list(csv.DictReader(io.StringIO(self.call("status", "--hosts", "--data", self.data).stdout.decode())))
        self.assertEqual([(r["host"], r["held"]) for r in rows], [("127.0.0.1:1", "true")])
        self.one_line(self.call("hold", "nobody.gov.cn", "--data", self.data), 3, "nobody.gov.cn")
        self.one_line(self.call("why", "http://nobody.gov.cn/", "--data", self.data), 3, "http://nobody.gov.cn/")
        people = self.call("why", DEAD_URL, "--data", self.data, "--format", "table").stdout.decode()
        self.assertIn("history", people)

    def test_status_formats(self):
        self.with_page()
        rows = list(csv.DictReader(io.StringIO(self.call("status", "--data", self.data, "--format", "csv").stdout.decode())))
        self.assertEqual(rows[0]["ready"], "1")
        table = self.call("status", "--data", self.data, "--format", "table").stdout.decode()
        self.assertIn("1 ready", table)
        self.assertIn("not running", table)


class Parse(Cli):
    PAGE = ("<html><head><title>某市2020年政府信息公开工作年度报告</title></head><body><div><p>2020年,本机关收到政府信息公开申请12件。"
            "</p></div></body></html>").encode()

    def test_standard_input(self):
        result = self.call("parse", "-", stdin=self.PAGE)
        self.assertEqual(result.returncode, 0, result.stderr)
        document = json.loads(result.stdout)
        self.assertEqual(document["kind"], "html")
        self.assertIn("申请12件", document["text"])

    def test_file_text_and_charset(self):
        path = os.path.join(self.folder.name, "a.html")
        pathlib.Path(path).write_bytes(self.PAGE.decode().encode("gb18030"))
        result = self.call("parse", path, "--charset", "gb18030", "--text", "--url", "http://a.gov.cn/1.html", "--type", "text/html")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("申请12件", result.stdout.decode())

    def test_unknown_kind_is_no_failure(self):
        result = self.call("parse", "-", stdin=b"\x00\x01\x02\x03" * 100)
        self.assertEqual(result.returncode, 0, result.stderr)
        document = json.loads(result.stdout)
        self.assertEqual(document["reports"], [])
        self.assertTrue(document["unsupported"])

    def test_empty(self):
        result = self.call("parse", "-", stdin=b"")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["reports"], [])

    def test_unreadable(self):
        self.one_line(self.call("parse", "/nonexistent/file"), 3, "/nonexistent/file")
        self.one_line(self.call("parse", self.folder.name), 3, self.folder.name, "folder")
        self.one_line(self.call("parse"), 2, "file")
        self.one_line(self.call("parse", "-", "--url", "nowhere"), 2, "nowhere")

    def test_too_large(self):
        path = os.path.join(self.folder.name, "large")
        with open(path, "wb") as f:
            f.truncate(32 * 1024 * 1024 + 1)
        self.one_line(self.call("parse", path), 3, "32 MiB", path)


def year_page(year, carried_in, carried_out):
    """A county's report of a year whose table of requests says what came over from the year before and what goes on."""
    rows = (("一、本年新收政府信息公开申请数量", 20), ("二、上年结转政府信息公开申请数量", carried_in), ("（一）予以公开", 20 + carried_in - carried_out),
            ("（七）总计", 20 + carried_in - carried_out), ("四、结转下年度继续办理", carried_out))
    table = "".join("<tr><td>%s</td><td>%d</td><td>0</td><td>%d</td></tr>" % (label, n, n) for label, n in rows)
    title = "石桥县%d年政府信息公开工作年度报告" % year
    return ("<html><head><title>%s</title></head><body><h1>%s</h1><p>根据《中华人民共和国政府信息公开条例》，现公布石桥县人民政府%d年政府信息公开工作年度报告。</p>"
            "<p>一、总体情况</p><p>%d年，石桥县人民政府共主动公开政府信息%d条。</p><p>二、收到和处理政府信息公开申请情况</p>"
            "<table><tr><td>申请</td><td>自然人</td><td>商业企业</td><td>总计</td></tr>%s</table><p>三、存在的主要问题及改进情况</p><p>登记不够及时。</p></body></html>"
            % (title, title, year, year, year * 2, table)).encode()


class Page(http.server.BaseHTTPRequestHandler):
    """One small page without links, one that redirects to itself, reports of two years; everything else is not there."""

    YEARS = {"/2021.htm": year_page(2021, 0, 3), "/2022.htm": year_page(2022, 5, 1)}

    BODY = "<html><head><title>首页</title></head><body><p>这里是一个没有链接的页面。</p></body></html>".encode()

    def do_GET(self):
        body = self.YEARS.get(self.path, self.BODY)
        self.send_response(200 if self.path in self.YEARS else {"/": 200, "/loop": 302}.get(self.path, 404))
        if self.path == "/loop":
            self.send_header("Location", "/loop")
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Run(Cli):
    FLAGS = ["--allow-private", "--delay", "0.1", "--parsers", "2"]

    @classmethod
    def setUpClass(cls):
        cls.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        cls.url = "http://127.0.0.1:%d/" % cls.server.server_address[1]
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def test_until_idle_stores_a_page(self):
        result = self.call("run", "--until-idle", "--data", self.data, *self.FLAGS, self.url, self.url + "gone")
        text = result.stderr.decode()
        self.assertEqual(result.returncode, 0, text)
        self.assertIn("1 discarded: http-404 1", text)
        why = json.loads(self.call("why", self.url, "--data", self.data, "--format", "jsonl").stdout)
        self.assertEqual(why["state"], "done")
        read_again = self.call("reparse", "--data", self.data, "--parsers", "1")
        self.assertEqual(read_again.returncode, 0, read_again.stderr)
        self.assertIn("1 pages", read_again.stderr.decode())
        checked = json.loads(self.call("check", "--data", self.data, "--format", "jsonl").stdout)
        self.assertEqual((checked["bodies_missing"], checked["missing_in_store"]), (0, 0))

    def test_what_one_year_carries_over_is_held_against_the_next(self):
        pages = [self.url + "2021.htm", self.url + "2022.htm"]
        exports = []
        for n, order in enumerate((pages, pages[::-1])):
            data, out = os.path.join(self.data, str(n)), os.path.join(self.data, "out%d" % n)
            for page in order:
                result = self.call("run", "--until-idle", "--data", data, *self.FLAGS, page)
                self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(self.call("export", out, "--canonical", "--format", "jsonl", "--data", data).returncode, 0)
            exports.append({p.name: p.read_bytes() for p in pathlib.Path(out).iterdir()})
        self.assertEqual(exports[0], exports[1])
        rows = [json.loads(line) for line in self.call("reports", "--data", data, "--format", "jsonl").stdout.decode().splitlines()]
        later = [r for r in rows if r["year"] == 2022][0]
        checks = json.loads(self.call("show", str(later["id"]), "--data", data, "--format", "jsonl").stdout)["checks"]
        across = [(c["holds"], c["operands"]) for c in checks if c["kind"] == "across-years"]
        self.assertEqual(across, [(False, [5, 3]), (True, [0, 0]), (False, [5, 3])])
        self.assertEqual(later["failed_checks"], 2)
        shown = self.call("show", str(later["id"]), "--data", data, "--no-color").stdout.decode()
        self.assertIn("of which 2 fail", shown)
        self.assertIn("2021 says 3, stated 5; 2021 is %s" % pages[0], shown)

    def test_until_idle_ends_with_a_dead_letter(self):
        result = self.call("run", "--until-idle", "--data", self.data, *self.FLAGS, self.url + "loop")
        text = result.stderr.decode()
        self.assertEqual(result.returncode, 0, text)
        self.assertIn("1 dead: redirect-loop 1", text)
        rows = self.call("dead", "list", "--data", self.data, "--format", "jsonl").stdout.decode().splitlines()
        letter = json.loads(rows[0])
        self.assertEqual(set(letter), {"id", "url", "host", "state", "cause", "detail", "attempts", "first", "last"})
        self.assertEqual((letter["url"], letter["state"], letter["cause"]), (self.url + "loop", "dead", "redirect-loop"))
        self.requeue_and_discard(letter["id"])

    def requeue_and_discard(self, page):
        dead = lambda *args, stdin=b"": self.call("dead", *args, "--data", self.data, stdin=stdin)
        state = lambda: json.loads(self.call("why", self.url + "loop", "--data", self.data, "--format", "jsonl").stdout)["state"]
        self.assertEqual(dead("requeue", "--all", "--dry-run").stdout.decode(), "%d\n" % page)
        self.assertEqual(state(), "dead")
        self.assertEqual(dead("body", str(page)).stdout, Page.BODY)
        shown = json.loads(dead("show", str(page), "--format", "jsonl").stdout)
        self.assertTrue(shown["history"])
        listed = dead("list", "--cause", "redirect-loop", "--format", "csv").stdout
        self.assertEqual(dead("requeue", "-", stdin=listed).returncode, 0)
        self.assertEqual(state(), "ready")
        self.assertEqual(dead("requeue", str(page)).returncode, 3)
        self.assertEqual(self.call("run", "--until-idle", "--quiet", "--data", self.data, *self.FLAGS).returncode, 0)
        self.assertEqual(dead("discard", str(page), "--reason", "a test").returncode, 0)
        self.assertEqual(state(), "discarded")
        self.assertEqual(dead("list", "--format", "jsonl").stdout, b"")
        self.assertIn(b"discarded-by-operator", dead("list", "--all", "--format", "jsonl").stdout)

    def test_second_run_is_refused(self):
        first = self.start("run", "--data", self.data, *self.FLAGS, self.url)
        self.wait_children(first, 4)
        self.one_line(self.call("run", "--data", self.data, *self.FLAGS, self.url), 4, self.data, str(first.pid))
        first.send_signal(signal.SIGINT)
        self.assertEqual(first.wait(60), 130)
        self.assertEqual(self.call("run", "--until-idle", "--quiet", "--data", self.data, *self.FLAGS).returncode, 0)

    def test_term_drains(self):
        run = self.start("run", "--data", self.data, *self.FLAGS, self.url)
        children = self.wait_children(run, 4)
        run.terminate()
        self.assertEqual(run.wait(60), 0)
        self.assertEqual([c for c in children if is_alive(c)], [])

    def test_kill_takes_the_children(self):
        run = self.start("run", "--data", self.data, *self.FLAGS, self.url)
        children = self.wait_children(run, 4)
        run.kill()
        run.wait()
        end = time.monotonic() + 5
        while any(is_alive(c) for c in children) and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual([c for c in children if is_alive(c)], [])
        self.assertEqual(self.call("run", "--until-idle", "--quiet", "--data", self.data, *self.FLAGS).returncode, 0)

    def test_a_killed_child_is_started_again(self):
        run = self.start("run", "--data", self.data, *self.FLAGS, self.url)
        children = self.wait_children(run, 4)
        for child in children:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.5)
        again = self.wait_children(run, 4)
        self.assertEqual(set(children) & set(again), set())
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(60), 130)

    def test_newer_store_ends_the_run(self):
        self.assertEqual(self.call("run", "--until-idle", "--quiet", "--data", self.data, *self.FLAGS, self.url).returncode, 0)
        with sqlite3.connect(self.data + "/store.db") as db:
            db.execute("PRAGMA user_version = 9999")
        db.close()
        result = self.call("run", "--data", self.data, *self.FLAGS)
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("newer", result.stderr.decode().splitlines()[-1])

    def with_sink(self, script):
        """`gongkai run` beside a sink that is this shell script; returns the path of its gongkai."""
        folder = pathlib.Path(self.data).with_name("programs")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name in ("gongkai", "gongkai-fetcher", "gongkai-parser"):
            shutil.copy(BUILD / name, folder / name)
        (folder / "gongkai-sink").write_text("#!/bin/sh\n" + script)
        (folder / "gongkai-sink").chmod(0o755)
        return str(folder / "gongkai")

    def test_what_ends_the_run_is_said_once(self):
        program = self.with_sink("echo 'gongkai-sink: error: no place for it: /somewhere' >&2; exit 4\n")
        result = subprocess.run([program, "run", "--data", self.data, *self.FLAGS, self.url], stdin=subprocess.DEVNULL, capture_output=True, env=clean_env(), timeout=60)
        lines = [x for x in result.stderr.decode().splitlines() if "no place for it" in x]
        self.assertEqual((result.returncode, lines), (4, ["gongkai run: gongkai-sink ended: no place for it: /somewhere"]), result.stderr)

    def test_an_error_that_ends_nothing_is_told(self):
        for script, words in (("exit 1", "ended with status 1 and is started again"), ("sleep 60", "error")):
            program = self.with_sink("echo 'gongkai-sink: error: a small trouble' >&2; %s\n" % script)
            with open(self.data + ".log", "wb") as log:
                run = subprocess.Popen([program, "run", "--data", self.data, *self.FLAGS, self.url], stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=clean_env())
            end = time.monotonic() + 20
            while time.monotonic() < end and not all(x in pathlib.Path(self.data + ".log").read_text() for x in ("gongkai-sink: error: a small trouble", words)):
                time.sleep(0.1)
            text = pathlib.Path(self.data + ".log").read_text()
            run.kill()
            run.wait()
            self.assertIn("gongkai-sink: error: a small trouble\n", text)
            self.assertIn(words, text)

    def test_run_of_another_lexicon_names_reparse(self):
        self.assertEqual(self.call("run", "--until-idle", "--quiet", "--data", self.data, *self.FLAGS, self.url).returncode, 0)
        with sqlite3.connect(self.data + "/frontier.db") as db:
            db.execute("UPDATE settings SET value = '0123456789abcdef' WHERE key = 'lexicon'")
        db.close()
        self.one_line(self.call("run", "--until-idle", "--data", self.data, *self.FLAGS), 4, "gongkai reparse", self.data)
        self.assertEqual(self.call("reparse", "--quiet", "--data", self.data).returncode, 0)
        self.assertEqual(self.call("run", "--until-idle", "--data", self.data, *self.FLAGS).returncode, 0)

    def test_quiet(self):
        result = self.call("run", "--until-idle", "--quiet", "--data", self.data, *self.FLAGS, self.url)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, b"", b""))

    def test_changes_beside_a_running_fetcher(self):
        run = self.start("run", "--data", self.data, *self.FLAGS, self.url)
        self.wait_children(run, 4)
        result = self.call("add", "--data", self.data, "http://127.0.0.1:2/")
        self.assertEqual(result.returncode, 0, result.stderr)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if self.call("why", "http://127.0.0.1:2/", "--data", self.data).returncode == 0:
                break
            time.sleep(0.2)
        self.assertEqual(self.call("why", "http://127.0.0.1:2/", "--data", self.data).returncode, 0)
        self.one_line(self.call("check", "--data", self.data), 4, self.data)
        run.send_signal(signal.SIGINT)
        self.assertEqual(run.wait(60), 130)


if __name__ == "__main__":
    if "--build" in sys.argv:
        at = sys.argv.index("--build")
        BUILD = pathlib.Path(sys.argv[at + 1]).resolve()
        del sys.argv[at:at + 2]
    unittest.main()
