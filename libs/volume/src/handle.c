/* SPDX-License-Identifier: BSD-3-Clause */
/* Handles of the broker: one for each open node, shared by its open files, and one more for
 * appending. */
#include <errno.h>

#include "volume.h"

static int64_t open_path(struct node *node, unsigned flags) {
    char path[PATH_ROOM];
    struct flexos_volume_stat stat;
    int64_t handle;
    struct call call = {.request = {.op = FLEXOS_VOLUME_OPEN, .flags = flags}, .path = path};
    int error = node_path(node, NULL, path);

    if (error < 0) {
        return error;
    }
    handle = request(node->volume, &call, &stat);
    if (handle >= 0) {
        node->inode = stat.inode;
    }
    return handle;
}

int handle_get(struct node *node, bool write) {
    int64_t handle;

    if (node->handle != NO_HANDLE && (node->writable || !write)) {
        return 0;
    }
    handle = open_path(node, FLEXOS_VOLUME_F_READ | (write ? FLEXOS_VOLUME_F_WRITE : 0) |
                                 FLEXOS_VOLUME_F_NOFOLLOW);
    if (handle < 0) {
        return (int)handle;
    }
    if (node->handle != NO_HANDLE) {
        request_close(node->volume, node->handle);
    }
    node->handle = (uint32_t)handle;
    node->writable = write;
    return 0;
}

int handle_append(struct node *node) {
    int64_t handle;

    if (node->append_handle != NO_HANDLE) {
        return 0;
    }
    handle =
        open_path(node, FLEXOS_VOLUME_F_WRITE | FLEXOS_VOLUME_F_APPEND | FLEXOS_VOLUME_F_NOFOLLOW);
    if (handle < 0) {
        return (int)handle;
    }
    node->append_handle = (uint32_t)handle;
    return 0;
}

void handle_close_all(struct node *node) {
    if (node->handle != NO_HANDLE) {
        request_close(node->volume, node->handle);
    }
    if (node->append_handle != NO_HANDLE) {
        request_close(node->volume, node->append_handle);
    }
    node->handle = node->append_handle = NO_HANDLE;
    node->writable = false;
    node->inode = 0;
}
