/* SPDX-License-Identifier: BSD-3-Clause */
/* Operations on names. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "inode.h"

/* The inode of a directory that still has a name, or an error. */
static struct inode *directory_of(uint64_t node, int *error) {
    struct inode *inode = inode_of(node);

    *error = !inode ? -ESTALE : !S_ISDIR(inode->attributes.mode) ? -ENOTDIR : 0;
    if (*error == 0 && inode->attributes.links == 0) {
        *error = -ENOENT;
    }
    return *error ? NULL : inode;
}

static void directory_changed(struct inode *dir, int entries, int subdirectories) {
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
static void drop_link(struct inode *inode) {
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

/* Whether directory `node` is `above` or lies below it. */
static bool is_below(uint64_t node, uint64_t above) {
    for (;;) {
        const struct inode *inode = inode_of(node);

        if (node == above) {
            return true;
        }
        if (!inode || inode->directory.parent == node) {
            return false;
        }
        node = inode->directory.parent;
    }
}

static int check_rename(uint64_t from, const struct entry *e, uint64_t to, const struct entry *over,
                        unsigned flags) {
    const struct inode *moved = inode_of(e->node);
    const struct inode *replaced = over ? inode_of(over->node) : NULL;
    bool directory = S_ISDIR(moved->attributes.mode);

    if (directory && is_below(to, e->node)) {
        return -EINVAL;
    }
    if (flags & VFS_RENAME_EXCHANGE) {
        return S_ISDIR(replaced->attributes.mode) && is_below(from, over->node) ? -EINVAL : 0;
    }
    if (!replaced) {
        return 0;
    }
    if (S_ISDIR(replaced->attributes.mode) && is_below(from, over->node)) {
        return -ENOTEMPTY;
    }
    if (directory && !S_ISDIR(replaced->attributes.mode)) {
        return -ENOTDIR;
    }
    if (!directory && S_ISDIR(replaced->attributes.mode)) {
        return -EISDIR;
    }
    return directory && replaced->directory.live ? -ENOTEMPTY : 0;
}

static void set_parent(uint64_t node, uint64_t parent) {
    struct inode *inode = inode_of(node);

    if (S_ISDIR(inode->attributes.mode)) {
        inode->directory.parent = parent;
    }
    inode_touch(inode, TOUCH_CTIME);
}

static void exchange(struct inode *from, struct entry *a, struct inode *to, struct entry *b) {
    int difference = (a->type == (S_IFDIR >> 12)) - (b->type == (S_IFDIR >> 12));
    uint64_t node = a->node;
    uint8_t type = a->type;

    set_parent(a->node, to->attributes.node);
    set_parent(b->node, from->attributes.node);
    a->node = b->node;
    a->type = b->type;
    b->node = node;
    b->type = type;
    directory_changed(from, 0, from == to ? 0 : -difference);
    directory_changed(to, 0, from == to ? 0 : difference);
}

/* The name `over` now means what `e` means; what it meant loses a link. */
static void replace(struct inode *target, struct entry *over, const struct entry *e) {
    struct inode *replaced = inode_of(over->node);

    over->node = e->node;
    over->type = e->type;
    directory_changed(target, 0, S_ISDIR(replaced->attributes.mode) ? -1 : 0);
    drop_link(replaced);
}

int ramfs_rename(uint64_t instance, uint64_t from, const char *name flexos_string, uint64_t to,
                 const char *new_name flexos_string, unsigned flags) {
    int error;
    struct inode *source = directory_of(from, &error), *target;
    struct entry *e, *over;
    uint64_t node;
    unsigned mode;

    (void)instance;
    if (!source || !(target = directory_of(to, &error))) {
        return error;
    }
    e = directory_find(&source->directory, name);
    over = directory_find(&target->directory, new_name);
    if (!e || (!over && (flags & VFS_RENAME_EXCHANGE))) {
        return -ENOENT;
    }
    if (over && (flags & VFS_RENAME_EXCLUSIVE)) {
        return -EEXIST;
    }
    error = over && over->node == e->node ? 0 : check_rename(from, e, to, over, flags);
    if (error < 0 || (over && over->node == e->node)) {
        return error; /* two names of one file: nothing happens, as POSIX wants */
    }
    if (flags & VFS_RENAME_EXCHANGE) {
        exchange(source, e, target, over);
        return 0;
    }
    node = e->node;
    mode = inode_of(node)->attributes.mode;
    if (over) {
        replace(target, over, e);
    } else if (directory_add(&target->directory, new_name, node, mode) < 0) {
        return -ENOSPC;
    }
    directory_remove(&source->directory, e);
    directory_changed(source, -1, S_ISDIR(mode) ? -1 : 0);
    directory_changed(target, over ? 0 : 1, S_ISDIR(mode) ? 1 : 0);
    set_parent(node, to);
    return 0;
}

static size_t put_entry(char *at, size_t room, uint64_t node, uint64_t cookie, uint8_t type,
                        const char *name, size_t length) {
    size_t size = (offsetof(struct vfs_entry, name) + length + 1 + 7) & ~(size_t)7;
    struct vfs_entry *e = (struct vfs_entry *)at;

    if (size > room) {
        return 0;
    }
    memset(at, 0, size);
    e->node = node;
    e->cookie = cookie;
    e->length = (uint16_t)size;
    e->type = type;
    memcpy(e->name, name, length);
    return size;
}

long ramfs_list(uint64_t instance, uint64_t directory, uint64_t cookie,
                void *entries flexos_out_return(length), size_t length) {
    struct inode *dir = inode_of(directory);
    const uint8_t dt_dir = S_IFDIR >> 12;
    size_t at = 0, size = 1, index;

    (void)instance;
    if (!dir || !S_ISDIR(dir->attributes.mode)) {
        return dir ? -ENOTDIR : -ESTALE;
    }
    if (dir->attributes.links == 0) {
        return -ENOENT;
    }
    if (cookie < 1) {
        at += size = put_entry(entries, length, directory, 1, dt_dir, ".", 1);
    }
    if (size && cookie < 2) {
        at += size =
            put_entry((char *)entries + at, length - at, dir->directory.parent, 2, dt_dir, "..", 2);
    }
    for (index = directory_after(&dir->directory, cookie); size && index < dir->directory.used;
         index++) {
        const struct entry *e = dir->directory.entries[index];

        if (e) {
            at += size = put_entry((char *)entries + at, length - at, e->node, e->cookie, e->type,
                                   e->name, e->length);
        }
    }
    inode_touch(dir, TOUCH_ATIME);
    return at || size ? (long)at : -EINVAL; /* not even one entry fits */
}

long ramfs_name(uint64_t instance, uint64_t directory, char *name flexos_out_return(length),
                size_t length) {
    const struct inode *dir = inode_of(directory), *parent;
    const char *found;
    size_t size;

    (void)instance;
    if (!dir || !S_ISDIR(dir->attributes.mode) || dir->attributes.links == 0) {
        return dir ? -ENOENT : -ESTALE;
    }
    parent = inode_of(dir->directory.parent);
    found = parent ? directory_name_of(&parent->directory, directory) : NULL;
    if (!found) {
        return -ENOENT;
    }
    size = strlen(found);
    if (size > length) {
        return -ERANGE;
    }
    memcpy(name, found, size);
    return (long)size;
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
