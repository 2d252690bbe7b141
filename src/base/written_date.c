/* SPDX-License-Identifier: Apache-2.0 */
/* written_date.c - days as people write them, also by Japanese eras. */
#include "base/calendar.h"
#include "base/err.h"
#include <string.h>

#define WRITTEN_MAX 48 /* bytes; the longest form of full width is shorter */

/* First days of the eras (ordinances that changed them); Meiji from the first day of the Gregorian calendar
 * in Japan. */
static const struct era {
    char letter;
    const char *name;
    int first_year; /* which year 1 was */
    struct date from;
} eras[] = {
    {'R', "令和", 2019, {2019, 5, 1}},   {'H', "平成", 1989, {1989, 1, 8}},
    {'S', "昭和", 1926, {1926, 12, 25}}, {'T', "大正", 1912, {1912, 7, 30}},
    {'M', "明治", 1868, {1873, 1, 1}},
};

/* Signs that stand for another one: full width, and the words between numbers. "" ends a date. */
static const struct {
    const char *written, *read;
} signs[] = {
    {"年", "-"}, {"月", "-"}, {"日", ""},  {"元", "1"}, {"／", "-"},
    {"．", "-"}, {"－", "-"}, {"・", "-"}, {"　", " "},
};

static size_t plain_digit(struct str s, char *ret)
{
    if (s.n < 3 || (unsigned char)s.p[0] != 0xef)
        return 0;
    unsigned char b = (unsigned char)s.p[1], c = (unsigned char)s.p[2];
    if (b == 0xbc && c >= 0x90 && c <= 0x99) { /* U+FF10 to U+FF19 */
        *ret = (char)('0' + (c - 0x90));
        return 3;
    }
    if (b == 0xbc && c >= 0xa1 && c <= 0xba) { /* U+FF21 to U+FF3A */
        *ret = (char)('A' + (c - 0xa1));
        return 3;
    }
    return 0;
}

static size_t one_sign(struct str s, char *out, size_t *n)
{
    char digit;
    size_t taken = plain_digit(s, &digit);
    if (taken) {
        out[(*n)++] = digit;
        return taken;
    }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_starts(s, signs[i].written)) {
            if (*signs[i].read)
                out[(*n)++] = *signs[i].read;
            return strlen(signs[i].written);
        }
    char c = s.p[0];
    out[(*n)++] = c == '/' || c == '.' ? '-' : c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    return 1;
}

static const struct era *take_era(struct str *s)
{
    for (size_t i = 0; i < sizeof eras / sizeof *eras; i++) {
        size_t n = str_starts(*s, eras[i].name) ? strlen(eras[i].name) : 0;
        char c = s->n ? s->p[0] : 0;
        if (!n && (c == eras[i].letter || c == eras[i].letter - 'A' + 'a'))
            n = 1;
        if (n) {
            *s = str_trim(str_sub(*s, n, s->n));
            return &eras[i];
        }
    }
    return NULL;
}

static bool take_number(struct str *s, size_t digits_max, int *ret)
{
    size_t n = 0;
    for (*ret = 0; n < s->n && n < digits_max && s->p[n] >= '0' && s->p[n] <= '9'; n++)
        *ret = *ret * 10 + (s->p[n] - '0');
    *s = str_sub(*s, n, s->n);
    return n > 0;
}

static bool take_dash(struct str *s)
{
    if (!s->n || s->p[0] != '-')
        return false;
    *s = str_sub(*s, 1, s->n);
    return true;
}

/* Only ASCII is left: digits and dashes. */
static bool numbers(struct str s, bool by_era, int *year, int *month, int *day)
{
    struct str whole = s;
    int digits;
    if (!by_era && s.n == 8 && take_number(&whole, 8, &digits) && whole.n == 0)
        return take_number(&s, 4, year) && take_number(&s, 2, month) && take_number(&s, 2, day);
    return take_number(&s, by_era ? 2 : 4, year) && take_dash(&s) && take_number(&s, 2, month) &&
           take_dash(&s) && take_number(&s, 2, day) && s.n == 0;
}

enum err date_parse_written(struct str s, struct date *ret)
{
    char plain[WRITTEN_MAX];
    size_t n = 0;
    int year, month, day;
    s = str_trim(s);
    if (s.n == 0 || s.n > WRITTEN_MAX)
        return FAIL(ERR_FIELD, "not a date");
    const struct era *era = take_era(&s);
    while (s.n)
        s = str_sub(s, one_sign(s, plain, &n), s.n);
    struct str left = str_trim((struct str){plain, n});
    if (!era)
        era = take_era(&left); /* a letter of full width */
    if (!numbers(left, era != NULL, &year, &month, &day))
        return FAIL(ERR_FIELD, "not a date");
    if (era)
        year += era->first_year - 1;
    struct date d = {(int16_t)year, (uint8_t)month, (uint8_t)day};
    if (!date_ok(d))
        return FAIL(ERR_FIELD, "there is no such day");
    if (era && date_days(d) < date_days(era->from))
        return FAIL(ERR_FIELD, "the era began later");
    *ret = d;
    return OK;
}
