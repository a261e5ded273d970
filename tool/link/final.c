/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The last steps: generated assembly, the linker script, OUT.link (the linker's command line without
 * the name of the output, so that `ld.lld-19 @OUT.link -o FILE` repeats the link by hand), ld.lld.
 */
#include "link/final.h"

#include "diag/diag.h"
#include "link/emit.h"
#include "link/iface.h"
#include "link/layout.h"
#include "util/file.h"
#include "util/process.h"
#include "util/root.h"
#include "util/str.h"

#include <stdlib.h>
#include <string.h>

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

/* Writes a generated file unless it is there with the same text; *SAME says which. */
static int generate(struct linker *linker, const char *path, writer *write, bool *same) {
    char *text = NULL, *old = NULL;
    size_t size = 0, old_size = 0;
    FILE *out = open_memstream(&text, &size);
    int result = out ? write(linker, out) : -1;
    if (out)
        fclose(out);
    *same = result == 0 && file_read(path, 0, &old, &old_size) == 0 && old_size == size &&
            memcmp(old, text, size) == 0;
    if (result == 0 && !*same) {
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
        diag_error(LOC_NONE, "cannot run %s: %s; run setup/install", argv[0], strerror(-error));
    else if (process.status != 0)
        diag_error(LOC_NONE, "%s failed (status %d):\n%s%s", what, process.status,
                   process.err ? process.err : "", process.out ? process.out : "");
    int result = error || process.status != 0 ? -1 : 0;
    process_free(&process);
    return result;
}

static int assemble(struct linker *linker, const char *name, writer *write, const char **object) {
    char *source = arena_printf(&linker->arena, "%s/%s.S", linker->work, name);
    char *made = arena_printf(&linker->arena, "%s/%s.o", linker->work, name);
    char *mechanism = flexos_path("mechanisms/intel-mpk/target/x86_64");
    char *mechanism_flag = arena_printf(&linker->arena, "-I%s", mechanism);
    char *root_flag = arena_printf(&linker->arena, "-I%s", flexos_root());
    char *include_flag = arena_printf(&linker->arena, "-I%s/include", flexos_root());
    free(mechanism);
    bool same;
    if (generate(linker, source, write, &same) != 0)
        return -1;
    const char *const argv[] = {"clang-19",   "--target=x86_64-linux-gnu", "-c", mechanism_flag,
                                include_flag, root_flag,                   "-o", made,
                                source,       NULL};
    *object = made;
    return run(argv, arena_printf(&linker->arena, "assembling %s", source));
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

int final_link(struct linker *linker, const char *image) {
    const char *script = arena_printf(&linker->arena, "%s/image.ld", linker->work);
    const char *tables, *gates = NULL;
    bool same;
    if (generate(linker, script, write_script, &same) != 0 ||
        assemble(linker, "tables", write_tables, &tables) != 0 ||
        (linker->isolated && assemble(linker, "gates", write_gates, &gates) != 0))
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
    const char *const argv[] = {"ld.lld-19", arena_printf(&linker->arena, "@%s", response), "-o",
                                image,
                                /* for the crash report: which library lies at an address */
                                arena_printf(&linker->arena, "-Map=%s.map", linker->out), NULL};
    return run(argv, "the final link");
}
