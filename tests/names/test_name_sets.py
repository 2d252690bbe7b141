# SPDX-License-Identifier: Apache-2.0
"""Name matching on the open sets, by the commands that users have. Skipped without AKARI_SHARED."""
import os
import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import name_sets  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
AKARI = str(pathlib.Path(os.environ.get('AKARI_BUILD', ROOT / 'build/check-gcc')) / 'src/cli/akari')

BENCH_LEAST = 0.85
needs_sets = pytest.mark.skipif(not name_sets.SETS.is_dir(), reason='AKARI_SHARED names no sets of names')


@needs_sets
def test_name_bench_better_than_the_best_peer():
    f = name_sets.bench_figures(AKARI)['all']
    assert f['best'] >= BENCH_LEAST, f
    assert f['fixed'] >= BENCH_LEAST, f


@needs_sets
def test_aliases_at_fixed_alert_rates_and_original_scripts():
    f = name_sets.ofac_figures(AKARI, 10)  # every tenth traveller: what is over is measured by name_sets.py
    assert f[0.01]['all'] >= 0.60, f
    assert f['aliases'] > 3000
    un = name_sets.un_figures(AKARI, f[0.01]['at'])
    assert un['all'] >= 0.80, un


def run(*args, text=b''):
    return subprocess.run([AKARI, 'name', *args], input=text, capture_output=True, check=False)


def test_score_answers_each_line_in_order():
    done = run('score', '-', text='Olena Kovalenko\tKOVALENKO, Olena\nOlena Kovalenko\tMwangi\n'.encode())
    assert done.returncode == 0
    assert done.stdout.decode().split() == ['1.000000', '0.000000']


def test_a_line_that_is_no_pair_stops_nothing_and_is_told():
    text = b'no tab here\nA B\tB A\n' + b'x' * 5000 + b'\ty\n\xff\xfe\tz\n'
    done = run('score', '-', text=text)
    assert done.returncode == 65, done.stderr
    assert done.stdout.decode().splitlines()[:3] == ['0.000000', '1.000000', '0.000000']
    assert len(done.stdout.splitlines()) == 4
    assert b'line 1' in done.stderr and b'line 3' in done.stderr
    assert b'no tab here' not in done.stderr and b'xxx' not in done.stderr


def test_match_gives_the_best_with_why(tmp_path):
    listed = '7\tKOVALENKO, Olena Petrovna\n8\tSANTOS, Maria\n9\tKOVALENKA, Alena\n'
    (tmp_path / 'l').write_text(listed, encoding='utf-8')
    (tmp_path / 'q').write_text('a\tOlena Kovalenko\nb\tNobody Atall\n', encoding='utf-8')
    done = run('match', '--list', str(tmp_path / 'l'), '--queries', str(tmp_path / 'q'), '--top', '2')
    assert done.returncode == 0, done.stderr
    lines = [line.split('\t') for line in done.stdout.decode().splitlines()]
    assert [(x[0], x[1]) for x in lines] == [('a', '7'), ('a', '9')]
    assert float(lines[0][2]) > float(lines[1][2])
    assert 'olena = olena' in lines[0][3] and 'petrovna' in lines[0][3]


def test_names_are_no_arguments():
    done = run('score', 'Olena Kovalenko')
    assert done.returncode != 0
    assert b'Kovalenko' not in done.stderr and b'Kovalenko' not in done.stdout
    assert run('match').returncode == 64
