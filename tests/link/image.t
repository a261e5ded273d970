#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 600
# Whole images, looked at from outside: in the final machine code no call or jump leads from one
# compartment's code into another's, but for the functions that the report calls stateless.
. "$(dirname "$0")/../lib.sh"
FLEXOS_TMP=${FLEXOS_TMP:-$(mktemp -d)}

config=$FLEXOS_ROOT/examples/census/five.yaml
image=$(image_of "$config")
build_images "$config" >/dev/null
llvm-objdump-19 -d --no-show-raw-insn --no-leading-addr "$image" >/dev/null 2>&1 || skip_all "llvm-objdump-19 is not installed"
cat >"$FLEXOS_TMP/branches.py" <<'E'
import json, re, subprocess, sys
image = sys.argv[1]
report = json.load(open(image + ".audit.json"))
symbols = {}
for line in subprocess.run(["llvm-nm-19", image], capture_output=True, text=True).stdout.splitlines():
    fields = line.split()
    if len(fields) == 3:
        symbols.setdefault(fields[2], int(fields[0], 16))
ranges = {k: (symbols[f"__flexos_text_{k}_start"], symbols[f"__flexos_text_{k}_end"])
          for k in range(len(report["compartments"]))}
stateless = {f["function"] for f in report["stateless"]}

def home(address):
    return next((k for k, (start, end) in ranges.items() if start <= address < end), None)

branches = crossing = allowed = 0
pattern = re.compile(r"^\s*([0-9a-f]+):\s+(?:callq?|jmpq?|j[a-z]+)\s+0x([0-9a-f]+)(?: <([^>+]+)(\+0x[0-9a-f]+)?>)?")
code = subprocess.run(["llvm-objdump-19", "-d", "--no-show-raw-insn", image], capture_output=True, text=True).stdout
for line in code.splitlines():
    match = pattern.match(line)
    if not match:
        continue
    source, target = int(match[1], 16), int(match[2], 16)
    branches += 1
    if home(source) is None or home(target) is None or home(source) == home(target):
        continue
    name = re.sub(r"^flexos[$][^$]*[$]", "", match[3] or "").split("$")[0]
    if name in stateless and not match[4]:
        allowed += 1
    else:
        crossing += 1
        print("from", home(source), "to", home(target), line.strip())
print(branches, "branches,", allowed, "to stateless functions of other compartments,", crossing, "others")
sys.exit(crossing != 0 or branches < 5000)
E
run python3 "$FLEXOS_TMP/branches.py" "$image"
check "no branch crosses: $(printf '%s' "$output" | tail -1)" test "$status" = 0

# An image without isolation is what the linker makes of the same objects.
config=$FLEXOS_ROOT/examples/census/one.yaml
image=$(image_of "$config")
build_images "$config" >/dev/null
run ld.lld-19 "@$image.link" -o "$FLEXOS_TMP/again"
check "a plain link by hand" test "$status" = 0
check "gives the same bytes" cmp "$image" "$FLEXOS_TMP/again"
check "of the library objects themselves" test -z "$(grep "^$image" "$image.link" | grep -v 'tables.o\|image.ld')"
finish
