# SPDX-License-Identifier: Apache-2.0
"""Searching over HTTP: the page without a script, the JSON of the script, and what neither may tell. An
employer's cousin in another agency types her name: the answer is that of a name that nobody has."""
import json

from test_cases import strip

NAME = 'Synthetikova Pruefung'


def setup_person(server, login, case):
    headers = {'Authorization': 'Bearer ' + server.token(login), 'Content-Type': 'application/json'}

    def act(path, body):
        answer = server.request('POST', '/api/v1/' + path, headers, json.dumps(body).encode())
        assert answer.status == 200, answer.text
        return json.loads(answer.text)

    subject = act('subject/add', {'id': case, 'type': 'person', 'role': 'victim'})['id']
    name = {'type': 'legal', 'full': NAME, 'passport_form': 'SINTETIKOVA PRUEFUNG'}
    act('name/add', {'id': subject, 'case': case, **name})
    return subject


def find(server, login, query):
    headers = {'Authorization': 'Bearer ' + server.token(login), 'Content-Type': 'application/json'}
    return server.request('POST', '/api/v1/search/find', headers, json.dumps({'q': query}).encode())


def page(server, login, query, **more):
    fields = [('_token', server.form_token(login)), ('q', query), *more.items()]
    return server.form('/find', fields, server.cookie(login))


def test_found_with_the_reason_and_by_enter(server):
    subject = setup_person(server, 'npa-lead', server.ids['case'])
    items = json.loads(find(server, 'npa-lead', 'synthetiko').text)['items']
    assert [(i['subject'], i['why'], i['how']) for i in items] == [(subject, 'full_name', 'begins')]
    assert json.loads(find(server, 'npa-lead', 'sintetikova').text)['items'][0]['why'] == 'passport_form'
    answer = page(server, 'npa-lead', 'pruefung')
    assert answer.status == 200 and NAME in answer.text and '/subject/' + subject in answer.text
    script = page(server, 'npa-lead', 'pruefung', _json='1')
    assert script.header('Content-Type') == 'application/json'
    assert script.header('Cache-Control') == 'no-store'
    assert json.loads(script.text)['items'][0]['title'] == NAME


def test_a_hidden_name_is_like_one_that_nobody_has(server):
    for login in ('isa-lead', 'npa-statistics', 'npa-admin'):
        there, nobody = find(server, login, 'Synthetikova'), find(server, login, 'Nobodyhasthis')
        assert strip(there) == strip(nobody), login
        assert NAME not in page(server, login, 'Synthetikova').text


def test_what_was_typed_is_in_no_address_and_in_no_answer_of_an_error(server):
    answer = server.request(
        'GET', '/api/v1/search/find?q=Synthetikova', {'Authorization': 'Bearer ' + server.token('npa-lead')}
    )
    assert answer.status == 400 and 'Synthetikova' not in answer.text
    assert page(server, 'npa-lead', 'Synthetikova').header('Location') is None


def test_markup_in_a_query_stays_text(server):
    for attack in ('"><script>alert(1)</script>', "' OR 1=1 --", '<img src=x onerror=alert(1)>'):
        text = page(server, 'npa-lead', attack).text
        assert '<script>alert' not in text and '<img src=x' not in text


def test_limits(server):
    assert page(server, 'npa-lead', 'x' * 5000).status == 200
    assert json.loads(find(server, 'npa-lead', 'a').text)['too_short']
    assert json.loads(find(server, 'npa-lead', '山').text)['too_short'] is False
    assert find(server, 'npa-lead', ' '.join(['word'] * 60)).status in (200, 400)
    assert find(server, 'npa-lead', '\ufdfa' * 60).status == 200
