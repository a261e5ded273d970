/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The text of a configuration with one library in a compartment of its own. Only the places that
 * must change are edited, so comments and layout of the rest stay.
 */
#ifndef FLEXOS_TOOL_CONFIG_ISOLATE_H
#define FLEXOS_TOOL_CONFIG_ISOLATE_H

#include "config/plan.h"

/*
 * The new text (the caller's to free), or NULL when the file is written in a way that cannot be
 * edited (the caller says what to write by hand). NAME is the new compartment's, or NULL when the
 * library is alone already and only MECHANISM, that of all compartments, is to change.
 */
char *isolate_text(const struct config *config, const char *library, const char *name,
                   enum mechanism mechanism);

#endif
