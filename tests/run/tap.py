# SPDX-License-Identifier: BSD-3-Clause
"""What the test files of this folder share: TAP, guests built from C, the tool."""
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.environ.get("FLEXOS_ROOT", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
TMP = os.environ.get("FLEXOS_TMP")
if not TMP:
    TMP = tempfile.mkdtemp(prefix="flexos-run-")
    atexit.register(shutil.rmtree, TMP, ignore_errors=True)
FLEXOS = os.path.join(ROOT, "flexos")

# A state folder of this test alone: tests run side by side.
RUNTIME = os.path.join(TMP, "runtime")
os.makedirs(RUNTIME, mode=0o700, exist_ok=True)
ENVIRONMENT = dict(os.environ, XDG_RUNTIME_DIR=RUNTIME)

results = []


def ok(good, what, detail=""):
    results.append(bool(good))
    print(f"{'ok' if good else 'not ok'} {len(results)} - {what}", flush=True)
    if not good and detail:
        for line in str(detail).splitlines():
            print(f"# {line}", flush=True)


def skip(what, why):
    results.append(True)
    print(f"ok {len(results)} - {what} # SKIP {why}", flush=True)


def done():
    print(f"1..{len(results)}")
    sys.exit(0 if all(results) else 1)


def guest(name, *flags):
    """A static program that stands for an image."""
    out = os.path.join(TMP, name)
    subprocess.run(["cc", "-std=gnu11", "-D_GNU_SOURCE", "-g", "-O1", "-static", "-no-pie", "-w",
                    f"-I{ROOT}", f"-I{ROOT}/include",
                    f"{ROOT}/tests/run/guests/{name}.c", "-o", out, *flags], check=True)
    return out


def flexos(*arguments, timeout=30, **more):
    return subprocess.run([FLEXOS, *arguments], capture_output=True, text=True, timeout=timeout,
                          env=ENVIRONMENT, cwd=TMP, stdin=subprocess.DEVNULL, **more)


def start(*arguments, **more):
    options = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, cwd=TMP,
                   stdin=subprocess.DEVNULL)
    options.update(more)
    return subprocess.Popen([FLEXOS, *arguments], **options)


def children(pid):
    """All descendants of a process."""
    found = []
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as stream:
            direct = [int(word) for word in stream.read().split()]
    except FileNotFoundError:
        return found
    for child in direct:
        found += [child] + children(child)
    return found


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stream:
            return stream.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def until(condition, seconds=5):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def running():
    return json.loads(flexos("ps", "--json").stdout)
