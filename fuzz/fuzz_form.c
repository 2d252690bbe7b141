/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/limits.h"
#include "fuzz.h"
#include "sys/form.h"

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7F)
            return true;
    return false;
}

static void escape(struct buf *b, struct str s, bool path)
{
    for (size_t i = 0; i < s.n; i++)
        if (path && s.p[i] == '/')
            buf_char(b, '/');
        else
            buf_printf(b, "%%%02x", (unsigned char)s.p[i]);
}

/* What was taken keeps its promises, and means the same when every byte of it is escaped. */
static void target(struct arena *a, struct str raw)
{
    struct str path, query, again, none;
    enum err e = form_target(a, raw, &path, &query);
    REQUIRE(e == OK || e == ERR_BAD_REQUEST || e == ERR_BAD_UTF8);
    if (e)
        return;
    REQUIRE(str_starts(path, "/") && str_utf8_ok(path) && !has_control(path) && str_find(path, '\\') < 0);
    for (size_t i = 1; i <= path.n; i++) {
        struct str rest = str_sub(path, i - 1, path.n);
        REQUIRE(!str_starts(rest, "//") && !str_starts(rest, "/./") && !str_starts(rest, "/../"));
        REQUIRE(!str_is(rest, "/.") && !str_is(rest, "/.."));
    }
    CLEANUP(buf_free) struct buf b = {0};
    escape(&b, path, true);
    REQUIRE(form_target(a, buf_view(&b), &again, &none) == OK && str_eq(path, again) && none.n == 0);
}

static void pairs(struct arena *a, struct str raw)
{
    struct http_pair *p, *again;
    size_t n, n_again;
    enum err e = form_pairs(a, raw, &p, &n);
    REQUIRE(e == OK || e == ERR_BAD_REQUEST || e == ERR_BAD_UTF8 || e == ERR_LIMIT);
    if (e)
        return;
    REQUIRE(n <= HTTP_MAX_FIELDS);
    CLEANUP(buf_free) struct buf b = {0};
    for (size_t i = 0; i < n; i++) {
        REQUIRE(str_utf8_ok(p[i].name) && str_utf8_ok(p[i].value));
        buf_c(&b, i ? "&" : "");
        escape(&b, p[i].name, false);
        buf_char(&b, '=');
        escape(&b, p[i].value, false);
    }
    REQUIRE(form_pairs(a, buf_view(&b), &again, &n_again) == OK && n == n_again);
    for (size_t i = 0; i < n; i++)
        REQUIRE(str_eq(p[i].name, again[i].name) && str_eq(p[i].value, again[i].value));
}

/* The first line is the name, the rest the header. */
static void cookie(struct str raw)
{
    struct str header = raw, name = {0};
    str_cut(&header, '\n', &name);
    struct str value = form_cookie(header, name);
    REQUIRE(value.n == 0 || (value.p >= header.p && value.p + value.n <= header.p + header.n));
    REQUIRE(!has_control(value) && str_find(value, ';') < 0 && str_find(value, ' ') < 0);
    REQUIRE(!form_token_ok(name) || (!has_control(name) && str_find(name, ' ') < 0));
    (void)form_type_ok(raw);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct str raw = {(const char *)data, size};
    REQUIRE(a);
    target(a, raw);
    pairs(a, raw);
    cookie(raw);
    return 0;
}
