/* SPDX-License-Identifier: Apache-2.0 */
#include "base/csv.h"
#include "base/limits.h"
#include "base/testing.h"

struct source {
    struct str s;
    size_t step;     /* most bytes per read; 0 = as many as asked for */
    enum err at_end; /* given instead of the end */
};

static enum err give(void *user, char *p, size_t n, size_t *ret_n)
{
    struct source *from = user;
    if (from->s.n == 0 && from->at_end)
        return FAIL(from->at_end, "the source broke");
    size_t k = from->s.n < n ? from->s.n : n;
    if (from->step && k > from->step)
        k = from->step;
    if (k)
        memcpy(p, from->s.p, k);
    from->s = str_sub(from->s, k, from->s.n);
    *ret_n = k;
    return OK;
}

/* Reads all and writes it down: cells as [..], errors by name, rows by number. Stops after an error of the
 * source. */
static void transcript(struct source from, struct buf *out)
{
    CLEANUP(csv_cleanup) struct csv *c = NULL;
    assert_ok(csv_new(give, &from, &c));
    assert_int_equal(csv_row(c), 0);
    for (;;) {
        const struct str *cells;
        size_t n = 0;
        bool more = false;
        enum err err = csv_next(c, &cells, &n, &more);
        if (err) {
            buf_printf(out, "<%s %s>", err_row(err)->name, err_detail());
            if (err == ERR_IO)
                return;
            continue;
        }
        if (!more)
            return;
        buf_printf(out, "%lld", (long long)csv_row(c));
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(cells[i].p[cells[i].n], '\0');
            buf_printf(out, "[%.*s]", STR_FMT(cells[i]));
        }
    }
}

static void check(struct str text, const char *expected)
{
    for (size_t step = 0; step < 20; step++) {
        CLEANUP(buf_free) struct buf out = {0};
        transcript((struct source){.s = text, .step = step}, &out);
        assert_str(buf_view(&out), expected);
    }
}

#define CHECK(text, expected) check(STR(text), (expected))

static void good_rows(void **state)
{
    (void)state;
    CHECK("", "");
    CHECK("a", "1[a]");
    CHECK("a\n", "1[a]");
    CHECK("a\r\n", "1[a]");
    CHECK("a,b\nc,d\n", "1[a][b]2[c][d]");
    CHECK("a,b\r\nc,d", "1[a][b]2[c][d]");
    CHECK(",", "1[][]");
    CHECK(",\n,,\n", "1[][]2[][][]");
    CHECK("\n\na", "1[]2[]3[a]"); /* an empty line is a row of one empty cell */
    CHECK("\"a\"", "1[a]");
    CHECK("\"\"", "1[]");
    CHECK("\"\",\"\"\n", "1[][]");
    CHECK("\"a,b\",c", "1[a,b][c]");
    CHECK("\"a\"\"b\"", "1[a\"b]");
    CHECK("\"\"\"\"", "1[\"]");
    CHECK("\"a\nb\r\nc\rd\"\r\ne", "1[a\nb\r\nc\rd]2[e]");
    CHECK(" a , b ", "1[ a ][ b ]");
    CHECK("灯,り", "1[灯][り]");
}

static void byte_order_mark(void **state)
{
    (void)state;
    CHECK("\xEF\xBB\xBF", "");
    CHECK("\xEF\xBB\xBF"
          "a",
          "1[a]");
    CHECK("\xEF\xBB\xBF\"a\",b", "1[a][b]");
    CHECK("\xEF\xBB\xBF\n\xEF\xBB\xBF", "1[]2[\xEF\xBB\xBF]"); /* only the first one is a mark */
    CHECK("\xEF\xBB", "<ERR_BAD_UTF8 row 1, column 1: not UTF-8>");
    CHECK("\xEF", "<ERR_BAD_UTF8 row 1, column 1: not UTF-8>");
}

static void bad_rows_say_where_and_the_next_row_comes(void **state)
{
    (void)state;
    CHECK("a\nb,c\"d,e\nf", "1[a]<ERR_BAD_DATA row 2, column 2: a quote inside a bare cell>3[f]");
    CHECK("\"a\"b,c\nd", "<ERR_BAD_DATA row 1, column 1: text behind a closing quote>2[d]");
    CHECK("\"a\" ,c\nd", "<ERR_BAD_DATA row 1, column 1: text behind a closing quote>2[d]");
    CHECK("a,b\0c\nd", "<ERR_BAD_DATA row 1, column 2: a NUL byte>2[d]");
    CHECK("a,\"\0\n\",x\nd", "<ERR_BAD_DATA row 1, column 2: a NUL byte>2[d]"); /* quotes still count */
    CHECK("a,b,\xFF\nd", "<ERR_BAD_UTF8 row 1, column 3: not UTF-8>2[d]");
    CHECK("\xC3,\xA9\nd", "<ERR_BAD_UTF8 row 1, column 1: not UTF-8>2[d]"); /* halves in two cells */
    CHECK("\xFF,\"a\nb\"\nd", "<ERR_BAD_UTF8 row 1, column 1: not UTF-8>2[d]");
    CHECK("a\rb\nd", "<ERR_BAD_DATA row 1, column 1: a carriage return without a line feed>2[d]");
    CHECK("a\r", "<ERR_BAD_DATA row 1, column 1: a carriage return without a line feed>");
    CHECK("a\r\r\nd", "<ERR_BAD_DATA row 1, column 1: a carriage return without a line feed>2[d]");
    CHECK("a\nb,\"c\nd\ne", "1[a]<ERR_BAD_DATA row 2, column 2: a quote that is never closed>");
    CHECK("a\"", "<ERR_BAD_DATA row 1, column 1: a quote inside a bare cell>");
}

static void details_hold_no_cell(void **state)
{
    (void)state;
    struct source from = {.s = STR("Tanaka,Hanako\"x\n")};
    CLEANUP(csv_cleanup) struct csv *c = NULL;
    const struct str *cells;
    size_t n;
    bool more;
    assert_ok(csv_new(give, &from, &c));
    assert_fails(csv_next(c, &cells, &n, &more), ERR_BAD_DATA);
    assert_null(strstr(err_detail(), "Tanaka"));
    assert_null(strstr(err_detail(), "Hanako"));
}

static void limits(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf text = {0};
    CLEANUP(buf_free) struct buf out = {0};
    for (int more = 0; more < 2; more++) { /* exactly as many cells as allowed, then one more */
        buf_clear(&text);
        for (int i = 1; i < CSV_MAX_CELLS + more; i++)
            buf_char(&text, ',');
        buf_c(&text, "\nnext");
        buf_clear(&out);
        transcript((struct source){.s = buf_view(&text)}, &out);
        if (more)
            assert_str(buf_view(&out), "<ERR_LIMIT row 1, column 513: more than 512 cells in a row>2[next]");
        else
            assert_int_equal(out.n, 1 + 2 * CSV_MAX_CELLS + strlen("2[next]"));
    }
    for (int more = 0; more < 2; more++) { /* the same with bytes */
        buf_clear(&text);
        buf_c(&text, "a,\"");
        for (size_t i = 1; i < CSV_MAX_ROW_BYTES + (unsigned)more; i++)
            buf_char(&text, "\n,x"[i % 3]);
        buf_c(&text, "\"\nnext");
        buf_clear(&out);
        transcript((struct source){.s = buf_view(&text)}, &out);
        if (more)
            assert_str(buf_view(&out),
                       "<ERR_LIMIT row 1, column 2: more than 1048576 bytes in a row>2[next]");
        else
            assert_int_equal(out.n, 6 + CSV_MAX_ROW_BYTES - 1 + strlen("2[next]"));
    }
}

static void broken_source(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\xEF", "a", "a\n", "\"a", "a\r"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct source from = {.s = str_of(texts[i]), .at_end = ERR_IO};
        CLEANUP(csv_cleanup) struct csv *c = NULL;
        const struct str *cells;
        size_t n;
        bool more;
        assert_ok(csv_new(give, &from, &c));
        if (strcmp(texts[i], "a\n") == 0)
            assert_ok(csv_next(c, &cells, &n, &more));
        assert_fails(csv_next(c, &cells, &n, &more), ERR_IO); /* never half a row */
        assert_fails(csv_next(c, &cells, &n, &more), ERR_IO);
    }
}

static enum err give_too_much(void *user, char *p, size_t n, size_t *ret_n)
{
    (void)user;
    (void)p;
    *ret_n = n + 1;
    return OK;
}

static void lying_source(void **state)
{
    (void)state;
    CLEANUP(csv_cleanup) struct csv *c = NULL;
    const struct str *cells;
    size_t n;
    bool more;
    assert_ok(csv_new(give_too_much, NULL, &c));
    assert_fails(csv_next(c, &cells, &n, &more), ERR_INTERNAL);
    csv_free(NULL);
}

/* Rows of random cells, written with buf_csv, come back as they were: both line ends, with and without a last
 * one. */
static void written_and_read_back(void **state)
{
    (void)state;
    static const char *const parts[] = {"", "a", "\"", ",", "\n", "\r\n", "\r", " ", "灯", "\"\"", "x,y"};
    uint32_t seed = 7;
    for (int round = 0; round < 300; round++) {
        CLEANUP(buf_free) struct buf text = {0}, expected = {0}, got = {0};
        const char *line_end = round % 2 ? "\r\n" : "\n";
        int rows = round % 5 + 1;
        for (int row = 1; row <= rows; row++) {
            buf_printf(&expected, "%d", row);
            for (int cell = 0; cell < 4; cell++) {
                CLEANUP(buf_free) struct buf value = {0};
                for (int k = 0; k < 3; k++) {
                    seed = seed * 1664525 + 1013904223;
                    buf_c(&value, parts[(seed >> 16) % (sizeof parts / sizeof parts[0])]);
                }
                if (cell)
                    buf_char(&text, ',');
                buf_csv(&text, buf_view(&value));
                buf_printf(&expected, "[%.*s]", STR_FMT(buf_view(&value)));
            }
            if (row < rows || round % 3)
                buf_c(&text, line_end);
        }
        transcript((struct source){.s = buf_view(&text), .step = (size_t)round % 7}, &got);
        assert_true(str_eq(buf_view(&got), buf_view(&expected)));
    }
}

static enum err read_wide_rows(void *user)
{
    struct source from = {.s = *(struct str *)user};
    CLEANUP(csv_cleanup) struct csv *c = NULL;
    TRY(csv_new(give, &from, &c));
    const struct str *cells;
    size_t n;
    bool more = true;
    enum err first = OK;
    while (more) {
        enum err err = csv_next(c, &cells, &n, &more);
        if (!first)
            first = err; /* and on: the reader must survive */
    }
    return first;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf text = {0};
    for (size_t width = 10; width < 5000; width *= 3) {
        buf_printf(&text, "%*d,%*d\n", (int)width, 1, (int)width, 2);
    }
    assert_ok(buf_err(&text));
    struct str s = buf_view(&text);
    assert_true(each_allocation_fails(read_wide_rows, &s) > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_rows),
        cmocka_unit_test(byte_order_mark),
        cmocka_unit_test(bad_rows_say_where_and_the_next_row_comes),
        cmocka_unit_test(details_hold_no_cell),
        cmocka_unit_test(limits),
        cmocka_unit_test(broken_source),
        cmocka_unit_test(lying_source),
        cmocka_unit_test(written_and_read_back),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
