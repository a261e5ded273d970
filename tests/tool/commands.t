#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# The commands that need no image: exit status, help, what they say about wrong use.
. "$(dirname "$0")/../lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$(dirname "$0")/../diagnostics/common/." "$work/"
cd "$work" || exit 1
cat >config.yaml <<'Y'
compartments: {main: {mechanism: intel-mpk, default: true}, side: {mechanism: intel-mpk}}
libraries: {app: main, green: side}
memory: 64M
Y

run "$flexos"
check "no command is wrong use" [ "$status" = 2 ]
has "usage: flexos COMMAND" "doctor"
run "$flexos" help
check "help" [ "$status" = 0 ]
run "$flexos" biuld
check "an unknown command" [ "$status" = 2 ]
has "did you mean 'build'?"
for command in build run inspect audit isolate doctor; do
    run "$flexos" "$command" --no-such-option a b c d
    check "$command: wrong use" [ "$status" = 2 ]
done

run "$flexos" inspect config.yaml
check "inspect of a configuration" [ "$status" = 0 ]
has "compartment 2, side: gate full, sharing dss" "green            library" "app              app"
run "$flexos" inspect config.yaml --set memory=1G --set gate=light
check "options add to the file" [ "$status" = 0 ]
has "--set:1:8: note: 'memory' here takes the place of the value at config.yaml:3:9" \
    "gate light, sharing shared-stack"

run "$flexos" inspect image.audit.json
check "inspect of a report" [ "$status" = 0 ]
has "net -> main: 1 functions, 1 call sites" "192 bytes of shared static data in 2 objects"
run "$flexos" audit image.audit.json
check "audit prints the report" [ "$output" = "$(cat image.audit.json)" ]
run "$flexos" audit config.yaml
check "audit of something else" [ "$status" = 1 ]
has "an image made by"
run "$flexos" audit nowhere
check "audit of nothing" [ "$status" = 1 ]
has "No such file"

run "$flexos" doctor --json
has '"protection-keys"' '"how":' '"verdict":'
run "$flexos" doctor
has "images with mechanism none"
finish
