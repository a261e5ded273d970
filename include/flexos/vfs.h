/* SPDX-License-Identifier: BSD-3-Clause */
/* Between vfs and file systems, and what vfs offers to other libraries. The system calls on files
 * stand in <flexos/syscalls.h>.
 *
 * A file system is a library that registers itself in a constructor: vfs_register, then one
 * vfs_provide_NAME for each operation that it has (each function pointer crosses by itself, so a
 * gate can check that it is the sender's), then vfs_mount.
 *
 * - Objects are named by node numbers, chosen by the file system, stable while the object exists or
 *   is open, never 0 and not reused soon; each operation checks what it is given (-ESTALE).
 * - `instance` is the number that the file system passed to vfs_mount.
 * - An operation may wait (sched_wait); others then use the same file system meanwhile.
 * - Names are single components: no '/', never empty, at most NAME_MAX bytes, never "."; ".." comes
 *   to lookup only, and not for the root.
 * - vfs does: paths, symbolic links, mount points, permissions of the open mode, umask, file
 *   positions, locks, waiting. The file system does: existence, kinds (-ENOTDIR, -EISDIR,
 *   -ENOTEMPTY, ...), times, link counts, contents.
 * - Results are >= 0 or a negative errno. What a file system does not provide fails as on Linux:
 *   -EPERM, -ENOTDIR, -EINVAL, -EOPNOTSUPP. */
#ifndef FLEXOS_VFS_H
#define FLEXOS_VFS_H

#include <stddef.h>
#include <stdint.h>

#include <flexos/interface.h>

/* What is known of a node. */
struct vfs_attributes {
    uint64_t node;
    uint64_t inode; /* what st_ino tells; 0 = the node number */
    uint64_t size;
    uint64_t blocks; /* of 512 bytes */
    int64_t atime_s, mtime_s, ctime_s;
    uint32_t atime_ns, mtime_ns, ctime_ns; /* below 1e9 */
    uint32_t mode;                         /* S_IFMT and permissions, Linux values */
    uint32_t links;
    uint32_t uid, gid;
    uint32_t rdev; /* Linux encoding */
    uint32_t block_size;
    uint32_t wait_events; /* FLEXOS_EVENT_* bits that may make this node ready; 0 = always ready (no
                             poll operation) */
};

/* Which attributes `set` shall change. */
#define VFS_SET_MODE 1u  /* permission bits */
#define VFS_SET_OWNER 2u /* uid, gid; UINT32_MAX = leave */
#define VFS_SET_SIZE 4u
#define VFS_SET_ATIME 8u
#define VFS_SET_MTIME 16u
#define VFS_SET_ATIME_NOW 32u
#define VFS_SET_MTIME_NOW 64u

/* A directory entry as `list` stores it: the layout of Linux' struct linux_dirent64, so that
 * getdents64 passes it on. */
struct vfs_entry {
    uint64_t node;
    uint64_t cookie; /* `list` continues after this entry when given this */
    uint16_t length; /* of the record, a multiple of 8 */
    uint8_t type;    /* DT_* */
    char name[];
};

struct vfs_space {
    uint64_t type; /* f_type */
    uint64_t block_size, blocks, blocks_free, files, files_free;
};

/* Two registers: bytes moved or a negative errno; and the file offset after the last byte moved. */
struct vfs_moved {
    long value;
    uint64_t end;
};

#define VFS_APPEND UINT64_MAX /* offset of `write`: at the end, whatever that is */
#define VFS_REMOVE_DIRECTORY 1u
#define VFS_RENAME_EXCLUSIVE 1u /* -EEXIST when the new name exists */
#define VFS_RENAME_EXCHANGE 2u

/* Operations: name, result, parameters. One list makes the types, the functions that take them, and
 * the table in vfs. */
#define VFS_OPERATIONS(X)                                                                          \
    X(lookup, int,                                                                                 \
      (uint64_t instance, uint64_t directory, const char *name, struct vfs_attributes *found))     \
    X(get, int, (uint64_t instance, uint64_t node, struct vfs_attributes *attributes))             \
    X(set, int,                                                                                    \
      (uint64_t instance, uint64_t node, unsigned which, const struct vfs_attributes *attributes)) \
    X(create, int,                                                                                 \
      (uint64_t instance, uint64_t directory, const char *name, unsigned mode, unsigned rdev,      \
       struct vfs_attributes *made)) /* files, directories, devices, fifos: by mode */             \
    X(symlink, int, (uint64_t instance, uint64_t directory, const char *name, const char *target)) \
    X(readlink, long,                                                                              \
      (uint64_t instance, uint64_t node, char *target, size_t length)) /* not terminated */        \
    X(link, int, (uint64_t instance, uint64_t node, uint64_t directory, const char *name))         \
    X(remove, int, (uint64_t instance, uint64_t directory, const char *name, unsigned flags))      \
    X(rename, int,                                                                                 \
      (uint64_t instance, uint64_t from, const char *name, uint64_t to, const char *new_name,      \
       unsigned flags))                                                                            \
    X(list, long,                                                                                  \
      (uint64_t instance, uint64_t directory, uint64_t cookie, void *entries, size_t length))      \
    X(name, long, /* of a directory in its parent; -ENOENT when it was removed; not terminated */  \
      (uint64_t instance, uint64_t directory, char *name, size_t length))                          \
    X(open, int,                                                                                   \
      (uint64_t instance, uint64_t node,                                                           \
       int flags)) /* keeps the node alive; O_TRUNC is done by `set` */                            \
    X(close, int, (uint64_t instance, uint64_t node))                                              \
    X(read, struct vfs_moved,                                                                      \
      (uint64_t instance, uint64_t node, uint64_t offset, void *data, size_t length))              \
    X(write, struct vfs_moved,                                                                     \
      (uint64_t instance, uint64_t node, uint64_t offset, const void *data, size_t length))        \
    X(allocate, int,                                                                               \
      (uint64_t instance, uint64_t node, int mode, uint64_t offset, uint64_t length))              \
    X(sync, int, (uint64_t instance, uint64_t node, int data_only))                                \
    X(poll, int, (uint64_t instance, uint64_t node)) /* POLLIN, POLLOUT, ... that hold now */      \
    X(space, int, (uint64_t instance, struct vfs_space *space))

#define VFS_TYPE(name, result, parameters) typedef result vfs_##name##_function parameters;
VFS_OPERATIONS(VFS_TYPE)
#undef VFS_TYPE

/* Announces a file system; returns its number or a negative errno. Names are kept by value. */
int vfs_register(const char *name flexos_string);

/* vfs_provide_lookup(fs, function) and so on: what the file system has. 0 or -EINVAL. Each has its
 * own type, so that the link step knows which functions are called through it. */
#define VFS_PROVIDE(name, result, parameters)                                                      \
    int vfs_provide_##name(int fs, vfs_##name##_function *function flexos_callback);
VFS_OPERATIONS(VFS_PROVIDE)
#undef VFS_PROVIDE

/* Mounts it at an absolute path; missing directories are made when the file system above allows it.
 * `root` is the node number of its root directory. Mounts made before the root file system take
 * effect when that arrives. */
int vfs_mount(int fs, uint64_t instance, uint64_t root, const char *path flexos_string,
              unsigned flags);
#define VFS_MOUNT_READ_ONLY 1u

/* The network library's handle behind a descriptor, -EBADF or -ENOTSOCK. For a network library that
 * exports recv(), send(), ... */
int vfs_socket_handle(int fd);

#endif
