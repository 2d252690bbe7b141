/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include <pthread.h>

static enum err low(int line)
{
    return FAIL(ERR_BAD_DATA, "line %d", line);
}

static enum err middle(int line, int *ret)
{
    TRY(low(line));
    *ret = line;
    return OK;
}

static enum err high(int line, int *ret)
{
    enum err err = middle(line, ret);
    return err ? err_prefix(err, "file %s", "x.csv") : OK;
}

static void raised_passed_up_prefixed(void **state)
{
    (void)state;
    int out = -1;
    assert_int_equal(high(7, &out), ERR_BAD_DATA);
    assert_int_equal(out, -1);
    assert_string_equal(err_detail(), "file x.csv: line 7");
    err_clear();
    assert_string_equal(err_detail(), "");
    assert_string_equal(err_place(), "");
    assert_int_equal(err_prefix(ERR_IO, "alone"), ERR_IO);
    assert_string_equal(err_detail(), "alone");
}

static void place(void **state)
{
    (void)state;
    (void)low(1);
    assert_true(str_starts(str_of(err_place()), "src/base/test_err.c:"));
    (void)err_raise(ERR_IO, "../src/core/x.c", 12, "x");
    assert_string_equal(err_place(), "src/core/x.c:12");
    (void)err_raise(ERR_IO, "../../src/core/x.c", 12, "x");
    assert_string_equal(err_place(), "src/core/x.c:12");
    (void)err_raise(ERR_IO, "/home/src/akari/src/core/x.c", 12, "x");
    assert_string_equal(err_place(), "src/core/x.c:12");
    (void)err_raise(ERR_IO, "x.c", 12, "x");
    assert_string_equal(err_place(), "x.c:12");
}

static void detail_may_quote_the_last_detail(void **state)
{
    (void)state;
    (void)low(3);
    (void)FAIL(ERR_PACK, "%s; %s", err_detail(), err_detail());
    assert_string_equal(err_detail(), "line 3; line 3");
}

/* Cut at every place inside a long text of multi-byte characters: what is left is always whole characters. */
static void long_detail_is_cut_between_characters(void **state)
{
    (void)state;
    static const char *const units[] = {"x", "é", "灯", "😀"};
    for (size_t u = 0; u < 4; u++) {
        char text[2000] = "";
        size_t width = strlen(units[u]);
        for (size_t at = 0; at + width < sizeof text; at += width)
            memcpy(text + at, units[u], width);
        for (int skew = 0; skew < 5; skew++) {
            (void)FAIL(ERR_IO, "%.*s%s", skew, "aaaa", text);
            struct str got = str_of(err_detail());
            assert_true(str_utf8_ok(got));
            assert_in_range(got.n, 500, 511);
            (void)err_prefix(ERR_IO, "%.*s", skew, "bbbb");
            assert_true(str_utf8_ok(str_of(err_detail())));
            (void)err_prefix(ERR_IO, "%s", text);
            assert_true(str_utf8_ok(str_of(err_detail())));
        }
    }
}

static void register_is_sound(void **state)
{
    (void)state;
    const struct err_row *rows;
    size_t n = err_rows(&rows);
    assert_true(n > 30);
    for (size_t i = 0; i < n; i++) {
        const struct err_row *r = &rows[i];
        assert_ptr_equal(err_row(r->code), r); /* so no number stands twice */
        assert_true(str_starts(str_of(r->name), "ERR_"));
        assert_in_range(r->http, 400, 599);
        assert_in_range(r->exit, 1, 78);
        assert_true(r->message[0] && r->hint[0]);
        assert_true(str_ends(str_of(r->hint), ".") || str_find(str_of(r->hint), ':') > 0);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(rows[j].name, r->name);
    }
    assert_int_equal(err_row(ERR_NOT_FOUND)->http, 404);
    assert_string_equal(err_row(ERR_NOT_FOUND)->name, "ERR_NOT_FOUND");
    assert_int_equal(err_row((enum err)9999)->code, ERR_INTERNAL);
    assert_int_equal(err_row(OK)->code, ERR_INTERNAL);
}

static void *other_thread(void *arg)
{
    (void)arg;
    if (err_detail()[0])
        return "saw the other thread's detail";
    (void)FAIL(ERR_IO, "mine");
    return strcmp(err_detail(), "mine") == 0 ? NULL : "lost its own detail";
}

static void kept_per_thread(void **state)
{
    (void)state;
    pthread_t thread;
    void *complaint;
    (void)low(5);
    assert_int_equal(pthread_create(&thread, NULL, other_thread, NULL), 0);
    assert_int_equal(pthread_join(thread, &complaint), 0);
    if (complaint)
        fail_msg("%s", (char *)complaint);
    assert_string_equal(err_detail(), "line 5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raised_passed_up_prefixed),
        cmocka_unit_test(place),
        cmocka_unit_test(detail_may_quote_the_last_detail),
        cmocka_unit_test(long_detail_is_cut_between_characters),
        cmocka_unit_test(register_is_sound),
        cmocka_unit_test(kept_per_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
