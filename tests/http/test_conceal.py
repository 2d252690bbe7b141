# SPDX-License-Identifier: Apache-2.0
"""Property: for every declared action and view, and every officer, an id that is hidden from her and one
that never was are answered alike, byte for byte but for date and request id."""
import json
from test_cases import strip

OFFICERS = ['npa-lead', 'npa-police', 'npa-admin', 'npa-statistics']


def ask(server, login, kind, name, ident):
    path = '/api/v1/' + name.replace('.', '/')
    headers = {'Authorization': 'Bearer ' + server.token(login)}
    if kind == 'action':
        headers['Content-Type'] = 'application/json'
        return server.request('POST', path, headers, json.dumps({'id': ident}).encode())
    return server.request('GET', path + '?id=' + ident, headers)


def test_hidden_is_like_unknown(server):
    differ = []
    for kind, name in (line for line in server.ask('declarations') if len(line) == 2):
        for login in OFFICERS:
            hidden = ask(server, login, kind, name, server.ids['hidden'])
            unknown = ask(server, login, kind, name, server.ids['unknown'])
            if hidden.status == 200:
                continue  # takes no id, or the id is a parent that is not looked at
            if strip(hidden) != strip(unknown):
                differ.append((login, name, hidden.status, unknown.status, hidden.text))
    assert not differ, differ
