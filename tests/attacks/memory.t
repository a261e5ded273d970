#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# timeout: 200
# One guest for each kind of memory and for reading and writing it: it must die with the right report, its honest twin must live,
# and without a mechanism the same guest must succeed.
. "$FLEXOS_ROOT/tests/lib.sh"
guests=$FLEXOS_ROOT/tests/attacks/guests

if [ "$1" = build ]; then
    build_images "$guests/vault-none.yaml" "$guests/vault-full.yaml" "$guests/vault-light.yaml"
    exit
fi

plan 0
for place in static zeroed heap thread stack shared; do
    run_image "$guests/vault-none.yaml" read $place
    check "without a mechanism, read $place succeeds" [ "$status" = 0 ] && has "read 4711"
    run_image "$guests/vault-none.yaml" write $place
    check "without a mechanism, write $place succeeds" [ "$status" = 0 ] && has "the vault holds 666"
done
for gate in full light; do
    for place in static zeroed heap thread stack; do
        run_image "$guests/vault-$gate.yaml" honest $place
        check "$gate gates: the honest twin of $place lives" [ "$status" = 0 ] && has "the vault holds 4711"
        for verb in read write; do
            run_image "$guests/vault-$gate.yaml" $verb $place
            if [ $gate-$place = light-stack ]; then # light gates share stacks: it is what makes them weaker
                check "$gate gates: $verb $place is not stopped, as documented" [ "$status" = 0 ]
                continue
            fi
            check "$gate gates: $verb $place dies as a violation" [ "$status" = 86 ]
            has "isolation violation in compartment 1 (thieves)" "where     thief: visit" "to $verb"
            lacks "read 4711" "the vault holds"
        done
    done
    run_image "$guests/vault-$gate.yaml" write shared
    check "$gate gates: what is shared can be written" [ "$status" = 0 ] && has "the vault holds 666"
done
finish
