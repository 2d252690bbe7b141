# SPDX-License-Identifier: Apache-2.0
"""Pages of administration: who may open them, officers chosen by name, all cases of one handed on."""
import json
import re

import pytest

PAGES = {
    '/admin': ('owner-lead', 'owner-admin', 'owner-keys', 'owner-oversight'),
    '/admin/accounts': ('owner-lead', 'owner-admin', 'owner-oversight'),
    '/admin/roster': ('owner-lead', 'owner-admin'),
    '/admin/reassign': ('owner-lead',),
    '/admin/health': ('owner-admin', 'owner-keys', 'owner-oversight'),
    '/admin/trail': ('owner-admin', 'owner-keys', 'owner-oversight'),
    '/admin/keys': ('owner-keys', 'owner-oversight'),
    '/help/keys': ('owner-lead',),
    '/help/permissions': ('owner-lead', 'owner-admin'),
    '/admin/agencies': ('owner-lead', 'owner-admin'),
    '/account': ('owner-lead', 'owner-admin', 'owner-abroad'),
    '/account/codes': ('owner-lead',),
    '/account/recovery': ('owner-lead',),
    '/verify': ('owner-lead',),
}


def get(server, path, login, language='en'):
    path += ('&' if '?' in path else '?') + 'lang=' + language
    return server.request('GET', path, server.cookie(login))


def api(server, login, method, name, body=None):
    headers = {'Authorization': 'Bearer ' + server.token(login), 'Content-Type': 'application/json'}
    data = None if body is None else json.dumps(body).encode()
    answer = server.request(method, '/api/v1/' + name, headers, data)
    return answer.status, json.loads(answer.body)


@pytest.mark.parametrize('language', ('en', 'ja', 'x-rtl'))
@pytest.mark.parametrize('path', PAGES)
def test_opens_for_whom_it_is(server, path, language):
    for login in PAGES[path]:
        answer = get(server, path, login, language)
        assert answer.status == 200, (path, login, answer.text)
        assert answer.text.count('<h1') == 1
        assert not re.search(r'\sstyle=|<script>|\son\w+=', answer.text)


def test_the_machine_is_not_for_desks(server):
    for login in ('owner-lead', 'owner-intake', 'owner-member', 'owner-abroad'):
        assert get(server, '/admin/health', login).status == 403
        assert get(server, '/admin/keys', login).status == 403


def test_only_who_runs_the_machine_enters_what_a_witness_signed(server):
    trail = api(server, 'owner-admin', 'GET', 'system/trail')[1]
    for login, status in (('owner-admin', 422), ('owner-oversight', 403), ('npa-lead', 403)):
        for note in (trail['note'], 'synthetic words', trail['note'] + '\u2014 x AAAA\n'):
            answer = server.request(
                'POST',
                '/api/v1/trail/witness',
                {'Authorization': 'Bearer ' + server.token(login), 'Content-Type': 'application/json'},
                json.dumps({'note': note}).encode(),
            )
            assert answer.status == status, (login, answer.text)
            assert 'synthetic words' not in answer.text
    assert api(server, 'owner-admin', 'GET', 'system/trail')[1]['witnesses'] == []
    assert 'No witness has signed a checkpoint yet.' in get(server, '/admin/trail', 'owner-oversight').text
    assert '/do/trail.witness' in get(server, '/admin/trail', 'owner-admin').text
    assert '/do/trail.witness' not in get(server, '/admin/trail', 'owner-oversight').text


def test_the_trail_names_nobody(server):
    for login in ('owner-lead', 'owner-intake', 'owner-abroad'):
        assert get(server, '/admin/trail', login).status == 403
    status, trail = api(server, 'owner-admin', 'GET', 'system/trail')
    assert status == 200 and set(trail) == {'note', 'checkpoints', 'witnesses', 'backups'}
    assert trail['note'].startswith('akari.audit/') and trail['checkpoints'][0]['size'] > 0
    assert trail['note'].split('\n')[0] in get(server, '/admin/trail', 'owner-oversight').text


def test_who_has_no_second_factor_is_told_to_those_who_help(server):
    def missing(login):
        status, found = api(server, login, 'GET', 'account/list?without_factor=yes')
        assert status == 200, found
        return found['items']

    assert all(item['second_factor'] is False for item in missing('owner-admin')) and missing('owner-admin')
    # a colleague learns nothing of it: whose password is worth stealing
    assert not [item for item in missing('owner-lead') if 'second_factor' in item]
    assert len(missing('owner-lead')) == len(api(server, 'owner-lead', 'GET', 'account/list')[1]['items'])
    assert 'No second factor' in get(server, '/admin/accounts?without_factor=yes', 'owner-admin').text
    lead = get(server, '/admin/accounts?without_factor=yes', 'owner-lead').text
    main = lead[lead.index('<main') : lead.index('</main')]
    assert 'No second factor' not in lead and 'without_factor=' not in main


def test_whose_an_account_is_is_told_to_those_who_enter_it(server):
    def listed(login, query=''):
        status, found = api(server, login, 'GET', 'account/list' + query)
        assert status == 200, found
        return found['items']

    missing = '?without_person=yes'
    assert listed('owner-admin', missing) == []  # each synthetic officer has a number
    lead = listed('owner-lead', missing)  # a colleague learns neither who lacks one, nor the number
    assert lead and not [item for item in lead if 'person' in item or 'staff_number' in item]
    one = next(i for i in listed('owner-admin') if i['login'] == 'owner-intake')
    assert one['person'] is True and one['staff_number'] == 'owner-intake' and one['accounts_of_person'] == 1
    watched = next(i for i in listed('owner-oversight') if i['id'] == one['id'])
    assert watched['person'] is True and watched['staff_number'] == {'state': 'masked', 'reason': 'role'}
    page = get(server, '/admin/account/' + one['id'], 'owner-admin').text
    assert 'Staff number' in page and '/do/account.set_person?id=' + one['id'] in page
    path = '/admin/accounts' + missing
    assert 'aria-current="page"' in get(server, path, 'owner-admin').text
    assert 'Whose it is' not in get(server, path, 'owner-lead').text
    assert 'Staff number' not in get(server, '/account', 'owner-lead').text


def test_an_enrolment_code_is_shown_once_and_waits(server):
    account = own_account(server, 'owner-intake')
    path = '/admin/account/' + account
    assert 'Give an account an enrolment code' in get(server, path, 'owner-admin').text
    token = [('_token', server.form_token('owner-admin')), ('_request', 'ef' * 16)]
    shown = server.form(path, token, server.cookie('owner-admin'))
    made = re.search(r'<code class="secret"[^>]*>([a-z2-9-]{14})</code>', shown.text)
    assert shown.status == 200 and made, shown.text
    again = server.form(path, token, server.cookie('owner-admin'))  # sent twice
    assert again.status == 409 and 'class="secret"' not in again.text
    waiting = get(server, '/proposals', 'owner-admin').text
    assert made.group(1) not in waiting and made.group(1).replace('-', '') not in waiting
    for login in ('owner-lead', 'owner-intake', 'none-lead'):
        token = [('_token', server.form_token(login))]
        assert server.form(path, token, server.cookie(login)).status in (403, 404)


def test_health_names_nobody(server):
    status, health = api(server, 'owner-admin', 'GET', 'system/health')
    assert status == 200 and health['unlocked'] is True and health['leaves'] > 0
    text = get(server, '/admin/health', 'owner-oversight').text
    names = {i['name'] for i in api(server, 'owner-lead', 'GET', 'account/list')[1]['items']}
    main = text[text.index('<main') :]
    assert names and not [n for n in names if isinstance(n, str) and n in main]


def own_account(server, login):
    page = get(server, '/account', login).text
    return re.search(r'/do/account\.set_password\?id=([0-9a-f]{32})', page).group(1)


def open_case(server, login):
    status, made = api(server, login, 'POST', 'case/open', {'synthetic': 'true'})
    assert status == 200, made
    return made['id']


def test_an_officer_is_chosen_by_name(server):
    mine = open_case(server, 'owner-lead')
    page = get(server, '/do/case.assign?id=' + mine, 'owner-lead').text
    choice = re.search(r'<select id="f-account" name="account">(.*?)</select>', page, re.S)
    assert choice, page
    assert own_account(server, 'owner-intake') in choice.group(1)
    assert len(re.findall(r'<option', choice.group(1))) > 5
    assert 'isa' not in re.findall(r'value="([^"]*)"', choice.group(1))


def test_cases_go_from_one_officer_to_another(server):
    leaving, taking = own_account(server, 'owner-intake'), own_account(server, 'owner-member')
    cases = [open_case(server, 'owner-lead') for _ in range(3)]
    for case in cases:
        status, said = api(server, 'owner-lead', 'POST', 'case/assign', {'id': case, 'account': leaving})
        assert status == 200, said

    def of(account):
        status, found = api(server, 'owner-lead', 'GET', 'case/of_officer?account=' + account)
        assert status == 200, found
        return {item['id'] for item in found['items']}

    assert set(cases) <= of(leaving) and not set(cases) & of(taking)
    fields = [('_token', server.form_token('owner-lead')), ('_request', 'ab' * 16), ('from', leaving)]
    # who, to whom and which are shown before anything happens
    asked = server.form(
        '/admin/reassign',
        fields + [('case', cases[0]), ('account', taking)],
        server.cookie('owner-lead'),
    )
    assert asked.status == 200 and 'name="checked" value="yes"' in asked.text, asked.text
    assert asked.text.count('name="case"') == 1 and set(cases) <= of(leaving)
    fields.append(('checked', 'yes'))
    chosen = [('case', case) for case in cases]
    # one that is not hers spoils all: nothing happens by half
    wrong = server.form(
        '/admin/reassign',
        fields + chosen + [('case', server.ids['unknown']), ('account', taking)],
        server.cookie('owner-lead'),
    )
    assert wrong.status in (404, 409, 422) and set(cases) <= of(leaving)
    fields[1] = ('_request', 'cd' * 16)
    chosen.append(('account', taking))
    done = server.form('/admin/reassign', fields + chosen, server.cookie('owner-lead'))
    assert done.status == 303, done.text
    assert set(cases) <= of(taking) and not set(cases) & of(leaving)
    again = server.form('/admin/reassign', fields + chosen, server.cookie('owner-lead'))
    assert again.status == 303  # sent twice: done once
    # and who left does not open them any more
    assert api(server, 'owner-intake', 'GET', 'case/show?id=' + cases[0])[0] in (403, 404)
    assert api(server, 'owner-member', 'GET', 'case/show?id=' + cases[0])[0] == 200


def test_nobody_else_sees_whose_cases_they_are(server):
    account = own_account(server, 'owner-intake')
    for login in ('none-lead', 'recipient-lead'):  # of another agency
        status, found = api(server, login, 'GET', 'case/of_officer?account=' + account)
        assert status == 200 and found['items'] == []
    assert api(server, 'owner-admin', 'GET', 'case/of_officer?account=' + account)[0] == 403


def test_a_code_that_does_not_fit_keeps_the_secret(server):
    page = get(server, '/account/codes', 'owner-lead').text
    secret = re.search(r'name="secret" value="([A-Z2-7]+)"', page).group(1)
    answer = server.form(
        '/account/codes',
        [('_token', server.form_token('owner-lead')), ('secret', secret), ('code', '12345')],
        server.cookie('owner-lead'),
    )
    assert answer.status == 422 and secret in answer.text and 'role="alert"' in answer.text
    assert 'no-store' in answer.header('Cache-Control')
