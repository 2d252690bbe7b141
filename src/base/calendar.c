/* SPDX-License-Identifier: Apache-2.0 */
#include "base/calendar.h"

#define DAYS_MIN (-719162) /* 0001-01-01 */
#define DAYS_MAX 2932896   /* 9999-12-31 */
#define DAY_US   INT64_C(86400000000)

bool date_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int date_month_days(int year, int month)
{
    static const uint8_t days[13] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 0;
    return days[month] + (month == 2 && date_leap(year));
}

bool date_ok(struct date d)
{
    return d.year >= 1 && d.year <= 9999 && d.day >= 1 && d.day <= date_month_days(d.year, d.month);
}

/* Days by 400-year eras of years that begin on 1 March, so that the leap day comes last (H. Hinnant,
 * "chrono-Compatible Low-Level Date Algorithms", public domain). Years are positive here. */
int32_t date_days(struct date d)
{
    int32_t year = d.year - (d.month <= 2);
    int32_t era = year / 400, of_era = year % 400;
    int32_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct date date_from_days(int32_t days)
{
    if (days < DAYS_MIN || days > DAYS_MAX)
        return (struct date){0};
    int32_t shifted = days + 719468;
    int32_t era = shifted / 146097, day = shifted % 146097;
    int32_t of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int32_t of_year = day - (365 * of_era + of_era / 4 - of_era / 100);
    int32_t month = (5 * of_year + 2) / 153;
    struct date d = {.day = (uint8_t)(of_year - (153 * month + 2) / 5 + 1)};
    d.month = (uint8_t)(month < 10 ? month + 3 : month - 9);
    d.year = (int16_t)(of_era + era * 400 + (d.month <= 2));
    return d;
}

int date_weekday(struct date d)
{
    return (date_days(d) - DAYS_MIN) % 7 + 1; /* 0001-01-01 was a Monday */
}

struct date date_nth_weekday(int year, int month, int weekday, int nth)
{
    int last = date_month_days(year, month);
    if (year < 1 || year > 9999 || last == 0 || weekday < 1 || weekday > 7 || nth < -1 || nth == 0 || nth > 5)
        return (struct date){0};
    struct date d = {(int16_t)year, (uint8_t)month, 1};
    int day = 1 + (weekday - date_weekday(d) + 7) % 7;
    if (nth == -1)
        day += (last - day) / 7 * 7;
    else
        day += 7 * (nth - 1);
    if (day > last)
        return (struct date){0};
    d.day = (uint8_t)day;
    return d;
}

/* Exactly `count` digits at `at`; -1 otherwise. */
static int digits(struct str s, size_t at, size_t count)
{
    int value = 0;
    if (at + count > s.n)
        return -1;
    for (size_t i = at; i < at + count; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
        value = value * 10 + (s.p[i] - '0');
    }
    return value;
}

static bool date_read(struct str s, struct date *ret)
{
    int year = digits(s, 0, 4), month = digits(s, 5, 2), day = digits(s, 8, 2);
    if (year < 1 || month < 1 || day < 1 || s.p[4] != '-' || s.p[7] != '-')
        return false;
    struct date d = {(int16_t)year, (uint8_t)month, (uint8_t)day};
    if (!date_ok(d))
        return false;
    *ret = d;
    return true;
}

enum err date_parse(struct str s, struct date *ret)
{
    struct date d;
    if (s.n != 10 || !date_read(s, &d))
        return FAIL(ERR_FIELD, "a date YYYY-MM-DD was expected");
    *ret = d;
    return OK;
}

void date_text(struct date d, char ret[11])
{
    unsigned year = date_ok(d) ? (unsigned)d.year : 0;
    snprintf(ret, 11, "%04u-%02u-%02u", year % 10000, year ? d.month % 100u : 0u, year ? d.day % 100u : 0u);
}

int date_age(struct date born, struct date on)
{
    bool before_birthday = on.month < born.month || (on.month == born.month && on.day < born.day);
    return on.year - born.year - before_birthday;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

void utc_text(int64_t us, char ret[28])
{
    int64_t day = floor_div(us, DAY_US);
    if (day < DAYS_MIN || day > DAYS_MAX) {
        snprintf(ret, 28, "0000-00-00T00:00:00.000000Z");
        return;
    }
    int64_t rest = us - day * DAY_US;
    char date[11];
    date_text(date_from_days((int32_t)day), date);
    unsigned second = (unsigned)(rest / 1000000);
    snprintf(ret, 28, "%.10sT%02u:%02u:%02u.%06uZ", date, second / 3600 % 24, second / 60 % 60, second % 60,
             (unsigned)(rest % 1000000) % 1000000);
}

/* ".123456789": at least one digit; digits behind the sixth are read and dropped. */
static bool fraction_read(struct str s, size_t *at, int64_t *ret_us)
{
    *ret_us = 0;
    if (*at >= s.n || s.p[*at] != '.')
        return true;
    size_t from = ++*at;
    int64_t us = 0, unit = 100000;
    for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; ++*at, unit /= 10)
        us += (s.p[*at] - '0') * unit;
    *ret_us = us;
    return *at > from;
}

/* "Z" or "+hh:mm", and nothing behind it. */
static bool offset_read(struct str s, size_t at, int64_t *ret_minutes)
{
    *ret_minutes = 0;
    if (at + 1 == s.n)
        return s.p[at] == 'Z' || s.p[at] == 'z';
    if (at + 6 != s.n || (s.p[at] != '+' && s.p[at] != '-') || s.p[at + 3] != ':')
        return false;
    int hour = digits(s, at + 1, 2), minute = digits(s, at + 4, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return false;
    *ret_minutes = (s.p[at] == '-' ? -1 : 1) * (hour * 60 + minute);
    return true;
}

enum err utc_parse(struct str s, int64_t *ret_us)
{
    struct date d;
    int64_t fraction, offset;
    int hour = digits(s, 11, 2), minute = digits(s, 14, 2), second = digits(s, 17, 2);
    bool form = s.n >= 20 && date_read(str_sub(s, 0, 10), &d) && strchr("Tt ", s.p[10]) && s.p[10] &&
                s.p[13] == ':' && s.p[16] == ':' && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
                second >= 0 && second <= 60;
    size_t at = 19;
    if (!form || !fraction_read(s, &at, &fraction) || !offset_read(s, at, &offset))
        return FAIL(ERR_FIELD, "a time as in 2026-01-31T09:30:00Z was expected");
    int64_t seconds = (int64_t)date_days(d) * 86400 + (hour * 60 + minute - offset) * 60 + second;
    /* A leap second is only ever the last of a UTC day; like POSIX time it is counted as the next second. */
    if (second == 60 && seconds % 86400 != 0)
        return FAIL(ERR_FIELD, "a leap second in the middle of a day");
    int64_t day = floor_div(seconds, 86400);
    if (day < DAYS_MIN || day > DAYS_MAX)
        return FAIL(ERR_FIELD, "a time in the years 0001 to 9999 was expected");
    *ret_us = seconds * 1000000 + fraction;
    return OK;
}
