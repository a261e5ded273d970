#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# timeout: 200
# Thirteen compartments, the most that protection keys allow: a call goes through all of them and back. Fourteen are an error.
. "$FLEXOS_ROOT/tests/lib.sh"
work=$FLEXOS_ROOT/build/tests/thirteen

# A chain of libraries: step_K adds K and its own private count to what step_K+1 returns.
library() {
    mkdir -p "$work/step$1"
    printf 'name: step%d\nkind: library\nglue: [step.c]\nexports: [step_%d]\nneeds: [%slibc]\n' "$1" "$1" \
        "$([ "$1" = "$2" ] || echo "step$(($1 + 1)), ")" > "$work/step$1/lib.yaml"
    {
        [ "$1" = "$2" ] || echo "long step_$(($1 + 1))(long);"
        echo "long step_$1(long value);"
        echo "static volatile long calls;"
        echo "long step_$1(long value) { calls++; return value + $1 + 1000 * calls$([ "$1" = "$2" ] || echo " + step_$(($1 + 1))(value)"); }"
    } > "$work/step$1/step.c"
}

configuration() {
    echo "compartments:"
    printf -- '- main:\n  mechanism: intel-mpk\n  default: True\n'
    for k in $(seq 1 "$1"); do printf -- '- c%d:\n  mechanism: intel-mpk\n' "$k"; done
    printf 'libraries:\n- chain: main\n'
    for k in $(seq 1 "$1"); do printf -- '- step%d: c%d\n' "$k" "$k"; done
}

if [ "$1" = build ]; then
    rm -rf "$work"
    for k in $(seq 1 13); do library "$k" 13; done
    sed -i 's/ + step_13(value)//; /long step_13(long);/d' "$work/step12/step.c"
    sed -i 's/step13, //' "$work/step12/lib.yaml"
    mkdir -p "$work/chain"
    printf 'name: chain\nkind: app\nglue: [chain.c]\nneeds: [step1, libc]\n' > "$work/chain/lib.yaml"
    printf '#include <stdio.h>\nlong step_1(long);\nint main(void) {\n    printf("%%ld %%ld\\n", step_1(1), step_1(2));\n    return 0;\n}\n' \
        > "$work/chain/chain.c"
    configuration 12 > "$work/chain.yaml"
    configuration 13 > "$work/fourteen.yaml"
    build_images "$work/chain.yaml"
    exit
fi

run_image "$work/chain.yaml"
check "thirteen compartments run" [ "$status" = 0 ]
# sum over k = 1..12 of value + k + 1000 * calls; C evaluates the two calls in some order
case $output in *"12090 24102"* | *"24090 12102"*) pass "every compartment took part" ;; *) fail "every compartment took part" ;; esac
run "$flexos" build "$work/fourteen.yaml" -o "$FLEXOS_TMP/none"
check "fourteen are refused" [ "$status" != 0 ]
has "14 compartments with intel-mpk; at most 13 were expected"
finish
