/* SPDX-License-Identifier: BSD-3-Clause */
/* Listing a directory, and telling its own name. */
#include <errno.h>
#include <string.h>

#include "volume.h"

/* Turns entries of the broker into those of vfs. Both are multiples of 8; a broker's entry is the
 * longer one, so in place. */
static long translate(char *entries, size_t length) {
    size_t from = 0, to = 0;

    while (from + sizeof(struct flexos_volume_entry) <= length) {
        struct flexos_volume_entry e;
        struct vfs_entry *out = (struct vfs_entry *)(entries + to);
        size_t size, next;

        memcpy(&e, entries + from, sizeof(e));
        next = from + ((sizeof(e) + e.length + 7) & ~(size_t)7);
        if (!e.length || e.length > 255 || next > length) {
            return -EIO;
        }
        size = (offsetof(struct vfs_entry, name) + e.length + 8) & ~(size_t)7;
        memmove(out->name, entries + from + sizeof(e), e.length);
        memset(out->name + e.length, 0, size - offsetof(struct vfs_entry, name) - e.length);
        out->node = e.inode;
        out->cookie = e.cookie;
        out->length = (uint16_t)size;
        out->type = e.type;
        from = next;
        to += size;
    }
    return (long)to;
}

_Static_assert(sizeof(struct flexos_volume_entry) > offsetof(struct vfs_entry, name),
               "entries shrink when they are translated, and the rest of the header with them");

long volume_list(uint64_t instance, uint64_t directory, uint64_t cookie,
                 void *entries flexos_out_return(length), size_t length) {
    struct node *dir = node_use(instance, directory);
    size_t room = length < FLEXOS_VOLUME_DATA ? length : FLEXOS_VOLUME_DATA;
    struct call call = {
        .request = {.op = FLEXOS_VOLUME_READDIR, .offset = cookie, .length = (uint32_t)room},
        .into = entries,
        .room = room};
    int64_t result;

    if (!dir) {
        return -ESTALE;
    }
    result = handle_get(dir, false);
    call.request.handle = dir->handle;
    result = result < 0 ? result : request(dir->volume, &call, NULL);
    result = result <= 0 ? result : translate(entries, (size_t)result);
    node_done(dir);
    return (long)result;
}

long volume_name(uint64_t instance, uint64_t directory, char *name flexos_out_return(length),
                 size_t length) {
    struct node *dir = node_use(instance, directory);
    long result = -ENOENT;
    size_t size;

    if (!dir) {
        return -ESTALE;
    }
    if (!dir->removed) {
        size = strlen(dir->name);
        result = size > length ? -ERANGE : (long)size;
        memcpy(name, dir->name, size > length ? 0 : size);
    }
    node_done(dir);
    return result;
}
