# SPDX-License-Identifier: BSD-3-Clause
"""Redis over a private network: Debian's redis-server over veth, and images over TAP, in namespaces that the benchmark makes and
removes. One sample is one run of redis-benchmark (30 connections, GET or SET, pipeline 16 or 1); cases are sampled in turn, and a
sample counts only when the cost of a cache line between the two processors was alike before and after it (bench/xlat.c).

Environment: ROUNDS (samples of each case, default 5), SCALE (of the number of requests, default 1), CASES (words, default all that this host can run)."""
import csv
import glob
import io
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import common

ROUNDS = int(os.environ.get("ROUNDS", "5"))
NEAR_NS = 400
EXAMPLES = os.path.join(common.ROOT, "examples", "redis")
# case -> (configuration, baseline case, target for pipeline 16, target for pipeline 1)
IMAGES = {
    "one": ("one.yaml", "stock", 1.0, 1.2),
    "lwip": ("redis.yaml", "one", 0.92, 0.92),
    "sched": ("sched.yaml", "one", 0.80, 0.80),
    "three": ("three.yaml", "one", 0.75, 0.75),
}
SCALE = float(os.environ.get("SCALE", "1"))
LOADS = {"P16": ("16", str(int(1000000 * SCALE))), "P1": ("1", str(int(200000 * SCALE)))}


def sh(*words):
    common.command(*words)


class Server:
    """A server in a namespace of its own, reachable at `address` from inside namespace `client`."""

    def __init__(self, name, scratch, number):
        self.name = name
        self.space = f"fx{os.getpid()}{number}"
        self.client = self.space if name != "stock" else self.space + "c"
        self.address = f"10.{77 + number}.0.2"
        near, prefix = f"10.{77 + number}.0.1", "/24"
        self.log = open(os.path.join(scratch, name + ".log"), "wb")
        sh("ip", "netns", "add", self.space)
        if name == "stock":
            sh("ip", "netns", "add", self.client)
            sh("ip", "-n", self.space, "link", "add", "veth0", "type", "veth", "peer", "name", "veth1", "netns",
               self.client)
            sh("ip", "-n", self.space, "addr", "add", self.address + prefix, "dev", "veth0")
            sh("ip", "-n", self.client, "addr", "add", near + prefix, "dev", "veth1")
            sh("ip", "-n", self.space, "link", "set", "veth0", "up")
            sh("ip", "-n", self.client, "link", "set", "veth1", "up")
            # redis-tools holds the server's program under another name
            command = ["bash", "-c", 'exec -a redis-server redis-check-rdb "$@"', "-", "--port", "6379", "--protected-mode", "no", "--save", "", "--dir", scratch]
        else:
            sh("ip", "-n", self.space, "tuntap", "add", "tap0", "mode", "tap", "vnet_hdr")
            sh("ip", "-n", self.space, "addr", "add", near + prefix, "dev", "tap0")
            sh("ip", "-n", self.space, "link", "set", "tap0", "up")
            # or the first PONG would wait for the kernel's next ARP request, a second later
            sh("ip", "-n", self.space, "neigh", "add", self.address, "lladdr", "52:54:00:12:34:56", "dev", "tap0")
            image = os.path.join(scratch, name)
            sh(common.FLEXOS, "build", os.path.join(EXAMPLES, IMAGES[name][0]), "-o", image)
            command = [os.path.join(common.ROOT, "build/tool/flexos"), "run", image, "--net",
                       f"tap:tap0,{self.address}{prefix}"]
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.space, "taskset", "-c", "0"] + command,
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)
        self.ready = self.wait()

    def inside(self, *words):
        return ["ip", "netns", "exec", self.client, "taskset", "-c", "1"] + list(words)

    def wait(self):
        for _ in range(3000):
            done = subprocess.run(self.inside("timeout", "0.1", "redis-cli", "-h", self.address, "PING"), stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, timeout=20)
            if done.stdout == b"PONG\n":
                return time.monotonic() - self.started
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        common.fail(f"{self.name} does not answer; its output: {self.log.name}")

    def sample(self, test, load):
        pipeline, count = LOADS[load]
        said = common.command(*self.inside("redis-benchmark", "-h", self.address, "-n", count, "--csv", "-q", "-c", "30",
                                           "-P", pipeline, "-t", test, "-d", "50"))
        return float(list(csv.reader(io.StringIO(said)))[-1][1])

    def resident(self):
        """KiB of the server's largest process below ours."""
        sizes = [0]
        for path in glob.glob("/proc/[0-9]*/status"):
            try:
                fields = dict(line.split(":", 1) for line in open(path) if ":" in line)
            except (FileNotFoundError, ProcessLookupError):
                continue
            pid = int(fields["Pid"])
            if self.descends(pid):
                sizes.append(int(fields.get("VmRSS", "0 kB").split()[0]))
        return max(sizes)

    def descends(self, pid):
        while pid > 1:
            if pid == self.process.pid:
                return True
            try:
                pid = int(open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError, IndexError):
                return False
        return False

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for space in {self.space, self.client}:
            subprocess.run(["ip", "netns", "del", space], stderr=subprocess.DEVNULL)


def gated(take, xlat):
    """A sample between two calibrations of the same mode; None when the machine moved."""
    before = float(common.command(xlat))
    value = take()
    after = float(common.command(xlat))
    return (value, "near") if max(before, after) <= NEAR_NS else (value, "far") if min(before, after) > NEAR_NS else None


def main():
    if os.geteuid() != 0:
        print("skip: network namespaces need root")
        return
    table = common.Table("redis", "make bench BENCH=redis")
    keys = subprocess.run([common.FLEXOS, "doctor", "protection-keys"], stdout=subprocess.DEVNULL).returncode == 0
    names = os.environ.get("CASES", "stock " + " ".join(IMAGES)).split()
    for name in [n for n in names if n not in ("stock", "one") and not keys]:
        table.skip(f"{name}", "this host has no protection keys")
        names.remove(name)
    scratch = tempfile.mkdtemp(prefix="flexos-redis-")
    xlat = os.path.join(scratch, "xlat")
    sh("cc", "-O2", os.path.join(common.ROOT, "bench/xlat.c"), "-o", xlat, "-lpthread")
    servers = []
    signal.signal(signal.SIGTERM, lambda *unused: sys.exit(1))  # so that the namespaces go
    try:
        for number, name in enumerate(names):
            servers.append(Server(name, scratch, number))
        samples = {}
        for load in LOADS:
            for test in ("get", "set"):
                for _ in range(ROUNDS * 3):
                    lists = [samples.get((s.name, test, load, "near"), []) for s in servers]
                    if min(len(values) for values in lists) >= ROUNDS:
                        break
                    for server in servers:
                        result = gated(lambda: server.sample(test, load), xlat)
                        if result:
                            samples.setdefault((server.name, test, load, result[1]), []).append(result[0])
        for load, position in (("P16", 2), ("P1", 3)):
            for test in ("get", "set"):
                for mode in ("near", "far"):
                    medians = {s.name: statistics.median(samples[(s.name, test, load, mode)]) for s in servers
                               if len(samples.get((s.name, test, load, mode), [])) >= min(3, ROUNDS)}
                    for name, value in medians.items():
                        base = IMAGES.get(name, (None, None))[1]
                        target = IMAGES[name][position] if name in IMAGES and mode == "near" else None
                        table.add(f"{name} {test} {load} {mode}", value, "1/s", medians.get(base), target, at_most=False)
        stock = next((s for s in servers if s.name == "stock"), None)
        for server in servers:
            table.add(f"{server.name} first PONG", server.ready * 1000, "ms")
            table.add(f"{server.name} resident", server.resident(), "KiB", stock and stock.resident())
    finally:
        for server in servers:
            server.stop()
    table.finish()


if __name__ == "__main__":
    sys.exit(main())
