/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Third-party sources: Debian source packages, fetched once, verified, unpacked with Debian's
 * patches into build/src/PACKAGE-VERSION.
 *
 * What is pinned is the upstream tarball: its SHA-256 must be the manifest's. The Debian revision
 * is pinned too, but a point release takes old revisions off the mirrors; then the newest revision
 * of the same upstream version is used and said. A folder in build/src is complete or absent: it is
 * renamed into place last, and beside it stays what was verified, so that another manifest with
 * another pin for the same version is noticed. It does not talk to anything but apt.
 */
#include "build/library.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "util/file.h"
#include "util/process.h"
#include "util/progress.h"
#include "util/str.h"

struct package {
    const char *name, *version; /* what is fetched; version may be newer than the manifest's */
    const char *upstream;       /* version without epoch and Debian revision */
    const char *scratch;        /* folder of the download */
    const char *stamp;          /* file that holds the verified hash */
    struct loc loc;
    const struct manifest *manifest;
};

/* "5:7.0.15-1~deb12u3" -> "7.0.15" */
static char *upstream_version(const char *version) {
    const char *colon = strchr(version, ':');
    const char *start = colon != NULL ? colon + 1 : version;
    const char *dash = strrchr(start, '-');
    return dash != NULL ? xstrndup(start, (size_t)(dash - start)) : xstrdup(start);
}

/* Runs argv in a folder; the text that it printed, or NULL with the reason in *why. */
static char *run(const char *directory, const char *const *argv, char **why) {
    struct process process = {.argv = argv, .directory = directory};
    int error = process_run(&process);
    if (error != 0) {
        *why = xasprintf("%s: %s", argv[0], strerror(-error));
        return NULL;
    }
    char *out = process.status == 0 ? xstrdup(process.out) : NULL;
    if (out == NULL) {
        *why = xasprintf("%s", process.err[0] != '\0' ? process.err : process.out);
        (*why)[strcspn(*why, "\n")] = '\0';
    }
    process_free(&process);
    return out;
}

static void remove_tree(const char *path) {
    const char *argv[] = {"rm", "-rf", "--", path, NULL};
    struct process process = {.argv = argv};
    process_run(&process);
    process_free(&process);
}

/*
 * Newest version that apt lists with the same upstream part, or NULL; and the newest of all. apt
 * lists newest first.
 */
static char *other_revision(const struct package *package, char **newest) {
    const char *argv[] = {"apt-cache", "showsrc", package->name, NULL};
    char *why = NULL, *found = NULL;
    char *text = run(NULL, argv, &why);
    free(why);
    for (char *line = text; line != NULL && found == NULL;) {
        char *end = strchr(line, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        if (str_starts(line, "Version: ")) {
            char *upstream = upstream_version(line + 9);
            *newest = *newest != NULL ? *newest : xstrdup(line + 9);
            if (strcmp(upstream, package->upstream) == 0) {
                found = xstrdup(line + 9);
            }
            free(upstream);
        }
        line = end != NULL ? end + 1 : NULL;
    }
    free(text);
    return found;
}

static int download(const struct package *package, const char *version, char **why) {
    char *wanted = xasprintf("%s=%s", package->name, version);
    const char *argv[] = {"apt-get", "source", "--download-only",
                          "-qq",     "-o",     "APT::Sandbox::User=root",
                          wanted,    NULL};
    char *out = run(package->scratch, argv, why);
    free(wanted);
    free(out);
    return out != NULL ? 0 : -1;
}

static int fetch(struct package *package) {
    char *why = NULL;
    progress(0, 0, "fetching the source package %s %s", package->name, package->version);
    if (download(package, package->version, &why) == 0) {
        return 0;
    }
    char *newest = NULL, *other = other_revision(package, &newest);
    if (other == NULL && newest != NULL) {
        diag_error(package->loc,
                   "the source package %s %s does not exist; Debian has %s: write that version and "
                   "its tarball's SHA-256",
                   package->name, package->version, newest);
    } else if (other == NULL) {
        diag_error(package->loc,
                   "the source package %s %s cannot be fetched: %s; run setup/setup, which adds "
                   "Debian's deb-src entries and reads the package lists",
                   package->name, package->version, why);
    } else if (strcmp(other, package->version) != 0 && download(package, other, &why) == 0) {
        diag_note(package->loc, "Debian has replaced %s %s by %s, same upstream sources; using it",
                  package->name, package->version, other);
        free(other);
        free(newest);
        free(why);
        return 0;
    } else {
        diag_error(package->loc,
                   "the source package %s %s cannot be fetched: %s; check the network",
                   package->name, package->version, why);
    }
    free(other);
    free(newest);
    free(why);
    return -1;
}

/* The file of the download whose name matches, or NULL. */
static char *downloaded(const struct package *package, const char *pattern) {
    struct strings paths = {0};
    file_glob(package->scratch, pattern, &paths);
    char *found = NULL;
    for (size_t i = 0; i < paths.n; i++) {
        if (found == NULL && !str_ends(paths.v[i], ".asc")) {
            found = xstrdup(paths.v[i]);
        }
        free((char *)paths.v[i]);
    }
    vec_free(&paths);
    return found;
}

/* Whether HEX is what the manifest pins; a diagnostic if not. */
static int compare_pin(const struct manifest *manifest, const char *hex, const char *consequence) {
    const struct text *pin = &manifest->source.orig_sha256;
    if (pin->text != NULL && strcmp(hex, pin->text) == 0) {
        return 0;
    }
    diag_error(pin->text != NULL ? pin->loc : manifest->source.loc,
               "the upstream tarball of %s has the SHA-256 %s; the manifest pins %s; %s",
               manifest->source.package.text, hex,
               pin->text != NULL ? pin->text : "none (key orig-sha256)", consequence);
    return -1;
}

static int verify(const struct package *package) {
    char *pattern = xasprintf("*_%s.orig.tar.*", package->upstream);
    char *tarball = downloaded(package, pattern);
    char hex[HASH_HEX] = "nothing";
    struct hash hash;
    hash_init(&hash);
    if (tarball != NULL && hash_add_file(&hash, tarball) == 0) {
        hash_hex(&hash, hex);
    }
    free(pattern);
    free(tarball);
    if (compare_pin(package->manifest, hex, "nothing was unpacked") != 0) {
        return -1;
    }
    int error = file_write(package->stamp, hex, strlen(hex));
    if (error != 0) {
        diag_error(LOC_FILE(package->stamp), "the file cannot be written: %s", strerror(-error));
    }
    return error != 0 ? -1 : 0;
}

/* What lies in build/src already was verified against the pin that its stamp holds. */
static int check_stamp(const struct manifest *manifest, const char *stamp) {
    char *hex;
    size_t size;
    if (file_read(stamp, HASH_HEX, &hex, &size) != 0) {
        return 0; /* unpacked by hand */
    }
    int result = compare_pin(manifest, hex, "the unpacked source is not used");
    free(hex);
    return result;
}

static int unpack(const struct package *package, const char *target) {
    char *why = NULL;
    char *dsc = downloaded(package, "*.dsc");
    char *tree = path_join(package->scratch, "tree");
    const char *argv[] = {"dpkg-source", "-q", "-x", dsc, tree, NULL};
    char *out = dsc != NULL ? run(package->scratch, argv, &why) : NULL;
    int result = 0;
    if (out == NULL) {
        diag_error(package->loc, "the source package %s cannot be unpacked: %s", package->name,
                   why != NULL ? why : "it has no .dsc file");
        result = -1;
    } else if (rename(tree, target) != 0) {
        diag_error(LOC_FILE(target), "the unpacked source cannot be moved here: %m");
        result = -1;
    }
    free(out);
    free(why);
    free(dsc);
    free(tree);
    return result;
}

const char *source_directory(struct arena *arena, const struct manifest *manifest) {
    const char *sources = build_directory("src");
    char *name =
        arena_printf(arena, "%s-%s", manifest->source.package.text, manifest->source.version.text);
    for (char *p = name; *p != '\0'; p++) {
        *p = *p == ':' || *p == '/' ? '_' : *p;
    }
    const char *target = arena_printf(arena, "%s/%s", sources, name);
    const char *stamp = arena_printf(arena, "%s/.%s.sha256", sources, name);
    if (file_is_directory(target)) {
        return check_stamp(manifest, stamp) == 0 ? target : NULL;
    }
    /* Two tools at once: the second waits and then finds the first one's result. */
    char *lock_path = arena_printf(arena, "%s/.%s.lock", sources, name);
    int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (lock < 0 || flock(lock, LOCK_EX) != 0) {
        diag_error(LOC_FILE(lock_path), "the lock cannot be taken: %m; check the permissions");
        return NULL;
    }
    char *upstream = upstream_version(manifest->source.version.text);
    struct package package = {
        .name = manifest->source.package.text,
        .version = manifest->source.version.text,
        .upstream = upstream,
        .scratch = arena_printf(arena, "%s/.%s.new", sources, name),
        .stamp = stamp,
        .loc = manifest->source.loc,
        .manifest = manifest,
    };
    int result = 0;
    if (!file_is_directory(target)) {
        remove_tree(package.scratch);
        result = file_make_directories(package.scratch) != 0 || fetch(&package) != 0 ||
                         verify(&package) != 0 || unpack(&package, target) != 0
                     ? -1
                     : 0;
        remove_tree(package.scratch);
        progress_clear();
    }
    free(upstream);
    close(lock);
    return result == 0 ? target : NULL;
}
