/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of descriptors. It grows by doubling; the lowest free number is found by a bit map
 * whose words below `full_below` hold no free bit, so opening is constant time apart from
 * descriptors that are reused. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <flexos/syscalls.h>

#include "descriptor.h"
#include "lock.h"

#define DESCRIPTORS_MAX 65536
#define WORD 64

static struct file **files;
static uint64_t *used, *on_exec; /* bit maps; close-on-exec is kept to be told, there is no exec */
static int capacity;
static int full_below; /* words */

static bool bit(const uint64_t *map, int fd) {
    return map[fd / WORD] >> (fd % WORD) & 1;
}

static void set_bit(uint64_t *map, int fd, bool value) {
    uint64_t mask = 1ull << (fd % WORD);

    map[fd / WORD] = value ? map[fd / WORD] | mask : map[fd / WORD] & ~mask;
}

static int grow(int fd) {
    int wanted = capacity ? capacity : 4 * WORD;
    size_t words, old_words = (size_t)capacity / WORD;
    void *p;

    if (fd >= DESCRIPTORS_MAX) {
        return -EMFILE;
    }
    while (wanted <= fd) {
        wanted *= 2;
    }
    words = (size_t)wanted / WORD;
    if (!(p = realloc(files, (size_t)wanted * sizeof(*files)))) {
        return -ENOMEM;
    }
    files = p;
    if (!(p = realloc(used, words * sizeof(*used)))) {
        return -ENOMEM;
    }
    used = p;
    if (!(p = realloc(on_exec, words * sizeof(*on_exec)))) {
        return -ENOMEM;
    }
    on_exec = p;
    memset(files + capacity, 0, (size_t)(wanted - capacity) * sizeof(*files));
    memset(used + old_words, 0, (words - old_words) * sizeof(*used));
    memset(on_exec + old_words, 0, (words - old_words) * sizeof(*on_exec));
    capacity = wanted;
    return 0;
}

static int lowest_free(int from) {
    int word = from / WORD, words;

    if (word < full_below) {
        word = full_below;
        from = word * WORD;
    }
    for (words = capacity / WORD; word < words; word++) {
        uint64_t free_bits = ~used[word];

        if (word == from / WORD) {
            free_bits &= ~0ull << (from % WORD);
        }
        if (free_bits) {
            return word * WORD + __builtin_ctzll(free_bits);
        }
        if (word == full_below && used[word] == ~0ull) {
            full_below++;
        }
    }
    return from > capacity ? from : capacity;
}

static void install(int fd, struct file *file, int flags) {
    files[fd] = file;
    set_bit(used, fd, true);
    set_bit(on_exec, fd, flags & O_CLOEXEC);
}

int descriptor_new(struct file *file, int from, int flags) {
    int fd, error;

    descriptors_begin();
    fd = lowest_free(from);
    if (fd >= capacity && (error = grow(fd)) < 0) {
        return error;
    }
    install(fd, file, flags);
    return fd;
}

int descriptor_open(struct file *file, int flags) {
    int fd = descriptor_new(file, 0, flags);

    if (fd < 0) {
        file_release(file);
    }
    return fd;
}

struct file *file_of_any(int fd) {
    descriptors_begin();
    if (fd < 0 || fd >= capacity || !files[fd]) {
        return NULL;
    }
    file_acquire(files[fd]);
    return files[fd];
}

struct file *file_of(int fd) {
    struct file *file = file_of_any(fd);

    if (file && (file->flags & O_PATH)) {
        file_release(file);
        return NULL;
    }
    return file;
}

int descriptor_next(int fd) {
    for (fd++; fd < capacity; fd++) {
        if (files[fd]) {
            return fd;
        }
    }
    return -1;
}

static void take_out(int fd) {
    files[fd] = NULL;
    set_bit(used, fd, false);
    if (fd / WORD < full_below) {
        full_below = fd / WORD;
    }
}

int descriptor_close(int fd) {
    struct file *file = file_of_any(fd);

    if (!file) {
        return -EBADF;
    }
    take_out(fd);
    file_release(file); /* of this function */
    file_release(file); /* of the descriptor */
    return 0;
}

static int duplicate(int fd, int from, int flags) {
    struct file *file = file_of_any(fd);
    int copy;

    if (!file) {
        return -EBADF;
    }
    copy = descriptor_new(file, from, flags);
    if (copy < 0) {
        file_release(file);
    }
    return copy;
}

static int duplicate_to(int fd, int copy, int flags) {
    struct file *file;
    int error;

    if (copy < 0 || copy >= DESCRIPTORS_MAX) {
        return -EBADF;
    }
    file = file_of_any(fd);
    if (!file) {
        return -EBADF;
    }
    if (copy >= capacity && (error = grow(copy)) < 0) {
        file_release(file);
        return error;
    }
    if (files[copy]) {
        descriptor_close(copy);
    }
    install(copy, file, flags);
    return copy;
}

long sys_close(int fd) {
    return descriptor_close(fd);
}

long sys_dup(int fd) {
    return duplicate(fd, 0, 0);
}

long sys_dup2(int fd, int newfd) {
    struct file *file;

    if (fd == newfd) {
        if (!(file = file_of_any(fd))) {
            return -EBADF;
        }
        file_release(file);
        return fd;
    }
    return duplicate_to(fd, newfd, 0);
}

long sys_dup3(int fd, int newfd, int flags) {
    if (fd == newfd || (flags & ~O_CLOEXEC)) {
        return -EINVAL;
    }
    return duplicate_to(fd, newfd, flags);
}

#define SETTABLE (O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME)

static long file_control(struct file *file, int fd, int cmd, unsigned long arg) {
    switch (cmd) {
    case F_GETFD:
        return bit(on_exec, fd) ? FD_CLOEXEC : 0;
    case F_SETFD:
        set_bit(on_exec, fd, arg & FD_CLOEXEC);
        return 0;
    case F_GETFL:
        return file->flags;
    case F_SETFL:
        file->flags = (file->flags & ~SETTABLE) | ((int)arg & SETTABLE);
        return 0;
    case F_SETOWN:
    case F_SETSIG:
        return 0; /* no SIGIO is ever sent */
    case F_GETOWN:
    case F_GETSIG:
        return 0;
    case F_GETPIPE_SZ:
    case F_SETPIPE_SZ:
        return descriptor_pipe_size(file, cmd == F_SETPIPE_SZ ? (long)arg : -1);
    default:
        return -EINVAL;
    }
}

long sys_fcntl(int fd, int cmd, unsigned long arg) {
    struct file *file;
    long result;

    switch (cmd) {
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        if (arg >= DESCRIPTORS_MAX) {
            return -EINVAL;
        }
        return duplicate(fd, (int)arg, cmd == F_DUPFD_CLOEXEC ? O_CLOEXEC : 0);
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
        return lock_record(fd, cmd, (struct flock *)arg);
    default:
        break;
    }
    file = cmd == F_GETFD || cmd == F_SETFD || cmd == F_GETFL ? file_of_any(fd) : file_of(fd);
    if (!file) {
        return -EBADF;
    }
    result = file_control(file, fd, cmd, arg);
    file_release(file);
    return result;
}
