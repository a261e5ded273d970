/* SPDX-License-Identifier: BSD-3-Clause */
#include "build/build.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "build/library.h"
#include "util/progress.h"

/* Whether the compartment of a library asks for marked locals on the heap. */
static bool wants_heap(const struct image_plan *plan, const struct plan_library *library) {
    if (!plan->isolated || library->compartment == 0) {
        return false;
    }
    const struct config_compartment *compartment =
        config_compartment(plan->config, library->compartment);
    return compartment != NULL && compartment->sharing == SHARING_HEAP;
}

/* One tool at a time makes a library; a second one then finds everything in the cache. */
static int lock_library(const char *name) {
    char *path = xasprintf("%s/.%s.lock", build_directory("obj"), name);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
        progress(0, 0, "%s: waiting for another build", name);
        flock(fd, LOCK_EX);
    }
    free(path);
    return fd;
}

static int build_library(const struct image_plan *plan, struct plan_library *library) {
    const struct manifest *manifest = library->manifest;
    struct library_build build = {
        .plan = plan,
        .library = library,
        .manifest = manifest,
        .heap_conversion = wants_heap(plan, library),
    };
    int result = 0;
    if (manifest->source.package.text != NULL) {
        build.source = source_directory(&build.arena, manifest);
        result = build.source != NULL ? 0 : -1;
    }
    if (result == 0 && manifest->prepare.text != NULL) {
        build.generated = prepare_run(&build.arena, manifest, build.source);
        result = build.generated != NULL ? 0 : -1;
    }
    if (result == 0) {
        int lock = lock_library(library->name);
        result = inputs_find(&build) != 0 || command_make(&build) != 0 ||
                         objects_make(&build) != 0 || combine(&build) != 0
                     ? -1
                     : 0;
        close(lock);
    }
    for (int kind = 0; kind < 3; kind++) {
        vec_free(&build.flags[kind]);
    }
    vec_free(&build.inputs);
    vec_free(&build.directories);
    arena_free(&build.arena);
    progress_clear();
    return result;
}

int build_libraries(struct image_plan *plan) {
    int result = 0;
    for (size_t i = 0; i < plan->lib_count; i++) {
        if (build_library(plan, &plan->lib[i]) != 0) {
            result = -1; /* the others too, so that all mistakes are seen at once */
        }
    }
    return result;
}
