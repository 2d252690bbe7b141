# SPDX-License-Identifier: Apache-2.0
"""Every action and view as every officer (tests/golden/http.tsv). What it prevents: a route that is declared
with another verb or object than it has, that fills a question wrongly (whose case is it, who is named, what
did she consent to), or that is added without anybody having said who may."""
import pytest

import golden
import live


@pytest.fixture(scope='module')
def asked(server):
    asker = golden.Asker(server)
    yield live.Live(asker)
    asker.close()


def test_every_declaration_has_a_route(asked):
    wanted = {name: (op['x-akari-verb'], op['x-akari-object']) for name, op in asked.declared.items()}
    routes = {route.name: (route.verb, route.object) for route in live.read()['route']}
    assert routes == wanted


def test_every_role_that_can_sign_in_asks():
    roles = {officer.words['role'] for officer in live.read()['officer']}
    assert roles == set(golden.words()['role']) - {'anonymous', 'system'}
    relations = {officer.words['relation'] for officer in live.read()['officer']}
    assert relations == set(golden.words()['relation'])


def test_every_line_counts():
    live.cases()
    assert [rule.line for word in ('answer', 'see') for rule in live.read()[word] if not rule.used] == []


def test_every_answer(asked):
    different = asked.asker.each(asked.check, live.cases())
    assert len(live.cases()) > 4000
    assert not different, [(str(case), case.rule.answer, found) for case, found in different[:10]]


# By an office code, or a receipt, instead of an account.
ANYBODY = ('report.send', 'report.receipt')


def test_who_is_not_signed_in_gets_nothing(server):
    for route in live.read()['route']:
        path = '/api/v1/' + route.name.replace('.', '/')
        headers = {'Content-Type': 'application/json'}
        statuses = {
            server.request('GET', path).status,
            server.request('POST', path, headers, b'{}').status,
        }
        refused = 422 if route.name in ANYBODY else 401  # 422: the code or the receipt is missing
        assert statuses == {refused} or statuses == {refused, 405}, route.title
