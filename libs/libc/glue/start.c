/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the image begins in libc's compartment: the vector of arguments, environment and auxiliary
 * values as a program expects it, then musl's own start (constructors, main, exit).
 *
 * The strings are copied to shared memory: main may lie in another compartment, and programs write
 * to their arguments. */
#define _GNU_SOURCE
#include "internal.h"

#include <elf.h>
#include <string.h>

#include <flexos/flexos.h>
#include <flexos/stream.h>
#include <flexos/sync.h>

#include "pthread_impl.h"
#include "stdio_impl.h"

int main(int argc, char **argv, char **envp);
_Noreturn int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv,
                                void (*init)(void), void (*fini)(void), void (*ldso)(void));
void flexos_start(void);

enum { RANDOM_BYTES = 16, AUXILIARY = 16 };

static size_t count(char **list, size_t *bytes) {
    size_t n = 0;
    for (; list && list[n]; n++) {
        *bytes += strlen(list[n]) + 1;
    }
    return n;
}

/* Copies strings, one after the other: programs that change their title rely on that. */
static char *copy(char **to, char **from, size_t n, char *text) {
    for (size_t i = 0; i < n; i++) {
        size_t size = strlen(from[i]) + 1;
        to[i] = memcpy(text, from[i], size);
        text += size;
    }
    to[n] = NULL;
    return text;
}

void flexos_start(void) {
    static char *unnamed[] = {"flexos", NULL};
    flexos_format_home(__lockfile, __unlockfile);
    flexos_sync_home(libc_futex, __testcancel);
    char **old_argv = flexos_published.argc > 0 ? flexos_published.argv : unnamed;
    size_t bytes = RANDOM_BYTES;
    size_t argc = count(old_argv, &bytes), envc = count(flexos_published.envp, &bytes);
    size_t words = argc + 1 + envc + 1 + 2 * AUXILIARY;
    char **argv = flexos_calloc_shared(1, words * sizeof(char *) + bytes);
    if (!argv) {
        flexos_exit(FLEXOS_EXIT_REFUSED);
    }
    char **envp = argv + argc + 1;
    size_t *aux = (size_t *)(envp + envc + 1);
    char *text = (char *)(argv + words);
    sys_getrandom(text, RANDOM_BYTES, 0);
    const size_t values[] = {AT_PAGESZ, FLEXOS_PAGE_SIZE, AT_RANDOM, (size_t)text, AT_NULL, 0};
    memcpy(aux, values, sizeof values);
    text = copy(argv, old_argv, argc, text + RANDOM_BYTES);
    copy(envp, flexos_published.envp, envc, text);
    __libc_start_main(main, (int)argc, argv, NULL, NULL, NULL);
}
