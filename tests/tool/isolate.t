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
E
becomes lists libblue <<'E'
# The header stays.
compartments:
- main:             # as does this
  mechanism: intel-mpk
  default: True
- blue:
  mechanism: intel-mpk
libraries:
- libapp: main      # and this
- blue: blue

memory: 64M
E

cat >maps.yaml <<'E'
compartments:
  main: {mechanism: intel-mpk, default: true}
  blue:
    mechanism: intel-mpk
    gate: light
libraries:
  app: main
  green: {compartment: blue}
  libblue: blue # taken
E
becomes maps blue <<'E'
compartments:
  main: {mechanism: intel-mpk, default: true}
  blue:
    mechanism: intel-mpk
    gate: light
  blue-2: {mechanism: intel-mpk}
libraries:
  app: main
  green: {compartment: blue}
  libblue: blue-2 # taken
E

echo 'libraries: [app]' >none.yaml
becomes none blue <<'E'
compartments:
- main:
  mechanism: intel-mpk
  default: true
- blue:
  mechanism: intel-mpk
libraries: [app, blue: blue]
E

cat >plain.yaml <<'E'
compartments:
  - a: # first
    default: true
  - b   # second
libraries:
  - app: a
  - name: blue
    compartment: b
E
becomes plain app <<'E'
compartments:
  - a: # first
    mechanism: intel-mpk
    default: true
  - b: {mechanism: intel-mpk}   # second
libraries:
  - app: a
  - name: blue
    compartment: b
E

run "$flexos" isolate app nowhere.yaml
check "a file that is missing" [ "$status" = 1 ]
run "$flexos" isolate bleu none.yaml
check "an unknown library" [ "$status" = 1 ]
has "did you mean 'blue'?"
run "$flexos" isolate blue none.yaml
check "a name is chosen" [ "$status" = 0 -a -f none-blue.yaml ]
run "$flexos" isolate blue none.yaml
check "nothing is overwritten" [ "$status" = 1 ]
run "$flexos" isolate blue none-blue.yaml
check "alone already" [ "$status" = 0 ]
has "nothing to do"
check "nothing is left behind" [ -z "$(ls | grep trial)" ]
finish
