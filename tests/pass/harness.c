/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs a fixture on a stack whose upper half is the shared one, HARNESS_STACK above the private.
 * With flexos_dss_offset = 0 the fixture's shared locals lie in the private half: then that counts.
 */
#include "harness.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define HARNESS_STACK 0x100000UL
#define MAX_OBJECTS 4096

extern char flexos_dss_offset[];
int harness_live, harness_made;
static char *stack;
static struct {
    char *at;
    size_t size;
} objects[MAX_OBJECTS];

void harness_check(bool condition, const char *file, int line, const char *text) {
    if (!condition) {
        fprintf(stderr, "%s:%d: %s\n", file, line, text);
        exit(1);
    }
}

void *flexos_memalign_shared(size_t align, size_t size) {
    char *at = aligned_alloc(align, (size + align - 1) / align * align);
    for (int i = 0; i < MAX_OBJECTS; i++) {
        if (!objects[i].at) {
            objects[i].at = at;
            objects[i].size = size;
            harness_live++;
            harness_made++;
            memset(at, 0x5a, size);
            return at;
        }
    }
    abort();
}

void flexos_free_shared(void *at) {
    for (int i = 0; i < MAX_OBJECTS; i++) {
        if (objects[i].at == at) {
            objects[i].at = NULL;
            harness_live--;
            memset(at, 0xa5, objects[i].size);
            free(at);
            return;
        }
    }
    abort();
}

bool is_shared(const volatile void *at, size_t size) {
    const char *p = (const char *)(uintptr_t)at;
#ifdef HARNESS_HEAP
    for (int i = 0; i < MAX_OBJECTS; i++) {
        if (objects[i].at && p >= objects[i].at && p + size <= objects[i].at + objects[i].size) {
            return true;
        }
    }
    return false;
#else
    const char *half = stack + (uintptr_t)flexos_dss_offset;
    return p >= half && p + size <= half + HARNESS_STACK;
#endif
}

void scribble(volatile void *at, size_t size) {
    volatile unsigned char *p = at;
    for (size_t i = 0; i < size; i++) {
        p[i] = (unsigned char)(i * 7 + 1);
    }
    for (size_t i = 0; i < size; i++) {
        harness_check(p[i] == (unsigned char)(i * 7 + 1), __FILE__, __LINE__, "scribble");
    }
}

void outside(const volatile void *at) {
    __asm__ volatile("" ::"r"(at) : "memory");
}

int main(void) {
    stack =
        mmap(NULL, 2 * HARNESS_STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if ((uintptr_t)flexos_dss_offset != 0 && (uintptr_t)flexos_dss_offset != HARNESS_STACK) {
        return 2;
    }
    __asm__ volatile("mov %%rsp, %%rbx\n\tmov %0, %%rsp\n\tcall fixture\n\tmov %%rbx, %%rsp"
                     :
                     : "r"(stack + HARNESS_STACK - 128)
                     : "rbx", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory",
                       "cc");
    return 0;
}
