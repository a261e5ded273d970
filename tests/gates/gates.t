#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# timeout: 600
# What gates do, and one attack for each of their checks: it must die in the right way, and against the same gate with that one
# check taken out it must succeed. The image is linked by hand (image.ld, gates.S).
. "$FLEXOS_ROOT/tests/lib.sh"
here=$FLEXOS_ROOT/tests/gates
built=$FLEXOS_ROOT/build/tests/gates

# attack, how it must end, the check without which it succeeds ("-": not a removable check)
attacks='
honest:exit 0:-
call-pkru:trap 1 1 2:CALL_PKRU
call-secret:trap 2 1 2:CALL_SECRET
call-index:trap 3 1 2:CALL_INDEX
call-index-tcb:trap 3 1 0:-
call-flags:exit 0:CALL_FLAGS
call-fp:exit 0:CALL_FP
call-alignment:signal BUS:ALIGNMENT
call-clear:exit 0:CALL_CLEAR
thunk-home:trap 4 1 2:THUNK_HOME
thunk-users:trap 5 1 2:THUNK_USERS
thunk-users-plain:trap 5 1 2:THUNK_USERS
return-pkru:trap 6 1 2:RETURN_PKRU
return-secret:trap 7 1 2:RETURN_SECRET
return-record:trap 8 1 2:RETURN_RECORD
return-flags:exit 0:RETURN_FLAGS
return-fp:exit 0:RETURN_FP
return-alignment:signal BUS:ALIGNMENT
return-clear:exit 0:RETURN_CLEAR
longjmp-chain:trap 12 255 255:LONGJMP_CHAIN
longjmp-dead:trap 12 255 255:LONGJMP_CHAIN
longjmp-other-thread:trap 11 255 255:-
service-range:exit 0:SERVICE_RANGE
read-lib:signal SEGV key 2:-
write-lib:signal SEGV key 2:-
read-tcb:signal SEGV key 14:-
write-published:signal SEGV key 0:-
write-constants:signal SEGV:-
read-lib-stack:signal SEGV key 2:-
overflow-stack:signal SEGV code 2:-
system-call:signal SYS:-
system-call-function:signal SEGV key 0:-
system-call-site:signal SYS:-
'
checks=$(echo "$attacks" | cut -d: -f3 | grep -v '^-*$' | sort -u)

if [ "$1" = build ]; then
    mkdir -p "$built"
    clang-19 -O1 -static -Wall -Wextra -Werror -o "$built/watch" "$here/watch.c" || exit 1
    "$here/build" "$built/full" && "$here/build" "$built/light" -DLIGHT=1 &&
        "$here/build" "$built/avx" -DAVX=1 && "$here/build" "$built/avx512" -DAVX=2 || exit 1
    for name in $checks; do
        "$here/build" "$built/without-$name" "-DFLEXOS_WITHOUT_$name" || exit 1
    done
    exit
fi

plan 0
"$built/watch" --alignment && alignment=yes || alignment=no

for image in full light avx avx512; do
    case $image in avx) feature=avx ;; avx512) feature=avx512bw ;; *) feature=pku ;; esac
    if ! grep -q "^flags.* $feature" /proc/cpuinfo; then
        skip "$image: what gates do" "this processor has no $feature"
        continue
    fi
    run timeout 60 "$built/watch" "$built/$image"
    while read -r line; do
        case $line in
        "ok - "*) pass "$image: ${line#ok - }" ;;
        "not ok - "*) fail "$image: ${line#not ok - }" ;;
        esac
    done <<< "$output"
    check "$image: ends well" [ "${output##*$'\n'}" = "exit 0" ]
done

while IFS=: read -r attack end name; do
    [ -n "$attack" ] || continue
    if [ "$name-$alignment" = ALIGNMENT-no ]; then
        skip "$attack" "this processor has no alignment check"
        continue
    fi
    run timeout 60 "$built/watch" "$built/full" "$attack"
    case ${output##*$'\n'} in
    "$end"*) pass "$attack: $end" ;;
    *) fail "$attack: $end" ;;
    esac
    [ "$name" != - ] || continue
    run timeout 60 "$built/watch" "$built/without-$name" "$attack"
    check "$attack succeeds without $name" [ "${output##*$'\n'}" = "exit 99" ]
done <<< "$attacks"
finish
