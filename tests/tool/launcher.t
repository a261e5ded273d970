#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# timeout: 600
# ./flexos in a fresh clone: builds itself once, also when started twice at the same time, builds again
# when a source changes, and reports a source that does not compile.
. "$(dirname "$0")/../lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/clone"
(cd "$FLEXOS_ROOT" && git ls-files -z flexos setup tool platforms mechanisms include core | xargs -0 cp --parents -t "$work/clone")
cd "$work" || exit 1
unset FLEXOS_BUILD
clone=$work/clone/flexos

"$clone" help >first 2>first.err &
first=$!
"$clone" help >second 2>second.err
check "the second of two at the same time" [ $? = 0 ]
wait "$first"
check "the first of two at the same time" [ $? = 0 ]
check "both say the same" cmp -s first second
check "it says that it builds" grep -q "building the tool" first.err second.err

run "$clone" help
check "a later start builds nothing" [ "$output" = "$(cat first)" ]
ln -s "$clone" link
run ./link help
check "a link to it works from anywhere" [ "$status" = 0 ]

sleep 1
sed -i 's/usage: flexos COMMAND/usage: changed COMMAND/' clone/tool/main.c
run "$clone" help
has "usage: changed COMMAND"
echo 'this is not C' >>clone/tool/main.c
run "$clone" help
check "a source that does not compile" [ "$status" = 1 ]
has "error:" "the tool itself does not build"
sed -i '$d' clone/tool/main.c
run "$clone" help
check "and mended" [ "$status" = 0 ]
finish
