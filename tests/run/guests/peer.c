/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stands for an image with a network: the least that answers ARP, UDP echo (port 7) and TCP echo
 * (port 7, one connection, no retransmission) on the descriptor of FLEXOS_BOOT. Address 10.0.2.15.
 * `flood N`: also sends N frames at once, to nobody, and says when it is done. `ask`: sends a
 * datagram to port 53 of the name server 10.0.2.3 and prints the answer.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The launcher starts a network only for images that hold its driver. */
void flexos_net_send(void) {
}

static unsigned char in[66000], out[66000];
static const unsigned char mac[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
static const unsigned char address[4] = {10, 0, 2, 15};
static int fd;

static uint16_t fold(uint32_t sum) {
    while (sum >> 16) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

static uint32_t add(const unsigned char *data, size_t size) {
    uint32_t sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum += i % 2 ? data[i] : (uint32_t)data[i] << 8;
    }
    return sum;
}

static void put16(unsigned char *at, uint32_t value) {
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
}

static void put32(unsigned char *at, uint32_t value) {
    put16(at, value >> 16);
    put16(at + 2, value);
}

static uint32_t get32(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void transmit(size_t size) {
    while (write(fd, out, size) < 0 && errno == EAGAIN) {
        poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
    }
}

/* Ethernet and IPv4 headers of an answer to `in`, and the sum of the pseudo header. */
static uint32_t answer(unsigned protocol, size_t payload) {
    memcpy(out, in + 6, 6);
    memcpy(out + 6, mac, 6);
    put16(out + 12, 0x800);
    unsigned char *ip = out + 14;
    memset(ip, 0, 20);
    ip[0] = 0x45;
    put16(ip + 2, (uint32_t)(20 + payload));
    ip[8] = 64;
    ip[9] = (unsigned char)protocol;
    memcpy(ip + 12, address, 4);
    memcpy(ip + 16, in + 26, 4);
    put16(ip + 10, fold(add(ip, 20)));
    return add(ip + 12, 8) + protocol + (uint32_t)payload;
}

static void udp(size_t length) {
    unsigned char *from = in + 34, *to = out + 34;
    uint32_t pseudo = answer(17, length);
    memcpy(to, from + 2, 2);
    memcpy(to + 2, from, 2);
    memcpy(to + 4, from + 4, 2);
    put16(to + 6, 0);
    memcpy(to + 8, from + 8, length - 8);
    put16(to + 6, fold(pseudo + add(to, length)));
    transmit(34 + length);
}

static void tcp(size_t length) {
    static uint32_t sent;
    unsigned char *from = in + 34, *to = out + 34;
    size_t header = (size_t)(from[12] >> 4) * 4, data = length - header;
    unsigned flags = from[13], reply = 0x10;
    uint32_t next = get32(from + 4) + (uint32_t)data;
    if (flags & 4) {
        return;
    }
    if (flags & 2) {
        sent = 1000;
        next++;
        reply |= 2;
    } else if (flags & 1) {
        next++;
        reply |= 1;
    } else if (!data) {
        return;
    } else {
        reply |= 8;
    }
    uint32_t pseudo = answer(6, 20 + data);
    memcpy(to, from + 2, 2);
    memcpy(to + 2, from, 2);
    put32(to + 4, sent);
    put32(to + 8, next);
    to[12] = 0x50;
    to[13] = (unsigned char)reply;
    put16(to + 14, 65535);
    put32(to + 16, 0);
    memcpy(to + 20, from + header, data);
    put16(to + 16, fold(pseudo + add(to, 20 + data)));
    sent += (uint32_t)data + (reply & 3 ? 1 : 0);
    transmit(54 + data);
}

static void arp(void) {
    memcpy(out, in + 6, 6);
    memcpy(out + 6, mac, 6);
    memcpy(out + 12, in + 12, 8);
    put16(out + 20, 2);
    memcpy(out + 22, mac, 6);
    memcpy(out + 28, address, 4);
    memcpy(out + 32, in + 22, 10);
    transmit(42);
}

static void handle(size_t size) {
    if (size >= 42 && in[12] == 8 && in[13] == 6 && in[21] == 1 && !memcmp(in + 38, address, 4)) {
        arp();
    } else if (size >= 42 && in[12] == 8 && in[13] == 0 && !memcmp(in + 30, address, 4)) {
        size_t total = (size_t)in[16] << 8 | in[17];
        if (in[14] != 0x45 || total + 14 > size || in[36] != 0 || in[37] != 7) {
            return;
        }
        if (in[23] == 17) {
            udp(total - 20);
        } else if (in[23] == 6) {
            tcp(total - 20);
        }
    }
}

/* The text of a question is no DNS, but nobody on the way looks into it. */
static void ask(void) {
    static const unsigned char server[] = {10, 0, 2, 3}, server_mac[] = {0x52, 0x55, 10, 0, 2, 3};
    static const char question[] = "a question to the name server";
    memcpy(in + 6, server_mac, 6);
    memcpy(in + 26, server, 4);
    answer(17, 8 + sizeof question);
    unsigned char *to = out + 34;
    put16(to, 5353);
    put16(to + 2, 53);
    put16(to + 4, 8 + sizeof question);
    put16(to + 6, 0);
    memcpy(to + 8, question, sizeof question);
    transmit(34 + 8 + sizeof question);
}

int main(int argc, char **argv) {
    const char *word = strstr(getenv("FLEXOS_BOOT"), " net=");
    setvbuf(stdout, NULL, _IONBF, 0);
    if (!word || sscanf(word, " net=%d:", &fd) != 1) {
        puts("no network");
        return 3;
    }
    printf("boot%s\n", word);
    if (argc > 2 && !strcmp(argv[1], "flood")) {
        memset(out, 0xff, 12);
        for (int i = 0; i < atoi(argv[2]); i++) {
            transmit(64 + (size_t)i % 1400);
        }
        puts("flooded");
    }
    int asks = argc > 1 && !strcmp(argv[1], "ask");
    if (asks) {
        ask();
    }
    for (;;) {
        ssize_t size = read(fd, in, sizeof in);
        if (asks && size > 42 && in[12] == 8 && in[13] == 0 && in[23] == 17) {
            printf("answer: %.*s\n", (int)size - 42, in + 42);
            return 0;
        }
        if (size > 0) {
            handle((size_t)size);
        } else if (size == 0 || errno != EAGAIN) {
            puts("network ended");
            usleep(300000);
            return 4;
        } else {
            poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1);
        }
    }
}
