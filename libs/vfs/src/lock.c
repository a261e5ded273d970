/* SPDX-License-Identifier: BSD-3-Clause */
/* File locks. The image is one process, so POSIX record locks (F_SETLK) never conflict: they are
 * granted, and F_GETLK finds no other owner, exactly as Linux answers a process that is alone.
 * flock() belongs to open files, which can conflict inside one process, and is therefore real.
 * Locks of open file descriptions (F_OFD_*) are refused: -EINVAL. Host processes that use the same
 * volume see none of these locks. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <flexos/platform.h>
#include <flexos/sched.h>
#include <flexos/syscalls.h>

#include "lock.h"
#include "node.h"

struct whole_lock {
    struct whole_lock *next;
    struct file *file;
    struct place place;
    bool exclusive;
};

static struct whole_lock *locks;

long lock_record(int fd, int cmd, struct flock *lock) {
    struct file *file;
    int access;

    if (cmd != F_GETLK && cmd != F_SETLK && cmd != F_SETLKW) {
        return -EINVAL;
    }
    if (!(file = file_of(fd))) {
        return -EBADF;
    }
    access = file->flags & O_ACCMODE;
    file_release(file);
    if (!lock) {
        return -EFAULT;
    }
    if (lock->l_type != F_RDLCK && lock->l_type != F_WRLCK && lock->l_type != F_UNLCK) {
        return -EINVAL;
    }
    if (lock->l_whence < SEEK_SET || lock->l_whence > SEEK_END) {
        return -EINVAL;
    }
    if (cmd == F_GETLK) {
        if (lock->l_type == F_UNLCK) {
            return -EINVAL;
        }
        lock->l_type = F_UNLCK;
        return 0;
    }
    if ((lock->l_type == F_RDLCK && access == O_WRONLY) ||
        (lock->l_type == F_WRLCK && access == O_RDONLY)) {
        return -EBADF;
    }
    return 0;
}

static struct whole_lock **own(struct file *file) {
    struct whole_lock **l = &locks;

    while (*l && (*l)->file != file) {
        l = &(*l)->next;
    }
    return l;
}

void lock_file_closed(struct file *file) {
    struct whole_lock **l = own(file), *gone = *l;

    if (gone) {
        *l = gone->next;
        free(gone);
        sched_wake((uintptr_t)&locks, INT_MAX);
    }
}

static bool conflicts(const struct file *file, const struct place *place, bool exclusive) {
    const struct whole_lock *l;

    for (l = locks; l; l = l->next) {
        if (l->file != file && place_equal(&l->place, place) && (exclusive || l->exclusive)) {
            return true;
        }
    }
    return false;
}

static long lock_whole(struct file *file, int operation) {
    bool exclusive = (operation & ~LOCK_NB) == LOCK_EX;
    struct whole_lock *l;
    struct place place;
    int result;

    if (!node_place(file, &place)) {
        return -EINVAL; /* Linux locks these too; nothing here can conflict by name */
    }
    lock_file_closed(file); /* a conversion gives the old lock up first, as in Linux */
    while (conflicts(file, &place, exclusive)) {
        if (operation & LOCK_NB) {
            return -EWOULDBLOCK;
        }
        result = sched_wait_event((uintptr_t)&locks, FLEXOS_EVENT_SIGNAL, SCHED_FOREVER);
        if (result < 0) {
            return result;
        }
    }
    l = malloc(sizeof(*l));
    if (!l) {
        return -ENOMEM;
    }
    *l = (struct whole_lock){locks, file, place, exclusive};
    locks = l;
    return 0;
}

long sys_flock(int fd, int operation) {
    struct file *file = file_of(fd);
    long result = 0;

    if (!file) {
        return -EBADF;
    }
    switch (operation & ~LOCK_NB) {
    case LOCK_UN:
        lock_file_closed(file);
        break;
    case LOCK_SH:
    case LOCK_EX:
        result = lock_whole(file, operation);
        break;
    default:
        result = -EINVAL;
    }
    file_release(file);
    return result;
}
