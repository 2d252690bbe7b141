#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# store.sh [CASES] [sqlite|postgres] - measures a store of CASES synthetic cases (100,000 unless told), each
# with at least two subjects, four names, ten records and three clocks. Prints the machine, sizes and times;
# asserts nothing.
set -eu
cd "$(dirname "$0")/.."
cases=${1:-100000} driver=${2:-sqlite}
. tools/build.sh
mkdir -p build
build bench gcc --buildtype=release -Dtests=false -Dbench=true
akari=build/bench/src/cli/akari
dir=$(mktemp -d "${TMPDIR:-/tmp}/akari-bench.XXXXXX")
finish() {
    rm -rf "$dir"
    [ -z "${AKARI_TEST_PG_DIR:-}" ] || tests/pg.sh stop
}
trap finish EXIT
grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | sed 's/^ //'
nproc | sed 's/$/ processors/'
od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$dir/key"
set -- init --pack pack/japan --data "$dir/data" --key-file "$dir/key" --synthetic
if [ "$driver" = postgres ]; then
    eval "$(tests/pg.sh start)"
    set -- "$@" --db "$AKARI_TEST_PG"
fi
"$akari" "$@"
began=$(date +%s)
"$akari" demo fill --data "$dir/data" --key-file "$dir/key" --n "$cases" --seed 7
echo "generate $cases cases: $(($(date +%s) - began)) s"
"$akari" generate ctdc --out "$dir/ctdc.csv" --n 45000 --seed 3
"$akari" import ctdc "$dir/ctdc.csv" --data "$dir/data" --key-file "$dir/key" --synthetic
"$akari" demo summary --data "$dir/data" --key-file "$dir/key"
build/bench/bench/bench_store "$dir/data" "$dir/key"
du -sh "$dir/data" | cut -f1 | sed 's/^/data folder /'
