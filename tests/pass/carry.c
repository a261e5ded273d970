/* SPDX-License-Identifier: BSD-3-Clause */
/* Annotations of a prototype reach the definition, whose parameters have other names. */
#include <flexos/interface.h>

long carry(int fd, const void *buffer flexos_in(count), unsigned long count)
    flexos_precondition(fd >= 0);

long carry(int number, const void *bytes, unsigned long size) {
    return number + (long)bytes + (long)size;
}
