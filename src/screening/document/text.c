/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - from a text as a camera, a keyboard or another program gives it to the lines of one format. */
#include "screening/document/text.h"
#include "screening/document/own.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A line ends with LF, CRLF or a lone CR. */
static bool next_line(struct str *rest, struct str *ret_line, bool *ret_lone_return)
{
    size_t n = 0;
    if (rest->n == 0)
        return false;
    while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
        n++;
    *ret_line = str_sub(*rest, 0, n);
    bool cr = n < rest->n && rest->p[n] == '\r';
    bool crlf = cr && n + 1 < rest->n && rest->p[n + 1] == '\n';
    *ret_lone_return = cr && !crlf;
    *rest = str_sub(*rest, n + (n < rest->n) + crlf, rest->n);
    return true;
}

static bool all_blank(struct str line)
{
    for (size_t i = 0; i < line.n; i++)
        if (!is_blank(line.p[i]))
            return false;
    return true;
}

bool mrz_next(struct str *text, size_t *line, struct str *ret_mrz, size_t *ret_first_line)
{
    struct str rest = *text, one;
    const char *begin = NULL, *end = NULL;
    bool lone;
    while (next_line(&rest, &one, &lone)) {
        bool blank = all_blank(one);
        if (blank && begin)
            break;
        ++*line;
        *text = rest;
        if (blank)
            continue;
        if (!begin) {
            begin = one.p;
            *ret_first_line = *line;
        }
        end = one.p + one.n;
    }
    if (!begin)
        return false;
    *ret_mrz = (struct str){begin, (size_t)(end - begin)};
    return true;
}

static void take_character(struct raw_line *r, struct str line, size_t *at, size_t column, struct mrz *m)
{
    size_t n = str_utf8_len(line, *at);
    char c = line.p[*at];
    char read = '?';
    *at += n ? n : 1;
    if (n == 1 && ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '<'))
        read = c;
    else if (n == 1 && c >= 'a' && c <= 'z')
        read = (char)(c - 'a' + 'A');
    if (read == '?')
        mrz_note(m, MRZ_NOTE_INVALID_CHARACTER, r->line, column);
    else if (read != c && !r->lower++)
        mrz_note(m, MRZ_NOTE_LOWER_CASE, r->line, column);
    if (r->n < RAW_CELLS) {
        r->cell[r->n] = read;
        r->column[r->n] = column;
    }
    r->n++;
}

static void read_line(struct str line, size_t number, struct raw_line *r, struct mrz *m)
{
    size_t column = 0;
    *r = (struct raw_line){.line = number};
    for (size_t at = 0; at < line.n;) {
        column++;
        if (is_blank(line.p[at])) {
            if (!r->blanks++)
                mrz_note(m, MRZ_NOTE_BLANK, number, column);
            at++;
            continue;
        }
        take_character(r, line, &at, column, m);
    }
    r->columns = column;
}

/* One line of 90, 88 or 72 places has lost its line ends. */
static bool split(struct raw_lines *ret, struct mrz *m)
{
    struct raw_line all = ret->line[0];
    size_t n = all.n == 90 ? 3 : 2, width = all.n / n;
    if (all.n != 90 && all.n != 88 && all.n != 72)
        return false;
    for (size_t i = 0; i < n; i++) {
        struct raw_line *r = &ret->line[i];
        *r = (struct raw_line){.line = all.line, .n = width, .columns = all.columns};
        memcpy(r->cell, all.cell + i * width, width);
        memcpy(r->column, all.column + i * width, width * sizeof *r->column);
    }
    ret->n = n;
    mrz_note(m, MRZ_NOTE_SPLIT, all.line, 0);
    return true;
}

enum err raw_lines_read(struct str text, size_t first_line, struct raw_lines *ret, struct mrz *m)
{
    struct str one;
    bool lone;
    ret->n = 0;
    for (size_t number = first_line; next_line(&text, &one, &lone); number++) {
        if (ret->n == MRZ_LINES_MAX)
            return FAIL(ERR_BAD_DATA, "line %zu: more than three lines without a blank one", number);
        read_line(one, number, &ret->line[ret->n], m);
        if (lone)
            mrz_note(m, MRZ_NOTE_LONE_RETURN, number, ret->line[ret->n].columns + 1);
        ret->n++;
    }
    if (ret->n == 0)
        return FAIL(ERR_BAD_DATA, "line %zu: no line with a character", first_line);
    if (ret->n == 1 && !split(ret, m))
        return FAIL(ERR_BAD_DATA,
                    "line %zu: %zu characters in one line; two of 36 or 44 or three of 30 are expected",
                    first_line, ret->line[0].n);
    return OK;
}

/* How far the lengths are from a width; a line that has about the right length must be among them. */
static bool near(const struct raw_lines *r, size_t width, size_t *ret_off)
{
    bool close = false;
    *ret_off = 0;
    for (size_t i = 0; i < r->n; i++) {
        size_t n = r->line[i].n, off = n > width ? n - width : width - n;
        close = close || off <= 3;
        *ret_off += off;
    }
    return close;
}

enum err raw_lines_format(const struct raw_lines *r, enum mrz_format *ret)
{
    size_t off36, off44, off30;
    bool visa = r->line[0].n && r->line[0].cell[0] == 'V';
    bool like30 = near(r, 30, &off30), like36 = near(r, 36, &off36), like44 = near(r, 44, &off44);
    if (r->n == 3 && like30) {
        *ret = MRZ_TD1;
        return OK;
    }
    if (r->n == 2 && (like36 || like44)) {
        bool wide = like44 && (!like36 || off44 <= off36);
        *ret = wide ? (visa ? MRZ_MRVA : MRZ_TD3) : (visa ? MRZ_MRVB : MRZ_TD2);
        return OK;
    }
    return FAIL(ERR_BAD_DATA,
                "line %zu: %zu lines, the first with %zu characters; two of 36 or 44 or three of 30 are "
                "expected",
                r->line[0].line, r->n, r->line[0].n);
}

void raw_lines_fit(const struct raw_lines *r, size_t width, struct mrz *m)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct raw_line *from = &r->line[i];
        for (size_t at = 0; at < width; at++)
            m->lines[i][at] = at < from->n && at < RAW_CELLS ? from->cell[at] : '<';
        m->lines[i][width] = '\0';
        if (from->n < width)
            mrz_note(m, MRZ_NOTE_TOO_SHORT, from->line, from->columns + 1);
        if (from->n > width)
            mrz_note(m, MRZ_NOTE_TOO_LONG, from->line, from->column[width]);
    }
    m->nlines = r->n;
}
