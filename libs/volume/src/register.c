/* SPDX-License-Identifier: BSD-3-Clause */
/* Mounts the volumes that the platform has. */
#include <limits.h>

#include <flexos/platform.h>

#include "volume.h"

static int register_volumes(void) {
    int fs = vfs_register("volume");

    vfs_provide_lookup(fs, volume_lookup);
    vfs_provide_get(fs, volume_get);
    vfs_provide_set(fs, volume_set);
    vfs_provide_create(fs, volume_create);
    vfs_provide_symlink(fs, volume_symlink);
    vfs_provide_readlink(fs, volume_readlink);
    vfs_provide_link(fs, volume_link);
    vfs_provide_remove(fs, volume_remove);
    vfs_provide_rename(fs, volume_rename);
    vfs_provide_list(fs, volume_list);
    vfs_provide_name(fs, volume_name);
    vfs_provide_open(fs, volume_open);
    vfs_provide_close(fs, volume_close);
    vfs_provide_read(fs, volume_read);
    vfs_provide_write(fs, volume_write);
    vfs_provide_allocate(fs, volume_allocate);
    vfs_provide_sync(fs, volume_sync);
    vfs_provide_space(fs, volume_space);
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
