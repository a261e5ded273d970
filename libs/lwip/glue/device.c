/* SPDX-License-Identifier: BSD-3-Clause */
/* The network interface over the platform's packet device 0: frames in batches, one crossing each way for many.
 *
 * Received frames land in slots of this library's own memory; each is copied into a pbuf of its size (a slot can hold a large
 * coalesced frame, most are small). Frames to send are gathered in slots and leave with the next flush: at the beginning and the end of
 * net_poll, when the slots are full, or when the oldest has waited for FLUSH_AFTER_NS. A device that takes no more keeps them here; when
 * all slots are taken, lwIP is told (ERR_MEM) and tries again: nothing is dropped inside the image. */
#include "socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/dns.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/init.h"
#include "lwip/inet_chksum.h"
#include "lwip/prot/ip4.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"
#include "lwip/prot/udp.h"
#include "netif/ethernet.h"

#include <flexos/platform.h>
#include <flexos/time.h>

#define BATCH 32
#define TX_SLOTS 256
#define FLUSH_AFTER_NS 20000
#define LARGE_FRAME 65550

static struct netif netif;
static struct flexos_net_info info;
static bool started, present;
static struct flexos_packet rx[BATCH], tx[TX_SLOTS];
static uint32_t slot_size;
static unsigned tx_first, tx_count; /* a ring */
static bool refused; /* lwIP was told that there is no room */
static uint64_t tx_since;

uint32_t sys_now(void) {
    return (uint32_t)(flexos_clock_ns() / 1000000u);
}

uint32_t lwip_glue_random(void) {
    static uint32_t pool[64];
    static unsigned left;

    if (left == 0) {
        flexos_random(pool, sizeof pool);
        left = sizeof pool / sizeof pool[0];
    }
    return pool[--left];
}

void device_flush(void) {
    while (tx_count > 0) {
        unsigned run = tx_first + tx_count > TX_SLOTS ? TX_SLOTS - tx_first : tx_count;
        long count = flexos_net_send(0, tx + tx_first, run);

        if (count == -EAGAIN) /* the device's event brings us back */
            return;
        if (count <= 0) /* a frame that the device refuses is lost, as on a wire */
            count = 1;
        tx_first = (tx_first + (unsigned)count) % TX_SLOTS;
        tx_count -= (unsigned)count;
    }
}

void device_resume(void) {
    device_flush();
    if (refused && tx_count < TX_SLOTS / 2) {
        refused = false;
        tcp_txnow();
        device_flush();
    }
}

/* Where the transport header starts in an unfragmented TCP or UDP packet over IPv4, or 0. */
static unsigned transport4(const uint8_t *frame, uint32_t size, uint8_t *protocol) {
    const struct ip_hdr *ip = (const void *)(frame + SIZEOF_ETH_HDR);

    if (size < SIZEOF_ETH_HDR + IP_HLEN + 8 || frame[12] != 0x08 || frame[13] != 0x00)
        return 0;
    if (IPH_OFFSET(ip) & PP_HTONS(IP_OFFMASK | IP_MF))
        return 0;
    *protocol = IPH_PROTO(ip);
    return SIZEOF_ETH_HDR + IPH_HL_BYTES(ip);
}

/* Leaves the checksum of the payload to the device: the field gets the sum of the pseudo header only. */
static void offload_checksum(struct flexos_packet *packet) {
    uint8_t *frame = packet->data;
    uint8_t protocol = 0;
    unsigned start = transport4(frame, packet->size, &protocol);
    unsigned offset = protocol == IP_PROTO_TCP ? 16 : 6;

    if (!start || (protocol != IP_PROTO_TCP && protocol != IP_PROTO_UDP) || start + offset + 2 > packet->size)
        return;
    const uint16_t *address = (const void *)(frame + SIZEOF_ETH_HDR + 12);
    uint32_t sum = (uint32_t)lwip_htons(protocol) + lwip_htons((uint16_t)(packet->size - start));

    for (int i = 0; i < 4; i++)
        sum += address[i];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    uint16_t folded = (uint16_t)sum;

    memcpy(frame + start + offset, &folded, 2);
    packet->flags = FLEXOS_PACKET_CSUM;
    packet->csum_start = (uint16_t)start;
    packet->csum_offset = (uint16_t)offset;
}

static err_t send_frame(struct netif *interface, struct pbuf *frame) {
    (void)interface;
    if (frame->tot_len > slot_size)
        return ERR_BUF;
    uint64_t now = flexos_clock_ns();

    if (tx_count == TX_SLOTS || (tx_count > 0 && now - tx_since > FLUSH_AFTER_NS))
        device_flush();
    if (tx_count == TX_SLOTS) {
        refused = true;
        return ERR_MEM;
    }
    if (tx_count == 0)
        tx_since = now;
    struct flexos_packet *packet = &tx[(tx_first + tx_count++) % TX_SLOTS];

    pbuf_copy_partial(frame, packet->data, frame->tot_len, 0);
    packet->size = frame->tot_len;
    packet->flags = 0;
    if (info.offload & FLEXOS_PACKET_CSUM)
        offload_checksum(packet);
    return ERR_OK;
}

static void take_frame(const struct flexos_packet *packet) {
    struct pbuf *frame = pbuf_alloc(PBUF_RAW, (u16_t)packet->used, PBUF_RAM);
    unsigned check = NETIF_CHECKSUM_ENABLE_ALL;

    if (!frame)
        return;
    memcpy(frame->payload, packet->data, packet->used);
    if (packet->flags & (FLEXOS_PACKET_CSUM | FLEXOS_PACKET_VALID))
        check &= ~(unsigned)(NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP);
    if (info.offload & FLEXOS_PACKET_CSUM)
        check &= ~(unsigned)(NETIF_CHECKSUM_GEN_TCP | NETIF_CHECKSUM_GEN_UDP);
    NETIF_SET_CHECKSUM_CTRL(&netif, (u16_t)check);
    if (netif.input(frame, &netif) != ERR_OK)
        pbuf_free(frame);
}

bool device_poll(void) {
    if (!present)
        return false;
    long count = flexos_net_receive(0, rx, BATCH);

    for (long i = 0; i < count; i++)
        take_frame(&rx[i]);
    return count == BATCH;
}

static err_t set_up(struct netif *interface) {
    interface->name[0] = 'e';
    interface->name[1] = 'n';
    interface->mtu = info.mtu;
    interface->hwaddr_len = 6;
    memcpy(interface->hwaddr, info.mac, 6);
    interface->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_MLD6;
    interface->output = etharp_output;
    interface->output_ip6 = ethip6_output;
    interface->linkoutput = send_frame;
    netif_set_hostname(interface, "flexos");
    return ERR_OK;
}

static bool allocate_slots(void) {
    uint32_t room = info.offload & FLEXOS_PACKET_TCP4 ? LARGE_FRAME : info.mtu + 64u;
    char *memory;

    slot_size = info.mtu + SIZEOF_ETH_HDR;
    memory = malloc((size_t)room * BATCH + (size_t)(slot_size + 64u) * TX_SLOTS);
    if (!memory)
        return false;
    for (int i = 0; i < BATCH; i++, memory += room)
        rx[i] = (struct flexos_packet){.data = memory, .size = room};
    for (int i = 0; i < TX_SLOTS; i++, memory += slot_size + 64u)
        tx[i] = (struct flexos_packet){.data = memory};
    return true;
}

/* Brings the interface up: fixed address, or DHCP and, for IPv6, the link-local address and autoconfiguration. */
void device_start(void) {
    ip4_addr_t address = {0}, netmask = {0}, gateway = {0};

    if (started)
        return;
    started = true;
    lwip_init();
    if (flexos_net_info(0, &info) < 0 || !allocate_slots())
        return;
    present = true;
    address.addr = info.address;
    netmask.addr = info.netmask;
    gateway.addr = info.gateway;
    netif_add(&netif, &address, &netmask, &gateway, NULL, set_up, netif_input);
    netif_set_default(&netif);
    netif_create_ip6_linklocal_address(&netif, 1);
    netif_set_ip6_autoconfig_enabled(&netif, 1);
    netif_set_link_up(&netif);
    netif_set_up(&netif);
    if (info.nameserver) {
        ip_addr_t server = IPADDR4_INIT(info.nameserver);

        dns_setserver(0, &server);
    }
    if (!info.address)
        dhcp_start(&netif);
    device_flush();
}
