/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"

static enum err low(void)
{
    return FAIL(ERR_LIMIT, "at %d", 7);
}

static void raise_and_prefix(void **state)
{
    (void)state;
    assert_int_equal(low(), ERR_LIMIT);
    assert_string_equal(err_detail(), "at 7");
    assert_int_equal(err_prefix(ERR_LIMIT, "file %d", 1), ERR_LIMIT);
    assert_string_equal(err_detail(), "file 1: at 7");
    assert_non_null(strstr(err_place(), "src/base/test_err.c:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(raise_and_prefix)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
