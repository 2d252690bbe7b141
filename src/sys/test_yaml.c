/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/limits.h"
#include "base/testing.h"
#include "sys/os.h"
#include "sys/yaml.h"

static const char sample[] = "# a comment\n"
                             "name: Akari\n"
                             "languages: [ja, \"en\", 'my']\n"
                             "empty:\n"
                             "tilde: ~\n"
                             "none: null\n"
                             "not null: \"null\"\n"
                             "blank: ''\n"
                             "list:\n"
                             "  - first\n"
                             "  - when: 09:00\n"
                             "    note: |\n"
                             "      two\n"
                             "      lines\n"
                             "人: 日本\n";

static void tree(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct yaml *y;
    char name[] = "pack.yaml";
    assert_ok(yaml_parse(a, name, str_of(sample), &y));
    name[0] = 'x'; /* positions keep their own copy */
    assert_string_equal(y->file, "pack.yaml");
    assert_int_equal(y->type, YAML_MAP);
    assert_int_equal(y->n, 9);
    assert_str(y->keys[0], "name");
    assert_int_equal(y->key_lines[0], 2);
    assert_str(yaml_get(y, "name")->text, "Akari");
    assert_false(yaml_get(y, "name")->quoted);
    const struct yaml *languages = yaml_get(y, "languages");
    assert_int_equal(languages->type, YAML_LIST);
    assert_int_equal(languages->n, 3);
    assert_true(languages->items[1]->quoted);
    assert_true(languages->items[2]->quoted);
    assert_false(languages->items[0]->quoted);
    assert_int_equal(languages->items[1]->line, 3);
    assert_int_equal(languages->items[1]->column, 17);
    assert_int_equal(yaml_get(y, "empty")->type, YAML_NULL);
    assert_int_equal(yaml_get(y, "tilde")->type, YAML_NULL);
    assert_int_equal(yaml_get(y, "none")->type, YAML_NULL);
    assert_int_equal(yaml_get(y, "not null")->type, YAML_SCALAR);
    assert_int_equal(yaml_get(y, "blank")->type, YAML_SCALAR);
    const struct yaml *second = yaml_get(y, "list")->items[1];
    assert_str(yaml_get(second, "when")->text, "09:00");
    assert_int_equal(yaml_get(second, "when")->line, 11);
    assert_str(yaml_get(second, "note")->text, "two\nlines\n");
    assert_true(yaml_get(second, "note")->quoted);
    assert_str(yaml_get(y, "人")->text, "日本");
    assert_null(yaml_get(y, "absent"));
    assert_null(yaml_get(languages, "name"));
    assert_null(yaml_get(NULL, "name"));
}

static void nothing(void **state)
{
    (void)state;
    static const char *texts[] = {"", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "\xef\xbb\xbf",
                                  "~"};
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct yaml *y;
        assert_ok(yaml_parse(a, "f", str_of(texts[i]), &y));
        assert_int_equal(y->type, YAML_NULL);
        assert_true(y->line >= 1);
    }
}

static void refuses(void **state)
{
    (void)state;
    static const struct {
        const char *text, *detail;
    } rows[] = {
        {"a: 1\nb: 2\na: 3\n", "f.yaml:3: the key stands twice in this map"},
        {"x:\n  b: 1\n  'b': 2\n  b: 3\n", "f.yaml:3: the key stands twice in this map"},
        {"a: &x 1\n", "f.yaml:1: anchors are not used here"},
        {"&x a: 1\n", "f.yaml:1: anchors are not used here"},
        {"a: &x\n  b: 1\n", "f.yaml:1: anchors are not used here"},
        {"\na: &x [1]\n", "f.yaml:2: anchors are not used here"},
        {"a: *x\n", "f.yaml:1: aliases are not used here"},
        {"a: !!str 1\n", "f.yaml:1: tags are not used here"},
        {"a: !own {b: 1}\n", "f.yaml:1: tags are not used here"},
        {"a: ! [b]\n", "f.yaml:1: tags are not used here"},
        {"%TAG ! tag:x,2000:\n---\na: 1\n", "f.yaml:1: tags are not used here"},
        {"a: 1\n---\nb: 2\n", "f.yaml:2: more than one document"},
        {"a:\n  <<: {b: 1}\n", "f.yaml:2: merge keys are not used here"},
        {"? [a]\n: b\n", "f.yaml:1: a key must be plain text"},
        {"? {a: b}\n: b\n", "f.yaml:1: a key must be plain text"},
        {"a: 1\n? \n: b\n", "f.yaml:2: a key is missing"},
        {"~: b\n", "f.yaml:1: a key is missing"},
        {"a: \"x\\0y\"\n", "f.yaml:1: an escape gives a NUL or what is not a character"},
        {"a: [1\nb: 2\n", "f.yaml:2: did not find expected ',' or ']'"},
        {"a: 1\n\tb: 2\n", "f.yaml:2: found a tab character that violates indentation"},
        {"a: 'x\n", "f.yaml:2: found unexpected end of stream"},
        {"a: 1\nb: \xff\n", "f.yaml:2: not UTF-8, or a NUL"},
        {"\xff\xfe"
         "a",
         "f.yaml:1: not UTF-8, or a NUL"},
    };
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct yaml *y = NULL;
        assert_fails(yaml_parse(a, "f.yaml", str_of(rows[i].text), &y), ERR_BAD_YAML);
        assert_string_equal(err_detail(), rows[i].detail);
        assert_null(y);
    }
    struct yaml *y;
    assert_ok(yaml_parse(a, "f.yaml", STR("'<<': a\n'~': b\n'': c\n"), &y)); /* quoted, they are words */
    assert_int_equal(y->n, 3);
}

static void never_quotes(void **state)
{
    (void)state;
    static const char *texts[] = {"a: [SECRETWORD\n",          "SECRETWORD: 1\nSECRETWORD: 2\n",
                                  "SECRETWORD: *SECRETWORD\n", "%SECRETWORD\n",
                                  "a: !SECRETWORD!b c\n",      "a: \"\\SECRETWORD\"\n",
                                  "- SECRETWORD\nb: 1"};
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct yaml *y;
        assert_fails(yaml_parse(a, "f", str_of(texts[i]), &y), ERR_BAD_YAML);
        assert_null(strstr(err_detail(), "SECRETWORD"));
    }
}

static void depth(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    for (int n = YAML_MAX_DEPTH; n <= YAML_MAX_DEPTH + 1; n++) {
        CLEANUP(buf_free) struct buf b = {0};
        struct yaml *y;
        for (int i = 0; i < n; i++)
            buf_c(&b, "[");
        buf_c(&b, "x");
        for (int i = 0; i < n; i++)
            buf_c(&b, "]");
        if (n == YAML_MAX_DEPTH)
            assert_ok(yaml_parse(a, "f", buf_view(&b), &y));
        else
            assert_fails(yaml_parse(a, "f", buf_view(&b), &y), ERR_BAD_YAML);
    }
}

static void many(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(256u << 20);
    CLEANUP(buf_free) struct buf b = {0};
    struct yaml *y;
    for (int i = 0; i < 100000; i++)
        buf_printf(&b, "k%d: v\n", i);
    assert_ok(yaml_parse(a, "f", buf_view(&b), &y));
    assert_int_equal(y->n, 100000);
    buf_c(&b, "k5: v\n");
    assert_fails(yaml_parse(a, "f", buf_view(&b), &y), ERR_BAD_YAML);
    assert_string_equal(err_detail(), "f:100001: the key stands twice in this map");

    buf_clear(&b);
    for (int i = 0; i < YAML_MAX_NODES; i++)
        buf_c(&b, i ? ",1" : "[1");
    buf_c(&b, "]");
    assert_fails(yaml_parse(a, "f", buf_view(&b), &y), ERR_BAD_YAML); /* the list itself is one more */

    buf_clear(&b);
    buf_c(&b, "# ");
    while (b.n <= YAML_MAX_BYTES)
        buf_c(&b, "0123456789");
    assert_fails(yaml_parse(a, "f", buf_view(&b), &y), ERR_LIMIT);
}

static enum err parse_sample(void *user)
{
    (void)user;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct yaml *y;
    if (!a)
        return mem_fail();
    return yaml_parse(a, "f", str_of(sample), &y);
}

static void without_memory(void **state)
{
    (void)state;
    assert_true(each_allocation_fails(parse_sample, NULL) >= 1);
    /* Every place where the arena may be full: it must be ERR_LIMIT each time, and finally work. */
    size_t limit = 64;
    for (;; limit += 16) {
        CLEANUP(arena_cleanup) struct arena *a = arena_new(limit);
        struct yaml *y;
        enum err e = yaml_parse(a, "f", str_of(sample), &y);
        if (e == OK)
            break;
        assert_int_equal(e, ERR_LIMIT);
    }
    assert_true(limit > 1000);
}

static void load(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct yaml *y;
    char path[] = "/tmp/akari-test-yaml-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_ok(file_write_atomic(path, 0600, STR("a: 1\nb: {c: [}\n")));
    assert_fails(yaml_load(a, path, "kinds/x.yaml", &y), ERR_BAD_YAML);
    assert_true(str_starts(str_of(err_detail()), "kinds/x.yaml:2: "));
    assert_ok(file_write_atomic(path, 0600, STR("a: 1\n")));
    assert_ok(yaml_load(a, path, "kinds/x.yaml", &y));
    remove(path);
    assert_fails(yaml_load(a, path, "kinds/x.yaml", &y), ERR_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree),           cmocka_unit_test(nothing), cmocka_unit_test(refuses),
        cmocka_unit_test(never_quotes),   cmocka_unit_test(depth),   cmocka_unit_test(many),
        cmocka_unit_test(without_memory), cmocka_unit_test(load),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
