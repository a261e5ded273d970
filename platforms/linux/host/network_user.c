/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * User-mode networking: the helper process that runs libslirp. Frames of the image arrive on a
 * SOCK_SEQPACKET socket, one per message, and are moved in batches; everything behind is ordinary
 * sockets of the host. A frame that the image does not fetch in time is dropped, as by a network.
 */
#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <slirp/libslirp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FRAME_MAX 65550
#define BATCH 64
#define ROUNDS 8         /* batches before the host's sockets get their turn */
#define SEND_PATIENCE 20 /* ms */
#define POLL_LIMIT 1000  /* ms */
#define LISTEN_QUEUE 4096
#define LISTENERS_END 1024 /* above the descriptors of all ports that can be configured */

struct user_network {
    const struct network_port *ports;
    size_t port_count;
    int fd;
    bool closed;
    Slirp *slirp;
    struct pollfd *poll; /* [0] is the image's socket */
    size_t poll_count, poll_room;
    int64_t router_timer; /* ms, or 0: when libslirp's only timer is due */
    void *router_context;
};

static int64_t now_ns(void *context) {
    (void)context;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static ssize_t send_packet(const void *frame, size_t size, void *context) {
    struct user_network *network = context;
    ssize_t sent = send(network->fd, frame, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) {
        struct pollfd room = {.fd = network->fd, .events = POLLOUT};
        poll(&room, 1, SEND_PATIENCE);
        sent = send(network->fd, frame, size, MSG_NOSIGNAL);
    }
    return sent < 0 ? (ssize_t)size : sent;
}

static void guest_error(const char *message, void *context) {
    (void)message; /* malformed packets of the image are its own matter */
    (void)context;
}

static void *timer_new(SlirpTimerId id, void *timer_context, void *context) {
    (void)id;
    struct user_network *network = context;
    network->router_context = timer_context;
    return network;
}

static void timer_free(void *timer, void *context) {
    (void)context;
    ((struct user_network *)timer)->router_timer = 0;
}

static void timer_set(void *timer, int64_t ms, void *context) {
    (void)context;
    ((struct user_network *)timer)->router_timer = ms;
}

static void ignore_fd(int fd, void *context) {
    (void)fd;
    (void)context;
}

static void notify(void *context) {
    (void)context; /* one thread: nobody to wake */
}

static const SlirpCb callbacks = {
    .send_packet = send_packet,
    .guest_error = guest_error,
    .clock_get_ns = now_ns,
    .timer_new_opaque = timer_new,
    .timer_free = timer_free,
    .timer_mod = timer_set,
    .register_poll_fd = ignore_fd,
    .unregister_poll_fd = ignore_fd,
    .notify = notify,
};

static int add_poll(int fd, int events, void *context) {
    struct user_network *network = context;
    if (network->poll_count == network->poll_room) {
        size_t room = network->poll_room ? 2 * network->poll_room : 64;
        struct pollfd *more = realloc(network->poll, room * sizeof *more);
        if (!more) {
            return -1;
        }
        network->poll = more;
        network->poll_room = room;
    }
    short wanted = 0;
    wanted = (short)(wanted | (events & SLIRP_POLL_IN ? POLLIN : 0));
    wanted = (short)(wanted | (events & SLIRP_POLL_OUT ? POLLOUT : 0));
    wanted = (short)(wanted | (events & SLIRP_POLL_PRI ? POLLPRI : 0));
    network->poll[network->poll_count] = (struct pollfd){.fd = fd, .events = wanted};
    return (int)network->poll_count++;
}

static int poll_result(int index, void *context) {
    struct user_network *network = context;
    if (index < 0 || (size_t)index >= network->poll_count) {
        return 0;
    }
    short got = network->poll[index].revents;
    return (got & POLLIN ? SLIRP_POLL_IN : 0) | (got & POLLOUT ? SLIRP_POLL_OUT : 0) |
           (got & POLLPRI ? SLIRP_POLL_PRI : 0) | (got & POLLERR ? SLIRP_POLL_ERR : 0) |
           (got & POLLHUP ? SLIRP_POLL_HUP : 0);
}

/* Moves the image's frames into libslirp. */
static void take_frames(struct user_network *network) {
    static unsigned char frames[BATCH][FRAME_MAX];
    struct mmsghdr messages[BATCH];
    struct iovec areas[BATCH];

    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < BATCH; i++) {
            areas[i] = (struct iovec){frames[i], FRAME_MAX};
            messages[i] = (struct mmsghdr){.msg_hdr = {.msg_iov = &areas[i], .msg_iovlen = 1}};
        }
        int count = recvmmsg(network->fd, messages, BATCH, MSG_DONTWAIT, NULL);
        if (count < 0) {
            network->closed = errno != EAGAIN && errno != EINTR;
            return;
        }
        for (int i = 0; i < count; i++) {
            if (messages[i].msg_len == 0) {
                network->closed = true;
                return;
            }
            if (messages[i].msg_len >= 14) {
                slirp_input(network->slirp, frames[i], (int)messages[i].msg_len);
            }
        }
        if (count < BATCH) {
            return;
        }
    }
}

static void serve(struct user_network *network) {
    while (!network->closed) {
        uint32_t timeout = POLL_LIMIT;
        network->poll_count = 0;
        add_poll(network->fd, SLIRP_POLL_IN, network);
        slirp_pollfds_fill(network->slirp, &timeout, add_poll, network);
        if (network->router_timer) {
            int64_t left = network->router_timer - now_ns(NULL) / 1000000;
            timeout = left < 0 ? 0 : left < timeout ? (uint32_t)left : timeout;
        }
        int ready = poll(network->poll, network->poll_count, (int)timeout);
        if (network->router_timer && now_ns(NULL) / 1000000 >= network->router_timer) {
            network->router_timer = 0;
            slirp_handle_timer(network->slirp, SLIRP_TIMER_RA, network->router_context);
        }
        /* First libslirp's own turn: it sets the clock by which new connections expire. */
        slirp_pollfds_poll(network->slirp, ready < 0, poll_result, network);
        if (ready > 0 && network->poll[0].revents) {
            take_frames(network);
        }
    }
}

static struct in_addr address(const char *text) {
    struct in_addr result = {0};
    inet_pton(AF_INET, text, &result);
    return result;
}

static void configure(SlirpConfig *config) {
    *config = (SlirpConfig){
        .version = 4,
        .in_enabled = true,
        .vnetwork = address("10.0.2.0"),
        .vnetmask = address("255.255.255.0"),
        .vhost = address("10.0.2.2"),
        .vdhcp_start = address("10.0.2.15"),
        .vnameserver = address("10.0.2.3"),
        .in6_enabled = true,
        .vprefix_len = 64,
        .vhostname = "flexos",
        .if_mtu = NETWORK_MTU,
        .if_mru = NETWORK_MTU,
    };
    inet_pton(AF_INET6, "fec0::", &config->vprefix_addr6);
    inet_pton(AF_INET6, "fec0::2", &config->vhost6);
    inet_pton(AF_INET6, "fec0::3", &config->vnameserver6);
}

/* What libslirp needs for sockets, and nothing that starts, traces or signals a process. */
static const int allowed[] = {
    SYS_read,        SYS_write,         SYS_readv,          SYS_writev,
    SYS_close,       SYS_poll,          SYS_ppoll,          SYS_recvfrom,
    SYS_sendto,      SYS_recvmsg,       SYS_sendmsg,        SYS_recvmmsg,
    SYS_sendmmsg,    SYS_socket,        SYS_socketpair,     SYS_connect,
    SYS_accept,      SYS_accept4,       SYS_bind,           SYS_listen,
    SYS_getsockname, SYS_getpeername,   SYS_setsockopt,     SYS_getsockopt,
    SYS_shutdown,    SYS_fcntl,         SYS_ioctl,          SYS_openat,
    SYS_newfstatat,  SYS_fstat,         SYS_lseek,          SYS_mmap,
    SYS_munmap,      SYS_mprotect,      SYS_mremap,         SYS_madvise,
    SYS_brk,         SYS_clock_gettime, SYS_gettimeofday,   SYS_getrandom,
    SYS_futex,       SYS_exit,          SYS_exit_group,     SYS_rt_sigprocmask,
    SYS_getpid,      SYS_gettid,        SYS_restart_syscall};

/*
 * libslirp listens with a queue of one connection: of a burst of clients the kernel would drop
 * most, and they would wait for seconds. To listen again on the same socket makes the queue longer.
 */
static void lengthen_queues(void) {
    for (int fd = 3; fd < LISTENERS_END; fd++) {
        int listening = 0;
        socklen_t size = sizeof listening;
        if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening) {
            listen(fd, LISTEN_QUEUE);
        }
    }
}

/*
 * Where the kernel has Landlock, the only files left are those with the host's name servers;
 * libslirp reads /etc/resolv.conf again when it changes, and that is often a link.
 */
static void confine_to_resolver(void) {
    char target[PATH_MAX] = "/etc/resolv.conf";
    char *real = realpath("/etc/resolv.conf", target);
    char *slash = real ? strrchr(target, '/') : NULL;
    if (slash && slash != target) {
        *slash = '\0';
    }
    const char *const folders[] = {"/etc", slash ? target : "/etc"};
    confine_landlock(folders, sizeof folders / sizeof *folders, -1, true);
}

static void run(void *context, int fd, void (*ready)(void), void (*failed)(const char *, ...)) {
    struct user_network *network = context;
    SlirpConfig config;
    network->fd = fd;
    configure(&config);
    network->slirp = slirp_new(&config, &callbacks, network);
    if (!network->slirp) {
        failed("libslirp %s does not start", slirp_version_string());
        return;
    }
    for (size_t i = 0; i < network->port_count; i++) {
        const struct network_port *port = &network->ports[i];
        if (slirp_add_hostfwd(network->slirp, port->udp, address(port->address), port->host,
                              address("10.0.2.15"), port->guest) == 0) {
            continue;
        }
        const char *why = errno == EADDRINUSE ? "another program uses it; stop that one, or choose "
                                                "another port with -p HOSTPORT:PORT"
                          : errno == EACCES   ? "ports below 1024 need a privilege; choose another "
                                                "with -p HOSTPORT:PORT"
                          : errno == EADDRNOTAVAIL ? "this host has no such address"
                                                   : strerror(errno);
        failed("%s port %s:%u cannot be forwarded to port %u of the image: %s",
               port->udp ? "UDP" : "TCP", port->address, port->host, port->guest, why);
    }
    lengthen_queues();
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max; /* one for each connection */
        setrlimit(RLIMIT_NOFILE, &files);
    }
    confine_drop_capabilities(0);
    bool good = confine_no_new_privileges();
    confine_to_resolver();
    if (!good || !confine_seccomp(allowed, sizeof allowed / sizeof *allowed)) {
        failed("the network process cannot be confined: %s", strerror(errno));
    }
    ready();
    serve(network);
}

int network_user_start(struct helper *helper, const struct network_port *ports, size_t count,
                       char message[HELPER_MESSAGE]) {
    static struct user_network network;
    network = (struct user_network){.ports = ports, .port_count = count};
    return helper_start(helper, "flexos-network", -1, run, &network, message);
}
