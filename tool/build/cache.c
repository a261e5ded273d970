/* SPDX-License-Identifier: BSD-3-Clause */
#include "build/cache.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "util/file.h"
#include "util/map.h"
#include "util/str.h"

static const char magic[] = "flexos-objects 3";

struct dependency {
    const char *path;
    char hash[HASH_HEX];
    long long size, time; /* of the file when it was hashed; -1: to be hashed */
    bool checked;         /* looked at in this run */
};

struct record { /* one source and what it was made from */
    const char *path;
    struct dependency **v;
    size_t n, room;
};

struct cache {
    struct arena arena;
    const struct library_build *build;
    const char *objects, *state;
    char flags[3][HASH_HEX];           /* hash of the flags by kind of input */
    struct map dependencies;           /* path -> struct dependency */
    struct map records;                /* path -> struct record */
    long long folders, folders_before; /* newest change of a folder of the include path */
    bool changed;
};

static void hash_flags(struct cache *cache) {
    for (int kind = 0; kind < 3; kind++) {
        struct hash hash;
        const struct strings *flags = &cache->build->flags[kind];
        hash_init(&hash);
        hash_add_string(&hash, magic);
        hash_add_string(&hash, toolchain_identity() != NULL ? toolchain_identity() : "");
        for (size_t i = 0; i < flags->n; i++) {
            hash_add_string(&hash, flags->v[i]);
        }
        hash_hex(&hash, cache->flags[kind]);
    }
}

static long long nanoseconds(struct timespec t) {
    return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Brings the hash of a file up to date; a file that is gone has the hash "". */
static void check(struct cache *cache, struct dependency *dependency) {
    struct stat st;
    struct hash hash;
    if (dependency->checked) {
        return;
    }
    dependency->checked = true;
    if (stat(dependency->path, &st) != 0) {
        dependency->hash[0] = '\0';
        dependency->size = -1;
        cache->changed = true;
        return;
    }
    if (st.st_size == dependency->size && nanoseconds(st.st_mtim) == dependency->time) {
        return;
    }
    hash_init(&hash);
    if (hash_add_file(&hash, dependency->path) == 0) {
        hash_hex(&hash, dependency->hash);
    } else {
        dependency->hash[0] = '\0';
    }
    dependency->size = st.st_size;
    dependency->time = nanoseconds(st.st_mtim);
    cache->changed = true;
}

static struct dependency *dependency_of(struct cache *cache, const char *path) {
    struct dependency *dependency = map_get(&cache->dependencies, path);
    if (dependency == NULL) {
        dependency = arena_alloc(&cache->arena, sizeof *dependency);
        dependency->path = arena_strdup(&cache->arena, path);
        dependency->size = dependency->time = -1;
        *map_put(&cache->dependencies, dependency->path) = dependency;
    }
    return dependency;
}

static struct record *record_of(struct cache *cache, const char *path) {
    struct record *record = map_get(&cache->records, path);
    if (record == NULL) {
        record = arena_alloc(&cache->arena, sizeof *record);
        record->path = arena_strdup(&cache->arena, path);
        *map_put(&cache->records, record->path) = record;
    }
    return record;
}

/* Lines: "f SIZE TIME HASH PATH", then "o PATH\tINDEX INDEX ..." with indices into the f lines. */
static void read_state(struct cache *cache, char *text) {
    VEC(struct dependency *) files = {0};
    for (char *line = text, *end; *line != '\0'; line = end) {
        end = line + strcspn(line, "\n");
        if (*end != '\0') {
            *end++ = '\0';
        }
        long long size, time;
        char hash[HASH_HEX];
        int at = 0;
        if (sscanf(line, "d %lld", &time) == 1) {
            cache->folders_before = time;
        } else if (sscanf(line, "f %lld %lld %64s %n", &size, &time, hash, &at) == 3 && at > 0) {
            struct dependency *dependency = dependency_of(cache, line + at);
            dependency->size = size;
            dependency->time = time;
            memcpy(dependency->hash, hash, sizeof hash);
            vec_push(&files, dependency);
        } else if (str_starts(line, "o ") && strchr(line, '\t') != NULL) {
            char *p = strchr(line, '\t');
            *p++ = '\0';
            struct record *record = record_of(cache, line + 2);
            for (char *next; *p != '\0'; p = next) {
                unsigned long index = strtoul(p, &next, 10);
                if (next == p || index >= files.n) {
                    record->n = 0;
                    break;
                }
                vec_push(record, files.v[index]);
            }
        }
    }
    vec_free(&files);
}

static long long time_of(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 ? nanoseconds(st.st_mtim) : 0;
}

/* Time of the newest change of a folder or of one directly below it; asked once in a run. */
static long long folder_time(const char *directory) {
    static struct map known;
    long long *newest = map_get(&known, directory);
    if (newest == NULL) {
        newest = xmalloc(sizeof *newest);
        struct dirent *entry;
        DIR *dir = opendir(directory);
        *newest = time_of(directory);
        while (dir != NULL && (entry = readdir(dir)) != NULL) {
            if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
                char *path = path_join(directory, entry->d_name);
                long long time = time_of(path);
                *newest = time > *newest ? time : *newest;
                free(path);
            }
        }
        if (dir != NULL) {
            closedir(dir);
        }
        *map_put(&known, xstrdup(directory)) = newest;
    }
    return *newest;
}

static long long newest_folder(const struct strings *directories) {
    long long newest = 0;
    for (size_t i = 0; i < directories->n; i++) {
        long long time = folder_time(directories->v[i]);
        newest = time > newest ? time : newest;
    }
    return newest;
}

/* Whether an earlier folder of the include path now has a file of the name that was found later. */
static bool hidden(const struct strings *directories, const char *path) {
    for (size_t i = 0; i < directories->n; i++) {
        const char *directory = directories->v[i];
        size_t length = strlen(directory);
        if (strncmp(path, directory, length) != 0 || path[length] != '/') {
            continue;
        }
        for (size_t j = 0; j < i; j++) {
            char *other = path_join(directories->v[j], path + length + 1);
            bool exists = strcmp(other, path) != 0 && file_exists(other);
            free(other);
            if (exists) {
                return true;
            }
        }
        return false;
    }
    return false;
}

static void drop_hidden(struct cache *cache) {
    struct map bad = {0};
    for (size_t i = 0; i < cache->dependencies.n; i++) {
        struct map_entry *entry = &cache->dependencies.entries[i];
        if (hidden(&cache->build->directories, entry->key)) {
            *map_put(&bad, entry->key) = entry->value;
        }
    }
    for (size_t i = 0; i < cache->records.n && bad.n > 0; i++) {
        struct record *record = cache->records.entries[i].value;
        for (size_t j = 0; j < record->n; j++) {
            if (map_get(&bad, record->v[j]->path) != NULL) {
                record->n = 0;
            }
        }
    }
    map_free(&bad);
    cache->changed = true;
}

struct cache *cache_open(const struct library_build *build) {
    struct cache *cache = xcalloc(1, sizeof *cache);
    struct hash hash;
    char hex[HASH_HEX], *text;
    size_t size;
    cache->build = build;
    cache->objects = build_directory("obj");
    hash_flags(cache);
    hash_init(&hash);
    hash_add_string(&hash, build->manifest->directory);
    for (int kind = 0; kind < 3; kind++) {
        hash_add_string(&hash, cache->flags[kind]);
    }
    hash_hex(&hash, hex);
    cache->state =
        arena_printf(&cache->arena, "%s/%s-%.16s.state", cache->objects, build->library->name, hex);
    if (file_read(cache->state, 0, &text, &size) == 0) {
        if (str_starts(text, magic)) {
            read_state(cache, text);
        }
        free(text);
    }
    cache->folders = newest_folder(&build->directories);
    if (cache->folders != cache->folders_before) {
        drop_hidden(cache);
    }
    return cache;
}

/* Where the object of these contents lies. NULL when a file is gone. */
static char *object_path(struct cache *cache, const struct input *input,
                         const struct record *record) {
    struct hash hash;
    char hex[HASH_HEX];
    hash_init(&hash);
    hash_add_string(&hash, cache->flags[input->kind]);
    hash_add_string(&hash, input->name);
    for (size_t i = 0; i < record->n; i++) {
        check(cache, record->v[i]);
        if (record->v[i]->hash[0] == '\0') {
            return NULL;
        }
        hash_add_string(&hash, record->v[i]->path);
        hash_add_string(&hash, record->v[i]->hash);
    }
    hash_hex(&hash, hex);
    return xasprintf("%s/%.2s/%s.o", cache->objects, hex, hex + 2);
}

char *cache_find(struct cache *cache, const struct input *input) {
    struct record *record = map_get(&cache->records, input->path);
    char *path = record != NULL && record->n > 0 ? object_path(cache, input, record) : NULL;
    if (path != NULL && !file_exists(path)) {
        free(path);
        path = NULL;
    }
    return path;
}

/* The compiler's make rule: "target: file file \<newline> file", spaces in names escaped. */
static void read_depfile(struct cache *cache, struct record *record, char *text) {
    char *p = strchr(text, ':');
    record->n = 0;
    while (p != NULL && *p != '\0') {
        char *start = ++p, *to = p;
        while (*p != '\0' && *p != ' ' && *p != '\n') {
            if (*p == '\\' && p[1] == '\n') {
                break;
            }
            if ((*p == '\\' && (p[1] == ' ' || p[1] == '#')) || (*p == '$' && p[1] == '$')) {
                p++;
            }
            *to++ = *p++;
        }
        bool end = *p == '\0';
        if (to > start) {
            char *name = xstrndup(start, (size_t)(to - start));
            vec_push(record, dependency_of(cache, name));
            free(name);
        }
        if (!end && *p == '\\') {
            p++;
        }
    }
}

char *cache_add(struct cache *cache, const struct input *input, const char *object,
                const char *depfile) {
    struct record *record = record_of(cache, input->path);
    char *text;
    size_t size;
    int error = file_read(depfile, 0, &text, &size);
    if (error == 0) {
        read_depfile(cache, record, text);
        free(text);
    } else if (error == -ENOENT && str_ends(input->path, ".s")) {
        record->n = 0; /* not preprocessed: it includes nothing */
        vec_push(record, dependency_of(cache, input->path));
        error = 0;
    }
    cache->changed = true;
    char *path = error == 0 ? object_path(cache, input, record) : NULL;
    if (path != NULL) {
        char *directory = path_directory(path);
        error = file_make_directories(directory);
        free(directory);
        if (error == 0 && rename(object, path) != 0) {
            error = -errno;
        }
    } else if (error == 0) {
        error = -ENOENT; /* a header disappeared while it was compiled */
    }
    if (error != 0) {
        diag_error(LOC_FILE(input->path), "its object cannot be put into the cache: %s",
                   strerror(-error));
        free(path);
        return NULL;
    }
    return path;
}

void cache_close(struct cache *cache) {
    struct strbuf sb = {0};
    struct map index = {0};
    if (cache->changed) {
        sb_printf(&sb, "%s\nd %lld\n", magic, cache->folders);
        for (size_t i = 0; i < cache->dependencies.n; i++) {
            struct dependency *dependency = cache->dependencies.entries[i].value;
            if (dependency->hash[0] != '\0') {
                void **slot = map_put(&index, dependency->path);
                *slot = (void *)index.n;
                sb_printf(&sb, "f %lld %lld %s %s\n", dependency->size, dependency->time,
                          dependency->hash, dependency->path);
            }
        }
        for (size_t i = 0; i < cache->records.n; i++) {
            struct record *record = cache->records.entries[i].value;
            bool whole = record->n > 0;
            for (size_t j = 0; j < record->n; j++) {
                whole = whole && record->v[j]->hash[0] != '\0';
            }
            if (!whole) {
                continue;
            }
            sb_printf(&sb, "o %s\t", record->path);
            for (size_t j = 0; j < record->n; j++) {
                sb_printf(&sb, " %zu", (size_t)map_get(&index, record->v[j]->path) - 1);
            }
            sb_add(&sb, "\n");
        }
        file_write(cache->state, sb.s, sb.n);
        sb_free(&sb);
        map_free(&index);
    }
    for (size_t i = 0; i < cache->records.n; i++) {
        struct record *record = cache->records.entries[i].value;
        vec_free(record);
    }
    map_free(&cache->dependencies);
    map_free(&cache->records);
    arena_free(&cache->arena);
    free(cache);
}
