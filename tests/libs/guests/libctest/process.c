/* SPDX-License-Identifier: BSD-3-Clause */
#include "test.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void test_process(void) {
    struct utsname name;
    struct rlimit limit;
    struct rusage usage;
    struct sysinfo info;
    struct timespec before, after;
    unsigned char random[300] = {0};
    int different = 0;
    CHECK(getpid() == 1 && gettid() == 1 && getuid() == 0);
    CHECK(uname(&name) == 0 && strcmp(name.sysname, "FlexOS") == 0);
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= 1024);
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    CHECK(sysinfo(&info) == 0 && info.totalram > 0);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) == 1);
    CHECK(sysconf(_SC_PAGESIZE) == 4096);
    CHECK(getrandom(random, sizeof random, 0) == (ssize_t)sizeof random);
    for (size_t i = 1; i < sizeof random; i++) {
        different += random[i] != random[i - 1];
    }
    CHECK(different > 250);
    clock_gettime(CLOCK_MONOTONIC, &before);
    usleep(2000);
    clock_gettime(CLOCK_MONOTONIC, &after);
    CHECK((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec >= 2000000);
    CHECK(time(NULL) > 1600000000);
    CHECK(fork() == -1 && errno == ENOSYS);
    CHECK(wait(NULL) == -1 && errno == ECHILD);
    CHECK(setuid(0) == 0 && setuid(5) == -1 && errno == EPERM);
    CHECK(setenv("FLEXOS_TEST", "yes", 1) == 0 && strcmp(getenv("FLEXOS_TEST"), "yes") == 0);
    CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
    CHECK(strcmp(strerror(ENOENT), "No such file or directory") == 0);
}
