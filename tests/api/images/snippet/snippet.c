/* SPDX-License-Identifier: BSD-3-Clause */
/* The snippet by which the source interface is known, as it stands, around it a pair of sockets. */
#include <flexos/flexos.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int receive(int fd) {
    int rc, connfd;
    char buf[512] __attribute__((flexos_share));
    connfd = fd;
    rc = flexos_gate(liblwip, recv, connfd, buf, 512, 0);
    printf("received %d: %s\n", rc, buf);
    return rc;
}

int main(void) {
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
        write(pair[1], "through the gate", 17) != 17) {
        perror("socketpair");
        return 1;
    }
    return receive(pair[0]) == 17 ? 0 : 1;
}
