# SPDX-License-Identifier: Apache-2.0
"""tools/install-deps with a pretended dpkg and apt: nothing is installed for real."""
import os
import pathlib
import subprocess

import pytest

TOOL = pathlib.Path(__file__).resolve().parents[2] / 'tools' / 'install-deps'


@pytest.fixture
def system(tmp_path):
    """A folder of programs that takes the place of PATH; apt-get and sudo write down how they were called."""
    folder = tmp_path / 'bin'
    folder.mkdir()
    for name in ('sh', 'cat', 'env'):
        (folder / name).symlink_to(f'/bin/{name}')

    def program(name, text):
        path = folder / name
        path.write_text('#!/bin/sh\n' + text, encoding='utf-8')
        path.chmod(0o755)

    def run(missing, *groups, uid=0, sudo=True, apt_fails=''):
        log = tmp_path / 'log'
        log.write_text('', encoding='utf-8')
        program('id', f'echo {uid}\n')
        program('dpkg-query', f'for last; do :; done\ncase " {missing} " in *" $last "*) exit 1 ;; esac\n'
                              'echo installed\n')
        program('apt-get', f'echo "apt-get $* [$DEBIAN_FRONTEND]" >>"{log}"\n'
                           f'case "$*" in *"{apt_fails or "no such word"}"*) exit 100 ;; esac\n')
        if sudo:
            program('sudo', f'echo sudo >>"{log}"\nexec "$@"\n')
        done = subprocess.run([TOOL, *groups], capture_output=True, text=True, check=False,
                              env={**os.environ, 'PATH': str(folder)})
        return done, log.read_text(encoding='utf-8').splitlines()
    return run


def test_nothing_is_called_when_all_is_there(system):
    done, calls = system('', 'build', 'test')
    assert (done.returncode, calls, done.stdout, done.stderr) == (0, [], '', '')


def test_only_the_missing_ones_are_installed(system):
    done, calls = system('meson libyaml-dev valgrind', 'build')
    assert done.returncode == 0
    assert len(calls) == 2
    assert calls[0].endswith(' update [noninteractive]')
    assert calls[1].endswith(' install --no-install-recommends meson libyaml-dev [noninteractive]')
    assert all('-o DPkg::Lock::Timeout=600' in call for call in calls)


def test_sudo_when_not_root(system):
    done, calls = system('meson', 'build', uid=1000)
    assert done.returncode == 0
    assert calls[0] == 'sudo' and 'update' in calls[1] and '[noninteractive]' in calls[1]


def test_neither_root_nor_sudo(system):
    done, calls = system('meson', 'build', uid=1000, sudo=False)
    assert done.returncode == 1
    assert calls == []
    assert 'meson' in done.stderr


def test_failure_of_apt_is_a_failure(system):
    done, _ = system('meson', 'build', apt_fails='install')
    assert done.returncode != 0


def test_optional_package_may_be_missing(system):
    done, calls = system('wrk faketime', 'test', apt_fails='faketime')
    assert done.returncode == 0
    assert 'without faketime' in done.stderr
    assert any(call.endswith('wrk [noninteractive]') for call in calls)
    done, calls = system('faketime', 'test')
    assert (done.returncode, calls) == (0, [])


def test_unknown_group(system):
    done, calls = system('', 'everything')
    assert (done.returncode, calls) == (64, [])
