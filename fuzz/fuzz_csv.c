/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: the same rows and errors whatever the source's read sizes are; every row written again reads as it
 * was. */
#include "base/buf.h"
#include "base/csv.h"
#include "fuzz.h"

struct source {
    struct str s;
    size_t step;
};

static enum err give(void *user, char *p, size_t n, size_t *ret_n)
{
    struct source *from = user;
    size_t k = from->s.n < n ? from->s.n : n;
    k = from->step && from->step < k ? from->step : k;
    if (k)
        memcpy(p, from->s.p, k);
    from->s = str_sub(from->s, k, from->s.n);
    *ret_n = k;
    return OK;
}

/* All good rows as CSV again, all errors as lines; returns how many errors. */
static size_t rewrite(struct source from, struct buf *rows, struct buf *errors)
{
    struct csv *c;
    size_t bad = 0;
    REQUIRE(csv_new(give, &from, &c) == OK);
    for (bool more = true; more;) {
        const struct str *cells;
        size_t n;
        enum err err = csv_next(c, &cells, &n, &more);
        if (err) {
            REQUIRE(err == ERR_BAD_DATA || err == ERR_BAD_UTF8 || err == ERR_LIMIT);
            buf_printf(errors, "%s\n", err_detail());
            bad++;
            continue;
        }
        for (size_t i = 0; more && i < n; i++) {
            REQUIRE(str_utf8_ok(cells[i]));
            if (i)
                buf_char(rows, ',');
            buf_csv(rows, cells[i]);
        }
        if (more)
            buf_char(rows, '\n');
    }
    csv_free(c);
    return bad;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct buf rows = {0}, errors = {0}, rows2 = {0}, errors2 = {0}, rows3 = {0}, errors3 = {0};
    rewrite((struct source){text, 0}, &rows, &errors);
    rewrite((struct source){text, size % 5 + 1}, &rows2, &errors2);
    REQUIRE(str_eq(buf_view(&rows), buf_view(&rows2)));
    REQUIRE(str_eq(buf_view(&errors), buf_view(&errors2)));
    /* A first cell that begins with U+FEFF would be taken as the byte order mark of the new file. */
    if (!str_starts(buf_view(&rows), "\xEF\xBB\xBF")) {
        REQUIRE(rewrite((struct source){buf_view(&rows), 0}, &rows3, &errors3) == 0);
        REQUIRE(str_eq(buf_view(&rows), buf_view(&rows3)));
    }
    struct buf *all[] = {&rows, &errors, &rows2, &errors2, &rows3, &errors3};
    for (size_t i = 0; i < 6; i++)
        buf_free(all[i]);
    return 0;
}
