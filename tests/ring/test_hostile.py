#!/usr/bin/env python3
"""Bad input with the real programs: hostile servers, hostile pages, wrong commands, databases and disks.

usage: test_hostile.py [--build DIR] [--only NAME,...] [--keep]

network    one crawl over hostile sites (hostile.py): each page ends as the table there says, the crawl ends by itself
private    redirects and links to private addresses, without --allow-private
disk       a full disk (a small file system where one may be mounted, and a limit on file sizes): exit status 5, then
           again with room, and the export equals that of an undisturbed crawl
command    second run, locked, newer and foreign databases, folders that cannot be written

All run at one time, since most of it is waiting.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import hostile  # noqa: E402
from ring import Ring, differences  # noqa: E402
from sampler import Sampler, told  # noqa: E402

RSS_MAX_MIB = 64
PAGES = 300


class Data:
    """One data folder and the verbs on it."""

    def __init__(self, build, folder):
        self.tool, self.path = str(pathlib.Path(build).resolve() / "gongkai"), pathlib.Path(folder)

    def env(self):
        env = {k: v for k, v in os.environ.items() if not k.startswith("GONGKAI_")}
        return dict(env, GONGKAI_CONF="/nonexistent/gongkai.conf")

    def call(self, *args, timeout=100, **kw):
        return subprocess.run([*kw.pop("before", ()), self.tool, args[0], "--data", str(self.path), *args[1:]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=self.env(), timeout=timeout, text=True, errors="replace", **kw)

    def start(self, *args, **kw):
        return subprocess.Popen([self.tool, args[0], "--data", str(self.path), *args[1:]], stdin=subprocess.DEVNULL, env=self.env(), **kw)

    def rows(self, *args):
        done = self.call(*args, "--format", "jsonl", "--limit", "0")
        return [json.loads(x) for x in done.stdout.splitlines()]

    def why(self, url):
        rows = self.rows("why", url)
        return rows[0] if rows else {"state": "unknown", "cause": ""}


def crawl(data, log, *args, limit_s=150):
    """Run to the end; returns (exit status, seconds, {role: memory and CPU})."""
    began = time.monotonic()
    with open(log, "wb") as out:
        run = data.start("run", "--until-idle", *args, stdout=out, stderr=out)
        sampler = Sampler(run.pid)
        try:
            status = run.wait(limit_s)
        except subprocess.TimeoutExpired:
            run.kill()
            status = "no end in %d s" % limit_s
    sampler.stop()
    return status, time.monotonic() - began, sampler.roles()


def too_fat(roles):
    return ["%s took %.1f MiB, %d at most" % (k, v["rss_mib"], RSS_MAX_MIB) for k, v in roles.items() if v["rss_mib"] >= RSS_MAX_MIB]


def end_of(log, lines=15):
    return "\n".join("    " + x for x in pathlib.Path(log).read_text("utf-8", "replace").splitlines()[-lines:])


# --- network ---------------------------------------------------------------------------------------------
def documents(data, scratch):
    folder = scratch / "export"
    data.call("export", str(folder), "--format", "jsonl")
    out = {}
    with open(folder / "documents.jsonl", encoding="utf-8") as f:
        for line in f:
            d = json.loads(line)
            out[d["url"]] = d
    return out


def judge_pages(data, want, table):
    wrong = []
    for url, end in want.items():
        w = data.why(url)
        got = (w["state"], w.get("cause") or "")
        table.append((url, got, w.get("attempts")))
        if end is None and got[0] not in ("done", "dead", "discarded"):
            wrong.append("%s has no end: %s" % (url, got))
        elif end and got != end:
            wrong.append("%s should be %s and is %s" % (url, end, w))
    return wrong


def judge_texts(server, docs):
    """The Chinese sentence is read whole whatever the labels say; nothing is stored for what is dead."""
    wrong = []
    for p in ("/html-as-octets", "/html-as-image", "/no-type", "/no-charset", "/unknown-charset", "/gbk-as-utf8", "/utf8-as-gbk", "/nul", "/nested", "/nested-tables", "/attributes"):
        d = docs.get(server.url("bodies", p))
        if not d or hostile.SENTENCE not in (d.get("text") or ""):
            wrong.append("%s: its sentence is not in the stored text %r" % (p, d and (d.get("text") or "")[:80]))
    for p in ("/16mib.html", "/31mib-inflated.html"):
        d = docs.get(server.url("large", p))
        if not d or "text" not in (d.get("cut") or []):
            wrong.append("%s: stored and cut at the limit of text, is %s" % (p, d and {k: v for k, v in d.items() if k != "text"}))
    many = docs.get(server.url("bodies", "/many-links"))
    if not many or "links" not in (many.get("cut") or []):
        wrong.append("/many-links: its links are cut at the limit, is %s" % (many and many.get("cut")))
    return wrong


def judge_server(server, data):
    """What was asked for, and what never may be."""
    wrong = []
    if len(server.asked("calendar")) > 150:
        wrong.append("%d requests for an endless calendar of barren pages" % len(server.asked("calendar")))
    if not [d for d in data.rows("dead", "list", "--all", "--cause", "trap") if server.address["calendar"] in d["url"]]:
        wrong.append("no page of the barren calendar was discarded as a trap")
    if len(server.asked("rich-calendar")) > PAGES + 10:
        wrong.append("%d requests for an endless calendar, --pages is %d" % (len(server.asked("rich-calendar")), PAGES))
    if len(server.asked("bodies")) > PAGES + 2 * len(server.sites["bodies"]) + 10:
        wrong.append("%d requests for a page of 50,000 links" % len(server.asked("bodies")))
    if len([1 for n, p, t in server.log if n == "redirects" and p.startswith("/chain/")]) != 21:
        wrong.append("an endless chain of redirects is followed 20 times: %s" % [p for n, p, t in server.log if n == "redirects" and p.startswith("/chain/")])
    if server.asked("robots-10mb", "/no/a") or server.asked("robots-503", "/"):
        wrong.append("a page that robots.txt forbids was asked for")
    for name, most in (("slow-body", 4), ("hang-up", 4), ("http09", 4), ("again-later", 2)):
        n = len(server.asked(name))
        if not 2 <= n <= most:
            wrong.append("%d requests at %s, %d at most (one is robots.txt)" % (n, name, most))
    with sqlite3.connect("file:%s?mode=ro" % (data.path / "frontier.db"), uri=True) as db:
        odd = [u for (u,) in db.execute("SELECT url FROM pages WHERE url NOT LIKE 'http%' OR length(url) > 2048")]
    if odd:
        wrong.append("pages that are none: %s" % odd[:5])
    return wrong


def network(build, scratch, notes):
    server, want = hostile.build(scratch)
    data, log = Data(build, scratch / "data"), scratch / "run.log"
    try:
        status, wall, roles = crawl(data, log, "--delay", "0", "--allow-private", "--parsers", "2", "--pages", str(PAGES), *want)
    finally:
        server.close()
    wrong, table = too_fat(roles), []
    if status != 0:
        wrong.append("the run ended with %s after %.0f s:\n%s" % (status, wall, end_of(log)))
    later = server.url("again-later", "/")
    wait = data.why(later)
    if wait["state"] not in ("retry", "ready") or "left: %s:%d, 1 pages: cooling for 3" % (server.address["again-later"], server.port) not in log.read_text("utf-8", "replace"):
        wrong.append("%s waits for its hour (Retry-After) and is told as left over, is %s" % (later, wait))
    wrong += judge_pages(data, {u: e for u, e in want.items() if u != later}, table)
    wrong += judge_texts(server, documents(data, scratch)) + judge_server(server, data)
    again, second_wall, _ = crawl(data, scratch / "again.log", "--delay", "0", "--allow-private", "--pages", str(PAGES), limit_s=30)
    if again != 0:
        wrong.append("a second run over the same folder ended with %s:\n%s" % (again, end_of(scratch / "again.log")))
    names = {a: n for n, a in server.address.items()}
    details = {d["url"]: d["detail"] or "" for d in data.rows("dead", "list", "--all")}
    for url, (state, cause), attempts in table:
        host = url.split("/")[2].partition(":")[0]
        print("%-16s /%-23s %-9s %-16s %s %s" % (names.get(host, host)[:16], url.split("/", 3)[3][:23], state, cause, attempts, details.get(url, "")[:90]))
    notes.append("network: %d pages of %d sites in %.0f s, %d requests; %s" % (len(want), len(server.sites), wall, len(server.log), told(roles)))
    return wrong


# --- private addresses -----------------------------------------------------------------------------------
def private(build, scratch, notes):
    link = hostile.page(links=[("http://192.168.7.7/linked", "a private neighbour"), ("http://[::1]/linked", "loopback"), ("http://0x7f.1/linked", "loopback, disguised")])
    ends = {"/ten": "http://10.1.2.3/", "/metadata": "http://169.254.169.254/latest/", "/self": "http://127.0.0.1/", "/disguised": "http://2130706433/", "/six": "http://[::ffff:10.0.0.1]/"}
    server = hostile.Server({"front": {**{p: hostile.redirect(to) for p, to in ends.items()}, "/links": hostile.fixed(link.encode())},
                             "inside": {"/": hostile.fixed(hostile.page().encode())}})
    data, by_name = Data(build, scratch / "data"), Data(build, scratch / "by-name")
    want = {"http://front.test" + p: hostile.discarded("private-address") for p in ends}
    want["http://10.9.8.7/start"] = hostile.discarded("private-address")
    try:
        status, wall, roles = crawl(data, scratch / "run.log", "--delay", "0", "--scope", "any", "--connect-to", "%s:%d" % (server.address["front"], server.port),
                                    "http://front.test/links", *want, limit_s=60)
        own = "http://localhost:%d/" % server.port
        second, _, _ = crawl(by_name, scratch / "by-name.log", own, limit_s=60)
    finally:
        server.close()
    wrong = too_fat(roles)
    if (status, second) != (0, 0):
        wrong.append("the runs ended with %s and %s:\n%s\n%s" % (status, second, end_of(scratch / "run.log"), end_of(scratch / "by-name.log")))
    want["http://front.test/links"] = hostile.DONE
    want.update({u: hostile.discarded("private-address") for u in ("http://192.168.7.7/linked", "http://[::1]/linked", "http://127.0.0.1/linked")})
    wrong += judge_pages(data, want, []) + judge_pages(by_name, {own: hostile.discarded("private-address")}, [])
    if server.asked("inside"):
        wrong.append("a private address was asked for")
    notes.append("private: %d ways to a private address refused in %.0f s" % (len(want), wall))
    return wrong


# --- full disk -------------------------------------------------------------------------------------------
def last_line(text):
    lines = [x for x in text.splitlines() if x.strip()]
    return lines[-1] if lines else ""


def full_run(ring, command, name, **kw):
    """A run that must stop for lack of room; returns (what is wrong, its seconds)."""
    began = time.monotonic()
    done = subprocess.run([*command, str(ring.bin / "gongkai"), "run", "--until-idle", "--data", str(ring.data), "--delay", "0", "--connect-to", ring.address, "--parsers", "1", *ring.start],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=150, **kw)
    line = last_line(done.stdout)
    wrong = []
    if done.returncode != 5:
        wrong.append("%s: exit status %d instead of 5, it ends:\n%s" % (name, done.returncode, "\n".join(done.stdout.splitlines()[-12:])))
    elif "room" not in line or not line.startswith("gongkai"):
        wrong.append("%s: the last line does not say what to do: %s" % (name, line))
    return wrong, time.monotonic() - began


def full_disk(build, scratch, notes, small):
    ring = Ring(build, pages=400, hosts=4, parsers=1, delay=0, scratch=scratch, keep=True)
    name = "small file system" if small else "limit on file sizes"
    try:
        ring.run()
        if ring.wait(100):
            return ["%s: the undisturbed crawl failed:\n%s" % (name, ring.tail())]
        calm = ring.export("calm")
        ring.fresh()
        if small:
            wrong, wall = full_run_small(ring, name)
        else:
            wrong, wall = full_run(ring, ["prlimit", "--fsize=%d" % (512 << 10), "--core=0"], name)
        before = len(ring.archived())
        if not 0 < before < 400:
            wrong.append("%s: the room was to end within the crawl, and did with %d pages in the archive" % (name, before))
        ring.run()
        if ring.wait(100):
            return wrong + ["%s: with room it does not go on:\n%s" % (name, ring.tail())]
        wrong += ["%s: %s" % (name, x) for x in differences(calm, ring.export("after"))]
        wrong += ["%s: asked again though archived: %s" % (name, x) for x in ring.asked_again()[:3]]
        notes.append("disk, %s: stopped after %.0f s with %d pages in the archive, went on and lost nothing" % (name, wall, before))
        return wrong
    finally:
        ring.close()


def full_run_small(ring, name):
    """In a mount of its own, which ends with the shell; the folder is carried out first, as it stands."""
    ring.data.mkdir()
    out = str(ring.data) + ".out"
    script = 'mount -t tmpfs -o size=1500k tmpfs "$0" || exit 99; data=$0; out=$1; shift; "$@"; status=$?; cp -a "$data" "$out"; exit $status'
    wrong, wall = full_run(ring, ["unshare", "-rm", "sh", "-c", script, str(ring.data), out], name)
    shutil.rmtree(ring.data)
    os.rename(out, ring.data)
    return wrong, wall


def may_mount(scratch):
    return shutil.which("unshare") and subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", str(scratch)], stderr=subprocess.DEVNULL).returncode == 0


def disk_small(build, scratch, notes):
    if not may_mount(scratch):
        notes.append("disk: no file system may be mounted here, only the limit on file sizes is tried")
        return []
    return full_disk(build, scratch, notes, True)


def disk_limit(build, scratch, notes):
    return full_disk(build, scratch, notes, False)


# --- commands --------------------------------------------------------------------------------------------
class Judge:
    def __init__(self):
        self.wrong, self.count = [], 0

    def one_line(self, name, done, status, *words):
        """One line on standard error that has these words, nothing on standard output, this exit status."""
        self.count += 1
        lines = done.stderr.splitlines()
        print("%-34s %s  %s" % (name[-34:], done.returncode, done.stderr.strip()))
        missing = [w for w in words if w not in done.stderr]
        if done.returncode != status or len(lines) != 1 or done.stdout or missing or not done.stderr.startswith("gongkai"):
            self.wrong.append("%s: status %s (not %s), without %s: %r %r" % (name, done.returncode, status, missing, done.stdout[:200], done.stderr[:600]))


def digest(folder):
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*"))
            if p.is_file() and not p.name.endswith((".lock", "-shm", "-wal")) and "run" not in p.parts[-2:-1]}


def stored_page(build, scratch, server):
    """A data folder that holds one stored page."""
    data = Data(build, scratch / "stored")
    status, _, _ = crawl(data, scratch / "stored.log", "--delay", "0", "--allow-private", server.url("site", "/"), limit_s=60)
    if status != 0:
        raise RuntimeError("a crawl of one page ended with %s:\n%s" % (status, end_of(scratch / "stored.log")))
    return data


def databases(j, build, scratch, data):
    for name, spoil, words in (
            ("newer", lambda p: raise_version(p), ("newer",)),
            ("foreign file", lambda p: p.write_text("this is no database\n" * 200), ()),
            ("foreign database", lambda p: (p.unlink(), foreign(p)), ())):
        for file in ("frontier.db", "store.db"):
            copy = Data(build, scratch / ("%s-%s" % (name.replace(" ", "-"), file)))
            copy_data(data.path, copy.path)
            for old in copy.path.glob(file + "-*"):
                old.unlink()
            spoil(copy.path / file)
            before = digest(copy.path)
            done = copy.call("run", "--until-idle", "--quiet", "http://127.0.0.1:1/")
            j.one_line("run, %s %s" % (name, file), done, 4, file, *words)
            j.one_line("%s, %s %s" % ("add" if file == "frontier.db" else "reports", name, file),
                       copy.call("add", "http://127.0.0.1:1/") if file == "frontier.db" else copy.call("reports"), 4, file, *words)
            after = digest(copy.path)
            if {k: v for k, v in after.items() if k == file} != {k: v for k, v in before.items() if k == file}:
                j.wrong.append("run changed a %s %s" % (name, file))


def copy_data(here, there):
    shutil.copytree(here, there, ignore=lambda folder, names: [n for n in names if n.endswith(".sock")])


def damaged(j, build, scratch, data):
    """What is in the folder's place or half overwritten is told, not tried for ever."""
    copy = Data(build, scratch / "no-archive")
    copy_data(data.path, copy.path)
    shutil.rmtree(copy.path / "archive")
    (copy.path / "archive").write_text("a file\n")
    done = copy.call("run", "--until-idle", "--quiet", "http://127.0.0.1:1/")
    j.count += 1
    if done.returncode != 4 or str(copy.path / "archive") not in last_line(done.stderr):
        j.wrong.append("run, a file in the archive's place: %s %r" % (done.returncode, done.stderr[-600:]))
    for file in ("frontier.db", "store.db"):
        copy = Data(build, scratch / ("damaged-" + file))
        copy_data(data.path, copy.path)
        with open(copy.path / file, "r+b") as f:
            f.seek(4096)
            f.write(b"\xa5" * 60000)
        j.one_line("run, damaged %s" % file, copy.call("run", "--until-idle", "--quiet", "http://127.0.0.1:1/"), 4, file, "backup")


def raise_version(path):
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()


def foreign(path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE other(x)")
    db.close()


def locked(j, build, scratch, data):
    copy = Data(build, scratch / "locked")
    copy_data(data.path, copy.path)
    db = sqlite3.connect(copy.path / "frontier.db", isolation_level=None)
    db.execute("BEGIN IMMEDIATE")
    db.execute("UPDATE settings SET value = value")
    j.one_line("add, locked frontier", copy.call("add", "http://127.0.0.1:1/"), 4, "frontier.db")
    j.one_line("run, locked frontier", copy.call("run", "--until-idle", "--quiet", "http://127.0.0.1:1/"), 4, "frontier.db")
    db.execute("ROLLBACK")
    db.close()
    done = copy.call("add", "http://127.0.0.1:1/")
    if done.returncode:
        j.wrong.append("add after the lock was gone: %s" % done.stderr)


def second_run(j, build, scratch):
    data = Data(build, scratch / "twice")
    first = data.start("run", "--quiet", "http://127.0.0.1:1/", "--allow-private", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 20
        while not (data.path / "run" / "status.json").exists() and time.monotonic() < end:
            time.sleep(0.05)
        j.one_line("second run", data.call("run", "--until-idle"), 4, str(data.path), "process %d" % first.pid)
        j.one_line("check beside a run", data.call("check"), 4, str(data.path))
    finally:
        first.terminate()
        if first.wait(60) not in (0, 130):
            j.wrong.append("the first run ended with %s" % first.returncode)


def permissions(j, build, scratch, data):
    below = scratch / "file"
    below.write_text("a file, no folder\n")
    j.one_line("run below a file", Data(build, below / "data").call("run", "http://127.0.0.1:1/"), 5, str(below))
    j.one_line("data folder that is a file", Data(build, below).call("run", "http://127.0.0.1:1/"), 4, str(below))
    as_nobody = ()
    folder = scratch / "closed"
    copy_data(data.path, folder)
    tool = Data(build, folder)
    if os.geteuid() == 0:  # to root nothing is forbidden
        if not shutil.which("setpriv"):
            return
        programs = pathlib.Path(tempfile.mkdtemp(prefix="gongkai-nobody-"))
        programs.chmod(0o755)
        for p in ("gongkai", "gongkai-fetcher", "gongkai-parser", "gongkai-sink"):
            shutil.copy2(pathlib.Path(build) / p, programs / p)
        tool, as_nobody = Data(programs, folder), ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        for p in [scratch.parent, scratch]:
            p.chmod(0o755)
    try:
        for p in folder.rglob("*"):
            p.chmod(0o555 if p.is_dir() else 0o444)
        folder.chmod(0o555)
        before = digest(folder)
        j.one_line("run, read-only folder", tool.call("run", "--until-idle", "--quiet", "http://127.0.0.1:1/", before=as_nobody), 5, str(folder))
        j.one_line("add, read-only folder", tool.call("add", "http://127.0.0.1:1/", before=as_nobody), 5, str(folder))
        if digest(folder) != before:
            j.wrong.append("a read-only folder was changed")
        (folder / "frontier.db").chmod(0)
        folder.chmod(0)
        for verb in (("status",), ("reports",), ("run", "--until-idle", "--quiet", "http://127.0.0.1:1/")):
            j.one_line("%s, closed folder" % verb[0], tool.call(*verb, before=as_nobody), 5, str(folder))
    finally:
        for p in [folder, *folder.rglob("*")]:
            p.chmod(0o755)
        if as_nobody:
            shutil.rmtree(programs)


def usage(j, build, scratch):
    data = Data(build, scratch / "none")
    j.one_line("unknown verb", data.call("crawl"), 2, "crawl")
    j.one_line("unknown flag", data.call("run", "--no-such-flag", "http://a.test/"), 2, "--no-such-flag")
    for url in ("ftp://a.test/", "javascript:alert(1)", "http://", "http://[::1", "http://a.test:99999/", "http://a.test/" + "a" * 10000, "\x01\x02"):
        j.one_line("run %s" % url[:30], data.call("run", url), 2, url[:20] if url.isprintable() else "\\x01")
        j.one_line("add %s" % url[:30], data.call("add", url), 2)
    for path in (scratch / "no-such-file", scratch):
        j.one_line("parse %s" % path, data.call("parse", str(path)), 3, str(path))
        j.one_line("add -f %s" % path, data.call("add", "-f", str(path)), 3, str(path))
    j.one_line("delay 0 without leave", data.call("run", "--delay", "0", "http://a.test/"), 2, "--delay")
    if data.path.exists():
        j.wrong.append("a wrong command made a data folder")


def command(build, scratch, notes):
    j = Judge()
    server = hostile.Server({"site": {"/": hostile.fixed(hostile.page().encode())}})
    try:
        data = stored_page(build, scratch, server)
    finally:
        server.close()
    usage(j, build, scratch)
    databases(j, build, scratch, data)
    damaged(j, build, scratch, data)
    locked(j, build, scratch, data)
    second_run(j, build, scratch)
    permissions(j, build, scratch, data)
    notes.append("command: %d wrong uses told in one line" % j.count)
    return j.wrong


PARTS = {"network": network, "private": private, "disk_small": disk_small, "disk_limit": disk_limit, "command": command}


def part(name, build, scratch, notes):
    folder = scratch / name
    folder.mkdir()
    try:
        return ["%s: %s" % (name, x) for x in PARTS[name](build, folder, notes)]
    except (Exception, SystemExit):  # one part that breaks must not hide the others
        return ["%s broke:\n%s" % (name, traceback.format_exc())]


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--build", default="build")
    ap.add_argument("--only", default=",".join(PARTS))
    ap.add_argument("--keep", action="store_true")
    a = ap.parse_args()
    scratch, notes, began = pathlib.Path(tempfile.mkdtemp(prefix="gongkai-hostile-")), [], time.monotonic()
    try:
        with concurrent.futures.ThreadPoolExecutor(len(PARTS)) as pool:
            wrong = [x for found in pool.map(lambda n: part(n, a.build, scratch, notes), a.only.split(",")) for x in found]
    finally:
        if a.keep:
            print("kept: %s" % scratch)
        else:
            shutil.rmtree(scratch, ignore_errors=True)
    wall = time.monotonic() - began
    print("note: %.0f s; %s" % (wall, "; ".join(notes)))
    print("\n".join(wrong))
    return int(bool(wrong))


sys.exit(main())
