#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# races.sh [SECONDS] - ThreadSanitizer over the door, jobs, facts, sign-ins and the server: everything at once
# on both databases, 20 seconds each, and the tests that start threads. A race is a failure. Three minutes of
# two cores. Makes a build of its own, build/tsan.
set -u
. "$(dirname "$0")/tap.lib"
root=$(cd "$campaigns/../.." && pwd)
need_server
probe=$(mktemp) || exit 70
empty='int main(void) { return 0; }'
if ! echo "$empty" | "${CC:-cc}" -fsanitize=thread -x c -o "$probe" - || ! "$probe"; then
    echo "# skipped: this compiler and kernel have no ThreadSanitizer"
    rm -f "$probe"
    skipped=1
    sum
    exit
fi
rm -f "$probe"

build=$root/build/tsan
[ -f "$build/build.ninja" ] || meson setup "$build" "$root" --buildtype=debugoptimized -Db_sanitize=thread
if ! ninja -C "$build" --quiet tests/campaigns/races tests/door/test_door tests/door/test_edges \
    tests/core/test_account tests/core/test_jobs tests/figures/test_facts src/sys/test_sys_http_work \
    tests/http/akari-http-server; then
    failed=1
    sum
    exit 1
fi
for driver in sqlite postgres; do
    run races $driver "${1:-20}"
    run ../door/test_door $driver
    run ../core/test_jobs $driver
    run ../figures/test_facts $driver
done
run ../door/test_edges sqlite
run ../core/test_account sqlite
run ../../src/sys/test_sys_http_work
pages=$root/tests/http # the server must end with 0, which it does not after a race
if output=$(AKARI_BUILD=$build /usr/bin/python3 -B -m pytest -q -p no:cacheprovider "$pages" 2>&1); then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
fi
printf '%s\n' "$output" | tail -n 20
sum
