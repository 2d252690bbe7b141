#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""officers - officers at their screens, over HTTP, as people browse: a page, a moment of reading, the next.

    officers URL ACCOUNTS CASES --seconds N --officers 20

ACCOUNTS is demo-accounts.txt of a synthetic store, CASES a file of case ids. Prints how many pages of each
kind there were and how long the server took, then the sums. Exit status 1 when a page failed. What people
type goes by POST, as in life. --counts FILE takes a line for each kind of page: kind, TAB, how many shown.
"""
import argparse
import collections
import http.client
import random
import re
import sys
import threading
import time
import urllib.parse

HEX = re.compile('[0-9a-f]{32}')
LINK = re.compile(r'href="(/[^"#]*)"')
TOKEN = re.compile(r'name="_token" value="([^"]+)"')
WHO = ['demo-lead'] * 8 + ['demo-counsellor'] * 6 + ['demo-immigration'] * 4
WHO += ['demo-oversight', 'demo-statistics']
# Pages that this officer may not open, and cases that are hidden from her.
REFUSALS = (403, 404)
WORDS = ['nguyen', 'thi', 'グエン', 'maria', 'san', 'ソム', 'kim', 'ng', 'tran', 'silva', '田中', 'wan']


class Officer(threading.Thread):
    def __init__(self, url, account, cases, until, seed, think):
        super().__init__(daemon=True)
        self.url, self.account, self.cases, self.until = url, account, cases, until
        self.chance = random.Random(seed)
        self.think, self.http, self.cookie, self.token = think, None, '', ''
        self.took, self.failed, self.refused = collections.defaultdict(list), [], 0
        self.shown = collections.Counter()

    def ask(self, method, path, form=None):
        body = urllib.parse.urlencode(form).encode() if form else None
        headers = {'Cookie': self.cookie, 'Accept-Language': 'ja'}
        if body:
            headers['Content-Type'] = 'application/x-www-form-urlencoded'
        began = time.perf_counter()
        self.http.request(method, path, body, headers)
        answer = self.http.getresponse()
        text = answer.read().decode('utf-8', 'replace')
        return answer, text, time.perf_counter() - began

    def page(self, name, method, path, form=None):
        answer, text, took = self.ask(method, path, form)
        self.took[name].append(took)
        self.shown[name] += answer.status == 200
        if answer.status in REFUSALS:
            self.refused += 1
        elif answer.status not in (200, 303):
            self.failed.append(f'{name}: {answer.status}')
        time.sleep(self.chance.expovariate(1 / self.think))
        return text if answer.status == 200 else ''

    def sign_in(self):
        host = urllib.parse.urlsplit(self.url).netloc
        self.http = http.client.HTTPConnection(host, timeout=60)
        login, password = self.account
        answer, _, _ = self.ask('POST', '/sign-in', {'login': login, 'password': password})
        for value in answer.headers.get_all('Set-Cookie') or []:
            if value.startswith('akari-session='):
                self.cookie = value.split(';')[0]
        _, text, _ = self.ask('GET', '/inbox')
        found = TOKEN.search(text)
        self.token = found.group(1) if found else ''

    def follow(self, text, pattern, name):
        links = [link.replace('&amp;', '&') for link in LINK.findall(text)]
        links = [link for link in links if re.fullmatch(pattern, link)]
        if links:
            self.page(name, 'GET', self.chance.choice(links))

    def case_work(self):
        text = self.page('case', 'GET', '/case/' + self.chance.choice(self.cases))
        for pattern, name in (
            (r'/record/[a-z0-9_]+/[0-9a-f]{32}', 'record'),
            (r'/subject/[0-9a-f]{32}\?case=[0-9a-f]{32}', 'person or organisation'),
            (r'/case/[0-9a-f]{32}/looked', 'who looked'),
            (r'/do/[a-z_]+\.create\?.*', 'form'),
        ):
            if self.chance.random() < 0.5:
                self.follow(text, pattern, name)

    def round(self):
        dice = self.chance.random()
        if dice < 0.55:
            self.case_work()
        elif dice < 0.75 and self.token:
            word = self.chance.choice(WORDS)
            self.page('search', 'POST', '/find', {'_token': self.token, 'q': word})
        elif dice < 0.85:
            where = self.chance.choice(['/', '/?state=open', '/?shared=true'])
            text = self.page('list', 'GET', where)
            self.follow(text, r'/\?.*after=.*', 'list, next page')
        elif dice < 0.92:
            self.page('inbox', 'GET', '/inbox')
        elif dice < 0.96:
            self.page('deadlines', 'GET', '/clocks')
        else:
            self.page('plan', 'GET', '/plan')

    def run(self):
        try:
            self.sign_in()
            while time.monotonic() < self.until:
                self.round()
        except (OSError, http.client.HTTPException) as error:
            self.failed.append(f'{type(error).__name__}: {error}')


def told(name, times):
    times.sort()
    p50, p95, p99 = (1000 * times[min(len(times) - 1, int(s * len(times)))] for s in (0.5, 0.95, 0.99))
    print(
        f'  {name:24} {len(times):7}   p50 {p50:7.1f}   p95 {p95:7.1f}   p99 {p99:7.1f}   '
        f'most {1000 * times[-1]:7.1f} ms'
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('url')
    parser.add_argument('accounts')
    parser.add_argument('cases')
    parser.add_argument('--seconds', type=int, default=60)
    parser.add_argument('--officers', type=int, default=20)
    parser.add_argument('--counts', help='a file that takes how many pages of each kind were shown')
    parser.add_argument('--think', type=float, default=0.5, help='seconds of reading, on average')
    options = parser.parse_args()
    with open(options.accounts, encoding='utf-8') as file:
        accounts = dict(line.split('\t')[:2] for line in file if '\t' in line)
    with open(options.cases, encoding='utf-8') as file:
        cases = [line.strip() for line in file if HEX.fullmatch(line.strip())]
    until = time.monotonic() + options.seconds
    officers = [
        Officer(options.url, (WHO[i % len(WHO)], accounts[WHO[i % len(WHO)]]), cases, until, i, options.think)
        for i in range(options.officers)
    ]
    for officer in officers:
        officer.start()
    for officer in officers:
        officer.join()
    all_of, failed, shown = collections.defaultdict(list), collections.Counter(), collections.Counter()
    for officer in officers:
        failed.update(officer.failed)
        shown.update(officer.shown)
        for name, times in officer.took.items():
            all_of[name] += times
    for name in sorted(all_of, key=lambda n: -len(all_of[n])):
        told(name, all_of[name])
    told('every page', sum(all_of.values(), []))
    for what, count in failed.most_common(10):
        print(f'  failed {count} times: {what}')
    if options.counts:
        with open(options.counts, 'w', encoding='utf-8') as file:
            file.writelines(f'{name}\t{count}\n' for name, count in sorted(shown.items()))
    pages, refused = sum(map(len, all_of.values())), sum(o.refused for o in officers)
    print(f'{pages} pages, {refused} of them refused by the policy, {sum(failed.values())} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
