#include "guest.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/route.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <fcntl.h>
#include <unistd.h>

static void set_address(struct sockaddr *address, const char *text)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    inet_pton(AF_INET, text, &in.sin_addr);
    memcpy(address, &in, sizeof in);
}

static void set_up(int fd, const char *name)
{
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (ioctl(fd, SIOCGIFFLAGS, &request) == 0) {
        request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
        if (ioctl(fd, SIOCSIFFLAGS, &request) == 0)
            return;
    }
    guest_fail("cannot bring up the network interface %s: %s", name, strerror(errno));
}

/* The host's resolver is not reachable from here; QEMU's is. */
static void use_qemu_resolver(void)
{
    static const char text[] = "nameserver 10.0.2.3\n";
    int file = open("/run/resolv.conf", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (file < 0)
        return;
    ssize_t put = write(file, text, sizeof text - 1);
    close(file);
    if (put > 0)
        mount("/run/resolv.conf", "/etc/resolv.conf", NULL, MS_BIND, NULL);
}

/* Fixed addresses instead of DHCP: QEMU's user network always has these. */
void guest_network_up(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        guest_fail("cannot open a socket: %s", strerror(errno));
    set_up(fd, "lo");

    struct ifreq request = {.ifr_name = "eth0"};
    set_address(&request.ifr_addr, "10.0.2.15");
    if (ioctl(fd, SIOCSIFADDR, &request) != 0)
        guest_fail("cannot give eth0 its address: %s", strerror(errno));
    set_address(&request.ifr_netmask, "255.255.255.0");
    if (ioctl(fd, SIOCSIFNETMASK, &request) != 0)
        guest_fail("cannot give eth0 its netmask: %s", strerror(errno));
    set_up(fd, "eth0");

    struct rtentry route = {.rt_flags = RTF_UP | RTF_GATEWAY};
    set_address(&route.rt_dst, "0.0.0.0");
    set_address(&route.rt_genmask, "0.0.0.0");
    set_address(&route.rt_gateway, "10.0.2.2");
    if (ioctl(fd, SIOCADDRT, &route) != 0)
        guest_fail("cannot set the default route: %s", strerror(errno));
    close(fd);
    use_qemu_resolver();
}
