/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * All objects of a library become one relocatable object build/lib/NAME-HASH.o, and the objects of
 * its interface files another. HASH is over the objects' names (which are hashes themselves) and
 * what the manifest exports, so a library that did not change is found by its name.
 *
 * Beside the object lies NAME-HASH.o.scan: what its code contains (scan.h).
 */
#include "build/heap_calls.h"
#include "build/library.h"
#include "build/scan.h"
#include "build/symbols.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "util/file.h"
#include "util/process.h"
#include "util/progress.h"
#include "util/str.h"

static const char version[] = "flexos-library 2";

static void identity(const struct library_build *build, bool interface, char hex[HASH_HEX]) {
    const struct manifest *manifest = build->manifest;
    struct hash hash;
    hash_init(&hash);
    hash_add_string(&hash, version);
    hash_add_string(&hash, build->library->name);
    for (size_t i = 0; i < build->inputs.n; i++) {
        if ((build->inputs.v[i].kind == INPUT_INTERFACE) == interface) {
            hash_add_string(&hash, build->inputs.v[i].object);
        }
    }
    if (!interface) {
        hash_add_string(&hash, manifest->exports_present ? "exports" : "everything");
        for (size_t i = 0; i < manifest->export_count; i++) {
            hash_add_string(&hash, manifest->exports[i].name);
            hash_add_string(&hash,
                            manifest->exports[i].symbol != NULL ? manifest->exports[i].symbol : "");
        }
    }
    for (size_t i = 0; !interface && heap_calls_wanted(build) && i < manifest->sharing_heap.n;
         i++) {
        hash_add_string(&hash, "sharing-heap");
        hash_add_string(&hash, manifest->sharing_heap.v[i].text);
    }
    hash_hex(&hash, hex);
}

/* The list of objects goes by a file: 1300 names are longer than some argument lists may be. */
static int link_objects(const struct library_build *build, bool interface, const char *out) {
    struct strbuf list = {0};
    char *response = xasprintf("%s.list", out);
    for (size_t i = 0; i < build->inputs.n; i++) {
        if ((build->inputs.v[i].kind == INPUT_INTERFACE) == interface) {
            sb_printf(&list, "\"%s\"\n", build->inputs.v[i].object);
        }
    }
    int error = file_write(response, list.s != NULL ? list.s : "", list.n);
    char *argument = xasprintf("@%s", response);
    const char *argv[] = {toolchain_linker(), "-r", "-o", out, argument, NULL};
    struct process process = {.argv = argv};
    error = error != 0 ? error : process_run(&process);
    int result = error == 0 && process.status == 0 ? 0 : -1;
    if (result != 0) {
        diag_error(LOC_FILE(build->manifest->path),
                   "the objects of library %s cannot be combined: %s", build->library->name,
                   error != 0 ? strerror(-error) : process.err);
    }
    process_free(&process);
    unlink(response);
    free(argument);
    free(response);
    sb_free(&list);
    return result;
}

static int make(struct library_build *build, bool interface, const char *target) {
    char *temporary = arena_printf(&build->arena, "%s.%d", target, (int)getpid());
    char *notes = arena_printf(&build->arena, "%s.scan", target);
    int result = link_objects(build, interface, temporary);
    if (result == 0 && !interface) {
        result = symbols_rewrite(build, temporary);
    }
    if (result == 0 && !interface) {
        result = scan_object(temporary, notes);
    }
    if (result == 0 && rename(temporary, target) != 0) {
        diag_error(LOC_FILE(target), "the library object cannot be written: %m");
        result = -1;
    }
    unlink(temporary);
    return result;
}

static int combine_kind(struct library_build *build, bool interface, const char **where) {
    char hex[HASH_HEX];
    size_t count = 0;
    for (size_t i = 0; i < build->inputs.n; i++) {
        count += (build->inputs.v[i].kind == INPUT_INTERFACE) == interface;
    }
    if (interface && count == 0) {
        return 0;
    }
    identity(build, interface, hex);
    char *target =
        arena_printf((struct arena *)&build->plan->arena, "%s/%s-%.16s%s.o", build_directory("lib"),
                     build->library->name, hex, interface ? ".iface" : "");
    if (!file_exists(target) && make(build, interface, target) != 0) {
        return -1;
    }
    *where = target;
    return 0;
}

int combine(struct library_build *build) {
    if (combine_kind(build, false, &build->library->object) != 0) {
        return -1;
    }
    return combine_kind(build, true, &build->library->iface_object);
}
