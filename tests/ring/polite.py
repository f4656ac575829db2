#!/usr/bin/env python3
"""A guest that no portal has reason to refuse: a real crawl of many hosts on few addresses, judged by the server's own log.

usage: polite.py --bin build/tests/bin [--hosts 200] [--addresses 20] [--seconds 600] [--delay 0.5] [--seed 1]

Hosts are ports on loopback addresses, so the limits of hosts and of addresses both hold. Some answer slowly, some with 429 or
503 with Retry-After in seconds or as a date, some ask for a Crawl-delay, some do all of it. While it runs, the fetcher is
killed with SIGKILL and the run is drained and started again, by turns. Then the log proves, with the kernel's times of arrival:

  host      no gap from one request to the next is shorter than the larger of --delay and the Crawl-delay that was read
  address   the same for any two requests at one address, by the rule of the host asked first
  single    no request arrives at a host or an address where another is still at work
  retry     nothing arrives before a Retry-After is over
  agent     each request names the contact

and that nothing of it was idle: kinds of answers, restarts and requests are counted and must not be none.
"""
import argparse
import email.utils
import heapq
import os
import pathlib
import random
import selectors
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

SO_TIMESTAMPNS = 35
CONTACT = "mail@polite.example"
KILL_BLIND_S = 1.0  # an answer this short before a SIGKILL may not have been read, or not be durable


class Host:
    """What one host:port does, by its seed."""

    def __init__(self, address, port, rng):
        self.address, self.port, self.rng = address, port, rng
        self.name = "%s:%d" % (address, port)
        self.slow = rng.choice((0, 0, 0, 0.2, 0.6))
        self.crawl_delay = rng.choice((None, None, None, 1, 1.5))
        self.refuses = rng.choice((None, None, "429", "503", "503-date", "429-bare"))
        self.count = 0

    def answer(self, path):
        """(status, headers, body, seconds of thought, retry_after or None)"""
        if path == "/robots.txt":
            text = "User-agent: *\nDisallow: /private\n"
            if self.crawl_delay:
                text += "Crawl-delay: %g\n" % self.crawl_delay
            return 200, {"Content-Type": "text/plain"}, text, self.slow, None
        self.count += 1
        if self.refuses and self.rng.random() < 0.3:
            headers, wait = {}, None
            if self.refuses == "503-date":
                wait = 3
                headers["Retry-After"] = email.utils.formatdate(time.time() + wait, usegmt=True)
            elif self.refuses != "429-bare":
                wait = self.rng.choice((1, 2, 3))
                headers["Retry-After"] = str(wait)
            return int(self.refuses[:3]), headers, "later", self.slow, wait
        n = int(path.strip("/") or 0)
        links = "".join('<li><a href="/%d">第%d号通知公告的标题文字</a></li>' % (i, i) for i in (2 * n + 1, 2 * n + 2) if i < 400)
        body = "<html><head><meta charset=utf-8><title>第%d页</title></head><body><p>%s</p><ul>%s</ul></body></html>" % (n, "本页是公开信息目录的一部分，供查阅。" * 8, links)
        return 200, {"Content-Type": "text/html"}, body, self.slow * self.rng.random(), None


class Visit:
    """One request at the server: kernel time of arrival, when the answer was on its way, or the client was gone."""
    __slots__ = ("host", "path", "at", "end", "status", "retry", "agent", "crawl_delay")


class Server(threading.Thread):
    """All listeners in one thread. Time is that of the kernel where a packet arrived, so that a busy machine blames nobody."""

    def __init__(self, hosts):
        super().__init__(daemon=True)
        self.hosts, self.visits, self.open = hosts, [], True
        self.selector, self.timers, self.serial = selectors.DefaultSelector(), [], 0
        for h in hosts:
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            s.bind((h.address, h.port))
            s.listen(16)
            s.setblocking(False)
            self.selector.register(s, selectors.EVENT_READ, ("listen", h))

    def run(self):
        while self.open:
            wait = max(0, self.timers[0][0] - time.monotonic()) if self.timers else 0.2
            for key, _ in self.selector.select(min(wait, 0.2)):
                if key.data[0] == "listen":
                    self.accept(key.fileobj, key.data[1])
                else:
                    self.read(key.fileobj, key.data[1])
            while self.timers and self.timers[0][0] <= time.monotonic():
                _, _, sock, state, out = heapq.heappop(self.timers)
                self.write(sock, state, out)

    def accept(self, listener, host):
        sock, _ = listener.accept()
        sock.setblocking(False)
        self.selector.register(sock, selectors.EVENT_READ, ("connection", {"host": host, "bytes": b"", "visit": None}))

    def close(self, sock, state):
        if state["visit"]:
            state["visit"].end = time.time()
            state["visit"] = None
        state["gone"] = True
        self.selector.unregister(sock)
        sock.close()

    def read(self, sock, state):
        try:
            data, ancillary, _, _ = sock.recvmsg(65536, 256)
        except OSError:
            data, ancillary = b"", []
        if not data:
            return self.close(sock, state)
        at = time.time()
        for level, kind, value in ancillary:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                s, ns = struct.unpack("qq", value[:16])
                at = s + ns / 1e9
        if not state["bytes"]:
            state["at"] = at
        state["bytes"] += data
        if b"\r\n\r\n" in state["bytes"]:
            head, state["bytes"] = state["bytes"].decode("latin-1"), b""
            self.visit(sock, state, head, state["at"])

    def visit(self, sock, state, head, at):
        host, path = state["host"], head.split(" ", 2)[1]
        status, headers, body, think, retry = host.answer(path)
        v = Visit()
        v.host, v.path, v.at, v.end, v.status, v.retry, v.agent = host, path, at, None, status, retry, CONTACT in head
        v.crawl_delay = host.crawl_delay if path == "/robots.txt" and status == 200 else None
        self.visits.append(v)
        state["visit"] = v
        raw = body.encode()
        lines = ["HTTP/1.1 %d X" % status, "Content-Length: %d" % len(raw)] + ["%s: %s" % x for x in headers.items()]
        self.serial += 1
        heapq.heappush(self.timers, (time.monotonic() + think, self.serial, sock, state, ("\r\n".join(lines) + "\r\n\r\n").encode() + raw))

    def write(self, sock, state, out):
        if state.get("gone"):
            return
        state["visit"].end = time.time()
        state["visit"] = None
        try:
            sock.sendall(out)
        except OSError:
            self.close(sock, state)


class Crawl:
    """One `gongkai run` at a time over one data folder."""

    def __init__(self, bin_dir, data, hosts, delay):
        self.bin, self.data, self.delay, self.hosts = pathlib.Path(bin_dir).resolve(), data, delay, hosts
        self.process, self.log = None, open(str(data) + ".log", "ab")

    def start(self, urls):
        args = [str(self.bin / "gongkai"), "run", "--data", str(self.data), "--delay", str(self.delay), "--allow-private", "--parsers", "1",
                "--scope", "host", "--contact", CONTACT, *urls]
        self.process = subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)

    def fetcher(self):
        try:
            pids = pathlib.Path("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)).read_text().split()
        except OSError:
            return None
        for pid in pids:
            try:
                if os.path.basename(os.readlink("/proc/%s/exe" % pid)) == "gongkai-fetcher":
                    return int(pid)
            except OSError:
                pass
        return None

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None


class Judge:
    def __init__(self, visits, delay, kills):
        self.delay, self.kills, self.wrong = delay, kills, []
        self.visits = sorted((v for v in visits), key=lambda v: v.at)
        self.least = {"host": (9e9, None), "address": (9e9, None)}

    def blame(self, what, v, text):
        self.wrong.append("%s: %s%s at %.3f: %s" % (what, v.host.name, v.path, v.at, text))

    def rule_after(self, v, crawl_delays):
        """The gap that has to follow visit v: the Crawl-delay counts from the answer that named it on."""
        return max(self.delay, crawl_delays.get(v.host.name, 0))

    def known(self, v):
        """Could the fetcher keep what this answer said? Not when it was killed just then."""
        return v.end is not None and not any(v.end - 0.05 <= k <= v.end + KILL_BLIND_S for k in self.kills)

    def pairs(self, what, key):
        last, crawl = {}, {}
        for v in self.visits:
            before = last.get(key(v))
            if before:
                rule, gap = before[1], v.at - before[0].at
                if before[0].crawl_delay and self.known(before[0]):
                    rule = max(rule, before[0].crawl_delay)
                if gap < rule:
                    self.blame(what, v, "%.4f s after %s%s, the rule is %g s" % (gap, before[0].host.name, before[0].path, rule))
                if gap - rule < self.least[what][0]:
                    self.least[what] = (gap - rule, v)
                if before[0].end is None or before[0].end > v.at:
                    self.blame("single", v, "%s%s is still at work" % (before[0].host.name, before[0].path))
            last[key(v)] = (v, self.rule_after(v, crawl))
            if v.crawl_delay and self.known(v):
                crawl[v.host.name] = v.crawl_delay

    def retries(self):
        until = {}
        for v in self.visits:
            if v.at < until.get(v.host.name, 0):
                self.blame("retry", v, "%.3f s before the Retry-After is over" % (until[v.host.name] - v.at))
            if v.retry and self.known(v):
                # a date has whole seconds: it may be up to one earlier than it was meant
                date = v.host.refuses == "503-date"
                until[v.host.name] = max(until.get(v.host.name, 0), v.at + v.retry - 1 if date else v.end + v.retry)

    def judge(self):
        self.pairs("host", lambda v: v.host.name)
        self.pairs("address", lambda v: v.host.address)
        self.retries()
        for v in self.visits:
            if not v.agent:
                self.blame("agent", v, "no contact in the request")
        return self.wrong


def self_check():
    """The judge must see each kind of wrong in a made-up log, or its silence says nothing."""
    def made(*rows):
        out = []
        for name, path, at, end, more in rows:
            v = Visit()
            v.host = Host(name.split(":")[0], int(name.split(":")[1]), random.Random(1))
            v.host.refuses = None
            v.path, v.at, v.end, v.status, v.retry, v.agent, v.crawl_delay = path, at, end, 200, None, True, None
            for k, x in more.items():
                setattr(v, k, x)
            out.append(v)
        return {w.split(":")[0] for w in Judge(out, 1.0, []).judge()}
    cases = (
        ({"host", "address"}, ("a:1", "/0", 0, 0.1, {}), ("a:1", "/1", 0.99, 1.1, {})),
        ({"address"}, ("a:1", "/0", 0, 0.1, {}), ("a:2", "/1", 0.5, 0.6, {})),
        ({"single"}, ("a:1", "/0", 0, 1.5, {}), ("a:1", "/1", 1.2, 1.6, {})),
        ({"host", "address"}, ("a:1", "/robots.txt", 0, 0.1, {"crawl_delay": 3}), ("a:1", "/1", 2, 2.1, {})),
        ({"retry"}, ("a:1", "/0", 0, 0.1, {"retry": 5}), ("a:1", "/1", 5.05, 5.1, {})),
        ({"agent"}, ("a:1", "/0", 0, 0.1, {"agent": False})),
        (set(), ("a:1", "/0", 0, 0.1, {}), ("b:1", "/1", 0.1, 0.2, {}), ("a:2", "/1", 1.01, 1.2, {"retry": 2}), ("a:2", "/2", 3.3, 3.4, {})))
    for want, *rows in cases:
        got = made(*rows)
        if got != want:
            raise SystemExit("the judge is wrong: %s instead of %s for %s" % (got, want, rows))


def free_ports(addresses, each, rng):
    """Ports that are free on all addresses."""
    ports = []
    while len(ports) < each:
        port = rng.randrange(20000, 32000)
        try:
            for a in addresses:
                with socket.socket() as s:
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    s.bind((a, port))
        except OSError:
            continue
        if port not in ports:
            ports.append(port)
    return ports


def restarts(crawl, seconds, rng, server):
    """Kills and drains by turns until the time is over; returns their times."""
    kills, drains, end = [], [], time.monotonic() + seconds
    pause = min(30, max(4.5, seconds / 8))
    while time.monotonic() < end:
        time.sleep(min(pause * (0.5 + rng.random()), max(0.1, end - time.monotonic())))
        if time.monotonic() >= end:
            break
        if crawl.process.poll() is not None:
            raise SystemExit("the run ended by itself with %s" % crawl.process.returncode)
        if len(kills) <= 2 * len(drains):
            pid = crawl.fetcher()
            if pid:
                os.kill(pid, signal.SIGKILL)
                kills.append(time.time())
        else:
            crawl.stop()
            drains.append(time.time())
            crawl.start([])
    return kills, drains


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--bin", required=True)
    a.add_argument("--hosts", type=int, default=200)
    a.add_argument("--addresses", type=int, default=20)
    a.add_argument("--seconds", type=float, default=600)
    a.add_argument("--delay", type=float, default=0.5)
    a.add_argument("--seed", type=int, default=1)
    a.add_argument("--keep", action="store_true")
    o = a.parse_args()
    self_check()
    rng = random.Random(o.seed)
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="gongkai-polite-"))
    addresses = ["127.0.1.%d" % (i + 1) for i in range(o.addresses)]
    ports = free_ports(addresses, (o.hosts + o.addresses - 1) // o.addresses, rng)
    hosts = [Host(x, p, random.Random("%d %s %d" % (o.seed, x, i))) for i, p in enumerate(ports) for x in addresses][:o.hosts]
    server = Server(hosts)
    server.start()
    crawl = Crawl(o.bin, scratch / "data", hosts, o.delay)
    try:
        crawl.start(["http://%s/0" % h.name for h in hosts])
        kills, drains = restarts(crawl, o.seconds, rng, server)
        crawl.stop()
        server.open = False
        server.join()
        judge = Judge(server.visits, o.delay, kills)
        wrong = judge.judge()
        asked = {v.host.name for v in judge.visits}
        count = {s: sum(v.status == s for v in judge.visits) for s in (200, 429, 503)}
        delayed = sum(1 for h in hosts if h.crawl_delay and h.name in asked)
        print("%d requests to %d hosts on %d addresses in %g s: %d times 429, %d times 503, %d with Retry-After, %d hosts with Crawl-delay, %d kills and %d drains of the fetcher"
              % (len(judge.visits), len(asked), len({v.host.address for v in judge.visits}), o.seconds, count[429], count[503],
                 sum(1 for v in judge.visits if v.retry), delayed, len(kills), len(drains)))
        for what in ("host", "address"):
            print("note: least gap of a %s: %.1f ms more than its rule" % (what, judge.least[what][0] * 1000))
        for line in wrong[:20]:
            print("WRONG " + line)
        if wrong:
            print("%d wrong; seed %d; the log of the run: %s.log" % (len(wrong), o.seed, crawl.data))
            o.keep = True
            return 1
        if not (count[429] and count[503] and delayed and kills and len(asked) >= o.hosts * 0.75):
            print("too little happened to prove anything; the log of the run: %s.log" % crawl.data)
            o.keep = True
            return 1
        return 0
    finally:
        if crawl.process and crawl.process.poll() is None:
            crawl.process.kill()
        if not o.keep:
            shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
