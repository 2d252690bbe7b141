#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# markers.sh - 635 made-up texts by every way in, searched on every disk; and the same search in a build that
# seals nothing, where it must find them all.
set -u
. "$(dirname "$0")/tap.lib"
need_server
for seed in 1 2 3; do
    run markers sqlite $seed
done
run markers postgres 4
unsealed=$(mktemp -d) || exit 70
if meson setup "$unsealed" "$campaigns/../.." -Dsealing=false >"$unsealed.log" 2>&1 &&
    ninja -C "$unsealed" tests/campaigns/markers >>"$unsealed.log" 2>&1; then
    build=$unsealed
    run markers sqlite control 5
    run markers postgres control 6
else
    tail -n 20 "$unsealed.log"
    failed=$((failed + 1))
fi
rm -rf "$unsealed" "$unsealed.log"
sum
