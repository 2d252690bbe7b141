#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# powercut.sh - 20,000 power cuts through the door (15,000 of them without, 5,000 after another fault).
set -u
. "$(dirname "$0")/tap.lib"
run powercut "${1:-15000}" "${2:-7}"
sum
