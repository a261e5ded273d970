/* SPDX-License-Identifier: BSD-3-Clause */
/* What stands in /dev. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <flexos/platform.h>

#include "console.h"
#include "tree.h"

#define RANDOM_PART 4096u /* at once; the platform's call is not interrupted */

static long null_read(uint64_t offset, void *data, size_t length) {
    (void)offset;
    (void)data;
    (void)length;
    return 0;
}

static long null_write(const void *data, size_t length) {
    (void)data;
    return (long)length;
}

static long zero_read(uint64_t offset, void *data, size_t length) {
    (void)offset;
    memset(data, 0, length);
    return (long)length;
}

static long full_write(const void *data, size_t length) {
    (void)data;
    return length ? -ENOSPC : 0;
}

static long random_read(uint64_t offset, void *data, size_t length) {
    size_t done = 0;

    (void)offset;
    while (done < length) {
        size_t part = length - done < RANDOM_PART ? length - done : RANDOM_PART;
        long got = flexos_random((char *)data + done, part);

        if (got <= 0) {
            return done ? (long)done : got;
        }
        done += (size_t)got;
    }
    return (long)done;
}

static long tty_read(uint64_t offset, void *data, size_t length) {
    (void)offset;
    return console_read(data, length);
}

#define DEVICE(NAME, MAJOR, MINOR, READ, WRITE)                                                    \
    {.name = (NAME),                                                                               \
     .parent = 1,                                                                                  \
     .mode = S_IFCHR | 0666,                                                                       \
     .major = (MAJOR),                                                                             \
     .minor = (MINOR),                                                                             \
     .read = (READ),                                                                               \
     .write = (WRITE)}
#define TERMINAL(NAME, MAJOR, MINOR)                                                               \
    {.name = (NAME),                                                                               \
     .parent = 1,                                                                                  \
     .mode = S_IFCHR | 0666,                                                                       \
     .major = (MAJOR),                                                                             \
     .minor = (MINOR),                                                                             \
     .wait_events = FLEXOS_EVENT_CONSOLE,                                                          \
     .read = tty_read,                                                                             \
     .write = console_write,                                                                       \
     .poll = console_poll}
#define LINK(NAME, TARGET) {.name = (NAME), .parent = 1, .mode = S_IFLNK | 0777, .target = (TARGET)}

const struct special dev_nodes[] = {
    {.name = "/", .parent = 1, .mode = S_IFDIR | 0755},
    DEVICE("null", 1, 3, null_read, null_write),
    DEVICE("zero", 1, 5, zero_read, null_write),
    DEVICE("full", 1, 7, zero_read, full_write),
    DEVICE("random", 1, 8, random_read, null_write),
    DEVICE("urandom", 1, 9, random_read, null_write),
    TERMINAL("tty", 5, 0),
    TERMINAL("console", 5, 1),
    LINK("stdin", "/proc/self/fd/0"),
    LINK("stdout", "/proc/self/fd/1"),
    LINK("stderr", "/proc/self/fd/2"),
    {.name = "shm", .parent = 1, .mode = S_IFDIR | 01777},
};
const size_t dev_count = sizeof(dev_nodes) / sizeof(dev_nodes[0]);
