/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Volumes: passes messages between vfs and the broker process of the launcher (flexos/volume.h).
 * Only lengths are checked here; what a request may do is the broker's decision, and what a reply
 * means is vfs's.
 */
#include "flexos/volume.h"

#include "linux.h"

long flexos_volume_submit(unsigned volume, const struct flexos_volume_request *request,
                          const char *path, const char *path2, const void *data) {
    if (volume >= linux_boot.volumes) {
        return -LINUX_ENODEV;
    }
    if (!flexos_caller_range(request, sizeof *request, false)) {
        return -LINUX_EFAULT;
    }
    const uint32_t path_length = request->path_length, path2_length = request->path2_length,
                   data_length = request->data_length;
    if (path_length > FLEXOS_VOLUME_PATH || path2_length > FLEXOS_VOLUME_PATH ||
        data_length > FLEXOS_VOLUME_DATA) {
        return -LINUX_EMSGSIZE;
    }
    if (!flexos_caller_range(path, path_length, false) ||
        !flexos_caller_range(path2, path2_length, false) ||
        !flexos_caller_range(data, data_length, false)) {
        return -LINUX_EFAULT;
    }
    struct linux_iovec iov[4] = {{request, sizeof *request},
                                 {path, path_length},
                                 {path2, path2_length},
                                 {data, data_length}};
    struct linux_msghdr message = {.iov = iov, .iov_len = 4};
    const long n = linux_call3(LINUX_SENDMSG, linux_boot.volume[volume].fd, &message,
                               LINUX_MSG_DONTWAIT | LINUX_MSG_NOSIGNAL);
    if (n == -LINUX_EAGAIN) {
        linux_armed_send |= FLEXOS_EVENT_VOLUME(volume);
    }
    return n < 0 ? n : 0;
}

long flexos_volume_complete(unsigned volume, struct flexos_volume_response *reply, void *data,
                            size_t size) {
    if (volume >= linux_boot.volumes) {
        return -LINUX_ENODEV;
    }
    if (!flexos_caller_range(reply, sizeof *reply, true) ||
        !flexos_caller_range(data, size, true)) {
        return -LINUX_EFAULT;
    }
    struct linux_iovec iov[2] = {{reply, sizeof *reply}, {data, size}};
    struct linux_msghdr message = {.iov = iov, .iov_len = 2};
    const long n =
        linux_call3(LINUX_RECVMSG, linux_boot.volume[volume].fd, &message, LINUX_MSG_DONTWAIT);
    if (n == -LINUX_EAGAIN) {
        linux_armed |= FLEXOS_EVENT_VOLUME(volume);
        return n;
    }
    if (n < (long)sizeof *reply) {
        return -LINUX_ENODEV; /* the broker has ended */
    }
    const long received = n - (long)sizeof *reply;
    reply->data_length = (uint32_t)received;
    return received;
}

long flexos_volume_name(unsigned volume, char *name, size_t size, int *read_only) {
    if (volume >= linux_boot.volumes) {
        return -LINUX_ENODEV;
    }
    if (!flexos_caller_range(name, size, true) ||
        !flexos_caller_range(read_only, sizeof *read_only, true)) {
        return -LINUX_EFAULT;
    }
    const struct linux_volume *v = &linux_boot.volume[volume];
    size_t n = 0;
    do {
        if (n == size) {
            return -LINUX_ERANGE;
        }
        name[n] = v->name[n];
    } while (v->name[n++] != '\0');
    *read_only = v->read_only;
    return (long)n;
}
