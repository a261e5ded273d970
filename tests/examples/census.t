#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# needs: pku
# One program of five libraries, unchanged, gives the same output in every configuration; where there is no boundary there is no gate.
. "$FLEXOS_ROOT/tests/lib.sh"
census=$FLEXOS_ROOT/examples/census
configs=$(ls "$census"/*.yaml)

if [ "$1" = build ]; then
    build_images $configs
    exit
fi

for config in $configs; do
    run_image "$config"
    check "$(basename "$config") ends well" [ "$status" = 0 ]
    same "$census/expected.txt"
done
for name in one five-none; do
    run /usr/bin/python3 -c 'import json, sys; print(len(json.load(open(sys.argv[1]))["gates"]))' \
        "$(image_of "$census/$name.yaml").audit.json"
    check "$name.yaml has no gate" [ "$output" = 0 ]
done
finish
