# SPDX-License-Identifier: Apache-2.0
"""flips.py N SEED - changes N entries of the policy's tables in a running server, one at a time, and looks
whether the golden cases see it over HTTP. Changes after which every question has the answer that it had are
not counted; the server finds out by asking all questions. Last line: N passed, N failed, N skipped."""
import sys

import golden


class Found:
    def __init__(self):
        self.made = self.without_effect = self.by_lines = 0
        self.missed = []


def run(server, asker, wanted, seed):
    found = Found()
    while found.made < wanted:
        what, change = golden.flip(server, seed)
        seed += 1
        by_lines = golden.flipped_is_seen(asker, change)
        if not by_lines and server.ask('effect') == [['no']]:
            found.without_effect += 1
            continue
        found.made += 1
        found.by_lines += by_lines
        if not by_lines:
            found.missed.append(what)
    server.ask('unflip')
    return found


def main(wanted, seed):
    from conftest import Server

    server = Server()
    asker = golden.Asker(server)
    found = run(server, asker, wanted, seed)
    asker.close()
    server.stop()
    for what in found.missed:
        print('missed: ' + what)
    print('%d flips that change an answer (%d more that change none)' % (found.made, found.without_effect))
    print('%d seen by golden lines over HTTP, %d missed' % (found.by_lines, len(found.missed)))
    print('%d passed, %d failed, 0 skipped' % (found.made - len(found.missed), len(found.missed)))
    return 1 if found.missed else 0


if __name__ == '__main__':
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
