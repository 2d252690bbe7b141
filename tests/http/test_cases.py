# SPDX-License-Identifier: Apache-2.0
"""Runs cases/*.case: requests and what must come back. Format: README.md."""
import ast
import glob
import json
import os
import re
import time

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)


def read(path):
    """Yields (name, steps); a step is (request line, headers, body, expectations)."""
    with open(path, encoding='utf-8') as file:
        text = file.read()
    for block in re.split(r'^== ', text, flags=re.M)[1:]:
        title, rest = block.split('\n', 1)
        steps = []
        for step in re.split(r'^\+\n', rest, flags=re.M):
            request, expected = re.split(r'^-\n', step, maxsplit=1, flags=re.M)
            head, _, body = request.strip('\n').partition('\n\n')
            line, *headers = head.split('\n')
            steps.append(
                (
                    line,
                    [h.split(': ', 1) for h in headers],
                    body or None,
                    [e for e in expected.split('\n') if e and not e.startswith('#')],
                )
            )
        yield title, steps


CASES = [
    pytest.param(steps, id=os.path.basename(path)[:-5] + ': ' + title)
    for path in sorted(glob.glob(os.path.join(HERE, 'cases', '*.case')))
    for title, steps in read(path)
]


def fill(server, saved, text, login):
    values = {**server.ids, **saved}
    if login and '{token}' in text:
        values['token'] = server.form_token(login)
    return re.sub(r'\{(\w+)\}', lambda m: values.get(m.group(1), m.group(0)), text)


def body_bytes(text):
    if text is None:
        return None
    if text.startswith('@bytes '):
        return ast.literal_eval(text[7:])
    if text.startswith('@repeat '):
        _, n, part = text.split(' ', 2)
        return part.encode() * int(n)
    return text.encode()


def check(server, saved, answer, before, line, login):
    word, _, rest = line.partition(' ')
    rest = fill(server, saved, rest, login)
    if word == 'status':
        assert answer.status == int(rest), answer.text
    elif word == 'header':
        name, _, value = rest.partition(': ')
        assert answer.header(name) is not None, name
        assert re.fullmatch(value, answer.header(name)), answer.header(name)
    elif word == 'no-header':
        assert answer.header(rest) is None
    elif word == 'has':
        assert rest in answer.text, answer.text
    elif word == 'lacks':
        assert rest not in answer.text, answer.text
    elif word == 'json':
        path, _, value = rest.partition(' ')
        found = json.loads(answer.text)
        for part in path.split('.'):
            found = found[int(part)] if isinstance(found, list) else found[part]
        assert found == json.loads(value), answer.text
    elif word == 'save':
        name, pattern = rest.split(' ', 1)
        saved[name] = re.search(pattern, answer.text).group(1)
    elif word == 'same-as':
        name = rest
        assert strip(answer) == saved[name]
    elif word == 'keep':
        saved[rest] = strip(answer)
    elif word == 'leaf':
        name = rest
        for _ in range(50):  # the HTTP layer's refusals are written by a thread of their own
            now = server.leaves().get(name, 0)
            if now > before.get(name, 0):
                break
            time.sleep(0.05)
        assert now > before.get(name, 0), server.leaves()
    else:
        raise AssertionError('unknown expectation: ' + line)


def strip(answer):
    """All bytes of an answer but the date and the request id."""
    request_id = answer.header('X-Request-Id')
    headers = [(k, v) for k, v in answer.headers if k not in ('Date', 'X-Request-Id')]
    return answer.status, headers, answer.text.replace(request_id, '') if request_id else answer.text


def no_personal_value_in(answer):
    for name in ('Location', 'Content-Location', 'Link', 'Refresh'):
        for value in answer.all(name):
            assert re.fullmatch(r"/[a-z0-9_./-]*(\?[a-z_]+=[a-z0-9_./-]*)?", value), value


@pytest.mark.parametrize('steps', CASES)
def test_case(server, steps):
    saved, signed_out = {}, set()
    for line, headers, body, expectations in steps:
        method, path, *who = line.split(' ')
        login = who[1] if who else None
        sent = {k: fill(server, saved, v, login) for k, v in headers}
        if who and who[0] == 'as':
            sent['Authorization'] = 'Bearer ' + server.token(login)
        elif who and who[0] == 'cookie':
            sent.update(server.cookie(login))
        before = server.leaves()
        filled = body_bytes(fill(server, saved, body, login) if body else body)
        answer = server.request(method, fill(server, saved, path, login), sent, filled)
        assert 'default-src' in (answer.header('Content-Security-Policy') or ''), answer.headers
        assert answer.header('X-Content-Type-Options') == 'nosniff'
        assert answer.header('Referrer-Policy') == 'no-referrer'
        assert answer.header('Cache-Control') in ('no-store', 'no-cache')
        no_personal_value_in(answer)
        for expected in expectations:
            check(server, saved, answer, before, expected, login)
        if path == '/sign-out':
            signed_out.add(login)
    for login in signed_out:  # others who share this server sign in anew
        server.tokens.pop(login, None)
        server.form_tokens.pop(login, None)
