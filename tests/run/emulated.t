#!/usr/bin/env python3
# timeout: 900
# SPDX-License-Identifier: BSD-3-Clause
"""`flexos run` of an isolated image on a host without protection keys: the emulated machine, its output, status and report."""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tap import *  # noqa: E402,F403

if flexos("doctor", "--has-pku", timeout=60).returncode == 0:
    print("1..0 # SKIP this host has protection keys, so nothing is emulated")
    sys.exit(0)

CONFIG = os.path.join(ROOT, "tests", "attacks", "guests", "vault-full.yaml")
image = os.path.join(TMP, "vault")
build = flexos("build", CONFIG, "-o", image, timeout=300)
ok(build.returncode == 0, "the image is built", build)

run = flexos("run", image, "--", "honest", "static", timeout=300)
ok(run.returncode == 0 and "the vault holds 4711" in run.stdout, "it runs, and its output comes through", run)
ok("this host has no memory protection keys, so the image runs in the emulated machine" in run.stderr, "and why is said", run.stderr)
report = os.path.join(TMP, "report.json")
run = flexos("run", "-q", "--report", report, image, "--", "write", "heap", timeout=300)
ok(run.returncode == 86, "the exit status of a violation comes through", run)
ok("isolation violation in compartment 1 (thieves)" in run.stderr and "the heap of compartment 2 (vault)" in run.stderr,
   "and its report", run.stderr)
with open(report) as stream:
    ok(json.load(stream)["violation"] is True, "also as JSON")
for option in (["--gdb"], ["--stop-on-fault"], ["--core"]):
    run = flexos("run", *option, image)
    ok(run.returncode == 88 and "emulate/run -- ./flexos run" in run.stderr, f"{option[0]} is refused with the remedy", run)
ok(running() == [], "nothing is left in the state folder", running())
done()
