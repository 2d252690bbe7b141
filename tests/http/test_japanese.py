# SPDX-License-Identifier: Apache-2.0
"""No English sentence on a Japanese page, and every kind of the pack can be opened, corrected and printed
in both languages: an officer who meets English at night stops reading."""
import html
import re

import pytest

from test_pages import PAGES, Page, get

KINDS = (
    'passport_retention_report special_inquiry_hearing residence_status_action medical_care '
    'interpreter_service legal_aid extraordinary_audit improvement_recommendation voluntary_return '
    'first_72_hours rights_information interview statement partner_information contact_check referral '
    'joint_investigation protection_plan'
).split()
# Of one role or purpose alone; and what people typed into the store of the tests, which is synthetic English.
OFFICER = {'shelter_night_log': 'owner-shelter-named', 'counsellor_note': 'owner-intake-named'}
# Commands are typed as they are, and the plan is quoted word for word in the language of its source.
AS_IT_IS = r'|<code>.*?</code>|<blockquote lang="en".*?</blockquote>|akari [a-z]+ [a-z]+'
PEOPLE = re.compile(r'<bdi>.*?</bdi>|<textarea.*?</textarea>|<dd class="long.*?</dd>' + AS_IT_IS, re.S)
SENTENCE = re.compile(r"\b[A-Za-z][a-z']+(?: [a-z][a-z']+){2,}")
NAMES = re.compile(r'[Ss]ynthetic[^。<]*')


def english_in(page):
    text = page.split('<main', 1)[1].split('</main>', 1)[0]
    text = PEOPLE.sub(' ', text)
    shown = re.sub(r'<(script|style).*?</\1>', ' ', text, flags=re.S)
    said = re.findall(r'(?:aria-label|placeholder|title|alt)="([^"]*)"', shown)
    shown = re.sub(r'<[^>]+>', '\n', shown)
    texts = [NAMES.sub(' ', html.unescape(part)) for part in (shown, *said)]
    return sorted({sentence for text in texts for sentence in SENTENCE.findall(text)})


def test_the_scan_finds_what_it_looks_for():
    assert english_in('<main><p>Nothing is recorded yet.</p></main>') == ['Nothing is recorded yet']
    assert english_in('<main><input placeholder="write it here please"></main>') == ['write it here please']
    assert english_in('<main><p>記録はありません。 TLP:AMBER JP-MIRAI</p><bdi>Words of a person</bdi></main>') == []


@pytest.mark.parametrize('path', PAGES)
def test_no_english_sentence_on_a_japanese_page(server, path):
    answer = get(server, path, language='ja')
    assert answer.status == 200 and english_in(answer.text) == []


@pytest.mark.parametrize('kind', [*KINDS, *OFFICER])
def test_each_kind_is_opened_corrected_and_printed_in_both_languages(server, kind):
    login, record = OFFICER.get(kind, 'npa-lead'), server.ids['m_' + kind]
    paths = [f'/record/{kind}/{record}', f'/do/{kind}.amend?id={record}']
    paths.append(f'/do/{kind}.create?case=' + server.ids['m_case'])
    paths.append(f'/paper/{kind}?case=' + server.ids['m_case'])
    for path in paths:
        for language in ('ja', 'en'):
            answer = get(server, path, login, language=language)
            assert answer.status == 200, (path, answer.status)
            assert Page(answer.text).faults == [], path
            if language == 'ja':
                assert english_in(answer.text) == [], path


@pytest.mark.parametrize('kind', KINDS)
def test_each_kind_is_found_in_its_case(server, kind):
    text = get(server, '/case/' + server.ids['m_case'], language='en').text
    assert f'/record/{kind}/' + server.ids['m_' + kind] in text
    if kind != 'improvement_recommendation':  # of organizations, for who inspects
        assert f'/do/{kind}.create?' in text
