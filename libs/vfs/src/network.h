/* SPDX-License-Identifier: BSD-3-Clause */
/* When vfs lets the network library run. Internal to library vfs. */
#ifndef VFS_NETWORK_H
#define VFS_NETWORK_H

#include <flexos/net.h>

#include "file.h"

struct socket {
    struct file file;
    int handle; /* of the network library */
    int domain, type, protocol;
    bool local; /* the other side is in this image: what one does is news for the other at once */
    bool asked; /* `ready` has been told by the library since the connection exists */
    uint64_t receive_timeout_ns, send_timeout_ns; /* 0 = none */
};

extern const struct file_class socket_class;

/* network.c */
int network_attach(struct socket *socket); /* its events are told from now on; 0 or -ENOMEM */
void network_detach(struct socket *socket);
void network_poll(void);        /* runs the stack once, notifies files that changed */
void network_before_wait(void); /* the same if there is a network */
/* Polls busily for a short while; true: `file` may have become ready. */
bool network_wait_busily(struct file *file, uint64_t deadline_ns);
void network_spin(void); /* the same unless it was just done: for callers that ask in a loop */
unsigned network_events(void); /* what to listen to while waiting */
/* Notes the state that a call of the library returned and gives back its value. */
long network_result(struct socket *socket, struct net_result result);

#endif
