/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include "base/env.h"

static int64_t fixed(void *user)
{
    return *(int64_t *)user;
}

static void injected_time(void **state)
{
    (void)state;
    int64_t when = 42;
    env_set(&(struct env){.now_us = fixed, .user = &when});
    assert_int_equal(env_now_us(), 42);
    env_set(NULL);
    assert_true(env_now_us() > INT64_C(1700000000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(injected_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
