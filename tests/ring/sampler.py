"""Peak memory and CPU of every process below one, by what the kernel says (VmHWM, utime + stime)."""
import os
import pathlib
import threading

TICK = os.sysconf("SC_CLK_TCK")


class Sampler(threading.Thread):
    """Samples the tree below pid until stop(); `processes` is {pid: {"name", "parent", "rss_mib", "cpu_s"}}."""

    def __init__(self, pid, every_s=0.05):
        super().__init__(daemon=True)
        self.root, self.every_s, self.done, self.processes = pid, every_s, threading.Event(), {}
        self.start()

    def run(self):
        while not self.done.is_set():
            self.sample()
            self.done.wait(self.every_s)

    def stop(self):
        self.done.set()
        self.join()
        return self.processes

    def sample(self):
        todo = [(self.root, 0)]
        while todo:
            pid, parent = todo.pop()
            try:
                text = pathlib.Path("/proc/%d/status" % pid).read_text()
                stat = pathlib.Path("/proc/%d/stat" % pid).read_text().rsplit(")", 1)[1].split()
                name = os.path.basename(os.readlink("/proc/%d/exe" % pid))
                kids = [int(x) for t in os.listdir("/proc/%d/task" % pid) for x in pathlib.Path("/proc/%d/task/%s/children" % (pid, t)).read_text().split()]
            except (OSError, IndexError):
                continue
            rss = next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmHWM:")), 0)
            p = self.processes.setdefault(pid, {"name": name, "parent": parent, "rss_mib": 0, "cpu_s": 0})
            p.update(name=name, rss_mib=max(p["rss_mib"], rss), cpu_s=(int(stat[11]) + int(stat[12])) / TICK)
            todo += [(k, pid) for k in kids]

    def roles(self):
        """{role: {"rss_mib": peak of one process, "cpu_s": sum}}; a parser's child is a role of its own."""
        out = {}
        for p in self.processes.values():
            role = p["name"].replace("gongkai-", "")
            if role == "parser" and self.processes.get(p["parent"], {}).get("name", "").endswith("parser"):
                role = "parser child"
            o = out.setdefault(role, {"rss_mib": 0, "cpu_s": 0, "count": 0})
            o["rss_mib"], o["cpu_s"], o["count"] = max(o["rss_mib"], p["rss_mib"]), o["cpu_s"] + p["cpu_s"], o["count"] + 1
        return out


def told(roles):
    return ", ".join("%s %.1f MiB %.2f s" % (k, v["rss_mib"], v["cpu_s"]) for k, v in sorted(roles.items()))
