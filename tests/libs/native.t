#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# timeout: 300
# Libraries sched, vfs, ramfs, devices and volume as ordinary programs under AddressSanitizer and UBSan, over a stand-in for the trusted
# computing base (native/tcb.c). `compare` makes the same random calls on vfs with ramfs and on the host's tmpfs.
set -u
cd "$FLEXOS_ROOT" || exit 1
out=$FLEXOS_TMP
flags="-g -O1 -std=gnu11 -D_GNU_SOURCE -Iinclude -Wall -Wextra -Wshadow -Werror
       -fsanitize=address,undefined -fno-sanitize-recover=undefined"
native=tests/libs/native
libraries=$(ls libs/{sched,vfs,ramfs,devices,time}/src/*.c)
export ASAN_OPTIONS=detect_leaks=0 # threads on stacks of their own confuse the leak checker
count=0 failed=0

result() { # result NAME STATUS OUTPUT
    count=$((count + 1))
    if [ "$2" = 0 ]; then
        echo "ok $count - $1$4"
    else
        echo "not ok $count - $1"
        failed=1
        grep -v '^ok' "$3" | sed 's/^/# /' | head -60
    fi
}

for file in $native/tcb.c $native/loopback.c $libraries; do
    echo "$file"
done > "$out/sources"
# Objects once for all programs.
mkdir -p "$out/o"
# shellcheck disable=SC2086
xargs -P 2 -I@ sh -c 'clang-19 '"$(echo $flags)"' -c @ -o '"$out"'/o/$(echo @ | tr / _).o' < "$out/sources" > "$out/log" 2>&1
result "sources compile without a warning" $? "$out/log" ""

for test in sched clocks events sockets; do
    # shellcheck disable=SC2086
    clang-19 $flags $native/$test.c "$out"/o/*.o -o "$out/$test" > "$out/log" 2>&1 &&
        timeout 120 "$out/$test" > "$out/log" 2>&1
    result "$test" $? "$out/log" " ($(grep -c '^ok' "$out/log") checks)"
done

# shellcheck disable=SC2086
clang-19 $flags $native/compare.c "$out"/o/*.o -o "$out/compare" > "$out/log" 2>&1
result "compare compiles" $? "$out/log" ""
shm=$(mktemp -d /dev/shm/flexos.XXXXXX)
trap 'rm -rf "$shm"' EXIT
for seed in 1 2 3 ${FLEXOS_SEED:-}; do
    rm -rf "$shm/$seed" && mkdir "$shm/$seed"
    timeout 250 "$out/compare" "$shm/$seed" "$seed" 20000 > "$out/log" 2>&1
    result "as the host's tmpfs, seed $seed" $? "$out/log" " ($(sed -n 's/^# seed [0-9]*: //p' "$out/log"))"
done
# The same on a volume: libs/volume and the launcher's broker between vfs and the host, in place of ramfs.
# shellcheck disable=SC2086,SC2046
clang-19 $flags -Iplatforms/linux/host $native/compare.c $native/broker.c libs/volume/src/*.c \
    platforms/linux/host/volume_request.c platforms/linux/host/volume_path.c \
    $(ls "$out"/o/*.o | grep -v 'libs_ramfs\|libs_devices') -o "$out/compare-volume" > "$out/log" 2>&1
result "compare with a volume compiles" $? "$out/log" ""
for seed in 1 2 ${FLEXOS_SEED:-}; do
    rm -rf "$shm/$seed" "$shm/$seed-volume" && mkdir "$shm/$seed"
    timeout 250 "$out/compare-volume" "$shm/$seed" "$seed" 10000 > "$out/log" 2>&1
    result "a volume as the host itself, seed $seed" $? "$out/log" \
        " ($(sed -n 's/^# seed [0-9]*: //p' "$out/log"))"
done
echo "1..$count"
exit $failed
