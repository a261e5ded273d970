#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Unit tests of the host tool's utilities, with address and undefined-behaviour checks.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cc -std=gnu11 -D_GNU_SOURCE -g -fsanitize=address,undefined -Wall -Wextra -Wno-format-truncation \
    -I"$root/tool" -o "$work/unit" "$root/tests/tool/unit.c" "$root"/tool/util/*.c "$root"/tool/diag/*.c \
    "$root"/tool/yaml/*.c -lnettle -lyaml
cd "$work"
./unit
