/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/limits.h"
#include "base/testing.h"

static void appends(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    assert_str(buf_view(&b), "");
    buf_bytes(&b, "ab", 2);
    buf_bytes(&b, NULL, 0);
    buf_str(&b, STR("cd"));
    buf_str(&b, (struct str){0});
    buf_c(&b, "ef");
    buf_char(&b, 'g');
    buf_printf(&b, "-%d-%s", 42, "x");
    assert_ok(buf_err(&b));
    assert_str(buf_view(&b), "abcdefg-42-x");
    assert_string_equal(b.p, "abcdefg-42-x"); /* a NUL stands behind it */
    buf_clear(&b);
    assert_str(buf_view(&b), "");
    assert_string_equal(b.p, "");
    buf_free(&b);
    assert_null(b.p);
    assert_int_equal(b.n, 0);
    buf_clear(&b); /* also without memory */
}

/* One text, appended in pieces of every size by every way that takes text. */
static void growth(void **state)
{
    (void)state;
    char text[1000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)('a' + i % 26);
    for (size_t piece = 1; piece < 300; piece++) {
        CLEANUP(buf_free) struct buf b = {0};
        for (size_t at = 0; at < sizeof text; at += piece) {
            struct str s = str_sub((struct str){text, sizeof text}, at, piece);
            if (at % 2)
                buf_printf(&b, "%.*s", STR_FMT(s));
            else
                buf_str(&b, s);
            assert_int_equal(b.p[b.n], '\0');
        }
        assert_ok(buf_err(&b));
        assert_true(str_eq(buf_view(&b), (struct str){text, sizeof text}));
    }
}

static void numbers_big_endian(void **state)
{
    (void)state;
    CLEANUP(buf_free) struct buf b = {0};
    buf_u8(&b, 0x01);
    buf_be16(&b, 0x0203);
    buf_be32(&b, 0x04050607);
    buf_be64(&b, UINT64_C(0x08090A0B0C0D0EFF));
    static const unsigned char expected[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255};
    assert_int_equal(b.n, sizeof expected);
    assert_memory_equal(b.p, expected, sizeof expected);
    buf_clear(&b);
    buf_hex(&b, expected + 9, 6);
    buf_hex(&b, NULL, 0);
    assert_str(buf_view(&b), "0a0b0c0d0eff");
}

static void html(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", ""},
        {"plain 灯り", "plain 灯り"},
        {"<a href=\"x\">&'", "&lt;a href=&quot;x&quot;&gt;&amp;&#39;"},
        {"<", "&lt;"},
        {"a<b", "a&lt;b"},
        {"\xFF", "\xEF\xBF\xBD"},
        {"a\xE3\x81", "a\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xC0\xBC", "\xEF\xBF\xBD\xEF\xBF\xBD"}, /* an overlong '<' */
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        CLEANUP(buf_free) struct buf b = {0};
        buf_html(&b, str_of(pairs[i][0]));
        assert_ok(buf_err(&b));
        assert_str(buf_view(&b), pairs[i][1]);
    }
    CLEANUP(buf_free) struct buf b = {0};
    buf_html(&b, STR("a\0b"));
    assert_str(buf_view(&b), "a\xEF\xBF\xBD"
                             "b");
}

/* All strings of three bytes out of the interesting ones: well-formed, and nothing that opens or closes
 * markup. */
static void html_never_leaks_markup(void **state)
{
    (void)state;
    static const char bytes[] = {'<', '>', '"', '\'', '&', 'a', '\0', '\xC2', '\xE3', '\x81', '\xBC', '\xF0'};
    const size_t k = sizeof bytes;
    CLEANUP(buf_free) struct buf b = {0};
    for (size_t i = 0; i < k * k * k; i++) {
        char text[3] = {bytes[i % k], bytes[i / k % k], bytes[i / k / k]};
        buf_clear(&b);
        buf_html(&b, (struct str){text, 3});
        struct str got = buf_view(&b);
        assert_true(str_utf8_ok(got));
        for (const char *bad = "<>\"'"; *bad; bad++)
            assert_int_equal(str_find(got, *bad), -1);
    }
}

static void csv_cells(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"", ""},           {"plain", "plain"},   {"a,b", "\"a,b\""},     {"a\"b", "\"a\"\"b\""},
        {"\"", "\"\"\"\""}, {"a\nb", "\"a\nb\""}, {"a\rb", "\"a\rb\""},   {" a", "\" a\""},
        {"a ", "\"a \""},   {"a b", "a b"},       {"灯,り", "\"灯,り\""},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        CLEANUP(buf_free) struct buf b = {0};
        buf_csv(&b, str_of(pairs[i][0]));
        assert_str(buf_view(&b), pairs[i][1]);
    }
}

static void limit_is_sticky(void **state)
{
    (void)state;
    for (int way = 0; way < 4; way++) {
        CLEANUP(buf_free) struct buf b = {.limit = 10};
        buf_c(&b, "0123456789"); /* exactly the limit */
        assert_ok(buf_err(&b));
        switch (way) {
        case 0:
            buf_char(&b, 'x');
            break;
        case 1:
            buf_printf(&b, "%d", 1);
            break;
        case 2:
            buf_hex(&b, "x", 1);
            break;
        default:
            buf_bytes(&b, "x", SIZE_MAX);
        }
        assert_fails(buf_err(&b), ERR_LIMIT);
        buf_bytes(&b, NULL, 0);
        buf_c(&b, "more");
        buf_printf(&b, "more");
        assert_str(buf_view(&b), "0123456789");
        assert_string_equal(b.p, "0123456789");
        buf_clear(&b);
        assert_ok(buf_err(&b));
        buf_c(&b, "again");
        assert_str(buf_view(&b), "again");
    }
    CLEANUP(buf_free) struct buf usual = {0};
    buf_hex(&usual, "", SIZE_MAX / 2); /* must not wrap, nor read */
    assert_fails(buf_err(&usual), ERR_LIMIT);
    CLEANUP(buf_free) struct buf wide = {0};
    buf_bytes(&wide, "", BUF_LIMIT_DEFAULT + 1u);
    assert_fails(buf_err(&wide), ERR_LIMIT);
}

static void taken_into_an_arena(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(100);
    struct buf b = {0};
    struct str s;
    buf_c(&b, "hello");
    assert_ok(buf_take(&b, a, &s));
    assert_str(s, "hello");
    assert_null(b.p);
    assert_ok(buf_take(&b, a, &s)); /* empty */
    assert_int_equal(s.n, 0);

    b = (struct buf){.limit = 3};
    buf_c(&b, "four");
    assert_fails(buf_take(&b, a, &s), ERR_LIMIT);
    b = (struct buf){0};
    buf_printf(&b, "%200d", 1);
    assert_fails(buf_take(&b, a, &s), ERR_LIMIT); /* of the arena */
    assert_null(b.p);
}

static enum err write_much(void *user)
{
    (void)user;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    if (!a)
        return ERR_NO_MEMORY;
    CLEANUP(buf_free) struct buf b = {0};
    for (int i = 0; i < 60; i++) {
        buf_printf(&b, "%d %s", i, "some text");
        buf_html(&b, STR("<b>&\xFF"));
        buf_csv(&b, STR("a,\"b"));
        buf_hex(&b, "xyz", 3);
        buf_be64(&b, 1);
    }
    struct str s;
    return buf_take(&b, a, &s);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(write_much, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends),
        cmocka_unit_test(growth),
        cmocka_unit_test(numbers_big_endian),
        cmocka_unit_test(html),
        cmocka_unit_test(html_never_leaks_markup),
        cmocka_unit_test(csv_cells),
        cmocka_unit_test(limit_is_sticky),
        cmocka_unit_test(taken_into_an_arena),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
