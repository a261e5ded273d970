/* SPDX-License-Identifier: BSD-3-Clause */
/* Work of the kinds that programs do: hashing, sorting, allocation, formatting, copying, files. Prints the seconds that it took. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COUNT 20000

static unsigned state = 1;
static char *names[COUNT];

static unsigned next(void) {
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

static int compare(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static unsigned long once(void) {
    unsigned long sum = 0;
    int fd = open("/work", O_CREAT | O_RDWR | O_TRUNC, 0600);

    for (int i = 0; i < COUNT; i++) {
        char text[64];
        int length = snprintf(text, sizeof text, "%u-%s-%d", next(), i % 2 ? "odd" : "even", i);

        names[i] = malloc((size_t)length + 1);
        memcpy(names[i], text, (size_t)length + 1);
    }
    qsort(names, COUNT, sizeof names[0], compare);
    for (int i = 0; i < COUNT; i++) {
        for (const char *c = names[i]; *c; c++)
            sum = sum * 33 + (unsigned char)*c;
        if (i % 64 == 0 && write(fd, names[i], strlen(names[i])) < 0)
            return 0;
        free(names[i]);
    }
    close(fd);
    return sum;
}

int main(void) {
    struct timespec start, end;
    unsigned long sum = 0;

    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int round = 0; round < 20; round++)
        sum ^= once();
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.6f %lx\n", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9, sum);
    return 0;
}
