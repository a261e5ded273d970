/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Start of an image as a Linux process: takes what the kernel left on the stack, makes the memory,
 * has the mechanism switch protection on, seals the process, and enters libc. Nothing of any
 * library has run before linux_seal.
 */
#include "linux.h"

void flexos_start(void); /* libc; in an image with a mechanism the link step puts a gate here */
void flexos_linux_start(uintptr_t *initial_stack);

static const char boot_name[] = "FLEXOS_BOOT=";

static bool begins(const char *text, const char *with) {
    while (*with != '\0') {
        if (*text++ != *with++) {
            return false;
        }
    }
    return true;
}

/* Takes FLEXOS_BOOT out of the environment; returns its value or "". */
static const char *take_boot_words(char **envp) {
    const char *words = "";
    char **kept = envp;
    for (; *envp != NULL; envp++) {
        if (begins(*envp, boot_name)) {
            words = *envp + sizeof boot_name - 1;
        } else {
            *kept++ = *envp;
        }
    }
    *kept = NULL;
    return words;
}

/* Arguments and environment: compartments may read them, and have services read them. */
static void note_arguments(const uintptr_t *initial_stack) {
    uintptr_t end = (uintptr_t)initial_stack;
    for (char **p = flexos_published.argv; p < flexos_published.envp; p++) {
        end = *p != NULL && (uintptr_t)*p > end ? (uintptr_t)*p : end;
    }
    for (char **p = flexos_published.envp; *p != NULL; p++) {
        end = (uintptr_t)*p > end ? (uintptr_t)*p : end;
    }
    if (flexos_published.argc > 0) {
        while (*(const char *)end != '\0') {
            end++;
        }
    }
    flexos_constants_add((uintptr_t)initial_stack, end + 1);
}

static void note_program(const struct linux_phdr *p, size_t count) {
    if (p == NULL) {
        flexos_refuse("its program headers are not in memory", "link it with `flexos build`");
    }
    for (size_t i = 0; i < count; i++) {
        if (p[i].type != LINUX_PT_LOAD) {
            continue;
        }
        if ((p[i].flags & LINUX_PF_W) && (p[i].flags & LINUX_PF_X)) {
            flexos_refuse("a segment of the image is writable and executable",
                          "build it with `flexos build`, which never makes such segments");
        }
        if (!(p[i].flags & LINUX_PF_W)) {
            flexos_constants_add(p[i].vaddr, p[i].vaddr + p[i].memsz);
        }
    }
}

static void close_others(void) {
    int keep[6 + FLEXOS_VOLUME_MAX];
    unsigned count = 0;
    const int known[] = {linux_boot.control, linux_boot.wake, linux_boot.net};
    for (unsigned i = 0; i < 3; i++) {
        if (known[i] > 2) {
            keep[count++] = known[i];
        }
    }
    for (unsigned i = 0; i < linux_boot.volumes; i++) {
        keep[count++] = linux_boot.volume[i].fd;
    }
    for (long from = 3;;) {
        long next = INT32_MAX;
        for (unsigned i = 0; i < count; i++) {
            if (keep[i] >= from && keep[i] < next) {
                next = keep[i];
            }
        }
        if (next > from) {
            linux_call3(LINUX_CLOSE_RANGE, from, next - 1, 0);
        }
        if (next == INT32_MAX) {
            return;
        }
        from = next + 1;
    }
}

/* On the TCB's own stack of thread 0. */
static _Noreturn void continue_start(void) {
    flexos_mechanism_start();
    linux_control_map();
    close_others();
    linux_memory_inspect();
    linux_clock_start();
    linux_seal();
    linux_control_state(FLEXOS_STATE_RUNNING, 0);
    flexos_start();
    flexos_exit(0);
}

void flexos_linux_start(uintptr_t *initial_stack) {
    struct flexos_published *p = &flexos_published;
    p->argc = (int)initial_stack[0];
    p->argv = (char **)(initial_stack + 1);
    p->envp = p->argv + p->argc + 1;

    uintptr_t *auxv = initial_stack + 1 + p->argc + 1;
    while (*auxv != 0) {
        auxv++;
    }
    auxv++;
    const struct linux_phdr *phdr = NULL;
    size_t phdrs = 0;
    for (uintptr_t *a = auxv; a[0] != 0; a += 2) {
        phdr = a[0] == LINUX_AT_PHDR ? (const struct linux_phdr *)a[1] : phdr;
        phdrs = a[0] == LINUX_AT_PHNUM ? a[1] : phdrs;
    }
    note_program(phdr, phdrs);
    note_arguments(initial_stack);
    linux_boot_parse(take_boot_words(p->envp));
    linux_memory_map();
    flexos_boot(continue_start);
}
