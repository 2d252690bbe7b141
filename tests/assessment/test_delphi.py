# SPDX-License-Identifier: Apache-2.0
"""The rules in C against delphi_oracle.py.

DELPHI_SETS: answer sets for each profile (tests/campaigns/delphi.sh).
"""
import json
import os
import random
import shutil
import subprocess

import delphi_oracle as oracle
import pytest

ROOT = os.path.dirname(os.path.dirname(oracle.HERE))
BUILD = os.environ.get('AKARI_BUILD', '')
BATCH = os.path.join(BUILD, 'tests/assessment/akari-delphi-batch')
PROGRAM = os.path.join(BUILD, 'src/cli/akari')
SETS = int(os.environ.get('DELPHI_SETS', '2000'))
SEED = int(os.environ.get('DELPHI_SEED', '1'))

pytestmark = pytest.mark.skipif(not BUILD, reason='AKARI_BUILD names no build folder')


def random_set(dice):
    """From nearly all unknown to nearly all answered, from few yeses to many: the edges come up."""
    unknown, yes = dice.random(), dice.random() ** 2
    return ''.join(
        'u' if dice.random() < unknown else 'y' if dice.random() < yes else 'n' for _ in oracle.SIGNS
    )


def completion(answers, dice):
    yes = dice.random()
    return ''.join(('y' if dice.random() < yes else 'n') if a == 'u' else a for a in answers)


def by_batch(sets):
    text = ''.join('%d %s\n' % one for one in sets)
    done = subprocess.run(
        [BATCH, os.path.join(ROOT, 'pack/japan')], input=text, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(sets)
    return lines


def by_program(profile, text, *more):
    return subprocess.run(
        [PROGRAM, 'assessment', 'evaluate', '--profile', profile, '--json', *more],
        input=text.encode(),
        capture_output=True,
        check=False,
    )


def test_short_list_is_the_domains():
    if not os.path.exists(oracle.shared_file()):
        pytest.skip('AKARI_SHARED names no domain list')
    assert oracle.from_domain() == oracle.from_short()


def test_equal_on_random_sets():
    dice, compared = random.Random(SEED), 0
    for profile in range(4):
        for start in range(0, SETS, 20000):
            sets = [(profile, random_set(dice)) for _ in range(min(20000, SETS - start))]
            for one, line in zip(sets, by_batch(sets)):
                assert line == oracle.line_of(*one), one
                compared += 1
    print('%d answer sets of %d indicators compared' % (compared, len(oracle.SIGNS)))
    assert compared == 4 * SETS


def test_bounds_contain_every_completed_result():
    dice, compared = random.Random(SEED + 1), 0
    for profile in range(4):
        for start in range(0, SETS, 20000):
            sets = [(profile, random_set(dice)) for _ in range(min(20000, SETS - start))]
            whole = [(profile, completion(answers, dice)) for _, answers in sets]
            for open_, closed in zip(by_batch(sets), by_batch(whole)):
                lower, upper, _ = open_.split(' ')
                done, same, deciding = closed.split(' ')
                assert done == same and '1' not in deciding
                assert all(a <= b <= c for a, b, c in zip(lower, done, upper)), (open_, closed)
                compared += 1
    print('%d completed results between their bounds' % compared)


def test_deciding_by_the_definition():
    """Every assignment of the others tried, not counted: the oracle's short way is right, too."""
    dice, tried = random.Random(SEED + 2), 0
    for _ in range(200):
        profile = dice.randrange(4)
        answers = list(completion(random_set(dice), dice))
        for i in dice.sample(range(len(answers)), 12):
            answers[i] = 'u'
        deciding = oracle.evaluate(profile, answers)[2]
        for i, answer in enumerate(answers):
            if answer == 'u':
                assert deciding[i] == oracle.decides_by_trying(profile, answers, i), (profile, answers, i)
                tried += 1
    assert tried == 200 * 12


def test_the_program_says_the_same():
    dice = random.Random(SEED + 3)
    for round_ in range(24):
        profile = round_ % 4
        answers = random_set(dice)
        words = {'y': 'yes', 'n': 'no', 'u': 'unknown'}
        lines = [
            '%s\t%s' % (sign[0], words[a])
            for sign, a in zip(oracle.SIGNS, answers)
            if a != 'u' or dice.random() < 0.5
        ]
        dice.shuffle(lines)
        end = dice.choice(['\n', '\r\n'])
        done = by_program(oracle.PROFILES[profile], end.join(lines) + end)
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        lower, upper, deciding = oracle.evaluate(profile, answers)
        assert list(said['dimensions']) == list(oracle.DIMENSIONS)
        for i, dimension in enumerate(oracle.DIMENSIONS):
            assert said['dimensions'][dimension] == {'lower': lower[i], 'upper': upper[i]}
        assert said['deciding'] == [s[0] for s, d in zip(oracle.SIGNS, deciding) if d]


def test_nothing_given_is_all_unknown():
    done = by_program('child_sexual', '')
    said = json.loads(done.stdout)
    assert all(v == {'lower': False, 'upper': True} for v in said['dimensions'].values())
    assert len(said['deciding']) == 67


@pytest.mark.parametrize(
    'text, words',
    [
        ('DR01\tyes\nZZ99\tyes\n', 'line 2: no indicator'),
        ('DR01\tYES\n', 'line 1: the answer must be yes, no or unknown'),
        ('DR01 yes\n', 'line 1: no TAB'),
        ('DR01\tyes\n\n# why\nDR01\tno\n', 'line 4: DR01 was answered otherwise above'),
        ('DR01\tyes\nDR01\tunknown\n', 'line 2: DR01 was answered otherwise above'),
        ('DR01\tyes \n', 'line 1: the answer must be'),
        ('\tyes\n', 'line 1: no indicator'),
        ('dr01\tyes\n', 'line 1: no indicator'),
    ],
)
def test_bad_lines(text, words):
    done = by_program('adult_labour', text)
    assert done.returncode == 65
    assert done.stdout == b''
    assert words in done.stderr.decode()


def test_the_same_twice_and_remarks_are_fine():
    twice = by_program('adult_labour', '# synthetic\n\nDR01\tyes\r\nDR01\tyes')
    assert twice.returncode == 0
    assert twice.stdout == by_program('adult_labour', 'DR01\tyes\n').stdout


def test_errors_do_not_repeat_what_was_typed():
    done = by_program('adult_labour', 'Synthetic name of a person\tyes\n')
    assert done.returncode == 65 and b'Synthetic' not in done.stderr


@pytest.mark.parametrize('profile', ['adult', '', 'ADULT_LABOUR'])
def test_unknown_profile(profile):
    assert by_program(profile, '').returncode == 64


def test_a_pack_without_indicators_says_so(tmp_path):
    pack = tmp_path / 'tiny'
    shutil.copytree(os.path.join(ROOT, 'tests/packs/tiny'), pack)
    os.remove(pack / 'indicators.yaml')
    done = by_program('adult_labour', '', '--pack', str(pack))
    assert done.returncode == 78
