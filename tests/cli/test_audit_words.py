# SPDX-License-Identifier: Apache-2.0
"""What the command line says of the trail, of the store and of an assessment: words and JSON tell the
same, broken witness keys and notes are refused, and nothing that was typed comes back in an error. All
data is synthetic."""
import json
import random
import re
import sqlite3

import pytest
from test_cli import PASSPHRASE, ROOT, akari, init

MARK = "zeppelinwort"
PACK = ROOT / "pack" / "japan"


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A store with a little in it, that no test changes."""
    folder = tmp_path_factory.mktemp("audit")
    data = init(folder)
    file = folder / "synthetic.csv"
    assert akari("generate", "ctdc", "--out", file, "--n", 40, "--seed", 3).returncode == 0
    assert akari("import", "ctdc", file, "--data", data, "--synthetic").returncode == 0
    return data


def verified(data, *more, status=0):
    done = akari("audit", "verify", "--data", data, *more)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout


def test_words_and_json_tell_the_same(filled):
    words, told = verified(filled), json.loads(verified(filled, "--json"))
    last = r"^(\d+) leaves, (\d+) pending, (\d+) checkpoints, (\d+) rows, (\d+) findings$"
    line = re.search(last, words, re.M)
    names = ("leaves", "pending", "checkpoints", "rows", "findings_total")
    assert [int(n) for n in line.groups()] == [told[name] for name in names]
    assert told["findings"] == [] and told["leaves"] > 40
    tables = re.findall(r"^(\w+) +(\d+) rows  (\w+):", words, re.M)
    counted = {name: (int(n), sort) for name, n, sort in tables}
    assert counted == {
        t["table"]: (t["rows"], "covered" if t["covered"] else "uncovered") for t in told["tables"]
    }
    assert all(t["why"] for t in told["tables"])
    # each covered row is counted once, whichever table it is in
    assert told["rows"] <= sum(t["rows"] for t in told["tables"])


def test_every_table_that_is_numbered_is_accounted_for(filled):
    numbered = set()
    for line in (ROOT / "docs" / "tables.tsv").read_text(encoding="utf-8").splitlines():
        if line and line[0].isdigit():
            numbered.add(line.split("\t")[1])
    assert {t["table"] for t in json.loads(verified(filled, "--json"))["tables"]} == numbered


def test_findings_of_json_name_table_row_and_what(tmp_path):
    data = init(tmp_path)
    file = tmp_path / "synthetic.csv"
    assert akari("generate", "ctdc", "--out", file, "--n", 5, "--seed", 3).returncode == 0
    assert akari("import", "ctdc", file, "--data", data, "--synthetic").returncode == 0
    db = sqlite3.connect(data / "akari.db")
    rows = [r[0] for r in db.execute("SELECT id FROM case_file ORDER BY id LIMIT 2")]
    db.execute("UPDATE case_file SET state = 'closed' WHERE id = ?", (rows[0],))
    db.execute("DELETE FROM case_file WHERE id = ?", (rows[1],))
    db.commit()
    db.close()
    told = json.loads(verified(data, "--json", status=7))
    named = {(f["table"], f["row"]) for f in told["findings"]}
    assert {("case_file", r.hex()) for r in rows} <= named
    assert told["findings_total"] == len(told["findings"]) and all(f["what"] for f in told["findings"])
    before = (data / "akari.db").read_bytes()
    verified(data, status=7)
    assert (data / "akari.db").read_bytes() == before, "who looks mends nothing"


# ---- notes of witnesses -------------------------------------------------------------------


def test_a_checkpoint_is_a_note_that_a_witness_signs(filled, tmp_path):
    done = akari("audit", "checkpoint", "--data", filled)
    assert done.returncode == 0, done.stderr
    origin, size, root, *rest = done.stdout.split("\n")
    assert origin.startswith("akari.audit/") and int(size) > 40 and len(root) == 44
    assert any(line.startswith("\u2014 ") for line in rest)
    assert akari("audit", "checkpoint", "--data", filled).stdout == done.stdout, "looking places no leaf"
    out = tmp_path / "note"
    witness = ["--keys", tmp_path / "key", "--name", "isa.example/witness"]
    assert akari("audit", "witness", "--data", filled, *witness, "--out", out).returncode == 0
    signed = out.read_text(encoding="utf-8")
    assert signed.startswith(done.stdout.rstrip("\n").split("\n\n")[0])
    assert "\u2014 isa.example/witness " in signed
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0 and out.stat().st_mode & 0o077 == 0
    printed = akari("audit", "witness", "--data", filled, *witness)
    assert printed.returncode == 0 and "\u2014 isa.example/witness " in printed.stdout


@pytest.mark.parametrize("key", [b"", b"AAAA", MARK.encode(), b"\xff\xfe\x00", b"A" * 4000, b"A" * 90000])
def test_a_damaged_key_of_a_witness_signs_nothing(filled, tmp_path, key):
    path, out = tmp_path / "key", tmp_path / "note"
    path.write_bytes(key)
    words = ["--keys", path, "--name", "isa.example/witness", "--out", out]
    done = akari("audit", "witness", "--data", filled, *words)
    assert done.returncode not in (0, 1) and done.returncode < 128, done.stderr
    assert not out.exists() and path.read_bytes() == key, "it is not made anew over a key that is there"
    assert MARK not in done.stderr


@pytest.mark.parametrize(
    "note",
    [
        "",
        MARK,
        "akari.audit/x\n",
        "akari.audit/x\n99999999999999999999\nAAAA\n\n",
        "akari.audit/x\n-1\n\n\n",
        "\x00\n" * 9,
    ],
)
def test_a_note_that_is_none_is_no_witness(filled, tmp_path, note):
    path = tmp_path / "note"
    path.write_text(note, encoding="utf-8")
    done = akari("audit", "verify", "--data", filled, "--witness", path)
    if note:
        assert done.returncode not in (0, 1) and done.returncode < 128, done.stdout
    assert MARK not in done.stderr + done.stdout


def test_a_note_changed_by_one_letter_agrees_with_nothing(filled, tmp_path):
    out, path = tmp_path / "note", tmp_path / "changed"
    witness = ["--keys", tmp_path / "key", "--name", "isa.example/witness"]
    assert akari("audit", "witness", "--data", filled, *witness, "--out", out).returncode == 0
    lines = out.read_text(encoding="utf-8").split("\n")
    longer, other = [str(int(lines[1]) + 1)], [lines[2][::-1]]
    for changed in (lines[:1] + longer + lines[2:], lines[:2] + other + lines[3:]):
        path.write_text("\n".join(changed), encoding="utf-8")
        assert akari("audit", "verify", "--data", filled, "--witness", path).returncode not in (0, 1)


# ---- a store in numbers -------------------------------------------------------------------


def test_a_summary_counts_what_is_there(filled):
    done = akari("demo", "summary", "--data", filled)
    assert done.returncode == 0, done.stderr
    names = ("cases", "subjects", "audit leaves")
    cases, subjects, leaves = (int(re.search(rf"(\d+) {n}", done.stdout).group(1)) for n in names)
    db = sqlite3.connect(f"file:{filled}/akari.db?mode=ro", uri=True)
    assert cases == db.execute("SELECT count(*) FROM case_file").fetchone()[0] == 40
    assert subjects == db.execute("SELECT count(*) FROM subject").fetchone()[0]
    assert leaves >= cases
    assert "62 measures, 123 duties, 40 programme items" in done.stdout


# ---- an assessment without a store --------------------------------------------------------


def evaluate(text, profile="adult_labour"):
    return akari("assessment", "evaluate", "--profile", profile, "--pack", PACK, stdin=text)


PROFILES = ["adult_labour", "child_labour", "adult_sexual", "child_sexual"]
STRENGTHS = (ROOT / "tests" / "assessment" / "strengths.tsv").read_text(encoding="utf-8")
CODES = re.findall(r"^([A-Z]{2}\d\d)\t", STRENGTHS, re.M)


def told_of(answers, profile):
    """answers: pairs of a code and a word."""
    done = evaluate("".join(f"{code}\t{word}\n" for code, word in answers), profile)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("profile", PROFILES)
def test_no_answer_at_all_is_never_a_clean_bill(profile):
    """Harm: nobody asked her anything, and a paper says that there is no sign."""
    told = told_of([], profile)
    assert all(not d["lower"] and d["upper"] for d in told["dimensions"].values())
    assert len(told["deciding"]) > 10


@pytest.mark.parametrize("profile", PROFILES)
def test_an_answer_narrows_and_order_tells_nothing(profile):
    """For answers drawn: whichever order they stand in, the same; one more leaves no less known; lower is
    never above upper; once all is answered nothing decides any more."""
    chance = random.Random(profile)
    answers = [(code, chance.choice(["yes", "no", "no"])) for code in CODES]
    chance.shuffle(answers)
    before = told_of([], profile)
    for n in (1, len(CODES) // 3, len(CODES) // 2, len(CODES) - 1, len(CODES)):
        now = told_of(answers[:n], profile)
        assert now == told_of(sorted(answers[:n]), profile) == told_of(answers[:n][::-1], profile)
        for name, d in now["dimensions"].items():
            assert d["lower"] <= d["upper"]
            assert d["lower"] >= before["dimensions"][name]["lower"]
            assert d["upper"] <= before["dimensions"][name]["upper"]
        assert not {code for code, _ in answers[:n]} & set(now["deciding"])
        before = now
    assert before["deciding"] == [] and all(d["lower"] == d["upper"] for d in before["dimensions"].values())


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", MARK, MARK + "\tyes", "DR01\t" + MARK, "DR01 yes", "DR01\tyes\nDR01\tno", "dr01\tyes",
     "DR01\tYES", "DR01\tyes\tno",
     "\tyes", "DR01\t", "\x00\tyes", "DR01\tyes\x00", "DR01\tyes\r\r", "DR99\tyes"],
)  # fmt: skip
def test_answers_that_are_none_are_refused_without_a_word_of_them(text):
    done = evaluate(text)
    assert done.returncode == 65, done.stdout
    assert MARK not in done.stderr + done.stdout and not done.stdout
    assert re.search(r"line \d+", done.stderr)


def test_a_profile_that_is_none():
    for profile in ("", "adult", MARK, "adult_labour "):
        done = evaluate("", profile)
        assert done.returncode == 64 and MARK not in done.stderr


# ---- whose account it is ------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        "",
        "[]",
        "{}",
        '{"login": "%s"}' % MARK,
        '{"staff_number": "%s"}' % MARK,
        '{"login": "%s", "staff_number": "1"}' % MARK,
        '{"login": "x", "staff_number": "1", "password": "%s"}' % MARK,
        '{"login": "x", "login": "y"}',
        '{"login": {"a": 1}, "staff_number": "1"}',
        '{"login": "x\\u0000", "staff_number": "1"}',
    ],
)
@pytest.mark.parametrize("word", ["person", "enrol"])
def test_nobody_is_named_by_words_that_do_not_fit(filled, word, given):
    done = akari("account", word, "--data", filled, "--input", "-", stdin=given)
    assert done.returncode not in (0, 1) and done.returncode < 128, done.stdout
    assert MARK not in done.stderr + done.stdout and PASSPHRASE not in done.stderr


def test_without_an_input_they_say_how(filled):
    for word in ("person", "enrol", "first"):
        done = akari("account", word, "--data", filled)
        assert done.returncode == 64 and "--input" in done.stderr
