/* SPDX-License-Identifier: BSD-3-Clause */
/* Node numbers and paths. Node numbers never come twice; records are found by a table of slots. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <flexos/platform.h>

#include "volume.h"

#define CHAINS 4096u
#define UNUSED_MAX 4096u /* nodes that are kept although nothing refers to them */

static struct node *chains[CHAINS];
static struct node **slots;
static uint32_t slot_count, generation;
static uint32_t *free_slots, free_count;
static struct node *newest, *oldest;
static unsigned unused;
static struct node
    *warm; /* the one unused node that keeps its handle: open() follows O_TRUNC, O_CREAT */
static struct node *roots[FLEXOS_VOLUME_MAX];

static struct node **chain_of(const struct node *parent, const char *name) {
    uint64_t hash = (uint64_t)(uintptr_t)parent * 0x9e3779b97f4a7c15u;

    while (*name) {
        hash = (hash ^ (unsigned char)*name++) * 0x100000001b3u;
    }
    return &chains[(hash ^ hash >> 29) % CHAINS];
}

static bool take_slot(struct node *node) {
    uint32_t slot;

    if (!free_count) {
        uint32_t wanted = slot_count ? slot_count * 2 : 256;
        void *p = realloc(slots, wanted * sizeof(struct node *));

        if (!p) {
            return false;
        }
        slots = p;
        p = realloc(free_slots, wanted * sizeof(uint32_t));
        if (!p) {
            return false;
        }
        free_slots = p;
        while (slot_count < wanted) {
            slots[slot_count] = NULL;
            free_slots[free_count++] = slot_count++;
        }
    }
    slot = free_slots[--free_count];
    slots[slot] = node;
    node->id = (uint64_t)++generation << 32 | (slot + 1);
    return true;
}

static void unhash(struct node *node) {
    struct node **at;

    if (!node->parent) {
        return;
    }
    for (at = chain_of(node->parent, node->name); *at; at = &(*at)->next_in_chain) {
        if (*at == node) {
            *at = node->next_in_chain;
            return;
        }
    }
}

static void leave_unused(struct node *node) {
    if (node->idle) {
        *(node->newer ? &node->newer->older : &newest) = node->older;
        *(node->older ? &node->older->newer : &oldest) = node->newer;
        node->idle = false;
        unused--;
    }
}

static void settle(struct node *node);

static void destroy(struct node *node) {
    struct node *parent = node->parent;
    uint32_t slot = (uint32_t)node->id - 1;

    leave_unused(node);
    warm = warm == node ? NULL : warm;
    if (!node->removed) {
        unhash(node);
    }
    slots[slot] = NULL;
    free_slots[free_count++] = slot;
    handle_close_all(node);
    free(node->name);
    free(node);
    if (parent) {
        parent->children--;
        settle(parent);
    }
}

/* A node to which nothing refers any more is kept for a while, or goes at once when its name is
 * gone. */
static void settle(struct node *node) {
    if (node->children || node->opens || node->users || !node->parent) {
        return;
    }
    if (node->removed) {
        destroy(node);
        return;
    }
    if (!node->idle) {
        node->idle = true;
        node->newer = NULL;
        node->older = newest;
        *(newest ? &newest->newer : &oldest) = node;
        newest = node;
        unused++;
    }
    if (node->handle != NO_HANDLE && warm != node) {
        struct node *cold = warm;

        warm = node;
        if (cold && cold->idle) {
            handle_close_all(cold);
        }
    }
    if (unused > UNUSED_MAX) {
        destroy(oldest);
    }
}

static struct node *make_node(unsigned volume, struct node *parent, const char *name) {
    struct node *node = calloc(1, sizeof(*node));

    if (!node) {
        return NULL;
    }
    node->name = strdup(name);
    if (!node->name || !take_slot(node)) {
        free(node->name);
        free(node);
        return NULL;
    }
    node->volume = volume;
    node->handle = node->append_handle = NO_HANDLE;
    node->parent = parent;
    if (parent) {
        struct node **chain = chain_of(parent, name);

        node->next_in_chain = *chain;
        *chain = node;
        parent->children++;
        leave_unused(parent);
    }
    return node;
}

struct node *node_root(unsigned volume) {
    if (!roots[volume]) {
        roots[volume] = make_node(volume, NULL, "");
    }
    return roots[volume];
}

struct node *node_use(uint64_t instance, uint64_t id) {
    uint32_t slot = (uint32_t)id - 1;
    struct node *node = slot < slot_count ? slots[slot] : NULL;

    if (!node || node->id != id || node->volume != instance) {
        return NULL;
    }
    node->users++;
    leave_unused(node);
    return node;
}

void node_done(struct node *node) {
    node->users--;
    settle(node);
}

/* The node of a name, in use, NULL if there is none yet (or no memory to make it). */
struct node *node_child(struct node *parent, const char *name, bool make) {
    struct node *node;

    for (node = *chain_of(parent, name); node; node = node->next_in_chain) {
        if (node->parent == parent && strcmp(node->name, name) == 0) {
            break;
        }
    }
    if (!node && make) {
        node = make_node(parent->volume, parent, name);
    }
    if (node) {
        node->users++;
        leave_unused(node);
    }
    return node;
}

void node_removed(struct node *node) {
    if (!node->removed) {
        unhash(node);
        node->removed = true;
    }
}

int node_move(struct node *node, struct node *parent, const char *name) {
    struct node *old = node->parent, **chain;
    char *copy = strdup(name);

    if (!copy) {
        return -ENOMEM;
    }
    unhash(node);
    free(node->name);
    node->name = copy;
    node->parent = parent;
    parent->children++;
    chain = chain_of(parent, name);
    node->next_in_chain = *chain;
    *chain = node;
    old->children--;
    settle(old);
    return 0;
}

int node_path(const struct node *node, const char *name, char path[PATH_ROOM]) {
    size_t at = PATH_ROOM - 1, length;

    path[at] = '\0';
    for (;;) {
        if (name) {
            length = strlen(name);
            if (length + 1 > at) {
                return -ENAMETOOLONG;
            }
            if (path[at]) {
                path[--at] = '/';
            }
            at -= length;
            memcpy(path + at, name, length);
        }
        if (!node->parent) {
            break;
        }
        if (node->removed) {
            return -ENOENT;
        }
        name = node->name;
        node = node->parent;
    }
    memmove(path, path + at, PATH_ROOM - at);
    return 0;
}

bool node_below(const struct node *node, const struct node *above) {
    while (node && node != above) {
        node = node->parent;
    }
    return node;
}
