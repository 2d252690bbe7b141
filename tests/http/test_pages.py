# SPDX-License-Identifier: Apache-2.0
"""Pages: nothing that was typed comes back as markup, languages, directions, what stands in addresses."""
import html.parser
import json
import re

import pytest

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)>\'{{7*7}}'
PAGES = [
    '/',
    '/?state=closed',
    '/?shared=true',
    '/case/{case}',
    '/case/{case}/looked',
    '/record/consultation/{consultation}',
    '/attach/{m_case}',
    '/attachment/{m_attachment}',
    '/attachment/{m_attachment}/looked',
    '/case/{second}',
    '/subject/{subject}?case={case}',
    '/group/{m_group}?case={m_case}',
    '/case/{case}/print',
    '/case/{case}/timeline',
    '/imports',
    '/import/{import}',
    '/do/case.confirm_decision?id={second}&decision={second_decision}',
    '/do/consultation.create?case={case}',
    '/do/consultation.amend?id={consultation}',
    '/do/case.set_stage?id={case}',
    '/do/name.add?id={subject}&case={case}',
    '/clocks',
    '/inbox',
    '/inbox?whose=office&state=acknowledged',
    '/find',
    '/holds',
    '/glass',
    '/help/permissions',
    '/help/errors',
    '/sign-in',
    '/plan',
    '/plan?chapter=3&agency=otit&state=live',
    '/plan?chapter=nothing',
    '/plan/duty?duty=3(1)/d',
    '/plan/duty?duty=K25-05&by=year',
    '/figures',
    '/figures?by=exploitation_form',
    '/figures?by=consultation.prefecture&year=',
]
FOR = {path: 'npa-statistics' for path in PAGES if path.startswith('/figures')}


class Page(html.parser.HTMLParser):
    VOID = {'input', 'br', 'hr', 'img', 'link', 'meta', 'col', 'wbr'}

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.faults, self.ids = [], [], [], []
        self.feed(text)
        self.faults += ['not closed: ' + tag for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append('an attribute twice: ' + tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append('closed in the wrong place: ' + tag)

    def of(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


def get(server, path, login=None, language='en'):
    headers = {**server.cookie(login or FOR.get(path, 'npa-lead')), 'Accept-Language': language}
    return server.request('GET', path.format(**server.ids), headers)


def but_ours(text):
    """Without the one script that a page has."""
    return text.replace('<script src="/assets/akari.js" defer></script>', '', 1)


@pytest.mark.parametrize('path', PAGES)
def test_page_is_well_formed(server, path):
    answer = get(server, path)
    assert answer.status == 200, answer.text
    page = Page(answer.text)
    assert page.faults == []
    assert page.of('script') in ([], [{'src': '/assets/akari.js', 'defer': None}]) and page.of('style') == []
    for tag, attrs in page.tags:
        assert not [name for name in attrs if name.startswith('on') or name == 'style'], tag
        for name in ('href', 'src', 'action'):
            assert attrs.get(name, '/').startswith(('/', '#', '?')) and not attrs.get(
                name, '/'
            ).startswith('//')
    ids = [attrs['id'] for _, attrs in page.tags if 'id' in attrs]
    assert len(ids) == len(set(ids))
    labelled = {attrs.get('for') for attrs in page.of('label')}
    for tag, attrs in page.tags:
        if tag in ('input', 'select', 'textarea') and attrs.get('type') not in (
            'hidden',
            'radio',
            'checkbox',
        ):
            assert attrs.get('id') in labelled or attrs.get('aria-label'), attrs
    assert len(page.of('h1')) == 1 and len(page.of('main')) == 1
    assert page.of('html')[0]['lang'] == 'en'


@pytest.mark.parametrize('path', PAGES)
def test_japanese_says_that_it_was_not_reviewed(server, path):
    text = get(server, path, language='ja').text
    assert '母語話者による確認が済んでいません' in text and 'lang="ja"' in text
    assert 'not reviewed by a native speaker' not in get(server, path).text


def test_right_to_left_only_for_synthetic_data(server):
    page = get(server, '/case/{case}?lang=x-rtl').text
    assert 'dir="rtl"' in page
    assert '<bdi dir="ltr">000-0000-0000</bdi>' in page
    assert 'dir="rtl"' in server.request('GET', '/sign-in?lang=x-rtl').text  # nor is anybody there real


def test_language_is_kept_in_a_cookie(server):
    answer = get(server, '/?lang=en', language='ja')
    assert re.fullmatch(
        'akari-lang=en; HttpOnly; SameSite=Strict; Path=/; Max-Age=[0-9]+', answer.header('Set-Cookie')
    )
    headers = {
        'Cookie': 'akari-lang=en; akari-session=' + server.token('npa-lead'),
        'Accept-Language': 'ja',
    }
    assert 'lang="en"' in server.request('GET', '/', headers).text


def api(server, name, body, login='npa-lead'):
    headers = {'Authorization': 'Bearer ' + server.token(login), 'Content-Type': 'application/json'}
    return server.request(
        'POST', '/api/v1/' + name.replace('.', '/'), headers, json.dumps(body).encode()
    )


def test_every_text_field_comes_back_escaped(server):
    """The same hostile text in the text fields that declarations and kinds take; then the pages."""
    in_case = json.loads(api(server, 'case.open', {'synthetic': True}).body)['id']
    subject = json.loads(
        api(server, 'subject.add', {'id': in_case, 'type': 'person', 'role': 'victim'}).body
    )['id']
    names = {key: NASTY for key in ('full', 'family', 'given', 'reading', 'passport_form')}
    assert (
        api(server, 'name.add', {'id': subject, 'case': in_case, 'type': 'legal', **names}).status == 200
    )
    assert (
        api(
            server, 'identifier.add', {'id': subject, 'case': in_case, 'type': 'phone', 'value': NASTY}
        ).status
        == 200
    )
    assert (
        api(
            server, 'case.set_stage', {'id': in_case, 'stage': 'presumed_victim', 'reasons': NASTY}
        ).status
        == 200
    )
    made = api(
        server,
        'consultation.create',
        {
            'case': in_case,
            'received_at': '2026-11-20T00:00:00Z',
            'channel': 'sns_chat',
            'desk': 'npa',
            'urgency': 'routine',
            'language': 'vi',
            'staff_gender_wish': 'female',
            'safe_contact': 'sns',
            'safe_contact_detail': NASTY,
            'safe_times': NASTY,
            'code_word': NASTY[:50],
            'wishes': ['be_safe'],
            'account': NASTY,
            'health_now': NASTY,
            'answer_note': NASTY,
            'result_back': NASTY,
        },
    )
    assert made.status == 200, made.text
    record = json.loads(made.body)['id']
    for path in (
        f'/case/{in_case}',
        f'/record/consultation/{record}',
        f'/do/consultation.amend?id={record}',
    ):
        answer = get(server, path)
        assert answer.status == 200
        assert '<script' not in but_ours(answer.text) and '<img src=x' not in answer.text
        assert '&lt;script&gt;alert(1)' in answer.text
        assert Page(answer.text).faults == []


def test_typed_values_come_back_escaped_with_an_error(server):
    fields = [
        ('_token', server.form_token('npa-lead')),
        ('id', server.ids['subject']),
        ('case', server.ids['case']),
        ('type', 'no such type'),
        ('full', NASTY),
    ]
    answer = server.form('/do/name.add', fields, server.cookie('npa-lead'))
    assert answer.status == 422
    assert '<script' not in but_ours(answer.text) and '&lt;script&gt;alert(1)' in answer.text
    assert 'error-summary' in answer.text and 'href="#f-type"' in answer.text


def test_hostile_paths_and_names(server):
    for path in (
        '/%3Cscript%3Ealert(1)%3C/script%3E',
        '/case/%22%3E%3Cscript%3E',
        '/do/%3Cscript%3E',
        '/record/%3Cscript%3E/x',
        '/?state=%3Cscript%3E',
        '/figures?by=%3Cscript%3E',
        '/sign-in?to=%22%3E%3Cscript%3E',
    ):
        assert '<script' not in but_ours(get(server, path).text)


def test_the_bar_leads_only_where_one_may_go(server):
    for login in ('npa-lead', 'npa-police', 'npa-admin', 'npa-statistics'):
        start = get(server, '/help/permissions', login)
        for attrs in Page(start.text).of('a'):
            if attrs['href'].startswith('/') and 'lang=' not in attrs['href'] and attrs['href'] != '/':
                assert get(server, attrs['href'], login).status == 200, (login, attrs['href'])


def test_search_leaves_nothing_in_an_address(server):
    fields = [('_token', server.form_token('npa-lead')), ('q', 'X0000000')]
    answer = server.form('/find', fields, server.cookie('npa-lead'))
    assert answer.status == 200 and '2026-000001' in answer.text
    for attrs in Page(answer.text).of('a'):
        assert 'X0000000' not in attrs.get('href', '')


def test_form_creates_and_goes_on_to_the_case(server):
    fields = [
        ('_token', server.form_token('npa-lead')),
        ('_request', '00112233445566778899aabbccddee01'),
        ('synthetic', 'yes'),
    ]
    answer = server.form('/do/case.open', fields, server.cookie('npa-lead'))
    assert answer.status == 303 and re.fullmatch('/case/[0-9a-f]{32}', answer.header('Location'))
    again = server.form('/do/case.open', fields, server.cookie('npa-lead'))
    assert again.header('Location') == answer.header('Location'), 'sent twice, done once'


def test_change_sends_only_what_differs(server):
    path = '/do/consultation.amend?id=' + server.ids['consultation']
    page = Page(get(server, path).text)
    fields = []
    for tag, attrs in page.tags:
        if tag == 'input' and attrs.get('name') and attrs.get('type') != 'search':
            if attrs.get('type') in ('radio', 'checkbox') and 'checked' not in attrs:
                continue
            fields.append((attrs['name'], attrs.get('value', '')))
    fields = [(k, v) for k, v in fields if k not in ('code_word', '_token')]
    fields += [('code_word', 'lantern'), ('_token', server.form_token('npa-lead'))]
    for select in re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', get(server, path).text):
        chosen = re.search(r'value="([^"]*)" selected', select[1])
        if chosen:
            fields.append((select[0], chosen.group(1)))
    for area, text in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', get(server, path).text, re.S
    ):
        fields.append((area, text))
    answer = server.form('/do/consultation.amend', fields, server.cookie('npa-lead'))
    assert answer.status == 303, answer.text
    page = get(server, '/record/consultation/' + server.ids['consultation']).text
    assert 'lantern' in page and 'They took my passport' in page


def inbox(server, login):
    """All of it: other tests leave notices too."""
    text, path = '', '/inbox'
    while path:
        page = get(server, path, login).text
        text += page
        more = re.search(r'href="(/inbox\?whose=[^"]*after_at=[^"]*)"', page)  # not those to other languages
        path = more and html.unescape(more.group(1))
    return text


def test_the_inbox_tells_who_may_know_and_one_acknowledges(server):
    """A case that was shared is told to the other agency, without a name, and to nobody without part in
    it; one button ends it, which another site's page cannot press."""
    shared = 'A case was shared with your agency'
    for kept in (server.tokens, server.form_tokens):
        kept.pop('isa-lead', None)  # cases/session.case signs this officer out
    text = inbox(server, 'isa-lead')
    assert shared in text and 'NGUYEN' not in text
    assert '/do/case.take?id=' + server.ids['case'] in text  # it does not open before it is taken
    assert f'href="/case/{server.ids["case"]}"' not in text
    for login in ('npa-lead', 'npa-statistics', 'npa-admin'):
        assert shared not in inbox(server, login)
        assert shared not in get(server, '/inbox?whose=office', login).text
    notice = re.search('name="id" value="([0-9a-f]{32})"', text[text.index(shared) :]).group(1)
    forged = server.form('/do/notice.acknowledge', [('id', notice)], server.cookie('isa-lead'))
    assert forged.status == 403
    token = ('_token', server.form_token('npa-statistics'))
    hidden = server.form('/do/notice.acknowledge', [('id', notice), token], server.cookie('npa-statistics'))
    assert hidden.status == 404
    token = ('_token', server.form_token('isa-lead'))
    answer = server.form('/do/notice.acknowledge', [('id', notice), token], server.cookie('isa-lead'))
    assert answer.status == 303 and answer.header('Location') == '/inbox'
    assert notice not in inbox(server, 'isa-lead')
    seen = get(server, '/inbox?whose=office&state=acknowledged', 'isa-lead').text
    assert shared in seen and 'Acknowledged' in seen


def test_an_account_waits_for_a_second_administrator(server):
    """One administrator, coerced or robbed of her session, makes no account alone; the page says so."""
    form = get(server, '/do/account.create', 'npa-admin').text
    assert 'This takes two people' in form
    fields = [
        ('login', 'npa-new-officer'),
        ('name', 'New officer (synthetic)'),
        ('password', 'synthetic officers only'),
        ('role', 'health'),
        ('purpose', 'protection'),
    ]
    token = ('_token', server.form_token('npa-admin'))
    answer = server.form('/do/account.create', fields + [token], server.cookie('npa-admin'))
    assert answer.status == 422  # an account of nobody
    fields.append(('staff_number', 'SYN-4711'))
    answer = server.form('/do/account.create', fields + [token], server.cookie('npa-admin'))
    assert answer.status == 303 and answer.header('Location') == '/proposals'
    mine = get(server, '/proposals', 'npa-admin').text
    mine = next(card for card in mine.split('<section') if 'npa-new-officer' in card)
    assert '/do/proposal.withdraw' in mine and '/do/proposal.confirm' not in mine
    theirs = get(server, '/proposals', 'npa-admin2').text
    assert 'npa-new-officer' in theirs and 'argon2' not in theirs and 'synthetic officers only' not in theirs
    card = next(card for card in theirs.split('<section') if 'npa-new-officer' in card)
    path = re.search(r'/do/proposal\.confirm\?id=[0-9a-f]{32}', card).group(0)
    assert 'npa-new-officer' not in get(server, '/proposals', 'npa-lead').text
    proposal = path[-32:]
    for login, status in (('npa-admin', 403), ('npa-admin2', 303), ('npa-admin2', 409)):
        token = ('_token', server.form_token(login))
        answer = server.form('/do/proposal.confirm', [('id', proposal), token], server.cookie(login))
        assert answer.status == status, (login, answer.text)
    assert 'npa-new-officer' not in get(server, '/proposals', 'npa-admin2').text
    assert proposal not in get(server, '/proposals?state=confirmed', 'npa-lead').text


def test_a_change_that_waits_answers_202(server):
    body = {'login': 'npa-other-officer', 'name': 'Other officer (synthetic)'}
    body |= {'password': 'synthetic officers only', 'role': 'health', 'purpose': 'protection'}
    body['staff_number'] = 'SYN-4712'
    headers = {'Authorization': 'Bearer ' + server.token('npa-admin'), 'Content-Type': 'application/json'}
    answer = server.request('POST', '/api/v1/account/create', headers, json.dumps(body).encode())
    assert answer.status == 202 and json.loads(answer.text)['waits'] is True, answer.text


def test_a_day_by_era_is_kept_as_a_day(server):
    """Papers in Japan write 平成15年4月17日. What is no day is named, and stays as it was typed."""
    in_case = json.loads(api(server, 'case.open', {'synthetic': True}).body)['id']
    subject = json.loads(
        api(server, 'subject.add', {'id': in_case, 'type': 'person', 'role': 'victim'}).body
    )['id']
    path = f'/do/person_profile.create?case={in_case}&subject={subject}'
    assert 'type="date"' in get(server, path).text
    assert 'type="date"' not in get(server, path, language='ja').text
    fields = [('_token', server.form_token('npa-lead')), ('case', in_case), ('subject', subject)]
    answer = server.form(path, fields + [('birth_date', '平成元年1月1日')], server.cookie('npa-lead'))
    assert answer.status == 422 and '平成元年1月1日' in answer.text and 'href="#f-birth_date"' in answer.text
    answer = server.form(path, fields + [('birth_date', '平成１５年４月１７日')], server.cookie('npa-lead'))
    assert answer.status == 303, re.findall('href="#f-[^"]+"', answer.text)
    assert '2003-04-17' in get(server, f'/subject/{subject}?case={in_case}').text + ''.join(
        get(server, where).text
        for where in re.findall('/record/person_profile/[0-9a-f]{32}', get(server, f'/case/{in_case}').text)
    )
