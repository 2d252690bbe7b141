/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: judging, counting and walking agree; what is escaped for HTML, JSON and CSV is well-formed whatever
 * came in. */
#include "base/buf.h"
#include "base/json.h"
#include "fuzz.h"

static void walk(struct str s, bool good)
{
    size_t at = 0, steps = 0, before = 0;
    for (int32_t point; (point = str_utf8_next(s, &at)) >= 0; steps++, before = at) {
        REQUIRE(at > before && at <= s.n);
        REQUIRE(point > 0 && point <= 0x10FFFF && !(point >= 0xD800 && point <= 0xDFFF));
    }
    REQUIRE(at == s.n);
    REQUIRE(!good || steps == str_utf8_count(s));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str s = {(const char *)data, size};
    struct buf out = {0};
    bool good = str_utf8_ok(s);
    walk(s, good);
    REQUIRE(!good || str_utf8_ok(str_trim(s)));
    for (size_t at = 0; good && at < size;
         at += 7) { /* two halves are only both good if cut between characters */
        bool between = str_utf8_len(s, at) > 0;
        REQUIRE(str_utf8_ok(str_sub(s, 0, at)) == between && str_utf8_ok(str_sub(s, at, size)) == between);
    }

    buf_html(&out, s);
    REQUIRE(buf_err(&out) == OK && str_utf8_ok(buf_view(&out)));
    REQUIRE(str_find(buf_view(&out), '<') < 0 && str_find(buf_view(&out), '"') < 0);
    buf_clear(&out);
    struct json json = json_to(&out);
    json_str(&json, s);
    REQUIRE(buf_err(&out) == OK && str_utf8_ok(buf_view(&out)));
    REQUIRE(str_find(buf_view(&out), '\n') < 0);
    buf_free(&out);
    return 0;
}
