/* SPDX-License-Identifier: Apache-2.0 */
/* Stories of packs: those that are shipped pass, and one that is wrong fails where it is wrong. Started in
 * the folder of the sources. */
#include "base/env.h"
#include "plan/plan.h"
#include "sys/os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define TINY "tests/packs/tiny"

static size_t run(const char *folder, struct arena *a, struct story_result **ret)
{
    size_t n;
    enum err e = plan_run_stories(folder, a, ret, &n);
    if (e != OK)
        print_error("# %s: %s %s\n", folder, err_row(e)->name, err_detail());
    assert_int_equal(e, OK);
    return n;
}

static void assert_all_pass(const char *folder, size_t at_least)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct story_result *r;
    size_t n = run(folder, a, &r), failed = 0;
    for (size_t i = 0; i < n; i++) {
        if (!r[i].passed)
            print_error("# %s:%d: %s: %s\n", r[i].file, r[i].line, r[i].name, r[i].what);
        failed += !r[i].passed;
        assert_true(*r[i].file && *r[i].name);
    }
    assert_int_equal(failed, 0);
    assert_true(n >= at_least);
}

static void the_stories_of_japan_come_true(void **state)
{
    (void)state;
    assert_all_pass("pack/japan", 5);
}

static void the_story_of_testland_comes_true(void **state)
{
    (void)state;
    assert_all_pass(TINY, 1);
}

/* ---- wrong stories
 * --------------------------------------------------------------------------------------------- */

static void copy_folder(const char *from, const char *to, bool deep)
{
    static const char *const under[] = {"codes", "imports", "kinds", "laws", "scenarios", "texts"};
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char **names;
    size_t n;
    assert_int_equal(dir_make(to, 0700), OK);
    assert_int_equal(dir_list(from, a, &names, &n), OK);
    for (size_t i = 0; i < n; i++) {
        char source[256], target[256];
        struct str s;
        bool folder = false;
        for (size_t k = 0; k < sizeof under / sizeof *under; k++)
            folder = folder || strcmp(names[i], under[k]) == 0;
        snprintf(source, sizeof source, "%s/%s", from, names[i]);
        snprintf(target, sizeof target, "%s/%s", to, names[i]);
        if (folder) {
            assert_true(deep);
            copy_folder(source, target, false);
            continue;
        }
        assert_int_equal(file_read(source, 1 << 20, a, &s), OK);
        assert_int_equal(file_write_atomic(target, 0600, s), OK);
    }
}

static void remove_folder(const char *folder)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char **names;
    size_t n;
    assert_int_equal(dir_list(folder, a, &names, &n), OK);
    for (size_t i = 0; i < n; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (unlink(path) != 0)
            remove_folder(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

/* Replaces the first `from` in the story of a copy of Testland, and runs it. */
static struct story_result with(const char *from, const char *to, struct arena *a)
{
    char folder[64] = "/tmp/akari-pack-XXXXXX", path[128];
    struct buf changed CLEANUP(buf_free) = {0};
    struct story_result *r;
    struct str s;
    assert_non_null(mkdtemp(folder));
    copy_folder(TINY, folder, true);
    snprintf(path, sizeof path, "%s/scenarios/first_visit.yaml", folder);
    assert_int_equal(file_read(path, 1 << 20, a, &s), OK);
    const char *at = strstr(s.p, from);
    assert_non_null(at);
    buf_bytes(&changed, s.p, (size_t)(at - s.p));
    buf_c(&changed, to);
    buf_c(&changed, at + strlen(from));
    assert_int_equal(file_write_atomic(path, 0600, buf_view(&changed)), OK);
    assert_int_equal(run(folder, a, &r), 1);
    remove_folder(folder);
    return r[0];
}

struct wrong {
    const char *from, *to, *line_of, *what; /* line_of: a text that stands on the line that is named */
};

static int line_with(const char *text)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str s, line;
    int n = 0;
    assert_int_equal(file_read(TINY "/scenarios/first_visit.yaml", 1 << 20, a, &s), OK);
    while (str_cut(&s, '\n', &line)) {
        n++;
        if (memmem(line.p, line.n, text, strlen(text)))
            return n;
    }
    fail();
    return 0;
}

static void a_wrong_story_fails_at_its_line(void **state)
{
    static const struct wrong wrong[] = {
        {"{verdict: conceal", "{verdict: allow", "A stranger looks.",
         "expected verdict allow, found conceal"},
        {"error: ERR_STATE", "error: ERR_FIELD", "She closes too early.",
         "expected ERR_FIELD, found ERR_STATE"},
        {"{verdict: allow, error: ERR_STATE}", "{verdict: allow}", "She closes too early.",
         "expected no error"},
        {"story: absent", "people: \"3\"", "fields: {place", "field people"},
        {"place: street, story", "place: masked, story", "fields: {place", "expected masked"},
        {"state: open,", "state: closed,", "She records the visit.", "state: expected closed, found open"},
        {"mark: warn", "mark: overdue", "The clock warns.", "expected overdue, found warn"},
        {"{hours: 20}", "{hours: 19}", "The clock warns.", "expected warn, found ok"},
        {"{hours: 20}", "{calendar_days: 1}", "The clock warns.", "expected warn, found overdue"},
        {"{hours: 20}", "{working_days: 1}", "The clock warns.", "expected warn, found overdue"},
        {"{audit: 3}", "{audit: 300}", "Everything was written down.", "expected at least 300 leaves"},
        {"{audit: 3}", "{state: closed, of: visit1}", "Everything was written down.",
         "expected closed, found open"},
        {"{audit: 3}", "{stage: conclusive, of: case1}", "Everything was written down.",
         "expected conclusive"},
        {"{audit: 3}", "{notice: clock.escalated, of: visit1}", "Everything was written down.",
         "no notice of visit1"},
        {"{audit: 3}", "{clock: follow_up, of: visit1, state: running}", "Everything was written down.",
         "was not started"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        struct story_result r = with(wrong[i].from, wrong[i].to, a);
        if (r.passed || !strstr(r.what, wrong[i].what) || r.line != line_with(wrong[i].line_of))
            print_error("# %zu: %s:%d: %s\n", i, r.file, r.line, r.what);
        assert_false(r.passed);
        assert_non_null(strstr(r.what, wrong[i].what));
        assert_int_equal(r.line, line_with(wrong[i].line_of));
        assert_non_null(strstr(r.file, "first_visit.yaml"));
    }
}

/* A notice that was given is found, and the due moment of a clock. */
static void what_happened_is_found(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    (void)state;
    assert_true(with("{audit: 3}", "{clock: answer, of: visit1, due: 2024-02-06T09:00:00+03:00}", a).passed);
    assert_true(with("{audit: 3}", "{clock: answer, of: visit1, state: running}", a).passed);
    assert_true(with("{audit: 3}", "{stage: reported, of: case1}", a).passed);
}

static void a_faulty_pack_or_none_is_an_error(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct story_result *r;
    size_t n;
    (void)state;
    assert_int_equal(plan_run_stories("tests/packs/nowhere", a, &r, &n), ERR_NOT_FOUND);
    assert_int_equal(plan_run_stories("docs", a, &r, &n), ERR_PACK);
    assert_true(strchr(err_detail(), ':') != NULL);
}

/* The clock of the process is the system's again, and no folder is left. */
static void nothing_is_left_behind(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    char folder[64] = "/tmp/akari-left-XXXXXX", **names;
    size_t n;
    (void)state;
    assert_non_null(mkdtemp(folder));
    const char *before = getenv("TMPDIR");
    char kept[256] = "";
    snprintf(kept, sizeof kept, "%s", before ? before : "");
    setenv("TMPDIR", folder, 1);
    assert_all_pass(TINY, 1);
    if (before)
        setenv("TMPDIR", kept, 1);
    else
        unsetenv("TMPDIR");
    assert_int_equal(dir_list(folder, a, &names, &n), OK);
    assert_int_equal(n, 0);
    assert_int_equal(rmdir(folder), 0);
    assert_true(env_now_us() > INT64_C(1750000000000000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stories_of_japan_come_true),
        cmocka_unit_test(the_story_of_testland_comes_true),
        cmocka_unit_test(a_wrong_story_fails_at_its_line),
        cmocka_unit_test(what_happened_is_found),
        cmocka_unit_test(a_faulty_pack_or_none_is_an_error),
        cmocka_unit_test(nothing_is_left_behind),
    };
    return cmocka_run_group_tests_name("stories", tests, NULL, NULL);
}
