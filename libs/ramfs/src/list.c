/* SPDX-License-Identifier: BSD-3-Clause */
/* Listing a directory, and telling its own name. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "inode.h"

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
