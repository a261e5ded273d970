/* SPDX-License-Identifier: BSD-3-Clause */
/* A fixed tree of special files: the common part of /dev and /proc. Internal to library devices.
 *
 * Nodes are numbered by their place in the table, from 1; node 1 is the root. */
#ifndef DEVICES_TREE_H
#define DEVICES_TREE_H

#include <flexos/vfs.h>

struct special {
    const char *name;
    unsigned parent; /* node number */
    unsigned mode;
    unsigned major, minor;
    unsigned wait_events;
    long (*read)(uint64_t offset, void *data, size_t length);
    long (*write)(const void *data, size_t length);
    int (*poll)(void);
    const char *target; /* of a symbolic link */
};

#define TREE_DEV 0
#define TREE_PROC 1
extern const struct special dev_nodes[], proc_nodes[];
extern const size_t dev_count, proc_count;

#endif
