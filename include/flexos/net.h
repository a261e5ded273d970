/* SPDX-License-Identifier: BSD-3-Clause */
/* What a network library (lwip) exports to vfs: named functions, small integer socket handles,
 * annotated buffers.
 *
 * - Nothing here waits. A call that cannot go on returns -EAGAIN; vfs waits.
 * - The library runs only inside these calls. `net_poll` takes packets from the device, runs the
 * stack and due timers, and tells which sockets changed. vfs calls it before each wait and from a
 * thread of its own when the device has packets.
 * - Readiness travels with results: every data call returns the state of its socket after the call,
 * so vfs knows without another crossing whether to call again. What changes outside such a call is
 * told by the next net_poll.
 * - Errors are negative Linux errno values; levels, option names, MSG_* flags and address layouts
 * are Linux's.
 *
 * An image without a network library resolves these to -ENOSYS (vfs's manifest), which vfs turns
 * into -EAFNOSUPPORT. */
#ifndef FLEXOS_NET_H
#define FLEXOS_NET_H

#include <stddef.h>
#include <stdint.h>

#include <flexos/interface.h>

/* State of a socket (net_result.state, net_event.state). Values are those of POLLIN, POLLOUT,
 * POLLERR, POLLHUP, POLLRDHUP. */
#define NET_READABLE 0x0001u /* data, a datagram, a connection to accept, or end of file */
#define NET_WRITABLE                                                                               \
    0x0004u /* send would take at least one byte; also set when a connect has ended, well or not   \
             */
#define NET_ERROR 0x0008u  /* SO_ERROR holds an error */
#define NET_HANGUP 0x0010u /* both directions are closed, or never connected (stream sockets) */
#define NET_READ_HANGUP 0x2000u /* the other side sends no more */
#define NET_POLL_AGAIN                                                                             \
    0x8000u /* in a result: other sockets changed too (loopback), call net_poll soon */

/* Flags of net_send and net_recv beside MSG_PEEK, MSG_OOB, MSG_TRUNC, MSG_WAITALL (vfs handles
 * MSG_DONTWAIT, MSG_NOSIGNAL): MSG_MORE = more data follows at once, do not send a small segment
 * yet. */

/* Two registers: how many bytes, which handle, or a negative errno; and the state of the socket
 * after the call. */
struct net_result {
    long value;
    unsigned long state;
};

/* A socket address as the system calls have it: `length` bytes of struct sockaddr_in or
 * sockaddr_in6. */
struct net_address {
    uint32_t length; /* 0 = none */
    unsigned char bytes[28];
};

/* A socket that changed. `news`: bits for which something new happened since they were last told
 * (more data although it was already readable counts: edge-triggered epoll lives on it); `state`:
 * the whole state now. */
struct net_event {
    int32_t socket;
    uint16_t news;
    uint16_t state;
};

/* Two registers: how many events were stored, and when to call net_poll at the latest (monotonic
 * ns, UINT64_MAX = no timer). */
struct net_polled {
    long count;
    uint64_t deadline_ns;
};

/* Polls the device once without waiting and runs the stack. When `count` is `max`, more events may
 * be pending: call again. */
struct net_polled net_poll(struct net_event *events flexos_out_upto(max * 8, result * 8),
                           unsigned long max);

int net_socket(
    int domain, int type,
    int protocol); /* type without SOCK_NONBLOCK and SOCK_CLOEXEC; handle, -EAFNOSUPPORT, ... */
int net_close(int socket); /* lingering is the library's business: never waits */
int net_bind(int socket, const struct net_address *address flexos_in(32));
int net_listen(int socket, int backlog);
int net_shutdown(int socket, int how);
int net_local(int socket, struct net_address *address flexos_out(32)); /* getsockname */
int net_peer(int socket, struct net_address *address flexos_out(32));  /* getpeername */
int net_available(int socket); /* FIONREAD: bytes that can be read */
int net_set_option(int socket, int level, int name, const void *value flexos_in(length),
                   unsigned length);
int net_get_option(int socket, int level, int name, void *value flexos_out(length),
                   unsigned length); /* bytes stored */

/* value = handle of the new socket, `state` = the state of the LISTENING socket; the new socket's
 * state comes by net_poll. */
struct net_result net_accept(int socket, struct net_address *peer flexos_out(32));
/* value 0 (datagram sockets, loopback), -EINPROGRESS (then NET_WRITABLE tells the end and SO_ERROR
 * the outcome), or an error. */
struct net_result net_connect(int socket, const struct net_address *address flexos_in(32));

struct net_result net_send(int socket, const void *data flexos_in_part(length), size_t length,
                           int flags);
struct net_result net_recv(int socket, void *data flexos_out_part(length), size_t length,
                           int flags);
struct net_result net_send_to(int socket, const void *data flexos_in_part(length), size_t length,
                              int flags, const struct net_address *to flexos_in(32));
struct net_result net_recv_from(int socket, void *data flexos_out_part(length), size_t length,
                                int flags, struct net_address *from flexos_out(32));

#endif
