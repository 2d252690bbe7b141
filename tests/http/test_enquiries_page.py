# SPDX-License-Identifier: Apache-2.0
"""Somebody asks a desk about a person (plan 3(1)/a): what her people read of it, and what anybody else
learns by the pages. Harm: the employer who asks learns where she is; a colleague who is curious, or paid
to be, learns that somebody looks for her; what an employer types runs on the screen of who protects her.
All data is synthetic."""
import html
import os

import pytest
from served import Server

EN = {'Accept-Language': 'en'}
KNOWN = '000-0000-0000'  # of the person in the synthetic case
HOSTILE = '<img src=x onerror=alert(1)>"\'&lt; Synthetic \u202eeno'


@pytest.fixture(scope='module')
def desk():
    """A server of this module's own: its jobs are run."""
    if 'AKARI_BUILD' not in os.environ:
        pytest.skip('AKARI_BUILD names no build folder')
    made = Server()
    yield made
    made.stop()


def get(desk, path, login):
    return desk.request('GET', path, {**desk.cookie(login), **EN})


def ask(desk, login='copy-lead', leave_out=(), **fields):
    typed = {'as': 'employer', 'asker': 'Synthetic employer', 'number': KNOWN, 'way': 'phone'}
    typed = {'_token': desk.form_token(login), **typed, **fields}
    pairs = [(k, v) for k, v in typed.items() if k not in leave_out]
    return desk.form('/enquiry', pairs, {**desk.cookie(login), **EN})


def done(desk):
    return desk.leaves().get('enquiry.note', 0)


def page_of(desk, case, login='npa-lead'):
    return get(desk, f'/case/{case}/enquiries', login)


def test_nobody_asked_and_the_page_says_so(desk):
    page = page_of(desk, desk.ids['case'])
    assert page.status == 200
    assert 'Nobody that we know of.' in page.text and 'Somebody looks for her' not in page.text
    assert page.header('Cache-Control') == 'no-store'


def test_her_people_read_who_asked_as_it_was_typed(desk):
    assert ask(desk, asker=HOSTILE).status == 303
    assert 'Somebody looks for her' not in page_of(desk, desk.ids['case']).text  # not while the desk waits
    desk.ask('jobs')
    page = page_of(desk, desk.ids['case'])
    assert page.status == 200 and 'Somebody looks for her' in page.text
    assert '<img src=x' not in page.text and html.escape('<img src=x onerror=alert(1)>') in page.text
    assert '<bdi' in page.text  # what turns the direction of a line turns no other
    assert 'Employer' in page.text and '/case/' + desk.ids['case'] in page.text
    # at which desk it was asked is told to nobody: her people could not ask there without telling
    for word in ('copy-lead', 'moj', 'Ministry of Justice'):
        assert word not in page.text
    assert f'/case/{desk.ids["case"]}/enquiries' in get(desk, '/case/' + desk.ids['case'], 'npa-lead').text


def test_each_asking_stands_by_itself_newest_first(desk):
    before = page_of(desk, desk.ids['case']).text.count('m-contact')
    for who in ('Synthetic first', 'Synthetic second'):
        assert ask(desk, asker=who).status == 303
        desk.ask('jobs')
    text = page_of(desk, desk.ids['case']).text
    assert text.count('m-contact') == before + 2
    assert text.index('Synthetic second') < text.index('Synthetic first')


def test_who_may_not_open_the_case_learns_nothing_by_the_page(desk):
    for login in ('copy-lead', 'none-lead', 'npa-admin'):
        hidden, unknown = page_of(desk, desk.ids['case'], login), page_of(desk, desk.ids['unknown'], login)
        assert hidden.status == unknown.status, login
        assert 'Somebody looks for her' not in hidden.text and 'Synthetic employer' not in hidden.text
        assert hidden.text.replace(desk.ids['case'], '').count('<') == unknown.text.count('<'), login
    nobody = desk.request('GET', f'/case/{desk.ids["case"]}/enquiries')
    assert nobody.status in (302, 303, 401) and 'Synthetic employer' not in nobody.text


def test_only_looking_and_only_this_address(desk):
    for path in ('/enquiries', '//enquiries', '/enquiries/x', '/enquiries?id=' + desk.ids['case']):
        assert get(desk, '/case/zz' + path, 'npa-lead').status in (400, 404)
    before = done(desk)
    fields = [('_token', desk.form_token('npa-lead'))]
    answer = desk.form(f'/case/{desk.ids["case"]}/enquiries', fields, desk.cookie('npa-lead'))
    assert answer.status in (404, 405) and done(desk) == before


# ---- the form -----------------------------------------------------------


@pytest.mark.parametrize(
    'wrong',
    [
        {'leave_out': ('as',)},
        {'as': ''},
        {'as': 'nobody-that-is-declared'},
        {'as': 'employer\x00'},
        {'way': 'pigeon'},
        {'number': '0' * 100000},
        {'about': 'A' * 100000},
        {'not_declared': '1'},
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(desk, wrong):
    wrong = dict(wrong)
    answer = ask(desk, asker=HOSTILE, leave_out=wrong.pop('leave_out', ()), **wrong)
    if 'not_declared' in wrong and answer.status == 303:
        return  # a form's other fields are no inputs
    assert 400 <= answer.status < 500
    assert '<img src=x' not in answer.text
    if answer.status == 422 and 'A' * 100 not in answer.text:
        assert 'We tell nobody who contacts us' in answer.text, 'the sentence is still there to be said'


def test_the_wrong_page_notes_nothing(desk):
    desk.ask('jobs')
    before = page_of(desk, desk.ids['case']).text.count('m-contact')
    ask(desk, leave_out=('as',))
    ask(desk, leave_out=('_token',))
    ask(desk, _token='0' * 32)
    desk.ask('jobs')
    assert page_of(desk, desk.ids['case']).text.count('m-contact') == before


def test_without_a_form_of_ours_nothing_is_written(desk):
    """Another site that an officer has open at the same time posts in her name."""
    before = done(desk)
    for token in ('', '0' * 32, desk.form_token('npa-lead')):
        answer = ask(desk, _token=token)
        assert answer.status in (400, 403), token
    assert done(desk) == before
    anonymous = desk.form('/enquiry', [('as', 'employer'), ('number', KNOWN)])
    assert anonymous.status in (302, 303, 401, 403) and done(desk) == before


def test_fields_that_stand_twice_make_no_second_asking(desk):
    desk.ask('jobs')
    before = page_of(desk, desk.ids['case']).text.count('m-contact')
    token = desk.form_token('copy-lead')
    twice = [('as', 'employer'), ('number', KNOWN), ('number', '000-9999-9999'), ('as', 'family')]
    fields = [('_token', token), *twice]
    answer = desk.form('/enquiry', fields, desk.cookie('copy-lead'))
    assert answer.status < 500
    desk.ask('jobs')
    assert page_of(desk, desk.ids['case']).text.count('m-contact') <= before + 1


def test_a_form_sent_twice_is_one_asking_or_two_never_an_error(desk):
    """A desk presses twice: she is warned, and it is not less."""
    desk.ask('jobs')
    before = page_of(desk, desk.ids['case']).text.count('m-contact')
    assert [ask(desk).status for _ in range(2)] == [303, 303]
    desk.ask('jobs')
    assert page_of(desk, desk.ids['case']).text.count('m-contact') in (before + 1, before + 2)


def test_the_page_after_it_is_the_same_for_every_input(desk):
    pages = set()
    for number in (KNOWN, '000-9999-9999', '', 'x'):
        answer = ask(desk, number=number)
        assert answer.status == 303
        pages.add(answer.header('Location'))
    assert pages == {'/enquiry?noted=yes'}
    text = get(desk, '/enquiry?noted=yes', 'copy-lead').text
    assert 'It is written down.' in text and KNOWN not in text
    # words in the address say nothing on the page
    assert 'It is written down.' not in get(desk, '/enquiry?noted=<b>', 'copy-lead').text
