# SPDX-License-Identifier: Apache-2.0
"""Where a new officer hesitated (docs/hesitations.md), kept mended. Harm it prevents: the safe way to her is
scrolled past, a child is taken for an adult, a name is called out wrongly, a shared case is nobody's."""
import datetime
import os
import re

import pytest
from served import ROOT
from test_case import act, done, get


def strip(text):
    return re.sub(r'\s+', ' ', re.sub(r'<[^>]+>', ' ', text))


@pytest.fixture(scope='module')
def made(server):
    """A synthetic case: a victim with a name in kanji, a profile, two records."""
    case = done(server, 'case.open', synthetic=True)
    victim = done(server, 'subject.add', id=case, type='person', role='victim')
    name = {'type': 'legal', 'full': '林灯', 'reading': 'はやし あかり', 'passport_form': 'LIN<<DENG'}
    done(server, 'name.add', id=victim, case=case, family_first=True, **name)
    return {'case': case, 'victim': victim}


def page(server, made, language='en', login='npa-lead'):
    answer = get(server, '/case/' + made['case'], login, language)
    assert answer.status == 200, answer.text
    return answer.text


def main_of(text):
    return text[text.index('<main') : text.index('<footer')]


def profile(server, made, born):
    return act(server, 'person_profile.create', case=made['case'], subject=made['victim'], birth_date=born)


def test_a_reading_in_kana_stands_over_the_name_in_its_own_order(server, made):
    ruby = r'<ruby><bdi[^>]*>林灯</bdi><rp> \(</rp><rt><bdi[^>]*>はやし あかり</bdi></rt>'
    for path in ('/case/%(case)s', '/subject/%(victim)s?case=%(case)s'):
        assert re.search(ruby, get(server, path % made).text), path
    assert 'LIN&lt;&lt;DENG' in page(server, made)


def test_no_ruby_over_other_scripts_and_nothing_unescaped(server, made):
    other = done(server, 'subject.add', id=made['case'], type='person', role='victim')
    for full, reading in (('Nguyễn <b>', 'はやし'), ('林<b>', 'LIN')):
        done(server, 'name.add', id=other, case=made['case'], type='alias', full=full, reading=reading)
    text = page(server, made)
    assert '<b>' not in text and 'Nguyễn &lt;b&gt;' in text
    assert text.count('<ruby>') == page(server, made).count('林灯')
    done(server, 'subject.set_role', id=other, case=made['case'], role='witness')


def test_a_day_of_birth_tells_the_age_and_marks_a_child(server, made):
    year = datetime.datetime.now(datetime.timezone.utc).year
    status, body = profile(server, made, '%d-01-01' % (year - 16))
    assert status == 200, body
    text = strip(page(server, made))
    assert '16 years old' in text and 'Under 18' in text
    assert '16 歳' in strip(page(server, made, 'ja')) and '18歳未満' in strip(page(server, made, 'ja'))


def test_records_are_rows_that_open_and_the_profile_stands_open(server):
    text = main_of(page(server, server.ids))
    row = r'<details class="record"( open="")?><summary class="record-row">(.*?)</summary>'
    opened = {strip(words).strip(): bool(on) for on, words in re.findall(row, text, re.S)}
    assert [on for words, on in opened.items() if words.startswith('Person profile')] == [True]
    consultations = [words for words, on in opened.items() if words.startswith('Consultation') and not on]
    assert consultations and 'Chat' in consultations[0], opened
    assert not re.search(r'<summary[^>]*>(?:(?!</summary>).)*<a ', text, re.S)  # no link inside of a switch
    printed = get(server, '/case/%(case)s/print' % server.ids).text
    assert 'class="record" open' in printed and not re.search(r'class="record">\s*<summary', printed)


def test_at_most_three_buttons_then_more(server, made):
    text = main_of(page(server, made))
    card = text[text.index('id="next"') : text.index('Running clocks')]
    first = card[: card.index('<details')]
    assert len(re.findall(r'class="button(?:-secondary)?"', first)) == 3
    assert 'More actions' in card and 'Add a record' in card


def officer(server, case, login, name):
    """The id that the form for a hand-over offers for an officer."""
    form = get(server, '/do/case.hand_over?id=' + case, login).text
    return re.search(r'value="([0-9a-f]{32})"[^>]*>(?:<[^>]*>)*' + name, form).group(1)


def test_the_deputy_finds_what_was_handed_over_and_nobody_else_does(server):
    case = done(server, 'case.open', 'isa-lead', synthetic=True)
    take = '/do/case.take?id=' + case
    assert take not in get(server, '/today', 'isa-partner').text
    partner = officer(server, case, 'isa-lead', 'Partner')
    done(server, 'case.hand_over', 'isa-lead', id=case, account=partner, note='Synthetic: she rests.')
    text = get(server, '/today', 'isa-partner').text
    card = text[text.index('Handed over to me') :]
    assert take in card and 'she rests' not in text
    for other in ('isa-lead', 'npa-lead', 'npa-police', 'none-lead'):
        assert 'Handed over to me' not in get(server, '/today', other).text, other
    done(server, 'case.take', 'isa-partner', id=case)
    assert 'Handed over to me' not in get(server, '/today', 'isa-partner').text
    assert get(server, '/case/' + case, 'isa-partner').status == 200


def test_a_shared_case_offers_to_be_taken_where_it_is_told_of(server):
    case = done(server, 'case.open', synthetic=True)
    shared = {'agency': 'isa', 'relation': 'recipient', 'basis': 'danger_to_life'}
    status, body = act(server, 'case.share', id=case, **shared)
    assert status == 200, body
    take = '/do/case.take?id=' + case
    link = f'href="/case/{case}"'
    shown = get(server, '/?shared=true', 'isa-lead').text
    assert take in shown and link not in shown  # it would not open yet
    assert take not in get(server, '/', 'npa-lead').text
    assert take not in get(server, '/?shared=true', 'none-lead').text
    done(server, 'case.take', 'isa-lead', id=case)
    assert link in get(server, '/?shared=true', 'isa-lead').text


def test_a_refusal_says_why_in_words_and_leads_where_one_may_go(server):
    answer = get(server, '/', 'npa-statistics')
    assert answer.status == 403
    text = main_of(answer.text)
    assert 'reason:' not in text and 'not open to your role' in strip(text)
    assert 'href="/today"' in text and get(server, '/today', 'npa-statistics').status == 200
    places = main_of(get(server, '/today', 'npa-statistics').text)
    assert 'href="/figures"' in places and 'href="/"' not in places


def test_the_way_in_says_what_it_is_and_whom_to_ask(server):
    text = strip(server.request('GET', '/sign-in', {'Accept-Language': 'en'}).text)
    for words in ('User name', 'ask the administrator of your agency', 'Write a note'):
        assert words in text


def test_what_happened_often_stands_once(server):
    for _ in range(4):
        case = done(server, 'case.open', synthetic=True)
        shared = {'agency': 'isa', 'relation': 'recipient', 'basis': 'danger_to_life'}
        assert act(server, 'case.share', id=case, **shared)[0] == 200
    said = 'A case was shared with your agency'
    server.ask('jobs')
    text = main_of(get(server, '/inbox?whose=office', 'isa-lead').text)
    assert 'class="clock alike"' in text and text.count('/do/case.take?id=') >= 4
    assert f'href="/case/{case}"' not in text  # it does not open yet
    group = text[text.index('class="clock alike"') :]
    assert group.index('<summary>') < group.index(said) < group.index('</summary>')


def test_an_empty_list_says_what_to_do(server):
    assert 'No other agency shares a case' in get(server, '/?shared=true', 'none-lead').text
    assert '<table' not in main_of(get(server, '/?shared=true', 'none-lead').text)


def test_a_raid_the_forms_of_a_group_open(server, made):
    """Each of ten people is spoken to alone: the way to write it down must not be a dead link."""
    group = done(server, 'group.open', id=made['case'])
    text = main_of(get(server, '/group/%s?case=%s' % (group, made['case'])).text)
    forms = re.findall(r'href="(/do/group\.[^"]+)"', text)
    assert {re.search(r'group\.\w+', f).group() for f in forms} >= {
        'group.note_interview',
        'group.set_fact',
        'group.remove_case',
    }
    for path in forms:
        assert get(server, path.replace('&amp;', '&')).status == 200, path
    assert get(server, '/do/group.set_fact?id=%s&note=words' % made['case']).status == 400


def question(text, name):
    """The part of a form that asks for one thing."""
    at = text.index('id="f-%s"' % name)
    end = text.find('class="field', at)
    return text[at : end if end > 0 else len(text)]


@pytest.mark.parametrize(
    'kind, field', [('extraordinary_audit', 'audited_party'), ('passport_retention_report', 'holder')]
)
def test_people_of_the_case_are_chosen_not_typed_by_their_id(server, made, kind, field):
    text = main_of(get(server, '/do/%s.create?case=%s' % (kind, made['case']), 'npa-lead').text)
    part = question(text, field)
    assert 'value="%s"' % made['victim'] in part and '林灯' in part, part


def test_a_paper_of_a_case_alone_is_not_asked_for_a_person(server, made):
    text = main_of(get(server, '/do/exploitation_profile.create?case=' + made['case']).text)
    assert 'name="subject"' not in text
    text = main_of(get(server, '/do/person_profile.create?case=' + made['case']).text)
    assert 'name="subject"' in text


def test_the_stage_a_case_is_at_is_not_offered(server):
    case = done(server, 'case.open', synthetic=True)
    part = question(main_of(get(server, '/do/case.set_stage?id=' + case).text), 'stage')
    assert 'value="suspicion"' not in part and 'value="presumed_victim"' in part


def test_a_case_is_handed_to_those_only_who_can_take_it(server, made):
    part = question(main_of(get(server, '/do/case.hand_over?id=' + made['case']).text), 'account')
    assert 'Statistician' not in part and 'Lead (synthetic)' not in part
    other = done(server, 'case.open', 'isa-lead', synthetic=True)
    part = question(main_of(get(server, '/do/case.hand_over?id=' + other, 'isa-lead').text), 'account')
    assert 'Partner' in part


def test_with_nobody_to_choose_the_form_says_so_and_leads_on(server):
    case = done(server, 'case.open', synthetic=True)
    part = question(main_of(get(server, '/do/contact.log?id=' + case).text), 'subject')
    assert 'Nobody stands in this case yet.' in part and '/do/subject.add?id=' + case in part


def test_who_looked_is_offered_to_those_who_may_see_it(server):
    assert '/looked"' in get(server, '/case/%(case)s' % server.ids).text
    text = get(server, '/case/%(case)s' % server.ids, 'npa-health').text
    assert '<main' in text and '/looked"' not in text


def test_nobody_is_asked_to_write_to_or_agree_in_an_empty_case(server, made):
    empty = done(server, 'case.open', synthetic=True)
    for path in ('/do/contact.log', '/do/consent.give'):
        assert path not in main_of(get(server, '/case/' + empty).text), path
        assert path in main_of(get(server, '/case/' + made['case']).text), path


PASSPORTS = 'pack/japan/kinds/passport_retention_report.yaml'


def test_a_labour_inspector_writes_down_the_passports_that_are_kept(server, made):
    """Without it the desk that sees them in a drawer could not report them (plan 1(1)/f)."""
    with open(os.path.join(ROOT, PASSPORTS), encoding='utf-8') as f:
        fields = f.read().split('  - name: ')[1:]
    needed = [p for p in fields if 'required: true' in p]
    required = {p.split('\n')[0]: re.search(r'class: (\w+)', p).group(1) for p in needed}
    inspection = {'none', 'routing', 'identity', 'children', 'source', 'tactics', 'suspect', 'finance'}
    assert required['documents'] == 'suspect' and set(required.values()) <= inspection


def test_a_form_that_cannot_be_sent_is_not_offered(server):
    """Police, oversight, a nurse: each form of a new paper that a case offers asks for all it needs."""
    for login in ('npa-lead', 'npa-police', 'npa-health'):
        text = get(server, '/case/%(case)s' % server.ids, login)
        for path in set(re.findall(r'href="(/do/[a-z_0-9]+\.create\?[^"]+)"', text.text)):
            form = get(server, path.replace('&amp;', '&'), login)
            assert form.status == 200, (login, path)
            posted = act_empty(server, path, login)
            missing = re.findall(r'field (\w+): required', posted)
            assert all('name="%s"' % name in form.text for name in missing), (login, path, missing)


def act_empty(server, path, login):
    """What the door says to a paper in which nothing is answered."""
    name = re.match(r'/do/([a-z_0-9]+\.create)', path).group(1)
    given = dict(re.findall(r'(case|subject)=([0-9a-f]{32})', path))
    return act(server, name, login, **given)[1].get('detail', '')


def test_the_way_back_from_a_form_is_open_to_who_is_there(server):
    for login, path in (('npa-statistics', '/account'), ('npa-admin', '/account'), ('npa-lead', '/account')):
        own = re.search(r'/do/account\.set_password\?id=[0-9a-f]{32}', get(server, '/account', login).text)
        form = get(server, own.group(0), login)
        crumbs = form.text[form.text.index('class="crumbs"') :]
        first = re.search(r'href="([^"]+)"', crumbs).group(1)
        assert first == path and get(server, first, login).status == 200, login


def test_why_it_is_not_possible_now_is_said_in_japanese(server):
    case = done(server, 'case.open', synthetic=True)
    headers = {**server.cookie('npa-lead'), 'Accept-Language': 'ja'}
    fields = [('_token', server.form_token('npa-lead')), ('id', case)]
    answer = server.form('/do/case.take', fields, headers)
    assert answer.status == 409 and 'あなたに引き継がれたものはありません' in answer.text


def test_an_account_is_made_for_officers_and_their_work(server):
    text = main_of(get(server, '/do/account.create', 'npa-admin').text)
    for name, nobody, somebody in (
        ('role', ('anonymous', 'system'), 'case_lead'),
        ('purpose', ('none',), 'protection'),
    ):
        part = question(text, name)
        assert 'value="%s"' % somebody in part
        assert not [word for word in nobody if 'value="%s"' % word in part], name


def test_open_keys_are_not_called_a_case_in_handling(server):
    text = strip(get(server, '/admin/health', 'npa-admin', 'ja').text)
    assert '開いています（使用中）' in text and '鍵 対応中' not in text
