#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# timeout: 900
# One program uses files, pipes, polling and threads through libc: on the host, in one compartment, and with each library apart; on
# the file system in memory and on a volume. Everywhere the same checks hold.
. "$FLEXOS_ROOT/tests/lib.sh"
images=$FLEXOS_ROOT/tests/libs/image
configs="$images/one.yaml $images/apart.yaml $images/copy.yaml"

if [ "$1" = build ]; then
    build_images $configs
    exit
fi

# tally NAME: the program's own checks count as one, and what failed is shown.
tally() {
    local checks
    checks=$(printf '%s\n' "$output" | grep -c '^ok')
    output=$(printf '%s\n' "$output" | grep -v '^ok')
    check "$1: $checks checks" [ "$status" = 0 ]
}

# In /tmp: the emulated machine's shared folders are no whole file system (no FIFOs, one kind of lock).
own=$(mktemp -d)
trap 'rm -rf "$own"' EXIT
mkdir "$own/native"
if cc -D_GNU_SOURCE -o "$FLEXOS_TMP/files" "$images/files/files.c" -lpthread 2> /dev/null; then
    run timeout 120 "$FLEXOS_TMP/files" "$own/native"
    tally "the host itself"
else
    skip "the host itself" "no compiler here"
fi
for config in $configs; do
    host=$own/$(basename "$config" .yaml)
    mkdir "$host"
    run timeout 250 "$FLEXOS_ROOT/build/tool/flexos" run --volume "$host:/data" \
        "$(image_of "$config")" -- /tmp /data
    tally "$(basename "$config")"
    check "  it left nothing on the volume" [ -z "$(ls -A "$host")" ]
done
finish
