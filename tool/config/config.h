/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A configuration: which libraries share a compartment, which mechanism separates the compartments,
 * how data is shared. config_load reads and checks the file on its own; whether libraries exist and
 * fit together is checked by plan_make (config/plan.h), which reads their manifests.
 *
 * Names are without the `lib` prefix. Every value carries the place where the user wrote it;
 * defaults carry the place of the file.
 */
#ifndef FLEXOS_TOOL_CONFIG_H
#define FLEXOS_TOOL_CONFIG_H

#include "diag/diag.h"
#include "util/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum mechanism { MECHANISM_NONE, MECHANISM_INTEL_MPK };
enum gate { GATE_FULL, GATE_LIGHT };
enum sharing { SHARING_DSS, SHARING_SHARED_STACK, SHARING_HEAP, SHARING_COPY };
enum platform { PLATFORM_LINUX };
enum net { NET_NONE, NET_USER, NET_TAP };
enum on_fault { ON_FAULT_STOP };

/* Sets of hardenings; none exists yet, so every set is empty in this version. */
typedef unsigned hardening_set;

enum { CONFIG_MAX_COMPARTMENTS = 13 };

struct config_compartment {
    const char *name;
    unsigned number; /* 1.. in the order of the file */
    enum mechanism mechanism;
    bool mechanism_given; /* the file says it */
    bool is_default;
    enum gate gate;
    enum sharing sharing;
    hardening_set hardening;
    struct loc loc, mechanism_loc, default_loc, gate_loc, sharing_loc;
};

struct config_library {
    const char *name;     /* without lib prefix */
    const char *written;  /* as the user wrote it */
    unsigned compartment; /* number; 0 when the file only names the library: the default one */
    hardening_set hardening;
    struct loc loc, compartment_loc;
};

struct config_port {          /* HOST:GUEST[/tcp|udp], HOST may be ADDRESS:PORT */
    const char *host_address; /* "127.0.0.1" unless given */
    uint16_t host, guest;
    bool udp;
    struct loc loc;
};

struct config_volume { /* HOST-DIRECTORY:GUEST-PATH[:ro] */
    const char *host;  /* absolute, or relative to the configuration's folder, resolved */
    const char *guest; /* absolute */
    bool read_only;
    struct loc loc;
};

struct config {
    struct arena arena;
    const char *path;      /* of the file, as given */
    const char *directory; /* of the file */
    const char *name;      /* base name without .yaml */

    struct config_compartment *compartments; /* [0..n), number = index + 1; never empty */
    size_t compartment_count;
    unsigned default_compartment; /* number */
    struct config_library *libraries;
    size_t library_count;

    enum platform platform;
    enum mechanism mechanism; /* of the whole image: intel-mpk when any compartment has it */
    bool interface_checks;
    uint64_t memory; /* bytes that the image may use */
    uint64_t stack;  /* bytes of a stack slot, a power of two */
    struct config_port *ports;
    size_t port_count;
    struct config_volume *volumes;
    size_t volume_count;
    enum net net;
    const char *tap; /* NAME[,ADDRESS/PREFIX[,GATEWAY[,DNS]]]; NULL with NET_TAP: any free name */
    const char **cmdline; /* arguments after argv[0] */
    size_t cmdline_count;
    enum on_fault on_fault;
};

struct config_option { /* --set KEY=VALUE, --platform VALUE: added to the file */
    const char *flag;  /* "--set" or "--platform", for messages */
    const char *text;
};

/* NULL after diagnostics were printed. Freed by config_free. */
struct config *config_load(const char *path, const struct config_option *options, size_t count);
void config_free(struct config *config);

const struct config_compartment *config_compartment(const struct config *config, unsigned number);

const char *mechanism_name(enum mechanism mechanism);
const char *gate_name(enum gate gate);
const char *sharing_name(enum sharing sharing);
const char *platform_name(enum platform platform);

#endif
