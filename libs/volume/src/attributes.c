/* SPDX-License-Identifier: BSD-3-Clause */
/* Changing attributes: size, mode, times. Owners stay as the host has them. */
#include <errno.h>

#include <flexos/time.h>

#include "volume.h"

#define NS_PER_S 1000000000u

static uint64_t ns_of(int64_t seconds, uint32_t ns) {
    return (uint64_t)seconds * NS_PER_S + ns;
}

static int set_size(struct node *n, uint64_t size) {
    struct call call = {.request = {.op = FLEXOS_VOLUME_TRUNCATE, .offset = size}};
    int error = node_error(n);

    error = error ? error : handle_get(n, true);
    if (error < 0) {
        return error;
    }
    call.request.handle = n->handle;
    error = (int)request(n->volume, &call, NULL);
    n->size = error == 0 ? size : n->size;
    return error;
}

static int set_times(struct node *n, const char *path, unsigned which,
                     const struct vfs_attributes *a) {
    struct call call = {
        .request = {.op = FLEXOS_VOLUME_TIMES, .offset = UINT64_MAX, .size2 = UINT64_MAX},
        .path = path};
    struct vfs_attributes now;

    /* The present time: the one that this very request would get. */
    if (which & (VFS_SET_ATIME_NOW | VFS_SET_MTIME_NOW)) {
        uint64_t ns = flexos_wall_ns();

        now.atime_s = now.mtime_s = (int64_t)(ns / NS_PER_S);
        now.atime_ns = now.mtime_ns = (uint32_t)(ns % NS_PER_S);
    }
    if (which & (VFS_SET_ATIME | VFS_SET_ATIME_NOW)) {
        const struct vfs_attributes *from = which & VFS_SET_ATIME_NOW ? &now : a;

        call.request.offset = ns_of(from->atime_s, from->atime_ns);
    }
    if (which & (VFS_SET_MTIME | VFS_SET_MTIME_NOW)) {
        const struct vfs_attributes *from = which & VFS_SET_MTIME_NOW ? &now : a;

        call.request.size2 = ns_of(from->mtime_s, from->mtime_ns);
    }
    return (int)request(n->volume, &call, NULL);
}

static int set_named(struct node *n, unsigned which, const struct vfs_attributes *a) {
    char path[PATH_ROOM];
    struct call call = {.request = {.op = FLEXOS_VOLUME_CHMOD, .mode = a->mode & 0777},
                        .path = path};
    int error = node_path(n, NULL, path);

    if (error == 0 && (which & VFS_SET_MODE)) {
        error = a->mode & 07000 ? -EPERM : (int)request(n->volume, &call, NULL);
    }
    if (error == 0 && (which & VFS_SET_OWNER)) {
        error = -EPERM; /* files of the host keep their owner */
    }
    if (error == 0 &&
        (which & (VFS_SET_ATIME | VFS_SET_MTIME | VFS_SET_ATIME_NOW | VFS_SET_MTIME_NOW))) {
        error = set_times(n, path, which, a);
    }
    return error;
}

int volume_set(uint64_t instance, uint64_t node, unsigned which,
               const struct vfs_attributes *attributes flexos_in(sizeof(struct vfs_attributes))) {
    struct node *n = node_use(instance, node);
    int error = 0;

    if (!n) {
        return -ESTALE;
    }
    if (which & VFS_SET_SIZE) {
        error = set_size(n, attributes->size);
    }
    if (error == 0 && (which & ~VFS_SET_SIZE)) {
        error = set_named(n, which, attributes);
    }
    node_done(n);
    return error;
}
