/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/testing.h"

static void every_kind_of_value(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    struct json j = json_to(&b);
    json_object(&j);
    json_kv(&j, "c", "x");
    json_kv(&j, "none", NULL);
    json_kv_str(&j, "str", STR("灯り"));
    json_kv_i64(&j, "min", INT64_MIN);
    json_kv_i64(&j, "max", INT64_MAX);
    json_kv_bool(&j, "yes", true);
    json_kv_bool(&j, "no", false);
    json_key_str(&j, STR("list"));
    json_array(&j);
    json_i64(&j, -5);
    json_null(&j);
    json_c(&j, NULL);
    json_c(&j, "");
    json_str(&j, (struct str){0});
    json_raw(&j, STR("{\"raw\":1}"));
    json_array(&j);
    json_end(&j);
    json_object(&j);
    json_end(&j);
    json_bool(&j, true);
    json_end(&j);
    json_key(&j, "after");
    json_i64(&j, 0);
    json_end(&j);
    assert_ok(buf_err(&b));
    assert_str(buf_view(&b), "{\"c\":\"x\",\"none\":null,\"str\":\"灯り\",\"min\":-9223372036854775808,"
                             "\"max\":9223372036854775807,\"yes\":true,\"no\":false,"
                             "\"list\":[-5,null,null,\"\",\"\",{\"raw\":1},[],{},true],\"after\":0}");
}

static void one_value(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    struct json j = json_to(&b);
    json_c(&j, "alone");
    assert_ok(buf_err(&b));
    assert_str(buf_view(&b), "\"alone\"");
}

static void escapes(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"\"", "\\\""},
        {"\\", "\\\\"},
        {"\b\f\n\r\t", "\\b\\f\\n\\r\\t"},
        {"\x01", "\\u0001"},
        {"\x1F", "\\u001f"},
        {"\x7F", "\x7F"},
        {"/<&'", "/<&'"},
        {"灯😀", "灯😀"},
        {"a\xFFz", "a\xEF\xBF\xBDz"},
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        CLEANUP(buf_free) struct buf b = {0}, expected = {0};
        struct json j = json_to(&b);
        json_c(&j, pairs[i][0]);
        buf_printf(&expected, "\"%s\"", pairs[i][1]);
        assert_ok(buf_err(&b));
        assert_true(str_eq(buf_view(&b), buf_view(&expected)));
    }
    CLEANUP(buf_free) struct buf b = {0};
    struct json j = json_to(&b);
    json_array(&j);
    json_str(&j, STR("a\0b"));
    json_end(&j);
    assert_str(buf_view(&b), "[\"a\xEF\xBF\xBD"
                             "b\"]");
}

static void keys_are_escaped(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    struct json j = json_to(&b);
    json_object(&j);
    json_kv_i64(&j, "a\"b\n", 1);
    json_end(&j);
    assert_str(buf_view(&b), "{\"a\\\"b\\n\":1}");
}

/* What is written is valid for every byte: no control character, no bare quote, well-formed UTF-8. */
static void every_byte_twice(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    for (unsigned pair = 0; pair < 65536; pair++) {
        char text[2] = {(char)(pair >> 8), (char)pair};
        buf_clear(&b);
        struct json j = json_to(&b);
        json_str(&j, (struct str){text, 2});
        struct str inside = str_sub(buf_view(&b), 1, b.n - 2);
        assert_true(str_utf8_ok(inside));
        for (size_t i = 0; i < inside.n; i++) {
            assert_true((unsigned char)inside.p[i] >= 0x20);
            assert_true(inside.p[i] != '"');
            if (inside.p[i] == '\\')
                i++; /* the escaped one */
        }
    }
}

static void misuse(struct json *j, int which)
{
    switch (which) {
    case 0:
        json_key(j, "outermost");
        return;
    case 1:
        json_end(j);
        return;
    case 2:
        json_null(j);
        json_null(j);
        return;
    case 3:
        json_array(j);
        json_key(j, "in an array");
        return;
    case 4:
        json_object(j);
        json_null(j);
        return;
    case 5:
        json_object(j);
        json_key(j, "a");
        json_key(j, "b");
        return;
    case 6:
        json_object(j);
        json_key(j, "a");
        json_end(j);
        return;
    case 7:
        json_array(j);
        json_end(j);
        json_end(j);
        return;
    case 8:
        for (int i = 0; i < JSON_DEPTH; i++)
            json_array(j);
        return;
    default:
        json_object(j);
        json_end(j);
        json_object(j);
    }
}

static void misuse_is_reported_and_sticky(void **state)
{
    (void)state;
    for (int which = 0; which < 10; which++) {
        CLEANUP(buf_free) struct buf b = {0};
        struct json j = json_to(&b);
        misuse(&j, which);
        assert_fails(buf_err(&b), ERR_INTERNAL);
        size_t n = b.n;
        json_kv(&j, "more", "x");
        json_object(&j);
        json_end(&j);
        assert_int_equal(b.n, n);
    }
}

static void deep_enough(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    struct json j = json_to(&b);
    for (int i = 0; i < JSON_DEPTH - 1; i++)
        json_array(&j);
    for (int i = 0; i < JSON_DEPTH - 1; i++)
        json_end(&j);
    assert_ok(buf_err(&b));
    assert_int_equal(b.n, 2 * (JSON_DEPTH - 1));
}

/* What is not there is left out: a nil id or the year 1970 in an answer would be taken for a fact. */
static void ids_and_times(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    struct json j = json_to(&b);
    struct id id = {{1, 2}};
    json_object(&j);
    json_kv_id(&j, "none", id_nil());
    json_kv_id(&j, "id", id);
    json_kv_time(&j, "never", 0);
    json_kv_time(&j, "at", 1);
    json_end(&j);
    assert_ok(buf_err(&b));
    assert_true(
        str_is(buf_view(&b),
               "{\"id\":\"01020000000000000000000000000000\",\"at\":\"1970-01-01T00:00:00.000001Z\"}"));
}

static enum err write_list(void *user)
{
    (void)user;
    CLEANUP(buf_free) struct buf b = {0};
    struct json j = json_to(&b);
    json_array(&j);
    for (int i = 0; i < 200; i++) {
        json_object(&j);
        json_kv(&j, "a", "x\n\xFF");
        json_kv_i64(&j, "b", i);
        json_end(&j);
    }
    json_end(&j);
    return buf_err(&b);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(write_list, NULL) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_value),
        cmocka_unit_test(one_value),
        cmocka_unit_test(escapes),
        cmocka_unit_test(keys_are_escaped),
        cmocka_unit_test(every_byte_twice),
        cmocka_unit_test(misuse_is_reported_and_sticky),
        cmocka_unit_test(deep_enough),
        cmocka_unit_test(ids_and_times),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
