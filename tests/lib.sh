# SPDX-License-Identifier: BSD-3-Clause
# TAP for shell tests, and images. Sourced by tests; see tests/README.md.
set -u
flexos=$FLEXOS_ROOT/flexos
tap_count=0
tap_planned=0
status=0
output=

plan() { tap_planned=$1; [ "$1" = 0 ] || echo "1..$1"; }
finish() { [ "$tap_planned" != 0 ] || echo "1..$tap_count"; exit 0; }

pass() { tap_count=$((tap_count + 1)); echo "ok $tap_count - $*"; }
fail() { tap_count=$((tap_count + 1)); echo "not ok $tap_count - $*"; diagnose; return 1; }
skip() { tap_count=$((tap_count + 1)); echo "ok $tap_count - $1 # SKIP $2"; }
skip_all() { echo "1..0 # SKIP $*"; exit 0; }
diagnose() { printf '%s\n' "status $status" "$output" | sed 's/^/# /' | head -40; }

# check NAME COMMAND...: the command decides.
check() {
    local name=$1
    shift
    if "$@"; then pass "$name"; else fail "$name"; fi
}

# has TEXT...: each text stands in the output of the last command; lacks TEXT...: none does. same FILE: it is that file, but
# for the launcher's own lines.
has() {
    local text
    for text in "$@"; do
        case $output in *"$text"*) pass "  says: $text" ;; *) fail "  says: $text" ;; esac
    done
}
lacks() {
    local text
    for text in "$@"; do
        case $output in *"$text"*) fail "  does not say: $text" ;; *) pass "  does not say: $text" ;; esac
    done
}
same() {
    local said
    said=$(printf '%s\n' "$output" | grep -v '^flexos: ')
    if [ "$said" = "$(cat "$1")" ]; then pass "  output is $(basename "$1")"; else
        fail "  output is $(basename "$1")"
        diff <(printf '%s\n' "$said") "$1" | sed 's/^/# /' | head -20
    fi
}

# run COMMAND...: sets status and output (stdout and stderr together).
run() {
    output=$("$@" 2>&1 < /dev/null)
    status=$?
}

# Where the image of a configuration is built: one place per configuration file and extra arguments.
image_of() { echo "$FLEXOS_ROOT/build/tests/$(echo "$1" | sed "s#^$FLEXOS_ROOT/##; s#[/.]#-#g").image"; }

# build_images CONFIG...: builds each; the first that fails ends the test.
build_images() {
    local config
    mkdir -p "$FLEXOS_ROOT/build/tests"
    for config in "$@"; do
        "$flexos" build "$config" -o "$(image_of "$config")" || exit 1
    done
}

# run_image CONFIG ARGUMENTS...: runs the image that build_images made, with a time limit.
run_image() {
    local config=$1
    shift
    run timeout 60 "$FLEXOS_ROOT/build/tool/flexos" run "$(image_of "$config")" -- "$@"
}
