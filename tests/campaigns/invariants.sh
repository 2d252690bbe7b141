#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# invariants.sh [SITUATIONS] - a million generated situations for each rule of the invariants, the same
# country lived through twice (worlds.c) for 60 seeds, and long walks through the door.
. "$(dirname "$0")/tap.lib"
AKARI_PACK_JAPAN=$campaigns/../../pack/japan
export AKARI_PACK_JAPAN
run invariants "${1:-1000000}"
run worlds 60 "${AKARI_SEED:-1000}"
for seed in 11 12 13; do
    run ../hold/test_walk sqlite 5000 "$seed"
done
sum
