# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document has every declared action and view, nothing else, and says the same each time."""
import json
import re


def document(server):
    answer = server.request('GET', '/api/v1/openapi.json')
    assert answer.status == 200
    return json.loads(answer.body), answer


def operations(doc):
    return {(path, method): op for path, item in doc['paths'].items() for method, op in item.items()}


def test_all_and_nothing_else(server):
    doc, _ = document(server)
    declared = {
        name: kind for kind, name in (line for line in server.ask('declarations') if len(line) == 2)
    }
    found = {op['operationId']: (path, method) for (path, method), op in operations(doc).items()}
    assert set(found) == set(declared)
    for name, (path, method) in found.items():
        assert path == '/api/v1/' + name.replace('.', '/')
        if declared[name] == 'action':
            assert method == 'post'


def test_personal_inputs_never_in_a_query(server):
    doc, _ = document(server)
    for (path, method), op in operations(doc).items():
        for parameter in op.get('parameters', []):
            assert not parameter.get('schema', {}).get('x-akari-personal'), path
        if 'x-akari-personal' in json.dumps(op):
            assert method == 'post'


def references(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == '$ref':
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_reference_leads_somewhere(server):
    doc, _ = document(server)
    for reference in set(references(doc)):
        at = doc
        for part in reference.removeprefix('#/').split('/'):
            at = at[part]


def test_deterministic_and_kept_by_etag(server):
    _, first = document(server)
    _, second = document(server)
    assert first.body == second.body
    again = server.request('GET', '/api/v1/openapi.json', {'If-None-Match': first.header('ETag')})
    assert again.status == 304 and again.body == b''


def test_required_and_enums(server):
    doc, _ = document(server)
    body = doc['paths']['/api/v1/consultation/create']['post']['requestBody']['content'][
        'application/json'
    ]['schema']
    assert body['additionalProperties'] is False
    assert {'received_at', 'channel', 'desk', 'wishes'} <= set(body['required'])
    assert len(body['required']) == len(set(body['required']))
    codes = doc['components']['schemas']['code.urgency']
    assert 'urgent' in codes['enum'] and len(codes['enum']) == len(codes['x-akari-labels'])
    assert doc['openapi'].startswith('3.1')
    for scheme in doc['components']['securitySchemes']:
        assert re.fullmatch('[a-z_]+', scheme)


def test_an_undeclared_member_is_refused_as_the_document_says(server):
    headers = {'Authorization': 'Bearer ' + server.token('npa-lead'), 'Content-Type': 'application/json'}
    answer = server.request('POST', '/api/v1/case/open', headers, b'{"not_declared": 1}')
    problem = json.loads(answer.body)
    doc, _ = document(server)
    assert answer.status == problem['status'] == 422
    assert set(doc['components']['schemas']['Problem']['required']) <= set(problem)
