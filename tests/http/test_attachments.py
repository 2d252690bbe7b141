# SPDX-License-Identifier: Apache-2.0
"""Files over HTTP: the form with files, blurred, clear, as it came; a declared sexual image is refused."""
import glob
import hashlib
import json
import os
import re
import socket
import struct
import threading
import time
import urllib.parse
import zlib

import pytest

MARKER = b'SYNTHETIC-MARKER-5c1e77-image-half-of-invariant-10'


def png(width=60, height=40, text=b''):
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))

    dot = lambda x, y: bytes((x * 4 % 256, y * 5 % 256, 90))
    rows = b''.join(b'\0' + b''.join(dot(x, y) for x in range(width)) for y in range(height))
    return (
        b'\x89PNG\r\n\x1a\n'
        + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 2, 0, 0, 0))
        + (chunk(b'tEXt', b'k\0' + text) if text else b'')
        + chunk(b'IDAT', zlib.compress(rows))
        + chunk(b'IEND', b'')
    )


def cookie(server, login):
    return {'Accept-Language': 'en', **server.cookie(login)}


def multipart(fields, files=()):
    mark = 'AkariSynthetic7'
    body = b''
    for name, value in fields.items():
        body += (
            '--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (mark, name, value)
        ).encode()
    for name, content in files:
        body += (
            (
                '--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n'
                'Content-Type: application/octet-stream\r\n\r\n' % (mark, name)
            ).encode()
            + content
            + b'\r\n'
        )
    return 'multipart/form-data; boundary=' + mark, body + ('--%s--\r\n' % mark).encode()


def send(server, login, case, fields, files=(), token=True):
    all_fields = {'class': 'identity', **fields}
    if token:
        all_fields['_token'] = server.form_token(login)
    kind, body = multipart(all_fields, files)
    headers = {'Content-Type': kind, **(cookie(server, login) if login else {})}
    return server.request('POST', '/attach/' + case, headers, body)


def post(server, login, path):
    return server.form(path, [('_token', server.form_token(login))], cookie(server, login))


def attachments(server, case, login='npa-lead'):
    page = server.request('GET', '/case/' + case, cookie(server, login)).text
    return re.findall(r'href="/attachment/([0-9a-f]{32})"', page)


def new_case(server):
    answer = server.request(
        'POST',
        '/api/v1/case/open',
        {'Content-Type': 'application/json', 'Authorization': 'Bearer ' + server.token('npa-lead')},
        b'{"synthetic": true}',
    )
    assert answer.status in (200, 201), answer.text
    return re.search(r'"id":\s*"([0-9a-f]{32})"', answer.text).group(1)


def on_disk(server):
    """All bytes of the files that the server holds open, and of those beside them."""
    found = b''
    folder = '/proc/%d/fd' % server.process.pid
    beside = set()
    for fd in os.listdir(folder):
        path = os.path.realpath(os.path.join(folder, fd))
        if os.path.isfile(path):
            beside.update(glob.glob(os.path.join(os.path.dirname(path), '*')))
    for path in beside:
        if os.path.isfile(path) and 'akari' in path:
            with open(path, 'rb') as file:
                found += file.read()
    return found


def test_a_file_goes_in_and_comes_out(server):
    case, content = new_case(server), png(text=b'camera: synthetic')
    large = os.urandom(700000)
    answer = send(
        server,
        'npa-lead',
        case,
        {'declared': 'not_sexual', 'description': 'Synthetic'},
        [('room.png', content), ('C:\\x\\odd.pdf', large)],
    )
    assert answer.status == 303, answer.text
    ids = attachments(server, case)
    assert len(ids) == 2
    got = {}
    for at in ids:
        answer = post(server, 'npa-lead', '/attachment/%s/download' % at)
        assert answer.status == 200
        assert answer.header('Content-Disposition').startswith('attachment; filename="')
        assert 'room' not in answer.header('Content-Disposition')
        assert answer.header('X-Content-Type-Options') == 'nosniff'
        assert answer.header('Cache-Control') == 'no-store'
        assert any('sandbox' in value for value in answer.all('Content-Security-Policy'))
        assert answer.header('Content-Type') == 'application/octet-stream'
        got[hashlib.sha256(answer.body).hexdigest()] = at
    assert set(got) == {hashlib.sha256(content).hexdigest(), hashlib.sha256(large).hexdigest()}
    odd = server.request(
        'GET', '/attachment/' + got[hashlib.sha256(large).hexdigest()], cookie(server, 'npa-lead')
    )
    assert 'odd.pdf' in odd.text and 'The name says another type' in odd.text
    picture = got[hashlib.sha256(content).hexdigest()]
    blurred = server.request('GET', '/attachment/%s/blurred' % picture, cookie(server, 'npa-lead'))
    assert (
        blurred.status == 200 and blurred.body[:3] == b'\xff\xd8\xff' and b'camera' not in blurred.body
    )
    assert blurred.header('Cache-Control') == 'no-store'
    page = server.request('GET', '/attachment/' + picture, cookie(server, 'npa-lead'))
    assert 'data:image' not in page.text  # blurred until it is asked for
    clear = post(server, 'npa-lead', '/attachment/%s/look' % picture)
    assert clear.status == 200 and 'src="data:image/jpeg;base64,' in clear.text
    assert clear.header('Cache-Control') == 'no-store'
    assert 'Unchanged' in post(server, 'npa-lead', '/attachment/%s/check' % picture).text
    looked = server.request('GET', '/attachment/%s/looked' % picture, cookie(server, 'npa-lead'))
    assert looked.status == 200
    # a look is by POST only: nothing that a link or a picture in a mail could set off
    assert (
        server.request('GET', '/attachment/%s/look' % picture, cookie(server, 'npa-lead')).status == 404
    )


def test_a_declared_sexual_image_is_nowhere(server):
    case, content = new_case(server), png(text=MARKER)
    answer = send(
        server,
        'npa-lead',
        case,
        {'declared': 'sexual', 'address': 'https://synthetic.example/1', 'evidence': 'SYN-9'},
        [('x.png', content)],
    )
    assert answer.status == 303, answer.text
    at = answer.header('Location').split('/')[-1]
    page = server.request('GET', '/attachment/' + at, cookie(server, 'npa-lead')).text
    assert hashlib.sha256(content).hexdigest() in page and 'SYN-9' in page
    assert 'talk to somebody' in page
    for what in ('download', 'look', 'check'):
        assert post(server, 'npa-lead', '/attachment/%s/%s' % (at, what)).status == 409
    assert server.request('GET', '/attachment/%s/blurred' % at, cookie(server, 'npa-lead')).status == 409
    assert MARKER not in on_disk(server) and content[40:90] not in on_disk(server)
    assert len(on_disk(server)) > 10000  # we have looked where the store is


def test_without_a_declaration_nothing_is_stored(server):
    case = new_case(server)
    for declared in ({}, {'declared': ''}, {'declared': 'perhaps'}):
        answer = send(server, 'npa-lead', case, declared, [('x.png', png(text=MARKER))])
        assert answer.status == 422 and 'Say first what the files show.' in answer.text
    answer = send(server, 'npa-lead', case, {'declared': 'sexual'}, [('x.png', png(text=MARKER))])
    assert answer.status == 422  # an address is needed; the file is gone all the same
    assert attachments(server, case) == []
    assert MARKER not in on_disk(server)
    assert send(server, 'npa-lead', case, {'declared': 'not_sexual'}).status == 422
    assert send(server, 'npa-lead', case, {'declared': 'not_sexual'}, [('', b'')]).status == 422


def test_who_may_not_sees_and_adds_nothing(server):
    case = new_case(server)
    assert (
        send(server, 'npa-lead', case, {'declared': 'not_sexual'}, [('a.txt', b'synthetic')]).status
        == 303
    )
    (at,) = attachments(server, case)
    unknown = server.ids['unknown']
    for path in ('/attachment/%s', '/attachment/%s/blurred', '/attachment/%s/looked'):
        there = server.request('GET', path % at, cookie(server, 'isa-lead'))
        nowhere = server.request('GET', path % unknown, cookie(server, 'isa-lead'))
        assert there.status == nowhere.status == 404
    for what in ('look', 'download', 'check'):
        assert post(server, 'isa-lead', '/attachment/%s/%s' % (at, what)).status == 404
    assert send(server, 'isa-lead', case, {'declared': 'not_sexual'}, [('b.txt', b'x')]).status == 404
    assert (
        send(server, None, case, {'declared': 'not_sexual'}, [('b.txt', b'x')], token=False).status
        == 401
    )
    assert (
        send(server, 'npa-lead', case, {'declared': 'not_sexual'}, [('b.txt', b'x')], token=False).status
        == 403
    )
    assert attachments(server, case) == [at]


def test_only_this_path_takes_large_bodies(server):
    large = [('a.bin', os.urandom(2 << 20))]
    kind, body = multipart({'declared': 'not_sexual'}, large)
    headers = {'Content-Type': kind, **cookie(server, 'npa-lead')}
    assert server.request('POST', '/find', headers, body).status == 413
    assert (
        server.request(
            'POST',
            '/attach/' + server.ids['m_case'],
            {**headers, 'Content-Type': 'application/x-www-form-urlencoded'},
            body,
        ).status
        == 413
    )
    case = new_case(server)
    assert (
        send(
            server, 'npa-lead', case, {'declared': 'not_sexual'}, [('a.bin', b'\1' * ((25 << 20) + 1))]
        ).status
        == 422
    )
    assert attachments(server, case) == []


def test_a_stranger_sends_no_file(server):
    """The memory for files is for those who are signed in: nobody else fills it."""
    kind, body = multipart({'declared': 'not_sexual'}, [('a.bin', os.urandom(3 << 20))])
    for cookies in ({}, {'Cookie': 'akari-session=' + 'A' * 43}, {'Cookie': 'akari-session='}):
        answer = server.request(
            'POST', '/attach/' + server.ids['m_case'], {'Content-Type': kind, **cookies}, body
        )
        assert answer.status == 401 and answer.body == b'', answer.text


def test_only_who_may_destroy_is_shown_how(server):
    case = new_case(server)
    send(server, 'npa-lead', case, {'declared': 'not_sexual'}, [('x.txt', b'synthetic')])
    (at,) = attachments(server, case)
    shown = []
    for login in ('npa-lead', 'owner-member', 'owner-intake'):
        page = server.request('GET', '/attachment/' + at, cookie(server, login))
        if 'withdraw_image?' in page.text:
            form = server.request('GET', '/do/attachment.withdraw_image?id=' + at, cookie(server, login))
            assert form.status == 200 and 'name="evidence"' in form.text, form.text
            shown.append(login)
    assert shown == ['npa-lead']


def test_malformed_forms_are_refused(server):
    case = server.ids['m_case']
    headers = cookie(server, 'npa-lead')
    for kind, body in [
        ('multipart/form-data', b''),
        ('multipart/form-data; boundary=A', b'--A\r\n'),
        ('multipart/form-data; boundary=A', b'junk--A--'),
        (
            'multipart/form-data; boundary=A',
            b'--A\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--A--',
        ),
    ]:
        answer = server.request('POST', '/attach/' + case, {'Content-Type': kind, **headers}, body)
        assert answer.status in (400, 415), (kind, body, answer.status)


def test_broken_and_huge_pictures_do_no_harm(server):
    case = new_case(server)
    whole = png()
    huge = whole[:16] + struct.pack('>II', 30000, 30000) + whole[24:]
    files = [
        ('cut.png', whole[:70]),
        ('huge.png', huge),
        ('bytes.png', whole[:50] + os.urandom(300)),
        ('x.jpg', b'\xff\xd8\xff\xe0' + os.urandom(4000)),
        ('x.webp', b'RIFF\x40\0\0\0WEBPVP8 ' + os.urandom(100)),
    ]
    assert send(server, 'npa-lead', case, {'declared': 'not_sexual'}, files).status == 303
    ids = attachments(server, case)
    assert len(ids) == len(files)
    for at in ids:
        assert post(server, 'npa-lead', '/attachment/%s/look' % at).status in (200, 409)
        assert post(server, 'npa-lead', '/attachment/%s/check' % at).status == 200


def test_words_of_a_file_are_never_markup(server):
    case, nasty = new_case(server), '<img src=x onerror=alert(1)>.png'
    assert (
        send(
            server,
            'npa-lead',
            case,
            {'declared': 'not_sexual', 'description': nasty},
            [(urllib.parse.quote(nasty, safe='<>()= '), b'synthetic')],
        ).status
        == 303
    )
    (at,) = attachments(server, case)
    for path in ('/case/' + case, '/attachment/' + at):
        assert '<img src=x' not in server.request('GET', path, cookie(server, 'npa-lead')).text


def api(server, login, name, **body):
    headers = {'Content-Type': 'application/json', 'Authorization': 'Bearer ' + server.token(login)}
    return server.request('POST', '/api/v1/' + name, headers, json.dumps(body).encode())


def test_whoever_sees_a_sexual_image_hides_it_at_once(server):
    case = new_case(server)
    fields = {'declared': 'not_sexual', 'description': 'Synthetic'}
    assert send(server, 'npa-lead', case, fields, [('x.png', png()), ('y.png', png(30, 20))]).status == 303
    image, other = attachments(server, case)
    unknown = server.ids['unknown']
    # Who has no part hides nothing, and does not learn that it is there; nor does a screen of another site.
    for login in ('isa-lead', 'none-police', 'npa-statistics', 'none-oversight'):
        refused = api(server, login, 'attachment/hold_image', id=image)
        same = api(server, login, 'attachment/hold_image', id=unknown)
        assert refused.status == same.status and refused.status in (403, 404), login
        assert json.loads(refused.body)['name'] == json.loads(same.body)['name']
    assert server.form('/do/attachment.hold_image?id=' + image, [], cookie(server, 'npa-lead')).status == 403
    json_only = {'Content-Type': 'application/json'}
    nobody = server.request('POST', '/api/v1/attachment/hold_image', json_only, b'{}')
    assert nobody.status in (401, 403)
    assert server.request('GET', '/attachment/%s/blurred' % image, cookie(server, 'npa-lead')).status == 200
    # One officer, at once: the picture is shown to nobody from then on, also not to those who put it there.
    page = server.request('GET', '/attachment/' + image, cookie(server, 'npa-lead')).text
    assert '/do/attachment.hold_image?id=' + image in page
    assert api(server, 'npa-lead', 'attachment/hold_image', id=image).status == 200
    for what in ('download', 'look', 'check'):
        assert post(server, 'npa-lead', '/attachment/%s/%s' % (image, what)).status == 409, what
    assert server.request('GET', '/attachment/%s/blurred' % image, cookie(server, 'npa-lead')).status == 409
    page = server.request('GET', '/attachment/' + image, cookie(server, 'npa-lead')).text
    assert 'data:image' not in page and '/do/attachment.hold_image' not in page
    assert '/do/attachment.withdraw_image?id=' + image in page
    assert api(server, 'npa-lead', 'attachment/hold_image', id=image).status == 409  # it is hidden already
    # What lies beside it stays.
    assert post(server, 'npa-lead', '/attachment/%s/download' % other).status == 200
    # Destroying takes two, and nobody takes hiding back.
    asked = api(server, 'npa-lead', 'attachment/withdraw_image', id=image, evidence='SYN-1')
    assert asked.status == 202, asked.text
    proposal = json.loads(asked.body)['id']
    assert api(server, 'npa-lead', 'proposal/confirm', id=proposal).status == 403
    assert post(server, 'npa-lead', '/attachment/%s/download' % image).status == 409


def test_hiding_from_the_page(server):
    case = new_case(server)
    assert send(server, 'npa-lead', case, {'declared': 'not_sexual'}, [('x.png', png())]).status == 303
    (image,) = attachments(server, case)
    path = '/do/attachment.hold_image?id=' + image
    text = server.request('GET', path, cookie(server, 'npa-lead')).text
    form = re.search(r'<form[^>]*action="/do/attachment.hold_image.*?</form>', text, re.S).group(0)
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))
    assert server.form(path, hidden, cookie(server, 'npa-lead')).status == 303
    assert post(server, 'npa-lead', '/attachment/%s/look' % image).status == 409


def raw(server, head, body):
    """A form of which not all comes; the connection is cut, and nothing is read."""
    with socket.create_connection(('127.0.0.1', server.port), timeout=20) as connection:
        connection.sendall(head + body)


def test_a_form_that_breaks_off_leaves_nothing(server):
    case = new_case(server)
    kind, body = multipart(
        {'class': 'identity', 'declared': 'not_sexual', '_token': server.form_token('npa-lead')},
        [('first.txt', b'synthetic, and whole'), ('second.bin', os.urandom(2 << 20))],
    )
    head = 'POST /attach/%s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n' % (case, kind)
    head += 'Content-Length: %d\r\n' % len(body)
    head += 'Cookie: %s\r\n\r\n' % cookie(server, 'npa-lead')['Cookie']
    for cut in (300, len(body) // 2, len(body) - 5):
        raw(server, head.encode(), body[:cut])
    for _ in range(150):  # the handler hears of it at once; its acts take their time
        if len(attachments(server, case)) >= 2:
            break
        time.sleep(0.1)
    names = [
        server.request('GET', '/attachment/' + at, cookie(server, 'npa-lead')).text
        for at in attachments(server, case)
    ]
    assert len(names) == 2 and all('first.txt' in n and 'second.bin' not in n for n in names)


def test_fields_stand_before_files(server):
    case = new_case(server)
    mark = 'AkariSynthetic7'
    token = server.form_token('npa-lead')
    field = '--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    fields = ''.join(
        field % (mark, name, value)
        for name, value in {'_token': token, 'declared': 'not_sexual', 'class': 'identity'}.items()
    )
    file = '--%s\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' % mark
    file += 'synthetic\r\n'
    late = file + fields + '--%s--\r\n' % mark
    split = fields + file + field % (mark, 'title', 'x') + '--%s--\r\n' % mark
    headers = {'Content-Type': 'multipart/form-data; boundary=' + mark, **cookie(server, 'npa-lead')}
    assert server.request('POST', '/attach/' + case, headers, late.encode()).status == 403
    assert attachments(server, case) == []
    assert server.request('POST', '/attach/' + case, headers, split.encode()).status == 400
    page = server.request('GET', '/attach/' + case, cookie(server, 'npa-lead')).text
    assert page.index('name="file"') > max(
        page.index('name="%s"' % name) for name in ('_token', 'declared', 'class', 'title', 'evidence')
    )


def test_many_forms_at_once_are_all_taken(server):
    """Four officers send 18 MB each: as long as forms lay in memory whole, the third was refused (503)."""
    cases, content, answers = [new_case(server) for _ in range(4)], os.urandom(6 << 20), []

    def one(case):
        answers.append(
            send(server, 'npa-lead', case, {'declared': 'not_sexual'}, [('a.bin', content)] * 3).status
        )

    threads = [threading.Thread(target=one, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 4, answers
    assert all(len(attachments(server, case)) == 3 for case in cases)


def test_what_cannot_be_drawn_says_so(server):
    """No empty place that looks as if there were nothing to fear, and no guess at what a film shows."""
    case = new_case(server)
    files = [
        ('syn-dance.gif', b'GIF89a\x10\0\x10\0\x80\0\0' + bytes(60)),
        ('syn-photo.heic', b'\0\0\0\x18ftypheic\0\0\0\0mif1heic' + bytes(60)),
        ('syn-film.mp4', b'\0\0\0\x18ftypisom\0\0\0\0isommp42' + bytes(60)),
        ('syn-cut.png', png()[:70]),
        ('syn-note.txt', b'synthetic words'),
        ('syn-room.png', png()),
    ]
    assert send(server, 'npa-lead', case, {'declared': 'not_sexual'}, files).status == 303
    said = {}
    for at in attachments(server, case):
        page = server.request('GET', '/attachment/' + at, cookie(server, 'npa-lead')).text
        name = re.search(r'syn-(\w+)\.', page).group(1)
        said[name] = 'There is no preview of this file.' in page
        assert said[name] == ('>No preview<' in page)
        look = post(server, 'npa-lead', '/attachment/%s/look' % at)
        assert look.status == (200 if name == 'room' else 409), name
    assert said == {
        'dance': True, 'photo': True, 'film': True, 'cut': True, 'note': False, 'room': False
    }  # fmt: skip
    grid = server.request('GET', '/case/' + case, cookie(server, 'npa-lead')).text
    assert grid.count('>No preview<') == 4


@pytest.mark.parametrize('wrong', [
    {'declared': 'not_sexual'},  # no file
    {'declared': ''}, {'declared': 'not_sexual', 'class': 'nothing'},
    {'declared': 'sexual', 'sha256': 'no hash'}])
def test_what_was_typed_beside_files_is_not_lost_and_not_answered_in_english(server, wrong):
    case = new_case(server)
    typed = {'title': 'Synthetic title', 'description': 'Synthetic words', 'taken_on': '2026-11-02',
             'address': 'Synthetic place', 'evidence': 'SYN-77', **wrong}
    files = [('x.txt', b'synthetic')] if len(wrong) > 1 else []
    kind, body = multipart({'class': 'identity', **typed, '_token': server.form_token('npa-lead')}, files)
    headers = {'Content-Type': kind, **server.cookie('npa-lead'), 'Accept-Language': 'ja'}
    answer = server.request('POST', '/attach/' + case, headers, body)
    assert answer.status == 422 and 'role="alert"' in answer.text
    for name in ('title', 'description', 'taken_on', 'address', 'evidence'):
        assert 'value="%s"' % typed[name] in answer.text, name
    alert = answer.text.split('role="alert"')[1].split('</div>')[0]
    assert not re.search('[A-Za-z]{4}', re.sub('<[^>]*>', '', alert)), alert
    assert attachments(server, case) == []


def test_who_holds_the_case_destroys_and_another_agency_hides(server):
    """Nothing is offered and then refused: another agency hides the image that it brought."""
    case = new_case(server)
    shared = {'agency': 'isa', 'relation': 'co_owner', 'basis': 'danger_to_life', 'class': 'identity'}
    assert api(server, 'npa-lead', 'case/share', id=case, **shared).status == 200
    assert api(server, 'isa-lead', 'case/take', id=case).status == 200
    answer = send(server, 'isa-lead', case, {'declared': 'not_sexual'}, [('room.png', png())])
    assert answer.status == 303, answer.text
    (at,) = attachments(server, case)
    theirs = server.request('GET', '/attachment/' + at, cookie(server, 'isa-lead')).text
    assert '/do/attachment.hold_image?id=' + at in theirs
    assert '/do/attachment.withdraw_image' not in theirs
    assert api(server, 'isa-lead', 'attachment/withdraw_image', id=at, evidence='SYN-1').status == 404
