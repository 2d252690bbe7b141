# SPDX-License-Identifier: Apache-2.0
"""What waits for a second person is read before it is confirmed: in the reader's language, with names of
people, and no word as the program keeps it.
Harm it prevents: somebody confirms what he has not understood."""
import re

import pytest

from test_again import fresh
from test_japanese import english_in
from test_pages import Page, get

ASKS, CONFIRMS = 'npa-admin', 'npa-admin2'
LOGIN = 'npa-asked-for'


@pytest.fixture(scope='module')
def waiting(server):
    headers, token = fresh(server, ASKS)
    fields = {'_token': token, 'login': LOGIN, 'name': 'Asked For (synthetic)', 'staff_number': 'SYN-4713',
              'password': 'synthetic officers only', 'role': 'labour_inspector', 'purpose': 'protection'}
    asked = server.form('/do/account.create', list(fields.items()), headers)
    assert asked.status == 303 and asked.header('Location') == '/proposals', asked.text


def card(server, login, language, state='open'):
    page = get(server, '/proposals?state=' + state, login, language=language).text
    assert Page(page).faults == []
    return page, next((card for card in page.split('<section') if LOGIN in card), '')


@pytest.mark.parametrize('login', [ASKS, CONFIRMS])
def test_in_japanese_no_word_is_raw(server, waiting, login):
    page, mine = card(server, login, 'ja')
    assert mine and english_in(page) == []
    for raw in ('labour_inspector', '>protection<', 'Labour inspector', 'Protection'):
        assert raw not in mine, raw
    assert '労働' in mine


def test_in_english_words_are_words(server, waiting):
    _, mine = card(server, CONFIRMS, 'en')
    assert 'Labour inspector' in mine and 'Protection' in mine and 'labour_inspector' not in mine
    assert 'synthetic officers only' not in mine and 'Not shown to anybody' in mine


def test_who_settled_it_is_a_name(server, waiting):
    _, mine = card(server, CONFIRMS, 'en')
    proposal = re.search(r'/do/proposal\.decline\?id=([0-9a-f]{32})', mine).group(1)
    headers, token = fresh(server, CONFIRMS)
    fields = [('_token', token), ('id', proposal), ('reason', 'Made up: nobody knows him')]
    assert server.form('/do/proposal.decline', fields, headers).status == 303
    page = get(server, '/proposals?state=declined', ASKS).text
    settled = next(card for card in page.split('<section') if 'nobody knows him' in card)
    settled = settled.split('</section>')[0]
    assert not re.search('>[0-9a-f]{32}<', settled) and 'Second administrator (synthetic)' in settled, settled
    assert LOGIN not in page  # what was asked is not kept for what will not be


def test_a_store_for_training_says_so_before_anybody_signs_in(server):
    for path in ('/sign-in', '/note'):
        page = server.request('GET', path, {'Accept-Language': 'en'}).text
        assert 'Nobody here is a real person.' in page, path


def test_right_to_left_can_be_looked_at_before_sign_in(server):
    for path in ('/sign-in', '/note', '/note/receipt', '/help/errors'):
        page = server.request('GET', path + '?lang=x-rtl', {}).text
        assert 'dir="rtl"' in page and '\u202e' in page, path
