#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# invariants.sh [SITUATIONS] - a million generated situations for each invariant.
. "$(dirname "$0")/tap.lib"
run invariants "${1:-1000000}"
sum
