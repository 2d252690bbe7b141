# SPDX-License-Identifier: Apache-2.0
"""Forms with files and sessions: over a restart of the program, after the session ended, and while it ends.
Harm it prevents: a photograph that an officer could only take once is refused and lost; and somebody whose
session was closed goes on sending."""
import os
import re
import socket
import time

import pytest
from served import ROOT
from test_attachments import multipart
from test_second_factor import Real, akari, free_port

KIND = re.compile(r'href="/attachment/([0-9a-f]{32})"')


class Store:
    """A synthetic store whose server is started and stopped."""

    def __init__(self, folder):
        self.data, self.port, self.server = folder / 'data', free_port(), None
        made = akari('init', '--synthetic', '--pack', os.path.join(ROOT, 'pack/japan'), '--data', self.data)
        assert made.returncode == 0, made.stderr
        filled = akari('demo', 'fill', '--data', self.data, '--n', '3', '--seed', '1')
        assert filled.returncode == 0, filled.stderr
        accounts = (self.data / 'demo-accounts.txt').read_text(encoding='utf-8')
        self.password = re.search(r'^demo-lead\s+(\S+)', accounts, re.M).group(1)

    def start(self):
        if self.server:
            self.server.stop()
        self.server = Real(self.data, self.port)

    def sign_in(self):
        form = [('login', 'demo-lead'), ('password', self.password)]
        said = self.server.form('/sign-in', form)
        assert said.status == 303, said.text
        return Officer(self.server, re.match('[^;]+', said.header('Set-Cookie')).group())


class Officer:
    def __init__(self, server, cookie):
        self.server, self.headers = server, {'Accept-Language': 'en', 'Cookie': cookie}
        self.token = re.search(r'name="_token" value="([^"]+)"', self.get('/find').text).group(1)

    def get(self, path):
        return self.server.request('GET', path, self.headers)

    def case(self):
        made = self.server.form('/do/case.open', [('_token', self.token), ('synthetic', 'yes')], self.headers)
        assert made.status == 303, made.text
        return re.search('/case/([0-9a-f]{32})', made.header('Location')).group(1)

    def whole(self, files):
        fields = {'class': 'identity', 'declared': 'not_sexual', '_token': self.token}
        return multipart(fields, files)

    def send(self, server, case, files):
        kind, body = self.whole(files)
        return server.request('POST', '/attach/' + case, {**self.headers, 'Content-Type': kind}, body)

    def files(self, case):
        return set(KIND.findall(self.get('/case/' + case).text))

    def sign_out(self):
        done = self.server.form('/sign-out', [('_token', self.token)], self.headers)
        assert done.status == 303, done.text


@pytest.fixture(scope='module')
def store(tmp_path_factory):
    made = Store(tmp_path_factory.mktemp('restart'))
    made.start()
    yield made
    made.server.stop()


def test_the_first_form_after_a_restart_is_taken(store):
    """Nothing of a session is known from memory alone: the form comes before any page was asked for."""
    officer = store.sign_in()
    case = officer.case()
    store.start()
    sent = officer.send(store.server, case, [('a.bin', os.urandom(700000))])
    assert sent.status == 303, sent.text
    officer.server = store.server
    assert len(officer.files(case)) == 1


def test_after_the_session_ended_the_form_is_refused_and_sent_again_it_is_taken(store):
    officer = store.sign_in()
    case = officer.case()
    officer.sign_out()
    for _ in range(2):  # over a restart, too
        refused = officer.send(store.server, case, [('a.bin', os.urandom(700000))])
        assert refused.status == 401 and refused.body == b''
        store.start()
    again = store.sign_in()
    assert again.files(case) == set()
    assert again.send(store.server, case, [('a.bin', b'synthetic')]).status == 303
    assert len(again.files(case)) == 1


def test_a_session_that_ends_while_a_file_comes_stores_nothing(store):
    """An account is closed, or an officer signs out at another desk: what is on its way is not taken."""
    officer = store.sign_in()
    case = officer.case()
    kind, body = officer.whole([('first.bin', os.urandom(2 << 20))])
    head = 'POST /attach/%s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n'
    head += 'Cookie: %s\r\n\r\n'
    with socket.create_connection(('127.0.0.1', store.port), timeout=20) as wire:
        wire.sendall((head % (case, kind, len(body), officer.headers['Cookie'])).encode())
        wire.sendall(body[: len(body) // 2])
        time.sleep(0.5)  # the first parts are in the store
        officer.sign_out()
        try:
            wire.sendall(body[len(body) // 2 :])
            said = wire.recv(65536)
        except (BrokenPipeError, ConnectionResetError):
            said = b''
    assert not said or int(said.split()[1]) in (401, 403), said
    assert store.sign_in().files(case) == set()
