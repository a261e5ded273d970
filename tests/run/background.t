#!/usr/bin/env python3
# quick
# SPDX-License-Identifier: BSD-3-Clause
"""--detach, ps, logs, stop: names, states, logs, and nothing left behind."""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tap import *  # noqa: E402,F403

signals = guest("signals")
NAME = f"test-{os.getpid()}"
LOG = os.path.join(os.environ.get("FLEXOS_BUILD", os.path.join(ROOT, "build")), "logs")


def detach(*arguments, name=NAME):
    # Files, not pipes: the image keeps what it inherits open
    with open(os.path.join(TMP, "out"), "w+") as out:
        run = subprocess.run([FLEXOS, "run", "-d", "--name", name, signals, "--", *arguments], stdout=out,
                             stderr=subprocess.STDOUT, env=ENVIRONMENT, cwd=TMP, stdin=subprocess.DEVNULL, timeout=20)
        out.seek(0)
        run.stdout = out.read()
    return run


ok(running() == [], "ps --json without images is an empty list")
ok("No image is running" in flexos("ps").stdout, "ps says so in words")
run = detach("end")
ok(run.returncode == 0 and f"flexos logs {NAME}; flexos stop {NAME}" in run.stdout, "-d comes back and says what to type next", run)
entries = running()
ok(len(entries) == 1 and entries[0]["name"] == NAME and entries[0]["mode"] == "native"
   and os.path.samefile(entries[0]["image"], signals), "ps shows it", entries)
ok(NAME in flexos("ps").stdout, "also in the table")
ok(until(lambda: flexos("logs", NAME).stdout == "ready\n"), "logs shows its console")
taken = flexos("run", "-d", "--name", NAME, signals)
ok(taken.returncode == 88 and "is running already" in taken.stderr, "a name is used once", taken)
follower = start("logs", "-f", NAME)
pid = entries[0]["pid"]
os.kill(pid, signal.SIGUSR2)
ok(follower.stdout.readline() == "ready\n" and follower.stdout.readline() == "signal 12\n", "logs -f follows")
stop = flexos("stop", NAME)
ok(stop.returncode == 0 and stop.stdout == f"{NAME} has ended\n", "stop ends it", stop)
out, err = follower.communicate(timeout=10)
ok("signal 15\n" in out, "and logs -f ends with it", out)
logs = flexos("logs", NAME)
ok("ready\n" in logs.stdout and "ended with status 7" in logs.stdout, "the log stays", logs)
ok(running() == [] and os.listdir(RUNTIME) == [], "the state folder is gone", os.listdir(RUNTIME))

run = detach("stay")
stop = flexos("stop", NAME, "--timeout", "0")
ok("was killed" in stop.stdout and running() == [], "stop kills what does not end", stop)
run = detach("exit", "3")
ok(until(lambda: "status 3" in flexos("logs", NAME).stdout), "an image that ends at once has its log")

# A launcher that is killed: its image dies, its file is stale and is removed
run = detach("stay")
pid = running()[0]["pid"]
family = children(pid)
os.kill(pid, signal.SIGKILL)
ok(until(lambda: not alive(pid) and not any(alive(child) for child in family)), "the image of a killed launcher dies", family)
folder = os.path.join(RUNTIME, "flexos")
ok(os.listdir(folder) == [f"{NAME}.json"], "its file is still there", os.listdir(folder))
ok(running() == [] and not os.path.exists(folder), "ps does not show it and removes it")

# Two at once, the same name by default
first = start("run", signals, "--", "stay")
first.stdout.readline()
second = start("run", signals, "--", "stay")
second.stdout.readline()
names = sorted(entry["name"] for entry in running())
ok(names == ["signals", "signals-2"], "a second one gets a name of its own", names)
console = flexos("logs", "signals")
ok(console.returncode == 1 and "is the terminal of process" in console.stderr, "logs of one in the foreground says where to look", console)
near = flexos("stop", "signal")
ok(near.returncode == 1 and "did you mean signals?" in near.stderr, "a wrong name: the nearest", near)
stop = flexos("stop", "--all", "--timeout", "0")
ok(stop.stdout.count("was killed") == 2, "stop --all", stop)
for process in (first, second):
    process.communicate(timeout=10)

failed = flexos("run", "-d", "--name", NAME, "-v", "/nonexistent:/x", signals, "--", "end")
ok(failed.returncode == 88 and "make it first" in failed.stderr, "-d tells a start that fails", failed)
for arguments, words in ((["logs", "nobody-of-this-name"], "runs or ran in the background"), (["logs"], "usage:"), (["stop"], "usage:"),
                         (["ps", "x"], "not x"), (["stop", "nobody"], "flexos ps")):
    run = flexos(*arguments)
    ok(run.returncode != 0 and words in run.stderr, f"{' '.join(arguments)}: {words}", run)
os.unlink(os.path.join(LOG, NAME + ".log"))
ok(os.listdir(RUNTIME) == [], "nothing is left", os.listdir(RUNTIME))
done()
