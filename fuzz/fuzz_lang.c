/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_lang.c - Accept-Language, and what a page makes of any bytes: never markup. */
#include "core/page.h"
#include "fuzz.h"

static const char *const tags[] = {"ja", "en", "zh-Hans"};
static const struct pack country = {.languages = tags, .nlanguages = 3, .nagencies = 0};

static void choose(struct str raw)
{
    struct lang l;
    struct lang_wish wish = {.accept = raw};
    lang_choose(&country, &wish, &l);
    REQUIRE(strcmp(l.tag, "ja") == 0 || strcmp(l.tag, "en") == 0 || strcmp(l.tag, "zh-Hans") == 0);
    REQUIRE(!l.pseudo);
    wish = (struct lang_wish){.query = raw, .cookie = raw};
    lang_choose(&country, &wish, &l);
    REQUIRE(!l.pseudo);
}

static size_t count(struct str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

static void write(struct arena *a, struct str raw)
{
    static const struct lang english = {.tag = "en", .reviewed = true};
    CLEANUP(buf_free) struct buf out = {0};
    struct page p = page_to(&out, &english, a, NULL);
    const char *text = arena_cstr(a, raw);
    if (!text)
        return;
    PAGE_EL(&p, "p", "title", text);
    page_text(&p, raw);
    page_isolate(&p, raw);
    PAGE_SAY(&p, text, "n", text);
    page_end(&p);
    REQUIRE(out.err == OK && str_utf8_ok(buf_view(&out)));
    struct str s = buf_view(&out);
    REQUIRE(count(s, '<') == count(s, '>') && count(s, '"') % 2 == 0 && str_starts(s, "<p title=\""));
    REQUIRE(count(s, '<') % 2 == 0); /* ours only: <p>, <bdi> and their ends */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str raw = {(const char *)data, size};
    if (!a)
        return 0;
    choose(raw);
    write(a, raw);
    return 0;
}
