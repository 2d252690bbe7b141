# SPDX-License-Identifier: Apache-2.0
"""A counsellor's note is kept with those who care for the person, in the agency that wrote it: an
investigator, an officer of immigration and the lead of the same case, and every other agency, find nothing
of it, in no list, count, page or print. What it prevents: that what a woman said in confidence becomes
evidence, or is known to be there and asked for."""
import json

import pytest

NOTE = 'm_counsellor_note'
KEPT_FROM = [
    'npa-lead',
    'owner-police-named',
    'owner-immigration-named',
    'owner-labour-named',
    'owner-legal-named',
    'owner-member-named',
    'second-lead-named',
    'second-labour-named',
    'recipient-immigration-named',
    'owner-oversight',
    'owner-analyst',
    'owner-police',
]
PAGES = ['/case/%s', '/case/%s/print', '/case/%s/looks']


def get(server, path, login):
    return server.request('GET', path, {'Authorization': 'Bearer ' + server.token(login)})


def page(server, path, login):
    return server.request('GET', path, {**server.cookie(login), 'Accept-Language': 'en'})


def post(server, name, login, **body):
    headers = {'Authorization': 'Bearer ' + server.token(login), 'Content-Type': 'application/json'}
    return server.request('POST', '/api/v1/' + name.replace('.', '/'), headers, json.dumps(body).encode())


def looked_at(server, login):
    """What every view tells this officer of the case, the person and the note."""
    for kind, name in (line for line in server.ask('declarations') if len(line) == 2):
        if kind != 'view':
            continue
        for ident in (server.ids['m_case'], server.ids['m_subject'], server.ids[NOTE]):
            path = '/api/v1/%s?id=%s' % (name.replace('.', '/'), ident)
            through = '&case=' + server.ids['m_case']
            yield name, ident, get(server, path, login)
            yield name, ident, get(server, path + through, login)
        yield name, None, get(server, '/api/v1/' + name.replace('.', '/'), login)


def test_who_cares_for_her_reads_it(server):
    answer = get(server, '/api/v1/counsellor_note/show?id=' + server.ids[NOTE], 'owner-intake-named')
    assert answer.status == 200
    assert json.loads(answer.body)['values']['note'] == 'Synthetic note.'
    case = get(server, '/api/v1/case/show?id=' + server.ids['m_case'], 'owner-intake-named')
    assert 'counsellor_note' in case.text


@pytest.mark.parametrize('login', KEPT_FROM)
def test_no_view_tells_of_it(server, login):
    found = [
        (name, answer.text)
        for name, ident, answer in looked_at(server, login)
        if 'counsellor_note' in answer.text
        or (ident != server.ids[NOTE] and server.ids[NOTE] in answer.text)
        or (ident == server.ids[NOTE] and name == 'counsellor_note.show' and answer.status == 200)
    ]
    assert not found, found[:3]


@pytest.mark.parametrize('login', KEPT_FROM)
def test_no_page_tells_of_it(server, login):
    for path in PAGES:
        text = page(server, path % server.ids['m_case'], login).text
        assert server.ids[NOTE] not in text and 'Counsellor' not in text.replace('Intake counsellor', '')


def listed(server, login, ident):
    item = [i for i in json.loads(get(server, '/api/v1/case/list', login).body)['items'] if i['id'] == ident]
    return item[0]['records'] if item else None


def shown(server, login, ident):
    case = json.loads(get(server, '/api/v1/case/show?id=' + ident, login).body)
    return len(case['records']) + sum(len(s['records']) for s in case['subjects'])


def test_it_is_in_no_count(server):
    opened = post(server, 'case.open', 'npa-lead', synthetic=True)
    case = json.loads(opened.body)['id']
    intake = server.ids['self.owner-intake-named']
    police = server.ids['self.owner-police-named']
    for account in (intake, police):
        assert post(server, 'case.assign', 'npa-lead', id=case, account=account).status == 200
    before = {login: listed(server, login, case) for login in ('npa-lead', 'owner-police-named')}
    body = {'case': case, 'noted_at': '2026-11-20T00:12:00Z', 'note': 'Synthetic note.'}
    made = post(server, 'counsellor_note.create', 'owner-intake-named', **body)
    assert made.status in (200, 201), made.text
    assert listed(server, 'owner-intake-named', case) == before['npa-lead'] + 1
    for login, number in before.items():
        assert listed(server, login, case) == number
    notices = [get(server, '/api/v1/notice/list', login).text for login in before]
    assert not any(json.loads(made.body)['id'] in text for text in notices)


def test_it_is_no_evidence(server):
    case, person = server.ids['m_case'], server.ids['m_subject']
    start = {'case': case, 'subject': person, 'answer': ['CD01=yes']}
    for login in ('owner-intake-named', 'npa-lead'):
        refused = post(server, 'assessment.start', login, record=server.ids[NOTE], **start)
        unknown = post(server, 'assessment.start', login, record=server.ids['unknown'], **start)
        assert refused.status == unknown.status == 422
        assert json.loads(refused.body)['detail'] == json.loads(unknown.body)['detail']


def test_nobody_else_writes_one(server):
    body = {'case': server.ids['m_case'], 'noted_at': '2026-11-20T00:12:00Z', 'note': 'Synthetic.'}
    for login in ('npa-lead', 'owner-police-named', 'owner-immigration-named', 'second-lead-named'):
        assert post(server, 'counsellor_note.create', login, **body).status == 403
        amended = post(server, 'counsellor_note.amend', login, id=server.ids[NOTE], note='Synthetic.')
        assert amended.status == 404
