/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stands for an image with a volume and talks to its broker (flexos/volume.h): `use` what a program
 * does, `attack` what it must not get, `readonly` a read-only volume, `speed` a count of requests.
 * Prints `ok what` or `not ok what`.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "flexos/volume.h"

static int fd;

/* The launcher starts brokers only for images that hold their driver. */
void flexos_volume_submit(void) {
}
static struct flexos_volume_response response;
static unsigned char answer[FLEXOS_VOLUME_DATA];

static void ok(int good, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf(good ? "ok " : "not ok ");
    vprintf(format, arguments);
    printf(good ? "\n" : " (result %ld, %s)\n", (long)response.result,
           response.result < 0 ? strerror((int)-response.result) : "");
    va_end(arguments);
}

static long receive(void) {
    struct iovec areas[2] = {{&response, sizeof response}, {answer, sizeof answer}};
    struct msghdr message = {.msg_iov = areas, .msg_iovlen = 2};
    ssize_t size;
    while ((size = recvmsg(fd, &message, 0)) < 0 && errno == EAGAIN) {
        poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1);
    }
    if (size < (ssize_t)sizeof response ||
        size != (ssize_t)(sizeof response + response.data_length)) {
        response.result = -EPROTO;
    }
    return response.result;
}

static void raw(const void *data, size_t size) {
    while (send(fd, data, size, MSG_NOSIGNAL) < 0 && errno == EAGAIN) {
        poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
    }
}

static void submit(struct flexos_volume_request request, const char *path, const char *path2,
                   const void *data) {
    static unsigned char message[sizeof request + 2 * FLEXOS_VOLUME_PATH + FLEXOS_VOLUME_DATA];
    size_t size = sizeof request;
    request.path_length = path ? (uint32_t)strlen(path) : 0;
    request.path2_length = path2 ? (uint32_t)strlen(path2) : 0;
    memcpy(message, &request, sizeof request);
    memcpy(message + size, path ? path : "", request.path_length);
    size += request.path_length;
    memcpy(message + size, path2 ? path2 : "", request.path2_length);
    size += request.path2_length;
    memcpy(message + size, data ? data : "", request.data_length);
    raw(message, size + request.data_length);
}

static long ask(struct flexos_volume_request request, const char *path, const char *path2,
                const void *data) {
    static uint32_t id;
    request.id = ++id;
    submit(request, path, path2, data);
    long result = receive();
    return response.id == request.id ? result : -EPROTO;
}

#define REQUEST(...) ((struct flexos_volume_request){__VA_ARGS__})

static long open_file(const char *path, uint32_t flags) {
    return ask(REQUEST(.op = FLEXOS_VOLUME_OPEN, .flags = flags, .mode = 0644), path, NULL, NULL);
}

static long on(uint32_t op, long handle, uint64_t offset, uint32_t length) {
    return ask(REQUEST(.op = op, .handle = (uint32_t)handle, .offset = offset, .length = length),
               NULL, NULL, NULL);
}

static long put(long handle, uint64_t offset, const void *data, uint32_t length) {
    return ask(REQUEST(.op = FLEXOS_VOLUME_WRITE, .handle = (uint32_t)handle, .offset = offset,
                       .data_length = length),
               NULL, NULL, data);
}

static long path_op(uint32_t op, const char *path, const char *path2, uint32_t flags) {
    return ask(REQUEST(.op = op, .flags = flags, .mode = 0700), path, path2, NULL);
}

#define READ FLEXOS_VOLUME_F_READ
#define WRITE FLEXOS_VOLUME_F_WRITE
#define CREATE FLEXOS_VOLUME_F_CREATE

static int count_entries(const char *path) {
    long folder = open_file(path, READ | FLEXOS_VOLUME_F_DIRECTORY);
    uint64_t cookie = 0;
    int count = 0;
    while (folder >= 0 && on(FLEXOS_VOLUME_READDIR, folder, cookie, 256) > 0) {
        for (uint32_t at = 0; at < response.data_length;) {
            struct flexos_volume_entry entry;
            memcpy(&entry, answer + at, sizeof entry);
            at += (uint32_t)(sizeof entry + entry.length + 7) & ~7u;
            cookie = entry.cookie;
            count++;
        }
    }
    on(FLEXOS_VOLUME_CLOSE, folder, 0, 0);
    return count;
}

static void use(void) {
    static unsigned char big[FLEXOS_VOLUME_DATA];
    memset(big, 'b', sizeof big);
    long file = open_file("file", READ | WRITE | CREATE | FLEXOS_VOLUME_F_EXCLUSIVE);
    ok(file >= 0 && S_ISREG(response.stat.mode), "create");
    ok(open_file("file", WRITE | CREATE | FLEXOS_VOLUME_F_EXCLUSIVE) == -EEXIST, "create again");
    ok(put(file, 0, "hello", 5) == 5, "write");
    ok(put(file, 5, big, sizeof big) == (long)sizeof big, "write the most bytes");
    ok(on(FLEXOS_VOLUME_READ, file, 0, 5) == 5 && !memcmp(answer, "hello", 5), "read");
    ok(on(FLEXOS_VOLUME_READ, file, 5, sizeof big) == (long)sizeof big &&
           !memcmp(answer, big, sizeof big),
       "read the most bytes");
    ok(on(FLEXOS_VOLUME_READ, file, 1 << 20, 10) == 0, "read behind the end");
    ok(on(FLEXOS_VOLUME_STAT, file, 0, 0) == 0 && response.stat.size == 5 + sizeof big, "stat");
    ok(on(FLEXOS_VOLUME_SYNC, file, 0, 0) == 0, "fsync");
    ok(on(FLEXOS_VOLUME_DATASYNC, file, 0, 0) == 0, "fdatasync");
    ok(on(FLEXOS_VOLUME_TRUNCATE, file, 3, 0) == 0 && on(FLEXOS_VOLUME_READ, file, 0, 9) == 3,
       "truncate");
    ok(ask(REQUEST(.op = FLEXOS_VOLUME_ALLOCATE, .handle = (uint32_t)file, .size2 = 8192), NULL,
           NULL, NULL) == 0 ||
           response.result == -EOPNOTSUPP,
       "allocate");
    ok(on(FLEXOS_VOLUME_CLOSE, file, 0, 0) == 0 && on(FLEXOS_VOLUME_READ, file, 0, 1) == -EBADF,
       "close");
    long log = open_file("log", WRITE | CREATE | FLEXOS_VOLUME_F_APPEND);
    ok(put(log, 0, "one", 3) == 3 && put(log, 0, "two", 3) == 3, "append");
    ok(path_op(FLEXOS_VOLUME_LOOKUP, "log", NULL, 0) == 0 && response.stat.size == 6, "lookup");
    on(FLEXOS_VOLUME_CLOSE, log, 0, 0);
    ok(path_op(FLEXOS_VOLUME_MKDIR, "folder", NULL, 0) == 0, "mkdir");
    ok(path_op(FLEXOS_VOLUME_RENAME, "log", "folder/log", 0) == 0, "rename into a folder");
    ok(path_op(FLEXOS_VOLUME_RENAME, "file", "folder/log", FLEXOS_VOLUME_F_EXCLUSIVE) == -EEXIST,
       "rename without replacing");
    ok(path_op(FLEXOS_VOLUME_LINK, "folder/log", "hard", 0) == 0 &&
           path_op(FLEXOS_VOLUME_LOOKUP, "hard", NULL, 0) == 0 && response.stat.links == 2,
       "link");
    ok(ask(REQUEST(.op = FLEXOS_VOLUME_SYMLINK, .data_length = 10), "soft", NULL, "folder/log") ==
           0,
       "symlink");
    ok(path_op(FLEXOS_VOLUME_READLINK, "soft", NULL, 0) == 10 && !memcmp(answer, "folder/log", 10),
       "readlink");
    ok(path_op(FLEXOS_VOLUME_LOOKUP, "soft", NULL, 0) == 0 && S_ISREG(response.stat.mode),
       "a symbolic link is followed");
    ok(path_op(FLEXOS_VOLUME_LOOKUP, "soft", NULL, FLEXOS_VOLUME_F_NOFOLLOW) == 0 &&
           S_ISLNK(response.stat.mode),
       "or not");
    ok(open_file("folder/../folder/./log", READ) >= 0, "`..` within the volume");
    ok(path_op(FLEXOS_VOLUME_CHMOD, "file", NULL, 0) == 0, "chmod");
    ok(ask(REQUEST(.op = FLEXOS_VOLUME_TIMES, .offset = UINT64_MAX, .size2 = 1000000000000000007),
           "file", NULL, NULL) == 0 &&
           path_op(FLEXOS_VOLUME_LOOKUP, "file", NULL, 0) == 0 &&
           response.stat.mtime_ns == 1000000000000000007,
       "times");
    ok(path_op(FLEXOS_VOLUME_SPACE, NULL, NULL, 0) == 0 && response.stat.size > 0, "space");
    for (int i = 0; i < 100; i++) {
        char name[40];
        snprintf(name, sizeof name, "folder/entry-%d", i);
        long handle = open_file(name, WRITE | CREATE);
        on(FLEXOS_VOLUME_CLOSE, handle, 0, 0);
    }
    ok(count_entries("folder") == 103, "readdir in pieces");
    ok(count_entries("") >= 6, "readdir of the root");
    ok(path_op(FLEXOS_VOLUME_UNLINK, "hard", NULL, 0) == 0, "unlink");
    ok(path_op(FLEXOS_VOLUME_UNLINK, "folder", NULL, FLEXOS_VOLUME_F_DIRECTORY) == -ENOTEMPTY,
       "rmdir of a full folder");
    ok(path_op(FLEXOS_VOLUME_MKDIR, "empty/", NULL, 0) == 0 &&
           path_op(FLEXOS_VOLUME_UNLINK, "empty", NULL, FLEXOS_VOLUME_F_DIRECTORY) == 0,
       "rmdir");
    ok(open_file("nothing", READ) == -ENOENT, "a file that is not there");

    /* Syncs are answered when they are done; what is sent after them does not wait. */
    long handle = open_file("synced", READ | WRITE | CREATE);
    int outstanding = 0, order_kept = 1;
    for (uint32_t i = 0; i < 50; i++) {
        put(handle, i * 4096, big, 4096);
    }
    for (uint32_t i = 0; i < 50; i++) {
        submit(REQUEST(.op = FLEXOS_VOLUME_SYNC, .id = 5000 + i, .handle = (uint32_t)handle), NULL,
               NULL, NULL);
        outstanding++;
        submit(REQUEST(.op = FLEXOS_VOLUME_STAT, .id = 9000 + i, .handle = (uint32_t)handle), NULL,
               NULL, NULL);
        do {
            order_kept &= receive() == 0;
            outstanding -= response.id < 9000;
        } while (response.id < 9000);
    }
    while (outstanding > 0) {
        order_kept &= receive() == 0;
        outstanding--;
    }
    ok(order_kept, "50 fsyncs beside 50 other requests");
}

static void attack(void) {
    static const char *const outside[] = {"../secret",
                                          "../../etc/passwd",
                                          "folder/../../secret",
                                          "/etc/passwd",
                                          "escape",
                                          "up",
                                          "folder/loop/../../../secret",
                                          "absolute-folder/passwd",
                                          "up-folder/secret",
                                          ".."};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        long result = open_file(outside[i], READ);
        ok(result == -EXDEV || result == -ELOOP || result == -ENOENT, "open %s", outside[i]);
        result = path_op(FLEXOS_VOLUME_LOOKUP, outside[i], NULL, 0);
        ok(result == -EXDEV || result == -ELOOP || result == -ENOENT, "lookup %s", outside[i]);
    }
    ok(open_file("/secret", READ) < 0, "an absolute path");
    ok(open_file("escape", WRITE | FLEXOS_VOLUME_F_TRUNCATE) < 0, "truncate through a link");
    ok(open_file("../new", WRITE | CREATE) < 0, "create outside");
    ok(path_op(FLEXOS_VOLUME_MKDIR, "../new", NULL, 0) < 0, "mkdir outside");
    ok(path_op(FLEXOS_VOLUME_UNLINK, "../secret", NULL, 0) < 0, "unlink outside");
    ok(path_op(FLEXOS_VOLUME_UNLINK, "up-folder/secret", NULL, 0) < 0, "unlink through a link");
    ok(path_op(FLEXOS_VOLUME_RENAME, "../secret", "stolen", 0) < 0, "rename from outside");
    ok(path_op(FLEXOS_VOLUME_RENAME, "plain", "../given", 0) < 0, "rename to outside");
    ok(path_op(FLEXOS_VOLUME_RENAME, "plain", "up-folder/given", 0) < 0, "rename through a link");
    ok(path_op(FLEXOS_VOLUME_RENAME, "plain", "..", 0) < 0, "rename to `..`");
    ok(path_op(FLEXOS_VOLUME_LINK, "up-folder/secret", "stolen", 0) < 0, "link from outside");
    ok(path_op(FLEXOS_VOLUME_CHMOD, "escape", NULL, 0) < 0, "chmod through a link");
    ok(ask(REQUEST(.op = FLEXOS_VOLUME_TIMES), "escape", NULL, NULL) < 0, "times through a link");
    ok(ask(REQUEST(.op = FLEXOS_VOLUME_SYMLINK, .data_length = 9), "made", NULL, "../secret") ==
               0 &&
           open_file("made", READ) < 0,
       "a link made by the image leads nowhere");
    ok(open_file("pipe", READ | WRITE) == -ENXIO, "a pipe of the host");
    ok(open_file("/proc/self/environ", READ) < 0 && open_file("proc/self/environ", READ) < 0,
       "/proc");
    ok(path_op(FLEXOS_VOLUME_CHMOD, "plain", NULL, 0) == 0, "chmod keeps to permission bits");
    ask(REQUEST(.op = FLEXOS_VOLUME_CHMOD, .mode = 06755), "plain", NULL, NULL);
    path_op(FLEXOS_VOLUME_LOOKUP, "plain", NULL, 0);
    ok((response.stat.mode & 07000) == 0, "no set-user-id bits");

    /* Malformed requests: an error, never an answer with data, and the broker lives. */
    struct flexos_volume_request bad = {.op = FLEXOS_VOLUME_READ, .id = 1, .length = 100};
    static unsigned char message[sizeof bad + FLEXOS_VOLUME_DATA + 2 * FLEXOS_VOLUME_PATH + 4096];
    raw(&bad, 10);
    ok(receive() == -EMSGSIZE, "half a header");
    bad.path_length = 0xffffffff;
    memcpy(message, &bad, sizeof bad);
    raw(message, sizeof bad);
    ok(receive() == -EMSGSIZE, "a path of 4 GiB");
    bad.path_length = 100;
    memcpy(message, &bad, sizeof bad);
    raw(message, sizeof bad + 50);
    ok(receive() == -EINVAL, "a path longer than the message");
    bad.path_length = 4;
    bad.path2_length = 0xfffffffc;
    memcpy(message, &bad, sizeof bad);
    raw(message, sizeof bad);
    ok(receive() == -EMSGSIZE, "lengths that wrap");
    raw(message, sizeof message);
    ok(receive() == -EMSGSIZE, "a message that is too long");
    bad = (struct flexos_volume_request){.op = FLEXOS_VOLUME_LOOKUP, .path_length = 5};
    memcpy(message, &bad, sizeof bad);
    memcpy(message + sizeof bad, "pl\0in", 5);
    raw(message, sizeof bad + 5);
    ok(receive() == -EINVAL, "a zero byte in a path");
    long plain = open_file("plain", READ);
    ok(plain >= 0, "the broker still answers");
    ok(on(FLEXOS_VOLUME_READ, plain, 0, 0xffffffff) == -EINVAL, "a read of 4 GiB");
    ok(on(FLEXOS_VOLUME_READ, plain, UINT64_MAX, 10) == -EINVAL, "a negative offset");
    ok(put(plain, 0, "x", 1) == -EBADF, "a write to a handle for reading");
    ok(on(FLEXOS_VOLUME_TRUNCATE, plain, 0, 0) < 0, "truncate of a handle for reading");
    ok(on(FLEXOS_VOLUME_READ, 0x7fffffff, 0, 1) == -EBADF &&
           on(FLEXOS_VOLUME_READ, 0xffffffff, 0, 1) == -EBADF,
       "handles that are none");
    for (uint32_t op = 0; op < 200; op++) {
        if (op == 0 || op >= FLEXOS_VOLUME_OPS) {
            if (ask(REQUEST(.op = op), NULL, NULL, NULL) != -EINVAL) {
                ok(0, "operation %u", op);
            }
        }
    }
    int opened = 0;
    while (open_file("plain", READ) >= 0 && opened < 10000) {
        opened++;
    }
    ok((response.result == -EMFILE || response.result == -ENFILE) && opened > 900,
       "handles have an end after many");
    ok(path_op(FLEXOS_VOLUME_LOOKUP, "plain", NULL, 0) == 0 || response.result == -EMFILE,
       "and the broker still answers");
}

/* Random requests: the broker must answer each one, whatever it holds. */
static void fuzz(unsigned seed, int rounds) {
    static const char *const paths[] = {"",       "plain",    "..",  "folder", "up-folder",
                                        "escape", "folder/x", "a/b", "/"};
    srandom(seed);
    for (int i = 0; i < rounds; i++) {
        struct flexos_volume_request request = {
            .op = (uint32_t)random() % (FLEXOS_VOLUME_OPS + 2),
            .handle = (uint32_t)random() % 40,
            .flags = (uint32_t)random() % 512,
            .offset = random() % 4 ? (uint64_t)random() % 100000 : (uint64_t)random() << 33,
            .size2 = random() % 4 ? (uint64_t)random() % 100000 : UINT64_MAX,
            .mode = (uint32_t)random(),
            .length = random() % 8 ? (uint32_t)random() % 70000 : UINT32_MAX,
            .data_length = (uint32_t)random() % 100,
        };
        if (request.op == FLEXOS_VOLUME_ALLOCATE) {
            request.offset %= 1 << 20, request.size2 %= 1 << 20;
        }
        if (request.op == FLEXOS_VOLUME_TRUNCATE || request.op == FLEXOS_VOLUME_WRITE) {
            request.offset %= 1 << 20;
        }
        static const unsigned char data[100] = "../secret";
        ask(request, paths[random() % 9], paths[random() % 9], data);
    }
    ok(path_op(FLEXOS_VOLUME_SPACE, NULL, NULL, 0) == 0, "%d random requests, seed %u", rounds,
       seed);
}

static void read_only(void) {
    long file = open_file("plain", READ);
    ok(file >= 0 && on(FLEXOS_VOLUME_READ, file, 0, 5) == 5, "read");
    ok(open_file("plain", WRITE) == -EROFS, "open for writing");
    ok(open_file("plain", READ | FLEXOS_VOLUME_F_TRUNCATE) == -EROFS, "truncate at open");
    ok(open_file("new", READ | CREATE) == -EROFS, "create");
    ok(open_file("plain", READ | CREATE) >= 0, "create of a file that is there");
    ok(put(file, 0, "x", 1) == -EROFS, "write");
    ok(path_op(FLEXOS_VOLUME_UNLINK, "plain", NULL, 0) == -EROFS, "unlink");
    ok(path_op(FLEXOS_VOLUME_RENAME, "plain", "other", 0) == -EROFS, "rename");
    ok(path_op(FLEXOS_VOLUME_CHMOD, "plain", NULL, 0) == -EROFS, "chmod");
    ok(path_op(FLEXOS_VOLUME_MKDIR, "folder2", NULL, 0) == -EROFS, "mkdir");
}

static void speed(int count) {
    struct timespec start, end;
    long file = open_file("speed", READ | WRITE | CREATE);
    char data[4096] = "";
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < count; i++) {
        put(file, (uint64_t)(i % 100) * sizeof data, data, sizeof data);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds =
        (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) * 1e-9;
    printf("ok %d writes of 4 KiB, %.1f us each\n", count, seconds / count * 1e6);
}

int main(int argc, char **argv) {
    const char *word = strstr(getenv("FLEXOS_BOOT"), " vol=");
    const char *mode = argc > 1 ? argv[1] : "";
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!word || sscanf(word, " vol=%d:", &fd) != 1) {
        return 3;
    }
    if (!strcmp(mode, "boot")) {
        puts(word);
    } else if (!strcmp(mode, "use")) {
        use();
    } else if (!strcmp(mode, "attack")) {
        attack();
    } else if (!strcmp(mode, "fuzz") && argc > 3) {
        fuzz((unsigned)atoi(argv[2]), atoi(argv[3]));
    } else if (!strcmp(mode, "readonly")) {
        read_only();
    } else if (!strcmp(mode, "speed") && argc > 2) {
        speed(atoi(argv[2]));
    } else if (!strcmp(mode, "hold")) {
        puts("ready");
        pause();
    }
    return 0;
}
