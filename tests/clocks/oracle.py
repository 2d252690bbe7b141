#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A second implementation of src/core/clock/rules.h, from its contract with other means: zoneinfo,
python3-holidays, the first instant of a day found by scanning, pauses by the days that remain instead of the
days that passed.

Reads questions as dump_calendar does and prints the answers. Good for 2010 to 2035, the years for which
test_holidays.py compares every day."""
import sys
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

FIRST_YEAR, LAST_YEAR = 2010, 2035
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
HOUR_US = 3600 * 10**6
DAY = timedelta(days=1)

NAMES = {
    "元日": "New Year's Day",
    "成人の日": "Coming of Age Day",
    "建国記念の日": "National Foundation Day",
    "天皇誕生日": "Emperor's Birthday",
    "春分の日": "Vernal Equinox Day",
    "昭和の日": "Showa Day",
    "憲法記念日": "Constitution Memorial Day",
    "みどりの日": "Greenery Day",
    "こどもの日": "Children's Day",
    "海の日": "Marine Day",
    "山の日": "Mountain Day",
    "敬老の日": "Respect for the Aged Day",
    "秋分の日": "Autumnal Equinox Day",
    "体育の日": "Health and Sports Day",
    "文化の日": "Culture Day",
    "勤労感謝の日": "Labour Thanksgiving Day",
    "天皇の即位の日": "Day of the Accession",
    "即位礼正殿の儀が行われる日": "Day of the Enthronement Ceremony",
    "国民の休日": "Citizens' holiday",
    "振替休日": "Substitute holiday",
}

# Where python3-holidays 0.10.1 (Debian 12) differs from the law: date -> (what holds or None, why).
OLYMPIC = ("Act 33 of 2015 (special measures for the Tokyo Olympics), art. 32(2), in force since "
           "28 December 2020: three holidays of 2021 moved; the library does not know")
SUBSTITUTE = ("Act 178 of 1948, art. 3(2): 23 February is a Sunday; the library's table of substitutes has "
              "only 2020 for 24 February")
CORRECTIONS = {
    date(2021, 7, 19): (None, OLYMPIC),
    date(2021, 7, 22): ("Marine Day", OLYMPIC),
    date(2021, 7, 23): ("Sports Day", OLYMPIC),
    date(2021, 8, 8): ("Mountain Day", OLYMPIC),
    date(2021, 8, 9): ("Substitute holiday", OLYMPIC + "; 8 August was a Sunday"),
    date(2021, 8, 11): (None, OLYMPIC),
    date(2021, 10, 11): (None, OLYMPIC),
    date(2025, 2, 24): ("Substitute holiday", SUBSTITUTE),
    date(2031, 2, 24): ("Substitute holiday", SUBSTITUTE),
}
# Act 178 of 1948, art. 2 as in force since 2020: 体育の日 is スポーツの日. The library keeps the old name.
SPORTS_DAY_FROM = 2020


def library():
    """What python3-holidays says: date -> English name."""
    days = holidays.JP(years=range(FIRST_YEAR, LAST_YEAR + 1))
    return {day: NAMES[name] for day, name in days.items() if FIRST_YEAR <= day.year <= LAST_YEAR}


def corrected():
    """What holds: the library with the differences that are explained above."""
    days = library()
    for day, name in days.items():
        if name == "Health and Sports Day" and day.year >= SPORTS_DAY_FROM:
            days[day] = "Sports Day"
    for day, (name, _) in CORRECTIONS.items():
        if name is None:
            del days[day]
        else:
            days[day] = name
    return days


HOLIDAYS = corrected()


def working(calendar, day):
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError("outside the years that were compared: %s" % day)
    turn_of_year = (day.month, day.day) in ((12, 29), (12, 30), (12, 31), (1, 2), (1, 3))
    closed = calendar == "japan_offices" and turn_of_year
    return day.isoweekday() < 6 and day not in HOLIDAYS and not closed


def moment(us):
    return EPOCH + timedelta(microseconds=us)


def us_of(at):
    return (at - EPOCH) // timedelta(microseconds=1)


@lru_cache(maxsize=None)
def begin(zone, day):
    """First moment whose local date is `day` or later, as microseconds. All zones asked for have offsets of
    whole quarters of an hour, and so have all their changes but one (St. John's at 00:01), which leaves
    midnight itself on the quarter."""
    at = datetime.combine(day, time(0), timezone.utc) - timedelta(hours=15)
    while at.astimezone(ZoneInfo(zone)).date() < day:
        at += timedelta(minutes=15)
    return us_of(at)


def day_of(zone, us):
    """The last day that has begun. Local dates may go back for an hour, days that have begun do not."""
    day = moment(us).astimezone(ZoneInfo(zone)).date() - DAY
    while begin(zone, day + DAY) <= us:
        day += DAY
    return day


def counts(calendar, zone, unit, day):
    exists = begin(zone, day) < begin(zone, day + DAY)
    return exists and (unit == "calendar_days" or working(calendar, day))


def compute(calendar, zone, unit, n, warn_hours, start):
    if unit == "hours":
        due = start + n * HOUR_US
    else:
        day = day_of(zone, start)
        while n > 0:
            day += DAY
            n -= counts(calendar, zone, unit, day)
        due = begin(zone, day + DAY)
    return due, due - warn_hours * HOUR_US


def on_day(zone, due, due_day, day):
    if due == begin(zone, due_day + DAY):
        return begin(zone, day + DAY)
    wall = moment(due).astimezone(ZoneInfo(zone)).time()
    return us_of(datetime.combine(day, wall, ZoneInfo(zone)).astimezone(timezone.utc))


def due_after_pause(calendar, zone, unit, due, paused, now):
    if due <= paused:
        return due
    if unit == "hours":
        return now + (due - paused)
    before, after, due_day = day_of(zone, paused), day_of(zone, now), day_of(zone, due - 1)

    def between(first, last):
        return [day for day in (first + DAY * i for i in range(1, (last - first).days + 1))
                if counts(calendar, zone, unit, day)]

    if not between(before, after) and due > now:
        return due
    left = len(between(before, due_day))
    if between(before, after) and left > 0:
        return on_day(zone, due, due_day, between(after, after + 40 * DAY)[left - 1])
    # Only the rest of a day was left: the first day from the day of resumption that still has it ahead.
    day = after
    while not counts(calendar, zone, unit, day) or day == due_day or on_day(zone, due, due_day, day) <= now:
        day += DAY
    return on_day(zone, due, due_day, day)


def answer(line):
    word, calendar, *rest = line.split("\t")
    if word == "add":
        day, n = date.fromisoformat(rest[0]), int(rest[1])
        while n > 0:
            day += DAY
            n -= working(calendar, day)
        return day.isoformat()
    zone, unit = rest[:2]
    n, warn_hours, start, *pause = map(int, rest[2:])
    due, warn = compute(calendar, zone, unit, n, warn_hours, start)
    if word == "resume":
        extended, paused, now = pause
        if extended:
            due, warn = extended, warn + extended - due
        after = due_after_pause(calendar, zone, unit, due, paused, now)
        due, warn = after, warn + after - due
    return "%d\t%d" % (due, warn)


if __name__ == "__main__":
    for question in sys.stdin:
        print(answer(question.rstrip("\n")))
