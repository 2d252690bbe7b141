#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# faults.sh - every allocation and every call to the disk of the write path fails once.
set -u
. "$(dirname "$0")/tap.lib"
run faults 1
sum
