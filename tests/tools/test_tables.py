# SPDX-License-Identifier: Apache-2.0
"""docs/tables.tsv, the register of table numbers: each table once, each number once. What it prevents: two
people who add a table at the same time take the same number, and the audit trail of a store that holds both
cannot tell them apart."""
import os
import re

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DECLARED = re.compile(r'struct table TABLE_\w+\s*=\s*\{\s*(\d+),\s*"(\w+)"')


def collisions(rows):
    """Which two tables have one number, or one name."""
    found, numbers, names = [], {}, {}
    for number, name, where in rows:
        for key, seen in ((number, numbers), (name, names)):
            if key in seen:
                found.append('%s: %s (%s) and %s (%s)' % (key, *seen[key], name, where))
            seen.setdefault(key, (name, where))
    return found


def declared():
    rows = []
    for where, _, files in os.walk(os.path.join(ROOT, 'src')):
        for file in sorted(files):
            if not file.endswith('.c') or file.startswith('test_'):
                continue
            with open(os.path.join(where, file), encoding='utf-8') as text:
                for number, name in DECLARED.findall(text.read()):
                    rows.append((int(number), name, os.path.relpath(where, ROOT)))
    return sorted(rows)


def registered():
    with open(os.path.join(ROOT, 'docs/tables.tsv'), encoding='utf-8') as file:
        lines = [line.rstrip('\n').split('\t') for line in file if not line.startswith('#')]
    return [(int(number), name, where) for number, name, where in lines]


def test_no_two_tables_collide():
    assert collisions(declared()) == []
    assert collisions(registered()) == []


def test_the_register_is_the_code():
    missing = [row for row in declared() if row not in registered()]
    assert missing == [], 'not in docs/tables.tsv'
    assert len(declared()) > 40


@pytest.mark.parametrize(
    'row,said',
    [
        ((110, 'other', 'src/b'), '110: hold (src/a) and other (src/b)'),
        ((111, 'hold', 'src/b'), 'hold: hold (src/a) and hold (src/b)'),
    ],
)
def test_it_says_which_two(row, said):
    assert collisions([(110, 'hold', 'src/a'), row]) == [said]
