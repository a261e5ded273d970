/* SPDX-License-Identifier: BSD-3-Clause */
/* Changing attributes: chmod, chown, utimensat, truncate and their families. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <flexos/syscalls.h>

#include "channel.h"
#include "node.h"

#ifndef UTIME_NOW
#define UTIME_NOW 0x3fffffff
#define UTIME_OMIT 0x3ffffffe
#endif

static long set_by_path(int dirfd, const char *path, int flags, unsigned which,
                        const struct vfs_attributes *a) {
    struct walk w;
    int error = walk_existing(dirfd, path,
                              (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) |
                                  (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0),
                              &w);

    if (error < 0) {
        return error;
    }
    return node_set(w.place, which, a);
}

static long set_by_descriptor(int fd, unsigned which, const struct vfs_attributes *a) {
    struct file *file = file_of(fd);
    struct place place;
    long result = 0;

    if (!file) {
        return -EBADF;
    }
    if (node_place(file, &place)) {
        result = node_set(place, which, a);
    }
    file_release(file);
    return result;
}

long sys_fchmodat(int dirfd, const char *path flexos_string, unsigned mode) {
    struct vfs_attributes a = {.mode = mode & 07777};

    return set_by_path(dirfd, path, 0, VFS_SET_MODE, &a);
}

long sys_chmod(const char *path flexos_string, unsigned mode) {
    return sys_fchmodat(AT_FDCWD, path, mode);
}

long sys_fchmod(int fd, unsigned mode) {
    struct vfs_attributes a = {.mode = mode & 07777};

    return set_by_descriptor(fd, VFS_SET_MODE, &a);
}

long sys_fchownat(int dirfd, const char *path flexos_string, unsigned uid, unsigned gid,
                  int flags) {
    struct vfs_attributes a = {.uid = uid, .gid = gid};

    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) {
        return -EINVAL;
    }
    return set_by_path(dirfd, path, flags, VFS_SET_OWNER, &a);
}

long sys_chown(const char *path flexos_string, unsigned uid, unsigned gid) {
    return sys_fchownat(AT_FDCWD, path, uid, gid, 0);
}

long sys_lchown(const char *path flexos_string, unsigned uid, unsigned gid) {
    return sys_fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}

long sys_fchown(int fd, unsigned uid, unsigned gid) {
    struct vfs_attributes a = {.uid = uid, .gid = gid};

    return set_by_descriptor(fd, VFS_SET_OWNER, &a);
}

static bool valid(const struct timespec *t) {
    return t->tv_nsec == UTIME_NOW || t->tv_nsec == UTIME_OMIT ||
           (t->tv_nsec >= 0 && t->tv_nsec < 1000000000);
}

static unsigned which_time(const struct timespec *t, unsigned given, unsigned now) {
    return t->tv_nsec == UTIME_OMIT ? 0 : t->tv_nsec == UTIME_NOW ? now : given;
}

long sys_utimensat(int dirfd, const char *path flexos_string,
                   const struct timespec *times flexos_in(32), int flags) {
    unsigned which = VFS_SET_ATIME_NOW | VFS_SET_MTIME_NOW;
    struct vfs_attributes a = {0};

    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) {
        return -EINVAL;
    }
    if (times) {
        if (!valid(&times[0]) || !valid(&times[1])) {
            return -EINVAL;
        }
        which = which_time(&times[0], VFS_SET_ATIME, VFS_SET_ATIME_NOW) |
                which_time(&times[1], VFS_SET_MTIME, VFS_SET_MTIME_NOW);
        a.atime_s = times[0].tv_sec;
        a.atime_ns = (uint32_t)times[0].tv_nsec;
        a.mtime_s = times[1].tv_sec;
        a.mtime_ns = (uint32_t)times[1].tv_nsec;
    }
    if (!path) {
        return flags ? -EINVAL : set_by_descriptor(dirfd, which, &a);
    }
    return which ? set_by_path(dirfd, path, flags, which, &a) : 0;
}

long sys_truncate(const char *path flexos_string, long length) {
    struct vfs_attributes a = {.size = (uint64_t)length};
    struct walk w;
    int error;

    if (length < 0) {
        return -EINVAL;
    }
    error = walk_existing(AT_FDCWD, path, WALK_FOLLOW, &w);
    if (error < 0) {
        return error;
    }
    if (!S_ISREG(w.attributes.mode)) {
        return S_ISDIR(w.attributes.mode) ? -EISDIR : -EINVAL;
    }
    return node_set(w.place, VFS_SET_SIZE, &a);
}

long sys_ftruncate(int fd, long length) {
    struct vfs_attributes a = {.size = (uint64_t)length}, now;
    struct file *file = length < 0 ? NULL : file_of(fd);
    struct place place;
    long result = -EINVAL;

    if (!file) {
        return length < 0 ? -EINVAL : -EBADF;
    }
    if (node_place(file, &place) && (file->flags & O_ACCMODE) != O_RDONLY &&
        node_get(place, &now) == 0 && S_ISREG(now.mode)) {
        result = node_set(place, VFS_SET_SIZE, &a);
    }
    file_release(file);
    return result;
}

static long allocate(struct file *file, int mode, uint64_t offset, uint64_t length) {
    struct vfs_attributes a;
    struct place place;

    if ((mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE)) || mode == FALLOC_FL_PUNCH_HOLE) {
        return -EOPNOTSUPP;
    }
    if ((file->flags & O_ACCMODE) == O_RDONLY) {
        return -EBADF;
    }
    if (end_of(file)) {
        return -ESPIPE;
    }
    if (!node_place(file, &place) || node_get(place, &a) < 0 || !S_ISREG(a.mode)) {
        return -ENODEV;
    }
    return node_allocate(place, mode, offset, length);
}

long sys_fallocate(int fd, int mode, long offset, long length) {
    struct file *file = file_of(fd);
    long result;

    if (!file) {
        return -EBADF;
    }
    result = offset < 0 || length <= 0 ? -EINVAL
                                       : allocate(file, mode, (uint64_t)offset, (uint64_t)length);
    file_release(file);
    return result;
}
