/* SPDX-License-Identifier: Apache-2.0 */
/* A row of a foreign file: cells (bytes between 0x1f, the first byte says the map) into records and back.
 * What is taken comes out as the same cells; what is refused is an error of the data. */
#include "../tests/figures/fileland.h"
#include "figures/own.h"
#include "fuzz.h"

static void there_and_back(const struct map_plan *m, const struct str *cells, const struct map_row *row)
{
    for (size_t c = 0; c < m->ncolumns; c++) {
        const struct input *in = &row->parts[m->columns[c].part];
        struct buf cell = {0};
        for (size_t i = 0; i < in->n; i++) {
            struct str word;
            if (!str_is(in->pairs[i].name, m->columns[c].field->name) || in->pairs[i].state != VALUE_GIVEN)
                continue;
            REQUIRE(map_value_out(&m->columns[c], in->pairs[i].value, &word));
            if (cell.n)
                buf_char(&cell, m->map->multi_separator);
            buf_str(&cell, word);
        }
        REQUIRE(buf_err(&cell) == OK);
        REQUIRE(str_eq(buf_view(&cell), cells[c]));
        buf_free(&cell);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct str cells[64], rest = {(const char *)data, size};
    const struct map_plan *m;
    struct map_row row;
    size_t n = 0;
    bool more = size > 0;
    REQUIRE(a);
    REQUIRE(map_plan(&fileland, size && data[0] & 1 ? "other" : "file", a, &m) == OK);
    rest = str_sub(rest, 1, rest.n);
    while (more && n < 64) {
        ptrdiff_t at = str_find(rest, '\x1f');
        cells[n++] = str_sub(rest, 0, at < 0 ? rest.n : (size_t)at);
        more = at >= 0;
        rest = str_sub(rest, at < 0 ? rest.n : (size_t)at + 1, rest.n);
    }
    enum err e = map_row(m, cells, n, (struct date){2026, 11, 22}, a, &row);
    if (e == OK)
        there_and_back(m, cells, &row);
    else
        REQUIRE(e == ERR_FIELD || e == ERR_BAD_UTF8 || e == ERR_BAD_DATA || e == ERR_LIMIT);
    arena_free(a);
    return 0;
}
