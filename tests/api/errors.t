#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Mistakes in gates and annotations that the build finds.
. "$FLEXOS_ROOT/tests/lib.sh"
here=$FLEXOS_ROOT/tests/api/images

run "$flexos" build "$here/wrong.yaml" -o "$FLEXOS_TMP/image"
check "a gate that names the wrong library is a build error" [ "$status" != 0 ]
has "main (wrong.c:8)" "atoi" "library service, which does not export it" "format"

run "$flexos" build "$here/caller-copy.yaml" -o "$FLEXOS_TMP/image"
check "a pointer that would be copied on its type alone is a build error" [ "$status" != 0 ]
has "service_swap" "parameter 'a'" "compartment 'main'" "sharing: copy" "flexos_inout" "docs/interfaces.md"

run "$flexos" build "$here/mismatch.yaml" -o "$FLEXOS_TMP/image"
check "an interface.c that does not match the header is a build error" [ "$status" != 0 ]
has "interface.c" "conflicting types for 'mismatch_size'"
finish
