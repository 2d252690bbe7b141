/* SPDX-License-Identifier: Apache-2.0 */
/* layout.c - where each format of 9303 has its fields, and its check digits. Positions here count from 0;
 * those of the standard from 1. */
#include "screening/document/own.h"

/* 9303-5 4.2: composite over upper 6-30, middle 1-7, 9-15, 19-29. */
static const struct layout td1 = {
    .format = MRZ_TD1,
    .lines = 3,
    .width = 30,
    .long_number = true,
    .code = {0, 0, 2},
    .issuer = {0, 2, 3},
    .number = {0, 5, 9},
    .optional = {0, 15, 15},
    .birth = {1, 0, 6},
    .sex = {1, 7, 1},
    .expiry = {1, 8, 6},
    .nationality = {1, 15, 3},
    .optional2 = {1, 18, 11},
    .names = {2, 0, 30},
    .digit = {[MRZ_NUMBER] = {0, 14, 1},
              [MRZ_BIRTH] = {1, 6, 1},
              [MRZ_EXPIRY] = {1, 14, 1},
              [MRZ_COMPOSITE] = {1, 29, 1}},
    .composite = {{0, 5, 25}, {1, 0, 7}, {1, 8, 7}, {1, 18, 11}},
};
/* 9303-6 4.2: composite over lower 1-10, 14-20, 22-35. */
static const struct layout td2 = {
    .format = MRZ_TD2,
    .lines = 2,
    .width = 36,
    .long_number = true,
    .code = {0, 0, 2},
    .issuer = {0, 2, 3},
    .names = {0, 5, 31},
    .number = {1, 0, 9},
    .nationality = {1, 10, 3},
    .birth = {1, 13, 6},
    .sex = {1, 20, 1},
    .expiry = {1, 21, 6},
    .optional = {1, 28, 7},
    .digit = {[MRZ_NUMBER] = {1, 9, 1},
              [MRZ_BIRTH] = {1, 19, 1},
              [MRZ_EXPIRY] = {1, 27, 1},
              [MRZ_COMPOSITE] = {1, 35, 1}},
    .composite = {{1, 0, 10}, {1, 13, 7}, {1, 21, 14}},
};
/* 9303-4 4.2: composite over lower 1-10, 14-20, 22-43; the digit of the personal number may be < when that is
 * empty. */
static const struct layout td3 = {
    .format = MRZ_TD3,
    .lines = 2,
    .width = 44,
    .code = {0, 0, 2},
    .issuer = {0, 2, 3},
    .names = {0, 5, 39},
    .number = {1, 0, 9},
    .nationality = {1, 10, 3},
    .birth = {1, 13, 6},
    .sex = {1, 20, 1},
    .expiry = {1, 21, 6},
    .optional = {1, 28, 14},
    .digit = {[MRZ_NUMBER] = {1, 9, 1},
              [MRZ_BIRTH] = {1, 19, 1},
              [MRZ_EXPIRY] = {1, 27, 1},
              [MRZ_OPTIONAL] = {1, 42, 1},
              [MRZ_COMPOSITE] = {1, 43, 1}},
    .composite = {{1, 0, 10}, {1, 13, 7}, {1, 21, 22}},
};
/* 9303-7 4.2 and 5.2: no composite digit. */
static const struct layout mrva = {
    .format = MRZ_MRVA,
    .lines = 2,
    .width = 44,
    .code = {0, 0, 2},
    .issuer = {0, 2, 3},
    .names = {0, 5, 39},
    .number = {1, 0, 9},
    .nationality = {1, 10, 3},
    .birth = {1, 13, 6},
    .sex = {1, 20, 1},
    .expiry = {1, 21, 6},
    .optional = {1, 28, 16},
    .digit = {[MRZ_NUMBER] = {1, 9, 1}, [MRZ_BIRTH] = {1, 19, 1}, [MRZ_EXPIRY] = {1, 27, 1}},
};
static const struct layout mrvb = {
    .format = MRZ_MRVB,
    .lines = 2,
    .width = 36,
    .code = {0, 0, 2},
    .issuer = {0, 2, 3},
    .names = {0, 5, 31},
    .number = {1, 0, 9},
    .nationality = {1, 10, 3},
    .birth = {1, 13, 6},
    .sex = {1, 20, 1},
    .expiry = {1, 21, 6},
    .optional = {1, 28, 8},
    .digit = {[MRZ_NUMBER] = {1, 9, 1}, [MRZ_BIRTH] = {1, 19, 1}, [MRZ_EXPIRY] = {1, 27, 1}},
};
/* The French identity card of 1995 to 2021 has the size of TD2 and a layout of its own: the number of twelve
 * places with its digit, given names in 14, birth date, sex; no expiry, no nationality apart; the composite
 * is over the whole of the first line and 35 places of the second. Optional: department and office of issue.
 * Source: public descriptions of the card (dcode.fr/french-id-card, liquisearch.com), agreeing with the
 * specimen of the samples; no text of law was seen. Not verified beyond that. */
static const struct layout french = {
    .format = MRZ_TD2,
    .lines = 2,
    .width = 36,
    .code = {0, 0, 2},
    .issuer = {0, 2, 3},
    .names = {0, 5, 25},
    .optional = {0, 30, 6},
    .number = {1, 0, 12},
    .given = {1, 13, 14},
    .birth = {1, 27, 6},
    .sex = {1, 34, 1},
    .nationality = {0, 2, 3},
    .digit = {[MRZ_NUMBER] = {1, 12, 1}, [MRZ_BIRTH] = {1, 33, 1}, [MRZ_COMPOSITE] = {1, 35, 1}},
    .composite = {{0, 0, 36}, {1, 0, 35}},
};

const struct layout *mrz_layout(enum mrz_format f)
{
    static const struct layout *const all[] = {&td1, &td2, &td3, &mrva, &mrvb};
    return all[f];
}

const struct layout *mrz_layout_french(void)
{
    return &french;
}

struct str grid_span(const struct grid *g, struct span s)
{
    return (struct str){g->cell[s.line] + s.at, s.n};
}

/* ---- check digits (9303-3, 4.9) ---- */

static int value_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return c == '<' ? 0 : -1;
}

/* Weights run on over the parts, as the standard counts them. */
struct sum {
    int total;
    size_t places;
    bool unknown;
};

static void add(struct sum *s, struct str part)
{
    static const int weights[] = {7, 3, 1};
    for (size_t i = 0; i < part.n; i++, s->places++) {
        int value = value_of(part.p[i]);
        if (value < 0)
            s->unknown = true;
        else
            s->total += value * weights[s->places % 3];
    }
}

/* How far the digit is from the sum, mod 10; NO_DIGIT where that cannot be said. */
#define NO_DIGIT (-1)
static int residual(const struct sum *s, char digit)
{
    if (s->unknown || digit < '0' || digit > '9')
        return NO_DIGIT;
    return (s->total + 10 - (digit - '0')) % 10;
}

int mrz_check_digit(const char *p, size_t n)
{
    struct sum s = {0};
    add(&s, (struct str){p, n});
    return s.unknown ? -1 : s.total % 10;
}

struct long_number mrz_long_number(const struct layout *l, const struct grid *g)
{
    struct long_number r = {0};
    struct str optional = grid_span(g, l->optional);
    if (!l->long_number || grid_span(g, l->digit[MRZ_NUMBER]).p[0] != '<')
        return r;
    size_t n = 0;
    while (n < optional.n && optional.p[n] != '<')
        n++;
    r.is = true;
    /* One place of the number at least, and its digit. */
    r.complete = n >= 2;
    if (r.complete) {
        r.rest = (struct span){l->optional.line, l->optional.at, (uint8_t)(n - 1)};
        r.digit = (struct span){l->optional.line, (uint8_t)(l->optional.at + n - 1), 1};
    }
    return r;
}

static int number_residual(const struct layout *l, const struct grid *g, bool filler_counted)
{
    struct long_number more = mrz_long_number(l, g);
    struct sum s = {0};
    add(&s, grid_span(g, l->number));
    if (!more.is)
        return residual(&s, *grid_span(g, l->digit[MRZ_NUMBER]).p);
    if (!more.complete)
        return NO_DIGIT;
    if (filler_counted)
        add(&s, STR("<"));
    add(&s, grid_span(g, more.rest));
    return residual(&s, *grid_span(g, more.digit).p);
}

/* The digit of an empty field may be a filler (9303-4, 4.2.2). */
static int optional_residual(const struct layout *l, const struct grid *g)
{
    struct str field = grid_span(g, l->optional);
    char digit = *grid_span(g, l->digit[MRZ_OPTIONAL]).p;
    struct sum s = {0};
    bool empty = true;
    add(&s, field);
    for (size_t i = 0; i < field.n; i++)
        empty = empty && field.p[i] == '<';
    return residual(&s, empty && digit == '<' ? '0' : digit);
}

static int plain_residual(const struct grid *g, struct span field, struct span digit)
{
    struct sum s = {0};
    add(&s, grid_span(g, field));
    return residual(&s, *grid_span(g, digit).p);
}

static int composite_residual(const struct layout *l, const struct grid *g)
{
    struct sum s = {0};
    for (size_t i = 0; i < sizeof l->composite / sizeof *l->composite; i++)
        add(&s, grid_span(g, l->composite[i]));
    return residual(&s, *grid_span(g, l->digit[MRZ_COMPOSITE]).p);
}

void mrz_residuals(const struct layout *l, const struct grid *g, bool filler_counted, int ret[MRZ_CHECKS])
{
    ret[MRZ_NUMBER] = number_residual(l, g, filler_counted);
    ret[MRZ_BIRTH] = plain_residual(g, l->birth, l->digit[MRZ_BIRTH]);
    ret[MRZ_EXPIRY] = l->digit[MRZ_EXPIRY].n ? plain_residual(g, l->expiry, l->digit[MRZ_EXPIRY]) : 0;
    ret[MRZ_OPTIONAL] = l->digit[MRZ_OPTIONAL].n ? optional_residual(l, g) : 0;
    ret[MRZ_COMPOSITE] = l->digit[MRZ_COMPOSITE].n ? composite_residual(l, g) : 0;
}

bool mrz_verdicts(const struct layout *l, const struct grid *g, enum mrz_verdict ret[MRZ_CHECKS],
                  bool *ret_filler_counted)
{
    int r[MRZ_CHECKS];
    bool all = true;
    mrz_residuals(l, g, false, r);
    *ret_filler_counted =
        r[MRZ_NUMBER] != 0 && mrz_long_number(l, g).complete && number_residual(l, g, true) == 0;
    if (*ret_filler_counted)
        r[MRZ_NUMBER] = 0;
    for (size_t i = 0; i < MRZ_CHECKS; i++) {
        ret[i] = !l->digit[i].n ? MRZ_NONE : r[i] == 0 ? MRZ_RIGHT : MRZ_WRONG;
        all = all && ret[i] != MRZ_WRONG;
    }
    return all;
}

static bool inside(struct span s, size_t line, size_t at)
{
    return s.n && line == s.line && at >= s.at && at < (size_t)s.at + s.n;
}

bool mrz_covered(const struct layout *l, const struct grid *g, size_t line, size_t at)
{
    struct long_number more = mrz_long_number(l, g);
    const struct span fields[] = {l->number,
                                  l->birth,
                                  l->digit[MRZ_EXPIRY].n ? l->expiry : (struct span){0},
                                  l->digit[MRZ_OPTIONAL].n ? l->optional : (struct span){0},
                                  more.rest,
                                  more.digit};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (inside(fields[i], line, at))
            return true;
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        if (inside(l->digit[i], line, at))
            return true;
    for (size_t i = 0; i < sizeof l->composite / sizeof *l->composite; i++)
        if (inside(l->composite[i], line, at))
            return true;
    return false;
}

enum place mrz_place(const struct layout *l, const struct grid *g, size_t line, size_t at)
{
    const struct span letters[] = {l->code, l->issuer, l->names, l->given, l->nationality};
    const struct span digits[] = {l->birth, l->expiry};
    struct long_number more = mrz_long_number(l, g);
    bool makes_dialect = l->given.n && (inside(l->code, line, at) || inside(l->issuer, line, at));
    if (inside(l->sex, line, at) || makes_dialect) /* with another issuer it were another layout */
        return PLACE_FIXED;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (inside(letters[i], line, at))
            return PLACE_LETTER;
    for (size_t i = 0; i < sizeof digits / sizeof *digits; i++)
        if (inside(digits[i], line, at))
            return PLACE_DIGIT;
    for (size_t i = 0; i < MRZ_CHECKS; i++)
        if (inside(l->digit[i], line, at))
            return PLACE_DIGIT;
    return inside(more.digit, line, at) ? PLACE_DIGIT : PLACE_ANY;
}
