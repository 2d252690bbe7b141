#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pg.sh - a PostgreSQL for tests, thrown away afterwards. It listens on a Unix socket in a temporary folder
# only and keeps fsync on, because what we test must hold with it.
#
#     eval "$(tests/pg.sh start)"     sets AKARI_TEST_PG (an address for db_open) and AKARI_TEST_PG_DIR
#     tests/pg.sh again               starts it once more after it was killed
#     tests/pg.sh stop                stops it and removes AKARI_TEST_PG_DIR
#
# PostgreSQL refuses to run as root: root starts it as `postgres`, or as `nobody` where that user is missing.
# Tests share the server: each makes its own database or schema.
set -eu

fail() {
    echo "pg.sh: $*" >&2
    exit 1
}

bin_folder() {
    for folder in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin "$(pg_config --bindir 2>/dev/null)"; do
        if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then
            echo "$folder"
            return
        fi
    done
    fail "PostgreSQL is not installed (package postgresql-15)"
}

as_server() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    else
        setpriv --reuid="$server_user" --regid="$(id -g "$server_user")" --clear-groups \
            env -i PATH="$PATH" LC_ALL=C.UTF-8 HOME="$dir" "$@"
    fi
}

# A folder that the server's user can reach, with a name short enough for a socket (107 bytes with the file
# name).
make_folder() {
    for parent in "${TMPDIR:-/tmp}" /tmp /var/tmp; do
        dir=$(mktemp -d "$parent/akari-pg.XXXXXX" 2>/dev/null) || continue
        [ "$(id -u)" -ne 0 ] || chown "$server_user" "$dir"
        if [ ${#dir} -le 80 ] && (cd / && as_server test -w "$dir"); then
            return
        fi
        rmdir "$dir"
    done
    fail "no temporary folder for the server's socket"
}

for_libpq() {
    printf "'%s'" "$(printf %s "$1" | sed "s/[\\\\']/\\\\&/g")"
}

for_shell() {
    printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")"
}

start() {
    bin=$(bin_folder)
    server_user=$(id -un)
    if [ "$(id -u)" -eq 0 ]; then
        server_user=nobody
        ! id postgres >/dev/null 2>&1 || server_user=postgres
    fi
    make_folder
    trap 'rm -rf "$dir"' EXIT
    cd "$dir"
    as_server "$bin/initdb" -D "$dir/data" -U akari -A trust -E UTF8 --locale=C -N >"$dir/log.initdb" 2>&1 ||
        fail "initdb failed: $(tail -n 3 "$dir/log.initdb")"
    as_server sh -c 'cat >>"$1"' sh "$dir/data/postgresql.conf" <<EOF
listen_addresses = ''
unix_socket_directories = '"$(printf %s "$dir" | sed "s/'/''/g")"'
max_connections = 60
shared_buffers = 64MB
EOF
    as_server "$bin/pg_ctl" -D data -l log -w -t 60 start >/dev/null 2>&1 ||
        fail "the server does not start: $(tail -n 3 "$dir/log")"
    as_server "$bin/createdb" -h "$dir" -U akari akari_test || fail "no database"
    trap - EXIT
    echo "export AKARI_TEST_PG=$(for_shell "postgres:host=$(for_libpq "$dir") dbname=akari_test user=akari")"
    echo "export AKARI_TEST_PG_DIR=$(for_shell "$dir")"
}

find_server() {
    dir=${AKARI_TEST_PG_DIR:-}
    [ -n "$dir" ] && [ -d "$dir/data" ] || fail "AKARI_TEST_PG_DIR names no server"
    bin=$(bin_folder)
    server_user=$(stat -c %U "$dir/data")
}

again() {
    find_server
    cd "$dir"
    as_server "$bin/pg_ctl" -D data -l log -w -t 60 start >/dev/null 2>&1 ||
        fail "the server does not start again: $(tail -n 3 "$dir/log")"
    echo "started"
}

stop() {
    find_server
    cd /
    as_server "$bin/pg_ctl" -D "$dir/data" -m immediate -w -t 60 stop >/dev/null 2>&1 || true
    rm -rf "$dir"
}

case ${1:-} in
start) start ;;
again) again ;;
stop) stop ;;
*)
    echo "usage: pg.sh start|again|stop" >&2
    exit 64
    ;;
esac
