/* SPDX-License-Identifier: BSD-3-Clause */
/* Between struct sockaddr_in / sockaddr_in6 and lwIP's addresses. An IPv6 socket that is not IPV6_V6ONLY speaks IPv4 by mapped
 * addresses (RFC 4291, section 2.5.5.2). */
#include "socket.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

int address_read(const struct socket *socket, const struct net_address *from, ip_addr_t *address, uint16_t *port) {
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr generic;

    if (from->length < sizeof generic.sa_family || from->length > sizeof from->bytes)
        return -EINVAL;
    memcpy(&generic.sa_family, from->bytes, sizeof generic.sa_family);
    if (generic.sa_family == AF_INET && from->length >= sizeof in) {
        memcpy(&in, from->bytes, sizeof in);
        ip_addr_set_ip4_u32_val(*address, in.sin_addr.s_addr);
        *port = ntohs(in.sin_port);
        if (socket->family == AF_INET6) {
            if (socket->v6only)
                return -EAFNOSUPPORT;
        }
        return 0;
    }
    if (generic.sa_family == AF_INET6 && from->length >= sizeof in6 && socket->family == AF_INET6) {
        memcpy(&in6, from->bytes, sizeof in6);
        *port = ntohs(in6.sin6_port);
        if (IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr)) {
            uint32_t v4;

            if (socket->v6only)
                return -ENETUNREACH;
            memcpy(&v4, (const unsigned char *)&in6.sin6_addr + 12, sizeof v4);
            ip_addr_set_ip4_u32_val(*address, v4);
            return 0;
        }
        memset(address, 0, sizeof *address);
        memcpy(ip_2_ip6(address)->addr, &in6.sin6_addr, 16);
        ip6_addr_clear_zone(ip_2_ip6(address));
        IP_SET_TYPE_VAL(*address, IPADDR_TYPE_V6);
        if (ip_addr_isany(address) && !socket->v6only)
            IP_SET_TYPE_VAL(*address, IPADDR_TYPE_ANY);
        return 0;
    }
    return generic.sa_family == AF_INET || generic.sa_family == AF_INET6 ? -EINVAL : -EAFNOSUPPORT;
}

void address_write(const struct socket *socket, const ip_addr_t *address, uint16_t port, struct net_address *to) {
    memset(to, 0, sizeof *to);
    if (socket->family == AF_INET) {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};

        if (IP_IS_V4(address))
            in.sin_addr.s_addr = ip_2_ip4(address)->addr;
        to->length = sizeof in;
        memcpy(to->bytes, &in, sizeof in);
        return;
    }
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    if (IP_IS_V4_VAL(*address)) {
        unsigned char *bytes = (unsigned char *)&in6.sin6_addr;

        bytes[10] = bytes[11] = 0xff;
        memcpy(bytes + 12, &ip_2_ip4(address)->addr, 4);
    } else {
        memcpy(&in6.sin6_addr, ip_2_ip6(address)->addr, 16);
    }
    to->length = sizeof in6;
    memcpy(to->bytes, &in6, sizeof in6);
}
