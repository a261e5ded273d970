#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# quick
# One fixture for each diagnostic: tests/diagnostics/NAME/{config.yaml,expected}. The fixture is read in
# a folder of its own beside the libraries of common/; `command` holds other arguments of the tool than
# `inspect config.yaml`, `before` makes files that cannot be committed. A diagnostic without a fixture
# and a fixture without a diagnostic fail. Folders valid.* must be accepted without a word.
#
#   tests/diagnostics/fixtures.t --accept     what comes out becomes the expected text: read the diff
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
flexos=${FLEXOS:-$root/flexos}
accept=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0

pass() {
    n=$((n + 1))
    echo "ok $n - $1"
}

fail() { # NAME [FILE that says more]
    n=$((n + 1))
    echo "not ok $n - $1"
    [ $# = 1 ] || sed 's/^/# /' "$2"
}

# Runs one fixture; what the tool says goes to $work/out, its status to $status.
run_fixture() {
    rm -rf "$work/f"
    mkdir "$work/f"
    cp -r "$here/common/." "$1/." "$work/f/"
    [ ! -x "$1/before" ] || (cd "$work/f" && ./before)
    if [ -f "$1/command" ]; then
        set -- $(cat "$1/command")
    else
        set -- inspect config.yaml
    fi
    (cd "$work/f" && timeout 20 "$flexos" "$@" >/dev/null 2>"$work/out")
    status=$?
}

names=$("$flexos" docs diagnostic-names) || exit 1

for fixture in "$here"/*/; do
    name=$(basename "$fixture")
    case $name in
    common) ;;
    valid.*)
        run_fixture "$fixture"
        if [ "$status" = 0 ] && [ ! -s "$work/out" ]; then pass "$name"; else fail "$name" "$work/out"; fi
        ;;
    *)
        run_fixture "$fixture"
        [ "$accept" != --accept ] || cp "$work/out" "$fixture/expected"
        if ! echo "$names" | grep -qx "${name%%.*}"; then
            fail "$name: there is no such diagnostic"
        elif [ "$status" != 1 ]; then
            fail "$name: exit status $status, 1 was expected" "$work/out"
        elif ! diff -u "$fixture/expected" "$work/out" >"$work/diff"; then
            fail "$name" "$work/diff"
        else
            pass "$name"
        fi
        ;;
    esac
done

for name in $names; do
    [ -d "$here/$name" ] || fail "$name: no fixture"
done

run_docs() { "$flexos" docs check >"$work/out" 2>&1; }
if run_docs; then pass "docs/ has the tables"; else fail "docs/ has the tables" "$work/out"; fi
echo "1..$n"
