/* SPDX-License-Identifier: BSD-3-Clause */
/* Code that a test plants in libraries: it looks for bytes in everything that its compartment may read, changes them, and tries
 * any address. Commands arrive at a back door (door.c, in lwip only) and reach the other libraries through a shared box.
 *
 *   LIBRARY ranges LAYOUT            what this compartment may read and write; LAYOUT is the address of flexos_layout
 *   LIBRARY scan LAYOUT NEEDLE       counts NEEDLE there; each byte of the needle comes increased by one, so that the command is
 *   LIBRARY spoil LAYOUT NEEDLE      not found itself; spoil also overwrites the first byte of each
 *   LIBRARY read ADDRESS, LIBRARY write ADDRESS
 *   box                              the answer of the last command to another library than lwip */
#ifndef PLANTED_H
#define PLANTED_H

#include <stddef.h>

#include "planted_name.h" /* made by the test: PLANTED_NAME, PLANTED(function), PLANTED_DOOR in lwip */

#define PLANTED_TEXT 1024

struct planted_box {
    volatile unsigned asked, answered; /* numbers of commands */
    char command[PLANTED_TEXT], answer[PLANTED_TEXT];
};
extern struct planted_box planted_box;

/* Does what the text behind LIBRARY says; the answer is text. Prefixed by the library, as the exports of each want it. */
size_t PLANTED(obey)(const char *command, char *answer, size_t room);

#endif
