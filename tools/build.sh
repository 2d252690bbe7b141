# SPDX-License-Identifier: Apache-2.0
# build.sh - for ./check, ./run and tests/campaigns/*: incremental builds below build/. Source it from the
# top of the checkout.

# build NAME COMPILER OPTION... - configures build/NAME when needed, and builds it.
build() {
    name=$1 compiler=$2
    shift 2
    folder=build/$name
    # A checkout that was moved or copied, or other options: configure anew.
    printf '%s\n' "$PWD" "$compiler" "$@" >"build/.$name.wanted"
    if ! [ -f "$folder/build.ninja" ] || ! cmp -s "build/.$name.wanted" "$folder/.wanted"; then
        rm -rf "$folder"
        CC=$compiler meson setup "$@" "$folder" >"build/.$name.log" 2>&1 || {
            cat "build/.$name.log"
            rm -rf "$folder"
            return 1
        }
        mv "build/.$name.wanted" "$folder/.wanted"
    fi
    rm -f "build/.$name.wanted" "build/.$name.log"
    if [ -t 1 ]; then
        ninja -C "$folder"
    else
        ninja -C "$folder" --quiet
    fi
}
