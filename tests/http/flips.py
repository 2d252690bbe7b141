# SPDX-License-Identifier: Apache-2.0
"""flips.py N SEED - changes N entries of the policy's tables in a running server, one at a time, and looks
whether the golden cases see it over HTTP: the lines of policy.tsv, and the routes and officers of http.tsv.
Changes after which every question has the answer that it had are not counted; the server finds out by asking
all questions. Last line: N passed, N failed, N skipped."""
import random
import sys

import golden
import live


class Found:
    def __init__(self):
        self.made = self.without_effect = self.by_lines = self.by_cases = 0
        self.missed = []


def run(asked, wanted, seed):
    server, found = asked.asker.server, Found()
    chance = random.Random(seed)
    for officer in live.read()['officer']:
        server.token(officer.login)  # before signing in is changed, too
    server.token(golden.OFFICER)
    while found.made < wanted:
        what, change = golden.flip(server, seed)
        seed += 1
        by_lines = golden.flipped_is_seen(asked.asker, change)
        by_cases = live.flipped_is_seen(asked, change, chance)
        if not by_lines and not by_cases and server.ask('effect') == [['no']]:
            found.without_effect += 1
            continue
        found.made += 1
        found.by_lines += by_lines
        found.by_cases += by_cases
        if not by_lines and not by_cases:
            found.missed.append(what)
    server.ask('unflip')
    return found


def main(wanted, seed):
    from conftest import Server

    server = Server()
    asker = golden.Asker(server)
    asked = live.Live(asker)
    found = run(asked, wanted, seed)
    stays = asker.each(asker.golden, golden.lines()) + asker.each(asked.check, live.cases())
    asker.close()
    server.stop()
    for what in found.missed:
        print('missed: ' + what)
    print('%d flips that change an answer (%d more that change none)' % (found.made, found.without_effect))
    print('%d seen by golden lines over HTTP' % found.by_lines)
    print('%d seen by routes as officers ask them' % found.by_cases)
    print('%d missed; %d answers differ when all is as it was' % (len(found.missed), len(stays)))
    failed = len(found.missed) + len(stays)
    print('%d passed, %d failed, 0 skipped' % (found.made - len(found.missed), failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
