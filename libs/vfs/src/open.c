/* SPDX-License-Identifier: BSD-3-Clause */
/* open, openat, mknod, and what they make. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#include <flexos/syscalls.h>

#include "descriptor.h"
#include "fifo.h"
#include "node.h"

#define STATUS_FLAGS                                                                               \
    (O_ACCMODE | O_APPEND | O_NONBLOCK | O_DSYNC | O_SYNC | O_DIRECT | O_NOATIME | O_PATH |        \
     O_DIRECTORY | O_NOFOLLOW)

/* "/dev/fd/7" and "/proc/self/fd/7" name the descriptor itself; -1 if the path is none of these. */
static int descriptor_path(const char *path) {
    static const char *const prefixes[] = {"/dev/fd/", "/proc/self/fd/"};
    static const char *const names[] = {"/dev/stdin", "/dev/stdout", "/dev/stderr"};
    int fd = 0;

    for (int i = 0; i < 3; i++) {
        if (strcmp(path, names[i]) == 0) {
            return i;
        }
    }
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
        size_t length = strlen(prefixes[i]);

        if (strncmp(path, prefixes[i], length) == 0 && path[length]) {
            for (path += length; *path >= '0' && *path <= '9' && fd < 100000; path++) {
                fd = fd * 10 + (*path - '0');
            }
            return *path ? -1 : fd;
        }
    }
    return -1;
}

static int check_existing(const struct walk *w, int flags) {
    unsigned mode = w->attributes.mode;
    bool writes = (flags & O_ACCMODE) != O_RDONLY;

    if ((flags & O_CREAT) && (flags & O_EXCL)) {
        return -EEXIST;
    }
    if (S_ISLNK(mode) && !(flags & O_PATH)) {
        return flags & O_DIRECTORY ? -ENOTDIR : -ELOOP;
    }
    if ((flags & O_DIRECTORY) && !S_ISDIR(mode)) {
        return -ENOTDIR;
    }
    if (flags & O_PATH) {
        return 0;
    }
    if (S_ISDIR(mode) && (writes || (flags & (O_CREAT | O_TRUNC)))) {
        return -EISDIR;
    }
    if (S_ISSOCK(mode)) {
        return -ENXIO;
    }
    if (S_ISREG(mode) && (writes || (flags & O_TRUNC))) {
        return node_writable(w->place);
    }
    return 0;
}

static int create(struct walk *w, unsigned mode) {
    int error =
        node_create(w->dir, w->name, S_IFREG | (mode & 07777 & ~vfs_umask), 0, &w->attributes);
    if (error < 0) {
        return error;
    }
    w->place = (struct place){w->dir.mount, w->attributes.node};
    return 0;
}

static int find(int dirfd, const char *path, int flags, unsigned mode, struct walk *w) {
    bool follow = !(flags & O_NOFOLLOW) && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
    int error =
        walk(dirfd, path, (follow ? WALK_FOLLOW : 0) | (flags & O_CREAT ? WALK_FILE : 0), w);

    if (error < 0) {
        return error;
    }
    if (w->exists) {
        error = check_existing(w, flags);
    } else if (flags & O_CREAT) {
        error = create(w, mode);
    } else {
        return -ENOENT;
    }
    if (error == 0 && w->exists && (flags & O_TRUNC) && S_ISREG(w->attributes.mode)) {
        struct vfs_attributes empty = {.size = 0};

        error = node_set(w->place, VFS_SET_SIZE, &empty);
    }
    return error;
}

long sys_openat(int dirfd, const char *path flexos_string, int flags, unsigned mode) {
    int fd = descriptor_path(path), status, error;
    struct file *file;
    struct walk w;

    if (fd >= 0) {
        return sys_fcntl(fd, flags & O_CLOEXEC ? F_DUPFD_CLOEXEC : F_DUPFD, 0);
    }
    if (flags & O_PATH) {
        flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    }
    if ((flags & O_TMPFILE) == O_TMPFILE) {
        return -EOPNOTSUPP;
    }
    if ((flags & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY)) {
        return -EINVAL;
    }
    status = flags & STATUS_FLAGS;
    descriptors_begin();
    error = find(dirfd, path, flags, mode, &w);
    if (error < 0) {
        return error;
    }
    if (S_ISFIFO(w.attributes.mode) && !(flags & O_PATH)) {
        error = fifo_open(w.place, status, &file);
    } else {
        error = node_file(w.place, &w.attributes, status & ~(O_DIRECTORY | O_NOFOLLOW), &file);
    }
    return error < 0 ? error : descriptor_open(file, flags);
}

long sys_open(const char *path flexos_string, int flags, unsigned mode) {
    return sys_openat(AT_FDCWD, path, flags, mode);
}

long sys_mknodat(int dirfd, const char *path flexos_string, unsigned mode, unsigned long dev) {
    struct vfs_attributes made;
    struct walk w;
    int error;

    if ((mode & S_IFMT) == 0) {
        mode |= S_IFREG;
    }
    if (S_ISDIR(mode)) {
        return -EPERM;
    }
    if (S_ISLNK(mode)) {
        return -EINVAL;
    }
    error = walk(dirfd, path, WALK_NAME, &w);
    if (error < 0) {
        return error;
    }
    if (w.exists) {
        return -EEXIST;
    }
    if (w.slash) {
        return -ENOENT;
    }
    if (S_ISCHR(mode) || S_ISBLK(mode)) {
        return -EPERM; /* devices are those of /dev */
    }
    return node_create(w.dir, w.name, (mode & S_IFMT) | (mode & 07777 & ~vfs_umask), (unsigned)dev,
                       &made);
}

long sys_mknod(const char *path flexos_string, unsigned mode, unsigned long dev) {
    return sys_mknodat(AT_FDCWD, path, mode, dev);
}

long sys_memfd_create(const char *name flexos_string, unsigned flags) {
    (void)name;
    (void)flags;
    return -ENOSYS;
}
