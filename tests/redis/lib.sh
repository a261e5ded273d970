# SPDX-License-Identifier: BSD-3-Clause
# Redis servers for tests, started on a free port and ended by their own pid. Source tests/lib.sh first.
redis_pid=

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# redis_wait: until the server on $port answers; 1 after a minute, or when it has ended.
redis_wait() {
    local tries
    for tries in $(seq 600); do
        [ "$(redis-cli -p "$port" PING 2> /dev/null)" = PONG ] && return 0
        kill -0 "$redis_pid" 2> /dev/null || return 1
        sleep 0.1
    done
    return 1
}

# redis_image CONFIG [OPTIONS...]: the image of a configuration, its port 6379 on $port of this host.
redis_image() {
    local config=$1
    shift
    port=$(free_port)
    redis_log=$FLEXOS_TMP/redis.log
    "$FLEXOS_ROOT/build/tool/flexos" run "$(image_of "$config")" -p "$port:6379" "$@" > "$redis_log" 2>&1 < /dev/null &
    redis_pid=$!
    redis_wait
}

# redis_stock: Debian's redis-server. It is the program of redis-tools under another name; package redis-server would start a service.
redis_stock() {
    port=$(free_port)
    redis_log=$FLEXOS_TMP/stock.log
    (exec -a redis-server redis-check-rdb --port "$port" --save "" --dir "$FLEXOS_TMP") > "$redis_log" 2>&1 < /dev/null &
    redis_pid=$!
    redis_wait
}

# redis_stop: asks it to end, as Ctrl-C does; sets status.
redis_stop() {
    kill -TERM "$redis_pid" 2> /dev/null
    local tries
    for tries in $(seq 100); do
        kill -0 "$redis_pid" 2> /dev/null || break
        sleep 0.1
    done
    kill -KILL "$redis_pid" 2> /dev/null
    wait "$redis_pid"
    status=$?
    redis_pid=
}
trap '[ -z "$redis_pid" ] || kill -KILL "$redis_pid" 2> /dev/null' EXIT
