/* SPDX-License-Identifier: Apache-2.0 */
/* own.h - inside of screening/document: where the fields of each format lie. */
#pragma once
#include "screening/document/mrz.h"

struct span {
    uint8_t line, at, n; /* from 0; n 0: the format has none */
};
struct layout {
    enum mrz_format format;
    uint8_t lines, width;
    bool long_number; /* a filler in place of the check digit: the number goes on in the optional data */
    struct span code, issuer, names, given /* French card only */, number, nationality, birth, sex, expiry,
        optional, optional2;
    struct span digit[MRZ_CHECKS];
    struct span composite[4];
};
const struct layout *mrz_layout(enum mrz_format f);
const struct layout *mrz_layout_french(void);

/* The lines of one MRZ, each of the width of its format. */
struct grid {
    char cell[MRZ_LINES_MAX][MRZ_WIDTH_MAX];
};
struct str grid_span(const struct grid *g, struct span s);

struct long_number {
    bool is;       /* a filler stands in place of the digit */
    bool complete; /* and a rest with its digit follows */
    struct span rest, digit;
};
struct long_number mrz_long_number(const struct layout *l, const struct grid *g);
/* For each check how far its digit is from the sum, mod 10: 0 is right or none in this format; -1: a digit or
 * a character is no such. filler_counted: of a long number, its < takes a weight, as on Belgian cards. */
void mrz_residuals(const struct layout *l, const struct grid *g, bool filler_counted, int ret[MRZ_CHECKS]);
/* Every verdict; *ret_filler_counted: the number's digit is right by the Belgian way only. True if all are
 * right. */
bool mrz_verdicts(const struct layout *l, const struct grid *g, enum mrz_verdict ret[MRZ_CHECKS],
                  bool *ret_filler_counted);
bool mrz_covered(const struct layout *l, const struct grid *g, size_t line,
                 size_t at); /* by some check digit */

enum place { PLACE_ANY, PLACE_DIGIT, PLACE_LETTER, PLACE_FIXED }; /* FIXED: sex; never proposed */
enum place mrz_place(const struct layout *l, const struct grid *g, size_t line, size_t at);

/* The other characters that c is often misread for, likeliest first; "" for none. */
const char *mrz_confusable(char c);
bool mrz_confusable_texts(struct str a, struct str b); /* equal but for confusables, and not equal */

void mrz_propose(const struct layout *l, const struct grid *g, struct mrz *m);

/* Two digits of a year against today. past: a birth. */
void mrz_date_read(struct str six, bool birth, struct date today, struct mrz_date *ret);
void mrz_note(struct mrz *m, enum mrz_note_kind kind, size_t line, size_t column);
