#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# Without isolation the image is what a plain link of the same objects makes, and it runs.
. "$(dirname "$0")/lib.sh"

base
library app <<'E'
extern char flexos_compartment_id[], flexos_dss_offset[];
int counter_next(int), counter_get(void);
int main(void) {
    counter_next(40);
    return counter_next((int)(long)flexos_compartment_id + (int)(long)flexos_dss_offset) - 1 + (counter_get() != 41);
}
E
library counter <<'E'
static int counter = 1;
int counter_next(int n) { return counter += n; }
int counter_get(void) { return counter - 1; }
E
objects="app,app.o,1,kind=app,needs=counter counter,counter.o,1 core,core.o,0,kind=core"
# shellcheck disable=SC2086
link 0 $objects
check "links" test "$status" = 0
run ld.lld-19 @image.link -o again
check "the plain link by hand" test "$status" = 0
check "gives the same bytes" cmp image again
check "the library objects themselves are linked" grep -qxF app.o image.link
run ./image
check "runs: $status" test "$status" = 41
cp image first
sleep 0.1
touch app.o
# shellcheck disable=SC2086
link 0 $objects
check "a second build gives the same bytes" cmp image first
# shellcheck disable=SC2086
file_has image.audit.json '"isolated":	false' '"gates":	[]' '"thunks":	[]'

# Two libraries define one name: each user gets the nearest.
library near <<'E'
int value(void) { return 7; }
int near_value(void) { return value(); }
E
library far <<'E'
int value(void) { return 30; }
int far_value(void) { return value(); }
E
library app <<'E'
int value(void), near_value(void), far_value(void);
int main(void) { return 100 * (value() == 7) + near_value() + far_value(); }
E
for count in 0 2 3; do
    home=$((count > 1 ? 2 : 1)) third=$((count > 2 ? 3 : 1))
    link $count app,app.o,1,kind=app,needs=near+far near,near.o,$home far,far.o,$third core,core.o,0,kind=core
    check "two definitions of one name, $count compartments" test "$status" = 0
    run ./image
    check "each user got the nearest: $status" test "$status" = 137
done
library app <<'E'
int near_value(void);
int via(void) __asm__("flexos$libfar$value");
int main(void) { return via() + near_value(); }
E
link 2 app,app.o,1,kind=app,needs=near+far near,near.o,2 far,far.o,2 core,core.o,0,kind=core
check "a gate that names the library" test "$status" = 0
run ./image
check "reaches the named one: $status" test "$status" = 37

# A strong definition of a needed library replaces a weak one of one's own.
library weak <<'E'
__attribute__((weak)) int hook(void) { return 1; }
int call_hook(void) { return hook(); }
E
library strong <<'E'
int state = 5;
int hook(void) { return state; }
E
library app <<'E'
int call_hook(void);
int main(void) { return call_hook(); }
E
for count in 0 2; do
    home=$((count ? 2 : 1))
    link $count app,app.o,1,kind=app,needs=weak weak,weak.o,1,needs=strong strong,strong.o,$home core,core.o,0,kind=core
    run ./image
    check "a needed strong definition wins, $count compartments: $status" test "$status" = 5
    link $count app,app.o,1,kind=app,needs=weak+strong weak,weak.o,1 strong,strong.o,$home core,core.o,0,kind=core
    run ./image
    check "one that is not needed does not, $count compartments: $status" test "$status" = 1
done

# Linker sets and constructors.
library app <<'E'
typedef int (*entry)(void);
static int one(void) { return 1; }
static const entry e __attribute__((section("handlers"), used)) = one;
extern const entry __start_handlers[], __stop_handlers[];
int total;
__attribute__((constructor)) static void construct(void) { total = 10; }
extern void (*const __init_array_start[])(void), (*const __init_array_end[])(void);
int more(void);
int main(void) {
    for (void (*const *f)(void) = __init_array_start; f < __init_array_end; f++) (*f)();
    for (const entry *h = __start_handlers; h < __stop_handlers; h++) total += (*h)();
    return total + more();
}
E
library other <<'E'
typedef int (*entry)(void);
static int state = 20;
static int two(void) { return state; }
static const entry e __attribute__((section("handlers"), used)) = two;
int more(void) { return state++; }
E
for count in 0 2; do
    link $count app,app.o,1,kind=app,needs=other other,other.o,$((count ? 2 : 1)) core,core.o,0,kind=core
    check "linker sets, $count compartments" test "$status" = 0
    run ./image
    check "runs: $status" test "$status" = 51
done
finish
