# SPDX-License-Identifier: Apache-2.0
"""Who is on duty (plan 2(3)(i)/d): the roster as it is written and read, by the API and by its page. Harm:
nobody is on duty and nobody sees it; somebody from outside reads who sits there at night. All data is
synthetic."""
import datetime
import json
import os
import random
import re

import pytest
from served import Server

EN = {'Accept-Language': 'en'}
DAY = datetime.timedelta(days=1)


@pytest.fixture(scope='module')
def office():
    """A server of this module's own: its roster is written."""
    if 'AKARI_BUILD' not in os.environ:
        pytest.skip('AKARI_BUILD names no build folder')
    made = Server()
    yield made
    made.stop()


def call(office, name, login, **fields):
    headers = {'Content-Type': 'application/json', 'Authorization': 'Bearer ' + office.token(login)}
    got = office.request('POST', '/api/v1/' + name.replace('.', '/'), headers, json.dumps(fields).encode())
    return got.status, json.loads(got.body)


def duties(office, login='owner-lead', **asked):
    query = '&'.join(f'{k}={v}' for k, v in asked.items())
    headers = {'Authorization': 'Bearer ' + office.token(login)}
    got = office.request('GET', '/api/v1/roster/list?' + query, headers)
    return got.status, json.loads(got.body)


def page(office, login='owner-lead', lang='en'):
    headers = {**office.cookie(login), 'Accept-Language': lang}
    return office.request('GET', '/admin/roster', headers)


def at(days, hour=8):
    """So many days from now, as the API writes it."""
    day = datetime.datetime.now(datetime.timezone.utc).replace(hour=hour, minute=0, second=0, microsecond=0)
    return (day + days * DAY).strftime('%Y-%m-%dT%H:%M:%SZ')


@pytest.fixture(scope='module')
def lead(office):
    headers = {'Authorization': 'Bearer ' + office.token('owner-lead')}
    got = json.loads(office.request('GET', '/api/v1/account/list', headers).body)
    holds = [a['id'] for a in got['items'] if 'case_lead' in json.dumps(a)]
    return holds[0] if holds else office.ids['m_account']


def add(office, account, login='owner-lead', **more):
    return call(office, 'roster.add', login, id=account, role='case_lead', **more)


def test_a_duty_is_listed_in_its_days_and_in_no_other(office, lead):
    status, got = add(office, lead, until=at(3), **{'from': at(2)})
    assert status == 200, got
    for start, days, there in ((0, 7, True), (2, 1, True), (3, 7, False), (0, 1, False), (-30, 31, False)):
        status, told = duties(office, **{'from': at(start), 'days': days})
        assert status == 200
        assert (got['id'] in [d['id'] for d in told['items']]) == there, (start, days)
    status, told = duties(office)
    duty = next(d for d in told['items'] if d['id'] == got['id'])
    assert (duty['role'], duty['account']) == ('case_lead', lead)
    assert (duty['from'][:16], duty['until'][:16]) == (at(2)[:16], at(3)[:16])
    assert call(office, 'roster.end', 'owner-lead', id=got['id'])[0] == 200


@pytest.mark.parametrize(
    'wrong',
    [
        {'role': 'system'},
        {'role': 'anonymous'},
        {'role': ''},
        {'role': 'case_lead,analyst'},
        {'from': 'tomorrow'},
        {'from': '2026-02-30T00:00:00Z'},
        {'until': '2020-01-01T00:00:00Z'},
        {'from': '2030-01-02T00:00:00Z', 'until': '2030-01-02T00:00:00Z'},
        {'deputy': '0' * 31 + '1'},
        {'deputy': 'nobody'},
        {'not_declared': '1'},
        {'until': None},
        {'role': ['case_lead', 'analyst']},
    ],
)
def test_what_does_not_fit_is_not_written(office, lead, wrong):
    before = duties(office, days=31)[1]
    status, got = call(office, 'roster.add', 'owner-lead', **{'id': lead, 'role': 'case_lead', **wrong})
    if wrong == {'until': None} and status == 200:  # no end is given: it lasts until it is ended
        assert call(office, 'roster.end', 'owner-lead', id=got['id'])[0] == 200
        return
    assert 400 <= status < 500, got
    assert duties(office, days=31)[1]['items'] == before['items']


def test_nobody_is_her_own_deputy(office, lead):
    status, got = add(office, lead, deputy=lead)
    assert status == 422, got


@pytest.mark.parametrize('days', ['0', '-1', '32', '1e2', '999999999999999999999', 'x', '7.5'])
def test_so_many_days_at_once_and_no_more(office, days):
    status, told = duties(office, days=days)
    assert status in (400, 422), told


@pytest.mark.parametrize('start', ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '1969-12-31T23:59:59Z'])
def test_the_ends_of_time_are_answered(office, start):
    status, told = duties(office, **{'from': start, 'days': 31})
    assert status in (200, 400, 422)
    assert status != 200 or all(d['from'] for d in told['items'])


def test_the_order_of_writing_tells_nothing(office, lead):
    """Property: however the days are written down, the list of any days has the same duties."""
    chance = random.Random(20260401)
    spans = [(at(d, 9), at(d + chance.randint(1, 3), 17)) for d in range(6)]
    lists = []
    for _ in range(2):
        chance.shuffle(spans)
        made = []
        for start, end in spans:
            status, got = add(office, lead, until=end, **{'from': start})
            assert status == 200, got
            made.append(got['id'])
        told = duties(office, days=31)[1]['items']
        lists.append(sorted((d['from'], d['until']) for d in told if d['id'] in made))
        for one in made:
            assert call(office, 'roster.end', 'owner-lead', id=one)[0] == 200
        assert call(office, 'roster.end', 'owner-lead', id=made[0])[0] in (200, 409)
    assert lists[0] == lists[1] and len(lists[0]) >= 5


def test_the_page_draws_each_duty_as_long_as_it_is(office, lead):
    status, got = add(office, lead, until=at(3), **{'from': at(1)})
    assert status == 200
    status, forever = add(office, lead)
    assert status == 200
    text = page(office).text
    bars = re.findall(r'<rect x="(\d+)" y="5" width="(\d+)" height="14"', text)
    assert len(bars) >= 2
    for x, width in bars:
        assert int(width) >= 3 and int(x) + int(width) <= 700, 'no bar runs out of its days'
    assert ('700' in {w for _, w in bars}) or any(int(x) + int(w) == 700 for x, w in bars)
    assert 'until it is ended' in text and '/do/roster.end?id=' + got['id'] in text
    assert '<svg' in text and 'aria-hidden="true"' in text  # the times stand beside it, in words
    for one in (got, forever):
        assert call(office, 'roster.end', 'owner-lead', id=one['id'])[0] == 200
    assert '/do/roster.end?id=' + got['id'] not in page(office).text


def test_from_right_to_left_the_days_run_the_other_way(office, lead):
    status, got = add(office, lead, until=at(2), **{'from': at(1)})
    assert status == 200

    def bar(query=''):
        answer = office.request('GET', '/admin/roster' + query, {**office.cookie('owner-lead'), **EN})
        assert answer.status == 200
        found = re.findall(r'<rect x="(\d+)" y="5" width="(\d+)" height="14"', answer.text)
        return {(int(x), int(w)) for x, w in found}

    left, right = bar(), bar('?lang=x-rtl')
    assert left and {(700 - x - w, w) for x, w in left} == right
    bar('?lang=en')
    assert call(office, 'roster.end', 'owner-lead', id=got['id'])[0] == 200


def test_who_may_not_know_reads_no_name_and_no_hour(office, lead):
    status, got = add(office, lead)
    assert status == 200
    for login in ('copy-lead', 'none-lead'):  # of another agency
        status, told = duties(office, login)
        assert status != 200 or got['id'] not in json.dumps(told), login
        assert got['id'] not in json.dumps(duties(office, login, agency='npa')[1]), login
        assert got['id'] not in page(office, login).text, login
    for login in ('copy-lead', 'none-lead', 'owner-intake', 'owner-abroad'):  # a colleague changes nothing
        status, told = call(office, 'roster.end', login, id=got['id'])
        gone = call(office, 'roster.end', login, id=office.ids['unknown'])
        assert status in (403, 404), login
        assert status == gone[0] or login.startswith('owner-'), login
        assert add(office, lead, login)[0] in (403, 404), login
    anonymous = office.request('GET', '/api/v1/roster/list', {})
    assert anonymous.status == 401 and got['id'] not in anonymous.text
    assert got['id'] in json.dumps(duties(office)[1]), 'it is still there'
    assert call(office, 'roster.end', 'owner-lead', id=got['id'])[0] == 200
    assert call(office, 'roster.end', 'owner-lead', id=got['id'])[0] == 409, 'it has ended once'
