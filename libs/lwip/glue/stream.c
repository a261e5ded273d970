/* SPDX-License-Identifier: BSD-3-Clause */
/* Connected and connecting stream sockets over lwIP's TCP. Listening sockets: listener.c. */
#include "socket.h"

#include <errno.h>
#include <string.h>

#include "lwip/priv/tcp_priv.h"

/* A chain of small segments must not hold many large buffers: from this length on small ones are gathered. */
#define GATHER_FROM_PIECES 64
#define GATHER_BELOW_BYTES 256
#define GATHER_BUFFER_BYTES 8192

static void detach(struct socket *socket) {
    struct tcp_pcb *pcb = socket->tcp;

    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_err(pcb, NULL);
    socket->tcp = NULL;
}

/* The first pbuf leaves the queue; the chain's total lengths are not kept, so they are mended here. */
static void drop_first(struct socket *socket) {
    struct pbuf *first = socket->first;

    socket->first = first->next;
    if (!socket->first)
        socket->last = NULL;
    socket->offset = 0;
    socket->pieces--;
    first->next = NULL;
    first->tot_len = first->len;
    pbuf_free(first);
}

static void drop_all(struct socket *socket) {
    while (socket->first)
        drop_first(socket);
    socket->bytes = 0;
}

/* Copies a small segment behind the last gathering buffer, or begins one. False: out of memory. */
static bool gather(struct socket *socket, struct pbuf *segment) {
    struct pbuf *last = socket->last;
    bool room = last && pbuf_match_type(last, PBUF_RAM) && last->tot_len - last->len >= segment->tot_len;

    if (!room) {
        struct pbuf *buffer = pbuf_alloc(PBUF_RAW, GATHER_BUFFER_BYTES, PBUF_RAM);

        if (!buffer)
            return false;
        buffer->len = 0; /* tot_len stays the room of the buffer until it is freed */
        if (last)
            last->next = buffer;
        else
            socket->first = buffer;
        socket->last = last = buffer;
        socket->pieces++;
    }
    pbuf_copy_partial(segment, (char *)last->payload + last->len, segment->tot_len, 0);
    last->len = (u16_t)(last->len + segment->tot_len);
    socket->bytes += segment->tot_len;
    pbuf_free(segment);
    return true;
}

static err_t on_receive(void *arg, struct tcp_pcb *pcb, struct pbuf *segment, err_t error) {
    struct socket *socket = arg;

    (void)pcb;
    (void)error;
    if (!segment) {
        socket->read_end = true;
        socket_tell(socket, NET_READABLE | NET_READ_HANGUP | (socket->write_end ? NET_HANGUP : 0));
        return ERR_OK;
    }
    if (socket->read_end) { /* shut down for reading: taken and thrown away, as Linux does */
        tcp_recved(pcb, segment->tot_len);
        pbuf_free(segment);
        return ERR_OK;
    }
    if (socket->pieces >= GATHER_FROM_PIECES && segment->tot_len < GATHER_BELOW_BYTES) {
        if (!gather(socket, segment))
            return ERR_MEM;
    } else {
        socket->bytes += segment->tot_len;
        if (socket->last)
            socket->last->next = segment;
        else
            socket->first = segment;
        for (socket->pieces++; segment->next; segment = segment->next)
            socket->pieces++;
        socket->last = segment;
    }
    socket_tell(socket, NET_READABLE);
    return ERR_OK;
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t length) {
    struct socket *socket = arg;

    (void)length;
    if (socket->starved && pcb->snd_buf >= TCP_SNDLOWAT && tcp_sndqueuelen(pcb) < TCP_SNDQUEUELOWAT) {
        socket->starved = false;
        socket_tell(socket, NET_WRITABLE);
    }
    return ERR_OK;
}

/* lwIP has freed the pcb already. */
static void on_error(void *arg, err_t error) {
    struct socket *socket = arg;

    if (!socket)
        return;
    socket->tcp = NULL;
    socket->error = socket->connecting && error == ERR_RST ? ECONNREFUSED
                    : socket->connecting && error == ERR_ABRT ? ETIMEDOUT
                    : error == ERR_ABRT                       ? ETIMEDOUT
                                                              : -error_of(error);
    if (error == ERR_CLSD) /* a regular end: both sides have closed */
        socket->error = 0;
    socket->connecting = false;
    socket->read_end = socket->write_end = true;
    socket_tell(socket, NET_READABLE | NET_WRITABLE | NET_HANGUP | (socket->error ? NET_ERROR : 0));
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t error) {
    struct socket *socket = arg;

    (void)pcb;
    (void)error;
    socket->connecting = false;
    socket->connected = true;
    socket_tell(socket, NET_WRITABLE);
    return ERR_OK;
}

void stream_adopt(struct socket *socket, struct tcp_pcb *pcb) {
    socket->tcp = pcb;
    tcp_arg(pcb, socket);
    tcp_recv(pcb, on_receive);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
}

int stream_open(struct socket *socket) {
    u8_t type = socket->family == AF_INET ? IPADDR_TYPE_V4 : IPADDR_TYPE_ANY;
    struct tcp_pcb *pcb = tcp_new_ip_type(type);

    if (!pcb)
        return -ENOBUFS;
    stream_adopt(socket, pcb);
    return 0;
}

int stream_connect(struct socket *socket, const ip_addr_t *address, uint16_t port) {
    if (socket->connected || !socket->tcp)
        return socket->connected ? -EISCONN : -ECONNABORTED;
    if (socket->connecting)
        return -EALREADY;
    err_t error = tcp_connect(socket->tcp, address, port, on_connected);

    if (error != ERR_OK)
        return error_of(error);
    socket->connecting = socket->bound = true;
    return -EINPROGRESS;
}

long stream_send(struct socket *socket, const void *data, size_t length, int flags) {
    const char *next = data;
    size_t left = length;

    if (socket->error) {
        int error = socket->error;

        socket->error = 0;
        return -error;
    }
    if (socket->write_end || !socket->tcp)
        return -EPIPE;
    if (!socket->connected)
        return socket->connecting ? -EAGAIN : -ENOTCONN;
    while (left > 0) {
        size_t room = tcp_sndbuf(socket->tcp);
        size_t piece = left < room ? left : room;
        bool more = piece < left || (flags & MSG_MORE);

        if (piece > 0xffff)
            piece = 0xffff;
        if (piece == 0 || tcp_write(socket->tcp, next, (u16_t)piece,
                                    TCP_WRITE_FLAG_COPY | (more ? TCP_WRITE_FLAG_MORE : 0)) != ERR_OK) {
            socket->starved = true;
            break;
        }
        next += piece;
        left -= piece;
    }
    if (!(flags & MSG_MORE))
        tcp_output(socket->tcp);
    return left == length && length > 0 ? -EAGAIN : (long)(length - left);
}

/* The window is opened in one step for each call, so that lwIP sends at most one update. */
static void open_window(struct socket *socket, size_t bytes) {
    while (socket->tcp && bytes > 0) {
        u16_t step = bytes > 0xffff ? 0xffff : (u16_t)bytes;

        tcp_recved(socket->tcp, step);
        bytes -= step;
    }
}

long stream_receive(struct socket *socket, void *data, size_t length, int flags) {
    char *out = data;
    size_t done = 0;
    struct pbuf *from = socket->first;
    uint32_t offset = socket->offset;

    if (!socket->bytes) {
        int error = socket->error;

        socket->error = 0;
        if (error)
            return -error;
        if (socket->read_end)
            return 0;
        return socket->connected ? -EAGAIN : socket->connecting ? -EAGAIN : -ENOTCONN;
    }
    while (done < length && from) {
        size_t piece = from->len - offset;

        if (piece > length - done)
            piece = length - done;
        memcpy(out + done, (char *)from->payload + offset, piece);
        done += piece;
        offset += (uint32_t)piece;
        if (offset < from->len)
            break;
        from = from->next;
        offset = 0;
        if (!(flags & MSG_PEEK))
            drop_first(socket);
    }
    if (!(flags & MSG_PEEK)) {
        if (socket->first)
            socket->offset = offset;
        socket->bytes -= (uint32_t)done;
        open_window(socket, done);
    }
    return (long)done;
}

int stream_shutdown(struct socket *socket, int how) {
    if (!socket->connected)
        return -ENOTCONN;
    if (how == SHUT_RD || how == SHUT_RDWR) {
        socket->read_end = true;
        open_window(socket, socket->bytes);
        drop_all(socket);
    }
    if ((how == SHUT_WR || how == SHUT_RDWR) && !socket->write_end) {
        socket->write_end = true;
        if (socket->tcp)
            tcp_shutdown(socket->tcp, 0, 1);
    }
    socket_tell(socket, socket->read_end && socket->write_end ? NET_HANGUP | NET_READABLE : NET_WRITABLE);
    return 0;
}

/* A close that found no memory for its FIN is tried again by lwIP's slow timer. */
static err_t close_again(void *arg, struct tcp_pcb *pcb) {
    (void)arg;
    return tcp_close(pcb) == ERR_OK ? ERR_OK : ERR_MEM;
}

void stream_close(struct socket *socket) {
    struct tcp_pcb *pcb = socket->tcp;
    bool unread = socket->bytes > 0;

    if (pcb)
        detach(socket);
    drop_all(socket);
    if (!pcb)
        return;
    if (unread) { /* data that nobody will read: tell the other side (RFC 1122, section 4.2.2.13) */
        tcp_abort(pcb);
    } else if (tcp_close(pcb) != ERR_OK) {
        tcp_poll(pcb, close_again, 2);
    }
}
