#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kill.sh [KILLS] - kill -9 under load, 300 times: half of them of the program on SQLite, half of a whole
# PostgreSQL server (a cluster of its own). Some minutes.
set -u
. "$(dirname "$0")/tap.lib"
kills=${1:-300}
run kill sqlite $((kills / 2)) 1
run kill postgres "$campaigns/../pg.sh" $((kills / 2)) 2
sum
