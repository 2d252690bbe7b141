# SPDX-License-Identifier: Apache-2.0
"""The golden cases of the policy, asked over HTTP: a line of tests/golden/policy.tsv is one question to the
view policy.explain, which must give the line's answer to every combination of its words."""
import concurrent.futures
import functools
import http.client
import json
import os
import threading
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
OFFICER = 'npa-admin'


@functools.cache
def words():
    """The words of each input in the order of their numbers, from docs/policy.md."""
    with open(os.path.join(ROOT, 'docs/policy.md'), encoding='utf-8') as file:
        table = file.read().split('<!-- table: enums -->')[1].split('\n\n')[0]
    of = {}
    for line in table.strip().split('\n')[2:]:
        name, cell = (part.strip() for part in line.strip('|').split('|'))
        of[name] = cell.split()
    return {
        'role': of['role'],
        'verb': of['verb'],
        'object': of['object'],
        'relation': of['relation'],
        'need_to_know': ['0', '1'],
        'purpose': of['purpose'],
        'basis': of['basis'],
        'class': of['class'],
        'label': of['label'],
        'break_glass': ['0', '1'],
        'assurance': ['', '1', '2', '3'],  # the number is the word
    }


def word_set(cell, known):
    """A cell of a golden file: one word, `a|b`, `*`, or `!a|b` for all but these."""
    known = [w for w in known if w]
    if cell == '*':
        return known
    named = cell.lstrip('!').split('|')
    assert set(named) <= set(known), cell
    return [w for w in known if (w in named) != cell.startswith('!')]


class Line:
    def __init__(self, number, text):
        cells = text.rstrip('\n').split('\t')
        self.number = number
        self.sets = {
            name: word_set(cell, known) for (name, known), cell in zip(words().items(), cells[:11])
        }
        self.verdict, self.reason, obligations, self.why = cells[11:]
        self.obligations = obligations.split('+')
        self.query = urllib.parse.urlencode([(n, w) for n, some in self.sets.items() for w in some])

    def questions(self):
        n = 1
        for some in self.sets.values():
            n *= len(some)
        return n

    def expected(self):
        n = self.questions()
        group = {
            'verdict': self.verdict,
            'reason': self.reason,
            'obligations': self.obligations,
            'questions': n,
            'where': [{}],
        }
        return {'questions': n, 'answers': [group]}


@functools.cache
def lines():
    with open(os.path.join(ROOT, 'tests/golden/policy.tsv'), encoding='utf-8') as file:
        return [
            Line(number, text)
            for number, text in enumerate(file, 1)
            if text.strip() and not text.startswith('#')
        ]


class Asker:
    """Asks many things side by side, each thread on a connection that it keeps."""

    def __init__(self, server, threads=6):
        self.server, self.local = server, threading.local()
        self.pool = concurrent.futures.ThreadPoolExecutor(threads)

    def json(self, method, path, login, body=None):
        headers = {'Authorization': 'Bearer ' + self.server.token(login)}
        if body is not None:
            headers['Content-Type'] = 'application/json'
            body = json.dumps(body).encode()
        for last in (False, True):  # a kept connection may have been closed meanwhile
            if not hasattr(self.local, 'client'):
                self.local.client = http.client.HTTPConnection('127.0.0.1', self.server.port, timeout=60)
            try:
                self.local.client.request(method, path, body, headers)
                got = self.local.client.getresponse()
                return got.status, json.loads(got.read())
            except (http.client.HTTPException, OSError):
                del self.local.client
                if last:
                    raise
        return None

    def each(self, call, items):
        """(item, what call gave) for each; call gives None where all is as it should be."""
        items = list(items)
        return [(i, found) for i, found in zip(items, self.pool.map(call, items)) if found]

    def golden(self, line):
        status, got = self.json('GET', '/api/v1/policy/explain?' + line.query, OFFICER)
        if status == 200 and got == line.expected():
            return None
        return status, got

    def close(self):
        self.pool.shutdown()


def touched(change, sets):
    """May this flip change an answer to one of these questions?"""
    return all(set(sets[name]) & change[name] for name in sets)


def flip(server, seed):
    """One entry of the tables changes: (what, the words of each input that it can matter to)."""
    what, bits = (line[1:] for line in server.ask('flip %d' % seed))
    of = {}
    for (name, known), word in zip(words().items(), bits):
        number = int(word, 16)
        of[name] = {w for i, w in enumerate(known) if number >> i & 1}
    return ' '.join(what), of


def flipped_is_seen(asker, change):
    """Does a golden line over HTTP answer otherwise than it says?"""
    asked = [line for line in lines() if touched(change, line.sets)]
    for start in range(0, len(asked), 60):
        if asker.each(asker.golden, asked[start : start + 60]):
            return True
    return False
