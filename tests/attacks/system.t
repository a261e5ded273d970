#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# timeout: 300
# Attacks from inside a compartment on what belongs to the trusted base or to all: code, constants, published state, private TCB state, stack
# pointers of other compartments, the TCB's own system call instruction, PKRU writes reached by a jump.
. "$FLEXOS_ROOT/tests/lib.sh"
guests=$FLEXOS_ROOT/tests/attacks/guests
config=$guests/vault-full.yaml

if [ "$1" = build ]; then
    build_images "$guests/vault-none.yaml" "$config"
    exit
fi

image=$(image_of "$config")
plain=$(image_of "$guests/vault-none.yaml")
symbol() { nm "$1" | awk -v name="$2" '$3 == name { print $1; exit }'; }

# attack NAME VERB SYMBOL: dies isolated.
dies() {
    local address
    address=$(symbol "$image" "$3")
    if [ -z "$address" ]; then fail "$1: the image has no symbol $3"; return; fi
    run_image "$config" "$2" "$address"
    check "$1: dies as a violation" [ "$status" = 86 ]
    has "isolation violation in compartment 1 (thieves)"
    lacks "the attack went through"
}

dies "write to published state" poke flexos_published
dies "write to the layout table" poke flexos_layout
dies "read the stack pointers of another compartment" peek __flexos_sp_2
dies "write the stack pointers of another compartment" poke __flexos_sp_2
dies "write to code" poke vault_open
run_image "$config" peek "$(symbol "$image" flexos_published)"
check "twin: published state can be read" [ "$status" = 0 ]
has "the attack went through"
run_image "$config" peek "$(symbol "$image" __flexos_sp_1)"
check "twin: a compartment's own stack pointers can be read" [ "$status" = 0 ]

# The sites that the audit lists, reached by a jump.
sites() { "$flexos" audit "$image" | python3 -c "
import json, sys
report = json.load(sys.stdin)
def walk(node, key):
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key: yield value
            yield from walk(value, key)
    elif isinstance(node, list):
        for value in node: yield from walk(value, key)
for group in walk(report, '$1'):
    for site in group if isinstance(group, list) else []:
        print(site['address'])"; }

count=0
for address in $(sites system_calls); do
    # write(1, text, 9): number 1; getpid: 39; exit_group(0): 231
    for number in 1 27 e7; do
        run_image "$config" jump "$address" "$number" 0 9 "$(symbol "$image" vault_open)" 1
        check "the TCB's system call at $address with number 0x$number dies" [ "$status" = 86 ]
        lacks "the attack went through"
        count=$((count + 1))
    done
done
check "the audit lists the TCB's system calls" [ "$count" -gt 0 ]
count=0
for address in $(sites pkru_writes); do
    for value in 0 55555554 55555546 3ffffffe; do
        run_image "$config" jump "$address" "$value" 0 0 0 0
        check "a jump to the PKRU write at $address with $value dies" [ "$status" = 86 ] || [ "$status" = 87 ]
        lacks "the attack went through"
        count=$((count + 1))
    done
done
check "the audit lists the PKRU writes" [ "$count" -gt 0 ]
finish
