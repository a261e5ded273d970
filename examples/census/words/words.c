/* SPDX-License-Identifier: BSD-3-Clause */
#include "words.h"

#include <ctype.h>

#include <flexos/flexos.h>

#define LONGEST 31

static size_t calls; /* private state: makes sure that this is not a stateless function */

int words_each(const char *text, size_t length, int (*visit)(const char *, void *), void *cookie,
               struct words_progress *progress) {
    char word[LONGEST + 1] __attribute__((flexos_share));
    size_t used = 0;

    calls++;
    for (size_t i = 0; i <= length; i++) {
        if (i < length && isalpha((unsigned char)text[i])) {
            if (used < LONGEST)
                word[used++] = (char)tolower((unsigned char)text[i]);
            continue;
        }
        if (used == 0)
            continue;
        word[used] = '\0';
        used = 0;
        progress->bytes = i;
        progress->words++;
        int result = visit(word, cookie);

        if (result != 0)
            return result;
    }
    return 0;
}
