/* SPDX-License-Identifier: BSD-3-Clause */
/* stat and its family, access, statfs. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <flexos/syscalls.h>
#include <flexos/time.h>

#include "node.h"

#define NS_PER_S 1000000000u

void attributes_invent(unsigned mode, uint64_t node, struct vfs_attributes *attributes) {
    uint64_t now = flexos_wall_ns();

    *attributes = (struct vfs_attributes){.node = node, .mode = mode, .links = 1};
    attributes->block_size = 4096;
    attributes->atime_s = attributes->mtime_s = attributes->ctime_s = (int64_t)(now / NS_PER_S);
    attributes->atime_ns = attributes->mtime_ns = attributes->ctime_ns = (uint32_t)(now % NS_PER_S);
}

/* Kinds without a file system have device number 0 below those of mounts. */
static unsigned device_of(const struct place *place) {
    return place->mount ? place->mount->number : 0;
}

static void fill(const struct vfs_attributes *a, const struct place *place, struct stat *st) {
    memset(st, 0, sizeof(*st));
    st->st_dev = device_of(place);
    st->st_ino = a->inode ? a->inode : a->node;
    st->st_mode = a->mode;
    st->st_nlink = a->links;
    st->st_uid = a->uid;
    st->st_gid = a->gid;
    st->st_rdev = a->rdev;
    st->st_size = (off_t)a->size;
    st->st_blksize = a->block_size;
    st->st_blocks = (blkcnt_t)a->blocks;
    st->st_atim = (struct timespec){a->atime_s, a->atime_ns};
    st->st_mtim = (struct timespec){a->mtime_s, a->mtime_ns};
    st->st_ctim = (struct timespec){a->ctime_s, a->ctime_ns};
}

static int of_descriptor(int fd, struct vfs_attributes *a, struct place *place) {
    struct file *file = file_of_any(fd);
    int error;

    if (!file) {
        return -EBADF;
    }
    place->mount = NULL;
    if (file->class->attributes) {
        error = file->class->attributes(file, a);
    } else {
        attributes_invent(S_IFREG | 0600, (uint64_t)(uintptr_t)file, a);
        a->mode = 0600; /* anonymous: eventfd, epoll */
        error = 0;
    }
    node_place(file, place);
    file_release(file);
    return error;
}

static int of_path(int dirfd, const char *path, int flags, struct vfs_attributes *a,
                   struct place *place) {
    struct walk w;
    int error;

    if (path[0] == '\0' && (flags & AT_EMPTY_PATH) && dirfd != AT_FDCWD) {
        return of_descriptor(dirfd, a, place);
    }
    error = walk_existing(dirfd, path,
                          (flags & AT_SYMLINK_NOFOLLOW ? 0 : WALK_FOLLOW) |
                              (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0),
                          &w);
    if (error == 0) {
        *a = w.attributes;
        *place = w.place;
    }
    return error;
}

long sys_newfstatat(int dirfd, const char *path flexos_string,
                    struct stat *st flexos_out(sizeof(struct stat)), int flags) {
    struct vfs_attributes a;
    struct place place;
    int error;

    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT)) {
        return -EINVAL;
    }
    error = of_path(dirfd, path, flags, &a, &place);
    if (error == 0) {
        fill(&a, &place, st);
    }
    return error;
}

long sys_stat(const char *path flexos_string, struct stat *st flexos_out(sizeof(struct stat))) {
    return sys_newfstatat(AT_FDCWD, path, st, 0);
}

long sys_lstat(const char *path flexos_string, struct stat *st flexos_out(sizeof(struct stat))) {
    return sys_newfstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

long sys_fstat(int fd, struct stat *st flexos_out(sizeof(struct stat))) {
    struct vfs_attributes a;
    struct place place;
    int error = of_descriptor(fd, &a, &place);

    if (error == 0) {
        fill(&a, &place, st);
    }
    return error;
}

static long access_by(int dirfd, const char *path, int mode, int flags) {
    struct vfs_attributes a;
    struct place place;
    int error;

    if (mode & ~(R_OK | W_OK | X_OK)) {
        return -EINVAL;
    }
    error = of_path(dirfd, path, flags & (AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH), &a, &place);
    if (error < 0) {
        return error;
    }
    if ((mode & W_OK) && place.mount && !S_ISCHR(a.mode) && node_writable(place) < 0) {
        return -EROFS;
    }
    /* The image runs as root: everything is allowed but to execute what nobody may. */
    return (mode & X_OK) && !S_ISDIR(a.mode) && !(a.mode & 0111) ? -EACCES : 0;
}

long sys_faccessat2(int dirfd, const char *path flexos_string, int mode, int flags) {
    if (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)) {
        return -EINVAL;
    }
    return access_by(dirfd, path, mode, flags);
}

long sys_faccessat(int dirfd, const char *path flexos_string, int mode) {
    return access_by(dirfd, path, mode, 0);
}

long sys_access(const char *path flexos_string, int mode) {
    return access_by(AT_FDCWD, path, mode, 0);
}

static int fill_space(struct place place, struct statfs *st) {
    struct vfs_space space;
    int error;

    if (!place.mount) {
        return -ENOSYS;
    }
    error = node_space(place, &space);
    if (error < 0) {
        return error;
    }
    memset(st, 0, sizeof(*st));
    st->f_type = (__typeof__(st->f_type))space.type;
    st->f_bsize = st->f_frsize = (__typeof__(st->f_bsize))space.block_size;
    st->f_blocks = space.blocks;
    st->f_bfree = st->f_bavail = space.blocks_free;
    st->f_files = space.files;
    st->f_ffree = space.files_free;
    st->f_namelen = NAME_MAX;
    return 0;
}

long sys_statfs(const char *path flexos_string,
                struct statfs *st flexos_out(sizeof(struct statfs))) {
    struct walk w;
    int error = walk_existing(AT_FDCWD, path, WALK_FOLLOW, &w);

    return error < 0 ? error : fill_space(w.place, st);
}

long sys_fstatfs(int fd, struct statfs *st flexos_out(sizeof(struct statfs))) {
    struct file *file = file_of_any(fd);
    struct place place = {0};

    if (!file) {
        return -EBADF;
    }
    node_place(file, &place);
    file_release(file);
    return fill_space(place, st);
}
