/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of config_load: each reads a block of the shaped tree into the configuration. */
#ifndef FLEXOS_TOOL_CONFIG_READ_H
#define FLEXOS_TOOL_CONFIG_READ_H

#include "config/config.h"
#include "yaml/tree.h"

/* What the file said, which the resulting values alone do not tell. A NULL node: not given. */
struct given {
    const struct node *gate, *sharing, *interface_checks;
    const struct node *compartment_gate[CONFIG_MAX_COMPARTMENTS + 1]; /* first ones are enough */
    const struct node *compartment_sharing[CONFIG_MAX_COMPARTMENTS + 1];
};

/* Reads keys of the whole image (config/image.c). */
bool read_image_keys(struct config *config, const struct node *root, struct given *given);

/* Reads compartments and libraries (config/blocks.c). */
bool read_compartments(struct config *config, const struct node *root, struct given *given);
bool read_libraries(struct config *config, const struct node *root);

bool read_gate(struct config *config, const struct node *node, enum gate *gate);
bool read_sharing(struct config *config, const struct node *node, enum sharing *sharing);

/* ports, volumes, net (config/outside.c) */
bool read_ports(struct config *config, const struct node *node);
bool read_volumes(struct config *config, const struct node *node);
bool read_net(struct config *config, const struct node *node);

/* Rules across keys that need no manifest (config/check.c). */
bool check_config(struct config *config, const struct given *given);

#endif
