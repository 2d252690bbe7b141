/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "base/csv.h"

struct source {
    struct str s;
    size_t step; /* most bytes per read */
};

static enum err give(void *user, char *p, size_t n, size_t *ret_n)
{
    struct source *from = user;
    size_t k = from->s.n < n ? from->s.n : n;
    k = k < from->step ? k : from->step;
    memcpy(p, from->s.p, k);
    from->s = str_sub(from->s, k, from->s.n);
    *ret_n = k;
    return OK;
}

static void two_rows(void **state)
{
    (void)state;
    for (size_t step = 1; step < 40; step++) {
        struct source from = {STR("\xEF\xBB\xBF" "a,\"b \"\"x\"\",\r\n\"\r\n灯,"), step};
        CLEANUP(csv_cleanup) struct csv *c = NULL;
        const struct str *cell;
        size_t n;
        bool more;
        assert_ok(csv_new(give, &from, &c));
        assert_ok(csv_next(c, &cell, &n, &more));
        assert_true(more);
        assert_int_equal(n, 2);
        assert_str(cell[0], "a");
        assert_str(cell[1], "b \"x\",\r\n");
        assert_ok(csv_next(c, &cell, &n, &more));
        assert_int_equal(n, 2);
        assert_str(cell[0], "灯");
        assert_str(cell[1], "");
        assert_int_equal(csv_row(c), 2);
        assert_ok(csv_next(c, &cell, &n, &more));
        assert_false(more);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
