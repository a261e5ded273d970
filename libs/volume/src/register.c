/* SPDX-License-Identifier: BSD-3-Clause */
/* Mounts the volumes that the platform has. */
#include <limits.h>

#include <flexos/platform.h>

#include "volume.h"

static int register_volumes(void) {
    int fs = vfs_register("volume");

    VFS_OPERATION(fs, LOOKUP, volume_lookup);
    VFS_OPERATION(fs, GET, volume_get);
    VFS_OPERATION(fs, SET, volume_set);
    VFS_OPERATION(fs, CREATE, volume_create);
    VFS_OPERATION(fs, SYMLINK, volume_symlink);
    VFS_OPERATION(fs, READLINK, volume_readlink);
    VFS_OPERATION(fs, LINK, volume_link);
    VFS_OPERATION(fs, REMOVE, volume_remove);
    VFS_OPERATION(fs, RENAME, volume_rename);
    VFS_OPERATION(fs, LIST, volume_list);
    VFS_OPERATION(fs, NAME, volume_name);
    VFS_OPERATION(fs, OPEN, volume_open);
    VFS_OPERATION(fs, CLOSE, volume_close);
    VFS_OPERATION(fs, READ, volume_read);
    VFS_OPERATION(fs, WRITE, volume_write);
    VFS_OPERATION(fs, ALLOCATE, volume_allocate);
    VFS_OPERATION(fs, SYNC, volume_sync);
    VFS_OPERATION(fs, SPACE, volume_space);
    return fs;
}

__attribute__((constructor)) static void volume_begin(void) {
    char path[PATH_MAX];
    int fs = -1, read_only;

    for (unsigned volume = 0; volume < FLEXOS_VOLUME_MAX; volume++) {
        struct node *root;

        if (flexos_volume_name(volume, path, sizeof(path), &read_only) < 0) {
            return;
        }
        fs = fs < 0 ? register_volumes() : fs;
        root = node_root(volume);
        if (root) {
            vfs_mount(fs, volume, root->id, path, read_only ? VFS_MOUNT_READ_ONLY : 0);
        }
    }
}
