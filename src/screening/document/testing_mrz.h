/* SPDX-License-Identifier: Apache-2.0 */
/* testing_mrz.h - for tests: makes machine readable zones by the rules of 9303, apart from the code that
 * reads them. */
#pragma once
#include "base/testing.h"
#include "screening/document/mrz.h"

/* Where the parts of a format lie; a table of its own, so that a slip in the reader's table is seen.
 * Positions are those of the standard, from 1; lines too. */
struct made_place {
    int line, first, last;
};
struct made_format {
    enum mrz_format format;
    int lines, width;
    struct made_place issuer, name, number, number_digit, nationality, birth, birth_digit, sex, expiry,
        expiry_digit, optional, optional2, optional_digit, composite_digit;
    struct made_place composite[4];
};
static const struct made_format MADE_FORMATS[] = {
    {MRZ_TD1,
     3,
     30,
     {1, 3, 5},
     {3, 1, 30},
     {1, 6, 14},
     {1, 15, 15},
     {2, 16, 18},
     {2, 1, 6},
     {2, 7, 7},
     {2, 8, 8},
     {2, 9, 14},
     {2, 15, 15},
     {1, 16, 30},
     {2, 19, 29},
     {0, 0, 0},
     {2, 30, 30},
     {{1, 6, 30}, {2, 1, 7}, {2, 9, 15}, {2, 19, 29}}},
    {MRZ_TD2,
     2,
     36,
     {1, 3, 5},
     {1, 6, 36},
     {2, 1, 9},
     {2, 10, 10},
     {2, 11, 13},
     {2, 14, 19},
     {2, 20, 20},
     {2, 21, 21},
     {2, 22, 27},
     {2, 28, 28},
     {2, 29, 35},
     {0, 0, 0},
     {0, 0, 0},
     {2, 36, 36},
     {{2, 1, 10}, {2, 14, 20}, {2, 22, 35}}},
    {MRZ_TD3,
     2,
     44,
     {1, 3, 5},
     {1, 6, 44},
     {2, 1, 9},
     {2, 10, 10},
     {2, 11, 13},
     {2, 14, 19},
     {2, 20, 20},
     {2, 21, 21},
     {2, 22, 27},
     {2, 28, 28},
     {2, 29, 42},
     {0, 0, 0},
     {2, 43, 43},
     {2, 44, 44},
     {{2, 1, 10}, {2, 14, 20}, {2, 22, 43}}},
    {MRZ_MRVA,
     2,
     44,
     {1, 3, 5},
     {1, 6, 44},
     {2, 1, 9},
     {2, 10, 10},
     {2, 11, 13},
     {2, 14, 19},
     {2, 20, 20},
     {2, 21, 21},
     {2, 22, 27},
     {2, 28, 28},
     {2, 29, 44},
     {0, 0, 0},
     {0, 0, 0},
     {0, 0, 0},
     {{0, 0, 0}}},
    {MRZ_MRVB,
     2,
     36,
     {1, 3, 5},
     {1, 6, 36},
     {2, 1, 9},
     {2, 10, 10},
     {2, 11, 13},
     {2, 14, 19},
     {2, 20, 20},
     {2, 21, 21},
     {2, 22, 27},
     {2, 28, 28},
     {2, 29, 36},
     {0, 0, 0},
     {0, 0, 0},
     {0, 0, 0},
     {{0, 0, 0}}},
};

struct made {
    const struct made_format *f;
    char line[MRZ_LINES_MAX][MRZ_WIDTH_MAX + 1];
};

static inline int made_value(char c)
{
    return c == '<' ? 0 : c <= '9' ? c - '0' : c - 'A' + 10;
}

static inline char *made_at(struct made *m, struct made_place p)
{
    return &m->line[p.line - 1][p.first - 1];
}

static inline void made_put(struct made *m, struct made_place p, const char *text)
{
    size_t n = strlen(text), room = (size_t)(p.last - p.first + 1);
    assert_true(n <= room);
    memcpy(made_at(m, p), text, n);
}

static inline char made_digit(struct made *m, const struct made_place *parts, size_t n)
{
    int sum = 0, k = 0;
    for (size_t i = 0; i < n; i++)
        for (int at = parts[i].first; parts[i].line && at <= parts[i].last; at++, k++)
            sum += made_value(m->line[parts[i].line - 1][at - 1]) * (k % 3 == 0 ? 7 : k % 3 == 1 ? 3 : 1);
    return (char)('0' + sum % 10);
}

/* All check digits, last of all the composite. A long number has written its own already. */
static inline void made_digits(struct made *m, bool long_number)
{
    const struct made_format *f = m->f;
    if (!long_number)
        *made_at(m, f->number_digit) = made_digit(m, &f->number, 1);
    *made_at(m, f->birth_digit) = made_digit(m, &f->birth, 1);
    *made_at(m, f->expiry_digit) = made_digit(m, &f->expiry, 1);
    if (f->optional_digit.line)
        *made_at(m, f->optional_digit) = made_digit(m, &f->optional, 1);
    if (f->composite_digit.line)
        *made_at(m, f->composite_digit) = made_digit(m, f->composite, 4);
}

static inline void made_start(struct made *m, const struct made_format *f, const char *code)
{
    *m = (struct made){.f = f};
    for (int i = 0; i < f->lines; i++)
        memset(m->line[i], '<', (size_t)f->width);
    memcpy(m->line[0], code, strlen(code));
}

static inline void made_text(const struct made *m, char ret[160])
{
    snprintf(ret, 160, "%s\n%s%s%s", m->line[0], m->line[1], m->f->lines == 3 ? "\n" : "", m->line[2]);
}
