/* SPDX-License-Identifier: BSD-3-Clause */
/* Where this instance is: libc calls flexos_format_home in its own compartment before anything else
 * runs. Until then, and in all other compartments, the locale is "C" and no stream has a lock. */
#include "internal.h"

#include "pthread_impl.h"

static const struct __locale_struct c_locale;
static const struct pthread elsewhere = {.locale = (locale_t)&c_locale};

const struct pthread *__format_thread = &elsewhere;
int (*__format_lock)(FILE *);
void (*__format_unlock)(FILE *);

void flexos_format_home(int (*lock)(FILE *), void (*unlock)(FILE *)) {
    __format_thread = NULL;
    __format_lock = lock;
    __format_unlock = unlock;
}
