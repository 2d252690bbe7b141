# SPDX-License-Identifier: Apache-2.0
"""Saved filters, orders, forward and back. A colleague who is curious asks for the filter of somebody else; a
list is put in order by nothing that is hidden from who reads it."""
import json
import re
import urllib.parse

from test_bulk import act, open_cases
from test_pages import get


def view(server, login, path):
    headers = {'Authorization': 'Bearer ' + server.token(login)}
    answer = server.request('GET', '/api/v1/' + path, headers)
    return answer.status, json.loads(answer.text)


def account(server, login):
    page = get(server, '/', login).text
    return re.search(r'/do/filter\.save\?id=([0-9a-f]{32})', page).group(1)


def save(server, login, name, **terms):
    status, told = act(server, login, 'filter/save', {'id': account(server, login), 'name': name, **terms})
    assert status == 200, told
    return told['id']


def items(server, query, login='npa-lead'):
    status, told = view(server, login, 'case/list?' + query)
    assert status == 200, told
    return told


def names(server, login):
    return {f['id']: f['name'] for f in view(server, login, 'filter/list')[1]['items']}


def test_saved_found_again_and_the_address_has_the_id_alone(server):
    saved = save(server, 'npa-lead', 'Synthetic Yamada', stage='presumed_victim', order='urgency')
    page = get(server, '/')
    assert f'href="/?filter={saved}"' in page.text and 'Synthetic Yamada' in page.text
    assert get(server, '/?filter=' + saved).status == 200
    for href in re.findall(r'href="([^"]*)"', get(server, '/?filter=' + saved).text):
        assert 'Yamada' not in urllib.parse.unquote(href) and 'presumed_victim' not in href
    assert act(server, 'npa-lead', 'filter/rename', {'id': saved, 'name': 'Synthetic two'})[0] == 200
    assert names(server, 'npa-lead')[saved] == 'Synthetic two'
    assert act(server, 'npa-lead', 'filter/end', {'id': saved})[0] == 200
    assert saved not in names(server, 'npa-lead')
    assert view(server, 'npa-lead', 'case/list?filter=' + saved)[0] == 404


def test_one_saves_by_the_form_and_comes_to_the_list(server):
    me = account(server, 'npa-lead')
    fields = {'_token': server.form_token('npa-lead'), 'id': me, 'name': 'Synthetic form', 'mine': 'yes'}
    answer = server.form('/do/filter.save', list(fields.items()), server.cookie('npa-lead'))
    assert answer.status == 303 and re.fullmatch(r'/\?filter=[0-9a-f]{32}', answer.header('Location'))
    asked = get(server, '/do/filter.save?id=' + me).text
    assert 'name="exploitation_form"' in asked and 'name="prefecture"' in asked


def test_a_colleague_has_neither_its_name_nor_its_words(server):
    private = save(server, 'npa-lead', 'Synthetic private', mine=True)
    for login in ('npa-police', 'isa-partner', 'npa-admin', 'owner-oversight'):
        told = view(server, login, 'filter/list')
        assert private not in json.dumps(told), login
        hidden = view(server, login, 'case/list?filter=' + private)
        never = view(server, login, 'case/list?filter=' + server.ids['unknown'])
        assert hidden[0] == never[0] and hidden[0] in (403, 404), login
        del hidden[1]['request_id'], never[1]['request_id']
        assert hidden == never, login
    for verb, more in (('rename', {'name': 'x'}), ('share', {'shared': True}), ('end', {})):
        status, _ = act(server, 'npa-police', 'filter/' + verb, {'id': private, **more})
        assert status in (403, 404), verb
    assert private in names(server, 'npa-lead')


def test_shared_with_the_agency_and_with_no_other(server):
    shared = save(server, 'npa-lead', 'Synthetic shared', overdue=True, shared=True)
    assert names(server, 'npa-police')[shared] == 'Synthetic shared'
    assert shared not in names(server, 'isa-partner')
    assert view(server, 'isa-partner', 'case/list?filter=' + shared)[0] == 404
    mine = [c['id'] for c in items(server, 'filter=' + shared, 'npa-police')['items']]
    assert mine == [c['id'] for c in items(server, 'state=open&overdue=yes', 'npa-police')['items']]
    assert act(server, 'npa-lead', 'filter/share', {'id': shared, 'shared': False})[0] == 200
    assert shared not in names(server, 'npa-police')


def test_words_that_are_none_are_refused(server):
    me = account(server, 'npa-lead')
    for wrong in (
        {'stage': 'nowhere'},
        {'office': 'nowhere'},
        {'exploitation_form': 'nothing'},
        {'prefecture': '99'},
        {'order': 'name'},
        {'due_within': 0},
    ):
        status, told = act(server, 'npa-lead', 'filter/save', {'id': me, 'name': 'Synthetic', **wrong})
        assert status == 422, (wrong, told)
    assert act(server, 'npa-lead', 'filter/save', {'id': me, 'name': '  '})[0] == 422


def test_a_kind_of_exploitation_is_no_input_of_a_list(server):
    headers = {'Authorization': 'Bearer ' + server.token('npa-lead')}
    for name in ('exploitation_form', 'prefecture'):
        answer = server.request('GET', f'/api/v1/case/list?{name}=13', headers)
        assert answer.status in (400, 422), answer.text
    assert 'exploitation_form' not in get(server, '/').text


def test_filtered_by_what_happened(server):
    made = open_cases(server, 3)
    for case, form, place in ((made[0], 'forced_labour', '13'), (made[1], 'forced_labour', '27')):
        body = {'case': case, 'forms': [form], 'country_of_exploitation': 'JPN'}
        body['prefecture_of_exploitation'] = place
        status, told = act(server, 'npa-lead', 'exploitation_profile/create', body)
        assert status == 200, told

    def found(**terms):
        saved = save(server, 'npa-lead', 'Synthetic facts', mine=True, **terms)
        return {c['id'] for c in items(server, 'filter=' + saved)['items']} & set(made)

    assert found() == set(made)
    assert found(exploitation_form='forced_labour') == {made[0], made[1]}
    assert found(exploitation_form='forced_labour', prefecture='27') == {made[1]}
    assert found(prefecture='01') == set()


def test_what_one_may_not_read_is_found_by_no_filter(server):
    """A health worker of the agency may list cases that name her, and read nothing of suspects: a filter that
    would find the case by its kind of exploitation must not find it for her."""
    case = open_cases(server, 1)[0]
    body = {'case': case, 'forms': ['forced_labour']}
    assert act(server, 'npa-lead', 'exploitation_profile/create', body)[0] == 200
    saved = save(server, 'npa-lead', 'Synthetic trap', exploitation_form='forced_labour', shared=True)
    assert case in json.dumps(items(server, 'filter=' + saved))
    for login in ('owner-health', 'owner-intake', 'npa-police', 'owner-member'):
        status, told = view(server, login, 'case/list?filter=' + saved)
        assert status in (403, 404) or case not in json.dumps(told), login


def walk(server, query, back_again=False):
    """All pages forward; then all of them back."""
    pages, at = [], ''
    while True:
        told = items(server, query + at)
        pages.append([c['id'] for c in told['items']])
        if 'next' not in told:
            break
        at = f'&after={told["next"]}&after_opened={told["next_opened"]}'
    forward = list(pages)
    while back_again and 'prev' in told:
        told = items(server, query + f'&back=true&after={told["prev"]}&after_opened={told["prev_opened"]}')
        pages.append([c['id'] for c in told['items']])
    return forward, pages[len(forward) :]


def test_forward_and_back_is_the_same_list(server):
    open_cases(server, 60)
    for query in ('state=open', 'state=open&mine=yes', 'state=open&order=changed', 'order=urgency'):
        forward, back = walk(server, query, True)
        whole = [c for page in forward for c in page]
        assert len(whole) == len(set(whole)), query
        again = [c for page in reversed(back) for c in page]
        assert again == whole[: len(again)], query
        assert len(forward) < 2 or again, query
    opened = walk(server, 'state=open')[0]
    assert len(opened) > 1
    everything = {c for page in opened for c in page}
    assert {c for page in walk(server, 'order=changed')[0] for c in page} == everything


def test_urgency_and_change_put_in_order_what_one_may_know(server):
    urgent = items(server, 'order=urgency')['items']
    due = [c['next_due'] for c in urgent]
    assert due == sorted(due) and all(due)
    case = open_cases(server, 2)[0]
    assert act(server, 'npa-lead', 'consultation/create', {'case': case, **CONSULTATION})[0] == 200
    assert items(server, 'order=changed')['items'][0]['id'] == case


CONSULTATION = {
    'received_at': '2026-11-20T00:12:00Z',
    'channel': 'phone',
    'desk': 'npa',
    'language': 'vi',
    'urgency': 'soon',
    'safe_contact': 'none',
    'staff_gender_wish': 'female',
    'wishes': 'be_safe',
    'account': 'Synthetic account.',
}


def test_back_without_a_place_is_refused(server):
    assert view(server, 'npa-lead', 'case/list?back=true')[0] == 422
    assert get(server, '/?filter=' + server.ids['unknown']).status == 404
