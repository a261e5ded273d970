/* SPDX-License-Identifier: BSD-3-Clause */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include <flexos/flexos.h>

#define BUCKETS 64

struct entry {
    struct entry *next_in_bucket, *next;
    long count;
    char *key; /* on the shared heap: visitors read it */
};

struct table {
    struct entry *buckets[BUCKETS];
    struct entry *first, **end;
    size_t size;
};

static unsigned hash(const char *key) {
    unsigned value = 5381;

    while (*key)
        value = value * 33 + (unsigned char)*key++;
    return value % BUCKETS;
}

struct table *table_new(void) {
    struct table *table = calloc(1, sizeof *table);

    if (table)
        table->end = &table->first;
    return table;
}

void table_free(struct table *table) {
    if (!table)
        return;
    for (struct entry *entry = table->first; entry;) {
        struct entry *next = entry->next;

        flexos_free_shared(entry->key);
        free(entry);
        entry = next;
    }
    free(table);
}

long table_add(struct table *table, const char *key) {
    struct entry **bucket = &table->buckets[hash(key)];

    for (struct entry *entry = *bucket; entry; entry = entry->next_in_bucket)
        if (strcmp(entry->key, key) == 0)
            return ++entry->count;
    struct entry *entry = malloc(sizeof *entry);
    char *copy = flexos_malloc_shared(strlen(key) + 1);

    if (!entry || !copy) {
        free(entry);
        if (copy)
            flexos_free_shared(copy);
        return -1;
    }
    strcpy(copy, key);
    *entry = (struct entry){.next_in_bucket = *bucket, .count = 1, .key = copy};
    *bucket = entry;
    *table->end = entry;
    table->end = &entry->next;
    table->size++;
    return 1;
}

size_t table_size(const struct table *table) {
    return table->size;
}

void table_each(const struct table *table, void (*visit)(const char *, long, void *), void *cookie) {
    for (const struct entry *entry = table->first; entry; entry = entry->next)
        visit(entry->key, entry->count, cookie);
}
