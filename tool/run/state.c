/* SPDX-License-Identifier: BSD-3-Clause */
/* The files of running images; see state.h. */
#include "run/state.h"

#include "util/file.h"
#include "util/mem.h"
#include "util/root.h"
#include "util/str.h"
#include "util/vec.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILE 65536

/* The folder, made when needed: ours alone, or NULL. */
static char *folder(void) {
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    char *path = runtime && *runtime == '/' && file_is_directory(runtime)
                     ? xasprintf("%s/flexos", runtime)
                     : xasprintf("/tmp/flexos-%u", geteuid());
    struct stat status;
    if ((mkdir(path, 0700) && errno != EEXIST) || lstat(path, &status) ||
        !S_ISDIR(status.st_mode) || status.st_uid != geteuid() || status.st_mode & 022) {
        free(path);
        return NULL;
    }
    return path;
}

/* The process that holds the lock of an open file, or 0. */
static pid_t holder(int fd) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK ? lock.l_pid : 0;
}

static char *entry_text(const struct state_entry *entry) {
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "name", entry->name);
    cJSON_AddStringToObject(root, "image", entry->image);
    if (entry->log) {
        cJSON_AddStringToObject(root, "log", entry->log);
    }
    cJSON_AddStringToObject(root, "ports", entry->ports);
    cJSON_AddStringToObject(root, "mode", entry->mode);
    cJSON_AddNumberToObject(root, "started", (double)entry->started);
    char *text = cJSON_Print(root);
    cJSON_Delete(root);
    return text;
}

static bool write_all(int fd, const char *text) {
    size_t size = strlen(text);
    return write(fd, text, size) == (ssize_t)size;
}

/* Removes a file whose launcher has gone. */
static bool remove_stale(const char *path) {
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    bool stale = fd >= 0 && holder(fd) == 0;
    if (stale) {
        unlink(path);
    }
    if (fd >= 0) {
        close(fd);
    }
    return stale;
}

/* The locked file appears under its final name at once, so nobody sees it without its lock. */
static int publish(struct state *state, const char *directory, struct state_entry *entry,
                   bool exact) {
    char *temporary = xasprintf("%s/.%d", directory, getpid());
    char wanted[STATE_NAME];
    memcpy(wanted, entry->name, sizeof wanted);
    int error = -EEXIST;

    for (int number = 1; number < 1000 && error == -EEXIST; number++) {
        if (number > 1) {
            snprintf(entry->name, sizeof entry->name, "%.*s-%d", STATE_NAME - 8, wanted, number);
        }
        unlink(temporary);
        state->fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        char *text = entry_text(entry);
        bool good =
            state->fd >= 0 && fcntl(state->fd, F_SETLK, &lock) == 0 && write_all(state->fd, text);
        error = good ? 0 : -errno;
        cJSON_free(text);
        state->path = xasprintf("%s/%s.json", directory, entry->name);
        if (good && link(temporary, state->path)) {
            error = -errno;
            if (error == -EEXIST && remove_stale(state->path)) {
                error = link(temporary, state->path) ? -errno : 0;
            }
        }
        if (error) {
            free(state->path);
            state->path = NULL;
            if (state->fd >= 0) {
                close(state->fd);
            }
        }
        if (exact) {
            break;
        }
    }
    unlink(temporary);
    free(temporary);
    return error;
}

int state_register(struct state *state, struct state_entry *entry, bool exact) {
    *state = (struct state){.fd = -1};
    char *directory = folder();
    if (!directory) {
        return -EACCES;
    }
    for (char *at = entry->name; *at; at++) {
        if (*at == '/' || *at == '.' || *at <= ' ') {
            *at = '_';
        }
    }
    int error = publish(state, directory, entry, exact);
    free(directory);
    return error;
}

void state_remove(struct state *state) {
    if (state->path) {
        char *directory = path_directory(state->path);
        unlink(state->path);
        close(state->fd);
        rmdir(directory); /* stays when others run */
        free(directory);
        free(state->path);
    }
    *state = (struct state){.fd = -1};
}

static char *text_of(const cJSON *root, const char *key) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, key));
    return text ? xstrdup(text) : NULL;
}

static bool read_entry(struct state_entry *entry, const char *path) {
    *entry = (struct state_entry){0};
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return false;
    }
    entry->pid = holder(fd);
    char text[MAX_FILE];
    ssize_t size = read(fd, text, sizeof text - 1);
    close(fd);
    if (entry->pid <= 0 || size <= 0) {
        return false;
    }
    text[size] = '\0';
    cJSON *root = cJSON_Parse(text);
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, "name"));
    snprintf(entry->name, sizeof entry->name, "%s", name ? name : "?");
    entry->image = text_of(root, "image");
    entry->log = text_of(root, "log");
    entry->ports = text_of(root, "ports");
    entry->mode = text_of(root, "mode");
    entry->started =
        (long long)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(root, "started"));
    cJSON_Delete(root);
    return true;
}

struct state_entry *state_list(size_t *count) {
    VEC(struct state_entry) list = {0};
    struct strings names = {0};
    char *directory = folder();
    if (directory) {
        file_list(directory, &names);
    }
    for (size_t i = 0; i < names.n; i++) {
        char *path = path_join(directory, names.v[i]);
        struct state_entry entry;
        if (str_ends(path, ".json")) {
            if (read_entry(&entry, path)) {
                vec_push(&list, entry);
            } else {
                remove_stale(path);
            }
        }
        free(path);
        free((char *)(uintptr_t)names.v[i]);
    }
    if (directory) {
        rmdir(directory);
    }
    vec_free(&names);
    free(directory);
    *count = list.n;
    return list.v;
}

void state_free(struct state_entry *entries, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(entries[i].image);
        free(entries[i].log);
        free(entries[i].ports);
        free(entries[i].mode);
    }
    free(entries);
}

bool state_alive(const struct state_entry *entry) {
    size_t count;
    struct state_entry *list = state_list(&count);
    bool alive = false;
    for (size_t i = 0; i < count; i++) {
        alive |= list[i].pid == entry->pid && !strcmp(list[i].name, entry->name);
    }
    state_free(list, count);
    return alive;
}

char *state_log_path(const char *name) {
    return xasprintf("%s/logs/%s.log", flexos_build(), name);
}
