/* SPDX-License-Identifier: BSD-3-Clause */
/* Paths to places: components, "..", symbolic links, mount points, the errors of Linux.
 *
 * What remains of a path stands in one buffer; a symbolic link replaces the component by its
 * target. The walk keeps a place, not a list of parents: ".." asks the file system, so renamed
 * directories give the right answer. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "node.h"

#define LINKS_MAX 40
#define REST_MAX (2 * PATH_MAX)

struct progress {
    struct place here;
    struct vfs_attributes attributes; /* of `here` */
    int links;
    char *rest;
    char buffer[REST_MAX];
};

static int start(int dirfd, const char *path, struct place *here) {
    struct mount *root = mount_root();
    struct file *file;
    int error = 0;

    if (!root) {
        return -ENOENT;
    }
    if (path[0] == '/' || dirfd == AT_NOTHING) {
        *here = mount_cover((struct place){root, root->root});
    } else if (dirfd == AT_FDCWD) {
        *here = current_directory();
    } else if (!(file = file_of_any(dirfd))) {
        error = -EBADF;
    } else {
        error = node_place(file, here) ? 0 : -ENOTDIR;
        file_release(file);
    }
    return error;
}

static int enter(struct progress *p, struct place place, const struct vfs_attributes *attributes) {
    struct place covered = mount_cover(place);

    p->here = covered;
    if (attributes && place_equal(&covered, &place)) {
        p->attributes = *attributes;
        return 0;
    }
    return node_get(covered, &p->attributes);
}

static int up(struct progress *p) {
    struct place place = p->here;
    struct vfs_attributes parent;
    int error;

    while (place.node == place.mount->root) {
        if (!place.mount->above.mount) {
            return 0; /* the root's parent is the root */
        }
        place = place.mount->above;
    }
    error = node_lookup(place, "..", &parent);
    if (error < 0) {
        return error;
    }
    place.node = parent.node;
    p->here = place;
    p->attributes = parent;
    return 0;
}

/* Puts the target of the symbolic link `link` before the rest of the path. */
static int expand(struct progress *p, struct place link, bool slash) {
    char target[PATH_MAX];
    size_t rest_length = strlen(p->rest);
    long length;
    struct mount *root = mount_root();

    if (++p->links > LINKS_MAX) {
        return -ELOOP;
    }
    length = node_readlink(link, target, sizeof(target) - 1);
    if (length < 0) {
        return (int)length;
    }
    if (length == 0) {
        return -ENOENT;
    }
    if ((size_t)length + 1 + rest_length >= REST_MAX) {
        return -ENAMETOOLONG;
    }
    memmove(p->buffer + length + (slash ? 1 : 0), p->rest, rest_length + 1);
    memcpy(p->buffer, target, (size_t)length);
    if (slash) {
        p->buffer[length] = '/';
    }
    p->rest = p->buffer;
    if (p->buffer[0] == '/') {
        return enter(p, (struct place){root, root->root}, NULL);
    }
    return 0;
}

/* Takes the next component off the rest: its length, 0 at the end, -ENAMETOOLONG. `slash`: slashes
 * followed it. */
static int component(struct progress *p, char name[NAME_MAX + 1], bool *slash) {
    size_t length;

    while (*p->rest == '/') {
        p->rest++;
    }
    length = strcspn(p->rest, "/");
    if (length > NAME_MAX) {
        return -ENAMETOOLONG;
    }
    memcpy(name, p->rest, length);
    name[length] = '\0';
    p->rest += length;
    *slash = *p->rest == '/';
    while (*p->rest == '/') {
        p->rest++;
    }
    return (int)length;
}

static void ends_here(struct progress *p, struct walk *w, enum last last) {
    w->dir = w->place = p->here;
    w->name[0] = '\0';
    w->last = last;
    w->exists = true;
    w->attributes = p->attributes;
}

static bool follows(bool last, bool slash, unsigned flags) {
    return !last || (!(flags & WALK_NAME) && (slash || (flags & WALK_FOLLOW)));
}

/* One component. 1: go on; 0: the walk has ended; or an error. */
static int step(struct progress *p, unsigned flags, struct walk *w) {
    struct vfs_attributes found;
    struct place place;
    int length = component(p, w->name, &w->slash), error;
    bool last = *p->rest == '\0';

    if (length <= 0) {
        ends_here(p, w, LAST_ROOT);
        return length;
    }
    if (!S_ISDIR(p->attributes.mode)) {
        return -ENOTDIR;
    }
    if (strcmp(w->name, ".") == 0 || strcmp(w->name, "..") == 0) {
        enum last kind = w->name[1] ? LAST_DOT_DOT : LAST_DOT;

        error = kind == LAST_DOT_DOT ? up(p) : 0;
        if (error < 0 || !last) {
            return error < 0 ? error : 1;
        }
        ends_here(p, w, kind);
        return 0;
    }
    if (last && w->slash && (flags & WALK_FILE)) {
        return -EISDIR;
    }
    error = node_lookup(p->here, w->name, &found);
    if (error == -ENOENT && last) {
        w->dir = p->here;
        w->last = LAST_NAME;
        w->exists = false;
        return 0;
    }
    if (error < 0) {
        return error;
    }
    place = (struct place){p->here.mount, found.node};
    if (S_ISLNK(found.mode) && follows(last, w->slash, flags)) {
        error = expand(p, place, w->slash);
        return error < 0 ? error : 1;
    }
    w->dir = p->here;
    error = enter(p, place, &found);
    if (error < 0 || !last) {
        return error < 0 ? error : 1;
    }
    w->last = LAST_NAME;
    w->exists = true;
    w->place = p->here;
    w->attributes = p->attributes;
    return w->slash && !(flags & WALK_NAME) && !S_ISDIR(w->attributes.mode) ? -ENOTDIR : 0;
}

int walk(int dirfd, const char *path, unsigned flags, struct walk *w) {
    struct progress p; /* not initialised as a whole: its buffer is large */
    size_t length = strlen(path);
    int result;

    w->slash = false;
    if (length >= PATH_MAX) {
        return -ENAMETOOLONG;
    }
    if (length == 0 && !(flags & WALK_EMPTY)) {
        return -ENOENT;
    }
    memcpy(p.buffer, path, length + 1);
    p.rest = p.buffer;
    p.links = 0;
    result = start(dirfd, path, &p.here);
    if (result == 0) {
        result = node_get(p.here, &p.attributes);
    }
    if (result < 0) {
        return result;
    }
    do {
        result = step(&p, flags, w);
    } while (result > 0);
    return result;
}

int walk_existing(int dirfd, const char *path, unsigned flags, struct walk *w) {
    int error = walk(dirfd, path, flags, w);

    return error < 0 ? error : w->exists ? 0 : -ENOENT;
}

long path_of(struct place dir, char *path, size_t length) {
    char buffer[PATH_MAX], name[NAME_MAX + 1];
    size_t at = sizeof(buffer) - 1;
    struct vfs_attributes parent;

    buffer[at] = '\0';
    for (;;) {
        long size;
        int error;

        while (dir.node == dir.mount->root && dir.mount->above.mount) {
            dir = dir.mount->above;
        }
        if (dir.node == dir.mount->root) {
            break;
        }
        size = node_name(dir, name, sizeof(name));
        error = size < 0 ? (int)size : node_lookup(dir, "..", &parent);
        if (error < 0) {
            return error;
        }
        if ((size_t)size + 1 > at) {
            return -ENAMETOOLONG;
        }
        at -= (size_t)size;
        memcpy(buffer + at, name, (size_t)size);
        buffer[--at] = '/';
        dir.node = parent.node;
    }
    if (buffer[at] == '\0') {
        buffer[--at] = '/';
    }
    if (sizeof(buffer) - at > length) {
        return -ERANGE;
    }
    memcpy(path, buffer + at, sizeof(buffer) - at);
    return (long)(sizeof(buffer) - at) - 1;
}
