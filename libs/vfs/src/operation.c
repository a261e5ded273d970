/* SPDX-License-Identifier: BSD-3-Clause */
/* The operations of file systems, with Linux' errors for those that a file system does not have. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "node.h"

#define HAS(place, NAME) ((place).mount->fs->operations[VFS_##NAME])
#define CALL(place, NAME, ...)                                                                     \
    (((vfs_##NAME##_function *)(void (*)(void))(place).mount->fs->operations[VFS_##NAME])(         \
        (place).mount->instance, __VA_ARGS__))

int node_writable(struct place place) {
    return place.mount->flags & VFS_MOUNT_READ_ONLY ? -EROFS : 0;
}

#define NEED_WRITABLE(place, NAME, missing)                                                        \
    do {                                                                                           \
        if (node_writable(place) < 0) {                                                            \
            return -EROFS;                                                                         \
        }                                                                                          \
        if (!HAS(place, NAME)) {                                                                   \
            return (missing);                                                                      \
        }                                                                                          \
    } while (0)

int node_lookup(struct place dir, const char *name, struct vfs_attributes *found) {
    return HAS(dir, LOOKUP) ? CALL(dir, LOOKUP, dir.node, name, found) : -ENOTDIR;
}

int node_get(struct place place, struct vfs_attributes *attributes) {
    return HAS(place, GET) ? CALL(place, GET, place.node, attributes) : -ENOSYS;
}

int node_set(struct place place, unsigned which, const struct vfs_attributes *attributes) {
    NEED_WRITABLE(place, SET, -EPERM);
    return CALL(place, SET, place.node, which, attributes);
}

int node_create(struct place dir, const char *name, unsigned mode, unsigned rdev,
                struct vfs_attributes *made) {
    NEED_WRITABLE(dir, CREATE, -EPERM);
    return CALL(dir, CREATE, dir.node, name, mode, rdev, made);
}

int node_symlink(struct place dir, const char *name, const char *target) {
    NEED_WRITABLE(dir, SYMLINK, -EPERM);
    return CALL(dir, SYMLINK, dir.node, name, target);
}

long node_readlink(struct place place, char *target, size_t length) {
    return HAS(place, READLINK) ? CALL(place, READLINK, place.node, target, length) : -EINVAL;
}

int node_link(struct place place, struct place dir, const char *name) {
    NEED_WRITABLE(dir, LINK, -EPERM);
    return CALL(dir, LINK, place.node, dir.node, name);
}

int node_remove(struct place dir, const char *name, unsigned flags) {
    NEED_WRITABLE(dir, REMOVE, -EPERM);
    return CALL(dir, REMOVE, dir.node, name, flags);
}

int node_rename(struct place from, const char *name, struct place to, const char *new_name,
                unsigned flags) {
    NEED_WRITABLE(from, RENAME, -EPERM);
    return CALL(from, RENAME, from.node, name, to.node, new_name, flags);
}

long node_list(struct place dir, uint64_t cookie, void *entries, size_t length) {
    return HAS(dir, LIST) ? CALL(dir, LIST, dir.node, cookie, entries, length) : -ENOTDIR;
}

long node_name(struct place dir, char *name, size_t length) {
    return HAS(dir, NAME) ? CALL(dir, NAME, dir.node, name, length) : -ENOENT;
}

int node_open(struct place place, int flags) {
    return HAS(place, OPEN) ? CALL(place, OPEN, place.node, flags) : 0;
}

void node_close(struct place place) {
    if (HAS(place, CLOSE)) {
        CALL(place, CLOSE, place.node);
    }
}

struct vfs_moved node_read(struct place place, uint64_t offset, void *data, size_t length) {
    if (!HAS(place, READ)) {
        return (struct vfs_moved){-EINVAL, offset};
    }
    return CALL(place, READ, place.node, offset, data, length);
}

struct vfs_moved node_write(struct place place, uint64_t offset, const void *data, size_t length) {
    if (!HAS(place, WRITE)) {
        return (struct vfs_moved){-EINVAL, offset};
    }
    return CALL(place, WRITE, place.node, offset, data, length);
}

int node_allocate(struct place place, int mode, uint64_t offset, uint64_t length) {
    NEED_WRITABLE(place, ALLOCATE, -EOPNOTSUPP);
    return CALL(place, ALLOCATE, place.node, mode, offset, length);
}

int node_sync(struct place place, int data_only) {
    return HAS(place, SYNC) ? CALL(place, SYNC, place.node, data_only) : 0;
}

int node_poll(struct place place) {
    return HAS(place, POLL) ? CALL(place, POLL, place.node)
                            : POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
}

int node_space(struct place place, struct vfs_space *space) {
    memset(space, 0, sizeof(*space));
    space->block_size = 4096;
    return HAS(place, SPACE) ? CALL(place, SPACE, space) : 0;
}
