# SPDX-License-Identifier: Apache-2.0
"""What a team carries, a pause, the day since one was here, paper, entries side by side. Harm it prevents:
somebody carries too much alone and breaks; a colleague counts what others do; a paper names a person."""
import json
import re

import pytest
from test_bulk import bulk, open_cases
from test_case import act, done, get
from test_filters import view
from test_pages import Page

NOT_LEADS = ['owner-' + who for who in 'intake member police oversight admin analyst'.split()]


def account(server, login):
    return re.search(r'/do/account\.pause\?id=([0-9a-f]{32})', get(server, '/account', login).text).group(1)


def carried(server, who, login='npa-lead'):
    status, told = view(server, login, 'team/load')
    assert status == 200, told
    zero = {'cases': 0, 'weight': 0, 'late': 0, 'emergencies': 0, 'days_in_row': 0}
    return next((i for i in told['items'] if i['account'] == who), zero)


def named(server, login, n=1):
    """New cases of npa in which this officer is named as well."""
    cases = open_cases(server, n)
    for case in cases:
        done(server, 'case.assign', id=case, account=account(server, login))
    return cases


# ---- caseload


def test_a_case_more_is_a_case_more_and_a_closed_one_none(server):
    who = account(server, 'owner-intake')
    before = carried(server, who)
    case = named(server, 'owner-intake')[0]
    after = carried(server, who)
    assert after['cases'] == before['cases'] + 1 and after['weight'] >= before['weight'] + 1
    done(server, 'case.close', id=case)
    assert carried(server, who) == before


def test_protection_weighs_more_and_never_less(server):
    who = account(server, 'owner-intake')
    case = named(server, 'owner-intake')[0]
    before = carried(server, who)
    stages = json.loads(get(server, '/api/v1/openapi.json').text) and 'presumed_victim'
    done(server, 'subject.add', id=case, type='person', role='victim')
    done(server, 'case.set_stage', id=case, stage=stages)
    after = carried(server, who)
    assert after['weight'] == before['weight'] + 1 and after['cases'] == before['cases']
    for item in view(server, 'npa-lead', 'team/load')[1]['items']:
        assert item['cases'] <= item['weight'] <= 4 * item['cases']


def test_only_leads_are_told_and_only_of_their_own_agency(server):
    for login in NOT_LEADS:
        status, told = view(server, login, 'team/load')
        assert status == 403 and 'items' not in told, login
        assert get(server, '/team', login).status == 403, login
        assert '"/team"' not in get(server, '/today', login).text, login
    own = {i['id'] for i in view(server, 'owner-lead', 'account/list')[1]['items']}
    assert {i['account'] for i in view(server, 'owner-lead', 'team/load')[1]['items']} <= own
    assert not own & {i['account'] for i in view(server, 'none-lead', 'team/load')[1]['items']}


def test_a_red_case_is_in_no_number_of_a_lead_who_is_not_named(server):
    """m_red names npa-lead alone: her own count has it, that of the other lead has not."""
    hers = carried(server, account(server, 'npa-lead'), 'npa-lead')['cases']
    seen = carried(server, account(server, 'npa-lead'), 'owner-lead')['cases']
    assert seen < hers


def test_the_page_names_no_case_and_no_reading(server):
    page = get(server, '/team')
    assert page.status == 200 and Page(page.text).faults == []
    assert not re.search(r'20\d\d-\d{6}', page.text) and '/case/' not in page.text
    assert '<progress' in page.text and 'How this is counted' in page.text
    assert 'What you have read this week' not in page.text


# ---- a pause


def handed(server, login):
    return {c['id'] for c in view(server, login, 'case/list?handed=yes')[1]['items']}


def everybody_handed(server):
    leads = ('npa-lead', 'owner-lead', 'owner-home-named', 'owner-inspection-named', 'owner-intake')
    return {login: handed(server, login) for login in leads}


@pytest.fixture
def paused(server):
    cases = named(server, 'owner-member', 2)
    who = account(server, 'owner-member')
    status, told = act(server, 'account.pause', 'owner-member', id=who)
    assert status == 200, told
    yield cases
    act(server, 'account.pause', 'owner-member', id=who, take_back=True)


def test_a_member_offers_all_her_cases_and_keeps_them_until_taken(server, paused):
    takers = [login for login, got in everybody_handed(server).items() if set(paused) & got]
    assert takers, 'somebody is offered them, though a member has no right to hand out cases'
    for case in paused:
        assert get(server, '/case/' + case, 'owner-member').status == 200
    taker = takers[0]
    case = next(c for c in paused if c in handed(server, taker))
    done(server, 'case.take', taker, id=case)
    assert get(server, '/case/' + case, taker).status == 200
    assert get(server, '/case/' + case, 'owner-member').status != 200


def test_what_nobody_took_is_taken_back(server):
    cases = set(named(server, 'owner-member', 1))
    who = account(server, 'owner-member')
    done(server, 'account.pause', 'owner-member', id=who)
    assert any(cases & got for got in everybody_handed(server).values())
    done(server, 'account.pause', 'owner-member', id=who, take_back=True)
    assert not any(cases & got for got in everybody_handed(server).values())


def test_nobody_pauses_for_somebody_else_and_no_reason_is_asked(server):
    who = account(server, 'owner-member')
    for login in ('npa-lead', 'owner-admin', 'owner-intake'):
        assert act(server, 'account.pause', login, id=who)[0] == 404, login
    form = get(server, '/do/account.pause?id=' + who, 'owner-member').text
    asked = set(re.findall(r'name="([a-z_]+)"', form[form.index('<main') :]))
    assert asked <= {'_token', '_request', 'id', 'version', 'until', 'take_back', 'lang'}, asked


def test_a_pause_ends_in_the_future(server):
    who = account(server, 'owner-member')
    assert act(server, 'account.pause', 'owner-member', id=who, until='2020-01-01T00:00:00Z')[0] == 422


# ---- since she was last here


def test_since_is_her_own_and_before_this_session(server):
    status, told = view(server, 'npa-lead', 'session/since')
    assert status == 200 and set(told) == {'since'}
    for more in ('?account=%(m_account)s', '?id=%(m_account)s'):
        assert view(server, 'npa-lead', 'session/since' + more % server.ids)[0] in (400, 404, 422)


# ---- paper


def test_a_printed_list_has_numbers_and_nothing_of_a_person(server):
    cases = open_cases(server, 3)
    before = server.leaves().get('case.print_list', 0)
    page = bulk(server, [*cases, server.ids['hidden']], do='case.print_list')
    assert page.status == 200 and Page(page.text).faults == []
    assert server.leaves()['case.print_list'] == before + 1
    rows = page.text.split('<tbody>')[1].split('</tbody>')[0]
    assert rows.count('<tr>') == 3, 'what may not be listed is on no paper'
    head = page.text.split('<thead>')[1].split('</thead>')[0]
    assert re.search('Printed from Akari|Akari から印刷', head), 'said on every sheet'
    assert bulk(server, [], do='case.print_list').status == 422


def test_three_hundred_at_once_and_no_more(server):
    many = [f'{i:032x}' for i in range(1, 301)]
    assert bulk(server, many, do='case.close').status == 200, 'the page to check'
    assert bulk(server, many + ['f' * 32], do='case.close').status in (400, 413, 422)


# ---- whom cases and reports are offered to


def options(server, path, name):
    """Few stand as buttons, many in a list."""
    text = get(server, path).text
    few = re.findall(rf'type="radio" name="{name}" value="([0-9a-f]{{32}})"', text)
    many = re.search(rf'<select[^>]*name="{name}".*?</select>', text, re.S)
    return {*few, *re.findall(r'value="([0-9a-f]{32})"', many.group(0) if many else '')}


def test_only_officers_whom_the_door_accepts_are_offered(server):
    case = open_cases(server, 1)[0]
    deputies = options(server, '/do/case.hand_over?id=' + case, 'account')
    assert deputies and account(server, 'npa-lead') not in deputies
    for login in ('owner-admin', 'owner-statistics', 'owner-intake'):
        assert account(server, login) not in deputies, login
    for who in list(deputies)[:3]:
        assert act(server, 'case.hand_over', id=case, account=who, note='Synthetic')[0] == 200
    workers = options(server, '/do/case.assign?id=' + case, 'account')
    assert account(server, 'owner-member') in workers and account(server, 'owner-keys') not in workers


# ---- two entries, one person


@pytest.fixture(scope='module')
def pair(server):
    made = {name: done(server, 'case.open', synthetic=True) for name in ('case', 'other_case')}
    for side, case, born in (('one', 'case', '2001-02-03'), ('two', 'other_case', '2002-02-03')):
        made[side] = done(server, 'subject.add', id=made[case], type='person', role='victim')
        done(server, 'name.add', id=made[side], case=made[case], type='legal', full='Synthetic <b>Aye')
        done(server, 'person_profile.create', case=made[case], subject=made[side], birth_date=born)
    made['said'] = done(server, 'same_person.assert', id=made['one'], case=made['case'], other=made['two'],
                        other_case=made['other_case'], basis='Same passport (synthetic)')
    return made


def side_by_side(server, pair, login='npa-lead'):
    return get(server, '/subject/%(one)s?case=%(case)s&with=%(two)s' % pair, login)


def test_conflicts_stand_side_by_side_and_nothing_is_merged(server, pair):
    page = side_by_side(server, pair)
    assert page.status == 200 and Page(page.text).faults == [], page.text[:400]
    assert 'Differs' in page.text and 'One is alike' in page.text
    assert '<b>Aye' not in page.text and '&lt;b&gt;Aye' in page.text
    assert 'same_person.reverse' in page.text
    link = get(server, '/subject/%(one)s?case=%(case)s' % pair).text
    assert '&amp;with=' + pair['two'] in link


def test_who_may_not_open_both_sees_neither_and_entries_cannot_be_probed(server, pair):
    for login in ('owner-member', 'none-lead', 'owner-lead'):
        assert side_by_side(server, pair, login).status in (403, 404), login
    stranger = done(server, 'subject.add', id=pair['case'], type='person', role='witness')
    path = '/subject/%s?case=%s&with=%s'
    assert get(server, path % (pair['one'], pair['case'], stranger)).status == 404, 'nobody said so'
    assert get(server, path % (pair['one'], pair['case'], server.ids['unknown'])).status == 404
    assert get(server, path % (pair['one'], pair['case'], 'x')).status == 404


def test_taken_back_it_is_no_pair_any_more(server, pair):
    done(server, 'same_person.reverse', id=pair['one'], case=pair['case'], assertion=pair['said'])
    assert side_by_side(server, pair).status == 404
    assert get(server, '/subject/%(one)s?case=%(case)s' % pair).status == 200
