/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "base/arena.h"

static void limit(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(1000);
    assert_non_null(arena_alloc(a, 900));
    assert_int_equal(arena_err(a), OK);
    assert_null(arena_alloc(a, 101));
    assert_int_equal(arena_err(a), ERR_LIMIT);
    arena_reset(a);
    assert_non_null(arena_alloc(a, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(limit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
