/* SPDX-License-Identifier: Apache-2.0 */
/* dates.c - dates of six places: parts that the issuer does not know are "<<" (9303-3, 4.8), years have two
 * digits. */
#include "screening/document/own.h"

/* Rules of this reader, not of the standard, which leaves the century to whoever reads. */
#define AGE_MAX     120 /* nobody in a record older than this was seen alive */
#define EXPIRY_SURE 20  /* farther away than this, the other century is kept too */

/* -1: not digits; 0: "<<". */
static int part_of(struct str six, size_t at)
{
    char a = six.p[at], b = six.p[at + 1];
    if (a == '<' && b == '<')
        return 0;
    if (a < '0' || a > '9' || b < '0' || b > '9')
        return -1;
    return (a - '0') * 10 + (b - '0');
}

static bool known(struct str six, size_t at)
{
    return six.p[at] != '<' || six.p[at + 1] != '<';
}

/* A day that can exist; parts not known are 0. */
static bool possible(int year, int month, int day)
{
    if (month > 12)
        return false;
    int days = month ? (year ? date_month_days(year, month) : date_month_days(2000, month)) : 31;
    return day <= days;
}

static struct date make(int year, int month, int day)
{
    return (struct date){.year = (int16_t)year, .month = (uint8_t)month, .day = (uint8_t)day};
}

/* Is the date after today for sure, as far as its parts are known? */
static bool after(struct date d, struct date today)
{
    if (d.year != today.year)
        return d.year > today.year;
    if (!d.month || d.month != today.month)
        return d.month > today.month;
    return d.day > today.day;
}

static void birth_readings(int yy, int month, int day, struct date today, struct mrz_date *ret)
{
    int century = today.year / 100 * 100;
    for (int year = century + yy; year > today.year - AGE_MAX - 1 && year > 0; year -= 100) {
        struct date d = make(year, month, day);
        if (after(d, today) || !possible(year, month, day))
            continue;
        if (!ret->likely.year)
            ret->likely = d;
        else if (!ret->other.year && today.year - year <= AGE_MAX)
            ret->other = d;
    }
}

static int away(int year, int from)
{
    return year < from ? from - year : year - from;
}

static void expiry_readings(int yy, int month, int day, struct date today, struct mrz_date *ret)
{
    int century = today.year / 100 * 100;
    int best = 0, next = 0;
    for (int year = century - 100 + yy; year <= century + 100 + yy; year += 100) {
        if (year <= 0 || year > 9999 || !possible(year, month, day))
            continue;
        if (!best || away(year, today.year) < away(best, today.year)) {
            next = best;
            best = year;
        } else if (!next || away(year, today.year) < away(next, today.year)) {
            next = year;
        }
    }
    if (best)
        ret->likely = make(best, month, day);
    if (next && away(best, today.year) > EXPIRY_SURE)
        ret->other = make(next, month, day);
}

void mrz_date_read(struct str six, bool birth, struct date today, struct mrz_date *ret)
{
    *ret = (struct mrz_date){.written = six};
    if (six.n != 6)
        return;
    int yy = part_of(six, 0), month = part_of(six, 2), day = part_of(six, 4);
    bool has_year = known(six, 0), has_month = known(six, 2), has_day = known(six, 4);
    if (yy < 0 || month < 0 || day < 0 || (has_month && month == 0) || (has_day && day == 0))
        return;
    ret->partial = !has_year || !has_month || !has_day;
    if (!has_year) {
        ret->ok = possible(0, month, day);
        ret->likely = ret->ok ? make(0, month, day) : (struct date){0};
        return;
    }
    if (birth)
        birth_readings(yy, month, day, today, ret);
    else
        expiry_readings(yy, month, day, today, ret);
    ret->ok = ret->likely.year != 0;
}
