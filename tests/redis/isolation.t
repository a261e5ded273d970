#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# timeout: 600
"""Isolation is real: code planted in lwip (and sched, vfs, time) looks for Redis' values in everything that its compartment may read
and write. Without a mechanism it finds and changes all of them; isolated it finds none, and each wild access dies with a report.

The values are made inside Redis by a script, so that none crosses the network; planted/planted.h says what the planted code does."""
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time

ROOT = os.environ["FLEXOS_ROOT"]
HERE = os.path.join(ROOT, "tests/redis/planted")
TMP = os.environ["FLEXOS_TMP"]
VALUES = int(100000 * float(os.environ.get("FLEXOS_SCALE", "1"))) // (5 if os.environ.get("FLEXOS_EMULATED") else 1)
VARIANTS = os.path.join(ROOT, "build/tests/planted")
LIBRARIES = ["lwip", "sched", "vfs", "time"]
CONFIGS = ["none", "lwip", "apart"]
NEEDLE = "marked-value-of-redis"
SHIFTED = "".join(chr(ord(c) + 1) for c in NEEDLE)
count = 0


def check(name, good, more=""):
    global count
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {name}", flush=True)
    if not good and more:
        print("".join(f"# {line}\n" for line in str(more).splitlines()[-40:]), end="", flush=True)
    return good


def image_of(config):
    return os.path.join(ROOT, "build/tests", f"redis-planted-{config}.image")


def plant(library):
    """A variant of the library with our code in it, as FLEXOS_LIBS wants it."""
    folder = os.path.join(VARIANTS, library)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.join(ROOT, "libs", library), folder)
    glue = os.path.join(folder, "glue" if library == "lwip" else "src")
    for name in ["planted.c", "planted.h"] + (["door.c"] if library == "lwip" else []):
        shutil.copy(os.path.join(HERE, name), glue)
    shutil.copy(os.path.join(ROOT, "core/layout.h"), os.path.join(glue, "planted_layout.h"))
    with open(os.path.join(glue, "planted_name.h"), "w") as out:
        out.write(f'#define PLANTED_NAME "{library}"\n#define PLANTED(name) {library}_planted_##name\n')
        out.write("#define PLANTED_DOOR\n" if library == "lwip" else "")
    manifest = os.path.join(folder, "lib.yaml")
    with open(manifest) as source:
        text = source.read()
    if library == "lwip":
        text = text.replace("exports:\n", "exports:\n  - planted_box\n")
    old = re.search(r"^needs: \[(.*)\]\n", text, re.M)
    needs = [name.strip() for name in old[1].split(",")] if old else []
    needs += [name for name in ("sched", "string", "lwip") if name not in needs + [library]]
    text = text.replace(old[0], "") if old else text
    text = re.sub(r"^uses: .*\n", "", text, flags=re.M)  # only lwip, which stands under needs now
    with open(manifest, "w") as out:
        out.write(text + f"needs: [{', '.join(needs)}]\n")


def build():
    for library in LIBRARIES:
        plant(library)
    for config in CONFIGS:
        subprocess.run([os.path.join(ROOT, "flexos"), "build", os.path.join(HERE, config + ".yaml"), "-o", image_of(config)],
                       env=dict(os.environ, FLEXOS_LIBS=VARIANTS), check=True)


def free_port(kind):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    def __init__(self, config):
        self.port, door = free_port(socket.SOCK_STREAM), free_port(socket.SOCK_DGRAM)
        self.image = image_of(config)
        self.log = os.path.join(TMP, config + ".log")
        names = subprocess.run(["nm", self.image], stdout=subprocess.PIPE, check=True, text=True).stdout
        self.symbols = {line.split()[2]: line.split()[0] for line in names.splitlines() if len(line.split()) == 3}
        self.layout = self.symbols["flexos_layout"]
        self.process = subprocess.Popen(
            [os.path.join(ROOT, "build/tool/flexos"), "run", self.image, "-p", f"{self.port}:6379", "-p", f"{door}:7777/udp"],
            stdin=subprocess.DEVNULL, stdout=open(self.log, "wb"), stderr=subprocess.STDOUT)
        self.door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.door.connect(("127.0.0.1", door))
        self.door.settimeout(100)
        for _ in range(600):
            if self.redis("PING") == "PONG":
                break
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        time.sleep(0.3)  # the door opens with the network interface

    def redis(self, *words):
        done = subprocess.run(["redis-cli", "-p", str(self.port), *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=200, text=True, errors="replace")
        return done.stdout.strip()

    def load(self):
        """Values whose text exists in Redis only: the script, too, has only the shifted needle."""
        script = ("local n = string.gsub(ARGV[1], '.', function(c) return string.char(string.byte(c) - 1) end) "
                  "for i = 1, tonumber(ARGV[2]) do redis.call('SET', 'k' .. i, n .. ':' .. i .. string.rep('x', 60)) end return 'done'")
        return self.redis("EVAL", script, "0", SHIFTED, str(VALUES))

    def intact(self):
        script = ("local n = string.gsub(ARGV[1], '.', function(c) return string.char(string.byte(c) - 1) end) local good = 0 "
                  "for i = 1, tonumber(ARGV[2]) do if redis.call('GET', 'k' .. i) == n .. ':' .. i .. string.rep('x', 60) "
                  "then good = good + 1 end end return good")
        return int(self.redis("EVAL", script, "0", SHIFTED, str(VALUES)) or -1)

    def spy(self, library, *words):
        """The planted code's answer, or None when the image died."""
        try:
            self.door.send(" ".join((library,) + words).encode())
            answer = self.door.recv(4096).decode()
            while library != "lwip" and answer in ("asked\n", "wait\n"):
                time.sleep(0.1)
                self.door.send(b"box")
                answer = self.door.recv(4096).decode()
            return answer
        except OSError:
            return None

    def found(self, library, verb="scan"):
        answer = self.spy(library, verb, self.layout, SHIFTED)
        match = re.match(r"found (\d+) in (\d+) bytes, first at ([0-9a-f]+)", answer or "")
        return (int(match[1]), int(match[2]), match[3]) if match else (-1, 0, answer)

    def said(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def without_mechanism():
    server = Server("none")
    check(f"none: {VALUES} values are stored", server.load() == "done" and server.intact() == VALUES, server.said())
    for library in LIBRARIES:
        found, size, _ = server.found(library)
        check(f"none: code in {library} finds them all ({found} in {size >> 20} MiB)", found >= VALUES)
    found, _, first = server.found("lwip")
    check("none: a wild write in lwip goes through", server.spy("lwip", "write", first) == "written")
    check("none: and has destroyed a value", server.found("lwip")[0] == found - 1)
    for library in LIBRARIES:
        server.redis("FLUSHALL")
        server.load()
        server.found(library, "spoil")
        check(f"none: code in {library} changes them all", server.intact() == 0)
    check("none: ends cleanly", server.stop() == 0, server.said())


def reached(server, library):
    """Domain -> bytes of linked data, and the other ranges, as the planted code sees them."""
    answer = server.spy(library, "ranges", server.layout) or ""
    rows = [line.split() for line in answer.splitlines()]
    return [(row[0], int(row[1]), int(row[2])) for row in rows if len(row) == 3]


def isolated(config, libraries):
    server = Server(config)
    with open(server.image + ".audit.json") as source:
        audit = json.load(source)
    home = {library["name"]: library["compartments"] for library in audit["libraries"]}
    check(f"{config}: {VALUES} values are stored", server.load() == "done" and server.intact() == VALUES, server.said())
    for library in libraries:
        found, size, first = server.found(library)
        check(f"{config}: code in {library} finds none in the {size >> 20} MiB that it may read", found == 0, first)
        ranges = reached(server, library)
        shared = sum(size for what, domain, size in ranges if what == "linked" and domain == 15)
        check(f"{config}: {library} reaches the shared bytes of the audit report and no others",
              shared == audit["shared"]["bytes"], f"{ranges} {audit['shared']}")
        owners = {domain for what, domain, _ in ranges if what in ("linked", "heap", "stack")}
        check(f"{config}: {library} reaches its own compartment and the shared region only", owners == {*home[library], 15}, ranges)
    server.redis("GET", "k7")
    found = server.found("lwip")[0]
    check(f"{config}: after a GET it sees the reply's buffers ({found}), no more", 0 <= found <= 8, found)
    server.found("lwip", "spoil")
    check(f"{config}: and no value of Redis changes", server.intact() == VALUES)
    check(f"{config}: ends cleanly", server.stop() == 0, server.said())


def wild(verb, what, address, library, report):
    server = Server("apart" if library != "lwip" else "lwip")
    address = server.symbols[address] if address in server.symbols else address
    server.door.settimeout(20)
    server.spy(library, verb, address)
    status = server.stop()
    said = server.said()
    check(f"wild {verb} of {what} in {library}: the image ends as a violation", status == 86, f"status {status}\n{said}")
    for text in report:
        check(f"  says: {text}", text in said, said)


def main():
    if sys.argv[1:] == ["build"]:
        return build()
    without_mechanism()
    isolated("lwip", ["lwip"])
    isolated("apart", LIBRARIES)
    heap = f"{0x100000000000 + 0x1000000000 + 0x100000000 + 0x10000:x}"
    stack = f"{0x100000000000 + 0x1000000000 + 0x40000 - 0x100:x}"
    network = ["isolation violation in compartment 2 (network)", "where     lwip: wild_"]
    wild("write", "Redis' server object", "server", "lwip",
         network + ["to write", "object server", "redis", "owner: compartment 1 (app)"])
    wild("read", "Redis' heap", heap, "lwip", network + ["to read", "compartment 1 (app)"])
    wild("read", "Redis' stack", stack, "lwip", network + ["to read", "compartment 1 (app)"])
    wild("write", "the trusted base", "flexos_published", "lwip", network + ["to write"])
    for library in ("sched", "vfs", "time"):
        wild("write", "Redis' server object", "server", library,
             [f"where     {library}: wild_", "object server", "owner: compartment 1 (app)"])
    print(f"1..{count}")


main()
