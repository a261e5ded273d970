#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# `flexos isolate`: what it writes differs from the user's file only where it must, in all ways of writing.
. "$(dirname "$0")/../lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$(dirname "$0")/../diagnostics/common/." "$work/"
cd "$work" || exit 1

# becomes NAME LIBRARY: the file NAME.yaml, isolated, is what standard input says.
becomes() {
    rm -f new.yaml
    run "$flexos" isolate "$2" "$1.yaml" -o new.yaml
    if [ "$status" = 0 ] && diff - new.yaml >difference; then
        pass "$1: $2"
    else
        output="$output$(cat difference)"
        fail "$1: $2"
    fi
}

cat >lists.yaml <<'E'
# The header stays.
compartments:
- main:             # as does this
  mechanism: intel-mpk
  default: True
libraries:
- libapp: main      # and this

memory: 64M
