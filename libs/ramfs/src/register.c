/* SPDX-License-Identifier: BSD-3-Clause */
/* Makes ramfs known to vfs and mounts it at "/". */
#include <string.h>
#include <sys/stat.h>

#include "inode.h"

/* What libc and servers look up everywhere. */
static const struct {
    const char *name, *text;
} etc_files[] = {
    {"passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"},
    {"group", "root:x:0:\nnogroup:x:65534:\nnobody:x:65534:\n"},
    {"hosts", "127.0.0.1 localhost\n::1 localhost\n"},
};

static void make_etc(uint64_t root) {
    struct vfs_attributes etc, file;

    if (ramfs_create(0, root, "etc", S_IFDIR | 0755, 0, &etc) < 0) {
        return;
    }
    for (size_t i = 0; i < sizeof(etc_files) / sizeof(etc_files[0]); i++) {
        if (ramfs_create(0, etc.node, etc_files[i].name, S_IFREG | 0644, 0, &file) == 0) {
            ramfs_write(0, file.node, 0, etc_files[i].text, strlen(etc_files[i].text));
        }
    }
}

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
    vfs_provide_lookup(fs, ramfs_lookup);
    vfs_provide_get(fs, ramfs_get);
    vfs_provide_set(fs, ramfs_set);
    vfs_provide_create(fs, ramfs_create);
    vfs_provide_symlink(fs, ramfs_symlink);
    vfs_provide_readlink(fs, ramfs_readlink);
    vfs_provide_link(fs, ramfs_link);
    vfs_provide_remove(fs, ramfs_remove);
    vfs_provide_rename(fs, ramfs_rename);
    vfs_provide_list(fs, ramfs_list);
    vfs_provide_name(fs, ramfs_name);
    vfs_provide_open(fs, ramfs_open);
    vfs_provide_close(fs, ramfs_close);
    vfs_provide_read(fs, ramfs_read);
    vfs_provide_write(fs, ramfs_write);
    vfs_provide_allocate(fs, ramfs_allocate);
    vfs_provide_space(fs, ramfs_space);
    make_directory(root->attributes.node, "tmp", 01777);
    make_etc(root->attributes.node);
    make_directory(root->attributes.node, "var", 0755);
    make_directory(root->attributes.node, "root", 0700);
    vfs_mount(fs, 0, root->attributes.node, "/", 0);
}
