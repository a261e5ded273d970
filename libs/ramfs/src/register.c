/* SPDX-License-Identifier: BSD-3-Clause */
/* Makes ramfs known to vfs and mounts it at "/". */
#include <sys/stat.h>

#include "inode.h"

static void make_directory(uint64_t root, const char *name, unsigned mode) {
    struct vfs_attributes made;

    ramfs_create(0, root, name, S_IFDIR | mode, 0, &made);
}

__attribute__((constructor)) static void ramfs_begin(void) {
    struct inode *root = inode_new(S_IFDIR | 0755);
    int fs = vfs_register("ramfs");

    if (!root || fs < 0) {
        return; /* vfs answers -ENOENT to all paths */
    }
    root->attributes.links = 2;
    root->attributes.size = 40;
    root->directory.parent = root->attributes.node;
    VFS_OPERATION(fs, LOOKUP, ramfs_lookup);
    VFS_OPERATION(fs, GET, ramfs_get);
    VFS_OPERATION(fs, SET, ramfs_set);
    VFS_OPERATION(fs, CREATE, ramfs_create);
    VFS_OPERATION(fs, SYMLINK, ramfs_symlink);
    VFS_OPERATION(fs, READLINK, ramfs_readlink);
    VFS_OPERATION(fs, LINK, ramfs_link);
    VFS_OPERATION(fs, REMOVE, ramfs_remove);
    VFS_OPERATION(fs, RENAME, ramfs_rename);
    VFS_OPERATION(fs, LIST, ramfs_list);
    VFS_OPERATION(fs, NAME, ramfs_name);
    VFS_OPERATION(fs, OPEN, ramfs_open);
    VFS_OPERATION(fs, CLOSE, ramfs_close);
    VFS_OPERATION(fs, READ, ramfs_read);
    VFS_OPERATION(fs, WRITE, ramfs_write);
    VFS_OPERATION(fs, ALLOCATE, ramfs_allocate);
    VFS_OPERATION(fs, SPACE, ramfs_space);
    make_directory(root->attributes.node, "tmp", 01777);
    make_directory(root->attributes.node, "etc", 0755);
    make_directory(root->attributes.node, "var", 0755);
    make_directory(root->attributes.node, "root", 0700);
    vfs_mount(fs, 0, root->attributes.node, "/", 0);
}
