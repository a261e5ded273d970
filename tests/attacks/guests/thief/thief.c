/* SPDX-License-Identifier: BSD-3-Clause */
/* The attacker: does what its arguments say, in its own compartment.
 *
 *   honest PLACE            asks the vault, touches nothing
 *   read|write PLACE        reads or writes the vault's secret in that kind of memory
 *   peek|poke ADDRESS       reads or writes any address
 *   jump ADDRESS RAX RCX RDX RSI RDI   runs the image's code from there with these registers (hexadecimal)
 *
 * Prints a line before it attacks, and one when the attack went through. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vault.h"

static const char *const places[] = {"static", "zeroed", "heap", "thread", "stack", "shared"};
static char verb;

static void visit(unsigned long address) {
    volatile long *secret = (volatile long *)address;

    if (verb == 'r')
        printf("read %ld\n", *secret);
    else if (verb == 'w')
        *secret = 666;
}

static int use_vault(const char *name) {
    for (int place = 0; place < VAULT_PLACES; place++) {
        if (strcmp(places[place], name) != 0)
            continue;
        printf("the vault holds %ld\n", vault_open(place, visit));
        return 0;
    }
    fprintf(stderr, "thief: no such kind of memory: %s\n", name);
    return 2;
}

static void jump(char **values) {
    unsigned long value[6];

    for (int i = 0; i < 6; i++)
        value[i] = strtoul(values[i], NULL, 16);
    register unsigned long rsi __asm__("rsi") = value[4];
    register unsigned long rdi __asm__("rdi") = value[5];

    __asm__ volatile("call *%[to]"
                     : "+r"(rsi), "+r"(rdi)
                     : [to] "b"(value[0]), "a"(value[1]), "c"(value[2]), "d"(value[3])
                     : "memory", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "cc");
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc < 3)
        return 2;
    verb = argv[1][0];
    printf("attack: %s %s\n", argv[1], argv[2]);
    if (strcmp(argv[1], "honest") == 0 || strcmp(argv[1], "read") == 0 || strcmp(argv[1], "write") == 0)
        return use_vault(argv[2]);
    volatile long *address = (volatile long *)strtoul(argv[2], NULL, 16);

    if (strcmp(argv[1], "peek") == 0)
        printf("peeked %lx\n", *address);
    else if (strcmp(argv[1], "poke") == 0)
        *address = 666;
    else if (strcmp(argv[1], "jump") == 0 && argc == 8)
        jump(argv + 2);
    else
        return 2;
    printf("the attack went through\n");
    return 0;
}
