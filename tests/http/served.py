# SPDX-License-Identifier: Apache-2.0
"""A real server on a store of its own, and a client that speaks HTTP as it is."""
import http.client
import os
import re
import subprocess
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PASSWORD = 'synthetic officers only'


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def all(self, name):
        return [v for k, v in self.headers if k.lower() == name.lower()]

    def header(self, name):
        found = self.all(name)
        return found[0] if found else None

    @property
    def text(self):
        return self.body.decode('utf-8', 'replace')


class Server:
    def __init__(self):
        program = os.path.join(os.environ['AKARI_BUILD'], 'tests/http/akari-http-server')
        self.process = subprocess.Popen(
            [program, os.path.join(ROOT, 'pack/japan')],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ids = {'unknown': '0' * 31 + '1'}
        for line in self.process.stdout:
            if line == 'ready\n':
                break
            key, value = line.split()
            self.ids[key] = value
        self.port = int(self.ids['port'])
        self.tokens, self.form_tokens = {}, {}

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(20) == 0

    def ask(self, command):
        self.process.stdin.write(command + '\n')
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line == '.\n':
                return lines
            lines.append(line.split())
        raise AssertionError('the server went away')

    def leaves(self):
        return {name: int(n) for name, n in self.ask('leaves')}

    def request(self, method, path, headers=None, body=None):
        client = http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)
        try:
            client.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                client.putheader(name, value)
            if body is not None:
                client.putheader('Content-Length', str(len(body)))
            client.endheaders()
            if body:
                try:
                    client.send(body)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # refused before all of it was read
            got = client.getresponse()
            return Answer(got.status, got.getheaders(), got.read())
        finally:
            client.close()

    def form(self, path, fields, headers=None):
        body = urllib.parse.urlencode(fields).encode()
        return self.request(
            'POST', path, {'Content-Type': 'application/x-www-form-urlencoded', **(headers or {})}, body
        )

    def token(self, login):
        if login not in self.tokens:
            answer = self.form('/sign-in', [('login', login), ('password', PASSWORD)])
            assert answer.status == 303, answer.text
            self.tokens[login] = re.match(r'akari-session=([^;]+);', answer.header('Set-Cookie')).group(
                1
            )
        return self.tokens[login]

    def cookie(self, login):
        return {'Cookie': 'akari-session=' + self.token(login)}

    def form_token(self, login):
        if login not in self.form_tokens:
            page = self.request('GET', '/find', self.cookie(login))
            self.form_tokens[login] = re.search(r'name="_token" value="([^"]+)"', page.text).group(1)
        return self.form_tokens[login]
