#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# timeout: 120
# The crash report of isolated images: compartment, library, line, object and owner, chain of gates, JSON, exit status.
. "$FLEXOS_ROOT/tests/lib.sh"
guests=$FLEXOS_ROOT/tests/attacks/guests

if [ "$1" = build ]; then
    build_images "$guests/vault-full.yaml"
    exit
fi

plan 0
image=$(image_of "$guests/vault-full.yaml")
tool=$FLEXOS_ROOT/build/tool/flexos
json=$FLEXOS_TMP/report.json
# key PATH: a value of the JSON report
key() { python3 -c "import json,sys; print(eval('json.load(open(sys.argv[1]))' + sys.argv[2]))" "$json" "$1"; }

run "$tool" run -q --registers --report "$json" "$image" -- read static
check "status 86" [ "$status" = 86 ]
has "isolation violation in compartment 1 (thieves)" "where     thief: visit+0x" "at thief.c:" "to read 8 bytes at 0x" \
    "object in_data, byte 0 of 8 in vault, owner: compartment 2 (vault)" "it is private to its owner" \
    "called by compartment 2 (vault), vault: vault_open+0x" "at vault.c:" "compartment 1 (thieves), thief: main+0x" \
    "as vault_open" "the TCB" "thread    0" "pkru  " "rip   "
check "JSON: a violation" [ "$(key "['violation']")" = True ]
check "JSON: cause" [ "$(key "['cause']")" = foreign-memory ]
check "JSON: compartment" [ "$(key "['compartment']['name']")" = thieves ]
check "JSON: library" [ "$(key "['where']['library']")" = thief ]
check "JSON: object" [ "$(key "['region']['object']")" = in_data ]
check "JSON: owner" [ "$(key "['region']['owner']['number']")" = 2 ]
check "JSON: access" [ "$(key "['access']['kind']")" = read ]
check "JSON: chain" [ "$(key "['chain'][1]['function']")" = vault_open ]
check "JSON: PKRU" [ "$(key "['pkru']")" != 0x0 ]

run "$tool" run -q "$image" -- write heap
check "heap: status 86" [ "$status" = 86 ]
has "to write 8 bytes at 0x1021" "the heap of compartment 2 (vault), byte 0x"
run "$tool" run -q "$image" -- write stack
check "stack: status 86" [ "$status" = 86 ]
has "the stack of thread 0 in compartment 2 (vault)"
run "$tool" run -q "$image" -- honest static
check "the honest twin lives" [ "$status" = 0 ]
lacks "violation"
finish
