# SPDX-License-Identifier: Apache-2.0
"""tools/floors: each wrong direction is found, each right one passes."""
import pytest

BAD = [
    ('src/base/x.c', '"sys/db.h"', 'upward'),
    ('src/sys/x.h', '"core/act.h"', 'upward'),
    ('src/core/x.c', '"alpha/alpha.h"', 'upward'),
    ('src/alpha/x.c', '"web/web.h"', 'upward'),
    ('src/alpha/x.c', '"cli/cli.h"', 'upward'),
    ('src/alpha/x.c', '"beta/store.h"', 'of a neighbour only "beta/beta.h"'),
    ('src/web/x.c', '"cli/commands.h"', 'of a neighbour only'),
    ('src/alpha/x.c', '"x.h"', 'write the path from src/'),
    ('src/alpha/x.c', '"../base/err.h"', 'write the path from src/'),
    ('src/alpha/x.c', '"gamma/gamma.h"', 'no such folder'),
    ('src/alpha/x.c', '"base/testing.h"', 'for test files only'),
    ('src/base/x.c', '<sodium.h>', 'for sys/ alone'),
    ('src/core/x.c', '<sqlite3.h>', 'for sys/ alone'),
    ('src/web/x.c', '<unicode/ucol.h>', 'for sys/ alone'),
    ('src/base/test_x.c', '"sys/db.h"', 'upward'),
]
GOOD = [
    ('src/base/x.c', '"base/err.h"'),
    ('src/base/x.c', '<stdio.h>'),
    ('src/sys/x.c', '"base/err.h"'),
    ('src/sys/x.c', '<sqlite3.h>'),
    ('src/core/x.c', '"sys/db.h"'),
    ('src/alpha/x.c', '"core/act.h"'),
    ('src/alpha/x.c', '"alpha/store.h"'),
    ('src/alpha/x.c', '"beta/beta.h"'),
    ('src/web/x.c', '"alpha/alpha.h"'),
    ('src/cli/x.c', '"web/web.h"'),
    ('src/main.c', '"cli/cli.h"'),
    ('src/alpha/test_x.c', '"beta/store.h"'),
    ('src/alpha/test_x.c', '"base/testing.h"'),
    ('src/core/testing_db.h', '"base/testing.h"'),
    ('src/base/test_x.c', '<sodium.h>'),
]


@pytest.mark.parametrize('path,target,words', BAD)
def test_wrong_include_is_found(planted, path, target, words):
    planted.plant(path, f'#include <stddef.h>\n  #  include {target}\n')
    found = planted.findings('floors')
    assert len(found) == 1
    assert found[0].startswith(f'{path}:3: ')
    assert words in found[0]


@pytest.mark.parametrize('path,target', GOOD)
def test_right_include_passes(planted, path, target):
    planted.plant(path, f'#include {target}\n')
    assert planted.findings('floors') == []


def test_commented_out_include_does_not_count(planted):
    text = '/* #include "sys/db.h"\n#include "core/act.h" */\n// #include "web/web.h"\n'
    planted.plant('src/base/x.c', text)
    assert planted.findings('floors') == []


def test_every_file_is_looked_at(planted):
    planted.plant('src/base/a.c', '#include "sys/db.h"\n')
    planted.plant('src/base/b.def', '#include "sys/db.h"\n')
    planted.plant('src/base/c.h', '#include "sys/db.h"\n')
    planted.plant('build-x/src/base/d.h', '#include "sys/db.h"\n')
    assert len(planted.findings('floors')) == 3
