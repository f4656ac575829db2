"""What the ring tests share: a portal in this process, the real programs as children, kills, and the comparison of exports."""
import filecmp
import gzip
import json
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent.parent / "portal"), str(pathlib.Path(__file__).resolve().parent)]
import portal  # noqa: E402
from sampler import Sampler  # noqa: E402

TABLES = ("documents", "reports", "metrics", "quantities", "checks", "dead_letters")


class Ring:
    """One portal, one data folder, one `gongkai run` at a time."""

    def __init__(self, bin_dir, kind="bulk", pages=200, hosts=8, seed=7, delay=0.02, parsers=2, keep=False, scratch=None):
        self.bin = pathlib.Path(bin_dir).resolve()
        self.scratch = pathlib.Path(scratch or tempfile.mkdtemp(prefix="gongkai-ring-"))
        self.keep, self.delay, self.parsers = keep, delay, parsers
        self.log = self.scratch / "access.jsonl"
        self.server, self.start, self.expected = portal.serve(kind, seed=seed, pages=pages, hosts=hosts, log=str(self.log))
        self.address = "127.0.0.1:%d" % self.server.server_address[1]
        self.data = self.scratch / "data"
        self.process, self.output = None, None
        self.sampler, self.peaks = None, {}

    def close(self):
        self.kill_run()
        self.server.shutdown()
        self.server.server_close()
        if not self.keep:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def fresh(self):
        """A new data folder and an empty server log."""
        shutil.rmtree(self.data, ignore_errors=True)
        with self.server.lock:
            self.server.log.truncate(0)
            self.server.log.seek(0)
        for pages in self.server.sites.values():
            for page in pages.values():
                page.failures = 0

    def command(self, *args, **kw):
        """Run a verb to its end; returns the CompletedProcess with text output."""
        env = dict(os.environ, **kw.pop("env", {}))
        return subprocess.run([str(self.bin / "gongkai"), *args, "--data", str(self.data)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, timeout=kw.pop("timeout", 300), **kw)

    def run(self, *extra, env=None, urls=True):
        """Start `gongkai run --until-idle` in the background."""
        args = [str(self.bin / "gongkai"), "run", "--until-idle", "--data", str(self.data), "--delay", str(self.delay), "--connect-to", self.address,
                "--parsers", str(self.parsers), *extra, *(self.start if urls else [])]
        self.output = open(self.scratch / "run.log", "ab")
        self.process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output, env=dict(os.environ, **(env or {})))
        self.note_peaks()
        self.sampler = Sampler(self.process.pid)
        return self.process

    def note_peaks(self):
        """Fold the memory peaks of the run that was sampled last into self.peaks (MiB of one process, by role)."""
        if self.sampler:
            self.sampler.stop()
            for role, v in self.sampler.roles().items():
                self.peaks[role] = max(self.peaks.get(role, 0), v["rss_mib"])
            self.sampler = None
        return ", ".join("%s %.1f" % x for x in sorted(self.peaks.items()))

    def wait(self, limit_s=300):
        try:
            return self.process.wait(limit_s)
        except subprocess.TimeoutExpired:
            self.kill_run()
            raise SystemExit("the run did not end in %d s; its log: %s\n%s" % (limit_s, self.scratch / "run.log", self.tail()))

    def kill_run(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def tail(self, lines=30):
        text = (self.scratch / "run.log").read_text("utf-8", "replace").splitlines()
        return "\n".join(text[-lines:])

    def children(self):
        """{program: [pid, ...]} of the running ring, by what the kernel says of the children of `run`."""
        out = {}
        try:
            pids = pathlib.Path("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)).read_text().split()
        except OSError:
            return out
        for pid in pids:
            try:
                name = os.path.basename(os.readlink("/proc/%s/exe" % pid)).replace("gongkai-", "")
            except OSError:
                continue
            out.setdefault(name, []).append(int(pid))
        return out

    def export(self, name):
        """Canonical export into scratch/name."""
        folder = self.scratch / name
        shutil.rmtree(folder, ignore_errors=True)
        done = self.command("export", str(folder), "--canonical", "--format", "jsonl")
        if done.returncode:
            raise SystemExit("export failed with %d: %s" % (done.returncode, done.stderr))
        return folder

    def requests(self):
        """(host, path) -> times of its requests, from the server's log."""
        out = {}
        for line in self.log.read_text("utf-8").splitlines():
            r = json.loads(line)
            out.setdefault("http://%s%s" % (r["host"], r["path"]), []).append(r["time"])
        return out

    def archived(self):
        """URL -> request times (WARC-Date of its whole response and revisit records), read with nothing of our own."""
        out = {}
        for f in sorted((self.data / "archive").glob("*.warc.gz")):
            with gzip.open(f, "rb") as z:
                try:
                    for head in records(z):
                        if head.get("warc-type") in ("response", "revisit"):
                            out.setdefault(head["warc-target-uri"].strip("<>"), []).append(head["warc-date"])
                except (EOFError, OSError):
                    pass  # a torn tail that no run has repaired yet
        return out

    def asked_again(self):
        """URLs that were requested after a whole record of them was in the archive: a broken promise."""
        bad, archived = [], self.archived()
        for url, times in self.requests().items():
            dates = archived.get(url, [])
            if url.endswith("/robots.txt") or not dates:
                continue
            if len(dates) > 1 or seconds(dates[0]) < max(times) - 1.5:
                bad.append((url, dates, times))
        return bad

    def ask(self, database, sql, *args, write=False):
        db = sqlite3.connect(self.data / database, timeout=10)
        try:
            rows = db.execute(sql, args).fetchall()
            if write:
                db.commit()
            return rows
        finally:
            db.close()


def stored(store):
    """How many documents a store holds; 0 while there is none."""
    try:
        with sqlite3.connect("file:%s?mode=ro" % store, uri=True, timeout=5) as db:
            return db.execute("select count(*) from documents").fetchone()[0]
    except sqlite3.Error:
        return 0


def seconds(iso):
    whole, _, fraction = iso.rstrip("Z").partition(".")
    import calendar
    return calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) + (float("0." + fraction) if fraction else 0.99)


def records(stream):
    while True:
        line = stream.readline()
        if not line:
            return
        if not line.startswith(b"WARC/"):
            continue
        head = {}
        for line in iter(stream.readline, b"\r\n"):
            if not line:
                return
            key, _, value = line.decode("utf-8", "replace").partition(":")
            head[key.strip().lower()] = value.strip()
        left = int(head.get("content-length", 0))
        while left > 0:
            chunk = stream.read(min(left, 1 << 20))
            if not chunk:
                return
            left -= len(chunk)
        yield head


def differences(a, b, limit=5):
    """Human-readable differences of two canonical exports; empty when equal."""
    out = []
    for table in TABLES:
        x, y = a / (table + ".jsonl"), b / (table + ".jsonl")
        if not x.exists() or not y.exists():
            out.append("%s.jsonl is missing in %s" % (table, a if not x.exists() else b))
        elif not filecmp.cmp(x, y, shallow=False):
            left, right = set(x.read_text("utf-8").splitlines()), set(y.read_text("utf-8").splitlines())
            out.append("%s: %d lines only in %s, %d only in %s" % (table, len(left - right), a.name, len(right - left), b.name))
            out += ["  - " + s[:300] for s in sorted(left - right)[:limit]] + ["  + " + s[:300] for s in sorted(right - left)[:limit]]
    return out


def kill_point_names(bin_dir):
    """{program: [names]} as the binaries list them."""
    out = {}
    for program in ("gongkai-fetcher", "gongkai-parser", "gongkai-sink"):
        done = subprocess.run([str(pathlib.Path(bin_dir) / program), "--kill-points"], stdout=subprocess.PIPE, text=True)
        out[program] = done.stdout.split() if done.returncode == 0 else []
    return out


def chaos(ring, kills, seed, every=(0.05, 0.45), limit_s=900):
    """Kill -9 a random process of the running crawl `kills` times; `run` itself is started again by hand. Returns counts by target."""
    rnd, count, done = random.Random(seed), {}, 0
    ring.run()
    end = time.monotonic() + limit_s
    while done < kills:
        time.sleep(rnd.uniform(*every))
        if time.monotonic() > end:
            raise SystemExit("%d kills took longer than %d s" % (kills, limit_s))
        if ring.process.poll() is not None:
            if ring.process.returncode not in (0, -signal.SIGKILL):
                raise SystemExit("run ended with %d after %d kills:\n%s" % (ring.process.returncode, done, ring.tail()))
            if ring.process.returncode == 0:
                raise SystemExit("the crawl was over after %d of %d kills: raise --pages or --delay" % (done, kills))
        children = ring.children()
        target = rnd.choice(("fetcher", "parser", "sink", "run", "fetcher", "parser", "sink", "all", "pair"))
        victims = {"run": [ring.process.pid], "all": sum(children.values(), [ring.process.pid]), "pair": children.get("sink", [])[:1] + children.get("fetcher", [])[:1]}.get(
            target, children.get(target, []))
        if target == "parser" and victims:
            victims = [rnd.choice(victims)]
        if not victims:
            continue
        for pid in victims:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        done += 1
        count[target] = count.get(target, 0) + 1
        if target in ("run", "all"):
            ring.process.wait()
            ring.run()
    status = ring.wait(limit_s)
    if status:
        raise SystemExit("run ended with %d:\n%s" % (status, ring.tail()))
    return count
