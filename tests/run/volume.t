#!/usr/bin/env python3
# quick
# SPDX-License-Identifier: BSD-3-Clause
"""The volume broker: what programs do, what attackers try, read-only volumes, confinement."""
import os
import shutil
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from tap import *  # noqa: E402,F403

volume = guest("volume")
SCALE = float(os.environ.get("FLEXOS_SCALE", "1"))


def world(name):
    """A folder with a volume in it, and things beside it that must stay as they are."""
    outer = os.path.join(TMP, name)
    root = os.path.join(outer, "volume")
    os.makedirs(os.path.join(root, "folder"))
    for path, text in ((os.path.join(outer, "secret"), "secret"), (os.path.join(root, "plain"), "plain text")):
        with open(path, "w") as stream:
            stream.write(text)
    os.symlink("../secret", os.path.join(root, "escape"))
    os.symlink(os.path.join(outer, "secret"), os.path.join(root, "up"))
    os.symlink("..", os.path.join(root, "up-folder"))
    os.symlink("/etc", os.path.join(root, "absolute-folder"))
    os.symlink(".", os.path.join(root, "folder", "loop"))
    os.mkfifo(os.path.join(root, "pipe"))
    return outer, root


def adopt(run, prefix):
    """Each line of the guest becomes a result."""
    lines = [line for line in run.stdout.splitlines() if line.startswith(("ok ", "not ok "))]
    for line in lines:
        ok(line.startswith("ok "), f"{prefix}: {line.split('ok ', 1)[1]}", run.stderr)
    ok(run.returncode == 0 and lines and run.stderr == "", f"{prefix}: {len(lines)} results", run)


def unharmed(outer, what):
    with open(os.path.join(outer, "secret")) as stream:
        text = stream.read()
    ok(text == "secret" and sorted(os.listdir(outer)) == ["secret", "volume"], f"{what}: nothing outside has changed",
       os.listdir(outer))


fresh = os.path.join(TMP, "fresh")
os.mkdir(fresh)
adopt(flexos("run", "-q", "-v", f"{fresh}:/data", volume, "--", "use"), "use")
with open(os.path.join(fresh, "folder", "log")) as stream:
    ok(stream.read() == "onetwo", "the host sees what the image wrote")

outer, root = world("attacked")
adopt(flexos("run", "-q", "-v", f"{root}:/data", volume, "--", "attack"), "attack")
unharmed(outer, "attack")
for seed in range(1, 4):
    run = flexos("run", "-q", "-v", f"{root}:/data", volume, "--", "fuzz", str(seed), str(int(3000 * SCALE)), timeout=200)
    adopt(run, "fuzz")
unharmed(outer, "fuzz")

outer, root = world("readonly")
before = sorted(os.listdir(root))
adopt(flexos("run", "-q", "-v", f"{root}:/data:ro", volume, "--", "readonly"), "read-only")
ok(sorted(os.listdir(root)) == before, "read-only: the host sees no change")

# As an ordinary user
if os.geteuid() == 0 and shutil.which("setpriv"):
    os.chmod(TMP, 0o755)
    user_home = os.path.join(TMP, "user")
    outer, root = world("user/world")
    subprocess.run(["chown", "-R", "nobody", user_home], check=True)
    tool = os.path.join(ROOT, "build", "tool", "flexos")
    command = ["setpriv", "--reuid=nobody", "--clear-groups", "--regid=nogroup", tool, "run", "-q", "-v", f"{root}:/data",
               volume, "--", "attack"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, env=dict(ENVIRONMENT, XDG_RUNTIME_DIR=user_home),
                         cwd="/")
    if "Permission denied" in run.stderr:
        skip("attack by an ordinary user", "the checkout cannot be read by others")
    else:
        adopt(run, "ordinary user")
        unharmed(outer, "ordinary user")
else:
    skip("attack by an ordinary user", "needs root to become one")

# The process
process = start("run", "-q", "-v", f"{fresh}:/with space:ro", volume, "--", "hold")
process.stdout.readline()
family = children(process.pid)
helpers = [pid for pid in family if open(f"/proc/{pid}/comm").read().strip() == "flexos-volume"]
ok(len(helpers) == 1, "one process for the volume", family)
status = dict(line.split(":\t", 1) for line in open(f"/proc/{helpers[0]}/status").read().splitlines() if ":\t" in line)
ok(status["Seccomp"].strip() == "2" and status["NoNewPrivs"].strip() == "1" and int(status["CapEff"], 16) & ~0x1e == 0,
   "it is confined: seccomp, no new privileges, capabilities for files at most", status)
held = [os.readlink(f"/proc/{helpers[0]}/fd/{fd}") for fd in os.listdir(f"/proc/{helpers[0]}/fd")]
ok(all(path in ("/dev/null", fresh) or path.startswith(("socket:", "/dev/pts/", "pipe:")) for path in held),
   "it holds its folder, its socket and the console", held)
os.kill(process.pid, signal.SIGKILL)
process.communicate()
ok(until(lambda: not any(alive(pid) for pid in family)), "it ends with the launcher")
run = flexos("run", "-q", "-v", f"{fresh}:/with space:ro", volume, "--", "boot")
ok(":ro:/with%20space" in run.stdout, "the mount point is passed with its spaces", run)
run = flexos("run", "-v", f"{fresh}/file:/data", volume)
ok(run.returncode == 88 and "a folder was expected" in run.stderr, "a file is no volume", run)
run = flexos("run", "-q", "-v", f"{fresh}:/data", volume, "--", "speed", "2000")
adopt(run, "speed")
print("# " + run.stdout.strip())
done()
