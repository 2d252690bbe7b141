#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# policy-oracle.sh - all 948,480,000 answers of the policy against tests/policy/oracle.py, which is written
# from docs/policy.md; a case is a slice of one role, verb and object. And: no table row is without effect.
# One or two minutes of one core. AKARI_BUILD: a build folder; without it one is made.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tools/build.sh

if [ -z "${AKARI_BUILD:-}" ]; then
    mkdir -p build
    if ! build policy-oracle gcc --buildtype=debugoptimized; then
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    fi
    AKARI_BUILD=build/policy-oracle
fi
exec /usr/bin/python3 -B tests/policy/oracle.py compare "$AKARI_BUILD/tests/policy/akari-policy-matrix"
