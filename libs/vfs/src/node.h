/* SPDX-License-Identifier: BSD-3-Clause */
/* Mounted file systems, places in them, paths. Internal to library vfs.
 *
 * A place names a node of a mounted file system. Places are values: what keeps the node alive is an
 * open file or the current directory (OPEN). `file system operations` below check that the
 * operation exists and that the mount is writable. */
#ifndef VFS_NODE_H
#define VFS_NODE_H

#include <limits.h>

#include "file.h"

#define AT_NOTHING (-1000) /* a path that must not be relative to a descriptor */

#define VFS_MEMBER(name, result, parameters) vfs_##name##_function *name;
struct file_system {
    char label[16];
    VFS_OPERATIONS(VFS_MEMBER) /* NULL: the file system has it not */
};
#undef VFS_MEMBER

struct place {
    struct mount *mount;
    uint64_t node;
};

struct mount {
    const struct file_system *fs;
    uint64_t instance, root;
    unsigned flags, number; /* number: st_dev */
    bool attached;
    struct place above; /* the directory that this mount covers */
    char path[PATH_MAX];
};

/* mount.c */
bool place_equal(const struct place *a, const struct place *b);
struct place
mount_cover(struct place place); /* the root of what is mounted here, or the place itself */
struct mount *mount_root(void);  /* NULL: there is no root file system */
struct mount *mount_next(struct mount *mount);

/* operation.c: the file system's operations with the errors of what is missing */
int node_lookup(struct place dir, const char *name, struct vfs_attributes *found);
int node_get(struct place place, struct vfs_attributes *attributes);
int node_set(struct place place, unsigned which, const struct vfs_attributes *attributes);
int node_create(struct place dir, const char *name, unsigned mode, unsigned rdev,
                struct vfs_attributes *made);
int node_symlink(struct place dir, const char *name, const char *target);
long node_readlink(struct place place, char *target, size_t length);
int node_link(struct place place, struct place dir, const char *name);
int node_remove(struct place dir, const char *name, unsigned flags);
int node_rename(struct place from, const char *name, struct place to, const char *new_name,
                unsigned flags);
long node_list(struct place dir, uint64_t cookie, void *entries, size_t length);
long node_name(struct place dir, char *name, size_t length);
int node_open(struct place place, int flags);
void node_close(struct place place);
struct vfs_moved node_read(struct place place, uint64_t offset, void *data, size_t length);
struct vfs_moved node_write(struct place place, uint64_t offset, const void *data, size_t length);
int node_allocate(struct place place, int mode, uint64_t offset, uint64_t length);
int node_sync(struct place place, int data_only);
int node_poll(struct place place); /* ready for all without the operation */
int node_space(struct place place, struct vfs_space *space);
int node_writable(struct place place); /* 0 or -EROFS */

/* path.c */
enum last { LAST_NAME, LAST_DOT, LAST_DOT_DOT, LAST_ROOT };
struct walk {
    struct place dir; /* where the last component lies; without a last name, the place itself */
    char name[NAME_MAX + 1]; /* the last component if that is a name, else "" */
    enum last last;          /* what the path ends in */
    bool slash;              /* it ended in a slash: only a directory will do */
    bool exists;
    struct vfs_attributes attributes; /* if it exists, of what is mounted there */
    struct place place;               /* likewise */
};
#define WALK_FOLLOW 1u /* the last component, if it is a symbolic link */
#define WALK_EMPTY 2u  /* "" is the start itself (AT_EMPTY_PATH) */
#define WALK_NAME                                                                                  \
    4u /* the last name itself is meant (mkdir, unlink, ...): no link, no care for slashes */
#define WALK_FILE 8u /* for O_CREAT: a name with a slash behind it is -EISDIR */
/* Follows a path. 0: all but the last component exist. What exists although the path ends in a
 * slash is a directory. */
int walk(int dirfd, const char *path, unsigned flags, struct walk *walk);
int walk_existing(int dirfd, const char *path, unsigned flags, struct walk *walk); /* or -ENOENT */
long path_of(struct place dir, char *path,
             size_t length); /* its length, terminated; -ENOENT, -ERANGE */

/* start.c */
extern unsigned vfs_umask;
struct place current_directory(void);

/* regular.c: files of file systems */
int node_file(struct place place, const struct vfs_attributes *attributes, int flags,
              struct file **file);
bool node_place(const struct file *file,
                struct place *place); /* false: the file is of another kind */

/* invented attributes for pipes, sockets, ... */
void attributes_invent(unsigned mode, uint64_t node, struct vfs_attributes *attributes);

#endif
