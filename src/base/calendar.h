/* SPDX-License-Identifier: Apache-2.0 */
/* calendar.h - proleptic Gregorian dates, no time zones (those are sys/tz). Pure. Years 0001..9999. */
#pragma once
#include "base/str.h"

struct date {
    int16_t year;
    uint8_t month, day; /* 1-based */
};
bool date_ok(struct date d);
int32_t date_days(struct date d);         /* days since 1970-01-01 */
struct date date_from_days(int32_t days); /* year 0 outside of the years above */
int date_weekday(struct date d);          /* 1 = Monday .. 7 = Sunday (ISO 8601) */
bool date_leap(int year);
int date_month_days(int year, int month);
/* nth 1..5, or -1 = the last; year 0 if there is none. */
struct date date_nth_weekday(int year, int month, int weekday, int nth);
enum err date_parse(struct str s, struct date *ret) NODISCARD; /* YYYY-MM-DD */
/* As people write a day: 2026-11-22, 2026/11/22, 20261122, 2026年11月22日, and by Japanese eras R8.11.22,
 * 令和8年11月22日, 平成元年1月8日; digits may be of full width. A day before its era is refused; one after
 * its end goes on counting (documents that were issued before a change of era run to 平成33年). Meiji counts
 * from 1873, when the calendar became this one. */
enum err date_parse_written(struct str s, struct date *ret) NODISCARD;
void date_text(struct date d, char ret[11]); /* 0000-00-00 for what is no date */
/* Completed years, below 0 before the birth. 29 February counts on 1 March in common years (Japan: the day
 * before the birthday ends, Act 50 of 1902 - a pack may differ). */
int date_age(struct date born, struct date on);
/* UTC time stamps: microseconds since 1970. */
void utc_text(int64_t us, char ret[28]); /* 2026-11-22T00:12:37.123456Z */
/* RFC 3339, any offset, digits behind the microsecond dropped. A leap second counts as the next second. */
enum err utc_parse(struct str s, int64_t *ret_us) NODISCARD;
