/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"
#include "base/id.h"
#include "base/testing.h"

#include <pthread.h>
#include <time.h>

static void text_and_back(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct id id = id_new(), back = id_nil();
        char text[33];
        id_text(id, text);
        assert_int_equal(strlen(text), 32);
        assert_int_equal(strspn(text, "0123456789abcdef"), 32);
        assert_ok(id_parse(str_of(text), &back));
        assert_true(id_eq(id, back));
        assert_ok(id_from(id_str(&id), &back));
        assert_true(id_eq(id, back));
    }
}

static void known_text(void **state)
{
    (void)state;
    struct id id;
    char text[33];
    assert_ok(id_parse(STR("000102030405060708090a0b0c0d0eff"), &id));
    for (int i = 0; i < 15; i++)
        assert_int_equal(id.b[i], i);
    assert_int_equal(id.b[15], 255);
    id_text(id, text);
    assert_string_equal(text, "000102030405060708090a0b0c0d0eff");
}

static void bad_text(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "0",
                                      "000102030405060708090a0b0c0d0ef",
                                      "000102030405060708090a0b0c0d0eff0",
                                      "000102030405060708090A0B0C0D0EFF",
                                      "g00102030405060708090a0b0c0d0eff",
                                      "000102030405060708090a0b0c0d0ef ",
                                      "00010203-0405-0607-0809-0a0b0c0d0eff"};
    struct id id = {{7}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_fails(id_parse(str_of(bad[i]), &id), ERR_FIELD);
        assert_int_equal(id.b[0], 7);
    }
    assert_fails(id_from(STR("fifteen bytes.."), &id), ERR_DATABASE);
    assert_fails(id_from((struct str){0}, &id), ERR_DATABASE);
    assert_int_equal(id.b[0], 7);
}

static void order_and_nil(void **state)
{
    (void)state;
    struct id low = {{0, 1}}, high = {{0x80}};
    assert_true(id_cmp(low, high) < 0); /* bytes are unsigned, as in both databases */
    assert_true(id_cmp(high, low) > 0);
    assert_int_equal(id_cmp(low, low), 0);
    assert_false(id_eq(low, high));
    assert_true(id_is_nil(id_nil()));
    assert_false(id_is_nil((struct id){.b[15] = 1}));
}

static void counting(void *user, void *p, size_t n)
{
    memset(p, ++*(int *)user, n);
}

static void comes_from_env_random(void **state)
{
    (void)state;
    int calls = 0;
    env_set(&(struct env){.random = counting, .user = &calls});
    struct id first = id_new(), second = id_new();
    env_set(NULL);
    assert_int_equal(calls, 2);
    for (size_t i = ID_RUN_BYTES; i < sizeof first.b; i++) {
        assert_int_equal(first.b[i], 1);
        assert_int_equal(second.b[i], 2);
    }
    assert_false(id_eq(id_new(), id_new()));
}

static bool same_run(struct id a, struct id b)
{
    return memcmp(a.b, b.b, ID_RUN_BYTES) == 0;
}

/* Ids that shared their first bytes for longer would tell who looks at two of them that an office wrote both
 * on the same day; ids that share no bytes make each insert dirty another page. */
static void runs_end(void **state)
{
    (void)state;
    struct id last = id_new(), id = last;
    int longest = 0, runs = 0, length = 0;
    for (int i = 0; i < 3 * ID_RUN; i++) {
        id = id_new();
        length = same_run(last, id) ? length + 1 : 1;
        runs += length == 1;
        longest = length > longest ? length : longest;
        last = id;
    }
    assert_in_range(runs, 2, 20); /* a slow machine ends some by the second */
    assert_in_range(longest, ID_RUN / 20, ID_RUN);
    nanosleep(&(struct timespec){1, 10000000}, NULL);
    assert_false(same_run(last, id_new()));
}

static void *one_id(void *ret)
{
    *(struct id *)ret = id_new();
    return NULL;
}

/* What one thread makes tells nothing of what another made. */
static void threads_have_their_own_runs(void **state)
{
    (void)state;
    struct id here = id_new(), there;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, one_id, &there), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_false(same_run(here, there));
}

/* Tables in memory take the low bits: were these the shared bytes, all ids of a run would fall into one slot.
 */
static void hashes_spread_within_a_run(void **state)
{
    (void)state;
    bool used[256] = {false};
    int n = 0;
    for (int i = 0; i < 2000; i++) {
        struct id id = id_new();
        n += !used[id_hash(&id) & 255];
        used[id_hash(&id) & 255] = true;
    }
    assert_in_range(n, 200, 256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_back),
        cmocka_unit_test(known_text),
        cmocka_unit_test(bad_text),
        cmocka_unit_test(order_and_nil),
        cmocka_unit_test(comes_from_env_random),
        cmocka_unit_test(runs_end),
        cmocka_unit_test(threads_have_their_own_runs),
        cmocka_unit_test(hashes_spread_within_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
