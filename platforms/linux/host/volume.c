/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The volume broker's process: confinement, the loop that takes requests, and the threads that wait
 * for fsync so that nothing else does. See volume.h.
 */
#include "volume.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SYNC_THREADS 4

/* fsync requests that wait for a thread: a ring under one lock. */
struct sync_job {
    int fd; /* a duplicate: the handle may be closed meanwhile */
    uint32_t id;
    bool data_only;
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t more, room;
    struct sync_job jobs[FLEXOS_VOLUME_PENDING];
    size_t first, count;
} sync_queue = {.lock = PTHREAD_MUTEX_INITIALIZER,
                .more = PTHREAD_COND_INITIALIZER,
                .room = PTHREAD_COND_INITIALIZER};

void volume_send(struct volume *volume, const struct flexos_volume_response *response,
                 const void *data) {
    struct iovec areas[2] = {{(void *)(uintptr_t)response, sizeof *response},
                             {(void *)(uintptr_t)data, response->data_length}};
    struct msghdr message = {.msg_iov = areas, .msg_iovlen = 2};
    while (sendmsg(volume->fd, &message, MSG_NOSIGNAL) < 0) {
        struct pollfd room = {.fd = volume->fd, .events = POLLOUT};
        if (errno != EAGAIN && errno != EINTR) {
            return; /* the image has gone; the loop sees it too */
        }
        poll(&room, 1, -1);
    }
}

static void *sync_thread(void *context) {
    struct volume *volume = context;
    for (;;) {
        pthread_mutex_lock(&sync_queue.lock);
        while (sync_queue.count == 0) {
            pthread_cond_wait(&sync_queue.more, &sync_queue.lock);
        }
        struct sync_job job = sync_queue.jobs[sync_queue.first];
        sync_queue.first = (sync_queue.first + 1) % FLEXOS_VOLUME_PENDING;
        sync_queue.count--;
        pthread_cond_signal(&sync_queue.room);
        pthread_mutex_unlock(&sync_queue.lock);

        int error = job.data_only ? fdatasync(job.fd) : fsync(job.fd);
        struct flexos_volume_response response = {.id = job.id, .result = error ? -errno : 0};
        close(job.fd);
        volume_send(volume, &response, NULL);
    }
    return NULL;
}

/* Hands a sync to a thread; the answer comes from there. Returns 0 or a negative errno. */
static int64_t queue_sync(struct volume *volume, const struct flexos_volume_request *request) {
    struct volume_handle *handle = volume_handle(volume, request->handle);
    if (!handle) {
        return -EBADF;
    }
    int fd = fcntl(handle->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    pthread_mutex_lock(&sync_queue.lock);
    while (sync_queue.count == FLEXOS_VOLUME_PENDING) {
        pthread_cond_wait(&sync_queue.room, &sync_queue.lock);
    }
    size_t last = (sync_queue.first + sync_queue.count++) % FLEXOS_VOLUME_PENDING;
    sync_queue.jobs[last] =
        (struct sync_job){fd, request->id, request->op == FLEXOS_VOLUME_DATASYNC};
    pthread_cond_signal(&sync_queue.more);
    pthread_mutex_unlock(&sync_queue.lock);
    return 0;
}

/* The request's own lengths must add up to the message; paths hold no zero byte and are relative.
 */
static int check(const struct flexos_volume_request *request, const char *tail, size_t size) {
    if (request->path_length > FLEXOS_VOLUME_PATH || request->path2_length > FLEXOS_VOLUME_PATH ||
        request->data_length > FLEXOS_VOLUME_DATA) {
        return -EMSGSIZE;
    }
    size_t paths = (size_t)request->path_length + request->path2_length;
    if (paths + request->data_length != size || request->reserved != 0 ||
        memchr(tail, 0, paths) != NULL) {
        return -EINVAL;
    }
    return 0;
}

static void answer(struct volume *volume, const struct flexos_volume_request *request,
                   const char *tail, size_t size) {
    static char path[FLEXOS_VOLUME_PATH + 1], path2[FLEXOS_VOLUME_PATH + 1];
    static unsigned char data[FLEXOS_VOLUME_DATA];
    struct volume_call call = {.request = request, .path = path, .path2 = path2, .answer = data};

    int64_t error = check(request, tail, size);
    if (!error && (request->op == FLEXOS_VOLUME_SYNC || request->op == FLEXOS_VOLUME_DATASYNC)) {
        error = queue_sync(volume, request);
        if (!error) {
            return;
        }
    }
    if (error) {
        call.response = (struct flexos_volume_response){.id = request->id, .result = error};
        volume_send(volume, &call.response, NULL);
        return;
    }
    memcpy(path, tail, request->path_length);
    path[request->path_length] = '\0';
    memcpy(path2, tail + request->path_length, request->path2_length);
    path2[request->path2_length] = '\0';
    call.data = (const unsigned char *)tail + request->path_length + request->path2_length;
    volume_do(volume, &call);
    volume_send(volume, &call.response, data);
}

static void serve(struct volume *volume) {
    static struct {
        struct flexos_volume_request request;
        char tail[2 * FLEXOS_VOLUME_PATH + FLEXOS_VOLUME_DATA + 1];
    } message;
    const size_t header = sizeof message.request;

    for (;;) {
        ssize_t size = recv(volume->fd, &message, sizeof message, MSG_TRUNC);
        if (size == 0) {
            return;
        }
        if (size < 0) {
            struct pollfd wait = {.fd = volume->fd, .events = POLLIN};
            if (errno != EAGAIN && errno != EINTR) {
                return;
            }
            poll(&wait, 1, -1);
            continue;
        }
        if ((size_t)size < header || (size_t)size >= sizeof message) {
            struct flexos_volume_response response = {
                .id = (size_t)size < header ? 0 : message.request.id, .result = -EMSGSIZE};
            volume_send(volume, &response, NULL);
            continue;
        }
        answer(volume, &message.request, message.tail, (size_t)size - header);
    }
}

static const int allowed[] = {SYS_recvfrom,    SYS_sendmsg,
                              SYS_poll,        SYS_close,
                              SYS_fcntl,       SYS_openat2,
                              SYS_fstat,       SYS_newfstatat,
                              SYS_fstatfs,     SYS_pread64,
                              SYS_pwrite64,    SYS_write,
                              SYS_fsync,       SYS_fdatasync,
                              SYS_ftruncate,   SYS_fallocate,
                              SYS_lseek,       SYS_getdents64,
                              SYS_mkdirat,     SYS_unlinkat,
                              SYS_renameat,    SYS_renameat2,
                              SYS_linkat,      SYS_symlinkat,
                              SYS_readlinkat,  SYS_fchmod,
                              SYS_utimensat,   SYS_futex,
                              SYS_mmap,        SYS_munmap,
                              SYS_mprotect,    SYS_madvise,
                              SYS_brk,         SYS_exit,
                              SYS_exit_group,  SYS_rt_sigprocmask,
                              SYS_rseq,        SYS_set_robust_list,
                              SYS_sched_yield, SYS_restart_syscall};

/* A user name space of its own in which this user keeps its number. */
static bool own_user_space(void) {
    unsigned user = geteuid(), group = getegid();
    if (unshare(CLONE_NEWUSER)) {
        return false;
    }
    const char *const files[] = {"/proc/self/setgroups", "/proc/self/uid_map",
                                 "/proc/self/gid_map"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char text[40] = "deny";
        if (i > 0) {
            unsigned id = i == 1 ? user : group;
            snprintf(text, sizeof text, "%u %u 1", id, id);
        }
        int fd = open(files[i], O_WRONLY | O_CLOEXEC);
        bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
        if (fd >= 0) {
            close(fd);
        }
        if (!written) {
            return false;
        }
    }
    return true;
}

/*
 * Takes the rest of the file system away: by Landlock, by chroot where that is permitted. Both
 * stand behind openat2, which holds without them.
 */
static void confine_files(const struct volume *volume) {
    const uint32_t keep =
        1u << CAP_DAC_OVERRIDE | 1u << CAP_DAC_READ_SEARCH | 1u << CAP_FOWNER | 1u << CAP_FSETID;
    bool landlock = confine_landlock(NULL, 0, volume->root, volume->read_only);
    bool privileged = geteuid() == 0;
    bool permitted = privileged || (!landlock && own_user_space());
    if (permitted && fchdir(volume->root) == 0 && chroot(".") == 0) {
        privileged = geteuid() == 0;
    }
    confine_drop_capabilities(privileged ? keep : 0);
}

static void run(void *context, int fd, void (*ready)(void), void (*failed)(const char *, ...)) {
    struct volume *volume = context;
    volume->fd = fd;
    volume->root = 4; /* where helper_start puts what is kept */
    for (size_t i = 0; i < FLEXOS_VOLUME_HANDLES; i++) {
        volume->handles[i].fd = -1;
    }
    struct rlimit files = {FLEXOS_VOLUME_HANDLES + 1024, FLEXOS_VOLUME_HANDLES + 1024};
    if (setrlimit(RLIMIT_NOFILE, &files) && getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    bool good = confine_no_new_privileges();
    confine_files(volume);
    for (int i = 0; good && i < SYNC_THREADS; i++) {
        pthread_t thread;
        good = pthread_create(&thread, NULL, sync_thread, volume) == 0;
    }
    if (!good || !confine_seccomp(allowed, sizeof allowed / sizeof *allowed)) {
        failed("the volume process cannot be confined: %s", strerror(errno));
    }
    ready();
    serve(volume);
}

int volume_start(struct helper *helper, const char *folder, bool read_only,
                 char message[HELPER_MESSAGE]) {
    static struct volume volume;
    memset(&volume, 0, sizeof volume);
    volume.read_only = read_only;
    int root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        int error = errno;
        snprintf(message, HELPER_MESSAGE, "the folder cannot be opened: %s; %s", strerror(error),
                 error == ENOENT    ? "make it first, or correct the path"
                 : error == ENOTDIR ? "a folder was expected"
                                    : "a folder that you may read was expected");
        *helper = (struct helper){.fd = -1};
        return -error;
    }
    int error = helper_start(helper, "flexos-volume", root, run, &volume, message);
    close(root);
    return error;
}
