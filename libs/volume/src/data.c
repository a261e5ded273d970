/* SPDX-License-Identifier: BSD-3-Clause */
/* Operations on the contents and attributes of one node. Each looks its node up, works, and gives
 * it back. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include <flexos/time.h>

#include "volume.h"

#define NS_PER_S 1000000000u
#define VOLUME_TYPE 0x01021997u /* what Linux calls 9p: a file system of somebody else */

void attributes_of(struct node *node, const struct flexos_volume_stat *s,
                   struct vfs_attributes *a) {
    *a = (struct vfs_attributes){
        .node = node->id,
        .inode = s->inode,
        .size = s->size,
        .blocks = s->blocks,
        .atime_s = (int64_t)(s->atime_ns / NS_PER_S),
        .mtime_s = (int64_t)(s->mtime_ns / NS_PER_S),
        .ctime_s = (int64_t)(s->ctime_ns / NS_PER_S),
        .atime_ns = (uint32_t)(s->atime_ns % NS_PER_S),
        .mtime_ns = (uint32_t)(s->mtime_ns % NS_PER_S),
        .ctime_ns = (uint32_t)(s->ctime_ns % NS_PER_S),
        .mode = s->mode,
        .links = s->links,
        .uid = s->uid,
        .gid = s->gid,
        .block_size = s->block_size,
    };
    node->size = s->size;
}

int node_stat(struct node *node, struct flexos_volume_stat *stat) {
    char path[PATH_ROOM];
    struct call call = {.request = {.op = FLEXOS_VOLUME_STAT, .handle = node->handle}};
    int error = 0;

    if (node->handle == NO_HANDLE) {
        call.request = (struct flexos_volume_request){.op = FLEXOS_VOLUME_LOOKUP,
                                                      .flags = FLEXOS_VOLUME_F_NOFOLLOW};
        call.path = path;
        error = node_path(node, NULL, path);
    }
    return error < 0 ? error : (int)request(node->volume, &call, stat);
}

int volume_get(uint64_t instance, uint64_t node,
               struct vfs_attributes *attributes flexos_out(sizeof(struct vfs_attributes))) {
    struct node *n = node_use(instance, node);
    struct flexos_volume_stat stat;
    int error;

    if (!n) {
        return -ESTALE;
    }
    error = node_stat(n, &stat);
    if (error >= 0) {
        attributes_of(n, &stat, attributes);
        error = 0;
    }
    node_done(n);
    return error;
}

struct vfs_moved volume_read(uint64_t instance, uint64_t node, uint64_t offset,
                             void *data flexos_out_part(length), size_t length) {
    struct node *n = node_use(instance, node);
    size_t done = 0;
    int64_t got = -ESTALE;

    while (n && done < length) {
        size_t part = length - done < FLEXOS_VOLUME_DATA ? length - done : FLEXOS_VOLUME_DATA;
        struct call call = {.request = {.op = FLEXOS_VOLUME_READ,
                                        .offset = offset + done,
                                        .length = (uint32_t)part},
                            .into = (char *)data + done,
                            .room = part};

        got = handle_get(n, false);
        call.request.handle = n->handle;
        got = got < 0 ? got : request(n->volume, &call, NULL);
        if (got <= 0) {
            break;
        }
        done += (size_t)got;
        if ((size_t)got < part) {
            break;
        }
    }
    if (n) {
        got = length ? got : 0;
        node_done(n);
    }
    return (struct vfs_moved){done ? (long)done : (long)got, offset + done};
}

int node_error(struct node *n) {
    int error = n->error;

    n->error = 0;
    return error;
}

struct vfs_moved volume_write(uint64_t instance, uint64_t node, uint64_t offset,
                              const void *data flexos_in_part(length), size_t length) {
    struct node *n = node_use(instance, node);
    bool append = offset == VFS_APPEND;
    size_t done = 0;
    int error;

    if (!n) {
        return (struct vfs_moved){-ESTALE, offset};
    }
    error = node_error(n);
    if (error == 0) {
        error = append ? handle_append(n) : handle_get(n, true);
    }
    offset = append ? n->size : offset;
    while (error == 0 && done < length) {
        size_t part = length - done < FLEXOS_VOLUME_DATA ? length - done : FLEXOS_VOLUME_DATA;

        error = request_write(n, append ? n->append_handle : n->handle, append ? 0 : offset + done,
                              (const char *)data + done, part);
        done += error == 0 ? part : 0;
    }
    n->size = offset + done > n->size ? offset + done : n->size;
    node_done(n);
    return (struct vfs_moved){done ? (long)done : error, offset + done};
}

int volume_sync(uint64_t instance, uint64_t node, int data_only) {
    struct node *n = node_use(instance, node);
    struct call call = {.request = {.op = data_only ? FLEXOS_VOLUME_DATASYNC : FLEXOS_VOLUME_SYNC}};
    int error;

    if (!n) {
        return -ESTALE;
    }
    error = handle_get(n, false);
    if (error == 0) {
        call.request.handle = n->handle;
        error = (int)request(n->volume, &call, NULL);
        request_settle(n);
    }
    error = n->error ? node_error(n) : error;
    node_done(n);
    return error;
}

int volume_allocate(uint64_t instance, uint64_t node, int mode, uint64_t offset, uint64_t length) {
    struct node *n = node_use(instance, node);
    struct call call = {
        .request = {.op = FLEXOS_VOLUME_ALLOCATE, .offset = offset, .size2 = length}};
    int error;

    if (!n) {
        return -ESTALE;
    }
    error = mode ? -EOPNOTSUPP : handle_get(n, true);
    if (error == 0) {
        call.request.handle = n->handle;
        error = (int)request(n->volume, &call, NULL);
    }
    node_done(n);
    return error;
}

int volume_open(uint64_t instance, uint64_t node, int flags) {
    struct node *n = node_use(instance, node);
    struct flexos_volume_stat stat;
    int access = flags & O_ACCMODE, error = 0;

    if (!n) {
        return -ESTALE;
    }
    if (!(flags & O_PATH)) {
        error = handle_get(n, access != O_RDONLY);
    }
    if (error == 0 && (flags & O_APPEND) && access != O_RDONLY) {
        error = handle_append(n);
        if (error == 0 && node_stat(n, &stat) == 0) {
            n->size = stat.size;
        }
    }
    if (error == 0) {
        n->opens++;
    }
    node_done(n);
    return error;
}

int volume_close(uint64_t instance, uint64_t node) {
    struct node *n = node_use(instance, node);

    if (!n || !n->opens) {
        if (n) {
            node_done(n);
        }
        return -ESTALE;
    }
    if (--n->opens == 0) {
        handle_close_all(n);
    }
    node_done(n);
    return 0;
}

int volume_space(uint64_t instance, struct vfs_space *space flexos_out(sizeof(struct vfs_space))) {
    struct call call = {.request = {.op = FLEXOS_VOLUME_SPACE}};
    struct flexos_volume_stat stat;
    int error = (int)request((unsigned)instance, &call, &stat);

    if (error < 0) {
        return error;
    }
    memset(space, 0, sizeof(*space));
    space->type = VOLUME_TYPE;
    space->block_size = stat.block_size ? stat.block_size : 4096;
    space->blocks = stat.size / space->block_size;
    space->blocks_free = stat.blocks / space->block_size;
    space->files_free = stat.inode;
    space->files = stat.inode;
    return 0;
}
