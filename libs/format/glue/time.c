/* SPDX-License-Identifier: BSD-3-Clause */
/* Functions of time whose result lies in a static object: each compartment has its own. */
#include <time.h>

struct tm *gmtime(const time_t *time) {
    static struct tm tm;
    return gmtime_r(time, &tm);
}

struct tm *localtime(const time_t *time) {
    static struct tm tm;
    return localtime_r(time, &tm);
}

char *asctime(const struct tm *tm) {
    static char text[26];
    return asctime_r(tm, text);
}

char *ctime(const time_t *time) {
    struct tm *tm = localtime(time);
    return tm ? asctime(tm) : NULL;
}
