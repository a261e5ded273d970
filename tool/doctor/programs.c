/* SPDX-License-Identifier: BSD-3-Clause */
#include "doctor/doctor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/file.h"
#include "util/process.h"
#include "util/root.h"

/* The first line that the program prints about its version. */
static void check_program(struct finding *f, const char *program, const char *purpose,
                          enum verdict without) {
    const char *argv[] = {program, "--version", NULL};
    struct process process = {.argv = argv};
    if (process_run(&process) == 0 && process.status == 0) {
        finding_set(f, GOOD, "", "%.*s", (int)strcspn(process.out, "\n"), process.out);
    } else {
        char remedy[80];
        snprintf(remedy, sizeof remedy, "setup/setup %s", purpose);
        finding_set(f, without, remedy, "%s cannot be run", program);
    }
    process_free(&process);
}

void check_compiler(struct finding *f) {
    check_program(f, "clang-19", "build", MISSING);
}

void check_linker(struct finding *f) {
    check_program(f, "ld.lld-19", "build", MISSING);
}

void check_qemu(struct finding *f) {
    check_program(f, "qemu-system-x86_64", "emulate", WANTED);
}

void check_sources(struct finding *f) {
    const char *argv[] = {"apt-get",   "indextargets",        "--format",
                          "$(ORIGIN)", "Created-By: Sources", NULL};
    struct process process = {.argv = argv};
    if (process_run(&process) == 0 && process.status == 0 &&
        strstr(process.out, "Debian") != NULL) {
        finding_set(f, GOOD, "", "apt knows Debian's source packages");
    } else {
        finding_set(f, MISSING, "setup/setup build (adds the entries)",
                    "apt knows no source packages, from which libraries are built");
    }
    process_free(&process);
}

void check_machine(struct finding *f) {
    char *ready = path_join(flexos_build(), "emulate/host/stamp");
    char *run = flexos_path("emulate/run");
    if (!file_exists(run)) {
        finding_set(f, WANTED, "take a whole checkout", "emulate/ is not in this checkout");
    } else if (file_exists(ready)) {
        finding_set(f, GOOD, "", "ready");
    } else {
        finding_set(f, GOOD, "", "will be made at its first use (needs the network once)");
    }
    free(ready);
    free(run);
}
