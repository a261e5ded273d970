#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Bytes of WRPKRU or XRSTOR that only an address makes are no reason to refuse an image: code and data are moved until they are gone. An
# instruction is refused however it is moved (audit.t). Here the linker script says how far an image was moved.
. "$FLEXOS_ROOT/tests/lib.sh"
out=$FLEXOS_TMP/image

run "$flexos" build "$FLEXOS_ROOT/examples/census/files.yaml" -o "$out"
check "an isolated image links" [ "$status" = 0 ]
cat > "$FLEXOS_TMP/count.py" <<'PYTHON'
import struct, sys

image = open(sys.argv[1], "rb").read()
offset, size, count = struct.unpack_from("<Q", image, 32)[0], *struct.unpack_from("<HH", image, 54)
bad = total = 0
for i in range(count):
    kind, flags, start, _, _, length = struct.unpack_from("<IIQQQQ", image, offset + i * size)
    if kind == 1 and flags & 1:
        code = image[start:start + length]
        total += len(code)
        at = code.find(b"\x0f\xae")
        while at >= 0 and at + 2 < len(code):
            bad += (code[at + 2] >> 3 & 7) == 5 and code[at + 2] >> 6 != 3
            at = code.find(b"\x0f\xae", at + 1)
print(bad, "XRSTOR in", "some" if total > 10000 else "no", "code")
PYTHON
run /usr/bin/python3 "$FLEXOS_TMP/count.py" "$out"
check "its code has no XRSTOR at any offset" [ "$output" = "0 XRSTOR in some code" ]
finish
