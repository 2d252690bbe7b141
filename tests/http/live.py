# SPDX-License-Identifier: Apache-2.0
"""Reads tests/golden/http.tsv and asks a running server as it says: every route as every officer."""
import fnmatch
import functools
import json
import os
import re
import urllib.parse

import golden

FILE = os.path.join(golden.ROOT, 'tests/golden/http.tsv')
COLUMNS = ('role', 'relation', 'need_to_know', 'purpose')


class Officer:
    def __init__(self, login, *words):
        self.login = login
        self.words = dict(zip(COLUMNS, words))


class Route:
    def __init__(self, title, verb, object_, inputs=''):
        self.title, self.verb, self.object = title, verb, object_
        self.name = title.partition('#')[0]
        self.inputs = [part.split('=', 1) for part in inputs.split(' ') if part]


class Rule:
    """Who, then what; for which routes stands before it."""

    def __init__(self, line, *cells):
        self.line = line
        self.sets = {n: golden.word_set(c, golden.words()[n]) for n, c in zip(COLUMNS, cells)}
        self.answer, self.why = cells[len(COLUMNS) :]
        self.used = False

    def fits(self, officer):
        return all(officer.words[name] in some for name, some in self.sets.items())


class Answer(Rule):
    def __init__(self, line, routes, *cells):
        super().__init__(line, *cells)
        self.routes = routes.split('|')

    def is_for(self, route):
        of_kind = route.verb + ':' + route.object
        return any(
            fnmatch.fnmatchcase(of_kind if ':' in pattern else route.title, pattern)
            for pattern in self.routes
        )


class See(Rule):
    def __init__(self, line, classes, *cells):
        super().__init__(line, *cells)
        self.classes = golden.word_set(classes, golden.words()['class'])


class Field:
    """A value that a route shows; asked for like a route."""

    def __init__(self, title, name, class_):
        self.title, self.name, self.class_ = title, name, class_


@functools.cache
def read():
    """The lines of the file by their first word."""
    found = {'officer': [], 'route': [], 'answer': [], 'field': [], 'see': []}
    with open(FILE, encoding='utf-8') as file:
        for number, line in enumerate(file, 1):
            word, *cells = line.rstrip('\n').split('\t')
            if not word or word.startswith('#'):
                continue
            if word in ('answer', 'see'):
                found[word].append({'answer': Answer, 'see': See}[word](number, *cells))
            else:
                found[word].append({'officer': Officer, 'route': Route, 'field': Field}[word](*cells))
    return found


class Case:
    """One question and the line that says what must come. With a field: what of it is seen."""

    def __init__(self, route, officer, rule, field=None):
        self.route, self.officer, self.rule, self.field = route, officer, rule, field

    def sets(self):
        """The words that the question has for sure, as a golden line has them."""
        return {
            'role': [self.officer.words['role']],
            'verb': [self.route.verb],
            'object': [self.route.object],
            'purpose': [self.officer.words['purpose']],
            'class': [self.field.class_ if self.field else 'none'],
            'label': ['TLP:RED'] if self.route.title.endswith('#red') else ['TLP:CLEAR', 'TLP:AMBER'],
            'break_glass': ['0'],
            'assurance': ['2'],
        }

    def __str__(self):
        field = ' ' + self.field.name if self.field else ''
        return '%s%s as %s (line %d)' % (self.route.title, field, self.officer.login, self.rule.line)


def first(rules, officer, what):
    for rule in rules:
        if rule.fits(officer):
            rule.used = True
            return rule
    raise AssertionError('no line for %s as %s' % (what, officer.login))


@functools.cache
def cases():
    lines, made = read(), []
    for route in lines['route']:
        answers = [answer for answer in lines['answer'] if answer.is_for(route)]
        fields = [field for field in lines['field'] if field.title == route.title]
        for officer in lines['officer']:
            made.append(Case(route, officer, first(answers, officer, route.title)))
            if made[-1].rule.answer == 'may':
                for field in fields:
                    see = [rule for rule in lines['see'] if field.class_ in rule.classes]
                    made.append(Case(route, officer, first(see, officer, field.name), field))
    return made


def said(status, body, action):
    """A word of the file for an answer."""
    if status == 200 and not action or status in (409, 422) and action:
        return 'may'
    if status == 404:
        return 'hide'
    if status == 403 and body['name'] == 'ERR_HINT':
        return 'hint'
    reason = re.fullmatch(r'reason: (\w+)', body.get('detail', ''))
    if status == 403 and body['name'] == 'ERR_DENIED' and reason:
        return 'deny:' + reason.group(1)
    return '%d %s' % (status, body)


def seen(value):
    """The same for a value of a record; None: it is not there."""
    if value is None:
        return 'hide'
    if isinstance(value, dict) and value.get('state') == 'masked':
        return 'mask:' + value['reason']
    return 'shown'


class Live:
    def __init__(self, asker):
        self.asker, self.ids = asker, dict(asker.server.ids)
        self.kinds = {name: kind for kind, name in asker.server.ask('declarations')}
        document = json.loads(asker.server.request('GET', '/api/v1/openapi.json').body)
        self.declared = {
            op['operationId']: op for item in document['paths'].values() for op in item.values()
        }
        self.posts = {name for name, op in self.declared.items() if 'requestBody' in op}
        self.ids['m_clock'] = self.clock()

    def clock(self):
        """She is named in no other case."""
        _, got = self.asker.json('GET', '/api/v1/clock/list', 'owner-intake-named')
        return got['items'][0]['id']

    def inputs(self, route, officer):
        fill = {**self.ids, 'self': self.ids.get('self.' + officer.login, self.ids['m_account'])}
        return [(n, re.sub(r'\{(\w+)\}', lambda m: fill[m.group(1)], v)) for n, v in route.inputs]

    def ask(self, route, officer):
        path, inputs = '/api/v1/' + route.name.replace('.', '/'), self.inputs(route, officer)
        if route.name not in self.posts:
            return self.asker.json('GET', path + '?' + urllib.parse.urlencode(inputs), officer.login)
        body = dict(inputs)
        if self.kinds[route.name] == 'action':
            body['not_declared'] = 'x'  # what is allowed stops here: nothing is changed
        return self.asker.json('POST', path, officer.login, body)

    def check(self, case):
        """None, or what came instead."""
        status, body = self.ask(case.route, case.officer)
        found = said(status, body, self.kinds[case.route.name] == 'action')
        if case.field and found == 'may':
            found = seen(body['values'].get(case.field.name))
        return None if found == case.rule.answer else found


def flipped_is_seen(live, change, chance, most=900):
    """Does a case over HTTP answer otherwise than it says? Asks the cases that the change may matter to, or
    some of them."""
    asked = [case for case in cases() if golden.touched(change, case.sets())]
    chance.shuffle(asked)
    for start in range(0, min(len(asked), most), 60):
        if live.asker.each(live.check, asked[start : start + 60]):
            return True
    return False
