#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# alone
# timeout: 600
# The commands that README.md and docs/ show run and succeed: indented lines that begin with ./flexos, in their order in each page, from
# the top of the checkout. `make run`, `make test` and `make bench` are run by others; a command that serves until it is stopped is
# started, watched for its first answer elsewhere (tests/redis), and not here. Pages whose commands need files that the page makes have
# a test of their own (porting.md).
. "$FLEXOS_ROOT/tests/lib.sh"
cd "$FLEXOS_ROOT" || exit 1
trap 'rm -f examples/census/two-report.yaml' EXIT # what `flexos isolate` of README.md writes

commands() { sed -n 's/^    \(\.\/flexos .*\)/\1/p' "$1" | sed 's/ *#.*//; s/[[:space:]]*$//' | sort -u; }
pages=$(ls README.md docs/*.md | grep -v porting.md)

for page in $pages; do
    while read -r line; do
        [ -n "$line" ] || continue
        case $line in
            *redis* | *--gdb* | *--detach* | *" ps"* | *" stop"* | *" logs"* | *IMAGE* | *CONFIG* | *...*)
                skip "$page: $line" "serves until it is stopped, or names no file: run by tests/redis and tests/run"
                continue
                ;;
        esac
        run timeout 100 bash -c "$line"
        check "$page: $line" [ "$status" = 0 ]
    done < <(commands "$page")
done
finish
