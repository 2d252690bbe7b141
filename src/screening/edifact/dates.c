/* SPDX-License-Identifier: Apache-2.0 */
/* dates.c - days and times as messages have them. A year of two digits is resolved by a day that is known
 * (the flight, the interchange, today); where it has two readings, that is told. */
#include "screening/edifact/parser.h"

static const char months[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

static bool digits(struct str s, size_t at, size_t n, int *ret)
{
    int v = 0;
    if (at + n > s.n)
        return false;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *ret = v;
    return true;
}

static int month_of(struct str s, size_t at)
{
    char upper[3];
    if (at + 3 > s.n)
        return 0;
    for (size_t i = 0; i < 3; i++)
        upper[i] = (char)(s.p[at + i] >= 'a' && s.p[at + i] <= 'z' ? s.p[at + i] - 32 : s.p[at + i]);
    for (int m = 0; m < 12; m++)
        if (memcmp(months + (ptrdiff_t)3 * m, upper, 3) == 0)
            return m + 1;
    return 0;
}

static struct date day(int year, int month, int d)
{
    struct date date = {(int16_t)year, (uint8_t)month, (uint8_t)d};
    return date_ok(date) ? date : (struct date){0};
}

/* Of the years xx of three centuries the one that fits: the latest not after the day, or the nearest. */
static struct date resolve(int yy, int month, int d, enum century century, struct date about,
                           bool *ret_doubtful)
{
    struct date best = {0};
    int distance = INT32_MAX;
    for (int year = about.year / 100 * 100 + 100 + yy; year >= about.year / 100 * 100 - 100; year -= 100) {
        int away = abs(year - about.year);
        bool after = year > about.year ||
                     (year == about.year && (month > about.month || (month == about.month && d > about.day)));
        if (away >= distance || (century == NOT_AFTER && after))
            continue;
        struct date candidate = day(year, month, d);
        if (!candidate.year)
            continue;
        distance = away;
        best = candidate;
    }
    /* A child of up to ten years may be a person of more than a hundred. */
    *ret_doubtful = best.year && (century == NOT_AFTER ? distance <= 10 : distance > 40);
    return best;
}

static void time_read(struct str s, size_t at, struct read_date *ret)
{
    int hour, minute;
    if (s.n == at)
        return;
    if (digits(s, at, 2, &hour) && digits(s, at + 2, 2, &minute) && hour < 24 && minute < 60)
        memcpy(ret->time, (char[]){s.p[at], s.p[at + 1], ':', s.p[at + 2], s.p[at + 3], '\0'}, 6);
    else
        ret->bad = true;
}

struct read_date date_read(struct str s, enum date_order order, enum century century, struct date about)
{
    struct read_date ret = {0};
    int a, b, c;
    if (s.n >= 7 && month_of(s, 2) && digits(s, 0, 2, &a) && digits(s, 5, 2, &c)) {
        int whole;
        b = month_of(s, 2);
        if (s.n == 9 && digits(s, 5, 4, &whole))
            ret.date = day(whole, b, a);
        else if (s.n == 7)
            ret.date = resolve(c, b, a, century, about, &ret.doubtful);
    } else if ((s.n == 8 || s.n == 12) && digits(s, 0, 4, &a) && digits(s, 4, 2, &b) && digits(s, 6, 2, &c)) {
        ret.date = day(a, b, c);
        time_read(s, 8, &ret);
    } else if ((s.n == 6 || s.n == 10) && digits(s, 0, 2, &a) && digits(s, 2, 2, &b) && digits(s, 4, 2, &c)) {
        ret.date = order == YEAR_FIRST ? resolve(a, b, c, century, about, &ret.doubtful)
                                       : resolve(c, b, a, century, about, &ret.doubtful);
        time_read(s, 6, &ret);
    }
    ret.bad |= ret.date.year == 0;
    return ret;
}

struct travel_date take_date(struct parser *p, struct arena *a, struct str text, enum date_order order,
                             enum century century, size_t element)
{
    struct travel_date ret = {0};
    if (!text.n)
        return ret;
    struct read_date read = date_read(text, order, century, p->about);
    ret.written = keep(p, a, text);
    ret.date = read.date;
    memcpy(ret.time, read.time, sizeof ret.time);
    if (read.bad)
        tell(p, ODD_BAD_DATE, element);
    else if (read.doubtful)
        tell(p, ODD_CENTURY, element);
    return ret;
}

void take_time(struct parser *p, struct travel_date *d, struct str text, size_t element)
{
    struct read_date read = {0};
    if (!text.n)
        return;
    if (text.n == 4)
        time_read(text, 0, &read);
    if (!read.time[0])
        tell(p, ODD_BAD_TIME, element);
    memcpy(d->time, read.time, sizeof d->time);
}
