# SPDX-License-Identifier: Apache-2.0
"""tools/name-dictionary on small made-up dictionaries. Harm it prevents: a program that was built without
the dictionaries hardly reads kanji, and a person on a list is not found."""
import bz2
import pathlib
import subprocess

import pytest

TOOL = pathlib.Path(__file__).resolve().parents[2] / 'tools' / 'name-dictionary'
FILES = {
    'enamdict': 'usr/share/edict/enamdict',
    'kanjidic': 'usr/share/edict/kanjidic',
    'unicode-data': 'usr/share/unicode/Unihan_Readings.txt.bz2',
}
TEXTS = {
    'enamdict': '山田 [やまだ] /(s) Yamada/\n山 [やま] /(s) Yama/\n田 [た] /(s) Ta/\n'.encode('euc_jp'),
    'kanjidic': '山 3B33 U5c71 サン セン やま {mountain}\n田 4544 U7530 デン た {rice field}\n'.encode('euc_jp'),
    'unicode-data': bz2.compress('U+5C71\tkMandarin\tshān\nU+7530\tkMandarin\ttián\n'.encode()),
}


@pytest.fixture
def root(tmp_path):
    for package, path in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(TEXTS[package])
    return tmp_path


def make(root, name='made'):
    out = root / name
    return subprocess.run([TOOL, out, root], capture_output=True, text=True, check=False), out


def test_a_table_with_every_source_and_twice_the_same(root):
    done, out = make(root)
    assert (done.returncode, done.stderr) == (0, '')
    table = out.read_bytes()
    assert table[:4] == b'AKND' and int.from_bytes(table[4:8], 'little') >= 1
    for text in ('山田'.encode(), b'shan', b'tian'):
        assert text in table
    assert make(root, 'again')[1].read_bytes() == table


@pytest.mark.parametrize('package', FILES)
def test_a_missing_package_is_named_and_nothing_is_made(root, package):
    (root / FILES[package]).unlink()
    done, out = make(root)
    assert done.returncode == 1 and not out.exists()
    assert package in done.stderr and 'tools/install-deps build' in done.stderr
    for other in FILES:
        assert other == package or other not in done.stderr


def test_dictionaries_without_names_make_no_table(root):
    (root / FILES['enamdict']).write_bytes(b'nothing that is a name\n')
    done, out = make(root)
    assert done.returncode == 1 and not out.exists() and 'no names' in done.stderr
