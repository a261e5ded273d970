/* SPDX-License-Identifier: BSD-3-Clause */
/* Rules across keys: defaults, one mechanism, what has no effect, what contradicts. */
#include "config/read.h"

#include "yaml/read.h"

static bool check_default(struct config *config) {
    struct config_compartment *first = NULL;
    bool good = true;
    if (config->compartment_count == 1) {
        config->compartments[0].is_default = true;
    }
    const char **names = arena_alloc(&config->arena, config->compartment_count * sizeof *names);
    for (size_t i = 0; i < config->compartment_count; i++) {
        struct config_compartment *c = &config->compartments[i];
        names[i] = c->name;
        if (c->is_default && first != NULL) {
            DIAG(c->default_loc, CONFIG_DEFAULT_TWICE, NULL, first->name);
            good = false;
        } else if (c->is_default) {
            first = c;
            config->default_compartment = c->number;
        }
    }
    if (first == NULL) {
        DIAG(config->compartments[0].loc, CONFIG_DEFAULT_NONE, NULL,
             word_list(&config->arena, names, config->compartment_count));
        good = false;
    }
    return good;
}

/* All compartments have the same mechanism, which is then the image's. */
static bool check_mechanism(struct config *config) {
    const struct config_compartment *first = NULL;
    bool good = true;
    for (size_t i = 0; i < config->compartment_count && first == NULL; i++) {
        first = config->compartments[i].mechanism_given ? &config->compartments[i] : NULL;
    }
    config->mechanism = first != NULL ? first->mechanism : MECHANISM_NONE;
    for (size_t i = 0; i < config->compartment_count; i++) {
        const struct config_compartment *c = &config->compartments[i];
        if (c->mechanism == config->mechanism) {
            continue;
        }
        if (c->mechanism_given) {
            DIAG(c->mechanism_loc, CONFIG_MECHANISM_MIXED, NULL, mechanism_name(c->mechanism),
                 mechanism_name(first->mechanism), first->name);
        } else {
            DIAG(c->loc, CONFIG_MECHANISM_MISSING, NULL, c->name, mechanism_name(first->mechanism),
                 first->name);
        }
        good = false;
    }
    if (config->mechanism == MECHANISM_INTEL_MPK &&
        config->compartment_count > CONFIG_MAX_COMPARTMENTS) {
        DIAG(config->compartments[CONFIG_MAX_COMPARTMENTS].loc, CONFIG_COMPARTMENT_COUNT, NULL,
             config->compartment_count, (int)CONFIG_MAX_COMPARTMENTS);
        good = false;
    }
    return good;
}

static bool check_used(const struct config *config) {
    bool good = true;
    for (size_t i = 0; i < config->compartment_count; i++) {
        const struct config_compartment *c = &config->compartments[i];
        bool used = c->is_default;
        for (size_t j = 0; j < config->library_count; j++) {
            used = used || config->libraries[j].compartment == c->number;
        }
        if (!used) {
            DIAG(c->loc, CONFIG_COMPARTMENT_UNUSED, NULL, c->name);
            good = false;
        }
    }
    return good;
}

static bool no_effect(const struct node *node, const char *key) {
    if (node == NULL) {
        return true;
    }
    DIAG(node->loc, CONFIG_NO_EFFECT, NULL, key);
    return false;
}

/* The gate and sharing of one compartment: its own, else the image's, else what fits. */
static bool resolve_gate(struct config *config, struct config_compartment *c,
                         const struct node *gate, const struct node *sharing) {
    if (gate != NULL) {
        if (!read_gate(config, gate, &c->gate)) {
            return false;
        }
        c->gate_loc = gate->loc;
    }
    c->sharing = c->gate == GATE_LIGHT ? SHARING_SHARED_STACK : SHARING_DSS;
    if (sharing != NULL) {
        if (!read_sharing(config, sharing, &c->sharing)) {
            return false;
        }
        c->sharing_loc = sharing->loc;
    }
    if (c->gate == GATE_LIGHT && c->sharing == SHARING_DSS) {
        DIAG(c->sharing_loc, CONFIG_LIGHT_DSS, NULL, c->name);
        return false;
    }
    return true;
}

static bool check_gates(struct config *config, const struct given *given) {
    bool none = config->mechanism == MECHANISM_NONE;
    enum gate gate;
    enum sharing sharing;
    bool good = given->gate == NULL || read_gate(config, given->gate, &gate);
    good = (given->sharing == NULL || read_sharing(config, given->sharing, &sharing)) && good;
    if (none && good) {
        good = no_effect(given->gate, "gate");
        good = no_effect(given->sharing, "sharing") && good;
        good = no_effect(given->interface_checks, "interface_checks") && good;
    }
    for (size_t i = 0; i < config->compartment_count && i < CONFIG_MAX_COMPARTMENTS && good; i++) {
        const struct node *own_gate = given->compartment_gate[i + 1];
        const struct node *own_sharing = given->compartment_sharing[i + 1];
        if (none) {
            good = no_effect(own_gate, "gate");
            good = no_effect(own_sharing, "sharing") && good;
        } else {
            good = resolve_gate(config, &config->compartments[i], own_gate ? own_gate : given->gate,
                                own_sharing ? own_sharing : given->sharing);
        }
    }
    return good;
}

static bool check_net(const struct config *config) {
    if (config->port_count > 0 && config->net != NET_USER) {
        DIAG(config->ports[0].loc, CONFIG_PORT_NET, NULL, config->net == NET_TAP ? "tap" : "none");
        return false;
    }
    return true;
}

bool check_config(struct config *config, const struct given *given) {
    bool good = check_default(config);
    good = check_mechanism(config) && good;
    good = good && check_used(config);
    good = check_gates(config, given) && good;
    return check_net(config) && good;
}
