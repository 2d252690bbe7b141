#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# delphi.sh [SETS] - the rules of an assessment against a second implementation: SETS random answer sets
# (100,000 where not said) of all 67 indicators for each of the four profiles, and as many completed results
# between their bounds. AKARI_BUILD names the build folder. Prints how many were compared.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
DELPHI_SETS=${1:-100000} DELPHI_SEED=${DELPHI_SEED:-$(date +%s)}
export DELPHI_SETS DELPHI_SEED PYTHONDONTWRITEBYTECODE=1
echo "# seed $DELPHI_SEED"
exec /usr/bin/python3 -m pytest -q -s -p no:cacheprovider "$here/../assessment/test_delphi.py"
