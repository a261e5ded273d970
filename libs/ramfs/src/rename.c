/* SPDX-License-Identifier: BSD-3-Clause */
/* Renaming, replacing, exchanging names. */
#include <errno.h>
#include <sys/stat.h>

#include "inode.h"

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
