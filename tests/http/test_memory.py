# SPDX-License-Identifier: Apache-2.0
"""An allocation that fails is an error of that one request: the server goes on, and no half page looks
whole."""
import http.client

import pytest

PATHS = [
    '/case/{case}',
    '/do/consultation.create?case={case}',
    '/api/v1/case/show?id={case}',
    '/sign-in',
    '/note',
    '/reports',
    '/help/errors',
]


@pytest.mark.parametrize('path', PATHS)
def test_each_allocation_in_turn(server, path):
    path = path.format(**server.ids)
    headers = {**server.cookie('npa-lead'), 'Accept-Language': 'en'}
    whole = server.request('GET', path, headers)
    assert whole.status == 200
    failed = 0
    for nth in list(range(1, 40)) + list(range(40, 400, 23)):
        server.ask(f'fail {nth}')
        try:
            answer = server.request('GET', path, headers)
        except (http.client.HTTPException, ConnectionError):
            failed += 1  # not even an answer fits: closed
            continue
        finally:
            server.ask('fail 0')
        if answer.status == 200 and not path.startswith('/api'):
            assert answer.text.rstrip().endswith('</html>')
        failed += answer.status != 200
        assert answer.status in (200, 303, 401, 413, 500, 503), (nth, answer.status, answer.text)
    assert failed > 0
    assert server.request('GET', path, headers).status == 200
