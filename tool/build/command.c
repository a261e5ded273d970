/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The compiler's flags for the files of one library: the table of docs/manifests.md in code.
 * Folders of others (source packages, generated headers) are system folders for glue, so that the
 * strict warnings are about our own code only.
 */
#include "build/library.h"

#include <string.h>

#include "util/file.h"
#include "util/root.h"
#include "util/str.h"

static const char *const common_flags[] = {
    "-O2",
    "-g",
    "-std=gnu11",
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-pic",
    "-fno-pie",
    "-mcmodel=small",
    "-femulated-tls",
    "-fno-stack-protector",
    "-fno-asynchronous-unwind-tables",
    "-fno-addrsig",
    "-nostdinc",
    "-D__FLEXOS__=1",
};

static const char *const strict_flags[] = {"-Wall", "-Wextra", "-Werror", "-Wshadow",
                                           "-Wconversion"};

/* Interfaces are prototypes with empty bodies; only their DWARF is used. */
static const char *const interface_flags[] = {"-O0", "-Wno-return-type", "-Wno-unused-parameter"};

struct directory {
    const char *path;
    bool own; /* of this project */
};

struct directories {
    struct directory *v;
    size_t n, room;
};

static void add_directory(struct directories *list, const char *path, bool own) {
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->v[i].path, path) == 0) {
            return;
        }
    }
    vec_push(list, (struct directory){path, own});
}

static int add_headers(struct library_build *build, struct directories *list,
                       const struct manifest *manifest, struct loc loc);

/* An item of `include` or `headers`. */
static int add_item(struct library_build *build, struct directories *list,
                    const struct manifest *manifest, const struct text *item, const char *source) {
    const char *text = item->text;
    if (text[0] == '=') {
        char *path = manifest_find(text + 1, build->plan->config->directory);
        struct manifest *other = path != NULL ? manifest_load(path) : NULL;
        free(path);
        if (other == NULL) {
            diag_error(item->loc,
                       "'%s' names no library; the name of a library after '=' was "
                       "expected",
                       text);
            return -1;
        }
        return add_headers(build, list, other, item->loc); /* lives as long as the tool */
    }
    bool top = strcmp(text, ".") == 0; /* of the source package, or of the folder without one */
    bool own = str_starts(text, "./") || (top && source == NULL);
    if (!own && source == NULL) {
        diag_error(item->loc,
                   "'%s' is relative to a source package, but the library has none; './%s' is a "
                   "folder beside the manifest",
                   text, text);
        return -1;
    }
    const char *path =
        top ? (own ? manifest->directory : source)
            : arena_printf(&build->arena, "%s/%s", own ? manifest->directory : source,
                           own ? text + 2 : text);
    if (!file_is_directory(path)) {
        diag_error(item->loc, "the include folder %s does not exist", path);
        return -1;
    }
    add_directory(list, path, own);
    return 0;
}

/* What a library shows to those that need it: its `headers`, and what its script generates. */
static int add_headers(struct library_build *build, struct directories *list,
                       const struct manifest *manifest, struct loc loc) {
    const char *source = NULL;
    if (manifest->headers.n == 0) {
        return 0;
    }
    if (manifest->source.package.text != NULL) {
        source = source_directory(&build->arena, manifest);
        if (source == NULL) {
            diag_note(loc, "needed here for its headers");
            return -1;
        }
    }
    if (manifest->prepare.text != NULL) {
        const char *generated = prepare_run(&build->arena, manifest, source);
        if (generated == NULL) {
            return -1;
        }
        add_directory(list, generated, false);
    }
    for (size_t i = 0; i < manifest->headers.n; i++) {
        if (add_item(build, list, manifest, &manifest->headers.v[i], source) != 0) {
            return -1;
        }
    }
    return 0;
}

/* libc's headers, also for libraries that need nothing of it: they define the basic types. */
static int add_libc(struct library_build *build, struct directories *list) {
    const struct plan_library *libc = plan_library(build->plan, "libc");
    const struct manifest *manifest = libc != NULL ? libc->manifest : NULL;
    if (strcmp(build->manifest->name.text, "libc") == 0) {
        return 0;
    }
    if (manifest == NULL) {
        char *path = manifest_find("libc", build->plan->config->directory);
        manifest = path != NULL ? manifest_load(path) : NULL; /* lives as long as the tool */
        free(path);
    }
    return manifest != NULL ? add_headers(build, list, manifest, manifest->kind_loc) : 0;
}

static int find_directories(struct library_build *build, struct directories *list) {
    const struct manifest *manifest = build->manifest;
    if (build->generated != NULL) {
        add_directory(list, build->generated, false);
    }
    for (size_t i = 0; i < manifest->include.n; i++) {
        if (add_item(build, list, manifest, &manifest->include.v[i], build->source) != 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < build->library->need_count; i++) {
        const struct manifest *other = build->library->needs[i]->manifest;
        if (strcmp(other->name.text, "libc") != 0 &&
            add_headers(build, list, other, manifest->needs.loc) != 0) {
            return -1;
        }
    }
    add_directory(list, arena_printf(&build->arena, "%s/include", flexos_root()), true);
    if (add_libc(build, list) != 0) {
        return -1;
    }
    const char *compiler = toolchain_include();
    if (compiler == NULL) {
        return -1;
    }
    add_directory(list, compiler, false);
    return 0;
}

static void add_list(struct strings *flags, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        vec_push(flags, list[i]);
    }
}

static void add_texts(struct strings *flags, const struct texts *texts) {
    for (size_t i = 0; i < texts->n; i++) {
        vec_push(flags, texts->v[i].text);
    }
}

static void add_pass(struct library_build *build, struct strings *flags, const char *plugin) {
    static const char *const modes[] = {
        [PASS_ANNOTATED] = "annotated", [PASS_AUTO] = "auto", [PASS_NONE] = "none"};
    const char *mode = modes[build->manifest->pass];
    if (plugin[0] == '\0') {
        return;
    }
    vec_push(flags, arena_printf(&build->arena, "-fplugin=%s", plugin));
    vec_push(flags, arena_printf(&build->arena, "-fpass-plugin=%s", plugin));
    vec_push(flags, "-mllvm");
    vec_push(flags, arena_printf(&build->arena, "-flexos-locals=%s", mode));
    vec_push(flags, "-mllvm");
    vec_push(flags, build->heap_conversion ? "-flexos-storage=heap" : "-flexos-storage=dss");
}

static void make_flags(struct library_build *build, enum input_kind kind,
                       const struct directories *list, const char *plugin) {
    struct strings *flags = &build->flags[kind];
    const struct manifest *manifest = build->manifest;
    add_list(flags, common_flags, sizeof common_flags / sizeof *common_flags);
    if (kind != INPUT_INTERFACE) {
        add_pass(build, flags, plugin);
    }
    add_texts(flags, &manifest->flags);
    if (kind == INPUT_SOURCE) {
        vec_push(flags, "-w");
    } else {
        add_list(flags, strict_flags, sizeof strict_flags / sizeof *strict_flags);
        add_texts(flags, &manifest->glue_flags);
    }
    if (kind == INPUT_INTERFACE) {
        add_list(flags, interface_flags, sizeof interface_flags / sizeof *interface_flags);
    }
    for (size_t i = 0; i < list->n; i++) {
        vec_push(flags, kind == INPUT_SOURCE || list->v[i].own ? "-I" : "-isystem");
        vec_push(flags, list->v[i].path);
    }
}

int command_make(struct library_build *build) {
    struct directories list = {0};
    const char *plugin = pass_plugin();
    if (plugin == NULL || find_directories(build, &list) != 0) {
        return -1;
    }
    for (size_t i = 0; i < list.n; i++) {
        vec_push(&build->directories, list.v[i].path);
    }
    make_flags(build, INPUT_SOURCE, &list, plugin);
    make_flags(build, INPUT_GLUE, &list, plugin);
    make_flags(build, INPUT_INTERFACE, &list, plugin);
    vec_free(&list);
    return 0;
}
