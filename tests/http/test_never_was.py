# SPDX-License-Identifier: Apache-2.0
"""Property: an officer who may not know of something is answered as for an id that never was, over every
route of the OpenAPI document and every page: status, headers, length and each byte but what is new in each
answer. Which officer and which thing is drawn anew each day (AKARI_SEED for one draw); one that she may open
or list is no question. What it prevents: a hidden case that shows by a title, a redirect, a field that is
named in an error, an empty list in place of "not found", or an address that is longer."""
import concurrent.futures
import datetime
import json
import os
import random
import re
import urllib.parse

import live
import pytest

PAIRS = 5
INNER = 90  # requests of a pair that name the thing in another field than id

# How each thing is opened, where who asks may.
SHOWS = {
    'hidden': 'case/show?id={}',
    'm_red': 'case/show?id={}',
    'm_case': 'case/show?id={}',
    'case': 'case/show?id={}',
    'hidden_decision': 'decision/show?id={}',
    'm_decision': 'decision/show?id={}',
    'hidden_import': 'import/show?id={}',
    'm_report': 'report/show?id={}',
    'm_attachment': 'attachment/show?id={}',
    'm_assessment': 'assessment/show?id={}',
    'm_consultation': 'consultation/show?id={}',
    'm_person_profile': 'person_profile/show?id={}',
    'm_shelter_stay': 'shelter_stay/show?id={}',
}
# More path behind the id; "*" stands for it.
# Lists that go on after an id alone are not among them: where an id stands among her own rows is no secret.
PAGES = [
    '/case/*', '/case/*/looked', '/case/*/print', '/case/*/timeline', '/case/*?people=2', '/subject/*?case=*',
    '/record/consultation/*', '/record/person_profile/*', '/group/*?case=*', '/report/*', '/attach/*',
    '/attachment/*', '/attachment/*/blurred', '/attachment/*/looked', '/assessment/*', '/import/*',
    '/glass/*', '/paper/*', '/paper/consultation?case=*', '/admin/account/*', '/?filter=*',
    '/?after=*&after_opened=2026-11-20T00:00:00Z', '/clocks?after=*&after_due=2026-11-20T00:00:00Z',
    '/holds?case=*', '/reports?after=*&after_received=2026-11-20T00:00:00Z&after_urgent=false',
    '/inbox?after=*&after_at=2026-11-20T00:00:00Z',
    '/verify?to=/case/*', '/session?to=/case/*',
]  # fmt: skip
POSTS = ['/attachment/*/look', '/attachment/*/download', '/attachment/*/check', '/assessment/*', '/find']
ID = re.compile(r'^\^\[0-9a-f\]\{32\}\$$')


@pytest.fixture(scope='module')
def document(server):
    return json.loads(server.request('GET', '/api/v1/openapi.json').body)


def resolved(document, part):
    while '$ref' in part:
        at = document
        for name in part['$ref'].lstrip('#/').split('/'):
            at = at[name]
        part = at
    return part


def takes_ids(document, item):
    """(method, names of inputs that are ids, whether each holds several) of one operation."""
    method, op = next(iter(item.items()))
    names = []
    for p in op.get('parameters', []):
        p = resolved(document, p)
        if ID.match(resolved(document, p.get('schema', {})).get('pattern', '')):
            names.append(p['name'])
    body = op.get('requestBody', {}).get('content', {}).get('application/json', {}).get('schema', {})
    for name, schema in resolved(document, body).get('properties', {}).items():
        if ID.match(resolved(document, schema).get('pattern', '')):
            names.append(name)
    return method.upper(), names


def api_routes(document):
    for path, item in sorted(document['paths'].items()):
        method, names = takes_ids(document, item)
        yield method, path if path.startswith('/api/') else '/api/v1' + path, names


class Asker:
    def __init__(self, server, login):
        self.server, self.login = server, login
        self.bearer = {'Authorization': 'Bearer ' + server.token(login)}
        self.cookie = server.cookie(login)
        self.form_token = server.form_token(login)

    def api(self, method, path, inputs):
        if method == 'GET':
            query = '?' + urllib.parse.urlencode(inputs) if inputs else ''
            return self.server.request('GET', path + query, self.bearer)
        headers = {**self.bearer, 'Content-Type': 'application/json'}
        return self.server.request('POST', path, headers, json.dumps(dict(inputs)).encode())

    def page(self, path):
        return self.server.request('GET', path, self.cookie)

    def form(self, path, fields):
        return self.server.form(path, [('_token', self.form_token), *fields], self.cookie)


# What is new in each answer: never the thing that was asked about.
FRESH = [
    (re.compile(r'(name="_request" value=")[0-9a-f]{32}'), r'\1'),
    (re.compile(r'(data-challenge=")[^"]*'), r'\1'),
    (re.compile(r'(name="(?:receipt|code)" value=")[^"]*'), r'\1'),
    (re.compile(r'(<time datetime=")[^"]*("[^>]*>)[^<]*'), r'\1\2'),
    (re.compile(r'[0-9]+ (min|h)\b'), ''),
]  # fmt: skip


def plain(answer, ident):
    """All of an answer that may tell something: what was asked for stands in it as ID, of the same length."""
    request_id = answer.header('X-Request-Id') or '-' * 32
    length = answer.header('Content-Length')
    text = answer.text.replace(request_id, '')
    for pattern, by in FRESH:
        text = pattern.sub(by, text)
    headers = [
        (k, v.replace(ident, 'ID'))
        for k, v in answer.headers
        if k not in ('Date', 'X-Request-Id', 'Content-Length')
    ]
    fresh = '_request' in answer.text or 'data-challenge' in answer.text or '<time' in answer.text
    return answer.status, headers, None if fresh else length, text.replace(ident, 'ID')


def told_apart(ask, hidden, unknown):
    """None, or how the answers to the two ids differ."""
    one, other = plain(ask(hidden), hidden), plain(ask(unknown), unknown)
    if one == other:
        return None
    again = plain(ask(hidden), hidden)  # a list that changed meanwhile tells nothing of the id
    return None if again == other else (one[0], other[0], one[1:], other[1:])


def never(chance):
    return '%032x' % chance.getrandbits(128)


def listed(server, login):
    """The ids of cases that she may list: she knows of them, also where she may not open them."""
    ids = set()
    for query in ('state=open', 'shared=true'):
        answer = server.request(
            'GET', '/api/v1/case/list?' + query, {'Authorization': 'Bearer ' + server.token(login)}
        )
        ids |= {item['id'] for item in json.loads(answer.text).get('items', [])}
    return ids


def draw(server, chance):
    """Pairs of an officer and a thing that she may not know of."""
    officers = [officer.login for officer in live.read()['officer']] + ['npa-lead', 'isa-lead', 'npa-police']
    things = sorted(thing for thing in SHOWS if thing in server.ids)
    found = []
    while len(found) < PAIRS:
        login, thing = chance.choice(officers), chance.choice(things)
        path = '/api/v1/' + SHOWS[thing].format(server.ids[thing])
        answer = server.request('GET', path, {'Authorization': 'Bearer ' + server.token(login)})
        known = answer.status != 404 or server.ids[thing] in listed(server, login)
        if not known and (login, thing) not in found:
            found.append((login, thing))
    return found


def questions(document, asker, ids, chance):
    """(title, what asks about an id) of every route, and of some that name the thing in another field."""
    inner = []
    for method, path, names in api_routes(document):
        yield method + ' ' + path, lambda i, m=method, p=path: asker.api(m, p, [('id', i)])
        for name in names:
            if name == 'id':
                continue
            own = [('id', ids)] if 'id' in names else []
            inner.append(
                (
                    ' '.join((method, path, name)),
                    lambda i, m=method, p=path, n=name, o=own: asker.api(m, p, [*o, (n, i)]),
                )
            )
    for action in sorted(p for m, p, _ in api_routes(document) if m == 'POST'):
        name = action[len('/api/v1/') :].replace('/', '.')
        yield 'GET /do/' + name, lambda i, n=name: asker.page('/do/%s?id=%s' % (n, i))
        yield 'POST /do/' + name, lambda i, n=name: asker.form('/do/' + n, [('id', i)])
    for path in PAGES:
        yield 'GET ' + path, lambda i, p=path: asker.page(p.replace('*', i))
    for path in POSTS:
        yield 'POST ' + path, lambda i, p=path: asker.form(p.replace('*', i), [('q', i)])
    yield from chance.sample(inner, min(INNER, len(inner)))


def test_what_is_hidden_never_was(server, document):
    seed = int(os.environ.get('AKARI_SEED') or datetime.date.today().toordinal())
    chance = random.Random(seed)
    different, asked = [], 0
    for login, thing in draw(server, chance):
        asker, hidden, unknown = Asker(server, login), server.ids[thing], never(chance)
        all_of_them = list(questions(document, asker, server.ids['m_case'], chance))
        asked += len(all_of_them)
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            found = pool.map(lambda q: told_apart(q[1], hidden, unknown), all_of_them)
            for (title, _), how in zip(all_of_them, found):
                different += [(login, thing, title, how)] if how else []
    assert asked > PAIRS * 300
    assert not different, 'AKARI_SEED=%d: %r' % (seed, different[:5])


class Page:
    """An answer as a server would give it."""

    def __init__(self, status, text, headers=()):
        self.status, self.text = status, text
        self.headers = [('X-Request-Id', 'a' * 32), ('Content-Length', str(len(text))), *headers]

    def header(self, name):
        return dict(self.headers).get(name)


def test_a_leak_is_told_apart():
    """What echoes the id differs in nothing; another status, header, word or length does."""
    hidden, unknown = '1' * 32, '2' * 32
    same = Page(404, 'not found')
    echo = lambda i: Page(404, 'no ' + i, [('Location', '/case/' + i)])
    assert told_apart(echo, hidden, unknown) is None
    for leak in (
        Page(403, 'not found'),
        Page(404, 'not found '),
        Page(404, 'not found', [('ETag', '"x"')]),
        Page(404, 'not fount'),
    ):
        assert told_apart(lambda i: leak if i == hidden else same, hidden, unknown)
