/* SPDX-License-Identifier: BSD-3-Clause */
#include "util/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/str.h"

int file_read(const char *path, size_t limit, char **text, size_t *size) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(fd);
        return -EISDIR;
    }
    struct strbuf sb = {0};
    char buffer[64 * 1024];
    ssize_t n;
    int error = 0;
    while (error == 0 && (n = read(fd, buffer, sizeof buffer)) != 0) {
        if (n < 0) {
            error = -errno;
        } else {
            sb_add_n(&sb, buffer, (size_t)n);
            error = limit != 0 && sb.n > limit ? -EFBIG : 0;
        }
    }
    close(fd);
    if (error != 0) {
        sb_free(&sb);
        return error;
    }
    *size = sb.n;
    *text = sb_take(&sb);
    return 0;
}

static int write_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0) {
            return -errno;
        }
        data += n;
        size -= (size_t)n;
    }
    return 0;
}

static int write_with_mode(const char *path, const void *data, size_t size, mode_t mode) {
    char *temporary = xasprintf("%s.%d.tmp", path, (int)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    int error = fd < 0 ? -errno : write_all(fd, data, size);
    if (fd >= 0 && close(fd) != 0 && error == 0) {
        error = -errno;
    }
    if (error == 0 && rename(temporary, path) != 0) {
        error = -errno;
    }
    if (error != 0) {
        unlink(temporary);
    }
    free(temporary);
    return error;
}

int file_write(const char *path, const void *data, size_t size) {
    return write_with_mode(path, data, size, 0666);
}

int file_copy(const char *from, const char *to) {
    struct stat st;
    char *text;
    size_t size;
    if (stat(from, &st) != 0) {
        return -errno;
    }
    int error = file_read(from, 0, &text, &size);
    if (error == 0) {
        error = write_with_mode(to, text, size, st.st_mode & 0777);
        free(text);
    }
    return error;
}

bool file_exists(const char *path) {
    return access(path, F_OK) == 0;
}

bool file_is_directory(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int file_make_directories(const char *path) {
    char *copy = xstrdup(path);
    int error = 0;
    for (char *p = copy + 1; *copy != '\0' && error == 0; p++) {
        if (*p == '/' || *p == '\0') {
            char saved = *p;
            *p = '\0';
            if (mkdir(copy, 0777) != 0 && !(errno == EEXIST && file_is_directory(copy))) {
                error = -errno;
            }
            *p = saved;
            if (saved == '\0') {
                break;
            }
        }
    }
    free(copy);
    return error;
}

char *path_join(const char *directory, const char *name) {
    if (name[0] == '/' || directory[0] == '\0' || strcmp(directory, ".") == 0) {
        return xstrdup(name);
    }
    return xasprintf("%s%s%s", directory, str_ends(directory, "/") ? "" : "/", name);
}

char *path_directory(const char *path) {
    const char *slash = strrchr(path, '/');
    if (slash == NULL) {
        return xstrdup(".");
    }
    return xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
}

const char *path_base(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

int file_list(const char *directory, struct strings *names) {
    size_t first = names->n;
    DIR *dir = opendir(directory);
    if (dir == NULL) {
        return -errno;
    }
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            vec_push(names, xstrdup(entry->d_name));
        }
    }
    closedir(dir);
    if (names->n > first) {
        qsort(names->v + first, names->n - first, sizeof *names->v, str_compare);
    }
    return 0;
}

static bool is_real_directory(const char *path) {
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* One path component of the pattern at a time; links are matched but ** does not follow them. */
static int glob_below(const char *directory, const char *pattern, struct strings *paths) {
    size_t length = strcspn(pattern, "/");
    bool last = pattern[length] == '\0';
    bool deep = length == 2 && strncmp(pattern, "**", 2) == 0;
    const char *rest = last ? "*" : pattern + length + 1;
    struct strings names = {0};
    int error = file_list(directory, &names);
    char *component = xstrndup(pattern, length);
    if (deep && error == 0) {
        error = glob_below(directory, rest, paths);
    }
    for (size_t i = 0; i < names.n; i++) {
        char *path = path_join(directory, names.v[i]);
        if (deep) {
            if (error == 0 && is_real_directory(path)) {
                error = glob_below(path, pattern, paths);
            }
        } else if (error == 0 && str_glob(component, names.v[i])) {
            if (last) {
                vec_push(paths, xstrdup(path));
            } else if (file_is_directory(path)) {
                error = glob_below(path, rest, paths);
            }
        }
        free(path);
        free((char *)names.v[i]);
    }
    vec_free(&names);
    free(component);
    return error;
}

int file_glob(const char *directory, const char *pattern, struct strings *paths) {
    size_t first = paths->n;
    int error = 0;
    if (strpbrk(pattern, "*?[") == NULL) {
        char *path = path_join(directory, pattern);
        if (file_exists(path)) {
            vec_push(paths, path);
        } else {
            free(path);
        }
    } else if (pattern[0] == '/') {
        error = glob_below("/", pattern + 1, paths);
    } else {
        error = glob_below(directory, pattern, paths);
    }
    if (paths->n > first) {
        qsort(paths->v + first, paths->n - first, sizeof *paths->v, str_compare);
    }
    return error;
}
