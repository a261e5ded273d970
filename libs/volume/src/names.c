/* SPDX-License-Identifier: BSD-3-Clause */
/* Operations on names. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "volume.h"

/* Sends a request about a name in a directory. `data` may be NULL. */
static int64_t about(struct node *dir, const char *name, struct call *call,
                     struct flexos_volume_stat *stat) {
    char path[PATH_ROOM];
    int error = node_path(dir, name, path);

    call->path = path;
    return error < 0 ? error : request(dir->volume, call, stat);
}

/* The node of a name that the broker has just told. */
static int found(struct node *dir, const char *name, const struct flexos_volume_stat *stat,
                 struct vfs_attributes *attributes) {
    struct node *n = node_child(dir, name, true);

    if (n && n->inode && n->inode != stat->inode) {
        node_removed(
            n); /* the host has put another file there: the open one goes on without a name */
        node_done(n);
        n = node_child(dir, name, true);
    }
    if (!n) {
        return -ENOMEM;
    }
    attributes_of(n, stat, attributes);
    node_done(n);
    return 0;
}

static int lookup(struct node *dir, const char *name, struct vfs_attributes *attributes) {
    struct call call = {.request = {.op = FLEXOS_VOLUME_LOOKUP, .flags = FLEXOS_VOLUME_F_NOFOLLOW}};
    struct flexos_volume_stat stat;
    int64_t result;

    if (strcmp(name, "..") == 0) {
        return dir->parent && !dir->removed ? volume_get(dir->volume, dir->parent->id, attributes)
                                            : -ENOENT;
    }
    result = about(dir, name, &call, &stat);
    return result < 0 ? (int)result : found(dir, name, &stat, attributes);
}

int volume_lookup(uint64_t instance, uint64_t directory, const char *name flexos_string,
                  struct vfs_attributes *attributes flexos_out(sizeof(struct vfs_attributes))) {
    struct node *dir = node_use(instance, directory);
    int error;

    if (!dir) {
        return -ESTALE;
    }
    error = lookup(dir, name, attributes);
    node_done(dir);
    return error;
}

/* A new regular file: its handle stays, because open() comes next. */
static int create_file(struct node *dir, const char *name, unsigned mode,
                       struct vfs_attributes *made) {
    struct call call = {.request = {.op = FLEXOS_VOLUME_OPEN,
                                    .mode = mode & 0777,
                                    .flags = FLEXOS_VOLUME_F_READ | FLEXOS_VOLUME_F_WRITE |
                                             FLEXOS_VOLUME_F_CREATE | FLEXOS_VOLUME_F_EXCLUSIVE}};
    struct flexos_volume_stat stat;
    int64_t handle = about(dir, name, &call, &stat);
    struct node *n;

    if (handle < 0) {
        return (int)handle;
    }
    n = node_child(dir, name, true);
    if (!n) {
        request_close(dir->volume, (uint32_t)handle);
        return -ENOMEM;
    }
    handle_close_all(n);
    n->handle = (uint32_t)handle;
    n->writable = true;
    n->inode = stat.inode;
    attributes_of(n, &stat, made);
    node_done(n);
    return 0;
}

int volume_create(uint64_t instance, uint64_t directory, const char *name flexos_string,
                  unsigned mode, unsigned rdev,
                  struct vfs_attributes *made flexos_out(sizeof(struct vfs_attributes))) {
    struct node *dir = node_use(instance, directory);
    struct call call = {.request = {.op = FLEXOS_VOLUME_MKDIR, .mode = mode & 0777}};
    int64_t result;

    (void)rdev;
    if (!dir) {
        return -ESTALE;
    }
    if (S_ISREG(mode)) {
        result = create_file(dir, name, mode, made);
    } else if (S_ISDIR(mode)) {
        result = about(dir, name, &call, NULL);
        result = result < 0 ? result : lookup(dir, name, made);
    } else {
        result = -EPERM; /* no devices, no fifos on the host */
    }
    node_done(dir);
    return (int)result;
}

int volume_symlink(uint64_t instance, uint64_t directory, const char *name flexos_string,
                   const char *target flexos_string) {
    struct node *dir = node_use(instance, directory);
    struct call call = {
        .request = {.op = FLEXOS_VOLUME_SYMLINK, .data_length = (uint32_t)strlen(target)},
        .data = target};
    int64_t result;

    if (!dir) {
        return -ESTALE;
    }
    result = about(dir, name, &call, NULL);
    node_done(dir);
    return (int)result;
}

long volume_readlink(uint64_t instance, uint64_t node, char *target flexos_out_return(length),
                     size_t length) {
    struct node *n = node_use(instance, node);
    char whole[PATH_ROOM];
    struct call call = {
        .request = {.op = FLEXOS_VOLUME_READLINK}, .into = whole, .room = sizeof(whole)};
    int64_t result;

    if (!n) {
        return -ESTALE;
    }
    result = about(n, NULL, &call, NULL);
    if (result > 0) {
        result = (size_t)result < length ? result : (int64_t)length;
        memcpy(target, whole, (size_t)result);
    }
    node_done(n);
    return (long)result;
}

int volume_link(uint64_t instance, uint64_t node, uint64_t directory,
                const char *name flexos_string) {
    struct node *n = node_use(instance, node), *dir = node_use(instance, directory);
    char from[PATH_ROOM], to[PATH_ROOM];
    struct call call = {.request = {.op = FLEXOS_VOLUME_LINK}, .path = from, .path2 = to};
    int64_t result = -ESTALE;

    if (n && dir) {
        result = node_path(n, NULL, from);
        result = result < 0 ? result : node_path(dir, name, to);
        result = result < 0 ? result : request(n->volume, &call, NULL);
    }
    if (n) {
        node_done(n);
    }
    if (dir) {
        node_done(dir);
    }
    return (int)result;
}

int volume_remove(uint64_t instance, uint64_t directory, const char *name flexos_string,
                  unsigned flags) {
    struct node *dir = node_use(instance, directory), *n;
    struct call call = {
        .request = {.op = FLEXOS_VOLUME_UNLINK,
                    .flags = flags & VFS_REMOVE_DIRECTORY ? FLEXOS_VOLUME_F_DIRECTORY : 0}};
    int64_t result;

    if (!dir) {
        return -ESTALE;
    }
    n = node_child(dir, name, false);
    if (n && n->opens && n->handle == NO_HANDLE) {
        handle_get(n, false); /* what is open (as a path only) must be reachable afterwards */
    }
    result = about(dir, name, &call, NULL);
    if (n) {
        if (result == 0) {
            node_removed(n);
        }
        node_done(n);
    }
    node_done(dir);
    return (int)result;
}

static int64_t rename_in(struct node *from, const char *name, struct node *to, const char *new_name,
                         unsigned flags) {
    char old_path[PATH_ROOM], new_path[PATH_ROOM];
    struct call call = {
        .request = {.op = FLEXOS_VOLUME_RENAME,
                    .flags = flags & VFS_RENAME_EXCLUSIVE ? FLEXOS_VOLUME_F_EXCLUSIVE : 0},
        .path = old_path,
        .path2 = new_path};
    int64_t result = node_path(from, name, old_path);
    struct node *moved, *replaced;

    result = result < 0 ? result : node_path(to, new_name, new_path);
    if (result == 0 && strcmp(old_path, new_path) != 0) {
        result = request(from->volume, &call, NULL);
        if (result == 0) {
            moved = node_child(from, name, false);
            replaced = node_child(to, new_name, false);
            if (replaced) {
                node_removed(replaced);
                node_done(replaced);
            }
            if (moved) {
                result = node_move(moved, to, new_name);
                node_done(moved);
            }
        }
    }
    return result;
}

int volume_rename(uint64_t instance, uint64_t from, const char *name flexos_string, uint64_t to,
                  const char *new_name flexos_string, unsigned flags) {
    struct node *a = node_use(instance, from), *b = node_use(instance, to);
    int64_t result = -ESTALE;

    if (a && b) {
        result = flags & VFS_RENAME_EXCHANGE ? -EINVAL : rename_in(a, name, b, new_name, flags);
    }
    if (a) {
        node_done(a);
    }
    if (b) {
        node_done(b);
    }
    return (int)result;
}
