#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# needs: pku
# timeout: 900
# Every configuration of examples/redis answers like Debian's redis-server: the same replies to some hundred commands, pub/sub, blocking
# commands, large values, a thousand clients, and a clean end.
. "$FLEXOS_ROOT/tests/lib.sh"
. "$FLEXOS_ROOT/tests/redis/lib.sh"
examples=$FLEXOS_ROOT/examples/redis
configs=${FLEXOS_CONFIGS:-$(ls "$examples"/*.yaml)}
emulated=${FLEXOS_EMULATED:-0}

if [ "$1" = build ]; then
    build_images $configs
    exit
fi

# Replies to the file of commands; what differs from server to server by nature is left out.
replies() { redis-cli -p "$port" < "$FLEXOS_ROOT/tests/redis/commands.txt" 2>&1 | grep -a -v -E 'Redis ver\.'; }

subscribe() { timeout 20 redis-cli -p "$port" SUBSCRIBE news > "$FLEXOS_TMP/news" 2>&1 & }

pubsub() {
    subscribe
    local listener=$! tries
    for tries in $(seq 50); do
        [ "$(redis-cli -p "$port" PUBSUB NUMSUB news | tail -1)" = 1 ] && break
        sleep 0.1
    done
    redis-cli -p "$port" PUBLISH news fresh > /dev/null
    for tries in $(seq 50); do
        grep -q fresh "$FLEXOS_TMP/news" && break
        sleep 0.1
    done
    kill "$listener" 2> /dev/null
    wait "$listener" 2> /dev/null
    grep -q fresh "$FLEXOS_TMP/news"
}

blocking() {
    timeout 20 redis-cli -p "$port" BRPOP queue 15 > "$FLEXOS_TMP/popped" 2>&1 &
    local waiter=$!
    sleep 0.5
    redis-cli -p "$port" LPUSH queue late > /dev/null
    wait "$waiter"
    grep -q late "$FLEXOS_TMP/popped"
}

large() {
    head -c $((emulated ? 1000000 : 8000000)) /dev/urandom | base64 -w 0 > "$FLEXOS_TMP/large"
    redis-cli -p "$port" -x SET large < "$FLEXOS_TMP/large" > /dev/null
    redis-cli -p "$port" GET large | tr -d '\n' | cmp -s - "$FLEXOS_TMP/large"
}

thousand() {
    timeout 200 redis-benchmark -p "$port" -c 1000 -n $((emulated ? 1000 : 5000)) -t set,get -q > "$FLEXOS_TMP/bench" 2>&1 &&
        grep -c 'requests per second' "$FLEXOS_TMP/bench" | grep -qx 2
}

check "Debian's redis-server starts" redis_stock
replies > "$FLEXOS_TMP/expected"
redis_stop
for config in $configs; do
    name=$(basename "$config" .yaml)
    if ! check "$name: answers" redis_image "$config"; then
        sed 's/^/# /' "$redis_log" | tail -30
        continue
    fi
    replies > "$FLEXOS_TMP/replies"
    output=$(diff -a "$FLEXOS_TMP/expected" "$FLEXOS_TMP/replies")
    check "$name: same replies" [ -z "$output" ]
    check "$name: pub/sub" pubsub
    check "$name: blocking commands" blocking
    check "$name: large values" large
    check "$name: a thousand clients" thousand
    redis_stop
    output=$(tail -5 "$redis_log")
    check "$name: ends cleanly" [ "$status" = 0 ]
done
finish
