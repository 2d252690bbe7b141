/* SPDX-License-Identifier: Apache-2.0 */
#include "base/csv.h"
#include "base/alloc.h"
#include "base/limits.h"

#define INPUT_BYTES 16384

enum state {
    CELL_START,
    BARE,
    QUOTED,
    QUOTE_IN_QUOTED, /* the end of the cell, or the first of two */
    AFTER_CR,        /* only LF may follow */
    SKIP_LINE,       /* after an error that leaves no trust in quotes: up to the next line end */
};

struct csv {
    csv_read *read;
    void *user;
    enum err failed; /* reading failed: nothing more comes */
    bool at_end;
    int64_t row;
    enum state state;
    size_t in_at, in_n;
    struct buf text; /* cells of the row, each with a NUL behind it */
    size_t cells, from[CSV_MAX_CELLS];
    struct str cell[CSV_MAX_CELLS];
    enum err row_err; /* first error of the row; the rest of the row is skipped */
    char separator;
    char in[INPUT_BYTES];
};

enum err csv_new(csv_read *read, void *user, struct csv **ret)
{
    struct csv *c = mem_alloc(sizeof *c);
    if (!c)
        return mem_fail();
    c->read = read;
    c->user = user;
    c->separator = ',';
    c->text.limit = CSV_MAX_ROW_BYTES + CSV_MAX_CELLS; /* the NULs do not count */
    *ret = c;
    return OK;
}

void csv_free(struct csv *c)
{
    if (!c)
        return;
    buf_free(&c->text);
    mem_free(c);
}

void csv_cleanup(struct csv **c)
{
    csv_free(*c);
    *c = NULL;
}

void csv_separator(struct csv *c, char byte)
{
    c->separator = byte;
}

int64_t csv_row(const struct csv *c)
{
    return c->row;
}

static void row_error(struct csv *c, enum err code, const char *what)
{
    if (!c->row_err)
        c->row_err = FAIL(code, "row %lld, column %zu: %s", (long long)c->row, c->cells + 1, what);
}

static void row_limit(struct csv *c, const char *what, unsigned limit)
{
    if (!c->row_err)
        c->row_err = FAIL(ERR_LIMIT, "row %lld, column %zu: more than %u %s", (long long)c->row, c->cells + 1,
                          limit, what);
}

static enum err fill(struct csv *c)
{
    if (c->failed || c->at_end || c->in_at < c->in_n)
        return c->failed;
    c->in_at = c->in_n = 0;
    size_t got = 0;
    c->failed = c->read(c->user, c->in, sizeof c->in, &got);
    if (!c->failed && got > sizeof c->in)
        c->failed = FAIL(ERR_INTERNAL, "a CSV source gave more than was asked for");
    if (c->failed)
        return c->failed;
    c->in_n = got;
    c->at_end = got == 0;
    return OK;
}

/* -1 at the end; reading never fails between two bytes of the buffer. */
static enum err next_byte(struct csv *c, int *ret_byte)
{
    TRY(fill(c));
    *ret_byte = c->at_end ? -1 : (unsigned char)c->in[c->in_at++];
    return OK;
}

/* A UTF-8 byte order mark, as Excel writes it. The source may give its bytes one by one. */
static enum err skip_bom(struct csv *c)
{
    static const char bom[] = "\xEF\xBB\xBF";
    TRY(fill(c));
    while (!c->at_end && c->in_n < 3 && memcmp(c->in, bom, c->in_n) == 0) {
        size_t got = 0;
        c->failed = c->read(c->user, c->in + c->in_n, sizeof c->in - c->in_n, &got);
        TRY(c->failed);
        if (got == 0)
            break; /* the end comes again at the next read */
        c->in_n += got;
    }
    if (c->in_n >= 3 && memcmp(c->in, bom, 3) == 0)
        c->in_at = 3;
    return OK;
}

static void add(struct csv *c, char byte)
{
    if (c->row_err)
        return;
    if (byte == '\0') {
        row_error(c, ERR_BAD_DATA, "a NUL byte");
        return;
    }
    if (c->text.n - c->cells >= CSV_MAX_ROW_BYTES) {
        row_limit(c, "bytes in a row", CSV_MAX_ROW_BYTES);
        return;
    }
    buf_char(&c->text, byte);
    if (c->text.err)
        row_error(c, c->text.err, "no memory left");
}

static void end_cell(struct csv *c)
{
    if (c->row_err)
        return;
    if (c->cells == CSV_MAX_CELLS) {
        row_limit(c, "cells in a row", CSV_MAX_CELLS);
        return;
    }
    size_t from = c->cells ? c->from[c->cells] : 0;
    if (c->text.n > from && !str_utf8_ok(str_sub(buf_view(&c->text), from, c->text.n - from))) {
        row_error(c, ERR_BAD_UTF8, "not UTF-8");
        return;
    }
    buf_char(&c->text, '\0');
    if (c->text.err) {
        row_error(c, c->text.err, "no memory left");
        return;
    }
    c->cells++;
    if (c->cells < CSV_MAX_CELLS)
        c->from[c->cells] = c->text.n;
}

static void distrust(struct csv *c, const char *what)
{
    row_error(c, ERR_BAD_DATA, what);
    c->state = SKIP_LINE;
}

/* The separator or a line end outside of quotes. True at the end of the row. */
static bool separator(struct csv *c, int byte)
{
    if (byte == '\r') {
        c->state = AFTER_CR;
        return false;
    }
    end_cell(c);
    c->state = CELL_START;
    return byte == '\n';
}

static bool is_separator(const struct csv *c, int byte)
{
    return byte == (unsigned char)c->separator || byte == '\n' || byte == '\r';
}

/* One byte; true when it ended the row. */
static bool step(struct csv *c, int byte)
{
    switch (c->state) {
    case CELL_START:
        if (byte == '"') {
            c->state = QUOTED;
            return false;
        }
        c->state = BARE;
        /* fall through */
    case BARE:
        if (is_separator(c, byte))
            return separator(c, byte);
        if (byte == '"')
            distrust(c, "a quote inside a bare cell");
        else
            add(c, (char)byte);
        return false;
    case QUOTED:
        if (byte == '"')
            c->state = QUOTE_IN_QUOTED;
        else
            add(c, (char)byte);
        return false;
    case QUOTE_IN_QUOTED:
        if (is_separator(c, byte))
            return separator(c, byte);
        if (byte == '"') {
            add(c, '"');
            c->state = QUOTED;
        } else {
            distrust(c, "text behind a closing quote");
        }
        return false;
    case AFTER_CR:
        if (byte == '\n')
            return separator(c, byte);
        distrust(c, "a carriage return without a line feed");
        return false;
    case SKIP_LINE:
        return byte == '\n';
    }
    return false;
}

/* The end of the file inside a row. */
static void last_row(struct csv *c)
{
    if (c->state == QUOTED)
        row_error(c, ERR_BAD_DATA, "a quote that is never closed");
    else if (c->state == AFTER_CR)
        row_error(c, ERR_BAD_DATA, "a carriage return without a line feed");
    else
        end_cell(c);
}

static void begin_row(struct csv *c)
{
    buf_clear(&c->text);
    c->cells = 0;
    c->row_err = OK;
    c->state = CELL_START;
    c->row++;
}

enum err csv_next(struct csv *c, struct str const **ret_cells, size_t *ret_n, bool *ret_more)
{
    int byte;
    if (c->row == 0 && c->in_n == 0)
        TRY(skip_bom(c));
    TRY(next_byte(c, &byte));
    if (byte < 0) {
        *ret_n = 0;
        *ret_more = false;
        return OK;
    }
    begin_row(c);
    while (!step(c, byte)) {
        TRY(next_byte(c, &byte));
        if (byte < 0) {
            last_row(c);
            break;
        }
    }
    if (c->row_err)
        return c->row_err;
    for (size_t i = 0; i < c->cells; i++) {
        size_t from = i ? c->from[i] : 0, end = i + 1 < c->cells ? c->from[i + 1] : c->text.n;
        c->cell[i] = (struct str){c->text.p + from, end - from - 1};
    }
    *ret_cells = c->cell;
    *ret_n = c->cells;
    *ret_more = true;
    return OK;
}
