# SPDX-License-Identifier: Apache-2.0
"""An interview on paper, and keyed in later. A sheet can be lost, or found by an employer: nothing on it is
of a person or a case."""
import re

from test_bulk import act, open_cases
from test_filters import CONSULTATION, view
from test_pages import Page, get


def sheet_of(page):
    return re.search(r'[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}', page).group(0)


def paper(server, kind, case, login='npa-lead', **more):
    rest = ''.join(f'&{k}={v}' for k, v in more.items())
    return get(server, f'/paper/{kind}?case={case}{rest}', login)


def test_the_sheet_asks_what_the_form_asks_in_its_order(server):
    case = open_cases(server, 1)[0]
    answer = paper(server, 'consultation', case)
    assert answer.status == 200 and Page(answer.text).faults == []
    form = get(server, '/do/consultation.create?case=' + case).text
    asked = re.findall(r'<(?:label for="f-[a-z_]+"|legend)>([^<]+)', form)
    printed = re.findall(r'<h3><bdi[^>]*>\d+</bdi> ([^<]+)</h3>', answer.text)
    assert len(printed) > 5 and [a.strip() for a in asked][: len(printed)] == printed
    assert answer.text.count('Did not want to say') == answer.text.count('Not asked') == len(printed)
    assert '<input' not in answer.text.split('class="sheet"')[1].split('</article>')[0]


def test_nothing_of_a_person_or_a_case_is_on_it(server):
    case = server.ids['case']
    told = view(server, 'npa-lead', 'case/show?id=' + case)[1]
    subject = server.ids['subject']
    page = paper(server, 'person_profile', case, subject=subject)
    assert page.status == 200
    sheet = page.text.split('class="sheet"')[1].split('</article>')[0]
    named = [n.get('full') for s in told['subjects'] for n in s.get('names', [])]
    names = [n for n in named if isinstance(n, str)]
    for secret in [case, subject, told['number'], *names]:
        assert secret not in sheet, secret


def test_each_has_a_number_of_its_own_and_a_leaf(server):
    case = open_cases(server, 1)[0]
    before = server.leaves().get('paper.sheet', 0)
    numbers = {sheet_of(paper(server, 'consultation', case).text) for _ in range(5)}
    assert len(numbers) == 5
    assert server.leaves()['paper.sheet'] == before + 5


def test_a_case_that_is_hidden_has_no_sheet(server):
    for case in (server.ids['hidden'], server.ids['unknown']):
        assert paper(server, 'consultation', case).status == 404
    assert paper(server, 'consultation', server.ids['m_case'], 'none-police').status in (403, 404)
    assert paper(server, 'nothing', server.ids['case']).status == 404
    assert get(server, '/paper/consultation').status in (400, 404)
    person = server.ids['hidden_subject']
    assert paper(server, 'person_profile', server.ids['case'], subject=person).status == 404


def test_the_language_is_that_of_the_interview_alone(server):
    page = paper(server, 'consultation', server.ids['case'], lang='ja')
    assert page.status == 200 and '用紙' in page.text and not page.all('Set-Cookie')
    assert '?case=' + server.ids['case'] + '&amp;lang=en' in page.text


def test_keyed_in_with_the_number_and_the_day_of_the_interview(server):
    case = open_cases(server, 1)[0]
    sheet = sheet_of(paper(server, 'consultation', case).text)
    day = '2026-11-19T03:00:00Z'
    typed = sheet.replace('-', ' ').lower()
    body = {'case': case, **CONSULTATION, 'sheet': typed, 'valid_from': day}
    status, told = act(server, 'npa-lead', 'consultation/create', body)
    assert status == 200, told
    shown = view(server, 'npa-lead', 'consultation/show?id=' + told['id'])[1]
    first = shown['history'][0]
    assert first['sheet'] == sheet and first['said'].startswith('2026-11-19T03:00')
    page = get(server, '/record/consultation/' + told['id']).text
    assert sheet in page and 'Keyed in from sheet' in page
    status, again = act(server, 'npa-lead', 'consultation/create', body)
    assert status == 409 and 'sheet' in again['detail'], 'one sheet, one record'
    amend = {'id': told['id'], 'version': 1, 'sheet': sheet, 'account': 'Synthetic more.'}
    assert act(server, 'npa-lead', 'consultation/amend', amend)[0] == 200, 'more of the same sheet'


def test_a_slip_of_the_hand_is_found(server):
    case = open_cases(server, 1)[0]
    sheet = sheet_of(paper(server, 'consultation', case).text)
    wrong = ('A' if sheet[0] != 'A' else 'B') + sheet[1:]
    for bad in (wrong, 'Synthetic name', sheet[:-1]):
        status, told = act(
            server, 'npa-lead', 'consultation/create', {'case': case, **CONSULTATION, 'sheet': bad}
        )
        assert status == 422 and 'sheet' in told['detail'], bad
    ahead = {'case': case, **CONSULTATION, 'sheet': sheet, 'valid_from': '2099-01-01T00:00:00Z'}
    assert act(server, 'npa-lead', 'consultation/create', ahead)[0] == 422


def test_the_way_to_it_is_beside_each_new_record_and_on_the_form(server):
    case = open_cases(server, 1)[0]
    href = f'/paper/consultation?case={case}'
    assert href in get(server, '/case/' + case).text
    assert href in get(server, '/do/consultation.create?case=' + case).text
