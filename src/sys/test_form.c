/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "base/testing.h"
#include "sys/form.h"

static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    return (arena = arena_new(0)) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void targets(void **state)
{
    (void)state;
    static const struct {
        const char *target, *path, *query; /* path NULL: refused */
        enum err err;
    } cases[] = {
        {"/", "/", ""},
        {"/a/b", "/a/b", ""},
        {"/a/", "/a/", ""},
        {"/a?b=1&c", "/a", "b=1&c"},
        {"/?", "/", ""},
        {"/?a?b", "/", "a?b"},
        {"/%E7%81%AF", "/灯", ""},
        {"/%e7%81%af%2541", "/灯%41", ""}, /* once */
        {"/a:@!$&'()*+,;=-._~", "/a:@!$&'()*+,;=-._~", ""},
        {"/...", "/...", ""},
        {"/.a/b.", "/.a/b.", ""},
        {"", NULL, NULL, ERR_BAD_REQUEST},
        {"*", NULL, NULL, ERR_BAD_REQUEST},
        {"a", NULL, NULL, ERR_BAD_REQUEST},
        {"?a", NULL, NULL, ERR_BAD_REQUEST},
        {"//", NULL, NULL, ERR_BAD_REQUEST},
        {"//a", NULL, NULL, ERR_BAD_REQUEST},
        {"/a//b", NULL, NULL, ERR_BAD_REQUEST},
        {"/a//", NULL, NULL, ERR_BAD_REQUEST},
        {"/.", NULL, NULL, ERR_BAD_REQUEST},
        {"/..", NULL, NULL, ERR_BAD_REQUEST},
        {"/a/../b", NULL, NULL, ERR_BAD_REQUEST},
        {"/a/%2e%2E/b", NULL, NULL, ERR_BAD_REQUEST},
        {"/a/./b", NULL, NULL, ERR_BAD_REQUEST},
        {"/a%2Fb", NULL, NULL, ERR_BAD_REQUEST},
        {"/a%5Cb", NULL, NULL, ERR_BAD_REQUEST},
        {"/a\\b", NULL, NULL, ERR_BAD_REQUEST},
        {"/a%00", NULL, NULL, ERR_BAD_REQUEST},
        {"/a%0A", NULL, NULL, ERR_BAD_REQUEST},
        {"/a%7F", NULL, NULL, ERR_BAD_REQUEST},
        {"/a%", NULL, NULL, ERR_BAD_REQUEST},
        {"/a%4", NULL, NULL, ERR_BAD_REQUEST},
        {"/a%4g", NULL, NULL, ERR_BAD_REQUEST},
        {"/a%+1", NULL, NULL, ERR_BAD_REQUEST},
        {"/a b", NULL, NULL, ERR_BAD_REQUEST},
        {"/a#b", NULL, NULL, ERR_BAD_REQUEST},
        {"/\xE7\x81\xAF", NULL, NULL, ERR_BAD_REQUEST}, /* not escaped */
        {"/%FF", NULL, NULL, ERR_BAD_UTF8},
        {"/%C0%AF", NULL, NULL, ERR_BAD_UTF8},    /* overlong slash */
        {"/%ED%A0%80", NULL, NULL, ERR_BAD_UTF8}, /* surrogate */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str path = {0}, query = {0};
        enum err err = form_target(arena, str_of(cases[i].target), &path, &query);
        if (err != cases[i].err)
            fail_msg("%s: %d, not %d", cases[i].target, err, cases[i].err);
        if (err == OK) {
            assert_str(path, cases[i].path);
            assert_str(query, cases[i].query);
        }
    }
}

static void pairs(void **state)
{
    (void)state;
    struct http_pair *p = NULL;
    size_t n = 99;
    assert_ok(form_pairs(arena, STR(""), &p, &n));
    assert_int_equal(n, 0);
    assert_ok(form_pairs(arena, STR("&&a=1&&b=x+y%2B%26%3D&c&=d&e==%0D%0A&"), &p, &n));
    static const char *const expected[][2] = {
        {"a", "1"}, {"b", "x y+&="}, {"c", ""}, {"", "d"}, {"e", "=\r\n"}};
    assert_int_equal(n, 5);
    for (size_t i = 0; i < n; i++) {
        assert_str(p[i].name, expected[i][0]);
        assert_str(p[i].value, expected[i][1]);
    }
    assert_ok(form_pairs(arena, STR("n=%E7%81%AF\xE7\x81\xAF&\\=^"), &p, &n));
    assert_str(p[0].value, "灯灯");
    assert_str(p[1].name, "\\");

    static const char *const bad[] = {"a=%",  "a=%1", "a=%zz", "a=%00", "%00=a", "a b",
                                      "a=\"", "a=<",  "a=\n",  "a=#",   "a=\x7F"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_fails(form_pairs(arena, str_of(bad[i]), &p, &n), ERR_BAD_REQUEST);
    assert_fails(form_pairs(arena, (struct str){"a=\0", 3}, &p, &n), ERR_BAD_REQUEST);
    assert_fails(form_pairs(arena, STR("a=%FF"), &p, &n), ERR_BAD_UTF8);
    assert_fails(form_pairs(arena, STR("a=\xFF"), &p, &n), ERR_BAD_UTF8);
    assert_fails(form_pairs(arena, STR("a=%E7&b=%81%AF"), &p, &n), ERR_BAD_UTF8);
    assert_int_equal(n, 2); /* failures wrote nothing */
}

static void pairs_are_limited(void **state)
{
    (void)state;
    char text[2 * (HTTP_MAX_FIELDS + 1)];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 ? '&' : 'a';
    struct http_pair *p;
    size_t n;
    assert_ok(form_pairs(arena, (struct str){text, 2 * HTTP_MAX_FIELDS}, &p, &n));
    assert_int_equal(n, HTTP_MAX_FIELDS);
    assert_fails(form_pairs(arena, (struct str){text, sizeof text}, &p, &n), ERR_LIMIT);
}

static void content_types(void **state)
{
    (void)state;
    assert_true(form_type_ok(STR("application/x-www-form-urlencoded")));
    assert_true(form_type_ok(STR("Application/X-WWW-Form-URLencoded ; charset=UTF-8")));
    assert_true(form_type_ok(STR("application/x-www-form-urlencoded;charset=\"utf-8\"")));
    static const char *const bad[] = {"",
                                      "text/plain",
                                      "application/x-www-form-urlencodedx",
                                      "application/json",
                                      "application/x-www-form-urlencoded; charset=Shift_JIS",
                                      "multipart/form-data; application/x-www-form-urlencoded"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(form_type_ok(str_of(bad[i])));
}

static void cookies(void **state)
{
    (void)state;
    struct str header = STR("a=1; __Host-s=xyz==; b=2;c=;d; e=bad\"; f=1; f=2; g=3; g=3");
    assert_str(form_cookie(header, STR("a")), "1");
    assert_str(form_cookie(header, STR("__Host-s")), "xyz==");
    assert_str(form_cookie(header, STR("b")), "2");
    assert_str(form_cookie(header, STR("g")), "3"); /* twice, but not in dispute */
    assert_non_null(form_cookie(header, STR("c")).p);
    assert_int_equal(form_cookie(header, STR("c")).n, 0);
    static const char *const absent[] = {"d", "e", "f", "h", "A", "", "__Host"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        assert_null(form_cookie(header, str_of(absent[i])).p);
    assert_null(form_cookie((struct str){0}, STR("a")).p);
}

static void tokens(void **state)
{
    (void)state;
    assert_true(form_token_ok(STR("X-a_1!#$%&'*+.^`|~")));
    static const char *const bad[] = {"",   "a b", "a:",  "a(",  "\xC3\xA9", "a\t",
                                      "\"", "a,b", "a/b", "a@b", "a\\",      "a{"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(form_token_ok(str_of(bad[i])));
    assert_false(form_token_ok((struct str){"a\0", 2}));
}

static enum err parse_all(void *user)
{
    (void)user;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str path, query;
    struct http_pair *p;
    size_t n;
    TRY(a ? OK : ERR_NO_MEMORY);
    TRY(form_target(a, STR("/a%20b?x=1&y=2"), &path, &query));
    return form_pairs(a, query, &p, &n);
}

static void memory_runs_out(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(parse_all, NULL) >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets),         cmocka_unit_test(pairs),   cmocka_unit_test(pairs_are_limited),
        cmocka_unit_test(content_types),   cmocka_unit_test(cookies), cmocka_unit_test(tokens),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
