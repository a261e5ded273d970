/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands in /proc and is asked for by servers: limits of the network stack, memory, the state
 * of the process. Each read makes the text anew. */
#include <string.h>
#include <sys/stat.h>

#include <flexos/published.h>

#include "tree.h"

#define TEXT 512
#define KB 1024u

static size_t put(char *text, size_t at, const char *word) {
    size_t length = strlen(word);

    if (at + length > TEXT) {
        return at;
    }
    memcpy(text + at, word, length);
    return at + length;
}

static size_t put_number(char *text, size_t at, uint64_t n) {
    char digits[21];
    size_t i = sizeof(digits) - 1;

    digits[i] = '\0';
    do {
        digits[--i] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    return put(text, at, digits + i);
}

static long part(const char *text, size_t size, uint64_t offset, void *data, size_t length) {
    if (offset >= size) {
        return 0;
    }
    length = length < size - offset ? length : size - offset;
    memcpy(data, text + offset, length);
    return (long)length;
}

#define FIXED(FUNCTION, VALUE)                                                                     \
    static long FUNCTION(uint64_t offset, void *data, size_t length) {                             \
        return part((VALUE), sizeof(VALUE) - 1, offset, data, length);                             \
    }

FIXED(somaxconn, "4096\n")
FIXED(overcommit, "1\n")
FIXED(ostype, "FlexOS\n")
FIXED(pid_max, "32768\n")

static long meminfo(uint64_t offset, void *data, size_t length) {
    char text[TEXT];
    size_t at = put(text, 0, "MemTotal:       ");

    at = put_number(text, at, flexos_published.heap_size / KB);
    at = put(text, at, " kB\nMemFree:        ");
    at = put_number(text, at, flexos_published.heap_size / KB);
    at = put(text, at, " kB\nMemAvailable:   ");
    at = put_number(text, at, flexos_published.heap_size / KB);
    at = put(text, at, " kB\nSwapTotal:      0 kB\nSwapFree:       0 kB\n");
    return part(text, at, offset, data, length);
}

static const char *program(void) {
    return flexos_published.argc > 0 && flexos_published.argv ? flexos_published.argv[0] : "image";
}

static long comm(uint64_t offset, void *data, size_t length) {
    const char *name = strrchr(program(), '/');
    char text[TEXT];
    size_t at = put(text, 0, name ? name + 1 : program());

    return part(text, put(text, at, "\n"), offset, data, length);
}

static long cmdline(uint64_t offset, void *data, size_t length) {
    char text[TEXT];
    size_t at = 0;

    for (int i = 0; i < flexos_published.argc && at + 1 < TEXT; i++) {
        at = put(text, at, flexos_published.argv[i]);
        text[at++] = '\0';
    }
    return part(text, at, offset, data, length);
}

#define DIRECTORY(PARENT, NAME) {.name = (NAME), .parent = (PARENT), .mode = S_IFDIR | 0555}
#define TEXT_FILE(PARENT, NAME, READ)                                                              \
    {.name = (NAME), .parent = (PARENT), .mode = S_IFREG | 0444, .read = (READ)}

/* The number before an entry is its node. */
const struct special proc_nodes[] = {
    /* 1 */ DIRECTORY(1, "/"),
    /* 2 */ DIRECTORY(1, "sys"),
    /* 3 */ DIRECTORY(2, "net"),
    /* 4 */ DIRECTORY(3, "core"),
    /* 5 */ TEXT_FILE(4, "somaxconn", somaxconn),
    /* 6 */ DIRECTORY(2, "vm"),
    /* 7 */ TEXT_FILE(6, "overcommit_memory", overcommit),
    /* 8 */ DIRECTORY(2, "kernel"),
    /* 9 */ TEXT_FILE(8, "ostype", ostype),
    /* 10 */ TEXT_FILE(8, "pid_max", pid_max),
    /* 11 */ TEXT_FILE(1, "meminfo", meminfo),
    /* 12 */ DIRECTORY(1, "self"),
    /* 13 */ TEXT_FILE(12, "comm", comm),
    /* 14 */ TEXT_FILE(12, "cmdline", cmdline),
};
const size_t proc_count = sizeof(proc_nodes) / sizeof(proc_nodes[0]);
