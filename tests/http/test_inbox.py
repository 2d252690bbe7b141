# SPDX-License-Identifier: Apache-2.0
"""The inbox by sort and duty, numbers of cases on notices, counts in the menu. Harm it prevents: nine notices
are nine visits and late ones are missed; a number tells a colleague of a case that she may not know of."""
import json
import re
from pathlib import Path

import pytest
from test_bulk import act, open_cases
from test_filters import view
from test_pages import Page, get

SORTS = 'deadlines cases reports second_person held_steps emergencies obligations accounts records'.split()


@pytest.fixture(scope='module')
def noticed(server):
    """A case of npa that is shared with isa, so that both have notices."""
    case = open_cases(server, 1)[0]
    share = {'id': case, 'agency': 'isa', 'relation': 'recipient', 'basis': 'consent'}
    status, told = act(server, 'npa-lead', 'case/share', share)
    assert status == 200, told
    return case


def notices(server, login, more=''):
    """All pages."""
    items, at = [], ''
    while True:
        status, told = view(server, login, 'notice/list?whose=office' + more + at)
        assert status == 200, told
        items += told['items']
        if not told.get('next'):
            return items
        at = f'&after={told["next"]}&after_at={told["next_at"]}'


def test_every_event_that_the_program_tells_of_has_one_sort():
    src = Path(__file__).parents[2] / 'src'
    table = (src / 'core/notice/view.c').read_text().split('sorts[NOTICE_SORTS] = {')[1].split('\n};')[0]
    begins = [w.rstrip('.') for w in re.findall(r'"([a-z_.]+)"', re.sub(r'(ONE|TWO)\("[a-z_]+"', '', table))]
    events = set()
    for file in src.rglob('*.c'):
        events |= set(re.findall(r'act_emit\w*\([^;]*?"([a-z_]+\.[a-z_]+)"', file.read_text()))
    assert len(events) > 20
    for event in sorted(events):
        assert begins.count(event.split('.')[0]) == 1, event


def test_each_sort_is_part_of_all_and_none_is_lost(server, noticed):
    """What is delivered between two looks stands in the second."""
    for login in ('npa-lead', 'owner-oversight', 'copy-lead'):
        before = {n['id'] for n in notices(server, login)}
        assert before or login == 'copy-lead', login
        parts = [{n['id'] for n in notices(server, login, '&sort=' + s)} for s in SORTS]
        every = {n['id'] for n in notices(server, login)}
        assert before <= set().union(*parts) <= every, login
        assert sum(map(len, parts)) == len(set().union(*parts)), 'no notice is of two sorts'


def test_a_duty_is_part_of_all(server):
    for role in ('case_lead', 'police_investigator', 'statistics_officer'):
        before = {n['id'] for n in notices(server, 'npa-lead') if n['role'] == role}
        got = {n['id'] for n in notices(server, 'npa-lead', '&role=' + role)}
        after = {n['id'] for n in notices(server, 'npa-lead') if n['role'] == role}
        assert before <= got <= after
    assert view(server, 'npa-lead', 'notice/list?role=king')[0] == 422
    assert view(server, 'npa-lead', 'notice/list?sort=everything')[0] == 422


def test_counts_of_sorts_add_up(server, noticed):
    told = view(server, 'npa-lead', 'notice/count')[1]
    assert set(told['of_sort']) == set(SORTS)
    assert sum(told['of_sort'].values()) == told['open']


def test_numbers_are_told_of_what_may_be_listed_alone(server):
    ids = server.ids
    ask = 'case/numbers?case=' + '&case='.join([ids['m_case'], ids['m_red'], ids['hidden'], ids['unknown']])
    named = [c['id'] for c in view(server, 'npa-lead', ask)[1]['items']]
    assert ids['m_case'] in named and ids['m_red'] in named
    assert ids['hidden'] not in named and ids['unknown'] not in named
    others = [c['id'] for c in view(server, 'owner-lead', ask)[1]['items']]
    assert ids['m_case'] in others and ids['m_red'] not in others, 'RED is for who is named'
    assert view(server, 'owner-member', ask)[1]['items'] == []
    assert view(server, 'owner-admin', ask)[0] == 403


def test_a_hidden_case_answers_like_one_that_never_was(server):
    ids = server.ids
    headers = {'Authorization': 'Bearer ' + server.token('owner-member')}
    asked = ('m_red', 'unknown')
    one, two = (server.request('GET', '/api/v1/case/numbers?case=' + ids[i], headers).text for i in asked)
    assert one == two


def test_limits_of_numbers(server):
    many = '&'.join('case=%032x' % i for i in range(1, 500))
    assert server.request('GET', '/api/v1/case/numbers?' + many).status in (400, 401, 413, 414, 422)
    assert view(server, 'npa-lead', 'case/numbers')[0] == 422


def test_the_page_says_which_case_and_filters_by_words_only(server, noticed):
    page = get(server, '/inbox?whose=office')
    assert page.status == 200 and Page(page.text).faults == []
    for sort in SORTS:
        page = get(server, '/inbox?whose=office&sort=' + sort)
        assert page.status == 200 and Page(page.text).faults == []
        assert re.search(f'<option value="{sort}" selected', page.text)
    page = get(server, '/inbox?sort=%3Cscript%3E&role=%22x')
    assert page.status == 200 and '<script>' not in page.text and '"x' not in page.text


def test_counts_of_the_menu_are_only_of_what_one_may_settle(server):
    told = json.loads(get(server, '/inbox/count').text)
    assert told['proposals'] == view(server, 'npa-lead', 'proposal/count')[1]['waiting']
    open_ones = view(server, 'npa-lead', 'proposal/list')[1]['items']
    assert told['proposals'] == sum(1 for p in open_ones if p['may_settle'])
    assert told['reports'] == view(server, 'npa-lead', 'report/count')[1]['waiting']
    for login in ('owner-admin', 'owner-statistics'):
        assert 'reports' not in json.loads(get(server, '/inbox/count', login).text), login


def test_reports_counted_are_those_that_wait(server):
    listed = view(server, 'npa-lead', 'report/list')[1]['items']
    told = view(server, 'npa-lead', 'report/count')[1]
    assert told['mine'] == sum(1 for r in listed if r['mine'])
    assert told['waiting'] == sum(1 for r in listed if not r['assigned'])
    assert told['urgent'] == sum(1 for r in listed if not r['assigned'] and r['urgent'])
    assert view(server, 'owner-member', 'report/count')[0] == 403
