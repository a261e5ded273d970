/* SPDX-License-Identifier: BSD-3-Clause */
int mismatch_size(const char *text);
