# SPDX-License-Identifier: BSD-3-Clause
"""From the start of an image (exec by the launcher, without building) to its first line; image size; resident memory. The peer is
the same program linked statically against the host's C library."""
import os
import subprocess
import tempfile
import time

import common

HELLO = os.path.join(common.ROOT, "examples", "hello")
ROUNDS = 21


def first_line(command, timeout=10):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    line = process.stdout.readline()
    elapsed = time.perf_counter() - start
    process.wait(timeout)
    if b"Hello" not in line:
        common.fail(f"{' '.join(command)} printed {line!r} first")
    return elapsed * 1000


def main():
    table = common.Table("start", "make bench BENCH=start")
    keys = subprocess.run([common.FLEXOS, "doctor", "protection-keys"], stdout=subprocess.DEVNULL).returncode == 0
    with tempfile.TemporaryDirectory(prefix="flexos-start-") as scratch:
        static = os.path.join(scratch, "static")
        resident = os.path.join(scratch, "resident")
        common.command("cc", "-O2", "-static", os.path.join(common.ROOT, "bench/resident.c"), "-o", resident)
        common.command("cc", "-O2", "-static", os.path.join(HELLO, "hello.c"), "-o", static)
        cases = {"static program of the host": [static]}
        images = {}
        for name, config in (("hello, one compartment", "hello.yaml"), ("hello, files apart", "isolated.yaml")):
            images[name] = os.path.join(scratch, config[:-5])
            common.command(common.FLEXOS, "build", os.path.join(HELLO, config), "-o", images[name])
            if config == "isolated.yaml" and not keys:
                table.skip(name, "this host has no protection keys")
                continue
            cases[name + ", image alone"] = [images[name]]
            cases[name + ", flexos run"] = [os.path.join(common.ROOT, "build/tool/flexos"), "run", images[name]]
        medians = common.interleave({name: (lambda c=command: first_line(c)) for name, command in cases.items()}, ROUNDS)
        for name, value in medians.items():
            table.add(f"{name}: first line", value, "ms", target=None if name.startswith("static") else 10)
        for name, command in cases.items():
            if "flexos run" not in name:
                table.add(f"{name}: resident", float(common.command(resident, *command)), "KiB")
        for name, image in images.items():
            stripped = os.path.join(scratch, "stripped")
            common.command("strip", "-o", stripped, image)
            table.add(f"{name}: image without debugging information", os.path.getsize(stripped) / 1024, "KiB")
    table.finish()


main()
