# SPDX-License-Identifier: Apache-2.0
"""core/clock_rules against two other implementations: python3-holidays for every day of 26 years, oracle.py
for random questions. AKARI_BUILD names the build folder."""
import os
import random
import subprocess
from datetime import date, timedelta

import pytest

import oracle

DUMPER = os.path.join(os.environ["AKARI_BUILD"], "tests/clocks/dump_calendar")
ZONES = ["Asia/Tokyo", "Asia/Tokyo", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe",
         "Pacific/Apia", "America/Sao_Paulo", "America/St_Johns", "Asia/Kathmandu", "UTC"]
# Days around which a zone changes its clocks, skips a day or has no midnight; and some of the calendar.
SPECIAL = [date(2011, 12, 30), date(2010, 11, 7), date(2011, 3, 13), date(2018, 11, 4), date(2018, 2, 18),
           date(2026, 3, 8), date(2026, 11, 1), date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5),
           date(2026, 10, 4), date(2024, 2, 29), date(2019, 5, 1), date(2026, 9, 22), date(2026, 1, 1)]
DAY_US = 86400 * 10**6
QUESTIONS = 20000


def dumped(calendar):
    years = [str(oracle.FIRST_YEAR), str(oracle.LAST_YEAR)]
    text = subprocess.run([DUMPER, "days", calendar] + years, check=True, stdout=subprocess.PIPE,
                          encoding="utf-8").stdout
    rows = [line.split("\t") for line in text.splitlines()]
    return {date.fromisoformat(day): (name or None, works == "1") for day, name, works in rows}


def all_days():
    day = date(oracle.FIRST_YEAR, 1, 1)
    while day.year <= oracle.LAST_YEAR:
        yield day
        day += timedelta(days=1)


def test_every_day_against_the_library():
    ours, library = dumped("japan"), oracle.library()
    assert list(ours) == list(all_days())
    explained = set()
    for day in all_days():
        name, works = ours[day]
        expected = library.get(day)
        if expected == "Health and Sports Day" and day.year >= oracle.SPORTS_DAY_FROM:
            expected = "Sports Day"
        if name != expected:
            assert day in oracle.CORRECTIONS, "%s: %s, the library has %s" % (day, name, expected)
            assert name == oracle.CORRECTIONS[day][0], "%s: %s, %s" % (day, name, oracle.CORRECTIONS[day])
            explained.add(day)
        assert works == (day.isoweekday() < 6 and name is None), day
    # An explanation that explains nothing is wrong, or the library was mended: look at it.
    assert explained == set(oracle.CORRECTIONS)


def test_every_day_of_offices():
    ours = dumped("japan_offices")
    for day in all_days():
        assert ours[day][0] == oracle.HOLIDAYS.get(day), day
        assert ours[day][1] == oracle.working("japan_offices", day), day


def random_moment(rnd):
    if rnd.random() < 0.3:
        day = rnd.choice(SPECIAL) + timedelta(days=rnd.randint(-3, 2))
    else:
        day = date(2010, 1, 10) + timedelta(days=rnd.randrange(24 * 365))
    zone = rnd.choice(ZONES)
    at = oracle.begin(zone, day)
    return zone, at + (rnd.randint(-2, 2) if rnd.random() < 0.4 else rnd.randrange(DAY_US))


def random_question(rnd):
    calendar = rnd.choice(["japan", "japan_offices"])
    if rnd.random() < 0.1:
        day = date(2010, 1, 1) + timedelta(days=rnd.randrange(24 * 365))
        return "\t".join(["add", calendar, day.isoformat(), str(rnd.randint(1, 40))])
    zone, start = random_moment(rnd)
    unit = rnd.choice(["hours", "calendar_days", "working_days"])
    n = rnd.randint(1, 200 if unit == "hours" else 12)
    asked = [calendar, zone, unit, str(n), str(rnd.randint(0, 72)), str(start)]
    if rnd.random() < 0.4:
        return "\t".join(["compute"] + asked)
    due = int(oracle.answer("\t".join(["compute"] + asked)).split("\t")[0])
    extended = 0
    if rnd.random() < 0.3:
        extended = due + rnd.randint(1, 5 * DAY_US)
        due = extended
    paused = start + rnd.randint(0, due - start + DAY_US // 4)
    now = paused + rnd.choice([0, rnd.randrange(DAY_US), rnd.randrange(12 * DAY_US)])
    return "\t".join(["resume"] + asked + [str(extended), str(paused), str(now)])


def dumper_answers(questions, **environment):
    lines = "".join(question + "\n" for question in questions)
    run = subprocess.run([DUMPER, "answer"], input=lines, check=True, stdout=subprocess.PIPE,
                         encoding="utf-8", env=dict(os.environ, **environment))
    return run.stdout.splitlines()


def readable(answer):
    return [oracle.moment(int(us)).isoformat() if us.lstrip("-").isdigit() else us
            for us in answer.split("\t")]


def test_random_questions_against_the_oracle():
    rnd = random.Random(20261122)
    questions = [random_question(rnd) for _ in range(QUESTIONS)]
    answers = dumper_answers(questions)
    assert len(answers) == QUESTIONS
    different = [(q, a, oracle.answer(q)) for q, a in zip(questions, answers) if a != oracle.answer(q)]
    for question, ours, theirs in different[:5]:
        print(question)
        print("  ours  ", readable(ours))
        print("  oracle", readable(theirs))
    assert not different, "%d of %d answers differ" % (len(different), QUESTIONS)


@pytest.mark.parametrize("zone", ["Pacific/Apia", "America/New_York", "UTC"])
def test_the_process_zone_does_not_enter(zone):
    rnd = random.Random(7)
    questions = [random_question(rnd) for _ in range(300)]
    assert dumper_answers(questions, TZ=zone, LC_ALL="C") == dumper_answers(questions)


@pytest.mark.parametrize("question, answer", [
    ("add\tjapan\t2026-11-20\t0", "ERR_FIELD"),
    ("add\tjapan\t2026-02-30\t1", "ERR_FIELD"),
    ("add\tjapan\t2026-11-20\t3000", "ERR_LIMIT"),
    ("add\tnowhere\t2026-11-20\t1", "ERR_USAGE"),
    ("compute\tjapan\tAsia/Nowhere\thours\t1\t0\t0", "ERR_CONFIG"),
    ("compute\tjapan\tUTC\thours\t0\t0\t0", "ERR_PACK"),
    ("resume\tjapan\tUTC\thours\t1\t0\t10\t0\t0\t20", "ERR_STATE"),
    ("resume\tjapan\tUTC\thours\t1\t0\t10\t5\t20\t30", "ERR_FIELD"),
])
def test_errors_are_answers(question, answer):
    assert dumper_answers([question]) == [answer]
