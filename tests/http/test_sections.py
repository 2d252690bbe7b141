# SPDX-License-Identifier: Apache-2.0
"""Long forms stand in the sections of their kind: what must be answered is open and comes first, all
that is wrong is named at the top, and nothing of it needs a script."""
import re

from test_bulk import open_cases
from test_filters import CONSULTATION
from test_pages import Page, get

PART = r'<details class="form-part" id="part-([a-z0-9_]+)"( open="")?>(.*?)</details>'


def parts_of(text):
    return {name: (bool(opened), body) for name, opened, body in re.findall(PART, text, re.S)}


def test_a_long_form_has_its_sections_and_a_way_to_each(server):
    case = open_cases(server, 1)[0]
    page = get(server, '/do/consultation.create?case=' + case)
    assert page.status == 200 and Page(page.text).faults == []
    parts = parts_of(page.text)
    assert list(parts)[:6] == ['contact', 'language', 'reach', 'account', 'suspicion', 'answer']
    way = page.text.split('class="form-way')[1].split('</nav>')[0]
    assert re.findall(r'href="#part-([a-z_]+)"', way) == list(parts)
    assert parts['contact'][0] and parts['reach'][0], 'what is needed is open'
    assert not parts['answer'][0] and not parts['suspicion'][0]
    assert re.search(r'<progress id="form-progress" max="\d+" value="0">', page.text)


def test_what_is_needed_comes_first_and_what_depends_stays_below(server):
    case = open_cases(server, 1)[0]
    text = get(server, '/do/consultation.create?case=' + case).text
    for name, (_, body) in parts_of(text).items():
        fields = re.split(r'<(?:div|fieldset) class="field(?: wrong)?"', body)[1:]
        always = ['class="optional"' not in f and 'data-when' not in f.split('>')[0] for f in fields]
        assert always == sorted(always, reverse=True), name
        names = [re.search(r' name="([a-z0-9_]+)["~]', f).group(1) for f in fields]
        for at, field in enumerate(fields):
            head = field.split('>')[0]
            for asked in re.findall(r'&quot;(?:is|not|in|given)&quot;,&quot;([a-z_]+)&quot;', head):
                if asked in names:
                    assert names.index(asked) < at, (name, asked)


def test_a_short_form_is_one_piece(server):
    case = open_cases(server, 1)[0]
    text = get(server, '/do/case.assign?id=' + case).text
    assert 'form-part' not in text and 'form-way' not in text


def sent(server, case, **given):
    fields = [('_token', server.form_token('npa-lead')), ('case', case), *given.items()]
    headers = {**server.cookie('npa-lead'), 'Accept-Language': 'en'}
    return server.form('/do/consultation.create', fields, headers)


def test_all_that_is_missing_is_named_at_once_by_links(server):
    case = open_cases(server, 1)[0]
    answer = sent(server, case, urgency=CONSULTATION['urgency'])
    assert answer.status == 422
    top = answer.text.split('class="error-summary"')[1].split('</div>')[0]
    linked = re.findall(r'href="#f-([a-z_]+)"', top)
    assert sorted(linked) == sorted(
        n for n in CONSULTATION if n not in ('urgency', 'account')
    ), 'every question that is needed and was left empty, and none that was answered'
    for name in linked:
        assert f'id="f-{name}"' in answer.text
    parts = parts_of(answer.text)
    assert all(opened for opened, body in parts.values() if 'field wrong' in body)


def test_what_was_typed_and_is_wrong_stays_and_is_told(server):
    case = open_cases(server, 1)[0]
    answer = sent(server, case, **{**CONSULTATION, 'children_with': 'many'})
    top = answer.text.split('class="error-summary"')[1].split('</div>')[0]
    assert answer.status == 422 and 'value="many"' in answer.text
    assert 'whole number' in top and 'required' not in top


def test_on_a_japanese_page_what_is_wrong_is_said_in_japanese(server):
    case = open_cases(server, 1)[0]
    fields = [('_token', server.form_token('npa-lead')), ('case', case), *CONSULTATION.items()]
    wrongs = (
        ('answered_at', '2026-11-20T00:02:00Z'),
        ('children_with', 'many'),
        ('safe_times', 'x' * 3000),
        ('topics', 'nothing'),
    )
    for wrong in wrongs:
        cookie = {**server.cookie('npa-lead'), 'Accept-Language': 'ja'}
        answer = server.form('/do/consultation.create', [*fields, wrong], cookie)
        assert answer.status == 422, wrong
        top = answer.text.split('class="error-summary"')[1].split('</div>')[0]
        words = re.sub(r'<[^>]+>', ' ', top.split('>', 1)[1])
        assert not re.search(r'[a-z]{3,} [a-z]{2,}', words), words
