#!/usr/bin/env python3
"""Start the ExecStart lines of the three installed units and see READY=1 from each, then stop them with SIGTERM.

usage: start_units.py [--private] UNIT_DIR TCP_DROPIN_DIR

--private: we are in a mount namespace of our own and may put empty folders over /var/lib and /run, so that the command
lines run exactly as written. Without it their two folders are replaced by temporary ones.
"""
import os
import pathlib
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

READY_S, STOP_S = 20, 30
UNITS = {"gongkai-sink.service": "gongkai-sink.service.conf",
         "gongkai-fetcher.service": "gongkai-fetcher.service.conf",
         "gongkai-parser@.service": "gongkai-parser@.service.conf"}


def exec_start(text):
    lines = [line.split("=", 1)[1] for line in text.splitlines() if line.startswith("ExecStart=")]
    return lines[-1].replace("%i", "1")


class Unit:
    def __init__(self, name, command, folder):
        self.name, self.said = name, ""
        self.path = os.path.join(folder, name.replace("@", "") + ".notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(0.2)
        self.ended = False
        # read all the time: a full queue would lose messages
        self.reader = threading.Thread(target=self.listen, daemon=True)
        env = {k: v for k, v in os.environ.items() if not k.startswith("GONGKAI_")}
        env.update(NOTIFY_SOCKET=self.path, WATCHDOG_USEC="2000000")
        self.log = open(self.path + ".log", "w+b")
        self.process = subprocess.Popen(shlex.split(command), env=env, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        self.reader.start()

    def listen(self):
        while True:
            try:
                self.said += self.socket.recv(4096).decode() + "\n"
            except TimeoutError:
                if self.ended:
                    return

    def end(self):
        self.ended = True
        self.reader.join()

    def fail(self, why):
        self.log.seek(0)
        sys.exit("FAIL: %s: %s; it wrote:\n%s\nnotified: %s" % (self.name, why, self.log.read().decode("utf-8", "replace"), self.said))


def run(what, commands, folder):
    units = [Unit(name, command, folder) for name, command in commands.items()]
    took = {}
    try:
        for unit in units:
            end = time.monotonic() + READY_S
            while "READY=1" not in unit.said:
                time.sleep(0.05)
                if unit.process.poll() is not None:
                    unit.fail("ended with status %s before READY=1" % unit.process.returncode)
                if time.monotonic() > end:
                    unit.fail("no READY=1 in %d s" % READY_S)
        time.sleep(3)
        for unit in units:
            if unit.process.poll() is not None:
                unit.fail("ended with status %s while it should run" % unit.process.returncode)
            if "WATCHDOG=1" not in unit.said:
                unit.fail("no WATCHDOG=1 in 3 s with WATCHDOG_USEC of 2 s")
        for name in ("gongkai-fetcher.service", "gongkai-parser@.service", "gongkai-sink.service"):
            unit = next(u for u in units if u.name == name)
            begin = time.monotonic()
            unit.process.send_signal(signal.SIGTERM)
            try:
                status = unit.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                unit.fail("still there %d s after SIGTERM" % STOP_S)
            took[name] = time.monotonic() - begin
            if status != 0:
                unit.fail("ended with status %s after SIGTERM" % status)
            unit.end()
            if "STOPPING=1" not in unit.said:
                unit.fail("no STOPPING=1")
    finally:
        for unit in units:
            if unit.process.poll() is None:
                unit.process.kill()
                unit.process.wait()
            unit.end()
            unit.socket.close()
            os.unlink(unit.path)
    print("note: %s: READY=1, WATCHDOG=1 and STOPPING=1 from fetcher, parser and sink; stopped in %s s"
          % (what, ", ".join("%.1f" % t for t in took.values())))


def main():
    private = sys.argv[1] == "--private"
    units, tcp = (pathlib.Path(p) for p in sys.argv[-2:])
    with tempfile.TemporaryDirectory() as folder:
        lib, ring = "/var/lib/gongkai", "/run/gongkai"
        if private:
            for place in ("/var/lib", "/run"):
                subprocess.run(["mount", "-t", "tmpfs", "tmpfs", place], check=True)
        else:
            lib, ring = folder + "/lib", folder + "/ring"
        os.makedirs(lib)
        os.makedirs(ring + "/parser")
        for what, source in (("as installed", lambda n, d: units / n), ("with the tcp drop-ins", lambda n, d: tcp / d)):
            commands = {n: exec_start(source(n, d).read_text()) for n, d in UNITS.items()}
            if not private:
                commands = {n: c.replace("/var/lib/gongkai", lib).replace("/run/gongkai", ring) for n, c in commands.items()}
            run(what, commands, folder)


main()
