# SPDX-License-Identifier: Apache-2.0
"""Whole flows over HTTP: a step that is held, a no that nobody says alone, a case opened in an emergency."""
import base64
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


def refusal_of_landing(ask, case, person):
    """What would refuse it, after a hearing of hers."""
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
    return {
        'id': hearing,
        'decided_at': '2026-11-01T12:00:00+09:00',
        'reasons': 'Synthetic.',
        'review_told': True,
    }


def test_a_removal_waits_until_somebody_looked(server, ask):
    case = done(ask(OFFICER, 'case.open'))['id']
    person = done(ask(OFFICER, 'subject.add', id=case, type='person', role='other'))['id']
    refusal = refusal_of_landing(ask, case, person)
    hearing = refusal['id']
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


HEARD = {'interview': 'alone', 'spoken': 'interpreter'}


def held_landing(server, ask):
    """A case of the police, in which an officer's refusal of landing is held."""
    case = done(ask(LEAD, 'case.open'))['id']
    done(ask(LEAD, 'case.assign', id=case, account=server.ids['self.' + OFFICER]))
    person = done(ask(LEAD, 'subject.add', id=case, type='person', role='other'))['id']
    refusal = refusal_of_landing(ask, case, person)
    assert ask(OFFICER, 'special_inquiry_hearing.refuse_landing', **refusal)[1]['name'] == 'ERR_HELD'
    return case, person, refusal


def every_no(ask, login, assessment, yes=()):
    """Each indicator answered no, but for those."""
    codes = [
        '%s%02d' % (part, n)
        for part, most in (('DR', 12), ('CR', 10), ('AR', 17), ('EX', 12), ('CD', 15), ('AD', 8))
        for n in range(1, most + 1)
    ]
    given = [c + ('=yes' if c in yes else '=no') for c in codes]
    for one in given:
        status, body = ask(login, 'assessment.answer', id=assessment, answer=[one])
        assert status == 200 or 'has no code' in body['detail'], body


def invite(ask, case):
    share = {'agency': 'isa', 'relation': 'recipient', 'basis': 'consent', 'class': ['identity']}
    done(ask(LEAD, 'case.share', id=case, **share))
    accounts = done(ask.get(OTHER_LEAD, 'account/list'))['items']
    account = next(a['id'] for a in accounts if a.get('login') == OTHER_LEAD or 'Other lead' in str(a))
    done(ask(OTHER_LEAD, 'case.assign', id=case, account=account))


def test_who_wants_the_step_does_not_screen_for_it(server, ask):
    case, person, refusal = held_landing(server, ask)
    sheet = {'case': case, 'subject': person, 'phase': 'assessment', 'age': 'adult'}
    mine = done(ask(OFFICER, 'assessment.start', **sheet))['id']
    done(ask(OFFICER, 'assessment.answer', id=mine, answer=['CD01=no']))
    done(ask(OFFICER, 'assessment.finish', id=mine, outcome='negative', reasons='Synthetic.'))
    status, body = ask(OFFICER, 'special_inquiry_hearing.refuse_landing', **refusal)
    assert (status, body['name']) == (409, 'ERR_HELD') and 'too little is known' in body['detail']
    page = page_of(server, OFFICER, '/assessment/' + mine).text
    assert '<progress' in page and 'Steps against her stay held' in page and 'lets no step go on' in page
    assert 'too little is known' in page_of(server, OFFICER, '/holds').text
    done(ask(OFFICER, 'assessment.review', id=mine))
    done(ask(OFFICER, 'assessment.answer', id=mine, **HEARD))
    every_no(ask, OFFICER, mine)
    shown = done(ask.get(OFFICER, 'assessment/show?id=' + mine))['lifting']
    assert shown['lacks'] == [] and shown['done'] == shown['needed'] and not shown['lifts']
    done(ask(OFFICER, 'assessment.finish', id=mine, outcome='negative', reasons='Synthetic.'))
    status, body = ask(OFFICER, 'special_inquiry_hearing.refuse_landing', **refusal)
    assert (status, body['name']) == (409, 'ERR_HELD') and 'does not screen for it' in body['detail']
    # Another agency looks for herself.
    invite(ask, case)
    theirs = done(ask(OTHER_LEAD, 'assessment.start', **sheet, **HEARD))['id']
    assert 'under way' in ask(OFFICER, 'special_inquiry_hearing.refuse_landing', **refusal)[1]['detail']
    every_no(ask, OTHER_LEAD, theirs)
    done(ask(OTHER_LEAD, 'assessment.finish', id=theirs, outcome='negative', reasons='Synthetic.'))
    done(ask(OFFICER, 'special_inquiry_hearing.refuse_landing', **refusal))


def test_a_yes_that_was_taken_back_keeps_the_hold(server, ask):
    case, person, refusal = held_landing(server, ask)
    invite(ask, case)
    new = {'case': case, 'subject': person, 'phase': 'assessment', 'age': 'adult', **HEARD}
    sheet = done(ask(OTHER_LEAD, 'assessment.start', **new))['id']
    done(ask(OTHER_LEAD, 'assessment.answer', id=sheet, answer=['CD01=yes']))
    every_no(ask, OTHER_LEAD, sheet)
    status, body = ask(OTHER_LEAD, 'assessment.finish', id=sheet, outcome='negative', reasons='Synthetic.')
    assert (status, body['name']) == (409, 'ERR_STATE') and 'taken back' in body['detail']
    shown = done(ask.get(OTHER_LEAD, 'assessment/show?id=' + sheet))
    assert [a['code'] for a in shown['answers'] if a.get('doubted')] == ['CD01']
    assert shown['lifting']['lacks'] == ['certainty']
    page = page_of(server, OTHER_LEAD, '/assessment/' + sheet).text
    assert 'A yes to this was taken back' in page
    assert ask(OFFICER, 'special_inquiry_hearing.refuse_landing', **refusal)[1]['name'] == 'ERR_HELD'


def test_who_acts_against_her_reads_none_of_her_words(server, ask):
    case, person, refusal = held_landing(server, ask)
    invite(ask, case)
    sheet = done(ask(OTHER_LEAD, 'assessment.start', case=case, subject=person, phase='assessment'))['id']
    yes = {'answer': ['CD01=yes', 'CD02=yes'], 'evidence': 'statement'}
    done(ask(OTHER_LEAD, 'assessment.answer', id=sheet, **yes))
    secret = 'Synthetic words of hers.'
    done(ask(OTHER_LEAD, 'assessment.finish', id=sheet, outcome='positive', reasons=secret))
    status, hidden = ask.get(OFFICER, 'assessment/show?id=' + sheet)  # who wants the step
    assert status == 404 and secret not in str(hidden)
    status, shown = ask.get(LEAD, 'assessment/show?id=' + sheet)  # a colleague: the whole agency acts
    assert status == 200 and shown['outcome'] == 'positive'
    assert 'withheld' in shown and 'answers' not in shown and 'suspicion' not in shown
    assert secret not in str(shown) and 'CD01' not in str(shown)
    page = page_of(server, LEAD, '/assessment/' + sheet).text
    assert 'her words are not' in page and secret not in page and 'panel-certain' not in page
    for login in (OFFICER, LEAD):
        case_page = page_of(server, login, '/case/' + case).text
        assert secret not in case_page and 'panel-certain' not in case_page
    holds = str(done(ask.get(OFFICER, 'hold/list?case=' + case)))
    assert secret not in holds and 'CD01' not in holds
    body = ask(OFFICER, 'special_inquiry_hearing.refuse_landing', **refusal)[1]
    assert 'the person is protected' in body['detail'] and secret not in str(body)
    theirs = done(ask.get(OTHER_LEAD, 'assessment/show?id=' + sheet))
    assert secret in str(theirs) and [a['code'] for a in theirs['answers']] == ['CD01', 'CD02']
    # A colleague's screening: who wants the step reads none of it; who made it, does.
    own = done(ask(LEAD, 'assessment.start', case=case, subject=person, phase='assessment'))['id']
    done(ask(LEAD, 'assessment.answer', id=own, answer=['CD01=no']))
    assert 'answers' not in done(ask.get(OFFICER, 'assessment/show?id=' + own))
    assert 'answers' in done(ask.get(LEAD, 'assessment/show?id=' + own))
    # Nor by one answer of his own, which would open all the others.
    done(ask(OFFICER, 'assessment.answer', id=own, answer=['CD03=no']))
    assert 'answers' not in done(ask.get(OFFICER, 'assessment/show?id=' + own))
    assert 'answers' in done(ask.get(LEAD, 'assessment/show?id=' + own))


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


def test_files_and_assessments_opened_in_an_emergency_are_reviewed_too(server, ask):
    case = done(ask(LEAD, 'case.open'))['id']
    person = done(ask(LEAD, 'subject.add', id=case, type='person', role='victim'))['id']
    paper = done(ask(LEAD, 'assessment.start', case=case, subject=person))['id']
    content = base64.b64encode(b'Synthetic text.').decode()
    file = done(
        ask(
            LEAD,
            'attachment.begin',
            case=case,
            bytes=15,
            declared='not_sexual',
            title='Synthetic',
            **{'class': 'identity'},
        )
    )['id']
    done(ask(LEAD, 'attachment.chunk', id=file, no=0, content=content))
    done(ask(LEAD, 'attachment.finish', id=file))
    looks = {'assessment.show': 'assessment/show?id=' + paper}
    looks['attachment.show'] = 'attachment/show?id=' + file
    for path in looks.values():
        assert ask.get(COLLEAGUE, path)[0] != 200
    asked = done(ask(COLLEAGUE, 'glass.ask', id=case, reason='danger_to_life', words='Synthetic danger.'))
    glass = done(ask(NURSE, 'proposal.confirm', id=asked['id']))['id']
    opened = [name for name, path in looks.items() if ask.get(COLLEAGUE, path)[0] == 200]
    done(ask(COLLEAGUE, 'glass.close', id=glass))
    assert opened == list(looks)
    shown = done(ask.get(OVERSEER, 'glass/show?id=' + glass))
    assert [look['action'] for look in shown['looks']] == opened


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
