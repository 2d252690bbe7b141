/* SPDX-License-Identifier: Apache-2.0 */
/* The published CTDC victim-perpetrator file (IOM/CTDC, synthetic) there and back, whole, with the pack of
 * Japan: killed in the middle and gone on. Needs AKARI_SHARED (or shared/ beside the sources); says so and
 * skips without. Prints times, asserts none. */
#include "figures_store.h"

#include "base/env.h"
#include "base/json.h"

#include <signal.h>
#include <sys/wait.h>

#define ROWS 21195

static const struct pack *japan;
static char path[4096];

static bool at_hand(void)
{
    const char *shared = getenv("AKARI_SHARED"), *root = getenv("AKARI_ROOT");
    snprintf(path, sizeof path, "%s%s/samples/figures/CTDC_VPsynthetic_condensed.csv",
             shared && *shared ? shared
             : root            ? root
                               : ".",
             shared && *shared ? "" : "/../shared");
    return access(path, R_OK) == 0;
}

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

static int64_t stop_at;
static void die(void *user, int64_t done, int64_t total)
{
    (void)user;
    (void)total;
    if (done >= stop_at)
        raise(SIGKILL);
}

static void import_and_die(const struct ctx *c, int64_t at)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct import_report r;
        stop_at = at;
        if (store_try_open(&store) == OK &&
            figures_import(store.door, c, "ctdc", path, false, true, die, NULL, &r) == OK)
            _exit(0);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void counts_are(const struct ctx *c, const char *by, const char *expected)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct buf out CLEANUP(buf_free) = {0};
    struct pair pair = {STR("by"), str_of(by), VALUE_GIVEN};
    struct view_request r = {.ctx = c, .view = "figures.count", .input = {&pair, 1}};
    const struct view *v;
    assert_ok(door_view(store.door, &r, a, &v));
    struct json j = json_to(&out);
    v->decl->to_json(v, &j);
    assert_ok(buf_err(&out));
    if (!strstr(out.p, expected))
        fail_msg("%s: %s", by, out.p);
}

static double since(int64_t t)
{
    return (double)(env_monotonic_us() - t) / 1e6;
}

static void the_whole_file(void **state) /* plan 6(3)(v)/a */
{
    (void)state;
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct import_report r;
    struct str original;
    int64_t n;
    if (!at_hand())
        skip_because("the published CTDC file is not here (AKARI_SHARED names the folder)");
    assert_true(figures_store(japan, true));
    struct ctx c = operator_of(japan->agencies[0].id);
    int64_t t = env_monotonic_us();
    import_and_die(&c, 7000);
    import_and_die(&c, 14500);
    print_message("# killed at 7,000 and at 14,500 rows: %.1f s\n", since(t));
    store_open(&store);
    t = env_monotonic_us();
    assert_ok(figures_import(store.door, &c, "ctdc", path, false, true, NULL, NULL, &r));
    print_message("# the rest: %lld rows in %.1f s\n", (long long)r.imported, since(t));
    assert_int_equal(r.rows, ROWS);
    assert_int_equal(r.failed, 0);
    assert_int_equal(r.imported + r.already, ROWS);
    assert_true(r.already >= 14500);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), ROWS);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM record"), 3 * ROWS);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file WHERE synthetic = 1"), ROWS);

    t = env_monotonic_us();
    counts_are(&c, "gender",
               "\"total\":21195,\"counts\":{\"Female\":9589,\"Male\":7995,\"not stated\":3611}");
    print_message("# facts loaded and counted: %.1f s\n", since(t));
    counts_are(&c, "IP_Gender",
               "\"counts\":{\"Male\":9820,\"Female\":3515,\"Female;Male\":2452,\"not stated\":5408}");
    counts_are(&c, "isSexualExploit", "\"counts\":{\"1\":2775,\"not stated\":18420}");
    counts_are(&c, "yearRegister",
               "\"counts\":{\"2014-2018\":6274,\"2021-2022\":4335,\"2005-2013\":2531,\"2019\":2398,\"2020\":"
               "2002,\"not stated\":3655}");

    assert_ok(figures_purge_raw(store.door, &c, r.batch, &n));
    assert_int_equal(n, ROWS);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM import_row"), 0);
    t = env_monotonic_us();
    struct str text = exported("ctdc", a, &n);
    print_message("# exported: %.1f s\n", since(t));
    assert_int_equal(n, ROWS);
    assert_ok(file_read(path, 16u << 20, a, &original));
    /* every byte of every cell; the file has no line end behind its last row, the export has */
    assert_int_equal(text.n, original.n + 1);
    assert_memory_equal(text.p, original.p, original.n);
    store_remove(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_whole_file)};
    return cmocka_run_group_tests_name("sample", tests, load_pack, free_pack);
}
