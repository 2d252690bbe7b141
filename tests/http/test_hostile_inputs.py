# SPDX-License-Identifier: Apache-2.0
"""Property: whatever stands in an input of any action, by the API or by its form, the answer is an
answer: never an inner error, a problem of the declared shape, and without a word of what was typed. A
refused one leaves nothing behind. What it prevents: an employer's lawyer, a script or a broken import
that stops the server, or a name that stands in an error text, and from there in a log, a screenshot, a
mail. Inputs are drawn anew each day (AKARI_SEED repeats a draw, AKARI_ROUNDS asks more). All data is
synthetic."""
import datetime
import json
import os
import random
import re

import pytest
from served import Server

ROUNDS = int(os.environ.get('AKARI_ROUNDS', '1'))
MARK = 'zeppelinwort'  # stands in every text that is typed, and may come back in no error
OBJECTS = {'case': 'case', 'record': 'm_consultation', 'subject': 'm_subject', 'report': 'm_report'}
FORMS_A_ROUND, CALLS_A_ROUND = 250, 700


@pytest.fixture(scope='module')
def own():
    """A server of this module's own: what is accepted changes it."""
    if 'AKARI_BUILD' not in os.environ:
        pytest.skip('AKARI_BUILD names no build folder')
    made = Server()
    yield made
    made.stop()


@pytest.fixture(scope='module')
def document(own):
    return json.loads(own.request('GET', '/api/v1/openapi.json').body)


@pytest.fixture
def chance():
    seed = os.environ.get('AKARI_SEED') or datetime.date.today().isoformat()
    print('AKARI_SEED=' + seed)  # shown when the test fails
    return random.Random(seed)


def hostile(chance):
    """A value as no form makes it, as bytes of JSON."""
    texts = [
        MARK,
        MARK + ' ' * 5000,
        MARK * 2000,
        '\u202e' + MARK,
        MARK + '\u2066\u2069',
        MARK + '\ufeff',
        MARK + '\x7f\x1b[31m',
        '<script>' + MARK + '</script>',
        "'; DROP TABLE case_file; -- " + MARK,
        '%n%s%s' + MARK,
        '{{' + MARK + '}}',
        '../../' + MARK,
        MARK + '\U0001f468\u200d\U0001f469\u200d\U0001f467',
        'Z\u0351\u036b' * 200 + MARK,
        '\u0130\u0131\u00df' + MARK,
        '2026-02-30',
        '2026-13-01T25:61:00Z',
        '99999999999-01-01',
        '-1',
        '9223372036854775808',
        '1e309',
        'f' * 31,
        'F' * 32,
        'g' * 32,
        '0' * 32,
    ]
    raw = [
        b'null', b'true', b'0', b'-0', b'1e400', b'9223372036854775807', b'9223372036854775808', b'1.5',
        b'""',
        b'[]',
        b'{}', b'[null]', b'[[]]', b'["' + MARK.encode() + b'","' + MARK.encode() + b'"]', b'{"a":{"b":1}}',
        b'"\\ud800"', b'"\\udc00\\ud800"', b'"\\u0000"', b'"' + MARK.encode() + b'\xff"', b'"\xc0\xaf"',
        b'"\xed\xa0\x80"',
        b'"' + MARK.encode() + b'\x01"', b'NaN', b'nul', b'"' + MARK.encode(), b'[' * 60 + b']' * 60,
    ]  # fmt: skip
    return chance.choice(raw) if chance.random() < 0.5 else json.dumps(chance.choice(texts)).encode()


def schema_of(document, part):
    while '$ref' in part:
        at = document
        for name in part['$ref'].removeprefix('#/').split('/'):
            at = at[name]
        part = at
    return part


def actions(document):
    for path, item in sorted(document['paths'].items()):
        op = item.get('post')
        body = (op or {}).get('requestBody', {}).get('content', {}).get('application/json', {}).get('schema')
        if body:
            name = op['operationId']
            yield name, schema_of(document, body).get('properties', {})


def named(own, name):
    """An id that the action may find, so that its inputs are looked at, too."""
    for part, thing in OBJECTS.items():
        if name.startswith(part + '.') and thing in own.ids:
            return own.ids[thing]
    return own.ids['case']


def members(own, chance, name, properties):
    """Some of the declared members, each a good id or anything."""
    chosen = [p for p in sorted(properties) if p != 'id' and chance.random() < 0.7]
    pairs = [(p, hostile(chance)) for p in chosen]
    if 'case' in properties and chance.random() < 0.8:
        pairs = [(p, v) for p, v in pairs if p != 'case'] + [('case', json.dumps(own.ids['case']).encode())]
    if 'id' in properties:
        pairs.append(('id', json.dumps(named(own, name)).encode()))
    if chance.random() < 0.1 and pairs:
        pairs.append(chance.choice(pairs))  # twice
    if chance.random() < 0.1:
        pairs.append((MARK, b'1'))
    chance.shuffle(pairs)
    return pairs


def call(own, login, name, body):
    headers = {'Content-Type': 'application/json', 'Authorization': 'Bearer ' + own.token(login)}
    return own.request('POST', '/api/v1/' + name.replace('.', '/'), headers, body)


def is_a_problem(answer, asked):
    assert answer.status < 500, (asked, answer.status, answer.text[:300])
    if answer.status < 400:
        return False
    problem = json.loads(answer.body)
    assert problem['status'] == answer.status, asked
    assert re.fullmatch(r'ERR_[A-Z_]+|[a-z_]+', problem.get('code', 'none')), problem
    assert MARK not in answer.text, (asked, answer.text[:300])
    return True


LEAD, ADMIN = 'npa-lead', 'npa-admin'
# What ends the session or the account that asks, and what takes the server's keys away.
NEVER = re.compile(r'^(session\.|account\.|factor\.|key\.|notice\.raise|outbox\.)')


def test_anything_in_an_input_is_an_answer(own, document, chance):
    declared = [(n, p) for n, p in actions(document) if not NEVER.match(n)]
    refused = 0
    for _ in range(CALLS_A_ROUND * ROUNDS):
        name, properties = chance.choice(declared)
        pairs = members(own, chance, name, properties)
        body = b'{' + b','.join(json.dumps(k).encode() + b':' + v for k, v in pairs) + b'}'
        login = LEAD if chance.random() < 0.85 else ADMIN
        refused += is_a_problem(call(own, login, name, body), (name, login, body[:400]))
    assert refused > CALLS_A_ROUND * ROUNDS // 2  # they are hostile
    assert own.request('GET', '/healthz').status == 200


def test_anything_in_a_form_is_a_page(own, document, chance):
    declared = [(n, p) for n, p in actions(document) if not NEVER.match(n)]
    token = own.form_token(LEAD)
    junk = [b'%', b'%zz', b'%00', b'%ff%fe', b'%c0%af', b'%ed%a0%80', MARK.encode(),
            b'%E2%80%AE' + MARK.encode(),
            b'+' * 3000, b'9' * 400, b'', b'%0d%0aSet-Cookie:a=b', b'&', b'=', b';']  # fmt: skip
    for _ in range(FORMS_A_ROUND * ROUNDS):
        name, properties = chance.choice(declared)
        fields = [b'_token=' + token.encode(), b'id=' + named(own, name).encode()]
        for p in sorted(properties):
            for _ in range(chance.choice((0, 1, 1, 2, 40))):
                fields.append(p.encode() + b'=' + chance.choice(junk))
        own_fields = [b'_request=x', b'_version=-9', b'_version=1e9', b'=', b'_part=zz', b'_token=other']
        fields += chance.sample(own_fields, 2)
        chance.shuffle(fields)
        headers = {'Content-Type': 'application/x-www-form-urlencoded', **own.cookie(LEAD)}
        answer = own.request('POST', '/do/' + name, headers, b'&'.join(fields))
        asked = (name, b'&'.join(fields)[:400])
        assert answer.status < 500, (asked, answer.status, answer.text[-600:])
        assert not any(k.lower() == 'set-cookie' and 'a=b' in v for k, v in answer.headers), asked
        assert '<html' in answer.text or answer.status in (303, 302), asked
        assert MARK not in (answer.header('Location') or ''), asked  # nor in an address


def counts(own):
    """Leaves by action, but for those that say that something malformed came."""
    return {name: n for name, n in own.leaves().items() if name != 'web.malformed'}


def test_refused_before_the_door_leaves_nothing(own, document, chance):
    """A body that is no JSON of this action does not reach it: no row, no leaf of it that says it was
    done."""
    bad = [b'{', b'[]', b'"x"', b'{"a":1,}', b'{"id":1,"id":2}', b'\xff\xfe{}', b'{}garbage', b'[' * 500,
           b'{"id":"\\ud800"}']  # fmt: skip
    names = [n for n, _ in actions(document) if not NEVER.match(n)]
    before = counts(own)
    for name in chance.sample(names, min(60, len(names))):
        for body in bad[:: 1 if ROUNDS > 1 else 3]:
            answer = call(own, LEAD, name, body)
            assert 400 <= answer.status < 500, (name, body, answer.status)
            assert MARK not in answer.text
    assert counts(own) == before


def test_the_trail_holds_after_all_that(own):
    """The tests above changed what they were let: every row of it is in the audit."""
    answer = own.request('GET', '/api/v1/system/trail', {'Authorization': 'Bearer ' + own.token(ADMIN)})
    assert answer.status in (200, 403), answer.text
    assert own.request('GET', '/', own.cookie(LEAD)).status == 200
