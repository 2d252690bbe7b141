/* SPDX-License-Identifier: Apache-2.0 */
/* test_japan.h - for test files only: the holidays of Japan from 1980 as rules, written from the Act on
 * National Holidays (Act 178 of 1948) and its amendments, independent of pack/japan. Working days of `japan`
 * are Monday to Friday without holidays; `japan_offices` also knows the closure at the turn of the year. */
#pragma once
#include "core/pack.h"

/* clang-format off */
#define ON(m, d) .rule = HOL_FIXED, .month = m, .day = d
#define MONDAY(n, m) .rule = HOL_NTH_WEEKDAY, .month = m, .weekday = 1, .nth = n
#define ONCE(y, m, d) .rule = HOL_ONCE, .once = {y, m, d}
static const struct holiday japan_items[] = {
    {.name = "New Year's Day", ON(1, 1)},
    {.name = "Coming of Age Day", ON(1, 15), .until_year = 1999},
    {.name = "Coming of Age Day", MONDAY(2, 1), .from_year = 2000},
    {.name = "National Foundation Day", ON(2, 11), .from_year = 1967},
    {.name = "Emperor's Birthday", ON(4, 29), .until_year = 1988},
    {.name = "Emperor's Birthday", ON(12, 23), .from_year = 1989, .until_year = 2018},
    {.name = "Emperor's Birthday", ON(2, 23), .from_year = 2020},
    {.name = "Vernal Equinox Day", .rule = HOL_EQUINOX_SPRING},
    {.name = "Greenery Day", ON(4, 29), .from_year = 1989, .until_year = 2006},
    {.name = "Showa Day", ON(4, 29), .from_year = 2007},
    {.name = "Constitution Memorial Day", ON(5, 3)},
    {.name = "Greenery Day", ON(5, 4), .from_year = 2007},
    {.name = "Children's Day", ON(5, 5)},
    {.name = "Marine Day", ON(7, 20), .from_year = 1996, .until_year = 2002},
    {.name = "Marine Day", MONDAY(3, 7), .from_year = 2003, .until_year = 2019},
    {.name = "Marine Day", MONDAY(3, 7), .from_year = 2022},
    {.name = "Mountain Day", ON(8, 11), .from_year = 2016, .until_year = 2019},
    {.name = "Mountain Day", ON(8, 11), .from_year = 2022},
    {.name = "Respect for the Aged Day", ON(9, 15), .from_year = 1966, .until_year = 2002},
    {.name = "Respect for the Aged Day", MONDAY(3, 9), .from_year = 2003},
    {.name = "Autumnal Equinox Day", .rule = HOL_EQUINOX_AUTUMN},
    {.name = "Health and Sports Day", ON(10, 10), .from_year = 1966, .until_year = 1999},
    {.name = "Health and Sports Day", MONDAY(2, 10), .from_year = 2000, .until_year = 2019},
    {.name = "Sports Day", MONDAY(2, 10), .from_year = 2022},
    {.name = "Culture Day", ON(11, 3)},
    {.name = "Labour Thanksgiving Day", ON(11, 23)},
    {.name = "Funeral of Emperor Showa", ONCE(1989, 2, 24)},
    {.name = "Day of the Enthronement Ceremony", ONCE(1990, 11, 12)},
    {.name = "Wedding of the Crown Prince", ONCE(1993, 6, 9)},
    {.name = "Day of the Accession", ONCE(2019, 5, 1)},
    {.name = "Day of the Enthronement Ceremony", ONCE(2019, 10, 22)},
    {.name = "Marine Day", ONCE(2020, 7, 23)}, /* Act 33 of 2015, art. 32(1) */
    {.name = "Sports Day", ONCE(2020, 7, 24)},
    {.name = "Mountain Day", ONCE(2020, 8, 10)},
    {.name = "Marine Day", ONCE(2021, 7, 22)}, /* art. 32(2) */
    {.name = "Sports Day", ONCE(2021, 7, 23)},
    {.name = "Mountain Day", ONCE(2021, 8, 8)},
    /* Act on Holidays of Administrative Organs (Act 91 of 1988), art. 1(1)(iii): 29 December to 3 January. */
    {.name = "Year-end closure", ON(12, 29), .closure = true},
    {.name = "Year-end closure", ON(12, 30), .closure = true},
    {.name = "Year-end closure", ON(12, 31), .closure = true},
    {.name = "Year-end closure", ON(1, 2), .closure = true},
    {.name = "Year-end closure", ON(1, 3), .closure = true},
};
#undef ON
#undef MONDAY
#undef ONCE

/* Act 10 of 1973 brought substitutes, Act 103 of 1985 sandwiched days on 27 December 1985, Act 43 of 2005
 * the next free day in 2007. */
#define JAPAN_CALENDAR(name, closures) \
    {.id = name, .title = name, .valid_from = 1980, .valid_until = 2099, .items = japan_items, \
     .n = sizeof japan_items / sizeof *japan_items - (closures ? 0 : 5), .substitute = true, \
     .sandwiched = true, .substitute_from_year = 1974, .sandwiched_from_year = 1986, \
     .next_free_from_year = 2007, .substitute_name = "Substitute holiday", \
     .sandwiched_name = "Citizens' holiday", .weekend = 1 << 6 | 1 << 7}
UNUSED static const struct holiday_calendar japan = JAPAN_CALENDAR("japan", false);
UNUSED static const struct holiday_calendar japan_offices = JAPAN_CALENDAR("japan_offices", true);
/* clang-format on */
