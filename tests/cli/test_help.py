# SPDX-License-Identifier: Apache-2.0
"""Help is where a newcomer asks for it: the whole, one noun, after a command, and after a word too few.
Harm it prevents: at night, with the server down, an administrator does not find how a backup is restored."""
import os
import subprocess

import pytest

AKARI = os.path.join(os.environ['AKARI_BUILD'], 'src/cli/akari')


def akari(*words):
    return subprocess.run([AKARI, *words], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize('words', [(), ('help',), ('--help',), ('-h',)])
def test_the_whole(words):
    done = akari(*words)
    assert done.returncode == 0, done.stderr
    for part in ('akari init --pack', 'akari backup restore', 'AKARI_PASSPHRASE', '64 not understood'):
        assert part in done.stdout


@pytest.mark.parametrize(
    'words', [('help', 'backup'), ('backup', '--help'), ('backup', 'make', '-h'), ('backup', 'no', '--help')]
)
def test_of_one_noun(words):
    done = akari(*words)
    assert done.returncode == 0, done.stderr
    assert 'akari backup make' in done.stdout and 'akari init' not in done.stdout


def test_a_noun_alone_tells_its_commands():
    done = akari('backup')
    assert done.returncode == 64 and 'one word more is needed' in done.stderr
    assert 'akari backup restore' in done.stdout and 'akari serve' not in done.stdout


def test_asking_how_does_nothing(tmp_path):
    done = akari('init', '--pack', 'x', '--data', str(tmp_path / 'data'), '--help')
    assert done.returncode == 0 and not (tmp_path / 'data').exists()


def test_an_action_without_a_store_says_what_it_lacks():
    done = akari('case', 'show')
    assert done.returncode == 64 and '--data FOLDER' in done.stderr and '--as LOGIN' in done.stderr


def test_an_unknown_noun_has_no_help_of_its_own():
    assert akari('help', 'nonsense').stdout == akari('help').stdout
    assert akari('nonsense').returncode == 64


def test_a_new_store_says_what_comes_next(tmp_path):
    pack = os.path.join(os.path.dirname(__file__), '../../pack/japan')
    env = {**os.environ, 'AKARI_PASSPHRASE': 'synthetic words of a test'}
    for name, more, said in (
        ('real', [], 'akari account first'),
        ('made-up', ['--synthetic'], 'akari demo fill'),
    ):
        data = str(tmp_path / name)
        done = subprocess.run(
            [AKARI, 'init', '--pack', pack, '--data', data, *more], capture_output=True, text=True, env=env
        )
        assert done.returncode == 0 and 'Next: ' + said in done.stderr, done.stderr
