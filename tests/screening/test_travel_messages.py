# SPDX-License-Identifier: Apache-2.0
"""Messages of carriers by the command line: nobody is lost, everything odd is told, nothing crashes. Messages
of this file are synthetic; the public samples are read where they are kept (AKARI_SHARED)."""
import json
import os
import pathlib
import random
import re
import subprocess
import threading

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AKARI = pathlib.Path(os.environ.get("AKARI_BUILD", ROOT / "build" / "check-gcc")) / "src" / "cli" / "akari"
SAMPLES = pathlib.Path(os.environ.get("AKARI_SHARED", ROOT.parent / "shared")) / "samples" / "edifact"
CASES = pathlib.Path(__file__).with_name("cases")

pytestmark = pytest.mark.skipif(not AKARI.exists(), reason="the program is not built")


def parse(data, *more, timeout=120):
    command = [str(AKARI), "travel", "parse", "-", "--json", *more]
    done = subprocess.run(command, input=data, capture_output=True, timeout=timeout)
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def names_of(messages):
    found = set()
    for message in messages:
        for traveller in message["travellers"]:
            for name in traveller["names"]:
                found.add((squeeze(name["surname"]), squeeze(name["given"])))
    return found


def squeeze(text):
    """A line break in a sample stands for a blank or for nothing: compare without either."""
    return re.sub(r"\s+", "", text)


# ---- an independent way to count -----------------------------------------------------------------


def service_string(text):
    """component, element, release and the pattern of a terminator, by looking at the interchange itself."""
    unb = re.search(r"UNB(.)....(.)", text, re.S)
    element, component = (unb.group(1), unb.group(2)) if unb else ("+", ":")
    una = re.search(r"UNA(.*?)\s*UNB", text, re.S)
    release = "\\" if una and "\\" in una.group(1) else "?"
    after = re.search(r"(.)\s*UN[HG]" + re.escape(element), text, re.S)
    end = after.group(1) if after else "'"
    return component, element, release, end


def travellers_by_hand(text):
    """(surname, given) of each NAD of a traveller and each TIF, found by a pattern and not by a parser."""
    component, element, release, end = service_string(text)
    e, c = re.escape(element), re.escape(component)
    stop = "[" + re.escape(element + end) + "\u2019]"
    released = re.escape(release)
    value = rf"((?:{released}.|(?!{stop}|{c}).)*)"
    found = []
    for match in re.finditer(rf"NAD{e}(\w+){e}{e}{e}{value}(?:{c}{value})?", text, re.S):
        if match.group(1) not in ("MS", "MR"):
            found.append((match.group(2), match.group(3) or ""))
    for match in re.finditer(rf"TIF{e}{value}(?:{c}(?:(?!{stop}).)*)?(?:{e}{value})?", text, re.S):
        found.append((match.group(1), match.group(2) or ""))
    plain = [(re.sub(released + "(.)", r"\1", a), re.sub(released + "(.)", r"\1", b)) for a, b in found]
    return {(squeeze(a), squeeze(b)) for a, b in plain}


def sample_files():
    return sorted(path for path in SAMPLES.rglob("*") if path.is_file()) if SAMPLES.is_dir() else []


def file_id(path):
    return path.name[:60] if path else "none"


@pytest.mark.parametrize("path", sample_files() or [None], ids=file_id)
def test_every_traveller_of_every_sample(path):
    if path is None:
        pytest.skip("the public samples are not here")
    data = path.read_bytes()
    text = data.decode("utf-8", "replace")
    done, messages = parse(data)
    assert done.returncode == 0, done.stderr
    assert len(messages) == len(re.findall(r"UNH[+\-]", text)), "messages were lost"
    assert all(message["type"] in ("PAXLST", "PNRGOV", "CUSRES") for message in messages)
    by_hand, said = travellers_by_hand(text), names_of(messages)
    missing = by_hand - said
    assert not missing, f"{len(missing)} of {len(by_hand)} travellers are lost"
    assert "ML:" not in json.dumps([m["travellers"] for m in messages])


def test_the_count_by_hand_counts():
    text = "UNB+UNOA:4+A'UNH+1+X'NAD+MS+++DESK'NAD+FL+++O?'HARA:MARY:B'TIF+KIM:I+SU MRS::1'TIF+GROUP:G'"
    assert travellers_by_hand(text) == {("O'HARA", "MARY"), ("KIM", "SUMRS"), ("GROUP", "")}


# ---- cut and broken ------------------------------------------------------------------------------


def cuttable():
    wanted = ("guide_5_3_progressive", "pnrMessagePg77", "codeshare")
    files = [path for path in sample_files() if any(word in path.name for word in wanted)]
    return [path.read_bytes() for path in files][:3] or [(CASES / "pnrgov.edi").read_bytes()]


def test_cut_at_every_byte(tmp_path):
    """Five hundred pieces of a file go through one process; each must end well and tell that it was cut."""
    for data in cuttable():
        step = 97 if os.environ.get("AKARI_QUICK") else 1
        pieces = [data[:n] for n in range(1, len(data) - 3, step)]
        paths = []
        for i, piece in enumerate(pieces):
            path = tmp_path / f"{i}.edi"
            path.write_bytes(piece)
            paths.append(str(path))
        for at in range(0, len(paths), 500):
            some = paths[at:at + 500]
            command = [str(AKARI), "travel", "parse", *some, "--json"]
            done = subprocess.run(command, capture_output=True, timeout=300)
            assert done.returncode in (0, 65), done.stderr[-500:]
            told = {}
            for line in done.stdout.splitlines():
                message = json.loads(line)
                told[message["file"]] = told.get(message["file"], 0) + len(message["diagnostics"])
            for path in some:
                assert told.get(path, 0) > 0 or not pathlib.Path(path).read_bytes().strip(), path


def test_bytes_changed_at_random():
    dice = random.Random(4)
    data = (CASES / "pnrgov.edi").read_bytes() + (CASES / "paxlst.edi").read_bytes()
    for _ in range(60):
        broken = bytearray(data)
        for _ in range(dice.randrange(1, 30)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        done, messages = parse(bytes(broken))
        assert done.returncode in (0, 65), done.stderr
        assert messages


HOSTILE = {
    "nothing": b"",
    "binary": bytes(range(256)) * 4000,
    "zeros": b"\0" * 100000,
    "quotes": b"'" * 100000,
    "plus": b"UNB+UNOA:4+" + b"+" * 200000,
    "colons": b"UNB+UNOA:4'UNH+1+PAXLST:D:05B'NAD+FL" + b":" * 300000 + b"'",
    "release": b"UNB+UNOA:4'UNH+1+PAXLST:D:05B'NAD+FL+++" + b"?" * 300000,
    "nested": b"UNB+UNOA:4+A'" * 5000 + b"UNG+X'" * 5000 + b"UNH+1+PAXLST:D:05B'" * 5000,
    "bad utf-8": b"UNB+UNOA:4'UNH+1+PAXLST:D:05B'NAD+FL+++\xff\xfe\xc0\x80:\xed\xa0\x80'UNT+3+1'",
    "blanks": b"UNB+UNOA:4'UNH+1+PAXLST:D:05B'NAD+FL+++A" + b"\n" * 60000 + b":B'",
    "breaks": b"UNB+UNOA:4'UNH+1+PAXLST:D:05B'NAD+FL+++A" + b"\n " * 30000 + b":B'",
    "documents": b"UNB+UNOA:4'UNH+1+PAXLST:D:05B'NAD+FL+++A:B'" + b"DOC+P+1'" * 100000,
    "changes": b"UNH+1+PNRGOV:13:1'SRC'TIF+A+B:A:1'" + b"SAC+++A'TIF+A+B:A:1'" * 20000,
    "seats": b"UNH+1+PNRGOV:13:1'SRC'TIF+A+B:A:1'SSR+SEAT:HK:1:ZZ:::A:B" + b"+1A::1" * 9000 + b"'",
    "una": b"UNA" * 50000,
    "unb": b"UNB+UNOA:4+A" * 50000,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile(name):
    done, messages = parse(HOSTILE[name])
    assert done.returncode in (0, 65), done.stderr
    assert len(messages) >= 1
    if name != "nothing":
        assert any(message["diagnostics"] for message in messages)
    for message in messages:
        assert len(message["diagnostics"]) <= 20000
        assert sum(message["diagnostic_counts"].values()) >= len(message["diagnostics"])


def test_no_message_is_told():
    done, messages = parse(b"Dear colleague, no message here.")
    assert done.returncode == 65 and b"no message is recognised" in done.stderr
    assert [message["type"] for message in messages] == ["none"]
    done = subprocess.run([str(AKARI), "travel", "parse", "/nonexistent/file", "--json"], capture_output=True)
    assert done.returncode == 66
    assert subprocess.run([str(AKARI), "travel", "parse"], capture_output=True).returncode == 64


def peak_kilobytes(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1))


def stream(head, block, times, tail):
    """Feeds head, block x times, tail through a pipe; what came out, and the most memory in KB."""
    running = subprocess.Popen(
        [str(AKARI), "travel", "parse", "-", "--json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    out = []
    reader = threading.Thread(target=lambda: out.append(running.stdout.read()))
    reader.start()
    running.stdin.write(head)
    for _ in range(times):
        running.stdin.write(block)
    running.stdin.flush()
    most = peak_kilobytes(running.pid)
    running.stdin.write(tail)
    running.stdin.close()
    reader.join()
    assert running.wait() == 0
    return [json.loads(line) for line in out[0].splitlines()], most


def test_a_line_of_two_gigabytes():
    head = b"UNB+UNOA:4+A+B+200101:0900+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+ZZ1'FTX+"
    tail = b"'NAD+FL+++JAIDEE:NOI'UNT+6+1'UNZ+1+1'"
    messages, most = stream(head, b"A" * (1 << 20), 2048, tail)
    assert names_of(messages) == {("JAIDEE", "NOI")}
    assert [d["code"] for d in messages[0]["diagnostics"]] == ["segment-too-long", "nationality-missing"]
    assert most < 64 << 10


def test_ten_thousand_travellers_in_one_message():
    head = b"UNB+UNOA:4+A+B+200101:0900+1'UNH+1+PAXLST:D:05B:UN:IATA'BGM+745'TDT+20+ZZ1+++ZZ'LOC+125+BKK'"
    one = b"NAD+FL+++JAIDEE:NOI%d'ATT+2++F'DTM+329:950607'NAT+2+THA'DOC+P+AA%d'LOC+91+THA'"
    body = b"".join(one % (i, i) for i in range(10000))
    messages, most = stream(head, body, 1, b"CNT+42:10000'UNT+60006+1'UNZ+1+1'")
    assert len(messages) == 1 and len(messages[0]["travellers"]) == 10000
    assert len(names_of(messages)) == 10000
    assert messages[0]["diagnostics"] == []
    assert most < 64 << 10


def test_one_reservation_of_ten_thousand():
    head = b"UNB+IATA:1+A+B+200101:0900+1'UNH+1+PNRGOV:13:1:IA'TVL+010120:0900+BKK+NRT+ZZ+1'SRC'RCI+ZZ:ABC12'"
    body = b"".join(b"TIF+JAIDEE+NOI%d:A:%d'" % (i, i) for i in range(10000))
    one = b"SSR+DOCS:HK:1:ZZ:::::/P/THA/AA%d/THA/07JUN95/F/01JAN28/JAIDEE/NOI%d+::%d'"
    docs = b"".join(one % (i, i, i) for i in range(10000))
    messages, most = stream(head + body, b"TVL+010120:0900+BKK+NRT+ZZ+1'" + docs, 1, b"UNT+20007+1'UNZ+1+1'")
    travellers = messages[0]["travellers"]
    assert len(travellers) == 10000
    assert all(len(t["documents"]) == 1 and t["nationality"] == "THA" for t in travellers)
    assert all(t["documents"][0]["number"] == t["names"][0]["given"].replace("NOI", "AA") for t in travellers)
    assert most < 256 << 10


# ---- cases as data -------------------------------------------------------------------------------


def look(value, path):
    for word in path.split("."):
        value = value[int(word)] if isinstance(value, list) else value.get(word)
        if value is None:
            return None
    return value


def case_lines():
    for path in sorted(CASES.glob("*.case")):
        yield pytest.param(path, id=path.stem)


@pytest.mark.parametrize("path", case_lines())
def test_case(path):
    """FILE.case: `message TEXT` adds segments, `file NAME` a file; `PATH = JSON` must hold in the objects."""
    data, wanted = "", []
    for line in path.read_text().splitlines():
        if line.startswith("message "):
            data += line[len("message "):] + "\n"
        elif line.startswith("file "):
            data += (CASES / line[5:]).read_text()
        elif " = " in line and not line.startswith("#"):
            key, _, value = line.partition(" = ")
            wanted.append((key, json.loads(value)))
    assert wanted
    done, messages = parse(data.encode())
    assert done.returncode == 0, done.stderr
    for key, value in wanted:
        assert look(messages, key) == value, key
