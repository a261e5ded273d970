/* SPDX-License-Identifier: BSD-3-Clause */
/* The socket calls under their POSIX names, on vfs descriptors: what `flexos_gate(liblwip, recv, ...)` names. vfs owns the
 * descriptors and the waiting, so each is the system call with errno set as POSIX has it. */
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <flexos/syscalls.h>

static long result(long value) {
    if (value < 0) {
        errno = (int)-value;
        return -1;
    }
    return value;
}

ssize_t lwip_name_recvfrom(int fd, void *data, size_t length, int flags, struct sockaddr *from, socklen_t *size) {
    return result(sys_recvfrom(fd, data, length, flags, from, size));
}

ssize_t lwip_name_recv(int fd, void *data, size_t length, int flags) {
    return result(sys_recvfrom(fd, data, length, flags, NULL, NULL));
}

ssize_t lwip_name_recvmsg(int fd, struct msghdr *message, int flags) {
    return result(sys_recvmsg(fd, message, flags));
}

ssize_t lwip_name_sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *to,
                         socklen_t size) {
    return result(sys_sendto(fd, data, length, flags, to, size));
}

ssize_t lwip_name_send(int fd, const void *data, size_t length, int flags) {
    return result(sys_sendto(fd, data, length, flags, NULL, 0));
}

ssize_t lwip_name_sendmsg(int fd, const struct msghdr *message, int flags) {
    return result(sys_sendmsg(fd, message, flags));
}

int lwip_name_accept(int fd, struct sockaddr *address, socklen_t *size) {
    return (int)result(sys_accept4(fd, address, size, 0));
}

int lwip_name_connect(int fd, const struct sockaddr *address, socklen_t size) {
    return (int)result(sys_connect(fd, address, size));
}

int lwip_name_shutdown(int fd, int how) {
    return (int)result(sys_shutdown(fd, how));
}
