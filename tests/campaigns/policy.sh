#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# policy.sh - the policy as a whole: properties over all 948,480,000 answers, and each entry of each table
# changed once (the golden cases must notice, or no answer may change). Some minutes of one core.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tools/build.sh

mkdir -p build/results
if ! build plain gcc; then
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
fi
export CMOCKA_MESSAGE_OUTPUT=TAP AKARI_POLICY_WHOLE=1 AKARI_GOLDEN_POLICY=tests/golden/policy.tsv
passed=0 failed=0
for program in test_policy_policy test_policy_mutation; do
    log=build/results/$program.log
    build/plain/tests/policy/$program >"$log" 2>&1 || grep -q '^not ok [0-9]' "$log" || failed=$((failed + 1))
    grep -E '^# .*(changes|questions)|^not ok|^# missed' "$log"
    passed=$((passed + $(grep -c '^ok ' "$log")))
    failed=$((failed + $(grep -c '^not ok [0-9]' "$log")))
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
