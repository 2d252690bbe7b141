# SPDX-License-Identifier: Apache-2.0
"""akari name readings: the open half of the labelled pairs, input that means harm, nothing lost
between the lines.

AKARI_BUILD is the build folder. Names here are synthetic.
"""
import json
import os
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import measure_readings  # noqa: E402

BUILD = os.environ.get('AKARI_BUILD')
pytestmark = pytest.mark.skipif(not BUILD, reason='AKARI_BUILD is not set')
AKARI = os.path.join(BUILD or '', 'src/cli/akari')
KANJI = os.path.join(os.environ.get('AKARI_SHARED', ''), 'samples/names/kanji_readings_sample.txt')


def run(raw, *words):
    return subprocess.run([AKARI, 'name', 'readings', *words], input=raw, capture_output=True, timeout=60)


def read(*names):
    done = run('\n'.join(names).encode() + b'\n', '--json')
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(answers) == len(names)
    return answers


def latin(word):
    return [reading['latin'] for reading in word['readings']]


def test_open_half():
    counts = measure_readings.measure_pairs(AKARI, os.path.join(HERE, 'pairs_open.tsv'), False)
    good, n = (sum(c[i] for c in counts.values()) for i in (0, 1))
    assert n >= 300 and good / n >= 0.95
    assert all(c[0] / c[1] >= 0.88 for c in counts.values()), dict(counts)


@pytest.mark.skipif(not os.path.exists(KANJI), reason='no list of kanji readings')
def test_kanji():
    good, n = measure_readings.measure_kanji(AKARI, KANJI, False)
    assert good / n >= 0.95


def test_no_script_is_lost():
    for name in ('สมชาย', 'សុខា', 'အောင်', 'सीता', '山田', 'ソムチャイ', '김', 'محمد', 'Юрий', 'Ελένη',
                 'Արմեն', 'ნინო', 'דוד', 'Ánh', 'ສົມ'):
        (answer,) = read(name)
        assert answer['words'] and all(latin(word) for word in answer['words']), name


def test_katakana_meets_the_passport():
    written, passport = read('ソムチャイ ジャイディー', 'SOMCHAI JAIDEE')
    for a, b in zip(written['words'], passport['words']):
        assert set(latin(a)) & set(latin(b))


def test_han_keeps_every_language():
    (answer,) = read('周')
    kinds = {reading['of'] for reading in answer['words'][0]['readings']}
    assert {'dictionary', 'pinyin', 'sino_korean'} <= kinds
    assert {'shu', 'zhou', 'chow', 'chau', 'ju'} <= set(latin(answer['words'][0]))


@pytest.mark.parametrize('written, folded', [
    ('髙橋', '高橋'), ('齊藤', '斉藤'), ('渡邉', '渡辺'), ('濵田', '浜田'), ('德川', '徳川')])
def test_variant_kanji(written, folded):
    a, b = read(written, folded)
    japanese = [r['latin'] for r in b['words'][0]['readings'] if r['of'] == 'dictionary'][:3]
    assert japanese and set(japanese) <= set(latin(a['words'][0]))


def test_title_is_a_whole_word():
    one, two = read('SIRIPORN', 'Sir Siriporn')
    assert one['words'][0]['flags'] == []
    assert 'title' in two['words'][0]['flags'] and 'siriporn' in latin(two['words'][1])


def test_every_line_has_its_answer():
    """A name over the limits, one with bytes that are no text, an empty one: each has its line."""
    raw = b'Anna\n' + b'x' * 5000 + b'\n\xff\xfeAnna\n\n' + b'a ' * 40 + b'\nAnna\r\n'
    done = run(raw, '--json')
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(answers) == 6
    assert latin(answers[0]['words'][0])[0] == latin(answers[5]['words'][0])[0] == 'anna'
    assert 'error' in answers[1] and answers[1]['words'] == [] and 'error' in answers[4]
    assert 'unread' in answers[2]['words'][0]['flags']
    assert answers[3]['words'] == []


def test_same_answer_twice():
    raw = '山田太郎\nสมชาย ใจดี\nအောင်ဆန်းစုကြည်\n'.encode()
    assert run(raw, '--json').stdout == run(raw, '--json').stdout


def test_errors_repeat_no_name():
    done = run(b'Anna Synthetic\n')
    assert done.returncode == 64 and b'Synthetic' not in done.stdout + done.stderr
    done = run(b'Synthetic' * 500 + b'\n', '--json')
    assert b'Synthetic' not in done.stdout + done.stderr
