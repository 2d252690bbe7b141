# SPDX-License-Identifier: Apache-2.0
"""texts.py - the msgids that the program shows: from calls that translate, declarations, the register of
errors and the words of enums. `texts.py` prints those that po/ja.po does not have."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STRING = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
CALLS = [
    rf'\bpage_t\(p,\s*{STRING}\)',
    rf'\bpage_words\(p,\s*{STRING}\)',
    rf'\bPAGE_SAY\(p,\s*{STRING}',
    rf'\b(?:light|count|fact_begin)\(p,[^";]*?{STRING}[,)]',
    rf'\bofficer_select\(p,\s*"[^"]*",\s*{STRING}',
    rf'\bel_text\(p,\s*"[^"]*",\s*(?:NULL|"[^"]*"),\s*{STRING}\)',
    rf'\btag_t\(p,\s*"[^"]*",\s*{STRING}\)',
    rf'\blink_t\(p,\s*[^;]*?,\s*(?:NULL|"[^"]*"),\s*{STRING}\);',
    rf'\blayout_start\(r,\s*{STRING}',
    rf'\bprogress\(p,\s*"[^"]*",[^,]*,[^,]*,\s*{STRING}\)',
    rf'\b(?:tab|text_input|choice|choose_word)\(p,\s*"[^"]*",\s*{STRING}',
    rf'\b(?:case_)?moment\(c,\s*[^;]*?,\s*{STRING},',
    rf'\.(?:label|summary)\s*=\s*{STRING}',
    rf'\bERROR\([A-Z0-9_]+,[^"]*{STRING},\s*"',
    rf'\bERROR\([A-Z0-9_]+,[^"]*"[^"]*",\s*{STRING}\)',
    rf'\b(?:CASE|SUBJECT|CLOCK|REPORT|BATCH)_ACTION\("[^"]*",\s*{STRING}',
    r'\b(?:PASSWORD_INPUT|CASE_INPUT)\("[^"]*",\s*("[^"]*")\)',
    rf'\?\s*{STRING}\s*:\s*"',
    rf'\?\s*"(?:[^"\\]|\\.)*"\s*:\s*{STRING}',
    rf'\breturn {STRING};',
]
ARRAYS = r'\bheads\[\]\s*=\s*\{([^}]*)\}'
PAGES = r'\{"/[a-z/-]*",\s*("[^"]*"),'
ENUMS = r'X\([A-Z_]+, "([a-z_]+)"\)'
WORDS = r'_(?:words|types)\[\]\s*=\s*\{([^}]*)\}'


# Words of HTML, HTTP and classes of the style sheet that stand where a text could.
NO_TEXT = (
    set(
        """GET POST amber auto blue chart-bar chip clock count columns consent deadline div field fieldset get
    green image/svg+xml label late legend grey open done true false
    ltr more no off on post quiet red rtl shared soon state yes""".split()
    )
    | {
        '; Secure',
        ' ahead',
        'more here',
        'case.file',
        'case.print',
        'columns printed',
        'consent over',
        'm-danger',
        'm-contact',
        'contact-rule',
        'contact-rule never',
        'ask',
        'ask deciding',
        'assessment.finish',
        'assessment.review',
        'GET, HEAD',
        'GET, HEAD, POST',
        'chart-bar chart-state',
        'chip chip-inferred',
        'quiet empty',
        'count late',
        'deadline late',
        'cancelled',
        'month',
        'year',
        'programme',
        'current-password',
        'new',
        'new-password',
        'text/javascript; charset=utf-8',
        'use',
        'stopped',
        'paused',
        'text/css; charset=utf-8',
        'text/javascript; charset=utf-8',
    }
)


def unquote(text):
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', text)
    return ''.join(parts).replace('\\"', '"').replace('\\n', '\n')


def human(word):
    word = word.replace('_', ' ')
    return word[:1].upper() + word[1:]


def is_text(text):
    return bool(re.search(r'[A-Za-z]{2}', text)) and not text.startswith(
        ('/', '#', 'button', 'chart-', 'clock ', 'tag ', 'tile ', 'bar-', 'choices', 'field ')
    )


FACES = ('src/web', 'src/base', 'src/desk')
DOMAINS = (
    'src/registry',
    'src/assessment',
    'src/attachment',
    'src/core',
    'src/figures',
    'src/glass',
    'src/hold',
    'src/plan',
    'src/search',
)


def sources(folder):
    """The sources below a folder, in its subfolders, too: src/core has one for each mechanism."""
    found = [
        os.path.join(where, name)
        for where, _, names in os.walk(os.path.join(ROOT, folder))
        for name in names
        if name.endswith(('.c', '.h', '.def')) and not name.startswith('test_')
    ]
    return sorted(found)


def msgids(folders=FACES + DOMAINS):
    found = set()
    for folder in folders:
        for path in sources(folder):
            name = os.path.basename(path)
            with open(path, encoding='utf-8') as file:
                text = file.read()
            calls = (
                CALLS
                if folder == 'src/web'
                else [
                    c for c in CALLS if 'summary' in c or 'ERROR' in c or 'INPUT' in c or 'SUBJECT' in c
                ]
            )
            for pattern in calls:
                for match in re.findall(pattern, text):
                    found.add(unquote(match))
            if folder == 'src/web':
                for match in re.findall(ARRAYS, text):
                    found.update(re.findall(r'"([^"]*)"', match))
                if name == 'layout.c':
                    found.update(unquote(m) for m in re.findall(PAGES, text))
            if name == 'policy.h':
                found.update(human(w) for w in re.findall(ENUMS, text))
            if folder == 'src/desk' and name == 'rules.c':
                found.update(re.findall(r'"([A-Z][a-z ][^"]*)"', text))
            if folder in ('src/registry', 'src/core', 'src/desk'):
                for match in re.findall(WORDS, text):
                    found.update(human(w) for w in re.findall(r'"([a-z_]+)"', match))
    return {t for t in found if is_text(t)} - NO_TEXT


def translated(path=os.path.join(ROOT, 'po/ja.po')):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    entries = re.findall(rf'msgid {STRING}\s*msgstr {STRING}', text)
    return {unquote(a): unquote(b) for a, b in entries}


# Told with the label of a field, or in one sentence for what only a program can do wrong
# (src/web/form_words.c).
SAID_OTHERWISE = {
    'earlier than {n}',
    'not a code of list {n}',
    'part {n} of this file has {n} bytes',
    'this kind belongs to {n}',
    'this kind needs a case and takes {n}',
    '{n}',
}
FAULT = r'FAIL\(ERR_FIELD,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)'


def faults():
    """What the door says of one answer, with {n} for what it puts in."""
    found = set()
    for folder in FACES + DOMAINS:
        for path in sources(folder):
            with open(path, encoding='utf-8') as file:
                said = [unquote(m) for m in re.findall(FAULT, file.read())]
            named = [s.split(': ', 1)[1] for s in said if re.match(r'field \S+: ', s)]
            found.update(re.sub(r'%[.*]*(?:ll|z)?[disu]', '{n}', n) for n in named)
    return {re.sub(r'not a code of list \w+', 'not a code of its list', f) for f in found} - SAID_OTHERWISE


REFUSAL = r'FAIL\(\s*ERR_(?:STATE|CONSTRAINT|CREDENTIALS),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)'
NOT_ON_PAGES = re.compile(
    r'(figures/(generate|import|export|batch)|core/(facts|vault|jobs|door/open)|search/)'
)


def refusals():
    """Why something is not possible now, where an officer reads it; those with nothing put in."""
    found = set()
    for folder in FACES + DOMAINS:
        for path in sources(folder):
            if NOT_ON_PAGES.search(path):
                continue
            with open(path, encoding='utf-8') as file:
                found.update(unquote(m) for m in re.findall(REFUSAL, file.read()))
    return {re.sub(r'^field \S+: ', '', f) for f in found if '%' not in f}


if __name__ == '__main__':
    have = translated()
    for msgid in sorted(msgids()):
        if not have.get(msgid):
            print(repr(msgid))
    sys.exit(0)
