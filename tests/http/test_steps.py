# SPDX-License-Identifier: Apache-2.0
"""Whole flows over HTTP: a step that is held, a no that nobody says alone, a case opened in an emergency."""
import re

import golden
import pytest

LEAD, COLLEAGUE, NURSE = 'npa-lead', 'owner-lead', 'owner-health'
OTHER_LEAD, OVERSEER, STRANGER = 'isa-lead', 'none-oversight', 'none-lead'
OFFICER = 'owner-immigration-named'


@pytest.fixture(scope='module')
def ask(server):
    asker = golden.Asker(server)

    def post(login, name, **inputs):
        return asker.json('POST', '/api/v1/' + name.replace('.', '/'), login, inputs)

    def get(login, path):
        return asker.json('GET', '/api/v1/' + path, login)

    post.get = get
    yield post
    asker.close()


def page_of(server, login, path):
    return server.request('GET', path, {**server.cookie(login), 'Accept-Language': 'en'})


def done(answer):
    status, body = answer
    assert status in (200, 201, 202), body
    return body


def test_a_removal_waits_until_somebody_looked(server, ask):
    case = done(ask(OFFICER, 'case.open'))['id']
    person = done(ask(OFFICER, 'subject.add', id=case, type='person', role='other'))['id']
    hearing = done(
        ask(
            OFFICER,
            'special_inquiry_hearing.create',
            case=case,
            subject=person,
            referred_at='2026-11-01T10:00:00+09:00',
            procedure='landing',
            doubts=['speaks_for_her'],
            language='th',
            staff_gender_wish='female',
        )
    )['id']
    done(
        ask(
            OFFICER,
            'special_inquiry_hearing.hear',
            id=hearing,
            heard_at='2026-11-01T11:00:00+09:00',
            language_met=True,
            staff_gender_met=True,
            heard_alone=True,
            rights_explained=['protection'],
        )
    )
    refusal = {
        'id': hearing,
        'decided_at': '2026-11-01T12:00:00+09:00',
        'reasons': 'Synthetic.',
        'review_told': True,
    }
    for _ in range(2):
        status, body = ask(OFFICER, 'special_inquiry_hearing.refuse_landing', **refusal)
        assert (status, body['name']) == (409, 'ERR_HELD')
        assert 'no victim screening of this person is recorded' in body['detail']
    shown = done(ask.get(OFFICER, 'special_inquiry_hearing/show?id=' + hearing))
    assert shown['state'] == 'heard'
    held = done(ask.get(OFFICER, 'hold/list?case=' + case))['items']
    assert [h['reason'] for h in held] == ['not_screened']
    assert held[0]['record'] == hearing
    done(ask(OFFICER, 'hold.acknowledge', id=held[0]['id']))
    assert 'acknowledged' in done(ask.get(OFFICER, 'hold/list?case=' + case))['items'][0]
    assert ask(OFFICER, 'hold.release')[0] == 403
    allow = {'id': held[0]['id'], 'decision': 'allowed', 'reasons': 'x', 'review_route': 'y'}
    assert ask(OFFICER, 'hold.decide', **allow)[0] == 403  # who asked does not decide
    assert done(ask.get(STRANGER, 'hold/list?case=' + case))['items'] == []
    page = page_of(server, OFFICER, '/holds').text
    assert 'Held' in page and '/case/' + case in page
    form = page_of(server, OFFICER, '/do/special_inquiry_hearing.refuse_landing?id=' + hearing)
    assert 'held until a victim screening' in form.text
    screening = done(ask(OFFICER, 'assessment.start', case=case, subject=person, phase='assessment'))['id']
    assert 'under way' in ask(OFFICER, 'special_inquiry_hearing.refuse_landing', **refusal)[1]['detail']
    done(ask(OFFICER, 'assessment.finish', id=screening, outcome='positive', reasons='Synthetic.'))
    status, body = ask(OFFICER, 'special_inquiry_hearing.refuse_landing', **refusal)
    assert (status, body['name']) == (409, 'ERR_HELD') and 'the person is protected' in body['detail']


def test_a_no_takes_two_agencies(ask):
    case = done(ask(LEAD, 'case.open'))['id']
    done(ask(LEAD, 'case.set_stage', id=case, stage='presumed_victim'))
    assert done(ask.get(LEAD, 'case/show?id=' + case))['stage'] == 'presumed_victim'  # one yes, at once
    no = {'id': case, 'stage': 'suspicion', 'reasons': 'Synthetic.', 'review_route': 'Synthetic.'}
    for missing in ('reasons', 'review_route'):
        status, body = ask(LEAD, 'case.set_stage', **{k: v for k, v in no.items() if k != missing})
        assert (status, body['name']) == (422, 'ERR_FIELD')
    decision = done(ask(LEAD, 'case.set_stage', **no))['id']
    assert done(ask.get(LEAD, 'case/show?id=' + case))['stage'] == 'presumed_victim'
    assert ask(LEAD, 'case.confirm_decision', id=case, decision=decision)[0] == 403
    status, body = ask(LEAD, 'case.close', id=case)
    assert (status, body['name']) == (409, 'ERR_STATE')  # she is protected until the no is confirmed
    assert ask(OTHER_LEAD, 'case.confirm_decision', id=case, decision=decision)[0] == 404
    share = {'agency': 'isa', 'relation': 'recipient', 'basis': 'consent', 'class': ['identity']}
    done(ask(LEAD, 'case.share', id=case, **share))
    me = done(ask.get(OTHER_LEAD, 'account/list'))['items']
    account = next(a['id'] for a in me if a.get('login') == OTHER_LEAD or 'Other lead' in str(a))
    done(ask(OTHER_LEAD, 'case.assign', id=case, account=account))
    done(ask(OTHER_LEAD, 'case.confirm_decision', id=case, decision=decision))
    assert done(ask.get(LEAD, 'case/show?id=' + case))['stage'] == 'suspicion'
    done(ask(LEAD, 'case.close', id=case))


def test_an_emergency_takes_two_and_a_review(server, ask):
    case = done(ask(LEAD, 'case.open'))['id']
    assert ask.get(COLLEAGUE, 'case/show?id=' + case)[1]['name'] == 'ERR_HINT'
    hint = page_of(server, COLLEAGUE, '/case/' + case)
    assert hint.status == 403
    link = re.search(r'href="(/do/glass\.ask\?id=[0-9a-f]+)"', hint.text).group(1)
    form = page_of(server, COLLEAGUE, link)
    assert form.status == 200 and 'two people' in form.text
    assert ask(STRANGER, 'glass.ask', id=case, reason='danger_to_life', words='x')[0] == 404
    assert ask(COLLEAGUE, 'glass.ask', id=case, reason='danger_to_life')[0] == 422
    asked = done(ask(COLLEAGUE, 'glass.ask', id=case, reason='danger_to_life', words='Synthetic danger.'))
    proposal = asked['id']
    assert ask.get(COLLEAGUE, 'case/show?id=' + case)[0] == 403  # asking opens nothing
    assert ask(COLLEAGUE, 'proposal.confirm', id=proposal)[0] == 403
    glass = done(ask(NURSE, 'proposal.confirm', id=proposal))['id']
    assert ask.get(COLLEAGUE, 'case/show?id=' + case)[0] == 200
    assert ask.get(NURSE, 'case/show?id=' + case)[0] != 200
    page = page_of(server, COLLEAGUE, '/glass')
    assert page.status == 200 and '<progress' in page.text and 'Open now' in page.text
    assert ask(OVERSEER, 'glass.review', id=glass, finding='justified', words='x')[0] == 409  # still open
    done(ask(COLLEAGUE, 'glass.close', id=glass))
    assert ask.get(COLLEAGUE, 'case/show?id=' + case)[0] == 403
    assert ask('owner-oversight', 'glass.review', id=glass, finding='justified', words='x')[0] == 403
    shown = done(ask.get(OVERSEER, 'glass/show?id=' + glass))
    assert [look['action'] for look in shown['looks']].count('case.show') == 1
    assert 'Synthetic danger' not in str(shown)
    assert page_of(server, OVERSEER, '/glass/' + glass).status == 200
    done(ask(OVERSEER, 'glass.review', id=glass, finding='not_justified', words='Synthetic.'))
    mine = done(ask.get(COLLEAGUE, 'glass/list?state=mine'))['items']
    assert [g['finding'] for g in mine if g['id'] == glass] == ['not_justified']
    assert 'Not justified' in page_of(server, COLLEAGUE, '/glass').text
