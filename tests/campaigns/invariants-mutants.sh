#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# invariants-mutants.sh [NAME ...] - plants each bug of invariants-mutants.txt into a copy of the source and
# runs the campaigns of the invariants, and the tests of holds and break-glass through the door, until one
# fails. A mutant that survives, changes nothing or does not compile is a failure.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
copy=$(mktemp -d) || exit 70
trap 'rm -rf "$copy"' EXIT
trap 'exit 70' INT TERM

(cd "$root" && tar -cf - --exclude=./.git --exclude='./build*' .) | tar -xf - -C "$copy" || exit 70
cd "$copy" || exit 70

# Nothing was tried: one failure, as ./check --full counts it.
give_up() {
    tail -n 20 "$1"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}
meson setup build -Dwerror=false >setup.log 2>&1 || give_up setup.log

AKARI_PACK_JAPAN=$copy/pack/japan
export AKARI_PACK_JAPAN
targets='tests/campaigns/invariants tests/campaigns/worlds src/hold/test_hold_rules
    src/glass/test_glass_rules src/core/test_core_rules tests/hold/test_hold tests/hold/test_glass
    tests/hold/test_people tests/assessment/test_assessment'
build() {
    # shellcheck disable=SC2086
    ninja -j"${AKARI_JOBS:-2}" -C build $targets >build.log 2>&1
}
# The quick ones first: most bugs end there.
tests_pass() {
    timeout 120 build/tests/campaigns/invariants 20000 >/dev/null 2>&1 &&
        timeout 120 build/src/hold/test_hold_rules >/dev/null 2>&1 &&
        timeout 120 build/src/glass/test_glass_rules >/dev/null 2>&1 &&
        timeout 120 build/src/core/test_core_rules >/dev/null 2>&1 &&
        timeout 120 build/tests/hold/test_people sqlite >/dev/null 2>&1 &&
        timeout 120 build/tests/assessment/test_assessment sqlite >/dev/null 2>&1 &&
        timeout 120 build/tests/campaigns/worlds 4 >/dev/null 2>&1 &&
        timeout 120 build/tests/hold/test_hold sqlite >/dev/null 2>&1 &&
        timeout 120 build/tests/hold/test_glass sqlite >/dev/null 2>&1
}

build || give_up build.log
echo "the tests fail without a planted bug" >unplanted.log
tests_pass || give_up unplanted.log

passed=0 failed=0 skipped=0
tab=$(printf '\t')
while IFS=$tab read -r name file change; do
    case $name in '' | '#'*) continue ;; esac
    if [ $# -gt 0 ]; then
        case " $* " in *" $name "*) ;; *) skipped=$((skipped + 1)); continue ;; esac
    fi
    cp "$file" original
    sed "$change" original >"$file"
    if cmp -s "$file" original; then
        verdict="FAILED: the expression changes nothing"
    elif ! build; then
        verdict="FAILED: does not compile"
    elif tests_pass; then
        verdict="FAILED: survived"
    else
        verdict="caught"
    fi
    cp original "$file"
    echo "$name: $verdict"
    case $verdict in caught) passed=$((passed + 1)) ;; *) failed=$((failed + 1)) ;; esac
done <"$root/tests/campaigns/invariants-mutants.txt"
echo "$passed of $((passed + failed)) planted bugs caught"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
