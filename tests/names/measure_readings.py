#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""measure_readings AKARI PAIRS.tsv [KANJI.txt] [--misses] - how often the expected spelling is among
the first readings.

PAIRS: script TAB name as written TAB spelling, or several with | between them. A pair is found when
a reading among the first FIRST of each word is NEAR the spelling: one letter apart, or two where it
has eight letters or more. Words that are written together are put together first. KANJI: kanji TAB
hiragana; found when what that hiragana is in Latin letters (by the program itself) is, letter for
letter, among the first FIRST: the lists have lost long vowels and the difference of zu and du,
which passports do not write either. Skeletons and consonants are not readings.
"""
import collections
import itertools
import json
import subprocess
import sys

FIRST = 8
WAYS = 64  # of a name that is several words here and one there


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def near(a, b):
    return distance(a, b) <= (2 if len(b) >= 8 else 1)


def readings(akari, names):
    done = subprocess.run([akari, 'name', 'readings', '--json'], input='\n'.join(names) + '\n',
                          capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def first(word, key='latin'):
    skeletons = ('consonants', 'katakana_skeleton')
    return [r[key] for r in word['readings'] if r['of'] not in skeletons and key in r][:FIRST]


def found(answer, spelling):
    words = [first(word) for word in answer['words']]
    expected = spelling.split()
    if len(words) == len(expected):
        return all(any(near(r, e) for r in rs) for rs, e in zip(words, expected))
    ways = itertools.islice(itertools.product(*words), 8 ** 4)
    return any(near(''.join(way), ''.join(expected)) for way in ways)


def measure_pairs(akari, path, misses):
    rows = [line.rstrip('\n').split('\t') for line in open(path, encoding='utf-8')]
    counts = collections.defaultdict(lambda: [0, 0])
    for (script, written, spellings), answer in zip(rows, readings(akari, [row[1] for row in rows])):
        good = any(found(answer, spelling) for spelling in spellings.split('|'))
        counts[script][0] += good
        counts[script][1] += 1
        if misses and not good:
            print(f'{script}: {written} {spellings}: {[first(word)[:5] for word in answer["words"]]}')
    return counts


def measure_kanji(akari, path, misses):
    rows = [line.rstrip('\n').split('\t') for line in open(path, encoding='utf-8')]
    rows = [row for row in rows if len(row) == 2]
    good = 0
    expected = [''.join(first(word)[0] for word in answer['words'])
                for answer in readings(akari, [row[1] for row in rows])]
    answers = readings(akari, [row[0] for row in rows])
    for (written, kana), latin, answer in zip(rows, expected, answers):
        ways = itertools.islice(itertools.product(*[first(word) for word in answer['words']]), 4096)
        hit = latin in [''.join(way) for way in ways]
        good += hit
        if misses and not hit:
            print(f'kanji: {written} {kana}: {latin}: {[first(word) for word in answer["words"]]}')
    return good, len(rows)


def main():
    args = [arg for arg in sys.argv[1:] if arg != '--misses']
    misses = '--misses' in sys.argv
    counts = measure_pairs(args[0], args[1], misses)
    for script in sorted(counts):
        good, n = counts[script]
        print(f'{script}: {good} of {n} = {good / n:.3f}')
    good, n = (sum(c[i] for c in counts.values()) for i in (0, 1))
    print(f'all: {good} of {n} = {good / n:.3f}')
    if len(args) > 2:
        good, n = measure_kanji(args[0], args[2], misses)
        print(f'kanji: {good} of {n} = {good / n:.4f}')


if __name__ == '__main__':
    main()
