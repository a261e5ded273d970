/* SPDX-License-Identifier: BSD-3-Clause */
/* Pipes, eventfd, timerfd, poll, select, epoll: readiness and waiting. */
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include <flexos/platform.h>
#include <flexos/sched.h>
#include <flexos/syscalls.h>
#include <flexos/time.h>

#define MS 1000000u

static int out_fd;
static char received[200000];
static size_t received_length;

static void writer(void *text) {
    sys_write(out_fd, text, strlen(text));
}

static void big_writer(void *unused) {
    static char data[150000];

    (void)unused;
    memset(data, 'x', sizeof(data));
    CHECK(sys_write(out_fd, data, sizeof(data)) == sizeof(data));
    sys_close(out_fd);
}

static void test_pipe(void) {
    char buffer[100];
    int fds[2];
    long got;

    CHECK(sys_pipe2(fds, O_NONBLOCK) == 0);
    CHECK(sys_read(fds[0], buffer, 10) == -EAGAIN);
    CHECK(sys_write(fds[1], "hello", 5) == 5);
    CHECK(sys_read(fds[1], buffer, 5) == -EBADF && sys_write(fds[0], buffer, 5) == -EBADF);
    CHECK(sys_read(fds[0], buffer, 100) == 5 && memcmp(buffer, "hello", 5) == 0);
    CHECK(sys_lseek(fds[0], 0, SEEK_SET) == -ESPIPE &&
          sys_pread64(fds[0], buffer, 1, 0) == -ESPIPE);
    CHECK(sys_close(fds[0]) == 0);
    CHECK(sys_write(fds[1], "x", 1) == -EPIPE);
    CHECK(sys_close(fds[1]) == 0);

    CHECK(sys_pipe(fds) == 0);
    out_fd = fds[1];
    sched_spawn(writer, "late");
    CHECK(sys_read(fds[0], buffer, 100) == 4); /* waits */
    sched_spawn(big_writer, NULL);             /* waits for room, more than once */
    received_length = 0;
    while ((got = sys_read(fds[0], received, 7777)) > 0) {
        received_length += (size_t)got;
    }
    CHECK(got == 0 && received_length == 150000);
    CHECK(sys_close(fds[0]) == 0 && sys_close(fds[1]) == -EBADF);
}

static void test_atomic_writes(void) {
    static char data[PIPE_BUF];
    int fds[2], n = 0, queued;

    CHECK(sys_pipe2(fds, O_NONBLOCK) == 0);
    CHECK(sys_write(fds[1], data, 10) == 10);
    while (sys_write(fds[1], data, PIPE_BUF) == PIPE_BUF) {
        n++;
    }
    CHECK(n == 15); /* 65536 - 10 bytes: the sixteenth does not fit and is not split */
    CHECK(sys_ioctl(fds[0], FIONREAD, &queued) == 0 && queued == 10 + 15 * PIPE_BUF);
    sys_close(fds[0]);
    sys_close(fds[1]);
}

static void test_eventfd(void) {
    uint64_t value = 3;
    int fd = (int)sys_eventfd2(2, EFD_NONBLOCK),
        semaphore = (int)sys_eventfd2(2, EFD_SEMAPHORE | EFD_NONBLOCK);

    CHECK(sys_write(fd, &value, 8) == 8);
    CHECK(sys_read(fd, &value, 8) == 8 && value == 5);
    CHECK(sys_read(fd, &value, 8) == -EAGAIN && sys_read(fd, &value, 4) == -EINVAL);
    CHECK(sys_read(semaphore, &value, 8) == 8 && value == 1);
    CHECK(sys_read(semaphore, &value, 8) == 8 && value == 1);
    CHECK(sys_read(semaphore, &value, 8) == -EAGAIN);
    value = UINT64_MAX;
    CHECK(sys_write(fd, &value, 8) == -EINVAL);
    sys_close(fd);
    sys_close(semaphore);
}

static void test_timerfd(void) {
    struct itimerspec spec = {{0, 2 * MS}, {0, 3 * MS}}, left;
    uint64_t count, start = flexos_clock_ns();
    int fd = (int)sys_timerfd_create(CLOCK_MONOTONIC, 0);
    struct pollfd p = {fd, POLLIN, 0};

    CHECK(sys_timerfd_settime(fd, 0, &spec, NULL) == 0);
    CHECK(sys_poll(&p, 1, 0) == 0);
    CHECK(sys_poll(&p, 1, 1000) == 1 && p.revents == POLLIN);
    CHECK(flexos_clock_ns() - start >= 3 * MS);
    CHECK(sys_read(fd, &count, 8) == 8 && count >= 1);
    CHECK(sys_read(fd, &count, 8) == 8 && count >= 1); /* waits for the next */
    CHECK(sys_timerfd_gettime(fd, &left) == 0 && left.it_interval.tv_nsec == 2 * MS);
    memset(&spec, 0, sizeof(spec));
    CHECK(sys_timerfd_settime(fd, 0, &spec, &left) == 0);
    CHECK(sys_poll(&p, 1, 8) == 0);
    sys_close(fd);
}

static void closer(void *unused) {
    (void)unused;
    sys_close(out_fd);
}

static void test_poll(void) {
    struct pollfd p[3];
    int fds[2], regular;
    uint64_t start;

    sys_pipe(fds);
    regular = (int)sys_open("/tmp/file", O_RDWR | O_CREAT, 0600);
    p[0] = (struct pollfd){fds[0], POLLIN, 0};
    p[1] = (struct pollfd){fds[1], POLLOUT, 0};
    p[2] = (struct pollfd){999, POLLIN, 0};
    CHECK(sys_poll(p, 3, -1) == 2 && !p[0].revents && p[1].revents == POLLOUT &&
          p[2].revents == POLLNVAL);
    p[2] = (struct pollfd){regular, POLLIN | POLLOUT, 0};
    CHECK(sys_poll(p + 2, 1, -1) == 1 && p[2].revents == (POLLIN | POLLOUT));
    start = flexos_clock_ns();
    CHECK(sys_poll(p, 1, 4) == 0 && flexos_clock_ns() - start >= 4 * MS);
    out_fd = fds[1];
    sched_spawn(writer, "x");
    CHECK(sys_poll(p, 1, 5000) == 1 && p[0].revents == POLLIN);
    sched_spawn(closer, NULL);
    sys_read(fds[0], received, 1);
    CHECK(sys_poll(p, 1, 5000) == 1 && p[0].revents == POLLHUP);
    native_events = FLEXOS_EVENT_SIGNAL;
    CHECK(sys_poll(NULL, 0, 5000) == -EINTR);
    sys_close(fds[0]);
    sys_close(regular);
}

static void test_select(void) {
    struct timeval timeout = {0, 3000};
    int fds[2], second[2];
    fd_set in, out;

    sys_pipe(fds);
    sys_pipe(second);
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(fds[0], &in);
    FD_SET(second[0], &in);
    CHECK(sys_select(fds[1] + 10, &in, NULL, NULL, &timeout) == 0 && !FD_ISSET(fds[0], &in));
    sys_write(second[1], "x", 1);
    FD_SET(fds[0], &in);
    FD_SET(second[0], &in);
    FD_SET(fds[1], &out);
    CHECK(sys_select(second[1] + 1, &in, &out, NULL, NULL) == 2);
    CHECK(!FD_ISSET(fds[0], &in) && FD_ISSET(second[0], &in) && FD_ISSET(fds[1], &out));
    FD_SET(900, &in);
    CHECK(sys_select(901, &in, NULL, NULL, NULL) == -EBADF);
    for (int i = 0; i < 2; i++) {
        sys_close(fds[i]);
        sys_close(second[i]);
    }
}

static long add(int ep, int fd, unsigned events) {
    struct epoll_event e = {.events = events, .data.fd = fd};

    return sys_epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
}

static void test_epoll(void) {
    struct epoll_event e[8], change = {.events = EPOLLIN, .data.fd = 77};
    int ep = (int)sys_epoll_create1(0), fds[2], copy, regular;

    sys_pipe(fds);
    CHECK(add(ep, fds[0], EPOLLIN) == 0 && add(ep, fds[0], EPOLLIN) == -EEXIST);
    CHECK(add(ep, fds[1], EPOLLOUT | EPOLLET) == 0);
    regular = (int)sys_open("/tmp/file", O_RDWR | O_CREAT, 0600);
    CHECK(add(ep, regular, EPOLLIN) == -EPERM && add(ep, 999, EPOLLIN) == -EBADF);
    CHECK(add(ep, ep, EPOLLIN) == -EINVAL && add(regular, fds[0], EPOLLIN) == -EINVAL);
    sys_close(regular);
    CHECK(sys_epoll_wait(ep, e, 8, 0) == 1 && e[0].data.fd == fds[1]); /* edge: once */
    CHECK(sys_epoll_wait(ep, e, 8, 0) == 0);
    CHECK(sys_epoll_wait(ep, e, 8, 2) == 0);
    sys_write(fds[1], "ab", 2);
    CHECK(sys_epoll_wait(ep, e, 8, -1) == 1 && e[0].events == EPOLLIN && e[0].data.fd == fds[0]);
    CHECK(sys_epoll_wait(ep, e, 8, -1) == 1); /* level: again */
    sys_read(fds[0], received, 2);
    CHECK(sys_epoll_wait(ep, e, 8, 0) == 0);
    change.events = EPOLLIN | EPOLLONESHOT;
    CHECK(sys_epoll_ctl(ep, EPOLL_CTL_MOD, fds[0], &change) == 0);
    sys_write(fds[1], "ab", 2);
    CHECK(sys_epoll_wait(ep, e, 8, -1) == 1 && e[0].data.fd == 77);
    CHECK(sys_epoll_wait(ep, e, 8, 0) == 0);
    change.events = EPOLLIN | EPOLLET;
    CHECK(sys_epoll_ctl(ep, EPOLL_CTL_MOD, fds[0], &change) == 0);
    CHECK(sys_epoll_wait(ep, e, 8, 0) == 1 && sys_epoll_wait(ep, e, 8, 0) == 0);
    sys_write(fds[1], "c", 1); /* news although it was readable */
    CHECK(sys_epoll_wait(ep, e, 8, 0) == 1 && sys_epoll_wait(ep, e, 8, 0) == 0);
    copy = (int)sys_dup(fds[0]);
    sys_close(fds[0]); /* the open file lives on: still watched */
    sys_write(fds[1], "c", 1);
    CHECK(sys_epoll_wait(ep, e, 8, 0) == 1);
    CHECK(sys_epoll_ctl(ep, EPOLL_CTL_DEL, copy, NULL) == -ENOENT);
    sys_close(copy); /* now it is gone, and the writer has an error */
    CHECK(sys_epoll_wait(ep, e, 8, 0) == 1 && e[0].events == (EPOLLERR | EPOLLOUT));
    CHECK(sys_epoll_ctl(ep, EPOLL_CTL_DEL, fds[1], NULL) == 0);
    CHECK(sys_epoll_wait(ep, e, 0, 0) == -EINVAL);
    sys_close(fds[1]);
    sys_close(ep);
}

static void test_nested_epoll(void) {
    struct epoll_event e[2];
    int outer = (int)sys_epoll_create1(0), inner = (int)sys_epoll_create1(0), fds[2];
    struct pollfd p = {outer, POLLIN, 0};

    sys_pipe(fds);
    CHECK(add(outer, inner, EPOLLIN) == 0 && add(inner, outer, EPOLLIN) == -ELOOP);
    CHECK(add(inner, fds[0], EPOLLIN) == 0);
    CHECK(sys_epoll_wait(outer, e, 2, 0) == 0);
    out_fd = fds[1];
    sched_spawn(writer, "x");
    CHECK(sys_poll(&p, 1, 5000) == 1 && p.revents == POLLIN);
    CHECK(sys_epoll_wait(outer, e, 2, -1) == 1 && e[0].data.fd == inner);
    sys_read(fds[0], received, 1);
    CHECK(sys_epoll_wait(outer, e, 2, 0) == 0);
    sys_close(inner);
    sys_close(outer);
    sys_close(fds[0]);
    sys_close(fds[1]);
}

#define MANY 3000

static void test_many_descriptors(void) {
    static int in[MANY], out[MANY];
    static struct epoll_event e[MANY];
    int ep = (int)sys_epoll_create1(0);
    bool good = true;

    for (int i = 0; i < MANY; i++) {
        int fds[2];

        good = sys_pipe(fds) == 0 && good;
        in[i] = fds[0];
        out[i] = fds[1];
        good = add(ep, in[i], EPOLLIN | (i % 2 ? EPOLLET : 0)) == 0 && good;
    }
    CHECK(good);
    for (int i = 0; i < MANY; i += 3) {
        sys_write(out[i], "x", 1);
    }
    CHECK(sys_epoll_wait(ep, e, MANY, 0) == MANY / 3);
    CHECK(sys_epoll_wait(ep, e, MANY, 0) == MANY / 6);
    CHECK(sys_epoll_wait(ep, e, 10, 0) == 10 && sys_epoll_wait(ep, e + 10, 10, 0) == 10);
    CHECK(e[0].data.fd != e[10].data.fd); /* a small array sees all in turn */
    for (int i = 0; i < MANY; i++) {
        good = sys_close(in[i]) == 0 && sys_close(out[i]) == 0 && good;
    }
    CHECK(good && sys_epoll_wait(ep, e, MANY, 0) == 0);
    sys_close(ep);
}

static void test_fifo(void) {
    struct stat st;
    int in, out;

    CHECK(sys_mknod("/tmp/fifo", S_IFIFO | 0600, 0) == 0);
    CHECK(sys_open("/tmp/fifo", O_WRONLY | O_NONBLOCK, 0) == -ENXIO);
    in = (int)sys_open("/tmp/fifo", O_RDONLY | O_NONBLOCK, 0);
    out = (int)sys_open("/tmp/fifo", O_WRONLY, 0);
    CHECK(in >= 0 && out >= 0);
    CHECK(sys_write(out, "abc", 3) == 3 && sys_read(in, received, 10) == 3);
    CHECK(sys_unlink("/tmp/fifo") == 0 && sys_fstat(in, &st) == 0 && S_ISFIFO(st.st_mode));
    sys_close(out);
    CHECK(sys_read(in, received, 10) == 0);
    sys_close(in);
}

static void test_socketpair(void) {
    struct iovec v[2] = {{"ab", 2}, {"cde", 3}}, w[2] = {{received, 1}, {received + 10, 9}};
    struct msghdr message = {.msg_iov = v, .msg_iovlen = 2},
                  answer = {.msg_iov = w, .msg_iovlen = 2};
    struct pollfd p;
    int fds[2];

    CHECK(sys_socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
    CHECK(sys_sendmsg(fds[0], &message, 0) == 5);
    CHECK(sys_recvfrom(fds[1], received, 2, MSG_PEEK, NULL, NULL) == 2);
    CHECK(sys_recvmsg(fds[1], &answer, 0) == 5 && received[0] == 'a' &&
          memcmp(received + 10, "bcde", 4) == 0);
    CHECK(sys_read(fds[1], received, 5) == -EAGAIN);
    CHECK(sys_write(fds[1], "back", 4) == 4 && sys_read(fds[0], received, 9) == 4);
    p = (struct pollfd){fds[0], POLLIN | POLLOUT | POLLRDHUP, 0};
    CHECK(sys_poll(&p, 1, 0) == 1 && p.revents == POLLOUT);
    CHECK(sys_shutdown(fds[1], SHUT_WR) == 0 && sys_read(fds[0], received, 9) == 0);
    CHECK(sys_poll(&p, 1, 0) == 1 && p.revents == (POLLIN | POLLOUT | POLLRDHUP));
    sys_close(fds[1]);
    CHECK(sys_write(fds[0], "x", 1) == -EPIPE);
    CHECK(sys_poll(&p, 1, 0) == 1 && (p.revents & POLLHUP));
    sys_close(fds[0]);
}

static void test_console(void) {
    struct pollfd p = {0, POLLIN, 0};
    unsigned short window[4];
    int value;

    native_console_length = 0;
    CHECK(sys_write(1, "to the console", 14) == 14 &&
          strcmp(native_console, "to the console") == 0);
    CHECK(sys_poll(&p, 1, 0) == 0);
    native_events = FLEXOS_EVENT_CONSOLE;
    native_input = "typed\n";
    CHECK(sys_poll(&p, 1, 1000) == 1 && p.revents == POLLIN);
    CHECK(sys_read(0, received, 3) == 3 && sys_read(0, received + 3, 99) == 3);
    CHECK(memcmp(received, "typed\n", 6) == 0);
    CHECK(sys_ioctl(1, TIOCGWINSZ, window) == 0 && sys_ioctl(1, TCGETS, &value) == -ENOTTY);
    CHECK(sys_lseek(1, 0, SEEK_CUR) == -ESPIPE);
    native_input = NULL;
    CHECK(sys_read(0, received, 3) == 0);
}

static void test_devices(void) {
    char buffer[64] = {1};
    int fd = (int)sys_open("/dev/zero", O_RDWR, 0);

    CHECK(sys_read(fd, buffer, 64) == 64 && buffer[0] == 0);
    sys_close(fd);
    fd = (int)sys_open("/dev/null", O_RDWR | O_TRUNC | O_CREAT, 0666);
    CHECK(sys_write(fd, buffer, 64) == 64 && sys_read(fd, buffer, 64) == 0 &&
          sys_lseek(fd, 5, SEEK_SET) == 0);
    sys_close(fd);
    fd = (int)sys_open("/dev/full", O_WRONLY, 0);
    CHECK(sys_write(fd, buffer, 64) == -ENOSPC);
    sys_close(fd);
    fd = (int)sys_open("/dev/urandom", O_RDONLY, 0);
    CHECK(sys_read(fd, buffer, 64) == 64);
    sys_close(fd);
    fd = (int)sys_open("/proc/sys/net/core/somaxconn", O_RDONLY, 0);
    CHECK(sys_read(fd, buffer, 64) == 5 && memcmp(buffer, "4096\n", 5) == 0 &&
          sys_read(fd, buffer, 64) == 0);
    sys_close(fd);
    fd = (int)sys_open("/dev/stdout", O_WRONLY, 0);
    native_console_length = 0;
    CHECK(fd > 2 && sys_write(fd, "x", 1) == 1 && strcmp(native_console, "x") == 0);
    sys_close(fd);
}

static void lock_later(void *fd) {
    CHECK(sys_flock((int)(intptr_t)fd, 2) == 0);
    received[0] = 'L';
}

static void test_locks(void) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int a = (int)sys_open("/tmp/file", O_RDWR | O_CREAT, 0600),
        b = (int)sys_open("/tmp/file", O_RDWR, 0);

    CHECK(sys_fcntl(a, F_SETLK, (unsigned long)&lock) == 0);
    CHECK(sys_fcntl(b, F_GETLK, (unsigned long)&lock) == 0 && lock.l_type == F_UNLCK);
    CHECK(sys_flock(a, 1) == 0 && sys_flock(b, 1) == 0); /* both shared */
    CHECK(sys_flock(a, 2 | 4) == -EWOULDBLOCK);          /* exclusive, not waiting */
    CHECK(sys_flock(b, 2 | 4) == 0);
    received[0] = 0;
    sched_spawn(lock_later, (void *)(intptr_t)a);
    sched_pass();
    CHECK(received[0] == 0);
    sys_close(b);
    sched_pass();
    CHECK(received[0] == 'L');
    sys_close(a);
}

static void test_descriptors(void) {
    int fd = (int)sys_open("/dev/null", O_RDWR | O_CLOEXEC, 0), first = fd;

    CHECK(sys_fcntl(fd, F_GETFD, 0) == FD_CLOEXEC && sys_fcntl(fd, F_SETFD, 0) == 0);
    CHECK(sys_fcntl(fd, F_DUPFD, 500) == 500 && sys_dup3(fd, 700, 0) == 700 &&
          sys_dup2(fd, fd) == fd);
    CHECK(sys_dup(fd) == first + 1);
    sys_close(fd);
    CHECK(sys_dup(500) == first); /* the lowest free */
    CHECK(sys_dup2(500, 70000) == -EBADF && sys_dup3(500, 500, 0) == -EINVAL);
    CHECK(sys_close(500) == 0 && sys_close(700) == 0 && sys_close(700) == -EBADF);
    sys_close(first);
    sys_close(first + 1);
}

int main(void) {
    test_pipe();
    test_atomic_writes();
    test_eventfd();
    test_timerfd();
    test_poll();
    test_select();
    test_epoll();
    test_nested_epoll();
    test_many_descriptors();
    test_fifo();
    test_socketpair();
    test_console();
    test_devices();
    test_locks();
    test_descriptors();
    return finish();
}
