/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"

static void utf8(void **state)
{
    (void)state;
    assert_true(str_utf8_ok(STR("灯り é 😀")));
    assert_int_equal(str_utf8_count(STR("灯り")), 2);
    assert_false(str_utf8_ok(STR("\xC0\x80")));
    assert_false(str_utf8_ok(STR("\xED\xA0\x80")));
    assert_false(str_utf8_ok(STR("\xF4\x90\x80\x80")));
    assert_false(str_utf8_ok(STR("a\0b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(utf8)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
