# SPDX-License-Identifier: Apache-2.0
"""Property: for every declared action and view, and every officer, an id that is hidden from her and one
that never was are answered alike, byte for byte but for date and request id."""
import json

import pytest
from test_cases import strip

OFFICERS = ['npa-lead', 'npa-police', 'npa-admin', 'npa-statistics']


# A case, and what hangs on it or on another agency, with the case through which it is asked for.
HIDDEN = [
    ('hidden', None),
    ('hidden_decision', None),
    ('hidden_import', None),
    ('hidden_subject', 'hidden'),
    ('hidden_subject', 'case'),
]


def ask(server, login, kind, name, ident, in_case):
    path = '/api/v1/' + name.replace('.', '/')
    headers = {'Authorization': 'Bearer ' + server.token(login)}
    if kind == 'action':
        headers['Content-Type'] = 'application/json'
        body = {'id': ident, 'case': in_case} if in_case else {'id': ident}
        return server.request('POST', path, headers, json.dumps(body).encode())
    return server.request('GET', path + '?id=' + ident + ('&case=' + in_case if in_case else ''), headers)


@pytest.mark.parametrize('what,through', HIDDEN)
def test_hidden_is_like_unknown(server, what, through):
    in_case = server.ids[through] if through else None
    differ = []
    for kind, name in (line for line in server.ask('declarations') if len(line) == 2):
        for login in OFFICERS:
            hidden = ask(server, login, kind, name, server.ids[what], in_case)
            unknown = ask(server, login, kind, name, server.ids['unknown'], in_case)
            if hidden.status == 200:
                continue  # takes no id, or the id is a parent that is not looked at
            if strip(hidden) != strip(unknown):
                differ.append((login, name, hidden.status, unknown.status, hidden.text))
    assert not differ, differ
