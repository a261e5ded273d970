/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target: any bytes as a configuration (with options behind a NUL), a manifest, or a policy.
 * The first byte chooses. Nothing may crash, leak, read outside or take long; and what is refused
 * says so. Files that are named lie in an empty folder, so that only the texts matter.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/audit.h"
#include "config/plan.h"
#include "config/shape.h"
#include "util/file.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/flexos-fuzz-XXXXXX";
static char *config_path, *manifest_path, *policy_path;
static cJSON *audit;

static const char manifest[] = "name: app\nkind: app\nglue: [app.c]\nneeds: [blue]\n";
static const char library[] = "name: blue\nkind: library\nglue: [blue.c]\n";
static const char report[] =
    "{\"version\":1,\"isolated\":true,\"mechanism\":\"intel-mpk\",\"compartments\":[{\"number\":1,"
    "\"name\":\"a\",\"gate\":\"light\"},{\"number\":2,\"name\":\"b\"}],\"libraries\":[{\"name\":"
    "\"app\",\"compartments\":[1]},{\"name\":\"blue\",\"compartments\":[2]}],\"gates\":[{\"from\":"
    "1,"
    "\"to\":2,\"function\":\"f\"}],\"thunks\":[{\"home\":1,\"users\":[2],\"function\":\"g\"}],"
    "\"shared\":{\"bytes\":9,\"objects\":[{\"library\":\"app\",\"name\":\"o\",\"bytes\":9}]}}";

static void remove_folder(void) {
    char *command = xasprintf("rm -rf %s", folder);
    if (system(command) != 0) {
        fprintf(stderr, "%s is left behind\n", folder);
    }
    free(command);
}

static char *write_in(const char *name, const char *text, size_t size) {
    char *path = path_join(folder, name), *directory = path_directory(path);
    if (file_make_directories(directory) != 0 || file_write(path, text, size) != 0) {
        abort();
    }
    free(directory);
    return path;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc;
    (void)argv;
    if (mkdtemp(folder) == NULL) {
        abort();
    }
    atexit(remove_folder);
    setenv("FLEXOS_ROOT", folder, 1);
    free(write_in("app/lib.yaml", manifest, strlen(manifest)));
    free(write_in("blue/lib.yaml", library, strlen(library)));
    config_path = path_join(folder, "config.yaml");
    manifest_path = path_join(folder, "lib.yaml");
    policy_path = path_join(folder, "policy.yaml");
    audit = cJSON_Parse(report);
    diag_set_stream(getenv("FLEXOS_FUZZ_SHOW") != NULL ? stderr : NULL);
    return 0;
}

/* Text up to the first NUL is the file, then come options, each ended by a NUL. */
static bool try_config(const char *text, size_t size) {
    struct config_option options[4];
    size_t file = strnlen(text, size), count = 0;
    char *rest = xstrndup("", 0);
    free(write_in("config.yaml", text, file));
    if (file < size) {
        free(rest);
        rest = xmalloc(size - file);
        memcpy(rest, text + file + 1, size - file - 1);
        rest[size - file - 1] = '\0';
        for (char *p = rest; p < rest + (size - file - 1) && count < 4; p += strlen(p) + 1) {
            options[count] = (struct config_option){count == 2 ? "--platform" : "--set", p};
            count++;
        }
    }
    struct config *config = config_load(config_path, options, count);
    struct image_plan *plan = config != NULL ? plan_make(config) : NULL;
    bool good = plan != NULL;
    plan_free(plan);
    config_free(config);
    free(rest);
    return good;
}

static bool try_manifest(const char *text, size_t size) {
    free(write_in("lib.yaml", text, size));
    struct manifest *m = manifest_load(manifest_path);
    bool good = m != NULL;
    manifest_free(m);
    unlink(manifest_path);
    return good;
}

static bool try_policy(const char *text, size_t size) {
    free(write_in("policy.yaml", text, size));
    return policy_check(policy_path, audit) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static bool (*const kinds[])(const char *, size_t) = {try_config, try_manifest, try_policy};
    if (size == 0) {
        return 0;
    }
    diag_reset();
    bool good = kinds[data[0] % 3]((const char *)data + 1, size - 1);
    if (good == (diag_errors() != 0)) {
        fprintf(stderr, "accepted with an error, or refused without one\n");
        abort();
    }
    return 0;
}
