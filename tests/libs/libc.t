#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# libc, alloc, tls, errno and builtins from a program's side: in one compartment without mechanism, in one with keys, and with
# the system libraries in compartments of their own. How a program ends. What the library objects contain.
. "$FLEXOS_ROOT/tests/lib.sh"
guest=$FLEXOS_ROOT/tests/libs/guests/libctest
configs="$guest/none.yaml $guest/one.yaml $guest/apart.yaml"

if [ "$1" = build ]; then
    build_images $configs
    exit
fi

for config in $configs; do
    name=$(basename "$config" .yaml)
    run_image "$config"
    check "$name: all checks hold" [ "$status" = 0 ]
    case $output in *"not ok"*) printf '%s\n' "$output" | grep "not ok" | sed 's/^/# /' ;; esac
done

ends() { # ARGUMENT STATUS TEXT
    run_image "$guest/none.yaml" "$1"
    check "$1 ends with status $2" [ "$status" = "$2" ]
    [ -z "${3-}" ] || has "$3"
}
ends status 42 "# at exit"
ends thread 0 "# at exit"
ends abort 134
ends term 143
ends foreign-free 87 "free of 0x105100000040, an object of compartment 5, in compartment 1"

# The newest object of a library, and what was found in its code.
notes() { ls -t "$FLEXOS_ROOT/build/lib/$1"-*.o.scan | head -n 1; }
for library in libc string alloc errno tls builtins; do
    run cat "$(notes $library)"
    check "$library: no AVX" [ "${output%%$'\n'*}" = "avx 0" ]
    lacks system-call wrpkru "fs "
done
finish
