/* SPDX-License-Identifier: Apache-2.0 */
/* charts.h - drawings of numbers, made by the server as SVG without script. Each is said in words as well: a
 * drawing has a name, and its numbers stand in a table beside it. What is hidden is drawn as hidden, never as
 * 0; in a language from right to left the first mark stands at the right. */
#pragma once
#include "web/own.h"

struct mark {
    const char *label; /* in the reader's language; beside or under the mark */
    const char *text;  /* the number in words; NULL: as label and number are */
    double value;
    bool hidden; /* below the threshold that may be shown */
    bool state;  /* no value: unknown, not collected */
};
void chart_bars(struct page *p, const char *name, const struct mark *marks,
                size_t n); /* lying, a line each */
void chart_columns(struct page *p, const char *name, const struct mark *marks,
                   size_t n); /* standing, in time */
void chart_spark(struct page *p, const char *name, const struct mark *marks, size_t n); /* a word large */

/* A map of equal squares: no borders to draw, and a small prefecture is as large as a big one. */
struct tile {
    struct mark mark;
    int column, row;
};
void chart_tiles(struct page *p, const char *name, const struct tile *tiles, size_t n);
