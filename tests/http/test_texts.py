# SPDX-License-Identifier: Apache-2.0
"""Every text of the pages and of the register of errors has a translation, with the same placeholders. One
that a domain declares and that is missing is shown in English, and told here without failing."""
import re
import warnings

import texts


def test_nothing_is_missing():
    have = texts.translated()
    assert sorted(m for m in texts.msgids(texts.FACES) if not have.get(m)) == []
    missing = sorted(m for m in texts.msgids(texts.DOMAINS) if not have.get(m))
    if missing:
        warnings.warn('po/ja.po lacks: ' + ', '.join(missing))


def test_placeholders_are_kept():
    for msgid, msgstr in texts.translated().items():
        assert sorted(re.findall(r'\{\w+\}', msgid)) == sorted(re.findall(r'\{\w+\}', msgstr)), msgid
