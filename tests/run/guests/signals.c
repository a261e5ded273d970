/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stands for an image: prints what reaches it by the control page. Modes: `end` ends with status 7
 * at SIGINT or SIGTERM, `stay` never ends, `echo` copies standard input, `show` prints arguments,
 * environment and open descriptors, `exit N`, `fork` faults in a forked copy and ends
 * with 5, `fork early` does so before it counts as running.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flexos/control.h"

extern char **environ;

/* The launcher starts brokers only for images that hold their driver. */
void flexos_volume_submit(void) {
}

static void show(int argc, char **argv) {
    for (int i = 0; i < argc; i++) {
        printf("argument %s\n", argv[i]);
    }
    for (char **at = environ; *at; at++) {
        printf("environment %s\n", *at);
    }
    for (int fd = 0; fd < 1024; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            printf("descriptor %d\n", fd);
        }
    }
    sigset_t blocked;
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    printf("blocked INT %d TERM %d SEGV %d\n", sigismember(&blocked, SIGINT),
           sigismember(&blocked, SIGTERM), sigismember(&blocked, SIGSEGV));
}

static int wake;

static struct flexos_control *find_control(void) {
    int page;
    if (sscanf(getenv("FLEXOS_BOOT"), "ctl=%d:%d", &page, &wake) != 2) {
        exit(1);
    }
    struct flexos_control *control =
        mmap(NULL, FLEXOS_CONTROL_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, page, 0);
    if (control == MAP_FAILED || control->magic != FLEXOS_CONTROL_MAGIC) {
        exit(1);
    }
    return control;
}

static int listen_for_signals(int stays) {
    struct flexos_control *control = find_control();
    puts("ready");
    for (;;) {
        struct pollfd wait = {.fd = wake, .events = POLLIN};
        uint64_t count;
        poll(&wait, 1, -1);
        if (read(wake, &count, sizeof count) < 0) {
            continue;
        }
        uint64_t signals = __atomic_exchange_n(&control->signals, 0, __ATOMIC_SEQ_CST);
        for (int number = 1; number < 64; number++) {
            if (signals >> (number - 1) & 1) {
                printf("signal %d\n", number);
            }
        }
        if (!stays && signals & (1u << (SIGINT - 1) | 1u << (SIGTERM - 1))) {
            return 7;
        }
    }
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!strcmp(mode, "show")) {
        show(argc, argv);
    } else if (!strcmp(mode, "end") || !strcmp(mode, "stay")) {
        return listen_for_signals(!strcmp(mode, "stay"));
    } else if (!strcmp(mode, "echo")) {
        char line[100];
        while (fgets(line, sizeof line, stdin)) {
            printf("%s%s", isatty(0) ? "terminal " : "", line);
        }
    } else if (!strcmp(mode, "exit") && argc > 2) {
        return atoi(argv[2]);
    } else if (!strcmp(mode, "fork")) {
        find_control()->state = argc > 2 ? FLEXOS_STATE_STARTING : FLEXOS_STATE_RUNNING;
        if (fork() == 0) {
            *(volatile int *)8 = 1;
        }
        wait(NULL);
        return 5;
    }
    return 0;
}
