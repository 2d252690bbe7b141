# SPDX-License-Identifier: Apache-2.0
"""The one script: small, of this server alone, never markup out of text; its switch; and what it asks for by
itself tells no name."""
import gzip
import json
import os
import re

from served import ROOT
from test_pages import Page, get

SCRIPT = os.path.join(ROOT, 'assets', 'akari.js')


def test_small_and_free_of_what_makes_code_out_of_text(server):
    with open(SCRIPT, encoding='utf-8') as file:
        text = file.read()
    assert len(gzip.compress(text.encode())) <= 8 * 1024
    markup = ('innerHTML', 'outerHTML', 'insertAdjacentHTML', 'document.write')
    for word in (*markup, 'eval(', 'new Function', 'http'):
        assert word not in text, word
    for word in ('localStorage', 'sessionStorage', 'indexedDB', 'document.cookie'):
        assert word not in text, word
    answer = server.request('GET', '/assets/akari.js')
    assert answer.status == 200 and answer.text == text
    assert answer.header('Content-Type') == 'text/javascript; charset=utf-8'
    again = server.request('GET', '/assets/akari.js', {'If-None-Match': answer.header('ETag')})
    assert again.status == 304 and answer.header('Cache-Control') == 'no-cache'


def test_a_page_with_all_that_it_loads_is_light(server):
    page = get(server, '/')
    weight = len(gzip.compress(page.body))
    for name in ('akari.js', 'akari.css', 'akari.svg'):
        weight += len(gzip.compress(server.request('GET', '/assets/' + name).body))
    assert weight <= 60 * 1024
    scripts = re.findall('<script[^>]*>', page.text)
    assert scripts == ['<script src="/assets/akari.js" defer>']


def test_no_script_before_sign_in(server):
    assert '<script' not in server.request('GET', '/sign-in').text


def test_shortcuts_are_switched_off_for_the_account(server):
    for on, shown in (('no', 'off'), ('yes', 'on')):
        fields = [('_token', server.form_token('npa-lead')), ('on', on)]
        answer = server.form('/help/keys', fields, server.cookie('npa-lead'))
        assert answer.status == 303 and answer.header('Location') == '/help/keys'
        assert f'data-keys="{shown}"' in get(server, '/').text
        assert 'data-keys="on"' in get(server, '/help/keys', 'npa-police').text


def test_the_count_is_numbers_and_nothing_else(server):
    answer = get(server, '/inbox/count')
    told = json.loads(answer.text)
    assert set(told) == {'open', 'late', 'more', 'reports', 'reports_late', 'proposals'}
    assert all(isinstance(n, (int, bool)) for n in told.values())
    assert server.request('GET', '/inbox/count').status == 303


def test_conditions_stand_with_their_questions(server):
    text = get(server, '/do/consultation.create?case=' + server.ids['case']).text
    conditions = [attrs['data-when'] for _, attrs in Page(text).tags if attrs.get('data-when')]
    for condition in conditions:
        assert json.loads(condition)[0] in 'is not in least most given all any none'.split()
    for name in ('exploitation_profile', 'shelter_stay', 'on_the_spot_inspection'):
        text = get(server, f'/do/{name}.create?case=' + server.ids['case']).text
        conditions += [attrs['data-when'] for _, attrs in Page(text).tags if attrs.get('data-when')]
    assert conditions
