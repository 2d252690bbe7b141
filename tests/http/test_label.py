# SPDX-License-Identifier: Apache-2.0
"""The handling label stands once on a page, with its rule in words beside it: letters alone tell nobody
what to do."""
import re

from test_pages import get

RULES = {
    'TLP:AMBER': 'For the agencies of this case only, and there for whom it concerns.',
    'TLP:RED': 'For the officers who are named in the case only. Do not pass it on.',
}


def handling(text):
    line = r'<p class="handling"><strong class="tag tag-(\w+)"><bdi[^>]*>([^<]+)</bdi></strong> ([^<]+)</p>'
    return re.findall(line, text)


def test_a_case_says_once_how_it_may_be_passed_on(server):
    for key, label, colour in (('m_case', 'TLP:AMBER', 'amber'), ('m_red', 'TLP:RED', 'red')):
        for path in ('/case/%s', '/case/%s/print'):
            page = get(server, path % server.ids[key])
            assert page.status == 200
            assert handling(page.text) == [(colour, label, RULES[label])], path
            main = page.text.split('<main')[1]
            assert main.count(label) == 1, path


def test_a_record_says_it_too(server):
    page = get(server, '/record/legal_aid/' + server.ids['m_legal_aid'])
    assert handling(page.text) == [('amber', 'TLP:AMBER', RULES['TLP:AMBER'])]


def test_who_may_not_see_the_case_sees_no_label(server):
    page = get(server, '/case/' + server.ids['m_case'], 'none-lead')
    assert page.status == 404 and 'TLP:' not in page.text


def test_on_paper_every_sheet_has_its_head(server):
    page = get(server, '/case/%s/print' % server.ids['m_case'], language='ja').text
    head = page.split('class="print-head"')[1].split('class="print-body"')[0]
    assert 'TLP:AMBER' in head and re.search(r'\d{4}-\d{6}', head) and '令和' in head
    body = page.split('class="print-body"')[1]
    times = re.findall(r'<time datetime="[^"]+T[^"]+">(.*?)</time>', body)
    assert times and all('（' in t for t in times), 'days by era on paper'
    screen = get(server, '/case/' + server.ids['m_case'], language='ja').text
    assert all('（' not in t for t in re.findall(r'<time datetime="[^"]+T[^"]+">(.*?)</time>', screen))
    css = server.request('GET', '/assets/akari.css').text
    every = '.print-head, .sheet-every { display: table-header-group; break-inside: avoid; }'
    assert every in css and 'counter(page)' in css
