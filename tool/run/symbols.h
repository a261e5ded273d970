/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The symbols of an image, by address and by name. Several names may stand for one place (aliases
 * for gates, instances of replicated libraries); the plainest is shown, without what the link step
 * added.
 */
#ifndef FLEXOS_TOOL_RUN_SYMBOLS_H
#define FLEXOS_TOOL_RUN_SYMBOLS_H

#include <libelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol {
    uint64_t start, size;
    const char *name; /* as in the file */
    char *shown;      /* made when it is asked for */
    bool typed;       /* a function or an object */
};

struct symbols {
    struct symbol *list; /* sorted by start */
    size_t count;
};

/* Names point into the file, which must stay open. */
void symbols_load(struct symbols *symbols, Elf *elf);
void symbols_free(struct symbols *symbols);

/* The symbol that covers the address, or NULL. Its `shown` is set. */
const struct symbol *symbols_at(const struct symbols *symbols, uint64_t address);
const struct symbol *symbols_named(const struct symbols *symbols, const char *name);

#endif
