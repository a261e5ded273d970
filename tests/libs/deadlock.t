#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# When no thread can ever run again the image says so within seconds.
. "$FLEXOS_ROOT/tests/lib.sh"
config=$FLEXOS_ROOT/tests/libs/image/deadlock.yaml
build_images "$config" > /dev/null

# A handler could still mend it, so the image waits on; here nobody does.
run timeout 8 "$FLEXOS_ROOT/build/tool/flexos" run "$(image_of "$config")"
has "now nobody can run" "flexos: deadlock: no thread can run unless a signal comes; threads: 3" \
    "waits for key 0x"
lacks "not reached"
finish
