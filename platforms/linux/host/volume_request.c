/* SPDX-License-Identifier: BSD-3-Clause */
/* One request of an image to its volume: checks, operations on handles; see volume.h. */
#include "volume.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

void volume_fill_stat(struct flexos_volume_stat *to, const void *from_struct_stat) {
    const struct stat *from = from_struct_stat;
    *to = (struct flexos_volume_stat){
        .inode = from->st_ino,
        .size = (uint64_t)from->st_size,
        .blocks = (uint64_t)from->st_blocks,
        .atime_ns = (uint64_t)from->st_atim.tv_sec * 1000000000u + (uint64_t)from->st_atim.tv_nsec,
        .mtime_ns = (uint64_t)from->st_mtim.tv_sec * 1000000000u + (uint64_t)from->st_mtim.tv_nsec,
        .ctime_ns = (uint64_t)from->st_ctim.tv_sec * 1000000000u + (uint64_t)from->st_ctim.tv_nsec,
        .mode = from->st_mode,
        .links = (uint32_t)from->st_nlink,
        .uid = from->st_uid,
        .gid = from->st_gid,
        .block_size = (uint32_t)from->st_blksize,
    };
}

struct volume_handle *volume_handle(struct volume *volume, uint32_t number) {
    return number < FLEXOS_VOLUME_HANDLES && volume->handles[number].fd >= 0
               ? &volume->handles[number]
               : NULL;
}

static int free_handle(struct volume *volume) {
    for (uint32_t i = volume->first_free; i < FLEXOS_VOLUME_HANDLES; i++) {
        if (volume->handles[i].fd < 0) {
            volume->first_free = i;
            return (int)i;
        }
    }
    return -EMFILE;
}

static bool for_images(mode_t mode) {
    return S_ISREG(mode) || S_ISDIR(mode);
}

/*
 * -ENXIO for devices, sockets and pipes of the host: they are not for images, and even to open them
 * may do something. What is not there yet is fine.
 */
static int check_kind(struct volume *volume, const char *path, uint32_t flags) {
    struct stat status;
    int follow = flags & FLEXOS_VOLUME_F_NOFOLLOW ? O_NOFOLLOW : 0;
    int fd = volume_open_path(volume, path, O_PATH | follow, 0);
    if (fd < 0) {
        return fd == -ENOENT ? 0 : fd;
    }
    bool good = fstat(fd, &status) == 0 &&
                (for_images(status.st_mode) || (follow && S_ISLNK(status.st_mode)));
    close(fd);
    return good ? 0 : -ENXIO;
}

static int64_t do_open(struct volume *volume, struct volume_call *call) {
    const struct flexos_volume_request *request = call->request;
    const uint32_t flags = request->flags;
    bool reads = flags & FLEXOS_VOLUME_F_READ, writes = flags & FLEXOS_VOLUME_F_WRITE;
    const uint32_t changes = FLEXOS_VOLUME_F_WRITE | FLEXOS_VOLUME_F_TRUNCATE;
    if (volume->read_only && flags & changes) {
        return -EROFS;
    }
    int number = free_handle(volume);
    if (number < 0) {
        return number;
    }
    /* NONBLOCK and NOCTTY: a FIFO or terminal in the folder cannot stop the broker. */
    int how = (reads && writes ? O_RDWR : writes ? O_WRONLY : O_RDONLY) | O_NONBLOCK | O_NOCTTY;
    how |= flags & FLEXOS_VOLUME_F_CREATE && !volume->read_only ? O_CREAT : 0;
    how |= flags & FLEXOS_VOLUME_F_EXCLUSIVE && how & O_CREAT ? O_EXCL : 0;
    how |= flags & FLEXOS_VOLUME_F_TRUNCATE ? O_TRUNC : 0;
    how |= flags & FLEXOS_VOLUME_F_APPEND ? O_APPEND : 0;
    how |= flags & FLEXOS_VOLUME_F_DIRECTORY ? O_DIRECTORY : 0;
    how |= flags & FLEXOS_VOLUME_F_NOFOLLOW ? O_NOFOLLOW : 0;
    int fd = check_kind(volume, call->path, flags);
    if (fd == 0) {
        fd = volume_open_path(volume, call->path, how, request->mode);
    }
    if (fd < 0) {
        return fd == -ENOENT && volume->read_only && flags & FLEXOS_VOLUME_F_CREATE ? -EROFS : fd;
    }
    struct stat status;
    if (fstat(fd, &status) || !for_images(status.st_mode)) {
        close(fd);
        return -ENXIO; /* exchanged meanwhile by somebody on the host */
    }
    volume_fill_stat(&call->response.stat, &status);
    volume->handles[number] = (struct volume_handle){
        .fd = fd,
        .readable = reads || S_ISDIR(status.st_mode),
        .writable = writes,
        .append = flags & FLEXOS_VOLUME_F_APPEND,
        .directory = S_ISDIR(status.st_mode),
    };
    volume->first_free = (uint32_t)number + 1;
    return number;
}

static int64_t do_close(struct volume *volume, struct volume_handle *handle) {
    close(handle->fd);
    handle->fd = -1;
    uint32_t number = (uint32_t)(handle - volume->handles);
    if (number < volume->first_free) {
        volume->first_free = number;
    }
    return 0;
}

static int64_t do_read(const struct volume_handle *handle, struct volume_call *call) {
    const struct flexos_volume_request *request = call->request;
    if (!handle->readable || request->offset > INT64_MAX) {
        return handle->readable ? -EINVAL : -EBADF;
    }
    if (request->length > FLEXOS_VOLUME_DATA) {
        return -EINVAL;
    }
    ssize_t size = pread(handle->fd, call->answer, request->length, (off_t)request->offset);
    if (size < 0) {
        return -errno;
    }
    call->response.data_length = (uint32_t)size;
    return size;
}

static int64_t do_write(const struct volume_handle *handle, const struct volume_call *call) {
    const struct flexos_volume_request *request = call->request;
    if (!handle->writable || request->offset > INT64_MAX) {
        return handle->writable ? -EINVAL : -EBADF;
    }
    ssize_t size = handle->append ? write(handle->fd, call->data, request->data_length)
                                  : pwrite(handle->fd, call->data, request->data_length,
                                           (off_t)request->offset);
    return size < 0 ? -errno : size;
}

static int64_t do_resize(const struct volume_handle *handle, const struct volume_call *call) {
    const struct flexos_volume_request *request = call->request;
    if (!handle->writable || request->offset > INT64_MAX || request->size2 > INT64_MAX) {
        return -EINVAL;
    }
    if (request->op == FLEXOS_VOLUME_TRUNCATE) {
        return ftruncate(handle->fd, (off_t)request->offset) ? -errno : 0;
    }
    if (request->size2 == 0) {
        return -EINVAL;
    }
    int error = fallocate(handle->fd, 0, (off_t)request->offset, (off_t)request->size2);
    return error ? -errno : 0;
}

struct linux_dirent64 {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

/* Converts the kernel's entries; an answer is never larger than what was read, plus padding. */
static int64_t do_readdir(const struct volume_handle *handle, struct volume_call *call) {
    static _Alignas(8) unsigned char raw[FLEXOS_VOLUME_DATA / 2];
    const struct flexos_volume_request *request = call->request;
    if (!handle->directory) {
        return -ENOTDIR;
    }
    if (request->length > FLEXOS_VOLUME_DATA || request->offset > INT64_MAX) {
        return -EINVAL;
    }
    if (lseek(handle->fd, (off_t)request->offset, SEEK_SET) < 0) {
        return -errno;
    }
    size_t used = 0;
    long size = syscall(SYS_getdents64, handle->fd, raw, sizeof raw);
    if (size < 0) {
        return -errno;
    }
    for (long at = 0; at < size;) {
        const struct linux_dirent64 *from = (const void *)(raw + at);
        size_t name = strlen(from->name);
        size_t room = (sizeof(struct flexos_volume_entry) + name + 7) & ~(size_t)7;
        if (used + room > request->length) {
            /* The caller continues from the cookie of the last entry that it got. */
            return used ? (int64_t)used : -EINVAL;
        }
        struct flexos_volume_entry entry = {.inode = from->inode,
                                            .cookie = (uint64_t)from->offset,
                                            .length = (uint16_t)name,
                                            .type = from->type};
        memset(call->answer + used, 0, room);
        memcpy(call->answer + used, &entry, sizeof entry);
        memcpy(call->answer + used + sizeof entry, from->name, name);
        used += room;
        call->response.data_length = (uint32_t)used;
        at += from->length;
    }
    return (int64_t)used;
}

static int64_t do_stat(const struct volume_handle *handle, struct volume_call *call) {
    struct stat status;
    if (fstat(handle->fd, &status)) {
        return -errno;
    }
    volume_fill_stat(&call->response.stat, &status);
    return 0;
}

static bool changes(uint32_t op) {
    switch (op) {
    case FLEXOS_VOLUME_WRITE:
    case FLEXOS_VOLUME_TRUNCATE:
    case FLEXOS_VOLUME_ALLOCATE:
    case FLEXOS_VOLUME_MKDIR:
    case FLEXOS_VOLUME_UNLINK:
    case FLEXOS_VOLUME_RENAME:
    case FLEXOS_VOLUME_LINK:
    case FLEXOS_VOLUME_SYMLINK:
    case FLEXOS_VOLUME_CHMOD:
    case FLEXOS_VOLUME_TIMES:
        return true;
    default:
        return false;
    }
}

static int64_t on_handle(struct volume *volume, struct volume_call *call) {
    struct volume_handle *handle = volume_handle(volume, call->request->handle);
    if (!handle) {
        return -EBADF;
    }
    switch (call->request->op) {
    case FLEXOS_VOLUME_CLOSE:
        return do_close(volume, handle);
    case FLEXOS_VOLUME_READ:
        return handle->directory ? -EISDIR : do_read(handle, call);
    case FLEXOS_VOLUME_WRITE:
        return do_write(handle, call);
    case FLEXOS_VOLUME_TRUNCATE:
    case FLEXOS_VOLUME_ALLOCATE:
        return do_resize(handle, call);
    case FLEXOS_VOLUME_READDIR:
        return do_readdir(handle, call);
    default:
        return do_stat(handle, call);
    }
}

static int64_t dispatch(struct volume *volume, struct volume_call *call) {
    switch (call->request->op) {
    case FLEXOS_VOLUME_OPEN:
        return do_open(volume, call);
    case FLEXOS_VOLUME_CLOSE:
    case FLEXOS_VOLUME_READ:
    case FLEXOS_VOLUME_WRITE:
    case FLEXOS_VOLUME_TRUNCATE:
    case FLEXOS_VOLUME_ALLOCATE:
    case FLEXOS_VOLUME_STAT:
    case FLEXOS_VOLUME_READDIR:
        return on_handle(volume, call);
    case FLEXOS_VOLUME_LOOKUP:
    case FLEXOS_VOLUME_MKDIR:
    case FLEXOS_VOLUME_UNLINK:
    case FLEXOS_VOLUME_RENAME:
    case FLEXOS_VOLUME_LINK:
    case FLEXOS_VOLUME_SYMLINK:
    case FLEXOS_VOLUME_READLINK:
    case FLEXOS_VOLUME_CHMOD:
    case FLEXOS_VOLUME_TIMES:
    case FLEXOS_VOLUME_SPACE:
        return volume_path_operation(volume, call);
    default:
        return -EINVAL;
    }
}

void volume_do(struct volume *volume, struct volume_call *call) {
    call->response = (struct flexos_volume_response){.id = call->request->id};
    call->response.result =
        volume->read_only && changes(call->request->op) ? -EROFS : dispatch(volume, call);
    if (call->response.result < 0) {
        call->response.data_length = 0;
    }
}
