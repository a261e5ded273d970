/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The interface hooks (core/iface*.c) with a layout of this test: caller 1, callee 2, arenas at
 * their real addresses. A gate is simulated in C; where the hooks of one side run, the private
 * memory of the other has no access, so that a hook that touches it dies. Violations are caught at
 * the trap.
 */
#define _GNU_SOURCE
#include "core/iface.h"
#include "core/layout.h"
#include "core/thunk.h"
#include "core/trap.h"
#include "flexos/published.h"
#include "functions.h"
#include "provider.h"

#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define SLOT 0x40000UL
#define HEAP 0x400000UL
#define CALLER 1
#define CALLEE 2

extern void *seen_pointer;
extern unsigned long seen_size, seen_sizes, seen_sum;
extern long answer;

struct flexos_published flexos_published;
static char linked[3][4096] __attribute__((aligned(4096)));
extern char edata[];
#define DOMAIN(k, i)                                                                               \
    [k] = {.start = (uint64_t)linked[i], .end = (uint64_t)linked[i] + 4096, .stack_domain = k}
const struct flexos_layout flexos_layout = {
    .compartments = 2,
    .flags = FLEXOS_LAYOUT_CHECKS,
    .stack_slot = SLOT,
    .domains = {[0] = {.start = (uint64_t)edata, .end = (uint64_t)edata},
                DOMAIN(CALLER, 0),
                DOMAIN(CALLEE, 1),
                DOMAIN(FLEXOS_DOMAIN_SHARED, 2)},
};
/* Thunk 0 is at home in the caller, 1 in the callee, 2 in the callee but the caller may use it. */
const struct flexos_thunk flexos_thunk_table[] = {
    {0, CALLER, 0}, {0, CALLEE, 0}, {0, CALLEE, 1 << CALLER}, {0, FLEXOS_HOME_ANY, 0}};
__asm__(
    ".section .text\n.balign 64\n.globl __flexos_thunks_start\n__flexos_thunks_start: .skip 256\n"
    ".globl __flexos_thunks_end\n__flexos_thunks_end:\n.text");

static unsigned count, failures;
static sigjmp_buf violation;
static struct {
    const char *function, *param, *rule;
    unsigned long value, length, sides;
} caught;

static void ok(bool good, const char *what) {
    printf("%sok %u - %s\n", good ? "" : "not ", ++count, what);
    if (!good) {
        failures++;
        printf("# seen %p %lu; caught %s(%s): %s\n", seen_pointer, seen_size,
               caught.function ? caught.function : "-", caught.param ? caught.param : "-",
               caught.rule ? caught.rule : "-");
    }
}

static void on_trap(int number, siginfo_t *info, void *context) {
    const greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
    const unsigned char *code = (const unsigned char *)regs[REG_RIP];
    (void)number, (void)info;
    if (code[2] != FLEXOS_TRAP_MAGIC_0 || code[3] != FLEXOS_TRAP_MAGIC_1 ||
        code[4] != FLEXOS_TRAP_INTERFACE) {
        abort();
    }
    caught.function = (const char *)regs[REG_RDI];
    caught.param = (const char *)regs[REG_RSI];
    caught.value = (unsigned long)regs[REG_RDX];
    caught.length = (unsigned long)regs[REG_RCX];
    caught.rule = (const char *)regs[REG_R8];
    caught.sides = (unsigned long)regs[REG_R9];
    siglongjmp(violation, 1);
}

/* ---- memory */

static char *stack_of(unsigned k) {
    return flexos_arena(k) + SLOT; /* thread 1 */
}

static char *heap_of(unsigned k) {
    return flexos_arena(k) + FLEXOS_HEAP_OFFSET;
}

static void map(char *at, size_t size) {
    if (mmap(at, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
             -1, 0) != at) {
        perror("mmap");
        exit(1);
    }
}

static void allow(unsigned k, int protection) {
    mprotect(stack_of(k), SLOT, protection);
    mprotect(heap_of(k), HEAP, protection);
    mprotect(linked[k - 1], sizeof linked[0], protection);
}

static void enter_domain(unsigned k) {
    allow(k, PROT_READ | PROT_WRITE);
    allow(3 - k, PROT_NONE);
}

static void set_up(void) {
    flexos_published.heap_size = HEAP;
    for (unsigned k = 1; k <= 3; k++) {
        const unsigned domain = k == 3 ? FLEXOS_DOMAIN_SHARED : k;
        map(heap_of(domain), HEAP);
        map(stack_of(domain), SLOT);
        map(stack_of(domain) + FLEXOS_STACKS_SHARED - SLOT, 3 * SLOT); /* and the neighbours' */
    }
}

/* ---- a gate */

struct call {
    long result;
    bool refused;
    unsigned long room; /* by how much enter lowered the stack */
};

static long invoke(const struct flexos_regs *r, int number) {
    const uint64_t *g = r->gpr;
    if (number == NUMBER_p_nine) {
        return p_nine((int)g[0], (int)g[1], (int)g[2], (int)g[3], (int)g[4], (int)g[5],
                      (const void *)r->stack[0], r->stack[1], 2.0);
    }
    if (number == NUMBER_p_large) {
        *(struct large *)g[0] = p_large((int)g[1]);
        return (long)g[0];
    }
    return ((long (*)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
                      uint64_t))functions[number])(g[0], g[1], g[2], g[3], g[4], g[5]);
}

static struct flexos_iface_frame *frame_at(unsigned k, unsigned below) {
    return (struct flexos_iface_frame *)(stack_of(k) + SLOT - below);
}

/* In the domain of the caller, arguments in r; hostile() runs where the other side has control. */
static void (*hostile)(struct flexos_iface_frame *callee);
/* The caller jumps past its own hook: what it passes reaches check as it is. */
static bool skip_enter;

static struct call gate_stack(int number, const uint64_t arguments[6], uint64_t *words) {
    struct call call = {0};
    const unsigned index = (unsigned)numbers[number];
    struct flexos_iface_frame *caller = frame_at(CALLER, 0x10000);
    struct flexos_iface_frame *callee = frame_at(CALLEE, 0x10000);
    uint64_t copied[4] = {0};
    if (sigsetjmp(violation, 1)) {
        allow(CALLER, PROT_READ | PROT_WRITE);
        allow(CALLEE, PROT_READ | PROT_WRITE);
        call.refused = true;
        return call;
    }
    memset(&caught, 0, sizeof caught);
    enter_domain(CALLER);
    memcpy(caller->regs.gpr, arguments, sizeof caller->regs.gpr);
    caller->regs.stack = words;
    call.room = skip_enter ? 0 : flexos_iface_enter(index, &caller->regs, CALLER, CALLEE);
    uint64_t passed[6];
    memcpy(passed, caller->regs.gpr, sizeof passed);
    memcpy(copied, words, 2 * sizeof *copied);
    enter_domain(CALLEE);
    memcpy(callee->regs.gpr, passed, sizeof passed);
    callee->regs.stack = copied;
    flexos_iface_check(index, &callee->regs, CALLER, CALLEE);
    if (hostile) {
        hostile(callee);
    }
    callee->regs.result[0] = (uint64_t)invoke(&callee->regs, number);
    flexos_iface_result(index, &callee->regs, CALLER, CALLEE);
    const uint64_t result = callee->regs.result[0];
    enter_domain(CALLER);
    caller->regs.result[0] = result;
    if (!skip_enter) {
        flexos_iface_leave(index, &caller->regs, CALLER, CALLEE);
    }
    call.result = (long)caller->regs.result[0];
    allow(CALLEE, PROT_READ | PROT_WRITE);
    return call;
}

static struct call gate(int number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                        uint64_t f) {
    uint64_t words[2] = {0, 0};
    seen_pointer = NULL;
    seen_size = seen_sizes = seen_sum = 0;
    return gate_stack(number, (const uint64_t[6]){a, b, c, d, e, f}, words);
}

#define N(name) NUMBER_##name
#define P(pointer) ((uint64_t)(pointer))

static bool refused(struct call call, const char *function, const char *param, const char *rule) {
    return call.refused && strcmp(caught.function, function) == 0 &&
           strcmp(caught.param, param) == 0 && strstr(caught.rule, rule) &&
           caught.sides == (CALLER << 8 | CALLEE);
}

static bool in_bounce(const void *at) {
    const char *p = at;
    return p >= stack_of(CALLER) + FLEXOS_STACKS_SHARED &&
           p < stack_of(CALLER) + FLEXOS_STACKS_SHARED + SLOT;
}

static bool bounce_clean(void) {
    const char *p = stack_of(CALLER) + FLEXOS_STACKS_SHARED;
    for (size_t i = 0; i < SLOT; i++) {
        if (p[i]) {
            return false;
        }
    }
    return true;
}

static unsigned long sum_of(const char *text, size_t n) {
    unsigned long s = 0;
    for (size_t i = 0; i < n; i++) {
        s = s * 31 + (unsigned char)text[i];
    }
    return s;
}

static bool all(const char *p, size_t n, char c) {
    for (size_t i = 0; i < n; i++) {
        if (p[i] != c) {
            return false;
        }
    }
    return true;
}

/* ---- the tests */

static void buffers(char *mine, char *shared, char *theirs) {
    strcpy(mine, "private text");
    strcpy(shared, "shared text");
    struct call c = gate(N(p_write), 3, P(mine), 12, 0, 0, 0);
    ok(c.result == 12 && in_bounce(seen_pointer) && seen_sum == sum_of("private text", 12),
       "a private in buffer is copied");
    ok(c.room >= 12 && bounce_clean(),
       "the bounce area is clean afterwards, the stack was lowered");
    c = gate(N(p_write), 3, P(shared), 11, 0, 0, 0);
    ok(c.result == 11 && seen_pointer == shared && c.room == 0, "a shared one is passed as it is");
    c = gate(N(p_write), 3, P("literal"), 7, 0, 0, 0);
    ok(c.result == 7 && seen_sum == sum_of("literal", 7) && c.room == 0, "so is a constant");
    c = gate(N(p_write), 3, 0, 0, 0, 0, 0);
    ok(c.result == 0 && seen_pointer == NULL, "NULL is passed on");
    c = gate(N(p_write), 3, P(theirs), 0, 0, 0, 0);
    ok(!c.refused, "nothing of somewhere is fine");

    memset(mine, 'm', 100);
    answer = 5;
    c = gate(N(p_read), 3, P(mine), 50, 0, 0, 0);
    ok(c.result == 5 && all(mine, 5, 'r') && all(mine + 5, 95, 'm'),
       "only the returned bytes of an out buffer come back");
    memset(mine, 'm', 100);
    c = gate(N(p_read), (uint64_t)-9L, P(mine), 50, 0, 0, 0);
    ok(c.result == -9 && all(mine, 100, 'm'), "none after an error");
    answer = 5000;
    memset(mine, 'm', 100);
    c = gate(N(p_read), 3, P(mine), 50, 0, 0, 0);
    ok(all(mine, 50, 'r') && all(mine + 50, 50, 'm'), "a result beyond the buffer is cut");
    answer = 5;
    c = gate(N(p_read), 3, P(shared), 50, 0, 0, 0);
    ok(seen_pointer == shared, "a shared out buffer is passed as it is");

    struct record *list = (struct record *)mine;
    list[0].a = 10, list[1].a = 20, list[1].b = 0;
    c = gate(N(p_poll), P(list), 2, 0, 0, 0, 0);
    ok(c.result == 2 && list[0].b == 11 && list[1].b == 21 && list[1].a == 20,
       "inout goes both ways");

    struct event *events = (struct event *)mine;
    memset(mine, 'm', 200);
    answer = 2;
    c = gate(N(p_wait), P(events), 8, 0, 0, 0, 0);
    ok(c.result == 2 && events[0].what == 100 && events[1].what == 101 && events[2].what != 102,
       "an expression of the result bounds what comes back");

    const size_t big = 0x100000;
    c = gate(N(p_write), 3, P(mine), big, 0, 0, 0);
    ok(refused(c, "p_write", "buf", "larger than the bounce area"),
       "too large for the bounce area");
    c = gate(N(p_write_part), 3, P(mine), big, 0, 0, 0);
    ok(c.result > 0x10000 && c.result < (long)SLOT && seen_size == (unsigned long)c.result,
       "a count that may be lowered is");
    memset(mine, 'm', big);
    c = gate(N(p_read_part), 3, P(mine), big, 0, 0, 0);
    ok(c.result > 0x10000 && all(mine, (size_t)c.result, 'q') && mine[c.result] == 'm',
       "likewise for reading");
    c = gate(N(p_write_part), 3, P(shared), big, 0, 0, 0);
    ok(c.result == (long)big, "not so for shared memory");

    uint64_t words[2] = {P(mine), 9};
    strcpy(mine, "on stack");
    seen_sum = 0;
    c = gate_stack(N(p_nine), (const uint64_t[6]){1, 2, 3, 4, 5, 6}, words);
    ok(c.result == 23 && in_bounce(seen_pointer) && seen_sum == sum_of("on stack", 9),
       "arguments on the stack");
    struct large *large = (struct large *)mine;
    c = gate(N(p_large), P(large), 5, 0, 0, 0, 0);
    ok(c.result == (long)P(large) && large->word[3] == 8, "a structure returned in memory");
    c = gate(N(p_gets), P(mine), 10, 0, 0, 0, 0);
    ok(c.result == (long)P(mine + 1) && all(mine, 10, 'g'),
       "a result that points into an argument comes back as such");
}

static void hostile_lengths(char *mine, char *shared, char *theirs) {
    skip_enter = true;
    ok(refused(gate(N(p_write), 3, P(theirs), 10, 0, 0, 0), "p_write", "buf", "do not share"),
       "memory of the callee is no buffer of the caller");
    ok(refused(gate(N(p_write), 3, P(mine), 10, 0, 0, 0), "p_write", "buf", "do not share"),
       "nor is the caller's, which the callee cannot use");
    ok(refused(gate(N(p_write), 3, P(shared), HEAP + 1, 0, 0, 0), "p_write", "buf", "do not share"),
       "a length beyond the shared heap");
    ok(refused(gate(N(p_shared), P(shared), 0xffffffff, 0, 0, 0, 0), "p_shared", "ring",
               "do not share"),
       "a huge ring");
    ok(refused(gate(N(p_shared), P(linked[0]), 1, 0, 0, 0, 0), "p_shared", "ring", "do not share"),
       "a ring in private memory");
    ok(refused(gate(N(p_read), 3, P(0x1000), 8, 0, 0, 0), "p_read", "buf", "do not share"),
       "an address of nobody");
    ok(refused(gate(N(p_read), 3, P("literal"), 4, 0, 0, 0), "p_read", "buf", "cannot be written"),
       "a constant to be written");
    ok(refused(gate(N(p_read), 3, P(shared) + HEAP - 4, 8, 0, 0, 0), "p_read", "buf",
               "do not share"),
       "across the end of the shared heap");
    ok(refused(gate(N(p_stat), P(theirs), P(shared), 0, 0, 0, 0), "p_stat", "path", "do not share"),
       "a string of the callee");
    char *slot = stack_of(CALLER) + FLEXOS_STACKS_SHARED;
    ok(refused(gate(N(p_read), 3, P(slot + 100), 8, 0, 0, 0), "p_read", "buf", "do not share"),
       "a guard page");
    ok(!gate(N(p_read), 3, P(slot + 0x2000), 8, 0, 0, 0).refused, "the shared half of a stack");
    memset(slot, 0, SLOT);
    skip_enter = false;
    ok(refused(gate(N(p_write), 3, P(shared), (uint64_t)-1, 0, 0, 0), "p_write", "buf", "wraps"),
       "a length of -1");
    ok(refused(gate(N(p_write), 3, P(shared), 1UL << 63, 0, 0, 0), "p_write", "buf", "wraps"),
       "a length of 2^63");
    ok(refused(gate(N(p_poll), P(shared), 1UL << 60, 0, 0, 0, 0), "p_poll", "list", "wraps"),
       "a product that wraps");
    ok(refused(gate(N(p_poll), P(shared), (1UL << 60) + 1, 0, 0, 0, 0), "p_poll", "list", "wraps"),
       "a product that wraps to a small number");
    ok(refused(gate(N(p_wait), P(shared), (uint64_t)-3L, 0, 0, 0, 0), "p_wait", "events",
               "negative"),
       "a negative count");
    ok(refused(gate(N(p_gets), P(shared), 0x80000000, 0, 0, 0, 0), "p_gets", "buf", "negative"),
       "a count that is negative in 32 bits");
    ok(!gate(N(p_shared), P(shared), 4, 0, 0, 0, 0).refused && seen_pointer == shared,
       "a ring in shared memory");
}

static void lie_about_bounce(struct flexos_iface_frame *callee) {
    (void)callee; /* the caller's other threads cannot run; what the callee was given is private */
    ok(!in_bounce((void *)callee->regs.gpr[0]), "the callee's string is a private copy");
}

static void strings(char *mine, char *shared) {
    struct record *record = (struct record *)(mine + 0x1000);
    strcpy(mine, "/etc/name");
    strcpy(shared, "/shared");
    record->a = 0;
    hostile = lie_about_bounce;
    struct call c = gate(N(p_stat), P(mine), P(record), 0, 0, 0, 0);
    hostile = NULL;
    ok(c.result == 0 && record->a == 7 && record->b == 9 && seen_sum == sum_of("/etc/name", 9),
       "a private string, and a structure that comes back");
    record->a = 3;
    c = gate(N(p_stat), P("!fails"), P(record), 0, 0, 0, 0);
    ok((int)c.result == -2 && record->a == 3, "no structure after an error");
    c = gate(N(p_stat), P(shared), P(record), 0, 0, 0, 0);
    ok(c.result == 0 && seen_pointer != shared && record->b == 7, "a shared string is copied too");
    ok(refused(gate(N(p_stat), 0, P(record), 0, 0, 0, 0), "p_stat", "path", "NULL"),
       "NULL where it is not allowed");
    char *end = heap_of(FLEXOS_DOMAIN_SHARED) + HEAP - 5;
    memset(end, 'e', 5);
    ok(refused(gate(N(p_stat), P(end), P(record), 0, 0, 0, 0), "p_stat", "path", "does not end"),
       "a string without end");
    end[4] = 0;
    ok(gate(N(p_stat), P(end), P(record), 0, 0, 0, 0).result == 0,
       "one that ends in the last byte");
    memset(shared, 'l', 9000);
    shared[9000] = 0;
    c = gate(N(p_stat), P(shared), P(record), 0, 0, 0, 0);
    ok(c.result == 0 && seen_pointer == shared && record->b == 9000, "a long one stays in place");
}

static void raise_length(struct flexos_iface_frame *callee) {
    (void)callee;
    *(unsigned *)(heap_of(FLEXOS_DOMAIN_SHARED) + 64) = 100000;
}

static void length_words(char *mine, char *shared) {
    unsigned *length = (unsigned *)(mine + 64);
    char *address = mine + 128;
    memset(mine, 'm', 0x1000);
    *length = 16;
    answer = 4;
    struct call c = gate(N(p_recvfrom), 3, P(mine), 10, 0, P(address), P(length));
    ok(c.result == 4 && all(mine, 4, 'd') && mine[4] == 'm', "recvfrom: the data");
    ok(*length == 6 && all(address, 6, 'a') && address[6] == 'm' && seen_size == 16,
       "recvfrom: the address and its new length");
    *length = 2;
    memset(address, 'm', 16);
    c = gate(N(p_recvfrom), 3, P(mine), 10, 0, P(address), P(length));
    ok(all(address, 2, 'a') && address[2] == 'm' && *length == 6,
       "recvfrom: a short address buffer");
    c = gate(N(p_recvfrom), 3, P(mine), 10, 0, 0, 0);
    ok(c.result == 4, "recvfrom: no address wanted");
    *(unsigned *)(shared + 64) = 16;
    hostile = raise_length;
    c = gate(N(p_recvfrom), 3, P(shared + 128), 10, 0, P(shared + 256), P(shared + 64));
    hostile = NULL;
    ok(c.result == 4 && seen_size == 16, "a length word cannot change after the check");
    ok(*(unsigned *)(shared + 64) == 6, "and its new value reaches the caller");
    *(unsigned *)(shared + 64) = 0x7fffffff;
    ok(refused(gate(N(p_recvfrom), 3, P(shared), 10, 0, P(shared + 256), P(shared + 64)),
               "p_recvfrom", "address", "do not share") ||
           strstr(caught.rule, "bounce"),
       "a length word that is too large");
}

static void change_vector(struct flexos_iface_frame *callee) {
    (void)callee;
    ((struct vector *)(heap_of(FLEXOS_DOMAIN_SHARED) + 512))->base = heap_of(CALLEE);
}

static void nested(char *mine, char *shared, char *theirs) {
    struct vector *vectors = (struct vector *)(mine + 0x2000);
    strcpy(mine, "first");
    strcpy(mine + 100, "second");
    strcpy(shared, "third");
    vectors[0] = (struct vector){mine, 5};
    vectors[1] = (struct vector){mine + 100, 6};
    vectors[2] = (struct vector){shared, 5};
    vectors[3] = (struct vector){NULL, 0};
    struct call c = gate(N(p_writev), 3, P(vectors), 4, 0, 0, 0);
    ok(c.result == 16 && seen_sum == sum_of("firstsecondthird", 16),
       "writev: private and shared buffers");
    ok(vectors[0].base == mine && bounce_clean(),
       "writev: the caller's array stays, nothing is left");

    memset(mine, 'm', 0x1000);
    memset(shared, 's', 100);
    answer = 9;
    c = gate(N(p_readv), 3, P(vectors), 3, 0, 0, 0);
    ok(c.result == 9 && all(mine, 5, '0') && all(mine + 100, 4, '1') && mine[104] == 'm',
       "readv: buffer after buffer, bounded by the result");
    c = gate(N(p_readv), 3, P(vectors), 0, 0, 0, 0);
    ok(!c.refused, "readv: no buffer at all");

    struct vector *many = (struct vector *)(mine + 0x10000);
    for (int i = 0; i < 1025; i++) {
        many[i] = (struct vector){shared, 1};
    }
    ok(gate(N(p_writev), 3, P(many), 1024, 0, 0, 0).result == 1024, "writev: 1024 buffers");
    ok(refused(gate(N(p_writev), 3, P(many), 1025, 0, 0, 0), "p_writev", "vectors",
               "more elements"),
       "writev: 1025");

    struct vector *public = (struct vector *)(shared + 512);
    public[0] = (struct vector){theirs, 8};
    skip_enter = true;
    ok(refused(gate(N(p_writev), 3, P(public), 1, 0, 0, 0), "p_writev", "base", "do not share"),
       "writev: a buffer in memory of the callee");
    skip_enter = false;
    public[0] = (struct vector){shared, (size_t)-1};
    ok(refused(gate(N(p_writev), 3, P(public), 1, 0, 0, 0), "p_writev", "base", "wraps"),
       "writev: an inner length of -1");
    ok(refused(gate(N(p_writev), 3, P(public), (uint64_t)-1L, 0, 0, 0), "p_writev", "vectors", ""),
       "writev: a count of -1");
    strcpy(shared, "third");
    public[0] = (struct vector){shared, 5};
    hostile = change_vector;
    c = gate(N(p_writev), 3, P(public), 1, 0, 0, 0);
    hostile = NULL;
    ok(c.result == 5 && seen_sum == sum_of("third", 5),
       "writev: the array cannot change after the check");

    vectors[0] = (struct vector){mine, 1000};
    vectors[1] = (struct vector){mine, 0x100000};
    vectors[2] = (struct vector){shared, 10};
    c = gate(N(p_writev), 3, P(vectors), 3, 0, 0, 0);
    ok(c.result > 0x10000 && c.result < (long)SLOT && c.result == (long)seen_sizes,
       "writev: what does not fit is left for the next call");

    struct message *message = (struct message *)(mine + 0x3000);
    strcpy(mine, "name");
    strcpy(mine + 50, "ctl");
    strcpy(mine + 100, "second");
    vectors[0] = (struct vector){mine + 100, 6};
    *message = (struct message){mine, 4, vectors, 1, mine + 50, 3, 0};
    c = gate(N(p_sendmsg), 3, P(message), 0, 0, 0, 0);
    ok(c.result == 6 && seen_sum == sum_of("namectlsecond", 13), "sendmsg: name, control, data");
    memset(mine, 'm', 0x1000);
    answer = 2;
    c = gate(N(p_recvmsg), 3, P(message), 0, 0, 0, 0);
    ok(c.result == 2 && all(mine, 3, 'n') && mine[3] == 'm' && message->name_length == 3,
       "recvmsg: the name and its length");
    ok(all(mine + 50, 2, 'c') && mine[52] == 'm' && all(mine + 100, 2, '0') && mine[102] == 'm',
       "recvmsg: control and data");
    ok(message->flags == 0x77 && message->name == mine && message->vectors == vectors,
       "recvmsg: other members come back, pointers do not");
}

static void functions_and_handles(char *mine, char *shared, char *theirs) {
    const uint64_t first = (uint64_t)__flexos_thunks_start;
    ok(!gate(N(p_callback), first + 16, 0, 0, 0, 0, 0).refused, "a callback of the caller");
    ok(refused(gate(N(p_callback), first + 64 + 16, 0, 0, 0, 0, 0), "p_callback", "function",
               "no function"),
       "a function that the caller may not call");
    ok(!gate(N(p_callback), first + 128 + 16, 0, 0, 0, 0, 0).refused, "one that it may");
    ok(!gate(N(p_callback), first + 192 + 16, 0, 0, 0, 0, 0).refused, "a stateless one");
    ok(!gate(N(p_callback), 0, P(theirs), 0, 0, 0, 0).refused,
       "no callback; a cookie is not followed");
    ok(refused(gate(N(p_callback), first + 17, 0, 0, 0, 0, 0), "p_callback", "function", ""),
       "the middle of a thunk");
    ok(refused(gate(N(p_callback), first + 256 + 16, 0, 0, 0, 0, 0), "p_callback", "function", ""),
       "behind the thunks");
    ok(refused(gate(N(p_callback), (uint64_t)(void (*)(void))p_plain, 0, 0, 0, 0, 0), "p_callback",
               "function", ""),
       "plain code");

    ok(!gate(N(p_handle), P(theirs), 0, 0, 0, 0, 0).refused && seen_pointer == theirs, "a handle");
    ok(!gate(N(p_handle), P(linked[1]), 0, 0, 0, 0, 0).refused, "a static handle");
    ok(refused(gate(N(p_handle), P(mine), 0, 0, 0, 0, 0), "p_handle", "object", "no object"),
       "a handle that the caller made up");
    ok(refused(gate(N(p_handle), P(stack_of(CALLEE) + 0x8000), 0, 0, 0, 0, 0), "p_handle", "object",
               "no object"),
       "a handle to the callee's stack");
    ok(refused(gate(N(p_handle), P(shared), 0, 0, 0, 0, 0), "p_handle", "object", "no object"),
       "a handle in shared memory");
    ok(refused(gate(N(p_handle), 0, 0, 0, 0, 0, 0), "p_handle", "object", "NULL"), "no handle");
    ok(gate(N(p_index), 3, 4, 0, 0, 0, 0).result == 7, "a precondition that holds");
    ok(refused(gate(N(p_index), 4, 4, 0, 0, 0, 0), "p_index", "", "precondition"),
       "one that does not");
    ok(refused(gate(N(p_index), (uint64_t)-1L, 4, 0, 0, 0, 0), "p_index", "", "precondition"),
       "a negative index");
}

static struct call returning(int number, const void *pointer) {
    answer = (long)P(pointer);
    return gate(number, 0, 0, 0, 0, 0, 0);
}

static void results(char *mine, char *shared, char *theirs) {
    ok(!returning(N(p_copy), shared).refused, "a shared result");
    ok(!returning(N(p_copy), "constant").refused, "a constant result");
    ok(refused(returning(N(p_copy), theirs), "p_copy", "", "not in shared"),
       "a private one of the callee");
    ok(refused(returning(N(p_copy), mine), "p_copy", "", "not in shared"),
       "one into the caller's memory");
    ok(!returning(N(p_copy), NULL).refused, "NULL");
    ok(!returning(N(p_open), theirs).refused, "a handle as a result");
    ok(refused(returning(N(p_open), mine), "p_open", "", "no object"), "none of the callee");
    ok(!returning(N(p_map), mine).refused, "memory of the caller's own");
    ok(refused(returning(N(p_map), theirs), "p_map", "", "memory of the caller"),
       "of the callee's");
    ok(returning(N(p_map), (void *)-12L).result == -12, "an error number");
}

static void inferred(char *mine, char *shared, char *theirs) {
    const uint64_t first = (uint64_t)__flexos_thunks_start;
    ok(!gate(N(p_inferred), P(shared), P(theirs), P("name"), first + 16, P(mine), 0).refused,
       "defaults from types");
    ok(refused(gate(N(p_inferred), P(mine), 0, 0, 0, 0, 0), "p_inferred", "in", "do not share"),
       "a private pointer is not copied on an inferred annotation");
    ok(refused(gate(N(p_inferred), 0, P(mine), 0, 0, 0, 0), "p_inferred", "object", "no object"),
       "an inferred handle");
    ok(refused(gate(N(p_inferred), 0, 0, P(mine), 0, 0, 0), "p_inferred", "name", "do not share"),
       "an inferred string");
    ok(refused(gate(N(p_inferred), 0, 0, 0, P(mine), 0, 0), "p_inferred", "function",
               "no function"),
       "an inferred callback");
    ok(!gate(N(p_inferred), 0, 0, 0, 1, 0, 0).refused, "a number where a function may be");
}

/* ---- random arguments, straight into check: it refuses or returns, and touches nothing of others
 */

static uint64_t state = 88172645463325252;

static uint64_t random_number(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static uint64_t random_argument(void) {
    const uint64_t places[] = {P(heap_of(CALLER)),
                               P(heap_of(CALLEE)),
                               P(heap_of(FLEXOS_DOMAIN_SHARED)),
                               P(heap_of(FLEXOS_DOMAIN_SHARED)) + HEAP,
                               P(stack_of(CALLER)),
                               P(stack_of(CALLEE)),
                               P(stack_of(CALLER)) + FLEXOS_STACKS_SHARED,
                               P(stack_of(CALLER)) + FLEXOS_STACKS_SHARED + SLOT,
                               P(linked[0]),
                               P(linked[1]),
                               P(linked[2]),
                               P(linked[2]) + 4096,
                               P(edata),
                               FLEXOS_IMAGE_BASE,
                               FLEXOS_ARENA_BASE,
                               FLEXOS_ARENA_END,
                               P(__flexos_thunks_start),
                               0,
                               0,
                               0,
                               0,
                               1UL << 31,
                               1UL << 32,
                               1UL << 47,
                               1UL << 63,
                               UINT64_MAX};
    const uint64_t offsets[] = {
        0, 1, 3, 8, 16, 64, 100, 512, 0x2000, (uint64_t)-1, (uint64_t)-8, (uint64_t)-4096};
    const uint64_t r = random_number();
    return places[r % (sizeof places / sizeof *places)] +
           offsets[(r >> 32) % (sizeof offsets / sizeof *offsets)];
}

static volatile unsigned long refusals, passes;

static void fuzz(void) {
    const unsigned long rounds = 200000;
    char *shared = heap_of(FLEXOS_DOMAIN_SHARED);
    struct flexos_iface_frame *callee = frame_at(CALLEE, 0x10000);
    const size_t number_count = sizeof numbers / sizeof *numbers;
    uint64_t words[4] = {0};
    refusals = passes = 0;
    enter_domain(CALLEE);
    for (volatile unsigned long i = 0; i < rounds; i++) {
        const unsigned number = (unsigned)(random_number() % number_count);
        if (numbers[number] < 0) {
            continue;
        }
        if (sigsetjmp(violation, 0)) {
            refusals++;
            continue;
        }
        for (int k = 0; k < 32; k++) { /* structures full of hostile pointers and lengths */
            ((uint64_t *)(shared + 512))[k] = random_argument();
        }
        for (int k = 0; k < 6; k++) {
            callee->regs.gpr[k] = random_argument();
        }
        words[0] = random_argument(), words[1] = random_argument();
        callee->regs.stack = words;
        flexos_iface_check((unsigned)numbers[number], &callee->regs, CALLER, CALLEE);
        passes++;
    }
    allow(CALLER, PROT_READ | PROT_WRITE);
    printf("# %lu refused, %lu passed\n", refusals, passes);
    ok(refusals > 1000 && passes > 1000, "random arguments: each is refused or harmless");
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    set_up();
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGILL, &action, NULL);
    char *mine = heap_of(CALLER), *theirs = heap_of(CALLEE);
    char *shared = heap_of(FLEXOS_DOMAIN_SHARED);
    ok(numbers[N(p_plain)] == -1, "a function without pointers needs no descriptor");
    buffers(mine, shared, theirs);
    hostile_lengths(mine, shared, theirs);
    strings(mine, shared);
    length_words(mine, shared);
    nested(mine, shared, theirs);
    functions_and_handles(mine, shared, theirs);
    results(mine, shared, theirs);
    inferred(mine, shared, theirs);
    fuzz();
    printf("1..%u\n", count);
    return failures != 0;
}
