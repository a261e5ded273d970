#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 400
# The emulated machine: protection keys enforced, exit statuses, streams, signals, ports (emulate/test says each).
exec "$FLEXOS_ROOT/emulate/test"
