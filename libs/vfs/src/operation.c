/* SPDX-License-Identifier: BSD-3-Clause */
/* The operations of file systems, with Linux' errors for those that a file system does not have. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "node.h"

#define HAS(place, name) ((place).mount->fs->name)
#define CALL(place, name, ...) ((place).mount->fs->name((place).mount->instance, __VA_ARGS__))

int node_writable(struct place place) {
    return place.mount->flags & VFS_MOUNT_READ_ONLY ? -EROFS : 0;
}

#define NEED_WRITABLE(place, name, missing)                                                        \
    do {                                                                                           \
        if (node_writable(place) < 0) {                                                            \
            return -EROFS;                                                                         \
        }                                                                                          \
        if (!HAS(place, name)) {                                                                   \
            return (missing);                                                                      \
        }                                                                                          \
    } while (0)

int node_lookup(struct place dir, const char *name, struct vfs_attributes *found) {
    return HAS(dir, lookup) ? CALL(dir, lookup, dir.node, name, found) : -ENOTDIR;
}

int node_get(struct place place, struct vfs_attributes *attributes) {
    return HAS(place, get) ? CALL(place, get, place.node, attributes) : -ENOSYS;
}

int node_set(struct place place, unsigned which, const struct vfs_attributes *attributes) {
    NEED_WRITABLE(place, set, -EPERM);
    return CALL(place, set, place.node, which, attributes);
}

int node_create(struct place dir, const char *name, unsigned mode, unsigned rdev,
                struct vfs_attributes *made) {
    NEED_WRITABLE(dir, create, -EPERM);
    return CALL(dir, create, dir.node, name, mode, rdev, made);
}

int node_symlink(struct place dir, const char *name, const char *target) {
    NEED_WRITABLE(dir, symlink, -EPERM);
    return CALL(dir, symlink, dir.node, name, target);
}

long node_readlink(struct place place, char *target, size_t length) {
    return HAS(place, readlink) ? CALL(place, readlink, place.node, target, length) : -EINVAL;
}

int node_link(struct place place, struct place dir, const char *name) {
    NEED_WRITABLE(dir, link, -EPERM);
    return CALL(dir, link, place.node, dir.node, name);
}

int node_remove(struct place dir, const char *name, unsigned flags) {
    NEED_WRITABLE(dir, remove, -EPERM);
    return CALL(dir, remove, dir.node, name, flags);
}

int node_rename(struct place from, const char *name, struct place to, const char *new_name,
                unsigned flags) {
    NEED_WRITABLE(from, rename, -EPERM);
    return CALL(from, rename, from.node, name, to.node, new_name, flags);
}

long node_list(struct place dir, uint64_t cookie, void *entries, size_t length) {
    return HAS(dir, list) ? CALL(dir, list, dir.node, cookie, entries, length) : -ENOTDIR;
}

long node_name(struct place dir, char *name, size_t length) {
    return HAS(dir, name) ? CALL(dir, name, dir.node, name, length) : -ENOENT;
}

int node_open(struct place place, int flags) {
    return HAS(place, open) ? CALL(place, open, place.node, flags) : 0;
}

void node_close(struct place place) {
    if (HAS(place, close)) {
        CALL(place, close, place.node);
    }
}

struct vfs_moved node_read(struct place place, uint64_t offset, void *data, size_t length) {
    if (!HAS(place, read)) {
        return (struct vfs_moved){-EINVAL, offset};
    }
    return CALL(place, read, place.node, offset, data, length);
}

struct vfs_moved node_write(struct place place, uint64_t offset, const void *data, size_t length) {
    if (!HAS(place, write)) {
        return (struct vfs_moved){-EINVAL, offset};
    }
    return CALL(place, write, place.node, offset, data, length);
}

int node_allocate(struct place place, int mode, uint64_t offset, uint64_t length) {
    NEED_WRITABLE(place, allocate, -EOPNOTSUPP);
    return CALL(place, allocate, place.node, mode, offset, length);
}

int node_sync(struct place place, int data_only) {
    return HAS(place, sync) ? CALL(place, sync, place.node, data_only) : 0;
}

int node_poll(struct place place) {
    return HAS(place, poll) ? CALL(place, poll, place.node)
                            : POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
}

int node_space(struct place place, struct vfs_space *space) {
    memset(space, 0, sizeof(*space));
    space->block_size = 4096;
    return HAS(place, space) ? CALL(place, space, space) : 0;
}
