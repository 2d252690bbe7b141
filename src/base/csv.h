/* SPDX-License-Identifier: Apache-2.0 */
/* csv.h - an RFC 4180 reader over a byte stream, constant memory, with row and column in every error.
 * Accepts CRLF or LF, a UTF-8 BOM, quoted cells with doubled quotes and line ends. A NUL, bad UTF-8, a quote
 * inside a bare cell, an unclosed quote, or a row over the limits is ERR_BAD_DATA / ERR_BAD_UTF8 / ERR_LIMIT
 * with "row R, column C". So is a carriage return without a line feed. Columns count cells from 1. An empty
 * line is a row of one empty cell. */
#pragma once
#include "base/buf.h"

struct csv;
/* read: fills p with up to n bytes, *ret_n = 0 at the end. */
typedef enum err csv_read(void *user, char *p, size_t n, size_t *ret_n);
enum err csv_new(csv_read *read, void *user, struct csv **ret) NODISCARD;
/* Before the first row; ',' unless said. ASCII, no quote and no line end. */
void csv_separator(struct csv *c, char byte);
void csv_free(struct csv *c);
void csv_cleanup(struct csv **c);
/* Next row; cells live until the next call and have a NUL behind them. *ret_more false at the end. After an
 * error in one row the reader stands at the next row where that can be told, so that an import can report it
 * and go on. An error of `read` itself is given again by every later call: stop at an error that is none of
 * the three above. */
enum err csv_next(struct csv *c, struct str const **ret_cells, size_t *ret_n, bool *ret_more) NODISCARD;
int64_t csv_row(const struct csv *c); /* 1 = first row of the file (usually the header) */
