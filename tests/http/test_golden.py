# SPDX-License-Identifier: Apache-2.0
"""The golden cases of the policy over HTTP. What they prevent: a server that answers by another policy than
the one that was read and agreed to, while the tests in the process are green."""
import importlib.util
import itertools
import json
import os
import random
import urllib.parse

import pytest

import flips
import golden
import live


@pytest.fixture(scope='module')
def asker(server):
    made = golden.Asker(server)
    yield made
    made.close()


@pytest.fixture(scope='module')
def oracle():
    path = os.path.join(golden.ROOT, 'tests/policy/oracle.py')
    spec = importlib.util.spec_from_file_location('policy_oracle', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Oracle()


def test_every_golden_line(asker):
    different = asker.each(asker.golden, golden.lines())
    assert len(golden.lines()) > 900
    assert not different, [(line.number, line.why, got) for line, got in different[:5]]


def spread(sets, where):
    """Every question of a set of words; inputs that are left out have all words that were asked for."""
    assert set(where) <= set(sets)
    return itertools.product(*(where.get(name, some) for name, some in sets.items()))


def test_groups_are_the_answers(asker, oracle):
    """What is told about many questions at once is what the oracle says of each, each told once."""
    chance = random.Random(20261122)
    for _ in range(12):
        sets = {
            name: chance.sample(
                [w for w in known if w],
                1 if name in ('role', 'object') else min(3, len([w for w in known if w])),
            )
            for name, known in golden.words().items()
        }
        query = '&'.join(
            urllib.parse.urlencode([(name, word)]) for name in sets for word in sets[name]
        )
        status, got = asker.json('GET', '/api/v1/policy/explain?' + query, golden.OFFICER)
        assert status == 200
        told = {}
        for group in got['answers']:
            questions = [q for where in group['where'] for q in spread(sets, where)]
            assert len(questions) == group['questions'] == len(set(questions))
            for question in questions:
                assert question not in told
                told[question] = [group['verdict'], group['reason'], '+'.join(group['obligations'])]
        assert len(told) == got['questions']
        for question, answer in told.items():
            assert oracle.answer(list(question)) == answer, question


def explain(server, login, query):
    return server.request(
        'GET', '/api/v1/policy/explain?' + query, {'Authorization': 'Bearer ' + server.token(login)}
    )


def test_too_many_questions_are_refused(server):
    """One look may not keep the server busy with a billion questions."""
    assert explain(server, golden.OFFICER, '').status == 422
    answer = explain(server, golden.OFFICER, 'role=health&object=record')
    assert answer.status == 422 and '3120000' in json.loads(answer.body)['detail']
    assert explain(server, golden.OFFICER, 'role=health&object=record&verb=wave').status == 422


def test_a_desk_does_not_read_the_machine(server):
    """docs/policy.md 6: `system` is read by oversight, key custodians and administrators."""
    answer = explain(server, 'npa-lead', 'role=health&object=record&verb=read')
    assert answer.status == 403 and json.loads(answer.body)['detail'] == 'reason: role'


def test_flips_are_seen(asker):
    found = flips.run(live.Live(asker), 10, 20261122)
    assert found.missed == [] and found.made == found.by_lines == 10
    different = asker.each(asker.golden, golden.lines())
    assert not different, 'the tables are not as they were'
