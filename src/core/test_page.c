/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/testing.h"
#include "core/page.h"

static const struct lang english = {.tag = "en", .reviewed = true};

struct fixture {
    struct buf out;
    struct arena *arena;
    struct page p;
};

static void start(struct fixture *f, const struct lang *l)
{
    *f = (struct fixture){.arena = arena_new(0)};
    assert_non_null(f->arena);
    f->p = page_to(&f->out, l, f->arena, NULL);
}

static void expect(struct fixture *f, const char *html)
{
    assert_int_equal(buf_err(&f->out), OK);
    assert_string_equal(f->out.p ? f->out.p : "", html);
    buf_free(&f->out);
    arena_free(f->arena);
}

static void expect_misuse(struct fixture *f)
{
    assert_int_equal(buf_err(&f->out), ERR_INTERNAL);
    buf_free(&f->out);
    arena_free(f->arena);
}

static void elements_and_attributes(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, &english);
    PAGE_EL(&f.p, "p", "class", NULL, "title", "a \"b\" <c> & 'd'");
    PAGE_EL(&f.p, "br");
    PAGE_EL(&f.p, "input", "value", "", "checked", NULL);
    page_c(&f.p, "<&>");
    page_end(&f.p);
    expect(
        &f,
        "<p title=\"a &quot;b&quot; &lt;c&gt; &amp; &#39;d&#39;\"><br><input value=\"\">&lt;&amp;&gt;</p>");
}

static void links_stay_on_this_server(void **state)
{
    static const char *const bad[] = {"//evil.example/",
                                      "https://evil.example/",
                                      "javascript:alert(1)",
                                      "",
                                      "case",
                                      "/a b",
                                      "/\\evil",
                                      "/a\nb",
                                      "data:text/html,x",
                                      " /x"};
    static const char *const good[] = {"/", "/case/0", "#main", "?lang=ja"};
    struct fixture f;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        start(&f, &english);
        PAGE_EL(&f.p, "a", "href", bad[i]);
        expect_misuse(&f);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        start(&f, &english);
        PAGE_EL(&f.p, "a", "href", good[i]);
        assert_int_equal(buf_err(&f.out), OK);
        buf_free(&f.out);
        arena_free(f.arena);
    }
}

static void nothing_that_runs_code(void **state)
{
    static const char *const bad[] = {"onclick", "onerror", "style", "srcdoc", "data",
                                      "a b",     "x=y",     "\"",    ""};
    struct fixture f;
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        start(&f, &english);
        PAGE_EL(&f.p, "p", bad[i], "/x");
        expect_misuse(&f);
    }
    start(&f, &english);
    PAGE_EL(&f.p, "script");
    expect_misuse(&f);
    start(&f, &english);
    page_end(&f.p);
    expect_misuse(&f);
}

static void isolated_values(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, &english);
    page_isolate_c(&f.p, "0120-000-000");
    page_i64(&f.p, -7);
    page_bdi(&f.p, STR("<اب>"));
    page_time(&f.p, 1795306320000000);
    expect(&f,
           "<bdi dir=\"ltr\">0120-000-000</bdi><bdi dir=\"ltr\">-7</bdi><bdi>&lt;اب&gt;</bdi>"
           "<time datetime=\"2026-11-22T00:12:00.000000Z\"><bdi dir=\"ltr\">2026-11-22 00:12</bdi></time>");
}

static void sentences_with_values(void **state)
{
    struct fixture f;
    (void)state;
    start(&f, &english);
    PAGE_SAY(&f.p, "{n} of {all} <live>, {other}", "n", "3", "all", "<4>");
    expect(&f, "<bdi>3</bdi> of <bdi>&lt;4&gt;</bdi> &lt;live&gt;, {other}");
    start(&f, &english);
    PAGE_SAY(&f.p, "{n", "n", "3");
    expect(&f, "{n");
}

static void the_era_in_japanese(void **state)
{
    struct lang ja = {.tag = "ja"};
    struct fixture f;
    (void)state;
    start(&f, &ja);
    page_date(&f.p, (struct date){2003, 4, 17});
    expect(&f, "<time datetime=\"2003-04-17\"><bdi dir=\"ltr\">2003-04-17</bdi>（平成15年4月17日）</time>");
}

static void the_pseudo_language_is_marked(void **state)
{
    struct lang rtl;
    struct fixture f;
    (void)state;
    assert_true(lang_find(NULL, STR("x-rtl"), true, &rtl));
    assert_false(lang_find(NULL, STR("x-rtl"), false, &rtl));
    start(&f, &rtl);
    page_t(&f.p, "Cases");
    page_c(&f.p, "Nguyen");
    expect(&f, "\xE2\x80\xAE"
               "Cases"
               "\xE2\x80\xAC"
               "Nguyen");
}

/* ---- languages --------------------------------------------------------------------------------------------
 */

static const char *const tags[] = {"ja", "en", "zh-Hans", "ur"};
static const struct pack country = {.languages = tags, .nlanguages = 4};

static const char *chosen(const char *query, const char *cookie, const char *accept)
{
    static struct lang l;
    struct lang_wish wish = {str_of(query), str_of(cookie), str_of(accept), false};
    lang_choose(&country, &wish, &l);
    return l.tag;
}

static void who_asks_first_wins(void **state)
{
    (void)state;
    assert_string_equal(chosen("", "", ""), "ja");
    assert_string_equal(chosen("en", "ur", "ja"), "en");
    assert_string_equal(chosen("xx", "ur", "en"), "ur");
    assert_string_equal(chosen("", "x-rtl", "en"), "en");
    assert_string_equal(chosen("", "", "fr, en;q=0.5, ja;q=0.4"), "en");
    assert_string_equal(chosen("", "", "en;q=0, ja-JP"), "ja");
    assert_string_equal(chosen("", "", "EN-us"), "en");
    assert_string_equal(chosen("", "", "zh-Hans-CN;q=0.9,en;q=0.8"), "zh-Hans");
    assert_string_equal(chosen("", "", "zh-Hant"), "ja");
    assert_string_equal(chosen("", "", ";q=1,,;;,-,en;q=x"), "ja");
}

static void right_to_left_scripts(void **state)
{
    struct lang l;
    (void)state;
    assert_true(lang_find(&country, STR("ur"), false, &l) && l.rtl);
    assert_true(lang_find(&country, STR("ja"), false, &l) && !l.rtl);
}

static void texts_fall_back_to_english(void **state)
{
    struct lang ja = {.tag = "ja"};
    (void)state;
    assert_string_equal(lang_text(&ja, "Sign in"), "サインイン");
    assert_string_equal(lang_text(&ja, "There is no such text"), "There is no such text");
    assert_string_equal(lang_text(&english, "Sign in"), "Sign in");
    assert_string_equal(lang_text(&ja, NULL), "");
}

static void not_reviewed_until_the_texts_say_so(void **state)
{
    struct lang l;
    (void)state;
    assert_true(lang_find(&country, STR("ja"), false, &l));
    assert_false(l.reviewed);
    assert_true(lang_find(&country, STR("en"), false, &l));
    assert_true(l.reviewed);
}

/* Without memory the page is an error, never half a page that looks whole. */
static void memory_runs_out(void **state)
{
    (void)state;
    for (uint64_t nth = 1; nth < 20; nth++) {
        struct fixture f;
        start(&f, &english);
        mem_inject(nth, true);
        for (int i = 0; i < 200; i++) {
            PAGE_EL(&f.p, "p", "title", "a long enough title to make the buffer grow now and then");
            page_t(&f.p, "Sign in");
            page_end(&f.p);
        }
        mem_inject(0, false);
        enum err e = buf_err(&f.out);
        assert_true(e == OK || e == ERR_NO_MEMORY);
        buf_free(&f.out);
        arena_free(f.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_and_attributes),
        cmocka_unit_test(links_stay_on_this_server),
        cmocka_unit_test(nothing_that_runs_code),
        cmocka_unit_test(isolated_values),
        cmocka_unit_test(sentences_with_values),
        cmocka_unit_test(the_era_in_japanese),
        cmocka_unit_test(the_pseudo_language_is_marked),
        cmocka_unit_test(who_asks_first_wins),
        cmocka_unit_test(right_to_left_scripts),
        cmocka_unit_test(texts_fall_back_to_english),
        cmocka_unit_test(not_reviewed_until_the_texts_say_so),
        cmocka_unit_test(memory_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
