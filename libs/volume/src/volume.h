/* SPDX-License-Identifier: BSD-3-Clause */
/* Internal to library volume.
 *
 * The broker knows paths and handles, vfs knows node numbers. A node is a name in a directory node;
 * its path is made by walking up, so renaming a directory renames all below it. Nodes are kept
 * while they are open or have children, the others while there is room. A removed node has no path
 * and lives on through its handle. */
#ifndef VOLUME_VOLUME_H
#define VOLUME_VOLUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <flexos/vfs.h>
#include <flexos/volume.h>

#define NO_HANDLE UINT32_MAX

struct node {
    uint64_t id; /* 0: the record is free */
    unsigned volume;
    struct node *parent; /* NULL: the root of the volume */
    char *name;
    struct node *next_in_chain;      /* hash of (parent, name) */
    struct node *newer, *older;      /* unused nodes, by time of use */
    unsigned children, opens, users; /* users: operations in progress */
    bool removed, idle;              /* idle: in the list of unused nodes */
    uint32_t handle, append_handle;
    bool writable;       /* the handle */
    uint64_t inode;      /* what the handle has open; 0 = no handle yet */
    uint64_t size;       /* as far as known, for the position after an append */
    unsigned unanswered; /* writes */
    int error;           /* of such a write, to be told */
};

/* A request that is under way. */
struct pending {
    struct pending *next;
    uint32_t id;
    bool done;
    struct node *writer; /* not NULL: a write nobody waits for; `pending` is freed by the reply */
    size_t written;
    void *data; /* where data of the reply goes, `room` bytes */
    size_t room, received;
    struct flexos_volume_response reply;
};

struct call {
    struct flexos_volume_request request;
    const char *path, *path2;
    const void *data;
    void *into; /* data of the reply */
    size_t room;
};

/* request.c */
/* Sends a request and waits for the reply: its result, with the stat in *stat if that is not NULL.
 */
int64_t request(unsigned volume, struct call *call, struct flexos_volume_stat *stat);
int request_write(struct node *node, uint32_t handle, uint64_t offset, const void *data,
                  size_t length);
void request_close(unsigned volume, uint32_t handle); /* nobody waits */
void request_settle(struct node *node);               /* waits until all writes are answered */

/* node.c */
#define PATH_ROOM 4096
struct node *node_root(unsigned volume);
struct node *node_use(uint64_t instance, uint64_t id); /* NULL: -ESTALE; ends with node_done */
void node_done(struct node *node);
struct node *node_child(struct node *parent, const char *name, bool make);
void node_removed(struct node *node);
int node_move(struct node *node, struct node *parent, const char *name);
/* The path of a node, or of a name in it. 0, -ENOENT (removed), -ENAMETOOLONG. */
int node_path(const struct node *node, const char *name, char path[PATH_ROOM]);
bool node_below(const struct node *node, const struct node *above);

/* handle.c */
int handle_get(struct node *node, bool write); /* 0: node->handle is open, for writing if wanted */
int handle_append(struct node *node);
void handle_close_all(struct node *node);

/* data.c */
void attributes_of(struct node *node, const struct flexos_volume_stat *stat,
                   struct vfs_attributes *attributes);
int node_error(struct node *node); /* of an earlier write, told once; 0 = none */
int node_stat(struct node *node, struct flexos_volume_stat *stat);

vfs_lookup_function volume_lookup;
vfs_get_function volume_get;
vfs_set_function volume_set;
vfs_create_function volume_create;
vfs_symlink_function volume_symlink;
vfs_readlink_function volume_readlink;
vfs_link_function volume_link;
vfs_remove_function volume_remove;
vfs_rename_function volume_rename;
vfs_list_function volume_list;
vfs_name_function volume_name;
vfs_open_function volume_open;
vfs_close_function volume_close;
vfs_read_function volume_read;
vfs_write_function volume_write;
vfs_allocate_function volume_allocate;
vfs_sync_function volume_sync;
vfs_space_function volume_space;

#endif
