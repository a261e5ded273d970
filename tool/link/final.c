/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The last steps: the rewritten objects, generated assembly, the linker script, OUT.link (the
 * linker's command line without the name of the output, so that `ld.lld-19 @OUT.link -o FILE`
 * repeats the link by hand), ld.lld.
 */
#include "link/final.h"

#include "diag/diag.h"
#include "link/emit.h"
#include "link/iface.h"
#include "link/layout.h"
#include "link/steps.h"
#include "util/file.h"
#include "util/process.h"
#include "util/root.h"
#include "util/str.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef int writer(struct linker *linker, FILE *out);

static int write_script(struct linker *linker, FILE *out) {
    layout_script(linker, out);
    return 0;
}

/* The layout table, stubs and interface descriptors. */
static int write_tables(struct linker *linker, FILE *out) {
    layout_table(linker, out);
    emit_stubs(linker, out);
    fprintf(out, "    .section .note.GNU-stack,\"\",@progbits\n");
    return linker->isolated ? iface_emit(linker, out) : 0;
}

static int write_gates(struct linker *linker, FILE *out) {
    emit_gates(linker, out);
    fprintf(out, "    .section .note.GNU-stack,\"\",@progbits\n");
    return 0;
}

static int cannot_write(const char *path, int error) {
    diag_error(LOC_FILE(path), "cannot write: %s; free some room or mend the permissions",
               strerror(-error));
    return -1;
}

/*
 * Writes a generated file unless it is there with the same text; *SAME says which. What was made of
 * an older text is removed first (MADE, or NULL).
 */
static int generate(struct linker *linker, const char *path, writer *write, const char *made,
                    bool *same) {
    char *text = NULL, *old = NULL;
    size_t size = 0, old_size = 0;
    FILE *out = open_memstream(&text, &size);
    int result = out ? write(linker, out) : -1;
    if (out)
        fclose(out);
    *same = result == 0 && file_read(path, 0, &old, &old_size) == 0 && old_size == size &&
            memcmp(old, text, size) == 0;
    if (result == 0 && !*same) {
        if (made)
            unlink(made);
        int error = file_write(path, text, size);
        result = error ? cannot_write(path, error) : 0;
    }
    free(old);
    free(text);
    return result;
}

static int run(const char *const *argv, const char *what) {
    struct process process = {.argv = argv};
    int error = process_run(&process);
    if (error)
        diag_error(LOC_NONE, "cannot run %s: %s; run setup/setup", argv[0], strerror(-error));
    else if (process.status != 0)
        diag_error(LOC_NONE, "%s failed (status %d):\n%s%s", what, process.status,
                   process.err ? process.err : "", process.out ? process.out : "");
    int result = error || process.status != 0 ? -1 : 0;
    process_free(&process);
    return result;
}

/* Whether FILE is newer than every source that the assembler reads besides the generated text. */
static bool newer_than_sources(const char *file) {
    static const char *const folders[] = {"mechanisms/intel-mpk/target/x86_64", "include/flexos",
                                          "core"};
    struct stat made, source;
    if (stat(file, &made) != 0)
        return false;
    bool newer = true;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *folder = flexos_path(folders[i]);
        struct strings paths = {0};
        file_glob(folder, "*", &paths);
        for (size_t k = 0; k < paths.n; k++) {
            if (stat(paths.v[k], &source) == 0 &&
                (source.st_mtim.tv_sec > made.st_mtim.tv_sec ||
                 (source.st_mtim.tv_sec == made.st_mtim.tv_sec &&
                  source.st_mtim.tv_nsec >= made.st_mtim.tv_nsec)))
                newer = false;
            free((char *)paths.v[k]);
        }
        vec_free(&paths);
        free(folder);
    }
    return newer;
}

/* Assembles what WRITE generates, unless that was done before with the same text. */
static int assemble(struct linker *linker, const char *name, writer *write, const char **object) {
    char *source = arena_printf(&linker->arena, "%s/%s.S", linker->work, name);
    char *made = arena_printf(&linker->arena, "%s/%s.o", linker->work, name);
    char *mechanism = flexos_path("mechanisms/intel-mpk/target/x86_64");
    char *mechanism_flag = arena_printf(&linker->arena, "-I%s", mechanism);
    char *root_flag = arena_printf(&linker->arena, "-I%s", flexos_root());
    char *include_flag = arena_printf(&linker->arena, "-I%s/include", flexos_root());
    free(mechanism);
    *object = made;
    bool same;
    if (generate(linker, source, write, made, &same) != 0)
        return -1;
    if (same && newer_than_sources(made))
        return 0;
    unlink(made);
    const char *const argv[] = {"clang-19",   "--target=x86_64-linux-gnu",
                                "-c",         mechanism_flag,
                                include_flag, root_flag,
                                "-o",         made,
                                source,       NULL};
    return run(argv, arena_printf(&linker->arena, "assembling %s", source));
}

/* The gates take the assembler longest, so they are made beside the rest. */
static pid_t start_gates(struct linker *linker, const char **gates) {
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(assemble(linker, "gates", write_gates, gates) == 0 ? 0 : 1);
    *gates = arena_printf(&linker->arena, "%s/gates.o", linker->work);
    return child;
}

static int wait_gates(pid_t child) {
    int status = 0;
    if (child > 0)
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            continue;
    return child >= 0 && status == 0 ? 0 : -1;
}

static void add_options(struct linker *linker, struct strbuf *line, const char *script) {
    sb_printf(line,
              "-m elf_x86_64\n-static\n-nostdlib\n--gc-sections\n--build-id=none\n"
              "-z noexecstack\n-z norelro\n-z max-page-size=4096\n--orphan-handling=error\n"
              "--threads=2\n-T\n%s\n",
              script);
    if (!linker->isolated)
        sb_add(line, "--defsym=flexos_compartment_id=1\n--defsym=flexos_dss_offset=0\n");
}

static int run_linker(struct linker *linker, const char *image) {
    const char *const argv[] = {"ld.lld-19", arena_printf(&linker->arena, "@%s.link", linker->out),
                                "-o", image, NULL};
    return run(argv, "the final link");
}

int final_link(struct linker *linker, const char *image) {
    const char *script = arena_printf(&linker->arena, "%s/image.ld", linker->work);
    const char *tables, *gates = NULL;
    bool same;
    pid_t child = linker->isolated ? start_gates(linker, &gates) : 0;
    int result = link_rewrite(linker);
    if (result == 0)
        result = generate(linker, script, write_script, NULL, &same);
    if (result == 0)
        result = assemble(linker, "tables", write_tables, &tables);
    if (wait_gates(child) != 0 || result != 0)
        return -1;
    struct strbuf line = {0};
    add_options(linker, &line, script);
    for (size_t i = 0; i < linker->instance_count; i++)
        sb_printf(&line, "%s\n", linker->instances[i]->path);
    sb_printf(&line, "%s\n", tables);
    if (gates)
        sb_printf(&line, "%s\n", gates);
    char *response = arena_printf(&linker->arena, "%s.link", linker->out);
    int error = file_write(response, line.s, line.n);
    sb_free(&line);
    if (error)
        return cannot_write(response, error);
    return run_linker(linker, image);
}

int final_link_again(struct linker *linker, const char *image) {
    const char *script = arena_printf(&linker->arena, "%s/image.ld", linker->work);
    bool same;
    return generate(linker, script, write_script, NULL, &same) == 0 ? run_linker(linker, image) : -1;
}
