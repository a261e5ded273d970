#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# When no thread can ever run again the image says so and ends; it does not hang.
. "$FLEXOS_ROOT/tests/lib.sh"
config=$FLEXOS_ROOT/tests/libs/image/deadlock.yaml
build_images "$config" > /dev/null

run_image "$config"
check "the image ends with the status of a fault" [ "$status" = 87 ]
has "now nobody can run" "flexos: deadlock: no thread can run again" "threads: 3" "waits for key 0x"
lacks "not reached"
finish
