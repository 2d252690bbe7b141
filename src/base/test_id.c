/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "base/id.h"

static void text_and_back(void **state)
{
    (void)state;
    struct id id = id_new(), back;
    char text[33];
    id_text(id, text);
    assert_ok(id_parse(str_of(text), &back));
    assert_true(id_eq(id, back));
    assert_fails(id_parse(STR("x"), &back), ERR_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(text_and_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
