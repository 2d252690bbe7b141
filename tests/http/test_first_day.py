# SPDX-License-Identifier: Apache-2.0
"""The first days of a real store (not a synthetic one), as those who stand there meet them: two
administrators, a counsellor, one case that is marked as made up, a lost telephone, a power cut, a backup."""
import glob
import json
import os
import re
import signal
import subprocess

import pytest
from served import ROOT
from test_second_factor import PASSWORD, Officer, Real, akari, code, free_port, hidden, program

SAID = 'Made up for a test: three people wait beside the van every day.'
ID = '[0-9a-f]{32}'


class Locked(Real):
    """Started by somebody who has not the secret."""

    def __init__(self, data, port):
        env = {name: value for name, value in os.environ.items() if name != 'AKARI_PASSPHRASE'}
        command = [program(), 'serve', '--data', data, '--listen', '127.0.0.1:%d' % port]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
        )
        assert self.process.stdout.readline().startswith('http://'), self.process.stderr.read()
        self.port, self.tokens, self.form_tokens = port, {}, {}

    def stop(self):
        self.process.terminate()
        told = self.process.communicate(timeout=30)[1]
        assert self.process.returncode == 0, told
        return told


class Day:
    """The store, and what each has written down on paper."""

    def __init__(self, folder):
        self.data, self.port, self.codes = folder / 'data', free_port(), {}
        self.folder, self.secrets, self.server = folder, {}, None

    def open(self, kind=Real):
        self.server = kind(self.data, self.port)
        return self.server

    def first(self, login):
        given = {'login': login, 'name': 'Made Up ' + login, 'password': PASSWORD, 'staff_number': login}
        words = ('account', 'first', '--data', self.data, '--agency', 'npa', '--input', '-')
        done = akari(*words, text=json.dumps(given))
        assert done.returncode == 0, done.stderr
        self.codes[login] = json.loads(done.stdout)['enrolment']

    def enrol(self, login, shift=-1):
        officer = Officer(self.server, login)
        page = officer.get('/account/codes').text
        self.secrets[login] = re.search(r'name="secret" value="([A-Z2-7]+)"', page).group(1)
        typed = code(self.secrets[login], shift)
        done = officer.send(
            '/account/codes', secret=self.secrets[login], code=typed, enrolment=self.codes[login]
        )
        assert done.status == 303, done.text
        return officer

    def verified(self, login, shift=0):
        officer = Officer(self.server, login)
        done = officer.send('/verify', code=code(self.secrets[login], shift))
        assert done.status == 303, done.text
        return officer


def confirm(officer):
    """Everything that waits for this officer as the second person."""
    waits = set(re.findall('/do/proposal.confirm[?]id=(%s)' % ID, officer.get('/proposals').text))
    assert waits, officer.get('/proposals').text
    for one in waits:
        done = officer.send('/do/proposal.confirm', id=one)
        assert done.status == 303, done.text


def note(server, office_code):
    fields = hidden(server.request('GET', '/note').text)
    fields.update(code=office_code, danger='unknown', what=SAID)
    answer = server.form('/note', list(fields.items()))
    return answer, fields['receipt']


@pytest.fixture(scope='module')
def day(tmp_path_factory):
    made = Day(tmp_path_factory.mktemp('first'))
    done = akari('init', '--pack', os.path.join(ROOT, 'pack/japan'), '--data', made.data)
    assert done.returncode == 0, done.stderr
    assert 'akari account first' in done.stderr and 'twice: two people' in done.stderr
    made.first('chief')
    made.first('vice')
    made.open()
    yield made
    if made.server:
        made.server.stop()


def test_a_signal_to_stop_reaches_only_who_waits_for_it(day):
    """A thread that does not block it dies of it, and with it a backup or a file that is half taken in."""
    for task in glob.glob('/proc/%d/task/*/status' % day.server.process.pid):
        with open(task, encoding='utf-8') as status:
            blocked = re.search('^SigBlk:\\s*([0-9a-f]+)', status.read(), re.M).group(1)
        waits = task.split('/')[4] == str(day.server.process.pid)  # inside sigwait it is open for a moment
        assert waits or int(blocked, 16) >> (signal.SIGTERM - 1) & 1, (task, blocked)


def test_before_sign_in_nothing_says_that_it_is_for_training(day):
    for path in ('/sign-in', '/note'):
        page = day.server.request('GET', path + '?lang=x-rtl', {'Accept-Language': 'en'}).text
        assert 'dir="ltr"' in page and 'Nobody here is a real person' not in page


@pytest.fixture(scope='module')
def chiefs(day):
    day.enrol('chief')
    day.enrol('vice')
    return day.verified('chief'), day.verified('vice')


def account_id(officer, name):
    listed = officer.get('/admin/accounts?agency=npa').text
    return re.search('href="/admin/account/(%s)"><bdi>%s<' % (ID, name), listed).group(1)


def give_code(day, chiefs, login):
    """An enrolment code is shown to who asks, and counts when the other one has confirmed it."""
    one, other = chiefs
    of = account_id(one, 'Made Up ' + login)
    page = one.send('/admin/account/' + of)
    assert page.status == 200 and '/proposals' in page.text, page.text
    day.codes[login] = re.search('<code class="secret"[^>]*>([a-z0-9-]{14})<', page.text).group(1)
    confirm(other)
    return of


@pytest.fixture(scope='module')
def counsellor(day, chiefs):
    one, other = chiefs
    asked = one.send(
        '/do/account.create',
        login='counsel',
        staff_number='counsel',
        name='Made Up counsel',
        password=PASSWORD,
        agency='npa',
        role='case_lead',
        purpose='protection',
    )
    assert asked.status == 303, asked.text
    assert Officer(day.server, 'counsel').cookie is None  # one alone makes nobody
    confirm(other)
    give_code(day, chiefs, 'counsel')
    day.enrol('counsel')
    return day.verified('counsel')


def test_two_people_make_the_first_officer_and_put_her_on_the_roster(day, chiefs, counsellor):
    one, _ = chiefs
    planned = one.send(
        '/do/roster.add', id=account_id(one, 'Made Up counsel'), role='case_lead'
    )
    assert planned.status == 303, planned.text
    page = counsellor.get('/today').text
    assert '<h1' in page and 'Signed in by password alone' not in page


def test_one_case_that_is_made_up_is_marked(day, counsellor):
    opened = counsellor.send('/do/case.open', synthetic='true')
    assert opened.status == 303, opened.text
    page = counsellor.get(opened.header('Location').partition('?')[0]).text
    assert 'notice-synthetic' in page
    assert 'notice-synthetic' not in counsellor.get('/today').text  # the store is a real one


def test_a_lost_telephone_takes_two_people_and_a_new_code(day, chiefs, counsellor):
    one, other = chiefs
    of = account_id(one, 'Made Up counsel')
    asked = one.send('/do/account.reset_factors', id=of)
    assert asked.status == 303, asked.text
    assert counsellor.get('/today').status == 200  # asked for by one: nothing has changed
    confirm(other)
    weak = Officer(day.server, 'counsel')
    refused = weak.send('/verify', code=code(day.secrets['counsel'], 1))
    assert refused.status == 401, refused.text  # the lost telephone opens nothing
    give_code(day, chiefs, 'counsel')
    again = day.enrol('counsel')
    assert again.get('/account').status == 200
    assert day.verified('counsel').get('/today').status == 200


def office_code(officer):
    page = officer.send('/office-codes', agency='airlines', counter='Gate, made up')
    assert page.status == 200, page.text
    return re.search('<code[^>]*>(?:<bdi[^>]*>)?([A-Za-z0-9-]{8,})<', page.text).group(1)


def test_after_a_power_cut_counters_are_heard_and_nobody_else_gets_in(day, chiefs):
    given = office_code(chiefs[0])
    day.server.stop()
    shut = day.open(Locked)
    for path in ('/sign-in', '/sign-in?to=/today'):
        page = shut.request('GET', path)
        assert page.status == 503 and page.header('Retry-After')
        assert 'href="/note"' in page.text and 'name="password"' not in page.text
        assert 'AKARI_PASSPHRASE' not in page.text and '--key-file' not in page.text
    said = shut.form('/sign-in', [('login', 'chief'), ('password', PASSWORD)])
    assert said.status == 503 and said.header('Set-Cookie') is None
    assert shut.request('GET', '/healthz').status == 200
    inside = chiefs[0].get('/admin/accounts')  # a session from before the cut
    assert inside.status in (303, 503) and 'Made Up' not in inside.text
    sent, receipt = note(shut, given)
    assert sent.status == 200 and receipt in sent.text.replace('\u2060', ''), sent.text
    assert shut.form('/note/receipt', [('receipt', receipt)]).status == 200
    wrong = note(shut, 'ABCD-EFGH-JKLM')[0]
    assert wrong.status == 401 and SAID in wrong.text  # what was typed is kept
    told = shut.stop()
    day.server = None
    assert 'keys stay closed' in told and 'AKARI_PASSPHRASE' in told and SAID not in told
    opened = day.open()
    assert opened.request('GET', '/sign-in').status == 200
    assert opened.form('/note/receipt', [('receipt', receipt)]).status == 200


def test_a_wrong_secret_does_not_start_locked(day):
    day.server.stop()
    day.server = None
    env = {**os.environ, 'AKARI_PASSPHRASE': 'not the one'}
    done = subprocess.run(
        [program(), 'serve', '--data', day.data, '--listen', '127.0.0.1:%d' % day.port],
        capture_output=True,
        text=True,
        env=env,
        timeout=60,
    )
    assert done.returncode == 77 and 'not the one' not in done.stderr
    day.open()


def test_a_backup_is_restored_and_a_witness_agrees(day):
    day.server.stop()
    day.server = None
    keys, out, new = day.folder / 'keys', day.folder / 'out', day.folder / 'restored'
    witness = ['--keys', day.folder / 'witness.key', '--name', 'isa.example/witness']
    signed = day.folder / 'note.txt'
    assert akari('audit', 'witness', '--data', day.data, *witness, '--out', signed).returncode == 0
    for folder in (keys, out):
        folder.mkdir()
    made = akari('backup', 'make', '--data', day.data, '--out', out, '--keys', keys)
    assert made.returncode == 0, made.stderr
    (data_file,), (key_file,) = sorted(out.iterdir()), sorted(keys.iterdir())
    pack = os.path.join(ROOT, 'pack/japan')
    back = akari('backup', 'restore', data_file, '--keys', key_file, '--data', new, '--pack', pack)
    assert back.returncode == 0, back.stderr
    verified = akari('audit', 'verify', '--data', new, '--witness', signed)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    day.data = new
    day.open()
    assert Officer(day.server, 'chief').landed.startswith('/verify')  # as she left it


def test_what_a_witness_signed_is_kept_and_shown(day):
    """It proves what the log was on that day: it is shown with its answer, and a broken one is not kept."""
    chief, witness = day.verified('chief', 1), 'isa.example/witness'
    assert witness not in chief.get('/admin/trail').text
    signed = (day.folder / 'note.txt').read_text(encoding='utf-8')
    for wrong in (signed.split('\u2014 ' + witness)[0], signed[:-10], 'Made up words', ''):
        assert chief.send('/do/trail.witness', note=wrong).status in (400, 422)
    assert witness not in chief.get('/admin/trail').text
    assert chief.send('/do/trail.witness', note=signed).status == 303
    page = chief.get('/admin/trail').text
    row = next(r for r in page.split('<tr>') if witness in r)
    assert 'red' not in row and 'green' in row, 'it agrees'
    assert signed.split('\n')[1] in row.replace(',', '')
    assert chief.send('/do/trail.witness', note=signed).status == 303
    assert chief.get('/admin/trail').text.count(witness) == page.count(witness), 'it is kept once'


def test_pages_of_a_note_are_not_kept_and_do_not_stay(day):
    for path in ('/note', '/note/receipt', '/note/leave'):
        page = day.server.request('GET', path)
        assert page.status == 200 and page.header('Cache-Control') == 'no-store'
        title = re.search('<title>(.*?)</title>', page.text).group(1)
        assert not re.search('[Ss]uspicio|traffick|receipt', title), title
        if path != '/note/leave':
            assert 'href="/note/leave"' in page.text and page.header('Refresh') is None
    left = day.server.request('GET', '/note/leave')
    assert left.header('Clear-Site-Data') == '"cache"'
    assert not re.search('Akari|note|traffick', left.text.split('<body', 1)[1])
