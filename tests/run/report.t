#!/usr/bin/env python3
# quick
# SPDX-License-Identifier: BSD-3-Clause
"""The crash report of images without mechanism: cause, place, object, JSON. (Isolated ones: tests/isolation.)"""
import json
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tap import *  # noqa: E402,F403

faults = guest("faults")
report = os.path.join(TMP, "report.json")

# how, cause, title, what the text must hold
CASES = [
    ("null-write", "null-pointer", "null pointer", ["write_to+0x", "faults.c:", "to write 4 bytes at 0x10", "null pointer", "called in main+0x"]),
    ("null-read", "null-pointer", "null pointer", ["read_from+0x", "to read 4 bytes at 0x18"]),
    ("null-call", "null-pointer", "null pointer", ["to execute at 0x0", "a call through a null function pointer", "called in main+0x"]),
    ("constant", "write-to-constant", "invalid memory access", ["object fixed, byte 8 of 40", "never writable"]),
    ("code", "write-to-constant", "invalid memory access", ["the code of write_to+0x0"]),
    ("execute", "execution-of-data", "invalid memory access", ["object table, byte 0 of 40", "what lies there is not code"]),
    ("invalid", "invalid-address", "invalid memory access", ["0x8000000000000000", "no address that a program can have"]),
    ("unmapped", "unmapped-address", "invalid memory access", ["nothing of this image"]),
    ("heap", "unmapped-address", "invalid memory access", ["the heap of the image, byte 0x1000"]),
    ("overflow", "stack-overflow", "stack overflow", ["recurse+0x", "the guard page below the stack of thread 3", "is used up"]),
    ("divide", "arithmetic", "arithmetic error", ["main+0x", "division by zero"]),
    ("trap", "illegal-instruction", "illegal instruction", ["`ud2`", "__builtin_trap"]),
    ("gate", "gate-check", "check failed", ["a broken invariant of the trusted computing base"]),
    ("privileged", "privileged-instruction", "privileged instruction", ["`hlt`", "reserved for the kernel"]),
    ("breakpoint", "other", "breakpoint", ["`int3`"]),
    ("seccomp-trap", "system-call", "forbidden system call", ["getppid (number 110)"]),
    ("seccomp-kill", "system-call", "forbidden system call", ["getppid (number 110)", "the system call filter ended the image"]),
]
for how, cause, title, words in CASES:
    if os.path.exists(report):
        os.unlink(report)
    run = flexos("run", "-q", "--report", report, faults, "--", how)
    missing = [word for word in words + [title] if word not in run.stderr]
    ok(run.returncode == 87 and not missing, f"{how}: text and status", f"{run.returncode} lacks {missing}\n{run.stderr}")
    try:
        with open(report) as stream:
            data = json.load(stream)
    except (OSError, ValueError) as error:
        data = {"error": str(error)}
    ok(data.get("cause") == cause and data.get("status") == 87 and data.get("violation") is False
       and data.get("registers", {}).get("rip"), f"{how}: JSON", data)

ok(data["thread"] == 3 and data["compartment"]["name"] == "main", "thread and compartment", data)
run = flexos("run", "-q", faults, "--", "live")
ok(run.returncode == 0 and run.stderr == "", "the twin without a fault lives and nothing is said", run)
run = flexos("run", "-q", "--registers", faults, "--", "null-write")
ok("rax   " in run.stderr and "rip   " in run.stderr, "--registers shows them", run.stderr)
run = flexos("run", faults, "--", "null-write")
ok("was stopped, status 87; next: flexos run --gdb" in run.stderr, "the end says what to type next", run.stderr)
run = flexos("run", "-q", "--report", "/nonexistent/report", faults, "--", "null-write")
ok(run.returncode == 87 and "the report cannot be written: No such file" in run.stderr, "a report that cannot be written", run)

# --stop-on-fault leaves the image for a debugger; gdb sees the faulting instruction
process = start("run", "--stop-on-fault", faults, "--", "null-write")
line = ""
while "gdb -p" not in line:
    line = process.stderr.readline()
    if not line:
        break
pid = children(process.pid)[0]
ok(f"gdb -p {pid}" in line, "--stop-on-fault says how to look at it", line)
gdb = subprocess.run(["gdb", "-q", "-batch", "-ex", "bt 1", "-ex", "detach", "-p", str(pid), faults], capture_output=True,
                     text=True, timeout=60, stdin=subprocess.DEVNULL) if os.path.exists("/usr/bin/gdb") else None
if gdb:
    ok("write_to" in gdb.stdout, "gdb finds it at the fault", gdb.stdout + gdb.stderr)
else:
    skip("gdb finds it at the fault", "gdb is not installed")
process.send_signal(signal.SIGINT)
process.communicate(timeout=10)
ok(until(lambda: not alive(pid)), "Ctrl-C ends the stopped image")

# --gdb: the image starts in gdb with its own descriptors
if gdb:
    process = start("run", "-q", "--gdb", faults, "--", "null-write", stdin=subprocess.PIPE)
    out, err = process.communicate("break write_to\ncontinue\nbacktrace\ncontinue\nbacktrace\nkill\nquit\n", timeout=60)
    ok("Breakpoint 1, write_to" in out and "SIGSEGV" in out, "--gdb stops at breakpoints and faults", out + err)
    ok(not children(process.pid), "nothing is left after gdb")
else:
    skip("--gdb", "gdb is not installed")

done()
