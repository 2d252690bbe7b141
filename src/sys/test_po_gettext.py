# SPDX-License-Identifier: Apache-2.0
"""po.c against GNU msgfmt and Python's gettext: the same answers to the same files, and what msgfmt refuses is refused."""
import gettext
import json
import os
import subprocess

import pytest

PO_DUMP = os.environ["PO_DUMP"]
FIELDS = ["Project-Id-Version: akari", "PO-Revision-Date: 2026-01-01 00:00+0000", "Last-Translator: nobody",
          "Language-Team: none", "Language: xx", "MIME-Version: 1.0", "Content-Type: text/plain; charset=UTF-8",
          "Content-Transfer-Encoding: 8bit"]
HEADER = 'msgid ""\nmsgstr ""\n' + "".join(f'"{field}\\n"\n' for field in FIELDS)

# Rules as the gettext manual lists them, and the longest that are in use.
PLURALS = {
    "one": "nplurals=1; plural=0;",
    "germanic": "nplurals=2; plural=n != 1;",
    "french": "nplurals=2; plural=n>1;",
    "latvian": "nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2;",
    "irish": "nplurals=3; plural=n==1 ? 0 : n==2 ? 1 : 2;",
    "romanian": "nplurals=3; plural=n==1 ? 0 : (n==0 || (n%100 > 0 && n%100 < 20)) ? 1 : 2;",
    "lithuanian": "nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && (n%100<10 || n%100>=20) ? 1 : 2;",
    "russian": "nplurals=3; plural=n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;",
    "czech": "nplurals=3; plural=(n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2;",
    "polish": "nplurals=3; plural=n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2;",
    "slovenian": "nplurals=4; plural=n%100==1 ? 0 : n%100==2 ? 1 : n%100==3 || n%100==4 ? 2 : 3;",
    "arabic": "nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;",
    "welsh": "nplurals=4; plural=(n==1) ? 0 : (n==2) ? 1 : (n != 8 && n != 11) ? 2 : 3;",
    "arithmetic": "nplurals=5; plural=(n*3+7-2)/2%5;",
    "precedence": "nplurals=2; plural=!n||n==1&&n<5!=n>2;",
    "nested": "nplurals=3; plural=((((n))))>1?(n>10?2:1):0;",
}


def ours(path):
    run = subprocess.run([PO_DUMP, str(path)], capture_output=True, check=True)
    return json.loads(run.stdout)


def compiled(path):
    """The translations msgfmt makes of the file, or None when it refuses it."""
    mo = str(path) + ".mo"
    run = subprocess.run(["msgfmt", "-c", "-o", mo, str(path)], capture_output=True,
                         env={**os.environ, "LC_ALL": "C.UTF-8"})
    if run.returncode != 0:
        return None
    with open(mo, "rb") as f:
        return gettext.GNUTranslations(f)


def same(path):
    got, expected = ours(path), compiled(path)
    assert expected is not None and "refused" not in got, got.get("refused")
    assert got["entries"]
    for e in got["entries"]:
        missing = object()
        key = e["msgid"] if e["context"] is None else e["context"] + "\x04" + e["msgid"]
        catalog = expected._catalog
        plain = catalog.get(key, catalog.get((key, 0), missing))
        assert (e["text"] if e["text"] is not None else missing) == plain, key
        counts = list(range(1101)) + [1000000, 4294967295, 1000000001]
        for n, text in zip(counts, e.get("by_n", [])):
            form = catalog.get((key, expected.plural(n)), missing)
            assert (text if text is not None else missing) == form, (key, n)
    return got


@pytest.mark.parametrize("name", PLURALS)
def test_plurals(tmp_path, name):
    rule = PLURALS[name]
    forms = int(rule.split("=")[1].split(";")[0])
    po = tmp_path / "x.po"
    po.write_text(HEADER + f'"Plural-Forms: {rule}\\n"\n\nmsgid "case"\nmsgid_plural "cases"\n'
                  + "".join(f'msgstr[{i}] "form {i}"\n' for i in range(forms)))
    got = same(po)
    assert len(set(got["entries"][0]["by_n"])) > 1 or forms == 1


def test_texts(tmp_path):
    po = tmp_path / "x.po"
    po.write_text(HEADER + r'''"Plural-Forms: nplurals=2; plural=(n != 1);\n"

# note
#: a.c:1
#, c-format
msgid "plain %d"
msgstr "eben %d"

msgctxt "button"
msgid "Open"
msgstr "開く"

msgctxt ""
msgid "Open"
msgstr "empty context"

msgid "Open"
msgstr "no context"

#, fuzzy
msgid "fuzzy"
msgstr "nicht benutzt"

#~ msgid "obsolete"
#~ msgstr "nicht benutzt"

msgid "untranslated"
msgstr ""

msgid "half"
msgid_plural "halves"
msgstr[0] ""
msgstr[1] ""

msgid ""
"joined "
"text\n"
msgstr ""
"zusammen\n"

msgid "\t\"\\ \101 \x42"
msgstr "\a\b\f\v\r\\ \"ä\" \303\244"

msgid   "a"   "b"
msgstr "ab"
''')
    got = same(po)
    assert {(e["context"], e["msgid"]) for e in got["entries"]} >= {("button", "Open"), ("", "Open"), (None, "Open")}
    assert not [e for e in got["entries"] if e["msgid"] in ("fuzzy", "obsolete")]


REFUSED = {
    "no msgstr": 'msgid "a"\n',
    "twice": 'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n',
    "open string": 'msgid "a\nmsgstr "b"\n',
    "bad keyword": 'msgidx "a"\nmsgstr "b"\n',
    "bad escape": 'msgid "a\\q"\nmsgstr "b"\n',
    "plural without id": 'msgid "a"\nmsgstr[0] "b"\n',
    "plural gap": 'msgid "a"\nmsgid_plural "b"\nmsgstr[1] "c"\n',
    "too few forms": 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n',
    "msgstr first": 'msgstr "b"\n',
    "bad utf-8": 'msgid "a"\nmsgstr "\udcff"\n',
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_both(tmp_path, name):
    po = tmp_path / "x.po"
    po.write_bytes((HEADER + '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n' + REFUSED[name])
                   .encode("utf-8", "surrogateescape"))
    assert compiled(po) is None
    assert ours(po)["refused"].startswith(str(po) + ":")


@pytest.mark.parametrize("rule", ["nplurals=2; plural=n;", "nplurals=2; plural=n/0;", "nplurals=2; plural=(n;",
                                  "nplurals=2; plural=n n;", "nplurals=2;", "nplurals=2; plural=n+;"])
def test_bad_rule_refused_by_both(tmp_path, rule):
    po = tmp_path / "x.po"
    po.write_text(HEADER + f'"Plural-Forms: {rule}\\n"\n\nmsgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\n')
    assert compiled(po) is None
    assert "refused" in ours(po)
