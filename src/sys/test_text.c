/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/testing.h"
#include "sys/text.h"

#include <pthread.h>

typedef enum err text_fn(struct arena *a, struct str s, struct str *ret);

static void assert_each(text_fn *fn, const char *rows[][2], size_t n)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    for (size_t i = 0; i < n; i++) {
        struct str got, again;
        assert_ok(fn(a, str_of(rows[i][0]), &got));
        assert_str(got, rows[i][1]);
        assert_int_equal(got.p[got.n], '\0');
        assert_ok(fn(a, got, &again)); /* twice changes nothing */
        assert_true(str_eq(got, again));
    }
}
#define ROWS(r) (r), sizeof(r) / sizeof(*(r))

static void nfc(void **state)
{
    (void)state;
    static const char *rows[][2] = {
        {"", ""},
        {"plain ASCII  kept", "plain ASCII  kept"},
        {"e\u0301", "\u00e9"},
        {"か\u3099", "が"},
        {"\u1112\u1161\u11ab", "한"},
        {"Nguye\u0302\u0303n", "Nguy\u1ec5n"},
        {"ﾀﾅｶ", "ﾀﾅｶ"}, /* compatibility forms are stored as written */
        {"\u212b", "\u00c5"},
        {"\U0001d15e", "\U0001d157\U0001d165"}, /* longer in NFC */
        {"葛\U000e0100", "葛\U000e0100"},       /* the variant of a name's character is kept */
    };
    assert_each(text_nfc, ROWS(rows));
}

static void fold(void **state)
{
    (void)state;
    static const char *rows[][2] = {
        {"", ""},
        {"   ", ""},
        {"  TaNaKa \t\n Hanako ", "tanaka hanako"},
        {"ﾀﾅｶ\u3000ﾊﾅｺ", "タナカ ハナコ"},
        {"ＡＢＣ１２３", "abc123"},
        {"Straße", "strasse"},
        {"ΣΊΣΥΦΟΣ", "σίσυφοσ"},
        {"é", "é"},
        {"e\u0301", "é"},
        {"ｶﾞ", "ガ"},
        {"co\u00adop", "coop"}, /* soft hyphen */
        {"葛\U000e0100", "葛"}, /* variation selector */
        {"\u200bzero\u200dwidth", "zerowidth"},
        {"①㈱", "1(株)"},
        {"a\u00a0\u2003b\u2028c", "a b c"},
        {"မြန်မာ", "မြန်မာ"},
        {"\ufdfa", "صلى الله عليه وسلم"}, /* one character becomes eighteen */
    };
    assert_each(text_fold, ROWS(rows));
}

static void search_fold(void **state)
{
    (void)state;
    static const char *rows[][2] = {
        {"", ""},
        {" - ", ""},
        {"Nguyễn Thị Đào", "nguyen thi dao"},
        {"YAMADA-Hanako", "yamada hanako"},
        {"ヤマダ・ハナコ", "やまだ はなこ"},
        {"ﾔﾏﾀﾞ", "やまだ"},
        {"カ", "か"},
        {"ガ", "が"}, /* another letter, not a mark on one */
        {"ユーコ", "ゆーこ"},
        {"ＡＢＣ　１２３", "abc 123"},
        {"O’Neil", "oneil"},
        {"Łukasz Ødegård", "lukasz odegard"},
        {"Straße", "strasse"},
        {"İstanbul ıssız", "istanbul issiz"},
        {"مُحَمَّد", "محمد"},
        {"ไม้", "ไม้"},
        {"မြန်မာ", "မြန်မာ"},
        {"090-0000-1234", "090 0000 1234"},
    };
    assert_each(text_search_fold, ROWS(rows));
}

static void long_text(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    char *s = arena_alloc(a, TEXT_MAX_BYTES + 1);
    struct str got;
    for (size_t i = 0; i + 3 <= TEXT_MAX_BYTES; i += 3)
        memcpy(s + i, "\ufdfa", 3);
    size_t n = TEXT_MAX_BYTES / 3 * 3;
    assert_ok(text_fold(a, (struct str){s, n}, &got));
    assert_true(got.n > 10 * n);
    assert_ok(text_nfc(a, (struct str){s, n}, &got));
    assert_int_equal(got.n, n);
    assert_fails(text_nfc(a, (struct str){s, TEXT_MAX_BYTES + 1}, &got), ERR_LIMIT);
    assert_fails(text_fold(a, (struct str){s, TEXT_MAX_BYTES + 1}, &got), ERR_LIMIT);
    for (size_t len = 240; len < 530; len++) { /* around the space on the stack */
        memset(s, 'A', len);
        assert_ok(text_fold(a, (struct str){s, len}, &got));
        assert_int_equal(got.n, len);
        memcpy(s + len - 2, "é", 2);
        assert_ok(text_nfc(a, (struct str){s, len}, &got));
        assert_int_equal(got.n, len);
    }
}

static void refuses(void **state)
{
    (void)state;
    static const struct str bad[] = {
        {"\xff", 1}, {"a\0b", 3}, {"\xc0\x80", 2}, {"\xed\xa0\x80", 3}, {"\xe3\x81", 2}};
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str got;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        assert_fails(text_nfc(a, bad[i], &got), ERR_BAD_UTF8);
        assert_fails(text_fold(a, bad[i], &got), ERR_BAD_UTF8);
        assert_string_equal(text_script(bad[i]), i == 1 ? "Latn" : "Zyyy");
    }
}

static void dates(void **state)
{
    (void)state;
    static const struct {
        const char *day, *lang;
        bool era;
        const char *text;
    } rows[] = {
        {"2026-01-01", "ja", true, "令和8年1月1日"},
        {"2019-05-01", "ja", true, "令和元年5月1日"},
        {"2019-04-30", "ja", true, "平成31年4月30日"},
        {"1989-01-08", "ja", true, "平成元年1月8日"},
        {"1989-01-07", "ja", true, "昭和64年1月7日"},
        {"1926-12-25", "ja", true, "昭和元年12月25日"},
        {"1873-01-01", "ja", true, "明治6年1月1日"},
        {"1872-12-31", "ja", true, "1872年12月31日"},
        {"2026-01-01", "ja", false, "2026年1月1日"},
        {"2026-01-01", "en", false, "January 1, 2026"},
        {"2026-01-01", "en-GB", false, "1 January 2026"},
        {"2026-01-01", "de", false, "1. Januar 2026"},
        {"2026-01-01", "vi", false, "1 tháng 1, 2026"},
        {"2026-01-01", "zh-Hans", false, "2026年1月1日"},
        {"2026-01-01", "zh-Hant", false, "2026年1月1日"},
        {"2026-01-01", "ko", false, "2026년 1월 1일"},
        {"2026-01-01", "fil", false, "Enero 1, 2026"},
        {"2026-01-01", "id", false, "1 Januari 2026"},
        {"2026-02-28", "pt-BR", false, "28 de fevereiro de 2026"},
        {"2026-01-01", "th", false, "1 มกราคม ค.ศ. 2026"},
        {"1500-02-28", "en", false, "February 28, 1500"}, /* no Julian dates */
        {"9999-12-31", "en", false, "December 31, 9999"},
        {"2026-01-01", "en", true, "January 1, 8 Reiwa"},
    };
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    for (int round = 0; round < 2; round++) /* fresh, then from the cache */
        for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
            struct date d;
            struct str got;
            assert_ok(date_parse(str_of(rows[i].day), &d));
            assert_ok(text_date(a, d, rows[i].lang, rows[i].era, &got));
            assert_str(got, rows[i].text);
        }
    struct str got;
    assert_fails(text_date(a, (struct date){2026, 2, 30}, "ja", false, &got), ERR_FIELD);
    assert_fails(text_date(a, (struct date){2026, 2, 3}, "", false, &got), ERR_FIELD);
    assert_fails(text_date(a, (struct date){2026, 2, 3}, "not a tag", false, &got), ERR_FIELD);
    assert_fails(text_date(a, (struct date){2026, 2, 3},
                           "en-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-eeeeeeee-ffffffff-gggggggg-hhhhhhhh",
                           false, &got),
                 ERR_FIELD);
}

/* More languages than are kept: each answer must still be its own. */
static void many_languages(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct date d = {2026, 3, 1};
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 50; i++) {
            char lang[32];
            struct str got;
            snprintf(lang, sizeof(lang), "%s-x-t%d", i % 2 ? "de" : "fr", i);
            assert_ok(text_date(a, d, lang, false, &got));
            assert_str(got, i % 2 ? "1. März 2026" : "1 mars 2026");
        }
}

static void scripts(void **state)
{
    (void)state;
    static const char *rows[][2] = {
        {"", "Zyyy"},       {"123 !?", "Zyyy"},  {"(Nguyễn)", "Latn"}, {"田中", "Hani"},
        {"たなか", "Hira"}, {"タナカ", "Kana"},  {"ー", "Zyyy"},       {"김", "Hang"},
        {"သူ", "Mymr"},      {"Иван", "Cyrl"},    {"สม", "Thai"},       {"नेपाल", "Deva"},
        {"علي", "Arab"},    {"১ বাংলা", "Beng"}, {"\u0301x", "Latn"},  {"ខ្មែរ", "Khmr"},
        {"සිංහල", "Sinh"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        assert_string_equal(text_script(str_of(rows[i][0])), rows[i][1]);
}

static void *hammer(void *arg)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    int number = (int)(uintptr_t)arg;
    for (int i = 0; i < 3000; i++) {
        struct str got;
        bool ja = (i + number) % 2;
        arena_reset(a);
        if (text_date(a, (struct date){2026, 1, 1}, ja ? "ja" : "de", ja, &got) != OK)
            return "date failed";
        if (!str_is(got, ja ? "令和8年1月1日" : "1. Januar 2026"))
            return "date";
        if (text_fold(a, STR("  Straße ﾀﾅｶ "), &got) != OK || !str_is(got, "strasse タナカ"))
            return "fold";
        if (strcmp(text_script(STR("田中")), "Hani") != 0)
            return "script";
    }
    return NULL;
}

static void threads(void **state)
{
    (void)state;
    pthread_t t[8];
    for (uintptr_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&t[i], NULL, hammer, (void *)i), 0);
    for (int i = 0; i < 8; i++) {
        void *result;
        pthread_join(t[i], &result);
        assert_null(result);
    }
}

static enum err fold_long(void *user)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str got;
    if (!a)
        return mem_fail();
    TRY(text_nfc(a, str_of(user), &got));
    TRY(text_date(a, (struct date){2026, 1, 1}, "ja", true, &got));
    return text_fold(a, str_of(user), &got);
}

static void without_memory(void **state)
{
    (void)state;
    char text[1801];
    for (int i = 0; i < 600; i++)
        memcpy(text + 3 * i, "\ufdfa", 4);
    assert_true(each_allocation_fails(fold_long, text) >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nfc),
        cmocka_unit_test(fold),
        cmocka_unit_test(search_fold),
        cmocka_unit_test(long_text),
        cmocka_unit_test(refuses),
        cmocka_unit_test(dates),
        cmocka_unit_test(many_languages),
        cmocka_unit_test(scripts),
        cmocka_unit_test(threads),
        cmocka_unit_test(without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
