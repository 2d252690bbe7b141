#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# invariants.sh [SITUATIONS] - a million generated situations for each invariant, and long walks
# through the door.
. "$(dirname "$0")/tap.lib"
run invariants "${1:-1000000}"
for seed in 11 12 13; do
    run ../hold/test_walk sqlite 5000 "$seed"
done
sum
