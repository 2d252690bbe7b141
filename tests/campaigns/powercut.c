/* SPDX-License-Identifier: Apache-2.0 */
/* powercut - the power goes at any write while several officers work; what was acknowledged is there
 * afterwards, once, and the trail is sound.
 *
 *     powercut [CUTS [SEED]]     300 cuts unless told */
#include "campaigns/raw.h"
#include "sys/faultvfs.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#define WORKERS      3
#define ACKS_MAX     4000
#define CUTS_A_STORE 25

static int cuts = 300;
static uint64_t seed = 20260402;
static struct store store;

struct ack {
    struct id request, result;
    bool told; /* the officer was told that it is done */
};
static struct ack acks[WORKERS][ACKS_MAX];
static size_t nacks[WORKERS];

/* ---- work
 * ---------------------------------------------------------------------------------------------------- */

static enum err ask(struct ctx *c, const char *action, struct id subject, struct ack *ack,
                    struct act_result *ret)
{
    c->request_id = ack->request;
    if (strcmp(action, "case.set_stage") == 0)
        return do_act(&store, c, action, subject, ret, "stage", "presumed_victim", NULL);
    if (strcmp(action, "consultation.create") == 0)
        return do_act(&store, c, action, subject, ret, "language", "my", "contact", "synthetic", NULL);
    return do_act(&store, c, action, subject, ret, NULL);
}

static bool next_act(int worker, const char *action, struct id subject, struct id *ret)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, (uint8_t)(worker + 1));
    struct act_result r;
    if (nacks[worker] == ACKS_MAX)
        return false;
    struct ack *ack = &acks[worker][nacks[worker]++];
    *ack = (struct ack){.request = id_new()};
    ack->told = ask(&c, action, subject, ack, &r) == OK;
    if (ack->told)
        ack->result = *ret = r.id;
    return ack->told;
}

static void *work(void *arg)
{
    int worker = (int)(uintptr_t)arg;
    while (!faultvfs_is_cut() && nacks[worker] < ACKS_MAX) {
        struct id c, ignored;
        if (next_act(worker, "case.open", id_nil(), &c))
            next_act(worker, "case.set_stage", c, &ignored);
        next_act(worker, "consultation.create", id_nil(), &ignored);
    }
    return NULL;
}

static void work_until_the_cut(void)
{
    pthread_t threads[WORKERS];
    memset(nacks, 0, sizeof nacks);
    for (uintptr_t i = 0; i < WORKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, (void *)i), 0);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
}

/* ---- after it
 * -------------------------------------------------------------------------------------------------- */

struct tally {
    size_t cuts, told, lost, untold, came_through, recut, dirty;
};

/* In the first moments after the reboot the power may go again. */
static void come_back(uint64_t *s, struct tally *t)
{
    store_close(&store);
    faultvfs_reboot();
    if (below(s, 8) == 0) {
        faultvfs_cut_at(1 + below(s, 12), seeded(s));
        t->recut++;
        if (store_try_open(&store) == OK)
            store_close(&store);
        faultvfs_reboot();
    }
    faultvfs_cut_at(0, 0);
    faultvfs_fail_at(0, ERR_IO, false);
    store_open(&store);
}

static bool is_there(struct db *db, struct arena *a, const struct ack *k)
{
    struct cell cells[TABLE_COLUMNS_MAX];
    if (row_get(db, a, &TABLE_REQUEST, k->request, cells) != OK)
        return false;
    return !k->told || id_eq(cell_get_id(&cells[3]), k->result);
}

static void look_for_all(struct tally *t)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct db *db;
    assert_int_equal(door_reader(store.door, &db), OK);
    for (int w = 0; w < WORKERS; w++)
        for (size_t i = 0; i < nacks[w]; i++) {
            bool there = is_there(db, a, &acks[w][i]);
            t->told += acks[w][i].told;
            t->untold += !acks[w][i].told;
            t->lost += acks[w][i].told && !there;
            t->came_through += !acks[w][i].told && there;
        }
    door_reader_done(store.door, db);
}

static void nothing_twice(void)
{
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM request WHERE action = 'case.open'"),
                     count_rows(&store, "SELECT count(*) FROM case_file"));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM request WHERE action = 'case.set_stage'"),
                     count_rows(&store, "SELECT count(*) FROM outbox WHERE event = 'case.protected'"));
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM request WHERE action = 'consultation.create'"),
                     count_rows(&store, "SELECT count(*) FROM record_version"));
}

/* Whoever was not told asks again. */
static void ask_again(void)
{
    for (int w = 0; w < WORKERS; w++)
        for (size_t i = nacks[w] > 2 ? nacks[w] - 2 : 0; i < nacks[w]; i++) {
            struct ctx c = officer("npa", ROLE_CASE_LEAD, (uint8_t)(w + 1));
            struct act_result r, again;
            struct ack k = {.request = id_new()};
            assert_int_equal(ask(&c, "case.open", id_nil(), &k, &r), OK);
            assert_int_equal(ask(&c, "case.open", id_nil(), &k, &again), OK);
            assert_true(again.replayed && id_eq(r.id, again.id));
        }
}

static void one_cut(uint64_t *s, bool fault_first, struct tally *t)
{
    struct arena *a CLEANUP(arena_cleanup) = arena_new((size_t)256 << 20);
    if (fault_first)
        faultvfs_fail_at(1 + below(s, 200), below(s, 3) ? ERR_IO : ERR_DISK_FULL, false);
    faultvfs_cut_at(1 + below(s, 500), seeded(s));
    work_until_the_cut();
    come_back(s, t);
    struct audit_report r = verify(&store, STR(""), a);
    for (size_t i = 0; i < r.n && i < 3; i++)
        print_error("# %s: %s\n", r.findings[i].table, r.findings[i].what);
    t->dirty += r.total > 0;
    look_for_all(t);
    t->cuts++;
}

static void many_cuts(int n, enum db_sync sync, bool faults, struct tally *t)
{
    uint64_t s = seed + (faults ? 77 : 0);
    for (int i = 0; i < n; i++) {
        if (i % CUTS_A_STORE == 0) {
            if (i)
                store_remove(&store);
            assert_true(store_make(&store, "fault"));
            store.config.sync = sync;
            store.config.sequence_us = 500;
            store_open(&store);
        }
        size_t lost = t->lost;
        one_cut(&s, faults, t);
        if (sync == DB_SYNC_FULL) {
            if (t->lost > lost || t->dirty)
                fail_msg("cut %d of seed %llu lost %zu", i, (unsigned long long)seed, t->lost - lost);
            nothing_twice();
            if (i % 10 == 0)
                ask_again();
        }
    }
    store_remove(&store);
    print_message("# %zu cuts (%zu of them again while opening): %zu acknowledged, %zu lost; %zu not "
                  "acknowledged, of which %zu "
                  "were done all the same\n",
                  t->cuts, t->recut, t->told, t->lost, t->untold, t->came_through);
}

static void what_was_acknowledged_is_there(void **state)
{
    (void)state;
    struct tally t = {0};
    many_cuts(cuts, DB_SYNC_FULL, false, &t);
    assert_int_equal(t.lost, 0);
    assert_true(t.told > (size_t)cuts);
}

/* One write or sync fails before the power does: what was acknowledged after it counts, too. */
static void also_after_a_fault(void **state)
{
    (void)state;
    struct tally t = {0};
    many_cuts(cuts / 3 + 1, DB_SYNC_FULL, true, &t);
    assert_int_equal(t.lost, 0);
}

/* The same with synchronous=NORMAL: a test that finds nothing here would find nothing anywhere. */
static void the_control_loses(void **state)
{
    (void)state;
    struct tally t = {0};
    many_cuts(60, DB_SYNC_NORMAL_TEST_ONLY, false, &t);
    assert_true(t.lost > 0);
}

int main(int argc, char **argv)
{
    int64_t n;
    if (argc > 1 && str_i64(str_of(argv[1]), 1, 10000000, &n) == OK)
        cuts = (int)n;
    if (argc > 2 && str_i64(str_of(argv[2]), 0, INT64_MAX, &n) == OK)
        seed = (uint64_t)n;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_acknowledged_is_there),
        cmocka_unit_test(also_after_a_fault),
        cmocka_unit_test(the_control_loses),
    };
    return cmocka_run_group_tests_name("powercut", tests, NULL, NULL);
}
