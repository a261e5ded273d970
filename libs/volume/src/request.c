/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests and replies. A thread that waits for its reply listens to the volume's event; the one
 * that is told takes all replies that are there and wakes their threads. Replies to writes that
 * nobody waits for are taken on the way. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <flexos/platform.h>
#include <flexos/sched.h>

#include "volume.h"

#define UNANSWERED_MAX 64 /* writes; then the writer waits */

static struct pending *pending[FLEXOS_VOLUME_MAX];
static uint32_t last_id;
static char received[FLEXOS_VOLUME_DATA];
static bool gone[FLEXOS_VOLUME_MAX]; /* the broker has ended */

static void add(unsigned volume, struct pending *p) {
    p->id = ++last_id;
    p->next = pending[volume];
    pending[volume] = p;
}

static struct pending *take(unsigned volume, uint32_t id) {
    struct pending **at, *p;

    for (at = &pending[volume]; (p = *at); at = &p->next) {
        if (p->id == id) {
            *at = p->next;
            return p;
        }
    }
    return NULL;
}

static void finish(struct pending *p, const struct flexos_volume_response *reply, size_t length) {
    if (p->writer) {
        struct node *node = p->writer;

        if (reply->result < 0 || (size_t)reply->result < p->written) {
            node->error = reply->result < 0 ? (int)reply->result : -ENOSPC;
        }
        node->unanswered--;
        sched_wake((uintptr_t)&node->unanswered, INT_MAX);
        node_done(node);
        free(p);
        return;
    }
    p->reply = *reply;
    p->received = length < p->room ? length : p->room;
    if (p->received) {
        memcpy(p->data, received, p->received);
    }
    p->done = true;
    sched_wake((uintptr_t)p, 1);
}

static void fail_all(unsigned volume) {
    struct flexos_volume_response reply = {.result = -EIO};

    gone[volume] = true;
    while (pending[volume]) {
        finish(take(volume, pending[volume]->id), &reply, 0);
    }
}

/* Takes all replies that are there. */
static void drain(unsigned volume) {
    struct flexos_volume_response reply;
    struct pending *p;
    long got;

    while ((got = flexos_volume_complete(volume, &reply, received, sizeof(received))) >= 0) {
        p = take(volume, reply.id);
        if (p) {
            finish(p, &reply, (size_t)got);
        }
    }
    if (got != -EAGAIN) {
        fail_all(volume);
    }
}

static void wait_for(unsigned volume, const void *key) {
    sched_wait_event((uintptr_t)key, FLEXOS_EVENT_VOLUME(volume), SCHED_FOREVER);
    drain(volume);
}

static int submit(unsigned volume, struct pending *p, struct call *call) {
    long result;

    add(volume, p);
    call->request.id = p->id;
    while ((result = flexos_volume_submit(volume, &call->request, call->path, call->path2,
                                          call->data)) == -EAGAIN) {
        drain(volume);
        sched_wait_event((uintptr_t)&pending[volume], FLEXOS_EVENT_VOLUME(volume), SCHED_FOREVER);
    }
    if (result < 0) {
        take(volume, p->id);
    }
    return (int)result;
}

int64_t request(unsigned volume, struct call *call, struct flexos_volume_stat *stat) {
    struct pending p = {.data = call->into, .room = call->room};
    int error;

    if (gone[volume]) {
        return -EIO;
    }
    if (call->path) {
        call->request.path_length = (uint32_t)strlen(call->path);
    }
    if (call->path2) {
        call->request.path2_length = (uint32_t)strlen(call->path2);
    }
    error = submit(volume, &p, call);
    if (error < 0) {
        return error == -EMSGSIZE ? -ENAMETOOLONG : error;
    }
    drain(volume);
    while (!p.done) {
        wait_for(volume, &p);
    }
    if (stat) {
        *stat = p.reply.stat;
    }
    if (call->room && p.reply.result > (int64_t)p.received) {
        return -EIO; /* the broker promised more than it sent */
    }
    return p.reply.result;
}

int request_write(struct node *node, uint32_t handle, uint64_t offset, const void *data,
                  size_t length) {
    struct call call = {.request = {.op = FLEXOS_VOLUME_WRITE,
                                    .handle = handle,
                                    .offset = offset,
                                    .data_length = (uint32_t)length},
                        .data = data};
    struct pending *p = calloc(1, sizeof(*p));
    int error;

    if (!p || gone[node->volume]) {
        free(p);
        return p ? -EIO : -ENOMEM;
    }
    while (node->unanswered >= UNANSWERED_MAX) {
        wait_for(node->volume, &node->unanswered);
    }
    p->writer = node;
    p->written = length;
    node->unanswered++;
    node->users++;
    error = submit(node->volume, p, &call);
    if (error < 0) {
        node->unanswered--;
        node->users--;
        free(p);
    }
    drain(node->volume);
    return error;
}

void request_settle(struct node *node) {
    drain(node->volume);
    while (node->unanswered) {
        wait_for(node->volume, &node->unanswered);
    }
}

void request_close(unsigned volume, uint32_t handle) {
    struct call call = {.request = {.op = FLEXOS_VOLUME_CLOSE, .handle = handle, .id = 0}};

    /* Id 0 belongs to nobody: the reply is dropped. */
    while (!gone[volume] &&
           flexos_volume_submit(volume, &call.request, NULL, NULL, NULL) == -EAGAIN) {
        wait_for(volume, &pending[volume]);
    }
}
