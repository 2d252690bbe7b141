# SPDX-License-Identifier: Apache-2.0
"""Every text of the pages, of the register of errors and of the declarations of the domains has a
translation, with the same placeholders."""
import os
import re

import texts


def test_nothing_is_missing():
    have = texts.translated()
    assert sorted(m for m in texts.msgids(texts.FACES) if not have.get(m)) == []
    assert sorted(m for m in texts.msgids(texts.DOMAINS) if not have.get(m)) == []


def test_placeholders_are_kept():
    for msgid, msgstr in texts.translated().items():
        assert sorted(re.findall(r'\{\w+\}', msgid)) == sorted(re.findall(r'\{\w+\}', msgstr)), msgid


def test_subfolders_are_looked_at():
    below = {path.rsplit('/', 2)[1] for path in texts.sources('src/core')}
    assert {'core', 'record', 'account', 'door'} <= below


def test_what_is_wrong_with_an_answer_is_said_in_the_language_of_the_page():
    have, said = texts.translated(), texts.faults()
    assert len(said) > 60 and 'required' in said
    assert sorted(f for f in said if not have.get(f)) == []


def test_why_not_now_is_said_in_the_language_of_the_page():
    """Else she reads "see the details" over no details."""
    have, said = texts.translated(), texts.refusals()
    assert len(said) > 50 and 'the report is no longer open' in said
    assert sorted(f for f in said if not have.get(f)) == []


def test_no_text_stands_twice():
    """The program's own reader refuses such a file as a whole: every page would be in English."""
    for path in ('po/ja.po', 'pack/japan/texts/ja.po'):
        with open(os.path.join(texts.ROOT, path), encoding='utf-8') as file:
            ids = re.findall(r'^msgid (".+(?:\n".*")*)', file.read(), re.M)
        assert sorted({m for m in ids if ids.count(m) > 1}) == [], path
