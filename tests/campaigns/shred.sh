#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# shred.sh - of 500 shredded compartments no key wrap is left on the disk.
set -u
. "$(dirname "$0")/tap.lib"
run shred 500
sum
