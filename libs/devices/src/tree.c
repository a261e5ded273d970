/* SPDX-License-Identifier: BSD-3-Clause */
/* A fixed tree of special files as a file system. `instance` says which. */
#include "tree.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static const struct special *nodes_of(uint64_t instance, size_t *count) {
    *count = instance == TREE_DEV ? dev_count : instance == TREE_PROC ? proc_count : 0;
    return instance == TREE_DEV ? dev_nodes : proc_nodes;
}

static const struct special *special_of(uint64_t instance, uint64_t node) {
    size_t count;
    const struct special *nodes = nodes_of(instance, &count);

    return node >= 1 && node <= count ? &nodes[node - 1] : NULL;
}

static int tree_get(uint64_t instance, uint64_t node,
                    struct vfs_attributes *attributes flexos_out(sizeof(struct vfs_attributes))) {
    const struct special *s = special_of(instance, node);

    if (!s) {
        return -ESTALE;
    }
    *attributes = (struct vfs_attributes){
        .node = node,
        .mode = s->mode,
        .links = S_ISDIR(s->mode) ? 2 : 1,
        .rdev = (uint32_t)makedev(s->major, s->minor),
        .size = s->target ? strlen(s->target) : 0,
        .block_size = 4096,
        .wait_events = s->wait_events,
    };
    return 0;
}

static int tree_lookup(uint64_t instance, uint64_t directory, const char *name flexos_string,
                       struct vfs_attributes *found flexos_out(sizeof(struct vfs_attributes))) {
    const struct special *dir = special_of(instance, directory), *nodes;
    size_t count;

    if (!dir || !S_ISDIR(dir->mode)) {
        return dir ? -ENOTDIR : -ESTALE;
    }
    if (strcmp(name, "..") == 0) {
        return tree_get(instance, dir->parent, found);
    }
    nodes = nodes_of(instance, &count);
    for (size_t i = 1; i < count; i++) {
        if (nodes[i].parent == directory && strcmp(nodes[i].name, name) == 0) {
            return tree_get(instance, i + 1, found);
        }
    }
    return -ENOENT;
}

static long tree_readlink(uint64_t instance, uint64_t node, char *target flexos_out_return(length),
                          size_t length) {
    const struct special *s = special_of(instance, node);
    size_t size;

    if (!s || !s->target) {
        return s ? -EINVAL : -ESTALE;
    }
    size = strlen(s->target);
    length = length < size ? length : size;
    memcpy(target, s->target, length);
    return (long)length;
}

static long tree_name(uint64_t instance, uint64_t directory, char *name flexos_out_return(length),
                      size_t length) {
    const struct special *s = special_of(instance, directory);
    size_t size = s ? strlen(s->name) : 0;

    if (!s) {
        return -ESTALE;
    }
    if (size > length) {
        return -ERANGE;
    }
    memcpy(name, s->name, size);
    return (long)size;
}

static struct vfs_moved tree_read(uint64_t instance, uint64_t node, uint64_t offset,
                                  void *data flexos_out_part(length), size_t length) {
    const struct special *s = special_of(instance, node);
    long got = !s ? -ESTALE : !s->read ? -EINVAL : s->read(offset, data, length);

    return (struct vfs_moved){got, offset + (got > 0 ? (uint64_t)got : 0)};
}

static struct vfs_moved tree_write(uint64_t instance, uint64_t node, uint64_t offset,
                                   const void *data flexos_in_part(length), size_t length) {
    const struct special *s = special_of(instance, node);
    long put = !s ? -ESTALE : !s->write ? -EACCES : s->write(data, length);

    return (struct vfs_moved){put, offset + (put > 0 ? (uint64_t)put : 0)};
}

static int tree_poll(uint64_t instance, uint64_t node) {
    const struct special *s = special_of(instance, node);

    if (!s) {
        return -ESTALE;
    }
    return s->poll ? s->poll() : POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
}

/* Changing attributes of a device has no effect that could be seen later: only truncation to
 * nothing is taken (open with O_TRUNC). */
static int
tree_set(uint64_t instance, uint64_t node, unsigned which,
         const struct vfs_attributes *attributes flexos_in(sizeof(struct vfs_attributes))) {
    (void)attributes;
    return !special_of(instance, node) ? -ESTALE : which == VFS_SET_SIZE ? 0 : -EPERM;
}

static size_t put_entry(char *at, size_t room, uint64_t node, uint64_t cookie, unsigned mode,
                        const char *name) {
    size_t length = strlen(name), size = (offsetof(struct vfs_entry, name) + length + 8) & ~7ul;
    struct vfs_entry *e = (struct vfs_entry *)at;

    if (size > room) {
        return 0;
    }
    memset(at, 0, size);
    e->node = node;
    e->cookie = cookie;
    e->length = (uint16_t)size;
    e->type = (uint8_t)((mode & S_IFMT) >> 12);
    memcpy(e->name, name, length);
    return size;
}

/* Cookies: 1 ".", 2 "..", 2 + node for the others. */
static long tree_list(uint64_t instance, uint64_t directory, uint64_t cookie,
                      void *entries flexos_out_return(length), size_t length) {
    const struct special *dir = special_of(instance, directory), *nodes;
    size_t count, at = 0, size = 1;

    if (!dir || !S_ISDIR(dir->mode)) {
        return dir ? -ENOTDIR : -ESTALE;
    }
    nodes = nodes_of(instance, &count);
    if (cookie < 1) {
        at += size = put_entry(entries, length, directory, 1, S_IFDIR, ".");
    }
    if (size && cookie < 2) {
        at += size = put_entry((char *)entries + at, length - at, dir->parent, 2, S_IFDIR, "..");
    }
    for (size_t i = 1; i < count && size; i++) {
        if (nodes[i].parent == directory && i + 3 > cookie) {
            at += size = put_entry((char *)entries + at, length - at, i + 1, i + 3, nodes[i].mode,
                                   nodes[i].name);
        }
    }
    return at || size ? (long)at : -EINVAL;
}

static void mount_tree(const char *name, uint64_t instance, const char *path) {
    int fs = vfs_register(name);

    vfs_provide_lookup(fs, tree_lookup);
    vfs_provide_get(fs, tree_get);
    vfs_provide_set(fs, tree_set);
    vfs_provide_readlink(fs, tree_readlink);
    vfs_provide_name(fs, tree_name);
    vfs_provide_read(fs, tree_read);
    vfs_provide_write(fs, tree_write);
    vfs_provide_poll(fs, tree_poll);
    vfs_provide_list(fs, tree_list);
    vfs_mount(fs, instance, 1, path, 0);
}

__attribute__((constructor)) static void devices_begin(void) {
    mount_tree("devfs", TREE_DEV, "/dev");
    mount_tree("proc", TREE_PROC, "/proc");
}
