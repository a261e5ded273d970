/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets of vfs over a network library made for tests (loopback.c): waiting, readiness without
 * needless calls, errors. */
#include "native.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

#include <flexos/platform.h>
#include <flexos/sched.h>
#include <flexos/syscalls.h>
#include <flexos/time.h>

#include "loopback.h"

#define MS 1000000u

static char buffer[300000];

static struct sockaddr_in address(uint16_t port) {
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};

    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return in;
}

static int listener(uint16_t port, int flags) {
    struct sockaddr_in in = address(port);
    int fd = (int)sys_socket(AF_INET, SOCK_STREAM | flags, 0), on = 1;

    CHECK(sys_setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0);
    CHECK(sys_bind(fd, (struct sockaddr *)&in, sizeof(in)) == 0 && sys_listen(fd, 10) == 0);
    return fd;
}

static int client(uint16_t port) {
    struct sockaddr_in in = address(port);
    int fd = (int)sys_socket(AF_INET, SOCK_STREAM, 0);

    CHECK(sys_connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0);
    return fd;
}

static void echo_server(void *listen_fd) {
    char data[1000];
    struct sockaddr_in in;
    unsigned length = sizeof(in);
    int fd = (int)sys_accept4((int)(intptr_t)listen_fd, (struct sockaddr *)&in, &length, 0);
    long got;

    CHECK(fd >= 0 && length == sizeof(in) && in.sin_family == AF_INET);
    while ((got = sys_read(fd, data, sizeof(data))) > 0) {
        if (sys_write(fd, data, (size_t)got) != got) {
            break;
        }
    }
    CHECK(got == 0);
    sys_close(fd);
}

static void sender(void *fd) {
    static char data[100000];

    for (size_t i = 0; i < sizeof(data); i++) {
        data[i] = (char)(i % 251);
    }
    CHECK(sys_write((int)(intptr_t)fd, data, sizeof(data)) == sizeof(data));
    CHECK(sys_shutdown((int)(intptr_t)fd, SHUT_WR) == 0);
}

static void test_stream(unsigned delay) {
    int listen_fd = listener(7, 0), fd;
    size_t total = 0;
    bool same = true;
    long got;

    loopback_delay = delay;
    sched_spawn(echo_server, (void *)(intptr_t)listen_fd);
    fd = client(7);
    sched_spawn(sender, (void *)(intptr_t)fd);
    while ((got = sys_recvfrom(fd, buffer, 4321, 0, NULL, NULL)) > 0) {
        for (long i = 0; i < got; i++) {
            same = same && buffer[i] == (char)((total + (size_t)i) % 251);
        }
        total += (size_t)got;
    }
    CHECK(got == 0 && total == 100000 && same);
    sys_close(fd);
    sys_close(listen_fd);
    loopback_delay = 0;
}

static void test_without_waiting(void) {
    int listen_fd = listener(8, SOCK_NONBLOCK), fd, server, queued;
    unsigned calls;

    CHECK(sys_accept(listen_fd, NULL, NULL) == -EAGAIN);
    fd = client(8);
    server = (int)sys_accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK);
    CHECK(server >= 0 && sys_accept(listen_fd, NULL, NULL) == -EAGAIN);
    CHECK(sys_read(server, buffer, 10) == -EAGAIN);
    calls = loopback_calls;
    CHECK(sys_read(server, buffer, 10) == -EAGAIN &&
          loopback_calls == calls); /* known: not asked */
    CHECK(sys_write(fd, "ping", 4) == 4);
    CHECK(sys_ioctl(server, FIONREAD, &queued) == 0 && queued == 4);
    CHECK(sys_recvfrom(server, buffer, 10, MSG_PEEK, NULL, NULL) == 4);
    CHECK(sys_read(server, buffer, 10) == 4 && sys_read(server, buffer, 10) == -EAGAIN);
    CHECK(sys_recvfrom(fd, buffer, 10, MSG_DONTWAIT, NULL, NULL) == -EAGAIN);
    sys_close(server);
    CHECK(sys_read(fd, buffer, 10) == 0);
    CHECK(sys_sendto(fd, "x", 1, MSG_NOSIGNAL, NULL, 0) == -EPIPE);
    sys_close(fd);
    sys_close(listen_fd);
}

static void test_epoll(void) {
    struct epoll_event e[4], add = {.events = EPOLLIN};
    int listen_fd = listener(9, SOCK_NONBLOCK), ep = (int)sys_epoll_create1(0), fd, server;
    unsigned polls;

    sys_epoll_ctl(ep, EPOLL_CTL_ADD, listen_fd, &add);
    CHECK(sys_epoll_wait(ep, e, 4, 0) == 0);
    fd = client(9);
    CHECK(sys_epoll_wait(ep, e, 4, -1) == 1 && e[0].events == EPOLLIN);
    server = (int)sys_accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK);
    CHECK(sys_epoll_wait(ep, e, 4, 0) == 0);
    add.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    sys_epoll_ctl(ep, EPOLL_CTL_ADD, server, &add);
    CHECK(sys_epoll_wait(ep, e, 4, -1) == 1 && e[0].events == EPOLLOUT);
    sys_write(fd, "a", 1);
    CHECK(sys_epoll_wait(ep, e, 4, -1) == 1 && e[0].events == (EPOLLIN | EPOLLOUT));
    CHECK(sys_epoll_wait(ep, e, 4, 0) == 0);
    sys_write(fd, "b", 1); /* new data without a read in between: a new edge */
    CHECK(sys_epoll_wait(ep, e, 4, -1) == 1 && sys_epoll_wait(ep, e, 4, 0) == 0);
    CHECK(sys_read(server, buffer, 10) == 2);
    polls = loopback_polls;
    sys_epoll_wait(ep, e, 4, 0);
    CHECK(loopback_polls == polls + 1); /* one look at the network for each call */
    sys_close(fd);
    CHECK(sys_epoll_wait(ep, e, 4, -1) == 1 &&
          (e[0].events & (EPOLLIN | EPOLLRDHUP)) == (EPOLLIN | EPOLLRDHUP));
    sys_close(server);
    sys_close(listen_fd);
    sys_close(ep);
}

static void test_timeouts(void) {
    struct timeval timeout = {0, 5000};
    int listen_fd = listener(10, 0), fd = client(10);
    uint64_t start = flexos_clock_ns();
    unsigned length = sizeof(timeout);

    CHECK(sys_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) == 0);
    CHECK(sys_read(fd, buffer, 10) == -EAGAIN && flexos_clock_ns() - start >= 5 * MS);
    timeout.tv_usec = 0;
    CHECK(sys_getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, &length) == 0 &&
          timeout.tv_usec == 5000);
    native_events = FLEXOS_EVENT_SIGNAL;
    CHECK(sys_accept(listen_fd, NULL, NULL) >= 0); /* one waits: no sleep, no signal */
    CHECK(sys_accept(listen_fd, NULL, NULL) == -EINTR);
    sys_close(fd);
    sys_close(listen_fd);
}

static void test_refused(void) {
    struct sockaddr_in in = address(4444);
    int fd = (int)sys_socket(AF_INET, SOCK_STREAM, 0), error = 0;
    unsigned length = sizeof(error);
    struct pollfd p;

    CHECK(sys_connect(fd, (struct sockaddr *)&in, sizeof(in)) == -ECONNREFUSED);
    sys_close(fd);
    fd = (int)sys_socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    CHECK(sys_connect(fd, (struct sockaddr *)&in, sizeof(in)) == -EINPROGRESS);
    p = (struct pollfd){fd, POLLOUT, 0};
    CHECK(sys_poll(&p, 1, 1000) == 1 && (p.revents & (POLLOUT | POLLERR)) == (POLLOUT | POLLERR));
    CHECK(sys_getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == ECONNREFUSED);
    sys_close(fd);
    CHECK(sys_socket(AF_INET6, SOCK_STREAM, 0) == -EAFNOSUPPORT &&
          sys_socket(AF_UNIX, SOCK_STREAM, 0) == -EAFNOSUPPORT);
    CHECK(sys_bind(0, (struct sockaddr *)&in, sizeof(in)) == -ENOTSOCK &&
          sys_listen(999, 1) == -EBADF);
}

static void test_datagrams(void) {
    struct sockaddr_in in = address(53), from;
    struct iovec v[2] = {{buffer, 2}, {buffer + 10, 100}};
    struct msghdr message = {
        .msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = v, .msg_iovlen = 2};
    int server = (int)sys_socket(AF_INET, SOCK_DGRAM, 0),
        fd = (int)sys_socket(AF_INET, SOCK_DGRAM, 0);

    CHECK(sys_bind(server, (struct sockaddr *)&in, sizeof(in)) == 0);
    CHECK(sys_sendto(fd, "question", 8, 0, (struct sockaddr *)&in, sizeof(in)) == 8);
    CHECK(sys_recvmsg(server, &message, 0) == 8 && message.msg_namelen == sizeof(from) &&
          from.sin_family == AF_INET);
    CHECK(memcmp(buffer, "qu", 2) == 0 && memcmp(buffer + 10, "estion", 6) == 0);
    sys_sendto(fd, "too long", 8, 0, (struct sockaddr *)&in, sizeof(in));
    message.msg_iovlen = 1;
    CHECK(sys_recvmsg(server, &message, 0) == 2 && message.msg_flags == MSG_TRUNC);
    CHECK(sys_recvfrom(server, buffer, 10, MSG_DONTWAIT, NULL, NULL) == -EAGAIN);
    sys_close(fd);
    sys_close(server);
}

static int echo_fd;
static bool answered;

static void slow_server(void *unused) {
    char data[10];

    (void)unused;
    answered = sys_read(echo_fd, data, sizeof(data)) == 4;
}

/* A thread waits for a socket, the others do not touch the network: packets are handled all the
 * same. */
static void test_background(void) {
    int listen_fd = listener(11, 0), fd = client(11);

    echo_fd = (int)sys_accept(listen_fd, NULL, NULL);
    answered = false;
    sched_spawn(slow_server, NULL);
    sched_pass();
    sys_write(fd, "ping", 4);
    native_events = FLEXOS_EVENT_NET(0);
    sched_sleep_until(flexos_clock_ns() + 20 * MS);
    CHECK(answered);
    sys_close(fd);
    sys_close(echo_fd);
    sys_close(listen_fd);
}

static void test_sendfile(void) {
    int listen_fd = listener(12, 0), fd = client(12),
        server = (int)sys_accept(listen_fd, NULL, NULL);
    int file = (int)sys_open("/tmp/page", O_RDWR | O_CREAT, 0600);
    long offset = 3;

    CHECK(sys_write(file, "0123456789", 10) == 10);
    CHECK(sys_sendfile(server, file, &offset, 100) == 7 && offset == 10);
    CHECK(sys_recvfrom(fd, buffer, 100, 0, NULL, NULL) == 7 && memcmp(buffer, "3456789", 7) == 0);
    sys_close(fd);
    sys_close(server);
    sys_close(listen_fd);
    sys_close(file);
}

int main(void) {
    test_stream(0);
    test_stream(3);
    test_without_waiting();
    test_epoll();
    test_timeouts();
    test_refused();
    test_datagrams();
    test_background();
    test_sendfile();
    return finish();
}
