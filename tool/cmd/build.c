/* SPDX-License-Identifier: BSD-3-Clause */
/* flexos build: configuration -> plan -> library objects -> image and audit report. */
#include "build/build.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/cmd.h"
#include "link/link.h"
#include "run/settings.h"
#include "util/file.h"
#include "util/hash.h"
#include "util/progress.h"
#include "util/root.h"

/*
 * Where an image goes without -o: build/images/NAME, with a part of the hash of the path and the
 * added options behind it, so that images of different configurations never take each other's
 * place.
 */
static char *default_image(const struct config *config, const struct build_options *options) {
    struct hash hash;
    char hex[HASH_HEX];
    char *real = realpath(config->path, NULL);
    hash_init(&hash);
    hash_add_string(&hash, real != NULL ? real : config->path);
    for (size_t i = 0; i < options->set_count; i++) {
        hash_add_string(&hash, options->set[i].flag);
        hash_add_string(&hash, options->set[i].text);
    }
    hash_hex(&hash, hex);
    free(real);
    return xasprintf("%s/images/%s-%.8s/%s", flexos_build(), config->name, hex, config->name);
}

static bool make_folder_of(const char *path) {
    char *directory = path_directory(path);
    int error = file_make_directories(directory);
    if (error != 0) {
        diag_error(LOC_FILE(directory),
                   "the folder cannot be made: %s; a place that can be written "
                   "was expected (-o IMAGE chooses another)",
                   strerror(-error));
    }
    free(directory);
    return error == 0;
}

static bool make_image(const struct config *config, const char *out) {
    struct image_plan *plan = plan_make(config);
    bool good = plan != NULL && make_folder_of(out) && build_libraries(plan) == 0;
    if (good) {
        progress(0, 0, "linking %s", config->name);
        good = link_image(plan, out) == 0;
    }
    progress_clear();
    plan_free(plan);
    return good;
}

/* What `flexos run IMAGE` needs of the configuration lies beside the image. */
static bool record_settings(const struct config *config, const char *out) {
    struct settings settings;
    settings_from_config(&settings, config);
    int error = settings_save(&settings, out);
    settings_free(&settings);
    if (error != 0) {
        diag_error(LOC_FILE(out),
                   "its settings (.run.json) cannot be written: %s; a place that can be "
                   "written was expected (-o IMAGE chooses another)",
                   strerror(-error));
    }
    return error == 0;
}

char *build_image(const struct build_options *options, struct config **config_out) {
    struct config *config = config_load(options->config, options->set, options->set_count);
    if (config == NULL) {
        return NULL;
    }
    char *out = options->out != NULL ? xstrdup(options->out) : default_image(config, options);
    if (!make_image(config, out) || !record_settings(config, out)) {
        free(out);
        out = NULL;
    }
    if (config_out != NULL && out != NULL) {
        *config_out = config;
    } else {
        config_free(config);
    }
    return out;
}

int cmd_build(int argc, char **argv) {
    struct build_options options;
    if (!build_options_parse(&options, argc, argv)) {
        return EXIT_USAGE;
    }
    if (options.rest != NULL) {
        fputs("flexos build: arguments behind -- belong to `flexos run`\n", stderr);
        return EXIT_USAGE;
    }
    char *out = build_image(&options, NULL);
    if (out == NULL) {
        return EXIT_FAILED;
    }
    struct stat st;
    long long size = stat(out, &st) == 0 ? (long long)st.st_size : 0;
    printf("%s: image, %lld KiB\n%s.audit.json: its audit report\nNext: flexos inspect %s\n", out,
           size / 1024, out, out);
    free(out);
    free((void *)options.set);
    return EXIT_DONE;
}
