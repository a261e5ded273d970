/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Shapes of functions: their parameters as one letter each. O: pointer to a struct or union, P: any
 * other pointer or an integer, F: floating point, S with its size: anything else by value, ".":
 * variadic, "0": no parameter. Results do not count. "*": nothing is known, fits every function.
 * Coarser than types, so that const, typedefs, names and integer sizes make no difference; finer
 * than registers, so that a callback with `void *` does not let every function with one pointer
 * through.
 */
#ifndef FLEXOS_TOOL_LINK_SHAPE_H
#define FLEXOS_TOOL_LINK_SHAPE_H

#include <elfutils/libdw.h>
#include <stdbool.h>

/* The shape of a DW_TAG_subprogram or DW_TAG_subroutine_type; allocated. */
char *shape_of(Dwarf_Die *function);

/* The types of one Dwarf, each looked at once. */
struct shape_graph;
struct shape_graph *shape_graph_new(void);
void shape_graph_free(struct shape_graph *graph);

/*
 * The shapes of all function pointers that somebody who gets the arguments or the result of a
 * function can find by following types: pointers, members, elements, parameters of callbacks;
 * separated by blanks; allocated.
 */
char *shapes_reached(struct shape_graph *graph, Dwarf_Die *function);

#endif
