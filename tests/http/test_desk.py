# SPDX-License-Identifier: Apache-2.0
"""First contact over HTTP (plan 1(1)/a, 2(3)(i)/d, 3(1)/a): a note becomes a report, a case, and a word for
its sender; wrong codes and receipts; a locked server; what third parties ask. All data is synthetic."""
import json
import os
import re
import secrets
import time

import pytest
from served import Server

EN = {'Accept-Language': 'en'}
LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
SAID = 'Synthetic: two women and a minder, zeppelinwort'


@pytest.fixture(scope='module')
def desk():
    """A server of this module's own: it is locked, and its clock is moved."""
    if 'AKARI_BUILD' not in os.environ:
        pytest.skip('AKARI_BUILD names no build folder')
    made = Server()
    yield made
    made.stop()


def typed(n):
    """A code as people write it down."""
    word = ''.join(secrets.choice(LETTERS) for _ in range(n))
    return '-'.join(word[i : i + 4] for i in range(0, n, 4))


def call(desk, name, login=None, **fields):
    headers = {'Content-Type': 'application/json'}
    if login:
        headers['Authorization'] = 'Bearer ' + desk.token(login)
    got = desk.request('POST', '/api/v1/' + name.replace('.', '/'), headers, json.dumps(fields).encode())
    return got.status, json.loads(got.body)


def look(desk, path, login):
    got = desk.request('GET', '/api/v1/' + path, {'Authorization': 'Bearer ' + desk.token(login)})
    return got.status, json.loads(got.body)


def issue(desk, **more):
    code = typed(12)
    status, got = call(desk, 'office.issue_code', 'npa-admin', agency='airlines', code=code, **more)
    assert status == 200, got
    return code, got['id']


@pytest.fixture(scope='module')
def code(desk):
    return issue(desk, counter='Terminal (synthetic)')[0]


def send(desk, code, **more):
    receipt = typed(24)
    fields = {'code': code, 'receipt': receipt, 'danger': 'unknown', 'what': SAID, **more}
    status, got = call(desk, 'report.send', **fields)
    return status, got, receipt


def sent(desk, code, **more):
    status, got, receipt = send(desk, code, **more)
    assert status == 200, got
    return got['id'], receipt


def told(desk, receipt):
    return call(desk, 'report.receipt', receipt=receipt)


def notices(desk, login):
    """All pages."""
    found, more = [], ''
    while True:
        status, got = look(desk, 'notice/list?whose=office' + more, login)
        assert status == 200
        found += got['items']
        if 'next' not in got:
            return found
        more = '&after=%s&after_at=%s' % (got['next'], got['next_at'])


# ---- the note -----------------------------------------------------------


def test_a_note_becomes_a_case_and_its_sender_hears_of_it(desk, code):
    """No name, number or place in what the sender is told."""
    report, receipt = sent(
        desk,
        code,
        signs=['retention_of_documents', 'debt_bondage'],
        prefecture='13',
        place='Gate (synthetic)',
    )
    assert told(desk, receipt) == (200, {'state': 'received'})
    status, listed = look(desk, 'report/list', 'npa-lead')
    assert status == 200 and report in [r['id'] for r in listed['items']]
    status, shown = look(desk, 'report/show?id=' + report, 'npa-lead')
    assert status == 200
    assert shown['values']['what'] == SAID
    assert shown['values']['signs'] == ['retention_of_documents', 'debt_bondage']
    assert [c['rule'] for c in shown['clocks']] == ['answer']
    assert call(desk, 'report.take', 'npa-lead', id=report)[0] == 200
    assert told(desk, receipt)[1] == {'state': 'taken_over'}
    assert call(desk, 'report.to_case', 'npa-lead', id=report)[0] == 200
    status, words = told(desk, receipt)
    assert words == {'state': 'case_opened'}
    status, shown = look(desk, 'report/show?id=' + report, 'npa-lead')
    assert look(desk, 'case/show?id=' + shown['case'], 'npa-lead')[0] == 200
    assert all(c['state'] >= 2 for c in shown['clocks']), 'no clock runs for what is answered'
    assert call(desk, 'report.to_case', 'npa-lead', id=report)[0] == 409, 'one report is one case'


def test_danger_stands_first_and_has_two_hours(desk, code):
    sent(desk, code, danger='no')
    report, _ = sent(desk, code, danger='yes')
    _, listed = look(desk, 'report/list', 'npa-lead')
    urgent = [r['urgent'] for r in listed['items']]
    assert urgent == sorted(urgent, reverse=True)
    _, shown = look(desk, 'report/show?id=' + report, 'npa-lead')
    assert [c['rule'] for c in shown['clocks']] == ['answer_danger']
    due = time.mktime(time.strptime(shown['clocks'][0]['due'][:19], '%Y-%m-%dT%H:%M:%S'))
    received = time.mktime(time.strptime(shown['received'][:19], '%Y-%m-%dT%H:%M:%S'))
    assert due - received == 7200


def test_the_office_on_duty_hears_of_it_without_a_word_of_it(desk, code):
    report, _ = sent(desk, code, danger='yes')
    desk.ask('jobs')
    got = notices(desk, 'npa-lead')
    assert [n['event'] for n in got if n.get('about') == report] == ['report.danger']
    assert SAID not in json.dumps(got)


def test_a_child_goes_to_the_desk_for_children(desk, code):
    """Nobody is on a roster there, and it has the report all the same: never no owner."""
    report, receipt = sent(desk, code, children=1)
    assert told(desk, receipt)[0] == 200
    assert look(desk, 'report/show?id=' + report, 'npa-lead')[0] == 404


def test_who_told_us_is_for_the_one_it_is_assigned_to(desk, code):
    report, _ = sent(desk, code, sender_contact=True, sender_detail='Synthetic sender')
    _, shown = look(desk, 'report/show?id=' + report, 'npa-lead')
    assert 'sender_detail' not in shown['values'] and 'from_counter' not in shown['values']
    call(desk, 'report.take', 'npa-lead', id=report)
    _, shown = look(desk, 'report/show?id=' + report, 'npa-lead')
    assert shown['values']['sender_detail'] == 'Synthetic sender'
    assert shown['values']['from_counter'] == 'Terminal (synthetic)'
    _, shown = look(desk, 'report/show?id=' + report, 'owner-intake')
    assert shown['values']['what'] == SAID, 'a colleague at the desk reads it'
    assert 'sender_detail' not in shown['values'], 'but not who told us'


@pytest.mark.parametrize(
    'login', ['isa-lead', 'none-lead', 'npa-health', 'npa-admin', 'owner-oversight']
)
def test_nobody_else_sees_it(desk, code, login):
    report, _ = sent(desk, code)
    status, got = look(desk, 'report/show?id=' + report, login)
    assert status in (403, 404) and SAID not in json.dumps(got)
    unknown = look(desk, 'report/show?id=' + desk.ids['unknown'], login)
    assert {**got, 'request_id': ''} == {**unknown[1], 'request_id': ''}
    status, got = look(desk, 'report/list', login)
    assert status == 403 or report not in json.dumps(got)
    for action in ('take', 'to_case'):
        assert call(desk, 'report.' + action, login, id=report)[0] in (403, 404)


def test_passed_on_it_is_the_next_agencys_without_who_told_us(desk, code):
    report, receipt = sent(desk, code, sender_detail='Synthetic sender')
    passed = {'id': report, 'agency': 'moj', 'basis': 'consent', 'reason': 'Synthetic reason.'}
    assert call(desk, 'report.pass_on', 'npa-lead', **passed)[0] == 200
    assert told(desk, receipt)[1] == {'state': 'passed_on'}
    assert look(desk, 'report/show?id=' + report, 'npa-lead')[0] == 404
    status, shown = look(desk, 'report/show?id=' + report, 'copy-lead')
    assert status == 200 and shown['values']['what'] == SAID
    running = [c for c in shown['clocks'] if c['state'] == 0]
    assert len(running) == 1, 'the clock starts anew for who owes the answer now'
    assert call(desk, 'report.take', 'copy-lead', id=report)[0] == 200
    _, shown = look(desk, 'report/show?id=' + report, 'copy-lead')
    assert 'sender_detail' not in shown['values'], 'a source is never passed on'


@pytest.mark.parametrize('basis, status', [('legal', 403), ('consent', 200), ('danger_to_life', 200)])
def test_immigration_gets_none_on_a_legal_basis(desk, code, basis, status):
    """Invariant 6."""
    report, _ = sent(desk, code)
    fields = {'id': report, 'agency': 'isa', 'basis': basis, 'reason': 'Synthetic reason.'}
    assert call(desk, 'report.pass_on', 'npa-lead', **fields)[0] == status


def test_closing_takes_a_reason_and_the_sender_hears_only_the_coarse_word(desk, code):
    report, receipt = sent(desk, code)
    assert call(desk, 'report.close', 'npa-lead', id=report, outcome='acted')[0] == 422
    fields = {'id': report, 'outcome': 'not_enough', 'reason': 'Synthetic reason, grindelwort'}
    assert call(desk, 'report.close', 'npa-lead', **fields)[0] == 200
    assert told(desk, receipt) == (200, {'state': 'closed', 'outcome': 'not_enough'})
    assert call(desk, 'report.take', 'npa-lead', id=report)[0] == 409


# ---- the keys are closed -----------------------------------------------------------


def test_a_locked_server_takes_a_note_and_loses_nothing(desk, code):
    desk.ask('lock')
    try:
        status, got, receipt = send(desk, code, danger='yes')
        assert status == 200, got
        assert told(desk, receipt) == (200, {'state': 'received'})
        page = desk.request('GET', '/note', EN)
        assert page.status == 200
    finally:
        desk.ask('unlock')
    desk.ask('jobs')
    status, shown = look(desk, 'report/show?id=' + got['id'], 'npa-lead')
    assert status == 200 and shown['values']['what'] == SAID and shown['urgent']
    assert [c['rule'] for c in shown['clocks']] == ['answer_danger'], 'one clock, from when it came'
    assert told(desk, receipt) == (200, {'state': 'received'})


# ---- wrong codes, wrong receipts, limits -----------------------------------------------------------


def same(a, b):
    """But for the number of the request."""
    strip = lambda text: re.sub(rb'[0-9a-f]{32}', b'', text)
    return a.status == b.status and strip(a.body) == strip(b.body)


def test_wrong_codes_are_answered_alike(desk, code):
    ended, row = issue(desk)
    assert call(desk, 'office.end_code', 'npa-admin', id=row)[0] == 200
    answers = [send(desk, word) for word in (ended, typed(12), 'x', '0' * 400, 'ÄÖÜ コード')]
    assert {status for status, _, _ in answers} == {401}
    assert len({json.dumps({**got, 'request_id': ''}) for _, got, _ in answers}) == 1


def test_a_code_is_read_as_people_type_it(desk, code):
    spoken = code.replace('-', ' ').lower().replace('0', 'o').replace('1', 'l')
    full_width = ''.join(chr(ord(c) + 0xFEE0) if c != '-' else c for c in code)
    assert send(desk, spoken)[0] == 200
    assert send(desk, full_width)[0] == 200


def test_only_the_issuing_agency_ends_a_code(desk):
    _, row = issue(desk)
    assert call(desk, 'office.end_code', 'npa-lead', id=row)[0] == 403
    assert call(desk, 'office.end_code', 'npa-admin', id=desk.ids['unknown'])[0] == 404


def test_no_list_shows_a_code(desk, code):
    _, got = look(desk, 'office/codes', 'npa-admin')
    assert got['items'] and code not in json.dumps(got) and code.replace('-', '') not in json.dumps(got)


def test_a_wrong_receipt_is_one_answer(desk, code):
    sent(desk, code)
    pages = [
        desk.form('/note/receipt', [('receipt', word)])
        for word in (typed(24), 'x', '', '0' * 99, 'ß' * 24, typed(12))
    ]
    assert all(same(pages[0], page) for page in pages[1:])
    assert pages[0].status == 404


def test_wrong_and_right_receipts_leave_on_the_same_steps_of_time(desk, code):
    """Each answer leaves a whole number of 10 ms after the question (door_even)."""
    _, right = sent(desk, code)

    def middle(receipt):
        spans = []
        for _ in range(15):
            start = time.monotonic()
            told(desk, receipt)
            spans.append(time.monotonic() - start)
        return sorted(spans)[len(spans) // 2]

    assert abs(middle(right) - middle(typed(24))) < 0.012


def test_more_than_sixty_notes_an_hour_wait(desk):
    """One counter does not write so many; another counter is not held up."""
    busy, _ = issue(desk)
    quiet, _ = issue(desk)
    answers = [send(desk, busy)[0] for _ in range(62)]
    assert answers == [200] * 60 + [503] * 2
    assert send(desk, quiet)[0] == 200


@pytest.mark.parametrize(
    'fields',
    [
        {'what': 'x' * 4001},
        {'what': 'x' * 70000},
        {'persons': '-1'},
        {'danger': 'maybe'},
        {'signs': ['not_a_code']},
        {'prefecture': '99'},
        {'person_way': 'shout'},
        {'receipt': 'short'},
        {'nobody_declared': 'x'},
    ],
)
def test_what_is_not_well_formed_is_refused(desk, code, fields):
    status, got, _ = send(desk, code, **fields)
    assert status in (400, 413, 422), got
    assert 'xxx' not in json.dumps(got)


def test_bad_utf8_is_refused(desk):
    body = b'code=%FF%FE&danger=yes&what=%C0%AF'
    headers = {'Content-Type': 'application/x-www-form-urlencoded'}
    assert desk.request('POST', '/note', headers, body).status == 400


def test_nothing_of_a_note_stands_in_an_answer_or_in_the_database(desk, code):
    word = 'synthetic-quillwort-%s' % secrets.token_hex(4)
    status, got, _ = send(desk, code, what=word, danger='maybe')
    assert status == 422 and word not in json.dumps(got)
    status, got, _ = send(desk, code, what=word)
    assert status == 200 and word not in json.dumps(got)
    assert word not in json.dumps(desk.ask('leaves'))


# ---- the page -----------------------------------------------------------


def hidden(page, name):
    return re.search(r'name="%s" value="([^"]*)"' % name, page.text).group(1)


def test_the_page_sends_a_note_once_and_shows_the_receipt_once(desk, code):
    page = desk.request('GET', '/note', EN)
    assert page.status == 200
    fields = [
        ('_request', hidden(page, '_request')),
        ('receipt', hidden(page, 'receipt')),
        ('code', code),
        ('danger', 'no'),
        ('signs', 'isolation'),
        ('signs', 'debt_bondage'),
        ('what', SAID),
    ]
    before = desk.leaves().get('report.send', 0)
    first = desk.form('/note', fields, EN)
    again = desk.form('/note', fields, EN)
    assert first.status == again.status == 200
    assert hidden(page, 'receipt') in first.text and SAID not in first.text
    _, listed = look(desk, 'report/list', 'npa-lead')
    assert told(desk, hidden(page, 'receipt'))[1] == {'state': 'received'}
    assert desk.leaves()['report.send'] == before + 1, 'sent twice by a bad line: one note'
    shown = desk.form('/note/receipt', [('receipt', hidden(page, 'receipt'))], EN)
    assert shown.status == 200 and 'Your note has arrived' in shown.text


def test_the_page_ties_a_note_to_no_officer(desk, code):
    """Who is signed in in the same browser is nobody here."""
    page = desk.request('GET', '/note', desk.cookie('npa-lead'))
    assert 'sign-out' not in page.text
    fields = [('receipt', hidden(page, 'receipt')), ('code', code), ('danger', 'no'), ('what', SAID)]
    assert desk.form('/note', fields, desk.cookie('npa-lead')).status == 200


def test_a_wrong_code_keeps_what_was_typed(desk):
    page = desk.request('GET', '/note', EN)
    fields = [
        ('receipt', hidden(page, 'receipt')),
        ('code', typed(12)),
        ('danger', 'no'),
        ('what', SAID),
    ]
    got = desk.form('/note', fields, EN)
    assert got.status == 401 and SAID in got.text and 'This office code is not right' in got.text


def test_staff_pages(desk, code):
    report, _ = sent(desk, code, danger='yes', person_contact='no', signs=['isolation'])
    listed = desk.request('GET', '/reports', desk.cookie('npa-lead'))
    assert listed.status == 200 and '/report/' + report in listed.text
    page = desk.request('GET', '/report/' + report, {**desk.cookie('npa-lead'), **EN})
    assert page.status == 200
    assert (
        SAID in page.text and 'Take over a report' in page.text and 'Your note has arrived' in page.text
    )
    for path in ('/do/report.pass_on?id=', '/do/report.close?id=', '/do/report.take?id='):
        assert desk.request('GET', path + report, desk.cookie('npa-lead')).status == 200
    took = desk.form(
        '/do/report.take',
        [('_token', desk.form_token('npa-lead')), ('id', report)],
        desk.cookie('npa-lead'),
    )
    assert took.status == 303 and took.header('Location') == '/report/' + report
    assert desk.request('GET', '/report/' + report, desk.cookie('isa-lead')).status == 404
    codes = desk.form(
        '/office-codes',
        [
            ('_token', desk.form_token('npa-admin')),
            ('agency', 'airlines'),
            ('counter', 'Desk (synthetic)'),
        ],
        desk.cookie('npa-admin'),
    )
    fresh = re.search(r'([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})', codes.text).group(1)
    assert send(desk, fresh)[0] == 200
    assert fresh not in desk.request('GET', '/office-codes', desk.cookie('npa-admin')).text


def test_an_officer_writes_one_down_for_the_own_desk(desk):
    status, got = call(desk, 'report.create', 'isa-lead', danger='no', what=SAID)
    assert status == 200
    assert look(desk, 'report/show?id=' + got['id'], 'isa-lead')[0] == 200
    assert look(desk, 'report/show?id=' + got['id'], 'npa-lead')[0] == 404


# ---- "did my worker call you?" -----------------------------------------------------------

KNOWN, UNKNOWN = (
    '000-0000-0000',
    '000-9999-9999',
)  # the first is that of the person in the synthetic case


def ask(desk, number, login='copy-lead'):
    fields = [
        ('_token', desk.form_token(login)),
        ('as', 'employer'),
        ('asker', 'Synthetic employer'),
        ('about', 'Synthetic worker'),
        ('number', number),
        ('way', 'phone'),
    ]
    return desk.form('/enquiry', fields, desk.cookie(login))


def test_the_sentence_stands_there_before_anything_is_typed(desk):
    page = desk.request('GET', '/enquiry', {**desk.cookie('copy-lead'), **EN})
    assert page.text.index('We tell nobody who contacts us') < page.text.index('name="about"')


def test_the_answer_is_the_same_whoever_is_asked_about(desk):
    known, unknown = ask(desk, KNOWN), ask(desk, UNKNOWN)
    assert known.status == unknown.status == 303
    assert same(known, unknown) and known.header('Location') == unknown.header('Location')
    pages = [desk.request('GET', known.header('Location'), desk.cookie('copy-lead')) for _ in range(2)]
    assert same(*pages)


def test_it_takes_the_same_time(desk):
    def middle(number):
        spans = []
        for _ in range(15):
            start = time.monotonic()
            ask(desk, number)
            spans.append(time.monotonic() - start)
        return sorted(spans)[7]

    desk.ask('jobs')
    assert abs(middle(KNOWN) - middle(UNKNOWN)) < 0.02


def test_the_holder_of_the_case_is_warned_and_the_desk_learns_nothing(desk):
    """Invariants 6, 8, 9: moj noted it; the case is the police's."""
    desk.ask('jobs')
    before = notices(desk, 'copy-lead')
    warned = lambda: [n for n in notices(desk, 'npa-lead') if n['event'] == 'enquiry.about_case']
    count = len(warned())
    ask(desk, KNOWN)
    desk.ask('jobs')
    found = warned()
    assert len(found) == count + 1
    assert found[-1]['case'] == desk.ids['case'] and found[-1]['detail'] == ''
    assert 'ynthetic' not in json.dumps(found) and 'moj' not in json.dumps(found[-1])
    assert notices(desk, 'copy-lead') == before
    ask(desk, UNKNOWN)
    desk.ask('jobs')
    assert len(warned()) == count + 1, 'nobody is warned of who is not known'


def test_no_list_of_the_desk_has_what_was_asked(desk):
    ask(desk, KNOWN)
    for path in ('report/list', 'case/list', 'notice/list?whose=office'):
        assert 'ynthetic worker' not in json.dumps(look(desk, path, 'copy-lead')[1])


# ---- no wrong door ------------------------------------------------------


def test_who_passed_it_on_sees_the_coarse_word_and_nothing_else(desk, code):
    report, receipt = sent(desk, code, danger='no')
    assert look(desk, 'report/passed_on', 'none-lead')[1]['items'] == []
    passed = {'id': report, 'agency': 'moj', 'basis': 'consent', 'reason': 'Synthetic reason.'}
    status, got = call(desk, 'report.pass_on', 'npa-lead', **passed)
    assert status == 200, got
    first = look(desk, 'report/passed_on', 'npa-lead')[1]['items'][0]
    assert set(first) == {'at', 'to', 'state'} and (first['to'], first['state']) == ('moj', 'passed_on')
    assert call(desk, 'report.take', 'copy-lead', id=report)[0] == 200
    closed = {'id': report, 'outcome': 'acted', 'reason': 'Synthetic end'}
    assert call(desk, 'report.close', 'copy-lead', **closed)[0] == 200
    first = look(desk, 'report/passed_on', 'npa-lead')[1]['items'][0]
    words = told(desk, receipt)[1]
    assert {k: first[k] for k in ('state', 'outcome')} == words, 'as much as the sender is told'
    page = desk.request('GET', '/reports?state=passed', {**desk.cookie('npa-lead'), **EN})
    assert page.status == 200 and 'Something was done about it.' in page.text
    assert SAID not in page.text and 'Synthetic end' not in page.text
    assert look(desk, 'report/show?id=' + report, 'npa-lead')[0] == 404


def test_a_report_joins_a_case_and_stands_on_its_page(desk, code):
    first, _ = sent(desk, code, danger='no')
    second, receipt = sent(desk, code, danger='no')
    assert call(desk, 'report.to_case', 'npa-lead', id=first)[0] == 200
    case = look(desk, 'report/show?id=' + first, 'npa-lead')[1]['case']
    number = look(desk, 'case/show?id=' + case, 'npa-lead')[1]['number']
    hidden = call(desk, 'report.join', 'owner-lead', id=second, number=number)
    nothing = call(desk, 'report.join', 'owner-lead', id=second, number='1999-000001')
    assert hidden[0] == nothing[0] == 404
    assert {k: v for k, v in hidden[1].items() if k != 'request_id'} == {
        k: v for k, v in nothing[1].items() if k != 'request_id'
    }
    assert call(desk, 'report.join', 'npa-lead', id=second, number=number)[0] == 200
    assert told(desk, receipt)[1] == {'state': 'case_opened'}
    page = desk.request('GET', '/case/' + case, {**desk.cookie('npa-lead'), **EN})
    assert page.status == 200 and 'Reports that led here' in page.text
    assert page.text.count('/report/') == 2


def test_a_colleague_does_not_get_at_who_told_us_by_taking_it(desk, code):
    report, _ = sent(desk, code, sender_contact=True, sender_detail='Synthetic sender')
    assert call(desk, 'report.take', 'npa-lead', id=report)[0] == 200
    assert call(desk, 'report.take', 'owner-intake', id=report)[0] == 409
    _, shown = look(desk, 'report/show?id=' + report, 'owner-intake')
    assert 'sender_detail' not in shown['values']
