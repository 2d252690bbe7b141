# SPDX-License-Identifier: Apache-2.0
"""tools/count-tests: cases are counted one by one, and nothing bad is counted as good."""
import json
import pathlib
import subprocess

TOOL = pathlib.Path(__file__).resolve().parents[2] / 'tools' / 'count-tests'


def count(*arguments):
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.stderr == ''
    lines = done.stdout.splitlines()
    failed = int(lines[-1].split()[2])
    assert done.returncode == (1 if failed else 0)
    return lines[-1], lines[:-1]


def meson_log(folder, *tests):
    path = folder / 'testlog.json'
    records = [{'name': name, 'result': result, 'stdout': stdout, 'returncode': 1}
               for name, result, stdout in tests]
    path.write_text(''.join(json.dumps(record) + '\n' for record in records), encoding='utf-8')
    return path


def test_tap_cases_are_counted(tmp_path):
    log = meson_log(tmp_path,
                    ('a', 'OK', '1..3\nok 1 - x\nok 2 - y\n# note\nok 3 - z\n# ok - tests\n'),
                    ('b', 'FAIL', '1..2\nnot ok 1 - bad one\n# why\nok 2 - y\n'),
                    ('lint', 'OK', 'all well\n'))
    assert count('--meson', log) == ('5 passed, 1 failed, 0 skipped', ['FAILED: b: bad one'])


def test_skips_need_a_reason(tmp_path):
    log = meson_log(tmp_path,
                    ('a', 'OK', '1..4\nok 1 - x # SKIP no server\n'
                                '# skipped: no mlock\nok 2 - y\nok 3 - z\nok 4 - w # SKIP\n'),
                    ('gnu', 'SKIP', 'hello\nno compiler\n'), ('mute', 'SKIP', ''))
    totals, lines = count('--meson', log)
    assert totals == '1 passed, 2 failed, 3 skipped'
    assert lines == ['skipped: a: x: no server', 'skipped: a: y: no mlock', 'skipped: gnu: no compiler',
                     'FAILED: a: w: skipped without a reason', 'FAILED: mute: skipped without a reason']


def test_a_failure_after_a_reason_stays_a_failure(tmp_path):
    log = meson_log(tmp_path, ('a', 'FAIL', '1..1\n# skipped: not really\nnot ok 1 - x\n'))
    assert count('--meson', log)[0] == '0 passed, 1 failed, 0 skipped'


def test_a_program_that_dies_is_one_failure(tmp_path):
    for result in ('FAIL', 'ERROR', 'TIMEOUT', 'INTERRUPT'):
        log = meson_log(tmp_path, ('a', result, '1..2\nok 1 - x\n'), ('b', result, ''), ('c', result, None))
        assert count('--meson', log)[0] == '1 passed, 3 failed, 0 skipped'


def test_pytest(tmp_path):
    path = tmp_path / 'junit.xml'
    path.write_text('<testsuites><testsuite><testcase classname="m" name="good"/>'
                    '<testcase classname="m" name="bad"><failure message="x"/></testcase>'
                    '<testcase classname="m" name="broken"><error message="x"/></testcase>'
                    '<testcase classname="m" name="not"><skipped message="no server"/></testcase>'
                    '<testcase classname="m" name="mute"><skipped message=""/></testcase>'
                    '</testsuite></testsuites>', encoding='utf-8')
    totals, lines = count('--pytest', path)
    assert totals == '1 passed, 3 failed, 1 skipped'
    assert lines[0] == 'skipped: m: not: no server'


def test_tap_of_a_runner(tmp_path):
    output = tmp_path / 'browser.tap'
    output.write_text(
        'TAP version 13\nok 1 - a\n    not ok 1 - inside\nnot ok 2 - b\nok 3 - c # SKIP no browser\n1..3\n',
        encoding='utf-8',
    )
    assert count('--tap', output)[0] == '1 passed, 1 failed, 1 skipped'
    output.write_text('node: command not found\n', encoding='utf-8')
    assert count('--tap', output)[0] == '0 passed, 1 failed, 0 skipped'


def test_scripts(tmp_path):
    good, bad = tmp_path / 'good.log', tmp_path / 'bad.log'
    good.write_text('much\n7 passed, 1 failed, 2 skipped\n', encoding='utf-8')
    bad.write_text('7 passed, 0 failed, 0 skipped\nSegmentation fault\n', encoding='utf-8')
    assert count('--script', good)[0] == '7 passed, 1 failed, 2 skipped'
    assert count('--script', bad)[0] == '0 passed, 1 failed, 0 skipped'
    assert count('--script', good, '--script', bad)[0] == '7 passed, 2 failed, 2 skipped'


def test_what_cannot_be_read_is_a_failure(tmp_path):
    empty = tmp_path / 'empty'
    empty.write_text('', encoding='utf-8')
    for option in ('--meson', '--pytest', '--tap', '--script'):
        assert count(option, empty)[0] == '0 passed, 1 failed, 0 skipped'
        assert count(option, tmp_path / 'missing')[0] == '0 passed, 1 failed, 0 skipped'
    assert count('--failed', 'the build') == ('0 passed, 1 failed, 0 skipped', ['FAILED: the build'])
