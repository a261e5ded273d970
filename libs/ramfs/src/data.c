/* SPDX-License-Identifier: BSD-3-Clause */
/* Operations on the contents and attributes of one node. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "inode.h"

#ifndef FALLOC_FL_KEEP_SIZE
#define FALLOC_FL_KEEP_SIZE 1
#define FALLOC_FL_PUNCH_HOLE 2
#define FALLOC_FL_ZERO_RANGE 16
#endif

#define RAMFS_TYPE 0x858458f6u /* RAMFS_MAGIC of Linux */

int ramfs_get(uint64_t instance, uint64_t node,
              struct vfs_attributes *attributes flexos_out(sizeof(struct vfs_attributes))) {
    const struct inode *inode = inode_of(node);

    (void)instance;
    if (!inode) {
        return -ESTALE;
    }
    *attributes = inode->attributes;
    if (S_ISREG(inode->attributes.mode)) {
        attributes->blocks = inode->content.pages * (PAGE / 512);
    }
    return 0;
}

static bool atime_is_old(const struct vfs_attributes *a) {
    return a->atime_s < a->mtime_s || (a->atime_s == a->mtime_s && a->atime_ns <= a->mtime_ns);
}

struct vfs_moved ramfs_read(uint64_t instance, uint64_t node, uint64_t offset,
                            void *data flexos_out_part(length), size_t length) {
    struct inode *inode = inode_of(node);
    size_t done = 0, left;

    (void)instance;
    if (!inode || !S_ISREG(inode->attributes.mode)) {
        return (struct vfs_moved){inode ? -EINVAL : -ESTALE, offset};
    }
    if (offset >= inode->attributes.size) {
        return (struct vfs_moved){0, offset};
    }
    left = inode->attributes.size - offset;
    length = length < left ? length : left;
    while (done < length) {
        size_t in_page = (offset + done) % PAGE, part = PAGE - in_page;
        const char *page = content_page(&inode->content, (offset + done) / PAGE);

        part = part < length - done ? part : length - done;
        if (page) {
            memcpy((char *)data + done, page + in_page, part);
        } else {
            memset((char *)data + done, 0, part);
        }
        done += part;
    }
    if (length && atime_is_old(&inode->attributes)) {
        inode_touch(inode, TOUCH_ATIME);
    }
    return (struct vfs_moved){(long)done, offset + done};
}

static void account(uint64_t before, const struct inode *inode) {
    inode_account(((int64_t)inode->content.pages - (int64_t)before) * (int64_t)PAGE);
}

struct vfs_moved ramfs_write(uint64_t instance, uint64_t node, uint64_t offset,
                             const void *data flexos_in_part(length), size_t length) {
    struct inode *inode = inode_of(node);
    uint64_t before;
    size_t done = 0;

    (void)instance;
    if (!inode || !S_ISREG(inode->attributes.mode)) {
        return (struct vfs_moved){inode ? -EINVAL : -ESTALE, offset};
    }
    offset = offset == VFS_APPEND ? inode->attributes.size : offset;
    if (length == 0) {
        return (struct vfs_moved){0, offset};
    }
    if (offset >= SIZE_MAX_FILE) {
        return (struct vfs_moved){-EFBIG, offset};
    }
    length = length < SIZE_MAX_FILE - offset ? length : SIZE_MAX_FILE - offset;
    before = inode->content.pages;
    while (done < length) {
        size_t in_page = (offset + done) % PAGE, part = PAGE - in_page;
        char *page;

        part = part < length - done ? part : length - done;
        page = content_page_make(&inode->content, (offset + done) / PAGE, part == PAGE);
        if (!page) {
            break;
        }
        memcpy(page + in_page, (const char *)data + done, part);
        done += part;
    }
    account(before, inode);
    if (done == 0) {
        return (struct vfs_moved){-ENOSPC, offset};
    }
    if (offset + done > inode->attributes.size) {
        inode->attributes.size = offset + done;
    }
    inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
    return (struct vfs_moved){(long)done, offset + done};
}

/* Zeroes [from, to) where pages exist. */
static void zero(struct inode *inode, uint64_t from, uint64_t to) {
    while (from < to) {
        uint64_t in_page = from % PAGE, part = PAGE - in_page;
        char *page = content_page(&inode->content, from / PAGE);

        part = part < to - from ? part : to - from;
        if (page) {
            memset(page + in_page, 0, part);
        }
        from += part;
    }
}

/* Makes [from, to) a hole: whole pages go, parts of pages at both ends become zero. */
static void punch(struct inode *inode, uint64_t from, uint64_t to) {
    uint64_t before = inode->content.pages, first = (from + PAGE - 1) / PAGE, end = to / PAGE;

    if (first > end) {
        zero(inode, from, to);
        return;
    }
    zero(inode, from, first * PAGE);
    zero(inode, end * PAGE, to);
    content_cut(&inode->content, first, end);
    account(before, inode);
}

static int resize(struct inode *inode, uint64_t size) {
    if (!S_ISREG(inode->attributes.mode)) {
        return S_ISDIR(inode->attributes.mode) ? -EISDIR : -EINVAL;
    }
    if (size > SIZE_MAX_FILE) {
        return -EFBIG;
    }
    if (size <= inode->attributes.size) {
        punch(inode, size,
              UINT64_MAX / PAGE * PAGE); /* what was allocated behind the end goes too */
    }
    inode->attributes.size = size;
    inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
    return 0;
}

static void set_times(struct inode *inode, unsigned which, const struct vfs_attributes *from) {
    struct vfs_attributes *a = &inode->attributes;

    if (which & VFS_SET_ATIME) {
        a->atime_s = from->atime_s;
        a->atime_ns = from->atime_ns;
    }
    if (which & VFS_SET_MTIME) {
        a->mtime_s = from->mtime_s;
        a->mtime_ns = from->mtime_ns;
    }
    inode_touch(inode, (which & VFS_SET_ATIME_NOW ? TOUCH_ATIME : 0) |
                           (which & VFS_SET_MTIME_NOW ? TOUCH_MTIME : 0) | TOUCH_CTIME);
}

int ramfs_set(uint64_t instance, uint64_t node, unsigned which,
              const struct vfs_attributes *attributes flexos_in(sizeof(struct vfs_attributes))) {
    struct inode *inode = inode_of(node);
    struct vfs_attributes *a;
    int error;

    (void)instance;
    if (!inode) {
        return -ESTALE;
    }
    a = &inode->attributes;
    if (which & VFS_SET_SIZE) {
        error = resize(inode, attributes->size);
        if (error < 0) {
            return error;
        }
    }
    if (which & VFS_SET_MODE) {
        a->mode = (a->mode & S_IFMT) | (attributes->mode & 07777);
    }
    if (which & VFS_SET_OWNER) {
        a->uid = attributes->uid == UINT32_MAX ? a->uid : attributes->uid;
        a->gid = attributes->gid == UINT32_MAX ? a->gid : attributes->gid;
    }
    set_times(inode, which, attributes);
    return 0;
}

static int make_pages(struct inode *inode, uint64_t from, uint64_t to) {
    uint64_t before = inode->content.pages, index;
    int error = 0;

    for (index = from / PAGE; index <= (to - 1) / PAGE && error == 0; index++) {
        error = content_page_make(&inode->content, index, false) ? 0 : -ENOSPC;
    }
    account(before, inode);
    return error;
}

int ramfs_allocate(uint64_t instance, uint64_t node, int mode, uint64_t offset, uint64_t length) {
    struct inode *inode = inode_of(node);
    uint64_t end = offset + length;
    int error;

    (void)instance;
    if (!inode || !S_ISREG(inode->attributes.mode)) {
        return inode ? -ENODEV : -ESTALE;
    }
    if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE)) {
        return -EOPNOTSUPP;
    }
    if (end < offset || end > SIZE_MAX_FILE) {
        return -EFBIG;
    }
    if (mode & FALLOC_FL_PUNCH_HOLE) {
        if (!(mode & FALLOC_FL_KEEP_SIZE)) {
            return -EOPNOTSUPP;
        }
        punch(inode, offset, end);
        inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
        return 0;
    }
    error = make_pages(inode, offset, end);
    if (error == 0 && !(mode & FALLOC_FL_KEEP_SIZE) && end > inode->attributes.size) {
        inode->attributes.size = end;
    }
    inode_touch(inode, TOUCH_CTIME);
    return error;
}

/* There is no fixed size: blocks grow with the heap of the compartment. Free space is told as 1
 * GiB. */
int ramfs_space(uint64_t instance, struct vfs_space *space flexos_out(sizeof(struct vfs_space))) {
    uint64_t used = inode_bytes() / PAGE;

    (void)instance;
    space->type = RAMFS_TYPE;
    space->block_size = PAGE;
    space->blocks_free = (1u << 30) / PAGE;
    space->blocks = used + space->blocks_free;
    space->files = inode_count + 1000000;
    space->files_free = 1000000;
    return 0;
}
