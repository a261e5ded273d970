/* SPDX-License-Identifier: BSD-3-Clause */
/* What the image sees of the host: ports, volumes, network. */
#include <ctype.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "config/read.h"
#include "util/file.h"
#include "util/str.h"
#include "yaml/read.h"

/* A scalar alone or a list of scalars; the nodes, from the arena. */
static bool list_items(struct config *config, const struct node *node, const char *key,
                       const char *expected, const struct node ***items, size_t *count) {
    bool list = node->kind == NODE_LIST;
    if (!list && node->kind != NODE_SCALAR) {
        DIAG(node->loc, VALUE_TYPE, NULL, node_describe(&config->arena, node), key, expected);
        return false;
    }
    *count = list ? node->count : 1;
    *items = arena_alloc(&config->arena, *count * sizeof **items);
    for (size_t i = 0; i < *count; i++) {
        const char *text;
        (*items)[i] = list ? node->items[i].value : node;
        if (!read_text(&config->arena, (*items)[i], key, "an item in quotes or without blanks",
                       &text)) {
            return false;
        }
    }
    return true;
}

/* Takes a port number off the end of the text, which is cut before it. */
static bool take_port(char *text, uint16_t *port) {
    char *colon = strrchr(text, ':');
    char *digits = colon != NULL ? colon + 1 : text;
    size_t n = strlen(digits);
    unsigned long value = strtoul(digits, NULL, 10);
    if (n == 0 || n > 5 || strspn(digits, "0123456789") != n || value == 0 || value > 65535) {
        return false;
    }
    *port = (uint16_t)value;
    *(colon != NULL ? colon : text) = '\0';
    return true;
}

static bool is_address(const char *text) {
    unsigned parts = 0;
    while (parts < 4) {
        size_t digits = strspn(text, "0123456789");
        if (digits == 0 || digits > 3 || atoi(text) > 255) {
            return false;
        }
        parts++;
        text += digits;
        if (*text != (parts < 4 ? '.' : '\0')) {
            return false;
        }
        text += parts < 4;
    }
    return true;
}

static bool parse_port(struct config *config, const struct node *node, struct config_port *port) {
    char *text = arena_strdup(&config->arena, node->text);
    char *slash = strchr(text, '/');
    *port = (struct config_port){.host_address = "127.0.0.1", .loc = node->loc};
    if (slash != NULL) {
        *slash = '\0';
        port->udp = strcmp(slash + 1, "udp") == 0;
        if (!port->udp && strcmp(slash + 1, "tcp") != 0) {
            return false;
        }
    }
    if (strchr(text, ':') == NULL || !take_port(text, &port->guest) ||
        !take_port(text, &port->host)) {
        return false;
    }
    if (*text != '\0') {
        port->host_address = text;
        return is_address(text);
    }
    return true;
}

bool read_ports(struct config *config, const struct node *node) {
    const struct node **items;
    size_t count;
    bool good = true;
    if (!list_items(config, node, "ports", "a list such as [\"8080:80\"]", &items, &count)) {
        return false;
    }
    config->ports = arena_alloc(&config->arena, count * sizeof *config->ports);
    for (size_t i = 0; i < count; i++) {
        struct config_port *port = &config->ports[config->port_count];
        if (!parse_port(config, items[i], port)) {
            DIAG(items[i]->loc, CONFIG_PORT, NULL, items[i]->text);
            good = false;
            continue;
        }
        for (size_t j = 0; j < config->port_count; j++) {
            const struct config_port *other = &config->ports[j];
            if (other->host == port->host && other->udp == port->udp &&
                strcmp(other->host_address, port->host_address) == 0) {
                DIAG(port->loc, CONFIG_PORT_TWICE, NULL, port->host, other->loc.line);
                good = false;
            }
        }
        config->port_count++;
    }
    return good;
}

static bool parse_volume(struct config *config, const struct node *node,
                         struct config_volume *volume) {
    char *text = arena_strdup(&config->arena, node->text);
    *volume = (struct config_volume){.loc = node->loc};
    if (str_ends(text, ":ro")) {
        text[strlen(text) - 3] = '\0';
        volume->read_only = true;
    }
    char *colon = strrchr(text, ':');
    if (colon == NULL || colon == text || colon[1] != '/' || strstr(colon, "/../") != NULL ||
        str_ends(colon, "/..")) {
        DIAG(node->loc, CONFIG_VOLUME, NULL, node->text);
        return false;
    }
    *colon = '\0';
    volume->guest = colon + 1;
    char *host = path_join(config->directory, text);
    volume->host = arena_strdup(&config->arena, host);
    free(host);
    if (!file_is_directory(volume->host)) {
        DIAG(node->loc, CONFIG_VOLUME_FOLDER, NULL, text);
        return false;
    }
    return true;
}

bool read_volumes(struct config *config, const struct node *node) {
    const struct node **items;
    size_t count;
    bool good = true;
    if (!list_items(config, node, "volumes", "a list such as [./data:/data]", &items, &count)) {
        return false;
    }
    config->volumes = arena_alloc(&config->arena, count * sizeof *config->volumes);
    for (size_t i = 0; i < count; i++) {
        struct config_volume *volume = &config->volumes[config->volume_count];
        if (!parse_volume(config, items[i], volume)) {
            good = false;
            continue;
        }
        for (size_t j = 0; j < config->volume_count; j++) {
            if (strcmp(config->volumes[j].guest, volume->guest) == 0) {
                DIAG(volume->loc, CONFIG_VOLUME_TWICE, NULL, volume->guest,
                     config->volumes[j].loc.line);
                good = false;
            }
        }
        config->volume_count++;
    }
    return good;
}

static bool is_interface(const char *name, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!isalnum((unsigned char)name[i]) && strchr("-_.", name[i]) == NULL) {
            return false;
        }
    }
    return n > 0 && n < IF_NAMESIZE;
}

/* NAME[,ADDRESS/PREFIX[,GATEWAY[,DNS]]], as the platform takes it. */
static bool is_tap(struct config *config, const char *text) {
    size_t n = strcspn(text, ",");
    bool good = is_interface(text, n);
    text += n;
    for (unsigned field = 1; good && *text == ','; field++) {
        n = strcspn(++text, ",");
        char *address = arena_strndup(&config->arena, text, n);
        char *slash = strchr(address, '/');
        if (slash != NULL) {
            *slash++ = '\0';
            size_t digits = strspn(slash, "0123456789");
            good = digits > 0 && digits < 3 && slash[digits] == '\0' && atoi(slash) <= 32;
        }
        good = good && field <= 3 && is_address(address) && (slash != NULL) == (field == 1);
        text += n;
    }
    return good;
}

bool read_net(struct config *config, const struct node *node) {
    static const char *const words[] = {"none", "user", "tap"};
    const char *text;
    if (!read_text(&config->arena, node, "net", "none, user, tap or tap:NAME", &text)) {
        return false;
    }
    if (strcmp(text, "none") == 0) {
        config->net = NET_NONE;
    } else if (strcmp(text, "user") == 0) {
        config->net = NET_USER;
    } else if (strcmp(text, "tap") == 0) {
        config->net = NET_TAP;
    } else if (str_starts(text, "tap:") && is_tap(config, text + 4)) {
        config->net = NET_TAP;
        config->tap = text + 4;
    } else {
        DIAG(node->loc, CONFIG_NET, diag_nearest(text, words, 3), text);
        return false;
    }
    return true;
}
