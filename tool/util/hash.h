/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SHA-256 of contents: keys of caches, and pins of upstream tarballs. Strings are added with their
 * length, so that ("ab","c") and ("a","bc") differ; hash_add and hash_add_file add bare bytes, so
 * that the hash of one file alone is what sha256sum prints.
 */
#ifndef FLEXOS_TOOL_UTIL_HASH_H
#define FLEXOS_TOOL_UTIL_HASH_H

#include <nettle/sha2.h>
#include <stddef.h>

struct hash {
    struct sha256_ctx state;
};

enum { HASH_HEX = 2 * SHA256_DIGEST_SIZE + 1 };

void hash_init(struct hash *hash);
void hash_add(struct hash *hash, const void *data, size_t size);
void hash_add_string(struct hash *hash, const char *s);
int hash_add_file(struct hash *hash, const char *path); /* 0 or a negative errno */
void hash_hex(struct hash *hash, char hex[HASH_HEX]);   /* ends it; hash_init starts anew */

#endif
