#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# The library builder: what is compiled again and what is not, and what it says of mistakes. The images are never run; one
# small application of two files stands beside its configuration.
. "$FLEXOS_ROOT/tests/lib.sh"
name=btest$$
app=$FLEXOS_TMP/$name
mkdir -p "$app/a" "$app/b"
trap 'rm -f "$FLEXOS_ROOT"/build/obj/$name-*.state "$FLEXOS_ROOT"/build/obj/.$name.lock "$FLEXOS_ROOT"/build/lib/$name-*' EXIT

cat > "$FLEXOS_TMP/config.yaml" <<EOF
compartments:
- all:
  mechanism: none
  default: True
libraries:
- $name: all
EOF

# manifest LINES: lib.yaml of the application, with more lines.
manifest() { printf 'name: %s\nkind: app\nglue: ["*.c"]\ninclude: [./a, ./b]\nneeds: [libc]\n%s\n' "$name" "${1-}" > "$app/lib.yaml"; }

build() { run "$flexos" build "$FLEXOS_TMP/config.yaml" -o "$FLEXOS_TMP/image"; }

# compiles N WHAT: the build is well and compiles N files of the application.
compiles() {
    local count
    build
    count=$(printf '%s\n' "$output" | sed -n "s/^$name: 2 files, \([0-9]*\) to compile\$/\1/p")
    check "$2" [ "$status/${count:-0}" = "0/$1" ]
}

# refuses TEXT...: the build fails and says so.
refuses() {
    build
    check "the build fails" [ "$status" = 1 ]
    has "$@"
}

echo '#define NUMBER 1' > "$app/b/number.h"
printf '#include <number.h>\nint other(void);\nstatic __attribute__((noinline)) int twin(int a) { return a * 3; }\nint main(int argc, char **argv) { (void)argv; return other() + twin(argc) + NUMBER; }\n' > "$app/main.c"
printf 'int other(void);\nstatic __attribute__((noinline)) int twin(int a) { return a * 5; }\nint seed;\nint other(void) { return twin(seed); }\n' > "$app/other.c"
manifest
compiles 2 "a new library is compiled"
compiles 0 "an unchanged one is not"
touch "$app"/*.c "$app"/b/*.h
compiles 0 "nor after touch"
echo '#define NUMBER 2' > "$app/b/number.h"
compiles 1 "a changed header: only the file that includes it"
echo '#define NUMBER 1' > "$app/b/number.h"
compiles 0 "the header as it was: found in the cache"
echo '#define NUMBER 3' > "$app/a/number.h"
compiles 1 "a new header that hides the old one"
rm "$app/a/number.h"
compiles 1 "without it again: what the file includes now must be found out"
mkdir -p "$app/a/sub" "$app/b/sub"
printf '#include <sub/number.h>\n' > "$app/a/number.h"
echo '#define NUMBER 1' > "$app/b/sub/number.h"
compiles 1 "a header that includes one of a subfolder"
echo '#define NUMBER 4' > "$app/a/sub/number.h"
compiles 1 "a new header that hides the one of the subfolder"
rm -r "$app/a/sub" "$app/b/sub" "$app/a/number.h"
compiles 1 "all of it away"
manifest 'flags: [-DMORE]'
compiles 2 "other flags"
manifest
compiles 0 "the first flags again: cached"

object=$(ls "$FLEXOS_ROOT/build/lib/$name"-*.o | head -n 1)
run sh -c "llvm-readelf-19 -SW '$object' | grep -c 'text\.twin'"
check "functions of one name in two files have sections of their own" [ "$output" = 2 ]
run llvm-nm-19 "$object"
has "flexos\$$name\$main" "flexos\$lib$name\$main"

manifest 'exports: [main, nonsense]'
refuses "'nonsense' is exported but no file of library $name defines it"
manifest 'exports: [main]'
build
object=$(ls -t "$FLEXOS_ROOT/build/lib/$name"-*.o | head -n 1)
run llvm-nm-19 "$object"
has " t other" " T main"

manifest
echo 'int broken(void) { return 1 }' > "$app/broken.c"
refuses "$name: broken.c does not compile" "expected ';'"
echo 'int narrow(long a); int narrow(long a) { return a; }' > "$app/broken.c"
refuses "implicit conversion loses integer precision"
rm "$app/broken.c"
manifest 'files: [x.c]'
refuses "'files' without a 'source'"
manifest 'prepare: script'
printf '#!/bin/sh\necho some reason >&2\nexit 3\n' > "$app/script"
chmod +x "$app/script"
refuses "ended with status 3" "some reason"

# Chosen functions that allocate in the shared heap: only in isolated images, and only where it has an effect.
sed 's/none/intel-mpk/' "$FLEXOS_TMP/config.yaml" > "$FLEXOS_TMP/isolated.yaml"
printf '#include <stdlib.h>\nvoid *chosen(void);\nvoid *plain(void);\nvoid *chosen(void) { return malloc(5); }\nvoid *plain(void) { return malloc(6); }\n' > "$app/other2.c"
calls() { llvm-objdump-19 -dr --disassemble-symbols="$1" "$(ls -t "$FLEXOS_ROOT/build/lib/$name"-*.o | head -n 1)" | grep -o 'R_X86_64_PLT32.*'; }
manifest 'sharing-heap: [chosen]'
build
run calls chosen
check "  calls malloc" [ "${output##*[[:space:]]}" = malloc-0x4 ]
run "$flexos" build "$FLEXOS_TMP/isolated.yaml" -o "$FLEXOS_TMP/image"
run calls chosen
has "flexos_malloc_shared-"
run calls plain
check "  calls malloc" [ "${output##*[[:space:]]}" = malloc-0x4 ]
for mistake in 'other: allocates nothing itself' 'missing: is no function of library'; do
    manifest "sharing-heap: [${mistake%%:*}]"
    run "$flexos" build "$FLEXOS_TMP/isolated.yaml" -o "$FLEXOS_TMP/image"
    has "'${mistake%%:*}'" "${mistake#*: }"
done
rm "$app/other2.c"

# Sources: another pin for what is there already; a version that does not exist.
source_of() { manifest "source: {package: musl, version: \"$1\", orig-sha256: $2}"; }
zeroes=0000000000000000000000000000000000000000000000000000000000000000
source_of 1.2.3-1 $zeroes
refuses "has the SHA-256 7d5b0b60" "the manifest pins $zeroes" "lib.yaml:6:"
finish
