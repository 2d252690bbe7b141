# SPDX-License-Identifier: Apache-2.0
"""policy_decide against oracle.py: random questions, and every question of some roles, verbs and objects.
All of them: tests/campaigns/policy-oracle.sh. AKARI_BUILD names the build folder."""
import io
import os
import random
import subprocess

import pytest

PROGRAM = os.path.join(os.environ["AKARI_BUILD"], "tests/policy/akari-policy-matrix")
SEED = 20260401
ANYWHERE, POSSIBLE = 60_000, 270_000  # random questions; those after the second number pass rule 2
SLICES = 40  # at random, each with all of its questions
# Where the document promises most (its section 20), and each thing that only one verb does.
CHOSEN = """
    shelter_worker read shelter_place · shelter_worker update shelter_place
    shelter_worker read subject · immigration_officer read record · immigration_officer list report
    immigration_officer extend record · screening_desk read record · screening_desk import import
    foreign_liaison read subject · foreign_liaison create record · anonymous create report
    anonymous sign_in session · intake_counsellor read case · intake_counsellor break_glass case
    police_investigator export case · police_investigator read record · case_lead grant record
    case_lead refer case · case_lead shred case · case_lead review record · case_lead list audit
    analyst list subject · statistics_officer count record · statistics_officer decide figures
    oversight review case · oversight list account · oversight export audit
    key_custodian administer key · system_admin administer account · system_admin import pack
    programme_manager create record · system create subject · system shred import · health read subject
    labour_inspector link case · case_member update record · legal_aid verify record
    immigration_officer read shelter_place"""
CHOSEN = [tuple(words.split()) for words in CHOSEN.replace("\n", "·").split("·") if words.strip()]


def program(*arguments, **options):
    return subprocess.run([PROGRAM, *arguments], check=True, stdout=subprocess.PIPE, **options).stdout


def compared(oracle_module, oracle, slices):
    """What differs, described; "" when nothing does."""
    data = program("bytes", *(word for slice_ in slices for word in slice_))
    size = 2 * oracle.slice_size
    assert len(data) == size * len(slices)
    out = io.StringIO()
    for number, slice_ in enumerate(slices):
        found = oracle_module.differences(oracle, slice_, data[number * size:(number + 1) * size])
        oracle_module.describe(oracle, slice_, found, out)
    return out.getvalue()


def test_the_document_and_the_program_count_alike(oracle):
    total, slices = oracle.slice_size * len(oracle.slices), len(oracle.slices)
    printed = program("size", encoding="utf-8")
    assert printed == "%d questions in %d slices of %d\n" % (total, slices, oracle.slice_size)
    assert "the answer to each of the {:,} questions".format(total) in " ".join(oracle.document.text.split())


def test_order_of_the_loops(oracle):
    slice_ = ("case_lead", "read", "case")
    lines = program("slice", *slice_, encoding="utf-8").splitlines()
    assert len(lines) == oracle.slice_size
    for number in range(0, oracle.slice_size, 7):
        question = oracle.question(slice_, number)
        assert oracle.number(question) == number
        assert lines[number] == "\t".join(question + oracle.answer(question))


def test_random_questions(oracle):
    rnd = random.Random(SEED)
    possible = [slice_ for slice_ in oracle.slices if oracle.possible(*slice_)]
    drawn = [rnd.choice(oracle.slices) for _ in range(ANYWHERE)]
    drawn += [rnd.choice(possible) for _ in range(POSSIBLE)]
    questions = [oracle.question(slice_, rnd.randrange(oracle.slice_size)) for slice_ in sorted(drawn)]
    lines = "".join("\t".join(question) + "\n" for question in questions)
    answers = program("ask", input=lines, encoding="utf-8").splitlines()
    assert len(answers) == len(questions) == ANYWHERE + POSSIBLE
    for question, line in zip(questions, answers):
        assert line == "\t".join(question + oracle.answer(question))


def test_every_question_of_some(oracle_module, oracle):
    rnd = random.Random(SEED)
    possible = [slice_ for slice_ in oracle.slices if oracle.possible(*slice_)]
    assert set(CHOSEN) <= set(oracle.slices)
    different = compared(oracle_module, oracle, CHOSEN + rnd.sample(possible, SLICES))
    assert not different, different


# A slip in the document must show: one for each rule, and where a difference is found.
SLIPS = [
    ("| legal_aid | case | assign |", "| legal_aid | case | extend |", "legal_aid assign case"),
    ("| shelter_worker | read list create update", "| shelter_worker | list create update",
     "shelter_worker read shelter_place"),
    ("| case_member | see | see | see | conceal | see | mask",
     "| case_member | see | see | see | conceal | see | see", "case_member read record"),
    ("| ! none routing suspect | consent", "| ! none routing | consent", "immigration_officer read record"),
    ("| assign | owner co_owner recipient |", "| assign | owner co_owner |", "health assign case"),
    ("| source | owner |", "| source | owner co_owner |", "police_investigator read record"),
    ("| owner recipient | ! location biometrics source tactics | need_to_know |",
     "| owner | ! location biometrics source tactics | need_to_know |", "case_lead read report"),
    ("| none | TLP:CLEAR TLP:GREEN TLP:AMBER |", "| none | TLP:CLEAR TLP:GREEN |", "case_lead read case"),
    ("| TLP:AMBER+STRICT | - | owner | no |", "| TLP:AMBER+STRICT | - | owner | yes |", "analyst read case"),
    ("| health | protection |", "| health | protection inspection |", "health read record"),
    ("\n| session | read list close sign_in |", "\n| session | read list close |",
     "anonymous sign_in session"),
    ("| training | none routing |", "| training | none |", "programme_manager read record"),
    ("| own | investigation | any | any | any | never | any | stated |",
     "| own | investigation | any | any | any | never | any | vital |", "police_investigator read record"),
    ("| review | 2 |", "| review | 3 |", "oversight review audit"),
    ("| finance | 2 |", "| finance | 1 |", "case_lead read record"),
    ("| ! TLP:RED | 2 3 |", "| ! TLP:RED | 3 |", "health read case"),
    ("| analyst | general | general |", "| analyst | general | see |", "analyst read record"),
    ("children suspect | ! TLP:RED |", "children suspect | * |", "health break_glass case"),
    ("| foreign_liaison | read create | case subject record | * | * | * | notify_owner notify_oversight |",
     "| foreign_liaison | read create | case subject record | * | * | * | notify_owner |",
     "foreign_liaison read subject"),
]


@pytest.mark.parametrize("right, wrong, where", SLIPS, ids=[where for _, _, where in SLIPS])
def test_a_slip_shows(oracle_module, oracle, right, wrong, where):
    assert oracle.document.text.count(right) == 1
    other = oracle_module.Oracle(oracle.document.text.replace(right, wrong))
    different = compared(oracle_module, other, [tuple(where.split())])
    assert where in different and "the document" in different


@pytest.mark.parametrize("right, wrong", [
    ("| health | see | see |", "| health | see |"),
    ("| * | grant | case record |", "| * | grant | cases |"),
    ("| owner | protection |", "| owner  co_owner | protection |"),
    ("<!-- table: walls -->", "<!-- table: fences -->"),
])
def test_a_table_that_is_not_one(oracle_module, oracle, right, wrong):
    assert oracle.document.text.count(right) == 1
    with pytest.raises(ValueError):
        oracle_module.Oracle(oracle.document.text.replace(right, wrong))


def test_a_stream_that_ends(oracle_module, oracle, capsys):
    anonymous = program("bytes", *oracle.slices[0])
    tally = oracle_module.Tally()
    oracle_module.compare_stream(oracle, io.BytesIO(anonymous + b"\xff" * len(anonymous) + b"\0"), tally)
    assert (tally.passed, tally.failed) == (1, 2)
    printed = capsys.readouterr().out
    assert "anonymous read case: 156000 questions\n" in printed
    assert "    the program   ? ? audit+notify_owner+" in printed
    assert "the stream ends in the slice anonymous read subject\n" in printed


def test_words_that_are_none(oracle):
    question = oracle.question(("case_lead", "read", "case"), 0)
    for place in range(len(question)):
        wrong = question[:place] + ["nothing"] + question[place + 1:]
        assert oracle.answer(wrong) == ["deny", "invalid", "audit"]
