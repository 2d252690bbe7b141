# SPDX-License-Identifier: Apache-2.0
"""An assessment over HTTP, as an officer with a browser and as a program: begin, answer, what is still open,
finish, and the stage that an officer then decides."""
import json
import re

import pytest

LEAD = 'npa-lead'


def post(server, name, login=LEAD, **body):
    headers = {'Authorization': 'Bearer ' + server.token(login), 'Content-Type': 'application/json'}
    return server.request('POST', '/api/v1/' + name.replace('.', '/'), headers, json.dumps(body).encode())


def look(server, name, ident, login=LEAD):
    headers = {'Authorization': 'Bearer ' + server.token(login)}
    return server.request('GET', '/api/v1/%s?id=%s' % (name.replace('.', '/'), ident), headers)


def made(answer):
    assert answer.status in (200, 201), answer.text
    return json.loads(answer.body)['id']


def english(server, login=LEAD):
    return {**server.cookie(login), 'Accept-Language': 'en'}


def show(server, ident):
    answer = look(server, 'assessment.show', ident)
    assert answer.status == 200, answer.text
    return json.loads(answer.body)


@pytest.fixture
def person(server):
    case = made(post(server, 'case.open', synthetic=True))
    return case, made(post(server, 'subject.add', id=case, type='person', role='victim'))


def start(server, person, **more):
    return made(post(server, 'assessment.start', case=person[0], subject=person[1], **more))


def test_from_the_first_answer_to_the_stage(server, person):
    ident = start(server, person, phase='assessment', age='adult', exploited='labour')
    others = ['CD%02d=no' % n for n in range(3, 16)]
    given = ['CD01=yes', 'CD02=unknown'] + others
    post(server, 'assessment.answer', id=ident, evidence='document', answer=given)
    m = show(server, ident)
    assert m['dimensions']['coercion_at_destination'] == {'lower': False, 'upper': True}
    deciding = [c for c in m['deciding'] if c.startswith('CD')]
    assert deciding == ['CD02']  # the one that is still open there
    assert m['suspicion']['lower'] and not m['reasonable_grounds']['lower']
    post(server, 'assessment.answer', id=ident, evidence='others', answer=['CD02=yes'])
    m = show(server, ident)
    assert m['reasonable_grounds']['lower'] and m['dimensions']['coercion_at_destination']['lower']
    assert {a['code']: a['evidence'] for a in m['answers'] if a['answer'] == 'yes'} == {
        'CD01': 'document',
        'CD02': 'others',
    }
    refused = post(server, 'assessment.finish', id=ident, outcome='negative', reasons='Synthetic.')
    assert refused.status == 409, refused.text
    assert post(server, 'assessment.finish', id=ident, outcome='positive', reasons='Synthetic.').status == 200
    case = json.loads(look(server, 'case.show', person[0]).body)
    assert (case['stage'], case['state'], case['version']) == ('suspicion', 'open', 1)  # advice moved nothing
    stage = post(server, 'case.set_stage', id=person[0], stage='presumed_victim', reasons='Synthetic.')
    assert stage.status == 200
    assert json.loads(look(server, 'case.show', person[0]).body)['protects'] is True


def test_two_who_answer_at_once(server, person):
    ident = start(server, person)
    assert post(server, 'assessment.answer', id=ident, version=1, answer='CD01=yes').status == 200
    second = post(server, 'assessment.answer', id=ident, version=1, answer='CD01=no')
    assert second.status == 409 and json.loads(second.body)['name'] == 'ERR_VERSION'
    assert [a['answer'] for a in show(server, ident)['answers']] == ['yes']


def test_first_contact_asks_nothing(server, person):
    m = show(server, start(server, person))
    assert m['phase'] == 'first_contact' and 'deciding' not in m
    text = server.request('GET', '/assessment/' + m['id'], english(server)).text
    assert 'During first contact nothing is asked' in text
    assert 'From papers' not in text


def test_errors_do_not_repeat_answers(server, person):
    ident = start(server, person)
    answer = post(server, 'assessment.answer', id=ident, answer='Synthetic secret=yes')
    assert answer.status == 422 and 'Synthetic secret' not in answer.text


def test_answers_are_in_no_address(server, person):
    ident = start(server, person)
    headers = {'Authorization': 'Bearer ' + server.token(LEAD), 'Content-Type': 'application/json'}
    path = '/api/v1/assessment/answer?answer=CD01%3Dyes'
    answer = server.request('POST', path, headers, json.dumps({'id': ident}).encode())
    assert answer.status >= 400
    assert show(server, ident)['answers'] == []


def fields_of(server, path):
    text = server.request('GET', path, english(server)).text
    form = re.search(r'<form[^>]*class="ask-form".*?</form>', text, re.S).group(0)
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    return hidden, form, text


def test_the_page_saves_all_in_one_go(server, person):
    path = '/assessment/' + start(server, person, phase='assessment')
    hidden, form, _ = fields_of(server, path)
    assert form.count('type="radio"') >= 3 * 67
    assert ' checked' not in form  # nothing is preset: not asked is not unknown
    typed = {**hidden, 'CD01': 'yes', 'DR10': 'unknown', 'tip_act.receipt': 'yes', 'evidence': 'document'}
    answer = server.form(path, typed, server.cookie(LEAD))
    assert answer.status == 303 and answer.header('Location') == path
    m = show(server, path.rpartition('/')[2])
    assert {a['code']: a['answer'] for a in m['answers']} == {
        'CD01': 'yes',
        'DR10': 'unknown',
        'tip_act.receipt': 'yes',
    }
    assert m['act']['lower']
    stale = server.form(path, {**hidden, 'CD01': 'no'}, server.cookie(LEAD))
    assert stale.status == 409  # somebody else's answers are not overwritten
    assert server.form(path, {'CD01': 'no'}, server.cookie(LEAD)).status == 403  # another site's form


def test_the_page_says_that_it_is_advice(server, person):
    ident = start(server, person, phase='assessment', answer=['CD01=yes'])
    _, _, text = fields_of(server, '/assessment/' + ident)
    assert 'This is advice. It decides nothing' in text
    assert '/do/case.set_stage?id=' + person[0] in text
    assert 'Trafficking in Persons Protocol, Art. 3' in text and 'Immigration Act, Art. 2(vii)' in text
    case = server.request('GET', '/case/' + person[0], server.cookie(LEAD)).text
    assert '/assessment/' + ident in case and 'action="/assessment/new"' in case


def test_a_quick_list_begins_from_the_case(server, person):
    case = server.request('GET', '/case/' + person[0], server.cookie(LEAD)).text
    form = re.search(r'<form[^>]*action="/assessment/new".*?</form>', case, re.S).group(0)
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    answer = server.form('/assessment/new', {**hidden, 'list': 'police_custody'}, server.cookie(LEAD))
    assert answer.status == 303
    _, questions, _ = fields_of(server, answer.header('Location'))
    assert 'class="unverified"' in questions  # whose weights they are is said
    assert 'name="F09"' in questions and 'name="L03"' not in questions


@pytest.mark.parametrize('login', ['isa-lead', 'npa-statistics', 'npa-admin'])
def test_who_has_no_part_sees_none(server, person, login):
    ident = start(server, person)
    page = server.request('GET', '/assessment/' + ident, server.cookie(login))
    unknown = server.request('GET', '/assessment/' + server.ids['unknown'], server.cookie(login))
    assert page.status == unknown.status and page.status in (403, 404)
    refused = post(server, 'assessment.finish', login, id=ident, outcome='negative', reasons='X')
    assert refused.status in (403, 404)
    assert show(server, ident)['state'] == 'open'


def test_an_analyst_reads_no_answers(server, person):
    ident = start(server, person, phase='assessment', answer=['CD01=yes'])
    answer = look(server, 'assessment.show', ident, 'owner-analyst')
    assert answer.status == 200
    m = json.loads(answer.body)
    assert 'withheld' in m and 'answers' not in m and 'suspicion' not in m
    text = server.request('GET', '/assessment/' + ident, english(server, 'owner-analyst')).text
    assert 'Answers are withheld from you' in text and 'panel-certain' not in text


def test_finishing_leads_back_to_the_assessment(server, person):
    ident = start(server, person, phase='assessment', answer=['CD01=yes'])
    path = '/do/assessment.finish?id=' + ident
    text = server.request('GET', path, english(server)).text
    form = re.search(r'<form[^>]*action="/do/assessment.finish.*?</form>', text, re.S).group(0)
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    typed = {**hidden, 'outcome': 'positive', 'reasons': 'Synthetic reasons.'}
    answer = server.form(path, typed, server.cookie(LEAD))
    assert answer.status == 303 and answer.header('Location') == '/assessment/' + ident, answer.text
    page = server.request('GET', '/assessment/' + ident, english(server)).text
    assert 'Synthetic reasons.' in page and 'class="ask-form"' not in page


def test_what_was_told_is_not_asked_again(server, person):
    case, woman = person
    told = made(
        post(
            server,
            'statement.create',
            case=case,
            subject=woman,
            taken_at='2026-11-20T00:12:00Z',
            taken_by='npa',
            language='vi',
            in_her_words='Synthetic story.',
        )
    )
    path = '/assessment/' + start(server, person, phase='assessment')
    hidden, form, _ = fields_of(server, path)
    assert '<option value="%s">Statement 20' % told in form  # chosen, not typed
    assert 'Told already in' not in form and 'Synthetic story' not in form
    typed = {**hidden, 'CD01': 'yes', 'evidence': 'statement', 'record': told}
    assert server.form(path, typed, server.cookie(LEAD)).status == 303
    _, form, _ = fields_of(server, path)
    assert 'Told already in' in form and '/record/statement/' + told in form
    other = made(post(server, 'case.open', synthetic=True))
    elsewhere = made(post(server, 'subject.add', id=other, type='person', role='victim'))
    wrong = post(server, 'assessment.start', case=other, subject=elsewhere, answer=['CD01=yes'], record=told)
    assert wrong.status == 422  # a paper of another case is no evidence here


def test_a_kept_passport_is_proposed_and_not_answered(server, person):
    """The paper says what it shows; whether it counts is for the officer (plan 1(1)/f)."""
    case, woman = person
    ident = start(server, person, phase='assessment', age='adult', exploited='labour')
    before = show(server, ident)
    assert before['proposed'] == []
    report = made(
        post(
            server,
            'passport_retention_report.create',
            case=case,
            subject=woman,
            reported_at='2026-11-20T00:12:00Z',
            reporter='person',
            documents=['passport'],
            holder_role='exploiter',
            language='vi',
            danger_if_asked=False,
            wishes=['documents'],
            safe_contact='none',
        )
    )
    m = show(server, ident)
    assert m['proposed'] and all(p['record'] == report for p in m['proposed'])
    codes = [p['code'] for p in m['proposed']]
    assert 'CR05' in codes
    for unchanged in ('answers', 'dimensions', 'suspicion', 'reasonable_grounds'):
        assert m[unchanged] == before[unchanged]  # not by itself
    page = server.request('GET', '/assessment/' + ident, english(server)).text
    assert page.count('It is for you to answer:') == len(codes)
    assert 'checked' not in page[page.index('It is for you to answer:') :][:600]
    post(server, 'assessment.answer', id=ident, evidence='document', answer=['CR05=no'], record=report)
    assert 'CR05' not in [p['code'] for p in show(server, ident)['proposed']]
    other = made(post(server, 'subject.add', id=case, type='person', role='victim'))
    of_other = made(post(server, 'assessment.start', case=case, subject=other))
    assert show(server, of_other)['proposed'] == []  # a paper of one person shows nothing of another
    hidden = look(server, 'assessment.show', ident, 'owner-analyst')
    assert hidden.status != 200 or not json.loads(hidden.body).get('proposed')


def test_an_answer_rests_on_a_file(server, person):
    case, _ = person
    file = made(
        post(
            server,
            'attachment.refer_image',
            **{'case': case, 'class': 'identity', 'address': 'https://synthetic.example/2'},
            sha256='ab' * 32,
            evidence='SYN-77',
        )
    )
    path = '/assessment/' + start(server, person, phase='assessment')
    hidden, form, _ = fields_of(server, path)
    assert '<option value="%s">' % file in form and 'Files that answers rest on' not in form
    typed = {**hidden, 'CD01': 'yes', 'evidence': 'document', 'attachment': file}
    assert server.form(path, typed, server.cookie(LEAD)).status == 303
    (answer,) = [a for a in show(server, path.split('/')[-1])['answers'] if a['code'] == 'CD01']
    assert answer['attachment'] == file
    page = server.request('GET', path, english(server)).text
    shown = page[page.index('Files that answers rest on') :]
    assert 'SYN-77' in shown and 'abababababab' in shown and '/attachment/' + file in shown
    assert 'synthetic.example' not in page  # the address is on its own page only
    other = made(post(server, 'case.open', synthetic=True))
    elsewhere = made(post(server, 'subject.add', id=other, type='person', role='victim'))
    for wrong in (file, server.ids['unknown']):
        refused = post(
            server, 'assessment.start', case=other, subject=elsewhere, answer=['CD01=yes'], attachment=wrong
        )
        assert refused.status == 422 and 'SYN-77' not in refused.text
