/* SPDX-License-Identifier: BSD-3-Clause */
/* Names: mkdir, rmdir, unlink, rename, link, symlink, readlink. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <flexos/syscalls.h>

#include "node.h"

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#define RENAME_EXCHANGE 2
#endif

static bool covers_mount(const struct walk *w) {
    return w->exists && w->place.mount->above.mount && w->place.node == w->place.mount->root;
}

long sys_mkdirat(int dirfd, const char *path flexos_string, unsigned mode) {
    struct vfs_attributes made;
    struct walk w;
    int error = walk(dirfd, path, WALK_NAME, &w);

    if (error < 0) {
        return error;
    }
    if (w.exists) {
        return -EEXIST;
    }
    return node_create(w.dir, w.name, S_IFDIR | (mode & 01777 & ~vfs_umask), 0, &made);
}

static int last_is_name(const struct walk *w) {
    switch (w->last) {
    case LAST_NAME:
        return 0;
    case LAST_DOT:
        return -EINVAL;
    case LAST_DOT_DOT:
        return -ENOTEMPTY;
    default:
        return -EBUSY;
    }
}

long sys_unlinkat(int dirfd, const char *path flexos_string, int flags) {
    bool directory = flags & AT_REMOVEDIR;
    struct walk w;
    int error;

    if (flags & ~AT_REMOVEDIR) {
        return -EINVAL;
    }
    error = walk_existing(dirfd, path, WALK_NAME, &w);
    if (error < 0) {
        return error;
    }
    error = last_is_name(&w);
    if (error < 0) {
        return directory ? error : -EISDIR;
    }
    if (covers_mount(&w)) {
        return directory ? -EBUSY : -EISDIR;
    }
    if (!directory && w.slash) {
        return S_ISDIR(w.attributes.mode) ? -EISDIR : -ENOTDIR;
    }
    return node_remove(w.dir, w.name, directory ? VFS_REMOVE_DIRECTORY : 0);
}

static int check_rename(const struct walk *from, const struct walk *to, unsigned flags) {
    bool directory = from->exists && S_ISDIR(from->attributes.mode);

    if (from->dir.mount != to->dir.mount) {
        return -EXDEV;
    }
    if (from->last != LAST_NAME) {
        return -EBUSY;
    }
    if (to->last != LAST_NAME) {
        return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
    }
    if (!from->exists) {
        return -ENOENT;
    }
    if (to->exists && (flags & RENAME_NOREPLACE)) {
        return -EEXIST;
    }
    if (!to->exists && (flags & RENAME_EXCHANGE)) {
        return -ENOENT;
    }
    if (!directory && (from->slash || (to->slash && !(flags & RENAME_EXCHANGE)))) {
        return -ENOTDIR;
    }
    if ((flags & RENAME_EXCHANGE) && to->slash && !S_ISDIR(to->attributes.mode)) {
        return -ENOTDIR;
    }
    if (covers_mount(from) || covers_mount(to)) {
        return -EBUSY;
    }
    return 0;
}

long sys_renameat2(int from_dirfd, const char *from flexos_string, int to_dirfd,
                   const char *to flexos_string, unsigned flags) {
    struct walk a, b;
    int error;

    if ((flags & ~(unsigned)(RENAME_NOREPLACE | RENAME_EXCHANGE)) ||
        flags == (RENAME_NOREPLACE | RENAME_EXCHANGE)) {
        return -EINVAL;
    }
    error = walk(from_dirfd, from, WALK_NAME, &a);
    if (error == 0) {
        error = walk(to_dirfd, to, WALK_NAME, &b);
    }
    if (error < 0) {
        return error;
    }
    error = check_rename(&a, &b, flags);
    return error < 0 ? error : node_rename(a.dir, a.name, b.dir, b.name, flags);
}

long sys_linkat(int from_dirfd, const char *from flexos_string, int to_dirfd,
                const char *to flexos_string, int flags) {
    unsigned walk_flags = flags & AT_SYMLINK_FOLLOW ? WALK_FOLLOW : 0;
    struct walk a, b;
    int error;

    if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) {
        return -EINVAL;
    }
    error =
        walk_existing(from_dirfd, from, walk_flags | (flags & AT_EMPTY_PATH ? WALK_EMPTY : 0), &a);
    if (error == 0) {
        error = walk(to_dirfd, to, WALK_NAME, &b);
    }
    if (error < 0) {
        return error;
    }
    if (b.exists) {
        return -EEXIST;
    }
    if (b.slash) {
        return -ENOENT;
    }
    if (a.place.mount != b.dir.mount) {
        return -EXDEV;
    }
    return S_ISDIR(a.attributes.mode) ? -EPERM : node_link(a.place, b.dir, b.name);
}

long sys_symlinkat(const char *target flexos_string, int dirfd, const char *path flexos_string) {
    size_t length = strlen(target);
    struct walk w;
    int error;

    if (length == 0) {
        return -ENOENT;
    }
    if (length >= PATH_MAX) {
        return -ENAMETOOLONG;
    }
    error = walk(dirfd, path, WALK_NAME, &w);
    if (error < 0) {
        return error;
    }
    if (w.exists) {
        return -EEXIST;
    }
    return w.slash ? -ENOENT : node_symlink(w.dir, w.name, target);
}

long sys_readlinkat(int dirfd, const char *path flexos_string, char *buf flexos_out_return(len),
                    size_t len) {
    struct walk w;
    int error;

    if (len == 0 || len > INT_MAX) {
        return -EINVAL;
    }
    error = walk_existing(dirfd, path, WALK_EMPTY, &w);
    if (error < 0) {
        return error;
    }
    if (!S_ISLNK(w.attributes.mode)) {
        return path[0] ? -EINVAL : -ENOENT;
    }
    return node_readlink(w.place, buf, len);
}

/* The old forms without descriptors. */
long sys_mkdir(const char *path flexos_string, unsigned mode) {
    return sys_mkdirat(AT_FDCWD, path, mode);
}

long sys_rmdir(const char *path flexos_string) {
    return sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

long sys_unlink(const char *path flexos_string) {
    return sys_unlinkat(AT_FDCWD, path, 0);
}

long sys_rename(const char *from flexos_string, const char *to flexos_string) {
    return sys_renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

long sys_renameat(int from_dirfd, const char *from flexos_string, int to_dirfd,
                  const char *to flexos_string) {
    return sys_renameat2(from_dirfd, from, to_dirfd, to, 0);
}

long sys_link(const char *from flexos_string, const char *to flexos_string) {
    return sys_linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
}

long sys_symlink(const char *target flexos_string, const char *path flexos_string) {
    return sys_symlinkat(target, AT_FDCWD, path);
}

long sys_readlink(const char *path flexos_string, char *buf flexos_out_return(len), size_t len) {
    return sys_readlinkat(AT_FDCWD, path, buf, len);
}
