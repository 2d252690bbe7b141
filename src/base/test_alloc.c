/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"

static void zeroed_and_sized(void **state)
{
    (void)state;
    for (size_t n = 0; n < 300; n += 7) {
        CLEANUP(mem_cleanup) char *p = mem_alloc(n);
        assert_non_null(p);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        if (n)
            memset(p, 'x', n);
        char *larger = mem_resize(p, n + 100);
        assert_non_null(larger);
        p = larger;
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 'x');
    }
    mem_free(NULL);
}

static void copies(void **state)
{
    (void)state;
    CLEANUP(mem_cleanup) char *p = mem_strdup("灯り");
    assert_string_equal(p, "灯り");
}

static void too_much(void **state)
{
    (void)state;
    if (!RUNNING_SANITIZED)
        assert_null(mem_alloc(SIZE_MAX / 2)); /* a sanitizer would stop the program instead */
    assert_int_equal(mem_fail(), ERR_NO_MEMORY);
    assert_true(err_detail()[0]);
}

static void nth_call_fails(void **state)
{
    (void)state;
    for (uint64_t nth = 0; nth <= 4; nth++) {
        mem_inject(nth, false);
        for (uint64_t call = 1; call <= 6; call++) {
            CLEANUP(mem_cleanup) void *p = call % 2 ? mem_alloc(8) : mem_resize(NULL, 8);
            assert_int_equal(p == NULL, call == nth);
            assert_int_equal(mem_calls(), call);
        }
    }
    mem_inject(0, false);
    assert_int_equal(mem_calls(), 0);
}

static void sticky(void **state)
{
    (void)state;
    mem_inject(2, true);
    CLEANUP(mem_cleanup) char *first = mem_alloc(1);
    assert_non_null(first);
    assert_null(mem_alloc(1));
    assert_null(mem_resize(first, 5)); /* and leaves the old one as it is */
    assert_null(mem_strdup("x"));
    mem_inject(0, false);
    CLEANUP(mem_cleanup) char *again = mem_strdup("x");
    assert_non_null(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeroed_and_sized), cmocka_unit_test(copies), cmocka_unit_test(too_much),
        cmocka_unit_test(nth_call_fails),   cmocka_unit_test(sticky),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
