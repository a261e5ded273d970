/* SPDX-License-Identifier: BSD-3-Clause */
/* The cached index of an object: see index.h. */
#include "link/index.h"
#include "link/iface.h"

#include "link/code.h"
#include "util/file.h"
#include "util/str.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FORMAT "flexos-index 5." IFACE_FORMAT

/* The identity of an object: caches replace files, so inode, time and size tell versions apart. */
static int identity(const char *path, char text[128]) {
    struct stat st;
    if (stat(path, &st) != 0)
        return -errno;
    snprintf(text, 128, FORMAT " %" PRIu64 " %" PRIu64 " %" PRId64 ".%09ld", (uint64_t)st.st_ino,
             (uint64_t)st.st_size, (int64_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
    return 0;
}

static void write_prototype(struct strbuf *sb, const struct prototype *p) {
    const struct signature *s = &p->signature;
    sb_printf(sb, "P\t%s\t%d\t%u\t%" PRIu64 "\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%s\t%s\n",
              p->name, p->external + 2 * p->defined, p->section, p->value, s->prototyped,
              s->variadic, s->ireg, s->sse, s->result, s->obstacle, s->words, p->text, p->shape,
              p->reached, p->iface);
}

static void write_index(const struct index *index, const struct object *object, const char *path,
                        const char *head) {
    struct strbuf sb = {0};
    sb_printf(&sb, "%s\n", head);
    for (size_t i = 0; i < index->prototypes.n; i++)
        write_prototype(&sb, &index->prototypes.v[i]);
    for (size_t i = 1; i < object->section_count; i++)
        if (index->facts[i])
            sb_printf(&sb, "F\t%zu\t%u\t%" PRIu64 "\n", i, index->facts[i], index->fact_offset[i]);
    sb_add(&sb, "E\n");
    file_write(path, sb.s, sb.n); /* a cache that cannot be written costs time only */
    sb_free(&sb);
}

/* Cuts the next field off a line; "" at its end. */
static char *field(char **line) {
    char *start = *line, *end = strchr(start, '\t');
    if (end) {
        *end = 0;
        *line = end + 1;
    } else {
        *line = start + strlen(start);
    }
    return start;
}

static unsigned number_field(char **line) {
    return (unsigned)strtoul(field(line), NULL, 10);
}

static void read_prototype(struct index *index, char *line) {
    struct prototype p = {.name = field(&line)};
    unsigned flags = number_field(&line);
    p.external = flags & 1;
    p.defined = flags & 2;
    p.section = number_field(&line);
    p.value = strtoull(field(&line), NULL, 10);
    p.signature.known = true;
    p.signature.prototyped = number_field(&line) != 0;
    p.signature.variadic = number_field(&line) != 0;
    p.signature.ireg = (uint8_t)number_field(&line);
    p.signature.sse = (uint8_t)number_field(&line);
    p.signature.result = (uint8_t)number_field(&line);
    p.signature.obstacle = (uint8_t)number_field(&line);
    p.signature.words = (uint16_t)number_field(&line);
    p.text = field(&line);
    p.shape = field(&line);
    p.reached = field(&line);
    p.iface = field(&line);
    vec_push(&index->prototypes, p);
}

/* False when there is no complete, fitting cache; then the index is as before. */
static bool read_index(struct index *index, const struct object *object, const char *path,
                       const char *head) {
    char *text;
    size_t size;
    if (file_read(path, 0, &text, &size) != 0)
        return false;
    char *kept = arena_alloc(&index->arena, size + 1); /* the names stay in it */
    memcpy(kept, text, size + 1);
    free(text);
    char *line = kept, *end;
    bool complete = false, first = true;
    for (; (end = strchr(line, '\n')); line = end + 1) {
        *end = 0;
        char *rest = line;
        if (first) {
            first = false;
            if (strcmp(line, head) != 0)
                return false;
            continue;
        }
        char *kind = field(&rest);
        if (*kind == 'P') {
            read_prototype(index, rest);
        } else if (*kind == 'F') {
            unsigned section = number_field(&rest);
            if (section >= object->section_count)
                return false;
            index->facts[section] = (uint8_t)number_field(&rest);
            index->fact_offset[section] = strtoull(field(&rest), NULL, 10);
        } else if (*kind == 'E') {
            complete = true;
        }
    }
    return complete;
}

static int compare_places(const void *left, const void *right, void *context) {
    const struct index *index = context;
    uint32_t i = *(const uint32_t *)left, k = *(const uint32_t *)right;
    const struct prototype *a = &index->prototypes.v[i], *b = &index->prototypes.v[k];
    if (a->section != b->section)
        return a->section < b->section ? -1 : 1;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return i < k ? -1 : i > k;
}

static void make_tables(struct index *index) {
    index->order = xcalloc(index->prototypes.n + 1, sizeof *index->order);
    for (size_t i = 0; i < index->prototypes.n; i++) {
        const struct prototype *p = &index->prototypes.v[i];
        if (p->defined)
            index->order[index->order_count++] = (uint32_t)i;
        if (!p->external)
            continue;
        void **slot = map_put(&index->by_name, p->name);
        const struct prototype *old = *slot;
        if (!old || (p->defined && !old->defined))
            *slot = (void *)&index->prototypes.v[i];
    }
    if (index->order_count)
        qsort_r(index->order, index->order_count, sizeof *index->order, compare_places, index);
}

int index_load(struct index *index, const struct object *object) {
    char head[128];
    *index = (struct index){0};
    index->facts = xcalloc(object->section_count, sizeof *index->facts);
    index->fact_offset = xcalloc(object->section_count, sizeof *index->fact_offset);
    char *path = xasprintf("%s.index", object->path);
    bool known = identity(object->path, head) == 0;
    if (!known || !read_index(index, object, path, head)) {
        index->prototypes.n = 0;
        memset(index->facts, 0, object->section_count);
        if (dwarf_read(index, object) != 0) {
            free(path);
            return -1;
        }
        for (size_t i = 1; i < object->section_count; i++)
            if (section_is_code(&object->sections[i]))
                index->facts[i] = (uint8_t)code_facts(object, i, &index->fact_offset[i]);
        if (known)
            write_index(index, object, path, head);
    }
    free(path);
    make_tables(index);
    return 0;
}

void index_free(struct index *index) {
    vec_free(&index->prototypes);
    map_free(&index->by_name);
    free(index->order);
    free(index->facts);
    free(index->fact_offset);
    arena_free(&index->arena);
}

const struct prototype *index_at(const struct index *index, uint32_t section, uint64_t value) {
    size_t low = 0, high = index->order_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct prototype *p = &index->prototypes.v[index->order[middle]];
        if (p->section < section || (p->section == section && p->value < value))
            low = middle + 1;
        else
            high = middle;
    }
    if (low == index->order_count)
        return NULL;
    const struct prototype *p = &index->prototypes.v[index->order[low]];
    return p->section == section && p->value == value ? p : NULL;
}
