/* SPDX-License-Identifier: BSD-3-Clause */
/* Operations on names. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "inode.h"

/* The inode of a directory that still has a name, or an error. */
struct inode *directory_of(uint64_t node, int *error) {
    struct inode *inode = inode_of(node);

    *error = !inode ? -ESTALE : !S_ISDIR(inode->attributes.mode) ? -ENOTDIR : 0;
    if (*error == 0 && inode->attributes.links == 0) {
        *error = -ENOENT;
    }
    return *error ? NULL : inode;
}

void directory_changed(struct inode *dir, int entries, int subdirectories) {
    dir->attributes.size = (uint64_t)((int64_t)dir->attributes.size + entries * 20); /* as tmpfs */
    dir->attributes.links = (uint32_t)((int)dir->attributes.links + subdirectories);
    inode_touch(dir, TOUCH_MTIME | TOUCH_CTIME);
}

int ramfs_lookup(uint64_t instance, uint64_t directory, const char *name flexos_string,
                 struct vfs_attributes *found flexos_out(sizeof(struct vfs_attributes))) {
    struct inode *dir = inode_of(directory);
    const struct entry *e;

    if (!dir) {
        return -ESTALE;
    }
    if (!S_ISDIR(dir->attributes.mode)) {
        return -ENOTDIR;
    }
    if (strcmp(name, "..") == 0) {
        return inode_of(dir->directory.parent) ? ramfs_get(instance, dir->directory.parent, found)
                                               : -ENOENT;
    }
    e = directory_find(&dir->directory, name);
    return e ? ramfs_get(instance, e->node, found) : -ENOENT;
}

int ramfs_create(uint64_t instance, uint64_t directory, const char *name flexos_string,
                 unsigned mode, unsigned rdev,
                 struct vfs_attributes *made flexos_out(sizeof(struct vfs_attributes))) {
    int error;
    struct inode *dir = directory_of(directory, &error), *inode;

    if (!dir) {
        return error;
    }
    if (directory_find(&dir->directory, name)) {
        return -EEXIST;
    }
    inode = inode_new(mode);
    if (!inode) {
        return -ENOSPC;
    }
    inode->attributes.rdev = rdev;
    if (dir->attributes.mode & S_ISGID) {
        inode->attributes.gid = dir->attributes.gid;
        inode->attributes.mode |= S_ISDIR(mode) ? S_ISGID : 0;
    }
    error = directory_add(&dir->directory, name, inode->attributes.node, mode);
    if (error < 0) {
        inode_unused(inode);
        return -ENOSPC;
    }
    inode->attributes.links = S_ISDIR(mode) ? 2 : 1;
    if (S_ISDIR(mode)) {
        inode->directory.parent = directory;
        inode->attributes.size = 40;
    }
    directory_changed(dir, 1, S_ISDIR(mode) ? 1 : 0);
    return ramfs_get(instance, inode->attributes.node, made);
}

int ramfs_symlink(uint64_t instance, uint64_t directory, const char *name flexos_string,
                  const char *target flexos_string) {
    struct vfs_attributes made;
    char *copy = strdup(target);
    struct inode *inode;
    int error;

    if (!copy) {
        return -ENOSPC;
    }
    error = ramfs_create(instance, directory, name, S_IFLNK | 0777, 0, &made);
    if (error < 0) {
        free(copy);
        return error;
    }
    inode = inode_of(made.node);
    inode->target = copy;
    inode->attributes.size = strlen(copy);
    return 0;
}

long ramfs_readlink(uint64_t instance, uint64_t node, char *target flexos_out_return(length),
                    size_t length) {
    const struct inode *inode = inode_of(node);

    (void)instance;
    if (!inode || !S_ISLNK(inode->attributes.mode)) {
        return inode ? -EINVAL : -ESTALE;
    }
    length = length < inode->attributes.size ? length : inode->attributes.size;
    memcpy(target, inode->target, length);
    return (long)length;
}

int ramfs_link(uint64_t instance, uint64_t node, uint64_t directory,
               const char *name flexos_string) {
    int error;
    struct inode *dir = directory_of(directory, &error), *inode = inode_of(node);

    (void)instance;
    if (!dir || !inode) {
        return dir ? -ESTALE : error;
    }
    if (S_ISDIR(inode->attributes.mode)) {
        return -EPERM;
    }
    if (inode->attributes.links == 0) {
        return -ENOENT;
    }
    if (inode->attributes.links >= 32000000) {
        return -EMLINK;
    }
    if (directory_find(&dir->directory, name)) {
        return -EEXIST;
    }
    error = directory_add(&dir->directory, name, node, inode->attributes.mode);
    if (error < 0) {
        return -ENOSPC;
    }
    inode->attributes.links++;
    inode_touch(inode, TOUCH_CTIME);
    directory_changed(dir, 1, 0);
    return 0;
}

/* One link less. */
void drop_link(struct inode *inode) {
    inode->attributes.links = S_ISDIR(inode->attributes.mode) ? 0 : inode->attributes.links - 1;
    inode_touch(inode, TOUCH_CTIME);
    inode_unused(inode);
}

int ramfs_remove(uint64_t instance, uint64_t directory, const char *name flexos_string,
                 unsigned flags) {
    int error;
    struct inode *dir = directory_of(directory, &error), *inode;
    struct entry *e;

    (void)instance;
    if (!dir) {
        return error;
    }
    e = directory_find(&dir->directory, name);
    if (!e) {
        return -ENOENT;
    }
    inode = inode_of(e->node);
    if (flags & VFS_REMOVE_DIRECTORY) {
        if (!S_ISDIR(inode->attributes.mode)) {
            return -ENOTDIR;
        }
        if (inode->directory.live) {
            return -ENOTEMPTY;
        }
    } else if (S_ISDIR(inode->attributes.mode)) {
        return -EISDIR;
    }
    directory_remove(&dir->directory, e);
    directory_changed(dir, -1, S_ISDIR(inode->attributes.mode) ? -1 : 0);
    drop_link(inode);
    return 0;
}

int ramfs_open(uint64_t instance, uint64_t node, int flags) {
    struct inode *inode = inode_of(node);

    (void)instance;
    (void)flags;
    if (!inode) {
        return -ESTALE;
    }
    inode->opens++;
    return 0;
}

int ramfs_close(uint64_t instance, uint64_t node) {
    struct inode *inode = inode_of(node);

    (void)instance;
    if (!inode || !inode->opens) {
        return -ESTALE;
    }
    inode->opens--;
    inode_unused(inode);
    return 0;
}
