# SPDX-License-Identifier: Apache-2.0
"""A page of an earlier session: an officer can always sign out, and what she typed is neither lost nor
written down under a name that she does not know of. Harm it prevents: a desk left open because the button
failed; a statement that a woman gave once, typed and thrown away."""
import html
import re

import pytest

from test_pages import Page, get

LOGIN = 'npa-lead'
WORDS = 'Made up: she counted nineteen days & "two" locks.'
BROWSER = {'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'navigate'}


def fresh(server, login=LOGIN):
    """A session of its own; those of the other tests go on."""
    kept = server.tokens.pop(login, None), server.form_tokens.pop(login, None)
    headers = server.cookie(login)
    token = server.form_token(login)
    server.tokens.pop(login), server.form_tokens.pop(login)
    if kept[0]:
        server.tokens[login] = kept[0]
    if kept[1]:
        server.form_tokens[login] = kept[1]
    return headers, token


def hidden(page):
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.split('<main', 1)[1])
    return [(html.unescape(name), html.unescape(value)) for name, value in found]


def consultation(server, token, **more):
    fields = {'_token': token, '_request': 'a7' * 16, 'case': server.ids['case'], 'account': WORDS, **more}
    return list(fields.items())


@pytest.fixture(scope='module')
def two(server):
    """Two sessions of one officer: as after signing in anew in another window."""
    return fresh(server), fresh(server)


def test_what_was_typed_is_kept_and_sent_under_a_name_that_is_said(server, two):
    (now, token), (_, old) = two
    fields = consultation(server, old)
    before = server.leaves()
    page = server.form('/do/consultation.create', fields, {**now, **BROWSER, 'Accept-Language': 'en'})
    assert page.status == 403 and Page(page.text).faults == []
    assert server.leaves()['web.token'] == before.get('web.token', 0) + 1
    kept = hidden(page.text)
    assert ('~account', WORDS) in kept and ('_onward', '/do/consultation.create') in kept
    assert old not in page.text and 'Lead (synthetic)' in page.text and 'Case lead' in page.text
    again = dict(kept)
    assert again['_token'] == token and again['~_request'] == 'a7' * 16
    sent = server.form('/again', kept, now)
    assert sent.status in (303, 422), sent.text  # the form itself decides what is missing
    assert sent.status == 303 or html.escape(WORDS, quote=False)[:20] in sent.text


@pytest.mark.parametrize('headers', [
    {}, {'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors'}, {'Sec-Fetch-Site': 'cross-site'},
    {'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'navigate'},
    {'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate'}])
def test_nobody_else_gets_a_form_carried(server, two, headers):
    (now, _), (_, old) = two
    page = server.form('/do/consultation.create', consultation(server, old), {**now, **headers})
    assert page.status == 403 and WORDS[:20] not in page.text and '/again' not in page.text


def test_what_is_carried_needs_the_token_of_this_session(server, two):
    (now, _), (_, old) = two
    fields = [('_token', old), ('_onward', '/do/case.close'), ('~id', server.ids['case'])]
    assert server.form('/again', fields, now).status == 403
    assert server.form('/again', fields[1:], now).status == 403


def test_a_password_is_not_written_back(server, two):
    (now, _), (_, old) = two
    fields = [('_token', old), ('id', server.ids['case']), ('password', 'very secret words')]
    page = server.form('/do/account.set_password', fields, {**now, **BROWSER})
    assert page.status == 403 and 'very secret words' not in page.text


@pytest.mark.parametrize('onward', ['/again', '/verify', '/nowhere', '', '/clocks'])
def test_it_does_not_lead_in_circles_or_anywhere(server, two, onward):
    (now, token), _ = two
    fields = [('_token', token), ('_onward', onward)]
    fields += [('~' * n + '_onward', '/again') for n in range(1, 40)]
    assert server.form('/again', fields, now).status == 404


def test_signing_out_works_from_a_page_of_an_earlier_session(server):
    (now, _), (_, old) = fresh(server), fresh(server)
    out = server.form('/sign-out', [('_token', old)], {**now, **BROWSER})
    assert out.status == 303 and out.header('Location') == '/sign-in'
    assert 'cache' in out.header('Clear-Site-Data') and 'Max-Age=0' in out.header('Set-Cookie')
    assert server.request('GET', '/clocks', now).header('Location') == '/sign-in?to=/clocks'
    again = server.form('/sign-out', [('_token', old)], now)  # once more, or after the session ended
    assert again.status == 303 and again.header('Location') == '/sign-in'
    assert server.form('/sign-out', [], {}).status == 303


def test_another_site_signs_nobody_out(server):
    now, _ = fresh(server)
    for headers in ({'Sec-Fetch-Site': 'cross-site'}, {'Origin': 'https://evil.example'}):
        assert server.form('/sign-out', [], {**now, **headers}).status == 403
    assert server.request('GET', '/clocks', now).status == 200


def test_the_page_is_japanese_for_who_reads_japanese(server, two):
    (now, _), (_, old) = two
    headers = {**now, **BROWSER, 'Accept-Language': 'ja'}
    page = server.form('/do/consultation.create', consultation(server, old), headers)
    from test_japanese import english_in
    assert english_in(page.text) == [] and 'もう一度送' in page.text


def test_an_address_with_control_characters_is_no_crash(server):
    for query in ('?x=%0d%0aSet-Cookie:%20a=b', '?x=%7f', '?%00=1'):
        answer = get(server, '/case/{case}' + query)
        assert answer.status < 500 and answer.header('Set-Cookie') is None


def test_what_was_typed_in_a_session_that_has_ended_waits_for_the_next(server, two):
    (now, token), (_, old) = two
    fields = consultation(server, old)
    page = server.form('/do/consultation.create', fields, {**BROWSER, 'Accept-Language': 'en'})
    assert page.status == 401 and Page(page.text).faults == []
    assert 'Your session has ended' in page.text and 'href="/sign-in"' in page.text
    kept = hidden(page.text)
    assert ('account', WORDS) in kept and old not in page.text
    assert 'action="/do/consultation.create"' in page.text
    assert server.leaves()['web.session'] >= 1
    asked = server.form('/do/consultation.create', kept, {**now, **BROWSER, 'Accept-Language': 'en'})
    assert asked.status == 403 and 'Lead (synthetic)' in asked.text  # under whose name is said first
    assert ('~account', WORDS) in hidden(asked.text) and dict(hidden(asked.text))['_token'] == token


@pytest.mark.parametrize('headers', [
    {}, {'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate'},
    {'Sec-Fetch-Site': 'none', 'Sec-Fetch-Mode': 'navigate'},
    {'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors'}])
def test_without_a_session_nothing_from_elsewhere_is_written_back(server, headers):
    page = server.form('/do/consultation.create', consultation(server, ''), headers)
    assert page.status == 401 and WORDS[:20] not in page.text
    assert '<form' not in page.text.split('<main', 1)[1]


def test_a_password_does_not_wait(server):
    fields = [('id', server.ids['case']), ('password', 'very secret words')]
    page = server.form('/do/account.set_password', fields, BROWSER)
    assert page.status == 401 and 'very secret words' not in page.text
