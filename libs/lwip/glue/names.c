/* SPDX-License-Identifier: BSD-3-Clause */
/* The socket calls under their POSIX names, on vfs descriptors: what `flexos_gate(liblwip, recv,
 * ...)` names. vfs owns the descriptors and the waiting, so each is the system call with errno set
 * as POSIX has it. */
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <flexos/interface.h>
#include <flexos/syscalls.h>

static long result(long value) {
    if (value < 0) {
        errno = (int)-value;
        return -1;
    }
    return value;
}

ssize_t lwip_name_recvfrom(int fd, void *data flexos_out_part(length), size_t length, int flags,
                           struct sockaddr *from flexos_out(*size),
                           socklen_t *size flexos_inout(4)) {
    return result(sys_recvfrom(fd, data, length, flags, from, size));
}

ssize_t lwip_name_recv(int fd, void *data flexos_out_part(length), size_t length, int flags) {
    return result(sys_recvfrom(fd, data, length, flags, NULL, NULL));
}

ssize_t lwip_name_recvmsg(int fd,
                          struct msghdr *message flexos_inout(sizeof(struct msghdr))
                              flexos_member_out(msg_name, msg_namelen)
                                  flexos_member_out_each(msg_iov, msg_iovlen, iov_base, iov_len)
                                      flexos_member_out(msg_control, msg_controllen),
                          int flags) {
    return result(sys_recvmsg(fd, message, flags));
}

ssize_t lwip_name_sendto(int fd, const void *data flexos_in_part(length), size_t length, int flags,
                         const struct sockaddr *to flexos_in(size), socklen_t size) {
    return result(sys_sendto(fd, data, length, flags, to, size));
}

ssize_t lwip_name_send(int fd, const void *data flexos_in_part(length), size_t length, int flags) {
    return result(sys_sendto(fd, data, length, flags, NULL, 0));
}

ssize_t lwip_name_sendmsg(int fd,
                          const struct msghdr *message flexos_in(sizeof(struct msghdr))
                              flexos_member_in(msg_name, msg_namelen)
                                  flexos_member_in_each(msg_iov, msg_iovlen, iov_base, iov_len)
                                      flexos_member_in(msg_control, msg_controllen),
                          int flags) {
    return result(sys_sendmsg(fd, message, flags));
}

int lwip_name_accept(int fd, struct sockaddr *address flexos_out(*size),
                     socklen_t *size flexos_inout(4)) {
    return (int)result(sys_accept4(fd, address, size, 0));
}

int lwip_name_connect(int fd, const struct sockaddr *address flexos_in(size), socklen_t size) {
    return (int)result(sys_connect(fd, address, size));
}

int lwip_name_shutdown(int fd, int how) {
    return (int)result(sys_shutdown(fd, how));
}
