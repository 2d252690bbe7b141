# SPDX-License-Identifier: Apache-2.0
"""The decision rule a second time, written from the domain's list of indicators and its decision rule alone.

    S >= 2, or S >= 1 and M + W >= 1, or M >= 3, or M >= 2 and W >= 1

Neither the C code nor the pack's YAML is looked at: strengths come from strengths.tsv beside this file,
which is the domain's list (indicators.json of AKARI_SHARED) in short; test_oracle.py compares the two.
"""
import functools
import itertools
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))
PROFILES = ('adult_labour', 'child_labour', 'adult_sexual', 'child_sexual')
DIMENSIONS = (
    'deceptive_recruitment',
    'coercive_recruitment',
    'abuse_of_vulnerability_recruitment',
    'exploitation',
    'coercion_at_destination',
    'abuse_of_vulnerability_destination',
)
RANK = {'strong': 0, 'medium': 1, 'weak': 2}


def shared_file():
    return os.path.join(os.environ.get('AKARI_SHARED', ''), 'domain/indicators.json')


def from_domain():
    """(code, dimension, strength of each profile or None), in the order of the list."""
    with open(shared_file(), encoding='utf-8') as file:
        listed = json.load(file)['delphi']
    return [(x['code'], x['dimension'], tuple(x['strength'][p] for p in PROFILES)) for x in listed]


def from_short():
    with open(os.path.join(HERE, 'strengths.tsv'), encoding='utf-8') as file:
        rows = [line.rstrip('\n').split('\t') for line in file if not line.startswith('#')]
    return [(row[0], row[1], tuple(None if s == '-' else s for s in row[2:])) for row in rows]


SIGNS = from_short()


def positive(strong, medium, weak):
    return (
        strong >= 2
        or (strong >= 1 and medium + weak >= 1)
        or medium >= 3
        or (medium >= 2 and weak >= 1)
    )


@functools.cache
def judged(yes, unknown):
    """Counts (strong, medium, weak) of yes and of unknown: lower, upper, and which strengths decide."""
    lower, upper = positive(*yes), positive(*(y + u for y, u in zip(yes, unknown)))
    decides = []
    for rank in range(3):
        others = [u - (r == rank) for r, u in enumerate(unknown)]
        decides.append(
            lower != upper
            and min(others) >= 0
            and any(
                positive(*[y + m + (r == rank) for r, (y, m) in enumerate(zip(yes, more))])
                and not positive(*[y + m for y, m in zip(yes, more)])
                for more in itertools.product(*[range(u + 1) for u in others])
            )
        )
    return lower, upper, tuple(decides)


def evaluate(profile, answers):
    """answers: one of y, n, u for each of SIGNS. Lower and upper by dimension, deciding by indicator."""
    counts = {d: {'y': [0, 0, 0], 'u': [0, 0, 0], 'n': [0, 0, 0]} for d in DIMENSIONS}
    for (_, dimension, strengths), answer in zip(SIGNS, answers):
        if strengths[profile]:
            counts[dimension][answer][RANK[strengths[profile]]] += 1
    by_dimension = {d: judged(tuple(c['y']), tuple(c['u'])) for d, c in counts.items()}
    deciding = [
        answer == 'u' and strengths[profile] is not None and by_dimension[d][2][RANK[strengths[profile]]]
        for (_, d, strengths), answer in zip(SIGNS, answers)
    ]
    return [by_dimension[d][0] for d in DIMENSIONS], [by_dimension[d][1] for d in DIMENSIONS], deciding


def line_of(profile, answers):
    lower, upper, deciding = evaluate(profile, answers)
    return ' '.join(''.join('01'[v] for v in part) for part in (lower, upper, deciding))


def decides_by_trying(profile, answers, index):
    """The definition itself, every assignment of the other unknown ones tried: for few unknowns."""
    dimension = SIGNS[index][1]
    free = [i for i, s in enumerate(SIGNS) if s[1] == dimension and answers[i] == 'u' and i != index]
    at = DIMENSIONS.index(dimension)
    if answers[index] != 'u':
        return False
    for values in itertools.product('yn', repeat=len(free)):
        tried = list(answers)
        for i, value in zip(free, values):
            tried[i] = value
        tried[index] = 'y'
        with_it = evaluate(profile, tried)[0][at]
        tried[index] = 'n'
        if with_it != evaluate(profile, tried)[0][at]:
            return True
    return False
