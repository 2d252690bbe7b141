#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# policy-http.sh - 100 entries of the policy's tables changed one at a time in a running server: the golden
# cases, asked over HTTP, must see each. A minute. AKARI_BUILD: a build folder; without it one is made.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tools/build.sh

if [ -z "${AKARI_BUILD:-}" ]; then
    mkdir -p build
    if ! build policy-http gcc --buildtype=debugoptimized; then
        echo "0 passed, 1 failed, 0 skipped"
        exit 1
    fi
    AKARI_BUILD=$PWD/build/policy-http
fi
export AKARI_BUILD
/usr/bin/python3 -B tests/http/flips.py 100 20261121 || [ $? -eq 1 ] || echo "0 passed, 1 failed, 0 skipped"
