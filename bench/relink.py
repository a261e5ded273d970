# SPDX-License-Identifier: BSD-3-Clause
"""How long a changed configuration takes: the largest example is linked anew in turn in each of its configurations, with
everything compiled before. Counts compilations, which must be none."""
import glob
import os
import re
import shutil
import tempfile
import time

import common


def main():
    table = common.Table("relink", "make bench BENCH=relink")
    example = "redis" if glob.glob(os.path.join(common.ROOT, "examples/redis/*.yaml")) else "census"
    configs = sorted(glob.glob(os.path.join(common.ROOT, "examples", example, "*.yaml")))
    scratch = tempfile.mkdtemp(prefix="flexos-relink-")
    compiled = {}

    def link(config):
        def take():
            image = os.path.join(scratch, "image")
            for left in glob.glob(image + "*"):
                shutil.rmtree(left) if os.path.isdir(left) else os.remove(left)
            start = time.monotonic()
            said = common.command(common.FLEXOS, "build", config, "-o", image)
            compiled[config] = sum(int(n) for n in re.findall(r"(\d+) compiled", said))
            return time.monotonic() - start
        return take

    try:
        for config in configs:
            link(config)()
        medians = common.interleave({os.path.basename(c)[:-5]: link(c) for c in configs}, 5)
    finally:
        shutil.rmtree(scratch)
    for name, seconds in medians.items():
        table.add(f"{example}: {name}", seconds, "s", target=1.0)
    table.add("files compiled", float(sum(compiled.values())), "", target=0)
    table.finish()


main()
