# SPDX-License-Identifier: Apache-2.0
"""Many cases at once, filters of the list, the page of today, and who may say that something was seen."""
import json
import re

from test_pages import get


def act(server, login, name, body):
    headers = {'Authorization': 'Bearer ' + server.token(login), 'Content-Type': 'application/json'}
    answer = server.request('POST', '/api/v1/' + name, headers, json.dumps(body).encode())
    return answer.status, json.loads(answer.text)


def open_cases(server, n, login='npa-lead'):
    made = []
    for _ in range(n):
        status, told = act(server, login, 'case/open', {'synthetic': True})
        assert status == 200, told
        made.append(told['id'])
    return made


def bulk(server, ids, login='npa-lead', **fields):
    items = [('item', f'{ident} 2026-9') for ident in ids]
    form = [('_token', server.form_token(login)), *fields.items(), *items]
    return server.form('/bulk', form, server.cookie(login))


def state(server, ident):
    headers = {'Authorization': 'Bearer ' + server.token('npa-lead')}
    return json.loads(server.request('GET', '/api/v1/case/show?id=' + ident, headers).text)['state']


def test_first_to_check_then_all_at_once_a_leaf_each(server):
    ids = open_cases(server, 5)
    asked = bulk(server, ids, do='case.close')
    assert asked.status == 200 and 'name="_sure"' in asked.text
    assert {state(server, i) for i in ids} == {'open'}
    before = server.leaves().get('case.close', 0)
    request = '00112233445566778899aabbccdd0100'
    done = bulk(server, ids, do='case.close', _sure='1', _request=request)
    assert done.status == 200 and all('/case/' + i in done.text for i in ids)
    assert {state(server, i) for i in ids} == {'closed'}
    assert server.leaves()['case.close'] == before + 5
    again = bulk(server, ids, do='case.close', _sure='1', _request=request)
    assert again.status == 200 and {state(server, i) for i in ids} == {'closed'}, 'sent twice, done once'


def test_one_that_fails_undoes_all_and_is_named(server):
    ids = open_cases(server, 3)
    assert act(server, 'npa-lead', 'case/close', {'id': ids[1]})[0] == 200
    failed = bulk(server, ids, do='case.close', _sure='1')
    assert failed.status == 409 and 'error-summary' in failed.text
    assert [state(server, i) for i in ids] == ['open', 'closed', 'open']


def test_a_hidden_case_among_them_is_like_one_that_never_was(server):
    ids = open_cases(server, 1)
    hidden = bulk(server, [*ids, server.ids['hidden']], do='case.close', _sure='1')
    unknown = bulk(server, [*ids, server.ids['unknown']], do='case.close', _sure='1')
    plain = [
        re.sub(r'[0-9a-f]{32}', '', a.text) for a in (hidden, unknown)
    ]
    assert hidden.status == unknown.status == 404 and plain[0] == plain[1]
    assert state(server, ids[0]) == 'open'


def test_limits_and_what_is_not_for_many(server):
    assert bulk(server, [], do='case.close').status == 422
    assert bulk(server, [f'{i:032x}' for i in range(1, 302)], do='case.close').status in (400, 413, 422)
    assert bulk(server, open_cases(server, 1), do='account.disable').status == 404
    assert bulk(server, ['x' * 32], do='case.close').status == 400


def test_a_list_is_filtered(server):
    ids = open_cases(server, 2)
    assert act(server, 'npa-lead', 'case/close', {'id': ids[0]})[0] == 200
    mine = get(server, '/?mine=yes').text
    assert ids[1] in mine and ids[0] not in mine
    assert ids[0] in get(server, '/?state=closed&mine=yes').text
    assert ids[1] not in get(server, '/?opened_to=2001-01-01').text
    assert ids[1] in get(server, '/?opened_from=2001-01-01').text
    assert ids[1] not in get(server, '/?overdue=yes').text
    for nasty in ('/?stage=%3Cscript%3E', '/?due_within=x', '/?opened_from=99'):
        assert get(server, nasty).status in (200, 422), nasty


def test_filters_agree_with_the_whole_list(server):
    headers = {'Authorization': 'Bearer ' + server.token('npa-lead')}

    def items(query):
        answer = server.request('GET', '/api/v1/case/list?' + query, headers)
        assert answer.status == 200, answer.text
        return json.loads(answer.text)['items']

    everything = items('state=open')
    stages = {c['stage'] for c in everything}
    for stage in stages:
        wanted = [c['id'] for c in everything if c['stage'] == stage]
        assert [c['id'] for c in items('state=open&stage=' + stage)][: len(wanted)] == wanted
    overdue = [c['id'] for c in everything if c.get('overdue')]
    assert [c['id'] for c in items('state=open&overdue=yes')] == overdue


def test_today_is_the_first_page(server):
    today = get(server, '/today')
    assert today.status == 200 and 'Next deadlines of my agency' in today.text
    for login in ('npa-police', 'npa-admin', 'npa-statistics'):
        assert get(server, '/today', login).status == 200


def test_many_are_handed_over_at_once_and_wait_for_the_deputy(server):
    ids = open_cases(server, 3)
    asked = bulk(server, ids, do='case.hand_over')
    assert asked.status == 200 and 'name="note"' in asked.text
    deputies = re.findall(
            r'name="account" value="([0-9a-f]{32})"[^>]*>(?:<[^>]*>)*([^<]*)', asked.text
        )
    me = re.search(r'/do/filter\.save\?id=([0-9a-f]{32})', get(server, '/').text).group(1)
    deputy = next(ident for ident, words in deputies if '事案責任者' in words and ident != me)
    fields = {'_sure': '1', 'account': deputy, 'note': 'Synthetic note for the deputy.'}
    before = server.leaves().get('case.hand_over', 0)
    done = bulk(server, ids, do='case.hand_over', **fields)
    assert done.status == 200 and all('/case/' + i in done.text for i in ids)
    assert server.leaves()['case.hand_over'] == before + 3
    assert 'Synthetic note' not in done.text
