/* SPDX-License-Identifier: Apache-2.0 */
#include "base/testing.h"
#include <sodium.h>

static void equality_and_order(void **state)
{
    (void)state;
    assert_true(str_eq(STR(""), (struct str){0}));
    assert_true(str_eq(STR("abc"), str_of("abc")));
    assert_false(str_eq(STR("abc"), STR("abd")));
    assert_false(str_eq(STR("abc"), STR("ab")));
    assert_true(str_is(STR("abc"), "abc"));
    assert_false(str_is(STR("abc"), "abcd"));
    assert_true(str_is((struct str){0}, ""));
    assert_int_equal(str_of(NULL).n, 0);

    static const char *const sorted[] = {"", "A", "AB", "B", "a", "ab", "\x7F", "\x80", "\xFF"};
    const int count = sizeof sorted / sizeof sorted[0];
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
            int order = str_cmp(str_of(sorted[i]), str_of(sorted[j]));
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

static void prefix_suffix_find(void **state)
{
    (void)state;
    assert_true(str_starts(STR("akari"), "aka"));
    assert_true(str_starts(STR("akari"), ""));
    assert_true(str_starts((struct str){0}, ""));
    assert_false(str_starts(STR("aka"), "akari"));
    assert_false(str_starts(STR("akari"), "kari"));
    assert_true(str_ends(STR("akari"), "ari"));
    assert_true(str_ends(STR("akari"), ""));
    assert_false(str_ends(STR("ri"), "akari"));
    assert_false(str_ends(STR("akari"), "akar"));
    assert_int_equal(str_find(STR("akari"), 'k'), 1);
    assert_int_equal(str_find(STR("akari"), 'a'), 0);
    assert_int_equal(str_find(STR("akari"), 'x'), -1);
    assert_int_equal(str_find((struct str){0}, 'x'), -1);
    assert_int_equal(str_find(STR("a\0b"), 'b'), 2);
}

static void sub_is_clamped(void **state)
{
    (void)state;
    struct str s = STR("akari");
    assert_str(str_sub(s, 0, 5), "akari");
    assert_str(str_sub(s, 1, 2), "ka");
    assert_str(str_sub(s, 3, 100), "ri");
    assert_str(str_sub(s, 3, SIZE_MAX), "ri");
    assert_str(str_sub(s, 5, 1), "");
    assert_str(str_sub(s, 100, 1), "");
    assert_str(str_sub(s, SIZE_MAX, SIZE_MAX), "");
    assert_int_equal(str_sub((struct str){0}, 1, 1).n, 0);
}

static void trim(void **state)
{
    (void)state;
    assert_str(str_trim(STR(" \t\r\n\v\f a b \n")), "a b");
    assert_str(str_trim(STR("ab")), "ab");
    assert_str(str_trim(STR(" \n ")), "");
    assert_str(str_trim((struct str){0}), "");
    assert_str(str_trim(STR("\xE3\x80\x80x")), "\xE3\x80\x80x"); /* U+3000 is not ASCII white space */
}

/* Joining what str_cut gave, with the separator between, gives the text again. */
static void cut_and_join(void **state)
{
    (void)state;
    static const char *const texts[] = {"a", "a,b", ",a", ",,", "a,,b", "ab,cd,ef", "a,"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char joined[32];
        size_t n = 0;
        struct str rest = str_of(texts[i]), head;
        while (str_cut(&rest, ',', &head)) {
            memcpy(joined + n, head.p, head.n);
            n += head.n;
            if (rest.n)
                joined[n++] = ',';
        }
        struct str expected = str_of(texts[i]);
        if (str_ends(expected, ",")) /* nothing behind the last separator is not one more piece */
            expected.n--;
        assert_true(str_eq((struct str){joined, n}, expected));
    }
    struct str empty = {0}, head;
    assert_false(str_cut(&empty, ',', &head));
}

static void whole_numbers(void **state)
{
    (void)state;
    int64_t v = 77;
    assert_ok(str_i64(STR("0"), INT64_MIN, INT64_MAX, &v));
    assert_int_equal(v, 0);
    assert_ok(str_i64(STR("-42"), -42, 42, &v));
    assert_int_equal(v, -42);
    assert_ok(str_i64(STR("0000000000000000000000000042"), -42, 42, &v));
    assert_int_equal(v, 42);
    assert_ok(str_i64(STR("9223372036854775807"), INT64_MIN, INT64_MAX, &v));
    assert_true(v == INT64_MAX);
    assert_ok(str_i64(STR("-9223372036854775808"), INT64_MIN, INT64_MAX, &v));
    assert_true(v == INT64_MIN);

    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1x",
                                      "0x10",
                                      "1.5",
                                      "--1",
                                      "１",
                                      "43",
                                      "-43",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "18446744073709551616",
                                      "99999999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        v = 77;
        assert_fails(str_i64(str_of(bad[i]), -42, 42, &v), ERR_FIELD);
        assert_int_equal(v, 77); /* written on success only */
    }
    assert_fails(str_i64(STR("9223372036854775808"), INT64_MIN, INT64_MAX, &v), ERR_FIELD);
    assert_fails(str_i64(STR("-9223372036854775809"), INT64_MIN, INT64_MAX, &v), ERR_FIELD);
    assert_fails(str_i64(STR("4\0002"), -42, 42, &v), ERR_FIELD);
}

/* Encodes as RFC 3629 section 3 does, written without a look at the decoder. */
static size_t encode(int32_t point, char p[4])
{
    if (point < 0x80) {
        p[0] = (char)point;
        return 1;
    }
    size_t n = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char lead[5] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; point >>= 6)
        p[i] = (char)(0x80 | (point & 0x3F));
    p[0] = (char)(lead[n] | point);
    return n;
}

static void every_code_point(void **state)
{
    (void)state;
    for (int32_t point = 0; point < 0x120000; point++) {
        char p[4];
        size_t n = encode(point, p), at = 0;
        struct str s = {p, n};
        bool good = point > 0 && point <= 0x10FFFF && !(point >= 0xD800 && point <= 0xDFFF);
        if (str_utf8_ok(s) != good || (str_utf8_len(s, 0) == n) != good)
            fail_msg("U+%04X: not judged right", (unsigned)point);
        if (good && (str_utf8_next(s, &at) != point || at != n || str_utf8_next(s, &at) != -1))
            fail_msg("U+%04X: not decoded right", (unsigned)point);
        for (size_t cut = 1; good && cut < n; cut++)
            if (str_utf8_ok((struct str){p, cut}) || str_utf8_ok((struct str){p + cut, n - cut}))
                fail_msg("U+%04X: a part of it passed", (unsigned)point);
    }
}

/* All two-byte and three-byte strings: what is accepted must decode to something whose encoding is the same
 * bytes. */
static void nothing_overlong(void **state)
{
    (void)state;
    for (uint32_t bytes = 0; bytes < 1u << 24; bytes += bytes >> 16 == 0 || (bytes & 0xFF) < 0xC0 ? 1 : 64) {
        char p[3] = {(char)(bytes >> 16), (char)(bytes >> 8), (char)bytes}, again[4];
        struct str s = {p, 3};
        size_t n = str_utf8_len(s, 0), at = 0;
        if (n == 0)
            continue;
        if (encode(str_utf8_next(s, &at), again) != n || memcmp(again, p, n) != 0)
            fail_msg("%06X: two encodings of one code point", (unsigned)bytes);
    }
    static const char *const four[] = {"\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                                       "\xF0\x90\x80"};
    for (size_t i = 0; i < 4; i++)
        assert_false(str_utf8_ok(str_of(four[i])));
}

static void walk_text(void **state)
{
    (void)state;
    struct str s = STR("a灯é😀");
    static const int32_t expected[] = {'a', 0x706F, 0xE9, 0x1F600, -1};
    size_t at = 0;
    for (int i = 0; i < 5; i++)
        assert_int_equal(str_utf8_next(s, &at), expected[i]);
    assert_int_equal(str_utf8_count(s), 4);
    assert_int_equal(str_utf8_count(STR("")), 0);
    assert_true(str_utf8_ok(STR("")));
    assert_false(str_utf8_ok(STR("a\0b")));
    assert_int_equal(str_utf8_len(s, s.n), 0);
    assert_int_equal(str_utf8_len(s, SIZE_MAX), 0);
    at = 0;
    assert_int_equal(str_utf8_next(STR("\xFF"), &at), 0xFFFD); /* never stands still */
    assert_int_equal(at, 1);
}

static void hash_is_siphash(void **state)
{
    (void)state;
    uint8_t key[16], text[64];
    for (size_t n = 0; n <= sizeof text; n++) {
        randombytes_buf(key, sizeof key);
        randombytes_buf(text, sizeof text);
        uint64_t expected, got = str_siphash((struct str){(char *)text, n}, key);
        crypto_shorthash((unsigned char *)&expected, text, n, key); /* little-endian, as all our machines */
        assert_true(got == expected);
    }
    assert_true(str_hash(STR("a")) == str_hash(str_of("a")));
    assert_true(str_hash(STR("a")) != str_hash(STR("b")));
    assert_true(str_hash(STR("")) == str_hash((struct str){0}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equality_and_order), cmocka_unit_test(prefix_suffix_find),
        cmocka_unit_test(sub_is_clamped),     cmocka_unit_test(trim),
        cmocka_unit_test(cut_and_join),       cmocka_unit_test(whole_numbers),
        cmocka_unit_test(every_code_point),   cmocka_unit_test(nothing_overlong),
        cmocka_unit_test(walk_text),          cmocka_unit_test(hash_is_siphash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
