# SPDX-License-Identifier: Apache-2.0
"""Duties 0/a and 0/d of the plan are counted from assessments and screenings as they are made. What it
prevents: a figure that says nobody was screened because nobody counts, and an answer that goes out with a
number."""
import json

import pytest
from test_assessment import made, post

DESK = 'npa-lead'
COUNTER = 'npa-statistics'


def indicators(server, duty, login=COUNTER):
    headers = {'Authorization': 'Bearer ' + server.token(login)}
    answer = server.request('GET', '/api/v1/plan/duty?duty=' + duty.replace('/', '%2F'), headers)
    assert answer.status == 200, answer.text
    return {i['id']: i for i in json.loads(answer.body)['indicators']}


def counts(indicator):
    return indicator.get('numerator', indicator.get('value', 0)) or 0, indicator.get('denominator', 0)


@pytest.fixture
def person(server):
    case = made(post(server, 'case.open', synthetic=True))
    return case, made(post(server, 'subject.add', id=case, type='person', role='victim'))


def start(server, person, **more):
    return made(post(server, 'assessment.start', case=person[0], subject=person[1], **more))


def test_screenings_are_counted(server, person):
    before = indicators(server, '0/d')
    first = start(server, person, form='screening', situation='any')
    start(server, person, form='screening', situation='any')  # begun, and not finished
    assert post(server, 'assessment.finish', id=first, outcome='positive', reasons='Synthetic.').status == 200
    after = indicators(server, '0/d')
    assert after['screenings']['state'] == 'number'
    assert after['screenings']['value'] == before['screenings']['value'] + 2
    found, of = counts(before['hit_rate'])
    assert counts(after['hit_rate']) == (found + 1, of + 1)


def test_a_child_is_decided_without_means(server, person):
    whole = ['tip_act.recruitment=yes', 'tip_purpose.forced_labour_or_services=yes']
    means = ['tip_means.%s=no' % code for code in ('force', 'fraud')]
    complete, of_all = counts(indicators(server, '0/a')['amp_complete'])
    without, children = counts(indicators(server, '0/a')['child_without_means'])
    child = start(server, person, phase='assessment', age='child', answer=whole)
    asked = start(server, person, phase='assessment', age='child', answer=whole + means)
    grown = start(server, person, phase='assessment', age='adult', answer=whole)  # means are open
    for ident in (child, asked, grown):
        done = post(server, 'assessment.finish', id=ident, outcome='positive', reasons='Synthetic.')
        assert done.status == 200, done.text
    after = indicators(server, '0/a')
    assert counts(after['amp_complete']) == (complete + 2, of_all + 3)
    assert counts(after['child_without_means']) == (without + 1, children + 2)


def test_a_number_tells_no_answer(server, person):
    ident = start(server, person, phase='assessment', age='child', answer=['CD01=yes'])
    for duty in ('0/a', '0/d'):
        headers = {'Authorization': 'Bearer ' + server.token(COUNTER)}
        text = server.request('GET', '/api/v1/plan/duty?duty=' + duty.replace('/', '%2F'), headers).text
        assert ident not in text and 'CD01' not in text and person[0] not in text
