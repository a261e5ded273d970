/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One attack for each check of a gate (mechanisms/intel-mpk/target/x86_64/gate.inc lists them) and
 * for each fence around it. Each ends with STATUS_SUCCESS when what it wanted has happened.
 */
#include "app.h"

extern long lib_canary_address[] __asm__("canary"); /* lib's data */
extern char real_lib_admin[];
extern const uint64_t table_1_2[];

/* A call to lib by hand, with everything as it should be. */
static struct forge honest(uint64_t index) {
    return (struct forge){.site = (uint64_t)__flexos_pkru_call_1_2,
                          .sp = __flexos_sp_now_1,
                          .record = 2,
                          .rax = flexos_layout.domains[2].pkru,
                          .r11 = index,
                          .r14 = *flexos_secret_table[2 * PAIR_1_2].of_caller,
                          .flags = 0x202,
                          .mxcsr = 0x1f80,
                          .fcw = 0x37f};
}

static unsigned pkru(void) {
    unsigned value, high;
    __asm__ volatile("rdpkru" : "=a"(value), "=d"(high) : "c"(0));
    return value;
}

/* The twin of the forged calls: what it does by hand works, so what stops the others is the check.
 */
static void call_honest(void) {
    struct forge f = honest(INDEX_ADMIN - 1);
    lib_canary();
    f.r11 = INDEX_STATE;
    f.rdi = 1;
    stop_here(forge_call(&f) != 0);
}

/* lib's function, but with PKRU that opens all: reads the secret of third for us. */
static void call_pkru(void) {
    struct forge f = honest(INDEX_READ);
    f.rax = 0;
    f.rdi = (uint64_t)flexos_layout.domains[3].start;
    lib_canary();
    forge_call(&f);
    stop_here(true);
}

static void call_secret(void) {
    lib_canary();
    third_of_app(1, 0);
}

/* A function index that leads to a pointer in shared memory. */
static void call_index(void) {
    struct forge f = honest(0);
    lib_canary();
    forged_target = (uint64_t)real_lib_admin;
    f.r11 = ((uint64_t)&forged_target - (uint64_t)table_1_2) / 8;
    forge_call(&f);
}

static void call_index_tcb(void) {
    struct forge f = honest(1000);
    f.site = (uint64_t)__flexos_pkru_call_1_0;
    f.record = 0;
    f.rax = 0;
    f.r14 = *flexos_secret_table[2 * PAIR_1_0].of_caller;
    forge_call(&f);
    stop_here(true);
}

static void call_flags(void) {
    struct forge f = honest(INDEX_STATE);
    lib_canary();
    f.flags = 0x602;
    stop_here(forge_call(&f) != 0);
}

static void call_fp(void) {
    struct forge f = honest(INDEX_STATE);
    lib_canary();
    f.rdi = 1;
    f.mxcsr = 0x7f80;
    f.fcw = 0xc7f;
    f.dirty_x87 = 1;
    stop_here(forge_call(&f) != 0);
}

static void call_alignment(void) {
    struct forge f = honest(0);
    lib_canary();
    f.flags = 0x40202;
    forge_call(&f);
    stop_here(true);
}

static void call_clear(void) {
    probe_call();
    stop_here(dumped.xmm[9][0] == 0xa5a5a5a5a5a5a5a5 || dumped.r8 == 0xa5a5a5a5a5a5a5a5 ||
              dumped.r15 == 0xa5a5a5a5a5a5a5a5);
}

/* third's function, run with the rights of lib, on lib's data. */
static void thunk_home(void) {
    struct forge f = honest(THUNK_FIRST + THUNK_POKE);
    lib_canary();
    f.rdi = (uint64_t)&lib_canary_address[5];
    forge_call(&f);
    stop_here(lib_canary() != 42);
}

static void thunk_users(void) {
    struct forge f = honest(THUNK_FIRST + THUNK_HIDDEN);
    lib_canary();
    forge_call(&f);
}

static void thunk_users_plain(void) {
    thunk_lib_hidden();
}

static void return_pkru(void) {
    const unsigned before = pkru();
    lib_attack(0, 0);
    stop_here(pkru() != before);
}

static void return_secret(void) {
    stop_here(lib_call_third(2, 999) == 999);
}

static void return_record(void) {
    lib_canary();
    stop_here(third_of_app(3, 999) == 999);
}

static void return_flags(void) {
    uint32_t mxcsr, x87[2];
    lib_attack(2, 0);
    stop_here((state_now(&mxcsr, x87) & 0x400) != 0);
}

static void return_fp(void) {
    uint32_t mxcsr, x87[2];
    lib_attack(3, 0);
    state_now(&mxcsr, x87);
    stop_here(mxcsr != 0x1f80 || x87[0] != 0x37f || x87[1] != 0xffff);
}

static void return_alignment(void) {
    uint32_t mxcsr, x87[2];
    lib_attack(4, 0);
    stop_here((state_now(&mxcsr, x87) & 0x40000) != 0);
}

static void return_clear(void) {
    probe_return((void (*)(void))lib_leave);
    stop_here(dumped.xmm[9][0] == 0x5e5e5e5e5e5e5e5e || dumped.r8 == 0x5e5e5e5e5e5e5e5e);
}

/* A jump buffer that puts lib's stack into lib's data. */
static void longjmp_chain(void) {
    static jump_buffer buffer;
    lib_canary();
    if (app_setjmp(buffer) == 0) {
        buffer[9 + 2] = (uint64_t)(lib_canary_address + 48);
        app_longjmp(buffer, 1);
    }
    lib_stack_use();
    stop_here(lib_canary() != 42);
}

/* A frame of lib that is no more: the saved stack pointer of a finished nested call. */
static void longjmp_dead(void) {
    static jump_buffer buffer;
    lib_canary();
    if (app_setjmp(buffer) == 0) {
        buffer[9 + 2] -= 80;
        app_longjmp(buffer, 1);
    }
    stop_here(true);
}

static void longjmp_other_thread(void) {
    static jump_buffer buffer;
    lib_canary();
    if (app_setjmp(buffer) == 0) {
        buffer[9] ^= 0x100;
        app_longjmp(buffer, 1);
    }
    stop_here(true);
}

/* The pointer check of services. */
static void service_range(void) {
    lib_canary();
    random(lib_canary_address + 8, 8);
    stop_here(lib_canary() != 42);
}

/* Reading and writing where app has no rights. */
static void read_lib(void) {
    stop_here(*(volatile long *)lib_canary_address == 42);
}

static void write_lib(void) {
    *(volatile long *)lib_canary_address = 1;
    stop_here(true);
}

static void read_tcb(void) {
    stop_here(*(volatile long *)flexos_layout.domains[14].start != 12345);
}

static void write_published(void) {
    flexos_published.selector = 0;
    stop_here(true);
}

static void write_constants(void) {
    *(volatile uint64_t *)(uintptr_t)&flexos_layout.memory = 0;
    stop_here(true);
}

static void read_lib_stack(void) {
    lib_canary();
    stop_here(*(volatile long *)(flexos_arena(2) + flexos_layout.stack_slot - 1024) != 12345);
}

static void overflow_stack(void) {
    volatile char *at = (volatile char *)__builtin_frame_address(0);
    for (;; at -= 256) {
        *at = 1;
    }
}

/* System calls: by an instruction of its own, by the TCB's function, by the TCB's instruction. */
static void system_call(void) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(39) : "rcx", "r11", "memory");
    stop_here(result > 0);
}

long flexos_linux_call(long number, long a, long b, long c, long d, long e, long f);
extern const char flexos_linux_call_return[];

static void system_call_function(void) {
    stop_here(flexos_linux_call(39, 0, 0, 0, 0, 0, 0) > 0);
}

static void system_call_site(void) {
    /* exit_group(99) by the TCB's own instruction */
    __asm__ volatile("jmp *%2" ::"a"(231), "D"(STATUS_SUCCESS), "r"(flexos_linux_call_return - 2));
}

const struct attack attacks[] = {
    {"honest", call_honest},
    {"call-pkru", call_pkru},
    {"call-secret", call_secret},
    {"call-index", call_index},
    {"call-index-tcb", call_index_tcb},
    {"call-flags", call_flags},
    {"call-fp", call_fp},
    {"call-alignment", call_alignment},
    {"call-clear", call_clear},
    {"thunk-home", thunk_home},
    {"thunk-users", thunk_users},
    {"thunk-users-plain", thunk_users_plain},
    {"return-pkru", return_pkru},
    {"return-secret", return_secret},
    {"return-record", return_record},
    {"return-flags", return_flags},
    {"return-fp", return_fp},
    {"return-alignment", return_alignment},
    {"return-clear", return_clear},
    {"longjmp-chain", longjmp_chain},
    {"longjmp-dead", longjmp_dead},
    {"longjmp-other-thread", longjmp_other_thread},
    {"service-range", service_range},
    {"read-lib", read_lib},
    {"write-lib", write_lib},
    {"read-tcb", read_tcb},
    {"write-published", write_published},
    {"write-constants", write_constants},
    {"read-lib-stack", read_lib_stack},
    {"overflow-stack", overflow_stack},
    {"system-call", system_call},
    {"system-call-function", system_call_function},
    {"system-call-site", system_call_site},
    {NULL, NULL},
};
