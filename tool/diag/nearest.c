/* SPDX-License-Identifier: BSD-3-Clause */
/* The nearest valid word: Damerau-Levenshtein distance over words of bounded length. */
#include "diag/diag.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 64, STEP = 4 }; /* distances count in quarters: another case is a quarter change */

static unsigned change(char a, char b) {
    if (a == b) {
        return 0;
    }
    return tolower((unsigned char)a) == tolower((unsigned char)b) ? 1 : STEP;
}

static unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

static unsigned distance(const char *a, size_t n, const char *b, size_t m) {
    unsigned row[3][LONGEST + 1]; /* the rows i-2, i-1 and i of the table, by i mod 3 */
    for (size_t j = 0; j <= m; j++) {
        row[0][j] = (unsigned)j * STEP;
    }
    for (size_t i = 1; i <= n; i++) {
        unsigned *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];
        now[0] = (unsigned)i * STEP;
        for (size_t j = 1; j <= m; j++) {
            now[j] =
                least(least(last[j], now[j - 1]) + STEP, last[j - 1] + change(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = least(now[j], before[j - 2] + STEP);
            }
        }
    }
    return row[n % 3][m];
}

const char *diag_nearest(const char *word, const char *const *candidates, size_t count) {
    size_t n = strlen(word);
    const char *best = NULL;
    unsigned best_distance = 0;
    for (size_t i = 0; i < count; i++) {
        size_t m = strlen(candidates[i]);
        if (n == 0 || n > LONGEST || m > LONGEST) {
            continue;
        }
        size_t longer = n > m ? n : m;
        unsigned limit = (unsigned)(longer < 3 ? 1 : (longer + 2) / 3) * STEP;
        unsigned d = distance(word, n, candidates[i], m);
        if (d <= limit && (best == NULL || d < best_distance)) {
            best = candidates[i];
            best_distance = d;
        }
    }
    return best;
}
