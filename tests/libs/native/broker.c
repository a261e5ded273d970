/* SPDX-License-Identifier: BSD-3-Clause */
/* One volume for tests, mounted at "/": the launcher's own code does the requests at once, the
 * answers come late, and now and then the queue is full. */
#include "broker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <flexos/platform.h>

#include "../../../platforms/linux/host/volume.h"
#include "native.h"

#define QUEUE 256

static struct volume volume = {.root = -1};
static struct answer {
    struct flexos_volume_response response;
    unsigned char *data;
} queue[QUEUE];
static unsigned queued, calls;

bool broker_open(const char *directory) {
    for (size_t i = 0; i < FLEXOS_VOLUME_HANDLES; i++) {
        volume.handles[i].fd = -1;
    }
    volume.root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return volume.root >= 0;
}

/* What keeps the waiting threads of the image going. */
static long later(void) {
    native_events |= FLEXOS_EVENT_VOLUME(0);
    return -EAGAIN;
}

static char *copy(const char *text, size_t length) {
    char *c = calloc(1, length + 1);

    if (length) {
        memcpy(c, text, length);
    }
    return c;
}

long flexos_volume_submit(unsigned number, const struct flexos_volume_request *request,
                          const char *path, const char *path2, const void *data) {
    struct volume_call call = {.request = request, .data = data};
    char *first, *second;

    if (number != 0) {
        return -ENODEV;
    }
    if (queued == QUEUE || ++calls % 17 == 0) {
        return later();
    }
    first = copy(path, request->path_length);
    second = copy(path2, request->path2_length);
    call.path = first;
    call.path2 = second;
    call.answer = malloc(FLEXOS_VOLUME_DATA);
    volume_do(&volume, &call);
    if (request->op == FLEXOS_VOLUME_SYNC || request->op == FLEXOS_VOLUME_DATASYNC) {
        struct volume_handle *handle = volume_handle(&volume, request->handle);

        call.response = (struct flexos_volume_response){.id = request->id,
                                                        .result = !handle             ? -EBADF
                                                                  : fsync(handle->fd) ? -errno
                                                                                      : 0};
    }
    free(first);
    free(second);
    queue[queued++] = (struct answer){call.response, call.answer};
    return 0;
}

/* Answers come in any order. */
long flexos_volume_complete(unsigned number, struct flexos_volume_response *reply, void *data,
                            size_t size) {
    unsigned pick;
    long length;

    if (number != 0) {
        return -ENODEV;
    }
    if (!queued) {
        return -EAGAIN;
    }
    if (++calls % 3 == 0) {
        return later();
    }
    pick = calls % queued;
    *reply = queue[pick].response;
    length = reply->data_length < size ? (long)reply->data_length : (long)size;
    memcpy(data, queue[pick].data, (size_t)length);
    free(queue[pick].data);
    queue[pick] = queue[--queued];
    return length;
}

long flexos_volume_name(unsigned number, char *name, size_t size, int *read_only) {
    if (number != 0 || size < 2) {
        return -ENODEV;
    }
    strcpy(name, "/");
    *read_only = 0;
    return 2;
}
