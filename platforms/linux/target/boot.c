/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reads the words of FLEXOS_BOOT (flexos/control.h). The launcher is trusted, but a wrong word is a
 * refusal with the word in it, never a guess; an unknown word is ignored, as the format says.
 */
#include "linux.h"

struct linux_boot linux_boot = {.control = -1, .wake = -1, .net = -1};

static const char *word_start;

static _Noreturn void bad(void) {
    static char text[160] = "FLEXOS_BOOT has a bad word: ";
    unsigned n = 28;
    while (n < sizeof text - 1 && *word_start != '\0' && *word_start != ' ') {
        text[n++] = *word_start++;
    }
    text[n] = '\0';
    flexos_refuse(text, "start the image with `flexos run`");
}

/* If *text begins with `with`, steps over it. */
static bool take(const char **text, const char *with) {
    const char *t = *text;
    while (*with != '\0') {
        if (*t++ != *with++) {
            return false;
        }
    }
    *text = t;
    return true;
}

static unsigned number(const char **text, unsigned max) {
    unsigned value = 0;
    if (**text < '0' || **text > '9') {
        bad();
    }
    while (**text >= '0' && **text <= '9') {
        value = value * 10 + (unsigned)(*(*text)++ - '0');
        if (value > max) {
            bad();
        }
    }
    return value;
}

static unsigned hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    if (c >= 'a' && c <= 'f') {
        return (unsigned)(c - 'a') + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return (unsigned)(c - 'A') + 10;
    }
    bad();
}

static void expect(const char **text, const char *what) {
    if (!take(text, what)) {
        bad();
    }
}

static int descriptor(const char **text) {
    const unsigned fd = number(text, 1 << 20);
    if (fd <= 2) {
        bad();
    }
    return (int)fd;
}

/* Network byte order. */
static uint32_t address(const char **text) {
    uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++) {
        if (i > 0) {
            expect(text, ".");
        }
        value |= number(text, 255) << (8 * i);
    }
    return value;
}

static void net_word(const char **text) {
    struct flexos_net_info *info = &linux_boot.net_info;
    if (take(text, "kind=")) {
        if (take(text, "tap")) {
            linux_boot.net_tap = true;
        } else {
            expect(text, "packet");
        }
    } else if (take(text, "vnet=")) {
        linux_boot.net_vnet = number(text, 1) != 0;
        info->offload = linux_boot.net_vnet ? FLEXOS_PACKET_CSUM | FLEXOS_PACKET_TCP4 : 0;
    } else if (take(text, "mtu=")) {
        info->mtu = (uint16_t)number(text, 65535);
    } else if (take(text, "gateway=")) {
        info->gateway = address(text);
    } else if (take(text, "dns=")) {
        info->nameserver = address(text);
    } else if (take(text, "ip=")) {
        if (!take(text, "dhcp")) {
            info->address = address(text);
            expect(text, "/");
            const unsigned bits = number(text, 32);
            info->netmask = bits == 0 ? 0 : __builtin_bswap32(~0u << (32 - bits));
        }
    } else {
        *text = NULL; /* a word of a later version */
    }
}

static void volume_word(const char **text) {
    if (linux_boot.volumes == FLEXOS_VOLUME_MAX) {
        bad();
    }
    struct linux_volume *v = &linux_boot.volume[linux_boot.volumes++];
    v->fd = descriptor(text);
    expect(text, ":");
    v->read_only = take(text, "ro");
    if (!v->read_only) {
        expect(text, "rw");
    }
    expect(text, ":");
    unsigned n = 0;
    while (**text != '\0' && **text != ' ') {
        char c = *(*text)++;
        if (c == '%') {
            const unsigned high = hex_digit(*(*text)++);
            c = (char)(high << 4 | hex_digit(*(*text)++));
        }
        if (n == sizeof v->name - 1) {
            bad();
        }
        v->name[n++] = c;
    }
    v->name[n] = '\0';
}

static void word(const char **text) {
    if (take(text, "ctl=")) {
        linux_boot.control = descriptor(text);
        expect(text, ":");
        linux_boot.wake = descriptor(text);
    } else if (take(text, "net=")) {
        linux_boot.net = descriptor(text);
        for (unsigned i = 0; i < 6; i++) {
            expect(text, ":");
            const unsigned high = hex_digit(*(*text)++);
            linux_boot.net_info.mac[i] = (uint8_t)(high << 4 | hex_digit(*(*text)++));
        }
    } else if (take(text, "net.")) {
        net_word(text);
    } else if (take(text, "vol=")) {
        volume_word(text);
    } else {
        *text = NULL;
    }
}

void linux_boot_parse(const char *words) {
    linux_boot.net_info.mtu = 1500;
    while (*words != '\0') {
        if (*words == ' ') {
            words++;
            continue;
        }
        word_start = words;
        const char *end = words;
        word(&end);
        if (end != NULL && *end != ' ' && *end != '\0') {
            bad();
        }
        while (*words != '\0' && *words != ' ') {
            words++;
        }
    }
}
