# SPDX-License-Identifier: Apache-2.0
"""The command line as its users meet it: stable commands, exit codes, file:line, kill and go on. All data is
synthetic."""
import csv
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
AKARI = pathlib.Path(os.environ.get("AKARI_BUILD", ROOT / "build" / "check-gcc")) / "src" / "cli" / "akari"
SHARED = pathlib.Path(os.environ.get("AKARI_SHARED", ROOT.parent / "shared"))
PUBLISHED = SHARED / "samples" / "figures" / "CTDC_VPsynthetic_condensed.csv"
PASSPHRASE = "synthetic passphrase"
CTDC_COLUMNS = 16

pytestmark = pytest.mark.skipif(not AKARI.exists(), reason="the program is not built")


def akari(*args, stdin=None, passphrase=PASSPHRASE, timeout=300):
    env = {k: v for k, v in os.environ.items() if k != "AKARI_PASSPHRASE"}
    if passphrase:
        env["AKARI_PASSPHRASE"] = passphrase
    words = [str(AKARI), *map(str, args)]
    return subprocess.run(words, input=stdin, capture_output=True, text=True, env=env, timeout=timeout)


def count_by(data, column):
    return json.loads(akari("figures", "count", "--by", column, "--data", data, "--json").stdout)


def init(tmp_path, name="data"):
    data = tmp_path / name
    done = akari("init", "--pack", ROOT / "pack" / "japan", "--data", data, "--synthetic")
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture
def data(tmp_path):
    return init(tmp_path)


@pytest.fixture
def small_file(tmp_path):
    path = tmp_path / "synthetic.csv"
    assert akari("generate", "ctdc", "--out", path, "--n", 300, "--seed", 5).returncode == 0
    return path


# ---- packs --------------------------------------------------------------------------------


def test_the_pack_of_japan_has_no_faults():
    done = akari("pack", "check", ROOT / "pack" / "japan")
    assert done.returncode == 0, done.stderr
    assert "62 measures, 123 duties, 40 programme items" in done.stdout


def edit(path, old, new):
    text = path.read_text()
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new, 1))


FAULTS = {
    "wrong field name": ("kinds/consultation.yaml", "label:", "lable:"),
    "unknown code list": ("kinds/consultation.yaml", "codes: ", "codes: no_such_"),
    "dangling duty": ("kinds/consultation.yaml", "duties: [", 'duties: ["9(9)/z", '),
    "duplicate key": ("kinds/consultation.yaml", "\ntitle:", "\ntitle: \"Twice\"\ntitle:"),
    "missing translation": ("kinds/consultation.yaml", "\ntitle: \"", "\ntitle: \"Untranslated words "),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_a_pack_is_named_by_file_and_line(tmp_path, fault):
    file, old, new = FAULTS[fault]
    pack = tmp_path / "pack"
    shutil.copytree(ROOT / "pack" / "japan", pack)
    edit(pack / file, old, new)
    done = akari("pack", "check", pack)
    assert done.returncode == 65
    assert re.search(rf"^{re.escape(file)}:\d+: ", done.stderr, re.M), done.stderr


def test_the_stories_of_the_pack_pass():
    done = akari("pack", "test", ROOT / "pack" / "japan")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^[1-9]\d* passed, 0 failed$", done.stdout, re.M)


# ---- store --------------------------------------------------------------------------------


def test_init_refuses_an_existing_folder_and_wrong_keys_are_told(tmp_path, data):
    assert akari("init", "--pack", ROOT / "pack" / "japan", "--data", data).returncode == 65
    wrong = akari("figures", "count", "--by", "gender", "--data", data, passphrase="another passphrase")
    assert wrong.returncode == 77
    none = akari("figures", "count", "--by", "gender", "--data", data, passphrase=None)
    assert none.returncode == 75
    assert PASSPHRASE not in wrong.stderr + none.stderr


def test_unknown_words_and_options():
    assert akari("no", "such").returncode == 64
    assert akari("init", "--nonsense").returncode == 64
    assert akari("help").returncode == 0


def rows(path):
    with open(path, newline="") as f:
        return list(csv.reader(f))


def test_a_file_goes_in_and_comes_out_the_same(data, small_file, tmp_path):
    dry = akari("import", "ctdc", small_file, "--data", data, "--dry-run")
    assert dry.returncode == 0 and "300 rows" in dry.stdout, dry.stderr
    done = akari("import", "ctdc", small_file, "--data", data, "--synthetic")
    assert done.returncode == 0 and "300 imported" in done.stdout, done.stderr
    batch = re.search(r"^batch ([0-9a-f]{32})$", done.stdout, re.M).group(1)
    again = akari("import", "ctdc", small_file, "--data", data, "--synthetic")
    assert "0 imported" in again.stdout and "300 already" in again.stdout
    assert akari("import", "purge", "--id", batch, "--data", data).returncode == 0
    out = tmp_path / "out.csv"
    assert akari("export", "ctdc", "--data", data, "--out", out).returncode == 0
    assert rows(out) == rows(small_file)
    counts = count_by(data, "gender")["counts"]
    column = rows(small_file)[0].index("gender")
    expected = {}
    for row in rows(small_file)[1:]:
        expected[row[column] or "not stated"] = expected.get(row[column] or "not stated", 0) + 1
    assert counts == expected
    assert akari("audit", "verify", "--data", data).returncode == 0


def test_bad_rows_are_told_and_the_others_go_in(data, small_file):
    lines = small_file.read_text().splitlines()
    cells = lines[3].split(",")
    cells[1] = "no such code"
    lines[3] = ",".join(cells)
    lines[7] += ",one cell too many"
    small_file.write_text("\n".join(lines) + "\n")
    done = akari("import", "ctdc", small_file, "--data", data, "--synthetic")
    assert done.returncode == 65
    assert "298 imported" in done.stdout and "2 failed" in done.stdout, done.stdout
    assert "row 4" in done.stderr and "row 8" in done.stderr


def test_an_import_that_was_killed_goes_on(data, tmp_path):
    path = tmp_path / "more.csv"
    assert akari("generate", "ctdc", "--out", path, "--n", 4000, "--seed", 9).returncode == 0
    env = dict(os.environ, AKARI_PASSPHRASE=PASSPHRASE)
    words = [str(AKARI), "import", "ctdc", str(path), "--data", str(data), "--synthetic"]
    child = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1.0)
    child.send_signal(signal.SIGKILL)
    child.wait()
    done = akari("import", "ctdc", path, "--data", data, "--synthetic")
    assert done.returncode == 0 and ", 0 failed" in done.stdout, done.stdout + done.stderr
    out = tmp_path / "out.csv"
    assert akari("export", "ctdc", "--data", data, "--out", out).returncode == 0
    assert rows(out) == rows(path)
    assert akari("audit", "verify", "--data", data).returncode == 0


def test_an_import_can_be_undone(data, small_file):
    done = akari("import", "ctdc", small_file, "--data", data, "--synthetic")
    batch = re.search(r"^batch ([0-9a-f]{32})$", done.stdout, re.M).group(1)
    assert akari("import", "undo", "--id", batch, "--data", data).returncode == 0
    counts = count_by(data, "gender")
    assert counts["total"] == 0
    assert akari("audit", "verify", "--data", data).returncode == 0


# ---- audit --------------------------------------------------------------------------------


def test_an_edit_is_named_and_exits_7(data, small_file):
    akari("import", "ctdc", small_file, "--data", data, "--synthetic")
    db = sqlite3.connect(data / "akari.db")
    row = db.execute("SELECT id FROM case_file LIMIT 1").fetchone()[0]
    db.execute("UPDATE case_file SET state = 'closed' WHERE id = ?", (row,))
    db.commit()
    db.close()
    done = akari("audit", "verify", "--data", data)
    assert done.returncode == 7
    assert f"FINDING case_file {row.hex()}" in done.stdout
    assert len(re.findall("^FINDING", done.stdout, re.M)) == 1
    locked = akari("audit", "verify", "--data", data, passphrase=None)
    assert locked.returncode == 7 and row.hex() in locked.stdout


def test_a_rollback_is_caught_against_a_witness(data, small_file, tmp_path):
    old = tmp_path / "old"
    shutil.copytree(data, old)
    akari("import", "ctdc", small_file, "--data", data, "--synthetic")
    note = tmp_path / "note"
    witness = ["--keys", tmp_path / "witness.key", "--name", "isa.example/witness"]
    done = akari("audit", "witness", "--data", data, *witness, "--out", note)
    assert done.returncode == 0, done.stderr
    assert akari("audit", "verify", "--data", data, "--witness", note).returncode == 0
    assert akari("audit", "verify", "--data", old).returncode == 0
    assert akari("audit", "verify", "--data", old, "--witness", note).returncode == 7
    again = akari("audit", "witness", "--data", old, *witness, "--previous", note)
    assert again.returncode == 7


def test_a_backup_restores(data, small_file, tmp_path):
    akari("import", "ctdc", small_file, "--data", data, "--synthetic")
    made = akari("backup", "make", "--data", data, "--out", tmp_path / "b", "--keys", tmp_path / "k")
    assert made.returncode == 0, made.stderr
    (file,), (keys,) = (tmp_path / "b").iterdir(), (tmp_path / "k").iterdir()
    new = tmp_path / "new"
    done = akari("backup", "restore", file, "--keys", keys, "--data", new, "--pack", ROOT / "pack" / "japan")
    assert done.returncode == 0, done.stderr
    assert akari("audit", "verify", "--data", new).returncode == 0
    before = akari("figures", "count", "--by", "IP_Gender", "--data", data, "--json").stdout
    assert akari("figures", "count", "--by", "IP_Gender", "--data", new, "--json").stdout == before


# ---- the plan, and the published file -----------------------------------------------------


def test_every_duty_has_a_status(data):
    status = json.loads(akari("plan", "status", "--data", data, "--json").stdout)
    assert (status["measures"], status["duties"], status["items"]) == (62, 123, 40)
    text = akari("plan", "status", "--data", data).stdout
    assert "62 measures, 123 duties, 40 programme items" in text
    assert "not collected: kind" in text


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published CTDC file is not here (shared/samples)")
def test_the_published_file(data, tmp_path):
    done = akari("import", "ctdc", PUBLISHED, "--data", data, "--synthetic", timeout=900)
    assert "21195 imported, 0 already there, 0 failed" in done.stdout, done.stdout + done.stderr
    batch = re.search(r"^batch ([0-9a-f]{32})$", done.stdout, re.M).group(1)
    counts = count_by(data, "gender")["counts"]
    assert counts == {"Female": 9589, "Male": 7995, "not stated": 3611}
    assert akari("import", "purge", "--id", batch, "--data", data, timeout=600).returncode == 0
    out = tmp_path / "out.csv"
    assert akari("export", "ctdc", "--data", data, "--out", out, timeout=600).returncode == 0
    assert len(rows(out)[0]) == CTDC_COLUMNS
    assert rows(out) == rows(PUBLISHED)


# ---- files --------------------------------------------------------------------------------


def test_a_file_goes_in_and_comes_out_by_the_command_line(data, tmp_path):
    assert akari("demo", "fill", "--data", data, "--n", 1, "--seed", 1).returncode == 0
    lines = (data / "demo-accounts.txt").read_text()
    login, secret = re.search(r"^(demo-lead)\s+(\S+)", lines, re.M).groups()
    (tmp_path / "password").write_text(secret)
    who = ("--data", data, "--as", login, "--password-file", tmp_path / "password")
    (tmp_path / "case.json").write_text('{"synthetic": true}')
    opened = akari("case", "open", *who, "--input", tmp_path / "case.json")
    assert opened.returncode == 0, opened.stderr
    case, content = json.loads(opened.stdout)["id"], bytes(range(256)) * 2000
    (tmp_path / "letter.bin").write_bytes(content)
    told = {"declared": "not_sexual", "class": "identity", "title": "Made up for a test"}
    add = ("attachment", "add", tmp_path / "letter.bin", "--id", case, *who, "--input", "-")
    added = akari(*add, stdin=json.dumps(told))
    assert added.returncode == 0, added.stderr
    made = json.loads(added.stdout)
    out = tmp_path / "out.bin"
    got = akari("attachment", "get", "--id", made["id"], "--out", out, *who)
    assert got.returncode == 0 and out.read_bytes() == content, got.stderr
    assert out.stat().st_mode & 0o777 == 0o600
    again = akari("attachment", "get", "--id", made["id"], "--out", out, *who)
    assert again.returncode != 0 and out.read_bytes() == content  # nothing is overwritten
    told["declared"] = "sexual"
    refused = akari(*add, stdin=json.dumps(told))
    assert refused.returncode != 0 and "never stored" in refused.stderr


def test_the_program_says_whose_dictionaries_it_has():
    """EDRDG licence, section 3b; Unicode licence."""
    done = akari("licences")
    assert done.returncode == 0 and done.stdout == (ROOT / "NOTICE").read_text(encoding="utf-8")
    for part in ("ENAMDICT", "KANJIDIC", "edrdg.org/edrdg/licence.html", "ShareAlike", "Unicode, Inc."):
        assert part in done.stdout
    assert akari("licences", "more").returncode == 64
