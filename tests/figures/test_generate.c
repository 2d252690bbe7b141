/* SPDX-License-Identifier: Apache-2.0 */
/* Invented data over both databases: test_generate sqlite | postgres. */
#include "figures_store.h"

#include <fcntl.h>

static const struct pack *japan;

static int load_pack(void **state)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct pack_fault *faults;
    const char *folder = getenv("AKARI_PACK_JAPAN");
    size_t n;
    (void)state;
    return pack_load(folder ? folder : "pack/japan", a, &japan, &faults, &n) == OK ? 0 : -1;
}

static int free_pack(void **state)
{
    (void)state;
    pack_free(japan);
    return 0;
}

static int setup_japan(void **state)
{
    *state = NULL;
    if (figures_store(japan, true)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

static struct str generated(uint64_t seed, int64_t n, struct arena *a)
{
    struct temp_file f = file_with("", 0);
    struct str text;
    int fd = open(f.path, O_WRONLY);
    assert_ok(figures_generate_ctdc(fd, seed, n));
    close(fd);
    assert_ok(file_read(f.path, 64u << 20, a, &text));
    file_gone(&f);
    return text;
}

static void a_seed_gives_the_same_file(void **state)
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str one = generated(1, 5000, a), again = generated(1, 5000, a), other = generated(2, 5000, a),
               none = generated(1, 0, a);
    size_t lines = 0;
    assert_true(str_eq(one, again));
    assert_false(str_eq(one, other));
    for (size_t i = 0; i < one.n; i++)
        lines += one.p[i] == '\n';
    assert_int_equal(lines, 5001);
    assert_true(str_starts(one, "yearRegister,gender,") && str_starts(one, none.p));
    int full = open("/dev/full", O_WRONLY);
    assert_fails(figures_generate_ctdc(full, 1, 10), ERR_DISK_FULL);
    close(full);
}

static void a_generated_file_goes_in_and_out(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str text = generated(3, 300, a);
    struct temp_file f = file_with(text.p, text.n);
    struct ctx c = operator_of(japan->agencies[0].id);
    struct import_report r;
    struct str out;
    int64_t n;
    assert_ok(figures_import(store.door, &c, "ctdc", f.path, false, true, NULL, NULL, &r));
    assert_int_equal(r.failed, 0);
    assert_int_equal(r.imported, 300);
    out = exported("ctdc", a, &n);
    assert_true(str_eq(out, text));
    file_gone(&f);
}

/* What every case must have at least. */
static int64_t cases_with_fewer(const char *sql)
{
    return count_rows(&store, sql);
}

static void cases_are_complete_and_marked(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_ok(figures_generate_cases(store.door, 1, 90, NULL, NULL)); /* more than a group */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 90);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file WHERE synthetic = 1"), 90);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM subject WHERE synthetic = 0"), 0);
    assert_int_equal(cases_with_fewer("SELECT count(*) FROM case_file c WHERE (SELECT count(*) FROM "
                                      "case_role r WHERE r.case_id = c.id) < 2"),
                     0);
    assert_int_equal(cases_with_fewer("SELECT count(*) FROM case_file c WHERE (SELECT count(*) FROM "
                                      "case_role r JOIN name n ON n.subject = r.subject "
                                      "WHERE r.case_id = c.id) < 4"),
                     0);
    assert_int_equal(cases_with_fewer("SELECT count(*) FROM case_file c WHERE (SELECT count(*) FROM record r "
                                      "WHERE r.case_id = c.id) < 10"),
                     0);
    assert_int_equal(cases_with_fewer("SELECT count(*) FROM case_file c WHERE (SELECT count(*) FROM clock k "
                                      "WHERE k.case_id = c.id) < 3"),
                     0);
    assert_true(count_rows(&store, "SELECT count(DISTINCT agency) FROM case_file") > 1);
    assert_true(count_rows(&store, "SELECT count(DISTINCT stage) FROM case_file") > 1);
    assert_true(count_rows(&store, "SELECT count(*) FROM record WHERE current > 1") > 0);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* All that facts know, as text: the same for two stores with the same seed. */
static struct str fingerprint(struct arena *a)
{
    struct buf b CLEANUP(buf_free) = {0};
    const struct fact_column *columns;
    struct facts *f;
    struct str s;
    assert_ok(facts_of(store.door, &f));
    size_t n = facts_columns(f, &columns);
    for (size_t i = 0; i < n; i++) {
        struct fact_count *counts;
        size_t m;
        assert_ok(facts_count(f, columns[i].name, NULL, 0, a, &counts, &m));
        for (size_t k = 0; k < m; k++)
            buf_printf(&b, "%s %s %d %lld\n", columns[i].name, counts[k].value ? counts[k].value : "",
                       (int)counts[k].state, (long long)counts[k].n);
    }
    assert_ok(buf_take(&b, a, &s));
    return s;
}

static void a_seed_gives_the_same_cases(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct str prints[3];
    static const uint64_t seeds[] = {5, 5, 6};
    for (int i = 0; i < 3; i++) {
        if (i) {
            store_remove(&store);
            assert_true(figures_store(japan, true));
            store_open(&store);
        }
        assert_ok(figures_generate_cases(store.door, seeds[i], 25, NULL, NULL));
        prints[i] = fingerprint(a);
    }
    assert_true(prints[0].n > 200);
    assert_true(str_eq(prints[0], prints[1]));
    assert_false(str_eq(prints[0], prints[2]));
}

/* Nothing about a country is built in: packs with other kinds, roles and lists do as well. */
static void other_packs_do_too(void **state)
{
    NEED_STORE(state);
    const struct pack *packs[] = {&fileland, store_pack()};
    for (size_t i = 0; i < 2; i++) {
        store_remove(&store);
        assert_true(figures_store(packs[i], true));
        store_open(&store);
        assert_ok(figures_generate_cases(store.door, 1, 7, NULL, NULL));
        assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 7);
        assert_true(count_rows(&store, "SELECT count(*) FROM record") >= 14);
    }
}

static void progress_ends_at_the_whole(void *user, int64_t done, int64_t total)
{
    int64_t *last = user;
    assert_true(done > *last && done <= total);
    *last = done;
}

static void progress_is_told(void **state)
{
    NEED_STORE(state);
    int64_t last = 0;
    assert_ok(figures_generate_cases(store.door, 1, 0, progress_ends_at_the_whole, &last));
    assert_int_equal(last, 0);
    assert_ok(figures_generate_cases(store.door, 1, 3, progress_ends_at_the_whole, &last));
    assert_int_equal(last, 3);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define J(f) cmocka_unit_test_setup_teardown(f, setup_japan, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_gives_the_same_file),
        J(a_generated_file_goes_in_and_out),
        J(cases_are_complete_and_marked),
        J(a_seed_gives_the_same_cases),
        J(other_packs_do_too),
        J(progress_is_told),
    };
    return cmocka_run_group_tests_name(driver, tests, load_pack, free_pack);
}
