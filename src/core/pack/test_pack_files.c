/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with the files themselves, the list of faults, and memory that runs out. Faults inside files:
 * tests/packs/broken. */
#include "base/testing.h"
#include "core/pack/testing_pack.h"
#include <sys/stat.h>
#include <unistd.h>

/* ---- folders ----------------------------------------------------------------------------------------- */
static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/akari-pack-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

/* Folders nest once. */
static void empty_folder(const char *path)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    char **names;
    size_t n;
    if (dir_list(path, a, &names, &n) != OK)
        return;
    for (size_t i = 0; i < n; i++) {
        const char *one = arena_printf(a, "%s/%s", path, names[i]);
        if (unlink(one) != 0) {
            empty_folder(one);
            rmdir(one);
        }
    }
}

static int drop_folder(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    unlink(arena_printf(a, "%s/.hidden", folder));
    empty_folder(folder);
    return rmdir(folder);
}

static void write_file(const char *name, struct str text)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    const char *path = arena_printf(a, "%s/%s", folder, name);
    assert_ok(file_write_atomic(path, 0600, text));
}

static void copy_tiny(void)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct test_files f;
    static const char *const under[] = {"codes", "imports", "kinds", "laws", "scenarios", "texts"};
    assert_ok(test_files_read(&f, a, TINY));
    empty_folder(folder);
    for (size_t i = 0; i < LEN(under); i++)
        assert_ok(dir_make(arena_printf(a, "%s/%s", folder, under[i]), 0700));
    for (size_t i = 0; i < f.n; i++)
        write_file(f.list[i].name, f.list[i].text);
}

/* Loads the folder; `words` are all faults that must be found, a line each. */
static void expect_faults(const char *path, const char *words)
{
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    CLEANUP(buf_free) struct buf b = {0};
    const struct pack *p = NULL;
    struct pack_fault *faults;
    size_t n;
    enum err e = pack_load(path, a, &p, &faults, &n);
    pack_print_faults(&b, faults, n);
    pack_free(p);
    assert_string_equal(b.p ? b.p : "", words);
    assert_int_equal(e, *words ? ERR_PACK : OK);
}

static void folder_missing(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    const struct pack *p = NULL;
    struct pack_fault *faults;
    size_t n;
    assert_fails(pack_load("tests/packs/nowhere", a, &p, &faults, &n), ERR_NOT_FOUND);
    assert_int_equal(n, 0);
    assert_null(p);
}

static void folder_is_a_file(void **state)
{
    (void)state;
    expect_faults(TINY "/pack.yaml", TINY "/pack.yaml: must be a folder, but is a file\n");
}

static void folder_empty(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    empty_folder(folder);
    expect_faults(folder, arena_printf(a, "%s: no pack: none of its files is here\n", folder));
}

static void copy_is_the_same(void **state)
{
    (void)state;
    copy_tiny();
    write_file("README.md", STR("# Here too\n"));
    write_file("kinds/README.md", STR("# And here\n"));
    write_file(".hidden", STR("not looked at"));
    expect_faults(folder, "");
}

static void wrong_places(void **state)
{
    (void)state;
    copy_tiny();
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    assert_int_equal(unlink(arena_printf(a, "%s/plan.yaml", folder)), 0);
    assert_ok(dir_make(arena_printf(a, "%s/plan.yaml", folder), 0700));
    assert_ok(dir_make(arena_printf(a, "%s/kind", folder), 0700));
    assert_ok(dir_make(arena_printf(a, "%s/kinds/more", folder), 0700));
    assert_int_equal(unlink(arena_printf(a, "%s/laws/testland_act.yaml", folder)), 0);
    assert_int_equal(rmdir(arena_printf(a, "%s/laws", folder)), 0);
    write_file("laws", STR("a file\n"));
    write_file("agency.yaml", STR("a: b\n"));
    write_file("kinds/visit.yml", STR("a: b\n"));
    write_file("kinds/My Kind.yaml", STR("a: b\n"));
    assert_int_equal(symlink("pack.yaml", arena_printf(a, "%s/codes/link.yaml", folder)), 0);
    expect_faults(folder, "agency.yaml: no file of a pack (did you mean \"agencies.yaml\"?)\n"
                          "codes/link.yaml: must be a file, not a link or a device\n"
                          "kind/: no folder of a pack (did you mean \"kinds/\"?)\n"
                          "kinds/My Kind.yaml: no file of a pack\n"
                          "kinds/more/: no folder of a pack\n"
                          "kinds/visit.yml: no file of a pack\n"
                          "laws: must be a folder\n"
                          "pack.yaml:16: \"provision\": no provision \"act_1\"\n"
                          "plan.yaml: must be a file, but is a folder\n");
}

static void huge_file(void **state)
{
    (void)state;
    copy_tiny();
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    assert_int_equal(truncate(arena_printf(a, "%s/programme.yaml", folder), YAML_MAX_BYTES + 1), 0);
    expect_faults(folder, "programme.yaml: larger than 4194304 bytes\n");
}

static void too_many_files(void **state)
{
    (void)state;
    empty_folder(folder);
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    assert_ok(dir_make(arena_printf(a, "%s/codes", folder), 0700));
    for (int i = 0; i <= PACK_MAX_FILES; i++) {
        char name[128];
        snprintf(name, sizeof name, "%s/codes/c%d.yaml", folder, i);
        FILE *f = fopen(name, "w");
        assert_non_null(f);
        fclose(f);
    }
    const struct pack *p = NULL;
    struct pack_fault *faults;
    size_t n;
    assert_fails(pack_load(folder, a, &p, &faults, &n), ERR_PACK);
    assert_int_equal(n, PACK_MAX_FAULTS + 1);
    /* Each empty list is a fault, those beyond the limit are counted. */
    CLEANUP(buf_free) struct buf b = {0};
    pack_print_faults(&b, faults, n);
    assert_non_null(strstr(b.p, "pack: more than 2000 files\n"));
    assert_non_null(strstr(b.p, "more faults: mend these first\n"));
}

/* ---- faults ------------------------------------------------------------------------------------------ */
static void slips(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int slips;
    } rows[] = {
        {"", "", 0},          {"a", "", 1},           {"label", "label", 0},   {"label", "lable", 1},
        {"label", "labl", 1}, {"label", "labels", 1}, {"label", "Label", 0},   {"label", "lapel", 1},
        {"ab", "ba", 1},      {"abcd", "wxyz", 4},    {"abcdefgh", "wxyz", 4},
    };
    for (size_t i = 0; i < LEN(rows); i++) {
        assert_int_equal(word_slips(str_of(rows[i].a), str_of(rows[i].b), 3), rows[i].slips);
        assert_int_equal(word_slips(str_of(rows[i].b), str_of(rows[i].a), 3), rows[i].slips);
    }
    char longer[200];
    memset(longer, 'x', sizeof longer);
    assert_int_equal(word_slips((struct str){longer, sizeof longer}, STR("x"), 3), 4);
}

static void many_faults_are_counted(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    CLEANUP(buf_free) struct buf b = {0};
    struct test_files f;
    assert_ok(test_files_read(&f, a, TINY));
    buf_c(&b, "id: country\ntitle: \"Country\"\ncodes:\n");
    for (int i = 0; i < 500; i++)
        buf_printf(&b, "  - {code: XTL, label: \"Testland\"}\n");
    test_file(&f, "codes/country.yaml")->text = buf_view(&b);
    const struct pack *p = NULL;
    struct pack_fault *faults;
    size_t n;
    assert_fails(test_files_load(&f, a, &p, &faults, &n), ERR_PACK);
    assert_int_equal(n, PACK_MAX_FAULTS + 1);
    assert_string_equal(faults[0].what, "code \"XTL\" stands already at codes/country.yaml:4");
    assert_int_equal(faults[0].line, 5);
    assert_string_equal(faults[PACK_MAX_FAULTS].what, "and 299 more faults: mend these first");
    assert_non_null(strstr(err_detail(), "499 faults; the first: codes/country.yaml"));
}

/* What a file says goes to a terminal: on one line, without control characters, cut at a character. */
static void faults_are_one_line(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct faults f;
    char name[1500];
    memset(name, 'a', sizeof name);
    memcpy(name, "\x1b[2J\n", 5);
    for (size_t i = 900; i + 3 < sizeof name; i += 3)
        memcpy(name + i, "\xe7\x81\xaf", 3);
    name[sizeof name - 1] = '\0';
    assert_ok(faults_start(&f, a));
    assert_ok(fault_add(&f, "x.yaml", 1, "\"%s\"", name));
    assert_ok(faults_end(&f));
    assert_true(str_starts(str_of(f.list[0].what), "\".[2J.aaa"));
    assert_true(strlen(f.list[0].what) <= 1023);
    assert_true(str_utf8_ok(str_of(f.list[0].what)));
}

/* ---- memory ------------------------------------------------------------------------------------------ */
static enum err load_and_free(void *user)
{
    struct arena *a = arena_new(0);
    if (!a)
        return ERR_NO_MEMORY;
    const struct pack *p = NULL;
    struct pack_fault *faults;
    size_t n;
    enum err e = pack_load(user, a, &p, &faults, &n);
    pack_free(p);
    arena_free(a);
    return e == ERR_PACK ? OK : e;
}

static void memory_runs_out(void **state)
{
    (void)state;
    uint64_t runs = each_allocation_fails(load_and_free, TINY);
    print_message("# %llu allocations failed in turn\n", (unsigned long long)runs);
    assert_true(runs > 20);
}

/* The arenas ask for memory in blocks, so that few allocations fail there; a limit makes every single one
 * fail once. */
static void memory_is_limited(void **state)
{
    (void)state;
    CLEANUP(arena_cleanup) struct arena *a = arena_new(0);
    struct test_files f;
    assert_ok(test_files_read(&f, a, TINY));
    enum err e = ERR_LIMIT;
    size_t runs = 0;
    for (size_t limit = 64; e != OK; limit += 256, runs++) {
        CLEANUP(arena_cleanup) struct arena *faults_arena = arena_new(0);
        const struct pack *p = NULL;
        struct pack_fault *faults;
        size_t n;
        f.limit = limit;
        e = test_files_load(&f, faults_arena, &p, &faults, &n);
        pack_free(p);
        if (e != OK && e != ERR_PACK && e != ERR_LIMIT)
            fail_msg("limit %zu: %s", limit, err_row(e)->name);
    }
    assert_true(runs > 100);
}

static void memory_runs_out_over_faults(void **state)
{
    (void)state;
    copy_tiny();
    write_file("agencies.yaml", STR("agencies:\n  - {id: polcie, name: \"Police\"}\n"));
    write_file("texts/fr.po", STR("msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n"));
    assert_true(each_allocation_fails(load_and_free, folder) > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folder_missing),
        cmocka_unit_test(folder_is_a_file),
        cmocka_unit_test_setup_teardown(folder_empty, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(copy_is_the_same, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(wrong_places, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(huge_file, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(too_many_files, make_folder, drop_folder),
        cmocka_unit_test(slips),
        cmocka_unit_test(many_faults_are_counted),
        cmocka_unit_test(faults_are_one_line),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(memory_is_limited),
        cmocka_unit_test_setup_teardown(memory_runs_out_over_faults, make_folder, drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
