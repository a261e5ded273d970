/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How an image reaches a host directory: a broker process holds the directory, the image holds one
 * end of a SOCK_SEQPACKET socket.
 *
 * One message is one request: struct flexos_volume_request, then `path_length` bytes of path, then
 * `path2_length` bytes of second path, then `data_length` bytes of data. One message is one reply:
 * struct flexos_volume_response, then `data_length` bytes of data. Replies carry the id of their
 * request and may come in another order (a SYNC never delays what was sent after it); requests
 * other than SYNC and DATASYNC take effect in the order in which they were sent.
 *
 * Paths are relative to the volume, without leading slash; "" is its root. `..` and symbolic links
 * work inside the volume; what leads out of it is -EXDEV. A read-only volume answers -EROFS. Errors
 * are negative Linux errno values. A malformed request is answered by -EINVAL (-EMSGSIZE when it is
 * too long); the broker never trusts a length, handle or path.
 *
 * Handles are the broker's, below FLEXOS_VOLUME_HANDLES, and reused after CLOSE. There is no
 * close-on-exec, no lock and no notification.
 */
#ifndef FLEXOS_VOLUME_H
#define FLEXOS_VOLUME_H

#include <stdint.h>

#define FLEXOS_VOLUME_DATA 65536   /* most bytes of data in one message */
#define FLEXOS_VOLUME_PATH 4095    /* longest path */
#define FLEXOS_VOLUME_HANDLES 4096 /* open handles per volume */
#define FLEXOS_VOLUME_PENDING 256  /* SYNC and DATASYNC under way; more wait in the socket */

enum flexos_volume_op {
    FLEXOS_VOLUME_OPEN = 1, /* path, flags, mode: result = handle, reply carries its stat */
    FLEXOS_VOLUME_CLOSE,    /* handle */
    FLEXOS_VOLUME_READ,     /* handle, offset, length: result = bytes, which follow as data */
    FLEXOS_VOLUME_WRITE,    /* handle, offset (ignored with APPEND), data: result = bytes written */
    FLEXOS_VOLUME_SYNC,     /* handle: fsync, answered when the host has done it */
    FLEXOS_VOLUME_DATASYNC, /* handle: fdatasync, likewise */
    FLEXOS_VOLUME_TRUNCATE, /* handle, offset = new size */
    FLEXOS_VOLUME_ALLOCATE, /* handle, offset, size2 = bytes: posix_fallocate */
    FLEXOS_VOLUME_STAT,     /* handle: reply carries the stat */
    FLEXOS_VOLUME_LOOKUP,   /* path, flags (NOFOLLOW): reply carries the stat */
    FLEXOS_VOLUME_READDIR,  /* handle of a directory, offset = cookie (0 first), length: data =
                               struct flexos_volume_entry..., result = bytes, 0 at the end */
    FLEXOS_VOLUME_MKDIR,    /* path, mode */
    FLEXOS_VOLUME_UNLINK,   /* path; flags DIRECTORY: rmdir */
    FLEXOS_VOLUME_RENAME,   /* path, path2; flags EXCLUSIVE: fails when path2 exists */
    FLEXOS_VOLUME_LINK,     /* path, path2: hard link */
    FLEXOS_VOLUME_SYMLINK,  /* data = target, path = new link */
    FLEXOS_VOLUME_READLINK, /* path: data = target, result = its length */
    FLEXOS_VOLUME_CHMOD,    /* path, mode (permission bits; no set-id bits) */
    FLEXOS_VOLUME_TIMES,    /* path, offset = access ns, size2 = modification ns (since 1970;
                               UINT64_MAX = leave) */
    FLEXOS_VOLUME_SPACE,    /* reply.stat.size = bytes, blocks = bytes free, inode = files free,
                               block_size */
    FLEXOS_VOLUME_OPS
};

/* flags of OPEN and others */
#define FLEXOS_VOLUME_F_READ 1u
#define FLEXOS_VOLUME_F_WRITE 2u
#define FLEXOS_VOLUME_F_CREATE 4u
#define FLEXOS_VOLUME_F_EXCLUSIVE 8u
#define FLEXOS_VOLUME_F_TRUNCATE 16u
#define FLEXOS_VOLUME_F_APPEND 32u
#define FLEXOS_VOLUME_F_DIRECTORY 64u /* only a directory */
#define FLEXOS_VOLUME_F_NOFOLLOW 128u /* the last component is no symbolic link */

struct flexos_volume_request {
    uint32_t op; /* enum flexos_volume_op */
    uint32_t id; /* the client's; echoed */
    uint32_t handle;
    uint32_t flags;
    uint64_t offset;
    uint64_t size2;
    uint32_t mode;
    uint32_t length;      /* bytes wanted by READ and READDIR, at most FLEXOS_VOLUME_DATA */
    uint32_t path_length; /* bytes that follow, without terminating zero */
    uint32_t path2_length;
    uint32_t data_length;
    uint32_t reserved; /* 0 */
};

struct flexos_volume_stat {
    uint64_t inode;
    uint64_t size;
    uint64_t blocks; /* of 512 bytes */
    uint64_t atime_ns, mtime_ns, ctime_ns;
    uint32_t mode; /* S_IFMT and permission bits, Linux values */
    uint32_t links;
    uint32_t uid, gid;
    uint32_t block_size;
    uint32_t reserved;
};

struct flexos_volume_response {
    uint32_t id;
    uint32_t data_length; /* bytes that follow */
    int64_t result;       /* >= 0, or a negative errno */
    struct flexos_volume_stat stat;
};

/* One directory entry: this header, then `length` bytes of name, then zeros up to a multiple of 8.
 */
struct flexos_volume_entry {
    uint64_t inode;
    uint64_t cookie; /* offset of the READDIR that continues after this entry */
    uint16_t length;
    uint8_t type; /* Linux DT_* */
    uint8_t reserved[5];
};

_Static_assert(sizeof(struct flexos_volume_request) == 56, "volume request layout");
_Static_assert(sizeof(struct flexos_volume_response) == 88, "volume reply layout");
_Static_assert(sizeof(struct flexos_volume_entry) == 24, "volume entry layout");

#endif
