# SPDX-License-Identifier: Apache-2.0
"""Whole days at the screen, role by role (docs/hesitations.md), kept mended. Harm it prevents: a held step is
missed by who opens the case, a call back without an interpreter, a task that leads nowhere, a page that looks
broken."""
import re

import pytest
from test_case import act, done, get
from test_hesitations import main_of, question, strip

INSPECTOR = 'recipient-screening-named'  # an immigration officer who screens


@pytest.fixture(scope='module')
def held(server):
    """A refusal of landing that waits, because nobody looked whether she is a victim."""
    case = done(server, 'case.open', INSPECTOR, synthetic=True)
    person = done(server, 'subject.add', INSPECTOR, id=case, type='person', role='victim')
    hearing = done(
        server,
        'special_inquiry_hearing.create',
        INSPECTOR,
        case=case,
        subject=person,
        referred_at='2026-11-16T05:00:00Z',
        procedure='landing',
        doubts=['speaks_for_her'],
        language='vi',
        staff_gender_wish='female',
    )
    heard = {'language_met': True, 'staff_gender_met': True, 'heard_alone': True}
    hear = {'heard_at': '2026-11-16T06:00:00Z', 'rights_explained': ['protection'], **heard}
    status, body = act(server, 'special_inquiry_hearing.hear', INSPECTOR, id=hearing, **hear)
    assert status == 200, body
    refuse = {'decided_at': '2026-11-16T07:00:00Z', 'reasons': 'Synthetic.', 'review_told': True}
    status, body = act(server, 'special_inquiry_hearing.refuse_landing', INSPECTOR, id=hearing, **refuse)
    assert status in (403, 409), body
    return {'case': case, 'person': person}


def test_the_page_of_a_case_says_first_that_a_step_is_held_and_where_to_screen(server, held):
    text = main_of(get(server, '/case/' + held['case'], INSPECTOR).text)
    at = text.index('class="deadline late held"')
    assert at < text.index('class="track"') and 'Nobody has looked yet' in text[at : at + 900]
    assert 'href="/case/%s#assessments"' % held['case'] in text[at : at + 1200]
    assert 'id="assessments"' in text
    printed = main_of(get(server, '/case/%s/print' % held['case'], INSPECTOR).text)
    assert 'deadline late held' in printed and '#assessments' not in printed


def test_held_steps_stand_on_the_day_and_carry_the_number_of_their_case(server, held):
    assert 'href="/holds"' in main_of(get(server, '/today', INSPECTOR).text)
    card = main_of(get(server, '/holds', INSPECTOR).text)
    number = re.search(r'\d{4}-\d{6}', main_of(get(server, '/case/' + held['case'], INSPECTOR).text)).group(0)
    assert number in card and 'Screen for signs' in card


def test_who_may_not_open_the_case_learns_of_no_hold(server, held):
    for login in ('npa-lead', 'npa-statistics'):
        answer = get(server, '/case/' + held['case'], login)
        assert answer.status in (403, 404) and 'deadline late held' not in answer.text
        assert held['case'] not in get(server, '/today', login).text
        assert held['case'] not in get(server, '/holds', login).text


def test_a_case_without_anybody_begins_with_somebody(server):
    case = done(server, 'case.open', synthetic=True)
    page = main_of(get(server, '/case/' + case).text)
    assert re.search(r'href="/do/subject.add\?id=%s[^"]*" class="button"' % case, page), page
    assert 'contact.log' not in page and '/assessment/new' not in page
    done(server, 'subject.add', id=case, type='organisation', role='employer')
    page = main_of(get(server, '/case/' + case).text)  # an employer is nobody to call or to assess
    assert '/do/contact.log' not in page and '/assessment/new' not in page


def test_the_task_to_ask_for_a_safe_way_leads_to_the_question(server):
    case = done(server, 'case.open', synthetic=True)
    victim = done(server, 'subject.add', id=case, type='person', role='victim')
    page = main_of(get(server, '/case/' + case).text)
    form = r'href="(/do/[a-z_0-9]+\.create\?case=%s&amp;subject=%s)#f-safe_contact"' % (case, victim)
    path = re.search(form, page)
    form = get(server, path.group(1).replace('&amp;', '&'))
    assert form.status == 200 and 'id="f-safe_contact"' in form.text


def test_a_form_without_a_question_says_that_the_button_is_all(server):
    report = done(server, 'report.create', danger='no')
    form = main_of(get(server, '/do/report.to_case?id=' + report).text)
    assert 'There is nothing to fill in' in form
    assert 'There is nothing to fill in' not in get(server, '/do/report.create').text


def test_a_call_that_is_written_down_has_a_language_and_speaks_of_who_told_us(server):
    form = main_of(get(server, '/do/report.create').text)
    assert 'value="vi"' in question(form, 'language')
    assert 'May we ask you back?' not in form and 'one who told us' in form
    assert 'aria-current="page" href="/reports"' in form or re.search(
        r'href="/reports"[^>]*aria-current', get(server, '/do/report.create').text
    )
    report = done(server, 'report.create', danger='no', language='vi', sender_contact=False)
    page = strip(main_of(get(server, '/report/' + report).text))
    assert 'Language of the person' in page and 'Vietnamese' in page
    status, _ = act(server, 'report.create', danger='no', language='klingon')
    assert status in (400, 422)


def test_languages_of_the_contact_points_stand_first(server):
    asked = question(main_of(get(server, '/do/report.create').text), 'language')
    words = re.findall(r'value="([a-z]+)"', asked)
    assert words.index('vi') < 20 and words.index('ne') < 20 and words.index('aa') > words.index('vi')


def test_the_way_back_carries_the_number_of_the_case(server):
    case, record = server.ids['case'], server.ids.get('record')
    number = re.search(r'\d{4}-\d{6}', main_of(get(server, '/case/' + case).text)).group(0)
    for path in ['/attach/' + case] + (['/record/consultation/' + record] if record else []):
        text = main_of(get(server, path).text)
        crumbs = text[text.index('class="crumbs"') : text.index('</nav>', text.index('class="crumbs"'))]
        assert number in crumbs, (path, crumbs)


def test_who_may_not_write_a_consent_down_is_told_who_does(server):
    case = done(server, 'case.open', 'owner-intake', synthetic=True)
    done(server, 'subject.add', 'owner-intake', id=case, type='person', role='victim')
    page = get(server, '/case/' + case, 'owner-intake').text
    assert 'written down by a case lead' in page and '/do/consent.give' not in page


def test_a_word_of_the_pack_keeps_the_meaning_of_the_pack(server):
    asked = question(main_of(get(server, '/do/report.create', language='ja').text), 'language')
    words = dict(re.findall(r'value="([a-z]+)"[^>]*>([^<]+)<', asked))
    assert words['th'] == 'タイ語' and words['my'] == 'ミャンマー語' and words['ar'] == 'アラビア語'
    case = done(server, 'case.open', synthetic=True)
    form = main_of(get(server, '/do/interpreter_service.create?case=' + case, language='ja').text)
    assert '>依頼<' in form and '>要求<' not in form


def test_the_basis_in_law_is_no_name(server):
    case = done(server, 'case.open', synthetic=True)
    form = question(main_of(get(server, '/do/case.share?id=' + case, language='ja').text), 'basis')
    assert '法令に基づく' in form and '氏名' not in form


def test_the_only_person_of_a_case_is_chosen_where_one_must_be_named(server):
    case = done(server, 'case.open', synthetic=True)
    one = done(server, 'subject.add', id=case, type='person', role='victim')
    form = main_of(get(server, '/do/consent.give?id=' + case).text)
    assert re.search(r'value="%s"[^>]*checked' % one, question(form, 'subject'))
    assert 'id="f-guardian"' not in form  # nobody is her own
    done(server, 'subject.add', id=case, type='person', role='victim')
    form = main_of(get(server, '/do/consent.give?id=' + case).text)
    assert 'checked' not in question(form, 'subject')
    assert 'checked' not in question(form, 'guardian')


def test_a_code_is_given_to_a_counter_that_somebody_chose(server):
    page = main_of(get(server, '/office-codes', 'npa-admin').text)
    chosen = page[page.index('name="agency"') :]
    assert 'selected' not in chosen[: chosen.index('</select>')]
    assert re.search(r'<option value="">', chosen)


def test_the_plan_names_no_record_by_its_raw_word(server):
    text = strip(main_of(get(server, '/plan').text))
    assert 'the records it counts do not exist yet' in text
    assert not re.search(r'“[a-z]+_[a-z_]+”', text)


def test_a_case_of_ones_own_agency_is_not_said_to_be_of_another(server):
    case = done(server, 'case.open', synthetic=True)
    answer = get(server, '/case/' + case, 'owner-intake')
    text = main_of(answer.text)
    assert answer.status == 403 and 'colleagues of your agency' in text and 'another agency' not in text
    assert 'Ask a case lead of your agency' in text
