/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"

static void injection(void **state)
{
    (void)state;
    mem_inject(2, false);
    char *a = mem_alloc(1), *b = mem_alloc(1), *c = mem_strdup("x");
    assert_non_null(a);
    assert_null(b);
    assert_string_equal(c, "x");
    assert_int_equal(mem_calls(), 3);
    mem_free(a);
    mem_cleanup(&c);
    mem_inject(0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(injection)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
