# SPDX-License-Identifier: Apache-2.0
"""A store that is not synthetic: the first administrators, a password that opens little, a code that opens
more, a form that is sent on; and passkeys with the virtual authenticator of a browser."""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import time
import urllib.request

import pytest
from served import ROOT, Server

PASSWORD = 'an officer of 2026, made up'
CHROMIUM, DRIVER = shutil.which('chromium'), shutil.which('chromedriver')


def program():
    if 'AKARI_BUILD' not in os.environ:
        pytest.skip('AKARI_BUILD names no build folder')
    path = pathlib.Path(os.environ['AKARI_BUILD']) / 'src/cli/akari'
    if not path.exists():
        pytest.skip('the program is not built')
    return path


def akari(*args, text=None):
    env = {**os.environ, 'AKARI_PASSPHRASE': 'made up for a test'}
    return subprocess.run([program(), *args], input=text, capture_output=True, text=True, env=env)


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


class Real(Server):
    """The program itself on a store of its own; asked as the server of the other tests is."""

    def __init__(self, data, port):
        env = {**os.environ, 'AKARI_PASSPHRASE': 'made up for a test'}
        command = [program(), 'serve', '--data', data, '--listen', '127.0.0.1:%d' % port]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
        assert self.process.stdout.readline().startswith('http://')
        self.port, self.tokens, self.form_tokens = port, {}, {}

    def stop(self):
        self.process.terminate()
        assert self.process.wait(30) == 0


@pytest.fixture(scope='module')
def real(tmp_path_factory):
    data, port = tmp_path_factory.mktemp('second') / 'data', free_port()
    made = akari('init', '--pack', os.path.join(ROOT, 'pack/japan'), '--data', data)
    assert made.returncode == 0, made.stderr
    codes = {}
    for n in (1, 2, 3):
        given = {'login': 'made-up-%d' % n, 'name': 'Made Up', 'password': PASSWORD}
        given['staff_number'] = 'SYN-%d' % n
        done = akari('account', 'first', '--data', data, '--input', '-', text=json.dumps(given))
        assert done.returncode == (0 if n < 3 else 65), done.stderr  # a third one is for the two to make
        codes[n] = json.loads(done.stdout)['enrolment'] if n < 3 else ''
    with open(data / 'akari.conf', 'a', encoding='utf-8') as file:
        file.write('origin = http://localhost:%d\n' % port)
    again = akari('account', 'enrol', '--data', data, '--input', '-', text='{"login": "made-up-2"}')
    assert again.returncode == 0 and json.loads(again.stdout)['enrolment'] != codes[2], again.stderr
    codes[2] = json.loads(again.stdout)['enrolment']  # the newest counts
    for wrong in ('{"login": "nobody"}', '{"login": "made-up-1", "password": "x"}', '{}'):
        assert akari('account', 'enrol', '--data', data, '--input', '-', text=wrong).returncode != 0
    server = Real(data, port)
    server.codes = codes
    yield server
    server.stop()


def code(secret, shift=0):
    step = struct.pack('>Q', int(time.time()) // 30 + shift)
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    at = digest[-1] & 15
    return '%06d' % ((struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6)


class Officer:
    def __init__(self, server, login):
        self.server, self.cookie = server, None
        self.landed = self.post('/sign-in', login=login, password=PASSWORD).header('Location')

    def keep(self, answer):
        found = re.match(r'akari-session=([^;]+);', answer.header('Set-Cookie') or '')
        self.cookie = found.group(1) if found else self.cookie
        return answer

    def get(self, path):
        return self.server.request('GET', path, {'Cookie': 'akari-session=' + self.cookie})

    def post(self, path, **fields):
        headers = {'Cookie': 'akari-session=' + self.cookie} if self.cookie else {}
        return self.keep(self.server.form(path, list(fields.items()), headers))

    def send(self, path, **fields):
        page = self.get('/account').text
        fields['_token'] = re.search(r'name="_token" value="([^"]+)"', page).group(1)
        return self.post(path, **fields)


@pytest.fixture(scope='module')
def enrolled(real):
    """An administrator with one-time codes; the code of the enrolment is the one of the step before."""
    officer = Officer(real, 'made-up-1')
    secret = re.search(r'name="secret" value="([A-Z2-7]+)"', officer.get('/account/codes').text).group(1)
    page = officer.get('/account/codes').text
    assert 'name="enrolment"' in page
    for wrong in ('', real.codes[2], 'abcd-efgh-ijkm'):  # a password alone sets up nothing
        refused = officer.send('/account/codes', secret=secret, code=code(secret, -1), enrolment=wrong)
        assert refused.status == 401 and 'role="alert"' in refused.text, refused.text
        assert not wrong or wrong not in refused.text
    done = officer.send('/account/codes', secret=secret, code=code(secret, -1), enrolment=real.codes[1])
    assert done.status == 303, done.text
    return officer, secret


def hidden(page):
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def test_a_password_alone_says_so_and_leads_to_the_second_factor(real):
    officer = Officer(real, 'made-up-2')
    assert officer.landed.startswith('/verify')
    page = officer.get('/admin').text
    assert 'href="/verify"' in page[: page.index('<main')]
    assert 'href="/account"' in officer.get('/verify').text  # none yet: where to set one up
    listed = officer.get('/admin/accounts').text
    assert 'Made Up' not in listed[listed.index('<main') :]


def test_a_form_that_needs_more_is_sent_on_with_all_that_was_typed(real, enrolled):
    officer, secret = enrolled
    other = Officer(real, 'made-up-2')
    target = re.search(r'set_password\?id=([0-9a-f]{32})', other.get('/account').text).group(1)
    asked = officer.send('/do/account.end_sessions', id=target)
    assert asked.status == 403 and asked.text.count('<h1') == 1
    kept = hidden(asked.text)
    assert kept['_onward'] == '/do/account.end_sessions' and kept['~id'] == target and '~_token' not in kept
    wrong = officer.post('/verify', **{**kept, 'code': '000000'})
    assert wrong.status == 401 and hidden(wrong.text)['~id'] == target
    before = officer.cookie
    done = officer.post('/verify', **{**hidden(wrong.text), 'code': code(secret)})
    assert done.status == 303 and done.header('Location') == '/admin/accounts', done.text
    assert officer.cookie != before  # a stronger session has another token
    assert other.get('/account').status == 303  # it was done: signed out everywhere
    assert real.request('GET', '/account', {'Cookie': 'akari-session=' + before}).status == 303
    again = Officer(real, 'made-up-1')
    replayed = again.send('/verify', code=code(secret))
    assert replayed.status == 401  # the same code, seconds later
    assert 'Made Up' in officer.get('/admin/accounts').text


def test_what_is_typed_unseen_is_not_written_into_a_page(real, enrolled):
    officer, _ = enrolled
    weak = Officer(real, 'made-up-1')
    target = re.search(r'set_password\?id=([0-9a-f]{32})', officer.get('/account').text).group(1)
    asked = weak.send('/do/account.reset_password', id=target, password='a secret that was typed')
    assert asked.status == 403 and hidden(asked.text)['~id'] == target
    assert 'a secret that was typed' not in asked.text


def test_nothing_leads_to_another_site(real, enrolled):
    officer, _ = enrolled
    for to in ('//evil.example', 'https://evil.example', '/\\evil.example', '/verify?to=/x', '/a%0d%0aB: c'):
        page = officer.get('/verify?to=' + urllib.request.quote(to)).text
        assert 'name="to" value="/today"' in page, to
    answer = officer.send('/verify', code='x', _onward='https://evil.example/')
    assert answer.status == 401 and answer.header('Location') is None


def sessions(server, token, account):
    answer = server.request(
        'GET', '/api/v1/session/list?id=' + account, {'Authorization': 'Bearer ' + token}
    )
    return answer.status, json.loads(answer.body).get('items')


def test_a_program_that_is_raised_goes_on_under_a_new_token(real, enrolled):
    officer, secret = enrolled
    other, mine = Officer(real, 'made-up-1'), Officer(real, 'made-up-1')
    account = re.search(r'set_password\?id=([0-9a-f]{32})', officer.get('/account').text).group(1)
    status, before = sessions(real, mine.cookie, account)
    assert status == 200 and len(before) >= 3
    newest = sorted(before, key=lambda s: s['opened'])
    ids = {'mine': newest[-1]['id'], 'other': newest[-2]['id']}

    def ask(whose, digits):
        headers = {'Authorization': 'Bearer ' + mine.cookie, 'Content-Type': 'application/json'}
        body = json.dumps({'id': ids[whose], 'code': digits}).encode()
        return real.request('POST', '/api/v1/session/raise', headers, body)

    # of another session of hers the token cannot be renewed here: whoever holds it would hold a stronger one
    assert ask('other', code(secret, 1)).status == 404
    wrong = ask('mine', '000000')
    assert wrong.status == 401 and b'token' not in wrong.body
    assert sessions(real, mine.cookie, account)[0] == 200  # nothing was proved: nothing has ended
    raised = ask('mine', code(secret, 1))
    assert raised.status == 200, raised.text
    token = json.loads(raised.body)['token']
    assert token != mine.cookie and raised.header('Set-Cookie') is None
    assert sessions(real, mine.cookie, account)[0] == 401  # what was seen of the old one opens nothing
    status, after = sessions(real, token, account)
    assert status == 200 and ids['mine'] not in [s['id'] for s in after]
    assert [s['assurance'] for s in after if s['id'] == ids['other']] == [1]
    fresh = [s for s in after if s['id'] not in [b['id'] for b in before]]
    assert [s['assurance'] for s in fresh] == [2]
    assert token not in json.dumps(after)
    assert other.get('/account').status == 200


# ---- passkeys, in a browser ---------------------------------------------------------------


class Browser:
    def __init__(self):
        self.port = free_port()
        self.driver = subprocess.Popen([DRIVER, '--port=%d' % self.port], stdout=subprocess.DEVNULL)
        for _ in range(100):
            try:
                self.ask('GET', '/status')
                break
            except OSError:
                time.sleep(0.1)
        options = {'binary': CHROMIUM, 'args': ['--headless=new', '--no-sandbox', '--disable-gpu']}
        wish = {'alwaysMatch': {'browserName': 'chrome', 'goog:chromeOptions': options}}
        self.session = '/session/' + self.ask('POST', '/session', {'capabilities': wish})['sessionId']

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            'http://127.0.0.1:%d%s' % (self.port, path),
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={'Content-Type': 'application/json'},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)['value']

    def go(self, url):
        self.ask('POST', self.session + '/url', {'url': url})

    def element(self, css):
        wish = {'using': 'css selector', 'value': css}
        return list(self.ask('POST', self.session + '/element', wish).values())[0]

    def click(self, css):
        self.ask('POST', '%s/element/%s/click' % (self.session, self.element(css)), {})

    def type(self, css, text):
        self.ask('POST', '%s/element/%s/value' % (self.session, self.element(css)), {'text': text})

    def text(self):
        return self.ask('GET', self.session + '/source')

    def wait(self, words):
        for _ in range(100):
            if words in self.text():
                return
            time.sleep(0.1)
        raise AssertionError(words + ' did not come: ' + self.text()[:3000])

    def stop(self):
        self.ask('DELETE', self.session)
        self.driver.terminate()
        self.driver.wait(10)


@pytest.fixture
def browser():
    if not CHROMIUM or not DRIVER:
        pytest.skip('chromium or chromedriver is not installed')
    made = Browser()
    yield made
    made.stop()


def test_a_passkey_in_a_browser(real, browser):
    site = 'http://localhost:%d' % real.port
    key = {
        'protocol': 'ctap2',
        'transport': 'internal',
        'hasResidentKey': True,
        'hasUserVerification': True,
        'isUserVerified': True,
        'isUserConsenting': True,
    }
    authenticator = browser.ask('POST', browser.session + '/webauthn/authenticator', key)

    def sign_in():
        browser.go(site + '/sign-in?lang=en')
        browser.type('#login', 'made-up-2')
        browser.type('#password', PASSWORD)
        browser.click('main button')

    sign_in()
    browser.wait('Set up a second factor')
    browser.go(site + '/account/passkey')
    browser.type('#enrolment', real.codes[2])
    browser.click('form[data-passkey] button')
    browser.wait('Last seen')
    assert 'Passkey' in browser.text()
    browser.go(site + '/account')
    browser.ask('DELETE', browser.session + '/cookie')
    sign_in()
    browser.wait('Use a passkey')
    browser.click('form[data-passkey] button')
    for _ in range(50):
        browser.go(site + '/account')
        if 'Level 3 of 3' in browser.text():
            break
        time.sleep(0.1)
    assert 'Level 3 of 3' in browser.text()
    # a key that does not verify its holder is refused by the browser or by the server, never taken
    browser.ask('DELETE', browser.session + '/cookie')
    verified = '%s/webauthn/authenticator/%s/uv' % (browser.session, authenticator)
    browser.ask('POST', verified, {'isUserVerified': False})
    sign_in()
    browser.wait('Use a passkey')
    browser.click('form[data-passkey] button')
    time.sleep(1)
    browser.go(site + '/account')
    assert 'Level 1 of 3' in browser.text()
