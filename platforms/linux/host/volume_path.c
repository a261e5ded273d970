/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Volume requests that name a path. The kernel resolves each one beneath the volume's directory
 * (openat2, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS), so neither `..` nor a symbolic link, nor a
 * rename that happens meanwhile, leads out of it. Requests that make or remove a name resolve its
 * folder in that way and use the last component only, which may not be `.` or `..`.
 */
#include "volume.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

int volume_open_path(struct volume *volume, const char *path, int flags, unsigned mode) {
    struct open_how how = {
        .flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
        .mode = flags & O_CREAT ? mode & 0777 : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
    };
    if (*path == '\0') {
        path = ".";
    }
    for (int tries = 0;; tries++) {
        int fd = (int)syscall(SYS_openat2, volume->root, path, &how, sizeof how);
        if (fd >= 0) {
            return fd;
        }
        /* EAGAIN: something was renamed while `..` was resolved. */
        if (errno != EAGAIN || tries == 100) {
            return -errno;
        }
    }
}

/* Opens the folder of `path`; `last` points to the name in it. */
static int open_folder(struct volume *volume, const char *path, const char **last) {
    char folder[FLEXOS_VOLUME_PATH + 1];
    size_t length = strlen(path);
    while (length > 0 && path[length - 1] == '/') {
        length--; /* `mkdir name/` is usual; the copy below ends the name there */
    }
    if (length == 0) {
        return -EBUSY;
    }
    size_t start = length;
    while (start > 0 && path[start - 1] != '/') {
        start--;
    }
    static char name[256];
    size_t size = length - start;
    if (size > 255) {
        return -ENAMETOOLONG;
    }
    memcpy(name, path + start, size);
    name[size] = '\0';
    if (!strcmp(name, ".") || !strcmp(name, "..")) {
        return -EINVAL;
    }
    memcpy(folder, path, start);
    folder[start] = '\0';
    *last = name;
    return volume_open_path(volume, folder, O_PATH | O_DIRECTORY, 0);
}

static int64_t result_of(int value) {
    return value < 0 ? -errno : 0;
}

static int64_t two_names(struct volume *volume, struct volume_call *call) {
    const char *last;
    char first_name[256];
    int from = open_folder(volume, call->path, &last);
    if (from < 0) {
        return from;
    }
    memcpy(first_name, last, strlen(last) + 1);
    int to = open_folder(volume, call->path2, &last);
    if (to < 0) {
        close(from);
        return to;
    }
    int64_t result;
    if (call->request->op == FLEXOS_VOLUME_RENAME) {
        unsigned flags = call->request->flags & FLEXOS_VOLUME_F_EXCLUSIVE ? RENAME_NOREPLACE : 0;
        result = result_of(renameat2(from, first_name, to, last, flags));
    } else {
        result = result_of(linkat(from, first_name, to, last, 0));
    }
    close(from);
    close(to);
    return result;
}

static int64_t make_link(int folder, const char *name, struct volume_call *call) {
    char target[FLEXOS_VOLUME_PATH + 1];
    uint32_t length = call->request->data_length;
    if (length == 0 || length > FLEXOS_VOLUME_PATH || memchr(call->data, 0, length)) {
        return -EINVAL;
    }
    memcpy(target, call->data, length);
    target[length] = '\0';
    return result_of(symlinkat(target, folder, name));
}

static int64_t in_folder(struct volume *volume, struct volume_call *call) {
    const struct flexos_volume_request *request = call->request;
    const char *name;
    int folder = open_folder(volume, call->path, &name);
    if (folder < 0) {
        return folder;
    }
    int64_t result;
    switch (request->op) {
    case FLEXOS_VOLUME_MKDIR:
        result = result_of(mkdirat(folder, name, request->mode & 0777));
        break;
    case FLEXOS_VOLUME_UNLINK:
        result = result_of(
            unlinkat(folder, name, request->flags & FLEXOS_VOLUME_F_DIRECTORY ? AT_REMOVEDIR : 0));
        break;
    default:
        result = make_link(folder, name, call);
    }
    close(folder);
    return result;
}

static struct timespec time_of(uint64_t ns) {
    if (ns == UINT64_MAX) {
        return (struct timespec){.tv_nsec = UTIME_OMIT};
    }
    return (struct timespec){(time_t)(ns / 1000000000), (long)(ns % 1000000000)};
}

/* What lies at a path, without opening it for reading: a FIFO or device is never touched. */
static int64_t at_path(struct volume *volume, struct volume_call *call) {
    const struct flexos_volume_request *request = call->request;
    bool nofollow =
        request->op == FLEXOS_VOLUME_READLINK || (request->flags & FLEXOS_VOLUME_F_NOFOLLOW) != 0;
    int fd = volume_open_path(volume, call->path, O_PATH | (nofollow ? O_NOFOLLOW : 0), 0);
    if (fd < 0) {
        return fd;
    }
    struct stat status;
    struct timespec times[2];
    int64_t result = 0;
    switch (request->op) {
    case FLEXOS_VOLUME_LOOKUP:
        result = result_of(fstat(fd, &status));
        if (result == 0) {
            volume_fill_stat(&call->response.stat, &status);
        }
        break;
    case FLEXOS_VOLUME_READLINK: {
        ssize_t length = readlinkat(fd, "", (char *)call->answer, FLEXOS_VOLUME_PATH);
        result = length < 0 ? -errno : length;
        call->response.data_length = length > 0 ? (uint32_t)length : 0;
        break;
    }
    case FLEXOS_VOLUME_CHMOD: {
        /* fchmod does not take O_PATH descriptors; /proc is not reachable from here. */
        int real = volume_open_path(volume, call->path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
        result = real < 0 ? real : result_of(fchmod(real, request->mode & 0777));
        if (real >= 0) {
            close(real);
        }
        break;
    }
    default:
        times[0] = time_of(request->offset);
        times[1] = time_of(request->size2);
        result = result_of(utimensat(fd, "", times, AT_EMPTY_PATH));
    }
    close(fd);
    return result;
}

static int64_t space(struct volume *volume, struct volume_call *call) {
    struct statfs space;
    if (fstatfs(volume->root, &space)) {
        return -errno;
    }
    call->response.stat = (struct flexos_volume_stat){
        .size = space.f_blocks * (uint64_t)space.f_bsize,
        .blocks = space.f_bavail * (uint64_t)space.f_bsize,
        .inode = space.f_ffree,
        .block_size = (uint32_t)space.f_bsize,
    };
    return 0;
}

int64_t volume_path_operation(struct volume *volume, struct volume_call *call) {
    switch (call->request->op) {
    case FLEXOS_VOLUME_MKDIR:
    case FLEXOS_VOLUME_UNLINK:
    case FLEXOS_VOLUME_SYMLINK:
        return in_folder(volume, call);
    case FLEXOS_VOLUME_RENAME:
    case FLEXOS_VOLUME_LINK:
        return two_names(volume, call);
    case FLEXOS_VOLUME_SPACE:
        return space(volume, call);
    default:
        return at_path(volume, call);
    }
}
