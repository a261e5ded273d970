/* SPDX-License-Identifier: BSD-3-Clause */
/* statx: the numbers of struct stat in the newer layout. The structure is Linux' ABI; libc headers
 * differ in whether they have it. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <flexos/syscalls.h>

#define BASIC_STATS 0x7ffu

struct time {
    int64_t seconds;
    uint32_t ns;
    int32_t unused;
};

struct layout {
    uint32_t mask, block_size;
    uint64_t attributes;
    uint32_t links, uid, gid;
    uint16_t mode, unused;
    uint64_t inode, size, blocks, attributes_mask;
    struct time access, birth, change, modification;
    uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
    uint64_t spare[14];
};
_Static_assert(sizeof(struct layout) == 256, "struct statx of Linux");

static struct time time_of(struct timespec t) {
    return (struct time){t.tv_sec, (uint32_t)t.tv_nsec, 0};
}

long sys_statx(int dirfd, const char *path flexos_string, int flags, unsigned mask,
               struct statx *st flexos_out(256)) {
    struct stat s;
    struct layout x = {.mask = BASIC_STATS};
    long result;

    if (mask & 0x80000000u) {
        return -EINVAL;
    }
    result = sys_newfstatat(dirfd, path, &s, flags & ~0x6000 /* AT_STATX_* synchronisation */);
    if (result < 0) {
        return result;
    }
    x.block_size = (uint32_t)s.st_blksize;
    x.links = (uint32_t)s.st_nlink;
    x.uid = s.st_uid;
    x.gid = s.st_gid;
    x.mode = (uint16_t)s.st_mode;
    x.inode = s.st_ino;
    x.size = (uint64_t)s.st_size;
    x.blocks = (uint64_t)s.st_blocks;
    x.access = time_of(s.st_atim);
    x.change = time_of(s.st_ctim);
    x.modification = time_of(s.st_mtim);
    x.rdev_major = major(s.st_rdev);
    x.rdev_minor = minor(s.st_rdev);
    x.dev_major = major(s.st_dev);
    x.dev_minor = minor(s.st_dev);
    memcpy(st, &x, sizeof(x));
    return 0;
}
