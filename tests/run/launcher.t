#!/usr/bin/env python3
# quick
# SPDX-License-Identifier: BSD-3-Clause
"""The launcher: exit statuses, signals, terminal, descriptors, nothing left behind."""
import os
import pty
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tap import *  # noqa: E402,F403

signals = guest("signals")

# Exit statuses, arguments, environment, descriptors
for status in (0, 3, 86):
    run = flexos("run", "-q", signals, "--", "exit", str(status))
    ok(run.returncode == status, f"status {status} of the image is the command's", run)
run = flexos("run", signals, "-e", "GREETING=hello", "-e", "HOME", "--", "show", "a b", "")
lines = run.stdout.splitlines()
ok(lines[:4] == ["argument signals", "argument show", "argument a b", "argument "], "arguments arrive as given", run)
environment = [line for line in lines if line.startswith("environment ")]
ok("environment GREETING=hello" in environment and f"environment HOME={os.environ.get('HOME', '')}" in environment,
   "--env passes a value and a variable", environment)
ok(not any("PATH=" in line for line in environment), "nothing else of the environment is passed", environment)
ok([line for line in lines if line.startswith("descriptor")] == [f"descriptor {i}" for i in range(5)],
   "the image has its console, control page and wake-up, and no other descriptor", run.stdout)
ok("blocked INT 1 TERM 1 SEGV 0" in lines, "all signals but faults are blocked in the image", run.stdout)
ok("ended with status 0; next: flexos inspect" in run.stderr, "the end says what to type next", run.stderr)

# Signals
process = start("run", "-q", signals, "--", "end")
ok(process.stdout.readline() == "ready\n", "an image starts")
process.send_signal(signal.SIGUSR1)
ok(process.stdout.readline() == "signal 10\n", "SIGUSR1 reaches the image by the control page")
process.send_signal(signal.SIGHUP)
ok(process.stdout.readline() == "signal 1\n", "SIGHUP likewise")
process.send_signal(signal.SIGTERM)
out, err = process.communicate(timeout=10)
ok(out == "signal 15\n" and process.returncode == 7, "SIGTERM ends it with its own status", (out, err))

process = start("run", "-q", signals, "--", "stay")
process.stdout.readline()
family = children(process.pid)
process.send_signal(signal.SIGINT)
ok(process.stdout.readline() == "signal 2\n", "SIGINT reaches an image that stays")
process.send_signal(signal.SIGINT)
out, err = process.communicate(timeout=10)
ok(process.returncode == 137 and "was killed because it did not stop by itself after SIGINT" in err,
   "a second SIGINT kills it and says so", (process.returncode, err))
ok(not any(alive(pid) for pid in family), "nothing of it is left", family)

process = start("run", "-q", "--stop-timeout", "1", signals, "--", "stay")
process.stdout.readline()
process.send_signal(signal.SIGTERM)
out, err = process.communicate(timeout=10)
ok(process.returncode == 137 and "SIGTERM" in err, "--stop-timeout kills an image that stays", (process.returncode, err))

# Deaths
process = start("run", "-q", signals, "--", "stay")
process.stdout.readline()
family = children(process.pid)
process.kill()
process.wait()
ok(family and until(lambda: not any(alive(pid) for pid in family)), "the image dies with its launcher", family)
process.communicate()

process = start("run", "-q", signals, "--", "stay")
process.stdout.readline()
os.kill(children(process.pid)[0], signal.SIGKILL)
out, err = process.communicate(timeout=10)
ok(process.returncode == 137 and "ended by SIGKILL" in err, "an image killed from outside leaves a message", err)
run = flexos("run", "-q", signals, "--", "fork")
ok(run.returncode == 5 and "in a forked copy of the image" in run.stderr and "null pointer" in run.stderr,
   "a fault in a forked copy is reported and does not change the status", run)
run = flexos("run", "-q", signals, "--", "fork", "early")
ok(run.returncode == 5 and run.stderr == "", "one that dies in its self-test at the start is not reported", run)

# Terminal: Ctrl-C as the terminal sends it reaches the image once, through the launcher
pid, terminal = pty.fork()
if pid == 0:
    os.execve(FLEXOS, [FLEXOS, "run", "-q", signals, "--", "stay"], ENVIRONMENT)


def read_terminal(what, seconds=10):
    text = b""
    end = time.monotonic() + seconds
    while what not in text and time.monotonic() < end:
        try:
            text += os.read(terminal, 1000)
        except OSError:
            break
    return text


read_terminal(b"ready")
os.write(terminal, b"\x03")
text = read_terminal(b"signal 2")
ok(text.count(b"signal 2") == 1, "Ctrl-C on a terminal reaches the image once", text)
os.write(terminal, b"\x03")
text = read_terminal(b"SIGINT")
ok(b"was killed" in text, "Ctrl-C once more kills it", text)
_, status = os.waitpid(pid, 0)
ok(os.waitstatus_to_exitcode(status) == 137, "with status 137", status)
os.close(terminal)

pid, terminal = pty.fork()
if pid == 0:
    os.execve(FLEXOS, [FLEXOS, "run", "-q", signals, "--", "echo"], ENVIRONMENT)
os.write(terminal, b"hello\n")
text = read_terminal(b"terminal hello")
ok(b"terminal hello" in text, "the image reads and writes the terminal", text)
os.write(terminal, b"\x1a")
ok(until(lambda: open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[0] == "T"), "Ctrl-Z stops the launcher")
image = children(pid)[0]
ok(open(f"/proc/{image}/stat").read().rsplit(")", 1)[1].split()[0] in "Tt", "and the image with it")
os.kill(pid, signal.SIGCONT)
os.write(terminal, b"again\n")
text = read_terminal(b"terminal again")
ok(b"terminal again" in text, "both go on after SIGCONT", text)
os.write(terminal, b"\x04")
_, status = os.waitpid(pid, 0)
ok(os.waitstatus_to_exitcode(status) == 0, "end of file ends it", status)
os.close(terminal)
echo = subprocess.run([FLEXOS, "run", "-q", signals, "--", "echo"], input="one\ntwo\n", capture_output=True, text=True,
                      env=ENVIRONMENT)
ok(echo.stdout == "one\ntwo\n", "standard input may be a pipe", echo)

# Without ptrace
wrapper = guest("without-ptrace")
run = subprocess.run([wrapper, FLEXOS, "run", "-q", signals, "--", "exit", "4"], capture_output=True, text=True,
                     env=ENVIRONMENT)
ok(run.returncode == 4 and "tracing is not permitted here" in run.stderr, "without ptrace it runs, and says so", run)
faults = guest("faults")
run = subprocess.run([wrapper, FLEXOS, "run", "-q", faults, "--", "null-write"], capture_output=True, text=True,
                     env=ENVIRONMENT)
ok(run.returncode == 87 and "ended by SIGSEGV" in run.stderr, "and a fault still has its status and message", run)

# Refusals
run = flexos("run", "/etc/passwd")
ok(run.returncode == 1 and run.stderr, "a file that is neither image nor configuration is refused", run)
run = flexos("run", "--regsters", signals)
ok(run.returncode == 2 and "did you mean --registers?" in run.stderr, "an unknown option names the nearest", run)
run = flexos("run", "-p", "80", signals)
ok(run.returncode == 2 and "HOSTPORT:PORT" in run.stderr, "a bad port says what was expected", run)
run = flexos("run", "-v", "/nonexistent:/data", signals, "--", "exit", "0")
ok(run.returncode == 88 and "No such file or directory; make it first" in run.stderr,
   "a volume that is not there is refused", run)
run = flexos("run", "-q", "-p", "18080:80", signals, "--", "exit", "0")
ok(run.returncode == 0 and "no port is forwarded" in run.stderr and "lwip" in run.stderr, "ports of an image without a network are told", run)
ok(running() == [], "nothing is left in the state folder", running())
done()
