#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh - each fuzz target under libFuzzer for FUZZ_SECONDS (60), from its corpus. What libFuzzer found
# stays in build/fuzz-found/NAME; a crash counts as a failure and leaves its input there, too.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tools/build.sh

seconds=${FUZZ_SECONDS:-60}
passed=0 failed=0
mkdir -p build
if ! build fuzz clang --buildtype=debugoptimized -Dfuzzers=true -Dtests=false -Db_sanitize=address,undefined \
    -Db_lundef=false; then
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
fi
for corpus in fuzz/corpus/*/; do
    name=$(basename "$corpus")
    found=build/fuzz-found/$name
    mkdir -p "$found"
    if build/fuzz/fuzz/"fuzz_$name" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -verbosity=1 \
        -artifact_prefix="$found/" "$found" "$corpus" >"build/fuzz-found/$name.log" 2>&1; then
        passed=$((passed + 1))
        echo "$name: $(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "build/fuzz-found/$name.log") runs"
    else
        failed=$((failed + 1))
        echo "$name: FAILED, see build/fuzz-found/$name.log"
        grep -E 'ERROR|does not hold|Test unit written' "build/fuzz-found/$name.log"
    fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
