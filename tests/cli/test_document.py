# SPDX-License-Identifier: Apache-2.0
"""akari document: all sample vectors, several in one text, hostile input, residence cards. Specimens and
made-up persons only."""
import json
import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AKARI = pathlib.Path(os.environ.get("AKARI_BUILD", ROOT / "build" / "check-gcc")) / "src" / "cli" / "akari"
SHARED = pathlib.Path(os.environ.get("AKARI_SHARED", ROOT.parent / "shared"))
VECTORS = SHARED / "samples" / "mrz" / "mrz_vectors.jsonl"
SPECIMEN = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10\n"

pytestmark = pytest.mark.skipif(not AKARI.exists(), reason="the program is not built")

# Where this reader disagrees with the second opinion of the samples, and why. Anything else must agree.
ARGUED = {
    # The number of nine places is followed by <, which says that it goes on in the optional data (9303-5,
    # 4.2.2, note on position 15), but nothing follows and there is no check digit anywhere. A digit that is
    # not there is not right.
    "I<UTOD23145890<<<<<<<<<<<<<<<<": {"docnum": False},
    # The French identity card of 1995 to 2021 is no TD2 card: its number has twelve places and its own digit,
    # the birth date stands elsewhere, the composite is over both lines, and there is no expiry. Read as TD2
    # nothing is right; read as what it is, all is.
    "IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<": {"docnum": True, "dob": True, "comp": True, "exp": None},
}


def mrz(text, *options, **more):
    if isinstance(text, str):
        text = text.encode()
    words = [str(AKARI), "document", "mrz", *(options or ["--json"])]
    return subprocess.run(words, input=text, capture_output=True, timeout=60, check=False, **more)


def read(text):
    done = mrz(text)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def vectors():
    if not VECTORS.exists():
        return []
    return [json.loads(line) for line in VECTORS.read_text().splitlines()]


@pytest.mark.parametrize("number", range(len(vectors())))
def test_every_vector(number):
    vector = vectors()[number]
    [found] = read("\n".join(vector["lines"]))
    assert found["format"] == vector["format"]
    assert found["lines"] == vector["lines"]
    expected = dict(vector["checks"])
    for check, verdict in ARGUED.get(vector["lines"][0], {}).items():
        assert expected.pop(check) != verdict, "no disagreement any more"
        if verdict is not None:
            expected[check] = verdict
    assert found["checks"] == expected
    assert found["all_ok"] == all(expected.values())
    for proposal in found["proposals"]:
        [again] = read("\n".join(proposal["lines"]))
        assert again["all_ok"]


def test_the_vectors_are_all_there():
    if VECTORS.exists():
        assert len(vectors()) == 37
        assert {v["format"] for v in vectors()} == {"TD1", "TD2", "TD3", "MRVA", "MRVB"}


def test_several_with_what_is_none_between():
    text = SPECIMEN + "\n\nNOT ONE\nOF THESE\n\n" + SPECIMEN.replace("\n", "\r\n")
    done = mrz(text)
    assert done.returncode == 0
    found = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert [m["fields"]["document_number"] for m in found] == ["L898902C3", "L898902C3"]
    assert b"line 5" in done.stderr
    assert b"THESE" not in done.stderr


def test_fields_have_words():
    [found] = read(SPECIMEN)
    fields = found["fields"]
    assert fields["surname"] == "ERIKSSON"
    assert fields["given_names"] == "ANNA MARIA"
    assert fields["birth_date"] == "1974-08-12"
    assert fields["sex"] == "female"
    assert fields["composite_check_digit"] == "0"
    assert "birth_date_other_reading" not in fields


def test_for_people_to_read():
    done = mrz(SPECIMEN.replace("L898902C3", "L8989O2C3"), "--lang", "en")
    assert done.returncode == 0
    words = done.stdout.decode()
    assert "check docnum     WRONG" in words
    assert "perhaps:" in words
    assert "L898902C36UTO7408122F1204159ZE184226B<<<<<10" in words


@pytest.mark.parametrize("text", [
    b"", b"\n\n\n", b"\0" * 5000, bytes(range(256)) * 40, b"\xff\xfe" * 500, b"<" * 100000, b"X\n" * 5000,
    ("{" * 3000).encode(), b"P<UTO\n" * 3,
], ids=["empty", "blank", "zeros", "bytes", "no utf-8", "fillers", "many lines", "nested", "three short"])
def test_what_is_none_is_refused(text):
    done = mrz(text)
    assert done.returncode == 65
    assert done.stdout == b""
    assert b"line" in done.stderr or b"recognised" in done.stderr
    assert len(done.stderr) < 2000


def test_a_line_without_end_is_refused_in_bounded_memory():
    # 64 MB of one line through a pipe: the limit says so, long before memory does.
    feed = subprocess.Popen(["head", "-c", str(64 << 20), "/dev/zero"], stdout=subprocess.PIPE)
    words = [str(AKARI), "document", "mrz", "--json"]
    done = subprocess.run(words, stdin=feed.stdout, capture_output=True, timeout=60, check=False)
    feed.stdout.close()
    feed.wait()
    assert done.returncode == 65
    assert b"too large" in done.stderr


def test_no_personal_words_on_the_command_line():
    words = [str(AKARI), "document", "mrz", "P<UTOERIKSSON<<ANNA"]
    done = subprocess.run(words, input=b"", capture_output=True, timeout=60, check=False)
    assert done.returncode == 64
    assert b"ERIKSSON" not in done.stderr


def test_every_cut_of_a_specimen_is_said_or_read():
    cuts = [SPECIMEN[:n] for n in range(0, len(SPECIMEN), 7)]
    done = mrz("\n\n".join(cuts))
    assert done.returncode == 0
    for line in done.stdout.decode().splitlines():
        found = json.loads(line)
        assert found["all_ok"] or found["diagnostics"]


# ---- residence cards (made-up numbers) ----


def card(text, *options):
    words = [str(AKARI), "document", "card", *options]
    return subprocess.run(words, input=text.encode(), capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("text,form,expiry", [
    ("AB12345678CD\n2999-12-31\n", "right", "ahead"),
    ("ab 1234 5678 cd\n2001/01/31", "folded", "past"),
    ("AB12345678CD\n\u4ee4\u548c3\u5e741\u67081\u65e5\n", "right", "past"),
    ("AB12345678CD", "right", "unread"),
    ("ABI2345678CD\nsoon", "character", "unread"),
    ("", "length", "unread"),
])
def test_number_and_day_of_a_residence_card(text, form, expiry):
    done = card(text, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["card"]
    assert found["number"]["form"] == form
    assert found["expiry"]["verdict"] == expiry
    assert found["number"]["meaning"] and found["expiry"]["meaning"]
    assert any(fact["key"] == "check_digit" for fact in found["facts"])
    assert form == "character" or b"12345678" not in done.stdout  # a proposal is the one way it is repeated


HELPERS = ["intake_counsellor", "shelter_worker", "health", "legal_aid", "labour_inspector", "case_lead"]


@pytest.mark.parametrize("role", [None, *HELPERS, "anonymous", "nobody"])
def test_no_chip_is_read_at_a_help_desk(role):
    done = card("AB12345678CD\n", "--chip", *(["--role", role] if role else []))
    assert done.returncode == 77
    assert done.stdout == b""


def test_without_a_reader_it_says_so():
    done = card("AB12345678CD\n", "--chip", "--role", "immigration_officer")
    assert done.returncode in (66, 69)  # no reader; or built without
    assert b"12345678" not in done.stderr
