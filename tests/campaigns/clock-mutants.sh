#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# clock-mutants.sh [NAME ...] - plants each bug of tests/clocks/mutants.txt into a copy of the source and runs
# the tests of clock rules until one fails. A mutant that survives, changes nothing or does not compile is a
# failure. Needs what the build needs. Takes some minutes of one core.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
copy=$(mktemp -d) || exit 70
trap 'rm -rf "$copy"' EXIT
trap 'exit 70' INT TERM

(cd "$root" && tar -cf - --exclude=./.git --exclude='./build*' .) | tar -xf - -C "$copy" || exit 70
cd "$copy" || exit 70
file=src/core/clock/rules.c
cp "$file" original.c

# Nothing was tried: one failure, as ./check --full counts it.
give_up() {
    tail -n 20 "$1"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}
meson setup build -Dwerror=false >setup.log 2>&1 || give_up setup.log

targets='src/core/test_core_clock_rules src/core/test_core_clock_properties tests/clocks/dump_calendar'
export AKARI_BUILD="$copy/build"
export PYTHONDONTWRITEBYTECODE=1

build() {
    # shellcheck disable=SC2086
    ninja -C build $targets >build.log 2>&1
}
# The quick test first: most bugs end there.
tests_pass() {
    timeout 120 build/src/core/test_core_clock_rules >/dev/null 2>&1 &&
        timeout 120 build/src/core/test_core_clock_properties >/dev/null 2>&1 &&
        timeout 120 /usr/bin/python3 -m pytest -q -x -p no:cacheprovider tests/clocks >/dev/null 2>&1
}

build || give_up build.log
echo "the tests fail without a planted bug" >unplanted.log
tests_pass || give_up unplanted.log

passed=0 failed=0 skipped=0
tab=$(printf '\t')
while IFS=$tab read -r name change; do
    case $name in '' | '#'*) continue ;; esac
    if [ $# -gt 0 ]; then
        case " $* " in *" $name "*) ;; *) skipped=$((skipped + 1)); continue ;; esac
    fi
    sed "$change" original.c >"$file"
    if cmp -s "$file" original.c; then
        verdict="FAILED: the expression changes nothing"
    elif ! build; then
        verdict="FAILED: does not compile"
    elif tests_pass; then
        verdict="FAILED: survived"
    else
        verdict="caught"
    fi
    echo "$name: $verdict"
    case $verdict in caught) passed=$((passed + 1)) ;; *) failed=$((failed + 1)) ;; esac
done <"$root/tests/clocks/mutants.txt"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
