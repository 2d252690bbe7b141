#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tamper.sh - thousands of rows changed past the door, in every table and on both databases: each must be
# named.
set -u
. "$(dirname "$0")/tap.lib"
need_server
for seed in 1 2 3; do
    run tamper sqlite 2000 "$seed"
done
run tamper postgres 1000 4
sum
