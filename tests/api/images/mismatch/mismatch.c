/* SPDX-License-Identifier: BSD-3-Clause */
#include "mismatch.h"
#include <string.h>

int mismatch_size(const char *text) {
    return (int)strlen(text);
}

int main(void) {
    return mismatch_size("") != 0;
}
