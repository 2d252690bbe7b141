#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# likeness.sh - hidden and unknown answer alike: 5,000 pairs a question; tells how well the times give them
# away.
set -u
. "$(dirname "$0")/tap.lib"
need_server
run likeness sqlite 5000
run likeness postgres 5000
sum
