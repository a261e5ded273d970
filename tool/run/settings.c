/* SPDX-License-Identifier: BSD-3-Clause */
/* Run settings and what the command line adds to them; see settings.h. */
#include "run/settings.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void settings_free(struct settings *settings) {
    vec_free(&settings->ports);
    vec_free(&settings->volumes);
    vec_free(&settings->cmdline);
    arena_free(&settings->arena);
    memset(settings, 0, sizeof *settings);
}

void settings_from_config(struct settings *settings, const struct config *config) {
    memset(settings, 0, sizeof *settings);
    settings->name = arena_strdup(&settings->arena, config->name);
    for (size_t i = 0; i < config->port_count; i++) {
        struct config_port port = config->ports[i];
        port.host_address = arena_strdup(&settings->arena, port.host_address);
        vec_push(&settings->ports, port);
    }
    for (size_t i = 0; i < config->volume_count; i++) {
        struct config_volume volume = config->volumes[i];
        char *real = realpath(volume.host, NULL);
        volume.host = arena_strdup(&settings->arena, real ? real : volume.host);
        volume.guest = arena_strdup(&settings->arena, volume.guest);
        free(real);
        vec_push(&settings->volumes, volume);
    }
    for (size_t i = 0; i < config->cmdline_count; i++) {
        vec_push(&settings->cmdline, arena_strdup(&settings->arena, config->cmdline[i]));
    }
    settings->net = config->net;
    if (config->net == NET_TAP && config->tap) {
        char *text = xasprintf("tap:%s", config->tap);
        settings_set_net(settings, text);
        free(text);
    }
}

static bool parse_number(const char *text, uint16_t *number) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || value < 1 || value > 65535) {
        return false;
    }
    *number = (uint16_t)value;
    return true;
}

const char *settings_add_port(struct settings *settings, const char *text) {
    static const char expected[] =
        "HOSTPORT:PORT or ADDRESS:HOSTPORT:PORT was expected, perhaps with /udp, ports 1 to 65535";
    char *copy = arena_strdup(&settings->arena, text);
    struct config_port port = {.host_address = "127.0.0.1"};
    char *slash = strchr(copy, '/');
    if (slash) {
        *slash++ = '\0';
        port.udp = strcmp(slash, "udp") == 0;
        if (!port.udp && strcmp(slash, "tcp") != 0) {
            return expected;
        }
    }
    char *guest = strrchr(copy, ':');
    if (!guest) {
        return expected;
    }
    *guest++ = '\0';
    char *host = strrchr(copy, ':');
    if (host) {
        struct in_addr address;
        *host++ = '\0';
        port.host_address = copy;
        if (!inet_aton(copy, &address)) {
            return expected;
        }
    } else {
        host = copy;
    }
    if (!parse_number(host, &port.host) || !parse_number(guest, &port.guest)) {
        return expected;
    }
    for (size_t i = 0; i < settings->ports.n; i++) {
        struct config_port *old = &settings->ports.v[i];
        if (old->guest == port.guest && old->udp == port.udp) {
            *old = port;
            return NULL;
        }
    }
    vec_push(&settings->ports, port);
    return NULL;
}

const char *settings_add_volume(struct settings *settings, const char *text) {
    static const char expected[] = "FOLDER:/PATH or FOLDER:/PATH:ro was expected";
    char *copy = arena_strdup(&settings->arena, text);
    struct config_volume volume = {0};
    size_t length = strlen(copy);
    if (length > 3 && (!strcmp(copy + length - 3, ":ro") || !strcmp(copy + length - 3, ":rw"))) {
        volume.read_only = copy[length - 1] == 'o';
        copy[length - 3] = '\0';
    }
    char *guest = strrchr(copy, ':');
    if (!guest || guest == copy || guest[1] != '/') {
        return expected;
    }
    *guest++ = '\0';
    char *real = realpath(copy, NULL);
    volume.host = real ? arena_strdup(&settings->arena, real) : copy;
    volume.guest = guest;
    free(real);
    for (size_t i = 0; i < settings->volumes.n; i++) {
        if (!strcmp(settings->volumes.v[i].guest, guest)) {
            settings->volumes.v[i] = volume;
            return NULL;
        }
    }
    vec_push(&settings->volumes, volume);
    return NULL;
}

static bool is_address(const char *text, bool prefix) {
    char copy[40];
    struct in_addr address;
    if (strlen(text) >= sizeof copy) {
        return false;
    }
    strcpy(copy, text);
    char *slash = strchr(copy, '/');
    if (slash) {
        *slash++ = '\0';
    }
    if (!slash != !prefix || inet_pton(AF_INET, copy, &address) != 1) {
        return false;
    }
    uint16_t length;
    return !prefix || (parse_number(slash, &length) && length <= 32);
}

/* tap[:NAME][,ADDRESS/PREFIX[,GATEWAY[,DNS]]] */
static const char *set_tap(struct settings *settings, char *text) {
    char *fields[4] = {0};
    size_t count = 0;
    for (char *save, *at = strtok_r(text, ",", &save); at; at = strtok_r(NULL, ",", &save)) {
        if (count == 4) {
            return "at most four fields were expected: NAME,ADDRESS/PREFIX,GATEWAY,DNS";
        }
        fields[count++] = at;
    }
    if (fields[0] && strlen(fields[0]) >= IFNAMSIZ) {
        return "an interface name of at most 15 characters was expected";
    }
    if ((fields[1] && !is_address(fields[1], true)) ||
        (fields[2] && !is_address(fields[2], false)) ||
        (fields[3] && !is_address(fields[3], false))) {
        return "tap:NAME,ADDRESS/PREFIX[,GATEWAY[,DNS]] was expected, for example "
               "tap:tap0,10.0.0.2/24,10.0.0.1";
    }
    settings->net = NET_TAP;
    settings->tap = fields[0];
    settings->address = fields[1];
    settings->gateway = fields[2];
    settings->dns = fields[3];
    return NULL;
}

const char *settings_set_net(struct settings *settings, const char *text) {
    settings->tap = settings->address = settings->gateway = settings->dns = NULL;
    if (!strcmp(text, "none")) {
        settings->net = NET_NONE;
    } else if (!strcmp(text, "user")) {
        settings->net = NET_USER;
    } else if (!strcmp(text, "tap")) {
        settings->net = NET_TAP;
    } else if (!strncmp(text, "tap:", 4)) {
        return set_tap(settings, arena_strdup(&settings->arena, text + 4));
    } else {
        return "none, user, tap or tap:NAME was expected";
    }
    return NULL;
}
