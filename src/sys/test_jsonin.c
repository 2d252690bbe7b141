/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/limits.h"
#include "base/testing.h"
#include "sys/jsonin.h"

static void reads(void **state)
{
    (void)state;
    CLEANUP(json_cleanup) json_t *j = NULL;
    assert_ok(
        json_read(STR("{\"name\": \"灯り\", \"n\": 9223372036854775807, \"list\": [true, null, 1.5]}"), &j));
    assert_string_equal(json_string_value(json_object_get(j, "name")), "灯り");
    assert_true(json_integer_value(json_object_get(j, "n")) == INT64_MAX);
    assert_int_equal(json_array_size(json_object_get(j, "list")), 3);
    json_cleanup(&j);
    assert_null(j);
    json_cleanup(&j);
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *detail;
    } rows[] = {
        {{"{\"a\": 1,\n \"a\": 2}", 17}, "line 2 column 4: a key stands twice"},
        {{"{\"a\": {\"b\": 1, \"b\": 1}}", 24}, "line 1 column 18: a key stands twice"},
        {{"[\"\\u0000\"]", 10}, "line 1 column 9: a NUL character"},
        {{"[\"a\0b\"]", 7}, "line 1 column 3: not valid here"},
        {{"[1]\0", 4}, "line 1 column 4: something follows the end"},
        {{"[\"\xff\"]", 5}, "line 1 column 2: not UTF-8"},
        {{"[\"\xc0\x80\"]", 6}, "line 1 column 2: not UTF-8"},
        {{"[\"\xed\xa0\x80\"]", 7}, "line 1 column 2: not UTF-8"},
        {{"[\"\\ud800\"]", 10}, "line 1 column 9: not valid here"},
        {{"", 0}, "line 1 column 0: the text ends too early"},
        {{NULL, 0}, "line 1 column 0: the text ends too early"},
        {{"[1", 2}, "line 1 column 2: the text ends too early"},
        {{"[1] x", 5}, "line 1 column 5: something follows the end"},
        {{"\"word\"", 6}, "line 1 column 6: not valid here"},
        {{"[1,]", 4}, "line 1 column 4: not valid here"},
        {{"[01]", 4}, "line 1 column 2: not valid here"},
        {{"[NaN]", 5}, "line 1 column 4: not valid here"},
        {{"[1e999]", 7}, "line 1 column 6: a number does not fit"},
        {{"[9223372036854775808]", 21}, "line 1 column 20: a number does not fit"},
        {{"{'a': 1}", 8}, "line 1 column 2: not valid here"},
        {{"[1] // x", 8}, "line 1 column 5: something follows the end"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        json_t *j = NULL;
        assert_fails(json_read(rows[i].text, &j), ERR_BAD_JSON);
        if (strcmp(err_detail(), rows[i].detail) != 0)
            fail_msg("row %zu: \"%s\" expected, but \"%s\"", i, rows[i].detail, err_detail());
        assert_null(j);
    }
}

static void never_quotes(void **state)
{
    (void)state;
    static const char *texts[] = {"{\"SECRETWORD\": 1, \"SECRETWORD\": 2}", "[SECRETWORD]",
                                  "{\"a\": SECRETWORD}", "[\"SECRETWORD\n\"]"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        json_t *j;
        assert_fails(json_read(str_of(texts[i]), &j), ERR_BAD_JSON);
        assert_null(strstr(err_detail(), "SECRETWORD"));
    }
}

static void limits(void **state)
{
    (void)state;
    for (int n = JSON_MAX_DEPTH; n <= JSON_MAX_DEPTH + 1; n++) {
        CLEANUP(buf_free) struct buf b = {0};
        CLEANUP(json_cleanup) json_t *j = NULL;
        for (int i = 0; i < n; i++)
            buf_c(&b, i == 1 ? "[\"\\\"[[[[{\",\n" : "[");
        for (int i = 0; i < n; i++)
            buf_c(&b, "]");
        if (n == JSON_MAX_DEPTH) {
            assert_ok(json_read(buf_view(&b), &j));
            continue;
        }
        assert_fails(json_read(buf_view(&b), &j), ERR_BAD_JSON);
        assert_string_equal(err_detail(), "line 2 column 15: nested deeper than 16");
    }
    CLEANUP(buf_free) struct buf b = {0};
    CLEANUP(json_cleanup) json_t *j = NULL;
    buf_c(&b, "[1]");
    while (b.n < JSON_MAX_BYTES)
        buf_char(&b, ' ');
    assert_ok(json_read(buf_view(&b), &j));
    json_cleanup(&j);
    buf_char(&b, ' ');
    assert_fails(json_read(buf_view(&b), &j), ERR_LIMIT);
    /* A megabyte of opening brackets is refused at once, not after a deep recursion. */
    buf_clear(&b);
    while (b.n < JSON_MAX_BYTES)
        buf_char(&b, '[');
    assert_fails(json_read(buf_view(&b), &j), ERR_BAD_JSON);
}

static enum err read_one(void *user)
{
    (void)user;
    CLEANUP(json_cleanup) json_t *j = NULL;
    return json_read(STR("{\"a\": [1, 2.5, \"text\", {\"b\": null, \"c\": \"d\"}], \"e\": true}"), &j);
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(read_one, NULL) >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads), cmocka_unit_test(refuses),
                                       cmocka_unit_test(never_quotes), cmocka_unit_test(limits),
                                       cmocka_unit_test(without_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
