# SPDX-License-Identifier: Apache-2.0
"""The day in short, and what an officer has read: for herself, never for who leads or runs the place."""
import re

from test_bulk import act, open_cases
from test_filters import view
from test_pages import Page, get


def heavy(server, login):
    status, told = view(server, login, 'care/looks')
    assert status == 200, told
    return told['heavy']


def test_only_her_own_looks_count_and_only_the_heavy_ones(server):
    before, other = heavy(server, 'npa-lead'), heavy(server, 'npa-police')
    case = open_cases(server, 1)[0]
    get(server, '/case/' + case)
    assert heavy(server, 'npa-lead') == before, 'a case with nothing in it is not hard to read'
    body = {'case': case, 'sexual_exploitation': 'yes', 'sexual_types': ['pornography']}
    status, made = act(server, 'npa-lead', 'exploitation_profile/create', body)
    assert status == 200, made
    before = heavy(server, 'npa-lead')
    assert view(server, 'npa-lead', 'exploitation_profile/show?id=' + made['id'])[0] == 200
    assert heavy(server, 'npa-lead') > before
    assert heavy(server, 'npa-police') == other


def test_nobody_can_ask_it_of_somebody_else(server):
    for login in ('npa-lead', 'owner-lead', 'owner-oversight', 'owner-admin'):
        for more in ('?id={m_account}', '?account={m_account}'):
            status, told = view(server, login, 'care/looks' + more.format(**server.ids))
            assert status in (400, 404, 422) and 'heavy' not in told, login


def test_it_stands_on_her_own_page_and_on_no_other(server):
    words = 'What you have read this week'
    own = get(server, '/account')
    assert own.status == 200 and words in own.text and Page(own.text).faults == []
    for path in ('/today', '/', '/inbox', '/admin', '/admin/accounts'):
        assert words not in get(server, path, 'owner-admin').text, path
        assert words not in get(server, path).text, path


def test_the_day_in_short_says_what_the_lists_say(server):
    page = get(server, '/today')
    assert page.status == 200 and Page(page.text).faults == []
    card = page.text.split('class="card digest"')[1].split('</section>')[0]
    told = view(server, 'npa-lead', 'clock/list')[1]['items']
    late = [c for c in told if c['mark'] == 'overdue']
    number = re.search(r'<strong><bdi[^>]*>(\d+)</bdi>(?:\+)?</strong> Deadlines that have passed', card)
    assert int(number.group(1)) == len(late)
    assert not re.search(r'2026-\d{6}', card), 'no case'
