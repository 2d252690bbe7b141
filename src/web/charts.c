/* SPDX-License-Identifier: Apache-2.0 */
/* charts.c - see charts.h. */
#include "web/charts.h"

#include "web/parts.h"

/* ---- numbers and words of a drawing ---------------------------------------------------------------------
 */

static const char *whole(struct page *p, int64_t v)
{
    const char *text = arena_printf(p->arena, "%lld", (long long)v);
    return text ? text : "0";
}

static const char *in_words(struct page *p, const struct mark *m)
{
    const char *text = m->text;
    if (m->hidden)
        return page_words(p, "below threshold");
    if (!text)
        text = m->value == (double)(int64_t)m->value ? arena_printf(p->arena, "%lld", (long long)m->value)
                                                     : arena_printf(p->arena, "%.1f", m->value);
    return text ? text : "";
}

static double most_of(const struct mark *marks, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        if (!marks[i].hidden && marks[i].value > most)
            most = marks[i].value;
    return most;
}

static int64_t part(double value, double most, int64_t room)
{
    int64_t length = most > 0 ? (int64_t)(value * (double)room / most) : 0;
    return value > 0 && length < 2 ? 2 : length;
}

/* The label as it fits; the whole word stands in the title and in the table. */
static const char *fitting(struct page *p, const char *label, size_t room)
{
    struct str s = str_of(label);
    size_t at = 0, units = 0, keep = 0;
    for (int32_t c; (c = str_utf8_next(s, &at)) >= 0;) {
        units += c >= 0x1100 ? 2 : 1;
        if (units <= room - 1)
            keep = at;
    }
    const char *cut = arena_printf(p->arena, "%.*s…", (int)keep, s.p);
    return units <= room || !cut ? label : cut;
}

/* A drawing keeps its size on a narrow screen, and is moved inside its frame. */
static void frame_start(struct page *p, const char *name)
{
    PAGE_EL(p, "div", "class", "scroll", "tabindex", "0", "role", "group", "aria-label", name);
}

static void svg_start(struct page *p, const char *name, const char *class, int64_t width, int64_t height)
{
    const char *box = arena_printf(p->arena, "0 0 %lld %lld", (long long)width, (long long)height);
    PAGE_EL(p, "svg", "viewBox", box ? box : "", "class", class, "role", "img", "aria-label", name);
}

static void text_at(struct page *p, int64_t x, int64_t y, const char *anchor, const char *class,
                    const char *word)
{
    PAGE_EL(p, "text", "x", whole(p, x), "y", whole(p, y), "text-anchor", anchor, "class", class);
    page_c(p, word);
    page_end(p);
}

static void box_at(struct page *p, int64_t x, int64_t y, int64_t width, int64_t height, const char *class)
{
    PAGE_EL(p, "rect", "x", whole(p, x), "y", whole(p, y), "width", whole(p, width), "height",
            whole(p, height), "rx", "3", "class", class);
    page_end(p);
}

static void group_start(struct page *p, const struct mark *m)
{
    PAGE_EL(p, "g");
    PAGE_EL(p, "title");
    page_c(p, m->label);
    page_c(p, ": ");
    page_c(p, in_words(p, m));
    page_end(p);
}

/* ---- lying bars -----------------------------------------------------------------------------------------
 */

#define BAR_WIDTH   720
#define BAR_HEIGHT  24
#define BAR_LINE    32
#define BAR_LABEL   240
#define BAR_NUMBER  110
#define BAR_LETTERS 32
#define BARS_MAX    40

static void bar(struct page *p, const struct mark *m, int64_t top, double most)
{
    bool rtl = p->lang->rtl;
    int64_t length = m->hidden ? 0 : part(m->value, most, BAR_WIDTH - BAR_LABEL - BAR_NUMBER);
    int64_t x = rtl ? BAR_WIDTH - BAR_LABEL - length : BAR_LABEL;
    group_start(p, m);
    text_at(p, rtl ? BAR_WIDTH - BAR_LABEL + 8 : BAR_LABEL - 8, top + 17, "end", "chart-label",
            fitting(p, m->label, BAR_LETTERS));
    if (length)
        box_at(p, x, top, length, BAR_HEIGHT, m->state ? "chart-bar chart-state" : "chart-bar");
    text_at(p, rtl ? x - 8 : x + length + 8, top + 17, "start", m->hidden ? "chart-quiet" : "chart-number",
            in_words(p, m));
    page_end(p);
}

void chart_bars(struct page *p, const char *name, const struct mark *marks, size_t n)
{
    double most = most_of(marks, n);
    n = n > BARS_MAX ? BARS_MAX : n;
    frame_start(p, name);
    svg_start(p, name, "chart", BAR_WIDTH, (int64_t)n * BAR_LINE);
    for (size_t i = 0; i < n; i++)
        bar(p, &marks[i], (int64_t)i * BAR_LINE, most);
    page_end(p);
    page_end(p);
}

/* ---- standing columns -----------------------------------------------------------------------------------
 */

#define COLUMN_WIDTH  720
#define COLUMN_HEIGHT 260
#define COLUMN_SIDE   46
#define COLUMN_FOOT   34
#define COLUMN_HEAD   22

/* The next of 1, 2, 5, 10, 20, 50, ... that four lines reach the top with. */
static int64_t step_of(double most)
{
    static const int64_t steps[] = {1, 2, 5};
    for (int64_t ten = 1; ten < INT64_MAX / 50; ten *= 10)
        for (size_t i = 0; i < 3; i++)
            if ((double)(steps[i] * ten) * 4 >= most)
                return steps[i] * ten;
    return INT64_MAX / 4;
}

static void lines(struct page *p, int64_t step, int64_t top, int64_t room)
{
    bool rtl = p->lang->rtl;
    for (int64_t v = 0; v <= top; v += step) {
        int64_t y = COLUMN_HEAD + room - v * room / top;
        int64_t from = rtl ? 0 : COLUMN_SIDE, to = rtl ? COLUMN_WIDTH - COLUMN_SIDE : COLUMN_WIDTH;
        PAGE_EL(p, "line", "x1", whole(p, from), "x2", whole(p, to), "y1", whole(p, y), "y2", whole(p, y),
                "class", "chart-line");
        page_end(p);
        text_at(p, rtl ? COLUMN_WIDTH - COLUMN_SIDE + 8 : COLUMN_SIDE - 8, y + 5, "end", "chart-quiet",
                whole(p, v));
    }
}

void chart_columns(struct page *p, const char *name, const struct mark *marks, size_t n)
{
    double most = most_of(marks, n);
    int64_t step = step_of(most), room = COLUMN_HEIGHT - COLUMN_HEAD - COLUMN_FOOT;
    int64_t top = step * (most > (double)(3 * step) ? 4 : most > (double)(2 * step) ? 3 : 2);
    int64_t each = (COLUMN_WIDTH - COLUMN_SIDE) / (int64_t)(n ? n : 1), wide = each > 60 ? 44 : each * 3 / 4;
    frame_start(p, name);
    svg_start(p, name, "chart", COLUMN_WIDTH, COLUMN_HEIGHT);
    lines(p, step, top, room);
    for (size_t i = 0; i < n; i++) {
        const struct mark *m = &marks[i];
        int64_t place = p->lang->rtl ? (int64_t)(n - 1 - i) * each : COLUMN_SIDE + (int64_t)i * each;
        int64_t middle = place + each / 2, tall = m->hidden ? 0 : part(m->value, (double)top, room);
        group_start(p, m);
        if (tall)
            box_at(p, middle - wide / 2, COLUMN_HEAD + room - tall, wide, tall, "chart-bar");
        text_at(p, middle, COLUMN_HEAD + room - tall - 6, "middle",
                m->hidden ? "chart-quiet" : "chart-number", m->hidden ? "–" : in_words(p, m));
        text_at(p, middle, COLUMN_HEIGHT - 10, "middle", "chart-label", m->label);
        page_end(p);
    }
    page_end(p);
    page_end(p);
}

/* ---- a word large ---------------------------------------------------------------------------------------
 */

#define SPARK_WIDTH  96
#define SPARK_HEIGHT 22

void chart_spark(struct page *p, const char *name, const struct mark *marks, size_t n)
{
    double most = most_of(marks, n);
    int64_t each = SPARK_WIDTH / (int64_t)(n ? n : 1);
    if (most <= 0 || n < 2)
        return;
    svg_start(p, name, "spark", SPARK_WIDTH, SPARK_HEIGHT);
    for (size_t i = 0; i < n; i++) {
        int64_t tall = marks[i].hidden ? 1 : part(marks[i].value, most, SPARK_HEIGHT);
        size_t place = p->lang->rtl ? n - 1 - i : i;
        if (tall)
            box_at(p, (int64_t)place * each, SPARK_HEIGHT - tall, each > 3 ? each - 2 : 1, tall,
                   marks[i].hidden ? "chart-state" : "chart-bar");
    }
    page_end(p);
}

/* ---- a map of equal squares ------------------------------------------------------------------------------
 */

#define TILE        56
#define TILE_STEP   60
#define TILE_SHADES 5

/* Five shades of one colour, and always the number: no one has to tell colours apart. */
static const char *shade(struct page *p, const struct mark *m, double most)
{
    int64_t n = most > 0 ? (int64_t)(m->value * TILE_SHADES / most) : 0;
    if (m->hidden)
        return "tile tile-hidden";
    if (m->value <= 0)
        return "tile tile-none";
    const char *class =
        arena_printf(p->arena, "tile tile-%lld", (long long)(n >= TILE_SHADES ? TILE_SHADES : n + 1));
    return class ? class : "tile";
}

void chart_tiles(struct page *p, const char *name, const struct tile *tiles, size_t n)
{
    int columns = 0, rows = 0;
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        columns = tiles[i].column > columns ? tiles[i].column : columns;
        rows = tiles[i].row > rows ? tiles[i].row : rows;
        most = !tiles[i].mark.hidden && tiles[i].mark.value > most ? tiles[i].mark.value : most;
    }
    frame_start(p, name);
    svg_start(p, name, "chart tiles", (columns + 1) * TILE_STEP, (rows + 1) * TILE_STEP);
    for (size_t i = 0; i < n; i++) {
        const struct mark *m = &tiles[i].mark;
        int64_t x = tiles[i].column * TILE_STEP + 2, y = tiles[i].row * TILE_STEP + 2;
        PAGE_EL(p, "g", "class", shade(p, m, most));
        PAGE_EL(p, "title");
        page_c(p, m->label);
        page_c(p, ": ");
        page_c(p, in_words(p, m));
        page_end(p);
        box_at(p, x, y, TILE, TILE, NULL);
        text_at(p, x + TILE / 2, y + 21, "middle", "tile-name", fitting(p, m->label, 9));
        text_at(p, x + TILE / 2, y + 43, "middle", "tile-number", m->hidden ? "–" : in_words(p, m));
        page_end(p);
    }
    page_end(p);
    page_end(p);
}
