/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys of the whole image: gate, sharing, memory, command line and so on. */
#include <string.h>

#include "config/read.h"
#include "util/vec.h"
#include "yaml/read.h"

static const char *const mechanisms[] = {"none", "intel-mpk"};
static const char *const gates[] = {"full", "light"};
static const char *const sharings[] = {"dss", "shared-stack", "heap", "copy"};

const char *mechanism_name(enum mechanism mechanism) {
    return mechanisms[mechanism];
}

const char *gate_name(enum gate gate) {
    return gates[gate];
}

const char *sharing_name(enum sharing sharing) {
    return sharings[sharing];
}

const char *platform_name(enum platform platform) {
    return platform == PLATFORM_LINUX ? "linux" : "";
}

bool read_gate(struct config *config, const struct node *node, enum gate *gate) {
    unsigned index;
    if (!read_word(&config->arena, node, "gate", gates, 2, &index)) {
        return false;
    }
    *gate = (enum gate)index;
    return true;
}

bool read_sharing(struct config *config, const struct node *node, enum sharing *sharing) {
    unsigned index;
    if (!read_word(&config->arena, node, "sharing", sharings, 4, &index)) {
        return false;
    }
    *sharing = (enum sharing)index;
    return true;
}

/* A word of which only the first exists in this version. */
static bool read_platform(struct config *config, const struct node *node) {
    static const char *const words[] = {"linux", "kvm"};
    unsigned index;
    if (!read_word(&config->arena, node, "platform", words, 2, &index)) {
        return false;
    }
    if (index != 0) {
        DIAG(node->loc, CONFIG_PLATFORM_LATER, NULL, words[index]);
        return false;
    }
    config->platform = PLATFORM_LINUX;
    return true;
}

static bool read_on_fault(struct config *config, const struct node *node) {
    static const char *const words[] = {"stop", "unwind", "restart"};
    unsigned index;
    if (!read_word(&config->arena, node, "on_fault", words, 3, &index)) {
        return false;
    }
    if (index != 0) {
        DIAG(node->loc, CONFIG_ON_FAULT_LATER, NULL, words[index]);
        return false;
    }
    config->on_fault = ON_FAULT_STOP;
    return true;
}

static bool read_memory(struct config *config, const struct node *node) {
    uint64_t size;
    if (!read_size(&config->arena, node, "memory", &size)) {
        return false;
    }
    if (size < (uint64_t)16 << 20 || size > (uint64_t)64 << 30) {
        DIAG(node->loc, VALUE_RANGE, NULL, node->text, "memory", "16M to 64G");
        return false;
    }
    config->memory = size;
    return true;
}

static bool read_stack(struct config *config, const struct node *node) {
    uint64_t size;
    if (!read_size(&config->arena, node, "stack", &size)) {
        return false;
    }
    if (size < 32 << 10 || size > 64 << 20 || (size & (size - 1)) != 0) {
        DIAG(node->loc, VALUE_RANGE, NULL, node->text, "stack", "a power of two from 32K to 64M");
        return false;
    }
    config->stack = size;
    return true;
}

/* Splits a string as a shell would, without expansions; quotes join, a backslash quotes the next.
 */
static bool split_words(struct arena *arena, const char *s, struct strings *words) {
    char *word = arena_alloc(arena, strlen(s) + 1);
    size_t n = 0;
    char quote = '\0';
    bool open = false;
    for (;; s++) {
        if (*s == '\0' || (quote == '\0' && strchr(" \t\n", *s) != NULL)) {
            if (open) {
                vec_push(words, arena_strndup(arena, word, n));
                open = false;
                n = 0;
            }
            if (*s == '\0') {
                return quote == '\0';
            }
        } else if (quote != '\0' ? *s == quote : *s == '\'' || *s == '"') {
            quote = quote != '\0' ? '\0' : *s;
            open = true;
        } else {
            s += *s == '\\' && quote != '\'' && s[1] != '\0';
            word[n++] = *s;
            open = true;
        }
    }
}

static bool read_cmdline(struct config *config, const struct node *node) {
    static const char expected[] = "a string or a list of strings";
    struct strings words = {0};
    const char *text;
    bool good = true;
    if (node->kind == NODE_LIST) {
        for (size_t i = 0; i < node->count && good; i++) {
            good = read_text(&config->arena, node->items[i].value, "cmdline", "a string", &text);
            if (good) {
                vec_push(&words, text);
            }
        }
    } else if (node->kind != NODE_NULL) {
        good = read_text(&config->arena, node, "cmdline", expected, &text);
        if (good && !split_words(&config->arena, text, &words)) {
            DIAG(node->loc, CONFIG_CMDLINE, NULL);
            good = false;
        }
    }
    config->cmdline = arena_alloc(&config->arena, words.n * sizeof *words.v);
    config->cmdline_count = words.n;
    if (words.n > 0) {
        memcpy(config->cmdline, words.v, words.n * sizeof *words.v);
    }
    vec_free(&words);
    return good;
}

bool read_image_keys(struct config *config, const struct node *root, struct given *given) {
    bool good = true;
    config->memory = (uint64_t)256 << 20;
    config->stack = 256 << 10;
    config->interface_checks = true;
    config->net = NET_USER;
    for (size_t i = 0; i < root->count; i++) {
        const char *key = root->items[i].key->text;
        const struct node *value = root->items[i].value;
        if (strcmp(key, "platform") == 0) {
            good = read_platform(config, value) && good;
        } else if (strcmp(key, "gate") == 0) {
            given->gate = value;
        } else if (strcmp(key, "sharing") == 0) {
            given->sharing = value;
        } else if (strcmp(key, "interface_checks") == 0) {
            given->interface_checks = value;
            good = read_bool(&config->arena, value, key, &config->interface_checks) && good;
        } else if (strcmp(key, "memory") == 0) {
            good = read_memory(config, value) && good;
        } else if (strcmp(key, "stack") == 0) {
            good = read_stack(config, value) && good;
        } else if (strcmp(key, "ports") == 0) {
            good = read_ports(config, value) && good;
        } else if (strcmp(key, "volumes") == 0) {
            good = read_volumes(config, value) && good;
        } else if (strcmp(key, "net") == 0) {
            good = read_net(config, value) && good;
        } else if (strcmp(key, "cmdline") == 0) {
            good = read_cmdline(config, value) && good;
        } else if (strcmp(key, "on_fault") == 0) {
            good = read_on_fault(config, value) && good;
        }
    }
    return good;
}
