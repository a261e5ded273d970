/* SPDX-License-Identifier: BSD-3-Clause */
/* IMAGE.run.json, the configuration's part of the run settings; see settings.h. */
#include "run/settings.h"

#include "util/file.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define VERSION 1

static const char *const net_names[] = {
    [NET_NONE] = "none", [NET_USER] = "user", [NET_TAP] = "tap"};

static void add_text(cJSON *to, const char *key, const char *text) {
    if (text) {
        cJSON_AddStringToObject(to, key, text);
    }
}

int settings_save(const struct settings *settings, const char *image) {
    cJSON *root = cJSON_CreateObject();
    cJSON_AddNumberToObject(root, "version", VERSION);
    add_text(root, "name", settings->name);
    add_text(root, "net", net_names[settings->net]);
    add_text(root, "tap", settings->tap);
    add_text(root, "address", settings->address);
    add_text(root, "gateway", settings->gateway);
    add_text(root, "dns", settings->dns);
    cJSON *ports = cJSON_AddArrayToObject(root, "ports");
    for (size_t i = 0; i < settings->ports.n; i++) {
        const struct config_port *port = &settings->ports.v[i];
        cJSON *item = cJSON_CreateObject();
        add_text(item, "address", port->host_address);
        cJSON_AddNumberToObject(item, "host", port->host);
        cJSON_AddNumberToObject(item, "guest", port->guest);
        cJSON_AddBoolToObject(item, "udp", port->udp);
        cJSON_AddItemToArray(ports, item);
    }
    cJSON *volumes = cJSON_AddArrayToObject(root, "volumes");
    for (size_t i = 0; i < settings->volumes.n; i++) {
        const struct config_volume *volume = &settings->volumes.v[i];
        cJSON *item = cJSON_CreateObject();
        add_text(item, "host", volume->host);
        add_text(item, "guest", volume->guest);
        cJSON_AddBoolToObject(item, "read_only", volume->read_only);
        cJSON_AddItemToArray(volumes, item);
    }
    cJSON *cmdline = cJSON_AddArrayToObject(root, "cmdline");
    for (size_t i = 0; i < settings->cmdline.n; i++) {
        cJSON_AddItemToArray(cmdline, cJSON_CreateString(settings->cmdline.v[i]));
    }

    char *text = cJSON_Print(root), *path = xasprintf("%s.run.json", image);
    cJSON_Delete(root);
    int error = text ? file_write(path, text, strlen(text)) : -ENOMEM;
    cJSON_free(text);
    free(path);
    return error;
}

static const char *text_of(struct settings *settings, const cJSON *from, const char *key) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(from, key));
    return text ? arena_strdup(&settings->arena, text) : NULL;
}

static int number_of(const cJSON *from, const char *key) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(from, key);
    return cJSON_IsNumber(item) ? item->valueint : 0;
}

static bool is_true(const cJSON *from, const char *key) {
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(from, key));
}

static void read_root(struct settings *settings, const cJSON *root) {
    const cJSON *item;
    const char *net = text_of(settings, root, "net");
    for (size_t i = 0; net && i < sizeof net_names / sizeof *net_names; i++) {
        if (!strcmp(net, net_names[i])) {
            settings->net = (enum net)i;
        }
    }
    settings->name = text_of(settings, root, "name");
    settings->tap = text_of(settings, root, "tap");
    settings->address = text_of(settings, root, "address");
    settings->gateway = text_of(settings, root, "gateway");
    settings->dns = text_of(settings, root, "dns");
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, "ports")) {
        struct config_port port = {.host_address = text_of(settings, item, "address"),
                                   .host = (uint16_t)number_of(item, "host"),
                                   .guest = (uint16_t)number_of(item, "guest"),
                                   .udp = is_true(item, "udp")};
        if (port.host_address) {
            vec_push(&settings->ports, port);
        }
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, "volumes")) {
        struct config_volume volume = {.host = text_of(settings, item, "host"),
                                       .guest = text_of(settings, item, "guest"),
                                       .read_only = is_true(item, "read_only")};
        if (volume.host && volume.guest) {
            vec_push(&settings->volumes, volume);
        }
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(root, "cmdline")) {
        if (cJSON_IsString(item)) {
            vec_push(&settings->cmdline, arena_strdup(&settings->arena, item->valuestring));
        }
    }
}

int settings_load(struct settings *settings, const char *image) {
    memset(settings, 0, sizeof *settings);
    settings->net = NET_USER;
    char *path = xasprintf("%s.run.json", image), *text;
    size_t size;
    int error = file_read(path, 1u << 20, &text, &size);
    free(path);
    if (error == -ENOENT) {
        return 0;
    }
    if (error < 0) {
        return error;
    }
    cJSON *root = cJSON_Parse(text);
    free(text);
    if (!root || number_of(root, "version") != VERSION) {
        cJSON_Delete(root);
        return -EBADMSG;
    }
    read_root(settings, root);
    cJSON_Delete(root);
    return 0;
}
