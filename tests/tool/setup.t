#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# quick
# setup/setup against a pretended machine: what it installs and adds, that a second run does nothing, and
# that it uses sudo when not root. Nothing of this machine is touched.
. "$(dirname "$0")/../lib.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/parts" "$work/installed"
log=$work/log

# pretend NAME: a program of that name, from standard input, that writes its call into the log.
pretend() {
    { printf '#!/bin/sh\necho "%s $*" >>%s\n' "$1" "$log"; cat; } >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}
pretend dpkg-query <<E
for last; do :; done
[ -e "$work/installed/\$last" ] && printf installed
E
pretend apt-config <<E
echo "parts='$work/parts/'"
E
pretend apt-get <<E
case "\$*" in
*"Created-By: Sources"*) [ ! -e "$work/parts/flexos.sources" ] || echo "Debian|file:/mirror/|stable|main|x:1" ;;
*"Created-By: Packages"*) echo "Debian|file:/mirror/|stable|main|$work/parts/debian.sources:1"
    echo "Other|file:/other/|x|main|y:1" ;;
install*) for package; do case \$package in -* | install) ;; *) touch "$work/installed/\$package" ;; esac; done ;;
esac
E
pretend id <<E
cat "$work/uid"
E
pretend sudo <<E
shift # the variable
exec "\$@"
E
printf 'Types: deb\nURIs: file:/mirror/\nSuites: stable\nComponents: main\nSigned-By: /keys/debian.gpg\n' \
    >"$work/parts/debian.sources"
echo 1000 >"$work/uid"
setup() {
    : >"$log"
    run env PATH="$work/bin:$PATH" "$FLEXOS_ROOT/setup/setup" "$@"
}

setup tool
check "the packages of one purpose" [ "$status" = 0 -a -e "$work/installed/libyaml-dev" ]
check "and no others" [ ! -e "$work/installed/clang-19" ]
has "installing:" "libyaml-dev"
check "by sudo when not root" grep -q "^sudo .*apt-get install" "$log"
check "no source entries, which the tool does not need" [ ! -e "$work/parts/flexos.sources" ]

echo 0 >"$work/uid"
setup
check "everything" [ "$status" = 0 -a -e "$work/installed/clang-19" -a -e "$work/installed/python3" ]
check "without sudo as root" [ "$(grep -c '^sudo' "$log")" = 0 ]
check "source entries for Debian's place, its key, and no other's" cmp -s "$work/parts/flexos.sources" - <<'E'
Types: deb-src
URIs: file:/mirror/
Suites: stable
Components: main
Signed-By: /keys/debian.gpg
E
has "adding Debian's source entries"

setup
check "a second run says nothing" [ "$status" = 0 -a -z "$output" ]
check "and does nothing" [ "$(grep -cE '^(sudo|apt-get (install|update))' "$log")" = 0 ]
setup --list
check "nothing is missing" [ "$status" = 0 -a -z "$output" ]
setup toool
check "an unknown purpose" [ "$status" = 1 ]
has "remedy: one of: all build"
finish
