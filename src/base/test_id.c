/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"
#include "base/id.h"
#include "base/testing.h"

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
    assert_int_equal(first.b[0], 1);
    assert_int_equal(second.b[15], 2);
    assert_false(id_eq(id_new(), id_new()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_and_back),
        cmocka_unit_test(known_text),
        cmocka_unit_test(bad_text),
        cmocka_unit_test(order_and_nil),
        cmocka_unit_test(comes_from_env_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
