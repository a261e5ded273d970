/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The memory of what was compiled from what, one state file for each library and set of flags.
 *
 * An object's name in build/obj is the hash of everything that made it: flags, compiler, the source
 * and each file it included, by content. The state file remembers which files a source included,
 * and each file's size, time and hash, so that an unchanged library costs one stat for each file.
 * Going back to an earlier content finds the earlier object.
 *
 * A new header that hides one which was used is noticed when a folder of the include path changes.
 * What is not noticed is a header whose presence alone is asked for (__has_include) and that is
 * added later.
 */
#ifndef FLEXOS_TOOL_BUILD_CACHE_H
#define FLEXOS_TOOL_BUILD_CACHE_H

#include "build/library.h"

struct cache;

/* Reads the state of the library; never fails, an unreadable state is an empty one. */
struct cache *cache_open(const struct library_build *build);

/* The object of an input when it is in the cache (allocated), else NULL. */
char *cache_find(struct cache *cache, const struct input *input);

/*
 * Takes a freshly compiled object and the compiler's list of what it read into the cache. The
 * object's place (allocated), or NULL after a diagnostic.
 */
char *cache_add(struct cache *cache, const struct input *input, const char *object,
                const char *depfile);

/* Writes the state if it has changed. */
void cache_close(struct cache *cache);

#endif
