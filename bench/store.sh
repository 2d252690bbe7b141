#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# store.sh [CASES] [sqlite|postgres] - measures a store of CASES synthetic cases (100,000 unless told), each
# with at least two subjects, four names, ten records and three clocks: in the process, and over HTTP with
# signed-in officers. Prints the machine, sizes, times and plans; asserts no time, but fails when a request
# does.
# AKARI_BENCH_STORE=FOLDER keeps the filled store there, and begins with what is there the next time.
# Needs the packages of `tools/install-deps build test` (wrk, curl, sqlite3, postgresql-15).
set -eu
cd "$(dirname "$0")/.."
cases=${1:-100000} driver=${2:-sqlite}
. tools/build.sh
umask 077
mkdir -p build
build bench gcc --buildtype=release -Dtests=false -Dwerror=false -Dbench=true
akari=build/bench/src/cli/akari
unset AKARI_TEST_PG AKARI_TEST_PG_DIR # of somebody else
dir=$(mktemp -d "${TMPDIR:-/tmp}/akari-bench.XXXXXX")
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    rm -rf "$dir"
    [ -z "${AKARI_TEST_PG_DIR:-}" ] || tests/pg.sh stop
}
trap finish EXIT
trap 'exit 1' INT TERM
step() {
    printf '\n== %s (%s s so far)\n' "$1" "$(($(date +%s) - started))"
}
with_data() {
    command=$1
    shift
    "$akari" $command "$@" --data "$dir/data" --key-file "$dir/key"
}
started=$(date +%s)

step "machine and store"
grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | sed 's/^ //'
nproc | sed 's/$/ processors/'
uptime
step "fill"
fill() {
    began=$(date +%s)
    with_data "demo fill" --n "$1" --seed "$2"
    took=$(($(date +%s) - began))
    echo "generate $1 cases: $took s, $(($1 / (took > 0 ? took : 1))) a second"
}
if [ -e "${AKARI_BENCH_STORE:-/none}/data" ]; then
    cp -r "$AKARI_BENCH_STORE/data" "$AKARI_BENCH_STORE/key" "$dir/"
    echo "filled before"
else
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$dir/key"
    with_data init --pack pack/japan --synthetic
    fill "$cases" 7
    [ -z "${AKARI_BENCH_STORE:-}" ] || {
        mkdir -p "$AKARI_BENCH_STORE"
        cp -r "$dir/data" "$dir/key" "$AKARI_BENCH_STORE/"
    }
fi
if [ "$driver" = postgres ]; then
    # A restored backup is the same store in less time: to fill costs round trips.
    eval "$(tests/pg.sh start)"
    mkdir "$dir/rows" "$dir/keys"
    with_data "backup make" --out "$dir/rows" --keys "$dir/keys"
    mv "$dir/data" "$dir/sqlite"
    with_data "backup restore $(echo "$dir"/rows/*.akb)" --keys "$(echo "$dir"/keys/*.akb)" \
        --pack pack/japan --db "$AKARI_TEST_PG"
    cp "$dir/sqlite/demo-accounts.txt" "$dir/data/"
    rm -rf "$dir/sqlite" "$dir/rows" "$dir/keys"
    psql -q "${AKARI_TEST_PG#postgres:}" -c ANALYZE
    step "500 cases more, on PostgreSQL"
    fill 500 8
    cases=$((cases + 500))
fi

step "size, KB a case"
if [ "$driver" = postgres ]; then
    psql -Atq -F ' ' "${AKARI_TEST_PG#postgres:}" -c "SELECT relname,
        round(pg_table_size(relid) / 1024.0 / $cases, 1) || ' + indexes ' ||
        round(pg_indexes_size(relid) / 1024.0 / $cases, 1) FROM pg_stat_user_tables
        ORDER BY pg_total_relation_size(relid) DESC LIMIT 12"
    psql -Atq "${AKARI_TEST_PG#postgres:}" -c "
        SELECT 'all ' || round(pg_database_size(current_database()) / 1024.0 / $cases, 1)"
else
    sqlite3 -separator ' ' "$dir/data/akari.db" "SELECT s.tbl_name,
        round(sum(CASE WHEN s.type = 'table' THEN d.pgsize ELSE 0 END) / 1024.0 / $cases, 1)
        || ' + indexes ' ||
        round(sum(CASE WHEN s.type = 'index' THEN d.pgsize ELSE 0 END) / 1024.0 / $cases, 1)
        FROM dbstat d JOIN sqlite_schema s ON s.name = d.name WHERE d.aggregate = 1
        GROUP BY s.tbl_name ORDER BY sum(d.pgsize) DESC LIMIT 12"
    du -sk "$dir/data" | awk -v n="$cases" '{ printf "all %.1f\n", $1 / n }'
fi

step "import"
"$akari" generate ctdc --out "$dir/ctdc.csv" --n 45000 --seed 3
began=$(date +%s)
with_data "import ctdc $dir/ctdc.csv" --synthetic
echo "import 45,000 rows: $(($(date +%s) - began)) s (goal < 60 s)"
with_data "demo summary"

whole_reads() {
    sleep 2 # the server's statistics follow
    psql -Atq -F ' ' "${AKARI_TEST_PG#postgres:}" -c "SELECT relname, seq_scan, seq_tup_read
        FROM pg_stat_user_tables ORDER BY relname COLLATE \"C\""
}
step "in the process"
[ "$driver" = sqlite ] || whole_reads >"$dir/reads-before"
build/bench/bench/bench_store "$dir/data" "$dir/key" "$dir/cases"

step "over HTTP"
"$akari" serve --listen 127.0.0.1:18080+ --data "$dir/data" --key-file "$dir/key" >"$dir/url" &
server=$!
for _ in $(seq 600); do
    [ -s "$dir/url" ] && break
    kill -0 "$server"
    sleep 0.1
done
url=$(cat "$dir/url")
password=$(awk -F '\t' '$1 == "demo-lead" { print $2 }' "$dir/data/demo-accounts.txt")
for _ in 1 2 3 4 5 6 7 8; do
    printf 'login=demo-lead&password=%s' "$password" | curl -sS -i --data @- "$url/sign-in" |
        sed -n 's/^Set-Cookie: akari-session=\([^;]*\);.*/\1/p' >>"$dir/tokens"
done
echo "$(wc -l <"$dir/tokens") sessions of the case lead, 32 connections, 20 s"
memory() {
    awk '/^VmRSS|^VmHWM/ { printf "%s %.0f MB  ", $1, $2 / 1024 } END { print "(goal < 400 MB)" }' \
        "/proc/$server/status"
}
memory
AKARI_BENCH=$dir wrk -t2 -c32 -d20s --timeout 10s -s bench/load.lua "$url" | tee "$dir/wrk" |
    grep -A 1 '^over HTTP'
memory

: "${AKARI_BENCH_BROWSE:=60}"
step "20 officers browse for $AKARI_BENCH_BROWSE s (goal: p95 < 50 ms, none failed, all audited)"
asked() {
    curl -sS "$url/healthz" >/dev/null # still there
    case $driver in
    sqlite) sqlite3 -readonly -separator "$(printf '\t')" "$dir/data/akari.db" "$1" ;;
    *) psql -Atq -F "$(printf '\t')" "${AKARI_TEST_PG#postgres:}" -c "$1" ;;
    esac
}
used() {
    awk '{ printf "%s: %.1f s of processor time so far\n", $2, ($14 + $15) / 100 }' "/proc/$server/stat"
}
before=$(asked 'SELECT max(no) FROM audit_leaf')
used
browsed=0
bench/officers.py "$url" "$dir/data/demo-accounts.txt" "$dir/cases" --seconds "$AKARI_BENCH_BROWSE" \
    --counts "$dir/shown" >"$dir/browse" || browsed=1
cat "$dir/browse"
used
memory
# Each page that shows a person leaves a leaf of that very look at least.
asked "SELECT action, count(*) FROM audit_leaf WHERE no > $before AND outcome = 0 GROUP BY action" \
    >"$dir/leaves"
awk -F '\t' '
    function look_of(page) {
        if (page == "case") return "case.file"
        if (page == "form") return "case.show"
        if (page ~ /^person/) return "subject.show"
        if (page == "search") return "search.find"
        if (page ~ /^list/) return "case.list"
        return page == "record" ? "records" : ""
    }
    FNR == NR {
        record = $1 ~ /\.show$/ && $1 !~ /^(case|subject|plan|duty|clock|account)\./
        leaves[record ? "records" : $1] += $2
        next
    }
    look_of($1) != "" { pages[look_of($1)] += $2 }
    END { for (look in pages) {
            printf "%s: %d pages shown, %d leaves\n", look, pages[look], leaves[look]
            bad = bad || leaves[look] < pages[look] }
        exit bad }' "$dir/leaves" "$dir/shown" || { echo "store.sh: pages without a leaf" >&2; exit 1; }
[ "$browsed" = 0 ] || { echo "store.sh: pages failed" >&2; exit 1; }
kill "$server"
status=0
wait "$server" || status=$?
case $status in
0 | 143) ;;
*)
    echo "store.sh: the server ended with $status" >&2
    exit 1
    ;;
esac
server=
grep -q 'errors: connect 0, read 0, write 0, timeout 0, status not 2xx 0' "$dir/wrk" ||
    {
        echo "store.sh: requests over HTTP failed" >&2
        exit 1
    }

if [ "$driver" = postgres ]; then
    step "the same server, bare: one case read by pgbench, a client and eight"
    bare=${AKARI_TEST_PG#postgres:}
    psql -q "$bare" -c "CREATE TABLE bench_case AS SELECT row_number() OVER (ORDER BY id) - 1 AS nth, id
        FROM case_file WHERE source IS NULL ORDER BY id LIMIT 1000" \
        -c "ALTER TABLE bench_case ADD PRIMARY KEY (nth)"
    for clients in 1 8; do
        pgbench -n -M prepared -c "$clients" -j 2 -T 5 -f bench/open_case.sql "$bare" 2>&1 |
            grep -E '^(number of clients|latency average|tps|pgbench: error)'
    done
    psql -q "$bare" -c "DROP TABLE bench_case"
    step "tables that the server read whole during the two loads, whatever the plans say"
    whole_reads >"$dir/reads-after"
    join "$dir/reads-before" "$dir/reads-after" |
        awk '$5 > $3 { printf "%s: %d times, %d rows\n", $1, $4 - $2, $5 - $3; n++ }
            END { if (!n) print "none" }'
fi
step "done: $cases cases on $driver"
