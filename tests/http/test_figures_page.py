# SPDX-License-Identifier: Apache-2.0
"""The pages of figures and of a duty. What they prevent: a number that is small on a page or in its file, a
file that says more than its page, a count by what statistics may not count."""
import csv
import io
import re

import pytest

ASKED = '/figures?by=consultation.urgency&year='
FILE = '/figures.csv?by=consultation.urgency&year='


def get(server, path, login='npa-statistics'):
    return server.request('GET', path, {**server.cookie(login), 'Accept-Language': 'en'})


def test_file_is_what_the_page_shows(server):
    page = get(server, ASKED)
    answer = get(server, FILE)
    assert page.status == answer.status == 200
    assert answer.header('Content-Type').startswith('text/csv')
    assert 'attachment' in answer.header('Content-Disposition')
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ['list', 'value', 'number']
    if 'Too few records' in page.text:
        assert {tuple(row[1:]) for row in rows[1:]} == {('all records', 'below threshold')}
        return
    for _, label, number in rows[1:]:
        assert label in page.text or label == 'all records'
        assert number in page.text


def test_no_number_is_small(server):
    """The store of these tests has few records: nothing of them may be read from page or file."""
    numbers = [row[2] for row in csv.reader(io.StringIO(get(server, FILE).text))][1:]
    assert numbers
    assert all(n == 'below threshold' or int(n) == 0 or int(n) >= 5 for n in numbers)
    shown = re.findall(r'class="number"><bdi dir="ltr">([0-9]+)</bdi>', get(server, ASKED).text)
    assert all(int(n) == 0 or int(n) >= 5 for n in shown)


@pytest.mark.parametrize(
    'by',
    [
        'consultation.account',
        'consultation.health_now',
        'on_the_spot_inspection.trigger',
        'shelter_stay.prefecture',
        'shelter_night_log.events',
        'medical_care.care',
        'nothing.at_all',
        '%3Cscript%3E',
    ],
)
def test_what_may_not_be_counted_is_not_there(server, by):
    for page in ('/figures', '/figures.csv'):
        answer = get(server, page + '?by=' + by)
        assert answer.status == 404 and '<script>' not in answer.text


def test_only_statistics_take_the_file(server):
    assert get(server, FILE, 'npa-lead').status == 403
    assert get(server, ASKED, 'npa-lead').status == 403
    assert server.request('GET', FILE, {}).status in (303, 401)
    assert '/figures.csv' in get(server, ASKED).text


def test_a_bad_year_is_refused(server):
    for year in ('abc', '99999', '-1', '2026%22'):
        assert get(server, ASKED + year).status in (400, 422), year


def test_page_of_a_duty(server):
    text = get(server, '/plan/duty?duty=3(1)/d', 'npa-lead').text
    for words in ('Words of the source', 'they can consult', 'Interpreter service', 'By month'):
        assert words in text
    assert get(server, '/plan/duty?duty=9(9)/z', 'npa-lead').status == 404
    assert get(server, '/plan/duty', 'npa-lead').status in (400, 404, 422)


def test_the_plan_is_narrowed(server):
    whole = get(server, '/plan', 'npa-lead').text
    part = get(server, '/plan?chapter=3', 'npa-lead').text
    assert '/plan/duty?duty=3(1)/d' in part and '/plan/duty?duty=1(1)/a' not in part
    assert '/plan/duty?duty=1(1)/a' in whole
    assert 'No duty fits.' in get(server, '/plan?chapter=nothing', 'npa-lead').text
