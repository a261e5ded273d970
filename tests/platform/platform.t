#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# The services of the TCB on the linux platform, from inside an image without mechanism that is linked by hand; and what an image
# refuses to start with.
. "$FLEXOS_ROOT/tests/lib.sh"
cd "$FLEXOS_ROOT" || exit 1
here=tests/platform
flags="-O2 -std=gnu11 -ffreestanding -fno-builtin -fno-pic -fno-pie -mcmodel=small -fno-stack-protector -fno-asynchronous-unwind-tables
    -Wall -Wextra -Werror -Iinclude -I. -Iplatforms/linux/target"
guest=$FLEXOS_TMP/guest

plan 0
for file in core/[mst]*.c core/check.c core/published.c core/x86_64/*.S platforms/linux/target/*.c platforms/linux/target/x86_64/*.S mechanisms/none/target/*.c \
    $here/guest.c; do
    clang-19 $flags -mgeneral-regs-only -c "$file" -o "$FLEXOS_TMP/$(echo "$file" | tr / _).o" || fail "compiles $file"
done
check "the guest links" ld.lld-19 -static --image-base=0x400000 -z noexecstack -o "$guest" "$FLEXOS_TMP"/*.o
check "the host compiles" clang-19 -O1 -Wall -Wextra -Werror -Iinclude -o "$FLEXOS_TMP/host" $here/host.c

run timeout 60 "$FLEXOS_TMP/host" "$guest"
while read -r line; do
    case $line in
    "ok - "*) pass "${line#ok - }" ;;
    "not ok - "*) fail "${line#not ok - }" ;;
    esac
done <<< "$output"
check "ends with its status" [ "${output##*$'\n'}" = "status 42" ]

# refuses WORDS TEXT: FLEXOS_BOOT=WORDS is refused, and the message holds the text
refuses() {
    run env -i "FLEXOS_BOOT=$1" timeout 10 "$guest"
    check "refuses to start with $1" [ "$status" = 88 ] && has "FLEXOS_BOOT has a bad word: $2" "remedy: start the image with \`flexos run\`"
}
refuses "ctl=1:2" "ctl=1:2"
refuses "x=y ctl=9" "ctl=9"
refuses "net=7:52:54:00:12:34" "net=7:52:54:00:12:34"
refuses "net=7:52:54:00:12:34:5g" "net=7:52:54:00:12:34:5g"
refuses "net.ip=10.0.0.256/24" "net.ip=10.0.0.256/24"
refuses "net.ip=10.0.0.1/33" "net.ip=10.0.0.1/33"
refuses "net.kind=wire" "net.kind=wire"
refuses "vol=5:rx:/a" "vol=5:rx:/a"
refuses "vol=5:rw:/a%2" "vol=5:rw:/a%2"
refuses "vol=99999999999:rw:/a" "vol=99999999999:rw:/a"
run env -i FLEXOS_BOOT=ctl=77:78 "$guest"
check "refuses a control page that is none" [ "$status" = 88 ] && has "the control page cannot be mapped"
run bash -c "ulimit -v 1000000; exec timeout 10 '$guest'"
check "refuses too little address space" [ "$status" = 88 ] && has "does not give the address space" "ulimit -v unlimited"
finish
