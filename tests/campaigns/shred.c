/* SPDX-License-Identifier: Apache-2.0 */
/* shred - the bytes of every key wrap are on the disk; once its compartment is shredded they are not, while
 * the store is open and readers come and go: neither in the database nor in its write-ahead log.
 *
 *     shred [COMPARTMENTS]     60 unless told
 *
 * SQLite only: PostgreSQL keeps dead rows until it vacuums, and its log until it is recycled (docs of the
 * operator). */
#include "base/env.h"
#include "campaigns/raw.h"
#include "core/jobs.h"
#include "support/whole.h"
#include "sys/os.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#define COMPARTMENTS_MAX 500
#define TAIL             40 /* ciphertext and tag */

_Static_assert(COMPARTMENT_REPORT == 3, "as the query below says");

static int wanted = 60;
static struct store store;
static struct wrap {
    struct id compartment;
    uint8_t tail[TAIL];
} wraps[4 * COMPARTMENTS_MAX];
static size_t nwraps;
static bool resting;

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%s %s (%s)", err_row(e)->name, err_detail(), err_place());
}

static enum err make_body(struct act *a)
{
    struct compartment_id c;
    struct id row = id_new();
    TRY(vault_compartment(a->tx, COMPARTMENT_REPORT, "npa", &c));
    for (int class = CLASS_ROUTING; class <= CLASS_IDENTITY; class ++) {
        struct buf out CLEANUP(buf_free) = {0};
        struct place at = {&TABLE_META, row, 2};
        TRY(vault_seal(a->tx, c, (enum field_class) class, at, STR("synthetic"), &out));
    }
    TRY(vault_grant(a->tx, c, 1u << CLASS_IDENTITY, "isa", 0));
    a->ret_id = c.v;
    return OK;
}

static enum err shred_body(struct act *a)
{
    a->ret_id = a->subject;
    return vault_shred(a->tx, (struct compartment_id){a->subject});
}

static const struct action actions[] = {
    {.name = "test.make",
     .summary = "Make",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .creates = true,
     .body = make_body},
    {.name = "test.shred",
     .summary = "Shred",
     .verb = VERB_CREATE,
     .object = OBJECT_CASE,
     .creates = true,
     .takes_id = true,
     .body = shred_body},
};

static size_t on_disk(const char *suffix, struct id compartment, bool any)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    struct str file;
    size_t n = 0;
    enum err e = file_read(arena_printf(a, "%s/akari.db%s", store.dir, suffix), (size_t)128 << 20, a, &file);
    if (e == ERR_NOT_FOUND)
        return 0;
    must(e);
    for (size_t i = 0; i < nwraps; i++)
        if (any || id_eq(wraps[i].compartment, compartment))
            n += memmem(file.p, file.n, wraps[i].tail, TAIL) != NULL;
    return n;
}

/* Of the compartments that `sql` names. */
static void take_wraps(const char *sql)
{
    struct db *db;
    struct stmt *s;
    bool row;
    must(door_reader(store.door, &db));
    nwraps = 0;
    must(db_prepare(db, sql, &s));
    for (;;) {
        must(db_step(s, &row));
        if (!row)
            break;
        struct str wrap = db_blob(s, 1);
        assert_true(wrap.n > TAIL && nwraps < sizeof wraps / sizeof *wraps);
        must(db_id(s, 0, &wraps[nwraps].compartment));
        memcpy(wraps[nwraps++].tail, wrap.p + wrap.n - TAIL, TAIL);
    }
    door_reader_done(store.door, db);
}

static void *look(void *arg)
{
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    while (!__atomic_load_n(&resting, __ATOMIC_RELAXED)) {
        struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
        const struct view *v;
        if (do_view(&store, &lead, "case.show", *(struct id *)arg, a, &v, NULL) != OK)
            return arg;
    }
    return NULL;
}

static void shredded_keys_leave_the_disk(void **state)
{
    (void)state;
    struct store_country country = {.actions = actions, .nactions = 2};
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct id compartments[COMPARTMENTS_MAX];
    struct act_result r;
    pthread_t reader;
    void *failed;
    country.pack = store_pack();
    assert_true(store_make_of(&store, "sqlite", &country));
    store_open(&store);
    struct id c = open_case(&store, &lead);
    for (int i = 0; i < wanted; i++) {
        must(do_act(&store, &lead, "test.make", id_nil(), &r, NULL));
        compartments[i] = r.id;
    }
    take_wraps(
        "SELECT k.compartment, k.wrapped FROM compartment_key k JOIN compartment c ON c.id = k.compartment "
        "WHERE c.kind = 3");
    assert_int_equal(nwraps, 3 * wanted);
    /* The search finds what is there; with many, SQLite has moved a part into the database by itself. */
    assert_true(on_disk("", id_nil(), true) + on_disk("-wal", id_nil(), true) >= nwraps);
    assert_int_equal(pthread_create(&reader, NULL, look, &c), 0);
    for (int i = 0; i < wanted; i++)
        must(do_act(&store, &lead, "test.shred", compartments[i], NULL, NULL));
    __atomic_store_n(&resting, true, __ATOMIC_RELAXED);
    pthread_join(reader, &failed);
    assert_null(failed);
    must(do_act(&store, &lead, "case.open", id_nil(), NULL, NULL)); /* a reader may have kept the log once */
    size_t left = on_disk("", id_nil(), true) + on_disk("-wal", id_nil(), true);
    print_message("# %d compartments shredded under a reader, %zu wraps: %zu left on the disk\n", wanted,
                  nwraps, left);
    assert_int_equal(left, 0);
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
    store_remove(&store);
}

/* ---- what the program itself throws away ----------------------------------------------------------------
 */

static int64_t days_on;
static int64_t later(void *user)
{
    struct timespec t;
    (void)user;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000 + days_on * INT64_C(86400000000);
}

static void jobs(void)
{
    int done;
    do
        must(jobs_run(store.door, NULL, NULL, NULL, &done));
    while (done > 0);
}

/* Files that were never finished, enquiries and closed reports whose days are over. */
static void fill(const struct ctx *lead, const char *in_case)
{
    struct act_result r;
    struct id thrown;
    for (int i = 0; i < wanted; i++) {
        must(do_act(&store, lead, "enquiry.note", id_nil(), NULL, "as", "family", "number", "SYN 00417",
                    NULL));
        must(do_act(&store, lead, "report.create", id_nil(), &r, "danger", "no", "what", "Synthetic.", NULL));
        must(do_act(&store, lead, "report.take", r.id, NULL, NULL));
        must(do_act(&store, lead, "report.close", r.id, NULL, "outcome", "elsewhere", "reason", "Synthetic.",
                    NULL));
    }
    for (int i = 0; i < 6; i++) {
        must(do_act(&store, lead, "attachment.begin", id_nil(), &r, "case", in_case, "class", "identity",
                    "declared", "not_sexual", "bytes", "9", "title", "Synthetic letter", NULL));
        thrown = r.id;
        must(do_act(&store, lead, "attachment.chunk", thrown, NULL, "no", "0", "content", "c3ludGhldGlj",
                    NULL));
    }
}

static void what_is_thrown_away_leaves_no_key(void **state)
{
    static struct env env = {.now_us = later};
    struct store_country country = {.synthetic = true};
    static struct pack pack;
    char in_case[33];
    (void)state;
    env_set(&env);
    pack = *store_pack();
    pack.enquiry_days = pack.report_days = 30;
    country.pack = &pack;
    whole_country(&country);
    assert_true(store_make_of(&store, "sqlite", &country));
    store_open(&store);
    struct ctx lead = enrolled_officer(&store, "npa", ROLE_CASE_LEAD);
    id_text(open_case(&store, &lead), in_case);
    fill(&lead, in_case);
    jobs();
    take_wraps(
        "SELECT k.compartment, k.wrapped FROM compartment_key k WHERE k.compartment IN (SELECT "
        "own_compartment FROM attachment UNION SELECT compartment FROM enquiry UNION SELECT compartment "
        "FROM report)");
    assert_true(nwraps >= (size_t)(2 * wanted + 6));
    assert_true(on_disk("", id_nil(), true) + on_disk("-wal", id_nil(), true) >= nwraps);
    days_on = 31;
    jobs();
    must(do_act(&store, &lead, "case.open", id_nil(), NULL, NULL));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM enquiry"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM attachment"), 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM report WHERE identity IS NOT NULL"), 0);
    size_t left = on_disk("", id_nil(), true) + on_disk("-wal", id_nil(), true);
    print_message("# files, enquiries and reports thrown away, %zu wraps: %zu left on the disk\n", nwraps,
                  left);
    assert_int_equal(left, 0);
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
    store_remove(&store);
    env_set(NULL);
    days_on = 0;
}

int main(int argc, char **argv)
{
    int64_t n;
    if (argc > 1 && str_i64(str_of(argv[1]), 1, COMPARTMENTS_MAX, &n) == OK)
        wanted = (int)n;
    const struct CMUnitTest tests[] = {cmocka_unit_test(shredded_keys_leave_the_disk),
                                       cmocka_unit_test(what_is_thrown_away_leaves_no_key)};
    return cmocka_run_group_tests_name("shred", tests, NULL, NULL);
}
