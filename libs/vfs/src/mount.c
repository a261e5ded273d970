/* SPDX-License-Identifier: BSD-3-Clause */
/* Registered file systems and the mount table. A mount is attached when its mount point can be
 * reached; file systems register in constructors, whose order is not known, so each new mount
 * retries those that wait. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node.h"

#define FILE_SYSTEMS_MAX 16
#define MOUNTS_MAX 32

static struct file_system systems[FILE_SYSTEMS_MAX];
static int system_count;
static struct mount *mounts[MOUNTS_MAX];
static int mount_count;

int vfs_register(const char *name flexos_string) {
    struct file_system *fs;

    if (system_count == FILE_SYSTEMS_MAX) {
        return -ENOSPC;
    }
    if (strlen(name) >= sizeof(fs->label)) {
        return -ENAMETOOLONG;
    }
    fs = &systems[system_count];
    strcpy(fs->label, name);
    return system_count++;
}

#define PROVIDE(name, result, parameters)                                                          \
    int vfs_provide_##name(int fs, vfs_##name##_function *function flexos_callback) {              \
        if (fs < 0 || fs >= system_count) {                                                        \
            return -EINVAL;                                                                        \
        }                                                                                          \
        systems[fs].name = function;                                                               \
        return 0;                                                                                  \
    }
VFS_OPERATIONS(PROVIDE)

bool place_equal(const struct place *a, const struct place *b) {
    return a->mount == b->mount && a->node == b->node;
}

struct mount *mount_root(void) {
    for (int i = 0; i < mount_count; i++) {
        if (strcmp(mounts[i]->path, "/") == 0) {
            return mounts[i];
        }
    }
    return NULL;
}

struct mount *mount_next(struct mount *mount) {
    int i = 0;

    while (mount && i < mount_count && mounts[i++] != mount) {
    }
    while (i < mount_count && !mounts[i]->attached) {
        i++;
    }
    return i < mount_count ? mounts[i] : NULL;
}

struct place mount_cover(struct place place) {
    for (int i = 0; i < mount_count; i++) {
        struct mount *m = mounts[i];

        if (m->attached && m->above.mount && place_equal(&m->above, &place)) {
            place = (struct place){m, m->root};
            i = -1; /* something may be mounted on that root */
        }
    }
    return place;
}

/* Makes the directories of `path`; what exists already is no error. */
static void make_directories(const char *path) {
    char part[PATH_MAX];
    size_t i, length = strlen(path);

    for (i = 1; i <= length; i++) {
        if (path[i] == '/' || path[i] == '\0') {
            struct walk w;

            memcpy(part, path, i);
            part[i] = '\0';
            if (walk(AT_NOTHING, part, 0, &w) == 0 && !w.exists) {
                struct vfs_attributes made;

                node_create(w.dir, w.name, S_IFDIR | 0755, 0, &made);
            }
        }
    }
}

static bool attach(struct mount *mount) {
    struct walk w;

    if (strcmp(mount->path, "/") == 0) {
        return true;
    }
    if (!mount_root()) {
        return false;
    }
    make_directories(mount->path);
    if (walk_existing(AT_NOTHING, mount->path, WALK_FOLLOW, &w) < 0 ||
        !S_ISDIR(w.attributes.mode)) {
        return false;
    }
    if (node_open(w.place, 0) < 0) {
        return false;
    }
    mount->above = w.place;
    return true;
}

int vfs_mount(int fs, uint64_t instance, uint64_t root, const char *path flexos_string,
              unsigned flags) {
    struct mount *m;
    size_t length = strlen(path);
    bool progress;

    if (fs < 0 || fs >= system_count || path[0] != '/' || length >= PATH_MAX) {
        return -EINVAL;
    }
    if (mount_count == MOUNTS_MAX) {
        return -ENOSPC;
    }
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    m = calloc(1, sizeof(*m));
    if (!m) {
        return -ENOMEM;
    }
    memcpy(m->path, path, length);
    m->fs = &systems[fs];
    m->instance = instance;
    m->root = root;
    m->flags = flags;
    m->number = (unsigned)mount_count + 1;
    mounts[mount_count++] = m;
    do {
        progress = false;
        for (int i = 0; i < mount_count; i++) {
            if (!mounts[i]->attached && attach(mounts[i])) {
                mounts[i]->attached = true;
                progress = true;
            }
        }
    } while (progress);
    return 0;
}
