/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"
#include "base/testing.h"

static int64_t fixed(void *user)
{
    return *(int64_t *)user;
}

static void fill(void *user, void *p, size_t n)
{
    (void)user;
    memset(p, 0x5A, n);
}

static void injected(void **state)
{
    (void)state;
    int64_t when = 42;
    unsigned char bytes[5] = {0};
    env_set(&(struct env){.now_us = fixed, .random = fill, .user = &when});
    assert_int_equal(env_now_us(), 42);
    when = -1;
    assert_int_equal(env_now_us(), -1);
    env_random(bytes, 4);
    assert_int_equal(bytes[3], 0x5A);
    assert_int_equal(bytes[4], 0);
    env_set(NULL);
    assert_true(env_now_us() > INT64_C(1700000000000000)); /* after 2023 */
}

static void missing_members_are_the_systems(void **state)
{
    (void)state;
    int64_t when = 42;
    unsigned char a[32] = {0}, b[32] = {0};
    env_set(&(struct env){.now_us = fixed, .user = &when});
    env_random(a, sizeof a);
    env_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    env_set(&(struct env){.random = fill});
    assert_true(env_now_us() > INT64_C(1700000000000000));
    env_set(NULL);
}

/* More than one getrandom() call gives at once; no stretch is left as it was. */
static void random_fills_all(void **state)
{
    (void)state;
    static unsigned char bytes[1 << 20];
    env_random(bytes, sizeof bytes);
    for (size_t at = 0; at + 32 <= sizeof bytes; at += 32) {
        size_t zeros = 0;
        for (size_t i = 0; i < 32; i++)
            zeros += bytes[at + i] == 0;
        assert_true(zeros < 32);
    }
    env_random(bytes, 0);
}

static void monotonic_goes_on(void **state)
{
    (void)state;
    int64_t when = 42;
    env_set(&(struct env){.now_us = fixed, .user = &when});
    int64_t before = env_monotonic_us();
    for (int i = 0; i < 1000; i++) {
        int64_t now = env_monotonic_us();
        assert_true(now >= before);
        before = now;
    }
    assert_true(before != 42);
    env_set(NULL);
}

static void remember(void *user, int64_t us)
{
    *(int64_t *)user = us;
}

static void waits(void **state)
{
    (void)state;
    int64_t asked = 0, until = env_monotonic_us() + 2000;
    env_wait_until(until);
    assert_true(env_monotonic_us() >= until);
    env_wait_until(0);
    env_wait_until(-1);
    env_set(&(struct env){.wait_until = remember, .user = &asked});
    env_wait_until(INT64_MAX);
    assert_true(asked == INT64_MAX);
    env_set(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(injected),
        cmocka_unit_test(missing_members_are_the_systems),
        cmocka_unit_test(random_fills_all),
        cmocka_unit_test(monotonic_goes_on),
        cmocka_unit_test(waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
