/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compiles what the cache does not have. A file that does not compile is reported with the
 * library's name and what the compiler said; files that were already being compiled are finished
 * first, so a second run starts where this one stopped.
 */
#include "build/cache.h"
#include "build/jobs.h"
#include "build/sections.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "util/file.h"
#include "util/progress.h"
#include "util/str.h"

enum {
    OUTPUT_LINES = 40, /* of a compiler, that are shown */
    LOG_SECONDS = 10,  /* between two lines of progress in a log */
};

struct compilation {
    struct library_build *build;
    struct cache *cache;
    char *scratch; /* prefix of temporary files */
    size_t done, total;
    time_t shown;
    bool failed;
};

static char *scratch_file(const struct compilation *compilation, size_t number,
                          const char *ending) {
    return xasprintf("%s.%zu%s", compilation->scratch, number, ending);
}

static void show_failure(const struct compilation *compilation, const struct input *input,
                         const char *output) {
    const char *end = output;
    for (int line = 0; line < OUTPUT_LINES && *end != '\0'; line++) {
        end += strcspn(end, "\n");
        end += *end == '\n';
    }
    progress_clear();
    diag_error(LOC_FILE(input->path), "%s: %s does not compile:\n%.*s%s",
               compilation->build->library->name, input->name, (int)(end - output), output,
               *end != '\0' ? "(more left out)\n" : "");
}

static void show_progress(struct compilation *compilation) {
    time_t now = time(NULL);
    if (now >= compilation->shown + (isatty(2) ? 1 : LOG_SECONDS)) {
        compilation->shown = now;
        progress(compilation->done, compilation->total, "%s: compiling",
                 compilation->build->library->name);
    }
}

static void ended(void *context, size_t number, bool succeeded, const char *output) {
    struct compilation *compilation = context;
    struct input *input = &compilation->build->inputs.v[number];
    char *object = scratch_file(compilation, number, ".o");
    char *depfile = scratch_file(compilation, number, ".d");
    char *cached = NULL;
    if (!succeeded) {
        show_failure(compilation, input, output);
    } else if (sections_separate(object, input) == 0) {
        cached = cache_add(compilation->cache, input, object, depfile);
    }
    if (cached != NULL) {
        input->object = arena_strdup(&compilation->build->arena, cached);
        compilation->done++;
        show_progress(compilation);
    } else {
        compilation->failed = true;
    }
    unlink(object);
    unlink(depfile);
    free(cached);
    free(object);
    free(depfile);
}

static bool only_for_c(const char *flag) {
    return str_starts(flag, "-fplugin=") || str_starts(flag, "-fpass-plugin=") ||
           str_starts(flag, "-flexos-") || strcmp(flag, "-mllvm") == 0 || str_starts(flag, "-std=");
}

static int start(struct compilation *compilation, struct jobs *jobs, size_t number) {
    const struct input *input = &compilation->build->inputs.v[number];
    const struct strings *flags = &compilation->build->flags[input->kind];
    char *object = scratch_file(compilation, number, ".o");
    char *depfile = scratch_file(compilation, number, ".d");
    struct strings argv = {0};
    vec_push(&argv, toolchain_compiler());
    for (size_t i = 0; i < flags->n; i++) {
        if (!input->assembler || !only_for_c(flags->v[i])) {
            vec_push(&argv, flags->v[i]);
        }
    }
    if (input->assembler) {
        vec_push(&argv, "-Wno-unused-command-line-argument");
    }
    vec_push(&argv, "-MD");
    vec_push(&argv, "-MF");
    vec_push(&argv, depfile);
    vec_push(&argv, "-c");
    vec_push(&argv, input->path);
    vec_push(&argv, "-o");
    vec_push(&argv, object);
    vec_push(&argv, NULL);
    int error = jobs_add(jobs, number, argv.v);
    if (error != 0) {
        diag_error(LOC_FILE(input->path), "the compiler %s cannot be run: %s; run setup/setup",
                   argv.v[0], strerror(-error));
        compilation->failed = true;
    }
    vec_free(&argv);
    free(object);
    free(depfile);
    return error;
}

/* What an interrupted tool has left; the library's lock is ours. */
static void remove_leftovers(const char *library) {
    static const char *const endings[] = {"o", "d", "txt"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        struct strings paths = {0};
        char *pattern = xasprintf("%s-[0-9]*.%s", library, endings[i]);
        file_glob(build_directory("obj"), pattern, &paths);
        for (size_t j = 0; j < paths.n; j++) {
            unlink(paths.v[j]);
            free((char *)paths.v[j]);
        }
        vec_free(&paths);
        free(pattern);
    }
}

static void compile(struct compilation *compilation) {
    struct library_build *build = compilation->build;
    struct jobs *jobs;
    remove_leftovers(build->library->name);
    progress(0, 0, "%s: %zu files, %zu to compile", build->library->name, build->inputs.n,
             compilation->total);
    jobs = jobs_start(compilation->scratch, ended, compilation);
    compilation->shown = time(NULL);
    for (size_t i = 0; i < build->inputs.n && !compilation->failed; i++) {
        if (build->inputs.v[i].object == NULL) {
            start(compilation, jobs, i);
        }
    }
    jobs_finish(jobs);
    progress_clear();
}

int objects_make(struct library_build *build) {
    struct compilation compilation = {
        .build = build,
        .cache = cache_open(build),
        .scratch =
            xasprintf("%s/%s-%d", build_directory("obj"), build->library->name, (int)getpid()),
    };
    for (size_t i = 0; i < build->inputs.n; i++) {
        struct input *input = &build->inputs.v[i];
        char *object = cache_find(compilation.cache, input);
        input->object = object != NULL ? arena_strdup(&build->arena, object) : NULL;
        compilation.total += object == NULL;
        free(object);
    }
    if (compilation.total > 0) {
        compile(&compilation);
    }
    cache_close(compilation.cache);
    free(compilation.scratch);
    return compilation.failed ? -1 : 0;
}
