/* SPDX-License-Identifier: BSD-3-Clause */
#include "util/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void hash_init(struct hash *hash) {
    sha256_init(&hash->state);
}

void hash_add(struct hash *hash, const void *data, size_t size) {
    sha256_update(&hash->state, size, data);
}

void hash_add_string(struct hash *hash, const char *s) {
    uint64_t length = strlen(s);
    hash_add(hash, &length, sizeof length);
    hash_add(hash, s, length);
}

int hash_add_file(struct hash *hash, const char *path) {
    char buffer[64 * 1024];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0) {
        hash_add(hash, buffer, (size_t)n);
    }
    int error = n < 0 ? -errno : 0;
    close(fd);
    return error;
}

void hash_hex(struct hash *hash, char hex[HASH_HEX]) {
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&hash->state, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    }
}
