/* SPDX-License-Identifier: Apache-2.0 */
/* The one door end to end, the same suite over both databases: test_door sqlite | postgres. */
#include "support/store.h"

#include "base/testing.h"

#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

static const char *driver = "sqlite";

static struct store store;

static int setup(void **state)
{
    *state = NULL;
    if (store_make(&store, driver)) {
        store_open(&store);
        *state = &store;
    }
    return 0;
}

static int teardown(void **state)
{
    if (*state)
        store_remove(&store);
    return 0;
}

static void opens_and_shows_a_case(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_result r;
    const struct view *v;
    struct id c = open_case(&store, &lead);
    assert_int_equal(
        do_act(&store, &lead, "subject.add", c, &r, "type", "person", "role", "presumed_victim", NULL), OK);
    char case_text[33];
    id_text(c, case_text);
    assert_int_equal(do_act(&store, &lead, "name.add", r.id, NULL, "case", case_text, "type", "legal", "full",
                            "Testname Synthetic", NULL),
                     OK);
    assert_int_equal(do_view(&store, &lead, "case.show", c, a, &v, NULL), OK);
    const struct case_model *m = v->model;
    assert_string_equal(m->stage, "suspicion");
    assert_int_equal(m->nsubjects, 1);
    assert_int_equal(m->subjects[0].nnames, 1);
    assert_true(str_is(m->subjects[0].names[0].full.text, "Testname Synthetic"));
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static void a_repeat_is_harmless(void **state)
{
    NEED_STORE(state);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_result first, again;
    lead.request_id = id_new();
    assert_int_equal(do_act(&store, &lead, "case.open", id_nil(), &first, NULL), OK);
    assert_int_equal(do_act(&store, &lead, "case.open", id_nil(), &again, NULL), OK);
    assert_true(id_eq(first.id, again.id));
    assert_true(again.replayed);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 1);
    assert_int_equal(do_act(&store, &lead, "case.close", first.id, NULL, NULL), ERR_CONSTRAINT);
}

static void hidden_and_unknown_answer_alike(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1), other = officer("ngo", ROLE_CASE_LEAD, 2);
    const struct view *v;
    struct id c = open_case(&store, &lead);
    assert_int_equal(do_view(&store, &other, "case.show", c, a, &v, NULL), ERR_NOT_FOUND);
    char *hidden = arena_printf(a, "%s", err_detail());
    assert_int_equal(do_view(&store, &other, "case.show", id_new(), a, &v, NULL), ERR_NOT_FOUND);
    assert_string_equal(hidden, err_detail());
    assert_int_equal(do_act(&store, &other, "case.close", c, NULL, NULL), ERR_NOT_FOUND);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf WHERE outcome = 30"), 3);
}

static void a_refusal_leaves_a_leaf_and_nothing_else(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx admin = officer("npa", ROLE_SYSTEM_ADMIN, 3), lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct id c = open_case(&store, &lead);
    int64_t leaves = count_rows(&store, "SELECT count(*) FROM audit_leaf");
    assert_int_not_equal(do_act(&store, &admin, "case.close", c, NULL, NULL), OK);
    assert_int_equal(
        do_act(&store, &lead, "subject.add", c, NULL, "type", "person", "role", "no such role", NULL),
        ERR_FIELD);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM audit_leaf"), leaves + 2);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM subject"), 0);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static void a_batch_is_all_or_nothing(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_request r[3];
    struct act_result results[3];
    struct pair bad = {STR("office"), STR("nowhere"), VALUE_GIVEN};
    size_t failed;
    for (int i = 0; i < 3; i++)
        r[i] = (struct act_request){.ctx = &lead, .action = "case.open", .expected_version = -1};
    r[2].input = (struct input){&bad, 1};
    assert_int_equal(door_act_batch(store.door, r, 3, a, results, &failed), ERR_FIELD);
    assert_int_equal(failed, 2);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 0);
    r[2].input.n = 0;
    assert_int_equal(door_act_batch(store.door, r, 3, a, results, &failed), OK);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 3);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static void records_are_versioned_and_masked(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct act_result r;
    const struct view *v;
    char c[33];
    struct id case_ = open_case(&store, &lead);
    id_text(case_, c);
    assert_int_equal(do_act(&store, &lead, "consultation.create", id_nil(), NULL, "case", c, NULL),
                     ERR_FIELD);
    enum err e = do_act(&store, &lead, "consultation.create", id_nil(), &r, "case", c, "language", "my",
                        "contact", "synthetic contact", NULL);
    if (e != OK)
        print_error("%s %s\n", err_detail(), err_place());
    assert_int_equal(e, OK);
    assert_int_equal(do_act(&store, &lead, "consultation.close", r.id, NULL, NULL), ERR_FIELD);
    assert_int_equal(do_act(&store, &lead, "consultation.close", r.id, NULL, "outcome", "answered", NULL),
                     OK);
    assert_int_equal(do_act(&store, &lead, "consultation.amend", r.id, NULL, "language", "vi", NULL),
                     ERR_STATE);
    assert_int_equal(do_view(&store, &lead, "consultation.show", r.id, a, &v, NULL), OK);
    const struct record_model *m = v->model;
    assert_string_equal(m->state, "closed");
    assert_int_equal(m->nhistory, 2);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM record_version"), 2);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static void a_negative_decision_needs_a_second_agency(void **state) /* plan 3(1)/a, invariant 2 */
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = enrolled_officer(&store, "npa", ROLE_CASE_LEAD),
               second = enrolled_officer(&store, "isa", ROLE_CASE_LEAD);
    struct act_result r;
    struct id c = open_case(&store, &lead);
    char decision[33];
    const struct view *v;
    assert_int_equal(do_act(&store, &lead, "case.set_stage", c, NULL, "stage", "presumed_victim", NULL), OK);
    assert_int_equal(do_act(&store, &lead, "case.set_stage", c, NULL, "stage", "suspicion", NULL), ERR_FIELD);
    assert_int_equal(do_act(&store, &lead, "case.set_stage", c, &r, "stage", "suspicion", "reasons",
                            "synthetic", "review_route", "council", NULL),
                     OK);
    assert_int_equal(do_view(&store, &lead, "case.show", c, a, &v, NULL), OK);
    assert_true(((const struct case_model *)v->model)->protects); /* still */
    id_text(r.id, decision);
    assert_int_equal(do_act(&store, &lead, "case.confirm_decision", c, NULL, "decision", decision, NULL),
                     ERR_DENIED);
    assert_int_equal(do_act(&store, &lead, "case.share", c, NULL, "agency", "isa", "relation", "co_owner",
                            "basis", "legal", "class", "identity", NULL),
                     OK); /* what the reasons rest on, too: nobody confirms what she cannot read */
    assert_int_equal(do_act(&store, &second, "case.confirm_decision", c, NULL, "decision", decision, NULL),
                     ERR_NOT_FOUND); /* nobody is named there yet */
    char me[33];
    id_text(second.account, me);
    assert_int_equal(do_act(&store, &second, "case.assign", c, NULL, "account", me, NULL), OK);
    assert_int_equal(do_act(&store, &second, "case.confirm_decision", c, NULL, "decision", decision, NULL),
                     OK);
    assert_int_equal(do_view(&store, &lead, "case.show", c, a, &v, NULL), OK);
    assert_false(((const struct case_model *)v->model)->protects);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* Whoever sends a wrong key to an open store must not close the keys for everybody at work. */
static void a_wrong_key_closes_nothing(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    const struct unlock wrong = {
        .key_file = {"ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", 64}};
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    const struct view *v;
    struct id c = open_case(&store, &lead);
    (void)!door_unlock(store.door, &wrong);
    assert_true(vault_unlocked(door_vault(store.door)));
    assert_int_equal(do_view(&store, &lead, "case.show", c, a, &v, NULL), OK);
    open_case(&store, &lead);
    /* And it opens nothing. */
    store_close(&store);
    assert_int_equal(door_open(&store.config, &store.door), OK);
    assert_int_equal(door_unlock(store.door, &wrong), ERR_UNLOCK);
    assert_false(vault_unlocked(door_vault(store.door)));
    assert_int_equal(do_act(&store, &lead, "case.open", id_nil(), NULL, NULL), ERR_LOCKED);
    assert_int_equal(door_unlock(store.door, store_secret()), OK);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

static void *hammer(void *arg)
{
    struct ctx c = officer("npa", ROLE_CASE_LEAD, (uint8_t)(uintptr_t)arg);
    for (int i = 0; i < 20; i++)
        if (do_act(&store, &c, "case.open", id_nil(), NULL, NULL) != OK)
            return (void *)1;
    return NULL;
}

static void many_share_a_commit(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    pthread_t threads[16];
    for (uintptr_t i = 0; i < 16; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hammer, (void *)(i + 1)), 0);
    for (int i = 0; i < 16; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        assert_null(failed);
    }
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 320);
    assert_int_equal(count_rows(&store, "SELECT count(DISTINCT number) FROM case_file"), 320);
    assert_true(door_stats(store.door).commits < 320);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* ---- in the background -----------------------------------------------------------------------------------
 */

struct background {
    struct db *db;
    pthread_t thread;
    enum err e;
    bool dropped;
};

static void *reads_on_and_on(void *user)
{
    struct background *b = user;
    door_in_background();
    b->e = db_begin(b->db, DB_READ);
    while (b->e == OK) {
        usleep(500);
        b->e = door_give_way(store.door, b->db);
    }
    return NULL;
}

static struct background reading;

static enum err make_reading(struct door *d, void **ret)
{
    reading = (struct background){.e = OK};
    assert_ok(door_connection(d, &reading.db));
    assert_int_equal(pthread_create(&reading.thread, NULL, reads_on_and_on, &reading), 0);
    *ret = &reading;
    return OK;
}

static void drop_reading(void *kept)
{
    struct background *b = kept;
    pthread_join(b->thread, NULL); /* says nothing to it: that the door is closing is enough */
    db_close(b->db);
    b->dropped = true;
}

static void work_in_the_background_ends_with_the_door(void **state)
{
    NEED_STORE(state);
    static const char key;
    void *kept;
    assert_ok(door_keep(store.door, &key, make_reading, drop_reading, &kept));
    usleep(30000);
    assert_int_equal(reading.e, OK); /* it reads on as long as the door is open */
    store_close(&store);
    assert_true(reading.dropped);
    assert_int_equal(reading.e, ERR_BUSY);
    store_open(&store);
}

static void *acts_in_the_background(void *user)
{
    struct ctx *lead = user;
    door_in_background();
    for (int i = 0; i < 20; i++) {
        open_case(&store, lead);
        door_rest(store.door);
    }
    return NULL;
}

/* Two that work in the background are nobody to each other; else they would wait for each other for ever. */
static void work_in_the_background_is_nobody(void **state)
{
    NEED_STORE(state);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    pthread_t threads[2];
    usleep(5 * DOOR_LINGER_US); /* who made the store has left */
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, acts_in_the_background, &lead), 0);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(door_stats(store.door).pauses, 0);
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 40);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    assert_int_equal(verify(&store, STR(""), a).total, 0);
}

/* Somebody has just been served: what works in the background lets her page go out first. */
static void work_in_the_background_gives_way(void **state)
{
    NEED_STORE(state);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    pthread_t thread;
    uint64_t before = door_stats(store.door).pauses;
    assert_int_equal(pthread_create(&thread, NULL, acts_in_the_background, &lead), 0);
    for (int i = 0; i < 40; i++)
        open_case(&store, &lead);
    pthread_join(thread, NULL);
    assert_true(door_stats(store.door).pauses > before);
    door_rest(store.door); /* of this thread it is not asked */
    assert_int_equal(count_rows(&store, "SELECT count(*) FROM case_file"), 60);
}

static void it_opens_again(void **state)
{
    NEED_STORE(state);
    struct arena *a CLEANUP(arena_cleanup) = arena_new(0);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    const struct view *v;
    struct id c = open_case(&store, &lead);
    store_close(&store);
    store_open(&store);
    assert_int_equal(do_view(&store, &lead, "case.show", c, a, &v, NULL), OK);
    store_close(&store);
    store_open(&store);
    struct audit_report r = verify(&store, STR(""), a);
    assert_int_equal(r.total, 0);
    assert_int_equal(r.pending, 0);
    assert_true(r.checkpoints >= 2);
}

static void locked_does_nothing_that_needs_keys(void **state)
{
    NEED_STORE(state);
    struct ctx lead = officer("npa", ROLE_CASE_LEAD, 1);
    struct unlock wrong = {.key_file =
                               STR("ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")};
    store_close(&store);
    assert_int_equal(door_open(&store.config, &store.door), OK);
    assert_int_equal(door_unlock(store.door, &wrong), ERR_UNLOCK);
    assert_int_equal(do_act(&store, &lead, "case.open", id_nil(), NULL, NULL), ERR_LOCKED);
    assert_int_equal(door_unlock(store.door, store_secret()), OK);
    assert_int_equal(do_act(&store, &lead, "case.open", id_nil(), NULL, NULL), OK);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        driver = argv[1];
    if (!store_can(driver))
        return 0;
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(opens_and_shows_a_case),
        T(a_repeat_is_harmless),
        T(hidden_and_unknown_answer_alike),
        T(a_refusal_leaves_a_leaf_and_nothing_else),
        T(a_batch_is_all_or_nothing),
        T(records_are_versioned_and_masked),
        T(a_negative_decision_needs_a_second_agency),
        T(many_share_a_commit),
        T(work_in_the_background_ends_with_the_door),
        T(work_in_the_background_is_nobody),
        T(work_in_the_background_gives_way),
        T(it_opens_again),
        T(a_wrong_key_closes_nothing),
        T(locked_does_nothing_that_needs_keys),
    };
    return cmocka_run_group_tests_name(driver, tests, NULL, NULL);
}
