/* SPDX-License-Identifier: BSD-3-Clause */
/* The guest that tests libc and the libraries below it, from the application's side. Prints TAP;
 * with arguments it does what a test of its end wants. */
#include "test.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int done, failed;

void check_that(int ok, const char *what, const char *file, int line) {
    done++;
    failed += !ok;
    if (ok) {
        printf("ok %d - %s\n", done, what);
    } else {
        printf("not ok %d - %s (%s:%d)\n", done, what,
               strrchr(file, '/') ? strrchr(file, '/') + 1 : file, line);
    }
}

static void told_at_exit(void) {
    puts("# at exit");
}

static int ends(const char *how) {
    atexit(told_at_exit);
    if (strcmp(how, "status") == 0) {
        return 42;
    }
    if (strcmp(how, "abort") == 0) {
        abort();
    }
    if (strcmp(how, "term") == 0) {
        raise(SIGTERM);
    }
    if (strcmp(how, "thread") == 0) {
        pthread_exit(NULL);
    }
    if (strcmp(how, "foreign-free") == 0) {
        void *volatile foreign = (void *)0x105100000040; /* in compartment 5 */
        free(foreign);
    }
    if (strcmp(how, "wait") == 0) {
        puts("waiting");
        fflush(stdout);
        pause();
    }
    return 1;
}

static int constructed;
__attribute__((constructor)) static void construct(void) {
    constructed = 7;
}

int main(int argc, char **argv) {
    if (argc > 1) {
        return ends(argv[1]);
    }
    CHECK(constructed == 7);
    CHECK(argv[0] != NULL && argv[argc] == NULL);
    test_threads();
    test_signals();
    test_memory();
    test_shared();
    test_process();
    test_numbers();
    printf("1..%d\n", done);
    return failed != 0;
}
