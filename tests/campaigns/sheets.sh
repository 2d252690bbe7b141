#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sheets.sh [SETS] - the properties of src/assessment/test_rules.c on SETS random sheets each (1,000,000 where
# not said). AKARI_BUILD names the build folder.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
AKARI_SETS=${1:-1000000} AKARI_PACK_JAPAN=$here/../../pack/japan
export AKARI_SETS AKARI_PACK_JAPAN
exec "$AKARI_BUILD/src/assessment/test_assessment_rules"
