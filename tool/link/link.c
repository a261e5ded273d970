/* SPDX-License-Identifier: BSD-3-Clause */
/* The order of a link: see linker.h. */
#include "link/link.h"

#include "diag/diag.h"
#include "link/audit.h"
#include "link/final.h"
#include "link/scan.h"
#include "link/steps.h"
#include "util/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void release(struct linker *linker) {
    for (size_t i = 0; i < linker->library_count; i++) {
        struct library *library = &linker->libraries[i];
        index_free(&library->index);
        index_free(&library->iface_index);
        object_free(&library->object);
        object_free(&library->iface_object);
        map_free(&library->exports);
    }
    for (size_t i = 0; i < linker->instance_count; i++) {
        struct instance *instance = linker->instances[i];
        vec_free(&instance->patches);
        vec_free(&instance->added);
        vec_free(&instance->notes);
        map_free(&instance->added_by_name);
    }
    vec_free(&linker->functions);
    vec_free(&linker->gates);
    vec_free(&linker->addresses);
    vec_free(&linker->thunks);
    vec_free(&linker->stubs);
    vec_free(&linker->shared);
    map_free(&linker->function_by_target);
    map_free(&linker->gate_by_name);
    map_free(&linker->complained);
    map_free(&linker->link_symbol_users);
    arena_free(&linker->arena);
}

/* The rewritten objects are as large as the image; FLEXOS_KEEP in the environment keeps them. */
static void remove_objects(struct linker *linker) {
    for (size_t i = 0; linker->isolated && !getenv("FLEXOS_KEEP") && i < linker->instance_count;
         i++)
        if (linker->instances[i]->path != linker->instances[i]->library->plan->object)
            unlink(linker->instances[i]->path);
}

typedef int step(struct linker *linker);

static int run_steps(struct linker *linker) {
    static step *const steps[] = {link_load,      link_resolve, link_stateless,
                                  link_mark_live, link_cross,   link_users};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i](linker) != 0)
            return -1;
    const char *image = arena_printf(&linker->arena, "%s.new", linker->out);
    int again = SCAN_AGAIN;
    while (again == SCAN_AGAIN) {
        int result = linker->shift ? final_link_again(linker, image) : final_link(linker, image);
        again = result == 0 ? audit_image(linker, image) : -1;
        linker->shift++;
    }
    if (again != 0) {
        unlink(image);
        return -1;
    }
    remove_objects(linker);
    if (rename(image, linker->out) == 0)
        return 0;
    diag_error(LOC_FILE(linker->out), "cannot write the image: %s; is it a directory?",
               strerror(errno));
    return -1;
}

int link_image(struct image_plan *plan, const char *out) {
    struct linker linker = {.plan = plan, .out = out, .isolated = plan->isolated};
    linker.domains = plan->isolated ? plan->compartment_count + 1 : 2;
    linker.work = arena_printf(&linker.arena, "%s.d", out);
    int error = file_make_directories(linker.work);
    if (error)
        diag_error(LOC_FILE(linker.work), "cannot make the folder: %s", strerror(-error));
    int result = error ? -1 : run_steps(&linker);
    release(&linker);
    return result;
}
