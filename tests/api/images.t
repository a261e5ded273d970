#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# timeout: 600
# The source interface in images: the same program with the same output in every configuration, and calls that break the rules.
. "$FLEXOS_ROOT/tests/lib.sh"
here=$FLEXOS_ROOT/tests/api/images
same_output="none dss heap stack light"

if [ "$1" = build ]; then
    for name in $same_output; do build_images "$here/caller-$name.yaml"; done
    build_images "$here/copier-copy.yaml" "$here/snippet-none.yaml" "$here/snippet-mpk.yaml" \
        "$here/counting-mpk.yaml" "$here/caller-unchecked.yaml" "$here/formatting.yaml" \
        "$here/clerk-none.yaml" "$here/clerk-dss.yaml" "$here/clerk-copy.yaml"
    exit
fi

plan 0
for name in $same_output; do
    run_image "$here/caller-$name.yaml"
    check "caller-$name runs" [ "$status" = 0 ]
    output=$(printf '%s\n' "$output" | grep -v '^flexos:')
    same "$here/expected.txt"
done
run_image "$here/copier-copy.yaml"
check "buffers are copied under sharing: copy" [ "$status" = 0 ]
has "private 20 ++++++++++++++++++++----" "error -22 ---" "length 7 7"
for name in none mpk; do
    run_image "$here/snippet-$name.yaml"
    check "the snippet works ($name)" [ "$status" = 0 ]
    has "received 17: through the gate"
done

run_image "$here/counting-mpk.yaml"
check "a library that knows nothing of FlexOS, with interface.c" [ "$status" = 0 ]
has "counted 59048"
run_image "$here/counting-mpk.yaml" forge
check "a forged handle dies as a violation" [ "$status" = 86 ]
has "parameter 'counter'" "plain_add()" "no object of the callee"
lacks "survived"

run_image "$here/formatting.yaml"
check "a va_list that crosses a boundary is refused" [ "$status" = 86 ]
has "parameter 'list'" "plain_format()" "is a va_list"

for name in none dss copy; do
    run_image "$here/clerk-$name.yaml"
    check "an ordinary program with libc apart ($name)" [ "$status" = 0 ]
    output=$(printf '%s\n' "$output" | grep -v '^flexos:')
    same "$here/clerk.txt"
done

# attack NAME TEXT...: refused, with the function, the parameter and the rule
attack() {
    run_image "$here/caller-dss.yaml" "$1"
    check "attack $1 dies as a violation" [ "$status" = 86 ]
    lacks "survived"
    shift
    has "$@"
}
run_image "$here/caller-dss.yaml" honest
check "the honest twin lives" [ "$status" = 0 ]
has "survived honest 1"
attack wrap "parameter 'data'" "service_digest()" "wraps"
attack huge "parameter 'data'" "service_digest()"
attack null "parameter 'text'" "service_length()" "NULL"
attack handle "parameter 'session'" "service_next()" "no object of the callee"
attack callback "parameter 'function'" "service_apply()" "no function that the caller may call"
attack precondition "service_pick()" "precondition"
attack private "parameter 'a'" "service_swap()" "do not share"
attack foreign "compartment 1 (main)" "to read"
run_image "$here/caller-unchecked.yaml" honest
has "survived honest 1"
run_image "$here/caller-unchecked.yaml" precondition
check "interface_checks: false leaves the checks out" [ "$status" = 0 ]
has "survived precondition"
run_image "$here/caller-none.yaml" private
check "without a mechanism the private objects are simply used" [ "$status" = 0 ]
finish
