# SPDX-License-Identifier: Apache-2.0
"""The page of a case: one look, nothing of what is hidden, what is safe first, who printed it, and its
size where a case is large. Harm it prevents: a watched phone that is called, a curious colleague who counts
hidden cases, a print that nobody hears of."""
import gzip
import json
import re

import pytest
from test_cases import strip

PATHS = [
    '/case/%s',
    '/case/%s/timeline',
    '/case/%s/timeline?show=contact',
    '/case/%s/print',
    '/case/%s/looked',
]
SORTS = ['case', 'contact', 'decision', 'record', 'deadline', 'share', 'access']


def get(server, path, login='npa-lead', language='en'):
    return server.request('GET', path, {**server.cookie(login), 'Accept-Language': language})


def act(server, name, login='npa-lead', **fields):
    headers = {
        'Authorization': 'Bearer ' + server.token(login),
        'Content-Type': 'application/json',
    }
    path = '/api/v1/' + name.replace('.', '/')
    answer = server.request('POST', path, headers, json.dumps(fields).encode())
    return answer.status, json.loads(answer.text)


def done(server, name, login='npa-lead', **fields):
    status, body = act(server, name, login, **fields)
    assert status == 200, (name, body)
    return body['id']


@pytest.fixture(scope='module')
def fresh(server):
    """A synthetic case with a victim whose phone is watched."""
    case = done(server, 'case.open', synthetic=True)
    victim = done(server, 'subject.add', id=case, type='person', role='victim')
    return {'case': case, 'victim': victim}


def test_the_page_is_one_look(server):
    before = server.leaves()
    assert get(server, '/case/' + server.ids['case']).status == 200
    after = server.leaves()
    grew = {n for n in after if after[n] > before.get(n, 0) and not n.startswith(('notice.', 'session'))}
    domains = ('assessment.', 'attachment.', 'hold.', 'report.')  # each draws its own part
    parts = {n for n in grew if n.startswith(domains)}
    assert grew - parts == {'case.file'}
    assert after['case.file'] == before.get('case.file', 0) + 1


@pytest.mark.parametrize('path', PATHS)
def test_hidden_is_like_unknown(server, path):
    hidden = get(server, path % server.ids['hidden'])
    unknown = get(server, path % server.ids['unknown'])
    assert hidden.status == unknown.status == 404
    for answer, name in ((hidden, 'hidden'), (unknown, 'unknown')):
        answer.body = answer.body.replace(server.ids[name].encode(), b'ID')
    assert strip(hidden) == strip(unknown)


def test_without_a_safe_way_it_says_so_and_nothing_goes_out(server, fresh):
    page = get(server, '/case/' + fresh['case']).text
    assert 'class="contact-rule never"' in page and 'No call, no message, no letter, no visit' in page
    tried = {'id': fresh['case'], 'subject': fresh['victim'], 'direction': 'we_tried', 'outcome': 'reached'}
    for channel in ('phone', 'sns_chat', 'email', 'letter', 'in_person'):
        status, body = act(server, 'contact.log', channel=channel, **tried)
        assert (status, body['name']) == (409, 'ERR_STATE'), channel
    status, body = act(server, 'contact.log', channel='phone', danger_to_life=True, **tried)
    assert (status, body['name']) == (422, 'ERR_FIELD')
    done(server, 'contact.log', channel='phone', danger_to_life=True, reason='Synthetic reason.', **tried)
    page = get(server, '/case/' + fresh['case']).text
    assert 'Life in danger' in page
    assert 'Synthetic reason.' not in page  # why is for the review, not for whoever opens the page


def test_what_is_missing_is_named(server, fresh):
    page = get(server, '/case/' + fresh['case']).text
    todo = page[page.index('class="todo"') :]
    todo = todo[: todo.index('</ul>')]
    for kind in ('person_profile', 'first_72_hours'):
        link = '/do/%s.create?case=%s&amp;subject=%s' % (kind, fresh['case'], fresh['victim'])
        assert link in todo
    assert 'Ask which way of contact is safe' in todo


def test_contacts_stand_in_the_timeline_by_sort(server, fresh):
    done(
        server,
        'contact.log',
        id=fresh['case'],
        subject=fresh['victim'],
        direction='person_came',
        channel='in_person',
        outcome='reached',
    )
    address = '/case/' + fresh['case'] + '/timeline'
    assert 'The person made contact' in get(server, address + '?show=contact').text
    assert 'The person made contact' not in get(server, address + '?show=decision').text
    assert 'Case opened' in get(server, address).text


@pytest.mark.parametrize('sort', SORTS)
def test_each_sort_is_a_page(server, fresh, sort):
    page = get(server, '/case/%s/timeline?show=%s' % (fresh['case'], sort))
    assert page.status == 200 and page.text.count('aria-current="page"') >= 1
    assert re.search(r'\?show=%s" aria-current="page"' % sort, page.text)


def test_another_word_is_no_sort_and_does_not_come_back(server, fresh):
    page = get(server, '/case/%s/timeline?show=%s' % (fresh['case'], 'quokka'))
    assert page.status == 200 and 'quokka' not in page.text.replace('lang=', '')[: page.text.find('<footer')]
    assert 'Case opened' in page.text


def test_a_print_is_in_the_trail_and_says_whose_it_is(server, fresh):
    before = server.leaves().get('case.print', 0)
    page = get(server, '/case/%s/print' % fresh['case']).text
    assert server.leaves()['case.print'] == before + 1
    head = page[page.index('class="print-head"') :]
    for part in ('TLP:AMBER', 'Printed by', 'Case lead'):
        assert part in head[:900]
    main = page[page.index('<main') : page.index('<footer')]
    assert '/do/' not in main and '<button' not in main
    looked = get(server, '/case/%s/looked' % fresh['case']).text
    assert 'A case as it is printed' in looked and 'case.print' not in looked


def test_consent_is_shown_with_its_way_back(server, fresh):
    give = {
        'id': fresh['case'],
        'subject': fresh['victim'],
        'agency': 'isa',
        'purpose': 'protection',
        'how': 'oral_with_interpreter',
        'language': 'vi',
    }
    status, body = act(server, 'consent.give', **{'class': 'location'}, **give)
    assert status == 403, body
    consent = done(server, 'consent.give', **{'class': ['identity', 'health']}, **give)
    page = get(server, '/case/' + fresh['case']).text
    assert 'by-consent' in page
    assert '/do/consent.withdraw?id=%s&amp;consent=%s' % (fresh['case'], consent) in page
    form = get(server, '/do/consent.withdraw?id=%s&consent=%s' % (fresh['case'], consent))
    assert form.status == 200, form.text
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form.text))
    # Which one it is can be read, and it is chosen already.
    chosen = re.search(r'<input[^>]*name="consent"[^>]*>', form.text).group(0)
    assert 'value="%s"' % consent in chosen and 'checked' in chosen
    assert re.search(r'Immigration Services Agency · Protection · \d{4}-\d\d-\d\d', form.text)
    values = [*hidden.items(), ('consent', consent)]
    answer = server.form('/do/consent.withdraw', values, server.cookie('npa-lead'))
    assert answer.status == 303, answer.text
    page = get(server, '/case/' + fresh['case']).text
    assert 'by-consent' not in page and 'Taken back' in page
    assert act(server, 'consent.withdraw', id=fresh['case'], consent=consent)[0] == 409
    form = get(server, '/do/consent.withdraw?id=%s' % fresh['case'])
    assert form.status == 200 and consent not in form.text  # one that does not count any more is no choice


def test_nobody_is_offered_as_her_own_guardian(server, fresh):
    form = '/do/consent.give?id=%s' % fresh['case']
    assert 'name="guardian"' not in get(server, form).text  # there is nobody else
    done(server, 'subject.add', id=fresh['case'], type='organisation', role='employer')
    other = done(server, 'subject.add', id=fresh['case'], type='person', role='representative')
    of_her = get(server, form + '&subject=' + fresh['victim']).text
    assert re.findall(r'name="guardian" value="(\w+)"', of_her) == [other]


def test_a_share_is_ended_with_one_that_has_it(server, fresh):
    share = {'agency': 'isa', 'relation': 'recipient', 'basis': 'danger_to_life'}
    assert act(server, 'case.share', id=fresh['case'], **share)[0] == 200
    form = get(server, '/do/grant.end?id=' + fresh['case']).text
    offered = set(re.findall(r'<(?:option|input type="radio" name="agency") value="(\w+)"', form))
    assert offered == {'isa'}, offered
    done(server, 'grant.end', id=fresh['case'], agency='isa')


def test_forms_choose_instead_of_asking_for_ids(server, fresh):
    form = get(server, '/do/consent.give?id=' + fresh['case']).text
    assert form.count('name="language"') >= 1 and '<option value="vi"' in form
    assert 'value="location"' not in form
    form = get(server, '/do/contact.log?id=%s&subject=%s' % (fresh['case'], fresh['victim'])).text
    assert '<input type="hidden" name="subject" value="%s"' % fresh['victim'] in form


def test_a_large_case_stays_a_page(server):
    case = done(server, 'case.open', synthetic=True)
    name = '寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末' * 2
    for number in range(40):
        person = done(server, 'subject.add', id=case, type='person', role='victim')
        done(server, 'name.add', id=person, case=case, type='legal', full='%s %d' % (name, number))
    talk = {
        'received_at': '2026-11-20T00:12:00Z',
        'channel': 'phone',
        'desk': 'npa',
        'language': 'vi',
        'urgency': 'soon',
        'safe_contact': 'none',
        'staff_gender_wish': 'female',
        'wishes': 'be_safe',
        'account': 'Synthetic account. ' * 40,
    }
    for _ in range(60):
        done(server, 'consultation.create', case=case, **talk)
    page = get(server, '/case/' + case, language='ja')
    assert page.status == 200
    assert len(gzip.compress(page.body)) <= 60 * 1024
    assert page.text.count('person-card') == 12
    assert '?people=4' in page.text and '?people=5' not in page.text
    last = get(server, '/case/%s?people=4' % case)
    assert last.text.count('person-card') == 4
    for odd in ('0', '99', '-1', 'x', '2000'):
        assert get(server, '/case/%s?people=%s' % (case, odd)).text.count('person-card') == 12


HERE, OTHER_CLOCK = 'Clock here, as the page opened', 'Ask her by which clock she meant her times.'
MANY_CLOCKS = 'She left the country. Ask her which clock is hers.'
TIMES = {
    'received_at': '2026-11-20T00:00:00Z',
    'channel': 'sns_chat',
    'desk': 'npa',
    'urgency': 'routine',
    'language': 'vi',
    'staff_gender_wish': 'female',
    'safe_contact': 'sns',
    'safe_times': '20:00-22:00',
    'wishes': ['be_safe'],
    'account': 'Synthetic.',
}
HOME = {
    'create': {
        'asked_at': '2026-11-20T00:12:00Z',
        'language': 'vi',
        'asked_alone': True,
        'other_ways': ['stay'],
        'fears': ['debt'],
    },
    'assess': {'assessed_at': '2026-11-20T01:00:00Z', 'assessed_by': 'iom', 'home_note': 'Synthetic.'},
    'confirm': {'finding': 'safe', 'choice': 'own_choice_alone', 'cooling_off': True},
    'depart': {'departed_at': '2026-11-20T02:00:00Z'},
}


def reached(server, until, country='VNM'):
    """A case whose person said when she may be reached, and whose return has come as far as that step."""
    case = done(server, 'case.open', synthetic=True)
    who = {'case': case, 'subject': done(server, 'subject.add', id=case, type='person', role='victim')}
    done(server, 'consultation.create', **who, **TIMES)
    record = None
    for step in list(HOME)[: list(HOME).index(until) + 1 if until else 0]:
        about = {'id': record} if record else {**who, 'country': country}
        record = done(server, 'voluntary_return.' + step, **about, **HOME[step])
    return case


def clocks(page):
    """Minutes of each wall clock beside the safe times, by its words."""
    rule = page.split('class="contact-rule', 1)[1].split('</dl>', 1)[0]
    found = re.findall(r'<dt>([^<]*)</dt><dd><bdi[^>]*>(\d\d):(\d\d)</bdi></dd>', rule)
    return {words: 60 * int(hour) + int(minute) for words, hour, minute in found}


def test_the_clock_of_the_country_stands_beside_her_safe_times(server):
    page = get(server, '/case/' + reached(server, 'depart')).text
    shown = clocks(page)
    there = [words for words in shown if words.startswith('Viet')]
    assert HERE in shown and len(there) == 1 and OTHER_CLOCK in page
    assert (shown[HERE] - shown[there[0]]) % 1440 == 120, 'two hours between Tokyo and Viet Nam, all the year'


@pytest.mark.parametrize('until', [None, 'create', 'confirm'])
def test_who_has_not_left_is_here(server, until):
    page = get(server, '/case/' + reached(server, until)).text
    assert list(clocks(page)) == [HERE] and OTHER_CLOCK not in page and MANY_CLOCKS not in page


def test_a_country_of_many_clocks_is_not_guessed(server):
    page = get(server, '/case/' + reached(server, 'depart', 'IDN')).text
    assert list(clocks(page)) == [HERE] and MANY_CLOCKS in page


def test_on_paper_no_clock_stands_still(server):
    assert HERE not in get(server, f'/case/{reached(server, "depart")}/print').text


def test_deadlines_tell_their_cases_apart(server):
    page = get(server, '/clocks').text
    links = re.findall(r'<a href="/case/([0-9a-f]{32})">(.*?)</a>', page)
    assert links and server.ids['hidden'] not in dict(links)
    assert any(re.search(r'\d{4}-\d{6}', words) for _, words in links)


def test_each_column_of_the_list_has_words_and_a_drawing(server):
    page = get(server, '/').text
    heads = re.findall(r'<th scope="col">(.*?)</th>', page.split('class="cases"', 1)[1])
    assert len(heads) == 8
    for head in heads:
        assert re.fullmatch(r'<svg [^>]*aria-hidden="true"><path [^>]*></path></svg>[A-Z][a-z ]+', head), head
