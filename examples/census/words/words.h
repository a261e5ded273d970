/* SPDX-License-Identifier: BSD-3-Clause */
/* Splits text into words and hands each to its caller. */
#ifndef WORDS_H
#define WORDS_H

#include <stddef.h>

#include <flexos/interface.h>

/* Where words_each is; the caller shares it. */
struct words_progress {
    size_t bytes, words;
};

/* Calls visit(word, cookie) for each word of the text, in lower case; the word lies in shared memory and is valid during the
 * call. Ends early when visit returns a value other than 0, with that value. */
int words_each(const char *text flexos_in(length), size_t length, int (*visit)(const char *, void *) flexos_callback,
               void *cookie flexos_opaque,
               struct words_progress *progress flexos_shared(sizeof(struct words_progress)));

#endif
