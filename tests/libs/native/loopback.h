/* SPDX-License-Identifier: BSD-3-Clause */
/* See loopback.c. */
#ifndef TESTS_LOOPBACK_H
#define TESTS_LOOPBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

extern unsigned loopback_polls; /* calls of net_poll */
extern unsigned loopback_calls; /* of net_accept, net_send, net_recv */
extern unsigned loopback_delay; /* polls without news before one with */

#endif
