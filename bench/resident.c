/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs a program with its output thrown away and prints the most memory that it, or a process that it waited for, had resident, in
 * KiB. A program of its own because the number includes what the parent had resident before exec: here, almost nothing. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct rusage usage;
    int status;

    if (argc < 2)
        return 2;
    pid_t child = fork();

    if (child == 0) {
        int null = open("/dev/null", O_RDWR);

        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execv(argv[1], argv + 1);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0)
        return 1;
    printf("%ld\n", usage.ru_maxrss);
    return 0;
}
