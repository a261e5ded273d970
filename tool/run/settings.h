/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How an image is to be run: what its configuration says about ports, volumes, network and command
 * line, and what the command line of `flexos run` adds. The configuration's part is kept beside the
 * image (IMAGE.run.json), so that `flexos run IMAGE` does the same as `flexos run CONFIG`.
 */
#ifndef FLEXOS_TOOL_RUN_SETTINGS_H
#define FLEXOS_TOOL_RUN_SETTINGS_H

#include "config/config.h"
#include "util/mem.h"
#include "util/vec.h"

struct settings {
    struct arena arena;
    const char *name; /* of the configuration */
    VEC(struct config_port) ports;
    VEC(struct config_volume) volumes;
    struct strings cmdline;
    enum net net;
    const char *tap;           /* interface; NULL: any free name */
    const char *address;       /* of the image on a TAP: A/PREFIX, or NULL: DHCP */
    const char *gateway, *dns; /* or NULL */
};

void settings_free(struct settings *settings);

/* What the configuration says. */
void settings_from_config(struct settings *settings, const struct config *config);

/* IMAGE.run.json. Both return 0 or a negative errno; a file that is not there is no error. */
int settings_save(const struct settings *settings, const char *image);
int settings_load(struct settings *settings, const char *image);

/*
 * Additions of the command line. A port or volume for the same place in the image replaces the one
 * of the file. They return NULL, or what was expected.
 */
const char *settings_add_port(struct settings *settings, const char *text);
const char *settings_add_volume(struct settings *settings, const char *text);
const char *settings_set_net(struct settings *settings, const char *text);

#endif
