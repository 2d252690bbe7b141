#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# store.sh [CASES] [sqlite|postgres] - measures a store of CASES synthetic cases (100,000 unless told), each with at
# least two subjects, four names, ten records and three clocks. Prints the machine, sizes and times; asserts nothing.
set -eu
cd "$(dirname "$0")/.."
cases=${1:-100000} driver=${2:-sqlite}
. tools/build.sh
mkdir -p build
build bench gcc --buildtype=release -Dtests=false -Dwerror=false -Dbench=true
akari=build/bench/src/cli/akari
dir=$(mktemp -d "${TMPDIR:-/tmp}/akari-bench.XXXXXX")
trap 'rm -rf "$dir"; [ -z "${AKARI_TEST_PG_DIR:-}" ] || tests/pg.sh stop' EXIT
grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | sed 's/^ //'
nproc | sed 's/$/ processors/'
od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$dir/key"
set -- init --pack pack/japan --data "$dir/data" --key-file "$dir/key" --synthetic
if [ "$driver" = postgres ]; then
    eval "$(tests/pg.sh start)"
    set -- "$@" --db "$AKARI_TEST_PG"
fi
"$akari" "$@"
/usr/bin/time -v "$akari" demo fill --data "$dir/data" --key-file "$dir/key" --n "$cases" --seed 7 2>"$dir/time" || { cat "$dir/time"; exit 1; }
grep -E 'Elapsed|Maximum' "$dir/time" | sed "s/^[[:space:]]*/generate $cases cases: /"
"$akari" generate ctdc --out "$dir/ctdc.csv" --n 45000 --seed 3
"$akari" import ctdc "$dir/ctdc.csv" --data "$dir/data" --key-file "$dir/key" --synthetic
"$akari" demo summary --data "$dir/data" --key-file "$dir/key"
build/bench/bench/bench_store "$dir/data" "$dir/key"
du -sh "$dir/data" | cut -f1 | sed 's/^/data folder /'
