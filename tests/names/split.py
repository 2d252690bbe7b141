#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""split ALL.tsv FOLDER - half of the labelled pairs open, half sealed, by a keyed hash of the name as
written.

The split was made once, before any rule was written; a name keeps its half when others are added.
"""
import hashlib
import sys

SEED = b'akari names, first split'


def main():
    halves = {'open': [], 'sealed': []}
    with open(sys.argv[1], encoding='utf-8') as file:
        for line in sorted(set(file)):
            written = line.split('\t')[1].encode()
            digest = hashlib.sha256(SEED + written).digest()
            halves['sealed' if digest[0] & 1 else 'open'].append(line)
    for half, lines in halves.items():
        with open(f'{sys.argv[2]}/pairs_{half}.tsv', 'w', encoding='utf-8') as file:
            file.writelines(lines)


main()
