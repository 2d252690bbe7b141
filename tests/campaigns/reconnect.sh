#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# reconnect.sh - PostgreSQL is killed 100 times under a living door. On a server of its own: others would miss
# theirs.
set -u
. "$(dirname "$0")/tap.lib"
if server=$("$campaigns/../pg.sh" start); then
    eval "$server"
    AKARI_PG_AS=$AKARI_TEST_PG_DIR/as-server
    cat >"$AKARI_PG_AS" <<'WRAPPER'
#!/bin/sh
folder=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
program=$folder/$1
shift
cd / || exit 1
user=$(stat -c %U "$AKARI_TEST_PG_DIR/data")
[ "$(id -u)" -eq 0 ] || exec "$program" "$@"
exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$program" "$@"
WRAPPER
    chmod 755 "$AKARI_PG_AS"
    export AKARI_PG_AS
    run reconnect "${1:-100}"
    "$campaigns/../pg.sh" stop
else
    echo "# skipped: no PostgreSQL can be started here"
    skipped=1
fi
sum
