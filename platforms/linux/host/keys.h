/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether memory protection keys work on this host: found out by being refused, not by a flag. */
#ifndef PLATFORM_LINUX_KEYS_H
#define PLATFORM_LINUX_KEYS_H

#include <stdbool.h>

/* On false, *why is one clause that says what is missing. */
bool keys_enforced(const char **why);

#endif
