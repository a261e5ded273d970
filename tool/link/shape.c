/* SPDX-License-Identifier: BSD-3-Clause */
/* Shapes of functions: see shape.h. */
#include "link/shape.h"

#include "link/die.h"
#include "util/map.h"
#include "util/str.h"
#include "util/vec.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

static void add_letter(struct strbuf *shape, Dwarf_Die *type) {
    Dwarf_Word size = 0, encoding = 0;
    Dwarf_Attribute attribute;
    if (dwarf_aggregate_size(type, &size) != 0)
        size = 8;
    switch (dwarf_tag(type)) {
    case DW_TAG_pointer_type: {
        Dwarf_Die target;
        bool object =
            die_bare_type(type, &target) && (dwarf_tag(&target) == DW_TAG_structure_type ||
                                             dwarf_tag(&target) == DW_TAG_union_type);
        sb_add(shape, object ? "O" : "P");
        break;
    }
    case DW_TAG_enumeration_type:
        sb_add(shape, "P");
        break;
    case DW_TAG_base_type:
        if (dwarf_attr(type, DW_AT_encoding, &attribute))
            dwarf_formudata(&attribute, &encoding);
        if (size <= 8 && encoding != DW_ATE_float && encoding != DW_ATE_complex_float)
            sb_add(shape, "P");
        else if (size <= 8 && encoding == DW_ATE_float)
            sb_add(shape, "F");
        else
            sb_printf(shape, "S%lu", (unsigned long)size);
        break;
    default:
        sb_printf(shape, "S%lu", (unsigned long)size);
    }
}

char *shape_of(Dwarf_Die *function) {
    struct strbuf shape = {0};
    Dwarf_Die die = die_origin(function), child, type;
    bool prototyped = dwarf_hasattr_integrate(&die, DW_AT_prototyped), any = false;
    if (dwarf_child(&die, &child) == 0) {
        do {
            if (dwarf_tag(&child) == DW_TAG_unspecified_parameters) {
                if (!prototyped)
                    any = true;
                sb_add(&shape, ".");
            } else if (dwarf_tag(&child) == DW_TAG_formal_parameter &&
                       die_bare_type(&child, &type)) {
                add_letter(&shape, &type);
            }
        } while (dwarf_siblingof(&child, &child) == 0);
    }
    if (any || (!prototyped && dwarf_tag(&die) == DW_TAG_subroutine_type)) {
        sb_free(&shape);
        return xstrdup("*");
    }
    if (!shape.n)
        sb_add(&shape, "0"); /* no parameter */
    return sb_take(&shape);
}

struct node {
    Dwarf_Die type;
    bool expanded;
    uint32_t visit; /* number of the search that saw it last */
    uint32_t shape; /* index + 1 when it is the type of a function */
    VEC(uint32_t) next;
};

struct shape_graph {
    VEC(struct node) nodes;
    uint32_t *slots; /* hash of the offset -> index + 1 of the node, 0 = free */
    size_t slot_count;
    VEC(char *) shapes;
    struct map shape_numbers; /* shape -> index + 1 */
    VEC(uint32_t) queue;
    VEC(uint32_t) found; /* per shape: number of the last search that reached it */
    uint32_t searches;
};

struct shape_graph *shape_graph_new(void) {
    return xcalloc(1, sizeof(struct shape_graph));
}

void shape_graph_free(struct shape_graph *graph) {
    for (size_t i = 0; i < graph->nodes.n; i++)
        vec_free(&graph->nodes.v[i].next);
    for (size_t i = 0; i < graph->shapes.n; i++)
        free(graph->shapes.v[i]);
    vec_free(&graph->nodes);
    vec_free(&graph->shapes);
    vec_free(&graph->queue);
    vec_free(&graph->found);
    map_free(&graph->shape_numbers);
    free(graph->slots);
    free(graph);
}

static size_t slot_of(const struct shape_graph *graph, Dwarf_Off offset) {
    size_t slot = (offset * 0x9e3779b97f4a7c15) >> 20 & (graph->slot_count - 1);
    while (graph->slots[slot] &&
           dwarf_dieoffset(&graph->nodes.v[graph->slots[slot] - 1].type) != offset)
        slot = (slot + 1) & (graph->slot_count - 1);
    return slot;
}

static void grow(struct shape_graph *graph) {
    free(graph->slots);
    graph->slot_count = graph->slot_count ? 2 * graph->slot_count : 1024;
    graph->slots = xcalloc(graph->slot_count, sizeof *graph->slots);
    for (size_t i = 0; i < graph->nodes.n; i++)
        graph->slots[slot_of(graph, dwarf_dieoffset(&graph->nodes.v[i].type))] = (uint32_t)i + 1;
}

static uint32_t node_of(struct shape_graph *graph, Dwarf_Die *type) {
    if (2 * graph->nodes.n >= graph->slot_count)
        grow(graph);
    size_t slot = slot_of(graph, dwarf_dieoffset(type));
    if (!graph->slots[slot]) {
        vec_push(&graph->nodes, (struct node){.type = *type});
        graph->slots[slot] = (uint32_t)graph->nodes.n;
    }
    return graph->slots[slot] - 1;
}

static uint32_t shape_number(struct shape_graph *graph, Dwarf_Die *type) {
    char *shape = shape_of(type);
    uint32_t known = (uint32_t)(uintptr_t)map_get(&graph->shape_numbers, shape);
    if (known) {
        free(shape);
        return known;
    }
    vec_push(&graph->shapes, shape);
    vec_push(&graph->found, 0);
    *map_put(&graph->shape_numbers, shape) = (void *)(uintptr_t)graph->shapes.n;
    return (uint32_t)graph->shapes.n;
}

/* Appends the nodes of a DIE's own type and of its parameters and members. */
static void add_children(struct shape_graph *graph, Dwarf_Die *die, struct strbuf *next) {
    Dwarf_Die child, type;
    uint32_t node;
    if (die_bare_type(die, &type)) {
        node = node_of(graph, &type);
        sb_add_n(next, (const char *)&node, sizeof node);
    }
    if (dwarf_child(die, &child) != 0)
        return;
    do {
        int tag = dwarf_tag(&child);
        if ((tag != DW_TAG_formal_parameter && tag != DW_TAG_member) ||
            !die_bare_type(&child, &type))
            continue;
        node = node_of(graph, &type);
        sb_add_n(next, (const char *)&node, sizeof node);
    } while (dwarf_siblingof(&child, &child) == 0);
}

static void expand(struct shape_graph *graph, uint32_t index) {
    Dwarf_Die type = graph->nodes.v[index].type;
    struct strbuf next = {0};
    graph->nodes.v[index].expanded = true;
    switch (dwarf_tag(&type)) {
    case DW_TAG_subroutine_type:
        graph->nodes.v[index].shape = shape_number(graph, &type);
        add_children(graph, &type, &next);
        break;
    case DW_TAG_pointer_type:
    case DW_TAG_array_type:
    case DW_TAG_structure_type:
    case DW_TAG_union_type:
        add_children(graph, &type, &next);
        break;
    default:
        break;
    }
    for (size_t i = 0; i < next.n; i += sizeof(uint32_t)) {
        uint32_t node;
        memcpy(&node, next.s + i, sizeof node);
        vec_push(&graph->nodes.v[index].next, node);
    }
    sb_free(&next);
}

static void enter(struct shape_graph *graph, uint32_t node) {
    if (graph->nodes.v[node].visit == graph->searches)
        return;
    graph->nodes.v[node].visit = graph->searches;
    vec_push(&graph->queue, node);
}

char *shapes_reached(struct shape_graph *graph, Dwarf_Die *function) {
    Dwarf_Die die = die_origin(function);
    struct strbuf text = {0}, start = {0};
    graph->searches++;
    graph->queue.n = 0;
    add_children(graph, &die, &start);
    for (size_t i = 0; i < start.n; i += sizeof(uint32_t)) {
        uint32_t node;
        memcpy(&node, start.s + i, sizeof node);
        enter(graph, node);
    }
    sb_free(&start);
    for (size_t i = 0; i < graph->queue.n; i++) {
        uint32_t index = graph->queue.v[i];
        if (!graph->nodes.v[index].expanded)
            expand(graph, index);
        const struct node *node = &graph->nodes.v[index];
        if (node->shape && graph->found.v[node->shape - 1] != graph->searches) {
            graph->found.v[node->shape - 1] = graph->searches;
            sb_printf(&text, "%s%s", text.n ? " " : "", graph->shapes.v[node->shape - 1]);
        }
        for (size_t k = 0; k < graph->nodes.v[index].next.n; k++)
            enter(graph, graph->nodes.v[index].next.v[k]);
    }
    return sb_take(&text);
}
