/* SPDX-License-Identifier: Apache-2.0 */
/* text.h - inside of screening/document: lines as they were given, before it is known which format they are.
 */
#pragma once
#include "screening/document/mrz.h"

#define RAW_CELLS 96 /* three lines of 30 in one, and a little */

struct raw_line {
    size_t line;          /* in the text */
    size_t n;             /* places without blanks; only RAW_CELLS of them are kept */
    size_t columns;       /* of the line as it was given */
    size_t lower, blanks; /* how many */
    char cell[RAW_CELLS];
    size_t column[RAW_CELLS]; /* where each stood */
};
struct raw_lines {
    struct raw_line line[MRZ_LINES_MAX];
    size_t n;
};
enum err raw_lines_read(struct str text, size_t first_line, struct raw_lines *ret, struct mrz *m) NODISCARD;
enum err raw_lines_format(const struct raw_lines *r, enum mrz_format *ret) NODISCARD;
/* Into m->lines, padded or cut to the width; what was padded or cut is a note. */
void raw_lines_fit(const struct raw_lines *r, size_t width, struct mrz *m);
