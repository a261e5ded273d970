/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Files and paths. Functions return 0 or a positive result, or a negative errno; they print
 * nothing, the caller knows what the file was for. Paths that are returned are the caller's to
 * free.
 */
#ifndef FLEXOS_TOOL_UTIL_FILE_H
#define FLEXOS_TOOL_UTIL_FILE_H

#include "util/vec.h"

#include <stdbool.h>
#include <stddef.h>

/* Reads at most `limit` bytes (0: no limit; -EFBIG beyond it); a terminating zero is added. */
int file_read(const char *path, size_t limit, char **text, size_t *size);

/* Writes a new file beside PATH and renames it, so that readers see the old or the new one whole.
 */
int file_write(const char *path, const void *data, size_t size);
int file_copy(const char *from, const char *to); /* atomically, with the mode bits */

bool file_exists(const char *path);
bool file_is_directory(const char *path);
int file_make_directories(const char *path); /* like mkdir -p */

char *path_join(const char *directory, const char *name); /* an absolute name stays as it is */
char *path_directory(const char *path);                   /* "." when there is none */
const char *path_base(const char *path);                  /* points into path */

/* Appends the names (allocated, sorted) in a directory, without those that start with a dot. */
int file_list(const char *directory, struct strings *names);

/*
 * Appends the paths below DIRECTORY that match PATTERN (shell globs; ** matches any folders),
 * sorted, each as DIRECTORY/..., allocated.
 */
int file_glob(const char *directory, const char *pattern, struct strings *paths);

#endif
