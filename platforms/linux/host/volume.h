/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The volume broker: a helper process that is confined to one directory of the host and does for an
 * image what flexos/volume.h says. The image is not trusted: every path is resolved beneath the
 * directory (openat2 RESOLVE_BENEATH), every handle, length and flag is checked, and what the
 * process could do besides is taken from it (Landlock or chroot, seccomp, no capabilities but file
 * ownership).
 */
#ifndef PLATFORM_LINUX_VOLUME_H
#define PLATFORM_LINUX_VOLUME_H

#include "flexos/volume.h"
#include "helper.h"

#include <stdint.h>

/* 0, or a negative errno with a sentence in `message`. */
int volume_start(struct helper *helper, const char *folder, bool read_only,
                 char message[HELPER_MESSAGE]);

/* ---- inside the broker ---- */

struct volume {
    int fd;   /* the image's socket */
    int root; /* the directory */
    bool read_only;
    struct volume_handle {
        int fd; /* -1: free */
        bool readable, writable, append, directory;
    } handles[FLEXOS_VOLUME_HANDLES];
    uint32_t first_free; /* no free handle lies below */
};

struct volume_call {
    const struct flexos_volume_request *request;
    const char *path, *path2; /* with a terminating zero */
    const unsigned char *data;
    struct flexos_volume_response response;
    unsigned char *answer; /* FLEXOS_VOLUME_DATA bytes */
};

/* Checks and does one request but SYNC and DATASYNC; result and data are in the call. */
void volume_do(struct volume *volume, struct volume_call *call);

/* The open handle, or NULL. */
struct volume_handle *volume_handle(struct volume *volume, uint32_t number);

void volume_send(struct volume *volume, const struct flexos_volume_response *response,
                 const void *data);

/* Operations on paths (volume_path.c): 0 or a positive result, or a negative errno. */
int volume_open_path(struct volume *volume, const char *path, int flags, unsigned mode);
int64_t volume_path_operation(struct volume *volume, struct volume_call *call);

void volume_fill_stat(struct flexos_volume_stat *to, const void *from_struct_stat);

#endif
