# SPDX-License-Identifier: BSD-3-Clause
"""What benchmarks share: interleaved samples, medians, the table and build/bench/NAME.csv."""
import csv
import glob
import os
import statistics
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLEXOS = os.path.join(ROOT, "flexos")


def fail(text):
    print(f"bench: {text}", file=sys.stderr)
    sys.exit(1)


def command(*words, **options):
    """Runs a command; its output, or the end of the benchmark with what it said."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode != 0:
        fail(f"{' '.join(words)} ended with status {done.returncode}:\n{done.stdout}")
    return done.stdout


def interleave(cases, rounds):
    """Samples of each case (a dict of name -> function that returns a number), taken round by round; medians by name."""
    samples = {name: [] for name in cases}
    for _ in range(rounds):
        for name, take in cases.items():
            samples[name].append(take())
    return {name: statistics.median(values) for name, values in samples.items()}


class Table:
    """Rows of case, value, unit, baseline, ratio, target, holds."""

    def __init__(self, name, repeat):
        self.name, self.repeat, self.rows = name, repeat, []

    def add(self, case, value, unit, baseline=None, target=None, at_most=True):
        """With a baseline the target bounds the ratio, else the value."""
        ratio = value / baseline if baseline else None
        measured = ratio if baseline else value
        holds = "" if target is None else "yes" if (measured <= target if at_most else measured >= target) else "no"
        bound = "" if target is None else f"{'<=' if at_most else '>='} {target:g}"
        self.rows.append([case, f"{value:.4g}", unit, "" if baseline is None else f"{baseline:.4g}",
                          "" if ratio is None else f"{ratio:.3f}", bound, holds])

    def skip(self, case, why):
        self.rows.append([case, "", f"skip: {why}", "", "", "", ""])

    def finish(self):
        head = ["case", "value", "unit", "baseline", "ratio", "target", "holds"]
        widths = [max(len(row[i]) for row in [head] + self.rows) for i in range(len(head))]
        for row in [head] + self.rows:
            print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
        folder = os.path.join(ROOT, "build", "bench")
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, self.name + ".csv")
        with open(path, "w", newline="") as out:
            csv.writer(out).writerows([head] + self.rows)
        print(f"wrote build/bench/{self.name}.csv; repeat with: {self.repeat}")


def libc_headers():
    """The include folders of the image's C library and of the compiler, for programs compiled without FlexOS' flags."""
    sources = sorted(path for path in os.listdir(os.path.join(ROOT, "build", "src")) if path.startswith("musl-"))
    musl = os.path.join(ROOT, "build", "src", sources[-1])
    generated = glob.glob(os.path.join(ROOT, "build", "**", "bits", "alltypes.h"), recursive=True)
    resource = command("clang-19", "-print-resource-dir").strip()
    return [os.path.dirname(os.path.dirname(generated[0]))] + [os.path.join(musl, folder) for folder in (
        "arch/x86_64", "arch/generic", "include")] + [os.path.join(resource, "include")]
